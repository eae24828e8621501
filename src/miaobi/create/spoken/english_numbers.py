"""English number words."""

from __future__ import annotations

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion")
_IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_MOST_DIGITS = 3 * len(_SCALES)


def cardinal(value: int) -> str:
    """1204 -> "one thousand two hundred and four"; digit by digit above a sextillion."""
    if value < 0:
        return "minus " + cardinal(-value)
    if len(str(value)) > _MOST_DIGITS:
        return digits(str(value))
    if value < 1000:
        return _below_thousand(value)
    words: list[str] = []
    scale, rest = 0, value
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            joint = "and " if scale == 0 and group < 100 else ""
            words.insert(0, joint + _below_thousand(group) + _SCALES[scale])
        scale += 1
    return " ".join(words)


def _below_thousand(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    return f"{_ONES[hundreds]} hundred" + (f" and {_below_thousand(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """21 -> "twenty-first"."""
    return _to_ordinal(cardinal(value))


def _to_ordinal(words: str) -> str:
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    head, last = words[:cut], words[cut:]
    if last in _IRREGULAR_ORDINALS:
        return head + _IRREGULAR_ORDINALS[last]
    return head + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def digits(text: str) -> str:
    """ "907" -> "nine zero seven"; everything else is left out."""
    return " ".join(_ONES[int(char)] for char in text if char in "0123456789")


def number(text: str) -> str:
    """A written number with an optional sign, thousands separators and decimals: "-1,234.50"."""
    sign = "minus " if text[:1] in "-−" else ""
    whole, point, fraction = text.lstrip("-−+").replace(",", "").partition(".")
    if not point and len(whole) > 1 and whole.startswith("0"):
        return sign + digits(whole)
    words = cardinal(int(whole or "0"))
    return sign + words + (f" point {digits(fraction)}" if point and fraction else "")


def year(value: int) -> str:
    """2026 -> "twenty twenty-six", 1905 -> "nineteen oh five", 2005 -> "two thousand and five"."""
    century, rest = divmod(value, 100)
    if 2000 <= value <= 2009 or value < 1000 or (rest == 0 and century % 10 == 0):
        return cardinal(value)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def plural(words: str) -> str:
    """ "nineteen ninety" -> "nineteen nineties", "two thousand" -> "two thousands"."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith("x") else "s")


def fraction(top: int, bottom: int) -> str:
    """3/4 -> "three quarters", 1/2 -> "one half", 5/100 -> "five hundredths"."""
    if bottom == 2:
        part = "half" if top == 1 else "halves"
    elif bottom == 4:
        part = "quarter" if top == 1 else "quarters"
    else:
        part = ordinal(bottom) + ("" if top == 1 else "s")
    return f"{cardinal(top)} {part}"


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral in its canonical form up to 3999, None when it is not one."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    if not numeral or any(char not in values for char in numeral):
        return None
    amounts = [values[char] for char in numeral]
    following = [*amounts[1:], 0]
    total = sum(-now if now < after else now for now, after in zip(amounts, following, strict=True))
    return total if _to_roman(total) == numeral else None


def _to_roman(value: int) -> str:
    table = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    out = ""
    for amount, letters in table:
        count, value = divmod(value, amount)
        out += letters * count
    return out
