"""`miaobi sample`: one command for every kind of model. It calls the studio and prints; nothing is decided here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miaobi.serve.command import open_studio

if TYPE_CHECKING:
    from miaobi.train.sample import Sample

_TEXT = "Text"
_PICTURES = "Pictures"
_MUSIC = "Music"


def sample(
    name: Annotated[str, typer.Argument(help="A model of the lab: see `miaobi models`.")],
    prompt: Annotated[str | None, typer.Argument(help="What a text begins with, or what a picture shows.")] = None,
    count: Annotated[int | None, typer.Option(help="So many samples (default 1).")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed gives other samples.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder, or file of a single sample (default for files: NAME-samples).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over files of that name.")] = False,
    tokens: Annotated[int | None, typer.Option(help="At most so many tokens.", rich_help_panel=_TEXT)] = None,
    temperature: Annotated[
        float | None, typer.Option(help="0 always takes the likeliest token.", rich_help_panel=_TEXT)
    ] = None,
    top_k: Annotated[
        int | None, typer.Option(help="Choose among the k likeliest; 0 for all.", rich_help_panel=_TEXT)
    ] = None,
    top_p: Annotated[
        float | None, typer.Option(help="Choose among those that hold this probability.", rich_help_panel=_TEXT)
    ] = None,
    repetition_penalty: Annotated[
        float | None, typer.Option(help="Above 1, recent tokens come less often.", rich_help_panel=_TEXT)
    ] = None,
    no_repeat_ngram: Annotated[
        int | None, typer.Option(metavar="N", help="No N tokens in a row come twice.", rich_help_panel=_TEXT)
    ] = None,
    beams: Annotated[
        int | None, typer.Option(help="Beam search with so many beams; --count texts.", rich_help_panel=_TEXT)
    ] = None,
    length_penalty: Annotated[
        float | None, typer.Option(help="Above 1, beam search likes longer texts.", rich_help_panel=_TEXT)
    ] = None,
    attention: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the attention maps.", rich_help_panel=_TEXT)
    ] = None,
    between: Annotated[
        tuple[str, str] | None, typer.Option(help="Texts between two texts.", rich_help_panel=_TEXT)
    ] = None,
    columns: Annotated[int | None, typer.Option(help="A sheet of so many columns.", rich_help_panel=_PICTURES)] = None,
    interpolate: Annotated[
        int | None, typer.Option(metavar="N", help="N steps of a walk between samples.", rich_help_panel=_PICTURES)
    ] = None,
    video: Annotated[bool, typer.Option("--video", help="The walk as MP4.", rich_help_panel=_PICTURES)] = False,
    mix: Annotated[
        tuple[str, str] | None, typer.Option(help="Mix the styles of two seeds.", rich_help_panel=_PICTURES)
    ] = None,
    breed: Annotated[
        tuple[Path, Path] | None, typer.Option(help="Pictures between two pictures.", rich_help_panel=_PICTURES)
    ] = None,
    truncation: Annotated[
        float | None, typer.Option(help="Below 1: more usual pictures.", rich_help_panel=_PICTURES)
    ] = None,
    on: Annotated[Path | None, typer.Option(help="Change this picture.", rich_help_panel=_PICTURES)] = None,
    direction: Annotated[
        str | None, typer.Option(help="Of a model with two: a-to-b or b-to-a.", rich_help_panel=_PICTURES)
    ] = None,
    negative: Annotated[
        str | None, typer.Option(help="What a picture should not show.", rich_help_panel=_PICTURES)
    ] = None,
    guidance: Annotated[
        float | None, typer.Option(help="How closely to follow the prompt.", rich_help_panel=_PICTURES)
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of the solver.", rich_help_panel=_PICTURES)] = None,
    key: Annotated[str | None, typer.Option(help="e.g. 'C major'.", rich_help_panel=_MUSIC)] = None,
    meter: Annotated[str | None, typer.Option(help="e.g. 3/4.", rich_help_panel=_MUSIC)] = None,
    mood: Annotated[str | None, typer.Option(help="e.g. calm.", rich_help_panel=_MUSIC)] = None,
    bars: Annotated[int | None, typer.Option(help="So many bars.", rich_help_panel=_MUSIC)] = None,
    primer: Annotated[Path | None, typer.Option(help="Go on from this tune.", rich_help_panel=_MUSIC)] = None,
) -> None:
    """Write, draw or compose with a model of the lab."""
    if attention is not None and output is not None:
        raise typer.BadParameter("--attention names its file, so there is no --output beside it.")
    paths = open_studio().write_samples(
        name, attention or output, replace=replace, tell=_Shown(),
        prompt=prompt, count=count, seed=seed, tokens=tokens, temperature=temperature, top_k=top_k, top_p=top_p,
        repetition_penalty=repetition_penalty, no_repeat_ngram=no_repeat_ngram, beams=beams,
        length_penalty=length_penalty, attention=True if attention else None, between=between, columns=columns,
        interpolate=interpolate, video=video or None, mix=mix, breed=breed, truncation=truncation, on=on,
        direction=direction, negative=negative, guidance=guidance, steps=steps, key=key, meter=meter, mood=mood,
        bars=bars, primer=primer,
    )  # fmt: skip
    for path in paths:
        typer.echo(str(path))


class _Shown:
    """Prints the text of each sample, with a line between two."""

    def __init__(self) -> None:
        self._is_first = True

    def __call__(self, sample: Sample) -> None:
        if not sample.text:
            return
        if not self._is_first:
            typer.echo("---")
        self._is_first = False
        typer.echo(sample.text)
