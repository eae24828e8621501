"""`miaobi sample` for models that draw from one vector of latents: sheets, walks, encoded pictures, children.

What such a network has beside `forward` is in `LatentModel`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

import torch
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.film import film
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.given import read_as_trained
from miaobi.train.pictures.invert import Inverted, invert
from miaobi.train.pictures.seeds import noise_of
from miaobi.train.pictures.sheet import png, sheet
from miaobi.train.pictures.task import in_parts, open_picture_model, sheet_scale
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish
from miaobi.train.task import uniform_at

DEFAULT_CHILDREN: Final = 8
_COLUMNS: Final = 8
_CANDIDATES: Final = 512
_NEARLY_ALIKE: Final = 1e-4


class LatentModel(Protocol):
    """A network that makes pictures of latents, and knows where its latents lie."""

    latent: int

    def __call__(self, latents: Tensor) -> Tensor:
        """Latents N L to pictures N C H W in -1..1."""
        ...

    def placed(self, noise: Tensor) -> Tensor:
        """Unit normal numbers N L as latents."""
        ...

    def extent(self) -> tuple[Tensor, Tensor]:
        """Middle and spread of the latents, each 1 L."""
        ...

    def guess(self, pictures: Tensor) -> Tensor | None:
        """Latents of pictures N C H W, None where only a search can find them."""
        ...


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Pictures, a walk between them, what becomes of a picture, or children of two, whichever was asked for."""
    _require_one_thing(wish)
    space = LatentSpace(folder)
    if wish.breed is not None:
        yield space.family(*wish.breed, children=wish.count or DEFAULT_CHILDREN, seed=wish.seed or 0)
    elif wish.on is not None:
        yield space.likeness(wish.on)
    elif wish.interpolate is not None:
        yield from space.walk(wish, wish.interpolate)
    elif wish.columns is not None:
        made = space.draw(space.latents(wish.seeds))
        yield Sample(f"{len(made)} pictures", {".png": sheet(made, wish.columns, scale=space.scale)})
    else:
        for seed in wish.seeds:
            yield Sample(f"seed {seed}", {".png": png(to_pixels(space.draw(space.latents([seed])))[0])})


def picture_maker(folder: ModelFolder) -> Callable[[str, int], Tensor]:
    """For `image:lab/NAME`: (prompt, seed) to a picture C H W; the prompt means nothing to these models."""
    space = LatentSpace(folder)
    return lambda _prompt, seed: space.draw(space.latents([seed]))[0]


class LatentSpace:
    """A trained model with its latents."""

    def __init__(self, folder: ModelFolder) -> None:
        module, network = open_picture_model(folder)
        self._folder, self._model = folder, cast(LatentModel, module)
        self._size, self._channels = int(network["size"]), int(network["channels"])
        self.scale = sheet_scale(self._size)

    def latents(self, seeds: Sequence[int]) -> Tensor:
        """One for each seed, N L."""
        return self._model.placed(torch.from_numpy(noise_of(seeds, self._model.latent)))

    def draw(self, latents: Tensor) -> Tensor:
        """Pictures N C H W of latents N L."""
        return in_parts(self._model, latents).clamp(-1, 1)

    def find(self, wanted: Tensor) -> Inverted:
        """The latents that come nearest to pictures N C H W: from the encoder's guess where there is an encoder."""
        middle, spread = self._model.extent()
        guessed = self._model.guess(wanted)
        candidates = self.latents(range(_CANDIDATES)) if guessed is None else guessed
        return invert(self._model, wanted, candidates, middle=middle, spread=spread.clamp_min(_NEARLY_ALIKE))

    def likeness(self, path: Path) -> Sample:
        """A picture beside what the model makes of it."""
        wanted = self._read(path)
        guessed = self._model.guess(wanted)
        if guessed is None:
            found = self.find(wanted)
            made, how = found.pictures, "the nearest that a search finds"
        else:
            made, how = self.draw(guessed), "encoded and decoded"
        error = float((made - wanted).abs().mean()) / 2
        told = f"{path.name}, and {how} (mean difference {100 * error:.1f} % of the range of colours)"
        return Sample(told, {".png": sheet(torch.cat((wanted, made)), 2, scale=self.scale)})

    def family(self, first: Path, second: Path, *, children: int, seed: int) -> Sample:
        """Two pictures, what the model makes of them, the way between, and children that mix their latents."""
        wanted = torch.cat([self._read(path) for path in (first, second)])
        found = self.find(wanted)
        way = self.between(found.latents, _COLUMNS)
        mixed = self.draw(children_of(found.latents, children, seed))
        parents = torch.cat((wanted, found.pictures))
        paper = torch.ones_like(parents[:1]).expand(_COLUMNS - len(parents), -1, -1, -1)
        near = " and ".join(f"{100 * error:.1f} %" for error in found.errors)
        told = (
            f"First row: {first.name} and {second.name}, then both as the model finds them (mean difference {near} of "
            f"the range of colours). Second row: the way between. Below: {children} children."
        )
        return Sample(told, {".png": sheet(torch.cat((parents, paper, way, mixed)), _COLUMNS, scale=self.scale)})

    def walk(self, wish: SampleWish, steps: int) -> Iterator[Sample]:
        """Through the latents of `count` seeds (at least two): a video, a sheet, or a file for each step."""
        stops = self.latents(range(wish.seeds.start, wish.seeds.start + max(2, len(wish.seeds))))
        made = self.between(stops, steps)
        told = f"{steps} steps through {len(stops)} pictures"
        if wish.video:
            yield Sample(told, {".mp4": film(to_pixels(made.expand(-1, 3, -1, -1)))})
        elif wish.columns is not None:
            yield Sample(told, {".png": sheet(made, wish.columns, scale=self.scale)})
        else:
            for number, pixels in enumerate(to_pixels(made), 1):
                yield Sample(f"step {number} of {steps}", {".png": png(pixels)})

    def between(self, stops: Tensor, steps: int) -> Tensor:
        """Pictures on the way from one stop (N L) to the next and so on, `steps` in all."""
        middle, _ = self._model.extent()
        places = torch.linspace(0, len(stops) - 1, steps)
        before = places.long().clamp_max(len(stops) - 2)
        way = spherical(stops[before] - middle, stops[before + 1] - middle, places - before)
        return self.draw(middle + way)

    def _read(self, path: Path) -> Tensor:
        return read_as_trained(path, self._folder, self._size, self._channels)


def spherical(first: Tensor, second: Tensor, share: Tensor) -> Tensor:
    """From `first` to `second`, N L each, along the sphere; `share` N in 0..1.

    Normal latents of many numbers lie near a sphere, and a straight line leaves it (White, Sampling Generative
    Networks, 2016).
    """
    share = share[:, None]
    cosine = (first * second).sum(1, keepdim=True) / (first.norm(dim=1) * second.norm(dim=1))[:, None].clamp_min(1e-12)
    angle = cosine.clamp(-1, 1).acos()  # N 1
    sine = angle.sin()
    curved = (((1 - share) * angle).sin() * first + (share * angle).sin() * second) / sine.clamp_min(_NEARLY_ALIKE)
    return torch.where(sine > _NEARLY_ALIKE, curved, (1 - share) * first + share * second)


def children_of(parents: Tensor, count: int, seed: int) -> Tensor:
    """Latents count L, each number from one of the two parents, 2 L."""
    is_second = uniform_at(seed, 0, (count, parents.shape[1])) < 0.5
    return torch.where(is_second, parents[1], parents[0])


def _require_one_thing(wish: SampleWish) -> None:
    asked = [f"--{name}" for name in ("breed", "on", "interpolate") if getattr(wish, name) is not None]
    if len(asked) > 1:
        raise InputError(f"{' and '.join(asked)} are different things.", hint="Ask for one at a time.")
