"""The text VAE: lines cut from documents, a latent space that is used, and what is done with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from miaobi.errors import InputError, Interrupted
from miaobi.studio import Studio
from miaobi.train.catalog import find_model
from miaobi.train.data.dataset import TextDataset
from miaobi.train.data.tokenizer import make_tokenizer
from miaobi.train.folder import ModelFolder
from miaobi.train.language.lines import Lines
from miaobi.train.language.task import open_language_model
from miaobi.train.language.text_vae import TextVae, TextVaeConfig, TextVaeTask, VaeWriter, divergence, line_between
from miaobi.train.options import LoopConfig
from miaobi.train.record import read_metrics
from miaobi.train.task import Batch

Quick = Callable[..., ModelFolder]
TEXT = "A short line.\nAnother one! And more;  \n\n  indented by two\n"
POEM = "床前明月光，疑是地上霜。举头望明月！"


def lines_of(documents: Sequence[str], **options: Any) -> tuple[Lines, Tokenizer]:
    tokenizer, _ = make_tokenizer(options.pop("kind", "char"), documents, 400, 1)
    tokens = np.concatenate([[*tokenizer.encode(text).ids, 0] for text in documents]).astype(np.uint16)
    return Lines(tokens, tokenizer, 0, **{"cut": "line", "longest": 40, "seed": 1, **options}), tokenizer


def texts_of(lines: Lines, tokenizer: Tokenizer) -> list[str]:
    ids, lengths = lines.some(None)
    return [tokenizer.decode(row[:n]).strip() for row, n in zip(ids.tolist(), lengths.tolist(), strict=True)]


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize("kind", ["char", "bpe"])
def test_lines_and_sentences_are_cut_where_they_end(kind: str) -> None:
    documents = [TEXT, POEM] * 4
    lines = texts_of(*lines_of(documents, kind=kind))
    assert lines == ["A short line.", "Another one! And more;", "indented by two", POEM] * 4
    sentences = texts_of(*lines_of(documents, kind=kind, cut="sentence"))
    wanted = [
        "A short line.",
        "Another one!",
        "And more;",
        "indented by two",
        "床前明月光，疑是地上霜。",
        "举头望明月！",
    ]
    assert sentences == wanted * 4


def test_what_is_too_long_or_too_short_is_left_out() -> None:
    lines, tokenizer = lines_of([TEXT, POEM], longest=15)
    assert texts_of(lines, tokenizer) == ["A short line.", "indented by two"]
    assert lines.left_out == 2
    with pytest.raises(InputError, match=r"No line of the text has 2 to 4 tokens.*cut=sentence"):
        lines_of(["long enough"], longest=4)


def test_every_round_shows_every_line_once_in_another_order() -> None:
    lines, tokenizer = lines_of(["\n".join(f"line {number:03d}" for number in range(50))])
    ids, lengths = lines.at(0, 100)
    seen = [tokenizer.decode(row[:n]) for row, n in zip(ids.tolist(), lengths.tolist(), strict=True)]
    assert sorted(seen[:50]) == sorted(seen[50:]) == sorted(texts_of(lines, tokenizer))
    assert seen[:50] != seen[50:]
    later, _ = lines.at(63, 5)
    assert torch.equal(later, ids[63:68])
    assert {int(row[n:].sum()) for row, n in zip(ids, lengths, strict=True)} == {0}  # filled up with the end


# ---------------------------------------------------------------- the model


@pytest.fixture
def task(studio: Studio) -> TextVaeTask:
    data = TextDataset.open(studio.settings.home / "lab/data/verse")
    config = TextVaeConfig(
        embedding=24,
        units=64,
        latent=8,
        context=40,
        dropout=0.0,
        word_dropout=0.3,
        anneal=20,
        free_bits=0.4,
    )
    torch.manual_seed(0)
    return TextVaeTask(find_model("text_vae"), config, [data], LoopConfig(seed=3), torch.device("cpu"))


def fit(task: TextVaeTask, batches: Sequence[Batch], steps: int) -> float:
    optimizer = torch.optim.Adam(task.module.parameters(), lr=5e-3)
    for step in range(steps):
        loss = task.loss(batches[step % len(batches)], step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return float(loss.detach())


def loss_of(task: TextVaeTask, batch: Batch, step: int) -> float:
    with torch.no_grad():
        return float(task.loss(batch, step))


def named(task: TextVaeTask) -> dict[str, float]:
    return {result.name: result.value for result in task.evaluate(task.module.eval(), whole=True)}


def test_the_divergence_is_that_of_the_textbook() -> None:
    mean, log_variance = torch.randn(5, 3), torch.randn(5, 3)
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (log_variance / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    assert torch.allclose(divergence(mean, log_variance), wanted, atol=1e-6)


def test_every_weight_gets_a_gradient_and_one_batch_is_learned(task: TextVaeTask) -> None:
    batch = task.batch(0, 8)
    first = task.loss(batch, 10)
    first.backward()
    for label, weight in task.module.named_parameters():
        assert weight.grad is not None, label
        assert weight.grad.abs().max() > 0, label
    assert fit(task, [batch], 250) < 0.5 * float(first.detach())


def test_a_line_counts_the_same_whoever_it_shares_a_batch_with(task: TextVaeTask) -> None:
    """So processes that share a batch learn what one process learns; and padding changes nothing."""
    whole = loss_of(task, task.batch(6, 6), 30)
    shares = [loss_of(task, task.batch(6 + at, 2), 30) for at in (0, 2, 4)]
    assert whole == pytest.approx(sum(shares) / 3, rel=1e-5)
    ids, lengths = task.batch(0, 4).tensors
    padded = torch.nn.functional.pad(ids, (0, 3))
    for one, other in zip(task.module.encode(ids, lengths), task.module.encode(padded, lengths), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_the_weight_of_the_kl_grows_and_free_bits_are_free(task: TextVaeTask) -> None:
    batch = task.batch(0, 4)
    early, late, later = (loss_of(task, batch, step) for step in (0, 19, 500))
    assert early < late == later
    with torch.no_grad():  # at the prior itself there is nothing but the free bits
        task.module.log_variance.bias.zero_()
        task.module.mean.weight.zero_()
        task.module.mean.bias.zero_()
    free = 4 * 8 * 0.4 / (4 * task._tokens_of_a_line)
    assert loss_of(task, batch, 500) - loss_of(task, batch, 0) == pytest.approx(free * (1 - 1 / 20), rel=1e-3)


def test_the_posterior_does_not_collapse(task: TextVaeTask) -> None:
    """After learning, points carry which line it was: KL above 0, other points other texts, exchanged points worse."""
    fit(task, [task.batch(at, 16) for at in range(0, 160, 16)], 400)
    told = named(task)
    assert told["KL"] > 1.0
    assert told["active units"] >= 2
    ids, lengths = task._validation.some(None)
    means, _ = task.module.encode(ids, lengths)
    right = task._returned(task.module, means, ids, lengths)
    wrong = task._returned(task.module, means.roll(1, 0), ids, lengths)
    assert right > 1.5 * wrong
    texts = task.samples(task.module, 5)[0].text.splitlines()[1:]
    assert len(set(texts)) >= 3


def test_results_fit_together(task: TextVaeTask) -> None:
    told = named(task)
    ids, lengths = task._validation.some(None)
    per_line = (int(lengths.sum()) + len(ids)) / len(ids)
    assert told["validation loss"] == pytest.approx(told["reconstruction loss"] + told["KL"] / per_line, rel=1e-6)
    assert told["perplexity bound"] == pytest.approx(np.exp(told["validation loss"]), rel=1e-6)
    assert 0 <= told["reconstruction accuracy"] <= 1
    assert named(task) == told


def test_points_on_a_way() -> None:
    way = line_between(torch.zeros(3), torch.ones(3), 5)
    assert way[:, 0].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]


# ---------------------------------------------------------------- through the studio


def test_a_stopped_run_goes_on_exactly(quick: Quick) -> None:
    whole = quick("text_vae", "whole")
    asked = iter([False] * 7)
    with pytest.raises(Interrupted):
        quick("text_vae", "part", should_stop=lambda: next(asked, True))
    part = quick("text_vae", "part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    for name, tensor in load_file(whole.weights).items():
        assert torch.equal(tensor, load_file(part.weights)[name])


@pytest.fixture
def trained(quick: Quick) -> ModelFolder:
    """A model that knows the verse."""
    return quick("text_vae", steps=250, learning_rate=8e-3, evaluate_every=250, sample_every=250, free_bits=0.3)


def test_sampling(trained: ModelFolder, studio: Studio) -> None:
    def texts(**options: Any) -> list[str]:
        return [sample.text for sample in studio.sample("m", **options)]

    assert texts(count=3, seed=1) == texts(count=3, seed=1)
    assert len(set(texts(count=6))) > 1
    line, other = "The river runs below the hill,", "A heron by the water calls."
    walk = texts(between=(line, other), interpolate=6)
    assert len(walk) == 6
    assert walk[0] == texts(prompt=line)[0]
    assert walk[-1] == texts(prompt=other)[0]
    assert walk[0] != walk[-1]
    assert len(texts(between=(line, other))) == 5
    assert len(texts(interpolate=4)) == 4
    assert texts(prompt=line, beams=3) == texts(prompt=line, beams=3)
    assert len(set(texts(prompt=line, count=8, temperature=1.5))) > 1
    assert max(map(len, texts(count=5, tokens=7))) <= 7


def test_what_it_refuses(trained: ModelFolder, studio: Studio) -> None:
    with pytest.raises(InputError, match="has 60 tokens, and the model reads at most 40"):
        list(studio.sample("m", prompt="x" * 60))
    with pytest.raises(InputError, match="is empty"):
        list(studio.sample("m", between=("The bell", "  ")))
    with pytest.raises(InputError, match="text_vae has nothing to do with --attention, --columns"):
        list(studio.sample("m", attention=True, columns=3))
    with pytest.raises(InputError, match="kind text_vae, which cannot be exported"):
        studio.export("m")
    assert json.loads(trained.config.read_text())["model"] == "text_vae"


def test_writing_from_a_point_is_reading_the_whole_line(task: TextVaeTask) -> None:
    """Token by token, and with rows that move, the decoder gives what it gives at once."""
    vae: TextVae = task.module.eval()
    z, ids = torch.randn(2, 8), torch.randint(2, 20, (2, 6))
    with torch.inference_mode():
        wanted = vae.logits(vae.decode(z, ids)[0]).numpy()
    writer = VaeWriter(vae, z)
    state = writer.start(2)
    for place in range(6):
        logits, state = writer.read(ids[:, place : place + 1].numpy(), state)
        assert logits == pytest.approx(wanted[:, place], abs=1e-4)
    swapped, _ = writer.read(np.array([[3], [3]]), writer.select(state, [1, 0]))
    straight, _ = writer.read(np.array([[3], [3]]), state)
    assert swapped == pytest.approx(straight[::-1], abs=1e-5)


def test_it_is_no_engine(trained: ModelFolder, studio: Studio, tmp_path: Path) -> None:
    from miaobi.create.registry import known_engines

    assert not [card.id for card in known_engines(studio.settings.home) if card.id == "text:lab/m"]
    module, _ = open_language_model(trained)
    assert isinstance(module, TextVae)
