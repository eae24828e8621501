"""Pictures as a grid of short vectors and back: what a latent diffusion model draws in (Rombach et al., 2022).

`Autoencoder` learns a space: a convolutional encoder and decoder. Each latent vector is scaled to a root mean square
of 1, so the space needs neither a prior nor statistics; while it learns, the decoder sees latents with some noise, so
that near vectors mean near pictures and small errors of the model do not show.
`Patches` is the plain alternative: a token is the pixels of a square.

Shapes: N pictures, S their side, P side of a token's square, T = (S / P)^2 tokens, D numbers in a latent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.train.pictures.attention import normalised
from miaobi.train.pictures.vae import Residual, picture_error

_MOST_WIDER: Final = 4  # times `width`, of the inner layers


def on_grid(latents: Tensor, grid: int) -> Tensor:
    """N T D as N D grid grid."""
    return latents.transpose(1, 2).reshape(len(latents), -1, grid, grid)


class Patches(nn.Module):
    """Squares of pixels, without weights."""

    def __init__(self, channels: int, patch: int, size: int) -> None:
        super().__init__()
        self.patch, self.grid, self.numbers = patch, size // patch, channels * patch**2

    def encode(self, pictures: Tensor) -> Tensor:
        """N C S S to N T D."""
        return F.pixel_unshuffle(pictures, self.patch).flatten(2).transpose(1, 2)

    def decode(self, latents: Tensor) -> Tensor:
        """N T D to N C S S."""
        return F.pixel_shuffle(on_grid(latents, self.grid), self.patch)


class Autoencoder(nn.Module):
    """Convolutions down to the grid and up again; width doubles with each halving, up to four times."""

    def __init__(self, channels: int, patch: int, size: int, numbers: int, width: int) -> None:
        super().__init__()
        self.grid, self.numbers = size // patch, numbers
        halvings = patch.bit_length() - 1
        widths = [width * min(_MOST_WIDER, 2**number) for number in range(halvings)]  # from fine to coarse
        self.encoder = _encoder(channels, widths, numbers)
        self.decoder = _decoder(channels, widths, numbers)

    def encode(self, pictures: Tensor) -> Tensor:
        """N C S S to N T D, each vector with a root mean square of 1."""
        return normalised(self.encoder(pictures).flatten(2).transpose(1, 2))

    def decode(self, latents: Tensor) -> Tensor:
        """N T D to N C S S."""
        pictures: Tensor = self.decoder(on_grid(latents, self.grid))
        return pictures

    def loss(self, pictures: Tensor, noise: Tensor) -> Tensor:
        """How far pictures decoded from latents with noise N T D are off: pixels, and brightness steps."""
        return picture_error(self.decode(normalised(self.encode(pictures) + noise)), pictures, edges=1.0)


def _encoder(channels: int, widths: Sequence[int], numbers: int) -> nn.Sequential:
    steps: list[nn.Module] = []
    for fewer, more in zip([channels, *widths], widths, strict=False):
        steps += [nn.PixelUnshuffle(2), nn.Conv2d(4 * fewer, more, 3, padding=1), Residual(more)]
    return nn.Sequential(*steps, Residual(widths[-1]), nn.Conv2d(widths[-1], numbers, 1))


def _decoder(channels: int, widths: Sequence[int], numbers: int) -> nn.Sequential:
    steps: list[nn.Module] = [nn.Conv2d(numbers, widths[-1], 3, padding=1), Residual(widths[-1])]
    for more, fewer in zip(widths[::-1], [*widths[-2::-1], channels], strict=True):
        steps += [Residual(more), nn.Conv2d(more, 4 * fewer, 3, padding=1), nn.PixelShuffle(2)]
    return nn.Sequential(*steps)
