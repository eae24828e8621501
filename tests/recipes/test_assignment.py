"""What a revised work keeps of the published one, and whose a corrected text is."""

from __future__ import annotations

from pathlib import Path

import pytest

from miaobi.base.engine import TextRequest
from miaobi.base.piece import PERSON, Maker, Part
from miaobi.base.run import Run
from miaobi.base.store import Store
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan
from miaobi.create.registry import engine_ref
from miaobi.evaluate.gates import bars_for
from miaobi.recipes.assignment import Assignment, Instruction, Published, Revisions, is_rewritten
from miaobi.recipes.passages import write_part
from miaobi.recipes.tasks import PassageTask, Turn

ENGINE = Maker(kind="engine", id="text:x/y", fingerprint="1")
FIRST = "Trees cool the street in summer, and roots drink the rain."


def part(text: str = "Written by an older version.", **changes: object) -> Part:
    return Part(id="lead", kind="lead", text=text, made_by=(ENGINE,), editable=True, **changes)  # type: ignore[arg-type]


def assignment(folder: Path, published: Published, revisions: Revisions | None = None) -> Assignment:
    return Assignment(
        run=Run(Store(folder / "store")),
        brief=Brief(recipe="article", topic="trees"),
        plan=Plan(recipe="article", title="Trees", language="en"),
        engines={name: engine_ref(f"{name}:fake", folder) for name in ("text", "embedding")},
        revisions=revisions or Revisions(),
        published=published,
    )


def task(wish: str) -> PassageTask:
    return PassageTask(
        prompt=f"Q: trees {wish}\nA:",
        turns=(Turn(openings=("Trees", "They")),),
        bars=bars_for("article", "text", "en"),
        settings=TextRequest(prompt="-", max_tokens=30),
    )


def test_a_passage_nobody_asked_to_change_stays_as_published(tmp_path: Path) -> None:
    first, passage = write_part(assignment(tmp_path, Published({"lead": part()})), "lead", task)
    assert passage.text == first.text == "Written by an older version."
    assert passage.made_by == (ENGINE,)


def test_a_new_wish_writes_it_again(tmp_path: Path) -> None:
    wished = Revisions(instructions={"lead": Instruction(text="shorter", take=2)})
    again = assignment(tmp_path, Published({"lead": part()}), wished)
    assert write_part(again, "lead", task)[1].text != "Written by an older version."
    settled = assignment(tmp_path, Published({"lead": part()}, wished), wished)
    first, passage = write_part(settled, "lead", task)
    assert passage.text == "Written by an older version."
    assert first.text != passage.text, "what comes later is written after the first draft"


def test_a_person_s_text_is_not_kept_as_the_engine_s(tmp_path: Path) -> None:
    assert assignment(tmp_path, Published({"lead": part(locked=True)})).kept("lead") is None
    assert assignment(tmp_path, Published()).kept("lead") is None


@pytest.mark.parametrize(
    ("own", "is_own"),
    [
        (FIRST, False),
        (FIRST.replace("summer", "July"), False),
        ("Trees cool the street in summer.", False),
        ("I walked home under the limes last night and smelled the rain.", True),
        ("", True),
    ],
)
def test_whose_a_text_is(own: str, is_own: bool, tmp_path: Path) -> None:
    assert is_rewritten(FIRST, own) is is_own
    edited = Revisions(texts={"lead": own}, first_makers={"lead": (ENGINE,)}, first_texts={"lead": FIRST})
    made = assignment(tmp_path, Published(), edited).text_part("lead", "lead", "x", (ENGINE,))
    assert made.made_by == ((PERSON,) if is_own else (ENGINE, PERSON))
    assert made.text == own


def test_chinese_is_compared_by_characters() -> None:
    first = "树叶减缓雨水，树根帮助雨水渗入土壤，城市因此更凉快。"
    assert not is_rewritten(first, first.replace("更凉快", "更安静"))
    assert is_rewritten(first, "昨天晚上我在雨里走回家，闻到了椴树的香味。")
