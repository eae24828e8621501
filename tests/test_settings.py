from __future__ import annotations

import re
from pathlib import Path

import pytest

from miaobi.errors import InputError
from miaobi.settings import DEFAULT_ENGINES, Settings, load_settings


def test_caller_beats_file_beats_environment_beats_default(tmp_path: Path) -> None:
    environment = {"MIAOBI_HOME": str(tmp_path), "MIAOBI_THREADS": "3", "MIAOBI_PERSON": "Ada"}
    assert load_settings({}, {"MIAOBI_HOME": str(tmp_path)}).threads == 8
    assert load_settings({}, environment).threads == 3
    (tmp_path / "settings.toml").write_text("threads = 4\n")
    assert load_settings({}, environment).threads == 4
    assert load_settings({"threads": 5}, environment).threads == 5
    assert load_settings({"threads": None}, environment).person == "Ada"


def test_engines_are_chosen_by_language_then_modality_then_ours(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[engines]\n"speech.zh" = "speech:mine/zh"\n')
    settings = load_settings({}, {"MIAOBI_HOME": str(tmp_path)})
    assert settings.engine_id("speech", "zh-CN") == "speech:mine/zh"
    assert settings.engine_id("speech", "en") == DEFAULT_ENGINES["speech"]
    chosen = load_settings({"engines": {"speech": "speech:other"}}, {"MIAOBI_HOME": str(tmp_path)})
    assert chosen.engine_id("speech", "zh") == "speech:other", "an option beats the file in every language"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("threads = 0", "threads"),
        ("colour = 'red'", "colour"),
        ("threads = ", "not valid TOML"),
        ("epoch = -1", "epoch"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(InputError, match=said):
        load_settings({}, {"MIAOBI_HOME": str(tmp_path)})


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert documented == set(Settings.model_fields)
    assert all(engine_id in page for engine_id in DEFAULT_ENGINES.values())


def test_the_day_follows_the_epoch(tmp_path: Path) -> None:
    settings = load_settings({}, {"MIAOBI_HOME": str(tmp_path), "SOURCE_DATE_EPOCH": "1763683200"})
    assert settings.day.isoformat() == "2025-11-21"
