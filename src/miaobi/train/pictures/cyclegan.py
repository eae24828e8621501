"""`cyclegan`: the networks that translate pictures of one kind into another and back, from unpaired examples.

Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks (2017): generators of
residual blocks with instance normalisation (after Johnson et al., 2016), discriminators that judge overlapping patches
(PatchGAN, Isola et al., 2017). Reading order: settings, generator, discriminator, the pool of past pictures.

Shapes: N pictures, C channels, H W sides.
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.pictures.task import PictureConfig

DIRECTIONS = ("ab", "ba")
_SLOPE = 0.2
_LEAST_SIDE = 4  # after the last halving


class CycleganConfig(PictureConfig):
    """Settings of the model; `channels` is the dial that matters most.

    channels    of the convolutions at full size; doubled at each halving
    halvings    how often the generators halve the side before their residual blocks; 2 in the paper, for 128 pixels
                and more
    blocks      residual blocks of a generator
    difference  generators make what is to be changed in a picture, not, as in the paper, the whole picture: small ones
                keep flat colours flat so
    patch       halvings of the discriminators; 3 in the paper, which then judge patches of 70 pixels, 2 of 34, 1 of 16
    cycle       weight of coming back to the picture one set out from
    identity    weight of leaving pictures alone that are of the other kind already, relative to `cycle`; keeps colours
    pool        past made pictures that the discriminators may be shown again, 0 for none (Shrivastava et al., 2017)
    """

    channels: int = Field(default=32, ge=4, le=512)
    halvings: int = Field(default=2, ge=1, le=4)
    blocks: int = Field(default=6, ge=1, le=32)
    difference: bool = False
    patch: int = Field(default=3, ge=1, le=5)
    cycle: float = Field(default=10.0, ge=0, le=1000)
    identity: float = Field(default=0.5, ge=0, le=10)
    pool: int = Field(default=50, ge=0, le=10_000)

    def require_size(self, size: int) -> None:
        """InputError when pictures of that side cannot be halved so often, or too little is left."""
        for name, halvings in (("halvings", self.halvings), ("patch", self.patch)):
            if size < _LEAST_SIDE * 2**halvings or size % 2**self.halvings:
                raise InputError(
                    f"cyclegan with {name}={halvings} takes pictures of at least {_LEAST_SIDE * 2**halvings} pixels a "
                    f"side, a multiple of {2**self.halvings}, and the data sets have {size}.",
                    hint=f"Train with less {name}, or collect the pictures again with another --size.",
                )


# ---------------------------------------------------------------- generator


class _Conv(nn.Module):
    """Convolution over a reflected border, instance normalisation, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, *, stride: int = 1, active: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, padding_mode="reflect", bias=False)
        self._active = active

    def forward(self, x: Tensor) -> Tensor:
        """N C H W to N C' H/stride W/stride."""
        x = F.instance_norm(self.conv(x))
        return F.relu(x) if self._active else x


class _Residual(nn.Module):
    """What is added to the picture's features on the way."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = _Conv(channels, channels), _Conv(channels, channels, active=False)

    def forward(self, x: Tensor) -> Tensor:
        """N C H W to the same."""
        result: Tensor = x + self.second(self.first(x))
        return result


class _Doubling(nn.Module):
    """Every pixel four times, then a convolution. The paper's stride of one half leaves a checkerboard (Odena et al.,
    Deconvolution and Checkerboard Artifacts, 2016)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = _Conv(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """N C H W to N C' 2H 2W."""
        doubled: Tensor = self.conv(F.interpolate(x, scale_factor=2, mode="nearest"))
        return doubled


class Translator(nn.Module):
    """Pictures of one kind to pictures of the other; of any side that can be halved so often."""

    def __init__(self, config: CycleganConfig, channels: int) -> None:
        super().__init__()
        widths = [config.channels * 2**halving for halving in range(config.halvings + 1)]
        self.layers = nn.Sequential(
            _Conv(channels, widths[0], 7),
            *(_Conv(less, more, stride=2) for less, more in pairwise(widths)),
            *(_Residual(widths[-1]) for _ in range(config.blocks)),
            *(_Doubling(more, less) for less, more in reversed(list(pairwise(widths)))),
        )
        self.last = nn.Conv2d(widths[0], channels, 7, padding=3, padding_mode="reflect")
        self._difference = config.difference

    def forward(self, pictures: Tensor) -> Tensor:
        """N C H W in -1..1 to the same."""
        x = self.layers(pictures.contiguous(memory_format=torch.channels_last))
        made = torch.tanh(self.last(x).float())
        if not self._difference:
            return made
        made = pictures + 2 * made
        return made if self.training else made.clamp(-1, 1)  # a bound would stop learning where it is reached


class Translators(nn.Module):
    """Both directions: what is kept of a training."""

    def __init__(self, config: CycleganConfig, size: int, channels: int) -> None:
        super().__init__()
        config.require_size(size)
        self.config, self.size = config, size
        self.ab, self.ba = Translator(config, channels), Translator(config, channels)
        self.apply(_start)

    def direction(self, name: str) -> Translator:
        """The translator of "ab" or "ba". InputError for anything else."""
        if name not in DIRECTIONS:
            raise InputError(f"There is no direction {name!r}.", hint="There are: ab, from the first data set, and ba.")
        chosen: Translator = getattr(self, name)
        return chosen


def _start(layer: nn.Module) -> None:
    """Normal with 0.02, as in the paper."""
    if isinstance(layer, nn.Conv2d):
        nn.init.normal_(layer.weight, 0.0, 0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


# ---------------------------------------------------------------- discriminator


class PatchDiscriminator(nn.Module):
    """Pictures to how real each of their overlapping patches looks: near 1 for real, near 0 for made."""

    def __init__(self, config: CycleganConfig, channels: int) -> None:
        super().__init__()
        widths = [config.channels * 2**level for level in range(config.patch + 1)]
        self.first = nn.Conv2d(channels, widths[0], 4, 2, padding=1)
        self.layers = nn.ModuleList(
            nn.Conv2d(less, more, 4, 1 if more == widths[-1] else 2, padding=1, bias=False)
            for less, more in pairwise(widths)
        )
        self.last = nn.Conv2d(widths[-1], 1, 4, padding=1)
        self.apply(_start)

    def forward(self, pictures: Tensor) -> Tensor:
        """N C H W to N 1 h w."""
        x = F.leaky_relu(self.first(pictures.contiguous(memory_format=torch.channels_last)), _SLOPE)
        for layer in self.layers:
            x = F.leaky_relu(F.instance_norm(layer(x)), _SLOPE)
        judged: Tensor = self.last(x)
        return judged.float()


# ---------------------------------------------------------------- pool


class Pool(nn.Module):
    """Past made pictures. A discriminator is shown half new and half old ones, so it does not forget.

    It is a function of the series of pictures and of the chances given, and lies in buffers, so it is part of every
    checkpoint: a resumed run goes on with the pool it had.
    """

    pictures: Tensor
    filled: Tensor

    def __init__(self, capacity: int, channels: int, size: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(capacity, channels, size, size))
        self.register_buffer("filled", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def exchange(self, made: Tensor, chances: Tensor) -> Tensor:
        """Made pictures N C H W, each kept as it is or put into the pool in exchange for an old one.

        chances   N 2, even over 0..1: whether to exchange, and for which
        """
        capacity, shown = len(self.pictures), []
        for picture, (whether, which) in zip(made.detach(), chances.tolist(), strict=True):
            place = int(self.filled)
            if place < capacity:
                self.pictures[place] = picture
                self.filled += 1
            elif capacity and whether < 0.5:
                place = int(which * capacity)
                old = self.pictures[place].clone()
                self.pictures[place] = picture
                picture = old
            shown.append(picture)
        return torch.stack(shown)
