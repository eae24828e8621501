"""`word_vectors`: a vector for every word, so that words used alike lie near each other. Two ways:

    skipgram  a word's vector foretells its neighbours, told from noise words (Mikolov et al., Distributed
              Representations of Words and Phrases and their Compositionality, 2013)
    glove     the product of two vectors foretells the logarithm of how often the words are near each other (Pennington
              et al., GloVe: Global Vectors for Word Representation, 2014)

Both learn two vectors a word, as itself and as a neighbour. Reading order: settings, the two networks, each with its
loss.

Shapes: V words, D numbers in a vector; B stretches, L words in one, W the window, R = W + L + W words read, N noise
words; P pairs.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from miaobi.base.value import Value
from miaobi.train.words.vocabulary import Unit


class WordVectorsConfig(Value):
    """Settings of the vectors.

    unit        word, or character for every Han character by itself
    window      neighbours are at most so many words away
    min_count   a word has to occur so often
    most_words  of those, at most so many get a vector
    negatives   skipgram: noise words that weigh as much as one neighbour
    frequent    skipgram: words with more than this share of the text are thinned out; 0 for none
    count_cap   glove: pairs that occur so often count fully, rarer ones less
    """

    kind: Literal["skipgram", "glove"] = "skipgram"
    unit: Unit = "word"
    dimensions: int = Field(default=100, ge=2, le=4096)
    window: int = Field(default=5, ge=1, le=64)
    min_count: int = Field(default=5, ge=1, le=1_000_000)
    most_words: int = Field(default=100_000, ge=2, le=10_000_000)
    negatives: int = Field(default=5, ge=1, le=64)
    frequent: float = Field(default=1e-3, ge=0, le=1)
    count_cap: float = Field(default=10.0, gt=0, le=1e9)


class SkipGram(nn.Module):
    """Scores of neighbours and of noise."""

    def __init__(self, words: int, config: WordVectorsConfig) -> None:
        super().__init__()
        self.window, self.negatives = config.window, config.negatives
        self.words = nn.Embedding(words, config.dimensions)
        self.contexts = nn.Embedding(words, config.dimensions)
        nn.init.uniform_(self.words.weight, -0.5 / config.dimensions, 0.5 / config.dimensions)
        nn.init.zeros_(self.contexts.weight)

    def scores(self, read: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Words read B R and noise B N to scores of the words around each, B L 2W, and of the noise, B L N.

        A score is the product of the word's vector with the other's as a neighbour. All words of a stretch meet all
        that were read in one multiplication, and the neighbours are picked out of it.
        """
        window, length = self.window, read.shape[1] - 2 * self.window
        own = self.words(read[:, window : window + length])
        scores = own @ self.contexts(torch.cat((read, noise), 1)).transpose(1, 2)  # B L R+N
        return scores.gather(2, self._places(length).expand(len(read), -1, -1)), scores[:, :, read.shape[1] :]

    def _places(self, length: int) -> Tensor:
        """L 2W: where in what is read the words around each of the stretch stand."""
        distances = torch.cat((torch.arange(self.window), torch.arange(self.window + 1, 2 * self.window + 1)))
        return (torch.arange(length)[:, None] + distances).to(self.words.weight.device)

    def loss(self, read: Tensor, neighbours: Tensor, noise: Tensor) -> Tensor:
        """The sum over all neighbours (where `neighbours`, B L 2W, is true) of what each costs, in nats: how little it
        is taken for one, and how much `negatives` noise words are."""
        near, far = self.scores(read, noise)
        missed = F.softplus(-near.float())[neighbours].sum()
        fooled = F.softplus(far.float()).mean(2) * neighbours.sum(2)  # B L
        return missed + self.negatives * fooled.sum()

    def vectors(self) -> Tensor:
        """V D."""
        return self.words.weight


class Glove(nn.Module):
    """Estimates of logarithms of counts."""

    _POWER = 0.75

    def __init__(self, words: int, config: WordVectorsConfig) -> None:
        super().__init__()
        self.cap = config.count_cap
        self.words = nn.Embedding(words, config.dimensions)
        self.contexts = nn.Embedding(words, config.dimensions)
        self.word_biases = nn.Embedding(words, 1)
        self.context_biases = nn.Embedding(words, 1)
        for table in (self.words, self.contexts):
            nn.init.uniform_(table.weight, -0.5 / config.dimensions, 0.5 / config.dimensions)
        for table in (self.word_biases, self.context_biases):
            nn.init.zeros_(table.weight)

    def estimates(self, first: Tensor, second: Tensor) -> Tensor:
        """Words P and P to the logarithm of how often they are near each other, P."""
        alike = (self.words(first) * self.contexts(second)).sum(1)
        estimate: Tensor = alike + self.word_biases(first)[:, 0] + self.context_biases(second)[:, 0]
        return estimate

    def loss(self, first: Tensor, second: Tensor, counts: Tensor) -> Tensor:
        """The sum over the pairs of the squared error, frequent pairs weighing more up to the cap."""
        weights = (counts / self.cap).clamp(max=1) ** self._POWER
        return (weights * (self.estimates(first, second).float() - counts.log()) ** 2).sum()

    def vectors(self) -> Tensor:
        """V D: the sum of a word's two vectors, as in the paper."""
        return self.words.weight + self.contexts.weight
