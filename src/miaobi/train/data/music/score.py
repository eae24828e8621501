"""`Score`: what a reader finds in a file, before anything is chosen or rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Mode = Literal["major", "minor"]


class ScoreNote(NamedTuple):
    """A note: start and length in quarter notes, the pitch as a MIDI note number."""

    start: float
    length: float
    pitch: int


@dataclass(frozen=True)
class ScorePart:
    """The pitched notes of one part, in no particular order; chords and several voices are all in here."""

    name: str
    notes: tuple[ScoreNote, ...]


@dataclass(frozen=True)
class Score:
    """One piece. Quarter 0 is where its first bar begins; a bar with an upbeat is whole, with silence before it.

    meter          beats in a bar and the note value of a beat, as it is at the beginning
    changes_meter  whether there is another meter later on
    fifths         sharps of the key signature, negative for flats; None where none is told
    mode           as told; None where the file does not tell
    tonic          pitch class of the keynote, where a church mode is told: D dorian has no sharps and D for a tonic
    tempo_bpm      quarter notes a minute, None where none is told
    """

    parts: tuple[ScorePart, ...]
    meter: tuple[int, int]
    changes_meter: bool = False
    fifths: int | None = None
    mode: Mode | None = None
    tonic: int | None = None
    tempo_bpm: float | None = None
