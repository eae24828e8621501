"""Pictures as a grid of short vectors and back: what a latent diffusion model draws in (Rombach et al., 2022).

`Autoencoder` learns a space: a convolutional encoder and decoder. Each latent vector is scaled to a root mean square
of 1, so the space needs neither a prior nor statistics; while it learns, the decoder sees latents with some noise, so
that near vectors mean near pictures and small errors of the model do not show.
`Patches` is the plain alternative: a token is the pixels of a square.

Shapes: N pictures, S their side, P side of a token's square, T = (S / P)^2 tokens, D numbers in a latent.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
        return F.pixel_shuffle(latents.transpose(1, 2).unflatten(2, (self.grid, self.grid)), self.patch)


class Autoencoder(nn.Module):
    """Convolutions down to the grid and up again; width doubles with each halving, up to four times."""

    def __init__(self, channels: int, patch: int, size: int, numbers: int, width: int) -> None:
        super().__init__()
        self.grid, self.numbers = size // patch, numbers
        halvings = patch.bit_length() - 1
        widths = [width * min(4, 2**number) for number in range(halvings)]  # from fine to coarse
        steps: list[nn.Module] = []
        inside = channels
        for outside in widths:
            steps += [nn.PixelUnshuffle(2), nn.Conv2d(4 * inside, outside, 3, padding=1), Residual(outside)]
            inside = outside
        self.encoder = nn.Sequential(*steps, Residual(inside), nn.Conv2d(inside, numbers, 1))
        steps = [nn.Conv2d(numbers, inside, 3, padding=1), Residual(inside)]
        for outside in [*reversed(widths[:-1]), channels]:
            steps += [Residual(inside), nn.Conv2d(inside, 4 * outside, 3, padding=1), nn.PixelShuffle(2)]
            inside = outside
        self.decoder = nn.Sequential(*steps)

    def encode(self, pictures: Tensor) -> Tensor:
        """N C S S to N T D, each vector with a root mean square of 1."""
        latents = self.encoder(pictures).flatten(2).transpose(1, 2)
        return F.rms_norm(latents.float(), latents.shape[-1:])

    def decode(self, latents: Tensor) -> Tensor:
        """N T D to N C S S."""
        pictures: Tensor = self.decoder(latents.transpose(1, 2).unflatten(2, (self.grid, self.grid)))
        return pictures

    def loss(self, pictures: Tensor, noise: Tensor) -> Tensor:
        """Mean absolute error of pictures decoded from latents to which noise N T D was added.

        Half of it is the error of the differences between neighbours, which keeps edges sharp.
        """
        made = self.decode(F.rms_norm(self.encode(pictures) + noise, noise.shape[-1:])).float()
        edges = sum((made.diff(dim=axis) - pictures.diff(dim=axis)).abs().mean() for axis in (2, 3))
        return (made - pictures).abs().mean() + edges / 2


class Residual(nn.Module):
    """x + two convolutions of it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.GroupNorm(min(8, width), width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1),
            nn.GroupNorm(min(8, width), width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """N W s s to N W s s."""
        y: Tensor = x + self.steps(x)
        return y
