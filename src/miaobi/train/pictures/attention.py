"""Attention in both directions and feed-forward, for captions and pictures.

Shapes: N pictures, Q queries, K keys, H heads, W width.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def normalised(x: Tensor) -> Tensor:
    """x / rms(x) over the last dimension, in float32. Written out: ONNX has no such operator."""
    x = x.float()
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6)


class RmsNorm(nn.Module):
    """The same, times a weight (Zhang and Sennrich, 2019)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Any shape that ends in `width`."""
        return normalised(x) * self.weight


class FeedForward(nn.Module):
    """Four times as wide inside, with a squared ReLU (So et al., 2021), which costs less than GELU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.input, self.output = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """N Q W to N Q W."""
        y: Tensor = self.output(F.relu(self.input(x)).square())
        return y


def heads_of(x: Tensor, parts: int, heads: int) -> Tensor:
    """x N Q parts*W, taken apart into `parts` tensors N H Q W/H."""
    count, queries, width = x.shape
    return x.reshape(count, queries, parts, heads, width // parts // heads).permute(2, 0, 3, 1, 4)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """q N H Q W/H, k and v N H K W/H, mask N 1 1 K of what may be looked at; N Q W.

    On a processor in float32: there its backward pass took a quarter of bfloat16's time.
    """
    if q.device.type != "cpu":
        y = F.scaled_dot_product_attention(q.to(v.dtype), k.to(v.dtype), v, attn_mask=mask)
        return y.transpose(1, 2).flatten(2)
    with torch.autocast("cpu", enabled=False):
        y = F.scaled_dot_product_attention(q.float(), k.float(), v.float(), attn_mask=mask)
    return y.transpose(1, 2).flatten(2)
