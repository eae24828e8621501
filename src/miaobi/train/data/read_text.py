"""Plain text: any of the usual encodings, as a stream, so that a file may be larger than memory."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from miaobi.train.data.encoding import detect_encoding, stream_lines
from miaobi.train.data.reading import Report, cut, gather_blocks

_START: Final = re.compile(r"\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG")
_END: Final = re.compile(r"\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG")
_START_WITHIN_LINES: Final = 400


def read(path: Path, report: Report) -> Iterator[str]:  # noqa: ARG001 - every reader has it
    """Documents of about 4,000 characters, cut at blank lines; a shorter file is one document."""
    return cut(gather_blocks(_without_licence(stream_lines(path, detect_encoding(path)))))


def _without_licence(lines: Iterator[str]) -> Iterator[str]:
    """The lines between the marks of a Project Gutenberg file; all lines of any other file."""
    head = list(itertools.islice(lines, _START_WITHIN_LINES))
    start = next((number for number, line in enumerate(head) if _START.match(line)), None)
    if start is None:
        return itertools.chain(head, lines)
    return itertools.takewhile(lambda line: not _END.match(line), itertools.chain(head[start + 1 :], lines))
