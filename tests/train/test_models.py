"""Each model learns, every weight takes part, and reading token by token is reading at once."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from miaobi.train.catalog import find_model, load_class
from miaobi.train.language.lstm import LstmConfig, LstmModel
from miaobi.train.language.network import Reader
from miaobi.train.language.torch_network import TorchNetwork
from miaobi.train.language.transformer import TransformerConfig, TransformerModel
from miaobi.train.options import LoopConfig, split_settings, validated

VOCABULARY = 23
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("transformer", {"layers": 2, "heads": 2, "width": 32, "context": 24, "dropout": 0.0}),
    ("transformer", {"layers": 2, "heads": 4, "width": 32, "context": 24, "dropout": 0.0, "feed_forward": "relu2"}),
    ("lstm", {"kind": "rnn", "embedding": 16, "units": 48, "dropout": 0.0}),
    ("lstm", {"kind": "gru", "embedding": 16, "units": 48, "dropout": 0.0}),
    ("lstm", {"kind": "lstm", "embedding": 16, "units": 48, "dropout": 0.0}),
]
every_variant = pytest.mark.parametrize(("name", "settings"), VARIANTS, ids=lambda value: str(value)[:60])


def build(name: str, settings: dict[str, Any]) -> nn.Module:
    torch.manual_seed(1)
    kind = find_model(name)
    module: nn.Module = load_class(kind.factory)(load_class(kind.config)(**settings), VOCABULARY)
    return module


@every_variant
def test_it_overfits_one_batch(name: str, settings: dict[str, Any]) -> None:
    module = build(name, settings)
    ids = torch.randint(VOCABULARY, (2, 13))
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-2)
    for _ in range(150):
        loss = F.cross_entropy(module(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1


@every_variant
def test_every_parameter_gets_a_gradient(name: str, settings: dict[str, Any]) -> None:
    module = build(name, settings)
    ids = torch.arange(2 * VOCABULARY).view(2, VOCABULARY) % VOCABULARY
    F.cross_entropy(module(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten()).backward()
    for label, weight in module.named_parameters():
        assert weight.grad is not None, label
        assert weight.grad.abs().max() > 0, label


@every_variant
def test_the_future_does_not_leak(name: str, settings: dict[str, Any]) -> None:
    module = build(name, settings).eval()
    ids = torch.randint(VOCABULARY, (1, 20))
    changed = ids.clone()
    changed[0, 12:] = (changed[0, 12:] + 1) % VOCABULARY
    assert torch.equal(module(ids)[0, :12], module(changed)[0, :12])
    assert not torch.allclose(module(ids)[0, 12:], module(changed)[0, 12:])


@every_variant
def test_reading_with_a_state_gives_the_logits_of_reading_without(name: str, settings: dict[str, Any]) -> None:
    module = build(name, settings).eval()
    ids = torch.randint(VOCABULARY, (2, 20))
    state = module.new_state(2)
    parts = [ids[:, :7], ids[:, 7:8], ids[:, 8:12], *torch.split(ids[:, 12:], 1, dim=1)]
    with torch.inference_mode():
        read = torch.cat([module(part, state) for part in parts], dim=1)
        assert torch.allclose(read, module(ids), atol=1e-4)


def test_a_reader_goes_on_beyond_the_context() -> None:
    """When the context is full it reads the last three quarters again; each answer is that of reading afresh."""
    module = build(*VARIANTS[0]).eval()
    ids = torch.randint(VOCABULARY, (90,)).tolist()
    reader, window = Reader(TorchNetwork(module)), []
    for token in ids:
        (logits,) = reader.read([[token]])
        window = [*window, token] if len(window) < 24 else [*window, token][-18:]
        with torch.inference_mode():
            assert torch.allclose(torch.from_numpy(logits), module(torch.tensor([window]))[0, -1], atol=1e-4)


@pytest.mark.parametrize("name", ["lstm", "transformer"])
@pytest.mark.parametrize("size", ["tiny", "small", "base"])
def test_every_size_is_valid(name: str, size: str) -> None:
    kind = find_model(name)
    network, loop = split_settings(kind.size(size), load_class(kind.config))
    config = validated(load_class(kind.config), network)
    assert validated(LoopConfig, loop).steps >= 500
    with torch.device("meta"):
        module = load_class(kind.factory)(config, 8000)
    assert sum(weight.numel() for weight in module.parameters()) > {"tiny": 1e5, "small": 1e6, "base": 1e7}[size]


def test_the_parameter_count_of_small_is_about_a_million() -> None:
    counts = [
        sum(w.numel() for w in TransformerModel(TransformerConfig(), 66).parameters()),
        sum(w.numel() for w in LstmModel(LstmConfig(units=320), 66).parameters()),
    ]
    assert all(0.8e6 < count < 1.6e6 for count in counts)
