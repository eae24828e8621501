"""The table of bars. A row reads: in an `article`, a `text` must have a `language` of at least 0.9, because ...

Scores with no row have no bar. `gates.py` applies the table and a user's changes to it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Row(NamedTuple):
    """One line of the table. `language` "" is any; `sense` "aim" is a target that scores are computed from."""

    recipe: str
    kind: str
    score: str
    sense: Literal["at least", "at most", "aim"]
    value: float
    language: str = ""
    why: str = ""


_WHOLE = "a sentence cut off or markup in the text is a fault, not a matter of degree"
_FACTS = "the person's facts and keywords are an order"
_NETFLIX = "Netflix Timed Text Style Guide"

# fmt: off
TABLE: tuple[Row, ...] = (
    Row("article", "title",     "language",      "at least",  0.5,  why="a title is short, and names count as foreign"),
    Row("article", "title",     "forbidden",     "at most",   0.0),
    Row("article", "heading",   "forbidden",     "at most",   0.0),
    Row("article", "text",      "language",      "at least",  0.9,  why="room for names and terms"),
    Row("article", "text",      "repetition",    "at most",   0.05, why="above it a reader hears the refrain"),
    Row("article", "text",      "length_low",    "aim",       0.6,  why="share of the words asked for"),
    Row("article", "text",      "length_high",   "aim",       1.6),
    Row("article", "text",      "length",        "at least",  1.0,  why="inside length_low to length_high"),
    Row("article", "text",      "coverage",      "at least",  1.0,  why=_FACTS),
    Row("article", "text",      "forbidden",     "at most",   0.0),
    Row("article", "text",      "complete",      "at least",  1.0,  why=_WHOLE),
    Row("article", "text",      "accuracy",      "at least",  1.0,  why="no number, quote or name without a source"),
    Row("article", "text",      "distinctness",  "at least",  0.85, why="sections must not say the same"),
    Row("article", "text",      "filler",        "at most",   0.34, why="one stock phrase in three sentences"),
    Row("article", "text",      "readability",   "at least",  30.0, "en", "Flesch: below 30 is for specialists"),
    Row("article", "text",      "readability",   "at most",   60.0, "zh", "characters per sentence"),
    Row("article", "piece",     "language",      "at least",  0.9),
    Row("article", "piece",     "repetition",    "at most",   0.05),
    Row("article", "piece",     "length_low",    "aim",       0.7),
    Row("article", "piece",     "length_high",   "aim",       1.4),
    Row("article", "piece",     "length",        "at least",  1.0),
    Row("article", "piece",     "coverage",      "at least",  1.0,  why=_FACTS),
    Row("article", "piece",     "forbidden",     "at most",   0.0),
    Row("article", "piece",     "accuracy",      "at least",  1.0),
    Row("article", "piece",     "coherence",     "at least",  0.15, why="e5: on topic 0.3 to 0.5, half of it 0.1"),
    Row("video",   "title",     "forbidden",     "at most",   0.0),
    Row("video",   "narration", "language",      "at least",  0.9),
    Row("video",   "narration", "repetition",    "at most",   0.05),
    Row("video",   "narration", "length_low",    "aim",       0.6),
    Row("video",   "narration", "length_high",   "aim",       1.5,  why="longer would not fit the scene"),
    Row("video",   "narration", "length",        "at least",  1.0),
    Row("video",   "narration", "coverage",      "at least",  1.0,  why=_FACTS),
    Row("video",   "narration", "forbidden",     "at most",   0.0),
    Row("video",   "narration", "complete",      "at least",  1.0,  why=_WHOLE),
    Row("video",   "narration", "accuracy",      "at least",  1.0),
    Row("video",   "narration", "distinctness",  "at least",  0.85),
    Row("video",   "voice",     "speech error",  "at most",   0.25, why="words; the listener errs too"),
    Row("video",   "voice",     "speech error",  "at most",   0.35, "zh", "characters; it errs more in Chinese"),
    Row("video",   "voice",     "pace",          "at most",   200.0, why="words a minute; audiobooks keep to 155"),
    Row("video",   "voice",     "pace",          "at most",   320.0, "zh", "characters a minute; news reach 300"),
    Row("video",   "subtitles", "reading speed", "at most",   20.0, why=_NETFLIX),
    Row("video",   "subtitles", "reading speed", "at most",   9.0,  "zh", _NETFLIX),
    Row("video",   "subtitles", "shortest cue",  "at least",  0.83, why=f"5/6 s, {_NETFLIX}"),
    Row("video",   "subtitles", "longest cue",   "at most",   7.0,  why=_NETFLIX),
    Row("video",   "subtitles", "line length",   "at most",   42.0, why=_NETFLIX),
    Row("video",   "subtitles", "line length",   "at most",   18.0, "zh", "16, and marks that hang over"),
    Row("video",   "subtitles", "lines",         "at most",   2.0,  why=_NETFLIX),
    Row("video",   "subtitles", "overlap",       "at most",   0.0),
    Row("video",   "cut",       "loudness_lufs", "aim",     -16.0,  why="the usual level of speech on the web"),
    Row("video",   "cut",       "loudness",      "at most",   1.0,  why="loudness units from the aim"),
    Row("video",   "cut",       "true peak",     "at most",  -1.0,  why="EBU R 128: headroom for lossy coding"),
    Row("video",   "cut",       "clipping",      "at most",   0.0),
    Row("video",   "cut",       "silence",       "at most",   4.0,  why="longer sounds like a fault"),
    Row("video",   "piece",     "coverage",      "at least",  1.0,  why=_FACTS),
    Row("video",   "piece",     "forbidden",     "at most",   0.0),
    Row("video",   "piece",     "accuracy",      "at least",  1.0),
    Row("video",   "piece",     "repetition",    "at most",   0.05),
    Row("video",   "piece",     "coherence",     "at least",  0.15),
    Row("video",   "piece",     "duration",      "at most",   0.15, why="share of the length asked for"),
)
# fmt: on
