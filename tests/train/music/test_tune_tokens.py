"""Tunes and tokens tell the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import simple_tune, tunes

from miaobi.base.music.harmony import Key
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.grid import METERS, PLACES, TICKS, Meter, meter_named, snap
from miaobi.train.data.music.tokens import TokenError, decode, encode, names
from miaobi.train.data.music.tune import Note, Tune, to_tonic, transpose

JIG = Tune(
    Key(2, "ionian"), Meter(6, 8), "playful", 2,
    (
        Note(-12, 12, 69), Note(0, 12, 74), Note(12, 12, 73), Note(24, 60, 71), Note(96, 24, 66), Note(120, 24, 62),
    ),
)  # fmt: skip


def ids(text: str) -> list[int]:
    return [v.NAMES.index(name) for name in text.split()]


@given(tunes())
@settings(max_examples=200, deadline=None)
def test_a_tune_comes_back_from_its_tokens(tune: Tune) -> None:
    assert tune.faults() == ()
    assert decode(encode(tune)) == tune


def test_tokens_read_as_documented() -> None:
    assert names(encode(JIG)) == (
        "TONIC_D MODE_MAJOR METER_6/8 MOOD_PLAYFUL UPBEAT AT_60 P+7 "
        "BAR_1 P+12 AT_12 P+11 AT_24 P+9 BAR_0 HOLD AT_12 REST AT_24 P+4 AT_48 P+0 END"
    )


@given(st.integers(0, 11))
def test_a_tune_has_the_same_tokens_in_every_key_but_one(tonic: int) -> None:
    moved = encode(to_tonic(JIG, tonic))
    assert moved[1:] == encode(JIG)[1:]
    assert moved[0] == v.TONICS[tonic]
    assert decode([v.TONICS[tonic], *encode(JIG)[1:]]) == to_tonic(JIG, tonic)


def test_transposing_takes_the_key_along() -> None:
    higher = transpose(JIG, 3)
    assert higher.key == Key(5, "ionian")
    assert [note.pitch for note in higher.notes] == [note.pitch + 3 for note in JIG.notes]
    assert encode(transpose(JIG, 12)) != encode(JIG)  # an octave is not nothing


FACTS = "TONIC_C MODE_MINOR METER_2/4 MOOD_SAD "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FACTS + "BAR_0 P+0", "do not end with END"),
        ("MODE_MINOR TONIC_C METER_2/4 MOOD_SAD BAR_0 P+0 END", "do not begin with tonic"),
        (FACTS + "END", "does not begin with a bar"),
        (FACTS + "AT_12 P+0 END", "does not begin with a bar"),
        (FACTS + "UPBEAT BAR_0 P+0 END", "nothing begins in the upbeat"),
        (FACTS + "UPBEAT AT_24 P+0 END", "has no bars"),
        (FACTS + "BAR_0 P+0 AT_24 END", "something is missing"),
        (FACTS + "BAR_0 HOLD END", "nothing to hold"),
        (FACTS + "BAR_1 REST BAR_0 HOLD END", "nothing to hold"),
        (FACTS + "BAR_0 P+0 AT_24 HOLD END", "nothing to hold"),
        (FACTS + "BAR_0 P+0 AT_48 P+1 END", "AT_48 comes at the wrong place"),
        (FACTS + "BAR_0 P+0 AT_24 P+1 AT_12 P+0 END", "AT_12 comes at the wrong place"),
        (FACTS + "BAR_0 AT_12 P+0 P+0 END", "AT_12 comes at the wrong place"),
        (FACTS + "BAR_2 P+0 BAR_0 P+0 END", "told by other tokens"),
        (FACTS + "BAR_0 REST AT_24 REST END", "told by other tokens"),
        (FACTS + "UPBEAT AT_24 REST BAR_0 P+0 END", "told by other tokens"),
    ],
)
def test_what_is_no_tune_is_refused(text: str, said: str) -> None:
    with pytest.raises(TokenError, match=said):
        decode(ids(text))


def test_a_tune_with_faults_has_no_tokens() -> None:
    off_grid = Tune(JIG.key, JIG.meter, "calm", 1, (Note(0, 13, 60),))
    too_high = simple_tune([60, 120])
    overlapping = Tune(JIG.key, JIG.meter, "calm", 1, (Note(0, 24, 60), Note(12, 12, 62)))
    for tune, said in ((off_grid, "off the grid"), (too_high, "out of range"), (overlapping, "overlap")):
        with pytest.raises(ValueError, match=said):
            encode(tune)


@given(st.floats(0, 40))
def test_snapping_goes_to_the_nearest_place(quarters: float) -> None:
    tick = snap(quarters)
    assert tick % TICKS in PLACES
    near = (place for place in range(tick - 3, tick + 4) if place % TICKS in PLACES)
    assert abs(tick - quarters * TICKS) <= min(abs(place - quarters * TICKS) for place in near) + 1e-9


def test_triplets_and_thirty_seconds_are_exact() -> None:
    for parts in (1, 2, 3, 4, 6, 8):
        assert [snap(number / parts) * parts for number in range(parts)] == [number * TICKS for number in range(parts)]


def test_meters_are_found_by_name() -> None:
    assert [meter_named(meter.name) for meter in METERS] == list(METERS)
    assert meter_named("C|") == Meter(2, 2)
    assert meter_named("11/8") is None
    assert (Meter(6, 8).pulse_ticks, Meter(3, 4).pulse_ticks, Meter(2, 2).pulse_ticks) == (36, 24, 48)


def test_the_vocabulary_is_written_and_told_from_another(tmp_path: Path) -> None:
    v.write_vocabulary(tmp_path)
    path = tmp_path / v.VOCABULARY_NAME
    assert v.is_vocabulary(path)
    assert json.loads(path.read_text()) == list(v.NAMES)
    path.write_text(json.dumps([*v.NAMES, "MORE"]))
    assert not v.is_vocabulary(path)
    assert not v.is_vocabulary(tmp_path / "none.json")
    assert len(set(v.NAMES)) == len(v.NAMES)
