"""`miaobi sample` and `miaobi breed` for stylegan: sheets, walks, mixed styles, children of two pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.film import film
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.given import read_as_trained
from miaobi.train.pictures.invert import Inverted, invert
from miaobi.train.pictures.sheet import png, sheet
from miaobi.train.pictures.stylegan import StyleGenerator, middle_and_spread
from miaobi.train.pictures.stylegan_task import truncated
from miaobi.train.pictures.task import in_parts, open_picture_model, sheet_scale
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish
from miaobi.train.task import noise_at

DEFAULT_CHILDREN = 8
_CANDIDATES = 512


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Pictures, a walk between them, mixed styles or children, whichever was asked for."""
    _require_one_thing(wish)
    artist = Artist(folder, wish.truncation)
    if wish.breed is not None:
        yield artist.family(*wish.breed, children=wish.count or DEFAULT_CHILDREN, seed=wish.seed or 0)
    elif wish.mix is not None:
        yield artist.mixtures(*wish.mix)
    elif wish.interpolate is not None:
        yield from artist.walk(wish, wish.interpolate)
    elif wish.columns is not None:
        made = artist.draw(artist.styles(wish.seeds))
        yield Sample(f"{len(made)} pictures", {".png": sheet(made, wish.columns, scale=artist.scale)})
    else:
        for seed in wish.seeds:
            yield Sample(f"seed {seed}", {".png": png(to_pixels(artist.draw(artist.styles([seed])))[0])})


def picture_maker(folder: ModelFolder) -> Callable[[str, int], Tensor]:
    """For `image:lab/NAME`: (prompt, seed) to a picture C H W; the prompt means nothing to this model."""
    artist = Artist(folder)
    return lambda _prompt, seed: artist.draw(artist.styles([seed]))[0].clamp(-1, 1)


class Artist:
    """A trained generator with its space of styles."""

    def __init__(self, folder: ModelFolder, truncation: float | None = None) -> None:
        generator, network = open_picture_model(folder)
        assert isinstance(generator, StyleGenerator)
        self._folder, self._generator = folder, generator
        self._size, self._channels = int(network["size"]), int(network["channels"])
        self._truncation = generator.config.truncation if truncation is None else truncation
        self.scale = sheet_scale(self._size)

    def styles(self, seeds: Sequence[int]) -> Tensor:
        """Styles N L W, one for each seed."""
        latents = torch.cat([noise_at(seed, 0, (1, self._generator.latent)) for seed in seeds])
        return truncated(self._generator, latents, self._truncation)

    def draw(self, styles: Tensor) -> Tensor:
        """Pictures N C S S of styles N L W."""
        return in_parts(self._generator.synthesise, styles)

    def family(self, first: Path, second: Path, *, children: int, seed: int) -> Sample:
        """Two pictures, what the model makes of them, and children that have each layer's style from one of them."""
        wanted = torch.cat([self._read(path) for path in (first, second)])
        found = self.find(wanted)
        choices = inheritances(self._generator.layers, children, seed)  # M L
        mixed = torch.where(choices[:, :, None], found.latents[1], found.latents[0])
        rows = torch.cat((wanted, found.pictures, self.draw(mixed)))
        columns = max(4, min(8, children))
        parents = torch.cat((rows[:4], torch.ones_like(rows[:1]).expand(columns - 4, -1, -1, -1)))
        near = " and ".join(f"{100 * error:.1f} %" for error in found.errors)
        told = (
            f"First row: {first.name} and {second.name}, then both as the model finds them (mean difference {near} of "
            f"the range of colours). Below: {children} children, each layer's style from one parent."
        )
        return Sample(told, {".png": sheet(torch.cat((parents, rows[4:])), columns, scale=self.scale)})

    def mixtures(self, first: str, second: str) -> Sample:
        """From one to the other, layer by layer: coarse styles change first in the upper row, last in the lower."""
        a, b = self._named(first), self._named(second)
        layers = self._generator.layers
        upper = [torch.cat((b[:count], a[count:])) for count in range(layers + 1)]
        lower = [torch.cat((a[: layers - count], b[layers - count :])) for count in range(layers + 1)]
        told = f"{first} to {second}, a layer's style at a time: coarse layers first above, fine layers first below"
        made = self.draw(torch.stack(upper + lower))
        return Sample(told, {".png": sheet(made, layers + 1, scale=self.scale)})

    def walk(self, wish: SampleWish, steps: int) -> Iterator[Sample]:
        """Straight from style to style of `count` seeds (at least two): a video, a sheet, or a file for each step."""
        stops = self.styles(range(wish.seeds.start, wish.seeds.start + max(2, len(wish.seeds))))
        places = torch.linspace(0, len(stops) - 1, steps)
        before = places.long().clamp_max(len(stops) - 2)
        share = (places - before)[:, None, None]
        made = self.draw(stops[before] * (1 - share) + stops[before + 1] * share)
        told = f"{steps} steps through {len(stops)} styles"
        if wish.video:
            yield Sample(told, {".mp4": film(to_pixels(made.expand(-1, 3, -1, -1)))})
        elif wish.columns is not None:
            yield Sample(told, {".png": sheet(made, wish.columns, scale=self.scale)})
        else:
            for number, pixels in enumerate(to_pixels(made), 1):
                yield Sample(f"step {number} of {steps}", {".png": png(pixels)})

    def find(self, wanted: Tensor) -> Inverted:
        """The styles, one for each layer, that come nearest to pictures N C S S."""
        middle, spread = middle_and_spread(self._generator)
        candidates = self.styles(range(_CANDIDATES))
        return invert(self._generator.synthesise, wanted, candidates, middle=middle[:, None], spread=spread[:, None])

    def _named(self, name: str) -> Tensor:
        """Styles L W of a seed, or of a picture file."""
        if name.isdecimal():
            return self.styles([int(name)])[0]
        return self.find(self._read(Path(name))).latents[0]

    def _read(self, path: Path) -> Tensor:
        return read_as_trained(path, self._folder, self._size, self._channels)


def inheritances(layers: int, count: int, seed: int) -> Tensor:
    """Whether each child has each layer's style from the second parent: count L, all different, none only from one.

    InputError when there are not so many.
    """
    possible = 2**layers - 2
    if count > possible:
        raise InputError(f"Two parents with {layers} layers have {possible} different children, not {count}.")
    chosen = torch.randperm(possible, generator=torch.Generator().manual_seed(seed))[:count] + 1
    return (chosen[:, None] >> torch.arange(layers)) % 2 == 1


def _require_one_thing(wish: SampleWish) -> None:
    asked = [f"--{name}" for name in ("breed", "mix", "interpolate") if getattr(wish, name) is not None]
    if len(asked) > 1:
        raise InputError(f"{' and '.join(asked)} are different things.", hint="Ask for one at a time.")
