"""Claims in English and other texts in Latin letters; see `claims.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from miaobi.evaluate.numbers import numbers_as_digits, plain_number
from miaobi.evaluate.wording import fold, sentences, stems

_CURRENCY = r"[$€£¥]|US\$"
_NUMBER = re.compile(
    rf"(?<![\w.\-/])(?P<sign>{_CURRENCY})?\s?(?P<value>\d+(?:,\d{{3}})*(?:\.\d+)?)"
    r"(?P<unit>\s?%|(?:st|nd|rd|th|s)\b|\s?(?:°\s?[CF]|[kcm]?m|k?g|ha|[ap]\.?m|mph|bn|[kKMBGx])\b)?(?![\w]|\.\d|-\d)"
)
_RANGE = re.compile(r"(?<=\d)\s?(?:-|–|—)\s?(?=\d)")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+|\b[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)@\w{3,}", re.IGNORECASE)
_QUOTE = re.compile(r"“([^”]{8,}?)”|\"([^\"\n]{8,}?)\"")
_PROPER = r"[A-Z\u00c0-\u00de][^\W\d_]*(?:[’'\-][^\W\d_]+)*(?![\w\d])\.?"
_NAME = re.compile(rf"(?<![\w.]){_PROPER}(?:\s(?:(?:of|the|de|van|von|der|la|le|del|&)\s){{0,2}}{_PROPER})*")
_TITLE = re.compile(r"(?:Dr|Prof|Professor|Mr|Mrs|Ms|President|Senator|Mayor|Queen|King|Sir|Lady|Saint)\.?$")
_SPOKEN_FROM = 10
"""Numbers in words below this are ordinary language: two reasons, one of them."""

_DAYS = "i monday tuesday wednesday thursday friday saturday sunday christmas easter eve day year new ok tv internet"
_MONTHS = "january february march april may june july august september october november december"
_PEOPLES = (
    "english british american french german chinese japanese indian italian spanish european asian african western "
    "eastern northern southern roman greek latin mandarin dutch russian korean canadian australian mexican brazilian "
    "christian jewish muslim buddhist arab arabic victorian"
)
_GLOBE = (
    "earth sun moon north south east west pole hemisphere equator europe asia africa america antarctica australia "
    "pacific atlantic arctic ocean middle ages age stone bronze iron milky way united states kingdom mother nature"
)
_PLAIN_CAPITALS = frozenset(f"{_DAYS} {_MONTHS} {_PEOPLES} {_GLOBE}".split())
"""Words with a capital that name nothing a source is wanted for."""


def english_claims(text: str, known: str) -> Iterator[tuple[str, str, str]]:
    """(kind, text, key) of every claim. `known` helps to tell names: a word it holds in small letters is none."""
    bare = text
    for match in _ADDRESS.finditer(text):
        yield "address", match.group().rstrip(".,;:)"), fold(match.group().rstrip(".,;:)"))
        bare = bare.replace(match.group(), " ")
    for match in _QUOTE.finditer(bare):
        quoted = match.group(1) or match.group(2)
        if len(quoted.split()) >= 3:
            yield "quote", quoted, _plain(quoted)
    yield from _numbers(bare)
    small = set(re.findall(r"\b[a-z][\w’'\-]*", f"{bare} {known}"))
    for sentence in sentences(bare):
        yield from _names(sentence, small)


def english_support(kind: str, key: str, source: str) -> bool:
    """Whether the source holds the claim's key."""
    if kind == "number":
        return key in {found for _, _, found in _numbers(source, every=True)}
    if kind == "quote":
        return f" {key} " in f" {_plain(source)} "
    if kind == "name":
        return f" {key} " in f" {' '.join(stems(source))} "
    return key in fold(source)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


# ---------------------------------------------------------------- numbers


def _numbers(text: str, *, every: bool = False) -> Iterator[tuple[str, str, str]]:
    """Numbers with their sign and unit; those in words from ten up, or all with `every`."""
    text = re.sub(r"^\s*\d{1,2}[.)]\s", "", text, flags=re.MULTILINE)
    text = _DATE.sub(lambda m: f"{m[1]} {int(m[2])} {int(m[3])}", text)
    for sentence in sentences(text):
        digits = _RANGE.sub(" to ", sentence)
        for match in _NUMBER.finditer(numbers_as_digits(digits, "en")):
            unit = (match["unit"] or "").strip()
            key = plain_number(match["value"]) + ("%" if unit == "%" else "")
            in_digits = any(_same(match["value"], found) for found in re.findall(r"\d+(?:[.,]\d+)*", digits))
            after = match.string[match.end() : match.end() + 12]
            is_rank = unit in {"st", "nd", "rd", "th"} and (not in_digits or re.match(r"[- ]centur", after))
            if every:
                yield "number", match.group().strip(), key
            elif is_rank:
                continue  # the first of many; the 21st century
            elif in_digits or unit == "%" or "." in match["value"] or float(key) >= _SPOKEN_FROM:
                yield "number", match.group().strip() + _scale_word(after), key


def _same(value: str, found: str) -> bool:
    return plain_number(value).startswith(plain_number(found).split(".")[0])  # 4.5 million is 4500000 by now


def _scale_word(after: str) -> str:
    match = re.match(r"\s(?:dollars|euros|pounds|degrees|years|people)\b", after)
    return match.group() if match else ""


# ---------------------------------------------------------------- names


def _names(sentence: str, small: set[str]) -> Iterator[tuple[str, str, str]]:
    words = re.findall(r"[A-Za-z\u00c0-\u024f][\w’'\-]*", sentence)
    if len(words) > 2 and sum(word[0].isupper() for word in words) >= 0.7 * len(words):
        return  # a heading in title case
    for match in _NAME.finditer(sentence):
        parts = match.group().rstrip(".").split()
        if _starts(sentence, match.start()):
            parts = _without_opening(parts, small)
        while parts and (parts[-1][0].islower() or parts[-1] == "&"):
            parts.pop()
        while parts and (parts[0][0].islower() or fold(parts[0]) == "i" or fold(parts[0]) in {"the", "a"}):
            parts.pop(0)
        capitals = [part for part in parts if part[0].isupper()]
        before = sentence[: match.start()].split()[-1:]
        is_titled = bool(capitals) and bool(before) and bool(_TITLE.match(before[0]))
        unknown = [part for part in capitals if fold(part.rstrip(".")) not in _PLAIN_CAPITALS]
        if (len(capitals) >= 2 or is_titled) and unknown:
            yield "name", " ".join(parts), " ".join(stems(_without_title(" ".join(parts))))


def _starts(sentence: str, position: int) -> bool:
    return not sentence[:position].strip("\"“‘'(—–- ") or bool(re.search(r"[:“\"—]\s?$", sentence[:position]))


def _without_opening(parts: list[str], small: set[str]) -> list[str]:
    """Drop the sentence's first word when it is an ordinary word that only starts the sentence."""
    from wordfreq import zipf_frequency

    first = fold(parts[0])
    if first in small or (not _TITLE.match(parts[0]) and zipf_frequency(first, "en") >= 5.0):
        return parts[1:]
    return parts


def _without_title(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if rest and _TITLE.match(first) else name
