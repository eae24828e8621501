"""From a score to one voice in a key, on the grid, in pieces that can be learned."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import SCALE, folk_tune, simple_tune

from miaobi.base.music.harmony import Key
from miaobi.train.data.music.grid import TICKS, Meter
from miaobi.train.data.music.key import find_key
from miaobi.train.data.music.melody import UnfitError, cut, find_melody, skyline
from miaobi.train.data.music.mood import MOODS, is_minor_mood, mood_of
from miaobi.train.data.music.score import Score, ScoreNote, ScorePart
from miaobi.train.data.music.tokens import decode, encode
from miaobi.train.data.music.tune import Note


def score(*parts: list[tuple[float, float, int]], **told: object) -> Score:
    made = tuple(ScorePart(str(number), tuple(ScoreNote(*note) for note in part)) for number, part in enumerate(parts))
    return Score(made, **{"meter": (4, 4), **told})  # type: ignore[arg-type]


def notes_of(found: Score, voices: str = "highest") -> list[tuple[int, int, int]]:
    return [tuple(note) for note in find_melody(found, voices).tune.notes]  # type: ignore[arg-type, misc]


MELODY = [(0, 1, 72), (1, 1, 74), (2, 2, 76), (4, 2, 77), (6, 2, 72)]
BASS = [(0, 4, 48), (4, 4, 55)]


def test_the_melody_is_the_highest_line_or_that_of_the_first_part() -> None:
    above = notes_of(score(BASS, MELODY))
    assert above == [(24 * start, 24 * length, pitch - 12) for start, length, pitch in MELODY]
    first = notes_of(score(BASS, MELODY), "first")
    assert [pitch % 12 for _, _, pitch in first] == [0, 7]


def test_a_chord_gives_its_top_and_a_held_note_hides_what_lies_under_it() -> None:
    assert skyline([Note(0, 24, 60), Note(0, 24, 67), Note(0, 24, 64)]) == [Note(0, 24, 67)]
    assert skyline([Note(0, 96, 72), Note(24, 24, 60), Note(48, 24, 64)]) == [Note(0, 96, 72)]
    assert skyline([Note(0, 96, 60), Note(48, 24, 72)]) == [Note(0, 48, 60), Note(48, 24, 72)]


def test_a_legato_that_overlaps_a_little_loses_no_note() -> None:
    assert skyline([Note(0, 27, 72), Note(24, 24, 71)]) == [Note(0, 24, 72), Note(24, 24, 71)]


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60), st.integers(40, 90)), min_size=1, max_size=40))
@settings(deadline=None)
def test_a_skyline_is_one_voice(raw: list[tuple[int, int, int]]) -> None:
    line = skyline([Note(*note) for note in raw])
    assert all(one.end <= other.start and one.length > 0 for one, other in itertools.pairwise(line))
    highest_first = max(note for note in raw if note[0] == min(start for start, _, _ in raw))[2]
    assert line[0].pitch >= highest_first or len(raw) > 1
    assert {note.pitch for note in line} <= {pitch for _, _, pitch in raw}


def test_silent_bars_before_go_and_a_late_beginning_is_an_upbeat() -> None:
    late = [(start + 7, length, pitch) for start, length, pitch in MELODY]
    tune = find_melody(score(late), "highest").tune
    assert (tune.notes[0].start, tune.bars) == (-TICKS, 2)
    early = [(start + 5, length, pitch) for start, length, pitch in MELODY]
    assert find_melody(score(early), "highest").tune.notes[0].start == TICKS


def test_the_melody_is_moved_by_octaves_to_lie_around_the_octave_above_the_keynote() -> None:
    low = [(start, length, pitch - 36) for start, length, pitch in MELODY]
    high = [(start, length, pitch + 24) for start, length, pitch in MELODY]
    for part in (low, high):
        tune = find_melody(score(part), "highest").tune
        middle = sum(note.length * (note.pitch - tune.keynote) for note in tune.notes) / sum(
            n.length for n in tune.notes
        )
        assert 0 <= middle < 12
        assert decode(encode(tune)) == tune


def test_what_lies_off_the_grid_is_moved_and_counted() -> None:
    played = [(start + (0.03 if start == 1 else 0.005), length, pitch) for start, length, pitch in MELODY]
    found = find_melody(score(played), "highest")
    assert found.moved == 1
    assert [note.start for note in found.tune.notes] == [24 * start for start, _, _ in MELODY]
    rng = random.Random(3)
    with pytest.raises(UnfitError, match="off the grid"):
        find_melody(score([(30 * rng.random(), 0.5, 60 + number % 5) for number in range(60)]), "highest")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"meter": (11, 8)}, "other meter"),
        ({"changes_meter": True}, "changing meter"),
        ({"parts": ()}, "no notes"),
        ({"parts": (ScorePart("", (ScoreNote(0, 1, 30), ScoreNote(1, 1, 90))),)}, "out of range"),
    ],
)
def test_what_no_tune_can_hold_is_said(told: dict[str, object], reason: str) -> None:
    with pytest.raises(UnfitError, match=reason):
        find_melody(replace(score(MELODY), **told), "highest")  # type: ignore[arg-type]


def test_a_long_tune_is_cut_at_bar_lines_and_loses_nothing() -> None:
    pitches = [SCALE[number % 14] for number in range(100)]
    tune = simple_tune(pitches, length=36)
    pieces = list(cut(tune, 8))
    assert [piece.bars for piece in pieces] == [7, 8, 7, 8, 8]
    assert sum(note.length for piece in pieces for note in piece.notes) == sum(note.length for note in tune.notes)
    assert all(piece.faults() == () for piece in pieces)
    assert list(cut(tune, 64)) == [tune]


# ---------------------------------------------------------------- key and mood


def shares(pitches: list[int]) -> list[float]:
    return [sum(pitch % 12 == step for pitch in pitches) / len(pitches) for step in range(12)]


A_MINOR = [69, 71, 72, 74, 76, 77, 76, 72, 71, 68, 69, 76, 72, 69]


@pytest.mark.parametrize("semitones", range(12))
def test_the_key_is_found_from_the_notes(semitones: int) -> None:
    major = [pitch + semitones for _, _, pitch in folk_tune(3)]
    assert find_key(shares(major), semitones, None, None) == Key(semitones, "ionian")
    minor = [pitch + semitones for pitch in A_MINOR]
    assert find_key(shares(minor), minor[-1] % 12, None, None) == Key((9 + semitones) % 12, "aeolian")


def test_what_the_file_tells_counts_where_the_notes_bear_it_out() -> None:
    assert find_key(shares(A_MINOR), 9, 0, "major") == Key(0, "ionian")  # told, and possible
    assert find_key(shares(A_MINOR), 9, 0, None) == Key(9, "aeolian")  # only the signature is told
    assert find_key(shares(A_MINOR), 9, 6, "major") == Key(9, "aeolian")  # told, and impossible
    assert find_key(shares([62, 64, 65, 67, 69, 71, 72, 62]), 2, 0, "minor", 2) == Key(2, "aeolian")  # D dorian


def test_moods_follow_mode_and_pace() -> None:
    paces = (0.6, 1.6, 4.0)
    found = [
        mood_of(is_minor=minor, notes_per_quarter=pace, tempo_bpm=None) for minor in (False, True) for pace in paces
    ]
    assert tuple(found) == MOODS
    assert [is_minor_mood(mood) for mood in found] == [False] * 3 + [True] * 3
    assert mood_of(is_minor=False, notes_per_quarter=4.0, tempo_bpm=30) == "calm"
    assert find_melody(score(MELODY, tempo_bpm=400.0), "highest").tune.mood == "playful"
    assert find_melody(score(MELODY), "highest").tune.meter == Meter(4, 4)
