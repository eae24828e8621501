from __future__ import annotations

import sys
from pathlib import Path

import pytest

from miaobi.settings import load_settings
from miaobi.studio.health import examine


def test_a_folder_that_cannot_be_used_names_the_variable_that_changes_it(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    settings = load_settings({"home": tmp_path / "home", "output": tmp_path / "in-the-way"}, {})
    (works,) = [finding for finding in examine(settings, repair=False) if finding.subject == "works"]
    assert not works.is_well
    assert "MIAOBI_OUTPUT" in works.said


def test_advice_names_the_settings_file_when_that_sets_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    (tmp_path / "settings.toml").write_text(f'output = "{tmp_path / "in-the-way"}"\n')
    settings = load_settings({"home": tmp_path}, {"MIAOBI_OUTPUT": "unheard"})
    (works,) = [finding for finding in examine(settings, repair=False) if finding.subject == "works"]
    assert "settings.toml" in works.said
    assert "MIAOBI_OUTPUT" not in works.said


def test_an_engine_of_another_modality_is_no_good_news(tmp_path: Path) -> None:
    settings = load_settings({"home": tmp_path, "engines": {"text": "image:fake"}}, {})
    (text,) = [finding for finding in examine(settings, repair=False) if finding.subject.startswith("text:")]
    assert not text.is_well
    assert "for image, not for text" in text.said


def test_a_missing_lab_is_told_with_its_command_and_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    settings = load_settings({"home": tmp_path}, {})
    (lab,) = [finding for finding in examine(settings, repair=False) if finding.subject == "lab"]
    assert lab.is_well
    assert "missing torch; run: pip install 'miaobi[lab]'" in lab.said
