"""`Tune`: one voice in bars of one meter and one key. What every file becomes, and what a model writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from miaobi.base.music.harmony import Key
from miaobi.train.data.music.grid import PLACES, TICKS, Meter

LOWEST, HIGHEST = -17, 30
"""Semitones that a pitch may lie from the keynote between middle C and the B above it."""

MOST_BARS: Final = 64
_MIDDLE_C: Final = 60


class Note(NamedTuple):
    """Start and length in ticks, the start counted from the first full bar; pitch as a MIDI note number."""

    start: int
    length: int
    pitch: int

    @property
    def end(self) -> int:
        """The tick at which it is over."""
        return self.start + self.length


@dataclass(frozen=True)
class Tune:
    """A melody.

    notes  in order, one at a time; those of an upbeat start below 0
    bars   full bars, the upbeat not counted
    """

    key: Key
    meter: Meter
    mood: str
    bars: int
    notes: tuple[Note, ...]

    @property
    def keynote(self) -> int:
        """The keynote that pitches are counted from: between middle C and the B above."""
        return _MIDDLE_C + self.key.tonic

    def faults(self) -> tuple[str, ...]:
        """What keeps it from being a tune that tokens can tell; () when nothing does."""
        found = []
        end = self.bars * self.meter.ticks
        if not 1 <= self.bars <= MOST_BARS:
            found.append(f"it has {self.bars} bars")
        if any(later.start < note.end for note, later in zip(self.notes, self.notes[1:], strict=False)):
            found.append("notes overlap or are out of order")
        if any(note.length < 1 or note.start <= -self.meter.ticks or note.end > end for note in self.notes):
            found.append("a note lies outside its bars")
        if any(not is_place(note.start) or not is_place(note.end) for note in self.notes):
            found.append("a note is off the grid")
        if any(not LOWEST <= note.pitch - self.keynote <= HIGHEST for note in self.notes):
            found.append("a pitch is out of range")
        return tuple(found)


def is_place(tick: int) -> bool:
    """Whether a note may begin or end there."""
    return tick % TICKS in PLACES


def transpose(tune: Tune, semitones: int) -> Tune:
    """Higher or lower by so much, the key with it."""
    key = Key((tune.key.tonic + semitones) % 12, tune.key.mode)
    moved = tuple(note._replace(pitch=note.pitch + semitones) for note in tune.notes)
    return replace(tune, key=key, notes=moved)


def to_tonic(tune: Tune, tonic: int) -> Tune:
    """In the key on another tonic, by way of the keynotes between middle C and B."""
    return transpose(tune, tonic - tune.key.tonic)
