"""Words to scenes: the right thing leads, in the right place, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.create.illustrator import figure, pictograms, things, topics
from miaobi.create.illustrator.props import PROPS
from miaobi.create.illustrator.reading import forms
from miaobi.create.illustrator.scene import read_scene, thing


@pytest.mark.parametrize(
    ("text", "language", "lead", "setting"),
    [
        ("A cyclist rides under tall trees in a busy street.", "en", "person_biking", "street"),
        ("Cows graze on the farm.", "en", "cow", "field"),
        ("The doctor checks a patient.", "en", "person:doctor", "clinic"),
        ("Coral reefs shelter fish.", "en", "coral", "underwater"),
        ("The rocket flies to Mars.", "en", "rocket", "space"),
        ("Justice means that the law is the same for everyone.", "en", "balance_scale", "stage"),
        ("Deep learning models are trained on data.", "en", "own:network", "stage"),
        ("A hot air balloon over the desert", "en", "own:airballoon", "desert"),
        ("骆驼穿过沙漠。", "zh", "camel", "desert"),
        ("一位农民在田里收获小麦。", "zh", "person:farmer", "field"),
        ("老师在黑板上写公式。", "zh", "person:teacher", "classroom"),
        ("渔船在海上航行。", "zh", "sailboat", "coast"),
    ],
)
def test_who_leads_and_where(text: str, language: str, lead: str, setting: str) -> None:
    scene = read_scene(text, language, "work", 0, 0)
    assert (scene.shown[0], scene.setting) == (lead, setting)


@pytest.mark.parametrize(
    ("text", "language", "light", "weather"),
    [
        ("The city at night", "en", "night", ""), ("Sunset over a rainy field", "en", "dusk", "rain"),
        ("清晨的雾中森林", "zh", "dawn", "fog"), ("暴风雨中的大海", "zh", None, "storm"),
        ("Snowy mountains", "en", None, "snow"),
    ],
)  # fmt: skip
def test_light_and_weather_come_from_the_text(text: str, language: str, light: str | None, weather: str) -> None:
    scene = read_scene(text, language, "work", 0, 0)
    assert scene.weather == weather
    assert light is None or scene.light == light


def test_chinese_words_are_cut_before_they_are_looked_up() -> None:
    assert "horse" not in read_scene("他马上就到公园了", "zh", "w", 0, 0).shown
    assert not any(
        "flower" in name or "blossom" in name for name in read_scene("这要花费很多钱", "zh", "w", 0, 0).shown
    )


def test_a_topic_without_things_turns_with_the_index() -> None:
    leads = [read_scene("economic prosperity", "en", "work", index, 0).shown[0] for index in range(4)]
    assert len(set(leads)) == 4


def test_small_signs_do_not_lie_about_in_a_landscape() -> None:
    shown = read_scene("古老的城堡矗立在雪山之间。", "zh", "work", 0, 0).shown
    assert "castle" in shown
    assert not {"scroll", "hourglass_not_done"} & set(shown)


@given(text=st.text(max_size=60), language=st.sampled_from(["en", "zh", "de"]), index=st.integers(0, 50))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_a_scene_that_can_be_drawn(text: str, language: str, index: int) -> None:
    scene = read_scene(text, language, "work", index, 0)
    assert scene == read_scene(text, language, "work", index, 0)
    assert scene.setting in topics.SETTINGS
    assert scene.setting in topics.LABELS


def test_every_name_in_the_tables_can_be_drawn() -> None:
    names = set(things.all_things())
    names.update(name for topic in topics.topics().values() for name in topic.drawings)
    for name in sorted(names - {"own:lanterns"}):
        kind, _, key = name.partition(":")
        if kind == "own":
            assert key in PROPS, name
        elif kind == "person":
            assert key in figure.ROLES, name
        else:
            assert pictograms.sprite(name) is not None, name


def test_the_tables_are_large_in_both_languages() -> None:
    assert len(things.english_words()) > 1000
    assert len(things.chinese_words()) > 1000
    assert len(topics.topics()) > 600


@pytest.mark.parametrize(
    ("word", "base"), [("riding", "ride"), ("running", "run"), ("cities", "city"), ("buses", "bus")]
)
def test_forms_reach_the_dictionary_word(word: str, base: str) -> None:
    assert base in forms(word)


@pytest.mark.parametrize(
    ("text", "language", "unwanted"),
    [
        ("The sun heats a city without trees", "en", {"fire", "own:tree"}),
        ("Students listen in the park.", "en", {"headphone"}),
        ("The teacher writes an equation.", "en", {"memo"}),
        ("She books a flight and waters the plants.", "en", {"open_book", "droplet", "seedling_pot"}),
        ("Clean energy protects the air.", "en", {"broom", "shield", "soap"}),
        ("Peak temperatures in summer", "en", {"mountain", "thermometer"}),
        ("没有树的城市很热", "zh", {"own:tree", "fire"}),
    ],
)
def test_verbs_and_weather_words_bring_no_objects(text: str, language: str, unwanted: set[str]) -> None:
    assert not unwanted & set(read_scene(text, language, "work", 0, 0).shown)


@pytest.mark.parametrize(
    ("text", "language", "weather"),
    [
        ("The sun heats the street.", "en", "heat"),
        ("Trees can lower peak summer temperatures.", "en", "heat"),
        ("Trees slow the rain.", "en", "rain"),
        ("烈日下的城市很炎热", "zh", "heat"),
        ("树叶减缓雨水。", "zh", "rain"),
    ],
)
def test_heat_and_rain_are_weather(text: str, language: str, weather: str) -> None:
    assert read_scene(text, language, "work", 0, 0).weather == weather


@pytest.mark.parametrize(("text", "language"), [("Cities need trees.", "en"), ("城市需要树木。", "zh")])
def test_a_series_about_trees_moves_from_place_to_place(text: str, language: str) -> None:
    scenes = [read_scene(text, language, "work", index, 0) for index in range(6)]
    assert len({scene.setting for scene in scenes}) == 6
    assert all(scene.shown[0] == "own:tree" for scene in scenes)


def test_people_who_act_are_still_shown_for_a_verb() -> None:
    assert thing(read_scene("They ride a bike to work.", "en", "w", 0, 0).shown[0]).habitat == "person"


@pytest.mark.parametrize(
    "text", ["马上", "花费", "电影", "国家", "水平", "山东", "火车站的门票", "信任", "雨林", "令人惊讶"]
)
def test_a_character_inside_another_word_is_not_that_thing(text: str) -> None:
    single = {"horse", "blossom", "electric_plug", "house", "droplet", "fire", "door", "envelope", "person:people"}
    assert not single & set(read_scene(text, "zh", "w", 0, 0).shown[:1])
