"""`speech:fake`: speaks text as tones that `transcript:fake` can hear again, for tests, documentation and dry runs.

Each byte of the UTF-8 text is one burst of two tones: one of 16 low tones for its upper four bits and one of 16 high
tones for its lower four; a space is a silence. At 15 bytes a second English takes about as long as a reader needs, and
so does Chinese (3 bytes, 0.2 s a character). A burst fills 4/5 of its time, so words and bytes can be told apart by
the silences alone, at any speed, after a change of level, sample rate or format.
"""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, SpeechRequest, SpeechResult

_SAMPLE_RATE_HZ = 24000
_BYTES_PER_SECOND = 15
_BURST_SHARE = 0.8
_LOW_HZ = tuple(360 + 60 * step for step in range(16))
_HIGH_HZ = tuple(1440 + 60 * step for step in range(16))
_AMPLITUDE = 0.22
_PAUSE_SECONDS = 0.1


class FakeSpeechEngine(Engine[SpeechRequest, SpeechResult]):
    """See the module docstring. Any name is accepted and gives a voice with a different second harmonic."""

    modality: ClassVar[Modality] = "speech"
    parallel_slots = 8

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"speech:fake{suffix}",
            modality="speech",
            fingerprint=f"speech-fake-1{suffix}",
            summary="instant tones instead of a voice, for tests and dry runs",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: SpeechRequest) -> SpeechResult:
        """Mono 24 kHz audio; a text of nothing but spaces gives 0.2 s of silence."""
        text = " ".join(request.text.split())
        data, frames = _speak(text, request.speed, f"{self.card.fingerprint}|{request.language}")
        return SpeechResult(
            made_by=self.made_by,
            audio=Asset.from_bytes(data, "audio/wav"),
            sample_rate_hz=_SAMPLE_RATE_HZ,
            duration_seconds=frames / _SAMPLE_RATE_HZ,
            spoken_text=text,
        )


def _speak(text: str, speed: float, voice: str) -> tuple[bytes, int]:
    """WAV bytes and their number of samples. The voice (engine and language) sets how strong the upper tone is."""
    import hashlib

    import numpy as np

    slot = round(_SAMPLE_RATE_HZ / (_BYTES_PER_SECOND * speed))
    burst = round(slot * _BURST_SHARE)
    pause = round(_SAMPLE_RATE_HZ * _PAUSE_SECONDS)
    time = np.arange(burst) / _SAMPLE_RATE_HZ
    fade = np.minimum(1, np.minimum(np.arange(burst), np.arange(burst)[::-1]) / (0.004 * _SAMPLE_RATE_HZ))
    upper = 0.8 + 0.4 * hashlib.sha256(voice.encode()).digest()[0] / 255
    raw = text.encode("utf-8")
    signal = np.zeros(2 * pause + slot * len(raw))
    for position, byte in enumerate(raw):
        if byte == 0x20:
            continue
        tone = np.sin(2 * np.pi * _LOW_HZ[byte >> 4] * time) + upper * np.sin(2 * np.pi * _HIGH_HZ[byte & 15] * time)
        start = pause + position * slot
        signal[start : start + burst] = _AMPLITUDE * tone * fade
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SAMPLE_RATE_HZ)
        file.writeframes(np.round(signal * 32767).astype("<i2").tobytes())
    return buffer.getvalue(), len(signal)
