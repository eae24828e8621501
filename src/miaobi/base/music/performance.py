"""A piece as persons would play it."""

from __future__ import annotations

import random
from dataclasses import replace

from miaobi.base.music.note import Note, Part

_JITTER_SECONDS = 0.006


def perform(parts: tuple[Part, ...], *, tempo_bpm: float, total_beats: float, name: str, seed: int) -> tuple[Part, ...]:
    """The parts a few milliseconds early or late, no two strokes of the same force.

    The first notes do not start before the piece, and nothing sounds after its end. Another `name` or `seed` is
    another evening.
    """
    jitter_beats = _JITTER_SECONDS * tempo_bpm / 60
    played = []
    for part in parts:
        rng = random.Random(f"{name}/{part.role}/{seed}")  # noqa: S311 - no secret
        notes = []
        for note in part.notes:
            shift = max(-2.0, min(2.0, rng.gauss(0, 1))) * jitter_beats
            start = max(0.0, note.start_beats + (shift if note.start_beats > 0 else abs(shift) / 2))
            end = min(total_beats, max(start + 0.05, note.start_beats + note.length_beats + shift))
            force = round(note.velocity + max(-2.0, min(2.0, rng.gauss(0, 1))) * 3.5)
            notes.append(Note(start, end - start, note.pitch, max(12, min(112, force))))
        played.append(replace(part, notes=tuple(sorted(notes, key=lambda note: (note.start_beats, note.pitch)))))
    return tuple(played)
