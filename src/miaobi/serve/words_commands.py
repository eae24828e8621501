"""`miaobi words`: asking word vectors of the lab. It calls the studio and prints; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miaobi.serve.command import open_studio, reported

if TYPE_CHECKING:
    from miaobi.train.words.vectors import Near

NameArgument = Annotated[str, typer.Argument(help="Word vectors of the lab: see `miaobi models`.")]
CountOption = Annotated[int, typer.Option(min=1, max=1000, help="So many words.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    words = typer.Typer(
        help="Ask word vectors: what is near, what is to C as B is to A, a map.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    words.command()(reported(near))
    words.command()(reported(analogy))
    words.command("map")(reported(draw_map))
    app.add_typer(words, name="words")


def near(
    name: NameArgument, word: Annotated[str, typer.Argument(help="A word of the data.")], count: CountOption = 10
) -> None:
    """The words used most like a word, with the cosine and how often each occurs."""
    _print(open_studio().near_words(name, word, count))


def analogy(
    name: NameArgument,
    a: Annotated[str, typer.Argument(help="As in: man")],
    b: Annotated[str, typer.Argument(help="is to king")],
    c: Annotated[str, typer.Argument(help="so is woman to ...")],
    count: CountOption = 10,
) -> None:
    """What is to C as B is to A."""
    _print(open_studio().word_analogy(name, a, b, c, count))


def draw_map(
    name: NameArgument,
    output: Annotated[Path, typer.Argument(help="The PNG to write.")],
    count: Annotated[int, typer.Option(min=2, max=500, help="So many words.")] = 150,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file of that name.")] = False,
) -> None:
    """A map on which frequent words lie near those used like them."""
    typer.echo(str(open_studio().word_map(name, output, count, replace=replace)))


def _print(found: Iterable[Near]) -> None:
    for one in found:
        typer.echo(f"{one.word}\t{one.likeness:.3f}\t{one.occurrences}")
