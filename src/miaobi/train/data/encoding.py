"""Which encoding a text file has, and its lines as a stream."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from miaobi.train.data.reading import UnreadableError

_CHUNK: Final = 1 << 16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is how this one begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES: Final = 1 << 20
_CHINESE_RUN: Final = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]){2,}")
_FEWEST_IN_RUNS: Final = 0.8
_MOST_WESTERN: Final = 0.25
_COMMON_HAN: Final = frozenset(
    "的一是不了人我在有他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要下以生会會自着著去之过過家学學对對可她里"
    "裡后後小心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同三已老从從动動"
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))


def detect_encoding(path: Path) -> str:
    """The name of the encoding all of the file decodes in. UnreadableError when it is no text.

    A byte order mark decides; else UTF-8 when it fits; else GB18030 or Big5 when its high bytes come in runs of pairs
    as those of Chinese text do; else Windows-1252 when high bytes are few, as in older Western files.
    """
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked:
        if not _decodes(path, marked):
            raise UnreadableError(f"it starts as {marked.upper().removesuffix('-SIG')} and then is not")
        return marked
    if _is_binary(path):
        raise UnreadableError("it is not text")
    if _decodes(path, "utf-8"):
        return "utf-8"
    name = _legacy(_sample(path))
    if name and _decodes(path, name):
        return name
    raise UnreadableError("its encoding is none of UTF-8, UTF-16, GB18030, Big5 and Windows-1252")


def decode(data: bytes, encoding: str | None = None) -> str:
    """Text from bytes in memory: by its mark, as UTF-8, in the encoding it names itself, or or an older one."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in filter(None, (marked, "utf-8", encoding)):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(_legacy(data[:_SAMPLE_BYTES]) or "utf-8", errors="replace")


def stream_lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a file without their ends. A line without end is handed on in pieces."""
    with path.open(encoding=encoding, newline=None, errors="strict") as file:
        while line := file.readline(_CHUNK):
            yield line.removesuffix("\n")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_binary(path: Path) -> bool:
    return any(len(chunk) != len(chunk.translate(None, _CONTROLS)) for chunk in _chunks(path))


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE_BYTES)


def _legacy(data: bytes) -> str | None:
    """The older encoding that bytes which are no UTF-8 are most likely in."""
    high = len(data.translate(None, bytes(range(128))))
    in_runs = _CHINESE_RUN.findall(data)
    highs_in_runs = sum(len(run.translate(None, bytes(range(128)))) for run in in_runs)
    if high and highs_in_runs >= _FEWEST_IN_RUNS * high:
        return max(("gb18030", "big5"), key=lambda name: _common_share(b"\n".join(in_runs), name))
    return "cp1252" if high <= _MOST_WESTERN * len(data) else None


def _common_share(data: bytes, encoding: str) -> float:
    """Share of the most frequent Chinese characters in the text these bytes would be."""
    text = data.decode(encoding, errors="replace")
    wrong = text.count("\ufffd")
    return (sum(char in _COMMON_HAN for char in text) - wrong) / max(1, len(text))
