"""Numbers that are names in Mandarin: telephones, hotlines, rooms, trains, flights, ISBNs; said figure by figure.

On the telephone, in trains and flights 1 is 幺; in rooms and years it is 一.
"""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.mandarin_numbers import digits
from miaobi.create.spoken.mandarin_words import MEASURE_WORDS

_SHORT_NUMBERS = "110|119|120|122|114|911|999|112|995"
_HOTLINES = "12306|12315|12345|12333|12123|12320|12348|12355|12388|10086|10010|10000"
_SURE_HOTLINES = "12306|12315|12123|12320|12348|10086|10010"
_HELP = "报警|急救|火警|匪警|求助|热线|电话|客服|平台|救援|服务台|查号|官网|网站|订票|购票|APP"


def say_codes(text: str) -> str:
    """`text` with the numbers that are names in characters."""
    text = re.sub(
        r"ISBN(?:-1[03])?[:：]?\s?(\d[\d -]{3,15}[\dX])(?![\dA-Za-z])", lambda m: "I S B N" + _groups(m.group(1)), text
    )
    text = re.sub(
        r"\+(\d{1,3})[ -]?(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{2,4}[ -]\d{3,4}[ -]?\d{4})(?!\d)",
        lambda m: f"{digits(m.group(1))}，{_phone(m.group(2))}",
        text,
    )
    text = re.sub(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)", _by_telephone, text)
    text = re.sub(r"(?<!\d)(?:0\d{2,3}|400|800)-\d{3,4}-?\d{4}(?!\d)", _by_telephone, text)
    text = re.sub(
        r"((?:电话|热线|拨打|拨)[号码是为：:\s]{0,3})(\d{3,})", lambda m: m.group(1) + _phone(m.group(2)), text
    )
    text = re.sub(rf"(?<![\d.,])(?:{_SHORT_NUMBERS}|{_HOTLINES})(?=\s?(?:{_HELP}))", _by_telephone, text)
    text = re.sub(
        rf"(?<=打)(?:{_SHORT_NUMBERS}|{_HOTLINES})(?![\d,%％]|\.\d|\s?(?:{MEASURE_WORDS}))", _by_telephone, text
    )
    text = re.sub(
        rf"(?<![\d.,A-Za-z])(?<!编号)(?:{_SURE_HOTLINES})(?![\d,%％]|\.\d|\s?(?:{MEASURE_WORDS}))", _by_telephone, text
    )
    text = re.sub(
        r"(?<![\d.,A-Za-z第])\d{3,4}(?=号?(?:房(?![客源屋价])|室|教室|病房|包厢|会议室|办公室))", _plainly, text
    )
    text = re.sub(r"(?<![\d.,A-Za-z第])\d{3}(?=路(?:公交|车|汽车|电车))", _by_telephone, text)
    return _lettered(text)


def _lettered(text: str) -> str:
    """Trains (G123次), flights (MH370), models and standards (A380, GB2312): letters, then three figures or more."""
    text = re.sub(r"(?<![A-Za-z])([GDCZTKYLS])(\d{2,4})(?=次)", _letters_and_code, text)
    return re.sub(
        rf"(?<![A-Za-z\d])([A-Z]{{1,4}})-?(\d{{3,5}})(?![\d,%％A-Za-z-]|\.\d|\s?(?:{MEASURE_WORDS}))",
        _letters_and_code,
        text,
    )


def _letters_and_code(match: Match[str]) -> str:
    return f"{match.group(1)} {_phone(match.group(2))}"


def _phone(figures: str) -> str:
    return digits(figures, is_phone=True)


def _by_telephone(match: Match[str]) -> str:
    return _phone(match.group())


def _plainly(match: Match[str]) -> str:
    return digits(match.group())


def _groups(code: str) -> str:
    groups = [group for group in re.split(r"[^\dX]+", code) if group]
    return "，".join(digits(group) + (" X" if group.endswith("X") else "") for group in groups)
