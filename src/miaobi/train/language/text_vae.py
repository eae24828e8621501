"""`text_vae`: a variational autoencoder of lines or sentences: each becomes a point in a space one can walk through.

Bowman et al., Generating Sentences from a Continuous Space (2016): a recurrent encoder gives the mean and the variance
of a Gaussian, a recurrent decoder writes the line from a point drawn from it. A strong decoder learns to do without the
point (the posterior collapses: KL goes to 0, and every point gives the same text). Against that stand, as in the paper,
a weight of the KL that grows from 0 and words dropped from what the decoder reads; free bits (Kingma et al., Improving
Variational Inference with Inverse Autoregressive Flow, 2016), below which a dimension pays no KL; and the point itself
goes into every step of the decoder. Reading order: settings, model, task. Sampling is in text_vae_sample.py.

Shapes: B lines, T tokens, V vocabulary, E embedding, U units, Z latent dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from miaobi.base.engine import TextRequest
from miaobi.base.value import Value
from miaobi.train.catalog import Model, load_class
from miaobi.train.data.tokenizer import UNKNOWN_ID
from miaobi.train.language.lines import Cut, Lines
from miaobi.train.language.network import Logits
from miaobi.train.language.passage import Vocabulary, write_passage
from miaobi.train.options import LoopConfig
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn, noise_at, uniform_at

if TYPE_CHECKING:
    from miaobi.train.data.dataset import TextDataset

ACTIVE_VARIANCE = 0.01
"""A dimension whose mean varies more than so from line to line is active (Burda et al., Importance Weighted
Autoencoders, 2016)."""


class TextVaeConfig(Value):
    """Settings of the model.

    cut        what one example is: a line, or a sentence
    context    most tokens of a line; longer ones are left out
    latent     dimensions of the space
    word_dropout  share of tokens that the decoder does not get to see
    anneal     steps over which the weight of the KL grows from 0 to `kl_weight`
    free_bits  nats of KL that each dimension of each line has at no cost
    """

    cut: Cut = "line"
    context: int = Field(default=64, ge=4, le=4096)
    embedding: int = Field(default=96, ge=4, le=8192)
    units: int = Field(default=256, ge=4, le=16384)
    latent: int = Field(default=32, ge=1, le=4096)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    word_dropout: float = Field(default=0.3, ge=0, le=1)
    anneal: int = Field(default=500, ge=0, le=100_000_000)
    kl_weight: float = Field(default=1.0, ge=0, le=100)
    free_bits: float = Field(default=0.5, ge=0, le=100)


# ---------------------------------------------------------------- the model


class TextVae(nn.Module):
    """Lines to points, and points to lines."""

    def __init__(self, config: TextVaeConfig, vocabulary: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(vocabulary, config.embedding)
        self.encoder = nn.GRU(config.embedding, config.units, batch_first=True, bidirectional=True)
        self.mean = nn.Linear(2 * config.units, config.latent)
        self.log_variance = nn.Linear(2 * config.units, config.latent)
        self.first_memory = nn.Linear(config.latent, config.units)
        self.decoder = nn.GRU(config.embedding + config.latent, config.units, batch_first=True)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.units, config.embedding, bias=False)
        self.output_bias = nn.Parameter(torch.zeros(vocabulary))
        self._start_weights()

    def _start_weights(self) -> None:
        """Orthogonal recurrence; variances that start small, so that the decoder finds the point worth reading."""
        for cells in (self.encoder, self.decoder):
            for name, weight in cells.named_parameters():
                if name.startswith("weight_hh"):
                    for gate in torch.split(weight.data, self.config.units):
                        nn.init.orthogonal_(gate)
        nn.init.zeros_(self.log_variance.weight)
        nn.init.constant_(self.log_variance.bias, -2.0)

    def encode(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """ids B T, of which `lengths` B count, to means and logarithms of variances, each B Z."""
        x = self.dropout(self.embedding(ids))
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, memory = self.encoder(packed)  # 2 B U: the last of each direction
        read = memory.transpose(0, 1).flatten(1)  # B 2U
        return self.mean(read).float(), self.log_variance(read).float().clamp(-8, 8)

    def decode(self, z: Tensor, ids: Tensor, memory: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Points z B Z and what is written so far, ids B T, to what `logits` takes, B T U, and the memory."""
        if memory is None:
            memory = torch.tanh(self.first_memory(z))[None]  # 1 B U
        x = self.dropout(self.embedding(ids))
        x = torch.cat((x, z[:, None].expand(-1, ids.shape[1], -1).to(x.dtype)), dim=-1)
        y, memory = self.decoder(x, memory.to(x.dtype))
        return y, memory

    def logits(self, y: Tensor) -> Tensor:
        """... U to the logits of the next token, ... V."""
        return F.linear(self.output(self.dropout(y)), self.embedding.weight, self.output_bias)


class WriterState(NamedTuple):
    """Points B Z, and the decoder's memory, 1 B U; None before the first token."""

    z: Tensor
    memory: Tensor | None

    def select(self, rows: Sequence[int]) -> WriterState:
        """That of these rows, in this order."""
        chosen = list(rows)
        return WriterState(self.z[chosen], None if self.memory is None else self.memory[:, chosen])


class VaeWriter:
    """The decoder at a point, as a network that writes: drawn passages, beam search and all. See network.py."""

    context: int | None = None

    def __init__(self, vae: TextVae, z: Tensor) -> None:
        """z 1 Z for one point, or a point for each row."""
        self._vae, self._z = vae, z

    def start(self, rows: int) -> WriterState:
        """Every row at its point."""
        return WriterState(self._z.expand(rows, -1), None)

    @torch.inference_mode()
    def read(self, ids: NDArray[np.int64], state: WriterState) -> tuple[Logits, WriterState]:
        """B T to B V."""
        y, memory = self._vae.decode(state.z, torch.from_numpy(ids).to(state.z.device), state.memory)
        return self._vae.logits(y[:, -1]).float().cpu().numpy(), WriterState(state.z, memory)

    def select(self, state: WriterState, rows: Sequence[int]) -> WriterState:
        """The state of these rows."""
        return state.select(rows)


# ---------------------------------------------------------------- training


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL of N(mean, variance) from N(0, 1) in nats, per dimension: B Z."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


class TextVaeTask:
    """The model and its lines. See task.py for the contract."""

    unit = "tokens"

    def __init__(
        self, model: Model, config: TextVaeConfig, data: Sequence[TextDataset], loop: LoopConfig, device: torch.device
    ) -> None:
        (dataset,) = data
        self._model, self._config, self._device, self._seed = model, config, device, loop.seed
        tokenizer, end_id = dataset.tokenizer, dataset.end_id
        self.vocabulary = Vocabulary(tokenizer, end_id, begins_with_end=True)
        self._train, self._validation = (
            Lines(dataset.tokens(split), tokenizer, end_id, cut=config.cut, longest=config.context, seed=loop.seed)
            for split in ("train", "validation")
        )
        self._tokens_of_a_line = self._train.mean_length + 1  # its end is one
        self._held_out = self._validation.some(loop.evaluate_examples)
        self.module: TextVae = load_class(model.factory)(config, tokenizer.get_vocab_size()).to(device)
        self.product = self.module
        self.turns = (Turn("loss", self.module, self.loss),)

    def batch(self, position: int, size: int) -> Batch:
        """Lines `position` to `position + size`; every line's end is a token too."""
        ids, lengths = self._train.at(position, size)
        return Batch((ids.to(self._device), lengths.to(self._device)), int(lengths.sum()) + size, position)

    def loss(self, batch: Batch, step: int) -> Tensor:
        """The negative evidence lower bound, the KL weighted as the step has it, in nats per token of the average line.

        A sum over lines, so that processes which share a batch learn what one alone would: dividing by the batch's own
        tokens, or counting free bits over a batch, would make it a matter of who got which lines.
        """
        c, (ids, lengths) = self._config, batch.tensors
        mean, log_variance = self.module.encode(ids, lengths)
        noise = noise_at(self._seed, batch.position, mean.shape).to(mean.device)
        z = mean + noise * (log_variance / 2).exp()
        drawn = uniform_at(self._seed, batch.position, (len(ids), c.context), stream=1)[:, : ids.shape[1]]
        seen = torch.where(drawn.to(ids.device) < c.word_dropout, UNKNOWN_ID, ids)
        wrong = self._wrong(self.module, z, seen, ids, lengths)
        kl = divergence(mean, log_variance).clamp(min=c.free_bits).sum()
        weight = c.kl_weight * min(1.0, (step + 1) / c.anneal if c.anneal else 1.0)
        return (wrong + weight * kl) / (len(ids) * self._tokens_of_a_line)

    def _wrong(self, module: TextVae, z: Tensor, seen: Tensor, ids: Tensor, lengths: Tensor) -> Tensor:
        """Cross-entropy in nats, summed over every token of every line and its end; `seen` is what is read of ids."""
        end = torch.full_like(ids[:, :1], self.vocabulary.end_id)
        y, _ = module.decode(z, torch.cat((end, seen), 1))
        targets = torch.cat((ids, end), 1)  # B T+1
        counts = torch.arange(targets.shape[1], device=ids.device) <= lengths[:, None]
        return F.cross_entropy(module.logits(y[counts]).float(), targets[counts], reduction="sum")

    # ------------------------------------------------------------ results

    @torch.no_grad()
    def evaluate(self, module: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """The bound, its two parts, how much of a line comes back from its point, and dimensions that carry anything.

        The first is the negative evidence lower bound with one draw per line: the true loss of the model is at most
        that, so its exponential bounds the perplexity from above.
        """
        assert isinstance(module, TextVae)
        ids, lengths = self._validation.some(None) if whole else self._held_out
        order = lengths.argsort(stable=True)  # like with like, so that little is padded
        ids, lengths = ids[order], lengths[order]
        wrong, kl, right, means = 0.0, 0.0, 0, []
        for number, (part, of_part) in enumerate(zip(torch.split(ids, 256), torch.split(lengths, 256), strict=True)):
            rows, counts = part[:, : int(of_part.max())].to(self._device), of_part.to(self._device)
            mean, log_variance = module.encode(rows, counts)
            z = mean + noise_at(self._seed, 256 * number, mean.shape, stream=2).to(mean) * (log_variance / 2).exp()
            wrong += float(self._wrong(module, z, rows, rows, counts))
            kl += float(divergence(mean, log_variance).sum())
            right += self._returned(module, mean, rows, counts)
            means.append(mean.cpu())
        tokens = int(lengths.sum()) + len(ids)
        variance = torch.cat(means).var(0, correction=0)
        bound = (wrong + kl) / tokens
        return (
            Measured("validation loss", bound, "nats per token"),
            Measured("perplexity bound", math.exp(min(bound, 700.0))),
            Measured("reconstruction loss", wrong / tokens, "nats per token"),
            Measured("KL", kl / len(ids), f"nats per {self._config.cut}"),
            Measured("reconstruction accuracy", right / tokens, "of the tokens, written from the mean"),
            Measured("active units", float((variance > ACTIVE_VARIANCE).sum()), f"of {self._config.latent}"),
        )

    def _returned(self, module: TextVae, z: Tensor, ids: Tensor, lengths: Tensor) -> int:
        """How many tokens, ends included, are in their place when lines are written greedily from points alone."""
        token, memory, right = torch.full_like(ids[:, :1], self.vocabulary.end_id), None, 0
        targets = torch.cat((ids, token), 1)
        for place in range(targets.shape[1]):
            y, memory = module.decode(z, token, memory)
            token = module.logits(y).argmax(-1)
            right += int(((token == targets[:, place, None]) & (place <= lengths[:, None])).sum())
        return right

    def samples(self, module: nn.Module, seed: int) -> tuple[Sample, ...]:
        """Lines from points of the prior, held-out lines with what comes back, and a walk between two of them."""
        assert isinstance(module, TextVae)
        points = noise_at(seed, 0, (4, self._config.latent)).to(self._device)
        fresh = "\n".join(self._written(module, points))
        ids, lengths = (tensor[:3].to(self._device) for tensor in self._held_out)
        means, _ = module.encode(ids, lengths)
        given = [self.vocabulary.text(row[:n]).strip() for row, n in zip(ids.tolist(), lengths.tolist(), strict=True)]
        back = "\n".join(f"{a}  =>  {b}" for a, b in zip(given, self._written(module, means), strict=True))
        walk = "\n".join(self._written(module, line_between(means[0], means[-1], 5)))
        return Sample(f"From the prior:\n{fresh}"), Sample(f"There and back:\n{back}"), Sample(f"Between two:\n{walk}")

    def _written(self, module: TextVae, points: Tensor) -> Iterator[str]:
        request = TextRequest(prompt="", max_tokens=self._config.context, temperature=0)
        for point in points:
            yield write_passage(VaeWriter(module, point[None]), self.vocabulary, request).text.strip()

    def describe(self) -> dict[str, Any]:
        """Model, settings and vocabulary."""
        return {
            "model": self._model.name,
            "config": self._config.model_dump(),
            "vocabulary": self.module.embedding.num_embeddings,
            "end_id": self.vocabulary.end_id,
            "begins_with_end": True,
        }


def line_between(a: Tensor, b: Tensor, count: int) -> Tensor:
    """So many points from a to b, both included, evenly spread: count Z."""
    return torch.lerp(a, b, torch.linspace(0, 1, count, device=a.device)[:, None])
