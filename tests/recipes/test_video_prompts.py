"""The video's prompts: scenes that fit the length, facts dealt in order, narration bound to the facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaobi.brief.brief import Brief
from miaobi.brief.plan import Scene
from miaobi.evaluate.gates import bars_for
from miaobi.recipes import video_prompts as prompts

FACTS = ("A honeybee visits up to 100 flowers on one trip.", "Farmers rent hives in spring.")
BEES = Brief(recipe="video", topic="how bees help farmers", facts=FACTS, duration_seconds=40)
BARS = bars_for("video", "narration", "en")


def test_scenes_and_words_fit_the_length() -> None:
    for seconds in (20.0, 30.0, 40.0, 60.0):
        brief = Brief(recipe="video", topic="volcanoes", duration_seconds=seconds)
        scenes = prompts.count_scenes(brief)
        spoken = scenes * prompts.scene_words(brief, scenes) * 60 / 150
        assert 3 <= scenes <= 8
        assert spoken < seconds
        assert spoken > 0.45 * seconds
    assert prompts.count_scenes(BEES.model_copy(update={"scenes": 5})) == 5
    chinese = Brief(recipe="video", topic="蜜蜂怎样帮助农民", duration_seconds=40)
    assert prompts.scene_words(chinese, 5) > prompts.scene_words(BEES, 5)


@given(count=st.integers(0, 14), scenes=st.integers(1, 9))
def test_facts_keep_their_order_and_none_is_lost(count: int, scenes: int) -> None:
    facts = [f"Fact {n}." for n in range(count)]
    groups = prompts.deal_scene_facts(facts, scenes)
    assert len(groups) == scenes
    assert [fact for group in groups for fact in group] == facts
    assert max(map(len, groups)) <= -(-count // max(1, scenes - 1)) + 1


def test_opening_scene_is_free_of_facts_when_there_is_room() -> None:
    assert prompts.deal_scene_facts(FACTS, 3) == [(), (FACTS[0],), (FACTS[1],)]
    assert prompts.deal_scene_facts(FACTS, 2) == [(FACTS[0],), (FACTS[1],)]


def test_narration_states_facts_and_adds_only_where_time_is_left() -> None:
    full = Scene(id="scene-1", beat="How bees visit flowers", facts=FACTS[:1], words=9)
    roomy = full.model_copy(update={"words": 24})
    assert [turn.given for turn in prompts.narration_task(BEES, full, BARS, previous=("x",)).turns] == [FACTS[0]]
    turns = prompts.narration_task(BEES, roomy, BARS, previous=("x",)).turns
    assert turns[0].given == FACTS[0]
    assert turns[1].openings


def test_first_scene_without_a_fact_begins_with_the_topic() -> None:
    scene = Scene(id="scene-1", beat="How Bees Help Farmers", words=14)
    assert prompts.narration_task(BEES, scene, BARS).turns[0].openings[0] == "Bees help farmers by"
    later = prompts.narration_task(BEES, scene.model_copy(update={"beat": "Why bees dance"}), BARS, previous=("x",))
    assert later.turns[0].openings[0] == "Bees dance because"


def test_mandarin_film_opens_with_its_question() -> None:
    brief = Brief(recipe="video", topic="蜜蜂怎样帮助农民", duration_seconds=30)
    turns = prompts.narration_task(brief, Scene(id="scene-1", beat="蜜蜂", words=25), BARS).turns
    assert turns[0].given == "蜜蜂怎样帮助农民？"
    assert turns[0].by_rule


def test_wish_opens_room_for_what_is_to_be_mentioned() -> None:
    scene = Scene(id="scene-1", beat="How bees visit flowers", facts=FACTS[:1], words=9)
    task = prompts.narration_task(BEES, scene, BARS, previous=("x",), instruction="mention the orchard")
    assert task.keywords == ("orchard",)
    assert task.turns[1].is_asked
    assert "The orchard" in task.turns[1].openings
    assert "orchard" in task.prompt


@pytest.mark.parametrize(
    ("topic", "closing"),
    [
        ("why cities need trees", "And that is why cities need trees."),
        ("how bees help farmers", "And that is how bees help farmers."),
        ("how to start running", "And that is how to start running."),
        ("volcanoes", "Volcanoes."),
        ("城市为什么需要树", "这就是城市需要树的原因。"),
    ],
)
def test_closing_line_sums_up_in_the_topics_words(topic: str, closing: str) -> None:
    assert prompts.closing_line(Brief(recipe="video", topic=topic)) == closing


def test_moods_follow_tone_then_topic() -> None:
    assert prompts.music_mood(Brief(recipe="video", topic="how volcanoes work", tone="playful")) == "playful"
    assert prompts.music_mood(Brief(recipe="video", topic="a history of Rome")) == "epic"
    assert prompts.music_mood(Brief(recipe="video", topic="electric buses")) == "hopeful"
    assert prompts.scene_mood(Brief(recipe="video", topic="why the sky is blue"), 3, 4) == "hopeful"


def test_beat_of_a_fact_is_bound_to_it() -> None:
    task = prompts.beat_task(BEES, FACTS[:1], (), 1)
    assert task.is_bound
    assert task.fallback == "How a honeybee visits flowers on one trip"
    assert prompts.rule_beat(BEES, "", 0) == "How Bees Help Farmers"
