"""What training sees: a function of seed and position, whole tunes, nothing learned from conditions and padding."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from played import SCALE, simple_tune

from miaobi.errors import InputError
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.dataset import MusicDataset, Tunes
from miaobi.train.data.music.tokens import FACTS, decode, encode
from miaobi.train.music.examples import IGNORED, Examples, held_out
from miaobi.train.music.grammar import CONDITIONS

BEFORE = 1 + CONDITIONS


def examples(songs: MusicDataset, context: int = 256, **given: object) -> Examples:
    return Examples(songs.tunes("train"), context, 3, **{"dropout": 0.5, "transpose": True, **given})  # type: ignore[arg-type]


def rows(inputs: torch.Tensor, targets: torch.Tensor) -> list[list[int]]:
    """What was asked and what comes, without padding."""
    whole = torch.cat((inputs, targets[:, -1:].clamp(min=0)), 1)
    return [[token for token in row if token != v.PAD] for row in whole.tolist()]


def test_a_row_is_a_function_of_its_place(songs: MusicDataset) -> None:
    inputs, targets = examples(songs).at(0, 40)
    for position, size in ((0, 4), (17, 1), (30, 10)):
        again_inputs, again_targets = examples(songs).at(position, size)
        width = again_inputs.shape[1]
        assert torch.equal(again_inputs, inputs[position : position + size, :width])
        assert torch.equal(again_targets, targets[position : position + size, :width])
    assert not torch.equal(examples(songs).at(40, 4)[0][:, :9], inputs[:4, :9])


def test_each_round_shows_every_tune_once(songs: MusicDataset) -> None:
    count = len(songs.tunes("train"))
    bodies = {tuple(tune[1:].tolist()) for tune in songs.tunes("train")}
    for number in range(2):
        shown = rows(*examples(songs).at(number * count, count))
        assert {tuple(row[BEFORE + 1 :]) for row in shown} == bodies


def test_targets_are_the_next_tokens_and_leave_conditions_and_padding_out(songs: MusicDataset) -> None:
    inputs, targets = examples(songs).at(0, 16)
    assert (inputs[:, 0] == v.START).all()
    assert (targets[:, :CONDITIONS] == IGNORED).all()
    counted = targets != IGNORED
    assert torch.equal(targets[:, :-1][counted[:, :-1]], inputs[:, 1:][counted[:, :-1]])
    for number in range(16):
        last = int(counted[number].nonzero().max())
        assert targets[number, last] == v.END
        assert counted[number, CONDITIONS : last + 1].all()
        assert (inputs[number, last + 2 :] == v.PAD).all()


def test_conditions_are_true_or_open(songs: MusicDataset) -> None:
    for row in rows(*examples(songs).at(0, 60)):
        asked, tune = row[1:BEFORE], decode(row[BEFORE:])
        bars = v.bar_id(tune.bars - 1)
        for condition, fact in zip(asked, [*row[BEFORE : BEFORE + FACTS], bars], strict=True):
            assert condition in (v.OPEN, fact)


@pytest.mark.parametrize(("dropout", "least", "most"), [(0.0, 0.0, 0.0), (0.5, 0.4, 0.6), (1.0, 0.65, 0.85)])
def test_as_many_conditions_are_open_as_was_set(songs: MusicDataset, dropout: float, least: float, most: float) -> None:
    inputs, _ = examples(songs, dropout=dropout).at(0, 400)
    share = float((inputs[:, 1:BEFORE] == v.OPEN).float().mean())
    assert least <= share <= most


def test_keynotes_are_drawn_only_where_the_data_set_says_so(songs: MusicDataset) -> None:
    moved = {row[BEFORE] for row in rows(*examples(songs).at(0, 200))}
    own = {row[BEFORE] for row in rows(*examples(songs, transpose=False).at(0, 200))}
    assert moved == set(v.TONICS)
    assert own == {int(tune[0]) for tune in songs.tunes("train")}


def test_of_a_long_tune_parts_are_shown_that_begin_with_a_bar() -> None:
    tune = encode(simple_tune([SCALE[number % 14] for number in range(240)]))
    context = 96
    shown = rows(*Examples(Tunes(np.array(tune, np.uint16)), context, 0, dropout=0.0, transpose=False).at(0, 60))
    begins = set()
    for row in shown:
        assert len(row) <= context + 1
        assert row[BEFORE : BEFORE + FACTS] == tune[:FACTS]
        first = row[BEFORE + FACTS]
        assert row[CONDITIONS] == first  # as many bars are asked for as are left
        at = tune.index(first)
        assert row[BEFORE + FACTS :] == tune[at : at + len(row) - BEFORE - FACTS]
        begins.add(first)
    assert len(begins) > 20
    assert any(row[-1] == v.END for row in shown)


def test_held_out_tunes_are_asked_for_nothing_and_always_the_same(songs: MusicDataset) -> None:
    tunes = songs.tunes("validation")
    whole = [row for batch in held_out(tunes, 256, None) for row in rows(*batch)]
    assert all(row[1:BEFORE] == [v.OPEN] * CONDITIONS for row in whole)
    assert sorted(row[BEFORE:] for row in whole) == sorted(tune.tolist() for tune in tunes)
    assert len([row for batch in held_out(tunes, 256, 2) for row in rows(*batch)]) == 2


def test_a_context_without_room_is_refused(songs: MusicDataset) -> None:
    with pytest.raises(InputError, match="no room for a bar"):
        examples(songs, context=10)
