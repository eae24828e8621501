"""`miaobi data`: makes a data set for the lab. It calls the studio and prints; nothing is decided here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from miaobi.serve.command import QuietOption, open_studio
from miaobi.serve.streams import console


def data(
    material: Annotated[
        list[Path],
        typer.Argument(help="Folders or files: texts (.txt .md .html .jsonl .epub .docx), pictures, music."),
    ],
    name: Annotated[str, typer.Option(help="Name of the data set.")],
    kind: Annotated[str | None, typer.Option(help="text, pictures or music (by default what the files are).")] = None,
    validation: Annotated[float | None, typer.Option(help="Share kept for validation (default 0.1).")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the material, for the card.")] = None,
    source: Annotated[str | None, typer.Option(help="Where the material is from, for the card.")] = None,
    drop_duplicates: Annotated[
        bool, typer.Option("--drop-duplicates/--keep-duplicates", help="Keep one of those that are nearly the same.")
    ] = True,
    seed: Annotated[int | None, typer.Option(help="Another seed gives another split.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Texts: keep documents in this language only: en, zh, ...")
    ] = None,
    tokenizer: Annotated[str | None, typer.Option(help="Texts: char (default) or bpe.")] = None,
    vocabulary: Annotated[int | None, typer.Option(help="Texts: the most tokens there may be (default 8000).")] = None,
    rarest: Annotated[
        int | None,
        typer.Option(help="Texts: with char, fewest times a character must occur to be a token (default 2)."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help="Texts, music: document (default) or order: the end of the material is for validation."),
    ] = None,
    shortest: Annotated[
        int | None, typer.Option(help="Texts: fewest characters of a document. Music: fewest notes of a tune.")
    ] = None,
    longest: Annotated[
        int | None, typer.Option(help="Texts: most characters of a document. Music: most bars of a tune.")
    ] = None,
    picture_size: Annotated[int | None, typer.Option(help="Pictures: pixels a side, 8 to 1024 (default 64).")] = None,
    fit: Annotated[
        str | None,
        typer.Option(help="Pictures: cover (default) cuts to a square; contain keeps all."),
    ] = None,
    background: Annotated[
        str | None, typer.Option(help="Pictures: colour behind what is transparent (default white).")
    ] = None,
    channels: Annotated[str | None, typer.Option(help="Pictures: rgb (default) or grey.")] = None,
    captions: Annotated[
        Path | None,
        typer.Option(help='Pictures: JSON lines {"file": ..., "caption": ...} (default: .txt beside pictures).'),
    ] = None,
    voices: Annotated[
        str | None, typer.Option(help="Music: the melody is the highest line (default) or that of the first part.")
    ] = None,
    transpose: Annotated[
        bool | None,
        typer.Option("--transpose/--no-transpose", help="Music: learn every tune on all keynotes (default yes)."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a data set of that name.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Make a data set: read texts, pictures or music, drop near-duplicates, split, describe."""
    from miaobi.serve.data_cards import print_card
    from miaobi.serve.progress_view import ProgressView

    options = {
        "name": name, "validation": validation, "licence": licence, "origin": source,
        "drop_duplicates": drop_duplicates, "seed": seed,
        "language": language, "tokenizer": tokenizer, "vocabulary": vocabulary, "rarest": rarest, "split": split,
        "shortest": shortest, "longest": longest,
        "picture_size": picture_size, "fit": fit, "background": background, "channels": channels, "captions": captions,
        "voices": voices, "transpose": transpose,
    }  # fmt: skip
    studio = open_studio()
    if kind is None:
        kind = studio.data_kind(material)
        if not quiet:
            console(err=True).print(f"The material is taken as {kind}; --kind says otherwise.")
    with ProgressView(console(err=True), quiet=quiet, counts=False) as view:
        studio.listener = view
        made = studio.collect(material, options, kind=kind, replace=replace)
    if not quiet:
        print_card(console(err=True), made)
    typer.echo(str(made.folder))
