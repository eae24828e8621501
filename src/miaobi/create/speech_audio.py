"""From spoken pieces to one recording: trim, fade, pauses in between, one level, 16-bit WAV.

Imported by speech engines once they are open (it needs numpy). All signals are float32 in [-1, 1], mono.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]

_FRAME_SECONDS = 0.01
_SILENCE_SHARE = 0.01  # of the loudest frame, -40 dB
_PAD_SECONDS = 0.03  # kept around speech: the start of an f or s lies below the threshold
_FADE_SECONDS = 0.008
_TARGET_RMS = 0.1  # -20 dB below full scale, over the frames with speech
_PEAK_LIMIT = 0.891  # -1 dB below full scale


def trim_silence(signal: Signal, sample_rate_hz: int) -> Signal:
    """`signal` (n,) without silence at both ends, faded in and out so that neither end clicks; empty if all silent."""
    loudness = _frame_rms(signal, sample_rate_hz)
    if loudness.size == 0 or loudness.max() < 1e-4:
        return np.zeros(0, np.float32)
    active = np.flatnonzero(loudness > _SILENCE_SHARE * loudness.max())
    frame, pad = _samples(_FRAME_SECONDS, sample_rate_hz), _samples(_PAD_SECONDS, sample_rate_hz)
    start = max(0, int(active[0]) * frame - pad)
    end = min(signal.size, (int(active[-1]) + 1) * frame + pad)
    trimmed = np.array(signal[start:end], np.float32)
    fade = min(_samples(_FADE_SECONDS, sample_rate_hz), trimmed.size // 2)
    ramp = np.linspace(0, 1, fade, endpoint=False, dtype=np.float32)
    trimmed[:fade] *= ramp
    trimmed[trimmed.size - fade :] *= ramp[::-1]
    return trimmed


def join_with_pauses(pieces: Sequence[tuple[Signal, float]], sample_rate_hz: int) -> Signal:
    """Pieces one after the other, each followed by its pause in seconds; the last one's pause is left out."""
    parts: list[Signal] = []
    for signal, pause_seconds in pieces:
        if signal.size:
            parts += [signal, np.zeros(_samples(pause_seconds, sample_rate_hz), np.float32)]
    return np.concatenate(parts[:-1]) if parts else np.zeros(0, np.float32)


def set_level(signal: Signal, sample_rate_hz: int) -> Signal:
    """`signal` at -20 dBFS RMS where there is speech, lower where a peak would pass -1 dBFS: lines are equally loud."""
    loudness = _frame_rms(signal, sample_rate_hz)
    if loudness.size == 0 or loudness.max() < 1e-4:
        return signal
    speech = loudness[loudness > 0.1 * loudness.max()]
    gain = _TARGET_RMS / float(np.sqrt(np.mean(np.square(speech))))
    gain = min(gain, _PEAK_LIMIT / float(np.abs(signal).max()))
    return (signal * np.float32(gain)).astype(np.float32)


def wav_bytes(signal: Signal, sample_rate_hz: int) -> bytes:
    """A mono 16-bit PCM WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate_hz)
        file.writeframes(np.round(np.clip(signal, -1, 1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def _frame_rms(signal: Signal, sample_rate_hz: int) -> NDArray[np.float64]:
    """RMS per frame of 10 ms, (n // frame,)."""
    frame = _samples(_FRAME_SECONDS, sample_rate_hz)
    whole = signal[: signal.size // frame * frame].astype(np.float64).reshape(-1, frame)
    return np.asarray(np.sqrt(np.mean(np.square(whole), axis=1)))


def _samples(seconds: float, sample_rate_hz: int) -> int:
    return round(seconds * sample_rate_hz)
