"""`miaobi sample` for language models."""

from __future__ import annotations

from collections.abc import Iterator

from miaobi.base.engine import TextRequest
from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.language.engine import LabTextEngine
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish

DEFAULT_TOKENS = 300


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Passages that go on from the prompt: each drawn with the next seed, or the likeliest ones by beam search.

    With `attention`, a picture of what the model looks at while it reads the prompt.
    """
    if wish.attention:
        yield _attention(folder, wish.prompt or "")
        return
    if wish.beams is not None and len(wish.seeds) > wish.beams:
        raise InputError(
            f"{wish.beams} beams end in {wish.beams} texts at most, and --count asks for {len(wish.seeds)}.",
            hint=f"Search with --beams {len(wish.seeds)}.",
        )
    engine = LabTextEngine.open(folder.name, folder.home)
    try:
        if wish.beams is not None:
            found = engine.search(request_of(wish, 0))
            yield from (Sample((wish.prompt or "") + beam.passage.text) for beam in found[: len(wish.seeds)])
            return
        for seed in wish.seeds:
            yield Sample((wish.prompt or "") + engine.generate(request_of(wish, seed)).text)
    finally:
        engine.close()


def _attention(folder: ModelFolder, prompt: str) -> Sample:
    """InputError for a model that has no attention, and for a prompt that it or a picture cannot hold."""
    kind = folder.read_config()["model"]
    if kind != "transformer":
        raise InputError(
            f"{folder.name} is an {kind}, which remembers what it read and attends to nothing.",
            hint="--attention is for models of the kind transformer.",
        )
    from miaobi.train.language.attention import attention_maps
    from miaobi.train.language.attention_picture import attention_picture
    from miaobi.train.language.task import open_language_model
    from miaobi.train.language.transformer import TransformerModel

    model, vocabulary = open_language_model(folder)
    assert isinstance(model, TransformerModel)
    ids = vocabulary.prompt_ids(prompt)
    if len(ids) > model.config.context:
        raise InputError(
            f"The prompt has {len(ids)} tokens, and {folder.name} reads {model.config.context} at a time.",
            hint="Take a shorter prompt.",
        )
    picture = attention_picture(attention_maps(model, ids), vocabulary.labels(ids))
    return Sample(files={".png": picture})


def request_of(wish: SampleWish, seed: int) -> TextRequest:
    """The request behind one passage; what was not asked for is off, or the request's own default."""
    asked = {
        "max_tokens": wish.tokens,
        "temperature": wish.temperature,
        "top_p": wish.top_p,
        "top_k": wish.top_k,
        "repeat_penalty": wish.repetition_penalty,
        "no_repeat_ngram": wish.no_repeat_ngram,
        "beams": wish.beams,
        "length_penalty": wish.length_penalty,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    defaults = {"max_tokens": DEFAULT_TOKENS, "top_k": 0, "min_p": 0.0}
    return TextRequest(prompt=wish.prompt or "", seed=seed, **{**defaults, **given})
