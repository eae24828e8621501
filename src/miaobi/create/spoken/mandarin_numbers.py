"""Mandarin number words."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
_SMALL_UNITS = ("", "十", "百", "千")
_BIG_UNITS = ("", "万", "亿", "万亿", "亿亿")
_MOST_DIGITS = 4 * len(_BIG_UNITS)


def cardinal(value: int) -> str:
    """1204 -> 一千二百零四, 20000 -> 两万, 12 -> 十二; digit by digit above 20 digits."""
    if value < 0:
        return "负" + cardinal(-value)
    if value == 0:
        return "零"
    if len(str(value)) > _MOST_DIGITS:
        return digits(str(value))
    groups = []
    while value:
        value, group = divmod(value, 10000)
        groups.append(group)
    words = ""
    for scale in range(len(groups) - 1, -1, -1):
        group = groups[scale]
        if group == 0:
            continue
        if words and (group < 1000 or groups[scale + 1] == 0):
            words += "零"
        unit = _BIG_UNITS[scale]
        words += ("两" if group == 2 and scale else _below_ten_thousand(group)) + unit
    return words[1:] if words.startswith("一十") else words  # 12 is 十二, not 一十二


def _below_ten_thousand(value: int) -> str:
    words, is_gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            is_gap = bool(words)
            continue
        name = "两" if digit == 2 and place >= 2 else DIGITS[digit]
        words += ("零" if is_gap else "") + name + _SMALL_UNITS[place]
        is_gap = False
    return words


def digits(text: str, *, is_phone: bool = False) -> str:
    """2026 -> 二零二六; on the telephone 1 is 幺."""
    said = "".join(DIGITS[int(char)] for char in text if char in "0123456789")
    return said.replace("一", "幺") if is_phone else said


def number(text: str) -> str:
    """A written number with an optional sign, thousands separators and decimals: "-1,234.50"."""
    sign = "负" if text[:1] in "-−" else ""
    whole, point, fraction = text.lstrip("-−+").replace(",", "").partition(".")
    if not point and len(whole) > 1 and whole.startswith("0"):
        return sign + digits(whole)
    return sign + cardinal(int(whole or "0")) + (f"点{digits(fraction)}" if point and fraction else "")


def count(text: str) -> str:
    """A number before a measure word: 2 is 两 there."""
    return "两" if text == "2" else number(text)
