"""Latin letters in Chinese text: titles and short forms of English, names with signs, Roman numerals."""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.english_numbers import roman
from miaobi.create.spoken.english_words import TITLES
from miaobi.create.spoken.mandarin_numbers import cardinal, digits
from miaobi.create.spoken.mandarin_words import MEASURE_WORDS, REGNAL_NAMES

_SHORT_FORMS = {"e.g.": "例如", "i.e.": "即", "etc.": "等等", "vs.": "对", "vs": "对"}


def say_latin(text: str) -> str:
    """`text` with what stands in Latin letters as it is said; plain words and initialisms stay."""
    titles = "|".join(sorted(TITLES, key=len, reverse=True))
    text = re.sub(rf"(?<![A-Za-z])({titles})\.?(?= and (?:{titles})\b)", lambda m: TITLES[m.group(1)], text)
    text = re.sub(rf"(?<![A-Za-z])({titles})\.?\s(?=[A-Z])", lambda m: TITLES[m.group(1)] + " ", text)
    text = re.sub(r"(?<![A-Za-z])([A-Z])\. ?(?=[A-Z][a-z]|[A-Z]\.|[\u4e00-\u9fff])", r"\1 ", text)  # J. K. 罗琳
    forms = "|".join(re.escape(form) for form in _SHORT_FORMS)
    text = re.sub(rf"(?<![A-Za-z.])({forms})(?![A-Za-z])", lambda m: _SHORT_FORMS[m.group(1)], text)
    text = re.sub(r"(?<![A-Za-z])([CFJ])#(?![\dA-Za-z])", r"\1 sharp", text)
    text = re.sub(rf"({'|'.join(REGNAL_NAMES)})([IVX]+)世?(?![A-Za-z])", _reign, text)
    text = re.sub(r"(?<=[\u4e00-\u9fff])([IVX]{2,})(?![A-Za-z])", _counted, text)
    # Tokyo 2020; not iPhone 2000元
    year = rf"(?<=[A-Za-z]{{3}} )(?:19|20)\d\d(?![\d,:/%％-]|\.\d|\s?(?:{MEASURE_WORDS}))"
    return re.sub(year, lambda m: digits(m.group()), text)


def _reign(match: Match[str]) -> str:
    value = roman(match.group(2))
    return match.group() if value is None else f"{match.group(1)}{cardinal(value)}世"


def _counted(match: Match[str]) -> str:
    value = roman(match.group(1))
    return match.group() if value is None else cardinal(value)
