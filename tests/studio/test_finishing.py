"""What a finished work says of itself, and that an edit sends only what changed through the labels again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.base.run import StepEvent
from miaobi.publish.manifest import read_manifest
from miaobi.studio import Studio, Work


def make(studio: Studio, recipe: str = "article", words: str = "why bees matter", **options: object) -> Work:
    return studio.make(studio.brief(recipe, words, options=options).brief)


def made(heard: list[StepEvent], step: str) -> list[str]:
    """What the steps of that id that were computed, not taken from the cache, were doing."""
    return [event.label for event in heard if event.kind == "made" and event.step == step]


def edit(folder: Path, part_id: str, text: str) -> None:
    draft = folder / "draft.md"
    whole = draft.read_text(encoding="utf-8")
    changed = re.sub(rf"(<!-- miaobi: {part_id} \|[^\n]*-->\n\n)[^\n]*", rf"\g<1>{text}", whole)
    assert changed != whole
    draft.write_text(changed, encoding="utf-8")


def test_after_one_edit_of_a_narration_only_what_changed_is_labelled(studio: Studio, heard: list[StepEvent]) -> None:
    work = make(studio, "video", duration_seconds=12)
    first = made(heard, "label_asset")
    assert len(first) >= 8
    heard.clear()
    edit(work.folder, "scene-1.narration", "Bees were here long before us, and they work for nothing.")
    studio.revise(work.folder)
    again = sorted(made(heard, "label_asset"))
    assert "labelling image/png" not in again, "no picture has changed"
    assert "labelling audio/midi" not in again, "the score says nothing of the shares of the text"
    assert again.count("labelling audio/wav") <= 2, "one voice; the music when the film's length has changed"
    assert {"labelling video/mp4", "labelling text/vtt", "labelling application/x-subrip"} <= set(again)
    read = made(heard, "read_labels")
    assert not [label for label in read if label.endswith((".png back", ".mid back"))]


def test_after_one_edit_of_an_article_nothing_is_labelled(studio: Studio, heard: list[StepEvent]) -> None:
    work = make(studio)
    heard.clear()
    edit(work.folder, "section-1.text", "Bees were here long before us, and they work for nothing.")
    revised = studio.revise(work.folder)
    assert made(heard, "label_asset") == []
    assert [label for label in made(heard, "read_labels") if ".png" in label] == []
    statement = next(label.text for label in revised.manifest.labels if label.file == "article.html")
    assert "a person" in statement


@pytest.mark.parametrize(
    ("engine", "kind"), [("image:skia/illustrator", "algorithmicMedia"), ("image:fake", "trainedAlgorithmicMedia")]
)
def test_pictures_say_whether_a_model_made_them(studio_on: Callable[..., Studio], engine: str, kind: str) -> None:
    work = make(studio_on(image=engine), "video", duration_seconds=9)
    for name in ("poster.png", "assets/cover.png"):
        types = re.findall(rb"digitalsourcetype/(\w+)", (work.folder / name).read_bytes())
        assert types == [kind.encode()], name


def test_the_manifest_holds_a_verdict_on_every_part_with_scores_and_on_the_whole(studio: Studio) -> None:
    manifest = make(studio).manifest
    scored = [part.id for part in manifest.parts if part.scores]
    assert scored
    assert [verdict.part for verdict in manifest.verdicts] == [*scored, ""]
    for verdict in manifest.verdicts:
        scores = [
            *(score for part in manifest.parts if verdict.part in ("", part.id) for score in part.scores),
            *(manifest.scores if not verdict.part else ()),
        ]
        below = [score for score in scores if score.outcome == "flagged"]
        assert (verdict.outcome == "flagged") == bool(below)
        assert len(verdict.flagged) == len(below)
    assert all(score.bar is not None for part in manifest.parts for score in part.scores if score.outcome == "passed")


def test_the_day_a_work_was_made_stays_whatever_its_folder_is_called(studio_on: Callable[..., Studio]) -> None:
    work = make(studio_on())
    assert work.manifest.created == "2025-11-21"
    moved = work.folder.with_name("bees")
    shutil.move(work.folder, moved)
    later = studio_on(epoch=1_764_460_800)
    assert later.revise(moved).manifest.created == "2025-11-21"
    dated = moved.with_name("2020-01-01-bees")
    shutil.move(moved, dated)
    assert later.revise(dated).manifest.created == "2025-11-21"


def test_a_chinese_work_credits_the_font_its_page_brings(studio: Studio) -> None:
    work = make(studio, words="写一篇关于城市为什么需要树的文章")
    fonts = [credit for credit in read_manifest(work.folder).credits if "characters of the page" in credit.use]
    assert [credit.licence for credit in fonts] == ["OFL-1.1"]
    assert not [c for c in make(studio).manifest.credits if "characters of the page" in c.use]


def test_a_film_is_judged_by_the_sound_it_is_delivered_with(studio: Studio) -> None:
    work = make(studio, "video", duration_seconds=9)
    kinds = {step.key: step.step for step in work.manifest.steps}
    measured = [step for step in work.manifest.steps if step.step == "measure_sound"]
    assert [kinds[key] for step in measured for key in step.after] == ["render_film"]
    assert {label.where for label in work.manifest.labels if label.file == "video.mp4"} == {
        "container",
        "opening frames",
    }
