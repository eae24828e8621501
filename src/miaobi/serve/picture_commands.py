"""`miaobi breed` and `miaobi dream`. They call the studio and print; nothing is decided here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from miaobi.serve.command import QuietOption, open_studio

ReplaceOption = Annotated[bool, typer.Option("--replace", help="Write over a file of that name.")]


def breed(
    first: Annotated[Path, typer.Argument(help="A picture.")],
    second: Annotated[Path, typer.Argument(help="Another picture.")],
    model: Annotated[str, typer.Option(help="A model of the lab with styles: stylegan.")],
    output: Annotated[Path, typer.Option(help="The PNG to write.")],
    children: Annotated[int | None, typer.Option(help="So many children (default 8).")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives other children.")] = None,
    replace: ReplaceOption = False,
    quiet: QuietOption = False,
) -> None:
    """Children of two pictures: found in the space of a model, their styles are mixed layer by layer."""
    options = {"count": children, "seed": seed}
    place, told = open_studio().breed(first, second, model=model, output=output, replace=replace, **options)
    _tell(place, told, quiet=quiet)


def dream(
    picture: Annotated[Path, typer.Argument(help="A picture of any size and mode.")],
    model: Annotated[str, typer.Option(help="A model of the lab, or the folder of a vision model (safetensors).")],
    output: Annotated[Path | None, typer.Option(help="The PNG to write (default NAME-dream.png).")] = None,
    layer: Annotated[str | None, typer.Option(help="Name or number of a layer (default: one in the middle).")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps at each size (default 10).")] = None,
    octaves: Annotated[int | None, typer.Option(help="So many sizes, from small to large (default 4).")] = None,
    zoom: Annotated[float | None, typer.Option(help="From one size to the next (default 1.4).")] = None,
    strength: Annotated[float | None, typer.Option(help="Brightness steps of 255 a step (default 1.5).")] = None,
    jitter: Annotated[int | None, typer.Option(help="Pixels to move about by (default 16).")] = None,
    side: Annotated[int | None, typer.Option(help="Make a longer side smaller than this (default 1024).")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives another dream.")] = None,
    replace: ReplaceOption = False,
    quiet: QuietOption = False,
) -> None:
    """DeepDream: let a network show what it sees in a picture."""
    place, told = open_studio().dream(
        picture, model=model, output=output, replace=replace, layer=layer, steps=steps, octaves=octaves, zoom=zoom,
        strength=strength, jitter=jitter, side=side, seed=seed,
    )  # fmt: skip
    _tell(place, told, quiet=quiet)


def _tell(place: Path, told: str, *, quiet: bool) -> None:
    if not quiet:
        typer.echo(told, err=True)
    typer.echo(str(place))
