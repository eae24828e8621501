"""Chords for a melody: for each bar the triad of its key that fits, in an order that leads somewhere.

The chords that fit best together are found by dynamic programming (Viterbi, 1967): each bar tells how well a chord
holds its notes, and each pair of neighbours how well one follows the other.
"""

from __future__ import annotations

from typing import Final

from miaobi.base.music.harmony import Chord, parse_chord
from miaobi.train.data.music.tune import Note, Tune

_CHORDS: Final = {
    "ionian": {"I": 0.0, "V": 0.1, "IV": 0.15, "vi": 0.35, "ii": 0.35, "iii": 0.7},
    "aeolian": {"i": 0.0, "V": 0.3, "iv": 0.2, "bVII": 0.25, "bVI": 0.35, "bIII": 0.35, "v": 0.5},
}
"""For each mode the chords, and what each costs."""

_LEADS: Final = {
    ("V", "I"): 0.3, ("V", "i"): 0.3, ("ii", "V"): 0.15, ("IV", "V"): 0.15, ("iv", "V"): 0.15, ("IV", "I"): 0.1,
    ("vi", "ii"): 0.1, ("vi", "IV"): 0.1, ("bVII", "i"): 0.2, ("bVI", "bVII"): 0.15, ("bVII", "bIII"): 0.1,
    ("V", "IV"): -0.3, ("V", "ii"): -0.3, ("ii", "I"): -0.3, ("iii", "I"): -0.2, ("bVI", "i"): -0.1,
    ("V", "v"): -0.5, ("v", "V"): -0.5,
}  # fmt: skip
"""What it is worth when one chord follows another."""

_FIT: Final = 2.0
_STAYING: Final = -0.12
_FIRST_BEAT, _PULSE = 2.0, 1.4
_FOREIGN: Final = -0.8
_AT_THE_END: Final = 1.5
_BEFORE_THE_END: Final = 0.4


def harmonise(tune: Tune) -> list[Chord]:
    """A chord for each bar; the last is the tonic's."""
    costs = _CHORDS[tune.key.mode]
    chords = {numeral: parse_chord(numeral, tune.key.tonic) for numeral in costs}
    best = dict.fromkeys(costs, 0.0)  # the worth of the best way to each chord
    ways: list[dict[str, str]] = []
    for bar in range(tune.bars):
        worth = _worth_of_bar(tune, bar, chords)
        came_from: dict[str, str] = {}
        reached: dict[str, float] = {}
        for numeral in costs:
            came_from[numeral] = max(best, key=lambda other: best[other] + _leading(other, numeral, bar))
            before = best[came_from[numeral]] + _leading(came_from[numeral], numeral, bar)
            reached[numeral] = before + worth[numeral] - costs[numeral]
        best = reached
        ways.append(came_from)
    chosen = [max(best, key=lambda numeral: best[numeral])]
    for came_from in reversed(ways[1:]):
        chosen.append(came_from[chosen[-1]])
    return [chords[numeral] for numeral in reversed(chosen)]


def _leading(one: str, other: str, bar: int) -> float:
    if bar == 0:
        return 0.0
    return _STAYING if one == other else _LEADS.get((one, other), 0.0)


def _worth_of_bar(tune: Tune, bar: int, chords: dict[str, Chord]) -> dict[str, float]:
    """How well each chord holds the notes of a bar, and its place in the tune."""
    tonic = next(iter(chords))
    worth = {numeral: _FIT * _fit(tune, bar, chord) for numeral, chord in chords.items()}
    if bar == tune.bars - 1:
        worth[tonic] += _AT_THE_END
    elif bar == tune.bars - 2 or bar % 8 == 6:
        worth["V"] += _BEFORE_THE_END if bar == tune.bars - 2 else _BEFORE_THE_END / 2
    return worth


def _fit(tune: Tune, bar: int, chord: Chord) -> float:
    """-0.8 where no note of the bar belongs to the chord, 1 where all do; longer and stressed ones count more."""
    length = tune.meter.ticks
    begin = bar * length
    total = held = 0.0
    for note in tune.notes:
        sounding = min(note.end, begin + length) - max(note.start, begin)
        if sounding > 0:
            weight = sounding * _stress(note, begin, tune.meter.pulse_ticks)
            total += weight
            held += weight * (1.0 if note.pitch % 12 in chord.tones else _FOREIGN)
    return held / total if total else 0.0


def _stress(note: Note, begin: int, pulse: int) -> float:
    if note.start <= begin:
        return _FIRST_BEAT
    return _PULSE if (note.start - begin) % pulse == 0 else 1.0
