"""Several processes on the same works: nobody's work or edit is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from miaobi.errors import WorkChangedError
from miaobi.publish.manifest import read_manifest
from miaobi.studio import Studio, finishing

StudioOn = Callable[..., Studio]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have something happen right before the next work is written, when everything has been computed."""
    write = finishing.write_bundle

    def arrange(act: Any) -> None:
        def late(*arguments: Any, **more: Any) -> Any:
            monkeypatch.setattr(finishing, "write_bundle", write)
            act()
            return write(*arguments, **more)

        monkeypatch.setattr(finishing, "write_bundle", late)

    return arrange


def edit_draft(folder: Path, part_id: str, text: str) -> None:
    old = next(part.text for part in read_manifest(folder).parts if part.id == part_id)
    assert old is not None
    draft = folder / "draft.md"
    draft.write_text(draft.read_text(encoding="utf-8").replace(old, text), encoding="utf-8")


def make(studio_on: StudioOn, **options: Any) -> Any:
    studio = studio_on()
    return studio.make(studio.brief("article", "why bees matter", options=options).brief)


def test_works_of_one_title_made_at_once_get_folders_of_their_own(studio_on: StudioOn, meanwhile: Any) -> None:
    others = []
    meanwhile(lambda: others.append(make(studio_on, seed=2)))
    mine = make(studio_on, seed=1)
    assert others[0].folder.name == "2025-11-21-why-bees-matter"
    assert mine.folder.name == "2025-11-21-why-bees-matter-article"
    assert read_manifest(others[0].folder).brief["seed"] == 2
    assert read_manifest(mine.folder).brief["seed"] == 1
    assert read_manifest(mine.folder).name == mine.folder.name


def test_the_same_brief_made_at_once_ends_in_one_folder(studio_on: StudioOn, meanwhile: Any) -> None:
    others = []
    meanwhile(lambda: others.append(make(studio_on)))
    mine = make(studio_on)
    assert mine.folder == others[0].folder
    assert [path.name for path in mine.folder.parent.iterdir() if path.is_dir()] == [mine.folder.name]


def test_a_make_takes_over_what_was_revised_while_it_ran(studio_on: StudioOn, meanwhile: Any) -> None:
    folder = make(studio_on).folder

    def revise_by_hand() -> None:
        edit_draft(folder, "section-2.text", "Ann wrote this by hand.")
        studio_on().revise(folder)

    meanwhile(revise_by_hand)
    again = make(studio_on)
    assert again.folder == folder
    assert "Ann wrote this by hand." in (folder / "draft.md").read_text(encoding="utf-8")
    assert dict(again.manifest.revisions)["texts"]["section-2.text"] == "Ann wrote this by hand."


def test_a_revision_does_not_undo_another_that_ended_while_it_ran(studio_on: StudioOn, meanwhile: Any) -> None:
    folder = make(studio_on).folder

    def revise_by_hand() -> None:
        edit_draft(folder, "section-2.text", "Ann wrote this by hand.")
        studio_on().revise(folder)

    meanwhile(revise_by_hand)
    with pytest.raises(WorkChangedError, match=r"was revised by another process meanwhile\. Repeat the command"):
        studio_on().revise(folder, part_id="section-1.text", instruction="shorter")
    assert "Ann wrote this by hand." in (folder / "draft.md").read_text(encoding="utf-8")
    studio_on().revise(folder, part_id="section-1.text", instruction="shorter")
    texts = {part.id: part.text for part in read_manifest(folder).parts}
    assert texts["section-2.text"] == "Ann wrote this by hand."
