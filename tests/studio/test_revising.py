from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from miaobi.base.engine import EngineRef
from miaobi.base.piece import Part
from miaobi.base.step import step
from miaobi.errors import DiskError, DraftError, InputError
from miaobi.publish import swap
from miaobi.publish.folder import manifest_digest
from miaobi.publish.manifest import Manifest
from miaobi.recipes import passages
from miaobi.recipes.steps import write_text
from miaobi.recipes.tasks import Passage, PassageTask
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.studio.revising import take_edits

StudioOn = Callable[..., Studio]


@pytest.fixture
def work(studio_on: StudioOn) -> Path:
    studio = studio_on()
    return studio.make(studio.brief("article", "why bees matter").brief).folder


def change(work: Path, **fields: Any) -> None:
    file = work / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **fields}), encoding="utf-8")


def test_an_untouched_work_has_nothing_to_take_over(work: Path) -> None:
    taken = take_edits(work)
    assert taken.revisions.texts == {}
    assert taken.based_on == manifest_digest(work)


def test_edits_are_taken_with_those_who_wrote_the_part_before(work: Path) -> None:
    draft = work / "draft.md"
    draft.write_text(draft.read_text(encoding="utf-8").rstrip() + " My own last words.\n", encoding="utf-8")
    (text,) = take_edits(work).revisions.texts.values()
    assert text.endswith("My own last words.")
    (makers,) = take_edits(work).revisions.first_makers.values()
    assert makers


def test_a_draft_that_is_gone_leaves_the_work_as_it_is(work: Path) -> None:
    (work / "draft.md").unlink()
    assert take_edits(work).draft_digest is None
    (work / "draft.md").mkdir()
    with pytest.raises(DraftError, match="is a folder"):
        take_edits(work)


@pytest.mark.parametrize(
    "fields",
    [
        {"plan": {}},
        {"brief": {}},
        {"brief": {"topic": "x", "recipe": "article", "foo": 1}},
        {"revisions": {"x": 1}},
        {"revisions": {"texts": {"title": 3}}},
    ],
)
def test_a_damaged_manifest_is_named_and_nothing_is_written(
    studio_on: StudioOn, work: Path, fields: dict[str, Any]
) -> None:
    change(work, **fields)
    before = (work / "manifest.json").read_bytes()
    with pytest.raises(InputError, match=r"manifest\.json cannot be used"):
        studio_on().revise(work)
    assert (work / "manifest.json").read_bytes() == before


def test_a_revision_keeps_the_engines_of_the_work(work: Path, studio_on: StudioOn) -> None:
    home = work.parents[1] / "home"
    home.joinpath("settings.toml").write_text('[engines]\n"text.en" = "text:llamacpp//no/such/model.gguf"\n')
    mine = Studio(load_settings({"home": home, "output": work.parent}, {}))
    assert mine.revise(work / "manifest.json").manifest.chosen_engines["text"] == "text:fake"


def test_an_engine_of_another_modality_is_refused_before_anything_runs(studio_on: StudioOn, tmp_path: Path) -> None:
    studio = studio_on(text="image:fake")
    with pytest.raises(InputError, match="image:fake is set as the text engine"):
        studio.make(studio.brief("article", "bees").brief)
    assert not (tmp_path / "home" / "store").exists()
    assert not (tmp_path / "works").exists()


def test_a_place_that_cannot_be_written_is_found_before_anything_runs(studio_on: StudioOn, tmp_path: Path) -> None:
    (tmp_path / "works").write_text("in the way")
    studio = studio_on()
    with pytest.raises(DiskError, match="where a folder is needed"):
        studio.make(studio.brief("article", "bees").brief)
    assert not (tmp_path / "home" / "store").exists()


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + ".json", "x" * 300 + ".png"])
def test_a_name_that_is_too_long_is_said(studio_on: StudioOn, name: str) -> None:
    for look in (studio_on().check, studio_on().verify, studio_on().revise):
        with pytest.raises(DiskError, match="too long"):
            look(Path(name))


def part_text(work: Path, part_id: str) -> str:
    manifest = json.loads((work / "manifest.json").read_text(encoding="utf-8"))
    return next(str(part["text"]) for part in manifest["parts"] if part["id"] == part_id)


def part_of(manifest: Manifest, part_id: str) -> Part:
    return next(part for part in manifest.parts if part.id == part_id)


def edit(work: Path, before: str, after: str) -> None:
    draft = work / "draft.md"
    text = draft.read_text(encoding="utf-8")
    assert before in text
    draft.write_text(text.replace(before, after), encoding="utf-8")


def test_a_corrected_word_is_shared_a_text_written_anew_is_the_person_s(studio: Studio, work: Path) -> None:
    first = part_text(work, "section-1.text")
    corrected = first + " It rained."
    edit(work, first, corrected)
    shared = studio.revise(work).manifest
    assert [maker.kind for maker in part_of(shared, "section-1.text").made_by] == ["engine", "person"]
    edit(work, corrected, "My grandmother kept hives behind her house.")
    own = studio.revise(work).manifest
    assert [maker.kind for maker in part_of(own, "section-1.text").made_by] == ["person"]


def test_the_engine_s_text_put_back_is_the_engine_s_again(studio: Studio, work: Path) -> None:
    first = part_text(work, "section-1.text")
    edit(work, first, "My own words about hives and summers.")
    studio.revise(work)
    edit(work, "My own words about hives and summers.", first)
    back = part_of(studio.revise(work).manifest, "section-1.text")
    assert back.text == first
    assert not back.locked
    assert {maker.kind for maker in back.made_by} == {"engine"}


@pytest.mark.parametrize("part_id", ["title", "section-1.heading", "takeaways", "cover.caption", "cover.alt"])
def test_a_part_made_by_rule_takes_no_instruction(studio: Studio, work: Path, part_id: str) -> None:
    with pytest.raises(InputError, match="takes no instruction"):
        studio.revise(work, part_id=part_id, instruction="shorter")


def test_what_nobody_touched_stays_when_the_engine_writes_otherwise_today(
    studio: Studio, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update of Miaobi, or on another computer: the step's version, so its key and result, differ."""
    lead, first = part_text(work, "lead"), part_text(work, "section-1.text")

    @step("write_text", version=write_text.version + 1)
    def newer(text: EngineRef, embedder: EngineRef, task: PassageTask) -> Passage:
        passage = write_text(text, embedder, task)
        return passage.model_copy(update={"text": f"Newer. {passage.text}"})

    monkeypatch.setattr(passages, "write_text", newer)
    edit(work, first, first + " It rained.")
    studio.revise(work)
    assert part_text(work, "lead") == lead
    assert part_text(work, "section-1.text") == first + " It rained."
    studio.revise(work, part_id="lead", instruction="mention winter")
    assert part_text(work, "lead").startswith("Newer.")


def test_a_work_whose_swap_was_cut_between_two_renames_is_found(studio: Studio, work: Path) -> None:
    """Where a system cannot exchange two names, a killed process leaves the work under a hidden one."""
    before = sorted(path.name for path in work.iterdir())
    work.rename(swap._hidden(work, "old"))
    assert studio.revise(work).folder == work
    assert sorted(path.name for path in work.iterdir()) == before
