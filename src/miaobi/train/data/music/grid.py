"""The grid that notes lie on, and the meters whose bars it divides.

A quarter note has 24 ticks. Notes begin and end at multiples of a thirty-second note (3 ticks) or of a sixteenth
triplet (4 ticks): straight and triplet rhythms are exact, anything else goes to the nearest of these twelve places.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

TICKS: Final = 24
"""To the quarter note."""

PLACES: Final = tuple(sorted({*range(0, TICKS, 3), *range(0, TICKS, 4)}))
"""Within a quarter note, where a note may begin."""

COUNTED_AS_MOVED: Final = 1 / 48
"""Quarter notes; a note nearer than half a tick to the grid is on it."""


class Meter(NamedTuple):
    """Beats in a bar, and the note value of one."""

    beats: int
    unit: int

    @property
    def name(self) -> str:
        """As it is written, e.g. "6/8"."""
        return f"{self.beats}/{self.unit}"

    @property
    def ticks(self) -> int:
        """Of a bar."""
        return self.beats * 4 * TICKS // self.unit

    @property
    def pulse_ticks(self) -> int:
        """Of the beat one would clap: a dotted quarter note in 6/8, 9/8 and 12/8, else the unit."""
        is_compound = self.unit == 8 and self.beats % 3 == 0 and self.beats > 3
        return (3 if is_compound else 1) * 4 * TICKS // self.unit


METERS: Final = tuple(
    Meter(*pair)
    for pair in (
        (2, 4), (3, 4), (4, 4), (5, 4), (6, 4), (2, 2), (3, 2), (4, 2),
        (3, 8), (4, 8), (5, 8), (6, 8), (7, 8), (9, 8), (12, 8),
    )
)  # fmt: skip
LONGEST_BAR: Final = max(meter.ticks for meter in METERS)


def snap(quarters: float) -> int:
    """The tick of the grid's nearest place, the earlier of two."""
    whole = math.floor(quarters)
    rest = (quarters - whole) * TICKS
    straight, triplet = 3 * math.ceil(rest / 3 - 0.5), 4 * math.ceil(rest / 4 - 0.5)
    distances = (abs(straight - rest), straight), (abs(triplet - rest), triplet)
    return whole * TICKS + min(distances)[1]


def find_meter(beats: int, unit: int) -> Meter | None:
    """The meter, None when its bars are not among those the vocabulary has."""
    meter = Meter(beats, unit)
    return meter if meter in METERS else None


def meter_named(name: str) -> Meter | None:
    """The meter of a name such as "6/8"; "C" is 4/4 and "C|" 2/2. None when there is none."""
    name = {"C": "4/4", "c": "4/4", "C|": "2/2"}.get(name.strip(), name.strip())
    return next((meter for meter in METERS if meter.name == name), None)
