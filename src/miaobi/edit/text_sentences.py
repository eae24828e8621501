"""Where sentences begin and end, in English, Chinese and other text."""

from __future__ import annotations

import re
from itertools import pairwise

_CLOSERS = "\"”’'」』）)\\]】》"
_BOUNDARY = re.compile(
    rf"[.!?…]+[{_CLOSERS}]*(?=\s|$)|[。！？][。！？!?…]*[{_CLOSERS}]*|[!?]+[{_CLOSERS}]*(?=[\u3400-\u9fff])|\n+"
)
_TITLES = "dr mr mrs ms prof st sr jr gen sen rep gov rev capt col lt sgt"
_SHORT_FORMS = "vs etc no fig figs approx dept est vol pp ed eds cf al ca e.g i.e a.m p.m ph.d b.c a.d u.s u.k u.n d.c"
_FIRMS_AND_PLACES = "inc ltd co corp mt ave blvd bldg"
_MEASURES = "min max sec hr hrs oz lb lbs ft km cm mm kg temp avg tel ext incl esp"
_MONTHS = "jan feb mar apr jun jul aug sep sept oct nov dec"
_ABBREVIATIONS = frozenset(f"{_TITLES} {_SHORT_FORMS} {_FIRMS_AND_PLACES} {_MEASURES} {_MONTHS}".split())
_CLOSING = "etc inc ltd co corp jr sr a.m p.m b.c a.d u.s u.k u.n d.c"
_MAY_END = frozenset(_CLOSING.split())
"""Abbreviations that also end sentences: they do when a capitalised function word follows."""
_OPENING_WORD = re.compile(
    r"(?:The|A|An|It|He|She|They|We|You|I|This|That|These|Those|In|On|At|For|But|And|However|When|While|There|As|If|"
    r"To|By|With|From|After|Before|Since|Some|Many|Most|Its|Their|His|Her|Our|What|Why|How)\b"
)
_GOES_ON = re.compile(r"[，、；：,]|[\u4e00-\u9fff]{0,5}(?:说|问|道|答|喊|叫)[道着]?[。，：！]")
"""What follows a Chinese quote when the sentence does not end with it: “为什么？”他问。"""
_PAIRS = {"(": ")", "[": "]", "（": "）", "「": "」", "『": "』", "《": "》", "【": "】", "“": "”"}


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, without the white space around it. A line break always ends a sentence."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if not match.group().startswith("\n") and not _ends_sentence(text, start, match):
            continue
        _add_span(spans, text, start, match.end())
        start = match.end()
    _add_span(spans, text, start, len(text))
    return spans


def _add_span(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    rest = text[match.end() :].lstrip(" \t")
    following = rest.lstrip("\"“‘'(「『（")
    if mark[0] in "。！？":
        # 他问：“为什么？”然后走了。 The quote is part of a longer sentence.
        return len(mark) == 1 or mark[-1] not in "”」』’" or not _GOES_ON.match(rest)
    if not following or following[0] == "\n":
        return True
    if mark[0] == "." and mark.count(".") == 1:
        return _dot_ends(text[start : match.start()], mark, following)
    return not (following[0].islower() or following[0] in ",;")


def _dot_ends(head: str, mark: str, following: str) -> bool:
    word = re.search(r"[^\s(\[“\"‘]*$", head)
    before = word.group() if word else ""
    bare = before.lower()
    if bare in _ABBREVIATIONS or re.fullmatch(r"(?:[A-Za-z]\.)*[A-Z]", before):
        may_end = bare in _MAY_END or len(mark) > 1 or bool(re.fullmatch(r"(?:[A-Za-z]\.)+[A-Z]", before))
        return may_end and bool(_OPENING_WORD.match(following))
    if not following[0].islower():
        return True
    # a capital was forgotten, or the dot belongs to an abbreviation that is not in the list
    return len(mark) == 1 and len(bare) >= 3 and "." not in bare


def split_sentences(text: str, language: str = "") -> tuple[str, ...]:
    """The sentences with their closing punctuation and quotes, in order.

    Knows titles, initials and Latin abbreviations (Dr., J. S., e.g., U.S.), decimals, and Chinese quotes that go on
    after their full stop (“为什么？”他问。). `language` is accepted for symmetry; the marks themselves tell.
    """
    del language
    return tuple(text[start:end] for start, end in sentence_spans(text))


def first_sentences(text: str, n: int, language: str = "") -> str:
    """The text up to the end of its `n`-th sentence."""
    del language
    spans = sentence_spans(text)[: max(n, 0)]
    return text[spans[0][0] : spans[-1][1]] if spans else ""


def is_finished(sentence: str) -> bool:
    """Whether the sentence ends in terminal punctuation and closes the brackets and quotes it opens."""
    return bool(re.search(rf"[.!?。！？…][{_CLOSERS}]*$", sentence.rstrip())) and is_balanced(sentence)


def is_balanced(text: str) -> bool:
    """Whether brackets and double quotes are closed in the order they were opened; apostrophes do not count."""
    stack: list[str] = []
    for character in text:
        if character in _PAIRS:
            stack.append(_PAIRS[character])
        elif character in _PAIRS.values() and (not stack or stack.pop() != character):
            return False
    return not stack and text.count('"') % 2 == 0


def drop_unfinished(text: str, language: str = "") -> str:
    """The text up to its last complete sentence; "" when not one is complete.

    A sentence is complete when it ends in terminal punctuation and, together with what stands before it in its
    paragraph, leaves no bracket or double quote open.
    """
    del language
    spans = sentence_spans(text)
    for _, end in reversed(spans):
        kept = text[:end]
        paragraph = kept[kept.rfind("\n") + 1 :]
        if is_finished(paragraph):
            return kept.strip()
    return ""


def to_paragraphs(text: str, most_sentences: int = 0) -> tuple[str, ...]:
    """The paragraphs: what blank lines part. Single line breaks inside one become spaces (nothing between Chinese).

    With `most_sentences`, a longer paragraph is parted into near-equal ones of at most so many sentences.
    """
    found: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        joined = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", block.strip())
        joined = re.sub(r"\s*\n\s*", " ", joined)
        if joined:
            found.extend(_part(joined, most_sentences) if most_sentences > 0 else [joined])
    return tuple(found)


def _part(paragraph: str, most_sentences: int) -> list[str]:
    spans = sentence_spans(paragraph)
    groups = -(-len(spans) // most_sentences)
    edges = [round(i * len(spans) / groups) for i in range(groups + 1)]
    return [paragraph[spans[a][0] : spans[b - 1][1]] for a, b in pairwise(edges)]
