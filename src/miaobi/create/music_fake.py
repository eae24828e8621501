"""`music:fake`: four chords as plain tones, for tests, documentation and dry runs.

A real WAV and a real one-track MIDI file of the same notes, both exactly as long as asked for; mood and seed choose
the key, the tempo and the chords.
"""

from __future__ import annotations

import hashlib
import io
import random
import wave
from pathlib import Path
from typing import ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, MusicRequest, MusicResult

_SAMPLE_RATE_HZ = 22050
_TICKS_PER_BEAT = 480
_DEGREES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_TONICS = ("C", "D", "E", "F", "G", "A")
_PITCHES = (60, 62, 64, 65, 67, 57)
_DARK_MOODS = ("sad", "tense")

Chord = tuple[float, float, tuple[int, ...]]
"""Start and length in beats, and MIDI pitches."""


class FakeMusicEngine(Engine[MusicRequest, MusicResult]):
    """See the module docstring. Any name is accepted and makes a different fake."""

    modality: ClassVar[Modality] = "music"
    parallel_slots = 8

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"music:fake{suffix}",
            modality="music",
            fingerprint=f"music-fake-1{suffix}",
            summary="instant plain chords, for tests and dry runs",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: MusicRequest) -> MusicResult:
        """Chords of two beats; the last is the tonic and lasts to the end."""
        asked = self.card.fingerprint + request.model_dump_json()
        rng = random.Random(int.from_bytes(hashlib.sha256(asked.encode()).digest(), "big"))  # noqa: S311 - no secret
        mode = "minor" if request.mood in _DARK_MOODS else "major"
        tonic = rng.randrange(len(_TONICS))
        tempo_bpm = float(rng.randrange(60, 120))
        beats = request.duration_seconds * tempo_bpm / 60
        chords = _chords(beats, _PITCHES[tonic], _DEGREES[mode], rng)
        return MusicResult(
            made_by=self.made_by,
            audio=Asset.from_bytes(_wav(chords, tempo_bpm, request.duration_seconds), "audio/wav"),
            midi=Asset.from_bytes(_midi(chords, tempo_bpm), "audio/midi"),
            sample_rate_hz=_SAMPLE_RATE_HZ,
            duration_seconds=round(request.duration_seconds * _SAMPLE_RATE_HZ) / _SAMPLE_RATE_HZ,
            key=f"{_TONICS[tonic]} {mode}",
            tempo_bpm=tempo_bpm,
        )


def _chords(beats: float, tonic: int, scale: tuple[int, ...], rng: random.Random) -> list[Chord]:
    count = max(1, int(beats // 2))
    roots = [0, *(rng.choice((0, 3, 4, 5)) for _ in range(count - 2)), 0][-count:]
    chords: list[Chord] = []
    for position, root in enumerate(roots):
        start = 2.0 * position
        length = 2.0 if position < count - 1 else beats - start
        steps = (root, root + 2, root + 4)
        pitches = tuple(tonic + scale[step % 7] + 12 * (step // 7) for step in steps)
        chords.append((start, length, (pitches[0] - 12, *pitches)))
    return chords


def _wav(chords: list[Chord], tempo_bpm: float, duration_seconds: float) -> bytes:
    import numpy as np

    frames = round(duration_seconds * _SAMPLE_RATE_HZ)
    sound = np.zeros((frames, 2))
    per_beat = 60 / tempo_bpm * _SAMPLE_RATE_HZ
    for start, length, pitches in chords:
        first, last = round(start * per_beat), min(frames, round((start + length) * per_beat))
        time = np.arange(last - first) / _SAMPLE_RATE_HZ
        shape = np.minimum(1, np.minimum(time, time[::-1]) / 0.02) * (0.35 + 0.65 * np.exp(-time))
        for voice, pitch in enumerate(pitches):
            tone = 0.1 * shape * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time)
            right = (voice + 1) / (len(pitches) + 1)
            sound[first:last] += tone[:, None] * np.array((1 - right, right)) * 2
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(_SAMPLE_RATE_HZ)
        file.writeframes(np.round(sound * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def _midi(chords: list[Chord], tempo_bpm: float) -> bytes:
    """A standard MIDI file, format 0 (MIDI 1.0 detailed specification, section "Standard MIDI Files")."""
    events = [(0, b"\xff\x51\x03" + round(60_000_000 / tempo_bpm).to_bytes(3, "big"))]
    for start, length, pitches in chords:
        on, off = round(start * _TICKS_PER_BEAT), round((start + length) * _TICKS_PER_BEAT)
        events += [(on, bytes((0x90, pitch, 70))) for pitch in pitches]
        events += [(off, bytes((0x80, pitch, 0))) for pitch in pitches]
    track, now = b"", 0
    for tick, event in sorted(events, key=lambda item: (item[0], item[1][0] != 0x80)):
        track += _variable_length(tick - now) + event
        now = tick
    track += b"\x00\xff\x2f\x00"
    header = b"MThd" + (6).to_bytes(4, "big") + b"\x00\x00\x00\x01" + _TICKS_PER_BEAT.to_bytes(2, "big")
    return header + b"MTrk" + len(track).to_bytes(4, "big") + track


def _variable_length(number: int) -> bytes:
    """Seven bits a byte, high bit set on all but the last."""
    encoded = bytes((number & 0x7F,))
    while number := number >> 7:
        encoded = bytes((0x80 | number & 0x7F,)) + encoded
    return encoded
