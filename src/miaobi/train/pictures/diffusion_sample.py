"""Pictures for captions from a trained diffusion model: `miaobi sample`, `image:lab/NAME`, and the sheets of training.

Shapes: N pictures, C colours, S side, T D noise, see diffusion.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from miaobi.train.film import film
from miaobi.train.folder import ModelFolder
from miaobi.train.options import validated
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.caption_tokens import CaptionTokens
from miaobi.train.pictures.diffusion import DiffusionConfig, Drawing, PictureFlow, draw
from miaobi.train.pictures.latent_sample import spherical
from miaobi.train.pictures.seeds import noise_of
from miaobi.train.pictures.sheet import png, sheet
from miaobi.train.pictures.task import in_parts, sheet_scale
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish
from miaobi.train.weights import load_weights

_AT_ONCE = 32


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Pictures of the prompt, or a walk between them."""
    artist = Artist(folder)
    caption, how = wish.prompt or "", _drawing_of(wish)
    if wish.interpolate is not None:
        yield from artist.walk(caption, how, wish, wish.interpolate)
    elif wish.columns is not None:
        made = artist.draw(caption, artist.noise(wish.seeds), how, wish.negative or "")
        yield Sample(f"{len(made)} pictures of {caption!r}", {".png": sheet(made, wish.columns, scale=artist.scale)})
    else:
        for seed in wish.seeds:
            (made,) = artist.draw(caption, artist.noise([seed]), how, wish.negative or "")
            yield Sample(f"{caption!r}, seed {seed}", {".png": png(to_pixels(made[None])[0])})


def picture_maker(folder: ModelFolder) -> Callable[[str, int], Tensor]:
    """For `image:lab/NAME`: (prompt, seed) to a picture C S S in -1..1."""
    artist = Artist(folder)
    return lambda prompt, seed: artist.draw(prompt, artist.noise([seed]), Drawing())[0]


class Artist:
    """A trained model with the vocabulary of its captions."""

    def __init__(self, folder: ModelFolder) -> None:
        self._flow, self._tokens = open_diffusion(folder)
        self.scale = sheet_scale(self._flow.size)

    def noise(self, seeds: Sequence[int]) -> Tensor:
        """What the picture of each seed begins with, N T D."""
        places, numbers = self._flow.shape
        return torch.from_numpy(noise_of(seeds, places * numbers)).view(-1, places, numbers)

    def draw(self, caption: str, noise: Tensor, how: Drawing, negative: str = "") -> Tensor:
        """Pictures N C S S of one caption."""
        return draw_captions(self._flow, self._tokens, [caption] * len(noise), noise, how, negative)

    def walk(self, caption: str, how: Drawing, wish: SampleWish, steps: int) -> Iterator[Sample]:
        """Through the noise of `count` seeds (at least two): a video, a sheet, or a file for each step."""
        stops = self.noise(range(wish.seeds.start, wish.seeds.start + max(2, len(wish.seeds))))
        made = self.draw(caption, between(stops, steps), how, wish.negative or "")
        told = f"{steps} steps through {len(stops)} pictures of {caption!r}"
        if wish.video:
            yield Sample(told, {".mp4": film(to_pixels(made.expand(-1, 3, -1, -1)))})
        elif wish.columns is not None:
            yield Sample(told, {".png": sheet(made, wish.columns, scale=self.scale)})
        else:
            for number, pixels in enumerate(to_pixels(made), 1):
                yield Sample(f"step {number} of {steps}", {".png": png(pixels)})


def between(stops: Tensor, steps: int) -> Tensor:
    """Noise on the way from one stop (N T D) to the next and so on, `steps` in all, as strong as noise is."""
    flat = stops.flatten(1)
    places = torch.linspace(0, len(stops) - 1, steps)
    before = places.long().clamp_max(len(stops) - 2)
    return spherical(flat[before], flat[before + 1], places - before).view(-1, *stops.shape[1:])


def draw_captions(
    flow: PictureFlow, tokens: CaptionTokens, captions: Sequence[str], noise: Tensor, how: Drawing, negative: str = ""
) -> Tensor:
    """A picture for each caption from noise N T D, away from `negative`; N C S S on the processor."""
    device = flow.denoiser.places.device
    ids, away = (torch.from_numpy(tokens.ids(told)) for told in (captions, [negative] * len(captions)))

    def draw_part(rows: Tensor) -> Tensor:
        return draw(flow, noise[rows].to(device), ids[rows].to(device), away[rows].to(device), how)

    return in_parts(draw_part, torch.arange(len(captions)), _AT_ONCE)


def open_diffusion(folder: ModelFolder) -> tuple[PictureFlow, CaptionTokens]:
    """A trained model, ready to draw, and its vocabulary. InputError when a file is damaged or does not fit."""
    network = folder.read_config()["network"]
    config = validated(DiffusionConfig, network["config"])
    tokens = CaptionTokens(network["words"], config.caption_tokens)
    flow = PictureFlow(config, len(tokens), network["size"], network["channels"])
    load_weights(flow, folder)
    return flow.eval().requires_grad_(False), tokens


def _drawing_of(wish: SampleWish) -> Drawing:
    given = {"steps": wish.steps, "guidance": wish.guidance}
    return Drawing(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
