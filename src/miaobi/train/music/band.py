"""Who plays a tune in which mood, and how: for the moods that engines of music know."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final, Literal

from miaobi.base.music import instruments as i
from miaobi.base.music.note import Instrument

Style = Literal["broken", "vamp", "pulse", "held"]


@dataclass(frozen=True)
class Manner:
    """How a mood is played; tuples hold alternatives that the seed chooses from.

    tune_mood         what a tune is asked to be; "" leaves it open
    notes_per_second  the pace of the melody, whatever note values it is written in
    style             of the chords: broken, offbeat (vamp), repeated (pulse) or only held
    tonics            pitch classes
    """

    tune_mood: str
    notes_per_second: float
    style: Style
    tonics: tuple[int, ...]
    melody: tuple[Instrument, ...]
    chords: tuple[Instrument, ...]
    pad: tuple[Instrument, ...]
    bass: tuple[Instrument, ...]


MANNERS: Final[dict[str, Manner]] = {
    "calm": Manner(
        "calm", 1.9, "broken", (0, 2, 5, 7), (i.FLUTE, i.CLARINET, i.VIOLIN), (i.HARP, i.PIANO, i.GUITAR),
        (i.SLOW_STRINGS, i.WARM_PAD), (i.FRETLESS_BASS, i.CONTRABASS),
    ),
    "warm": Manner(
        "calm", 2.1, "broken", (2, 3, 5, 10), (i.CLARINET, i.VIBRAPHONE, i.VIOLIN), (i.GUITAR, i.ELECTRIC_PIANO),
        (i.WARM_PAD, i.SLOW_STRINGS), (i.ACOUSTIC_BASS, i.FRETLESS_BASS),
    ),
    "hopeful": Manner(
        "hopeful", 2.9, "broken", (0, 2, 7, 9), (i.VIOLIN, i.CLARINET, i.FLUTE), (i.PIANO, i.GUITAR),
        (i.STRINGS, i.SLOW_STRINGS), (i.ACOUSTIC_BASS, i.CONTRABASS),
    ),
    "playful": Manner(
        "playful", 5.0, "vamp", (2, 5, 7, 9), (i.VIOLIN, i.FLUTE, i.CLARINET), (i.GUITAR, i.PIZZICATO, i.MARIMBA),
        (), (i.ACOUSTIC_BASS, i.BASSOON),
    ),
    "sad": Manner(
        "sad", 1.6, "broken", (0, 2, 4, 9, 11), (i.OBOE, i.VIOLIN, i.CLARINET), (i.PIANO, i.HARP),
        (i.SLOW_STRINGS, i.WARM_PAD), (i.CONTRABASS, i.LOW_PIANO),
    ),
    "curious": Manner(
        "curious", 2.8, "vamp", (0, 2, 4, 7, 9), (i.CLARINET, i.CELESTA, i.OBOE), (i.PIZZICATO, i.MARIMBA),
        (i.WARM_PAD,), (i.BASSOON, i.ACOUSTIC_BASS),
    ),
    "tense": Manner(
        "tense", 4.2, "pulse", (0, 2, 4, 7, 9), (i.VIOLIN, i.CLARINET), (i.PIZZICATO, i.MARIMBA),
        (i.TREMOLO_STRINGS, i.STRINGS), (i.CONTRABASS, i.LOW_PIANO),
    ),
    "epic": Manner(
        "curious", 2.6, "pulse", (0, 2, 4, 9), (i.HORN, i.VIOLIN), (i.STRINGS, i.PIZZICATO), (i.CHOIR, i.STRINGS),
        (i.CONTRABASS,),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Band:
    """The instruments chosen for a piece; `second` plays the melody when it comes again."""

    style: Style
    notes_per_second: float
    melody: Instrument
    second: Instrument
    chords: Instrument
    pad: Instrument | None
    bass: Instrument


def choose_band(mood: str, random_: random.Random) -> Band:
    """A band for one of the moods."""
    manner = MANNERS[mood]
    first, second = random_.sample(manner.melody, 2)
    free = [pad for pad in manner.pad if pad not in (first, second)]
    chords = random_.choice(manner.chords)
    return Band(
        style=manner.style,
        notes_per_second=manner.notes_per_second,
        melody=first,
        second=second,
        chords=chords,
        pad=random_.choice([pad for pad in free if pad != chords] or free) if free else None,
        bass=random_.choice(manner.bass),
    )
