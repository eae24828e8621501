"""`miaobi data`: makes a data set for the lab. It calls the studio and prints; nothing is decided here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from miaobi.serve.command import QuietOption, open_studio
from miaobi.serve.streams import console

if TYPE_CHECKING:
    from rich.console import Console

    from miaobi.studio.lab_data import DataSet


def data(
    material: Annotated[list[Path], typer.Argument(help="Folders, or .txt .md .html .jsonl .epub .docx files.")],
    name: Annotated[str, typer.Option(help="Name of the data set.")],
    language: Annotated[str | None, typer.Option(help="Keep documents in this language only: en, zh, ...")] = None,
    tokenizer: Annotated[str | None, typer.Option(help="char (default) or bpe.")] = None,
    vocabulary: Annotated[int | None, typer.Option(help="The most tokens there may be (default 8000).")] = None,
    rarest: Annotated[
        int | None, typer.Option(help="char: fewest times a character must occur to be a token (default 2).")
    ] = None,
    validation: Annotated[
        float | None, typer.Option(help="Share of documents kept for validation (default 0.1).")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="document (default) or order: the end of the material, e.g. of one long book.")
    ] = None,
    shortest: Annotated[int | None, typer.Option(help="Fewest characters of a document.")] = None,
    longest: Annotated[int | None, typer.Option(help="Most characters of a document.")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the material, for the card.")] = None,
    source: Annotated[str | None, typer.Option(help="Where the material is from, for the card.")] = None,
    drop_duplicates: Annotated[
        bool, typer.Option("--drop-duplicates/--keep-duplicates", help="Keep one of documents nearly the same.")
    ] = True,
    seed: Annotated[int | None, typer.Option(help="Another seed gives another split.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a data set of that name.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Make a data set from texts: read, clean, drop near-duplicates, split, tokenise, describe."""
    from miaobi.serve.progress_view import ProgressView

    options = {
        "name": name, "language": language, "tokenizer": tokenizer, "vocabulary": vocabulary, "rarest": rarest,
        "validation": validation, "split": split, "shortest": shortest, "longest": longest, "licence": licence,
        "origin": source, "drop_duplicates": drop_duplicates, "seed": seed,
    }  # fmt: skip
    studio = open_studio()
    with ProgressView(console(err=True), quiet=quiet, counts=False) as view:
        studio.listener = view
        made = studio.collect(material, options, replace=replace)
    if not quiet:
        _print_card(console(err=True), made)
    typer.echo(str(made.folder))


def _print_card(screen: Console, made: DataSet) -> None:
    from rich.markup import escape

    card = made.card
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in card.dropped.items()) or "none"
    screen.print(f"[bold]{escape(card.name)}[/]: {card.kept:,} documents kept; dropped: {dropped}")
    for split, counts in card.splits.items():
        unknown = f", {counts.unknown:,} of them unknown" if counts.unknown else ""
        screen.print(f"{split}: {counts.documents:,} documents, {counts.characters:,} characters, "
                      f"{counts.tokens:,} tokens{unknown}")  # fmt: skip
    screen.print(f"tokeniser: {card.tokenizer.kind}, {card.tokenizer.vocabulary:,} tokens")
    for trouble in card.unreadable:
        screen.print(f"[yellow]left out[/] {escape(trouble.file)}: {escape(trouble.reason)}")
    if card.unreadable_total > len(card.unreadable):
        screen.print(f"[yellow]left out[/] {card.unreadable_total - len(card.unreadable):,} more")
