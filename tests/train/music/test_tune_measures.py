"""What is counted in tunes, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from played import simple_tune

from miaobi.base.music.harmony import Key
from miaobi.train.data.music.tune import Tune, transpose
from miaobi.train.music.measures import (
    Known,
    pitch_class_entropy,
    share_ending_on_tonic,
    share_in_key,
    share_of_repeated_bars,
)

UP = [60, 62, 64, 65]
DOWN = [65, 64, 62, 60]
OTHER = [67, 69, 71, 72]


def test_notes_in_key() -> None:
    assert share_in_key([simple_tune([60, 61, 62, 66])]) == 0.5
    minor = replace(simple_tune([60, 63, 68, 69, 70, 71, 64, 61]), key=Key(0, "aeolian"))
    assert share_in_key([minor]) == 6 / 8
    assert share_in_key([]) == 0


def test_pitch_class_entropy() -> None:
    assert pitch_class_entropy([simple_tune([60, 72, 60, 60])]) == 0
    assert pitch_class_entropy([simple_tune([60, 62, 72, 74]), simple_tune(UP)]) == pytest.approx(1.5)


def test_repeated_bars() -> None:
    assert share_of_repeated_bars([simple_tune([*UP, *DOWN, *UP, *UP])]) == 0.5
    silent = replace(simple_tune(UP), bars=4)
    assert share_of_repeated_bars([silent]) == 0


def test_endings() -> None:
    assert share_ending_on_tonic([simple_tune(UP), simple_tune(DOWN), simple_tune([67, 72])]) == 2 / 3


def known() -> Known:
    return Known([simple_tune([*UP, *DOWN, *OTHER]), simple_tune([*OTHER, *UP])])


@pytest.mark.parametrize(
    ("pitches", "run"),
    [
        ([*UP, *DOWN, *OTHER], 3),
        ([*DOWN, *UP, *DOWN, *OTHER], 3),
        ([*DOWN, *UP], 1),  # the first one ends and the second begins so, but no tune has both
        ([*OTHER, *OTHER], 1),
        ([72, 60, 72, 60], 0),
    ],
)
def test_the_longest_run_of_known_bars(pitches: list[int], run: int) -> None:
    tune = simple_tune(pitches)
    assert known().longest_run(tune) == run
    assert known().longest_run(transpose(tune, 5)) == run  # in another key it is the same


def test_silence_is_nothing_to_copy() -> None:
    silent: Tune = replace(simple_tune(UP), bars=6)
    assert Known([silent]).longest_run(silent) == 1
