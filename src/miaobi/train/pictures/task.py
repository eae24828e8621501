"""What models of pictures share: the pictures, their measures and their sample sheets.

A model adds its networks, its turns and `make`, which turns a seed into pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from miaobi.base.value import Value
from miaobi.errors import InputError
from miaobi.train.catalog import Model, find_model, load_class
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig, validated
from miaobi.train.pictures.batches import Pictures, held_out
from miaobi.train.pictures.measures import Reference
from miaobi.train.pictures.sheet import sheet
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn
from miaobi.train.tensors import read_tensors

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

EVALUATION_SEED = 4711
MOST_COMPARED = 2000
"""Pictures that the last evaluation compares at most."""
_MADE_AT_ONCE = 128
_ON_A_SHEET = 64
_SHEET_PIXELS = 64


class PictureConfig(Value):
    """Settings that every model of pictures has.

    mirror   show half of the pictures flipped sideways: twice the data where left and right do not matter
    """

    mirror: bool = False


class PictureTask:
    """A model of pictures and its data. See miaobi.train.task for the contract.

    A subclass sets `module`, `product` and `turns` after `super().__init__`, and writes `make`.
    """

    unit = "pictures"
    module: nn.Module
    product: nn.Module
    turns: Sequence[Turn]

    def __init__(
        self,
        model: Model,
        config: PictureConfig,
        data: Sequence[PictureDataset],
        loop: LoopConfig,
        device: torch.device,
    ) -> None:
        (dataset,) = data
        self.model, self.device, self.seed = model, device, loop.seed
        self._config, self._limit = config, loop.evaluate_examples
        self.size, self.channels = dataset.size, dataset.channels
        self._train, self._validation = dataset.pictures("train"), dataset.pictures("validation")
        self._pictures = Pictures(self._train, loop.seed, mirror=config.mirror)
        self._reference: tuple[int, Reference] | None = None

    def build(self) -> nn.Module:
        """A new network of the model's `factory`, on the device: `factory(settings, size, channels)`."""
        return build_network(self.model, self._config, self.size, self.channels).to(self.device)

    def batch(self, position: int, size: int) -> Batch:
        """Pictures `position` to `position + size`, N C H W in -1..1."""
        return Batch((self._pictures.at(position, size).to(self.device),), size, position)

    def held_out(self, *, whole: bool = False) -> Tensor:
        """Pictures that training does not see: as many as an evaluation takes, or all of them up to 2,000."""
        return held_out(self._validation, MOST_COMPARED if whole else self._limit)

    def make(self, product: nn.Module, seed: int, count: int) -> Tensor:
        """`count` pictures N C H W in -1..1 that follow from the seed."""
        raise NotImplementedError

    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Feature distance and diversity of made pictures, equal in number to the real ones."""
        count = self._compared(whole=whole)
        made = self.make(product, EVALUATION_SEED, count)
        reference = self._reference_of(count)
        return (
            Measured("feature distance", reference.distance(made)),
            Measured("diversity", reference.diversity(made), "of the real pictures'"),
        )

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A sheet of pictures; the same latents each time, so that sheets can be compared."""
        made = self.make(product, seed, _ON_A_SHEET)
        return (Sample(f"{len(made)} made pictures", {".png": sheet(made, 8, scale=sheet_scale(self.size))}),)

    def describe(self) -> dict[str, Any]:
        """Model, settings and the form of its pictures."""
        return {
            "model": self.model.name,
            "config": self._config.model_dump(),
            "size": self.size,
            "channels": self.channels,
        }

    def _compared(self, *, whole: bool) -> int:
        there = len(self._validation) + len(self._train)
        return min(there, MOST_COMPARED if whole else self._limit)

    def _reference_of(self, count: int) -> Reference:
        """So many real pictures: held-out ones and, where these do not suffice, some that training sees."""
        if self._reference is None or self._reference[0] != count:
            real = held_out(self._validation, count)
            if len(real) < count:
                real = torch.cat([real, held_out(self._train, count - len(real))])
            self._reference = (count, Reference(real))
        return self._reference[1]


def build_network(model: Model, config: Value, size: int, channels: int) -> nn.Module:
    """The network of a model of pictures whose factory is called as `factory(settings, size, channels)`."""
    module: nn.Module = load_class(model.factory)(config, size, channels)
    return module


def open_picture_model(folder: ModelFolder) -> tuple[nn.Module, dict[str, Any]]:
    """A trained model of pictures, ready to use, and what its config.json tells of the network.

    InputError when a file is damaged or does not fit.
    """
    network: dict[str, Any] = folder.read_config()["network"]
    model = find_model(network["model"])
    config = validated(load_class(model.config), network["config"])
    module = build_network(model, config, network["size"], network["channels"])
    load_weights(module, folder)
    return module.eval().requires_grad_(False), network


def load_weights(module: nn.Module, folder: ModelFolder) -> None:
    """Put the weights of a folder into a network. InputError when they are damaged or do not fit."""
    try:
        module.load_state_dict(read_tensors(folder.weights))
    except RuntimeError as error:
        raise InputError(
            f"{folder.weights} does not fit {folder.config}: {str(error).splitlines()[-1].strip()}",
            hint="They have to come from the same training.",
        ) from error


@torch.no_grad()
def in_parts(make: Callable[[Tensor], Tensor], latents: Tensor, at_once: int = _MADE_AT_ONCE) -> Tensor:
    """Pictures of many latents, made a few at a time; float32 on the processor."""
    return torch.cat([make(part).float().cpu() for part in torch.split(latents, at_once)])


def sheet_scale(size: int) -> int:
    """How often each pixel is repeated so that a picture on a sheet can be seen."""
    return max(1, _SHEET_PIXELS // size)
