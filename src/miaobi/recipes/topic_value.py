"""What was read of a topic, and how words are set as a title."""

from __future__ import annotations

import re

from miaobi.base.value import Value

SMALL_WORDS = frozenset("a an the and but or nor for of in on at to by from with as into than vs via".split())


class Topic(Value):
    """What a piece is about.

    text       the topic without the words that order it: "why cities need trees"
    title      as a title: "Why Cities Need Trees"
    subject    the thing to write about: "trees"
    question   "why", "how", "how to", "where", "when", "what", or "" for a topic that is a thing
    clause     of a question, without its question word: "cities need trees"
    is_plural  whether the subject takes "are"
    """

    text: str
    title: str
    subject: str
    question: str = ""
    clause: str = ""
    is_plural: bool = False


def title_case(text: str) -> str:
    """A title in capitals; small words stay small inside, words with capitals of their own stay as they are."""
    words = text.split()
    return " ".join(
        word
        if any(c.isupper() for c in word[1:]) or (0 < i < len(words) - 1 and word.lower() in SMALL_WORDS)
        else _raised(word)
        for i, word in enumerate(words)
    )


def capitalised(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _raised(word: str) -> str:
    return re.sub(r"^(\W*)(\w)", lambda m: m[1] + m[2].upper(), word)
