"""What is measured of a whole piece, in the same way for every recipe."""

from __future__ import annotations

from collections.abc import Sequence

from miaobi.base.asset import Asset
from miaobi.base.engine import EmbeddingRequest, EngineRef, open_engine
from miaobi.base.piece import Score
from miaobi.base.step import step
from miaobi.evaluate.baseline import baseline_texts
from miaobi.evaluate.claims import score_accuracy
from miaobi.evaluate.gates import Bars, apply_bar, bars_for
from miaobi.evaluate.sound import score_sound
from miaobi.evaluate.speech import score_pace, score_speech
from miaobi.evaluate.text import (
    score_coherence,
    score_coverage,
    score_forbidden,
    score_language,
    score_length,
    score_repetition,
)
from miaobi.recipes.assignment import Assignment


def bars_of(assignment: Assignment, kind: str) -> Bars:
    """The bars of a kind of part in this piece, with the user's changes."""
    brief = assignment.brief
    return bars_for(brief.recipe, kind, brief.language, assignment.gates)


def judge(assignment: Assignment, kind: str, scores: Sequence[Score]) -> tuple[Score, ...]:
    """Scores against the bars of a kind of part."""
    bars = bars_of(assignment, kind)
    return tuple(apply_bar(score, bars) for score in scores)


def score_piece(
    assignment: Assignment, texts: Sequence[str], sources: Sequence[str], words: int | None = None
) -> tuple[Score, ...]:
    """The measures of all passages together, judged: language, repetition, facts, claims, coherence.

    With `words`, those asked for or planned, also the length.
    """
    brief = assignment.brief
    scores = assignment.run(
        measure_texts,
        assignment.engine("embedding"),
        tuple(text for text in texts if text.strip()),
        topic=brief.topic,
        terms=(*brief.facts, *brief.keywords),
        avoid=brief.avoid,
        sources=tuple(sources),
        language=brief.language,
        length=bars_of(assignment, "piece").length_range(words) if words is not None else None,
    )
    return judge(assignment, "piece", scores)


# Measuring is done in steps: it loads dictionaries and filters that a repeated run has no other use for.


@step("measure_texts", version=2, doing="measuring the text")
def measure_texts(
    embedder: EngineRef,
    passages: tuple[str, ...],
    topic: str,
    terms: tuple[str, ...],
    avoid: tuple[str, ...],
    sources: tuple[str, ...],
    language: str,
    length: tuple[int, int] | None,
) -> tuple[Score, ...]:
    """All passages of a piece. `terms` have to be found, `length` is the range asked for in words or characters."""
    whole = "\n\n".join(passages)
    baseline = baseline_texts(language)
    engine = open_engine(embedder)
    topic_vector = engine.generate(EmbeddingRequest(texts=(topic,), side="query")).vectors[0]
    vectors = engine.generate(EmbeddingRequest(texts=(*passages, *baseline))).vectors
    scores = [
        score_language(whole, language),
        score_repetition(whole, language),
        score_coverage(whole, terms, language),
        score_forbidden(whole, avoid),
        score_accuracy(whole, sources, language),
        score_coherence(topic_vector, vectors[: len(passages)], vectors[len(passages) :]),
    ]
    return (*scores, score_length(whole, *length, language)) if length else tuple(scores)


@step("measure_voice", version=2, doing="comparing what was said and heard")
def measure_voice(line: str, heard: str, seconds: float, language: str) -> tuple[Score, ...]:
    """A spoken line: what an independent listener understood, and its pace."""
    return score_speech(line, heard, language), score_pace(line, seconds, language)


@step("measure_sound", version=2, doing="measuring loudness")
def measure_sound(sound: Asset) -> tuple[Score, ...]:
    """A mix, or a film's soundtrack as a listener gets it: loudness, true peak, clipping, silence."""
    return score_sound(sound)
