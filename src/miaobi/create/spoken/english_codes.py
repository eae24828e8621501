"""Numbers that are names in English: telephone numbers, emergency numbers, ISBNs; said figure by figure."""

from __future__ import annotations

import re
from re import Match

from miaobi.create.spoken.english_numbers import digits

_EMERGENCY = "911|999|988|112|110|119|120|000|411|311"
_DIALLING = r"(?:call|calls|called|calling|dial|dials|dialed|dialled|dialing|dialling|ring|text|phone|phoned)"
_PHONE_CUE = re.compile(r"(?:\b(?:call|dial|phone|tel|telephone|fax|text|number|ring)(?: \w+)?[.:]?|☎) ?$", re.I)


def say_codes(text: str) -> str:
    """`text` with the numbers that are names in words."""
    text = re.sub(r"\bISBN(?:-1[03])?:? ?(\d[\d -]{7,15}[\dX])\b", lambda m: f"I S B N {_groups(m.group(1))}", text)
    text = re.sub(
        rf"\b({_DIALLING}) ({_EMERGENCY})\b(?![,.]\d| (?:people|times|[a-z]+ers)\b)", _dialled, text, flags=re.I
    )
    text = re.sub(r"\b911(?= (?:call|operator|dispatcher|center|service)s?\b)", "nine one one", text)
    text = re.sub(r"(?<![\d/])9/11(?![\d/])", "nine eleven", text)
    text = re.sub(r"(?:\+?\b1[ -]?)?\((\d{3})\) ?(\d{3})[-. ](\d{4})\b", lambda m: _groups(m.group().lstrip("+")), text)
    return re.sub(r"(?<![\w.,/+-])(\d{3})-(\d{4})(?![\w/-]|[.,]\d)", _local_number, text)


def _groups(code: str) -> str:
    """Figures one by one, a breath between the groups; the X that closes some ISBNs is a letter."""
    groups = [group for group in re.split(r"[^\dX]+", code) if group]
    return ", ".join(digits(group) + (" X" if group.endswith("X") else "") for group in groups).replace(",  X", ", X")


def _dialled(match: Match[str]) -> str:
    return f"{match.group(1)} {digits(match.group(2))}"


def _local_number(match: Match[str]) -> str:
    """555-1234; but 500-1000 is a range: round numbers are, unless a telephone is spoken of."""
    is_round = match.group(1).endswith("0") or match.group(2).endswith("0")
    if is_round and not _PHONE_CUE.search(match.string[: match.start()]):
        return match.group()
    return _groups(match.group())
