"""Language models as ONNX graphs that read tokens after what they have read, with their memory going in and out.

    transformer   ids (rows, new), past (L, 2, rows, H, held, D)
                  to logits (rows, V) and past_next (L, 2, rows, H, held + new, D)
    lstm          ids (rows, new), h (L, rows, U) and, for kind=lstm, c
                  to logits (rows, V), h_next and c_next

onnx_network.py runs both in the same way. `transformer_graph` serves every model that is built on TransformerModel.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.export import Exportable
from miaobi.train.folder import ModelFolder
from miaobi.train.language.lstm import LstmModel
from miaobi.train.language.task import open_language_model
from miaobi.train.language.transformer import Block, TransformerModel

_TRIED = ((1, 1), (2, 5), (1, 7), (3, 4), (1, 1), (2, 2))
"""(rows, new tokens) of each check."""


def exportable(folder: ModelFolder) -> Exportable:
    """The graph of a trained language model."""
    module, _ = open_language_model(folder)
    if isinstance(module, TransformerModel):
        return transformer_graph(module)
    if isinstance(module, LstmModel):
        return lstm_graph(module)
    raise InputError(f"{folder.name} is of a kind that cannot be exported.")


# ---------------------------------------------------------------- transformer


class _TransformerStep(nn.Module):
    def __init__(self, model: TransformerModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        model, held = self.model, past.shape[4]
        end = held + ids.shape[1]
        cos, sin = model.cos[held:end], model.sin[held:end]
        places = torch.arange(end)
        mask = places <= places[held:, None]  # T held+T: each sees those up to itself
        x, present = model.embedding(ids), []
        for block, (past_keys, past_values) in zip(model.blocks, past, strict=True):
            assert isinstance(block, Block)
            q, k, v = block.attention.project(block.attention_norm(x), cos, sin)
            k, v = torch.cat((past_keys, k), 2), torch.cat((past_values, v), 2)
            present.append(torch.stack((k, v)))
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            x = x + block.attention.output(y.transpose(1, 2).flatten(2))
            x = x + block.feed_forward(block.feed_forward_norm(x))
        return F.linear(model.norm(x[:, -1]), model.embedding.weight), torch.stack(present)


def transformer_graph(model: TransformerModel) -> Exportable:
    """A Transformer with its cache of keys and values as an input and an output."""
    c = model.config

    def draw(random: torch.Generator, number: int) -> tuple[Tensor, Tensor]:
        rows, new = _TRIED[number % len(_TRIED)]
        held = (0, 3, 0, c.context - new, c.context - new, 1)[number % 6]
        ids = torch.randint(model.embedding.num_embeddings, (rows, new), generator=random)
        past = torch.randn(c.layers, 2, rows, c.heads, held, c.width // c.heads, generator=random)
        return ids, past

    return Exportable(
        _TransformerStep(model),
        draw,
        inputs=("ids", "past"),
        outputs=("logits", "past_next"),
        varying={
            "ids": {0: "rows", 1: "new"},
            "past": {2: "rows", 4: "held"},
            "logits": {0: "rows"},
            "past_next": {2: "rows", 4: "all"},
        },
        notes={"context": c.context},
    )


# ---------------------------------------------------------------- recurrent


class _RecurrentStep(nn.Module):
    def __init__(self, model: LstmModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, *memory: Tensor) -> tuple[Tensor, ...]:
        model, is_pair = self.model, len(memory) > 1
        y, new = model.cells(model.embedding(ids), memory if is_pair else memory[0])
        logits = F.linear(model.output(y[:, -1]), model.embedding.weight, model.output_bias)
        return (logits, *new) if is_pair else (logits, new)


def lstm_graph(model: LstmModel) -> Exportable:
    """A recurrent model with its memory as an input and an output."""
    c = model.config
    names = ("h", "c") if c.kind == "lstm" else ("h",)
    later = tuple(f"{name}_next" for name in names)

    def draw(random: torch.Generator, number: int) -> tuple[Tensor, ...]:
        rows, new = _TRIED[number % len(_TRIED)]
        ids = torch.randint(model.embedding.num_embeddings, (rows, new), generator=random)
        return ids, *(torch.randn(c.layers, rows, c.units, generator=random) for _ in names)

    return Exportable(
        _RecurrentStep(model),
        draw,
        inputs=("ids", *names),
        outputs=("logits", *later),
        varying={
            "ids": {0: "rows", 1: "new"},
            "logits": {0: "rows"},
            **{name: {1: "rows"} for name in (*names, *later)},
        },
        notes={"context": None},
    )
