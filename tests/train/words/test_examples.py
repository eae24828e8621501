"""What skip-gram and GloVe learn from: stretches and pairs, counted again by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.errors import InputError
from miaobi.train.words.cooccurrence import PairSeries, count_pairs
from miaobi.train.words.stretches import LENGTH, StretchSeries
from miaobi.train.words.vocabulary import Corpus

WINDOW = 3


def corpus(words: int, documents: int, vocabulary: int, seed: int = 0) -> Corpus:
    random = np.random.default_rng(seed)
    numbers = np.minimum(random.geometric(0.08, words) - 1, vocabulary - 1).astype(np.int32)
    return Corpus(numbers, np.sort(random.integers(documents, size=words)).astype(np.int32))


def series(text: Corpus, *, frequent: float = 0.0, seed: int = 1) -> StretchSeries:
    return StretchSeries(text, np.bincount(text.words), "training", window=WINDOW, frequent=frequent, seed=seed)


@settings(max_examples=25, deadline=None)
@given(position=st.integers(0, 60), size=st.integers(1, 20), cut=st.integers(0, 20))
def test_examples_are_a_function_of_their_position(position: int, size: int, cut: int) -> None:
    """However the series is cut, also over the border of a round (of 15 stretches)."""
    text = corpus(1000, 5, 40)
    whole, cut = series(text).at(position, size), min(cut, size)
    for name in ("read", "neighbours", "noise"):
        parts = [
            getattr(series(text).at(position + begin, more), name)
            for begin, more in ((0, cut), (cut, size - cut))
            if more
        ]
        assert np.array_equal(np.concatenate(parts), getattr(whole, name))


def test_neighbours_are_near_and_of_one_document() -> None:
    text = corpus(2000, 7, 2000)
    text = Corpus(np.arange(2000, dtype=np.int32), text.documents)  # every word tells where it stands
    found = series(text).at(0, series(text).count)
    distances = [-3, -2, -1, 1, 2, 3]
    for column, distance in enumerate(distances):
        is_near = found.neighbours[:, :, column]
        own = found.read[:, WINDOW : WINDOW + LENGTH][is_near]
        other = found.read[:, WINDOW + distance : WINDOW + distance + LENGTH][is_near]
        assert np.array_equal(other - own, np.full(len(own), distance))
        assert np.array_equal(text.documents[own], text.documents[other])
        share = is_near.mean()
        assert share == pytest.approx((4 - abs(distance)) / 3, abs=0.05)  # reaches of 1, 2 and 3 are equally likely


def test_a_round_visits_the_text_once() -> None:
    text = Corpus(np.arange(640, dtype=np.int32), np.zeros(640, dtype=np.int32))
    found = series(text).at(0, 10).read[:, WINDOW : WINDOW + LENGTH]
    assert sorted(found.flatten()) == list(range(640))


def test_frequent_words_are_thinned_out_and_noise_follows_frequency() -> None:
    text = corpus(60_000, 1, 60)
    counts = np.bincount(text.words)
    thinned = series(text, frequent=0.01)
    found = thinned.at(0, thinned.count)
    kept = np.bincount(found.read[:, WINDOW : WINDOW + LENGTH].flatten(), minlength=60) / counts
    share = counts / counts.sum()
    wanted = np.minimum(1, np.sqrt(0.01 / share) + 0.01 / share)
    assert kept[:10] == pytest.approx(wanted[:10], rel=0.1)
    assert kept[share < 0.004] == pytest.approx(1, abs=0.35)
    noise = np.bincount(found.noise.flatten(), minlength=60)[:20]
    assert noise / noise.sum() == pytest.approx(counts[:20] ** 0.75 / (counts[:20] ** 0.75).sum(), rel=0.15)


def test_a_text_too_short_for_a_stretch_is_refused() -> None:
    with pytest.raises(
        InputError, match="About 50 words are left of the training part of the text, and a stretch takes 64"
    ):
        series(corpus(50, 1, 10))


def test_pairs_are_counted_as_by_hand() -> None:
    text = corpus(400, 6, 30)
    wanted: Counter[tuple[int, int]] = Counter()
    for here, word in enumerate(text.words):
        for distance in range(1, WINDOW + 1):
            if here + distance < 400 and text.documents[here] == text.documents[here + distance]:
                other = text.words[here + distance]
                wanted[(min(word, other), max(word, other))] += 1 / distance
    train, held_out = count_pairs(text, 30, WINDOW)
    found = {
        (int(a), int(b)): float(c)
        for part in (train, held_out)
        for a, b, c in zip(part.first, part.second, part.counts, strict=True)
    }
    assert found == pytest.approx(dict(wanted))
    assert 0 < len(held_out) < len(train) / 8


def test_a_round_visits_every_pair_once_and_the_next_one_the_other_way_round() -> None:
    train, _ = count_pairs(corpus(400, 6, 30), 30, WINDOW)
    pairs, count = PairSeries(train, seed=3), len(train)
    first, second = pairs.at(0, count), pairs.at(count, count)
    as_seen = {(int(a), int(b)) for a, b in zip(first.first, first.second, strict=True)}
    turned = {(int(b), int(a)) for a, b in zip(second.first, second.second, strict=True)}
    assert as_seen == turned
    assert len(as_seen) == count
    halves = [pairs.at(count - 7, 3), pairs.at(count - 4, 9)]
    assert np.array_equal(np.concatenate([half.first for half in halves]), pairs.at(count - 7, 12).first)
