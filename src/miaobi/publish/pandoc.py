"""A piece as a Pandoc document tree, and the one place where Pandoc is run.

The tree is built directly instead of from Markdown: no text of a piece can become markup, whatever it contains.
Its JSON form is that of pandoc-types 1.23 (https://hackage.haskell.org/package/pandoc-types), which Pandoc 3 reads.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from miaobi.base.piece import Piece
from miaobi.errors import DiskError, EngineUnavailableError, StoreError
from miaobi.publish.authorship import all_credits
from miaobi.publish.colophon import credit_line, maker_lines, share_line
from miaobi.publish.outline import Figure, outline
from miaobi.publish.words import language_tag, words

Node = dict[str, Any]

_API_VERSION: Final = (1, 23)
_TIMEOUT_SECONDS: Final = 120
# Word and e-book readers reject the control characters that XML 1.0 excludes.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def document_tree(piece: Piece, statement: str, metadata: Mapping[str, str], *, with_cover: bool) -> Node:
    """The whole piece as Pandoc's JSON document.

    metadata    plain strings besides title and language, e.g. an identifier
    with_cover  puts the cover into the text; an EPUB has a page of its own for it
    """
    said = words(piece.language)
    seen = outline(piece)
    blocks = [_styled("AI Statement", "ai-statement", [_paragraph(statement)])] if statement else []
    blocks += [_styled("Lead", "lead", [_paragraph(text)]) for text in seen.lead]
    if seen.cover and with_cover:
        blocks.append(_figure(seen.cover))
    for section in seen.sections:
        if section.heading:
            blocks.append(_heading(2, section.heading))
        blocks += [_figure(b) if isinstance(b, Figure) else _paragraph(b.text) for b in section.blocks]
    blocks += [_styled("", "closing", [_paragraph(f"{said.end_card}{said.colon}{text}")]) for text in seen.closing]
    if seen.takeaways:
        blocks.append(_heading(2, said.takeaways))
        blocks.append(_styled("", "takeaways", [_list(seen.takeaways)]))
    blocks += [{"t": "HorizontalRule"}, *_colophon(piece, statement)]
    everything = {"title": seen.title, "lang": language_tag(piece.language), **metadata}
    return {
        "pandoc-api-version": list(_API_VERSION),
        "meta": {name: {"t": "MetaInlines", "c": _inlines(value)} for name, value in everything.items()},
        "blocks": blocks,
    }


def run_pandoc(tree: Node, target: str, arguments: Sequence[str], files: Mapping[str, bytes], epoch: int) -> bytes:
    """What Pandoc makes of `tree` in the format `target`.

    arguments  further options; relative file names in them and in the tree mean `files`
    epoch      seconds since 1970 that stand in the document instead of the time of day
    """
    try:
        with TemporaryDirectory(prefix="miaobi-pandoc-") as name:
            folder = Path(name)
            for file, data in files.items():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_bytes(data)
            (folder / "tree.json").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
            _run(["--from=json", f"--to={target}", "--output=out", *arguments, "tree.json"], folder, epoch)
            return (folder / "out").read_bytes()
    except OSError as error:
        raise DiskError(
            f"A document could not be built in the temporary folder: {error.strerror}.", hint="Free some disk space."
        ) from error


def default_data(name: str) -> bytes:
    """One of the data files inside Pandoc, e.g. "reference.docx"."""
    with TemporaryDirectory(prefix="miaobi-pandoc-") as folder:
        return _run([f"--print-default-data-file={name}"], Path(folder), 0)


def _run(arguments: Sequence[str], folder: Path, epoch: int) -> bytes:
    import pypandoc

    # A person's own Pandoc templates must not change what we make: an empty data folder hides them.
    command = [pypandoc.get_pandoc_path(), f"--data-dir={folder / 'none'}", *arguments]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC"}
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell, our own arguments
            command, cwd=folder, env=environment, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise EngineUnavailableError(
            "Pandoc is missing, so no EPUB or DOCX can be made.", hint="Run: pip install pypandoc-binary"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise StoreError(f"Pandoc did not finish within {_TIMEOUT_SECONDS} s.", hint="Try again.") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise StoreError(f"Pandoc failed with status {done.returncode}: {said}.", hint="Please report this piece.")
    return done.stdout


# ---------------------------------------------------------------- nodes


def _colophon(piece: Piece, statement: str) -> list[Node]:
    said = words(piece.language)
    lines = [line for line in (statement, share_line(piece, said), *piece.notes) if line]
    made_by = [said.colon.join(line) for line in maker_lines(piece, said)]
    credits = [credit_line(credit, said.list_comma) for credit in all_credits(piece)]
    blocks = [_styled("Colophon", "colophon", [_paragraph(line)]) for line in lines]
    for heading, items in ((said.made_by, made_by), (said.credits, credits)):
        if items:
            blocks.append(_heading(3, heading))
            blocks += [_styled("Colophon", "colophon", [_paragraph(item)]) for item in items]
    return [_heading(2, said.about), *blocks]


def _inlines(text: str) -> list[Node]:
    nodes: list[Node] = []
    for index, word in enumerate(_NOT_XML.sub("", text).split(" ")):
        nodes += [{"t": "Space"}] if index else []
        nodes += [{"t": "Str", "c": word}] if word else []
    return nodes


def _paragraph(text: str) -> Node:
    return {"t": "Para", "c": _inlines(text)}


def _heading(level: int, text: str) -> Node:
    return {"t": "Header", "c": [level, ["", [], []], _inlines(text)]}


def _list(items: Sequence[str]) -> Node:
    return {"t": "BulletList", "c": [[{"t": "Plain", "c": _inlines(item)}] for item in items]}


def _styled(style: str, css_class: str, blocks: list[Node]) -> Node:
    attributes = [["custom-style", style]] if style else []
    return {"t": "Div", "c": [["", [css_class], attributes], blocks]}


def _figure(figure: Figure) -> Node:
    # The alternative text of a DOCX picture is its description; the caption is the figure's.
    image = {"t": "Image", "c": [["", [], []], _inlines(figure.alt), [figure.name, ""]]}
    caption = [{"t": "Plain", "c": _inlines(figure.caption)}] if figure.caption else []
    return {"t": "Figure", "c": [["", [], []], [None, caption], [{"t": "Plain", "c": [image]}]]}
