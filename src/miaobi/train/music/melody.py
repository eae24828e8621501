"""`melody`: a Transformer that writes tunes.

The network is that of language/transformer.py, after Huang et al., Music Transformer (2018); tokens are places and
pitches in bars, in the manner of Huang and Yang's REMI (Pop Music Transformer, 2020), see data/music/vocabulary.py.
What is asked of a tune stands before it as tokens, as in Keskar et al., CTRL (2019); some are left open while it
learns, as classifier-free guidance does (Ho and Salimans, 2021), so that any may be left open later. Reading order:
settings, task, and how a trained model is opened.

Shapes: N tunes, T tokens, V vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from miaobi.train.catalog import Model
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.tokens import decode
from miaobi.train.data.music.tune import Tune
from miaobi.train.folder import ModelFolder
from miaobi.train.language.torch_network import TorchNetwork
from miaobi.train.language.transformer import TransformerConfig, TransformerModel
from miaobi.train.music.examples import IGNORED, Examples, held_out
from miaobi.train.music.grammar import Asked
from miaobi.train.music.measures import (
    Known,
    pitch_class_entropy,
    share_ending_on_tonic,
    share_in_key,
    share_of_repeated_bars,
)
from miaobi.train.music.midi import melody_midi
from miaobi.train.music.network import FORMAT, require_vocabulary
from miaobi.train.music.piano_roll import piano_roll
from miaobi.train.music.writing import Drawing, write_tune
from miaobi.train.options import LoopConfig, validated
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn
from miaobi.train.weights import load_weights

if TYPE_CHECKING:
    from miaobi.train.data.music.dataset import MusicDataset

EVALUATION_SEED: Final = 4711
_MADE_BARS: Final = 16
_FEWEST_MADE, _MOST_MADE = 2, 8
_LOOKED_AT_FOR_ONE_MADE: Final = 16
_TIMES_AT_THE_END: Final = 4
_COMPARED: Final = 200
_MOST_KNOWN: Final = 20_000
_SAMPLES: Final = 3


class MelodyConfig(TransformerConfig):
    """Settings of the model: those of the Transformer, and how it learns to do without being told everything.

    condition_dropout  mean share of key, meter, mood and length that an example leaves open; 0 tells all of them always
    """

    context: int = Field(default=512, ge=64, le=32768)
    condition_dropout: float = Field(default=0.5, ge=0, le=1)


class MelodyTask:
    """A melody model and its tunes. See task.py for the contract."""

    unit = "tokens"

    def __init__(
        self,
        model: Model,
        config: MelodyConfig,
        data: Sequence[MusicDataset],
        loop: LoopConfig,
        device: torch.device,
    ) -> None:
        (dataset,) = data
        self._model, self._config, self._device = model, config, device
        self._card, self._limit = dataset.card, loop.evaluate_examples
        self._train, self._validation = dataset.tunes("train"), dataset.tunes("validation")
        self._examples = Examples(
            self._train,
            config.context,
            loop.seed,
            dropout=config.condition_dropout,
            transpose=dataset.card.transpose,
        )
        self._known: Known | None = None
        self.module: nn.Module = TransformerModel(config, len(v.NAMES)).to(device)
        self.product = self.module
        self.turns = (Turn("loss", self.module, self.loss),)

    def batch(self, position: int, size: int) -> Batch:
        """Tunes `position` to `position + size`; units are the tokens that the loss counts."""
        inputs, targets = self._examples.at(position, size)  # each N T
        units = int((targets != IGNORED).sum())
        return Batch((inputs.to(self._device), targets.to(self._device)), units, position)

    def loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """Cross-entropy in nats, the mean over each tune's tokens and then over the tunes.

        So several processes that share a batch agree with one that has it whole, however long their tunes are.
        """
        inputs, targets = batch.tensors
        losses = self._losses(self.module, inputs, targets)  # N T
        return (losses.sum(1) / (targets != IGNORED).sum(1)).mean()

    @staticmethod
    def _losses(module: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
        """Nats of each target, N T; 0 for conditions and padding."""
        logits = module(inputs).float()  # N T V
        return F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=IGNORED, reduction="none")

    # ------------------------------------------------------------ evaluation

    def evaluate(self, module: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Validation loss, and what can be counted in tunes that the model makes; beside it what the data have."""
        loss, by_note = self._mean_loss(module, None if whole else self._limit)
        count = max(_FEWEST_MADE, min(_MOST_MADE, self._limit // _LOOKED_AT_FOR_ONE_MADE))
        made = list(self._made(module, _TIMES_AT_THE_END * count if whole else count))
        real = [decode_whole(tune) for tune in self._validation[:_COMPARED]]
        entropy = abs(pitch_class_entropy(made) - pitch_class_entropy(real))
        runs = [self._known_tunes().longest_run(tune) for tune in made]
        return (
            Measured("validation loss", loss, "nats per token"),
            Measured("perplexity", math.exp(min(loss, 700.0)), ""),
            Measured("nats per note", by_note, "nats"),
            Measured("notes in key", share_in_key(made), _beside(share_in_key(real))),
            Measured("pitch-class entropy distance", entropy, "bits"),
            Measured("repeated bars", share_of_repeated_bars(made), _beside(share_of_repeated_bars(real))),
            Measured("ending on the keynote", share_ending_on_tonic(made), _beside(share_ending_on_tonic(real))),
            Measured("bars in a row from the data", sum(runs) / len(runs), f"(of {_MADE_BARS}, mean longest run)"),
        )

    @torch.no_grad()
    def _mean_loss(self, module: nn.Module, limit: int | None) -> tuple[float, float]:
        """Nats for each token, and for each note with all that places it."""
        total, tokens, notes = 0.0, 0, 0
        for inputs, targets in held_out(self._validation, self._config.context, limit):
            losses = self._losses(module, inputs.to(self._device), targets.to(self._device))
            total += float(losses.sum(dtype=torch.float64))
            tokens += int((targets != IGNORED).sum())
            notes += int((targets >= v.PITCHES.start).sum())
        return total / tokens, total / max(1, notes)

    def _made(self, module: nn.Module, count: int) -> Iterator[Tune]:
        """Tunes of sixteen bars, everything else left to the model."""
        network = TorchNetwork(module)
        for number in range(count):
            yield write_tune(network, Asked(bars=_MADE_BARS), Drawing(1.0, top_p=1.0, seed=EVALUATION_SEED + number))

    def _known_tunes(self) -> Known:
        if self._known is None:
            step = -(-len(self._train) // _MOST_KNOWN)
            self._known = Known(decode_whole(tune) for tune in self._train[::step])
        return self._known

    # ------------------------------------------------------------ samples

    def samples(self, module: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A few tunes of sixteen bars as MIDI and as a picture of their notes."""
        network = TorchNetwork(module)
        tunes = (write_tune(network, Asked(bars=_MADE_BARS), Drawing(seed=seed + number)) for number in range(_SAMPLES))
        return tuple(Sample(describe_tune(t), {".mid": melody_midi(t), ".png": piano_roll(t)}) for t in tunes)

    def describe(self) -> dict[str, Any]:
        """Model, settings and vocabulary, and which meters and moods the data had."""
        return {
            "model": self._model.name,
            "config": self._config.model_dump(),
            "format": FORMAT,
            "vocabulary": len(v.NAMES),
            "meters": self._card.meters,
            "moods": self._card.moods,
        }


def describe_tune(tune: Tune) -> str:
    """A tune in a few words, e.g. "D major, 6/8, playful, 16 bars, 90 notes"."""
    return f"{tune.key.name}, {tune.meter.name}, {tune.mood}, {tune.bars} bars, {len(tune.notes)} notes"


def decode_whole(tokens: Any) -> Tune:
    """The tune of a data set's tokens."""
    return decode(tokens.tolist())


def open_melody_model(folder: ModelFolder) -> TransformerModel:
    """A trained model, ready to write. InputError when a file is damaged or does not fit."""
    require_vocabulary(folder)
    network = folder.read_config()["network"]
    module = TransformerModel(validated(MelodyConfig, network["config"]), network["vocabulary"])
    load_weights(module, folder)
    return module.eval().requires_grad_(False)


def _beside(value: float) -> str:
    return f"({value:.2f} in the data)"
