"""What a card tells about the tunes, gathered one at a time."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from typing import Final

from miaobi.train.data.music.tokens import names
from miaobi.train.data.music.tune import Tune

_EXCERPTS: Final = 3
_EXCERPT_TOKENS: Final = 60


class Statistics:
    """Counts of what was seen. Excerpts are of the tunes with the least ids, so the same data give the same ones."""

    def __init__(self) -> None:
        self._keys: Counter[str] = Counter()
        self._meters: Counter[str] = Counter()
        self._moods: Counter[str] = Counter()
        self._pitches: Counter[int] = Counter()
        self._lengths: Counter[int] = Counter()
        self._excerpts: list[tuple[int, str]] = []

    def see(self, tune: Tune, ids: list[int], identity: int) -> None:
        """Take in one tune."""
        self._keys[tune.key.name] += 1
        self._meters[tune.meter.name] += 1
        self._moods[tune.mood] += 1
        self._pitches.update(note.pitch - tune.keynote for note in tune.notes)
        self._lengths[(tune.bars - 1).bit_length()] += 1
        excerpt = names(ids[:_EXCERPT_TOKENS]) + (" ..." if len(ids) > _EXCERPT_TOKENS else "")
        heapq.heappush(self._excerpts, (-identity, excerpt))
        if len(self._excerpts) > _EXCERPTS:
            heapq.heappop(self._excerpts)

    @property
    def keys(self) -> dict[str, int]:
        """Tunes of each key."""
        return _ranked(self._keys)

    @property
    def meters(self) -> dict[str, int]:
        """Tunes of each meter."""
        return _ranked(self._meters)

    @property
    def moods(self) -> dict[str, int]:
        """Tunes of each mood."""
        return _ranked(self._moods)

    @property
    def pitches(self) -> dict[str, int]:
        """Notes by their distance from the keynote."""
        return {f"{step:+d}": self._pitches[step] for step in sorted(self._pitches)}

    @property
    def lengths(self) -> dict[str, int]:
        """Tunes by their number of bars, each bin twice as wide as the one before."""
        bins = range(min(self._lengths, default=0), max(self._lengths, default=-1) + 1)
        return {_bin(bits): self._lengths[bits] for bits in bins}

    @property
    def sample(self) -> tuple[str, ...]:
        """Beginnings of three tunes."""
        return tuple(text for _, text in sorted(self._excerpts, reverse=True))


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _bin(bits: int) -> str:
    least, most = (1 << bits >> 1) + 1, 1 << bits
    return f"{least} to {most}" if least < most else str(most)
