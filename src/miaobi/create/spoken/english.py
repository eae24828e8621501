"""Writing out English: what a reader aloud says for figures, dates, money, units and abbreviations.

The rules run in order, each on what the ones before it left; a rule turns what it knows into plain words, which no
later rule touches. American reading, dates in the order month, day.
"""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.addresses import say_addresses
from miaobi.create.spoken.english_codes import say_codes
from miaobi.create.spoken.english_formulas import say_chemistry, say_formulas, say_sizes
from miaobi.create.spoken.english_initials import drop_initials_stops, opens_sentence
from miaobi.create.spoken.english_numbers import cardinal, digits, fraction, number, ordinal, plural, roman, year
from miaobi.create.spoken.english_ranges import (
    MONTH,
    close_up_ranges,
    month_name,
    say_date_ranges,
    say_time_ranges,
)
from miaobi.create.spoken.english_words import (
    ABBREVIATIONS,
    ADDRESS_SIGNS,
    BEFORE_NUMBER,
    COUNTED_IN_ROMAN,
    CURRENCIES,
    MAGNITUDES,
    MONTHS,
    ORDINARY_WORDS,
    REGNAL_NAMES,
    SAID_AS_WORDS,
    SIGNS,
    SPELLED_OUT,
    TITLES,
    UNITS,
    VULGAR_FRACTIONS,
    YEAR_CUES,
)

_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_DASH = r"\s?[-–—~]\s?"
_SCALE = "thousand|million|billion|trillion"


def _alternatives(words: object) -> str:
    """A pattern that matches any of `words`, the longest first."""
    assert isinstance(words, (dict, list, tuple, frozenset))
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_SHARED_TITLES = "Mr|Mrs|Ms|Dr|Prof"
# "a $5 bill": what is counted stands in the singular before a noun
_DESCRIBES = re.compile(r"\b[Aa]n? $")
_DESCRIBED = re.compile(
    r" (?!(?:and|or|for|to|in|of|on|at|by|is|was|per|each|a|an|the|from|with|as|but|if|when|more|less|every)\b)[a-z]"
)
_CURRENCY = _alternatives(list(CURRENCIES))


def write_out_english(text: str) -> str:
    """One line of English with figures and abbreviations in words."""
    for rule in (
        close_up_ranges, say_chemistry, _plain_characters, _addresses, say_codes, _abbreviations, _roman_numerals,
        say_date_ranges, _dates, say_time_ranges, _times, _money, say_sizes, _measures, say_formulas, _numbers,
        _initialisms, _signs,
    ):  # fmt: skip
        text = rule(text)
    return text


def tidy(text: str) -> str:
    """One space between words, none before a mark, no two marks in a row but the stronger one."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:!?…])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[.!?…])", "", text)
    text = re.sub(r"([.!?;:])(?:\s*[,;:])+", r"\1", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    return text.strip(" ,;:")


def _plain_characters(text: str) -> str:
    for sign, figures in VULGAR_FRACTIONS.items():
        text = re.sub(rf"(?<=\d){sign}", f" {figures}", text).replace(sign, figures)
    text = text.translate(str.maketrans("０１２３４５６７８９，％　“”‘’−₀₁₂₃₄", "0123456789,% \"\"''-01234"))
    text = re.sub(r"\s[-–—]{1,3}\s|—|--+", ", ", text)
    return re.sub(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200b-\u200d]", " ", text)


def _addresses(text: str) -> str:
    return say_addresses(text, ADDRESS_SIGNS, digits)


def _abbreviations(text: str) -> str:
    text = re.sub(r"\bSt\.?\s(?=[A-Z])", "Saint ", text)
    text = re.sub(r"(?<=[a-z] )St\.(?=\s|$|,)", "Street", text)
    text = re.sub(rf"\b({_SHARED_TITLES})\.?(?= (?:and|&) (?:{_SHARED_TITLES})\b)", lambda m: TITLES[m.group(1)], text)
    text = re.sub(rf"\b({_alternatives(TITLES)})\.?\s(?=[A-Z])", lambda m: TITLES[m.group(1)] + " ", text)
    text = drop_initials_stops(text)
    text = re.sub(r"\b(Sat|Sun)\.(?=,)", lambda m: {"Sat": "Saturday", "Sun": "Sunday"}[m.group(1)], text)
    text = re.sub(r"\bPh\.?\s?D\b\.?", "P H D", text)
    text = re.sub(rf"\b({_alternatives(BEFORE_NUMBER)})\.\s?(?=\d)", lambda m: _number_noun(m) + " ", text, flags=re.I)
    text = re.sub(r"\bv(?=\d)", "version ", text)
    text = re.sub(r"\b([ap])\.\s?m\.?(?!\w)", lambda m: f"{m.group(1)}m{_stop(m)}", text, flags=re.I)
    # letters with a full stop each: U.S., U.K., D.C.
    text = re.sub(r"\b(?:[A-Z]\.){2,}(?=\s+[A-Z][a-z]|\s*$)", lambda m: _spell(m.group()) + _stop(m), text)
    text = re.sub(r"\b(?:[A-Z]\.){2,}", lambda m: _spell(m.group()), text)

    def expand(match: Match[str]) -> str:
        is_last = match.group().endswith(".") and not text[match.end() :].strip()
        return ABBREVIATIONS[match.group(1)] + ("." if is_last else "")

    return re.sub(rf"(?<![\w.])({_alternatives(ABBREVIATIONS)})(?!\w)", expand, text)


def _number_noun(match: Match[str]) -> str:
    word = BEFORE_NUMBER[match.group(1).lower()]
    return word.capitalize() if match.group(1)[0].isupper() else word


def _stop(match: Match[str]) -> str:
    """The full stop of "in the U.S." also ends the sentence, at the end of a text and before "The"."""
    rest = match.string[match.end() :]
    return "." if match.group().endswith(".") and (not rest.strip() or opens_sentence(rest)) else ""


def _spell(letters: str) -> str:
    return " ".join(char for char in letters if char.isalpha())


def _roman_numerals(text: str) -> str:
    def count(match: Match[str]) -> str:
        value = roman(match.group(2))
        return match.group() if value is None else f"{match.group(1)} {cardinal(value)}"

    def reign(match: Match[str]) -> str:
        value = roman(match.group(2))
        return match.group() if value is None else f"{match.group(1)} the {ordinal(value)}"

    text = re.sub(rf"\b({_alternatives(COUNTED_IN_ROMAN)}) ([IVXLC]+)\b", count, text)
    return re.sub(rf"\b({_alternatives(REGNAL_NAMES)}) ([IVX]+)\b(?!\.? [a-z]*'m)", reign, text)


def _dates(text: str) -> str:
    def month_first(match: Match[str]) -> str:
        name, day, past = match.group(1, 2, 3)
        return f"{month_name(name)} {ordinal(int(day))}" + (f", {year(int(past))}" if past else "")

    def day_first(match: Match[str]) -> str:
        day, name, past = match.group(1, 2, 3)
        return f"the {ordinal(int(day))} of {month_name(name)}" + (f", {year(int(past))}" if past else "")

    def iso(match: Match[str]) -> str:
        past, month, day = (int(part) for part in match.group(1, 2, 3))
        return _written_date(past, month, day) or match.group()

    def slashed(match: Match[str]) -> str:
        month, day, past = (int(part) for part in match.group(1, 2, 3))
        month, day = (day, month) if month > 12 else (month, day)
        return _written_date(past, month, day) or match.group()

    def dotted(match: Match[str]) -> str:  # the dates with full stops are European: day, month
        day, month, past = (int(part) for part in match.group(1, 2, 3))
        return _written_date(past, month, day) or match.group()

    text = re.sub(r"\b(\d{3}0)'?s\b", lambda m: plural(year(int(m.group(1)))), text)
    text = re.sub(r"'?\b([2-9]0)'?s\b", lambda m: plural(cardinal(int(m.group(1)))), text)
    text = re.sub(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b", iso, text)
    text = re.sub(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", slashed, text)
    text = re.sub(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.]*\d)", dotted, text)
    text = re.sub(rf"\b({MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?!:|,\d|\.\d)(?:,? (\d{{4}})\b)?", month_first, text)
    text = re.sub(rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({MONTH})\b(?:,? (\d{{4}})\b)?", day_first, text)
    return re.sub(rf"\b({MONTH}),? (\d{{4}})\b", lambda m: f"{month_name(m.group(1))} {year(int(m.group(2)))}", text)


def _written_date(past: int, month: int, day: int) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(past)}"


def _times(text: str) -> str:
    def clock(match: Match[str]) -> str:
        hour, minute, half = int(match.group(1)), int(match.group(2)), match.group(4)
        if hour > 24 or minute > 59:
            return match.group()
        if minute == 0:
            said = cardinal(hour) + ("" if half else (" o'clock" if 1 <= hour <= 12 else " hundred"))
        else:
            said = f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}"
        seconds = f" and {cardinal(int(match.group(3)))} seconds" if match.group(3) else ""
        return said + seconds + (f" {half[0].upper()} M" if half else "")

    text = re.sub(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap]m)\b)?(?![\d:])", clock, text, flags=re.I)
    return re.sub(
        r"\b(\d{1,2})\s?([ap])m\b", lambda m: f"{cardinal(int(m.group(1)))} {m.group(2).upper()} M", text, flags=re.I
    )


def _money(text: str) -> str:
    short = _alternatives(MAGNITUDES)

    def amount(match: Match[str]) -> str:
        one, many, cent, cents = CURRENCIES[match.group("unit")]
        if _DESCRIBES.search(text[: match.start()]) and _DESCRIBED.match(text[match.end() :]):
            many, cents = one, cent
        low, high, size = match.group("low", "high", "size")
        if size:
            size = " " + MAGNITUDES.get(size.strip(), size.strip())
            return _range(low, high) + f"{size} {many}"
        whole, _, rest = low.replace(",", "").partition(".")
        if high or (rest and len(rest) != 2) or (rest and not cent):
            return f"{_range(low, high)} {many}"
        said = f"{cardinal(int(whole))} {one if whole == '1' else many}"
        if rest and int(rest):
            small = f"{cardinal(int(rest))} {cent if int(rest) == 1 else cents}"
            return small if whole == "0" else f"{said} and {small}"
        return said

    size = rf"(?P<size>\s(?:{_SCALE})\b|(?:{short})(?![A-Za-z]))?"
    before = rf"(?P<unit>{_CURRENCY})\s?(?P<low>{_NUM})(?:{_DASH}(?:{_CURRENCY})?(?P<high>{_NUM}))?{size}"
    after = rf"(?P<low>{_NUM})(?:{_DASH}(?P<high>{_NUM}))?{size}\s?(?P<unit>{_CURRENCY})(?![A-Za-z])"
    return re.sub(after, amount, re.sub(rf"(?<![A-Za-z]){before}", amount, text))


def _range(low: str, high: str | None) -> str:
    return number(low) + (f" to {number(high)}" if high else "")


def _measures(text: str) -> str:
    def measure(match: Match[str]) -> str:
        sign, low, high, size, unit = match.group("sign", "low", "high", "size", "unit")
        one, many = UNITS[unit]
        is_one = low == "1" and not high and not size
        return ("minus " if sign else "") + _range(low, high) + (size or "") + f" {one if is_one else many}"

    def share(match: Match[str]) -> str:
        return ("minus " if match.group("sign") else "") + _range(*match.group("low", "high")) + " percent"

    def inches(match: Match[str]) -> str:
        return f"{_range(*match.group('low', 'high'))} {'inch' if match.group('low') == '1' else 'inches'}"

    numbers = rf"(?:(?<![\w.,])(?P<sign>[-−]))?(?<![\w.,])(?P<low>{_NUM})"
    high = rf"(?:{_DASH}(?P<high>{_NUM}))?"
    size = rf"(?P<size> (?:{_SCALE}))?"
    goes_on = r"(?:\.(?= [a-z]|,))?"  # the full stop of "6 ft. tall" is the unit's
    text = re.sub(rf"{numbers}(?:%?{_DASH}(?P<high>{_NUM}))?\s?(?:%|percent\b)", share, text)
    text = re.sub(rf"{numbers}{high}\s?in(?:\.(?= [a-z]|,)|(?=\.(?:\s|$)))", inches, text)
    # a lone letter after a space is not a unit where it could be a word: "5 s" and "3 m" are, "4 I" is not
    unit = rf"(?P<unit>{_alternatives(UNITS)})(?![\w²³/])(?!-\w)"
    return re.sub(rf"{numbers}{high}{size}\s?{unit}{goes_on}", measure, text)


def _numbers(text: str) -> str:
    def four_digits(match: Match[str]) -> str:
        value = int(match.group())
        words = text[: match.start()].split()
        is_cued = bool(words) and words[-1].lower().strip("(,'\"") in YEAR_CUES
        return year(value) if 1900 <= value <= 2099 or (is_cued and 1000 <= value <= 2099) else cardinal(value)

    def part(match: Match[str]) -> str:
        whole, top, bottom = match.group(1), int(match.group(2)), int(match.group(3))
        if 2 <= bottom <= 20 and top < bottom:
            said = fraction(top, bottom)
        else:  # a score: 98/100
            said = f"{cardinal(top)} {'out of' if top <= bottom else 'over'} {cardinal(bottom)}"
        return f"{number(whole)} and {said}" if whole else said

    text = re.sub(
        r"\b(\d{1,3}(?:,\d{3})*|\d+)(?:st|nd|rd|th)\b", lambda m: ordinal(int(m.group(1).replace(",", ""))), text
    )
    text = re.sub(r"(?<![\d:.])(\d{1,3}):(\d{1,3})(?![\d:])", lambda m: _range(*m.group(1, 2)), text)
    text = re.sub(r"(?<![\w/.])(?:(\d+) )?(\d{1,3})/(\d{1,4})(?![\w/])", part, text)
    text = re.sub(
        r"\+?\b\d{1,4}(?:[- ]\d{2,4}){2,}\b", lambda m: ", ".join(map(digits, re.split("[- ]", m.group()))), text
    )
    text = re.sub(r"\b((?:1[1-9]|20)\d\d)[-–—]((?:1[1-9]|20)\d\d|\d\d)\b(?!-)", _year_range, text)
    text = re.sub(r"(?<=\b[A-Z])-(?=\d)|(?<=[A-Z]{2})-(?=\d)", " ", text)
    text = re.sub(rf"(?<![\w.-])({_NUM})[-–—~]({_NUM})(?![\w-]|\.\d)", lambda m: _range(*m.group(1, 2)), text)
    text = re.sub(r"\b(\d+)(?:\.(\d+)){2,}\b", lambda m: " point ".join(map(_piece, m.group().split("."))), text)
    text = re.sub(rf"\b({_NUM})x\b", lambda m: number(m.group(1)) + " times", text)
    text = re.sub(
        rf"(?<![\w.,])({_NUM})M(?!\w)(?= [a-z]|\+)(?! (?:is|was|has|said|says|makes|made|will)\b)", _million, text
    )
    text = re.sub(rf"\b({_NUM})k\b", lambda m: number(m.group(1)) + " thousand", text)
    text = re.sub(r"(?<![\d.,\w])(?<!\d-)\d{4}(?![\d\w]|[.,]\d)", four_digits, text)
    text = re.sub(r"(?<![\w)\]])[-−](?=\d)", "minus ", text)
    return re.sub(_NUM, _between_letters, text)


def _year_range(match: Match[str]) -> str:
    """1990-2000, or 2024-25."""
    return f"{year(int(match.group(1)))} to {year(int(match.group(2)))}"


def _million(match: Match[str]) -> str:
    return number(match.group(1)) + " million"


def _piece(text: str) -> str:
    return cardinal(int(text))


def _between_letters(match: Match[str]) -> str:
    """A number as words, apart from letters it touches: "B2B" -> "B two B", "GPT-4" -> "GPT four"."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    head = " " if before[-1:].isalpha() else ""
    tail = " " if after[:1].isalpha() else ""
    return head + number(match.group()) + tail


def _initialisms(text: str) -> str:
    is_shouted = not re.search(r"[a-z]", re.sub(r"\b(?:zero|one|two|and)\b", "", text)) and len(text.split()) > 2

    def say(match: Match[str]) -> str:
        word, ending = match.group(1), match.group(2) or ""
        if is_shouted or not is_spelled(word):
            return match.group()
        return " ".join(word) + ending

    return re.sub(r"\b([A-Z]{2,6})(s\b|'s\b)?(?![a-zA-Z])", say, text)


def is_spelled(word: str) -> bool:
    """Whether a word in capitals is said letter by letter: AI, CEO, HTML; not NASA, nor STOP."""
    if word in SAID_AS_WORDS or word in ORDINARY_WORDS:
        return False
    return len(word) <= 3 or word in SPELLED_OUT or not re.search("[AEIOUY]", word)


def _signs(text: str) -> str:
    text = re.sub(r"(?<=[a-z])/(?=[a-z])", " ", text)
    text = text.replace("/", " slash ")
    return "".join(SIGNS.get(char, char) for char in text)
