"""Instruments, notes, and the parts and the piece they make up."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Instrument:
    """A General MIDI program (counted from 0) and the range it is written for here.

    pan       -1 left .. 1 right
    level_db  loudness in the mix relative to full scale, RMS while it plays
    """

    name: str
    program: int
    low: int
    high: int
    pan: float = 0.0
    level_db: float = -24.0


@dataclass(frozen=True)
class Note:
    """`start_beats` and `length_beats` in quarter notes, `pitch` a MIDI note number, `velocity` 1..127."""

    start_beats: float
    length_beats: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """One instrument's notes in order of their start, counted from the beginning of the piece."""

    role: str
    instrument: Instrument
    notes: tuple[Note, ...]
    is_drums: bool = False


@dataclass(frozen=True)
class Piece:
    """A whole piece, ready to be written down or played.

    meter          beats in a bar and the note value of a beat, e.g. (6, 8)
    sharps         of the key signature, negative for flats
    total_beats    how long it is, in quarter notes
    closing_beats  of these, the quarter notes of its last bar, in which it may fade
    """

    parts: tuple[Part, ...]
    tempo_bpm: float
    meter: tuple[int, int]
    sharps: int
    is_minor: bool
    total_beats: float
    closing_beats: float


def without_overlap(notes: list[Note]) -> list[Note]:
    """A pitch that is struck again ends its first sounding just before: MIDI cannot hold one key twice."""
    following: dict[int, float] = {}
    kept = []
    for note in reversed(notes):
        limit = following.get(note.pitch)
        if limit is not None and note.start_beats + note.length_beats > limit - 0.06:
            note = replace(note, length_beats=max(0.05, limit - 0.06 - note.start_beats))
        following[note.pitch] = note.start_beats
        kept.append(note)
    return kept[::-1]
