from __future__ import annotations

from pathlib import Path

from miaobi.settings import load_settings
from miaobi.studio.health import examine


def test_a_folder_that_cannot_be_used_names_the_variable_that_changes_it(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    settings = load_settings({"home": tmp_path / "home", "output": tmp_path / "in-the-way"}, {})
    (works,) = [finding for finding in examine(settings, repair=False) if finding.subject == "works"]
    assert not works.is_well
    assert "MIAOBI_OUTPUT" in works.said
