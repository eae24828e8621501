"""The studio's rooms for playing with pictures: children of two, and dreams. PyTorch is imported when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from miaobi.base.disk import absolute, disk_errors, is_there, write_atomically
from miaobi.errors import InputError
from miaobi.settings import Settings


def breed_pictures(
    settings: Settings,
    first: Path,
    second: Path,
    *,
    model: str,
    output: Path,
    replace: bool,
    options: Mapping[str, Any],
) -> tuple[Path, str]:
    """See Studio.breed."""
    from miaobi.train.sampler import sample

    place = free_png(output, replace=replace)
    (family,) = sample(settings.home, model, {**options, "breed": (absolute(first), absolute(second))})
    write_whole(place, family.files[".png"])
    return place, family.text


def dream_picture(
    settings: Settings, picture: Path, *, model: str, output: Path, replace: bool, options: Mapping[str, Any]
) -> tuple[Path, str]:
    """See Studio.dream."""
    from miaobi.train.pictures.dream_wish import parse_dream_wish
    from miaobi.train.torch_needed import require_torch

    wish = parse_dream_wish(options)
    place = free_png(output, replace=replace)
    require_torch()
    from miaobi.train.pictures.dream import dream_of_file

    data, told = dream_of_file(settings.home, absolute(picture), model, wish)
    write_whole(place, data)
    return place, told


def free_png(output: Path, *, replace: bool) -> Path:
    """Where to write. InputError when it is no .png, or something is there and may not be replaced."""
    place = absolute(output)
    if place.suffix.lower() != ".png":
        raise InputError(f"{output} is no name of a PNG.", hint=f"Call it {output.with_suffix('.png')}.")
    if is_there(place) and not replace:
        raise InputError(f"There is something at {place} already.", hint="Choose another file, or add --replace.")
    return place


def write_whole(place: Path, data: bytes) -> None:
    """Write a file, and the folder around it where there is none. DiskError when it cannot be."""
    with disk_errors(place):
        place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, data)
