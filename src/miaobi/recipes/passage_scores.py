"""What is measured of one passage right after it is written."""

from __future__ import annotations

from collections.abc import Sequence

from miaobi.base.piece import Score
from miaobi.evaluate.claims import score_accuracy
from miaobi.evaluate.gates import apply_bar
from miaobi.evaluate.text import (
    score_complete,
    score_coverage,
    score_distinctness,
    score_filler,
    score_fluency,
    score_forbidden,
    score_language,
    score_length,
    score_readability,
    score_repetition,
)
from miaobi.recipes.tasks import PassageTask


def score_passage(text: str, task: PassageTask, logprobs: Sequence[float] = ()) -> tuple[Score, ...]:
    """Every measurement of a passage that has a bar or a number, judged by the task's bars."""
    language = task.language
    low, high = task.bars.length_range(task.asked)
    scores = (
        score_language(text, language),
        score_repetition(text, language),
        score_length(text, low, high, language),
        score_coverage(text, (*task.facts, *task.keywords), language),
        score_forbidden(text, task.avoid),
        score_complete(text, language),
        score_accuracy(text, task.sources, language),
        score_distinctness(text, task.previous, language),
        score_filler(text, language),
        score_readability(text, language),
        score_fluency(logprobs),
    )
    return tuple(apply_bar(score, task.bars) for score in scores)
