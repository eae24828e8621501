"""`miaobi export`: what was exported gives what PyTorch gives, and runs where PyTorch is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from miaobi.base.engine import TextRequest
from miaobi.create.registry import describe_engine
from miaobi.errors import GenerationError, InputError, UnknownNameError
from miaobi.studio import Studio
from miaobi.train.export import Exportable, export_network
from miaobi.train.folder import ModelFolder
from miaobi.train.language.engine import LabTextEngine
from miaobi.train.language.network import Reader
from miaobi.train.language.onnx_network import open_exported_model
from miaobi.train.language.task import open_language_model
from miaobi.train.language.torch_network import TorchNetwork

Quick = Callable[..., ModelFolder]
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("transformer", {"dropout": 0.0}),
    ("transformer", {"feed_forward": "relu2", "dropout": 0.0, "heads": 4}),
    ("lstm", {"kind": "rnn"}),
    ("lstm", {"kind": "gru"}),
    ("lstm", {"kind": "lstm"}),
]
every_kind = pytest.mark.parametrize(("model", "settings"), KINDS, ids=["swiglu", "relu2", "rnn", "gru", "lstm"])


@every_kind
def test_it_reads_as_pytorch_reads_also_in_rows_and_beyond_the_context(
    quick: Quick, studio: Studio, model: str, settings: dict[str, Any]
) -> None:
    folder = quick(model, **settings)
    path, record = studio.export("m")
    assert path == folder.onnx
    assert record.difference <= record.tolerance == 1e-4
    module, vocabulary = open_language_model(folder)
    exported, same_vocabulary = open_exported_model(folder)
    assert same_vocabulary.prompt_ids("The") == vocabulary.prompt_ids("The")
    mine, theirs = Reader(exported, 2), Reader(TorchNetwork(module), 2)
    random = np.random.default_rng(1)
    for length in (5, 1, 1, 9, 1, 20, 1, 1):  # 39 of a context of 32
        ids = random.integers(vocabulary.tokenizer.get_vocab_size(), size=(2, length)).tolist()
        assert mine.read(ids) == pytest.approx(theirs.read(ids), abs=1e-4)
    for reader in (mine, theirs):
        reader.select([1, 0, 1])
    assert mine.read([[3], [4], [5]]) == pytest.approx(theirs.read([[3], [4], [5]]), abs=1e-4)


WITHOUT_TORCH = """
import sys
for name in ("torch", "safetensors", "tensorboardX", "onnx"):
    sys.modules[name] = None
import json
from pathlib import Path
from miaobi.base.engine import TextRequest, open_engine
from miaobi.create.registry import describe_engine, engine_ref
from miaobi.settings import load_settings
from miaobi.studio import Studio
home = Path(sys.argv[1])
studio = Studio(load_settings({"home": home}, {}))
engine = open_engine(engine_ref("text:lab/m", home))
greedy = engine.generate(TextRequest(prompt="The ", max_tokens=50, temperature=0)).text
beams = engine.generate(TextRequest(prompt="The ", max_tokens=20, beams=3)).text
drawn = [sample.text for sample in studio.sample("m", prompt="The ", tokens=40, count=2, seed=5)]
print(json.dumps([greedy, beams, drawn, engine.card.fingerprint]))
"""


@pytest.mark.parametrize("model", ["transformer", "lstm"])
def test_without_pytorch_it_writes_the_same(quick: Quick, studio: Studio, model: str) -> None:
    folder = quick(model, steps=40)
    home = studio.settings.home
    studio.export("m")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(home)], capture_output=True, text=True, check=True, timeout=120
    )
    greedy, beams, drawn, fingerprint = json.loads(done.stdout)
    engine = LabTextEngine.open("m", home)
    assert engine.generate(TextRequest(prompt="The ", max_tokens=50, temperature=0)).text == greedy
    assert engine.generate(TextRequest(prompt="The ", max_tokens=20, beams=3)).text == beams
    assert [sample.text for sample in studio.sample("m", prompt="The ", tokens=40, count=2, seed=5)] == drawn
    assert "torch-2" in engine.card.fingerprint
    assert "onnxruntime-" in fingerprint
    engine.close()
    folder.weights.unlink()  # as in a folder that was copied without them
    assert describe_engine("text:lab/m", home).fingerprint == fingerprint
    assert (
        LabTextEngine.open("m", home).generate(TextRequest(prompt="The ", max_tokens=50, temperature=0)).text == greedy
    )


def test_an_export_of_other_weights_or_a_damaged_one_is_refused(quick: Quick, studio: Studio) -> None:
    folder = quick()
    studio.export("m")
    whole, weights = folder.onnx.read_bytes(), folder.weights.read_bytes()
    quick(name="other", seed=5)
    folder.weights.write_bytes(ModelFolder(studio.settings.home, "other").weights.read_bytes())
    with pytest.raises(InputError, match=r"other weights.*miaobi export m --to onnx"):
        open_exported_model(folder)
    folder.weights.write_bytes(weights)
    open_exported_model(folder)
    folder.onnx.write_bytes(whole[:-100])
    with pytest.raises(InputError, match="damaged"):
        open_exported_model(folder)
    folder.weights.unlink()
    assert "damaged" in (describe_engine("text:lab/m", studio.settings.home).missing or "")
    folder.onnx_record.unlink()
    with pytest.raises(InputError, match="not exported"):
        open_exported_model(folder)


def test_what_cannot_be_exported_is_refused(quick: Quick, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="no model 'nobody'"):
        studio.export("nobody")
    folder = quick("lstm")
    with pytest.raises(InputError, match=r"'gguf'.*--to onnx"):
        studio.export("m", "gguf")
    config = json.loads(folder.config.read_text())
    config["model"] = "text_vae"
    folder.config.write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"kind text_vae, which cannot be exported.*kinds .*lstm"):
        studio.export("m")


class Generator(nn.Module):
    """Stands for any network of another family."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.ConvTranspose2d(4, 3, 4)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.layer(z))


class Deceptive(Generator):
    """Behaves differently while it is traced."""

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return super().forward(z) * (0.9 if torch.onnx.is_in_onnx_export() else 1.0)


class Fixed(Generator):
    """Fixes the number of pictures while it is traced."""

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return super().forward(z).reshape(int(z.shape[0]), 3, -1) + torch.zeros(len(list(z)), 1, 1)


def exportable(module: nn.Module) -> Exportable:
    return Exportable(
        module,
        lambda random, number: (torch.randn(number + 1, 4, 1, 1, generator=random),),
        inputs=("z",), outputs=("picture",), varying={"z": {0: "count"}, "picture": {0: "count"}},
    )  # fmt: skip


def test_any_network_is_exported_when_it_agrees_and_else_leaves_nothing(quick: Quick) -> None:
    folder = quick()
    for wrong in (Deceptive(), Fixed()):
        with pytest.raises(GenerationError):
            export_network(folder, exportable(wrong))
        assert not [path for path in folder.path.iterdir() if "onnx" in path.name or "export" in path.name]
    path, record = export_network(folder, exportable(Generator()))
    assert path.is_file()
    assert record.difference < 1e-5


def test_the_command(studio: Studio, quick: Quick, tmp_path: Path) -> None:
    import os

    quick("lstm")
    miaobi = str(Path(sys.executable).with_name("miaobi"))
    environment = {**os.environ, "MIAOBI_HOME": str(studio.settings.home)}
    done = subprocess.run([miaobi, "export", "m", "--to", "onnx"], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == ModelFolder(studio.settings.home, "m").onnx
    assert "differs from PyTorch by at most" in " ".join(done.stderr.split())
    done = subprocess.run([miaobi, "export", "nobody"], capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
