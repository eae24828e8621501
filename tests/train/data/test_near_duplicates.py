"""MinHash finds what is nearly the same, and only that."""

from __future__ import annotations

import random

import numpy as np
import pytest

from miaobi.train.data.near_duplicates import group, shared, signature

HAN = [chr(code) for code in range(0x4E00, 0x5200)]


def words(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices("abcdefghijklmnop", k=6)) for _ in range(count)]


def with_overlap(share: float, seed: int, chinese: bool) -> tuple[str, str]:
    """Two texts, the second of which has `share` of the first's words in one stretch and others for the rest."""
    if chinese:
        chance = random.Random(seed)
        first, other = chance.choices(HAN, k=400), chance.choices(HAN, k=400)
    else:
        first, other = words(seed, 400), words(seed + 10_000, 400)
    kept = round(share * len(first))
    joint = "" if chinese else " "
    return joint.join(first), joint.join(first[:kept] + other[kept:])


@pytest.mark.parametrize("chinese", [False, True])
def test_ninety_percent_overlap_is_found_and_fifty_is_not(chinese: bool) -> None:
    texts = []
    for seed in range(100):
        texts += with_overlap(0.9, seed, chinese)
    leaders = group(np.stack([signature(text) for text in texts]))
    assert leaders.tolist() == [number - number % 2 for number in range(200)]
    texts = []
    for seed in range(100, 200):
        texts += with_overlap(0.5, seed, chinese)
    leaders = group(np.stack([signature(text) for text in texts]))
    assert leaders.tolist() == list(range(200))


def test_the_estimate_is_near_the_truth() -> None:
    for kept in (80, 200, 320, 360):
        errors = []
        for seed in range(20):
            first, second = words(seed, 404), words(seed + 999, 404)
            mixed = first[: kept + 4] + second[kept + 4 :]
            truth = kept / (800 - kept)
            errors.append(shared(signature(" ".join(first)), signature(" ".join(mixed))) - truth)
        assert abs(np.mean(errors)) < 0.04
        assert np.std(errors) < 0.08


def test_case_marks_widths_and_line_ends_do_not_count() -> None:
    first = "春眠不觉晓，处处闻啼鸟。"
    assert (signature(first) == signature("春眠不觉晓\n处处闻啼鸟")).all()
    assert (signature("The QUICK brown fox, jumps over.") == signature("the quick\nbrown ｆｏｘ jumps over")).all()


def test_short_texts_are_the_same_only_when_equal() -> None:
    texts = ["Yes.", "yes!", "No.", "…", "…", "———", "白日", "白日依"]
    leaders = group(np.stack([signature(text) for text in texts]))
    assert leaders.tolist() == [0, 0, 2, 3, 3, 5, 6, 7]


def test_likeness_is_passed_on_and_the_first_leads() -> None:
    base = words(1, 400)
    other = words(2, 400)
    chain = [base[: 400 - step] + other[400 - step :] for step in (0, 40, 80, 120)]
    texts = ["something else entirely " + " ".join(words(3, 50)), *(" ".join(text) for text in chain)]
    leaders = group(np.stack([signature(text) for text in texts]))
    assert leaders.tolist() == [0, 1, 1, 1, 1]


def test_many_equal_texts_take_no_time() -> None:
    signatures = np.repeat(signature("the same again and again and again")[None, :], 20_000, axis=0)
    assert set(group(signatures).tolist()) == {0}


def test_no_documents_are_no_groups() -> None:
    assert len(group(np.empty((0, 125), np.uint32))) == 0
