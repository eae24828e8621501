"""`transformer`: a decoder-only Transformer language model.

Vaswani et al., Attention Is All You Need (2017), in the form that current open models have: rotary positions (Su et
al., RoFormer, 2021), RMSNorm before each block (Zhang and Sennrich, 2019), normalised queries and keys (Henry et al.,
2020), SwiGLU (Shazeer, GLU Variants, 2020) or squared ReLU (So et al., Primer, 2021), one matrix for embedding and
output (Press and Wolf, 2017), no biases. Reading order: settings, layers, model.

Shapes: B sequences, T tokens, V vocabulary, W width, H heads, D = W / H.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, Self

import torch
import torch.nn.functional as F
from pydantic import Field, model_validator
from torch import Tensor, nn

from miaobi.base.value import Value


class TransformerConfig(Value):
    """Settings of the model; `width` is the dial that matters most."""

    layers: int = Field(default=4, ge=1, le=100)
    heads: int = Field(default=4, ge=1, le=128)
    width: int = Field(default=160, ge=8, le=16384)
    context: int = Field(default=256, ge=8, le=32768)
    feed_forward: Literal["swiglu", "relu2"] = "swiglu"
    dropout: float = Field(default=0.1, ge=0, lt=1)
    rotary_base: float = Field(default=10_000.0, ge=10, le=1e8)

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        if self.width % (2 * self.heads):
            raise ValueError(f"width {self.width} has to be a multiple of 2 x heads ({2 * self.heads})")
        return self

    @property
    def hidden(self) -> int:
        """Width inside the feed-forward block; both kinds then have about 8 W^2 weights."""
        return 4 * self.width if self.feed_forward == "relu2" else 32 * math.ceil(self.width * 8 / 3 / 32)


class KeyValueCache:
    """Keys and values of the tokens read so far, so that the next token costs one token's work."""

    def __init__(self, model: TransformerModel, batch: int) -> None:
        config, weight = model.config, model.embedding.weight
        shape = (config.layers, 2, batch, config.heads, config.context, config.width // config.heads)
        self.memory = torch.empty(shape, dtype=weight.dtype, device=weight.device)  # L 2 B H T D
        self.length = 0
        self._model = model
        self.quick = [_QuickBlock(block, layer) for block, layer in zip(model.blocks, self.memory, strict=True)]

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Append k and v (B H t D); all there are so far, B H length+t D."""
        end = self.length + k.shape[2]
        self.memory[layer, 0, :, :, self.length : end] = k
        self.memory[layer, 1, :, :, self.length : end] = v
        return self.memory[layer, 0, :, :, :end], self.memory[layer, 1, :, :, :end]

    def select(self, rows: Sequence[int]) -> KeyValueCache:
        """The cache of these rows, in this order; this one, reordered, when there are as many as before."""
        batch = self.memory.shape[2]
        if list(rows) == list(range(batch)):
            return self
        cache = self if len(rows) == batch else KeyValueCache(self._model, len(rows))
        cache.memory[..., : self.length, :] = self.memory[:, :, list(rows), :, : self.length]
        cache.length = self.length
        return cache


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (x[i], x[i + D/2]) of B H T D by its position's angle; cos and sin are T D/2."""
    left, right = x.chunk(2, dim=-1)
    return torch.cat((left * cos - right * sin, right * cos + left * sin), dim=-1)


class RmsNorm(nn.Module):
    """x / rms(x) * weight over the last dimension, in whatever precision x has."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Any shape that ends in `width`."""
        if torch.onnx.is_in_onnx_export():  # which does not know the quick way
            return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight
        return F.rms_norm(x, self.weight.shape, self.weight.to(x.dtype), 1e-6)


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self, config: TransformerConfig, index: int) -> None:
        super().__init__()
        self.heads, self.index = config.heads, index
        self.query_key_value = nn.Linear(config.width, 3 * config.width, bias=False)
        self.query_norm = RmsNorm(config.width // config.heads)
        self.key_norm = RmsNorm(config.width // config.heads)
        self.output = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KeyValueCache | None) -> Tensor:
        """B T W to B T W."""
        batch, length, width = x.shape
        q, k, v = self.project(x, cos, sin)
        mask = None
        if cache is not None:
            k, v = cache.extend(self.index, k, v)
            if cache.length and length > 1:  # several new tokens after old ones: each sees those up to itself
                mask = torch.ones(length, k.shape[2], dtype=torch.bool, device=x.device).tril(cache.length)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None and length > 1)
        mixed: Tensor = self.output(y.transpose(1, 2).reshape(batch, length, width))
        return mixed

    def project(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """B T W to queries, keys and values, each B H T D."""
        batch, length, width = x.shape
        qkv = self.query_key_value(x).view(batch, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        q = rotate(self.query_norm(q), cos, sin).to(v.dtype)  # angles are float32, which would decide otherwise
        k = rotate(self.key_norm(k), cos, sin).to(v.dtype)
        return q, k, v


class FeedForward(nn.Module):
    """SwiGLU or squared ReLU."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.is_gated = config.feed_forward == "swiglu"
        self.input = nn.Linear(config.width, config.hidden * (2 if self.is_gated else 1), bias=False)
        self.output = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """B T W to B T W."""
        if self.is_gated:
            gate, value = self.input(x).chunk(2, dim=-1)
            hidden = F.silu(gate) * value
        else:
            hidden = F.relu(self.input(x)).square()
        y: Tensor = self.output(hidden)
        return y


class Block(nn.Module):
    """Attention, then feed-forward, each added to what came in."""

    def __init__(self, config: TransformerConfig, index: int) -> None:
        super().__init__()
        self.attention_norm = RmsNorm(config.width)
        self.attention = Attention(config, index)
        self.feed_forward_norm = RmsNorm(config.width)
        self.feed_forward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, cache: KeyValueCache | None) -> Tensor:
        """B T W to B T W."""
        x = x + self.dropout(self.attention(self.attention_norm(x), cos, sin, cache))
        y: Tensor = x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))
        return y


class _QuickNorm:
    """RmsNorm in few calls: x / |x| * (weight * sqrt(width))."""

    def __init__(self, weight: Tensor) -> None:
        width = weight.shape[-1]
        self.weight = weight * math.sqrt(width)
        self.least = torch.full((), math.sqrt(width * 1e-6), dtype=weight.dtype, device=weight.device)

    def __call__(self, x: Tensor) -> Tensor:
        return x / torch.hypot(torch.linalg.vector_norm(x, dim=-1, keepdim=True), self.least) * self.weight


class _QuickBlock:
    """A block for one token at a time, without gradients and dropout; its matrices are the block's own."""

    def __init__(self, block: nn.Module, memory: Tensor) -> None:
        assert isinstance(block, Block)
        attention, feed_forward = block.attention, block.feed_forward
        self.keys, self.values = memory  # each B H T D
        self.heads, self.is_gated = attention.heads, feed_forward.is_gated
        self.norm_1, self.norm_2 = _QuickNorm(block.attention_norm.weight), _QuickNorm(block.feed_forward_norm.weight)
        norms = torch.stack((attention.query_norm.weight, attention.key_norm.weight))
        self.norm_query_key = _QuickNorm(norms[:, None])  # 2 1 D
        self.query_key_value = attention.query_key_value.weight
        self.mix = attention.output.weight.t()
        self.input, self.output = feed_forward.input.weight, feed_forward.output.weight.t()

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, place: int, half: int) -> Tensor:
        """B W to B W."""
        batch, width = x.shape
        qkv = F.linear(self.norm_1(x), self.query_key_value).view(batch, 3, self.heads, 2 * half)
        qk = self.norm_query_key(qkv[:, :2])
        qk = torch.addcmul(qk * cos, qk.roll(half, -1), sin)
        self.keys[:, :, place] = qk[:, 1]
        self.values[:, :, place] = qkv[:, 2]
        keys, values = self.keys[:, :, : place + 1], self.values[:, :, : place + 1]
        scores = torch.matmul(qk[:, 0, :, None] / math.sqrt(2 * half), keys.transpose(2, 3))  # B H 1 place+1
        y = torch.matmul(torch.softmax(scores, -1), values)  # B H 1 D
        x = torch.addmm(x, y.view(batch, width), self.mix)
        hidden = F.linear(self.norm_2(x), self.input)
        if self.is_gated:
            gate, value = hidden.chunk(2, dim=-1)
            return torch.addmm(x, F.silu(gate).mul_(value), self.output)
        return torch.addmm(x, hidden.relu_().square_(), self.output)


class TransformerModel(nn.Module):
    """Token ids to the logits of each next token."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: TransformerConfig, vocabulary: int) -> None:
        super().__init__()
        self.config = config
        self.context: int | None = config.context
        self.embedding = nn.Embedding(vocabulary, config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(Block(config, index) for index in range(config.layers))
        self.norm = RmsNorm(config.width)
        half = config.width // config.heads // 2
        turns = config.rotary_base ** (-torch.arange(half) / half)  # D/2
        angles = torch.outer(torch.arange(config.context), turns)  # T D/2
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self._start_weights()

    def _start_weights(self) -> None:
        """Normal with 0.02; what adds to the residual stream smaller with depth (Radford et al., GPT-2, 2019)."""
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                deep = name.endswith("output.weight")
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * self.config.layers) if deep else 0.02)

    def new_state(self, batch: int) -> KeyValueCache:
        """An empty cache for generation."""
        return KeyValueCache(self, batch)

    def forward(self, ids: Tensor, state: KeyValueCache | None = None) -> Tensor:
        """ids B T to logits B T V. With a state, ids follow what it has read, and it reads them too."""
        if state is not None and ids.shape[1] == 1 and not torch.is_grad_enabled():
            return self._forward_one(ids, state)
        begin = 0 if state is None else state.length
        end = begin + ids.shape[1]
        cos, sin = self.cos[begin:end], self.sin[begin:end]
        x = self.dropout(self.embedding(ids))
        for block in self.blocks:
            x = block(x, cos, sin, state)
        if state is not None:
            state.length = end
        return F.linear(self.norm(x), self.embedding.weight)

    def _forward_one(self, ids: Tensor, state: KeyValueCache) -> Tensor:
        """The same for one token each, ids B 1: at this size the cost is in the calls, so there are few of them."""
        place, half = state.length, self.cos.shape[1]
        cos, sin = self.cos[place], self.sin[place]
        cos, sin = torch.cat((cos, cos)), torch.cat((-sin, sin))  # D; rotate(x) is then x * cos + swapped x * sin
        x = self.embedding(ids[:, 0])  # B W
        for block in state.quick:
            x = block.forward(x, cos, sin, place, half)
        state.length = place + 1
        return F.linear(self.norm(x), self.embedding.weight)[:, None]
