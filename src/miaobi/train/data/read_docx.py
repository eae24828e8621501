"""Word documents: the text of the body, without headers, footers, notes and deleted text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from miaobi.train.data.archive import open_archive
from miaobi.train.data.reading import Report, cut

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_EMPTY_SHARE: Final = 0.05
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(path: Path, report: Report) -> Iterator[str]:  # noqa: ARG001 - every reader has it
    """Documents of about 4,000 characters.

    Where a writer leaves paragraphs empty, each other one is a line (verse, dialogue) and the empty ones part the
    blocks; else every paragraph is a block.
    """
    with open_archive(path) as archive:
        paragraphs = _paragraphs(archive.read_xml("word/document.xml"))
    return cut(_blocks(paragraphs))


def _blocks(paragraphs: list[str]) -> Iterator[str]:
    while paragraphs and not paragraphs[-1].strip():
        paragraphs.pop()
    empty = sum(not paragraph.strip() for paragraph in paragraphs)
    if empty <= _EMPTY_SHARE * len(paragraphs):
        yield from (paragraph for paragraph in paragraphs if paragraph.strip())
        return
    block: list[str] = []
    for paragraph in (*paragraphs, ""):
        if paragraph.strip():
            block.append(paragraph)
        elif block:
            yield "\n".join(block)
            block = []


def _paragraphs(document: Any) -> list[str]:
    """The text of each paragraph, in order. One inside another (a text box) is a paragraph of its own."""
    from lxml import etree

    finished: list[str] = []
    open_paragraphs: list[list[str]] = []
    skipped: Any = None
    for event, element in etree.iterwalk(document, events=("start", "end")):
        name = _local(element.tag)
        if event == "end":
            if skipped is element:
                skipped = None
            elif skipped is None and name == "p":
                finished.append("".join(open_paragraphs.pop()).rstrip("\n"))
        elif skipped is None and (element.tag == _FALLBACK or name in {"del", "moveFrom"}):
            skipped = element
        elif skipped is None and name == "p":
            open_paragraphs.append([])
        elif skipped is None and open_paragraphs and _local(element.getparent().tag) == "r":
            open_paragraphs[-1].append((element.text or "") if name == "t" else _SIGNS.get(name, ""))
    return finished


def _local(tag: Any) -> str:
    """The name of a WordprocessingML element, "" for any other and for what is no element (a comment, an entity)."""
    if not isinstance(tag, str):
        return ""
    for space in (_WORD, _STRICT):
        if tag.startswith(space):
            return tag.removeprefix(space)
    return ""
