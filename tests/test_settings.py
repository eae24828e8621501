from __future__ import annotations

import re
from pathlib import Path

import pytest

from miaobi.errors import InputError
from miaobi.settings import DEFAULT_ENGINES, Settings, load_settings, place_to_change


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
        ('engines = "x"', "has to be a table"),
        ("engines = 3", "has to be a table"),
        ('engines = ["a"]', "has to be a table"),
        ('[engines]\ntxet = "text:fake"', "Did you mean 'text'"),
        ("[engines]\ntext = 3", "no engine id"),
        ('[engines]\nspeech.zh = "speech:fake"', "in quotes"),
        ('[engines]\n"speech.zh-CN" = "speech:fake"', "no language"),
        ('output = ""', "sets output to nothing"),
        ("x = " + "[" * 100_000, "TOML|nested"),
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


def test_a_home_that_nobody_knows_is_a_clear_error() -> None:
    with pytest.raises(InputError, match="does not know"):
        load_settings({}, {"MIAOBI_HOME": "~nosuchperson/x"})


def test_the_users_home_folder_is_known_wherever_output_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text('output = "~/w"\n')
    assert load_settings({}, {"MIAOBI_HOME": str(tmp_path)}).output == tmp_path / "w"
    assert load_settings({"output": Path("w")}, {"MIAOBI_HOME": str(tmp_path)}).output == Path("w")


def test_advice_names_the_place_that_sets_a_value(tmp_path: Path) -> None:
    environment = {"MIAOBI_HOME": str(tmp_path), "MIAOBI_OUTPUT": "elsewhere"}
    assert place_to_change(load_settings({}, environment), "output") == "MIAOBI_OUTPUT"
    (tmp_path / "settings.toml").write_text('output = "here"\n')
    assert "settings.toml" in place_to_change(load_settings({}, environment), "output")
    assert place_to_change(load_settings({}, environment), "home") == "MIAOBI_HOME"
