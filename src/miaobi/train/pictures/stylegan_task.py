"""`stylegan` as a task of the loop: the two losses, what keeps them stable, and sheets.

The losses are those of Goodfellow et al. (2014) in the non-saturating form. The penalty R1 (Mescheder et al., Which
Training Methods for GANs do actually Converge?, 2018) keeps the discriminator flat around real pictures; path length
(Karras et al., 2020) keeps the generator's space even. Both need gradients of gradients and are taken in float32, every
so many steps, and then count so many times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.pictures.augment import CHANCES, augment, parse_kinds
from miaobi.train.pictures.sheet import sheet
from miaobi.train.pictures.stylegan import StyleDiscriminator, StyleganConfig, StyleGenerator, middle_and_spread
from miaobi.train.pictures.task import PictureTask, in_parts, sheet_scale
from miaobi.train.processes import of_all_processes
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Turn, noise_at, uniform_at

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

_LATENT, _SECOND_LATENT, _MIXING, _NOISE, _PATH_LATENT, _PATH_NOISE, _PATH_PICTURE = range(1, 8)  # streams of chance
_FOR_FAKES, _FOR_REAL = 20, 30
_MEMORY = 0.01  # how quickly the mean length of a path follows
_MIXED = 6


class PathLength(nn.Module):
    """The mean length of a path so far; it is part of the checkpoint."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, lengths: Tensor) -> Tensor:
        """Lengths N to their mean square distance from the mean so far, which follows them."""
        with torch.no_grad():
            self.mean.lerp_(of_all_processes(lengths.detach()).mean(), _MEMORY)
        return (lengths - self.mean).square().mean()


class StyleganTask(PictureTask):
    """Generator and discriminator in turns. See miaobi.train.task for the contract."""

    product: StyleGenerator

    def __init__(
        self,
        model: Model,
        config: StyleganConfig,
        data: Sequence[PictureDataset],
        loop: LoopConfig,
        device: torch.device,
    ) -> None:
        super().__init__(model, config, data, loop, device)
        self.config, self._kinds = config, parse_kinds(config.augment)
        generator = self.build()
        assert isinstance(generator, StyleGenerator)
        self.product = generator
        self.discriminator = StyleDiscriminator(config, self.size, self.channels).to(device)
        self.paths = PathLength().to(device)
        self.module = nn.ModuleDict(
            {"generator": self.product, "discriminator": self.discriminator, "paths": self.paths}
        )
        self.turns = (
            Turn("generator loss", self.product, self.generator_loss),
            Turn("discriminator loss", self.discriminator, self.discriminator_loss),
        )
        self._fakes: dict[int, Tensor] = {}

    # ------------------------------------------------------------ losses

    def generator_loss(self, batch: Batch, step: int) -> Tensor:
        """How far the discriminator is from taking made pictures for real; the discriminator's turn sees them too."""
        position, count = batch.position, len(batch.tensors[0])
        fakes = self.product.synthesise(self._styles(position, count), self._noise(position, count, _NOISE))
        self._fakes[position] = fakes.detach()
        loss = F.softplus(-self.discriminator(self._augmented(fakes, position, _FOR_FAKES))).mean()
        if self.config.path_length and step % self.config.path_every == 0:
            loss = loss + self.config.path_length * self.config.path_every * self._unevenness(position, count)
        return loss

    def discriminator_loss(self, batch: Batch, step: int) -> Tensor:
        """How far it is from telling real from made ones, and R1 where it is due."""
        (real,) = batch.tensors
        fakes = self._augmented(self._fakes.pop(batch.position), batch.position, _FOR_FAKES)
        loss = F.softplus(self.discriminator(fakes)).mean()
        real = self._augmented(real, batch.position, _FOR_REAL)
        if not self.config.r1 or step % self.config.r1_every:
            return loss + F.softplus(-self.discriminator(real)).mean()
        with torch.autocast(self.device.type, enabled=False):
            real = real.float().requires_grad_()
            logits = self.discriminator(real)
            (gradient,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
            penalty = gradient.square().sum((1, 2, 3)).mean() / 2
        return loss + F.softplus(-logits).mean() + self.config.r1 * self.config.r1_every * penalty

    def _unevenness(self, position: int, count: int) -> Tensor:
        """How much steps of one length through the style space change the picture by different amounts."""
        with torch.autocast(self.device.type, enabled=False):
            styles = self.product.styles(self._latents(position, count, _PATH_LATENT))
            pictures = self.product.synthesise(styles, self._noise(position, count, _PATH_NOISE))
            direction = self._drawn(position, pictures.shape, _PATH_PICTURE) / math.sqrt(self.size**2)
            (gradient,) = torch.autograd.grad((pictures * direction).sum(), styles, create_graph=True)
            unevenness: Tensor = self.paths(gradient.square().sum(2).mean(1).sqrt())
        return unevenness

    # ------------------------------------------------------------ chance

    def _styles(self, position: int, count: int) -> Tensor:
        """N L W; a share of them from two latents, changing over at a random layer (mixing regularisation)."""
        styles = self.product.styles(self._latents(position, count, _LATENT))
        if not self.config.mixing:
            return styles
        others = self.product.styles(self._latents(position, count, _SECOND_LATENT))
        chance = uniform_at(self.seed, position, (count, 2), _MIXING).to(self.device)
        layers = self.product.layers
        change = 1 + (chance[:, 1] * (layers - 1)).floor()  # N, 1 .. layers - 1
        change = torch.where(chance[:, 0] < self.config.mixing, change, layers)
        is_first = torch.arange(layers, device=self.device) < change[:, None]  # N L
        return torch.where(is_first[:, :, None], styles, others)

    def _latents(self, position: int, count: int, stream: int) -> Tensor:
        return self._drawn(position, (count, self.config.latent), stream)

    def _noise(self, position: int, count: int, stream: int) -> Tensor | None:
        if not self.config.noise:
            return None
        return self._drawn(position, (count, self.product.noise_count), stream)

    def _drawn(self, position: int, shape: Sequence[int], stream: int) -> Tensor:
        return noise_at(self.seed, position, shape, stream).to(self.device)

    def _augmented(self, pictures: Tensor, position: int, stream: int) -> Tensor:
        if not self._kinds:
            return pictures
        chances = uniform_at(self.seed, position, (len(pictures), CHANCES), stream)
        return augment(pictures, chances.to(self.device), self._kinds)

    # ------------------------------------------------------------ pictures

    def make(self, product: nn.Module, seed: int, count: int) -> Tensor:
        """Pictures with all the variety there is: truncation is for samples."""
        return in_parts(product, noise_at(seed, 0, (count, self.config.latent)).to(self.device))

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A sheet with truncation, and one of mixed styles."""
        assert isinstance(product, StyleGenerator)
        scale = sheet_scale(self.size)
        latents = noise_at(seed, 0, (64 + 2 * _MIXED, self.config.latent)).to(self.device)
        styles = truncated(product, latents, self.config.truncation)
        plain = in_parts(product.synthesise, styles[:64])
        mixed = in_parts(product.synthesise, mixing_table(styles[64 : 64 + _MIXED], styles[64 + _MIXED :]))
        table = torch.cat([torch.ones_like(mixed[:1]), mixed])  # the corner is paper
        told = f"{len(plain)} made pictures, truncation {self.config.truncation:g}"
        mixing = "Style mixing: form from the first column, fine styles and colours from the first row"
        return (
            Sample(told, {".png": sheet(plain, 8, scale=scale)}),
            Sample(mixing, {".png": sheet(table, _MIXED + 1, scale=scale)}),
        )


@torch.no_grad()
def truncated(generator: StyleGenerator, latents: Tensor, truncation: float) -> Tensor:
    """Styles N L W of latents N W, drawn towards the average style."""
    middle = middle_and_spread(generator)[0][:, None]
    return middle + truncation * (generator.styles(latents) - middle)


def mixing_table(rows: Tensor, columns: Tensor) -> Tensor:
    """The styles of a table of pictures without its corner, row by row.

    First the columns' own (N L W), then each row's own (M L W), followed by its mixtures: the coarse half of the
    layers from the row, the rest from the column.
    """
    half = rows.shape[1] // 2
    table = [*columns]
    for row in rows:
        table += [row, *(torch.cat((row[:half], column[half:])) for column in columns)]
    return torch.stack(table)
