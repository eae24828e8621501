"""Which split a document belongs to.

A hash of the document's id and the seed decides, so a document keeps its split when others come or go, and the order of
files does not matter. Documents that are nearly the same go where the first of them goes: nothing leaks.

Documents cut from one long text know each other: a play's next scene has its characters and its tale. For those there
is the split by order, which keeps the end of the material for validation, as is usual for a single book.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError


def choose_validation(
    ids: NDArray[np.uint64], leaders: NDArray[np.int64], share: float, seed: int, *, noun: str = "document"
) -> NDArray[np.bool_]:
    """For each document whether it is for validation. Each split has at least one group of documents.

    leaders  for each document the number of its group; InputError, which calls documents by `noun`, for a single group
    """
    groups = _groups(leaders, noun)
    places = np.array([_place(int(ids[number]), seed) for number in groups])
    chosen = places < share
    if not chosen.any():
        chosen[places.argmin()] = True
    if chosen.all():
        chosen[places.argmax()] = False
    return np.isin(leaders, groups[chosen])


def choose_last(leaders: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """The same by order: the documents at the end of the material, at least one and never all."""
    groups = _groups(leaders, "document")
    count = min(len(groups) - 1, max(1, round(share * len(groups))))
    return np.isin(leaders, groups[-count:])


def _groups(leaders: NDArray[np.int64], noun: str) -> NDArray[np.int64]:
    groups = np.unique(leaders)
    if len(groups) < 2:
        raise InputError(
            f"Only one {noun} is left, and a data set needs two that differ: one to learn from, one to check with.",
            hint="Give more material, or loosen the options that leave some out.",
        )
    return groups


def _place(identity: int, seed: int) -> float:
    """A number from 0 to 1 that the id and the seed decide."""
    digest = hashlib.sha256(f"{identity:016x} {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
