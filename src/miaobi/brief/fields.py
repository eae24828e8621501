"""What a brief may hold: one rule per key, and the check of a value against it in plain language."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from miaobi.brief.language import NAMES


@dataclass(frozen=True)
class Rule:
    """One key of a brief.

    kind      of value; `texts` is a list of short texts
    low, high bounds of a number, or of a text's length in characters (each item's, for texts)
    most      items in a list
    choices   the words allowed, empty for any
    only_for  the recipe it makes sense in, "" for any
    """

    label: str
    kind: Literal["text", "texts", "whole", "number", "language", "pictures"]
    low: float = 0
    high: float = math.inf
    most: int = 0
    choices: tuple[str, ...] = ()
    only_for: str = ""


RULES: Mapping[str, Rule] = {
    "recipe": Rule("Recipe", "text", 1, 64),
    "topic": Rule("Topic", "text", 1, 2000),
    "audience": Rule("Audience", "text", 0, 200),
    "tone": Rule("Tone", "text", 0, 200),
    "language": Rule("Language", "language"),
    "words": Rule("Length", "whole", 30, 10_000),
    "minutes": Rule("Minutes", "number", 0.1, 60),
    "duration_seconds": Rule("Duration", "number", 5, 600, only_for="video"),
    "sections": Rule("Sections", "whole", 1, 20, only_for="article"),
    "scenes": Rule("Scenes", "whole", 1, 60, only_for="video"),
    "facts": Rule("Facts", "texts", 1, 500, most=100),
    "keywords": Rule("Keywords", "texts", 1, 100, most=50),
    "avoid": Rule("Avoid", "texts", 1, 100, most=100),
    "shape": Rule("Shape", "text", choices=("landscape", "portrait", "square")),
    "fps": Rule("Frames per second", "whole", 24, 60, only_for="video"),
    "style": Rule("Style", "text", 0, 200),
    "seed": Rule("Seed", "whole", 0, 2**32 - 1),
    "pictures": Rule("Pictures", "pictures", 0, 20),
    "notes": Rule("Notes", "text", 0, 2000),
}

_ENDLESS = 1e15
"""Larger numbers mean nothing in a brief, and Python refuses to write very large ones out. NaN is not below it."""

_MEANT = {
    "title": "topic", "subject": "topic", "theme": "topic", "about": "topic", "prompt": "topic", "主题": "topic",
    "题目": "topic", "lang": "language", "locale": "language", "语言": "language", "length": "words",
    "word_count": "words", "字数": "words", "duration": "duration_seconds", "seconds": "duration_seconds",
    "时长": "duration_seconds", "readers": "audience", "for": "audience", "受众": "audience", "voice": "tone",
    "mood": "tone", "语气": "tone", "chapters": "sections", "parts": "sections", "shots": "scenes",
    "场景": "scenes", "事实": "facts", "关键词": "keywords", "exclude": "avoid", "forbidden": "avoid",
    "banned": "avoid", "避免": "avoid", "orientation": "shape", "aspect": "shape", "aspect_ratio": "shape",
    "format": "shape", "frame_rate": "fps", "images": "pictures", "illustrations": "pictures", "配图": "pictures",
    "type": "recipe", "kind": "recipe",
}  # fmt: skip


def explain_unknown(key: str) -> str:
    """What to say about a key no brief has, with the one that was probably meant."""
    plain = key.strip().lower().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(plain, [*RULES, *_MEANT], n=1, cutoff=0.6)
    meant = _MEANT.get(plain) or next((_MEANT.get(key, key) for key in near), None)
    if meant:
        return f'"{shorten(key)}" is not a key of a brief; did you mean "{meant}"?'
    return f'"{shorten(key)}" is not a key of a brief; the keys are {", ".join(RULES)}.'


def clean_value(name: str, value: object) -> tuple[Any, str]:
    """(the value as a brief holds it, "") or (None, what is wrong with it)."""
    rule = RULES[name]
    if rule.kind == "texts":
        return _clean_texts(name, value, rule)
    if rule.kind == "text":
        return _clean_text(name, value, rule)
    if rule.kind == "language":
        return _clean_language(value)
    if rule.kind == "pictures" and isinstance(value, bool):
        return (None, "") if value else (0, "")
    return _clean_number(name, value, rule)


def shorten(value: object, most: int = 40) -> str:
    """A value as it can stand in a message."""
    is_plain = isinstance(value, str | bool) or (isinstance(value, int | float) and abs(value) < _ENDLESS)
    text = str(value) if is_plain else type(value).__name__
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def plain_text(text: str) -> str:
    """NFC, white space settled, invisible control characters gone."""
    text = unicodedata.normalize("NFC", text.replace("\ufeff", ""))
    kept = "".join(c if not unicodedata.category(c).startswith("C") or c in "\u200c\u200d" else " " for c in text)
    return re.sub(r"\s+", " ", kept).strip()


def _clean_text(name: str, value: object, rule: Rule) -> tuple[str | None, str]:
    if not isinstance(value, str):
        return None, f"{name} has to be text, and is {_kind(value)}; put it in quotes."
    if any("\ud800" <= c <= "\udfff" for c in value):
        return None, f"{name} holds characters that are not valid text; check the encoding it was typed or saved in."
    text = plain_text(value)
    if rule.choices:
        lowered = text.lower()
        if lowered in rule.choices:
            return lowered, ""
        return None, f'{name} is "{shorten(text)}"; it can be {_any_of(rule.choices)}.'
    if len(text) < rule.low:
        return None, f"{name} is empty."
    if len(text) > rule.high:
        rest = " Keep the heart of it, and move the rest to facts or notes." if name == "topic" else ""
        return None, f"{name} is {len(text):,} characters long; at most {rule.high:,} fit.{rest}"
    return text, ""


def _clean_texts(name: str, value: object, rule: Rule) -> tuple[tuple[str, ...] | None, str]:
    if isinstance(value, str):  # one per line; keywords also with commas between them
        value = re.split(r"\n" if name == "facts" else r"[\n,，、;；]", value)
        value = [item for item in value if item.strip()]
    if not isinstance(value, list | tuple):
        return None, f"{name} has to be a list, and is {_kind(value)}."
    if len(value) > rule.most:
        return None, f"{name} has {len(value):,} entries; at most {rule.most} are taken."
    found: list[str] = []
    for number, item in enumerate(value, 1):
        if isinstance(item, dict):
            return None, f"entry {number} of {name} has a colon and was read as key and value; put it in quotes."
        if isinstance(item, int | float) and not isinstance(item, bool):
            if not abs(item) < _ENDLESS:
                return None, f"entry {number} of {name} is far too large a number; put it in quotes."
            item = str(item)
        text, problem = _clean_text(f"entry {number} of {name}", item, rule)
        if problem or text is None:
            return None, problem
        found.append(text)
    return tuple(dict.fromkeys(found)), ""


def _clean_number(name: str, value: object, rule: Rule) -> tuple[int | float | None, str]:
    if isinstance(value, str) and re.fullmatch(r"\s*[-+]?\d{1,12}(?:\.\d{1,6})?\s*", value):
        value = float(value)
    whole = rule.kind != "number"
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _ENDLESS:
        return None, f"{name} has to be a {'whole ' if whole else ''}number, and is {_kind(value)}."
    if whole and value != int(value):
        return None, f"{name} has to be a whole number, and is {value:g}."
    if not rule.low <= value <= rule.high:
        return None, f"{name} is {shorten(value)}; it has to lie between {rule.low:,} and {rule.high:,}."
    return (int(value) if value == int(value) else float(value)), ""


def _clean_language(value: object) -> tuple[str | None, str]:
    if value is False:
        return None, 'language was read as "false", because YAML takes no for false; put the tag in quotes: "no".'
    if not isinstance(value, str):
        return None, f"language has to be a tag such as en or zh, and is {_kind(value)}."
    named = value.strip().replace("_", "-")
    if not named or named.lower() == "auto":
        return "", ""
    if named.lower() in NAMES:
        return NAMES[named.lower()], ""
    if named.lower() in {"cn", "ch"}:
        return None, f'language is "{named}", which is a country; Chinese is zh.'
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", named):
        return None, f'language is "{shorten(value)}"; it has to be a tag such as en, zh or pt-BR.'
    first, *rest = named.split("-")
    parts = [part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part.lower() for part in rest]
    return "-".join([first.lower(), *parts]), ""


def _kind(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) < _ENDLESS:
        return "far too large or no number at all"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    return f'"{shorten(value)}"'


def _any_of(choices: tuple[str, ...]) -> str:
    return ", ".join(choices[:-1]) + f" or {choices[-1]}"
