"""Tables in Markdown, for the pages of data cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(text) for text in line) + " |" for line in lines)


def cell(text: str) -> str:
    """Any text as what a table or a line of Markdown can hold."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
