"""The form of a piece: how many bars, which section each belongs to, which chord it has.

A short bed is intro, A, A', B, A'' and a two-bar cadence; a shorter one leaves sections out from the middle, a longer
one goes on with a thin C section and new variations. The tempo is bent so that the bars fill the duration exactly.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from miaobi.base.music.harmony import Chord, Key, parse_chord
from miaobi.create.score.mood import Mood, Progression

PHRASE_BARS = 4
_SHORT_FORMS = {1: ("A",), 2: ("A", "A''"), 3: ("A", "B", "A''"), 4: ("A", "A'", "B", "A''")}
_LONG_CYCLE = ("A", "A'", "B", "A''", "C", "A'", "B", "A")


@dataclass(frozen=True)
class Bar:
    """One bar. `section` is intro, A, A', B, A'', C, cadence or final; `phrase` counts the four-bar phrases."""

    section: str
    phrase: int
    position: int
    chord: Chord


@dataclass(frozen=True)
class Form:
    """`total_beats` quarter notes at `tempo_bpm` last exactly as long as was asked for."""

    key: Key
    tempo_bpm: float
    beats_per_bar: int
    total_beats: float
    bars: tuple[Bar, ...]


def plan_form(mood: Mood, duration_seconds: float, rng: random.Random) -> Form:
    """Key, tempo, bars and chords. Less than a bar and a half is the closing chord alone."""
    key = Key(rng.choice(mood.tonics), mood.mode)
    wished_bpm = rng.uniform(*mood.tempo_bpm)
    wished_bar_seconds = mood.beats_per_bar * 60 / wished_bpm
    count = round(duration_seconds / wished_bar_seconds)
    if count < 2:
        final = Bar("final", 0, 0, parse_chord(mood.final, key.tonic))
        return Form(key, wished_bpm, mood.beats_per_bar, duration_seconds * wished_bpm / 60, (final,))
    tempo_bpm = 60 * mood.beats_per_bar * count / duration_seconds
    bars = [
        Bar(section, phrase, position, parse_chord(numeral, key.tonic))
        for section, phrase, position, numeral in _plan_bars(mood, count, rng)
    ]
    return Form(key, tempo_bpm, mood.beats_per_bar, float(mood.beats_per_bar * count), tuple(bars))


def _plan_bars(mood: Mood, count: int, rng: random.Random) -> list[tuple[str, int, int, str]]:
    """(section, phrase, position in the phrase, numeral) of every bar."""
    body = count - 2
    intro = body % PHRASE_BARS
    if intro == 0 and count >= 3 * PHRASE_BARS + 2:
        intro = PHRASE_BARS
    phrases = (body - intro) // PHRASE_BARS
    theme = rng.choice(mood.a)
    opening = (mood.final, *theme[1:]) if intro > 1 else theme
    plan = [("intro", 0, position, opening[position]) for position in range(intro)]
    for number, section in enumerate(_sections(phrases), start=1):
        progression = _progression(mood, section, theme, rng)
        plan += [(section, number, position, numeral) for position, numeral in enumerate(progression)]
    if plan and plan[-1][3] != mood.predominant:
        if len(plan) > 1 and plan[-2][3] == mood.predominant:
            plan[-2] = (*plan[-2][:3], mood.final)
        plan[-1] = (*plan[-1][:3], mood.predominant)
    return [*plan, ("cadence", phrases + 1, 0, mood.dominant), ("final", phrases + 1, 1, mood.final)]


def _sections(phrases: int) -> tuple[str, ...]:
    if phrases in _SHORT_FORMS:
        return _SHORT_FORMS[phrases]
    return (*(_LONG_CYCLE[number % len(_LONG_CYCLE)] for number in range(phrases - 1)), "A''") if phrases else ()


def _progression(mood: Mood, section: str, theme: Progression, rng: random.Random) -> Progression:
    """A keeps the theme's chords, A' and A'' change its second half, B and C have their own."""
    if section == "A":
        return theme
    if section in ("A'", "A''"):
        endings = [progression for progression in mood.a if progression != theme and progression[2] != theme[1]]
        other = rng.choice(endings or [theme])
        return (theme[0], theme[1], other[2], other[3])
    return rng.choice(mood.b)
