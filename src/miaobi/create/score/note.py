"""Notes, and the parts and the piece they make up."""

from __future__ import annotations

from dataclasses import dataclass

from miaobi.create.score.form import Form
from miaobi.create.score.mood import Instrument


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
class Composition:
    """A whole piece as written, before a player's small irregularities."""

    mood: str
    form: Form
    parts: tuple[Part, ...]
