"""`miaobi words`: word vectors, asked. It calls the studio and prints; nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miaobi.serve.command import open_studio, reported
from miaobi.serve.picture_commands import ReplaceOption

if TYPE_CHECKING:
    from miaobi.train.words.vectors import Near

CountOption = Annotated[int, typer.Option(min=1, max=1000, help="So many words.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    words = typer.Typer(help="Ask word vectors of the lab: miaobi words NAME near WORD.", no_args_is_help=True)
    words.callback()(_named)
    words.command()(reported(near))
    words.command()(reported(analogy))
    words.command("map")(reported(draw))
    app.add_typer(words, name="words")


def _named(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Word vectors of the lab: see `miaobi models`.")]
) -> None:
    context.obj = name


def near(
    context: typer.Context, word: Annotated[str, typer.Argument(help="A word of the text.")], count: CountOption = 10
) -> None:
    """The words that are used most like a word: likeness (1 at most), word, how often it occurs."""
    _print(open_studio().words(context.obj).near(word, count))


def analogy(
    context: typer.Context,
    a: Annotated[str, typer.Argument(help="As this, e.g. man,")],
    b: Annotated[str, typer.Argument(help="is to this, e.g. king,")],
    c: Annotated[str, typer.Argument(help="so is this, e.g. woman, to what is looked for.")],
    count: CountOption = 10,
) -> None:
    """A is to B as C is to what? The likeliest words."""
    _print(open_studio().words(context.obj).analogy(a, b, c, count))


def draw(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(help="The PNG to write.")],
    count: Annotated[int, typer.Option(min=3, max=400, help="So many words.")] = 150,
    replace: ReplaceOption = False,
) -> None:
    """A picture of frequent words, those used alike near each other."""
    typer.echo(str(open_studio().words_map(context.obj, output, count=count, replace=replace)))


def _print(found: Sequence[Near]) -> None:
    for word, likeness, occurs in found:
        typer.echo(f"{likeness:.3f}  {word}  {occurs}")
