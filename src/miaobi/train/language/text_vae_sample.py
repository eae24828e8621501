"""`miaobi sample` for a text VAE: lines from the prior, near a line, or on the way from one line to another."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.language.beams import search_beams
from miaobi.train.language.lines import pad
from miaobi.train.language.passage import Vocabulary, write_passage
from miaobi.train.language.sample import request_of
from miaobi.train.language.task import open_language_model
from miaobi.train.language.text_vae import TextVae, VaeWriter, line_between
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish
from miaobi.train.task import noise_at

DEFAULT_POINTS = 5


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """A text for each point.

    between, interpolate   points on the straight way between the means of two texts
    interpolate alone      between two points of the prior
    prompt                 points drawn around a text, the first being its own mean
    nothing                points of the prior
    A point is written out greedily where nothing is said about how to draw or search. InputError for a text that is
    empty or longer than what the model reads.
    """
    vae, vocabulary = open_language_model(folder)
    assert isinstance(vae, TextVae)
    is_told = wish.given() & {"temperature", "top_k", "top_p", "beams"}
    how = {} if is_told else {"temperature": 0.0}
    request = wish.model_copy(update={"tokens": wish.tokens or vae.config.context, "prompt": None, **how})
    for number, point in enumerate(_points(vae, vocabulary, wish)):
        writer, asked = VaeWriter(vae, point[None]), request_of(request, wish.seeds[0] + number)
        if wish.beams is not None:
            yield Sample(search_beams(writer, vocabulary, asked)[0].passage.text.strip())
        else:
            yield Sample(write_passage(writer, vocabulary, asked).text.strip())


@torch.inference_mode()
def _points(vae: TextVae, vocabulary: Vocabulary, wish: SampleWish) -> Tensor:
    """N Z."""
    seed, latent = wish.seeds[0], vae.config.latent
    if wish.between is not None:
        (first, last), _ = _read(vae, vocabulary, wish.between)
        return line_between(first, last, wish.interpolate or DEFAULT_POINTS)
    if wish.interpolate is not None:
        first, last = noise_at(seed, 0, (2, latent))
        return line_between(first, last, wish.interpolate)
    if wish.prompt is not None:
        mean, spread = _read(vae, vocabulary, (wish.prompt,))
        noise = noise_at(seed, 0, (len(wish.seeds), latent))
        noise[0] = 0
        return mean + noise * spread
    return noise_at(seed, 0, (len(wish.seeds), latent))


def _read(vae: TextVae, vocabulary: Vocabulary, texts: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """Means and standard deviations, each N Z."""
    lines = [vocabulary.tokenizer.encode(text.strip(), add_special_tokens=False).ids for text in texts]
    for text, line in zip(texts, lines, strict=True):
        if not line:
            raise InputError("A text to start from is empty.", hint="Give it at least a word.")
        if len(line) > vae.config.context:
            raise InputError(
                f"{text[:40]!r} has {len(line)} tokens, and the model reads at most {vae.config.context}.",
                hint="Take a shorter one.",
            )
    mean, log_variance = vae.encode(*pad(lines, vocabulary.end_id))
    return mean, (log_variance / 2).exp()
