"""GGUF bases: unpacked once, and their adapters written for llama.cpp, where they do what they did while learning."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import torch
from tune_models import PAIRS, QUICK, write_gguf, write_pairs

from miaobi.base.engine import TextRequest
from miaobi.create.registry import engine_ref
from miaobi.create.text_llamacpp import LlamacppTextEngine
from miaobi.errors import EngineUnavailableError, InputError
from miaobi.studio import Studio
from miaobi.studio.lab_tune import find_text_base
from miaobi.train.events import TrainEvent
from miaobi.train.folder import ModelFolder, write_json
from miaobi.train.options import validated
from miaobi.train.tensors import read_tensors, write_tensors
from miaobi.train.tune.text_config import TextTuningConfig
from miaobi.train.tune.text_export import _gguf_tensors, export_adapter
from miaobi.train.tune.text_model import TunedLanguageModel, load_tokenizer, load_tuned
from miaobi.train.tune.unpack import unpacked

LONG = {**QUICK, "steps": 60, "evaluate_every": 60, "sample_every": 60, "checkpoint_every": 60}


@pytest.fixture(scope="module")
def tuned(gguf_llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A home with two tuned models, "birds" and "trees"."""
    from miaobi.settings import load_settings

    folder = tmp_path_factory.mktemp("tuned")
    studio = Studio(load_settings({"home": folder / "home"}, {}))
    pairs = write_pairs(folder / "pairs.jsonl", PAIRS)
    base = f"text:llamacpp/{gguf_llama}"
    studio.tune_text("birds", base=base, data=pairs, options=LONG)
    studio.tune_text("trees", base=base, data=pairs, options={**LONG, "seed": 5, "steps": 20})
    return studio


def model_of(folder: ModelFolder, unpacked_folder: Path) -> TunedLanguageModel:
    network = folder.read_config()["network"]
    model = load_tuned(unpacked_folder, validated(TextTuningConfig, network["config"]), targets=network["targets"])
    model.load_state_dict(read_tensors(folder.weights))
    return model.eval()


@contextmanager
def engine(name: str, home: Path) -> Iterator[LlamacppTextEngine]:
    with closing(LlamacppTextEngine.open(name, home)) as opened:
        yield opened


def test_a_gguf_is_unpacked_once_and_its_tokens_and_logits_are_the_same(llama: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    told: list[str] = []
    write_gguf(llama, tmp_path / "tiny.gguf", quantised=True)
    base = find_text_base(f"text:llamacpp/{tmp_path}/tiny.gguf", tmp_path)
    folder = unpacked(base, tmp_path, lambda what, part, parts: told.append(f"{part}/{parts}"))
    assert folder.parent == tmp_path / "lab" / "bases"
    assert told == ["1/3", "2/3", "3/3"]
    assert not list(folder.parent.glob(".*.part"))
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert unpacked(base, tmp_path, lambda *_: told.append("again")) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert len(told) == 3
    for text in ("Name a bird:\n", "水边有什么？", " two  spaces"):
        ids = [load_tokenizer(place)(text, add_special_tokens=False).input_ids for place in (llama, folder)]
        assert ids[0] == ids[1]
    models = [AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32) for place in (llama, folder)]
    with torch.no_grad():
        logits = [model(torch.tensor([[5, 80, 90, 100]])).logits for model in models]
    assert torch.allclose(*logits, atol=0.1 * float(logits[0].abs().max()))  # eight bits a weight
    (folder / "unpacked.json").write_text(json.dumps({"format": 1, "digest": "sha256:another file"}))
    unpacked(base, tmp_path, lambda *_: told.append("again"))
    assert told[3:] == ["again"] * 3


@pytest.mark.parametrize("name", ["birds", "birds@0.5", "birds+trees", "birds@0"])
def test_llama_cpp_writes_what_the_tuned_model_writes(tuned: Studio, gguf_llama: Path, name: str) -> None:
    """The likeliest tokens and their log-probabilities, over a text of one's own."""
    home = tuned.settings.home
    base = find_text_base(f"text:llamacpp/{gguf_llama}", home)
    place = unpacked(base, home, lambda *_: None)
    parts = [part.partition("@") for part in name.split("+")]
    models = [model_of(ModelFolder(home, part), place) for part, _, _ in parts]
    scales = [float(scale) if scale else 1.0 for _, _, scale in parts]
    whole = combined(models, scales)
    tokenizer = load_tokenizer(place)
    seen = 0
    with engine(f"{gguf_llama}+{name}", home) as opened:
        for text in [(prompt + answer)[:cut] for prompt, answer in PAIRS[:6] for cut in (7, len(prompt), -4)]:
            written = opened.generate(TextRequest(prompt=text, max_tokens=1, temperature=0, top_logprobs=3))
            ids = tokenizer(text, add_special_tokens=False).input_ids
            with torch.no_grad():
                expected = torch.log_softmax(whole(torch.tensor([ids]))[0, -1], 0)[1:]  # <s> is never written
            for entry in written.logprobs or ():  # none where a token is part of a character
                seen += 1
                assert entry.logprob == pytest.approx(float(expected.max()), abs=0.02), (text, entry)
                best = [value for _, value in entry.top]
                assert best == pytest.approx(expected.topk(3).values.tolist(), abs=0.02)
    assert seen > 9


def combined(models: list[TunedLanguageModel], scales: list[float]) -> TunedLanguageModel:
    """One model with the sum of the adapters' changes in its weights."""
    first = models[0]
    changes: dict[str, torch.Tensor] = {}
    for model, scale in zip(models, scales, strict=True):
        for name, part in model.named_modules():
            if hasattr(part, "lora_A"):
                change = scale * part.get_delta_weight("default").detach()
                changes[name] = changes.get(name, torch.zeros(())) + change
    for name, part in first.named_modules():
        if name in changes:
            part.base_layer.weight.data += changes[name]
            part.scaling["default"] = 0.0
    return first


def test_the_tuned_engine_gives_the_learned_answers(tuned: Studio, gguf_llama: Path) -> None:
    home = tuned.settings.home
    learned = [json.loads(line) for line in (home / "lab/models/birds/data/train.jsonl").read_text().splitlines()]
    request = [TextRequest(prompt=pair["prompt"], max_tokens=24, temperature=0) for pair in learned]
    with engine(f"{gguf_llama}+birds", home) as opened:
        answers = [opened.generate(each) for each in request]
    right = [found.text == pair["answer"] for found, pair in zip(answers, learned, strict=True)]
    assert sum(right) >= len(right) - 1
    assert {found.finish_reason for found in answers} <= {"stop", "length"}
    with engine(str(gguf_llama), home) as bare:
        assert [bare.generate(each).text for each in request] != [found.text for found in answers]


def test_it_runs_without_pytorch(tuned: Studio, gguf_llama: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from miaobi.base.engine import TextRequest, open_engine;"
        "from miaobi.create.registry import engine_ref;"
        f"ref = engine_ref('text:llamacpp/{gguf_llama}+birds', Path({str(tuned.settings.home)!r}));"
        "print(open_engine(ref).generate(TextRequest(prompt='Name a bird:\\n', max_tokens=5, temperature=0)).text);"
        "assert not {'torch', 'transformers', 'peft', 'safetensors', 'gguf'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_adapters_are_listed_described_and_part_of_the_fingerprint(tuned: Studio, gguf_llama: Path) -> None:
    home = tuned.settings.home
    cards = {card.id: card for card in tuned.engines()}
    card = cards[f"text:llamacpp/{gguf_llama}+birds"]
    assert card.missing is None
    assert "birds" in card.summary
    assert [credit.title for credit in card.credits] == ["Tiny", "birds"]
    assert "base: CC0-1.0" in card.credits[1].licence
    names = ["birds", "trees", "birds@0.5", "birds+trees", "trees+birds"]
    prints = [engine_ref(f"text:llamacpp/{gguf_llama}+{name}", home).fingerprint for name in names]
    assert len({*prints, engine_ref(f"text:llamacpp/{gguf_llama}", home).fingerprint}) == 6


def test_an_adapter_of_another_base_is_refused(tuned: Studio, llama: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    home, other = tuned.settings.home, tmp_path / "other"
    shutil.copytree(llama, other)
    weights = {name: 1.5 * tensor for name, tensor in load_file(other / "model.safetensors").items()}
    save_file(weights, other / "model.safetensors")
    write_gguf(other, tmp_path / "other.gguf")
    with pytest.raises(EngineUnavailableError, match=r"was tuned for .*tiny\.gguf, and the model here is another"):
        engine_ref(f"text:llamacpp/{tmp_path / 'other.gguf'}+birds", home)
    with pytest.raises(EngineUnavailableError, match=r"was tuned for .*tiny\.gguf"):
        engine_ref("text:llamacpp/gemma-270m+birds", home)


def test_an_adapter_that_is_not_there_is_said_to_be_missing(tuned: Studio, gguf_llama: Path) -> None:
    home = tuned.settings.home
    with pytest.raises(EngineUnavailableError, match="no file fish, nor a model of that name in the lab"):
        engine_ref(f"text:llamacpp/{gguf_llama}+fish", home)
    folder = ModelFolder(home, "half")
    shutil.copytree(ModelFolder(home, "birds").path, folder.path)
    (folder.path / "adapter.gguf").unlink()
    try:
        with pytest.raises(EngineUnavailableError, match="the model half has no adapter for llama"):
            engine_ref(f"text:llamacpp/{gguf_llama}+half", home)
    finally:
        shutil.rmtree(folder.path)


def test_what_cannot_be_a_base_is_refused(gguf_llama: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a model with adapters, and only a model can be tuned"):
        find_text_base(f"text:llamacpp/{gguf_llama}+birds", tmp_path)
    with pytest.raises(EngineUnavailableError, match="there is no file"):
        find_text_base(f"text:llamacpp/{tmp_path}/none.gguf", tmp_path)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and no more")
    with pytest.raises(EngineUnavailableError, match=r"broken\.gguf"):
        find_text_base(f"text:llamacpp/{broken}", tmp_path)
    broken.write_bytes(gguf_llama.read_bytes()[:-20_000])
    base = find_text_base(f"text:llamacpp/{broken}", tmp_path)
    with pytest.raises(InputError, match=r"broken\.gguf"):
        unpacked(base, tmp_path, lambda *_: None)
    assert not (tmp_path / "lab" / "bases" / base.name).exists()


def test_progress_is_told_while_a_base_is_unpacked(gguf_llama: Path, tmp_path: Path) -> None:
    from miaobi.settings import load_settings

    events: list[TrainEvent] = []
    studio = Studio(load_settings({"home": tmp_path / "home"}, {}))
    pairs = write_pairs(tmp_path / "pairs.jsonl", PAIRS)
    studio.tune_text("m", base=f"text:llamacpp/{gguf_llama}", data=pairs, options=QUICK, listener=events.append)
    told = [(event.step, event.steps) for event in events if event.kind == "noted" and "unpacking" in event.said]
    assert told == [(1, 3), (2, 3), (3, 3)]


# ---------------------------------------------------------------- the packaged model

GEMMA = {"model_type": "gemma3_text", "num_hidden_layers": 18, "num_attention_heads": 4, "num_key_value_heads": 1}
SHAPES = {
    "self_attn.q_proj": (640, 1024), "self_attn.k_proj": (640, 256), "self_attn.v_proj": (640, 256),
    "self_attn.o_proj": (1024, 640), "mlp.gate_proj": (640, 2048), "mlp.up_proj": (640, 2048),
    "mlp.down_proj": (2048, 640),
}  # fmt: skip
"""Of the linear layers of Gemma 3 270M: what goes in and what comes out."""


def random_adapter(rank: int) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(1)
    tensors = {}
    for block in range(GEMMA["num_hidden_layers"]):
        for layer, (into, out) in SHAPES.items():
            stem = f"model.model.layers.{block}.{layer}"
            tensors[f"{stem}.lora_A.default.weight"] = 0.03 * torch.randn(rank, into, generator=random)
            tensors[f"{stem}.lora_B.default.weight"] = 0.03 * torch.randn(out, rank, generator=random)
    return tensors


def test_every_layer_of_gemma_has_its_name_and_shape_in_gguf() -> None:
    adapter = {name.removeprefix("model."): tensor for name, tensor in random_adapter(3).items()}
    found = {name: array.shape for name, array in _gguf_tensors(adapter, GEMMA)}
    assert len(found) == 2 * 7 * 18
    for name, layer in {
        "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    }.items():  # fmt: skip
        into, out = SHAPES[layer]
        assert found[f"blk.17.{name}.weight.lora_a"] == (3, into)
        assert found[f"blk.17.{name}.weight.lora_b"] == (out, 3)


@pytest.mark.weights
def test_an_adapter_of_the_packaged_model_is_applied_by_its_scale(tmp_path: Path, home: Path) -> None:
    base = find_text_base("text:llamacpp/gemma-270m", home)
    folder, unpacked_folder = ModelFolder(home, "random"), tmp_path / "unpacked"
    unpacked_folder.mkdir()
    (unpacked_folder / "config.json").write_text(json.dumps(GEMMA))
    config = {"base": base.id, "base_digest": base.digest, "rank": 3, "alpha": 6}
    folder.path.mkdir(parents=True)
    write_json(folder.config, {"network": {"config": config, "targets": ["q_proj"]}})
    write_tensors(folder.weights, random_adapter(3))
    try:
        export_adapter(folder, base, unpacked_folder)
        request = TextRequest(prompt="The capital of France is", max_tokens=6, temperature=0, top_logprobs=0)
        texts, first = [], []
        for name in ("gemma-270m", "gemma-270m+random@0", "gemma-270m+random"):
            with engine(name, home) as opened:
                result = opened.generate(request)
                texts.append(result.text)
                first.append((result.logprobs or ())[0].logprob)
        assert texts[0] == texts[1]
        assert first[0] == pytest.approx(first[1], abs=1e-4)
        assert first[0] != pytest.approx(first[2], abs=1e-2)
    finally:
        shutil.rmtree(folder.path)
