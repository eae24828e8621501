"""Bass, broken chords, sustained chords, touches of colour and light percussion, one bar at a time.

Every function returns notes at beats within its bar. What varies from bar to bar is drawn from the `rng` given, what
stays the same in a phrase from the phrase's pattern.
"""

from __future__ import annotations

import random

from miaobi.base.music.harmony import Key, ladder, nearest, scale_over
from miaobi.base.music.note import Instrument, Note
from miaobi.create.score.form import PHRASE_BARS, Bar

Pattern = tuple[tuple[float, int], ...]
"""Onset in quarter notes and number of the chord tone, counted up from the lowest in the figure's register."""

FIGURES: dict[str, tuple[tuple[int | None, ...], ...]] = {
    "wave": ((0, 1, 2, 3, 4, 3, 2, 1), (0, 2, 3, 4, 5, 4, 3, 2), (0, 1, 3, 4, 3, 4, 3, 1)),
    "broken": ((0, 2, 1, 2, 3, 2, 1, 2), (0, 2, 3, 2, 4, 2, 3, 2), (0, 3, 2, 3, 4, 3, 2, 1)),
    "drive": ((0, 2, 2, 3, 2, 2, 3, 2), (0, 2, 3, 2, 2, 3, 2, 3), (0, 3, 2, 2, 3, 2, 2, 1)),
    "fingerpick": ((0, None, 3, 2, 1, 4, 3, 2), (0, 3, 2, 4, 1, None, 3, 2), (0, None, 2, 3, 1, 3, 4, None)),
    "skip": (
        (0, None, None, 2, 3, None, 1, None),
        (None, 2, 3, None, None, 1, 2, None),
        (0, None, 2, None, 3, 4, None, 2),
    ),
    "offbeat": ((None, 2, None, 3, None, 2, None, 4), (None, 3, None, 2, None, 3, 4, None)),
    "ostinato": ((0, 0, 1, 0, 2, 0, 1, 0), (0, 1, 0, 2, 0, 1, 0, 1), (0, 0, 2, 0, 0, 1, 0, 2)),
}
"""Chord tone on each eighth note of a bar (None is a rest); three-four time uses the first six."""

_STACCATO = frozenset({"skip", "offbeat", "ostinato"})

BASS_STYLES: dict[str, tuple[tuple[float, float, str], ...]] = {
    "whole": ((0, 4, "root"),),
    "root-fifth": ((0, 2, "root"), (2, 2, "fifth")),
    "long-short": ((0, 1.5, "root"), (1.5, 0.5, "root"), (2, 2, "fifth")),
    "bounce": ((0, 0.5, "root"), (1, 0.5, "fifth"), (2, 0.5, "root"), (3, 0.5, "approach")),
    "pulse": tuple((step / 2, 0.45, "root") for step in range(8)),
}
"""Onset, length, and which note; "approach" leads by step to the next bar's root."""

DRUM_PATTERNS: dict[str, tuple[tuple[float, int, int], ...]] = {
    "shaker": tuple((step / 2, 70, 34 if step % 2 else 46) for step in range(8)),
    "woodblock": ((0, 77, 46), (1.5, 76, 40), (3, 76, 44), (0.5, 70, 30), (1, 70, 36), (2, 70, 38), (2.5, 70, 30)),
    "heartbeat": ((0, 35, 62), (0.5, 35, 46), (2, 41, 36)),
    "drums": ((0, 41, 74), (1.5, 41, 52), (2, 43, 62), (3, 41, 56), (3.5, 43, 50)),
}
"""Onset, General MIDI drum (35 kick, 41 and 43 floor toms, 70 maracas, 76 and 77 wood blocks) and velocity."""


def choose_pattern(style: str, beats_per_bar: int, rng: random.Random) -> Pattern:
    """The pattern of a phrase."""
    tones = rng.choice(FIGURES[style])[: 2 * beats_per_bar]
    return tuple((step / 2, tone) for step, tone in enumerate(tones) if tone is not None)


def vary_pattern(pattern: Pattern, bar: Bar, beats_per_bar: int, attempt: int, rng: random.Random) -> Pattern:
    """Another chord tone here and there; the last bar of a phrase turns upwards, C keeps every other note.

    Later attempts at a bar that sounded too familiar change more.
    """
    if bar.section == "C" and attempt < 10:
        pattern = pattern[::2]
    changes = 2 if bar.position == PHRASE_BARS - 1 else rng.choice((0, 0, 1, 1, 2))
    changes += attempt // 4
    places = [place for place, (onset, _) in enumerate(pattern) if onset > 0]
    varied = dict(enumerate(pattern))
    for place in rng.sample(places, min(changes, len(places))):
        onset, tone = pattern[place]
        lift = rng.choice((-2, -1, 1, 2)) if attempt else 1 if onset >= beats_per_bar / 2 else rng.choice((-1, 1))
        varied[place] = (onset, max(0, tone + lift))
    return tuple(varied.values())


def play_figure(pattern: Pattern, style: str, bar: Bar, instrument: Instrument, length_beats: float) -> list[Note]:
    """A broken chord; B lies a chord tone higher. Legato tones ring on for a beat and a half."""
    lift = 1 if bar.section in ("B", "A''") else 0
    register = ladder(bar.chord.tones, instrument.low + 2, instrument.high)
    notes = []
    for onset, tone in pattern:
        pitch = register[min(tone + lift, len(register) - 1)]
        ring = 0.35 if style in _STACCATO else 1.5
        accent = 8 if onset == 0 else 3 if onset == int(onset) else -4
        notes.append(Note(onset, min(ring, length_beats - onset), pitch, 56 + accent))
    return notes


def play_bass(
    style: str, bar: Bar, following: Bar, key: Key, instrument: Instrument, beats_per_bar: int, at: int
) -> list[Note]:
    """Root and fifth near the note before, drawn to the middle of the range so that the line cannot climb away."""
    roots = ladder((bar.chord.root,), instrument.low, instrument.high)
    root = nearest((2 * at + (instrument.low + instrument.high) // 2) // 3, roots)
    notes = []
    for onset, length, which in BASS_STYLES[style]:
        if onset >= beats_per_bar:
            continue
        if which == "root":
            pitch = root
        elif which == "fifth":
            pitch = nearest(root, ladder((bar.chord.fifth,), instrument.low, instrument.high))
        else:
            pitch = _approach(root, following, bar, key, instrument)
        notes.append(Note(onset, min(length, beats_per_bar - onset) * 0.97, pitch, 64 if onset == 0 else 54))
    return notes


def _approach(root: int, following: Bar, bar: Bar, key: Key, instrument: Instrument) -> int:
    """A scale tone one step from the root that comes next."""
    goal = nearest(root, ladder((following.chord.root,), instrument.low, instrument.high))
    scale = [pitch for pitch in ladder(scale_over(key, bar.chord), instrument.low, instrument.high) if pitch != goal]
    return min(scale, key=lambda pitch: (abs(pitch - goal), abs(pitch - root)))


def play_pad(voicing: tuple[int, ...], beats_per_bar: int, *, is_plucked: bool) -> list[Note]:
    """The voicing held for the bar, or plucked after the beat."""
    if not is_plucked:
        return [Note(0, beats_per_bar, pitch, 52) for pitch in voicing]
    onsets = range(1, beats_per_bar, 2)
    return [Note(onset, 0.4, pitch, 46) for onset in onsets for pitch in voicing]


def play_colour(bar: Bar, instrument: Instrument, beats_per_bar: int, rng: random.Random) -> list[Note]:
    """A few high chord tones where the melody rests: at the opening of a phrase in B and C, later in A' and A''."""
    wanted = {"A'": 2, "A''": 3, "B": 0, "C": 1}.get(bar.section)
    if wanted is None or (bar.position != wanted and not (bar.section in ("B", "C") and bar.position == 2)):
        return []
    register = ladder(bar.chord.tones, instrument.low, instrument.high)
    first = rng.randrange(max(1, len(register) - 4))
    shape = rng.choice(((0, 1, 2), (0, 2, 1), (2, 1, 0), (0, 1, 2, 3), (1, 3, 2)))
    pace = rng.choice((0.5, 0.5, 1.0))
    delay = rng.choice((0.0, 0.5, 1.0))
    notes = []
    for number, tone in enumerate(shape):
        onset = delay + number * pace
        if onset < beats_per_bar:
            ring = min(2.0, beats_per_bar - onset)
            notes.append(Note(onset, ring, register[min(first + tone, len(register) - 1)], 50 - 3 * number))
    return notes


def play_drums(name: str, bar: Bar, beats_per_bar: int, rng: random.Random) -> list[Note]:
    """The mood's pattern, with a stroke left out now and then and two more before a new phrase."""
    strokes = [stroke for stroke in DRUM_PATTERNS[name] if stroke[0] < beats_per_bar]
    if rng.random() < 0.4:
        strokes.remove(rng.choice(strokes[1:]))
    notes = [Note(onset, 0.25, drum, velocity) for onset, drum, velocity in strokes]
    if bar.position == PHRASE_BARS - 1:
        drum = strokes[-1][1]
        notes += [Note(beats_per_bar - back, 0.2, drum, 44) for back in (0.75, 0.25)]
    return sorted(notes, key=lambda note: (note.start_beats, note.pitch))


def play_final(
    role: str, bar: Bar, instrument: Instrument, length_beats: float, voicing: tuple[int, ...]
) -> list[Note]:
    """The closing tonic chord: bass and pad held, the figure rolled upwards once and left to ring."""
    if role == "bass":
        return [Note(0, length_beats, ladder((bar.chord.root,), instrument.low, instrument.high)[0], 60)]
    if role == "pad":
        return [Note(0, length_beats, pitch, 48) for pitch in voicing]
    register = ladder(bar.chord.tones, instrument.low, instrument.high)
    start = next(place for place, pitch in enumerate(register) if pitch % 12 == bar.chord.root)
    gap = min(0.25, length_beats / 16)
    rolled = register[start : start + 5]
    return [Note(gap * step, length_beats - gap * step, pitch, 56 - 3 * step) for step, pitch in enumerate(rolled)]
