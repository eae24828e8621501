"""What can be said about tunes by counting: of made ones, and of real ones to compare them with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.key import scale_of
from miaobi.train.data.music.tokens import FACTS, encode
from miaobi.train.data.music.tune import Tune

Bar = tuple[int, ...]


def share_in_key(tunes: Iterable[Tune]) -> float:
    """Notes whose pitch belongs to their tune's key; in minor both sixths and both sevenths do."""
    belongs = [note.pitch % 12 in scale_of(tune.key) for tune in tunes for note in tune.notes]
    return sum(belongs) / len(belongs) if belongs else 0.0


def pitch_class_entropy(tunes: Iterable[Tune]) -> float:
    """Bits: how evenly a tune uses the twelve pitch classes, by how often each comes; the mean over tunes.

    0 is one note again and again, 3.58 all twelve alike; Yang and Lerch, On the evaluation of generative models in
    music (2020), compare models and data by such figures.
    """
    found = [_entropy(Counter(note.pitch % 12 for note in tune.notes)) for tune in tunes if tune.notes]
    return sum(found) / len(found) if found else 0.0


def share_of_repeated_bars(tunes: Iterable[Tune]) -> float:
    """Bars with notes in them that came before in their tune just so."""
    repeated = total = 0
    for tune in tunes:
        seen: set[Bar] = set()
        for bar in filter(_sounds, bars_of(tune)):
            repeated, total = repeated + (bar in seen), total + 1
            seen.add(bar)
    return repeated / total if total else 0.0


def share_ending_on_tonic(tunes: Sequence[Tune]) -> float:
    """Tunes whose last note is the keynote, in any octave."""
    ended = [tune.notes[-1].pitch % 12 == tune.key.tonic for tune in tunes if tune.notes]
    return sum(ended) / len(ended) if ended else 0.0


class Known:
    """Tunes that a model has learned from, to look up what of a made one is theirs. Keys do not count."""

    def __init__(self, tunes: Iterable[Tune]) -> None:
        self._places: defaultdict[Bar, list[int]] = defaultdict(list)
        place = 0
        for tune in tunes:
            for bar in bars_of(tune):
                self._places[bar].append(place)
                place += 1
            place += 1  # no run goes over from one tune to the next

    def longest_run(self, tune: Tune) -> int:
        """The most bars in a row that stand in one of the known tunes in the same row; silent ends do not count."""
        longest, runs = 0, dict[int, int]()
        for bar in bars_of(tune):
            runs = {place: runs.get(place - 1, 0) + 1 for place in self._places.get(bar, ())} if _sounds(bar) else {}
            longest = max(longest, max(runs.values(), default=0))
        return longest


def bars_of(tune: Tune) -> list[Bar]:
    """What happens in each bar, in tokens, whatever the key; without the upbeat."""
    found: list[list[int]] = []
    for token in encode(tune)[FACTS:-1]:
        if token in v.BARS:
            found.append([])
        elif found:
            found[-1].append(token)
    return [tuple(bar) for bar in found]


def _sounds(bar: Bar) -> bool:
    return any(token in v.PITCHES for token in bar)


def _entropy(counts: Counter[int]) -> float:
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values())
