"""Variational autoencoder of pictures.

Kingma and Welling, Auto-Encoding Variational Bayes (2014), with a weight on the divergence (Higgins et al., beta-VAE,
2017), which is warmed up, and free bits (Kingma et al., 2016). The decoder's error is absolute, as for a Laplace
distribution, and compares brightness steps at several scales beside the pixels themselves: a squared error of pixels
alone is least for a blur. New pictures are decoded from a normal distribution fitted to the codes of the training
pictures (Ghosh et al., From Variational to Deterministic Autoencoders, 2020): codes do not fill the unit normal evenly,
and between them lies fog.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.pictures.batches import held_out
from miaobi.train.pictures.sheet import sheet
from miaobi.train.pictures.task import EVALUATION_SEED, PictureConfig, PictureTask, in_parts, sheet_scale
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn, noise_at

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

_SMALLEST_SIDE = 4
_SIZES = (16, 32, 64, 128, 256)
_MOST_WIDER = 4  # times `width`, of the inner layers
_GROUPS = 8
_CODES_FITTED = 2048
_ON_A_ROW = 8


# ---------------------------------------------------------------- settings


class VaeConfig(PictureConfig):
    """Settings of the networks and of the loss.

    latent     numbers in a code
    width      channels at half the side; they double with each halving, up to four times
    blocks     residual blocks at each side
    beta       weight of the divergence of codes from the unit normal; more gives smoother codes and coarser pictures
    free_bits  bits of each code number that cost nothing
    kl_warmup  steps over which beta grows from 0
    edges      weight of brightness steps against that of pixels
    """

    latent: int = Field(default=64, ge=1, le=4096)
    width: int = Field(default=32, ge=8, le=1024, multiple_of=_GROUPS)
    blocks: int = Field(default=1, ge=0, le=8)
    beta: float = Field(default=1.0, ge=0, le=1000)
    free_bits: float = Field(default=0.0, ge=0, le=10)
    kl_warmup: int = Field(default=500, ge=0, le=10_000_000)
    edges: float = Field(default=1.0, ge=0, le=100)


# ---------------------------------------------------------------- layers


class Residual(nn.Module):
    """x + two convolutions of x."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.GroupNorm(_GROUPS, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GroupNorm(_GROUPS, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )
        nn.init.zeros_(self.inner[-1].weight)  # type: ignore[arg-type]  # begins as the identity

    def forward(self, x: Tensor) -> Tensor:
        """N C H W to the same."""
        changed: Tensor = x + self.inner(x)
        return changed


def _widths(config: VaeConfig, size: int) -> list[int]:
    """Channels at half the side, a quarter, ... down to 4 x 4."""
    if size not in _SIZES:
        raise InputError(
            f"vae learns pictures of {', '.join(map(str, _SIZES))} pixels a side, and these have {size}.",
            hint="Make the data set with another --size.",
        )
    levels = size.bit_length() - _SMALLEST_SIDE.bit_length()
    return [config.width * min(2**level, _MOST_WIDER) for level in range(levels)]


# ---------------------------------------------------------------- the model


class VaeModel(nn.Module):
    """Pictures to codes and back."""

    fitted_middle: Tensor
    fitted_root: Tensor

    def __init__(self, config: VaeConfig, size: int, channels: int) -> None:
        super().__init__()
        self.latent, self.size = config.latent, size
        widths = _widths(config, size)
        flat = widths[-1] * _SMALLEST_SIDE**2
        self.encoder = _encoder(config, widths, channels, flat)
        self.decoder = _decoder(config, widths, channels, flat)
        self.register_buffer("fitted_middle", torch.zeros(config.latent))
        self.register_buffer("fitted_root", torch.eye(config.latent))

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """N C H W in -1..1 to mean and log-variance of the codes, each N L."""
        mean, log_variance = self.encoder(pictures).float().chunk(2, 1)
        return mean, log_variance.clamp(-12, 6)

    def decode(self, codes: Tensor) -> Tensor:
        """Codes N L to pictures N C H W in about -1..1."""
        pictures: Tensor = self.decoder(codes)
        return pictures

    def forward(self, codes: Tensor) -> Tensor:
        """As `decode`: what makes pictures of latents is called alike in every model."""
        return self.decode(codes)

    def placed(self, noise: Tensor) -> Tensor:
        """Unit normal numbers N L as codes, distributed as those of the training pictures."""
        return self.fitted_middle + noise @ self.fitted_root.T

    def extent(self) -> tuple[Tensor, Tensor]:
        """Middle and spread of the codes of the training pictures, each 1 L."""
        return self.fitted_middle[None], self.fitted_root.norm(dim=1)[None]

    @torch.no_grad()
    def guess(self, pictures: Tensor) -> Tensor | None:
        """The codes of pictures N C H W."""
        return self.encode(pictures)[0]

    @torch.no_grad()
    def fit(self, codes: Tensor) -> None:
        """Take over mean and covariance of `codes`, N L."""
        middle = codes.double() - codes.double().mean(0)
        covariance = middle.T @ middle / max(1, len(codes) - 1)
        values, vectors = torch.linalg.eigh(covariance)
        self.fitted_middle.copy_(codes.mean(0))
        self.fitted_root.copy_(vectors * values.clamp_min(0).sqrt() @ vectors.T)


def _encoder(config: VaeConfig, widths: list[int], channels: int, flat: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for fewer, more in zip([channels, *widths], widths, strict=False):
        layers += [nn.Conv2d(fewer, more, 4, 2, 1), *(Residual(more) for _ in range(config.blocks))]
    return nn.Sequential(
        *layers, nn.GroupNorm(_GROUPS, widths[-1]), nn.SiLU(), nn.Flatten(), nn.Linear(flat, 2 * config.latent)
    )


def _decoder(config: VaeConfig, widths: list[int], channels: int, flat: int) -> nn.Sequential:
    layers: list[nn.Module] = [
        nn.Linear(config.latent, flat),
        nn.Unflatten(1, (widths[-1], _SMALLEST_SIDE, _SMALLEST_SIDE)),
    ]
    for more, fewer in zip(widths[::-1], [*widths[-2::-1], channels], strict=True):
        layers += [*(Residual(more) for _ in range(config.blocks)), nn.GroupNorm(_GROUPS, more), nn.SiLU()]
        layers += [nn.Conv2d(more, 4 * fewer, 3, padding=1), nn.PixelShuffle(2)]
    return nn.Sequential(*layers)


# ---------------------------------------------------------------- the task


class VaeTask(PictureTask):
    """The autoencoder and its data."""

    def __init__(
        self, model: Model, config: VaeConfig, data: Sequence[PictureDataset], loop: LoopConfig, device: torch.device
    ) -> None:
        super().__init__(model, config, data, loop, device)
        self.config = config
        self.vae = VaeModel(config, self.size, self.channels).to(device)
        self.vae.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
        self.module = self.product = self.vae
        self.turns = (Turn("loss", self.vae, self.loss),)

    def loss(self, batch: Batch, step: int) -> Tensor:
        """Negative evidence bound in nats per picture, the divergence weighted; see the module docstring."""
        (pictures,) = batch.tensors
        mean, log_variance = self.vae.encode(pictures)
        noise = noise_at(self.seed, batch.position, mean.shape).to(mean)
        decoded = self.vae.decode(mean + noise * (log_variance / 2).exp()).float()
        grown = min(1.0, (step + 1) / self.config.kl_warmup) if self.config.kl_warmup else 1.0
        return self._error(decoded, pictures) + grown * self.config.beta * self._cost(mean, log_variance)

    def _error(self, decoded: Tensor, pictures: Tensor) -> Tensor:
        return picture_error(decoded, pictures, self.config.edges) * pictures[0].numel()

    def _cost(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """Divergence in nats per picture, at least what is free."""
        each = divergence(mean, log_variance).mean(0)  # L
        return each.clamp_min(self.config.free_bits * 0.6931).sum()

    @torch.no_grad()
    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """The loss of held-out pictures, its parts, and how good new pictures are."""
        assert isinstance(product, VaeModel)
        self._fit(product)
        pictures = self.held_out(whole=whole)
        mean, log_variance = self._codes(product, pictures)
        noise = noise_at(EVALUATION_SEED, 0, mean.shape)
        decoded = in_parts(product, (mean + noise * (log_variance / 2).exp()).to(self.device))
        nats = float(divergence(mean, log_variance).sum(1).mean())
        error = float((decoded.clamp(-1, 1) - pictures).abs().mean()) * 127.5
        loss = float(self._error(decoded, pictures)) + self.config.beta * nats
        return (
            Measured("validation loss", loss, "nats per picture"),
            Measured("reconstruction error", error, "mean difference, of 255"),
            Measured("divergence", nats, "nats per picture"),
            *super().evaluate(product, whole=whole),
        )

    def make(self, product: nn.Module, seed: int, count: int) -> Tensor:
        """Pictures from codes distributed as those of the training pictures."""
        assert isinstance(product, VaeModel)
        return in_parts(product, product.placed(noise_at(seed, 0, (count, self.config.latent)).to(self.device)))

    @torch.no_grad()
    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """Held-out pictures over what becomes of them, and new pictures."""
        assert isinstance(product, VaeModel)
        self._fit(product)
        pictures = held_out(self._validation, 2 * _ON_A_ROW)
        decoded = in_parts(product, self._codes(product, pictures)[0].to(self.device))
        pairs = [
            row
            for both in zip(torch.split(pictures, _ON_A_ROW), torch.split(decoded, _ON_A_ROW), strict=True)
            for row in both
        ]
        shown = sheet(torch.cat(pairs), min(_ON_A_ROW, len(pictures)), scale=sheet_scale(self.size))
        return (
            Sample("held-out pictures over their reconstructions", {".png": shown}),
            *super().samples(product, seed),
        )

    def _fit(self, product: VaeModel) -> None:
        product.fit(self._codes(product, held_out(self._train, _CODES_FITTED))[0].to(self.device))

    @torch.no_grad()
    def _codes(self, product: VaeModel, pictures: Tensor) -> tuple[Tensor, Tensor]:
        found = in_parts(lambda part: torch.cat(product.encode(part), 1), pictures.to(self.device))
        mean, log_variance = found.chunk(2, 1)
        return mean, log_variance


def picture_error(made: Tensor, wanted: Tensor, edges: float) -> Tensor:
    """Mean absolute difference of pixels, and `edges` times that of brightness steps at three scales."""
    apart = (made - wanted).float()
    error = apart.abs().mean()
    for _ in range(3):
        if edges:
            error = error + edges / 6 * (apart.diff(dim=2).abs().mean() + apart.diff(dim=3).abs().mean())
        apart = F.avg_pool2d(apart, 2)
    return error


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Of a normal distribution from the unit normal, in nats: N L each."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)
