"""Scores of subtitles: can they be read in time, and do they fit.

A cue is a plain tuple (start_seconds, end_seconds, text); line breaks in the text are the lines on the screen. Bars
follow the Netflix Timed Text Style Guide (English 20 characters a second, Chinese 9).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from miaobi.base.piece import Score, judged
from miaobi.evaluate.wording import is_cjk_language

Cue = tuple[float, float, str]


def score_subtitles(cues: Sequence[Cue], language: str) -> tuple[Score, ...]:
    """All scores of this file, in reading order."""
    return (
        score_reading_speed(cues, language),
        *score_cue_durations(cues),
        score_line_length(cues, language),
        score_line_count(cues),
        score_overlap(cues),
    )


def score_reading_speed(cues: Sequence[Cue], language: str) -> Score:
    """Characters a second of the fastest cue, lower is better.

    Spaces count in languages that have them; in Chinese and Japanese only characters count, Latin letters half. Weak:
    all characters are taken to read alike.
    """
    return _worst("reading speed", cues, lambda cue: _speed(cue, language), unit="characters per second")


def score_cue_durations(cues: Sequence[Cue]) -> tuple[Score, Score]:
    """("shortest cue", "longest cue") in seconds; the first is better higher, the second lower."""
    shortest = _worst("shortest cue", cues, lambda cue: cue[1] - cue[0], unit="seconds", better_higher=True)
    return shortest, _worst("longest cue", cues, lambda cue: cue[1] - cue[0], unit="seconds")


def score_line_length(cues: Sequence[Cue], language: str) -> Score:
    """Characters of the longest line, lower is better; Latin letters count half beside Chinese characters."""
    return _worst(
        "line length", cues, lambda cue: max(_width(line, language) for line in cue[2].split("\n")), unit="characters"
    )


def score_line_count(cues: Sequence[Cue]) -> Score:
    """Lines of the cue that has most, lower is better."""
    return _worst("lines", cues, lambda cue: float(len(cue[2].strip().split("\n"))), unit="lines")


def score_overlap(cues: Sequence[Cue]) -> Score:
    """Seconds for which two cues are on the screen at once, summed. Lower is better; 0 is meant."""
    total = 0.0
    evidence = ""
    latest_end, latest = -1.0, 0
    order = sorted(range(len(cues)), key=lambda i: (cues[i][0], cues[i][1]))
    for i in order:
        start, end, _ = cues[i]
        shared = min(latest_end, end) - start
        if shared > 1e-3:  # a millisecond is the grid of SRT
            total += shared
            evidence = evidence or f"cues {latest + 1} and {i + 1} share {shared:.2f} s"
        if end > latest_end:
            latest_end, latest = end, i
    value = total if cues else None
    return judged("overlap", value, None, better="lower", unit="seconds", evidence=evidence)


def _worst(
    name: str, cues: Sequence[Cue], measure: Callable[[Cue], float], *, unit: str, better_higher: bool = False
) -> Score:
    if not cues:
        return judged(name, None, None, better="higher" if better_higher else "lower", evidence="There are no cues.")
    values = [measure(cue) for cue in cues]
    worst = min(values) if better_higher else max(values)
    at = values.index(worst)
    text = " / ".join(cues[at][2].split("\n"))
    evidence = f"cue {at + 1} at {cues[at][0]:.2f} s: “{text}”"
    return judged(name, worst, None, better="higher" if better_higher else "lower", unit=unit, evidence=evidence)


def _speed(cue: Cue, language: str) -> float:
    start, end, text = cue
    joiner = "" if is_cjk_language(language) else " "
    shown = joiner.join(text.split("\n"))
    if is_cjk_language(language):
        shown = "".join(c for c in shown if c.isalnum())
    return _width(shown, language) / max(end - start, 1e-3)


def _width(line: str, language: str) -> float:
    """Characters; beside Chinese ones, a Latin letter takes half the room."""
    if not is_cjk_language(language):
        return float(len(line))
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in line)
