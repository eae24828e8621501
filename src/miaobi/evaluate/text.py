"""Scores of a text: pure functions from words to `Score`.

Each says in its docstring what is measured and after whom, the range, which direction is better, and what fools it.
None of them sets a bar: `gates.py` holds the bars in one table and applies them.
"""

from __future__ import annotations

from miaobi.evaluate.text_content import (
    score_coherence,
    score_coverage,
    score_distinctness,
    score_filler,
    score_fluency,
    score_forbidden,
)
from miaobi.evaluate.text_form import (
    score_complete,
    score_language,
    score_length,
    score_readability,
    score_repetition,
)

__all__ = [
    "score_coherence",
    "score_complete",
    "score_coverage",
    "score_distinctness",
    "score_filler",
    "score_fluency",
    "score_forbidden",
    "score_language",
    "score_length",
    "score_readability",
    "score_repetition",
]
