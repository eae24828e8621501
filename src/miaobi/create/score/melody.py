"""A sparse melody grown from one motif: stated, sequenced, inverted, varied, ornamented; with rests for a voice-over.

A motif is one bar of (onset, length, step): onset and length in quarter notes, step in scale degrees from its first
note. A phrase of four bars has at most three bars of melody.
"""

from __future__ import annotations

import random

from miaobi.base.music.harmony import Key, ladder, nearest, scale_over
from miaobi.base.music.note import Instrument, Note
from miaobi.create.score.form import PHRASE_BARS, Bar, Form

Motif = tuple[tuple[float, float, int], ...]

_RHYTHMS: dict[int, tuple[tuple[tuple[float, float], ...], ...]] = {
    4: (
        ((0, 1.5), (1.5, 0.5), (2, 2)),
        ((0, 1), (1, 1), (2, 2)),
        ((0.5, 0.5), (1, 1), (2, 1.5)),
        ((0, 2), (2, 1), (3, 1)),
        ((1, 0.5), (1.5, 0.5), (2, 2)),
        ((0, 1.5), (1.5, 0.5), (2, 1), (3, 1)),
        ((0, 0.5), (0.5, 0.5), (1, 1), (2, 2)),
        ((1, 1), (2, 0.5), (2.5, 0.5), (3, 1)),
    ),
    3: (
        ((0, 1), (1, 2)),
        ((0, 1.5), (1.5, 0.5), (2, 1)),
        ((0, 2), (2, 1)),
        ((0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 1)),
        ((0, 1), (1, 1), (2, 1)),
    ),
}
_SPAN_STEPS = 3
_STEPS, _STEP_WEIGHTS = (-3, -2, -1, 1, 2, 3, 4), (1, 3, 6, 6, 3, 1, 1)


def write_melody(form: Form, instrument: Instrument, share: float, rng: random.Random) -> dict[int, list[Note]]:
    """Notes by bar index, at beats within the bar."""
    motif = _new_motif(form.beats_per_bar, rng)
    middle = (instrument.low + instrument.high) // 2
    at = home = middle
    phrase = -1
    melody: dict[int, list[Note]] = {}
    for index, bar in enumerate(form.bars):
        if bar.section == "intro":
            continue
        if bar.section == "final":
            figure: Motif = ((0, form.total_beats - index * form.beats_per_bar, 0),)
        else:
            figure = _develop(motif, bar, form.beats_per_bar, share, rng)
        if not figure:
            continue
        if bar.phrase != phrase:
            # steps count from one home note a phrase; it leans to the middle, so that the line cannot drift away
            phrase, home = bar.phrase, (at + 2 * middle) // 3
        melody[index] = _place(figure, bar, form.key, instrument, at if bar.section == "final" else home)
        at = melody[index][-1].pitch
    return melody


def _new_motif(beats_per_bar: int, rng: random.Random) -> Motif:
    """Three or four notes, mostly by step, never far from the first; a leap is answered in the other direction."""
    steps, last = [0], 0
    rhythm = rng.choice([cell for cell in _RHYTHMS[beats_per_bar] if len(cell) >= 3])
    for _ in rhythm[1:]:
        move = rng.choices(_STEPS, _STEP_WEIGHTS)[0]
        if abs(last) > 2:
            move = -1 if last > 0 else 1
        if abs(steps[-1] + move) > _SPAN_STEPS:
            move = -move
        steps.append(steps[-1] + move)
        last = move
    return tuple((onset, length, step) for (onset, length), step in zip(rhythm, steps, strict=True))


def _develop(motif: Motif, bar: Bar, beats_per_bar: int, share: float, rng: random.Random) -> Motif:
    """What becomes of the motif in this bar; () is a rest."""
    if bar.section == "cadence":
        return sequence(motif, rng.choice((1, -1)))[-2:]
    plans: dict[str, tuple[Motif, ...]] = {
        "A": (motif, sequence(motif, rng.choice((-2, -1, 1, 2))), (), _tail(motif, beats_per_bar)),
        "A'": (motif, change_rhythm(motif, beats_per_bar, rng), (), _tail(invert(motif), beats_per_bar)),
        "B": (
            (),
            sequence(invert(motif), 2),
            (),
            sequence(change_rhythm(retrograde(invert(motif)), beats_per_bar, rng), 1),
        ),
        "A''": (ornament(motif, rng), sequence(motif, rng.choice((1, 2))), invert(motif)[:2], ()),
        "C": (augment(motif, beats_per_bar), (), _tail(retrograde(motif), beats_per_bar), ()),
    }
    figure = plans[bar.section][bar.position % PHRASE_BARS]
    is_statement = bar.position == 0 and bar.section != "C"
    return figure if is_statement or rng.random() < share else ()


def sequence(motif: Motif, degrees: int) -> Motif:
    """The same shape, some scale degrees higher or lower."""
    return tuple((onset, length, step + degrees) for onset, length, step in motif)


def invert(motif: Motif) -> Motif:
    """Upside down about its first note."""
    first = motif[0][2]
    return tuple((onset, length, 2 * first - step) for onset, length, step in motif)


def retrograde(motif: Motif) -> Motif:
    """The pitches backwards in the same rhythm."""
    steps = [step for _, _, step in reversed(motif)]
    return tuple((onset, length, step) for (onset, length, _), step in zip(motif, steps, strict=True))


def augment(motif: Motif, beats_per_bar: int) -> Motif:
    """Twice as slow; what no longer fits in the bar is left out."""
    slow = ((2 * onset, min(2 * length, beats_per_bar - 2 * onset), step) for onset, length, step in motif)
    return tuple(note for note in slow if note[0] < beats_per_bar)


def change_rhythm(motif: Motif, beats_per_bar: int, rng: random.Random) -> Motif:
    """The same pitches in another rhythm; left-over notes are dropped."""
    own = tuple((onset, length) for onset, length, _ in motif)
    rhythm = rng.choice([cell for cell in _RHYTHMS[beats_per_bar] if cell != own])
    return tuple((onset, length, step) for (onset, length), (_, _, step) in zip(rhythm, motif, strict=False))


def ornament(motif: Motif, rng: random.Random) -> Motif:
    """The longest note is left for its neighbour and taken up again."""
    place = max(range(len(motif)), key=lambda index: (motif[index][1], index))
    onset, length, step = motif[place]
    if length < 1:
        return motif
    turn = ((onset, length / 4, step), (onset + length / 4, length / 4, step + rng.choice((1, -1))))
    return (*motif[:place], *turn, (onset + length / 2, length / 2, step), *motif[place + 1 :])


def _tail(motif: Motif, beats_per_bar: int) -> Motif:
    """Its last two steps, the second held to the end of the bar: how a phrase comes to rest."""
    before, last = motif[-2][2], motif[-1][2]
    return ((0, 1, before), (1, beats_per_bar - 1, last))


def _place(figure: Motif, bar: Bar, key: Key, instrument: Instrument, home: int) -> list[Note]:
    """Scale steps above or below `home` to pitches: long notes and those on strong beats are tones of the chord."""
    scale = ladder(scale_over(key, bar.chord), instrument.low, instrument.high)
    tones = ladder(bar.chord.tones[:3], instrument.low, instrument.high)
    if bar.section == "final":
        tones = [pitch for pitch in tones if pitch % 12 == key.tonic]
    first = scale.index(nearest(nearest(home, tones), scale))
    steps = [step for _, _, step in figure]
    first = max(-min(steps), min(len(scale) - 1 - max(steps), first))  # the whole shape moves when it would not fit
    notes = []
    for onset, length, step in figure:
        pitch = scale[max(0, min(len(scale) - 1, first + step))]
        if length >= 1 or onset == 0:
            pitch = nearest(pitch, tones)
        accent = 6 if onset == 0 else 0
        notes.append(Note(onset, length * 0.95, pitch, 66 + accent))
    return notes
