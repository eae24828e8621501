"""From logits to the next token: the usual filters, in the order of llama.cpp.

top-k keeps the k best; top-p (Holtzman et al., The Curious Case of Neural Text Degeneration, 2020) the fewest that
hold probability p together; min-p those with at least that share of the best one's probability. The repeat penalty
(Keskar et al., CTRL, 2019) makes tokens of the last 64 less likely.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import torch
from torch import Tensor

from miaobi.base.engine import TextRequest

REPEAT_WINDOW_TOKENS = 64


def next_token(
    logits: Tensor, request: TextRequest, seen: Sequence[int], forbidden: Collection[int], random: torch.Generator
) -> int:
    """One token for logits V; `seen` are the tokens so far, `forbidden` those that must not come."""
    if forbidden:
        logits = logits.index_fill(0, torch.tensor(sorted(forbidden)), -torch.inf)
    if request.repeat_penalty != 1 and seen:
        recent = torch.tensor(sorted(set(seen[-REPEAT_WINDOW_TOKENS:])))
        values = logits[recent]
        penalty = request.repeat_penalty
        logits = logits.index_copy(0, recent, torch.where(values > 0, values / penalty, values * penalty))
    if request.temperature == 0:
        return int(logits.argmax())
    values, tokens = filtered(logits, request)
    weights = torch.softmax(values / request.temperature, 0)
    return int(tokens[torch.multinomial(weights, 1, generator=random)])


def filtered(logits: Tensor, request: TextRequest) -> tuple[Tensor, Tensor]:
    """The logits and tokens that pass top-k, top-p and min-p, best first."""
    kept = min(request.top_k or len(logits), len(logits))
    values, tokens = torch.topk(logits, kept)
    if request.top_p == 1 and request.min_p == 0:
        return values, tokens
    shares = torch.softmax(values, 0)
    before = shares.cumsum(0) - shares  # of the better ones
    passed = (before < request.top_p) & (shares >= request.min_p * shares[0])
    passed[0] = True
    return values[passed], tokens[passed]
