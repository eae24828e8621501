"""The tokens that tunes are written in, by name and number.

    PAD START END                      filling, the beginning and the end of a tune
    OPEN                               a condition that was left open
    TONIC_C .. TONIC_B, MODE_MAJOR/MINOR, METER_2/4 .., MOOD_CALM ..      facts, and the same as conditions
    UPBEAT                             the bar before the first full one
    BAR_63 .. BAR_0                    a bar begins, and how many come after it
    AT_3 ..                            something begins at this tick of the bar (24 to the quarter note)
    REST, HOLD                         silence; the note before goes on over the bar line
    P-17 .. P+30                       a note begins, so many semitones from the keynote

Pitches are counted from the keynote, so a tune has the same tokens in every key but one; a bar counts down, so that
the end is in sight and a model can lead up to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from miaobi.base.music.harmony import Key
from miaobi.train.data.music.grid import LONGEST_BAR, METERS, Meter
from miaobi.train.data.music.mood import MOODS
from miaobi.train.data.music.tune import HIGHEST, LOWEST, MOST_BARS, is_place

VOCABULARY_NAME: Final = "vocabulary.json"

_TONICS: Final = ("C", "DB", "D", "EB", "E", "F", "GB", "G", "AB", "A", "BB", "B")
_MODES: Final = {"ionian": "MODE_MAJOR", "aeolian": "MODE_MINOR"}
_PLACES_IN_A_BAR: Final = tuple(tick for tick in range(1, LONGEST_BAR) if is_place(tick))

NAMES: Final = (
    "PAD", "START", "END", "OPEN",
    *(f"TONIC_{name}" for name in _TONICS), *_MODES.values(),
    *(f"METER_{meter.name}" for meter in METERS), *(f"MOOD_{mood.upper()}" for mood in MOODS),
    "UPBEAT", *(f"BAR_{left}" for left in range(MOST_BARS)),
    *(f"AT_{tick}" for tick in _PLACES_IN_A_BAR),
    "REST", "HOLD", *(f"P{step:+d}" for step in range(LOWEST, HIGHEST + 1)),
)  # fmt: skip
"""A token's number is its place in here."""

_IDS: Final = {name: number for number, name in enumerate(NAMES)}

PAD, START, END, OPEN = range(4)
UPBEAT, REST, HOLD = _IDS["UPBEAT"], _IDS["REST"], _IDS["HOLD"]
TONICS: Final = range(_IDS["TONIC_C"], _IDS["TONIC_B"] + 1)
MODES: Final = range(_IDS["MODE_MAJOR"], _IDS["MODE_MINOR"] + 1)
METER_IDS: Final = range(MODES.stop, MODES.stop + len(METERS))
MOOD_IDS: Final = range(METER_IDS.stop, METER_IDS.stop + len(MOODS))
BARS: Final = range(_IDS["BAR_0"], _IDS["BAR_0"] + MOST_BARS)
PLACES: Final = range(BARS.stop, BARS.stop + len(_PLACES_IN_A_BAR))
PITCHES: Final = range(HOLD + 1, len(NAMES))

_TICK_OF: Final = dict(zip(PLACES, _PLACES_IN_A_BAR, strict=True))
_PLACE_OF: Final = {tick: token for token, tick in _TICK_OF.items()}


def tonic_id(key: Key) -> int:
    """The token of a key's tonic."""
    return TONICS[key.tonic]


def mode_id(key: Key) -> int:
    """The token of a key's mode."""
    return MODES[key.is_minor]


def meter_id(meter: Meter) -> int:
    """The token of a meter."""
    return METER_IDS[METERS.index(meter)]


def mood_id(mood: str) -> int:
    """The token of a mood."""
    return MOOD_IDS[MOODS.index(mood)]


def bar_id(left: int) -> int:
    """The token of a bar after which so many come."""
    return BARS[left]


def place_id(tick: int) -> int:
    """The token of a place in a bar. KeyError when nothing begins there."""
    return _PLACE_OF[tick]


def pitch_id(step: int) -> int:
    """The token of a note so many semitones from the keynote."""
    return PITCHES[step - LOWEST]


def tick_of(place: int) -> int:
    """The tick that a token of a place means."""
    return _TICK_OF[place]


def step_of(pitch: int) -> int:
    """The semitones from the keynote that a token of a pitch means."""
    return pitch - PITCHES.start + LOWEST


def write_vocabulary(folder: Path) -> None:
    """Write vocabulary.json, the names in the order of their numbers."""
    (folder / VOCABULARY_NAME).write_text(json.dumps(NAMES, indent=0) + "\n", encoding="utf-8")


def is_vocabulary(path: Path) -> bool:
    """Whether the file holds this vocabulary, and no other version of it."""
    try:
        return bool(json.loads(path.read_bytes()) == list(NAMES))
    except (OSError, ValueError):
        return False
