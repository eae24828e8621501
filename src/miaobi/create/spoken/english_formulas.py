"""Formulas and short forms with signs in English: H₂SO₄, 10⁶, 4x4, AT&T, C++, 5'10\"."""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.english_numbers import cardinal, number, ordinal
from miaobi.create.spoken.english_words import UNITS

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_CHEMICAL = re.compile(
    r"(?<![A-Za-z])(?=[A-Za-z₀-₉()]*[₀-₉])(?:\(?[A-Z][a-z]?[₀-₉]*\)?[₀-₉]*)+(?![A-Za-z])|\b(?:H2SO4|HNO3|CO2|H2O2|H2O|SO2|NO2|N2O)\b"
)
_POWER_UNITS = "|".join(sorted((re.escape(unit) for unit in UNITS if unit[-1] in "²³"), key=len, reverse=True))


def say_chemistry(text: str) -> str:
    """H₂SO₄ -> "H two S O four": each letter by its name, each figure as a number."""

    def say(match: Match[str]) -> str:
        plain = match.group().translate(_SUBSCRIPTS)
        parts = re.findall(r"[A-Za-z]|\d+", plain)
        return " ".join(cardinal(int(part)) if part.isdigit() else part.upper() for part in parts)

    return _CHEMICAL.sub(say, text)


def say_sizes(text: str) -> str:
    """4x4 -> "4 by 4", ready for a unit to follow; a product that is worked out stays one."""
    return re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)[x×](?=\d+(?:\.\d+)?(?! ?=|\w*=))", r"\1 by ", _three_sizes(text))


def _three_sizes(text: str) -> str:
    return re.sub(r"(?<![\w.])(\d+)[x×](\d+)[x×](?=\d)", r"\1 by \2 by ", text)


def say_formulas(text: str) -> str:
    """Powers, feet and inches, names with signs."""
    text = re.sub(
        rf"\b(per |/)({_POWER_UNITS})(?!\w)",
        lambda m: f"{m.group(1).replace('/', ' per ')}{UNITS[m.group(2)][0]}",
        text,
    )
    text = re.sub(rf"(?<!\w)({_POWER_UNITS})(?!\w)", lambda m: UNITS[m.group(1)][1], text)
    text = re.sub(r"(?:\b(\d+(?:\.\d+)?)|(?<=[A-Za-z)]))([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)(?!\w)", _power, text)
    text = re.sub(r"\b(\d)'\s?(\d{1,2})\"", lambda m: " foot ".join(map(cardinal, map(int, m.groups()))), text)
    text = re.sub(
        r"\b([A-Z]{1,4})&([A-Z]{1,4})\b", lambda m: f"{' '.join(m.group(1))} and {' '.join(m.group(2))}", text
    )
    text = re.sub(r"(?<=\b[A-Za-z])\+\+|\b(C)\+\+", lambda m: (m.group(1) or "") + " plus plus", text)
    text = re.sub(r"\bC#", "C sharp", text)
    text = re.sub(r"#(?=\d)", "number ", text)
    text = re.sub(r"#(?=\w)", "hashtag ", text)
    text = re.sub(r"\b([A-Z])/([A-Z])\b", r"\1 \2", text)
    return re.sub(r"\b24/7\b", "twenty-four seven", text)


def _power(match: Match[str]) -> str:
    base, exponent = match.group(1), match.group(2).translate(_SUPERSCRIPTS)
    if not re.fullmatch(r"-?\d+", exponent) or (base is None and exponent not in ("2", "3")):
        return match.group()  # a footnote
    value = int(exponent)
    if value in (2, 3):
        said = "squared" if value == 2 else "cubed"
    else:
        said = f"to the {ordinal(value)}" if value > 0 else f"to the {cardinal(value)}"
    return f"{number(base)} {said}" if base else f" {said}"
