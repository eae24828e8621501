"""`embedding:fake`: hashed bags of words and characters, for tests, documentation and dry runs.

Texts that share words (or, in Chinese, characters and pairs of them) point in similar directions; others do not.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Self

from miaobi.base.engine import EmbeddingRequest, EmbeddingResult, Engine, EngineCard, Modality

_DIMENSIONS = 128
_SIDE_WEIGHT = 0.05
_WORD = re.compile(r"[^\W_]+")
_CJK_RUN = re.compile(r"[\u3400-\u9fff]+")


class FakeEmbeddingEngine(Engine[EmbeddingRequest, EmbeddingResult]):
    """See the module docstring. Any name is accepted and makes a different fake."""

    modality: ClassVar[Modality] = "embedding"
    parallel_slots = 8

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"embedding:fake{suffix}",
            modality="embedding",
            fingerprint=f"embedding-fake-1{suffix}",
            summary="hashed words, for tests and dry runs",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: EmbeddingRequest) -> EmbeddingResult:
        """128 dimensions; an empty text has the direction of its side alone."""
        salt = f"{self.card.fingerprint}|"
        vectors = tuple(_vector(text, request.side, salt) for text in request.texts)
        return EmbeddingResult(made_by=self.made_by, vectors=vectors, dimensions=_DIMENSIONS)


def _vector(text: str, side: str, salt: str) -> tuple[float, ...]:
    """Unit length. A small fixed direction tells queries from passages."""
    totals = [0.0] * _DIMENSIONS
    features = [(feature, 1.0) for feature in _features(text.lower())]
    length = math.sqrt(len(features)) or 1.0
    for feature, weight in [*features, (f"side:{side}", _SIDE_WEIGHT * length)]:
        number = int.from_bytes(hashlib.blake2b((salt + feature).encode(), digest_size=8).digest(), "big")
        totals[number % _DIMENSIONS] += weight if number >> 32 & 1 else -weight
    if not any(totals):  # every word met its opposite
        totals[0] = 1.0
    norm = math.sqrt(math.fsum(value * value for value in totals))
    return tuple(value / norm for value in totals)


def _features(text: str) -> Iterator[str]:
    for run in _CJK_RUN.findall(text):
        yield from run
        yield from (run[start : start + 2] for start in range(len(run) - 1))
    for word in _WORD.findall(_CJK_RUN.sub(" ", text)):
        # a plural and its singular are one word here
        yield word[:-1] if len(word) > 3 and word.endswith("s") else word
