"""`cyclegan` as a task of the loop: two data sets, four networks, two turns.

The loss is that of Zhu et al. (2017): least squares (Mao et al., 2017) for looking real, the cycle A to B to A and
B to A to B in absolute differences, and identity for pictures that are of the wanted kind already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.pictures.batches import Pictures, held_out
from miaobi.train.pictures.cyclegan import CycleganConfig, PatchDiscriminator, Pool, Translators
from miaobi.train.pictures.measures import Reference
from miaobi.train.pictures.sheet import sheet
from miaobi.train.pictures.task import MOST_COMPARED, build_network, in_parts, sheet_scale
from miaobi.train.processes import of_all_processes
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn, uniform_at

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

_COLUMNS = 10
_A, _B = 0, 1  # streams of chance


class CycleganTask:
    """Both translators and both discriminators. See miaobi.train.task for the contract."""

    unit = "pictures"

    def __init__(
        self,
        model: Model,
        config: CycleganConfig,
        data: Sequence[PictureDataset],
        loop: LoopConfig,
        device: torch.device,
    ) -> None:
        self.model, self.config, self.device, self.seed = model, config, device, loop.seed
        self._limit, self._batch = loop.evaluate_examples, loop.batch
        self._first, self._second = _Side(data[0], loop.seed, config), _Side(data[1], loop.seed + 1, config)
        _require_alike(*data)
        self.size, self.channels = data[0].size, data[0].channels
        translators = build_network(model, config, self.size, self.channels)
        assert isinstance(translators, Translators)
        self.product = translators
        self.discriminators = nn.ModuleList(PatchDiscriminator(config, self.channels) for _ in "ab")
        self.pools = nn.ModuleList(Pool(config.pool, self.channels, self.size) for _ in "ab")
        self.module = nn.ModuleDict(
            {"translators": self.product, "discriminators": self.discriminators, "pools": self.pools}
        ).to(device)
        self.turns = (
            Turn("generator loss", self.product, self.generator_loss),
            Turn("discriminator loss", self.discriminators, self.discriminator_loss),
        )
        self._made: dict[int, tuple[Tensor, Tensor]] = {}

    def batch(self, position: int, size: int) -> Batch:
        """Pictures `position` to `position + size` of both data sets, each shuffled for itself."""
        tensors = tuple(side.series.at(position, size).to(self.device) for side in (self._first, self._second))
        return Batch(tensors, 2 * size, position)

    # ------------------------------------------------------------ losses

    def generator_loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """Looking real, coming back, and leaving alone what is of the wanted kind already."""
        (a, b), c = batch.tensors, self.config
        if c.identity:  # in one pass with the translation
            made_b, same_b = self.product.ab(torch.cat((a, b))).chunk(2)
            made_a, same_a = self.product.ba(torch.cat((b, a))).chunk(2)
        else:
            made_b, made_a, same_a, same_b = self.product.ab(a), self.product.ba(b), a, b
        self._made[batch.position] = (made_a.detach(), made_b.detach())
        judge_a, judge_b = self.discriminators
        loss = _far_from(judge_a(made_a), 1) + _far_from(judge_b(made_b), 1)
        cycle = F.l1_loss(self.product.ba(made_b), a) + F.l1_loss(self.product.ab(made_a), b)
        identity = F.l1_loss(same_a, a) + F.l1_loss(same_b, b)
        return loss + c.cycle * (cycle + c.identity * identity)

    def discriminator_loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """Telling real pictures from made ones, some of them from earlier steps; half as quickly as the generators."""
        made = self._made.pop(batch.position)
        losses = []
        for stream, (judge, pool, real) in enumerate(zip(self.discriminators, self.pools, batch.tensors, strict=True)):
            shown = self._shown(pool, made[stream], batch.position, stream)
            losses.append((_far_from(judge(real), 1) + _far_from(judge(shown), 0)) / 2)
        return torch.stack(losses).sum()

    def _shown(self, pool: nn.Module, made: Tensor, position: int, stream: int) -> Tensor:
        """Made pictures of this batch or of earlier ones. Every process keeps the same pool, of the whole batch's."""
        assert isinstance(pool, Pool)
        whole = of_all_processes(made)
        mine = position % self._batch  # place of this process's share
        chances = uniform_at(self.seed, position - mine, (len(whole), 2), stream)
        return pool.exchange(whole, chances)[mine : mine + len(made)]

    # ------------------------------------------------------------ results

    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Feature distance in both directions, and how far pictures are from themselves after a cycle."""
        assert isinstance(product, Translators)
        most = MOST_COMPARED if whole else self._limit
        count = min(most, len(self._first), len(self._second))
        a, b = self._first.real(count), self._second.real(count)
        made_b, made_a = self._through(product.ab, a), self._through(product.ba, b)
        to_b, to_a = self._second.reference(count).distance(made_b), self._first.reference(count).distance(made_a)
        back_a, back_b = self._through(product.ba, made_b), self._through(product.ab, made_a)
        error = (float((back_a - a).abs().mean()) + float((back_b - b).abs().mean())) / 2
        return (
            Measured("feature distance", (to_a + to_b) / 2, "mean of both directions"),
            Measured("feature distance A to B", to_b),
            Measured("feature distance B to A", to_a),
            Measured("cycle error", 50 * error, "% of the range of colours"),
        )

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:  # noqa: ARG002 - held-out pictures
        """Held-out pictures, translated, and translated back."""
        assert isinstance(product, Translators)
        rows = []
        for side, there, back, told in (
            (self._first, product.ab, product.ba, "A to B to A"),
            (self._second, product.ba, product.ab, "B to A to B"),
        ):
            real = side.real(_COLUMNS)
            made = self._through(there, real)
            page = torch.cat((real, made, self._through(back, made)))
            text = f"{told}: a row of held-out pictures, one of their translations, one of these translated back"
            rows.append(Sample(text, {".png": sheet(page, len(real), scale=sheet_scale(self.size))}))
        return tuple(rows)

    def describe(self) -> dict[str, Any]:
        """Model, settings and the form of its pictures."""
        form = {"size": self.size, "channels": self.channels}
        return {"model": self.model.name, "config": self.config.model_dump(), **form}

    def _through(self, translator: nn.Module, pictures: Tensor) -> Tensor:
        return in_parts(translator, pictures.to(self.device))


class _Side:
    """One of the two data sets."""

    def __init__(self, data: PictureDataset, seed: int, config: CycleganConfig) -> None:
        self._train, self._validation = data.pictures("train"), data.pictures("validation")
        self.series = Pictures(self._train, seed, mirror=config.mirror)
        self._reference: tuple[int, Reference] | None = None

    def __len__(self) -> int:
        return len(self._validation) + len(self._train)

    def real(self, count: int) -> Tensor:
        """So many real pictures: held-out ones and, where these do not suffice, some that training sees."""
        found = held_out(self._validation, count)
        if len(found) < count:
            found = torch.cat([found, held_out(self._train, count - len(found))])
        return found

    def reference(self, count: int) -> Reference:
        """So many real pictures, looked at."""
        if self._reference is None or self._reference[0] != count:
            self._reference = (count, Reference(self.real(count)))
        return self._reference[1]


def _far_from(judged: Tensor, wanted: float) -> Tensor:
    return (judged - wanted).square().mean()


def _require_alike(first: PictureDataset, second: PictureDataset) -> None:
    """InputError unless both data sets have pictures of one size and one kind."""
    forms = [(f"{data.size} x {data.size}", "grey" if data.channels == 1 else "colour") for data in (first, second)]
    if forms[0] != forms[1]:
        told = " and ".join(
            f"{data.card.name} has {' '.join(form)}" for data, form in zip((first, second), forms, strict=True)
        )
        raise InputError(
            f"cyclegan needs two data sets of pictures that are alike in size and channels: {told}.",
            hint="Collect one of them again with the same --size and --channels as the other.",
        )
