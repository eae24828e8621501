"""`stylegan`: the networks of a style-based GAN.

Karras et al., A Style-Based Generator Architecture (2019) and Analyzing and Improving the Image Quality of StyleGAN
(2020): a mapping network turns a latent into a style for every layer; each convolution is modulated by its style and
demodulated; noise is added after it; every resolution adds its colours to the picture (skip generator, residual
discriminator). Minibatch standard deviation as in Karras et al., Progressive Growing (2018).

Two things are arranged for a processor, with the same result: a modulated convolution scales what goes in and what
comes out in place of the weights, and enlarging follows the convolution in place of preceding it.
Reading order: settings, layers, generator, discriminator.

Shapes: N pictures, L layers with a style, W width of a style, C channels, S side.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from pydantic import Field, field_validator
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.pictures.augment import parse_kinds
from miaobi.train.pictures.task import PictureConfig

START = 4
"""Side of the learned constant that a picture grows from."""
_SLOPE = 0.2
_GAIN = math.sqrt(2)
"""Before a leaky ReLU, which halves the square of what passes, roughly."""
_NOISE_SEED = 20181212
_MAPPING_RATE = 0.01
_GROUP = 4
_AVERAGED = 4096


class StyleganConfig(PictureConfig):
    """Settings of the model; `channels` is the dial that matters most.

    latent          width of latents and styles
    mapping         layers of the mapping network
    channels        of the convolutions at full size; twice as many at each halving, up to `most_channels`
    noise           add noise after each layer, as in the paper. It makes the grain of photographs; drawings, which have
                    none, come out smoother without it
    mixing          share of the pictures that training makes from two latents, changing over at a random layer
    r1              weight of the penalty on the discriminator's gradient (Mescheder et al., 2018), 0 for none
    r1_every        steps between two uses of it, each then counting so many times (lazy regularisation)
    path_length     weight of the penalty on uneven steps through the style space, 0 for none; `path_every` likewise
    truncation      samples are drawn so near to the average style: 1 for all the variety, 0 for the average picture
    augment         colour, translation, cutout, joined by commas, or none: see augment.py
    """

    latent: int = Field(default=64, ge=2, le=4096)
    mapping: int = Field(default=4, ge=1, le=16)
    channels: int = Field(default=32, ge=4, le=1024)
    most_channels: int = Field(default=128, ge=4, le=4096)
    noise: bool = True
    mixing: float = Field(default=0.9, ge=0, le=1)
    r1: float = Field(default=1.0, ge=0, le=1e6)
    r1_every: int = Field(default=16, ge=1, le=10_000)
    path_length: float = Field(default=0.0, ge=0, le=1e6)
    path_every: int = Field(default=8, ge=1, le=10_000)
    truncation: float = Field(default=0.7, ge=0, le=1)
    augment: str = "colour,translation,cutout"

    @field_validator("augment")
    @classmethod
    def _known(cls, text: str) -> str:
        try:
            return ",".join(parse_kinds(text)) or "none"
        except InputError as error:
            raise ValueError(f"{error}") from error

    def widths(self, size: int) -> dict[int, int]:
        """Channels at each side from 4 to `size`. InputError when `size` is none that blocks can reach."""
        if size < 2 * START or size & (size - 1):
            near = max(2 * START, 2 ** round(math.log2(max(1, size))))
            raise InputError(
                f"stylegan makes pictures of 8, 16, 32, 64, 128 ... pixels a side, and the data set has {size}.",
                hint=f"Collect the pictures again with --size {near}.",
            )
        sides = [START * 2**power for power in range(size.bit_length() - START.bit_length() + 1)]
        return {side: min(self.most_channels, self.channels * size // side) for side in sides}


# ---------------------------------------------------------------- layers


class EqualLinear(nn.Module):
    """A linear layer whose weights start with spread 1 and are scaled in use, so that all learn at one rate.

    gain  strength of what comes out, relative to what goes in
    rate  how quickly it learns, relative to the rest
    """

    def __init__(self, inputs: int, outputs: int, *, gain: float = 1.0, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)  # a step of Adam is as long for any weight
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self._scale, self._bias_scale = gain * rate / math.sqrt(inputs), rate

    def forward(self, x: Tensor) -> Tensor:
        """N inputs to N outputs."""
        return F.linear(x, self.weight * self._scale, self.bias * self._bias_scale)


class EqualConv(nn.Module):
    """The same for a convolution that keeps the side, or halves it after a blur against aliasing."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, *, gain: float = 1.0, bias: bool = True, halve: bool = False
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self._scale, self._halve = gain / math.sqrt(inputs * kernel**2), halve

    def forward(self, x: Tensor) -> Tensor:
        """N inputs S S to N outputs S S, or S/2 S/2."""
        weight = self.weight * self._scale
        if not self._halve:
            return F.conv2d(x, weight, self.bias, padding=self.weight.shape[-1] // 2)
        if self.weight.shape[-1] == 1:
            return F.conv2d(F.avg_pool2d(x, 2), weight, self.bias)
        return F.conv2d(F.avg_pool2d(x, 2, stride=1, padding=1), weight, self.bias, stride=2)


class StyledConv(nn.Module):
    """A modulated convolution: the style says how strongly each incoming channel counts."""

    def __init__(self, width: int, inputs: int, outputs: int, kernel: int = 3, *, demodulate: bool = True) -> None:
        super().__init__()
        self.style = EqualLinear(width, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self._scale, self._demodulate = 1 / math.sqrt(inputs * kernel**2), demodulate

    def forward(self, x: Tensor, style: Tensor) -> tuple[Tensor, Tensor | None]:
        """x N C S S and style N W to the convolved x, and what it is still to be multiplied by, N C 1 1."""
        scales = self.style(style).float()  # N C
        weight = self.weight * self._scale
        y = F.conv2d(x * scales[:, :, None, None].to(x.dtype), weight, padding=self.weight.shape[-1] // 2)
        if not self._demodulate:
            return y, None
        with torch.autocast(x.device.type, enabled=False):
            strength = scales.square() @ weight.float().square().sum((2, 3)).t()  # N C
            return y, (strength + 1e-8).rsqrt()[:, :, None, None]


class StyledLayer(nn.Module):
    """Modulated convolution, twice the side where wanted, noise, bias, leaky ReLU."""

    def __init__(self, config: StyleganConfig, inputs: int, outputs: int, *, enlarge: bool) -> None:
        super().__init__()
        self.conv = StyledConv(config.latent, inputs, outputs)
        self.noise_strength = nn.Parameter(torch.zeros(())) if config.noise else None
        self.bias = nn.Parameter(torch.zeros(1, outputs, 1, 1))
        self._enlarge = enlarge

    def forward(self, x: Tensor, style: Tensor, noise: Tensor) -> Tensor:
        """x N C S S, style N W, noise N|1 1 S' S' to N C S' S'."""
        y, demodulation = self.conv(x, style)
        if self._enlarge:
            y = enlarged(y)
        assert demodulation is not None
        gain, shift = (_GAIN * demodulation).to(y.dtype), self.bias.to(y.dtype)
        if self.noise_strength is None:
            return F.leaky_relu(torch.addcmul(shift, y, gain), _SLOPE)
        y = torch.addcmul((self.noise_strength * noise).to(y.dtype), y, gain)
        return F.leaky_relu(y + shift, _SLOPE)


def enlarged(x: Tensor) -> Tensor:
    """Twice the side, by the filter 1 3 3 1."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


# ---------------------------------------------------------------- generator


class Mapping(nn.Module):
    """Latents to styles: the latent's length is made even, then a few layers that learn slowly."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EqualLinear(width, width, gain=_GAIN, rate=_MAPPING_RATE) for _ in range(layers))

    def forward(self, latents: Tensor) -> Tensor:
        """N W to N W."""
        with torch.autocast(latents.device.type, enabled=False):  # small, and everything depends on it
            w = latents.float() * (latents.float().square().mean(1, keepdim=True) + 1e-8).rsqrt()
            for layer in self.layers:
                w = F.leaky_relu(layer(w), _SLOPE)
        return w


class StyleGenerator(nn.Module):
    """Latents to styles to pictures."""

    noise: Tensor

    def __init__(self, config: StyleganConfig, size: int, channels: int) -> None:
        super().__init__()
        self.config, self.latent = config, config.latent
        self.widths = config.widths(size)
        sides, width = list(self.widths), config.latent
        self.mapping = Mapping(width, config.mapping)
        self.start = nn.Parameter(torch.randn(1, self.widths[START], START, START))
        self.first = StyledLayer(config, self.widths[START], self.widths[START], enlarge=False)
        self.enlarging, self.keeping = nn.ModuleList(), nn.ModuleList()
        for smaller, larger in pairwise(sides):
            self.enlarging.append(StyledLayer(config, self.widths[smaller], self.widths[larger], enlarge=True))
            self.keeping.append(StyledLayer(config, self.widths[larger], self.widths[larger], enlarge=False))
        self.colours = nn.ModuleList(StyledConv(width, c, channels, 1, demodulate=False) for c in self.widths.values())
        self.colour_bias = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.layers = 2 * len(sides)
        fixed = torch.randn(1, self.noise_count, generator=torch.Generator().manual_seed(_NOISE_SEED))
        self.register_buffer("noise", fixed, persistent=False)  # of samples, which then follow from the latent alone

    @property
    def noise_count(self) -> int:
        """How many numbers of noise a picture takes."""
        first, *rest = self.widths
        return first**2 + sum(2 * side**2 for side in rest)

    def styles(self, latents: Tensor) -> Tensor:
        """N W to the same style for every layer, N L W."""
        w: Tensor = self.mapping(latents)
        return w[:, None].expand(-1, self.layers, -1)

    def synthesise(self, styles: Tensor, noise: Tensor | None = None) -> Tensor:
        """Styles N L W to pictures N C S S. noise: N `noise_count`, standard normal; None for the fixed one."""
        by_side = self._noise_by_side(self.noise if noise is None else noise)
        x = self.start.expand(len(styles), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        x = self.first(x, styles[:, 0], by_side[0])
        picture: Tensor = self.colours[0](x, styles[:, 1])[0].float() + self.colour_bias
        later = zip(self.enlarging, self.keeping, self.colours[1:], strict=True)
        for number, (enlarge, keep, colour) in enumerate(later):
            layer = 2 * number + 1
            x = enlarge(x, styles[:, layer], by_side[layer])
            x = keep(x, styles[:, layer + 1], by_side[layer + 1])
            picture = enlarged(picture) + colour(x, styles[:, layer + 2])[0].float()
        return picture

    def forward(self, latents: Tensor) -> Tensor:
        """Latents N W to pictures N C S S, with the fixed noise."""
        return self.synthesise(self.styles(latents))

    def _noise_by_side(self, noise: Tensor) -> list[Tensor]:
        """For each layer that takes noise: N 1 S S."""
        sides = [side for side in self.widths for _ in range(1 if side == START else 2)]
        parts = torch.split(noise, [side**2 for side in sides], dim=1)
        return [part.view(-1, 1, side, side) for part, side in zip(parts, sides, strict=True)]


@torch.no_grad()
def middle_and_spread(generator: StyleGenerator) -> tuple[Tensor, Tensor]:
    """Mean and deviation of styles, each 1 W, over 4,096 latents that are always the same."""
    latents = torch.randn(_AVERAGED, generator.latent, generator=torch.Generator().manual_seed(_NOISE_SEED))
    styles: Tensor = generator.mapping(latents.to(generator.start.device))
    return styles.mean(0, keepdim=True), styles.std(0, keepdim=True)


# ---------------------------------------------------------------- discriminator


class _Halving(nn.Module):
    """Two convolutions to half the side, beside a direct way."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        half = math.sqrt(0.5)  # of the strength comes by each way
        self.keep = EqualConv(inputs, inputs, 3, gain=_GAIN)
        self.halve = EqualConv(inputs, outputs, 3, gain=_GAIN * half, halve=True)
        self.direct = EqualConv(inputs, outputs, 1, gain=half, bias=False, halve=True)

    def forward(self, x: Tensor) -> Tensor:
        """N C S S to N C' S/2 S/2."""
        y = F.leaky_relu(self.halve(F.leaky_relu(self.keep(x), _SLOPE)), _SLOPE)
        result: Tensor = y + self.direct(x)
        return result


class StyleDiscriminator(nn.Module):
    """Pictures to how real they look, as logits."""

    def __init__(self, config: StyleganConfig, size: int, channels: int) -> None:
        super().__init__()
        widths = config.widths(size)
        self.colours = EqualConv(channels, widths[size], 1, gain=_GAIN)
        self.blocks = nn.ModuleList(_Halving(widths[2 * side], widths[side]) for side in reversed(list(widths)[:-1]))
        last = widths[START]
        self.last = EqualConv(last + 1, last, 3, gain=_GAIN)
        self.hidden, self.output = EqualLinear(last * START**2, last, gain=_GAIN), EqualLinear(last, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """N C S S to N."""
        x = F.leaky_relu(self.colours(pictures.contiguous(memory_format=torch.channels_last)), _SLOPE)
        for block in self.blocks:
            x = block(x)
        x = F.leaky_relu(self.last(with_deviation(x)), _SLOPE)
        x = F.leaky_relu(self.hidden(x.flatten(1)), _SLOPE)
        logits: Tensor = self.output(x)
        return logits[:, 0].float()


def with_deviation(x: Tensor) -> Tensor:
    """N C S S with one channel more: how much the pictures of a group of (at most) four differ.

    It tells the discriminator when all pictures look alike. Neighbours make a group, so that several processes with
    multiples of four pictures see the groups that one process sees.
    """
    count, _, height, width = x.shape
    groups = x.float().view(-1, math.gcd(count, _GROUP), *x.shape[1:])
    spread = (groups.var(1, correction=0) + 1e-8).sqrt().mean((1, 2, 3))  # one number for each group
    plane = spread.repeat_interleave(groups.shape[1]).view(count, 1, 1, 1).expand(-1, -1, height, width)
    return torch.cat((x, plane.to(x.dtype)), 1)
