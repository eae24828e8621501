"""Scores of speech: was it understood, and at what pace was it spoken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from miaobi.base.piece import Score, judged
from miaobi.evaluate.numbers import numbers_as_digits
from miaobi.evaluate.wording import HAN, fold, is_cjk_language, length_of

_SIGNS_EN = (
    (re.compile(r"\$\s?(\d+(?:\.\d+)?)"), r"\1 dollars"),
    (re.compile(r"€\s?(\d+(?:\.\d+)?)"), r"\1 euros"),
    (re.compile(r"£\s?(\d+(?:\.\d+)?)"), r"\1 pounds"),
    (re.compile(r"°\s?C\b"), " degrees celsius"),
    (re.compile(r"°\s?F\b"), " degrees fahrenheit"),
    (re.compile(r"°"), " degrees"),
    (re.compile(r"%"), " percent"),
    (re.compile(r"&"), " and "),
)
_TITLES = {"dr": "doctor", "mr": "mister", "mrs": "missus", "vs": "versus", "st": "saint", "okay": "ok"}
_AMERICAN = (
    (re.compile(r"(\w{2,}[bctg])re(s?)"), r"\1er\2"),  # metre, centre, fibre
    (re.compile(r"(\w{2,}[bctg])red"), r"\1ered"),
    (re.compile(r"(\w{2,})our((?:s|ed|ing|ful|less|able|ite|ites|hood|hoods|y)?)"), r"\1or\2"),
    (re.compile(r"(\w{3,}i|\w{2,}ly)s((?:e|es|ed|ing|er|ers|ations?))"), r"\1z\2"),  # organise, analyse
    (re.compile(r"grey(\w*)"), r"gray\1"),
    (re.compile(r"programme(s?)"), r"program\1"),
)
"""British endings to American ones. Some words come out as none ("exercize"), on both sides alike."""


def normalise_english(text: str) -> list[str]:
    """The words as they sound, whatever their spelling of numbers, signs, case and hyphens, and on which side of the
    Atlantic."""
    plain = numbers_as_digits(unicodedata.normalize("NFKC", text).replace("’", "'"), "en")
    for pattern, spoken in _SIGNS_EN:
        plain = pattern.sub(spoken, plain)
    words = re.findall(r"\d+(?:\.\d+)?(?:st|nd|rd|th|s)?|[^\W\d_]+(?:'[^\W\d_]+)*", fold(plain))
    return [_american(_TITLES.get(word, word).replace("'", "")) for word in words]


def _american(word: str) -> str:
    for british, american in _AMERICAN:
        if found := british.fullmatch(word):
            return found.expand(american)
    return word


def normalise_chinese(text: str) -> list[str]:
    """Simplified characters, and Latin words and numbers in digits as single characters; no punctuation."""
    plain = numbers_as_digits(_simplified(unicodedata.normalize("NFKC", text)), "zh").replace("°C", "摄氏度")
    plain = re.sub(r"(\d+(?:\.\d+)?)%", r"百分之\1", plain)
    return re.findall(r"[^\W_]|(?<=\d)\.(?=\d)", plain.casefold())


def _simplified(text: str) -> str:
    converter = _traditional_to_simplified()
    return converter.convert(text) if converter is not None and re.search(f"[{HAN}]", text) else text


@lru_cache(maxsize=1)
def _traditional_to_simplified() -> Any:
    """The OpenCC converter, None where OpenCC is not installed: then the two scripts count as different."""
    try:
        import opencc
    except ImportError:
        return None
    return opencc.OpenCC("t2s")


# ---------------------------------------------------------------- error rates


def word_error_rate(reference: str, heard: str, language: str) -> float:
    """Edits (substituted, left out, added words) per word of the reference. 0 and up; 1 when nothing was heard.

    Both sides are normalised first. In Chinese and Japanese, characters take the place of words. An empty reference
    gives 0 when nothing was heard, else 1.
    """
    meant, got = _units(reference, language), _units(heard, language)
    return _rate(meant, got)


def _units(text: str, language: str) -> list[str]:
    return normalise_chinese(text) if is_cjk_language(language) else normalise_english(text)


def _rate(meant: Sequence[str], got: Sequence[str]) -> float:
    if not meant:
        return 1.0 if got else 0.0
    return sum(a != b for a, b in align(meant, got)) / len(meant)


def align(meant: Sequence[str], got: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (meant, heard) of a cheapest alignment (Levenshtein 1966); "" stands for a unit that is not there."""
    width = len(got) + 1
    costs = [list(range(width))]
    for i, unit in enumerate(meant, 1):
        above, row = costs[-1], [i]
        for j, other in enumerate(got, 1):
            row.append(min(above[j - 1] + (unit != other), above[j] + 1, row[j - 1] + 1))
        costs.append(row)
    pairs: list[tuple[str, str]] = []
    i, j = len(meant), len(got)
    while i or j:
        here = costs[i][j]
        if i and j and here == costs[i - 1][j - 1] + (meant[i - 1] != got[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((meant[i], got[j]))
        elif i and here == costs[i - 1][j] + 1:
            i -= 1
            pairs.append((meant[i], ""))
        else:
            j -= 1
            pairs.append(("", got[j]))
    return pairs[::-1]


# ---------------------------------------------------------------- scores


def score_speech(meant: str, heard: str, language: str) -> Score:
    """How much of what was meant a listener wrote down differently: word or, in Chinese, character error rate.

    0 and up, lower is better. Case, punctuation, spellings of numbers, and traditional characters (with OpenCC
    installed) make no difference. Weak: the listener, a small speech recogniser, makes errors of its own, most of all
    with names and Chinese homophones; "rain water" for "rainwater" counts as two.
    """
    pairs = align(_units(meant, language), _units(heard, language))
    said = sum(1 for unit, _ in pairs if unit)
    if not said:
        return judged("speech error", None, None, better="lower", evidence="There are no words to judge.")
    errors = sum(unit != other for unit, other in pairs)
    joiner = "" if is_cjk_language(language) else " "
    return judged("speech error", errors / said, None, better="lower", evidence=_differences(pairs, joiner))


def _differences(pairs: Sequence[tuple[str, str]], joiner: str, most: int = 5) -> str:
    """Runs of differing units as "meant → heard"."""
    runs: list[tuple[list[str], list[str]]] = []
    is_open = False
    for unit, other in pairs:
        if unit == other:
            is_open = False
            continue
        if not is_open:
            runs.append(([], []))
            is_open = True
        runs[-1][0].append(unit)
        runs[-1][1].append(other)
    shown = [f"“{_join(a, joiner)}” → “{_join(b, joiner)}”" for a, b in runs[:most]]
    more = f" and {len(runs) - most} more" if len(runs) > most else ""
    return ", ".join(shown) + more


def _join(units: Sequence[str], joiner: str) -> str:
    return joiner.join(unit for unit in units if unit) or "–"


def score_pace(text: str, duration_seconds: float, language: str) -> Score:
    """Words, in Chinese characters, a minute. Lower is easier to follow.

    Weak: pauses count as time, so a hurried voice with long rests looks calm.
    """
    unit = "characters per minute" if is_cjk_language(language) else "words per minute"
    count = length_of(text)
    if duration_seconds <= 0 or not count:
        return judged("pace", None, None, better="lower", unit=unit, evidence="There is nothing to time.")
    evidence = f"{count} in {duration_seconds:.1f} s"
    return judged("pace", count * 60 / duration_seconds, None, better="lower", unit=unit, evidence=evidence)
