"""Dashes in English that are said "to": between days, months, years and times of day."""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.english_numbers import ordinal, year
from miaobi.create.spoken.english_words import MONTH_NUMBER, MONTHS

MONTH = "|".join([*MONTHS, r"Sept\.?", *(name[:3] + r"\.?" for name in MONTHS)])
"""A pattern for a month, in full or short."""

_DASH = r"\s?[-–—]\s?"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_CLOCK = r"\d{1,2}(?::\d{2})?"


def close_up_ranges(text: str) -> str:
    """ "10 – 12 May" as "10–12 May": a dash with spaces around would be taken for a break in the sentence."""
    text = re.sub(r"(?<=\d) [-–] (?=[\d.,]+ ?=)", " minus ", text)
    text = re.sub(r"(?<=\d) [-–] (?=\d)", "–", text)
    text = re.sub(rf"(?<=\d) [-–] (?=(?:{MONTH}) \d)", " to ", text)
    return re.sub(rf"\b({MONTH}) [-–] (?={_DAY} (?:{MONTH})\b|(?:{MONTH})\b)", r"\1 to ", text)


def say_date_ranges(text: str) -> str:
    """The dash becomes "to"; each end is said as a date of its own where the rules of dates would not see it whole."""
    text = re.sub(
        rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?{_DASH}(?={_DAY} (?:of )?(?:{MONTH})\b)",
        lambda m: f"the {ordinal(int(m.group(1)))} to ",
        text,
    )
    text = re.sub(rf"\b({MONTH}) ({_DAY}){_DASH}({_DAY})\b(?![:.,]\d|-)(?:,? (\d{{4}})\b)?", _days_of_month, text)
    text = re.sub(rf"(?<=\d){_DASH}(?=(?:{MONTH}) \d)", " to ", text)
    text = re.sub(rf"\b((?:{MONTH}) \d{{4}}){_DASH}(?=\d{{4}}\b)", r"\1 to ", text)
    text = re.sub(rf"\b({MONTH}){_DASH}(?=(?:{MONTH})\b)", r"\1 to ", text)
    return re.sub(rf"\b({_WEEKDAY})[-–](?={_WEEKDAY}\b)", r"\1 to ", text)


def month_name(name: str) -> str:
    """The full name of a month."""
    return MONTHS[MONTH_NUMBER[name[:3].lower()] - 1]


def _days_of_month(match: Match[str]) -> str:
    name, first, last, past = match.groups()
    days = " to ".join(ordinal(int(re.sub(r"\D", "", day))) for day in (first, last))
    return f"{month_name(name)} {days}" + (f", {year(int(past))}" if past else "")


def say_time_ranges(text: str) -> str:
    """noon–1 pm, 9am–5pm, 10:30-11:15."""
    start = rf"\b(?:noon|midnight|{_CLOCK} ?[ap]m|{_CLOCK})"
    end = rf"(?:noon|midnight|{_CLOCK} ?[ap]m|\d{{1,2}}:\d{{2}})\b"
    text = re.sub(rf"(?<![\d:.,])({start}){_DASH}(?={end})", r"\1 to ", text, flags=re.I)
    return re.sub(rf"\b({_CLOCK} ?[ap]m|noon|midnight){_DASH}(?={_CLOCK}\b)", r"\1 to ", text, flags=re.I)
