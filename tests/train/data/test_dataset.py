"""Opening a data set for training, whole and damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from invented import Collect

from miaobi.errors import InputError, StoreError
from miaobi.train.data.dataset import TextDataset


def test_what_training_gets(collect: Collect, novel: Path) -> None:
    data = TextDataset.open(collect(novel, tokenizer="bpe", vocabulary=500).folder)
    tokens = data.tokens("train")
    assert isinstance(tokens, np.memmap)
    assert tokens.dtype == np.dtype("<u2")
    assert len(tokens) == data.card.splits["train"].tokens
    assert tokens[-1] == data.end_id == data.tokenizer.token_to_id("<|end|>")
    assert int((tokens == data.end_id).sum()) == data.card.splits["train"].documents
    assert int(tokens.max()) < data.card.tokenizer.vocabulary == data.tokenizer.get_vocab_size()
    assert data.tokenizer.decode(data.tokenizer.encode("and river 12").ids) == "and river 12"


def cut_tokens(folder: Path) -> None:
    path = folder / "train.bin"
    path.write_bytes(path.read_bytes()[:-3])


def swap_byte(folder: Path) -> None:
    path = folder / "validation.bin"
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


def change_card(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["kept"] = "many"
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "train.bin").unlink(), "train.bin is missing"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "not those that the card was written for"),
        (lambda folder: (folder / "card.json").write_text("{"), "card.json cannot be read"),
        (cut_tokens, "train.bin has"),
        (swap_byte, "not those that the card was written for"),
        (change_card, "card.json cannot be read .kept"),
    ],
)
def test_damage_is_told(collect: Collect, novel: Path, damage: Callable[[Path], None], said: str) -> None:
    folder = collect(novel).folder
    damage(folder)
    with pytest.raises(StoreError, match=said):
        TextDataset.open(folder)


def test_no_data_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no data set at"):
        TextDataset.open(tmp_path)
