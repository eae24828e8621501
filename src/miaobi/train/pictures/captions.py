"""The encoder of captions: a small Transformer over words, trained together with the denoiser.

Shapes: N captions, L tokens, W width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from miaobi.train.pictures.attention import FeedForward, RmsNorm, attend, heads_of
from miaobi.train.pictures.caption_tokens import PADDING


class CaptionEncoder(nn.Module):
    """Token numbers to a vector for each token and one for the whole caption."""

    def __init__(self, vocabulary: int, length: int, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=PADDING)
        self.places = nn.Parameter(0.1 * torch.randn(length, width))
        self.layers = nn.ModuleList(_Layer(width, heads) for _ in range(layers))
        self.norm = RmsNorm(width)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """ids N L to tokens N L W, their mean N W, and which tokens are there, N L."""
        there = ids != PADDING
        x = self.embedding(ids) + self.places[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, there[:, None, None])
        x = self.norm(x)
        share = there / there.sum(1, keepdim=True)
        return x, (x * share[..., None].to(x.dtype)).sum(1), there


class _Layer(nn.Module):
    """Attention in both directions, then feed-forward."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm, self.feed_forward_norm = RmsNorm(width), RmsNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.feed_forward = FeedForward(width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """N L W to N L W; mask N 1 1 L tells what may be looked at."""
        q, k, v = heads_of(self.query_key_value(self.attention_norm(x)), 3, self.heads)
        x = x + self.output(attend(q, k, v, mask))
        z: Tensor = x + self.feed_forward(self.feed_forward_norm(x))
        return z
