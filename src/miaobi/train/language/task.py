"""Language models as a task of the loop: windows of tokens in, next tokens out, loss in nats."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.base.engine import TextRequest
from miaobi.base.value import Value
from miaobi.train.catalog import Model, find_model, load_class
from miaobi.train.data.tokenizer import load_tokenizer
from miaobi.train.folder import ModelFolder
from miaobi.train.language.passage import Vocabulary, write_passage
from miaobi.train.language.torch_network import TorchNetwork
from miaobi.train.language.windows import Windows, held_out
from miaobi.train.options import LoopConfig, validated
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn
from miaobi.train.weights import load_weights

if TYPE_CHECKING:
    from miaobi.train.data.dataset import TextDataset

_EVALUATION_TOKENS = 16384  # in one forward pass without gradients
_SAMPLES = 2
_SAMPLE_TOKENS = 300
_DOCUMENTS_TO_KNOW_THE_END = 32


class LanguageTask:
    """A language model and its text. See task.py for the contract."""

    unit = "tokens"

    def __init__(
        self, model: Model, config: Value, data: Sequence[TextDataset], loop: LoopConfig, device: torch.device
    ) -> None:
        (dataset,) = data
        self._model, self._config, self._device = model, config, device
        train, self._validation = dataset.tokens("train"), dataset.tokens("validation")
        self.size = dataset.tokenizer.get_vocab_size()
        context: int = config.context  # type: ignore[attr-defined]  # every language model has one
        self._windows = Windows(train, context, loop.seed)
        self._held_out = held_out(self._validation, context, loop.evaluate_examples)
        knows_end = int((train == dataset.end_id).sum()) >= _DOCUMENTS_TO_KNOW_THE_END
        self.vocabulary = Vocabulary(dataset.tokenizer, dataset.end_id, begins_with_end=knows_end)
        self.module: nn.Module = load_class(model.factory)(config, self.size).to(device)
        self.product = self.module
        self.turns = (Turn("loss", self.module, self.loss),)

    def batch(self, position: int, size: int) -> Batch:
        """Windows `position` to `position + size`."""
        inputs, targets = self._windows.at(position, size)  # each B T
        return Batch((inputs.to(self._device), targets.to(self._device)), inputs.numel(), position)

    def loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """Mean cross-entropy in nats."""
        inputs, targets = batch.tensors
        return F.cross_entropy(self.module(inputs).flatten(0, 1).float(), targets.flatten())

    def evaluate(self, module: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Validation loss, perplexity and bits per character."""
        inputs, targets = held_out(self._validation, self._windows.length, None) if whole else self._held_out
        loss = self._mean_loss(module, inputs, targets)
        characters = sum(map(len, self.vocabulary.texts(targets.tolist())))
        bits = loss * targets.numel() / math.log(2) / max(1, characters)
        return (
            Measured("validation loss", loss, "nats per token"),
            Measured("perplexity", math.exp(min(loss, 700.0)), ""),
            Measured("bits per character", bits, "bits"),
        )

    @torch.no_grad()
    def _mean_loss(self, module: nn.Module, inputs: Tensor, targets: Tensor) -> float:
        total, rows = 0.0, max(1, _EVALUATION_TOKENS // inputs.shape[1])
        for part, wanted in zip(torch.split(inputs, rows), torch.split(targets, rows), strict=True):
            logits = module(part.to(self._device)).flatten(0, 1).float()
            total += float(F.cross_entropy(logits, wanted.to(self._device).flatten(), reduction="sum"))
        return total / targets.numel()

    def samples(self, module: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A few passages from nothing."""
        return tuple(Sample(text) for text in self._passages(module, seed))

    def _passages(self, module: nn.Module, seed: int) -> Iterator[str]:
        for number in range(_SAMPLES):
            request = TextRequest(prompt="", max_tokens=_SAMPLE_TOKENS, temperature=0.8, seed=seed + number)
            yield write_passage(TorchNetwork(module), self.vocabulary, request).text

    def describe(self) -> dict[str, Any]:
        """Model, settings and vocabulary."""
        return {
            "model": self._model.name,
            "config": self._config.model_dump(),
            "vocabulary": self.size,
            "end_id": self.vocabulary.end_id,
            "begins_with_end": self.vocabulary.begins_with_end,
        }


def open_language_model(folder: ModelFolder) -> tuple[nn.Module, Vocabulary]:
    """A trained model, ready to write, and its vocabulary. InputError when a file is damaged or does not fit."""
    network = folder.read_config()["network"]
    kind = find_model(network["model"])
    config = validated(load_class(kind.config), network["config"])
    module: nn.Module = load_class(kind.factory)(config, network["vocabulary"])
    load_weights(module, folder)
    vocabulary = Vocabulary(
        load_tokenizer(folder.tokenizer), network["end_id"], begins_with_end=network["begins_with_end"]
    )
    return module.eval().requires_grad_(False), vocabulary
