"""Each score moves the right way, says why, and holds in English and Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.base.piece import Outcome, Score
from miaobi.evaluate import text as scores

EN = (
    "Street trees shade the pavement and cool the air. Their leaves catch dust from passing cars. In summer a street "
    "with old oaks is 4 °C cooler than a bare one."
)
ZH = "行道树遮住人行道，让空气凉快。树叶吸附汽车扬起的灰尘。夏天，有老橡树的街道比没有树的街道低4度。"


def _value(score: Score) -> float:
    assert score.value is not None
    return score.value


@pytest.mark.parametrize(("text", "language"), [(EN, "en"), (ZH, "zh"), ("La ville a besoin d'arbres l'été.", "fr")])
def test_text_in_its_language(text: str, language: str) -> None:
    assert _value(scores.score_language(text, language)) >= 0.95


def test_foreign_text_is_found_and_shown() -> None:
    assert _value(scores.score_language(EN, "zh")) == 0
    assert _value(scores.score_language(ZH, "en")) == 0
    mixed = scores.score_language(EN + " Les arbres rafraîchissent la ville pendant tout l'été.", "en")
    assert 0.5 < _value(mixed) < 0.9
    assert "Les arbres" in mixed.evidence
    assert scores.score_language("1984!", "en").outcome is Outcome.NOT_JUDGED


def test_terms_and_names_do_not_make_chinese_foreign() -> None:
    assert _value(scores.score_language(ZH + "CO2和PM2.5也减少了。", "zh")) > 0.9


@pytest.mark.parametrize(("text", "language"), [(EN, "en"), (ZH, "zh")])
def test_repetition(text: str, language: str) -> None:
    assert _value(scores.score_repetition(text, language)) == 0
    again = scores.score_repetition(f"{text} {text}", language)
    assert _value(again) == pytest.approx(0.5)
    assert "whole sentence" in again.evidence
    assert again.better == "lower"


def test_length_counts_words_and_characters() -> None:
    assert _value(scores.score_length("one two three four", 2, 8, "en")) == 1
    assert _value(scores.score_length("one two three four", 8, 20, "en")) == 0.5
    assert _value(scores.score_length("one two three four", 1, 2, "en")) == 0.5
    assert "8 characters" in scores.score_length("城市树木，AI 很好。2024", 1, 9, "zh").evidence
    assert _value(scores.score_length("", 3, 9, "en")) == 0


def test_coverage_of_keywords_and_facts() -> None:
    asked = ("cooling", "old oak", "An old oak street is 4 °C cooler in summer.", "bees")
    found = scores.score_coverage(EN, asked, "en")
    assert _value(found) == 0.75
    assert found.evidence == "missing: bees"
    assert _value(scores.score_coverage(ZH, ("橡树", "有老橡树的街道低四度", "蜜蜂"), "zh")) == pytest.approx(2 / 3)
    assert _value(scores.score_coverage("It fell by four per cent.", ("It fell by 4%.",), "en")) == 1
    assert _value(scores.score_coverage(EN, (), "en")) == 1


def test_a_fact_with_another_number_is_missing() -> None:
    wrong = EN.replace("4 °C", "9 °C")
    assert _value(scores.score_coverage(wrong, ("A street with old oaks is 4 °C cooler in summer",), "en")) == 0
    assert _value(scores.score_coverage(ZH.replace("4", "9"), ("有老橡树的街道低4度",), "zh")) == 0


def test_forbidden_words_are_whole_words() -> None:
    assert _value(scores.score_forbidden("The trees grow.", ["tree"])) == 1
    assert _value(scores.score_forbidden("A street.", ["tree"])) == 0
    assert "便宜" in scores.score_forbidden("又好又便宜。", ["便宜"]).evidence


@pytest.mark.parametrize(
    ("text", "language", "fault"),
    [
        ("Trees cool the", "en", "the end is missing"),
        ("Trees cool the air because.", "en", "mid-clause"),
        ("Trees are taller than.", "en", "mid-clause"),
        ("Trees and the.", "en", "mid-clause"),
        ("A city needs a.", "en", "mid-clause"),
        ("Trees (old ones cool the air.", "en", "never closed"),
        ("He said “trees cool.", "en", "never closed"),
        ("Trees **cool** the air.", "en", "markup"),
        ("- Trees cool the air.", "en", "markup"),
        ("<end_of_turn>Trees cool the air.", "en", "markup"),
        ("See https://a.b for trees.", "en", "address"),
        ("and so the trees cool the air.", "en", "mid-sentence"),
        ("树木降温，", "zh", "the end is missing"),
        ("树木降温，因为。", "zh", "mid-clause"),
        ("树木「降温。", "zh", "never closed"),
        ("", "en", "empty"),
    ],
)
def test_incomplete_text(text: str, language: str, fault: str) -> None:
    score = scores.score_complete(text, language)
    assert _value(score) < 1
    assert fault in score.evidence


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (EN, "en"),
        (ZH, "zh"),
        ("“Why?” It’s the dogs’ fault (so).", "en"),
        ("This is what trees are for.", "en"),
        ("He knew what it was.", "en"),
        ("That is who I am with.", "en"),
        ("An orange has vitamin A.", "en"),
    ],
)
def test_complete_text(text: str, language: str) -> None:
    assert scores.score_complete(text, language).evidence == ""
    assert _value(scores.score_complete(text, language)) == 1


def test_coherence_is_measured_against_unrelated_text() -> None:
    topic, near, far = (1.0, 0.1, 0.0), (1.0, 0.2, 0.0), (0.0, 0.1, 1.0)
    unrelated = ((0.7, 0.1, 0.7),)
    on_topic = _value(scores.score_coherence(topic, [near, near], unrelated))
    assert _value(scores.score_coherence(topic, [near, far], unrelated)) < on_topic
    assert on_topic == pytest.approx(0.98, abs=0.05)
    assert _value(scores.score_coherence(topic, [unrelated[0]], unrelated)) < 0.5
    assert "passage 2" in scores.score_coherence(topic, [near, far]).evidence
    assert scores.score_coherence(topic, []).outcome is Outcome.NOT_JUDGED


def test_fluency_is_the_mean_log_probability() -> None:
    score = scores.score_fluency([-1.0, -3.0])
    assert _value(score) == -2
    assert "7.4" in score.evidence
    assert scores.score_fluency([]).value is None


def test_readability() -> None:
    hard = "Notwithstanding considerable methodological heterogeneity, investigations demonstrate efficacy."
    assert _value(scores.score_readability("The cat sat on the mat. It was fat.", "en")) > 90
    assert _value(scores.score_readability(hard, "en")) < 0
    assert _value(scores.score_readability("一二三四。五六。", "zh")) == 3


def test_distinctness() -> None:
    assert _value(scores.score_distinctness(EN, ["Bees make honey from nectar."])) == 1
    copied = scores.score_distinctness(EN, [EN.split(". ")[0] + "."])
    assert _value(copied) == pytest.approx(2 / 3)
    assert "street trees shade" in copied.evidence
    assert _value(scores.score_distinctness(ZH, [ZH])) == 0


def test_filler() -> None:
    stock = "In today's fast-paced world, trees play a vital role. Oaks grow."
    assert _value(scores.score_filler(stock, "en")) == 0.5
    assert _value(scores.score_filler("众所周知，树木很好。橡树长得慢。", "zh")) == 0.5
    assert _value(scores.score_filler(EN, "en")) == 0
    assert scores.score_filler("Les arbres.", "fr").outcome is Outcome.NOT_JUDGED


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["en", "zh", "de"]))
def test_any_text_can_be_scored(text: str, language: str) -> None:
    shares = (
        scores.score_language(text, language),
        scores.score_repetition(text, language),
        scores.score_complete(text, language),
        scores.score_length(text, 5, 10, language),
        scores.score_filler(text, language),
        scores.score_distinctness(text, [text[:20]], language),
    )
    assert all(score.value is None or 0 <= score.value <= 1 for score in shares)
