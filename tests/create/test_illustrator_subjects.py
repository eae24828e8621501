"""Everyday subjects: the subject is shown, words of other senses show nothing, no two pictures of a work alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.base.engine import ImageRequest
from miaobi.create.illustrator import acts, caption, compose, figure, land, pictograms, places, scene, senses, topics
from miaobi.create.illustrator.art import Placed, as_plane, group_plane
from miaobi.create.illustrator.props import PROPS
from miaobi.create.illustrator.subjects import subjects
from miaobi.create.illustrator.view import Plane, View
from miaobi.create.image_skia import SkiaImageEngine

SIZES = ((1280, 720), (720, 1280), (1080, 1080))


def read(text: str, language: str = "en", index: int = 0) -> scene.Scene:
    return scene.read_scene(text, language, "work", index, 0)


def placed(text: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, index: int = 0) -> list[Placed]:
    """All that is placed for a text."""
    found: list[Placed] = []

    def one(view: View, item: Placed) -> Plane:
        found.append(item)
        return as_plane(view, item)

    def several(view: View, items: list[Placed], role: str, depth: float) -> Plane:
        found.extend(items)
        return group_plane(view, items, role, depth)

    for room in (land, places):
        monkeypatch.setattr(room, "as_plane", one)
        monkeypatch.setattr(room, "group_plane", several)
    request = ImageRequest(prompt=text, width=size[0], height=size[1], series="work", index=index)
    compose.compose(read(text, "en", index), request)
    return found


def test_no_flag_is_ever_drawn() -> None:
    flags = [name for name, stem in pictograms.codes().items() if pictograms.is_flag(stem)]
    assert len(flags) > 250
    assert not set(flags) & set(pictograms.fit_names())
    assert not set(flags) & (set(pictograms.other_english().values()) | set(pictograms.other_chinese().values()))
    assert all(pictograms.sprite(name) is None for name in flags)


@pytest.mark.parametrize(("word", "language"), [("China", "en"), ("Brazil", "en"), ("Japan", "en"), ("中国", "zh")])
def test_a_country_shows_no_flag(word: str, language: str) -> None:
    shown = read(word, language).shown
    assert not {pictograms.codes().get(name, "")[:3] for name in shown} & {"1f1"}


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("Coffee cherries are picked when they are red.", {"pick"}),
        ("The baby eyes the ring.", {"eye", "eyes", "ring", "baby"}),
        ("A pregnant woman talks to her doctor.", {"pregnant_woman"}),
        ("A cricket match", {"cricket"}),
        ("Turkey is a country between Europe and Asia.", {"turkey"}),
        ("A rook and a heavy metal ring", {"black_bird", "sign_of_the_horns", "ring"}),
        ("Merchants travelled far.", {"luggage", "airplane"}),
        ("Light travels faster than sound.", {"luggage", "airplane", "musical_notes"}),
        ("They painted and hammered all day.", {"artist_palette", "hammer"}),
        ("Vaccines train the immune system.", {"gear"}),
        ("A guide to the system, step by step", {"gear", "wrench"}),
        ("The bank of the river", {"bank"}),
        ("A plant in the chemical industry", {"seedling"}),
        ("Sign a contract with your landlord.", {"placard"}),
        ("A honeybee visits up to 100 flowers on one trip", {"luggage"}),
        ("The link, the label, the plus and the minus", {"link", "label", "plus", "minus"}),
        ("We work together.", {"woman_and_man_holding_hands"}),
    ],
)
def test_a_word_of_another_sense_shows_nothing(text: str, unwanted: set[str]) -> None:
    assert not unwanted & set(read(text).shown)


def test_other_drawings_are_whole_things() -> None:
    assert {name for name in senses.OTHER if "hand" in name.split("_") or "heart" in name or "face" in name} == set()
    assert set(pictograms.other_english().values()) <= senses.OTHER


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("A volcano erupts.", "en", "volcano"), ("火山为什么会喷发", "zh", "volcano"),
        ("Glaciers are melting.", "en", "own:glacier"), ("地震来了怎么办", "zh", "own:quake"),
        ("A diver explores a shipwreck.", "en", "own:diver"), ("Offshore wind energy", "en", "own:turbine"),
        ("A firefighter rescues a cat from a tree.", "en", "person:firefighter"),
        ("Children play chess in the park.", "en", "story:chess"), ("爷爷教孙子写毛笔字", "zh", "story:calligraphy"),
        ("Loneliness among older people", "en", "story:alone"), ("外卖骑手穿过雨夜的街道", "zh", "story:courier"),
        ("The stock market crash of 1929", "en", "own:falling"), ("量子计算", "zh", "own:atom"),
        ("A football match in the stadium", "en", "story:football"),
        ("A plant in the chemical industry", "en", "factory"),
        ("The first moon landing in 1969", "en", "own:lander"), ("Dogs are loyal.", "en", "dog"),
    ],
)  # fmt: skip
def test_the_text_s_own_subject_is_shown(text: str, language: str, wanted: str) -> None:
    assert wanted in read(text, language).shown[:2]


def test_every_drawing_of_a_subject_exists_and_every_setting_too() -> None:
    assert len(subjects()) > 300
    for subject in subjects().values():
        for variant in subject.variants:
            assert variant.setting in topics.SETTINGS
            for name in variant.drawings:
                kind, _, key = name.partition(":")
                tables = {"own": {*PROPS, "lanterns"}, "person": set(figure.ROLES), "story": set(acts.ALL)}
                known = tables.get(kind)
                assert key in known if known is not None else pictograms.sprite(name) is not None, name


@pytest.mark.parametrize(
    "text", ["Vaccines", "coffee", "Dogs are loyal.", "Ineffable qualms", "chess", "economy", "坚持运动的好处"]
)
def test_pictures_of_one_series_differ(text: str) -> None:
    scenes = [read(text, "zh" if text[0] > "z" else "en", index) for index in range(3)]
    assert len({(one.setting, one.shown[:1]) for one in scenes}) == 3


def test_a_text_of_which_no_word_is_known_never_shows_the_same_twice_in_a_work() -> None:
    scenes = [read("Ineffable qualms", "en", index) for index in range(10)]
    assert len({(one.setting, one.shown) for one in scenes}) == 10


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "text", ["tea", "Italian food", "budget", "printing press", "chess", "teeth", "Ineffable qualms"]
)
def test_the_frame_cuts_nothing_on_a_table_or_stage(
    text: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(4):
        if read(text, "en", index).setting not in ("table", "stage"):
            continue
        for item in placed(text, size, monkeypatch, index):
            assert item.x - item.width / 2 >= -1, item.name
            assert item.x + item.width / 2 <= size[0] + 1, item.name


@pytest.mark.parametrize("size", SIZES)
def test_pedestals_stand_clear_of_each_other(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    things = placed("The stock market crash", size, monkeypatch)
    assert len(things) == 3
    for a in things:
        for b in things:
            assert a is b or abs(a.x - b.x) > 0.45 * (a.width + b.width), (a.name, b.name)


@pytest.mark.parametrize(
    "text", ["How airplanes fly", "An airplane over the city street", "A helicopter in the mountains"]
)
def test_what_flies_stays_in_free_sky(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in SIZES:
        items = placed(text, size, monkeypatch)
        craft = next(item for item in items if item.role == "subject")
        assert craft.y < 0.45 * size[1]
        assert craft.haze > 0
        for tree in (item for item in items if item.name in ("own:tree", "own:conifer")):
            across = abs(tree.x - craft.x) < 0.4 * (tree.width + craft.width)
            assert not (across and tree.y - tree.height < craft.y - 0.25 * craft.height)


def test_somebody_seated_has_no_traffic_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(6):
        shown = read("Yoga for beginners", "en", index)
        assert shown.setting not in ("street", "city")
        items = placed("Yoga for beginners", (1280, 720), monkeypatch, index)
        assert not [item.name for item in items if scene.thing(item.name).habitat == "vehicle"]


def test_a_bee_is_at_home_among_flowers(monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(5):
        assert read("A bee sits on a sunflower.", "en", index).setting in ("meadow", "park", "river", "mountain")
    items = {item.name: item for item in placed("A bee sits on a sunflower.", (1280, 720), monkeypatch)}
    assert abs(items["honeybee"].x - items["sunflower"].x) < items["sunflower"].width


def test_a_grave_subject_has_no_cheerful_passers_by(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {item.name for item in placed("An earthquake destroyed the old town.", (1280, 720), monkeypatch)}
    assert not {name for name in told if name.startswith("story:")} | (told & {"rabbit", "butterfly", "automobile"})


@pytest.mark.parametrize(
    ("name", "count", "words"),
    [
        ("own:coffeebeans", 1, "coffee beans"), ("glasses", 1, "glasses"), ("chess_pawn", 1, "a chess pawn"),
        ("hourglass_not_done", 1, "an hourglass"), ("person:people", 1, "a person"), ("person:people", 2, "people"),
        ("bus", 1, "a bus"), ("compass", 1, "a compass"), ("own:cloth", 1, "folded cloths"), ("bread", 1, "bread"),
        ("wolf", 2, "wolves"), ("cheese_wedge", 1, "cheese"), ("cactus", 1, "a cactus"),
    ],
)  # fmt: skip
def test_alt_texts_are_english(name: str, count: int, words: str) -> None:
    made = scene.Scene("park", "day", "", (name,), 1, "")
    assert caption.describe(made, [name] * count, "en", "") == f"Flat illustration: {words} in a park by day."


@given(text=st.sampled_from(sorted(subjects())), index=st.integers(0, 9), shape=st.sampled_from(SIZES))
@settings(max_examples=12, deadline=None)
def test_any_subject_draws_the_same_bytes_twice(text: str, index: int, shape: tuple[int, int]) -> None:
    request = ImageRequest(prompt=text, width=shape[0] // 4, height=shape[1] // 4, series="work", index=index)
    first, second = (SkiaImageEngine.open("illustrator", Path()) for _ in range(2))
    assert first.generate(request).image.read() == second.generate(request).image.read()
