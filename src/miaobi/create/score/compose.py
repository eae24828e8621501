"""From mood, length and seed to a composition; and from a composition to a performance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace

from miaobi.base.music import performance
from miaobi.base.music.harmony import lead_voices
from miaobi.base.music.instruments import PERCUSSION, PIZZICATO
from miaobi.base.music.note import Instrument, Note, Part, without_overlap
from miaobi.create.score.accompaniment import (
    Pattern,
    choose_pattern,
    play_bass,
    play_colour,
    play_drums,
    play_figure,
    play_final,
    play_pad,
    vary_pattern,
)
from miaobi.create.score.form import Bar, Form, plan_form
from miaobi.create.score.melody import write_melody
from miaobi.create.score.mood import MOODS, Mood
from miaobi.create.score.note import Composition

_ROLES_IN: dict[str, frozenset[str]] = {
    "intro": frozenset({"figure", "pad"}),
    "A": frozenset({"figure", "pad", "bass", "melody"}),
    "A'": frozenset({"figure", "pad", "bass", "melody", "colour", "drums"}),
    "B": frozenset({"figure", "pad", "bass", "melody", "colour", "drums"}),
    "A''": frozenset({"figure", "pad", "bass", "melody", "colour", "drums"}),
    "C": frozenset({"figure", "pad", "bass", "melody", "colour"}),
    "cadence": frozenset({"figure", "pad", "bass", "melody"}),
    "final": frozenset({"figure", "pad", "bass", "melody"}),
}
_DYNAMICS = {"intro": 0.8, "A": 0.92, "A'": 0.98, "B": 1.0, "A''": 1.08, "C": 0.85, "cadence": 0.95, "final": 0.9}
_REPEATS_AT_MOST = 2
_TRIES = 60
_ROLES = ("melody", "colour", "figure", "pad", "bass", "drums")

BarNotes = dict[str, list[Note]]


@dataclass(frozen=True)
class _Band:
    """The instruments chosen for a piece and how the accompanying ones play."""

    instruments: dict[str, Instrument]
    figure_style: str
    bass_style: str


def compose(mood_name: str, duration_seconds: float, seed: int) -> Composition:
    """The piece as written; KeyError for a mood that is not in MOODS."""
    mood = MOODS[mood_name]
    rng = random.Random(f"{mood_name}/{float(duration_seconds)!r}/{seed}")  # noqa: S311 - no secret
    form = plan_form(mood, duration_seconds, rng)
    band = _choose_band(mood, rng)
    melody = write_melody(form, band.instruments["melody"], mood.melody_share, rng)
    bars = _accompany(mood, form, band, melody, rng)
    parts = [_gather(role, form, band.instruments[role], bars) for role in _ROLES]
    return Composition(mood_name, form, tuple(part for part in parts if part.notes))


def perform(composition: Composition, seed: int) -> tuple[Part, ...]:
    """The parts as persons would play them."""
    form = composition.form
    return performance.perform(
        composition.parts, tempo_bpm=form.tempo_bpm, total_beats=form.total_beats, name=composition.mood, seed=seed
    )


def _choose_band(mood: Mood, rng: random.Random) -> _Band:
    """One instrument a role, none of them twice where the mood leaves a choice."""
    chosen: dict[str, Instrument] = {}
    for role, choices in (
        ("figure", mood.figure),
        ("pad", mood.pad),
        ("melody", mood.melody),
        ("colour", mood.colour),
        ("bass", mood.bass),
    ):
        free = [instrument for instrument in choices if instrument not in chosen.values()]
        chosen[role] = rng.choice(free or list(choices))
    return _Band({**chosen, "drums": PERCUSSION}, rng.choice(mood.figure_style), rng.choice(mood.bass_style))


def _accompany(
    mood: Mood, form: Form, band: _Band, melody: dict[int, list[Note]], rng: random.Random
) -> list[BarNotes]:
    """All notes bar by bar; a bar that was heard twice already is written anew."""
    heard: Counter[frozenset[tuple[str, float, int]]] = Counter()
    patterns: dict[int, Pattern] = {}
    voicing: tuple[int, ...] = ()
    bass_at = (band.instruments["bass"].low + band.instruments["bass"].high) // 2
    bars: list[BarNotes] = []
    for index, bar in enumerate(form.bars):
        if bar.phrase not in patterns:
            patterns[bar.phrase] = choose_pattern(band.figure_style, form.beats_per_bar, rng)
        pad = band.instruments["pad"]
        voicing = lead_voices(bar.chord, voicing, pad.low, pad.high, 3 if pad == PIZZICATO else 4)
        for attempt in range(_TRIES):
            if attempt == _TRIES // 2:
                patterns[bar.phrase] = choose_pattern(band.figure_style, form.beats_per_bar, rng)
            pattern = vary_pattern(patterns[bar.phrase], bar, form.beats_per_bar, attempt, rng)
            notes = _play_bar(mood, form, index, band, pattern, voicing, bass_at, rng)
            notes["melody"] = melody.get(index, [])
            notes = {role: played for role, played in notes.items() if role in _ROLES_IN[bar.section]}
            # held chords do not count: a new chord under the same notes is still the same bar to the ear
            moving = [(role, played) for role, played in notes.items() if role != "pad"]
            content = frozenset((role, n.start_beats, n.pitch) for role, played in moving for n in played)
            if heard[content] < _REPEATS_AT_MOST:
                break
        heard[content] += 1
        if notes.get("bass"):
            bass_at = notes["bass"][0].pitch
        bars.append(notes)
    return bars


def _play_bar(
    mood: Mood,
    form: Form,
    index: int,
    band: _Band,
    pattern: Pattern,
    voicing: tuple[int, ...],
    bass_at: int,
    rng: random.Random,
) -> BarNotes:
    """Everything but the melody."""
    bar, beats, players = form.bars[index], form.beats_per_bar, band.instruments
    if bar.section == "final":
        left = form.total_beats - index * beats
        return {role: play_final(role, bar, players[role], left, voicing) for role in ("bass", "pad", "figure")}
    following: Bar = form.bars[index + 1]
    return {
        "bass": play_bass(band.bass_style, bar, following, form.key, players["bass"], beats, bass_at),
        "pad": play_pad(voicing, beats, is_plucked=players["pad"] == PIZZICATO),
        "figure": play_figure(pattern, band.figure_style, bar, players["figure"], beats),
        "colour": play_colour(bar, players["colour"], beats, rng),
        "drums": play_drums(mood.percussion, bar, beats, rng) if mood.percussion else [],
    }


def _gather(role: str, form: Form, instrument: Instrument, bars: list[BarNotes]) -> Part:
    """One role's notes of all bars, counted from the beginning, louder and softer by section."""
    notes: list[Note] = []
    for index, (bar, played) in enumerate(zip(form.bars, bars, strict=True)):
        offset = index * form.beats_per_bar
        arch = 1 + 0.06 * (1 - abs(bar.position - 1.5) / 1.5)  # every phrase swells to its middle
        for note in played.get(role, []):
            force = round(note.velocity * _DYNAMICS[bar.section] * arch)
            length = min(note.length_beats, form.total_beats - offset - note.start_beats)
            notes.append(Note(offset + note.start_beats, length, note.pitch, max(1, min(127, force))))
    if role == "pad":
        notes = _tie(notes, form.beats_per_bar)
    notes.sort(key=lambda note: (note.start_beats, note.pitch))
    return Part(role, instrument, tuple(without_overlap(notes)), is_drums=role == "drums")


def _tie(notes: list[Note], beats_per_bar: int) -> list[Note]:
    """Held tones that two neighbouring bars share are struck once."""
    tied: list[Note] = []
    open_by_pitch: dict[int, int] = {}
    for note in notes:
        place = open_by_pitch.get(note.pitch)
        before = tied[place] if place is not None else None
        if (
            place is not None
            and before is not None
            and before.start_beats + before.length_beats == note.start_beats
            and before.length_beats == beats_per_bar
        ):
            tied[place] = replace(before, length_beats=before.length_beats + note.length_beats)
            del open_by_pitch[note.pitch]
        else:
            open_by_pitch[note.pitch] = len(tied)
            tied.append(note)
    return tied
