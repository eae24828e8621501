"""An audible label before the content: the rhythm short-long-short-short, Morse for "AI".

GB 45438-2025, 5.3 allows this rhythm instead of a spoken label, at the start, end or middle. Timing follows ITU-R
M.1677-1: a dash is three dots long, signs of a letter are one dot apart, letters three.
"""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any, Final

from miaobi.base.asset import Asset
from miaobi.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DOT_SECONDS: Final = 0.1
_ON_OFF: Final = (1, 1, 3, 3, 1, 1, 1)  # in dots: sound, silence, sound, ... for .- ..
_LEAD_IN_SECONDS: Final = 0.15
_PAUSE_SECONDS: Final = 0.5
RHYTHM_SECONDS: Final = _LEAD_IN_SECONDS + sum(_ON_OFF) * DOT_SECONDS + _PAUSE_SECONDS
"""How much later the content starts in labelled audio."""

_TONE_HZ: Final = 587.33  # D5: clear on small loudspeakers, not shrill
_PEAK: Final = 0.16  # about -16 dBFS: as loud as quiet speech
_RAMP_SECONDS: Final = 0.012  # raised-cosine edges, so that nothing clicks
_FRAME_SECONDS: Final = 0.01
_SEARCH_SECONDS: Final = 6.0
_TOLERANCE_DOTS: Final = 0.35


def label_audio(asset: Asset) -> Asset:
    """audio/wav with the rhythm before the content, whose samples stay as they were.

    Integer PCM of any rate, width and number of channels. Audio that starts with the rhythm is returned as it is.
    """
    import numpy as np

    parameters, frames = _read_wav(asset)
    if _has_rhythm(_samples(frames, parameters), parameters.framerate):
        return asset
    mono = _rhythm(parameters.framerate)
    peak = 2 ** (8 * parameters.sampwidth - 1)
    values = np.round(mono * (peak - 1)).astype(np.int64) + (peak if parameters.sampwidth == 1 else 0)
    little_endian = values.astype("<i8").view(np.uint8).reshape(-1, 8)[:, : parameters.sampwidth]
    prefix = np.repeat(little_endian[:, None, :], parameters.nchannels, axis=1).tobytes()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(parameters.nchannels)
        file.setsampwidth(parameters.sampwidth)
        file.setframerate(parameters.framerate)
        file.writeframes(prefix + frames)
    return Asset.from_bytes(out.getvalue(), "audio/wav")


def find_rhythm(asset: Asset) -> bool:
    """Whether audio/wav starts with the rhythm: heard from its envelope, at any loudness and sample rate."""
    parameters, frames = _read_wav(asset)
    return _has_rhythm(_samples(frames, parameters), parameters.framerate)


def _rhythm(sample_rate_hz: int) -> NDArray[np.float64]:
    """The label as samples in -1..1, with its lead-in and the pause after it."""
    import numpy as np

    ramp = np.sin(np.linspace(0, np.pi / 2, max(2, round(_RAMP_SECONDS * sample_rate_hz)))) ** 2
    pieces = [np.zeros(round(_LEAD_IN_SECONDS * sample_rate_hz))]
    for index, dots in enumerate(_ON_OFF):
        length = round(dots * DOT_SECONDS * sample_rate_hz)
        if index % 2:
            pieces.append(np.zeros(length))
            continue
        phase = 2 * np.pi * _TONE_HZ * np.arange(length) / sample_rate_hz
        tone = (np.sin(phase) + 0.25 * np.sin(2 * phase) + 0.08 * np.sin(3 * phase)) / 1.2
        tone[: len(ramp)] *= ramp
        tone[-len(ramp) :] *= ramp[::-1]
        pieces.append(_PEAK * tone)
    pieces.append(np.zeros(round(_PAUSE_SECONDS * sample_rate_hz)))
    return np.concatenate(pieces)


def _has_rhythm(samples: NDArray[np.float64], sample_rate_hz: int) -> bool:
    import numpy as np

    frame = max(1, round(_FRAME_SECONDS * sample_rate_hz))
    opening = samples[: round(_SEARCH_SECONDS * sample_rate_hz)]
    count = len(opening) // frame
    if count == 0:
        return False
    envelope = np.sqrt((opening[: count * frame].reshape(count, frame) ** 2).mean(axis=1))
    loud = np.flatnonzero(envelope > max(1e-4, 0.08 * float(np.quantile(envelope, 0.98))))
    if not len(loud):
        return False
    start = int(loud[0])
    dot = DOT_SECONDS / _FRAME_SECONDS
    window = envelope[start : start + round(sum(_ON_OFF) * dot)]
    is_on = envelope[start:] > 0.4 * np.quantile(window, 0.95)
    lengths = np.diff(np.flatnonzero(np.concatenate(([True], is_on[1:] != is_on[:-1], [True]))))
    runs = lengths[: len(_ON_OFF)] / dot
    if len(runs) < len(_ON_OFF) or np.abs(runs - np.array(_ON_OFF)).max() > _TOLERANCE_DOTS:
        return False
    return len(lengths) == len(_ON_OFF) or bool(lengths[len(_ON_OFF)] / dot >= 2)


def _samples(frames: bytes, parameters: Any) -> NDArray[np.float64]:
    """One channel (the mean of all) in -1..1."""
    import numpy as np

    width = parameters.sampwidth
    raw = np.frombuffer(frames, np.uint8).reshape(-1, width)
    padded = np.zeros((len(raw), 8), np.uint8)
    padded[:, 8 - width :] = raw  # in the top bytes of 64 bits, so that the sign is right
    if width == 1:
        padded[:, 7] ^= 0x80  # 8-bit WAV is unsigned
    values = padded.view("<i8").ravel().astype(np.float64) / 2**63
    mono: NDArray[np.float64] = values.reshape(-1, parameters.nchannels).mean(axis=1)
    return mono


def _read_wav(asset: Asset) -> tuple[Any, bytes]:
    try:
        with wave.open(io.BytesIO(asset.read())) as file:
            return file.getparams(), file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise InputError(
            f"The audio {asset.digest[:19]} is not integer PCM in a WAV file: {str(error) or 'it is cut off'}.",
            hint="Convert it to 16-bit PCM WAV.",
        ) from error
