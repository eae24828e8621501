"""Which split a document belongs to.

A hash of the document's id and the seed decides, so a document keeps its split when others come or go, and the order of
files does not matter. Documents that are nearly the same go where the first of them goes: nothing leaks.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError


def choose_validation(
    ids: NDArray[np.uint64], leaders: NDArray[np.int64], share: float, seed: int
) -> NDArray[np.bool_]:
    """For each document whether it is for validation. Each split has at least one group of documents."""
    groups = np.unique(leaders)
    if len(groups) < 2:
        raise InputError(
            "Only one document is left, and a data set needs two that differ: one to learn from, one to check with.",
            hint="Give more material, or loosen --shortest, --longest and --language.",
        )
    places = np.array([_place(int(ids[number]), seed) for number in groups])
    chosen = places < share
    if not chosen.any():
        chosen[places.argmin()] = True
    if chosen.all():
        chosen[places.argmax()] = False
    return np.isin(leaders, groups[chosen])


def _place(identity: int, seed: int) -> float:
    """A number from 0 to 1 that the id and the seed decide."""
    digest = hashlib.sha256(f"{identity:016x} {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
