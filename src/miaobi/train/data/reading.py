"""What every reader keeps to, and the cutting of long texts into documents.

A reader is a function `read(path, report)` that yields the raw text of one document after the other. It must hold at
most one document of a stream, or one file of at most `MOST_FILE_BYTES`; must call `report(reason)` for a part it leaves
out and go on; raises `UnreadableError` when nothing more can come from the file. It must not clean, count or filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

MOST_FILE_BYTES: Final = 64 << 20
"""A file that has to be parsed whole may be this large; plain text and JSONL are streams without a limit."""

CUT_CHARACTERS: Final = 4000
"""A long text becomes documents of about this length, cut at blank lines."""

_SHORTEST_REST: Final = CUT_CHARACTERS // 4
_LONGEST_BLOCK: Final = 2 * CUT_CHARACTERS
_PLACES_TO_CUT: Final = ("\n", "。", "！", "？", ". ", "! ", "? ", " ")

Report = Callable[[str], None]
Reader = Callable[[Path, Report], Iterator[str]]


class UnreadableError(Exception):
    """Nothing (more) can be read from this file. It stays inside the collection, which notes the reason and goes on."""


def read_whole(path: Path) -> bytes:
    """The bytes of a file that is not too large to be parsed at once."""
    size = path.stat().st_size
    if size > MOST_FILE_BYTES:
        raise UnreadableError(f"it has {size >> 20} MB, more than the {MOST_FILE_BYTES >> 20} MB this kind may have")
    return path.read_bytes()


def cut(blocks: Iterable[str]) -> Iterator[str]:
    """Documents of about CUT_CHARACTERS from blocks (paragraphs, stanzas), which stay whole and in order.

    A block longer than two documents is cut at line ends, else at the end of a sentence, a word, or anywhere. A short
    rest joins the document before it. Blocks are parted by a blank line unless they end in a line end themselves.
    """
    ready = ""
    gathered: list[str] = []
    size = 0
    for block in _bounded(blocks):
        gathered.append(block)
        size += len(block)
        if size >= CUT_CHARACTERS:
            if ready:
                yield ready.rstrip("\n")
            ready, gathered, size = "".join(gathered), [], 0
    rest = "".join(gathered)
    if size < _SHORTEST_REST:
        ready, rest = ready + rest, ""
    yield from (text.rstrip("\n") for text in (ready, rest) if text)


def gather_blocks(lines: Iterable[str]) -> Iterator[str]:
    """Lines gathered into blocks at blank lines. A block that grows too long is handed on at a line end."""
    block: list[str] = []
    size = 0
    for line in lines:
        bare = line.rstrip()
        if bare:
            block.append(bare)
            size += len(bare) + 1
        if block and (not bare or size >= CUT_CHARACTERS):
            yield "\n".join(block) + ("\n" if bare else "\n\n")
            block, size = [], 0
    if block:
        yield "\n".join(block)


def _bounded(blocks: Iterable[str]) -> Iterator[str]:
    """The blocks with their ends, none longer than two documents."""
    for whole in blocks:
        block = whole if whole.endswith("\n") else f"{whole}\n\n"
        while len(block) > _LONGEST_BLOCK:
            end = _place_to_cut(block)
            yield block[:end]
            block = block[end:]
        yield block


def _place_to_cut(block: str) -> int:
    for mark in _PLACES_TO_CUT:
        found = block.rfind(mark, CUT_CHARACTERS // 2, CUT_CHARACTERS)
        if found >= 0:
            return found + len(mark)
    return CUT_CHARACTERS
