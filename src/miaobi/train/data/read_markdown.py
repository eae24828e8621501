"""Markdown: the words without the markup. Line ends inside a paragraph stay, as verse needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from miaobi.train.data.encoding import decode
from miaobi.train.data.reading import Report, cut, read_whole

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_WITH_TEXT: Final = {"text", "code_inline"}


def read(path: Path, report: Report) -> Iterator[str]:  # noqa: ARG001 - every reader has it
    """Headings, paragraphs, list items, table rows and code, without marks, HTML, front matter and link targets."""
    text = decode(read_whole(path)).replace("\r\n", "\n").removeprefix("\ufeff")
    return cut(_blocks(_parser().parse(_FRONT_MATTER.sub("", text, count=1))))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield "\t".join(row)
            row = None
        elif token.type == "inline":
            said = _inline(token.children or ())
            if row is not None:
                row.append(said)
            elif said:
                yield said
        elif token.type in {"fence", "code_block"} and token.content.strip():
            yield token.content.strip("\n")


def _inline(children: Sequence[Token]) -> str:
    parts = []
    for child in children:
        if child.type in _WITH_TEXT:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
    return "".join(parts).strip()
