"""When each piece of a narration is spoken: the narration is the truth, the transcript only gives times.

A *unit* is what is never cut: a word with its punctuation in languages that put spaces between words, a character with
its punctuation in Chinese and Japanese (numbers and Latin words inside stay whole).
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from miaobi.base.engine import TimedWord

_OPENING = "([{（［｛「『《〈【〔“‘«¿¡"
_CLAUSE = ",;:，、；：—–…"
_SENTENCE = ".!?。！？"
_CLOSING = ")]}）］｝」』》〉】〕”’»\"'"
_WEIGHT_OF_CLAUSE, _WEIGHT_OF_SENTENCE = 3.0, 5.0
_MIN_ANCHORED = 0.25


@dataclass(frozen=True)
class Unit:
    """A piece of the narration from character `start` to `end`; `glued` to the one before when a cue or line must not
    begin with it (it continues a Chinese word)."""

    text: str
    start: int
    end: int
    glued: bool = False


@dataclass(frozen=True)
class TimedUnit:
    """A unit with its time in the audio, seconds."""

    unit: Unit
    start_seconds: float
    end_seconds: float


def is_wide(character: str) -> bool:
    """True for characters set in a full square: Chinese, Japanese and Korean, and full-width punctuation."""
    return unicodedata.east_asian_width(character) in "WF"


def is_spaceless(character: str) -> bool:
    """True for characters of scripts written without spaces between words, and full-width punctuation."""
    return is_wide(character) and not "\uac00" <= character <= "\ud7a3"  # Korean has spaces


def display_width(text: str) -> int:
    """Width in half-squares: 1 for Latin, 2 for Chinese characters, 0 for combining marks."""
    return sum(0 if unicodedata.combining(c) else 2 if is_wide(c) else 1 for c in text)


def split_units(text: str, max_width: int = 34) -> tuple[Unit, ...]:
    """The units of a text in order; together they hold every character of it that is not white space."""
    spans: list[list[int]] = []
    opening = False
    for place, character in enumerate(text):
        if character.isspace():
            opening = False
            continue
        fresh = not spans or spans[-1][1] != place
        before = text[place - 1] if place else " "
        if fresh or (not opening and _begins_unit(before, character)):
            spans.append([place, place + 1])
        else:
            spans[-1][1] = place + 1
        # a bracket or quotation mark that opens belongs to what follows
        opening = (
            character in _OPENING
            or (opening and not character.isalnum())
            or (character in "\"'" and spans[-1][0] == place and not is_spaceless(before))
        )
    glued = _inside_words(text)
    units = []
    for start, end in spans:
        for first in _pieces(text, start, end, max_width):
            last = min(end, _piece_end(text, first, end, max_width))
            units.append(Unit(text[first:last], first, last, first in glued))
    return tuple(units)


def _begins_unit(before: str, character: str) -> bool:
    """Whether a unit begins between two neighbouring characters that are not white space."""
    if not character.isalnum():
        # closing punctuation stays with what it closes, whatever opens begins the next unit
        return character in _OPENING and not (before.isalnum() and not is_spaceless(before))
    if is_spaceless(character):
        return True
    return is_spaceless(before)


def _pieces(text: str, start: int, end: int, max_width: int) -> list[int]:
    """Where the pieces of an overlong run begin; just its start for every ordinary word."""
    starts = [start]
    while (last := _piece_end(text, starts[-1], end, max_width)) < end:
        starts.append(last)
    return starts


def _piece_end(text: str, start: int, end: int, max_width: int) -> int:
    if display_width(text[start:end]) <= max_width:
        return end
    place, width = start, 0
    while place < end and width + display_width(text[place]) <= max_width:
        width += display_width(text[place])
        place += 1
    return max(place, start + 1)


def _inside_words(text: str) -> frozenset[int]:
    """Character positions that continue a Chinese word of at most four characters."""
    if not any("\u4e00" <= c <= "\u9fff" for c in text):
        return frozenset()
    import jieba

    jieba.setLogLevel(logging.WARNING)
    inside: set[int] = set()
    for word, start, end in jieba.tokenize(text):
        if end - start <= 4 and all("\u4e00" <= c <= "\u9fff" for c in word):
            inside.update(range(start + 1, end))
    return frozenset(inside)


def align_units(units: Sequence[Unit], words: Sequence[TimedWord], duration_seconds: float) -> tuple[TimedUnit, ...]:
    """Every unit with its time, in order, none overlapping, all within 0 and `duration_seconds`.

    Units found in the transcript take its times; those between share the time left between them by length. When the
    transcript is empty, or shares less than a quarter with the narration, length alone decides.
    """
    if not units:
        return ()
    heard = _heard_pieces(words, duration_seconds)
    anchors = _anchors(units, heard)
    if sum(bool(_normal(unit.text)) for unit in units) * _MIN_ANCHORED > len(anchors):
        anchors = {}
    begin = heard[0][1] if heard else 0.0
    finish = heard[-1][2] if heard else duration_seconds
    if finish - begin < 0.25 * duration_seconds and not anchors:
        begin, finish = 0.0, duration_seconds
    times: list[tuple[float, float]] = []
    place = 0
    now = begin
    while place < len(units):
        if place in anchors:
            start, end = anchors[place]
            times.append((max(start, now), max(end, start, now)))
            now = times[-1][1]
            place += 1
            continue
        last = place
        while last < len(units) and last not in anchors:
            last += 1
        until = anchors[last][0] if last in anchors else finish
        times.extend(_spread(units[place:last], now, max(until, now)))
        now = max(until, now)
        place = last
    return _in_order(units, times, duration_seconds)


def align_words(narration: str, words: Sequence[TimedWord], duration_seconds: float) -> tuple[TimedWord, ...]:
    """The narration's own words (characters in Chinese) with the times at which the transcript heard them."""
    return tuple(
        TimedWord(text=timed.unit.text, start_seconds=timed.start_seconds, end_seconds=timed.end_seconds)
        for timed in align_units(split_units(narration), words, duration_seconds)
    )


def _heard_pieces(words: Sequence[TimedWord], duration_seconds: float) -> list[tuple[str, float, float]]:
    """The transcript in the narration's grain: normalised text, start, end; within the audio, in order."""
    pieces: list[tuple[str, float, float]] = []
    now = 0.0
    for word in words:
        start = min(max(word.start_seconds, now), duration_seconds)
        end = min(max(word.end_seconds, start), duration_seconds)
        texts = [normal for unit in split_units(word.text.strip()) if (normal := _normal(unit.text))]
        per_character = (end - start) / max(1, sum(map(len, texts)))
        for text in texts:
            share = per_character * len(text)
            pieces.append((text, start, start + share))
            start += share
        now = end
    return pieces


def _anchors(units: Sequence[Unit], heard: Sequence[tuple[str, float, float]]) -> dict[int, tuple[float, float]]:
    """Times of the units that the transcript has too, by unit index.

    Besides equal runs, stretches of equal length between them are taken one to one: a misheard word stands where
    the right one would.
    """
    wanted = [_normal(unit.text) for unit in units]
    said = [text for text, _, _ in heard]
    found: dict[int, tuple[float, float]] = {}
    equal = 0
    for tag, i, i_end, j, j_end in SequenceMatcher(None, wanted, said, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and i_end - i == j_end - j):
            equal += i_end - i if tag == "equal" else 0
            for step in range(i_end - i):
                if wanted[i + step]:
                    found[i + step] = (heard[j + step][1], heard[j + step][2])
    return found if equal >= _MIN_ANCHORED * len(wanted) else {}


def _normal(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _weight(unit: Unit) -> float:
    """How long a unit takes to say, roughly, in characters; punctuation is a pause."""
    spoken = sum(2.2 if is_spaceless(c) and c.isalnum() else 1.0 for c in unit.text if c.isalnum())
    tail = unit.text.rstrip(_CLOSING)[-1:]
    pause = _WEIGHT_OF_SENTENCE if tail in _SENTENCE and tail else _WEIGHT_OF_CLAUSE if tail in _CLAUSE and tail else 0
    return max(spoken, 0.5) + 1.0 + pause


def _spread(units: Sequence[Unit], start: float, end: float) -> list[tuple[float, float]]:
    """Times by length. The pause that punctuation stands for lies after the word, as silence."""
    weights = [_weight(unit) for unit in units]
    scale = (end - start) / sum(weights)
    times = []
    now = start
    for unit, weight in zip(units, weights, strict=True):
        spoken = min(weight, sum(2.2 if is_spaceless(c) else 1.0 for c in unit.text if c.isalnum()) + 1.5)
        times.append((now, now + spoken * scale))
        now += weight * scale
    return times


def _in_order(
    units: Sequence[Unit], times: Sequence[tuple[float, float]], duration_seconds: float
) -> tuple[TimedUnit, ...]:
    starts = [min(max(start, 0.0), duration_seconds) for start, _ in times]
    for place in range(1, len(starts)):
        starts[place] = max(starts[place], starts[place - 1])
    following = [after for _, after in pairwise(starts)] + [duration_seconds]
    return tuple(
        TimedUnit(unit, start, max(start, min(end, after)))
        for unit, start, (_, end), after in zip(units, starts, times, following, strict=True)
    )
