"""The mood of a tune, as far as its notes tell: the mode, and how many notes a second there are.

              slow     moderate   quick
    major     calm     hopeful    playful
    minor     sad      curious    tense

The words are those that engines of music know. Warm and epic are matters of sound, which a melody alone has not.
"""

from __future__ import annotations

from typing import Final

MOODS: Final = ("calm", "hopeful", "playful", "sad", "curious", "tense")

MODERATE_NOTES_PER_SECOND: Final = 2.75
QUICK_NOTES_PER_SECOND: Final = 3.7
TEMPO_BPM: Final = 120.0
"""Where a file tells no tempo; also what MIDI means by telling none."""


def mood_of(*, is_minor: bool, notes_per_quarter: float, tempo_bpm: float | None) -> str:
    """One of the six."""
    speed = notes_per_quarter * (tempo_bpm or TEMPO_BPM) / 60
    pace = (speed >= MODERATE_NOTES_PER_SECOND) + (speed >= QUICK_NOTES_PER_SECOND)
    return MOODS[3 * is_minor + pace]


def is_minor_mood(mood: str) -> bool:
    """Whether tunes of this mood are in minor keys."""
    return MOODS.index(mood) >= 3
