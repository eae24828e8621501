"""From logits to the next token: the usual filters, in the order of llama.cpp.

top-k keeps the k best; top-p (Holtzman et al., The Curious Case of Neural Text Degeneration, 2020) the fewest that
hold probability p together; min-p those with at least that share of the best one's probability. The repeat penalty
(Keskar et al., CTRL, 2019) makes tokens of the last 64 less likely. No n tokens come twice in a row where a request
says so (Paulus et al., A Deep Reinforced Model for Abstractive Summarization, 2018).

NumPy alone: what is drawn depends on the logits and the seed, not on the library that computed the logits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from miaobi.base.engine import TextRequest
from miaobi.train.language.network import Logits

REPEAT_WINDOW_TOKENS = 64


def next_token(logits: Logits, request: TextRequest, random: np.random.Generator) -> int:
    """One token for logits V that were `adjusted`."""
    if request.temperature == 0:
        return int(logits.argmax())
    values, tokens = filtered(logits, request)
    reached = np.cumsum(np.exp((values - values[0]) / request.temperature, dtype=np.float64))
    drawn = min(random.random() * reached[-1], np.nextafter(reached[-1], 0))  # rounding must not reach the end
    return int(tokens[np.searchsorted(reached, drawn, side="right")])


def adjusted(logits: Logits, request: TextRequest, seen: Sequence[int], forbidden: Collection[int]) -> Logits:
    """Logits V with the repeat penalty over `seen`, the tokens so far, and without the `forbidden` tokens."""
    if request.repeat_penalty == 1 and not forbidden:
        return logits
    logits = logits.copy()
    if request.repeat_penalty != 1 and seen:
        recent = list(set(seen[-REPEAT_WINDOW_TOKENS:]))
        values, penalty = logits[recent], request.repeat_penalty
        logits[recent] = np.where(values > 0, values / penalty, values * penalty)
    if forbidden:
        logits[list(forbidden)] = -np.inf
    return logits


def filtered(logits: Logits, request: TextRequest) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The logits and tokens that pass top-k, top-p and min-p, best first."""
    kept = min(request.top_k or len(logits), len(logits))
    chosen = np.argpartition(-logits, kept - 1)[:kept] if kept < len(logits) else np.arange(len(logits))
    tokens = chosen[np.argsort(-logits[chosen], kind="stable")]
    values = logits[tokens].astype(np.float64)
    if request.top_p == 1 and request.min_p == 0:
        return values, tokens
    shares = np.exp(values - values[0])
    shares /= shares.sum()
    before = np.cumsum(shares) - shares  # of the better ones
    passed = (before < request.top_p) & (shares >= request.min_p * shares[0])
    passed[0] = True
    return values[passed], tokens[passed]


def repeating(ids: Sequence[int], length: int) -> frozenset[int]:
    """Tokens after which the last `length` tokens would have come before; none for a length of 0."""
    if not length or len(ids) < length:
        return frozenset()
    text = np.asarray(ids)
    ends = text[length - 1 :]  # of each place where `length` tokens stand
    same = np.ones(len(ends), dtype=bool)
    for place in range(length - 1):
        same &= text[place : place + len(ends)] == text[len(text) - length + 1 + place]
    return frozenset(ends[same].tolist())


def log_softmax(logits: Logits) -> NDArray[np.float64]:
    """Natural logarithms of the probabilities over the last dimension."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result
