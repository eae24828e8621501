"""`miaobi sample` for language models."""

from __future__ import annotations

from collections.abc import Iterator

from miaobi.base.engine import TextRequest
from miaobi.train.folder import ModelFolder
from miaobi.train.language.engine import LabTextEngine
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish

DEFAULT_TOKENS = 300


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Passages that go on from the prompt, each with the next seed."""
    engine = LabTextEngine.open(folder.name, folder.home)
    for seed in wish.seeds:
        request = request_of(wish, seed)
        yield Sample(request.prompt + engine.generate(request).text)


def request_of(wish: SampleWish, seed: int) -> TextRequest:
    """The request behind one passage; what was not asked for is off, or the request's own default."""
    asked = {
        "max_tokens": wish.tokens,
        "temperature": wish.temperature,
        "top_p": wish.top_p,
        "top_k": wish.top_k,
        "repeat_penalty": wish.repetition_penalty,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    defaults = {"max_tokens": DEFAULT_TOKENS, "top_k": 0, "min_p": 0.0}
    return TextRequest(prompt=wish.prompt or "", seed=seed, **{**defaults, **given})
