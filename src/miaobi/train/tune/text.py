"""Tuning a language model on pairs, as a task of the loop: prompts are read, answers learned, losses in nats.

Every pair counts the same, however long its answer: so a batch's loss is the mean of its parts', into whatever passes
and processes it is divided. Results are told per token of the answers, over the whole vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn

from miaobi.base.engine import TextRequest
from miaobi.base.value import Value
from miaobi.train.catalog import Model
from miaobi.train.language.passage import write_passage
from miaobi.train.language.torch_network import TorchNetwork
from miaobi.train.options import LoopConfig
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn
from miaobi.train.tune.base import Base
from miaobi.train.tune.pairs import Pair
from miaobi.train.tune.text_config import TextTuningConfig
from miaobi.train.tune.text_examples import NO_TARGET, Encoder, Example, Series, padded
from miaobi.train.tune.text_head import Head, RestrictedHead, token_losses
from miaobi.train.tune.text_model import PromptVocabulary, adapted_layers, load_tokenizer, load_tuned

if TYPE_CHECKING:
    from miaobi.train.tune.pairs_data import PairsData

_EVALUATION_TOKENS: Final = 4096  # in one forward pass without gradients
_SAMPLES: Final = 3
_SAMPLE_TOKENS: Final = 120


class TextTuningTask:
    """A language model, an adapter for it, and pairs. See task.py for the contract.

    folder  the base as transformers loads it; base is where it is from
    """

    unit = "tokens"

    def __init__(
        self,
        model: Model,
        config: Value,
        data: Sequence[PairsData],
        loop: LoopConfig,
        device: torch.device,
        *,
        folder: Path,
        base: Base,
    ) -> None:
        assert isinstance(config, TextTuningConfig)
        (pairs,) = data
        self._model, self._config, self._base, self._device = model, config, base, device
        tokenizer = load_tokenizer(folder)
        encoder = Encoder(tokenizer, config.context, pairs.name)
        self._train = encoder.encode(pairs.pairs("train"))
        self._shown = pairs.pairs("validation")[:_SAMPLES]
        self._validation = encoder.encode(pairs.pairs("validation"))
        self._evaluated = _spread(self._validation, loop.evaluate_examples)
        self._series = Series([len(example.ids) for example in self._train], loop.batch, loop.seed)
        dtype = torch.bfloat16 if loop.precision == "bfloat16" else torch.float32
        self._tuned = load_tuned(folder, config, dtype).to(device)
        self.targets = adapted_layers(self._tuned)
        self._head = Head.of(self._tuned.model)
        self.vocabulary = PromptVocabulary(tokenizer, encoder.end_id, len(self._head.weight))
        self._restricted = self._restrict(config, loop.seed) if config.head == "restricted" else None
        self.module: nn.Module = self._tuned
        self.product: nn.Module = self._tuned
        self.turns: Sequence[Turn] = (Turn("loss", self.module, self.loss),)

    def _restrict(self, config: TextTuningConfig, seed: int) -> RestrictedHead:
        """Over the tokens of the data and the most frequent others: merges are numbered by frequency."""
        size = self._head.weight.shape[0]
        marks = set(self.vocabulary.tokenizer.get_added_tokens_decoder())
        known = {token for example in self._train for token in example.ids}
        frequent = [token for token in range(size) if token not in marks and token not in known][: config.others]
        return RestrictedHead(self._head, torch.tensor(sorted({*known, *frequent})), config.drawn, seed)

    def batch(self, position: int, size: int) -> Batch:
        """Pairs `position` to `position + size`."""
        examples = [self._train[index] for index in self._series.at(position, size)]
        ids, targets = padded(examples)  # each B T
        read = sum(len(example.ids) - 1 for example in examples)
        return Batch((ids.to(self._device), targets.to(self._device)), read, position)

    def loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """The mean over pairs of the mean cross-entropy of their answers' tokens, in nats."""
        ids, targets = batch.tensors
        head, places = self._head, None
        if self._restricted is not None:
            head, places = self._restricted.at(batch.position), self._restricted.places
        losses, rows = self._losses(self._tuned, ids, targets, head, places)
        lengths = torch.bincount(rows, minlength=len(ids))
        return (losses / lengths[rows]).sum() / len(ids)

    @staticmethod
    def _losses(
        tuned: Any, ids: Tensor, targets: Tensor, head: Head, places: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The loss of each token of the answers, and the row it stands in. Other positions never meet the head."""
        rows, columns = (targets != NO_TARGET).nonzero(as_tuple=True)
        hidden = tuned.hidden(ids)[rows, columns]  # N W
        wanted = targets[rows, columns]
        return token_losses(hidden, wanted if places is None else places[wanted], head), rows

    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Validation loss and perplexity of the answers to held-out prompts, over the whole vocabulary."""
        loss = self._mean_loss(product, self._validation if whole else self._evaluated)
        return (
            Measured("validation loss", loss, "nats per token"),
            Measured("perplexity", math.exp(min(loss, 700.0)), ""),
        )

    @torch.no_grad()
    def _mean_loss(self, product: nn.Module, examples: Sequence[Example]) -> float:
        total, count = 0.0, 0
        ordered = sorted(examples, key=lambda example: len(example.ids))
        rows = max(1, _EVALUATION_TOKENS // len(ordered[-1].ids))
        for start in range(0, len(ordered), rows):
            ids, targets = (tensor.to(self._device) for tensor in padded(ordered[start : start + rows]))
            losses, _ = self._losses(product, ids, targets, self._head)
            total, count = total + float(losses.double().sum()), count + len(losses)
        return total / count

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """Some held-out prompts with the answer that is written, always the likeliest, and the one that was given."""
        return tuple(
            Sample(f"{prompt}\n\nwritten:\n{self._answer(product, pair, example, seed)}\n\nheld out:\n{answer}")
            for pair, example in zip(self._shown, self._validation, strict=False)
            for prompt, answer in [pair.shown()]
        )

    def _answer(self, product: nn.Module, pair: Pair, example: Example, seed: int) -> str:
        read = list(example.ids[: example.given])
        prompt = pair.prompt or self.vocabulary.tokenizer.decode(read, skip_special_tokens=False)
        length = min(_SAMPLE_TOKENS, 2 * (len(example.ids) - example.given) + 8)
        request = TextRequest(prompt=prompt, max_tokens=length, temperature=0, seed=seed)
        return write_passage(TorchNetwork(product), self.vocabulary, request).text.strip()

    def describe(self) -> dict[str, Any]:
        """Base, settings, and the layers that are adapted."""
        return {
            "model": self._model.name,
            "config": self._config.model_dump(),
            "base": {"title": self._base.title, "licence": self._base.licence, "url": self._base.url},
            "targets": self.targets,
            "end_id": self.vocabulary.end_id,
        }


def _spread(examples: Sequence[Example], limit: int) -> list[Example]:
    """At most `limit` of them, evenly spread; always the same."""
    count = min(limit, len(examples))
    return [examples[number * len(examples) // count] for number in range(count)]
