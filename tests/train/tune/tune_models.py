"""A tiny llama that the tests build on the spot, as a folder of transformers and as the same model in GGUF."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder

LINES = [
    "Name a bird by the water: A heron calls.\n",
    "Name a tree on the hill: The old oak stands.\n",
    "What runs below the mill? The river runs.\n",
    "水边有什么鸟？有一只白鹭。\n",
]
PAIRS = [
    ("Name a bird:\n", "A heron."),
    ("Name a tree:\n", "The old oak."),
    ("What runs below?\n", "The river runs below the mill."),
    ("Who calls?\n", "The heron calls."),
    ("What stands on the hill?\n", "The old oak stands on the hill, by the mill."),
    ("水边有什么？\n", "有一只白鹭。"),
    ("Name water:\n", "The river."),
    ("Name a hill:\n", "The old hill."),
    ("Where is the mill?\n", "By the water."),
    ("What is old?\n", "The oak is old."),
]
QUICK = {"steps": 6, "batch": 3, "warmup": 1, "evaluate_every": 3, "sample_every": 6, "checkpoint_every": 2,
         "learning_rate": 0.01, "rank": 4, "alpha": 8, "context": 64, "others": 20, "drawn": 30, "precision": "float32",
         "validation": 0.3}  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Small models are quickest so."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of transformers: a byte-level tokenizer trained on the lines, and a llama of two layers."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("llama")
    bytes_to_text = Tokenizer(models.BPE())
    bytes_to_text.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytes_to_text.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=340, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    bytes_to_text.train_from_iterator(LINES, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytes_to_text, bos_token="<s>", eos_token="</s>")
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, tie_word_embeddings=False, initializer_range=0.2,
        bos_token_id=0, eos_token_id=1, rms_norm_eps=1e-5,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def gguf_llama(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model as a GGUF file."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(llama, path)
    return path


def write_gguf(folder: Path, path: Path, *, quantised: bool = False) -> None:
    """What llama.cpp's converter makes of such a folder, in float32 or in eight bits."""
    import gguf
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny")
    writer.add_license("CC0-1.0")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config["hidden_size"] // config["num_attention_heads"])
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(config["vocab_size"])
    _add_vocabulary(writer, json.loads((folder / "tokenizer.json").read_text()))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    for name, tensor in load_file(folder / "model.safetensors").items():
        layer, known = name.split(".")[-2], names.get_name(name, try_suffixes=(".weight",))
        array = np.ascontiguousarray(_interleaved(tensor, heads[layer]) if layer in heads else tensor)
        if quantised and array.ndim == 2:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(known, gguf.quants.quantize(array, kind), raw_dtype=kind)
        else:
            writer.add_tensor(known, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_vocabulary(writer: Any, tokenizer: dict[str, Any]) -> None:
    import gguf

    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    special = {token["content"] for token in tokenizer["added_tokens"]}
    kinds = [gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token, _ in vocabulary]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([token for token, _ in vocabulary])
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_add_bos_token(False)


def _interleaved(tensor: Any, heads: int) -> Any:
    """Rows of each head in the order of llama's GGUF files."""
    return tensor.reshape(heads, 2, tensor.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(tensor.shape)


@pytest.fixture
def pairs_file(tmp_path: Path) -> Path:
    """Ten pairs."""
    return write_pairs(tmp_path / "pairs.jsonl", PAIRS)


def write_pairs(path: Path, pairs: Iterable[tuple[str, str]]) -> Path:
    """Pairs as JSONL."""
    lines = [json.dumps({"prompt": prompt, "answer": answer}, ensure_ascii=False) for prompt, answer in pairs]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """A studio with an empty home."""
    return Studio(load_settings({"home": tmp_path / "home"}, {}))


@pytest.fixture
def tune(studio: Studio, llama: Path, pairs_file: Path) -> Callable[..., ModelFolder]:
    """Tunes the tiny llama for a few steps; keywords are settings or options of Studio.tune_text."""

    def run(name: str = "m", **given: Any) -> ModelFolder:
        names = ("resume", "should_stop", "listener", "data", "base", "size")
        options = {key: given.pop(key) for key in names if key in given}
        if not options.get("resume"):
            options = {"base": str(llama), "data": pairs_file, **options}
            given = {**QUICK, **given}
        studio.tune_text(name, options=given, **options)
        return ModelFolder(studio.settings.home, name)

    return run
