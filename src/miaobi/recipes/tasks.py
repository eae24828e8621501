"""What is to be written, and what came of it: the values between prompts, writing and recipes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import Field

from miaobi.base.engine import TextRequest
from miaobi.base.piece import Credit, Maker, Outcome, Score
from miaobi.base.value import Value
from miaobi.brief.language import is_cjk
from miaobi.evaluate.gates import Bars

RULE = Maker(kind="rule", id="rule:join-facts", fingerprint="1")
"""Says that a text was put together by rule because no engine's sentence was good enough."""
RULE_LINE = Maker(kind="rule", id="rule:line", fingerprint="1")
"""Says that a title or heading was made of the topic's or fact's own words by rule."""


class Turn(Value):
    """One step of a passage: a sentence stated as `given`, or `openings` for the engine to finish ("" is a free start).

    by_rule  the given sentence was made by rule and is nobody's words
    is_asked the person asked for it: written even when the passage is long enough already
    whole    take all good sentences of an answer, not only the first
    """

    given: str = ""
    by_rule: bool = False
    openings: tuple[str, ...] = ()
    is_asked: bool = False
    whole: bool = False


class PassageTask(Value):
    """Everything that decides a passage.

    prompt     ends where the passage begins
    turns      in order; `more` are openings for further turns while the passage is below its length
    asked      words, in Chinese characters
    about      what sentences are to stay near: topic and heading
    subject    the thing the piece is about
    facts      the person's, that the passage must carry; keywords likewise
    sources    everything the person said: what it holds is no invention
    previous   passages of the piece that are already written
    bars       what the scores are judged by
    settings   sampling; its prompt and seed are not used
    """

    prompt: str
    turns: tuple[Turn, ...]
    more: tuple[str, ...] = ()
    language: str = "en"
    asked: int = Field(default=60, ge=1)
    about: str = ""
    subject: str = ""
    facts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    bars: Bars
    settings: TextRequest
    is_strict: bool = True
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class Passage(Value):
    """A written passage or line.

    made_by   a person where their facts stand in it, the engine where its sentences do, or a rule
    prompt    the first prompt the engine was given
    scores    judged by the task's bars; below the bar the best there was is handed over, flagged
    rejected  how many candidate sentences fell, by fault
    tokens    generated for it, rejected ones included
    notes     what the person should know
    """

    text: str
    made_by: tuple[Maker, ...]
    prompt: str = ""
    seed: int | None = None
    scores: tuple[Score, ...] = ()
    credits: tuple[Credit, ...] = ()
    rejected: dict[str, int] = Field(default_factory=dict)
    tokens: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_flagged(self) -> bool:
        """Whether any score is below its bar."""
        return any(score.outcome is Outcome.FLAGGED for score in self.scores)


class LineTask(Value):
    """A title or heading to choose among the answers to `requests`, each begun with its opening.

    kind       "title" or "heading"
    about      what the line has to be near
    low, high  length in words, in Chinese characters
    previous   lines it must not repeat
    is_bound   every word that carries meaning has to stand in the sources or in `about`
    fallback   the line made by rule: taken when no answer is good
    """

    requests: tuple[TextRequest, ...]
    openings: tuple[str, ...]
    language: str
    about: str
    sources: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    low: int = 2
    high: int = 8
    fallback: str
    is_bound: bool = False
    is_strict: bool = True


# ---------------------------------------------------------------- sentences as text


def join_sentences(sentences: Sequence[str], language: str) -> str:
    """Sentences as one paragraph."""
    return ("" if is_cjk(language) else " ").join(sentence.strip() for sentence in sentences if sentence.strip())


def finished_sentence(text: str, language: str) -> str:
    """With a full stop when it has no mark at its end."""
    bare = text.strip().rstrip("，,;；:：")
    if not bare or re.search(r"[.!?。！？…][\"”’」』）)]*$", bare):
        return bare
    return bare + ("。" if is_cjk(language) else ".")
