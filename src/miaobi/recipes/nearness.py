"""Nearness of texts in meaning, for choosing among candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from miaobi.base.engine import EmbeddingRequest, EmbeddingResult, EngineRef, open_engine

Vector = tuple[float, ...]


def vectors_of(embedder: EngineRef, texts: Sequence[str], side: Literal["query", "passage"]) -> tuple[Vector, ...]:
    """Unit-length vectors of texts, in order."""
    request = EmbeddingRequest(texts=tuple(texts), side=side)
    return cast(EmbeddingResult, open_engine(embedder).generate(request)).vectors


def cosine(a: Sequence[float], b: Sequence[float]) -> float:
    """Of two unit-length vectors; 0 when there is none to compare with."""
    return sum(x * y for x, y in zip(a, b, strict=True)) if a and b else 0.0
