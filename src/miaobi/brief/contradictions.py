"""Where a brief asks for two things that cannot both be had."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from miaobi.brief.fields import RULES, clean_value, shorten
from miaobi.brief.language import detect_language, is_cjk, is_cjk_text

_FASTEST_PER_SECOND = {"en": 4.0, "zh": 7.0}
"""Words, in Chinese characters, a listener can still follow: 240 and 420 a minute."""
_DEFAULTS = {"fps": 25}
_LENGTH_HINTS = {
    "duration_seconds": "give words or minutes instead",
    "sections": "give scenes instead",
    "scenes": "give sections instead",
    "fps": "leave it out",
}


def find_contradictions(
    given: Mapping[str, Any],
    completed: Mapping[str, Any],
    origins: Mapping[str, str],
    asked: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """What is wrong, one sentence each.

    given      the clean values a person gave
    completed  the same with language and lengths worked out
    origins    where each given value came from
    asked      of recipe and language: every place that named one, with what it named
    """
    return [
        *_two_recipes(asked.get("recipe", {})),
        *_wrong_recipe(given),
        *_two_languages(asked.get("language", {})),
        *_facts_in_another_language(given, origins),
        *_words_wanted_and_unwanted(given),
        *_lengths(given, completed),
    ]


def _two_recipes(asked: Mapping[str, str]) -> list[str]:
    named = {origin: _fold(text) for origin, text in asked.items()}
    if len(set(named.values())) < 2:
        return []
    places = ", but ".join(
        f"the {'command' if origin == 'option' else origin} {_asks(origin)} for {_with_article(shorten(recipe))}"
        for origin, recipe in named.items()
    )
    return [f"Two kinds of piece are asked for: {places}; keep the one you mean."]


def _with_article(recipe: str) -> str:
    return f"{'an' if recipe[:1].lower() in tuple('aeiou') else 'a'} {recipe}"


def _wrong_recipe(given: Mapping[str, Any]) -> list[str]:
    recipe = given.get("recipe")
    if recipe not in {"article", "video"}:
        return []
    return [
        f"{key} is {shorten(given[key])}, but {'an article' if recipe == 'article' else 'a video'} has none; "
        f"{_LENGTH_HINTS[key]}."
        for key in given
        if RULES[key].only_for not in ("", recipe) and given[key] != _DEFAULTS.get(key)
    ]


def _two_languages(asked: Mapping[str, str]) -> list[str]:
    tags = {origin: clean_value("language", text)[0] for origin, text in asked.items()}
    named = {origin: tag.split("-")[0] for origin, tag in tags.items() if tag}
    if len(set(named.values())) < 2:
        return []
    places = ", but ".join(f"the {origin} {_asks(origin)} for {tag}" for origin, tag in named.items())
    return [f"Two languages are asked for: {places}; keep the one you mean."]


def _asks(origin: str) -> str:
    return "ask" if origin == "plain words" else "asks"


def _facts_in_another_language(given: Mapping[str, Any], origins: Mapping[str, str]) -> list[str]:
    language, facts = given.get("language"), given.get("facts")
    if not language or not facts:
        return []
    if any(is_cjk_text(fact) == is_cjk(language) for fact in facts):
        return []
    written = [detect_language(fact) for fact in facts]
    where = f" (from the {origins['language']})" if "language" in origins else ""
    all_facts = "the only fact is" if len(facts) == 1 else f"all {len(facts)} facts are"
    other = {"zh": "Chinese", "ja": "Japanese", "en": "English"}.get(written[0], f"another script ({written[0]})")
    return [
        f"language is {language}{where}, but {all_facts} written in {other} and could not be checked in the piece; "
        f"translate the facts or change language to {written[0]}."
    ]


def _words_wanted_and_unwanted(given: Mapping[str, Any]) -> list[str]:
    avoid = given.get("avoid", ())
    wanted = {_fold(word) for word in given.get("keywords", ())}
    problems = []
    both = [word for word in avoid if _fold(word) in wanted]
    if both:
        problems.append(f"{_quoted(both)} stands both in keywords and in avoid; take it out of one.")
    for word in avoid:
        if word not in both:
            problems += [
                f'The word to avoid "{word}" is in {place}: "{shorten(text, 60)}"; reword that or allow the word.'
                for place, text in _places(given)
                if _contains(text, word)
            ]
    return problems


def _places(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    topic = [("the topic", given["topic"])] if given.get("topic") else []
    facts = [(f"fact {n}", fact) for n, fact in enumerate(given.get("facts", ()), 1)]
    return [*topic, *facts, *(("the keyword", word) for word in given.get("keywords", ()))]


def _lengths(given: Mapping[str, Any], completed: Mapping[str, Any]) -> list[str]:
    unit = "zh" if is_cjk(completed["language"]) else "en"
    name = "characters" if unit == "zh" else "words"
    words, minutes, seconds = given.get("words"), given.get("minutes"), given.get("duration_seconds")
    problems = []
    if seconds is not None and minutes is not None and abs(minutes * 60 - seconds) > 1:
        problems.append(f"duration_seconds is {seconds:g}, but minutes is {minutes:g}; keep one of them.")
    length = completed.get("duration_seconds")
    if length is not None and not 5 <= length <= 600:
        problems.append(f"The video would be {length:g} seconds long; it can be 5 to 600.")
    if words is not None and length is not None and words / length > _FASTEST_PER_SECOND[unit]:
        most = int(length * _FASTEST_PER_SECOND[unit])
        problems.append(
            f"{words:,} {name} cannot be spoken in {length:g} seconds; at most {most:,} fit. "
            "Ask for fewer or for more time."
        )
    if completed.get("recipe") == "article" and words is not None and minutes is not None:
        pace = words / minutes
        if not 100 <= pace <= 700:
            problems.append(f"{words:,} {name} and {minutes:g} minutes of reading do not go together; keep one.")
    sections, total = given.get("sections"), completed.get("words")
    if sections and total and total / sections < 30:
        problems.append(f"{total:,} {name} are too few for {sections} sections; ask for fewer sections or more {name}.")
    return problems


def _contains(text: str, word: str) -> bool:
    if is_cjk_text(word):
        return _fold(word) in _fold(text)
    return bool(re.search(rf"(?<!\w){re.escape(_fold(word))}(?!\w)", _fold(text)))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _quoted(words: list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
