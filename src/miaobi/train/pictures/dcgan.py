"""DCGAN: pictures from noise, by a generator and a discriminator that learn against each other.

Radford, Metz and Chintala, Unsupervised Representation Learning with Deep Convolutional GANs (2016): strided
convolutions, batch normalisation, ReLU in one and LeakyReLU in the other. At 64 pixels with `width=64` and
`latent=100` these are the layers of the PyTorch example. Beside its loss there is the hinge loss (Miyato et al., 2018),
beside batch normalisation spectral normalisation of the discriminator (the same), and differentiable augmentation for
small data (augment.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import torch
import torch.nn.functional as F
from pydantic import Field, field_validator
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.pictures.augment import CHANCES, augment, parse_kinds
from miaobi.train.pictures.task import PictureConfig, PictureTask, in_parts
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn, noise_at, uniform_at

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

_FIRST_SIDE = 4
_SIZES = (16, 32, 64, 128, 256)
_SLOPE = 0.2
_SETTLING_BATCHES, _SETTLING_SIZE, _SETTLING_SEED = 8, 64, 1902
_NOISE, _CHANGE_MADE, _CHANGE_REAL, _CHANGE_FAKE = range(4)  # streams of chance


# ---------------------------------------------------------------- settings


class DcganConfig(PictureConfig):
    """Settings of the networks and of their contest.

    latent    random numbers that a picture is made from
    width     channels of the layers next to the picture; they double with each halving of the side
    loss      nonsaturating: cross-entropy, the generator's with turned labels (Goodfellow et al., 2014); hinge
    smooth    taken from the label of real pictures, 0.1 for 0.9 (Salimans et al., 2016); nonsaturating only
    spectral  bound the discriminator by spectral normalisation instead of batch normalisation
    augment   colour, translation, cutout, joined by commas, or none
    """

    latent: int = Field(default=100, ge=1, le=4096)
    width: int = Field(default=64, ge=1, le=1024)
    loss: Literal["nonsaturating", "hinge"] = "nonsaturating"
    smooth: float = Field(default=0.0, ge=0, lt=0.5)
    spectral: bool = False
    augment: str = "colour,translation,cutout"

    @field_validator("augment")
    @classmethod
    def _known(cls, text: str) -> str:
        try:
            return ",".join(parse_kinds(text)) or "none"
        except InputError as error:
            raise ValueError(f"{error}") from error


# ---------------------------------------------------------------- networks


def _widths(config: DcganConfig, size: int) -> list[int]:
    """Channels at half the side, a quarter, ... down to 4 x 4."""
    if size not in _SIZES:
        raise InputError(
            f"dcgan makes pictures of {', '.join(map(str, _SIZES))} pixels a side, and these have {size}.",
            hint="Make the data set with another --size.",
        )
    return [config.width * 2**level for level in range(size.bit_length() - _FIRST_SIDE.bit_length())]


class DcganGenerator(nn.Module):
    """Noise to pictures."""

    def __init__(self, config: DcganConfig, size: int, channels: int) -> None:
        super().__init__()
        self.latent, self.size = config.latent, size
        widths = _widths(config, size)[::-1]
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(config.latent, widths[0], _FIRST_SIDE, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        ]
        for more, fewer in pairwise(widths):
            layers += [_doubled(more, fewer), nn.BatchNorm2d(fewer), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers, _doubled(widths[-1], channels), nn.Tanh())
        self.apply(_initialise)

    def placed(self, noise: Tensor) -> Tensor:
        """Unit normal numbers N L as latents: they are what it learned from."""
        return noise

    def extent(self) -> tuple[Tensor, Tensor]:
        """Middle and spread of the latents, each 1 L."""
        return torch.zeros(1, self.latent), torch.ones(1, self.latent)

    def guess(self, pictures: Tensor) -> Tensor | None:  # noqa: ARG002 - it has no encoder
        """Latents of pictures N C H W, None where only a search can find them."""
        return None

    def forward(self, latents: Tensor) -> Tensor:
        """Latents N L to pictures N C H W in -1..1."""
        pictures: Tensor = self.layers(latents[:, :, None, None])
        return pictures


class DcganDiscriminator(nn.Module):
    """Pictures to one number each: above 0 for what looks real."""

    def __init__(self, config: DcganConfig, size: int, channels: int) -> None:
        super().__init__()
        widths = _widths(config, size)
        layers: list[nn.Module] = [
            nn.Conv2d(channels, widths[0], 4, 2, 1, bias=False),
            nn.LeakyReLU(_SLOPE, inplace=True),
        ]
        for fewer, more in pairwise(widths):
            layers.append(nn.Conv2d(fewer, more, 4, 2, 1, bias=config.spectral))
            layers += [] if config.spectral else [nn.BatchNorm2d(more)]
            layers.append(nn.LeakyReLU(_SLOPE, inplace=True))
        layers.append(nn.Conv2d(widths[-1], 1, _FIRST_SIDE, bias=False))
        self.layers = nn.Sequential(*layers)
        self.apply(_initialise)
        if config.spectral:
            for layer in self.layers:
                if isinstance(layer, nn.Conv2d):
                    spectral_norm(layer)

    def forward(self, pictures: Tensor) -> Tensor:
        """N C H W to N."""
        judged: Tensor = self.layers(pictures)
        return judged.flatten().float()


def _doubled(more: int, fewer: int) -> nn.Module:
    return nn.ConvTranspose2d(more, fewer, 4, 2, 1, bias=False)


def _initialise(module: nn.Module) -> None:
    """As in the paper: normal, with a deviation of 0.02."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


# ---------------------------------------------------------------- the contest


class DcganTask(PictureTask):
    """Both networks and their two turns. The generator's comes first; its pictures are then judged, not made again."""

    def __init__(
        self, model: Model, config: DcganConfig, data: Sequence[PictureDataset], loop: LoopConfig, device: torch.device
    ) -> None:
        super().__init__(model, config, data, loop, device)
        self.config, self._kinds = config, parse_kinds(config.augment)
        generator = DcganGenerator(config, self.size, self.channels)
        discriminator = DcganDiscriminator(config, self.size, self.channels)
        whole = nn.ModuleDict({"generator": generator, "discriminator": discriminator}).to(device)
        self.module = whole.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
        self.product = self.generator = generator
        self.discriminator = discriminator
        self.turns = (
            Turn("generator loss", generator, self.generator_loss),
            Turn("discriminator loss", discriminator, self.discriminator_loss),
        )
        self._made: dict[int, Tensor] = {}  # by position of their batch, for the second turn of a step

    def generator_loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """How surely the discriminator takes made pictures for made."""
        (real,) = batch.tensors
        latents = noise_at(self.seed, batch.position, (len(real), self.config.latent), _NOISE).to(self.device)
        made = self.generator(latents)
        self._made[batch.position] = made.detach()
        judged = self.discriminator(self._changed(made, batch, _CHANGE_MADE))
        return -judged.mean() if self.config.loss == "hinge" else F.softplus(-judged).mean()

    def discriminator_loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """How far real pictures are taken for made, and made for real."""
        (real,) = batch.tensors
        of_real = self.discriminator(self._changed(real, batch, _CHANGE_REAL))
        of_made = self.discriminator(self._changed(self._made.pop(batch.position), batch, _CHANGE_FAKE))
        if self.config.loss == "hinge":
            return F.relu(1 - of_real).mean() + F.relu(1 + of_made).mean()
        labels = torch.full_like(of_real, 1 - self.config.smooth)
        return F.binary_cross_entropy_with_logits(of_real, labels) + F.softplus(of_made).mean()

    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """As for every model of pictures; the weights are kept with the statistics that they are measured with."""
        settle(product)
        return super().evaluate(product, whole=whole)

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A sheet of made pictures."""
        settle(product)
        return super().samples(product, seed)

    def make(self, product: nn.Module, seed: int, count: int) -> Tensor:
        """Pictures from the seed's noise."""
        return in_parts(product, noise_at(seed, 0, (count, self.config.latent)).to(self.device))

    def _changed(self, pictures: Tensor, batch: Batch, stream: int) -> Tensor:
        if not self._kinds:
            return pictures
        chances = uniform_at(self.seed, batch.position, (len(pictures), CHANCES), stream)
        return augment(pictures, chances.to(self.device), self._kinds)


@torch.no_grad()
def settle(generator: nn.Module) -> None:
    """Measure the statistics of batch normalisation for the weights as they are (Brock et al., BigGAN, 2019).

    Those that training leaves are of the weights of the last steps, not of their average, and jump about.
    """
    norms = [layer for layer in generator.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.reset_running_stats()
        layer.momentum = None  # a plain mean over all batches
    assert isinstance(generator, DcganGenerator)
    generator.train()
    weight = next(generator.parameters())
    for number in range(_SETTLING_BATCHES):
        noise = noise_at(_SETTLING_SEED, number * _SETTLING_SIZE, (_SETTLING_SIZE, generator.latent))
        generator(noise.to(weight))
    for layer, momentum in zip(norms, momenta, strict=True):
        layer.momentum = momentum
    generator.eval()
