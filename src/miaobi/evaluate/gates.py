"""Judging scores by the bars of `bars.py`, which a user can change in the settings file:

    [gates.article.text]
    repetition = 0.08                     # another bar
    readability = false                   # no bar
    language = { en = 0.95, zh = 0.85 }   # by language

A part below its bar is tried again and then flagged; with strict gates the piece is refused.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from miaobi.base.piece import Outcome, Score, judged
from miaobi.base.value import Value
from miaobi.errors import GateError, InputError
from miaobi.evaluate.bars import TABLE, Row

_SAME_BARS = {("article", "lead"): "text", ("article", "takeaways"): "text"}
_NOT_IN_LISTS = {"complete", "readability", "length", "distinctness", "coverage"}
"""A list of points repeats the text on purpose, holds no full sentences and not all the facts."""

Changes = Mapping[str, object]


class Bar(Value):
    """A score's bar; `better` is the side of it one has to be on."""

    value: float
    better: Literal["higher", "lower"]


class Bars(Value):
    """The bars of one kind of part in one language, by the name of the score, and what scores aim at."""

    recipe: str
    kind: str
    language: str
    bars: dict[str, Bar] = Field(default_factory=dict)
    aims: dict[str, float] = Field(default_factory=dict)

    def bar(self, score: str) -> float | None:
        """The bar of a score, None where it has none."""
        return self.bars[score].value if score in self.bars else None

    def length_range(self, asked: int) -> tuple[int, int]:
        """The fewest and most words (Chinese: characters) for a part of which so many were asked."""
        return math.ceil(asked * self.aims.get("length_low", 0.0)), int(asked * self.aims.get("length_high", 1e6))


def bars_for(recipe: str, kind: str, language: str, changes: Changes | None = None) -> Bars:
    """The bars of a kind of part, with a user's changes; InputError when the changes name what is not there.

    A row for the language beats one for any. A recipe or kind that is not in the table has no bars.
    """
    primary = language.lower().split("-")[0]
    bars: dict[str, Bar] = {}
    aims: dict[str, float] = {}
    for row in _rows(recipe, kind, primary):
        if row.sense == "aim":
            aims[row.score] = row.value
        else:
            bars[row.score] = Bar(value=row.value, better="higher" if row.sense == "at least" else "lower")
    for score, value in _changes_for(check_changes(changes or {}), recipe, kind, primary).items():
        if value is None:
            bars.pop(score, None)
            aims.pop(score, None)
        elif score in aims:
            aims[score] = value
        elif score in bars:
            bars[score] = Bar(value=value, better=bars[score].better)
    return Bars(recipe=recipe, kind=kind, language=language, bars=bars, aims=aims)


def apply_bar(score: Score, bars: Bars) -> Score:
    """The score, judged against its bar. A score whose direction is not the bar's is left unjudged by it."""
    bar = bars.bars.get(score.name)
    value = bar.value if bar is not None and bar.better == score.better else None
    return judged(score.name, score.value, value, better=score.better, unit=score.unit, evidence=score.evidence)


def verdict(scores: Iterable[Score]) -> Outcome:
    """FLAGGED when any score is, else PASSED when any has reached a bar, else MEASURED or NOT_JUDGED."""
    outcomes = {score.outcome for score in scores}
    weightiest = (Outcome.FLAGGED, Outcome.PASSED, Outcome.MEASURED)
    return next((outcome for outcome in weightiest if outcome in outcomes), Outcome.NOT_JUDGED)


def demand(scores: Iterable[Score], where: str) -> None:
    """GateError that names each flagged score, for callers who asked for strict gates."""
    flagged = [score for score in scores if score.outcome is Outcome.FLAGGED]
    if flagged:
        faults = "; ".join(map(explain, flagged))
        raise GateError(f"{where} is below its bar: {faults}.", hint="Revise it or change the bar.")


def explain(score: Score) -> str:
    """One score in words, e.g. "repetition 0.21, at most 0.05 (“the city of” x4)"."""
    value = "not judged" if score.value is None else f"{score.value:.3g}"
    unit = f" {score.unit}" if score.unit and score.value is not None else ""
    sense = "at least" if score.better == "higher" else "at most"
    bar = "" if score.bar is None else f", {sense} {score.bar:.3g}"
    return f"{score.name} {value}{unit}{bar}" + (f" ({score.evidence})" if score.evidence else "")


# ---------------------------------------------------------------- the table and the changes to it


def _rows(recipe: str, kind: str, primary: str) -> list[Row]:
    """The rows that hold, those of one language after those of any."""
    listed = _SAME_BARS.get((recipe, kind), kind)
    rows = [row for row in TABLE if (row.recipe, row.kind) == (recipe, listed) and row.language in ("", primary)]
    if kind == "takeaways":
        rows = [row for row in rows if row.score not in _NOT_IN_LISTS]
    return sorted(rows, key=lambda row: bool(row.language))


def check_changes(changes: Changes) -> dict[tuple[str, str, str, str], float | None]:
    """(recipe, kind, score, language) to the new value, None for no bar. InputError for what is not in the table."""
    found: dict[tuple[str, str, str, str], float | None] = {}
    for recipe, kinds in changes.items():
        _demand_known(recipe, {row.recipe for row in TABLE}, "recipe", "gates")
        for kind, scores in _group(kinds, f"gates.{recipe}").items():
            known = {row.kind for row in TABLE if row.recipe == recipe}
            known |= {same for at, same in _SAME_BARS if at == recipe}
            _demand_known(kind, known, "kind of part", f"gates.{recipe}")
            for score, value in _group(scores, f"gates.{recipe}.{kind}").items():
                listed = _SAME_BARS.get((recipe, kind), kind)
                names = {row.score for row in TABLE if (row.recipe, row.kind) == (recipe, listed)}
                name = score.replace("_", " ") if score.replace("_", " ") in names else score
                _demand_known(name, names, "score", f"gates.{recipe}.{kind}")
                by_language = value if isinstance(value, Mapping) else {"": value}
                for language, number in by_language.items():
                    found[recipe, kind, name, str(language)] = _number(number, f"gates.{recipe}.{kind}.{score}")
    return found


def _changes_for(
    changes: Mapping[tuple[str, str, str, str], float | None], recipe: str, kind: str, primary: str
) -> dict[str, float | None]:
    mine = {key: value for key, value in changes.items() if key[:2] == (recipe, kind) and key[3] in ("", primary)}
    return {key[2]: mine[key] for key in sorted(mine, key=lambda key: bool(key[3]))}


def _group(value: object, where: str) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    raise InputError(f"{where} has to be a group of keys, and is {value!r}.", hint=f"Write it as a table: [{where}]")


def _demand_known(name: str, known: set[str], what: str, where: str) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, sorted(known), n=1)
    hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(sorted(known))}."
    raise InputError(f'{where} names the {what} "{name}", which has no bars.', hint=hint)


def _number(value: object, where: str) -> float | None:
    if value is False or value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"{where} has to be a number, or false for no bar, and is {value!r}.")
    return float(value)
