"""`Brief`: what a person wants, checked; and how one is put together from options, a file and plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from miaobi.base.value import Value
from miaobi.brief.brief_file import read_brief_file
from miaobi.brief.contradictions import find_contradictions
from miaobi.brief.fields import RULES, clean_value, explain_unknown, plain_text, shorten
from miaobi.brief.language import detect_language, is_cjk
from miaobi.brief.plain_words import read_plain_words
from miaobi.brief.slug import slug
from miaobi.errors import BriefError

__all__ = ["Brief", "describe_brief", "parse_brief", "read_brief_file", "slug"]

READ_PER_MINUTE = {"en": 240, "zh": 400}
"""Silent reading: 238 English words a minute (Brysbaert 2019); Chinese about 400 characters."""
SPOKEN_PER_MINUTE = {"en": 150, "zh": 240}
"""Narration at an easy pace: English words, Chinese characters."""

_DEFAULT_DURATION_SECONDS = 30.0


class Brief(Value):
    """What is asked for, complete and without contradiction.

    recipe            the kind of piece: "article", "video" or another recipe's name
    topic             1 to 2,000 characters
    audience, tone, style, notes   free text, "" where nothing was asked
    language          BCP 47 tag of the piece; "" given means: detect it from topic and facts
    words             length of the text in words, in Chinese characters; None leaves it to the recipe
    minutes           as given, reading time of an article; `words` follows from it
    duration_seconds  of a video, None for others
    sections, scenes  how many, None to let the recipe decide
    facts             must be right in the piece, each at most 500 characters
    keywords, avoid   must and must not appear
    shape, fps        of pictures and video
    pictures          how many, 0 for none, None to let the recipe decide

    Raises BriefError, naming every problem at once, when it is made from values that do not fit.
    """

    recipe: str
    topic: str
    audience: str = ""
    tone: str = ""
    language: str = ""
    words: int | None = None
    minutes: float | None = None
    duration_seconds: float | None = None
    sections: int | None = None
    scenes: int | None = None
    facts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    shape: Literal["landscape", "portrait", "square"] = "landscape"
    fps: int = Field(default=25, ge=24, le=60)
    style: str = ""
    seed: int = Field(default=0, ge=0)
    pictures: int | None = None
    notes: str = ""

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _check(cls, data: Any) -> Any:
        return _check_values(data, {})[0] if isinstance(data, Mapping) else data

    def __eq__(self, other: object) -> bool:  # where a value came from is no part of what is asked
        return isinstance(other, Brief) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.items()))


# ---------------------------------------------------------------- putting one together


def parse_brief(words: str | None, data: Mapping[str, Any] | None, overrides: Mapping[str, Any]) -> Brief:
    """One Brief from plain words, a brief file's mapping and the caller's options.

    For each key the option beats the file, the file beats the words, and a default fills what is left; an option or a
    key that is None counts as not given. BriefError when something does not fit; the message names every problem.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    asked: dict[str, dict[str, str]] = {"recipe": {}, "language": {}}
    read = read_plain_words(words) if words and plain_text(words) else {}
    for origin, source in (("option", overrides), ("brief file", data or {}), ("plain words", read)):
        for key, places in asked.items():
            if isinstance(source.get(key), str) and source[key].strip():
                places[origin] = source[key]
        for key, value in source.items():
            if value is not None and key not in values:
                values[key] = value
                origins[key] = origin
    _drop_beaten_lengths(values, origins)
    _keep_given_topic(values, read)
    clean, origins = _check_values(values, origins, asked)
    brief = Brief(**clean)
    brief._origins.update(origins)
    return brief


def _drop_beaten_lengths(values: dict[str, Any], origins: dict[str, str]) -> None:
    """A length in one unit beats one in another that comes from a weaker place: --words beats "a 30 second video"."""
    rank = ["option", "brief file", "plain words"]
    given = [key for key in ("words", "minutes", "duration_seconds") if key in values]
    if given:
        best = min(rank.index(origins[key]) for key in given)
        for key in given:
            if rank.index(origins[key]) > best:
                del values[key], origins[key]


def _keep_given_topic(values: dict[str, Any], read: Mapping[str, Any]) -> None:
    """Plain words beside a topic from elsewhere are not lost: they become notes."""
    said = read.get("topic")
    if said and values.get("topic") != said and "notes" not in values and isinstance(said, str):
        values["notes"] = said


def _check_values(
    data: Mapping[str, Any], origins: Mapping[str, str], asked: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """(clean values, where each came from). BriefError with every problem found."""
    problems: list[str] = []
    clean: dict[str, Any] = {}
    for key, value in data.items():
        if key not in RULES:
            problems.append(explain_unknown(str(key)))
        elif value is not None:
            clean[key], problem = clean_value(key, value)
            if problem:
                problems.append(problem)
                del clean[key]
    problems += _check_missing(data)
    known = {key: value for key, value in clean.items() if value is not None}
    completed, all_origins = _complete(known, origins)
    problems += find_contradictions(known, completed, origins, asked or {})
    if problems:
        raise BriefError(_as_message(problems))
    return completed, all_origins


def _check_missing(data: Mapping[str, Any]) -> list[str]:
    problems = []
    if data.get("topic") is None:
        rest = "" if set(data) - {"recipe", "seed"} else "The brief is empty. "
        problems.append(f'{rest}Say what the piece is about: in words ("why cities need trees") or as the key topic.')
    if data.get("recipe") is None:
        problems.append('Say which kind of piece it is to be: "article" or "video".')
    return problems


def _as_message(problems: list[str]) -> str:
    unique = list(dict.fromkeys(problems))
    if len(unique) == 1:
        return "The brief cannot be used: " + unique[0]
    return f"The brief has {len(unique)} problems:" + "".join(f"\n  {n}. {text}" for n, text in enumerate(unique, 1))


def _complete(known: Mapping[str, Any], origins: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Fill in language and lengths that follow from what was given."""
    values = dict(known)
    where = {key: origins.get(key, "given") for key in known}
    if not values.get("language"):
        values["language"] = detect_language(" ".join([values.get("topic", ""), *values.get("facts", ())]))
        where["language"] = "detected from the topic" + (" and facts" if values.get("facts") else "")
    unit = "zh" if is_cjk(values["language"]) else "en"
    if values.get("recipe") == "video":
        _complete_video(values, where, unit)
    elif values.get("recipe") == "article" and "words" not in values and "minutes" in values:
        values["words"] = max(30, min(10_000, round(values["minutes"] * READ_PER_MINUTE[unit])))
        where["words"] = f"worked out from {values['minutes']:g} minutes of reading"
    return values, where


def _complete_video(values: dict[str, Any], where: dict[str, str], unit: str) -> None:
    if "duration_seconds" in values:
        return
    if "minutes" in values:
        values["duration_seconds"] = values["minutes"] * 60
        where["duration_seconds"] = where.pop("minutes")
        del values["minutes"]
    elif "words" in values:
        values["duration_seconds"] = float(max(5, min(600, round(values["words"] * 60 / SPOKEN_PER_MINUTE[unit]))))
        where["duration_seconds"] = f"worked out from {values['words']} {'characters' if unit == 'zh' else 'words'}"
    else:
        values["duration_seconds"] = _DEFAULT_DURATION_SECONDS
        where["duration_seconds"] = "default"


# ---------------------------------------------------------------- showing it back


def describe_brief(brief: Brief) -> tuple[tuple[str, str, str], ...]:
    """(label, value, where it came from) of everything asked for and every default that shapes the piece."""
    rows: list[tuple[str, str, str]] = []
    for name, rule in RULES.items():
        value = getattr(brief, name)
        shapes_all = name in {"recipe", "topic", "language", "words", "duration_seconds", "seed"}
        shapes_video = name in {"shape", "fps"} and brief.recipe == "video"
        origin = brief._origins.get(name) or ("default" if value == Brief.model_fields[name].default else "given")
        if name == "words" and value is None and brief.recipe == "article":
            rows.append((rule.label, "what facts and engine carry", "default"))
        if value is None or (origin == "default" and not (shapes_all or shapes_video)):
            continue
        rows.append((rule.label, _shown(name, value, brief.language), origin))
    return tuple(rows)


def _shown(name: str, value: Any, language: str) -> str:
    if name == "words":
        return f"{value:,} characters" if is_cjk(language) else f"{value:,} words"
    if name == "duration_seconds":
        return f"{value:g} seconds"
    if name == "facts":
        return "; ".join(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if name == "pictures" and value == 0:
        return "none"
    return re.sub(r"\s+", " ", str(value)) if name != "topic" else shorten(value, 200)
