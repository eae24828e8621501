"""Where a narration is cut into cues and a cue into lines: a shortest path over all allowed breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from miaobi.edit.alignment import TimedUnit, Unit, display_width

_CLOSING = ")]}）］｝」』》〉】〕”’»\"'"
_SENTENCE = (".", "!", "?", "。", "！", "？", "…", "…")
_CLAUSE = (",", ";", ":", "，", "、", "；", "：", "—", "–")
_ABBREVIATIONS = frozenset(("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "e.g.", "i.e.", "no.", "jr.", "sr."))
_WIDOW_SHARE, _WIDOW_COST = 0.45, 8.0
"""A cue narrower than that share of a line, cut off from its sentence, costs up to so much."""
# A line should not end with one of these: what follows belongs to them.
_LEANING_WORDS = (
    "a an the of to in on at by for from with and or but nor as is are was were be been has have had that which who "
    "whose my your his her its our their this these those no not very more most than into over under"
)
_LEANING = frozenset(_LEANING_WORDS.split())
_CLAUSE_STARTS = "and but or nor so because that which who when while where if as though although"
_STARTS_CLAUSE = frozenset(_CLAUSE_STARTS.split())
# Chinese: a line should not begin with one of these, nor end with one of those.
_CLINGS_BACK = frozenset("的了着过地得们吗呢吧啊呀嘛之")
_CLINGS_ON = frozenset("和与或在把被对从向是不很最更这那一每")


@dataclass(frozen=True)
class Limits:
    """Widths in half-squares, times in seconds."""

    line_width: int
    lines: int
    min_seconds: float
    max_seconds: float
    chars_per_second: float


def break_cost(before: Unit, after: Unit) -> float:
    """How bad a break between two units is: 0 at the end of a sentence, 1000 inside a word."""
    if after.glued:
        return 1000.0
    tail = before.text.rstrip(_CLOSING)
    if tail.lower() not in _ABBREVIATIONS and tail.endswith(_SENTENCE):
        return 0.0
    if tail.endswith(_CLAUSE):
        return 0.6
    word, following = before.text.lower(), after.text.lower()
    if following[:1] in _CLINGS_BACK or word[-1:] in _CLINGS_ON or word in _LEANING:
        return 4.5
    if following in _STARTS_CLAUSE:
        return 1.6
    return 2.8


def _fits(widths: Sequence[int], limits: Limits) -> bool:
    """Whether units of these widths (with the space before each) can be set in the lines there are."""
    line, used = 1, 0
    for width in widths:
        if used and used + width > limits.line_width:
            line, used = line + 1, 0
        used += width
    return line <= limits.lines


def choose_cuts(narration: str, timed: Sequence[TimedUnit], limits: Limits) -> list[int]:
    """Indices of the units that begin a cue, and the number of units as the last: the cheapest way to cut."""
    count = len(timed)
    widths = [
        display_width(narration[timed[k - 1].unit.end if k else t.unit.start : t.unit.start].strip("\n") and " ")
        + display_width(t.unit.text)
        for k, t in enumerate(timed)
    ]
    letters = [0]
    for t in timed:
        letters.append(letters[-1] + len(t.unit.text))
    costs = [0.0] + [float("inf")] * count
    back = [0] * (count + 1)
    for last in range(1, count + 1):
        width = 0
        for first in range(last - 1, -1, -1):
            width += widths[first]
            if first < last - 1 and (width > limits.line_width * limits.lines or not _fits(widths[first:last], limits)):
                break
            cost = costs[first] + _cue_cost(timed, first, last, letters[last] - letters[first], limits)
            if cost < costs[last]:
                costs[last], back[last] = cost, first
    cuts = [count]
    while cuts[-1]:
        cuts.append(back[cuts[-1]])
    return cuts[::-1]


def _cue_cost(timed: Sequence[TimedUnit], first: int, last: int, letters: int, limits: Limits) -> float:
    """How bad one cue is: a constant (fewer cues are calmer), its break, its length, silences and stops inside."""
    start, end = timed[first].start_seconds, timed[last - 1].end_seconds
    room = (timed[last].start_seconds if last < len(timed) else end + 1.0) - start
    cost = 1.2
    if last < len(timed):
        cost += break_cost(timed[last - 1].unit, timed[last].unit)
    if first and break_cost(timed[first - 1].unit, timed[first].unit) > 0:  # the end of a sentence, left over
        width = sum(display_width(t.unit.text) for t in timed[first:last])
        cost += _WIDOW_COST * max(0.0, 1 - width / (_WIDOW_SHARE * limits.line_width))
    cost += 4.0 * max(0.0, limits.min_seconds - room)
    cost += 4.0 * max(0.0, end - start - limits.max_seconds)
    cost += 0.25 * max(0.0, letters / limits.chars_per_second - room)
    inner = range(first + 1, last)
    cost += sum(2.0 * max(0.0, timed[k].start_seconds - timed[k - 1].end_seconds - 0.6) for k in inner)
    return cost + sum(0.9 for k in inner if break_cost(timed[k - 1].unit, timed[k].unit) == 0.0)


def break_lines(narration: str, units: Sequence[Unit], limits: Limits) -> str:
    """The units as written, in as few lines as hold them, broken where it reads best and about evenly."""
    return "\n".join(balance_lines(narration, units, limits.line_width, limits.lines, display_width))


def balance_lines(
    text: str, units: Sequence[Unit], line_width: float, most_lines: int, measure: Callable[[str], float]
) -> tuple[str, ...]:
    """The units in as few lines as hold them (at most `most_lines`; one line when that is impossible)."""
    whole = " ".join(text[units[0].start : units[-1].end].split())
    for lines in range(1, most_lines + 1):
        if lines == 1 and measure(whole) <= line_width:
            return (whole,)
        if lines > 1 and (found := _LineSearch(text, units, line_width, measure).best(lines)):
            return found
    return (whole,)


class _LineSearch:
    """The cheapest way to set units in a given number of lines: good breaks, lines of about one length."""

    def __init__(self, text: str, units: Sequence[Unit], line_width: float, measure: Callable[[str], float]) -> None:
        self._text, self._units, self._line_width, self._measure = text, units, line_width, measure
        self._choices: dict[tuple[int, int], tuple[float, int]] = {}

    def best(self, lines: int) -> tuple[str, ...] | None:
        """The lines, or None when the units need more of them."""
        if self._cost(0, lines) == float("inf"):
            return None
        found, first = [], 0
        while first < len(self._units):
            last = self._choices[first, lines][1]
            found.append(self._piece(first, last))
            first, lines = last, lines - 1
        return tuple(found)

    def _piece(self, first: int, last: int) -> str:
        return " ".join(self._text[self._units[first].start : self._units[last - 1].end].split())

    def _cost(self, first: int, left: int) -> float:
        count = len(self._units)
        if first == count:
            return 0.0
        if left == 0:
            return float("inf")
        if (first, left) not in self._choices:
            best = (float("inf"), count)
            for last in range(first + 1, count + 1):
                width = self._measure(self._piece(first, last))
                if width > self._line_width and last > first + 1:
                    break
                slack = (self._line_width - width) / self._line_width
                end = break_cost(self._units[last - 1], self._units[last]) if last < count else 0.0
                best = min(best, (end + 3.0 * slack * slack + self._cost(last, left - 1), last))
            self._choices[first, left] = best
        return self._choices[first, left][0]
