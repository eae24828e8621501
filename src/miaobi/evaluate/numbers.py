"""Numbers written in words, English and Chinese, as digits; so that "four per cent" and "4%" are the same."""

from __future__ import annotations

import re
from decimal import Decimal

_ONES = "zero one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_SMALL = {word: value for value, word in enumerate(f"{_ONES} {_TEENS}".split())}
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: value for value, word in enumerate(_TENS_WORDS.split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = {
    **{f"{word}th": word for word in [*_SMALL, "hundred", "thousand"]},
    **{f"{word[:-1]}ieth": word for word in _TENS},
    "first": "one",
    "third": "three",
    "fifth": "five",
    "eighth": "eight",
    "ninth": "nine",
    "twelfth": "twelve",
}
"""Without "second", which is a time far more often."""
_WORD = "|".join(sorted([*_SMALL, *_TENS, *_SCALES, "oh"], key=len, reverse=True))
_SCALED = rf"\d[\d,]*(?:\.\d+)?(?=\s+(?:{'|'.join(_SCALES)})\b)"
_RUN_EN = re.compile(
    rf"\b(?:(?:a|half a)\s+(?=hundred|thousand|million|billion))?(?:(?:{_WORD})\b|{_SCALED})"
    rf"(?:(?:[\s\-]+|\s+and\s+)(?:{_WORD})\b)*(?:\s+point(?:\s+(?:{'|'.join(_SMALL)})\b)+)?"
    rf"(?:[\s\-]+(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\b)?",
    re.IGNORECASE,
)
_LONE_ORDINAL = re.compile(rf"\b(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\b", re.IGNORECASE)

_DIGITS_ZH = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS_ZH = {"十": 10, "百": 100, "千": 1000}
_BIG_ZH = {"万": 10**4, "亿": 10**8}
_RUN_ZH = re.compile(
    r"百分之([零〇一二两三四五六七八九十百千点\d.]+)|([零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?)"
)
_SCALED_ZH = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(百万|千万|万亿|万|亿)")


def numbers_as_digits(text: str, language: str) -> str:
    """The text with numbers in words written as plain digits: 1200, 3.5, 40%, 21st.

    English: cardinals with scales and decimals, ordinals, years read in pairs (nineteen eighty-four). Chinese: 百分之,
    万 and 亿, decimals with 点, digits read one by one (二零二四). Thousands separators go in both.
    """
    if language.lower().split("-")[0] == "zh":
        text = _SCALED_ZH.sub(_scaled_chinese, text)
        text = _RUN_ZH.sub(_run_chinese, text)
    else:
        text = _RUN_EN.sub(_run_english, text)
        text = _LONE_ORDINAL.sub(lambda match: _ordinal(_value(_ORDINALS[match.group().lower()].split())), text)
        text = re.sub(r"(?<=\d)\s*(?:per\s?cent|percent|pct)\b", "%", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def plain_number(number: str) -> str:
    """One spelling for a number in digits: 1,200 and 1200.0 both give 1200."""
    bare = re.sub(r",(?=\d{3})", "", number)
    return bare.rstrip("0").rstrip(".") if "." in bare else bare


# ---------------------------------------------------------------- English


def _run_english(match: re.Match[str]) -> str:
    words = re.split(r"[\s\-]+", match.group().lower())
    if len(words) == 1 and words[0] in {*_SCALES, "oh"}:  # "a matter of hundred-year oaks", "oh no"
        return match.group()
    is_ordinal = words[-1] in _ORDINALS
    words = [_ORDINALS.get(word, word) for word in words if word not in {"and", "a"}]
    value = _value(words)
    return _ordinal(value) if is_ordinal else value


def _value(words: list[str]) -> str:
    if "point" in words:
        at = words.index("point")
        return _value(words[:at]) + "." + "".join(str(_SMALL[word]) for word in words[at + 1 :])
    words = ["zero" if word == "oh" else word for word in words]
    total, group = Decimal(0), Decimal(0)
    done: list[str] = []
    previous = Decimal(-1)
    for word in words:
        if word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                group = (group or Decimal(1)) * 100
            else:
                total += (group or Decimal(1)) * scale
                group = Decimal(0)
            previous = Decimal(-1)
            continue
        value = _small(word)
        if previous >= 0 and not (previous >= 20 and previous % 10 == 0 and 0 < value < 10):
            done.append(_show(total + group))  # a new number: nineteen | eighty-four, two | five, nineteen | oh | five
            total, group = Decimal(0), Decimal(0)
        group += value
        previous = value
    done.append(_show(total + group))
    if all(len(part) == 1 for part in done) or [len(part) for part in done] in ([2, 2], [2, 1, 1]):
        return "".join(done)
    return " ".join(done)


def _small(word: str) -> Decimal:
    if word in _SMALL:
        return Decimal(_SMALL[word])
    if word in _TENS:
        return Decimal(_TENS[word] * 10)
    return Decimal("0.5") if word == "half" else Decimal(word.replace(",", ""))


def _show(value: Decimal) -> str:
    return plain_number(f"{value:f}")


def _ordinal(value: str) -> str:
    last = "" if re.search(r"1[123]$", value) else value[-1:]
    return value + {"1": "st", "2": "nd", "3": "rd"}.get(last, "th")


# ---------------------------------------------------------------- Chinese


def _scaled_chinese(match: re.Match[str]) -> str:
    scale = 1
    for character in match.group(2):
        scale *= {**_UNITS_ZH, **_BIG_ZH}[character]
    return _show(Decimal(match.group(1).replace(",", "")) * scale)


def _run_chinese(match: re.Match[str]) -> str:
    if match.group(1):
        inner = match.group(1)
        return (inner if re.fullmatch(r"[\d.]+", inner) else _chinese_value(inner)) + "%"
    return _chinese_value(match.group(2))


def _chinese_value(text: str) -> str:
    whole, _, decimals = text.partition("点")
    shown = _chinese_whole(whole) if whole else "0"
    tail = "".join(str(_DIGITS_ZH.get(character, character)) for character in decimals)
    return f"{shown}.{tail}" if tail else shown


def _chinese_whole(text: str) -> str:
    if all(character in _DIGITS_ZH for character in text):
        return "".join(str(_DIGITS_ZH[character]) for character in text)
    total, section, digit = 0, 0, 0
    if re.search(r"[百千万亿][一二三四五六七八九]$", text):  # 一万二 is said for 12,000
        text += {"百": "十", "千": "百", "万": "千", "亿": "千万"}[text[-2]]
    for character in text:
        if character in _DIGITS_ZH:
            digit = _DIGITS_ZH[character]
        elif character in _UNITS_ZH:
            section += (digit or 1) * _UNITS_ZH[character]
            digit = 0
        else:
            scale = _BIG_ZH[character]
            whole = total + section + digit if scale == 10**8 else section + digit
            total = (whole or 1) * scale + (0 if scale == 10**8 else total)
            section, digit = 0, 0
    return str(total + section + digit)
