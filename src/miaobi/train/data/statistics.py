"""What a card tells about the texts, gathered one document at a time."""

from __future__ import annotations

import heapq
from collections import Counter
from typing import Final

from miaobi.train.data.card import LengthBin
from miaobi.train.data.stop_words import STOP_WORDS
from miaobi.train.data.words import count_sentences, words_for_counting

_SHOWN_WORDS: Final = 50
_MOST_WORDS: Final = 200_000
_EXCERPTS: Final = 3
_EXCERPT_CHARACTERS: Final = 240


class Statistics:
    """Counts of what was seen.

    Beyond 200,000 different words the rarer half is dropped and its counts with it: the frequent ones stay right to
    within a few, and memory stays flat. Excerpts are of the documents with the least ids, so chance chooses them and
    the same data give the same ones.
    """

    def __init__(self) -> None:
        self._words: Counter[str] = Counter()
        self._lengths: Counter[int] = Counter()
        self._excerpts: list[tuple[int, str]] = []
        self.sentences = 0

    def see(self, text: str, identity: int, tokens: int) -> None:
        """Take in one document."""
        words = (word for word in words_for_counting(text) if word not in STOP_WORDS and not word.isdigit())
        self._words.update(words)
        if len(self._words) > _MOST_WORDS:
            self._words = Counter(dict(self._words.most_common(_MOST_WORDS // 2)))
        self._lengths[tokens.bit_length()] += 1
        self.sentences += count_sentences(text)
        heapq.heappush(self._excerpts, (-identity, _excerpt(text)))
        if len(self._excerpts) > _EXCERPTS:
            heapq.heappop(self._excerpts)

    @property
    def frequent_words(self) -> tuple[tuple[str, int], ...]:
        """The most frequent words without stop words and numbers."""
        ranked = heapq.nsmallest(_SHOWN_WORDS, self._words.items(), key=lambda item: (-item[1], item[0]))
        return tuple(ranked)

    @property
    def lengths(self) -> tuple[LengthBin, ...]:
        """Documents by length in tokens, each bin twice as wide as the one before."""
        if not self._lengths:
            return ()
        bits = range(min(self._lengths), max(self._lengths) + 1)
        return tuple(LengthBin(least=1 << bit >> 1, most=(1 << bit) - 1, documents=self._lengths[bit]) for bit in bits)

    @property
    def sample(self) -> tuple[str, ...]:
        """Beginnings of three documents."""
        return tuple(text for _, text in sorted(self._excerpts, reverse=True))


def _excerpt(text: str) -> str:
    if len(text) <= _EXCERPT_CHARACTERS:
        return text
    head = text[:_EXCERPT_CHARACTERS]
    end = max(head.rfind("\n"), head.rfind(" "), head.rfind("。") + 1)
    return head[: end if end > _EXCERPT_CHARACTERS // 2 else None].rstrip() + " …"
