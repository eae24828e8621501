"""What an editor promises: tidy marks, the same words, whole sentences."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.edit.text import drop_unfinished, first_sentences, split_sentences, tidy_text, to_paragraphs

_MARKS = list("abTh i.,;:!?\"'()-—…\n*#_`12 城市，。！？：“”（）、")
_languages = st.sampled_from(["en", "zh", "de"])


def _characters(text: str) -> list[str]:
    return [c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum()]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(alphabet=st.sampled_from([*_MARKS, *"<>/&"]), max_size=40), st.text(max_size=40)), _languages)
def test_tidying_what_is_tidy_changes_nothing(text: str, language: str) -> None:
    once = tidy_text(text, language)
    assert tidy_text(once, language) == once


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(_MARKS), max_size=40), _languages)
def test_no_letter_or_digit_is_lost_or_added(text: str, language: str) -> None:
    assert _characters(tidy_text(text, language)) == _characters(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(_MARKS), max_size=60))
def test_sentences_hold_the_whole_text(text: str) -> None:
    assert re.sub(r"\s", "", "".join(split_sentences(text, "en"))) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("<start_of_image> **trees** cool  the city !!", "Trees cool the city!"),
        ("### Shade\n- oaks\n- elms", "Shade\nOaks\nElms"),
        ('"Why?" she asked -- and left.', "“Why?” she asked—and left."),
        ("it's hot ... and dry . so drink,, often..", "It’s hot… and dry. So drink, often."),
        ("see [the map](http://a.b/c) <b>now</b>", "See the map now"),
        ("schÃ¶n &amp; caf\u00e9", "Schön & café"),
        ("iPhone users like e.g. oaks. iPads too.", "iPhone users like e.g. oaks. iPads too."),
        ('a 5" pot', 'A 5" pot'),
        ("- 5 degrees", "-5 degrees"),
        ("- 5 degrees\n- 6 oaks", "5 degrees\n6 oaks"),
        ("- 5 oaks", "5 oaks"),
        ("by 3 : 2", "By 3:2"),
        ("AT&amp;T if 3 < 5", "AT&T if 3 < 5"),
        ("one\u00a0\u200btwo\r\n\r\n\r\n\r\nthree", "One two\n\nThree"),
    ],
)
def test_english(raw: str, tidy: str) -> None:
    assert tidy_text(raw, "en") == tidy


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("城市树木,很重要.它们吸收CO2,降温4度!!", "城市树木，很重要。它们吸收 CO2，降温 4 度！"),
        ('他说:"你好吗?"然后走了...', "他说：“你好吗？”然后走了……"),
        ("真的(很热)。。", "真的（很热）。"),
        ("夏天--很热", "夏天——很热"),
        ('他说:"你好".然后走了。', "他说：“你好”。然后走了。"),
        ("比分3 : 2", "比分 3:2"),
        ("见树.com", "见树.com"),
        ("气温 25.5 度,见 https://a.b/c?d=1", "气温 25.5 度，见 https://a.b/c?d=1"),
    ],
)
def test_chinese(raw: str, tidy: str) -> None:
    assert tidy_text(raw, "zh") == tidy


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. J. S. Lee of the U.S. Forest Service spoke. He left.", 2),
        ("It rose by 3.5 degrees, e.g. in July. Why? Nobody knows!", 3),
        ("“Stop!” she cried. Then it rained.", 2),
        ("He lives in the U.S. The end is near.", 2),
        ("“为什么？”他问。没有人回答！真的。", 3),
        ("他说：“走吧。”大家走了。", 2),
        ("One line\nanother line", 2),
        ("", 0),
    ],
)
def test_sentence_count(text: str, count: int) -> None:
    assert len(split_sentences(text, "en")) == count


def test_unfinished_end_is_dropped() -> None:
    assert drop_unfinished("Trees cool. They also give sha", "en") == "Trees cool."
    assert drop_unfinished("树木降温。它们还能", "zh") == "树木降温。"
    assert drop_unfinished("He said: “Go. They", "en") == "", "a quote that never closes is not complete"
    assert drop_unfinished("One (two) three.\n\nFour (five. Six", "en") == "One (two) three."
    assert drop_unfinished("no sentence at all", "en") == ""
    assert drop_unfinished("Whole. Also whole.", "en") == "Whole. Also whole."


def test_first_sentences_keep_what_stands_between_them() -> None:
    assert first_sentences("A b.  C d! E f?", 2) == "A b.  C d!"
    assert first_sentences("One.", 5) == "One."
    assert first_sentences("One.", 0) == ""


def test_paragraphs() -> None:
    assert to_paragraphs("One line\nwrapped.\n\nTwo.") == ("One line wrapped.", "Two.")
    assert to_paragraphs("城市\n树木。") == ("城市树木。",)
    assert to_paragraphs("A b. C d. E f. G h. I j.", most_sentences=3) == ("A b. C d.", "E f. G h. I j.")
