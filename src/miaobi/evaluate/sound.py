"""Scores of sound: loudness, true peak, clipping and silence of a WAV file (16-bit PCM) or a film's soundtrack."""

from __future__ import annotations

import io
import math
import wave
from typing import TYPE_CHECKING, Any

from miaobi.base.asset import Asset
from miaobi.base.piece import Score, judged
from miaobi.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float64]

_FULL_SCALE = 32768.0
_WINDOW_SECONDS = 0.02
_SHORTEST_SECONDS = 0.4
"""BS.1770 measures in blocks of so many seconds."""


def read_wav(audio: Asset) -> tuple[Samples, int]:
    """(samples of shape (frames, channels) in -1..1, sample rate in Hz). InputError unless it is 16-bit PCM."""
    import numpy as np

    try:
        with wave.open(io.BytesIO(audio.read())) as file:
            if file.getsampwidth() != 2:
                raise InputError(f"The sound has {8 * file.getsampwidth()} bits a sample.", hint="Give 16-bit PCM.")
            channels, rate = file.getnchannels(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise InputError(f"The sound cannot be read as a WAV file: {str(error) or 'it ends too soon'}.") from error
    usable = len(raw) - len(raw) % (2 * channels)
    return np.frombuffer(raw[:usable], dtype="<i2").reshape(-1, channels) / _FULL_SCALE, rate


def read_soundtrack(film: Asset) -> tuple[Samples, int]:
    """As `read_wav`, of the first audio stream of a video/mp4, decoded: what a listener gets after lossy coding."""
    import av
    import numpy as np

    try:
        with av.open(io.BytesIO(film.read()), "r") as container:
            if not container.streams.audio:
                raise InputError("The film has no sound to measure.", hint="Give one with a soundtrack.")
            stream = container.streams.audio[0]
            channels, rate = stream.channels, stream.rate
            resampler = av.AudioResampler(format="fltp", layout=stream.layout.name, rate=rate)
            frames = [piece for frame in container.decode(stream) for piece in resampler.resample(frame)]
    except av.FFmpegError as error:
        raise InputError(f"The sound of the film cannot be read: {error}.", hint="Make it again.") from error
    if not frames:
        return np.zeros((0, channels)), rate
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).T.astype(np.float64), rate


def score_sound(audio: Asset, aim_lufs: float = -16.0) -> tuple[Score, ...]:
    """Loudness, true peak, clipping and silence of a sound or of a film's soundtrack; the file is read once."""
    samples, rate = read_soundtrack(audio) if audio.media_type == "video/mp4" else read_wav(audio)
    return (
        score_loudness(samples, rate, aim_lufs),
        score_true_peak(samples, rate),
        score_clipping(samples, rate),
        score_silence(samples, rate),
    )


def score_loudness(samples: Samples, rate_hz: int, aim_lufs: float = -16.0) -> Score:
    """How far the integrated loudness is from the aim, in loudness units. 0 and up, lower is better.

    ITU-R BS.1770-4, gated, by pyloudnorm; the loudness itself is in the evidence. Weak: says nothing of how loud the
    voice is above the music; under 0.4 s there is nothing to measure.
    """
    loudness = integrated_loudness(samples, rate_hz)
    unit = "LU"
    if loudness is None:
        return judged("loudness", None, None, better="lower", unit=unit, evidence="The sound is silent or too short.")
    evidence = f"{loudness:.1f} LUFS, aimed at {aim_lufs:g} LUFS"
    return judged("loudness", abs(loudness - aim_lufs), None, better="lower", unit=unit, evidence=evidence)


def integrated_loudness(samples: Samples, rate_hz: int) -> float | None:
    """Integrated loudness in LUFS (BS.1770-4), None for silence and for less than 0.4 s."""
    import warnings

    import pyloudnorm

    if len(samples) < _SHORTEST_SECONDS * rate_hz + 1:
        return None
    with warnings.catch_warnings():  # pyloudnorm warns of log(0) in silent blocks and then handles it
        warnings.simplefilter("ignore", RuntimeWarning)
        loudness = float(pyloudnorm.Meter(rate_hz).integrated_loudness(samples))
    return loudness if math.isfinite(loudness) else None


def score_true_peak(samples: Samples, rate_hz: int) -> Score:
    """Highest level between the samples too, in dBTP; lower is better.

    Four times oversampled and more, until 192 kHz are reached (BS.1770-4, annex 2). Weak: a codec may still overshoot
    by some tenths of a decibel, so keep a reserve.
    """
    peak = true_peak(samples, rate_hz)
    if peak <= 0:
        return judged("true peak", None, None, better="lower", unit="dBTP", evidence="The sound is silent.")
    return judged("true peak", 20 * math.log10(peak), None, better="lower", unit="dBTP")


def true_peak(samples: Samples, rate_hz: int) -> float:
    """Largest absolute value of the oversampled signal, 1.0 being full scale."""
    import numpy as np
    from scipy.signal import resample_poly

    factor = max(4, math.ceil(192_000 / rate_hz))
    margin, piece = 256, rate_hz * 10
    highest = float(np.abs(samples).max(initial=0.0))
    for start in range(0, len(samples), piece):  # in pieces: ten minutes at once would need gigabytes
        first = max(0, start - margin)
        fine = resample_poly(samples[first : start + piece + margin], factor, 1, axis=0)
        # The filter rings where a piece is cut, which the sound itself does not: only the piece's own samples count.
        own = fine[(start - first) * factor : (start - first + piece) * factor]
        highest = max(highest, float(np.abs(own).max(initial=0.0)))
    return highest


def score_clipping(samples: Samples, rate_hz: int) -> Score:
    """How often the wave is cut flat: runs of three and more samples at full scale. Lower is better.

    Weak: sound that was clipped before and then made quieter is not found.
    """
    import numpy as np

    at_limit = np.abs(samples) >= 32767 / _FULL_SCALE
    runs, first = 0, None
    for channel in range(samples.shape[1] if samples.ndim > 1 else 0):
        starts, lengths = _runs(at_limit[:, channel])
        long_enough = starts[lengths >= 3]
        runs += len(long_enough)
        if len(long_enough) and (first is None or long_enough[0] < first):
            first = int(long_enough[0])
    evidence = f"first at {first / rate_hz:.2f} s" if first is not None else ""
    return judged("clipping", float(runs), None, better="lower", unit="places", evidence=evidence)


def score_silence(samples: Samples, rate_hz: int, below_dbfs: float = -50.0) -> Score:
    """The longest silence in seconds, lower is better: windows of 20 ms whose RMS is under `below_dbfs`.

    Weak: a rest meant for effect counts like a fault; a quiet hum is no silence.
    """
    import numpy as np

    window = max(1, round(_WINDOW_SECONDS * rate_hz))
    count = len(samples) // window
    if not count:
        return judged("silence", None, None, better="lower", unit="seconds", evidence="The sound is too short.")
    power = np.square(samples[: count * window]).mean(axis=1).reshape(count, window).mean(axis=1)
    starts, lengths = _runs(power < 10 ** (below_dbfs / 10))
    if not len(lengths):
        return judged("silence", 0.0, None, better="lower", unit="seconds")
    longest = int(lengths.argmax())
    seconds = float(lengths[longest] * window / rate_hz)
    evidence = f"at {starts[longest] * window / rate_hz:.2f} s"
    return judged("silence", seconds, None, better="lower", unit="seconds", evidence=evidence)


def score_duration(duration_seconds: float, asked_seconds: float) -> Score:
    """By which share of the length asked for a piece misses it. 0 and up, lower is better."""
    off = abs(duration_seconds - asked_seconds) / asked_seconds
    evidence = f"{duration_seconds:.1f} s, asked for {asked_seconds:g} s"
    return judged("duration", off, None, better="lower", evidence=evidence)


def _runs(flags: Any) -> tuple[Any, Any]:
    """(first index, length) of every run of true values."""
    import numpy as np

    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts = np.flatnonzero(edges == 1)
    return starts, np.flatnonzero(edges == -1) - starts
