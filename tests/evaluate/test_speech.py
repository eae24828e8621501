"""Speech scores count what was misheard, not how it was spelled."""

from __future__ import annotations

import pytest

from miaobi.evaluate.numbers import numbers_as_digits
from miaobi.evaluate.speech import align, score_pace, score_speech, word_error_rate


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("twenty-one trees", "21 trees"),
        ("nineteen eighty-four", "1984"),
        ("nineteen oh five", "1905"),
        ("two thousand and five", "2005"),
        ("three point five degrees", "3.5 degrees"),
        ("sixty five per cent", "65%"),
        ("one million two hundred thousand", "1200000"),
        ("1.5 million", "1500000"),
        ("1,200 trees", "1200 trees"),
        ("the twenty-first century", "the 21st century"),
        ("a thirty second video", "a 30 second video"),
        ("hundreds of trees, oh no", "hundreds of trees, oh no"),
    ],
)
def test_english_numbers(words: str, digits: str) -> None:
    assert numbers_as_digits(words, "en") == digits


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("百分之四十", "40%"),
        ("百分之三点五", "3.5%"),
        ("一千二百棵", "1200棵"),
        ("两万三千", "23000"),
        ("一百零五", "105"),
        ("一万二", "12000"),
        ("三亿五千万", "350000000"),
        ("1.5万", "15000"),
        ("二零二四年", "2024年"),
        ("三点五度", "3.5度"),
    ],
)
def test_chinese_numbers(words: str, digits: str) -> None:
    assert numbers_as_digits(words, "zh") == digits


@pytest.mark.parametrize(
    ("meant", "heard", "language"),
    [
        ("Trees cool streets by 4.5 °C.", "trees cool streets by four point five degrees Celsius", "en"),
        ("It cost $5, or 20%, in 1984!", "it cost five dollars or twenty per cent in nineteen eighty four", "en"),
        ("A well-known, 1,200-year-old oak.", "A well known 1200 year old oak", "en"),
        ("It’s Dr. Lee’s tree.", "its doctor lees tree", "en"),
        ("城市里有1200棵树，占百分之四十。", "城市里有一千二百棵树占40%", "zh"),
    ],
)
def test_spelling_makes_no_error(meant: str, heard: str, language: str) -> None:
    assert word_error_rate(meant, heard, language) == 0
    assert score_speech(meant, heard, language).value == 0


def test_traditional_characters_are_the_same_words() -> None:
    pytest.importorskip("opencc")
    assert word_error_rate("树让城市凉快", "樹讓城市涼快", "zh") == 0


def test_errors_are_counted_and_shown() -> None:
    score = score_speech("The old oak cools the warm street.", "The cold oak cools warm street now.", "en")
    assert score.value == pytest.approx(3 / 7)
    assert score.evidence == "“old” → “cold”, “the” → “–”, “–” → “now”"
    assert score.better == "lower"
    chinese = score_speech("树木降温", "树目降温", "zh")
    assert chinese.value == 0.25
    assert "“木” → “目”" in chinese.evidence


def test_error_rate_edges() -> None:
    assert word_error_rate("", "", "en") == 0
    assert word_error_rate("", "noise", "en") == 1
    assert word_error_rate("a b", "", "en") == 1
    assert word_error_rate("a", "a b c d", "en") == 3
    assert score_speech("", "noise", "en").value is None


def test_alignment_is_a_cheapest_one() -> None:
    pairs = align(list("kitten"), list("sitting"))
    assert sum(a != b for a, b in pairs) == 3
    assert "".join(a for a, _ in pairs) == "kitten"
    assert "".join(b for _, b in pairs) == "sitting"


def test_pace() -> None:
    assert score_pace("one two three", 1.5, "en").value == 120
    assert score_pace("一二三四", 1.0, "zh").value == 240
    assert score_pace("one", 0, "en").value is None


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("three metres", "three meters"),
        ("kilometres of theatre fibre", "kilometers of theater fiber"),
        ("a centred centre", "a centered center"),
        ("neighbours honoured the colour", "neighbors honored the color"),
        ("organisations realise", "organizations realize"),
        ("analysed greyer programmes", "analyzed grayer programs"),
    ],
)
def test_spelling_is_no_speech_error(said: str, heard: str) -> None:
    assert word_error_rate(said, heard, "en") == 0 == word_error_rate(heard, said, "en")


@pytest.mark.parametrize(("said", "heard"), [("our tree", "or tree"), ("the prise", "the prize"), ("your", "yore")])
def test_words_that_sound_apart_stay_apart(said: str, heard: str) -> None:
    assert word_error_rate(said, heard, "en") > 0
