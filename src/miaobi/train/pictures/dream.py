"""DeepDream: a picture is changed so that a layer of a network sees more of whatever it sees in it.

Mordvintsev, Olah and Tyka, Inceptionism (2015): gradient ascent on the square of a layer's activity, at several sizes
(octaves) from small to large, the picture being moved about a little before every step (jitter). What was dreamt at one
size is enlarged and goes on at the next. Large pictures are seen in tiles, whose borders the jitter moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.base.progress import report_progress
from miaobi.errors import InputError
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.dream_wish import DreamWish
from miaobi.train.pictures.given import read_whole
from miaobi.train.pictures.sheet import png

_LARGEST_TILE = 512
_LEAST_SIDE = 16
_SHOWN = 12


@dataclass(frozen=True)
class Seer:
    """A network to dream with.

    name      as the person calls it
    module    whose layers there are
    look      shows it pictures N C H W in -1..1
    channels  3 or 1
    size      side of the pictures it was made for
    """

    name: str
    module: nn.Module
    look: Callable[[Tensor], Any]
    channels: int
    size: int


def dream_of_file(home: Path, path: Path, model: str, wish: DreamWish) -> tuple[bytes, str]:
    """A picture file after the dream, as PNG bytes, and how it came about.

    model   a name in the lab at `home`, or a folder
    """
    from miaobi.train.pictures.dream_models import open_seer

    seer = open_seer(home, model)
    picture = read_whole(path, seer.channels, wish.side)
    layer = find_layer(seer, wish.layer)
    dreamt = dream(seer, picture, wish.model_copy(update={"layer": layer}))
    height, width = picture.shape[2:]
    return png(to_pixels(dreamt)[0]), f"{path.name}, {width} x {height}, dreamt with layer {layer} of {seer.name}"


def dream(seer: Seer, picture: Tensor, wish: DreamWish) -> Tensor:
    """The picture, 1 C H W in -1..1, as it is after the dream.

    InputError for a layer there is not, one that does not react, and a picture too small for the network.
    """
    layer = find_layer(seer, wish.layer)
    with _watched(seer, layer) as activity:
        tile, least = _tile(seer, activity)
        sizes = octave_sizes((picture.shape[2], picture.shape[3]), wish, least)
        random = torch.Generator().manual_seed(wish.seed)
        dreamt = torch.zeros_like(picture)
        for number, size in enumerate(sizes):
            base, dreamt = _resized(picture, size), _resized(dreamt, size)
            for step in range(wish.steps):
                x = (base + dreamt).clamp(-1, 1)
                dreamt = x + _ascent(activity, x, tile, wish, random) - base
                report_progress(number * wish.steps + step + 1, len(sizes) * wish.steps, "steps")
    if not bool(dreamt.any()):
        raise InputError(f"The layer {layer} of {seer.name} does not react to this picture.", hint="Choose another.")
    return (picture + dreamt).clamp(-1, 1)


def octave_sizes(size: tuple[int, int], wish: DreamWish, least: int) -> list[tuple[int, int]]:
    """Heights and widths from small to large, none below `least` pixels. InputError when the picture itself is."""
    if min(size) < least:
        raise InputError(
            f"The picture has {size[1]} x {size[0]} pixels, and a side needs at least {least} for this network.",
            hint="Give a larger picture, or another --model.",
        )
    shares = [wish.zoom**-number for number in reversed(range(wish.octaves))]
    sizes = [(round(size[0] * share), round(size[1] * share)) for share in shares]
    return [one for one in sizes if min(one) >= least]


def _ascent(
    activity: Callable[[Tensor], Tensor], x: Tensor, tile: int, wish: DreamWish, random: torch.Generator
) -> Tensor:
    """The change of one step, 1 C H W."""
    down, across = torch.randint(-wish.jitter, wish.jitter + 1, (2,), generator=random).tolist()
    moved = x.roll((down, across), (2, 3))
    gradient = torch.zeros_like(moved)
    for top in _starts(x.shape[2], tile):
        for left in _starts(x.shape[3], tile):
            part = moved[:, :, top : top + tile, left : left + tile].detach().clone().requires_grad_()
            with torch.enable_grad():
                (slope,) = torch.autograd.grad(activity(part), part)
            gradient[:, :, top : top + tile, left : left + tile] = slope
    gradient = torch.nan_to_num(gradient).roll((-down, -across), (2, 3))
    mean = gradient.abs().mean()
    return gradient / mean * (wish.strength / 127.5) if mean > 0 else torch.zeros_like(x)


def _starts(length: int, tile: int) -> list[int]:
    """Where tiles begin that cover a side; the last overlaps with the one before."""
    last = max(0, length - tile)
    return [*range(0, last, tile), last]


def _resized(x: Tensor, size: tuple[int, int]) -> Tensor:
    if x.shape[2:] == size:
        return x
    return F.interpolate(x, size, mode="bicubic", align_corners=False, antialias=True)


# ---------------------------------------------------------------- layers


def find_layer(seer: Seer, wanted: str) -> str:
    """The name of a layer from its name, its number, or "" for one in the middle. InputError when there is none."""
    names = layer_names(seer)
    if not wanted:
        return names[len(names) // 2]
    if wanted.isdecimal() and int(wanted) < len(names):
        return names[int(wanted)]
    if wanted not in names:
        close = get_close_matches(wanted, names, n=1)
        some = [names[round(at * (len(names) - 1) / _SHOWN)] for at in range(_SHOWN + 1)]
        told = ", ".join(f"{names.index(name)} {name}" for name in dict.fromkeys(some))
        hint = f"Did you mean {close[0]}?" if close else f"There are 0 to {len(names) - 1}, among them: {told}."
        raise InputError(f"{seer.name} has no layer {wanted!r}.", hint=hint)
    return wanted


def layer_names(seer: Seer) -> list[str]:
    """The layers that show something of a picture's places, in the order in which they work."""
    found: dict[str, None] = {}
    hooks = []
    for name, part in seer.module.named_modules():
        if name:
            hooks.append(part.register_forward_hook(_noting(found, name)))
    try:
        with torch.enable_grad():
            seer.look(torch.zeros(1, seer.channels, seer.size, seer.size, requires_grad=True))
    finally:
        for hook in hooks:
            hook.remove()
    if not found:
        raise InputError(f"{seer.name} has no layers to dream with.", hint="Give another --model.")
    return list(found)


def _noting(found: dict[str, None], name: str) -> Callable[[nn.Module, Any, Any], None]:
    def note(_module: nn.Module, _given: Any, made: Any) -> None:
        tensor = _tensor_of(made)
        if tensor is not None and tensor.ndim >= 3 and tensor.requires_grad:
            found.setdefault(name)

    return note


def _tensor_of(made: Any) -> Tensor | None:
    """What a layer gives, or the first of several."""
    if isinstance(made, (tuple, list)) and made:
        made = made[0]
    return made if isinstance(made, Tensor) else None


class _SeenError(Exception):
    """The layer was reached; what comes after it is of no interest, and may not even fit the picture."""


@contextmanager
def _watched(seer: Seer, layer: str) -> Iterator[Callable[[Tensor], Tensor]]:
    """A function from a picture to the mean square of the layer's activity."""
    seen: list[Tensor] = []

    def see(_module: nn.Module, _given: Any, made: Any) -> None:
        tensor = _tensor_of(made)
        assert tensor is not None
        seen.append(tensor.float().square().mean())
        raise _SeenError

    def activity(part: Tensor) -> Tensor:
        seen.clear()
        with suppress(_SeenError):
            seer.look(part)
        return seen.pop()

    hook = seer.module.get_submodule(layer).register_forward_hook(see)
    try:
        yield activity
    finally:
        hook.remove()


@torch.no_grad()
def _tile(seer: Seer, activity: Callable[[Tensor], Tensor]) -> tuple[int, int]:
    """Side of the largest tile the network can look at, and of the least picture: one that takes only pictures of its
    own size (a vision Transformer) is found out by showing it another."""
    try:
        activity(torch.zeros(1, seer.channels, seer.size + 32, seer.size + 64))
    except (ValueError, RuntimeError, AssertionError, IndexError):
        return seer.size, seer.size
    return _LARGEST_TILE, min(_LEAST_SIDE, seer.size)
