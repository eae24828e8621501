"""A brief from options, a file and plain words: what is taken, what is refused, and how it is said."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.brief.brief import Brief, describe_brief, parse_brief
from miaobi.brief.fields import RULES
from miaobi.errors import BriefError


def _refusal(words: str | None = "trees", data: Mapping[str, Any] | None = None, **options: Any) -> str:
    with pytest.raises(BriefError) as caught:
        parse_brief(words, data, {"recipe": "article", **options})
    return str(caught.value)


def _where(brief: Brief) -> dict[str, tuple[str, str]]:
    return {label: (value, origin) for label, value, origin in describe_brief(brief)}


# ---------------------------------------------------------------- taking


def test_option_beats_file_beats_words_beats_default() -> None:
    words = "a friendly 300-word article about bees for children"
    data = {"words": 400, "audience": "gardeners", "seed": 7}
    brief = parse_brief(words, data, {"recipe": "article", "words": 500})
    assert (brief.words, brief.audience, brief.tone, brief.topic, brief.seed) == (
        500,
        "gardeners",
        "friendly",
        "bees",
        7,
    )
    shown = _where(brief)
    assert shown["Length"] == ("500 words", "option")
    assert shown["Audience"] == ("gardeners", "brief file")
    assert shown["Tone"] == ("friendly", "plain words")
    assert shown["Language"] == ("en", "detected from the topic")


def test_an_option_of_none_is_not_given() -> None:
    assert parse_brief("trees", {"words": 400}, {"recipe": "article", "words": None}).words == 400


def test_lengths_are_worked_out() -> None:
    assert parse_brief("trees", None, {"recipe": "article", "minutes": 2}).words == 480
    assert parse_brief("树木", None, {"recipe": "article", "minutes": 2}).words == 800
    assert parse_brief("trees", None, {"recipe": "video", "minutes": 1.5}).duration_seconds == 90
    video = parse_brief("trees", None, {"recipe": "video", "words": 75})
    assert video.duration_seconds == 30
    assert _where(video)["Duration"] == ("30 seconds", "worked out from 75 words")
    assert _where(parse_brief("trees", None, {"recipe": "article"}))["Length"] == (
        "what facts and engine carry",
        "default",
    )


def test_a_length_beats_one_of_another_unit_from_a_weaker_place() -> None:
    brief = parse_brief("a 30 second video about bees", {"words": 100}, {"recipe": "video"})
    assert (brief.words, brief.duration_seconds) == (100, 40)


def test_words_beside_a_topic_from_the_file_become_notes() -> None:
    brief = parse_brief("mind the winter", {"topic": "city trees"}, {"recipe": "article"})
    assert (brief.topic, brief.notes) == ("city trees", "mind the winter")


def test_values_are_cleaned() -> None:
    data = {
        "topic": "  city\n trees\u0000 ",
        "keywords": "shade, oak",
        "facts": "Oaks grow old.",
        "language": "Chinese",
    }
    brief = parse_brief(
        None, {**data, "facts": ["橡树长寿。", "橡树长寿。"], "words": "300", "pictures": False}, {"recipe": "article"}
    )
    assert brief.topic == "city trees"
    assert brief.keywords == ("shade", "oak")
    assert brief.facts == ("橡树长寿。",)
    assert (brief.language, brief.words, brief.pictures) == ("zh", 300, 0)
    assert parse_brief("x", {"language": "zh_hans_cn"}, {"recipe": "article"}).language == "zh-Hans-CN"


def test_language_comes_from_topic_and_facts() -> None:
    assert parse_brief("城市树木", None, {"recipe": "article"}).language == "zh"
    assert parse_brief("AI", {"facts": ["人工智能改变城市的管理方式。"]}, {"recipe": "article"}).language == "zh"


def test_where_a_value_came_from_is_no_part_of_the_brief() -> None:
    parsed = parse_brief("trees", None, {"recipe": "article"})
    direct = Brief(recipe="article", topic="trees")
    assert parsed == direct
    assert hash(parsed) == hash(direct)
    assert parsed != Brief(recipe="article", topic="bees")
    assert Brief.model_validate_json(parsed.model_dump_json()) == parsed
    assert pickle.loads(pickle.dumps(parsed)) == parsed


# ---------------------------------------------------------------- refusing


@pytest.mark.parametrize("words", [None, "", " \n", "."])
def test_an_empty_brief_says_what_to_do(words: str | None) -> None:
    assert "Say what the piece is about" in _refusal(words, {})


def test_a_sentence_without_a_topic() -> None:
    assert "Say what the piece is about" in _refusal("a 30 second video", recipe="video")


def test_a_topic_of_40000_characters() -> None:
    assert "topic is 40,000 characters long; at most 2,000 fit" in _refusal("x" * 40_000)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("lenght", "words"),
        ("topics", "topic"),
        ("lang", "language"),
        ("主题", "topic"),
        ("Facts", "facts"),
        ("key-words", "keywords"),
    ],
)
def test_an_unknown_key_gets_a_suggestion(key: str, meant: str) -> None:
    assert f'did you mean "{meant}"?' in _refusal(data={key: "x"})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"words": -5}, "words is -5; it has to lie between 30 and 10,000"),
        ({"words": 99.5}, "whole number"),
        ({"words": float("nan")}, "words has to be a whole number"),
        ({"words": 10**400}, "words has to be a whole number"),
        ({"words": True}, "words has to be a whole number, and is true"),
        ({"words": "many"}, 'is "many"'),
        ({"topic": 2024}, "topic has to be text"),
        ({"topic": ["a"]}, "topic has to be text, and is a list"),
        ({"facts": [{"Trees": "4 degrees"}]}, "entry 1 of facts has a colon"),
        ({"facts": ["x" * 501]}, "entry 1 of facts is 501 characters long"),
        ({"facts": ["x"] * 101}, "101 entries"),
        ({"keywords": 3}, "keywords has to be a list"),
        ({"fps": 12}, "fps is 12; it has to lie between 24 and 60"),
        ({"shape": "round"}, "landscape, portrait or square"),
        ({"seed": -1}, "seed is -1"),
        ({"language": "english please"}, "a tag such as en"),
        ({"language": "cn"}, "Chinese is zh"),
        ({"language": False}, "YAML"),
        ({"topic": "bad \ud800 text"}, "not valid text"),
    ],
)
def test_a_value_that_does_not_fit(data: dict[str, Any], message: str) -> None:
    assert message in _refusal(data=data)


@pytest.mark.parametrize(
    ("recipe", "data", "message"),
    [
        (
            "article",
            {"language": "zh"},
            "Two languages are asked for: the option asks for en, but the brief file asks for zh",
        ),
        (
            "article",
            {"facts": ["树木能降温4度", "橡树长寿"]},
            "language is en (from the option), but all 2 facts are written in Chinese",
        ),
        ("article", {"keywords": ["Bees"], "avoid": ["bees"]}, '"bees" stands both in keywords and in avoid'),
        ("article", {"avoid": ["cheap"], "facts": ["A cheap oak."]}, 'The word to avoid "cheap" is in fact 1'),
        ("article", {"duration_seconds": 30}, "duration_seconds is 30, but an article has none"),
        ("article", {"scenes": 3}, "give sections instead"),
        ("article", {"words": 1000, "minutes": 60}, "do not go together"),
        ("article", {"words": 60, "sections": 5}, "too few for 5 sections"),
        (
            "video",
            {"words": 2000, "duration_seconds": 10},
            "2,000 words cannot be spoken in 10 seconds; at most 40 fit",
        ),
        ("video", {"duration_seconds": 30, "minutes": 2}, "keep one of them"),
        ("video", {"minutes": 15}, "900 seconds long"),
        ("video", {"sections": 3}, "give scenes instead"),
    ],
)
def test_a_contradiction_is_named(recipe: str, data: dict[str, Any], message: str) -> None:
    assert message in _refusal(data=data, recipe=recipe, language="en")


def test_what_is_no_contradiction() -> None:
    brief = parse_brief(
        "城市树木", {"facts": ["Oaks grow old."], "avoid": ["cheap"]}, {"recipe": "article", "language": "en"}
    )
    assert brief.language == "en"
    parse_brief("trees", {"avoid": ["art"], "facts": ["A party is fun."]}, {"recipe": "article"})
    parse_brief("bees", {"facts": ["Bees fly.", "蜜蜂会飞。"], "language": "zh"}, {"recipe": "video"})
    parse_brief("bees", {"language": "zh-TW"}, {"recipe": "video", "language": "zh"})


def test_facts_in_english_for_a_chinese_piece_cannot_be_checked() -> None:
    message = _refusal("a video about bees in Chinese", {"facts": ["Bees fly."]}, recipe="video")
    assert "language is zh (from the plain words), but the only fact is written in English" in message


def test_all_problems_are_named_at_once() -> None:
    message = _refusal(data={"wrods": 3, "fps": 12, "avoid": ["oak"], "keywords": ["oak"]})
    assert "3 problems" in message
    assert all(part in message for part in ('"wrods"', "fps is 12", '"oak"'))


def test_a_brief_made_directly_is_checked_too() -> None:
    with pytest.raises(BriefError, match="words is 5"):
        Brief(recipe="article", topic="trees", words=5)
    with pytest.raises(BriefError, match="kind of piece"):
        Brief(topic="trees")  # type: ignore[call-arg]


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.dictionaries(st.sampled_from([*RULES, "other"]), _junk, max_size=6))
def test_any_input_gives_a_brief_or_one_error(words: str, data: dict[str, Any]) -> None:
    message = ""
    try:
        brief = parse_brief(words, data, {"recipe": "article"})
    except BriefError as error:
        message = str(error)
    if message:
        assert 20 < len(message) < 4000
    else:
        assert 1 <= len(brief.topic) <= 2000
        assert brief.language
        assert Brief.model_validate(brief.model_dump()) == brief


@pytest.mark.parametrize(
    ("words", "data", "named"),
    [
        ("make a video about tea", {}, ("the command asks for an article", "the plain words ask for a video")),
        ("tea", {"recipe": "video"}, ("the command asks for an article", "the brief file asks for a video")),
        ("写一个关于茶的视频", {}, ("the command asks for an article", "the plain words ask for a video")),
    ],
)
def test_two_kinds_of_piece_are_named(words: str, data: dict[str, object], named: tuple[str, ...]) -> None:
    with pytest.raises(BriefError) as caught:
        parse_brief(words, data, {"recipe": "article"})
    for said in named:
        assert said in str(caught.value)


@pytest.mark.parametrize("words", ["a story about a fox", "a report on tea", "an article about tea", "tea"])
def test_a_word_that_fits_both_kinds_of_piece_contradicts_neither(words: str) -> None:
    assert parse_brief(words, {}, {"recipe": "article"}).recipe == "article"
    if "article" not in words:
        assert parse_brief(words, {}, {"recipe": "video"}).recipe == "video"


def test_a_word_to_avoid_in_the_topic_is_named() -> None:
    with pytest.raises(BriefError, match='"bees" is in the topic'):
        parse_brief("why bees matter", {}, {"recipe": "article", "avoid": ("bees",)})
    assert parse_brief("why beeswax matters", {}, {"recipe": "article", "avoid": ("bees",)}).avoid == ("bees",)


@pytest.mark.parametrize(
    "number", [16**6000, float("nan"), float("inf"), -(16**6000)], ids=["huge", "nan", "inf", "low"]
)
def test_a_number_that_cannot_be_written_out_is_named(number: float) -> None:
    with pytest.raises(BriefError, match="entry 1 of facts is far too large"):
        parse_brief("tea", {"facts": [number]}, {"recipe": "article"})
