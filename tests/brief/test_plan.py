"""A plan is frozen, survives JSON, and reads well in a terminal."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from miaobi.brief.plan import Plan, Scene, Section, plan_text

ARTICLE = Plan(
    recipe="article",
    title="Why Cities Need Trees",
    language="en",
    sections=(
        Section(
            id="section-1", heading="How trees cool the street", facts=("Trees give shade.",), words=80, idea="A tree."
        ),
        Section(id="section-2", heading="Where the rain goes", words=60),
    ),
    pictures=2,
    notes=("No facts were given for one section.",),
)


def test_plan_text_shows_everything_a_person_decides_on() -> None:
    text = plan_text(ARTICLE)
    for shown in (
        "Why Cities Need Trees",
        "How trees cool the street",
        "Trees give shade.",
        "A tree.",
        "80",
        "Where the",
    ):
        assert shown in text
    assert "No facts were given for one section." in text
    assert text.index("How trees cool") < text.index("Where the rain goes")
    assert str(ARTICLE) == text


def test_plan_text_leaves_out_what_is_not_there() -> None:
    text = plan_text(Plan(recipe="article", title="Bees", language="en", sections=(Section(id="a", heading="H"),)))
    assert "Music" not in text
    assert "Picture" not in text
    assert "Note" not in text


def test_chinese_plan_is_labelled_in_chinese() -> None:
    scene = Scene(id="scene-1", beat="树给街道降温", facts=("树叶能遮阳。",), words=40, idea="街边的大树。")
    text = plan_text(
        Plan(recipe="video", title="城市为什么需要树", language="zh-CN", scenes=(scene,), closing="这就是树。")
    )
    assert "第1幕" in text
    assert "约40字" in text
    assert "这就是树。" in text
    assert "Scene" not in text


def test_plan_survives_json_and_is_frozen() -> None:
    assert Plan.model_validate_json(ARTICLE.model_dump_json()) == ARTICLE
    with pytest.raises(ValidationError):
        ARTICLE.title = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Plan(recipe="article", title="x", language="en", unknown=1)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Section(id="a", heading="h", words=0)
