"""JSON Lines: one record a document, as a stream.

    {"text": "..."}                          the text
    {"title": "...", "lines": ["...", ...]}  a poem: its title, then its lines
    {"prompt": "...", "completion": "..."}   the prompt, then the completion
Other fields are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from miaobi.train.data.encoding import detect_encoding
from miaobi.train.data.reading import Report, UnreadableError

_MOST_CHARACTERS: Final = 16 << 20


def read(path: Path, report: Report) -> Iterator[str]:
    """The text of each record. Lines that are no such record are left out and reported together."""
    wrong = 0
    first = ""
    read_any = False
    for number, line in read_lines(path, _MOST_CHARACTERS):
        try:
            text = _text_of(line)
        except ValueError as error:
            wrong += 1
            first = first or f"line {number}: {error}"
            continue
        read_any = True
        yield text
    if wrong and not read_any:
        raise UnreadableError(f"no line of it is a record with text; {first}")
    if wrong:
        report(f"{wrong} of its lines left out; {first}")


def read_lines(path: Path, most: int) -> Iterator[tuple[int, str]]:
    """(line number, line) of the lines that hold something. Of a line with more than `most` characters the first part.

    UnreadableError when it is no text.
    """
    with path.open(encoding=detect_encoding(path), newline=None) as file:
        number = 0
        while line := file.readline(most):
            number += 1
            rest = line
            while len(rest) == most and not rest.endswith("\n"):
                rest = file.readline(most)
            if line.strip():
                yield number, line


def _text_of(line: str) -> str:
    if len(line) >= _MOST_CHARACTERS:
        raise ValueError(f"it has more than {_MOST_CHARACTERS} characters")
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(record, dict):
        raise ValueError("it is not a JSON object")
    for take in (_plain, _poem, _pair):
        text = take(record)
        if text is not None:
            return text
    raise ValueError("it has none of text, title and lines, prompt and completion")


def _plain(record: dict[str, Any]) -> str | None:
    text = record.get("text")
    return text if isinstance(text, str) else None


def _poem(record: dict[str, Any]) -> str | None:
    title, lines = record.get("title", ""), record.get("lines")
    if not isinstance(title, str) or not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        return None
    return "\n".join([title, *lines] if title else lines)


def _pair(record: dict[str, Any]) -> str | None:
    prompt, completion = record.get("prompt"), record.get("completion")
    return f"{prompt}\n{completion}" if isinstance(prompt, str) and isinstance(completion, str) else None
