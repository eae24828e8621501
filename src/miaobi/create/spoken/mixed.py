"""Text of two languages: which span is written out by whose rules.

In Chinese text the rules are Mandarin's, except inside a stretch of running English; in English text they are
English's, except in and right around Chinese characters ("2026年" is Chinese wherever it stands).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Tongue = Literal["en", "zh"]

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = r"[A-Za-z][A-Za-z'’-]*[.,;:]?"
_FIGURE = r"[$€£]?\d[\d,.:%]*(?:st|nd|rd|th)?"
# three or more words in a row, at least two of them in lower case, with figures in between: English runs here
_RUNNING_ENGLISH = re.compile(rf"{_WORD}(?:\s+(?:{_WORD}|{_FIGURE})){{2,}}[.!?]?")
_CHINESE_SPAN = re.compile(
    rf"(?:[$€£¥]?\d[\d,.:/%~-]*)?[{HAN}](?:[{HAN}\d，。、：；！？“”《》（）·%]|(?<=[{HAN}\d])[.,:/~-](?=\d))*"
)


class Span(NamedTuple):
    """A stretch of text and the language it is read in."""

    text: str
    tongue: Tongue


def spans(text: str, language: str) -> Iterator[Span]:
    """The spans of one line, in order; together they are `text`. `language` is the line's own (primary tag)."""
    own: Tongue = "zh" if language == "zh" else "en"
    other: Tongue = "en" if own == "zh" else "zh"
    pattern = _RUNNING_ENGLISH if own == "zh" else _CHINESE_SPAN
    at = 0
    for match in pattern.finditer(text):
        if own == "zh" and len(re.findall(r"\b[a-z]{2,}", match.group())) < 2:
            continue
        if match.start() > at:
            yield Span(text[at : match.start()], own)
        yield Span(match.group(), other)
        at = match.end()
    if at < len(text):
        yield Span(text[at:], own)
