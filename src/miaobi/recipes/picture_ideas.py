"""What pictures show and what stands under them: made of the person's facts and the headings, by rule.

The illustrator draws the concrete nouns of a plain sentence. The embedded model was asked for such sentences too, with
worked examples; of 24 read, 7 could have been drawn, so none is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from miaobi.brief.brief import Brief
from miaobi.brief.language import is_cjk
from miaobi.brief.plan import Section
from miaobi.evaluate.wording import length_of, stems
from miaobi.recipes.topic import capitalised, read_topic

_UNITS = (
    r"%|percent|per cent|degrees?(?: Celsius| Fahrenheit)?|°\s?[CF]|kilomet\w+|met(?:er|re)s?|km|lit(?:er|re)s?|"
    r"million|billion|(?:years?|months?|weeks?|days?|hours?|minutes?)(?: ago| earlier| later| before| of)?"
)
_AMOUNT = re.compile(
    r"\s*\b(?:by|about|around|up to|over|more than|nearly|in|of|at|for)?\s*\d[\d,.]*(?:\s*(?:to|-|–)\s*\d[\d,.]*)?\s*"
    rf"(?:{_UNITS})?"
    r"(?=[\s.,;]|$)",
    re.IGNORECASE,
)
_AMOUNT_ZH = re.compile(
    r"(?:约|大约|超过|近|多达|最多)?\d[\d,.]*(?:[到至—–-]\d[\d,.]*)?(?:%|％|摄氏度|度|公里|千米|米|升|万|亿|年|多)?"
)


def without_numbers(sentence: str) -> str:
    """A sentence as a picture can show it: without amounts."""
    bare = _AMOUNT_ZH.sub("", sentence) if re.search("[\u4e00-\u9fff]", sentence) else _AMOUNT.sub("", sentence)
    settled = re.sub(r"\s+([.,;])", r"\1", re.sub(r"\s{2,}", " ", bare)).strip()
    return capitalised(re.sub(r"^(?:of|and|,)\s*", "", settled))


_HANGING = re.compile(r"\b(?:like|are|is|in|of|from|for|by|with|done|used|made|found|played|called)$", re.IGNORECASE)


def picture_idea(brief: Brief, heading: str, facts: Sequence[str], number: int = 0) -> str:
    """What a picture shows: a fact as a plain sentence with the topic's own things in it, else the heading."""
    topic = read_topic(brief.topic, brief.language)
    zh = is_cjk(brief.language)
    shown = without_numbers(facts[number % len(facts)]) if facts else heading
    shown = re.sub(r"^(?:How|Why|Where|When|What)\s+", "", shown).rstrip(".。 ")
    if not facts and not zh and (len(shown.split()) < 3 or _HANGING.search(shown)):
        shown = topic.text if topic.clause else topic.subject
        shown = re.sub(r"^(?:how to|how|why|where|when|what)\s+", "", shown, flags=re.IGNORECASE)
    known = shown.lower() if not zh else shown
    if zh:
        return f"{shown}，{topic.subject}。" if topic.subject not in known else f"{shown}。"
    missing = not any(stem in shown.lower() for stem in stems(topic.subject))
    return capitalised(f"{shown}, with {topic.subject}." if missing else f"{shown}.")


def caption(section: Section) -> str:
    """What stands under a section's picture: its shortest fact when that is short, else its heading."""
    shortest = min(section.facts, key=length_of, default="")
    most = 24 if re.search("[\u4e00-\u9fff]", shortest) else 12
    return shortest if shortest and length_of(shortest) <= most else section.heading
