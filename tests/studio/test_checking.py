"""A check fails for what is below a bar, missing or tampered with, and for nothing else."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from miaobi.base.asset import Asset
from miaobi.base.piece import Outcome
from miaobi.errors import InputError
from miaobi.label.audio import label_audio
from miaobi.publish.manifest import read_manifest, to_json
from miaobi.studio import Report, Studio, Work
from miaobi.studio.checking import check_file, check_work


def sound(path: Path, level: float, seconds: float = 20.0) -> Report:
    tone = level * np.sin(2 * np.pi * 997 * np.arange(round(seconds * 48_000)) / 48_000)
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.round(tone * 32767).astype("<i2").tobytes())
    path.write_bytes(label_audio(Asset.from_bytes(data.getvalue(), "audio/wav")).read())
    return check_file(path)


def test_a_sound_is_held_to_the_bars_of_a_films_sound(tmp_path: Path) -> None:
    good = sound(tmp_path / "good.wav", 10 ** (-13 / 20))
    assert {score.name: score.outcome for _, score in good.scores} == dict.fromkeys(
        ("loudness", "true peak", "clipping", "silence"), Outcome.PASSED
    )
    assert good.passed
    for level, name in ((0.01, "loudness"), (0.999, "true peak")):
        report = sound(tmp_path / "bad.wav", level)
        assert name in [score.name for _, score in report.scores if score.outcome is Outcome.FLAGGED]
        assert report.verdict is Outcome.FLAGGED
        assert not report.passed


def test_an_empty_sound_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "e.wav").write_bytes(b"")
    with pytest.raises(InputError, match="it ends too soon"):
        check_file(tmp_path / "e.wav")


@pytest.fixture
def work(studio: Studio) -> Work:
    options = {"words": 240}
    return studio.make(studio.brief("article", "why bees matter", options=options).brief)


def whole(work: Work) -> Report:
    """The report on the work as if its scores were all above their bars: only the files count."""
    manifest = read_manifest(work.folder)
    fine = tuple(v.model_copy(update={"outcome": Outcome.PASSED, "flagged": ()}) for v in manifest.verdicts)
    (work.folder / "manifest.json").write_bytes(to_json(manifest.model_copy(update={"verdicts": fine})))
    return check_work(work.folder)


def test_a_work_as_it_was_written_passes(work: Work) -> None:
    report = whole(work)
    assert report.damage == ()
    assert report.passed


def test_hand_edits_of_the_draft_are_no_damage(work: Work) -> None:
    draft = work.folder / "draft.md"
    draft.write_text(draft.read_text(encoding="utf-8") + "\nmore\n", encoding="utf-8")
    report = whole(work)
    assert report.passed
    assert any("miaobi revise" in note for note in report.notes)


@pytest.mark.parametrize("name", ["assets/cover.png", "article.html", "draft.md"])
def test_missing_files_fail(work: Work, name: str) -> None:
    (work.folder / name).unlink()
    report = whole(work)
    assert not report.passed
    assert report.damage == (f"{name} is missing from the folder.",)
    assert report.damage[0] in report.notes


@pytest.mark.parametrize("name", ["article.html", "article.md", "article.epub", "assets/cover.png"])
@pytest.mark.parametrize("is_readable", [True, False])
def test_files_that_were_tampered_with_fail(work: Work, name: str, is_readable: bool) -> None:
    path = work.folder / name
    path.write_bytes(path.read_bytes() + b"\n" if is_readable else b"\x00nothing of the kind")
    report = whole(work)
    assert not report.passed
    assert f"{name} was changed since the work was written." in report.damage


def test_the_recorded_verdict_counts_and_old_works_have_none(work: Work) -> None:
    manifest = work.manifest
    below = [*manifest.scores, *(score for part in manifest.parts for score in part.scores)]
    expected = Outcome.FLAGGED if any(score.outcome == "flagged" for score in below) else Outcome.PASSED
    assert check_work(work.folder).verdict is expected
    (work.folder / "manifest.json").write_bytes(to_json(manifest.model_copy(update={"verdicts": ()})))
    assert check_work(work.folder).verdict is expected
