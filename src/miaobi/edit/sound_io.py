"""Sound between assets and arrays: reading and writing WAV, changing rates, coding for delivery."""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from miaobi.base.asset import Asset
from miaobi.errors import GenerationError, InputError

Samples = NDArray[np.float32]
MIX_RATE_HZ = 48_000
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE


@dataclass(frozen=True)
class Sound:
    """Samples of shape (frames, channels), float32, full scale at -1 and 1, with their rate."""

    samples: Samples
    rate_hz: int

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


def decode_wav(asset: Asset) -> Sound:
    """The samples of a WAV asset: PCM of 8, 16, 24 or 32 bits, or 32- or 64-bit float; unknown chunks are skipped.

    Format: Microsoft/IBM RIFF WAVE, with WAVE_FORMAT_EXTENSIBLE.
    Raises InputError when the bytes are not such a file.
    """
    data = asset.read()
    form: tuple[int, int, int, int] | None = None
    for name, start, end in _chunks(data, asset.digest):
        if name == b"fmt " and end - start >= 16:
            code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, start)
            if code == _EXTENSIBLE and end - start >= 26:
                (code,) = struct.unpack_from("<H", data, start + 24)  # the sub-format's GUID begins with the code
            form = (code, channels, rate, bits)
        elif name == b"data" and form is not None:
            code, channels, rate, bits = form
            if channels < 1 or rate < 1:
                break
            flat = _to_float(memoryview(data)[start:end], code, bits, asset.digest)
            return Sound(flat[: len(flat) // channels * channels].reshape(-1, channels), rate)
    raise InputError(f"Asset {asset.digest[:19]} is a RIFF file without sound in it.", hint="Give a PCM WAV file.")


def _chunks(data: bytes, digest: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of every chunk of a RIFF WAVE file. A data chunk cut short ends with the file."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise InputError(f"Asset {digest[:19]} is not a WAV file.", hint="Give a PCM WAV file (audio/wav).")
    place = 12
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        yield name, place + 8, min(place + 8 + size, len(data))
        place += 8 + size + (size & 1)


def _to_float(raw: memoryview, code: int, bits: int, digest: str) -> Samples:
    raw = raw[: len(raw) // max(bits // 8, 1) * max(bits // 8, 1)]
    if code == _PCM and bits == 16:
        return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
    if code == _PCM and bits == 8:
        return (np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / np.float32(128)
    if code == _PCM and bits == 24:
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        return (wide.view("<i4")[:, 0] / 2147483648).astype(np.float32)
    if code == _PCM and bits == 32:
        return (np.frombuffer(raw, "<i4") / 2147483648).astype(np.float32)
    if code == _FLOAT and bits in (32, 64):
        return np.nan_to_num(np.frombuffer(raw, f"<f{bits // 8}").astype(np.float32))
    raise InputError(
        f"Asset {digest[:19]} holds sound in format {code} with {bits} bits, which is not read.",
        hint="Give 16-bit PCM WAV.",
    )


def encode_wav(samples: Samples, rate_hz: int) -> Asset:
    """A 16-bit PCM WAV asset of samples (frames, channels) or (frames,); values beyond full scale are clipped."""
    two_d = samples[:, None] if samples.ndim == 1 else samples
    channels = two_d.shape[1]
    pcm = to_pcm(two_d).astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", _PCM, channels, rate_hz, rate_hz * channels * 2, channels * 2, 16)
    head = b"RIFF" + struct.pack("<I", 36 + len(pcm)) + b"WAVEfmt " + struct.pack("<I", 16) + form
    return Asset.from_bytes(head + b"data" + struct.pack("<I", len(pcm)) + pcm, "audio/wav")


def resample_samples(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Samples (frames, channels) at another rate, through a polyphase low-pass filter."""
    if from_hz == to_hz or len(samples) == 0:
        return samples
    from scipy.signal import resample_poly

    ratio = Fraction(to_hz, from_hz)
    changed = resample_poly(samples, ratio.numerator, ratio.denominator, axis=0)
    return np.ascontiguousarray(changed, dtype=np.float32)


def to_channels(samples: Samples, channels: int) -> Samples:
    """Mono spread to, or several channels averaged and spread to, `channels` of them."""
    if samples.shape[1] == channels:
        return samples
    mono = samples.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.repeat(mono, channels, axis=1)


def for_mix(asset: Asset, rate_hz: int = MIX_RATE_HZ) -> Samples:
    """A WAV asset as stereo samples at the rate of the mix."""
    sound = decode_wav(asset)
    return to_channels(resample_samples(sound.samples, sound.rate_hz, rate_hz), 2)


# ---------------------------------------------------------------- delivery formats

_FORMATS: dict[str, tuple[str, str, str, int, str]] = {
    # name: container, encoder, media type, bits per second, sample format
    "mp3": ("mp3", "libmp3lame", "audio/mpeg", 160_000, "s16p"),
    "m4a": ("ipod", "aac", "audio/mp4", 160_000, "fltp"),
    "ogg": ("ogg", "libopus", "audio/ogg", 96_000, "flt"),
}


def encode_audio(asset: Asset, format: Literal["mp3", "m4a", "ogg"]) -> Asset:
    """A WAV asset as MP3 (160 kbit/s), AAC in MP4 (160 kbit/s) or Opus in Ogg (96 kbit/s), 48 kHz stereo.

    The same sound gives the same bytes: no dates or tool names are written.
    """
    container_name, encoder, media_type, bit_rate, sample_format = _FORMATS[format]
    import av

    pcm = to_pcm(for_mix(asset))
    with tempfile.TemporaryDirectory(prefix="miaobi-sound-") as folder:
        path = Path(folder) / f"sound.{format}"
        options = {"fflags": "+bitexact", "movflags": "+faststart", "write_xing": "1"}
        if format != "m4a":
            options.pop("movflags")
        if format != "mp3":
            options.pop("write_xing")
        try:
            with av.open(str(path), "w", format=container_name, options=options) as container:
                stream: Any = container.add_stream(encoder, rate=MIX_RATE_HZ, layout="stereo", format=sample_format)
                stream.bit_rate = bit_rate
                stream.codec_context.options = {"flags": "+bitexact"}
                feed = PcmFeed(pcm, sample_format)
                for frame in feed.frames(None):
                    container.mux(stream.encode(frame))
                container.mux(stream.encode(None))
        except av.FFmpegError as error:
            raise GenerationError(f"The sound could not be coded as {format}: {error}.") from error
        return Asset.from_bytes(path.read_bytes(), media_type)


def to_pcm(samples: Samples) -> NDArray[np.int16]:
    """16-bit samples of the same shape; values beyond full scale are clipped."""
    return np.asarray(np.clip(np.rint(samples * np.float32(32767)), -32768, 32767), dtype=np.int16)


class PcmFeed:
    """Hands stereo 16-bit samples at the mix rate to an encoder, piece by piece."""

    def __init__(self, pcm: NDArray[np.int16], sample_format: str) -> None:
        import av

        self._pcm = pcm
        self._place = 0
        self._resampler = av.AudioResampler(format=sample_format, layout="stereo", rate=MIX_RATE_HZ, frame_size=1024)

    @property
    def seconds(self) -> float:
        """How much was handed over."""
        return self._place / MIX_RATE_HZ

    def frames(self, until_seconds: float | None) -> Iterator[Any]:
        """The frames up to that time, or all that are left (None)."""
        import av

        end = len(self._pcm) if until_seconds is None else min(len(self._pcm), round(until_seconds * MIX_RATE_HZ))
        while self._place < end:
            piece = self._pcm[self._place : min(self._place + MIX_RATE_HZ, end)]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece).reshape(1, -1), "s16", "stereo")
            frame.sample_rate = MIX_RATE_HZ
            frame.pts = self._place
            frame.time_base = Fraction(1, MIX_RATE_HZ)
            self._place += len(piece)
            yield from self._resampler.resample(frame)
        if until_seconds is None:
            yield from self._resampler.resample(None)


def read_any(data: bytes) -> Sound:
    """The sound in the bytes of any common audio or video file, through ffmpeg's decoders.

    Raises InputError when there is none.
    """
    import av

    try:
        with av.open(io.BytesIO(data), "r") as container:
            if not container.streams.audio:
                raise InputError("The file has no sound in it.", hint="Give a file with an audio track.")
            stream = container.streams.audio[0]
            rate = stream.rate
            layout = "stereo" if stream.channels > 1 else "mono"
            resampler = av.AudioResampler(format="flt", layout=layout, rate=rate)
            pieces = [
                out.to_ndarray().reshape(-1, 2 if layout == "stereo" else 1)
                for frame in container.decode(stream)
                for out in resampler.resample(frame)
            ]
    except av.FFmpegError as error:
        raise InputError(f"The sound could not be read: {error}.", hint="Give WAV, MP3, M4A or Ogg.") from error
    channels = 2 if layout == "stereo" else 1
    joined = np.concatenate(pieces) if pieces else np.zeros((0, channels), np.float32)
    return Sound(joined.astype(np.float32), rate)
