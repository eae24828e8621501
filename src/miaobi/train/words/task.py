"""Word vectors as a task of the loop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn
from miaobi.train.words.cooccurrence import Pairs, PairSeries, count_pairs
from miaobi.train.words.stretches import LENGTH, Stretches, StretchSeries
from miaobi.train.words.vectors import WORDS_NAME, WordVectors
from miaobi.train.words.vocabulary import Corpus, read_corpus
from miaobi.train.words.word_vectors import Glove, SkipGram, WordVectorsConfig

if TYPE_CHECKING:
    from miaobi.train.data.dataset import TextDataset

_PART: Final = 256  # stretches evaluated at a time
_MEASURED_PAIRS: Final = 100_000
_STRETCHES_TO_COUNT_NEIGHBOURS: Final = 256
_SHOWN_WORDS: Final = 12
_SHOWN_NEIGHBOURS: Final = 8


class WordVectorsTask:
    """A network of either kind and its text. See train/task.py for the contract."""

    def __init__(
        self,
        model: Model,
        config: WordVectorsConfig,
        data: Sequence[TextDataset],
        loop: LoopConfig,
        device: torch.device,
    ) -> None:
        (dataset,) = data
        self._model, self._config, self._device, self._loop = model, config, device, loop
        self.vocabulary, train, validation = read_corpus(dataset, config.unit, config.min_count, config.most_words)
        self.module: SkipGram | Glove
        if config.kind == "skipgram":
            self.unit = "words"
            self._series = self._stretches(train, "training", loop.seed)
            self._held_out = self._stretches(validation, "validation", seed=0)
            self._expected = _neighbours_of_a_word(self._series)
            self.module = SkipGram(len(self.vocabulary), config).to(device)
        else:
            self.unit = "pairs"
            pairs, self._held_out_pairs = count_pairs(train, len(self.vocabulary), config.window)
            _require_pairs(self._held_out_pairs, dataset)
            self._pairs = PairSeries(pairs, loop.seed)
            self.module = Glove(len(self.vocabulary), config).to(device)
        self.product: nn.Module = self.module
        self.turns = (Turn("loss", self.module, self.loss),)

    def _stretches(self, corpus: Corpus, part: str, seed: int) -> StretchSeries:
        window, frequent = self._config.window, self._config.frequent
        return StretchSeries(corpus, self.vocabulary.counts, part, window=window, frequent=frequent, seed=seed)

    # ------------------------------------------------------------ learning

    def batch(self, position: int, size: int) -> Batch:
        """Stretches of text, or pairs with their counts."""
        if self._config.kind == "skipgram":
            return Batch(self._tensors(self._series.at(position, size)), size * LENGTH, position)
        return Batch(self._tensors_of_pairs(self._pairs.at(position, size)), size, position)

    def loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """Nats for a neighbour and its noise; squared error of a pair. Divided by what is expected of a batch, and not
        by what it has, so that the shares of several processes add up to the whole."""
        amount = batch.units * self._expected if self._config.kind == "skipgram" else batch.units
        total: Tensor = self.module.loss(*batch.tensors)
        return total / amount

    def _tensors(self, stretches: Stretches) -> tuple[Tensor, ...]:
        return tuple(torch.from_numpy(array).to(self._device) for array in stretches)

    def _tensors_of_pairs(self, pairs: Pairs) -> tuple[Tensor, ...]:
        arrays = (pairs.first.astype(np.int64), pairs.second.astype(np.int64), pairs.counts)
        return tuple(torch.from_numpy(array).to(self._device) for array in arrays)

    # ------------------------------------------------------------ results

    @torch.no_grad()
    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """skipgram: the loss on held-out text, and how often a neighbour there scores higher than a word drawn by
        chance. glove: the loss on held-out pairs, and how well estimates and counts go together (Pearson)."""
        if isinstance(product, Glove):
            return self._evaluate_pairs(product, whole=whole)
        assert isinstance(product, SkipGram)
        loss = neighbours = told = 0.0
        for read, is_near, noise in self._held_out_parts(whole=whole):
            near, far = product.scores(read, noise)
            neighbours += float(is_near.sum())
            told += _told_from_chance(near.float(), far.float(), is_near)
            loss += float(product.loss(read, is_near, noise))
        return (
            Measured("validation loss", loss / max(1.0, neighbours), "nats per neighbour"),
            Measured("neighbours told from chance", 100 * told / max(1.0, neighbours), "%"),
        )

    def _held_out_parts(self, *, whole: bool) -> Iterator[tuple[Tensor, ...]]:
        count = self._held_out.count if whole else min(self._held_out.count, self._loop.evaluate_examples)
        for begin in range(0, count, _PART):
            yield self._tensors(self._held_out.at(begin, min(_PART, count - begin)))

    def _evaluate_pairs(self, product: Glove, *, whole: bool) -> tuple[Measured, ...]:
        pairs = self._held_out_pairs
        if not whole and len(pairs) > _MEASURED_PAIRS:
            pairs = pairs.at(np.linspace(0, len(pairs) - 1, _MEASURED_PAIRS).astype(np.int64))
        first, second, counts = self._tensors_of_pairs(pairs)
        both = torch.stack((product.estimates(first, second).float(), counts.log()))
        together = float(torch.corrcoef(both)[0, 1]) if len(pairs) > 1 else 0.0
        return (
            Measured(
                "validation loss", float(product.loss(first, second, counts)) / len(pairs), "weighted squared error"
            ),
            Measured("correlation with counts", together if math.isfinite(together) else 0.0, ""),
        )

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:  # noqa: ARG002 - there is no chance in it
        """The nearest words of some frequent ones, and a map of many."""
        vectors = WordVectors(self.vocabulary, _array(product))
        lines = (
            f"{word}: {', '.join(near.word for near in vectors.near(word, _SHOWN_NEIGHBOURS))}"
            for word in vectors.telling_words(_SHOWN_WORDS)
        )
        return (Sample("\n".join(lines), {".png": vectors.map_picture()}),)

    # ------------------------------------------------------------ what is kept

    def describe(self) -> dict[str, Any]:
        """Model, settings and the number of words."""
        return {"model": self._model.name, "config": self._config.model_dump(), "words": len(self.vocabulary)}

    def files(self) -> Mapping[str, bytes]:
        """The words, in the order of their vectors."""
        return {WORDS_NAME: self.vocabulary.to_json()}


def _told_from_chance(near: Tensor, far: Tensor, is_near: Tensor) -> float:
    """For each neighbour the share of its stretch's noise that scores lower, ties counting half, added up.

    near, is_near  B L 2W; far  B L N
    """
    told = 0.0
    for column in range(near.shape[2]):  # one distance at a time, so that memory stays small
        lead = near[:, :, column, None] - far  # B L N
        ahead = (lead.sign() + 1).mean(2) / 2  # B L
        told += float(ahead[is_near[:, :, column]].sum())
    return told


def _array(product: nn.Module) -> NDArray[np.float32]:
    assert isinstance(product, (SkipGram, Glove))
    return product.vectors().detach().float().cpu().numpy()


def _neighbours_of_a_word(series: StretchSeries) -> float:
    """How many a word has in the mean, near borders of documents fewer."""
    some = series.at(0, min(series.count, _STRETCHES_TO_COUNT_NEIGHBOURS)).neighbours  # B L 2W
    return max(1e-9, float(some.sum(axis=2).mean()))


def _require_pairs(held_out: Pairs, data: TextDataset) -> None:
    if not len(held_out):
        raise InputError(
            f"No pair of words of {data.folder.name} could be held out: there are too few.",
            hint="Collect more text, or train with a smaller --set min_count.",
        )
