"""`text:lab/NAME`: what a trained model writes, and what it refuses. The contract suite runs over it too."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from miaobi.base.engine import TextRequest
from miaobi.create.registry import describe_engine, engine_ref, known_engines
from miaobi.errors import EngineUnavailableError, GenerationError, InputError, UnknownNameError
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.language import passage
from miaobi.train.language.engine import LabTextEngine

CHINESE = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。"


@pytest.fixture(scope="module")
def trained(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with `m`, which has learned the verse by characters, and `bytes`, by byte pairs, in Chinese."""
    home = tmp_path_factory.mktemp("trained")
    shutil.copytree(lab / "lab", home / "lab")
    poems = home / "poems"
    poems.mkdir()
    for number in range(40):  # each with a different beginning, or they would count as one
        begun = "".join(chr(0x4E00 + 97 * number + 7 * place) for place in range(40))
        (poems / f"{number}.txt").write_text(f"{begun}。{CHINESE}", encoding="utf-8")
    studio = Studio(load_settings({"home": home}, {}))
    options = {"name": "poems", "tokenizer": "bpe", "vocabulary": 300, "drop_duplicates": False, "validation": 0.2}
    studio.collect([poems], options)
    settings = {"layers": 1, "heads": 2, "width": 32, "context": 64, "dropout": 0.0, "batch": 8, "muon_rate": 0.05}
    more = {"steps": 60, "warmup": 5, "evaluate_every": 60, "sample_every": 60, "optimizer": "muon"}
    studio.train("transformer", "m", data="verse", options={**settings, **more})
    studio.train("transformer", "bytes", data="poems", options={**settings, **more})
    return home


@pytest.fixture
def engine(trained: Path) -> Iterator[LabTextEngine]:
    engine = LabTextEngine.open("m", trained)
    yield engine
    engine.close()


def ask(prompt: str = "The river ", **settings: object) -> TextRequest:
    return TextRequest(**{"prompt": prompt, "max_tokens": 60, "seed": 3, **settings})


def test_it_is_listed_and_described_without_loading_anything(trained: Path) -> None:
    cards = {card.id: card for card in known_engines(trained) if card.id.startswith("text:lab")}
    assert list(cards) == ["text:lab/bytes", "text:lab/m"]
    card = cards["text:lab/m"]
    assert card.missing is None
    assert "torch-2.13" in card.fingerprint
    assert "CC0" in [credit.licence for credit in card.credits]
    with pytest.raises(EngineUnavailableError, match=r"no model 'zzz'.*There are: bytes, m"):
        engine_ref("text:lab/zzz", trained)
    with pytest.raises(UnknownNameError, match="no model 'zzz'"):
        list(Studio(load_settings({"home": trained}, {})).sample("zzz"))


def test_seed_and_temperature(engine: LabTextEngine) -> None:
    assert engine.generate(ask()).text == engine.generate(ask()).text
    assert engine.generate(ask()).text != engine.generate(ask(seed=4)).text
    assert engine.generate(ask(temperature=0)).text == engine.generate(ask(temperature=0, seed=9)).text
    assert engine.generate(ask(top_k=1)).text == engine.generate(ask(temperature=0)).text
    assert engine.generate(ask(repeat_penalty=1.5)).text != engine.generate(ask()).text


def test_a_text_may_be_longer_than_the_context(engine: LabTextEngine) -> None:
    result = engine.generate(ask(prompt="The bell is rung. " * 8, max_tokens=150))
    assert result.completion_tokens == 150
    assert result.finish_reason == "length"
    assert result.prompt_tokens == 144


def test_stop_strings_end_the_text_and_are_not_part_of_it(engine: LabTextEngine) -> None:
    whole = engine.generate(ask()).text
    stop = whole[20:23]
    result = engine.generate(ask(stop=(stop, "never said")))
    assert result.text == whole[: whole.index(stop)]
    assert result.finish_reason == "stop"
    assert "".join(engine.stream(ask(stop=(stop,)))) == result.text


def test_banned_strings_do_not_come(engine: LabTextEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engine.generate(ask()).text
    banned = (whole[5:8], whole[30:32], "e")
    result = engine.generate(ask(banned=banned))
    assert not any(string in result.text for string in banned)
    assert result.completion_tokens == 60
    assert engine.generate(ask(banned=banned)).text == result.text
    assert "".join(engine.stream(ask(banned=banned))) == result.text
    nothing_left = tuple("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \n.,;:")
    assert engine.generate(ask(banned=nothing_left)).text == ""
    monkeypatch.setattr(passage, "MAX_DETOURS", 0)
    with pytest.raises(GenerationError, match="keeps running into a banned string"):
        engine.generate(ask(banned=(whole[5:8],)))


def test_logprobs(engine: LabTextEngine) -> None:
    assert engine.generate(ask()).logprobs is None
    result = engine.generate(ask(top_logprobs=3, stop=("\n",), max_tokens=200))
    assert result.logprobs is not None
    assert "".join(entry.token for entry in result.logprobs) == result.text
    for entry in result.logprobs:
        assert entry.logprob <= 0
        assert len(entry.top) == 3
        assert entry.top[0][1] >= entry.logprob
    greedy = engine.generate(ask(temperature=0, top_logprobs=1)).logprobs
    assert all(entry.token == entry.top[0][0] for entry in greedy or ())
    assert all(entry.top == () for entry in engine.generate(ask(top_logprobs=0)).logprobs or ())


def test_characters_of_several_tokens_come_whole(trained: Path) -> None:
    engine = LabTextEngine.open("bytes", trained)
    request = ask("春眠", temperature=0, max_tokens=80, stop=("夜",))
    assert engine.generate(request).text == "不觉晓，处处闻啼鸟。"
    bits = list(engine.stream(request))
    assert "".join(bits) == "不觉晓，处处闻啼鸟。"
    assert len(bits) > 5
    engine.close()


def test_a_schema_is_refused_and_a_closed_engine_too(trained: Path) -> None:
    engine = LabTextEngine.open("m", trained)
    with pytest.raises(GenerationError, match="JSON Schema"):
        engine.generate(ask(json_schema="{}"))
    stream = engine.stream(ask())
    next(stream)
    stream.close()
    engine.close()
    with pytest.raises(GenerationError, match="was closed"):
        engine.generate(ask())


def test_the_fingerprint_follows_the_files(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / "lab", tmp_path / "lab")
    before = describe_engine("text:lab/m", trained).fingerprint
    folder = tmp_path / "lab" / "models" / "m"
    assert describe_engine("text:lab/m", tmp_path).fingerprint == before
    shutil.copyfile(tmp_path / "lab/models/bytes/weights.safetensors", folder / "weights.safetensors")
    assert describe_engine("text:lab/m", tmp_path).fingerprint != before
    with pytest.raises(EngineUnavailableError, match="does not fit"):
        LabTextEngine.open("m", tmp_path)
    (folder / "weights.safetensors").write_bytes(b"PK\x03\x04 a zip as torch.save writes it")
    with pytest.raises(EngineUnavailableError, match="is a pickle"):
        LabTextEngine.open("m", tmp_path)
    (folder / "weights.safetensors").unlink()
    assert "is missing" in (describe_engine("text:lab/m", tmp_path).missing or "")


def test_damaged_folders_are_listed_with_the_reason(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / "lab", tmp_path / "lab")
    (tmp_path / "lab/models/m/config.json").write_text("{")
    entries = {entry.name: entry.state for entry in Studio(load_settings({"home": tmp_path}, {})).models()}
    assert "cannot be read" in entries["m"]
    assert entries["bytes"].startswith("finished")
    assert "config.json" in (describe_engine("text:lab/m", tmp_path).missing or "")


def test_sample_refuses_what_a_request_cannot_hold(trained: Path) -> None:
    studio = Studio(load_settings({"home": trained}, {}))
    with pytest.raises(InputError, match="temperature"):
        list(studio.sample("m", temperature=9))
    with pytest.raises(
        InputError, match=r"transformer has nothing to do with --bars, --on.*It takes a prompt, --tokens"
    ):
        list(studio.sample("m", bars=3, on=Path("x.png")))
    texts = [sample.text for sample in studio.sample("m", prompt="The ", count=3, tokens=20)]
    assert len(set(texts)) == 3
    assert all(text.startswith("The ") and len(text) == 24 for text in texts)


def test_without_pytorch_the_command_that_installs_it_is_named(trained: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from pathlib import Path\n"
        "from miaobi.create.registry import engine_ref\n"
        "from miaobi.errors import EngineUnavailableError\n"
        "from miaobi.settings import load_settings\n"
        "from miaobi.studio import Studio\n"
        f"home = Path({str(trained)!r})\n"
        "studio = Studio(load_settings({'home': home}, {}))\n"
        "assert len(studio.models()) == 2\n"
        "calls = [lambda: engine_ref('text:lab/m', home), lambda: list(studio.sample('m')),\n"
        "         lambda: studio.train('lstm', 'new', data='verse')]\n"
        "said = []\n"
        "for call in calls:\n"
        "    try: call()\n"
        "    except EngineUnavailableError as error: said.append(str(error))\n"
        "import json; print(json.dumps(said))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert len(said) == 3
    assert all("pip install 'miaobi[lab]'" in line for line in said)
