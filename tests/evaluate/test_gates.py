"""Bars come from one table, and a user's changes to it are taken or refused by name."""

from __future__ import annotations

import pytest

from miaobi.base.piece import Outcome, Score, judged
from miaobi.errors import GateError, InputError
from miaobi.evaluate.bars import TABLE
from miaobi.evaluate.gates import apply_bar, bars_for, check_changes, demand, explain, verdict


def test_bars_depend_on_kind_and_language() -> None:
    assert bars_for("article", "text", "en").bar("repetition") == 0.05
    assert bars_for("video", "voice", "en-GB").bar("speech error") == 0.25
    assert bars_for("video", "voice", "zh-CN").bar("speech error") == 0.35
    assert bars_for("video", "subtitles", "zh").bar("reading speed") == 9
    assert bars_for("article", "lead", "en").bars == bars_for("article", "text", "en").bars
    assert bars_for("article", "takeaways", "en").bar("complete") is None
    assert bars_for("poem", "text", "en").bars == {}


def test_no_row_is_there_twice() -> None:
    keys = [(row.recipe, row.kind, row.score, row.language) for row in TABLE]
    assert len(keys) == len(set(keys))


def test_length_range_follows_the_words_asked() -> None:
    assert bars_for("article", "text", "en").length_range(100) == (60, 160)
    assert bars_for("article", "text", "en", {"article": {"text": {"length_low": 0.9}}}).length_range(100)[0] == 90


def test_a_score_is_judged_by_its_bar() -> None:
    bars = bars_for("article", "text", "en")
    assert apply_bar(judged("repetition", 0.2, None, better="lower"), bars).outcome is Outcome.FLAGGED
    assert apply_bar(judged("repetition", 0.02, None, better="lower"), bars).outcome is Outcome.PASSED
    assert apply_bar(judged("language", None, None), bars).outcome is Outcome.NOT_JUDGED
    free = apply_bar(judged("fluency", -3.0, None), bars)
    assert (free.bar, free.outcome) == (None, Outcome.MEASURED), "without a bar there is nothing to pass"


def test_a_user_changes_bars() -> None:
    changes = {"article": {"text": {"repetition": 0.5, "readability": False, "language": {"zh": 0.7}}}}
    english, chinese = (bars_for("article", "text", tag, changes) for tag in ("en", "zh"))
    assert english.bar("repetition") == 0.5
    assert english.bar("readability") is None
    assert english.bar("language") == 0.9
    assert chinese.bar("language") == 0.7
    assert bars_for("video", "narration", "en", changes).bar("repetition") == 0.05
    assert bars_for("video", "voice", "en", {"video": {"voice": {"speech_error": 0.1}}}).bar("speech error") == 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"artcle": {}}, 'Did you mean "article"'),
        ({"article": {"txt": {}}}, 'Did you mean "text"'),
        ({"article": {"text": {"repitition": 1}}}, 'Did you mean "repetition"'),
        ({"article": {"text": 3}}, "group of keys"),
        ({"article": {"text": {"repetition": "low"}}}, "number"),
        ({"article": {"text": {"repetition": True}}}, "number"),
        ({"article": {"text": {"repetition": float("nan")}}}, "number"),
    ],
)
def test_wrong_changes_are_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_changes(changes)
    with pytest.raises(InputError):
        bars_for("article", "text", "en", changes)


def test_verdict() -> None:
    flagged, passed, unknown = judged("a", 0.0, 1.0), judged("b", 1.0, 1.0), judged("c", None, 1.0)
    assert verdict([flagged, passed, unknown]) is Outcome.FLAGGED
    assert verdict([passed, unknown]) is Outcome.PASSED
    assert verdict([unknown]) is Outcome.NOT_JUDGED
    assert verdict([unknown, judged("pace", 150.0, None)]) is Outcome.MEASURED
    assert verdict([passed, judged("pace", 150.0, None)]) is Outcome.PASSED
    assert verdict([]) is Outcome.NOT_JUDGED


def test_strict_gates_name_every_fault() -> None:
    scores = [judged("a", 0.5, 1.0, evidence="bees"), judged("b", 1.0, 1.0), Score(name="c", value=None)]
    demand(scores[1:], "section 1")
    with pytest.raises(GateError, match=r"section 1 is below its bar: a 0.5, at least 1 \(bees\)"):
        demand(scores, "section 1")
    assert explain(judged("overlap", 0.25, 0.0, better="lower", unit="seconds")) == "overlap 0.25 seconds, at most 0"
