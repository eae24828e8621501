"""Text to picture by latent rectified flow: a network learns the velocity that carries noise to pictures.

Between noise e and a picture's latents x lies the straight way z(t) = (1 - t) e + t x; the network is trained to tell
its velocity x - e from z(t), t and the caption (rectified flow: Liu et al., 2022; Lipman et al., 2023). Times are drawn
from a logit-normal distribution (Esser et al., 2024). A picture is made by following the velocity from noise at t = 0
to t = 1, away from what another caption, or none, would give (classifier-free guidance: Ho and Salimans, 2022).
The network is a diffusion transformer with adaLN-zero (Peebles and Xie, 2023); its attention also looks at the words
of the caption (after Nichol et al., 2021). Reading order: settings, layers, denoiser, model, drawing.

Shapes: N pictures, T tokens of the picture with D numbers, L tokens of the caption, W width, H heads.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple, Self

import torch
import torch.nn.functional as F
from pydantic import Field, model_validator
from torch import Tensor, nn

from miaobi.train.pictures.attention import FeedForward, RmsNorm, attend, heads_of, normalised
from miaobi.train.pictures.captions import CaptionEncoder
from miaobi.train.pictures.latents import Autoencoder, Patches
from miaobi.train.pictures.task import PictureConfig

_FREQUENCIES = 128  # pairs of sine and cosine that a time is told in


class DiffusionConfig(PictureConfig):
    """Settings of the model.

    space         latent: a small autoencoder is trained first and the model draws in its space; pixels: it draws
                  squares of pixels
    patch         pixels on a side of what one token stands for
    latent        numbers in a latent vector
    latent_noise  standard deviation of the noise that the autoencoder's decoder learns to overlook
    autoencoder_width, autoencoder_steps  its width at the finest grid, and how many steps it is trained for
    caption_width, caption_layers, caption_tokens  the encoder of captions, and the most tokens of one it reads
    drop_caption  share of the pictures that are shown without their caption, for guidance
    spell         share of the captions that are read letter by letter
    """

    space: Literal["latent", "pixels"] = "latent"
    patch: int = Field(default=4, ge=2, le=64)
    latent: int = Field(default=8, ge=2, le=256)
    latent_noise: float = Field(default=0.2, ge=0, le=2)
    autoencoder_width: int = Field(default=48, ge=8, le=1024)
    autoencoder_steps: int = Field(default=2000, ge=1, le=100_000_000)
    layers: int = Field(default=6, ge=1, le=100)
    heads: int = Field(default=4, ge=1, le=128)
    width: int = Field(default=256, ge=16, le=16384)
    caption_width: int = Field(default=128, ge=8, le=8192)
    caption_layers: int = Field(default=2, ge=0, le=48)
    caption_tokens: int = Field(default=16, ge=2, le=512)
    drop_caption: float = Field(default=0.1, ge=0, le=1)
    spell: float = Field(default=0.1, ge=0, le=1)

    @model_validator(mode="after")
    def _sides_fit(self) -> Self:
        if self.width % (4 * self.heads):
            raise ValueError(f"width {self.width} has to be a multiple of 4 x heads ({4 * self.heads})")
        if self.caption_width % 8:
            raise ValueError(f"caption_width {self.caption_width} has to be a multiple of 8")
        if self.autoencoder_width % 8:
            raise ValueError(f"autoencoder_width {self.autoencoder_width} has to be a multiple of 8")
        if self.space == "latent" and self.patch & (self.patch - 1):
            raise ValueError(f"patch {self.patch} has to be a power of two for space=latent")
        return self


# ---------------------------------------------------------------- layers


def places_on_grid(grid: int, width: int) -> Tensor:
    """Sines and cosines of row and column, grid^2 W, as in DiT."""
    rates = 100.0 ** (-torch.arange(width // 4) / (width // 4))
    angles = torch.outer(torch.arange(grid), rates)  # grid W/4
    one = torch.cat((angles.sin(), angles.cos()), dim=1)  # grid W/2
    rows, columns = one.repeat_interleave(grid, dim=0), one.repeat(grid, 1)
    return torch.cat((rows, columns), dim=1)


def waves_of_time(time: Tensor) -> Tensor:
    """Times N in 0..1 as sines and cosines, N 2F."""
    rates = 1000.0 ** (torch.arange(_FREQUENCIES, device=time.device) / (_FREQUENCIES - 1))
    angles = time[:, None] * rates
    return torch.cat((angles.sin(), angles.cos()), dim=1)


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """x N T W normalised, then scaled and shifted by N 1 W."""
    return normalised(x) * (1 + scale) + shift


class Read(NamedTuple):
    """A caption as the denoiser takes it: vectors N L W', their mean N W', and which are there, N L."""

    words: Tensor
    whole: Tensor
    there: Tensor


class Block(nn.Module):
    """Attention over picture and caption, then feed-forward; time and caption set scale, shift and gate of both."""

    def __init__(self, config: DiffusionConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.modulation = nn.Linear(width, 6 * width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.caption_key_value = nn.Linear(config.caption_width, 2 * width, bias=False)
        self.query_norm, self.key_norm = RmsNorm(width // config.heads), RmsNorm(width // config.heads)
        self.output = nn.Linear(width, width, bias=False)
        self.feed_forward = FeedForward(width)
        nn.init.zeros_(self.modulation.weight)  # adaLN-zero: at first a block adds nothing
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, condition: Tensor, words: Tensor, mask: Tensor) -> Tensor:
        """x N T W, condition N W, words N L W', mask N 1 1 T+L, to N T W."""
        shift_1, scale_1, gate_1, shift_2, scale_2, gate_2 = self.modulation(condition)[:, None].chunk(6, dim=-1)
        x = x + gate_1 * self._attend(modulate(x, shift_1, scale_1), words, mask)
        y: Tensor = x + gate_2 * self.feed_forward(modulate(x, shift_2, scale_2))
        return y

    def _attend(self, x: Tensor, words: Tensor, mask: Tensor) -> Tensor:
        q, k, v = heads_of(self.query_key_value(x), 3, self.heads)  # each N H T W/H
        caption_k, caption_v = heads_of(self.caption_key_value(words), 2, self.heads)  # each N H L W/H
        k, v = torch.cat((k, caption_k), dim=2), torch.cat((v, caption_v), dim=2)
        mixed: Tensor = self.output(attend(self.query_norm(q), self.key_norm(k), v, mask))
        return mixed


class Denoiser(nn.Module):
    """The velocity at a noisy latent picture, a time and a caption."""

    places: Tensor

    def __init__(self, config: DiffusionConfig, vocabulary: int, grid: int, numbers: int) -> None:
        super().__init__()
        width = config.width
        self.captions = CaptionEncoder(
            vocabulary, config.caption_tokens, config.caption_width, config.caption_layers, heads=4
        )
        self.input = nn.Linear(numbers, width)
        self.register_buffer("places", places_on_grid(grid, width), persistent=False)
        self.time = nn.Sequential(nn.Linear(2 * _FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))
        self.caption = nn.Linear(config.caption_width, width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.modulation = nn.Linear(width, 2 * width)
        self.output = nn.Linear(width, numbers)
        for part in (self.modulation, self.output):
            nn.init.zeros_(part.weight)
            nn.init.zeros_(part.bias)

    def read(self, ids: Tensor) -> Read:
        """Captions N L, read once for all steps."""
        return Read(*self.captions(ids))

    def forward(self, z: Tensor, time: Tensor, caption: Read) -> Tensor:
        """z N T D and times N to velocities N T D."""
        condition = F.silu(self.time(waves_of_time(time)) + self.caption(caption.whole))
        seen = caption.there.new_ones(len(z), z.shape[1])
        mask = torch.cat((seen, caption.there), dim=1)[:, None, None]
        x = self.input(z) + self.places
        for block in self.blocks:
            x = block(x, condition, caption.words, mask)
        shift, scale = self.modulation(condition)[:, None].chunk(2, dim=-1)
        velocity: Tensor = self.output(modulate(x, shift, scale))
        return velocity


# ---------------------------------------------------------------- the model


class PictureFlow(nn.Module):
    """The space that is drawn in, and the denoiser."""

    def __init__(self, config: DiffusionConfig, vocabulary: int, size: int, channels: int) -> None:
        super().__init__()
        self.config, self.size = config, size
        self.space: Autoencoder | Patches = (
            Autoencoder(channels, config.patch, size, config.latent, config.autoencoder_width)
            if config.space == "latent"
            else Patches(channels, config.patch, size)
        )
        self.shape = (self.space.grid**2, self.space.numbers)  # T D of the noise that a picture begins with
        self.denoiser = Denoiser(config, vocabulary, self.space.grid, self.space.numbers)

    def loss(self, latents: Tensor, noise: Tensor, time: Tensor, ids: Tensor) -> Tensor:
        """Mean squared error of the velocity at each time N between noise and latents, both N T D."""
        t = time[:, None, None]
        velocity: Tensor = self.denoiser((1 - t) * noise + t * latents, time, self.denoiser.read(ids))
        return (velocity.float() - (latents - noise)).square().mean()


def logit_normal(normal: Tensor) -> Tensor:
    """Standard normal numbers as times in 0..1, most of them in the middle."""
    return torch.sigmoid(normal)


# ---------------------------------------------------------------- drawing


class Drawing(NamedTuple):
    """How pictures are drawn: steps along the way, strength of guidance (1: none), Euler's method or Heun's."""

    steps: int = 20
    guidance: float = 3.0
    method: Literal["euler", "heun"] = "euler"


@torch.no_grad()
def draw(flow: PictureFlow, noise: Tensor, ids: Tensor, away: Tensor, how: Drawing) -> Tensor:
    """Pictures N C S S in -1..1 from noise N T D, towards captions N L and away from others N L."""
    captions = flow.denoiser.read(torch.cat((ids, away)) if how.guidance != 1 else ids)
    z, times = noise, torch.linspace(0, 1, how.steps + 1).tolist()
    for now, then in pairwise(times):
        velocity = _guided(flow, z, now, captions, how.guidance)
        if how.method == "heun" and then < 1:
            ahead = _guided(flow, z + (then - now) * velocity, then, captions, how.guidance)
            velocity = (velocity + ahead) / 2
        z = z + (then - now) * velocity
    return flow.space.decode(z).float().clamp(-1, 1)


def _guided(flow: PictureFlow, z: Tensor, time: float, captions: Read, guidance: float) -> Tensor:
    """away + guidance * (towards - away)."""
    count = len(captions.there)
    times = torch.full((count,), time, device=z.device)
    velocity: Tensor = flow.denoiser(z.repeat(count // len(z), 1, 1), times, captions).float()
    if guidance == 1:
        return velocity
    towards, away = velocity.chunk(2)
    return torch.lerp(away, towards, guidance)
