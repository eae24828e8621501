"""The words for moods that engines of music understand."""

from __future__ import annotations

from typing import Final

MOOD_NAMES: Final = ("calm", "hopeful", "playful", "tense", "sad", "epic", "curious", "warm")

SYNONYMS: Final[dict[str, str]] = {
    "peaceful": "calm",
    "relaxed": "calm",
    "gentle": "calm",
    "neutral": "calm",
    "uplifting": "hopeful",
    "inspiring": "hopeful",
    "optimistic": "hopeful",
    "happy": "playful",
    "cheerful": "playful",
    "funny": "playful",
    "suspenseful": "tense",
    "dark": "tense",
    "serious": "tense",
    "melancholic": "sad",
    "nostalgic": "sad",
    "heroic": "epic",
    "dramatic": "epic",
    "mysterious": "curious",
    "thoughtful": "curious",
    "cosy": "warm",
    "friendly": "warm",
    "romantic": "warm",
}
"""Other words for the eight moods."""


def known_mood(word: str) -> str | None:
    """The mood a word names, itself or as a synonym; None for any other word."""
    word = word.strip().lower()
    return word if word in MOOD_NAMES else SYNONYMS.get(word)
