"""Reading a topic, such as "Write about bees" or "城市为什么需要树": its plain words, title and subject.

Rules only. They have to be right about the usual shapes of topics and harmless about all others.
"""

from __future__ import annotations

import re

from miaobi.brief.language import is_cjk
from miaobi.evaluate.wording import stems
from miaobi.recipes.chinese_words import tagged_zh
from miaobi.recipes.topic_chinese import read_chinese
from miaobi.recipes.topic_english import read_english
from miaobi.recipes.topic_value import Topic, capitalised, title_case
from miaobi.recipes.verbs import (
    find_verb,
    is_plural_phrase,
)

__all__ = ["Topic", "capitalised", "fact_subject", "is_plural_phrase", "read_topic", "title_case"]


def read_topic(words: str, language: str) -> Topic:
    """The topic in a brief's words. Long ones are cut at a clause for the title; nothing is lost from `text`."""
    plain = re.sub(r"\s+", " ", words).strip().strip("\"“”《》'").rstrip("。.!！?？ ")
    return read_chinese(plain) if is_cjk(language) else read_english(plain)


def fact_subject(fact: str, topic: Topic, language: str) -> str:
    """What a fact is about: the topic's subject (or the half of "sleep and memory" it names), else its first noun."""
    if is_cjk(language):
        return topic.subject if topic.subject in fact else _first_noun_zh(fact) or topic.subject
    words = set(stems(fact))
    for part in (topic.subject, *re.split(r"\s+and\s+", topic.subject)):
        if stems(part) and stems(part)[-1] in words:
            return part
    verb = find_verb(fact.split())
    subject = re.sub(
        r"^(?:a|an|the|each|every|some|many|most)\s+", "", " ".join(fact.split()[: verb or 0]), flags=re.IGNORECASE
    )
    is_plain = subject and len(subject.split()) <= 3 and not re.search(r"\d", subject)
    return (subject[0].lower() + subject[1:]) if is_plain and is_plural_phrase(subject) else topic.subject


def _first_noun_zh(fact: str) -> str:
    return next((word for word, flag in tagged_zh(fact) if flag.startswith("n") and len(word) > 1), "")
