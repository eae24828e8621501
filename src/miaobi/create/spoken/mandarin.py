"""Writing out Mandarin: what a reader aloud says for figures, dates, money, units and letters.

The rules run in order, each on what the ones before it left; a rule turns what it knows into characters, which no
later rule touches. Simplified characters; dates in the order year, month, day.
"""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.addresses import say_addresses
from miaobi.create.spoken.mandarin_codes import say_codes
from miaobi.create.spoken.mandarin_latin import say_latin
from miaobi.create.spoken.mandarin_numbers import cardinal, count, digits, number
from miaobi.create.spoken.mandarin_words import (
    ADDRESS_SIGNS,
    COUNTED_PER,
    CURRENCIES,
    LETTER_WORDS,
    MEASURE_WORDS,
    PERIODS_AND_MEASURES,
    RATES,
    ROMAN_SIGNS,
    SIGNS,
    UNITS,
    VULGAR_FRACTIONS,
)

_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TO = r"\s?[-–—~～至到]\s?"
_MANY = "[万亿千百]+"


def _alternatives(words: list[str]) -> str:
    """A pattern that matches any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_CURRENCY = _alternatives(list(CURRENCIES))


def write_out_mandarin(text: str) -> str:
    """One line of Chinese with figures, units and signs in characters."""
    for rule in (
        _plain_characters, _addresses, say_latin, _formulas, _dates, _times, _scores, say_codes, _rates, _money,
        _shares, _measures, _numbers, _letters, _signs,
    ):  # fmt: skip
        text = rule(text)
    return text


def tidy(text: str) -> str:
    """No spaces around Chinese characters and marks, no two marks in a row but the stronger one."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(
        r"(?<=[\u3000-\u303f\u3400-\u9fff，。！？；：]) (?=\S)|(?<=\S) (?=[\u3000-\u303f\u3400-\u9fff，。！？；：])",
        "",
        text,
    )
    text = re.sub(r"，(?:\s*[，,])+", "，", text)
    text = re.sub(r"[，,、；：]+(?=[。！？])", "", text)
    text = re.sub(r"([。！？；：、])[，,]+", r"\1", text)
    return text.strip(" ，,、；：")


def _plain_characters(text: str) -> str:
    for sign, figures in VULGAR_FRACTIONS.items():
        text = text.replace(sign, figures)
    for sign, value in ROMAN_SIGNS.items():
        text = text.replace(sign, str(value))
    text = text.translate(str.maketrans("０１２３４５６７８９％　−₀₁₂₃₄₅₆₇₈₉", "0123456789% -0123456789"))
    text = re.sub(r"\s[-–—]{1,3}\s|—{2,}|--+", "，", text)
    return re.sub(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200b-\u200d]", " ", text)


def _addresses(text: str) -> str:
    return say_addresses(text, ADDRESS_SIGNS, digits)


def _formulas(text: str) -> str:
    text = re.sub(r"(?<![A-Za-z])CO2(?!\d)", "二氧化碳", text)
    text = re.sub(r"(?<![\d/])24/7(?![\d/])(?:小时)?(?:全天候)?", "二十四小时全天候", text)
    text = re.sub(rf"(?<![\d.A-Za-z])({_NUM})[×xX](?={_NUM})", r"\1乘", text)
    text = re.sub(r"(?<![A-Za-z])(?:No\.|NO\.|#|№)\s?(?=\d)", "第", text)
    return re.sub(r"#([^#\s]+)#", r"\1", text)


def _dates(text: str) -> str:
    def day(match: Match[str]) -> str:
        past, month, number_of_day = match.group(1, 2, 3)
        if not (1 <= int(month) <= 12 and 1 <= int(number_of_day) <= 31):
            return match.group()
        return f"{digits(past)}年{cardinal(int(month))}月{cardinal(int(number_of_day))}日"

    def year_range(match: Match[str]) -> str:
        return f"{digits(match.group(1))}到{digits(match.group(2))}年"

    text = re.sub(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d/.-])", day, text)
    text = re.sub(rf"(?<!\d)(\d{{4}})年?{_TO}(\d{{4}})年", year_range, text)
    text = re.sub(
        r"(?<!\d)(19\d\d|20\d[1-9]|20[1-9]\d|[12]\d{3}(?=\s?年(?![以之]?[前后来间内]|的历史|多|历史)))(?=\s?年)",
        lambda m: digits(m.group(1)),
        text,
    )
    text = re.sub(r"(?<!\d)(\d{2})(?=年[代初底])", lambda m: _short_year(m), text)
    text = re.sub(r"(?<=')(\d{2})(?=年)", lambda m: digits(m.group(1)), text)
    text = re.sub(r"(?<=[年月日号])\s?[-–—~～]\s?(?=\d)", "到", text)
    text = re.sub(rf"(?<!\d)(\d{{1,2}}){_TO}(\d{{1,2}})(?=\s?[月日号])", lambda m: _range(*m.group(1, 2)), text)
    return re.sub(r"(?<![\d.])(\d{1,2})(?=\s?[月日号])", lambda m: cardinal(int(m.group(1))), text)


def _short_year(match: Match[str]) -> str:
    """90年代 is 九十年代, 08年底 is 零八年底."""
    return (
        cardinal(int(match.group(1)))
        if match.string[match.end() : match.end() + 2] == "年代"
        else digits(match.group(1))
    )


def _times(text: str) -> str:
    def clock(match: Match[str]) -> str:
        hour, minute, second, half = int(match.group(1)), int(match.group(2)), match.group(3), match.group(4)
        if hour > 24 or minute > 59:
            return match.group()
        said = _hour(hour, half)
        if minute or second:
            said += ("零" if 0 < minute < 10 else "") + cardinal(minute) + "分"
        else:
            said += "整"
        return said + (f"{cardinal(int(second))}秒" if second else "")

    def full_hour(match: Match[str]) -> str:
        return _hour(int(match.group(1)), match.group(2))

    half = r"\s?([ap])\.?m\b\.?"
    text = re.sub(
        rf"(?<![\d:.])(\d{{1,2}})[:：](\d{{2}})(?:[:：](\d{{2}}))?(?:{half})?(?![\d:：])",
        clock,
        text,
        flags=re.I | re.A,
    )
    return re.sub(rf"(?<![\d:.A-Za-z])(1[0-2]|[1-9]){half}", full_hour, text, flags=re.I | re.A)


def _hour(hour: int, half: str | None) -> str:
    """The hour, after the part of the day that am and pm stand for."""
    said = ("两" if hour == 2 else cardinal(hour)) + "点"
    if not half or not 1 <= hour <= 12:
        return said
    if half in "aA":
        return "凌晨零点" if hour == 12 else ("凌晨" if hour < 5 else "早上" if hour < 8 else "上午") + said
    return ("中午" if hour == 12 else "下午" if hour < 6 else "晚上") + said


def _scores(text: str) -> str:
    """3-2 is 三比二 where somebody wins or loses; elsewhere the dash is a range."""
    outcome = "战胜|击败|获胜|取胜|险胜|大胜|负于|输给|领先|落后|逆转|战平|完胜|惜败|胜|负|平"
    text = re.sub(r"(?<=比分)([为是定格在：:\s]{0,4})(\d{1,3})[-–—](\d{1,3})(?!\d)", _score_after_cue, text)
    return re.sub(rf"(?<![\d.-])(\d{{1,3}})[-–—](\d{{1,3}})(?=\s?(?:{outcome}))", r"\1:\2", text)


def _score_after_cue(match: Match[str]) -> str:
    return match.group(1) + "比".join(map(number, match.group(2, 3)))


def _rates(text: str) -> str:
    """10-20公里/小时 is 每小时十到二十公里, 3kg/m³ is 每立方米三公斤."""

    def per(match: Match[str]) -> str:
        counted, by = match.group("counted"), match.group("by")
        numbers = _count_range(*match.group("low", "high", "many"))
        is_said = match.string[: match.start()].rstrip("约为达是").endswith(("时速", "秒速", "每" + by))
        return ("" if is_said else f"每{UNITS.get(by, by)}") + numbers + UNITS.get(counted, counted)

    numbers = rf"(?<![\d.,A-Za-z])(?P<low>{_NUM})(?:{_TO}(?P<high>{_NUM}))?(?P<many>{_MANY})?\s?"
    text = re.sub(rf"{numbers}(?P<counted>{COUNTED_PER})/(?P<by>{PERIODS_AND_MEASURES})", per, text)
    # the tables' own rates (km/h) have words of their own
    latin, closing = _alternatives(list(UNITS)), r"(?![A-Za-z²³/])"
    return re.sub(
        rf"{numbers}(?!(?:{_alternatives(list(RATES))}){closing})(?P<counted>{latin})/(?P<by>{latin}){closing}",
        per,
        text,
    )


def _money(text: str) -> str:
    def amount(match: Match[str]) -> str:
        low, high, many = match.group("low", "high", "many")
        return _count_range(low, high, many) + CURRENCIES[match.group("unit")]

    many = rf"(?P<many>\s?{_MANY})?"
    low, high = rf"(?P<low>{_NUM})", rf"(?P<high>{_NUM})"
    before = rf"(?P<unit>{_CURRENCY})\s?{low}(?:{_TO}(?:{_CURRENCY})?{high})?{many}(?:元|美元|欧元|英镑)?"
    after = rf"{low}(?:{_TO}{high})?{many}\s?(?P<unit>{_CURRENCY})(?![A-Za-z])"
    return re.sub(after, amount, re.sub(rf"(?<![A-Za-z]){before}", amount, text))


def _count_range(low: str, high: str | None, many: str | None) -> str:
    return count(low) + (f"到{count(high)}" if high else "") + (many or "").strip()


def _range(low: str, high: str) -> str:
    return f"{number(low)}到{number(high)}"


def _shares(text: str) -> str:
    def share(match: Match[str]) -> str:
        sign, low, high, unit = match.group("sign", "low", "high", "unit")
        whole = "百分之" if unit == "%" else "千分之"
        return ("负" if sign else "") + whole + number(low) + (f"到{whole}{number(high)}" if high else "")

    return re.sub(
        rf"(?:(?<![0-9A-Za-z.])(?P<sign>[-−]))?(?<![\d.,])(?P<low>{_NUM})(?:[%‰]?{_TO}(?P<high>{_NUM}))?\s?(?P<unit>[%‰])",
        share,
        text,
    )


def _measures(text: str) -> str:
    def rate(match: Match[str]) -> str:
        per, unit = RATES[match.group("unit")]
        per = "" if match.string[: match.start()].rstrip("约为达是").endswith(("时速", "秒速")) else per
        return per + _count_range(match.group("low"), match.group("high"), match.group("many")) + unit

    def measure(match: Match[str]) -> str:
        sign, unit = match.group("sign"), UNITS[match.group("unit")]
        low, high, many = match.group("low", "high", "many")
        if unit == "摄氏度" and sign:
            return "零下" + _count_range(low, high, many) + unit
        return ("负" if sign else "") + _count_range(low, high, many) + unit

    sign = r"(?:(?<![0-9A-Za-z.,])(?P<sign>[-−]))?(?<![\d.,A-Za-z])"
    numbers = rf"{sign}(?P<low>{_NUM})(?:{_TO}(?P<high>{_NUM}))?(?P<many>{_MANY})?\s?"
    text = re.sub(rf"{numbers}(?P<unit>{_alternatives(list(RATES))})(?![A-Za-z/])", rate, text)
    return re.sub(rf"{numbers}(?P<unit>{_alternatives(list(UNITS))})(?![A-Za-z²³/])", measure, text)


def _numbers(text: str) -> str:
    def of(match: Match[str]) -> str:
        whole, top, bottom = match.group(1), match.group(2), match.group(3)
        return (f"{number(whole)}又" if whole else "") + f"{cardinal(int(bottom))}分之{cardinal(int(top))}"

    def counted(match: Match[str]) -> str:
        low, high = match.group(1), match.group(2)
        return _count_range(low, high, None)

    text = re.sub(r"(?<![0-9A-Za-z/.])(?:(\d+) )?(\d{1,3})/(\d{1,4})(?![0-9A-Za-z/])", of, text)
    text = re.sub(
        r"第(\d+)[-–—~～至到]第?(\d+)", lambda m: "到".join(f"第{cardinal(int(n))}" for n in m.group(1, 2)), text
    )
    text = re.sub(r"(?<=第)(\d+)", lambda m: cardinal(int(m.group(1))), text)
    text = re.sub(
        r"(?<![\d.:])(\d{1,3})[:：](\d{1,3})(?![\d.:])", lambda m: "比".join(map(number, m.group(1, 2))), text
    )
    text = re.sub(r"(?<!\d)(985|211|996)(?=高校|工程|大学|院校|工作制)", lambda m: digits(m.group()), text)
    text = re.sub(r"(?<!\d)([05-9]0|[5-9]5)(?=后(?![来面]))", lambda m: digits(m.group()), text)
    text = re.sub(r"(?<=[编号码])(\s?[：:是为]?\s?)(\d{3,})", lambda m: m.group(1) + digits(m.group(2)), text)
    text = re.sub(rf"(?<![\d.,])({_NUM})(?:{_TO}({_NUM}))?(?=\s?(?:多|几|来)?(?:{MEASURE_WORDS}))", counted, text)
    text = re.sub(
        rf"(?<![0-9A-Za-z.-])({_NUM})[-–—~～至到]({_NUM})(?![0-9A-Za-z-])", lambda m: _range(*m.group(1, 2)), text
    )
    text = re.sub(r"(?<=[A-Za-z])-(?=\d)", " ", text)
    text = re.sub(r"(?<!\d)(?<![零一二三四五六七八九十百千万亿0-9A-Za-z)])[-−](?=\d)", "负", text)
    text = re.sub(r"\d+(?:\.\d+){2,}", lambda m: "点".join(cardinal(int(part)) for part in m.group().split(".")), text)
    text = re.sub(
        r"(?<![\d.,])\d{9,}(?![\d.,])", lambda m: digits(m.group()) if len(m.group()) > 13 else number(m.group()), text
    )
    return re.sub(_NUM, lambda m: number(m.group()), text)


def _letters(text: str) -> str:
    def say(match: Match[str]) -> str:
        word = match.group()
        if word in LETTER_WORDS or (len(word) > 3 and re.search("[AEIOU]", word)):
            return word
        return " ".join(word)

    return re.sub(r"(?<![A-Za-z])[A-Z]{2,5}(?![A-Za-z])", say, text)


def _signs(text: str) -> str:
    text = re.sub(r"(?<=[A-Za-z])\s?&\s?(?=[A-Za-z])", " and ", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff])/(?=[\u4e00-\u9fff])", "或", text)
    return "".join(SIGNS.get(char, char) for char in text.replace("/", " "))
