"""Asking word vectors: nearest words, analogies, a map. No PyTorch here.

vectors = open_word_vectors(ModelFolder(home, "mine"))
vectors.near("king"), vectors.analogy("man", "king", "woman")
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError
from miaobi.train.data.stop_words import STOP_WORDS
from miaobi.train.folder import ModelFolder
from miaobi.train.tensors import read_arrays
from miaobi.train.words.vocabulary import Vocabulary, read_vocabulary

WORDS_NAME: Final = "words.json"
MODEL_NAME: Final = "word_vectors"
MAP_WORDS: Final = 150


class Near(NamedTuple):
    """A word, the cosine of the angle to what was asked for (1 for the same direction), and how often it occurs."""

    word: str
    likeness: float
    occurs: int


class WordVectors:
    """Words and their vectors, V D, all of length 1."""

    def __init__(self, vocabulary: Vocabulary, vectors: NDArray[np.float32]) -> None:
        self.vocabulary = vocabulary
        self.vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    def vector(self, word: str) -> NDArray[np.float32]:
        """D numbers. UnknownNameError for a word without a vector."""
        found: NDArray[np.float32] = self.vectors[self.vocabulary.find(word)]
        return found

    def near(self, word: str, count: int = 10) -> tuple[Near, ...]:
        """The words used most like it."""
        number = self.vocabulary.find(word)
        return self._nearest(self.vectors[number], count, {number})

    def analogy(self, a: str, b: str, c: str, count: int = 10) -> tuple[Near, ...]:
        """What is to `c` as `b` is to `a`: the words nearest to b - a + c (Mikolov et al., 2013), but not these."""
        numbers = [self.vocabulary.find(word) for word in (a, b, c)]
        first, second, third = self.vectors[numbers]
        return self._nearest(second - first + third, count, set(numbers))

    def telling_words(self, count: int) -> tuple[str, ...]:
        """The most frequent words that are no stop words, or of all when there are few others."""
        words = self.vocabulary.words
        telling = [word for word in words if word not in STOP_WORDS and not word.isdigit()]
        return tuple((telling if len(telling) >= count else list(words))[:count])

    def map_picture(self, count: int = MAP_WORDS) -> bytes:
        """A PNG on which frequent words lie near those used like them."""
        from miaobi.train.words.map import draw_map

        words = self.telling_words(count)
        numbers = [self.vocabulary.numbers[word] for word in words]
        return draw_map(words, self.vectors[numbers], self.vocabulary.counts[numbers])

    def _nearest(self, vector: NDArray[np.float32], count: int, without: set[int]) -> tuple[Near, ...]:
        likeness = self.vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-12))
        likeness[list(without)] = -np.inf
        count = min(count, len(likeness) - len(without))
        best = np.argsort(-likeness, kind="stable")[:count]
        counts = self.vocabulary.counts
        return tuple(Near(self.vocabulary.words[n], float(likeness[n]), int(counts[n])) for n in best)


def open_word_vectors(folder: ModelFolder) -> WordVectors:
    """Trained vectors. UnknownNameError when there is no such model, InputError for one of another kind and damage."""
    network = folder.read_config()["network"]
    if network["model"] != MODEL_NAME:
        raise InputError(
            f"{folder.name} is of the kind {network['model']} and has no word vectors to ask.",
            hint=f"Train some: miaobi train {MODEL_NAME} --data DATA --name NAME.",
        )
    vocabulary, tensors = read_vocabulary(folder.path / WORDS_NAME), read_arrays(folder.weights)
    vectors = tensors.get("words.weight", np.zeros((0, 0), dtype=np.float32))
    if network["config"]["kind"] == "glove":
        vectors = vectors + tensors.get("contexts.weight", 0)
    if vectors.ndim != 2 or len(vectors) != len(vocabulary):
        raise InputError(
            f"{folder.weights} has {len(vectors)} vectors, and {WORDS_NAME} {len(vocabulary)} words.",
            hint="They have to come from the same training.",
        )
    return WordVectors(vocabulary, vectors)
