"""What a Transformer attends to: its attention weights for a text, layer by layer and head by head."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from miaobi.train.language.transformer import Block, TransformerModel


@torch.inference_mode()
def attention_maps(model: TransformerModel, ids: Sequence[int]) -> NDArray[np.float32]:
    """The weights L H T T: how much of each token (last axis) the next layer sees at each token (the one before).

    Every row sums to one, and what lies in its future is zero. There may be at most `context` ids.
    """
    x = model.embedding(torch.tensor([list(ids)], device=model.embedding.weight.device))  # 1 T W
    cos, sin = model.cos[: len(ids)], model.sin[: len(ids)]
    maps = []
    for block in model.blocks:
        assert isinstance(block, Block)
        maps.append(_weights(block, x, cos, sin))
        x = block(x, cos, sin, None)
    stacked: NDArray[np.float32] = torch.stack(maps).float().cpu().numpy()
    return stacked


def _weights(block: Block, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """H T T of one block; x is 1 T W."""
    q, k, _ = block.attention.project(block.attention_norm(x), cos, sin)  # each 1 H T D
    scores = (q @ k.transpose(2, 3))[0] / math.sqrt(q.shape[-1])
    future = torch.ones_like(scores[0], dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -torch.inf).softmax(-1)
