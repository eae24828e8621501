"""`diffusion` as a task of the loop. The model itself is in diffusion.py, drawing for people in diffusion_sample.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.pictures.batches import Pixels, to_tensor
from miaobi.train.pictures.caption_tokens import CaptionTokens
from miaobi.train.pictures.diffusion import DiffusionConfig, Drawing, PictureFlow, logit_normal
from miaobi.train.pictures.diffusion_sample import draw_captions
from miaobi.train.pictures.latents import Autoencoder
from miaobi.train.pictures.measures import features
from miaobi.train.pictures.sheet import sheet
from miaobi.train.pictures.task import EVALUATION_SEED, PictureTask, sheet_scale
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn, noise_at, uniform_at

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

NOISE, TIME, LATENT_NOISE, CAPTION = range(4)  # streams of chance
_COLUMNS = 8
_MOST_DRAWN = 256  # pictures that the last evaluation draws: each takes as long as forty passes
_MEASURED = 1024  # held-out pictures that it measures the loss on


class DiffusionTask(PictureTask):
    """See miaobi.train.task for the contract."""

    module: PictureFlow
    product: PictureFlow

    def __init__(
        self,
        model: Model,
        config: DiffusionConfig,
        data: Sequence[PictureDataset],
        loop: LoopConfig,
        device: torch.device,
    ) -> None:
        super().__init__(model, config, data, loop, device)
        _require_whole_tokens(self.size, config)
        self.config = config
        self._captions = data[0].captions("train")
        self._held_out_captions = data[0].captions("validation")
        self.tokens = CaptionTokens.of(self._captions, config.caption_tokens)
        self.module = PictureFlow(config, len(self.tokens), self.size, self.channels).to(device)
        self.product = self.module
        self.turns = tuple(self._turns(loop))

    def _turns(self, loop: LoopConfig) -> Iterator[Turn]:
        if self.config.space == "pixels":
            yield Turn("loss", self.module.denoiser, self.loss)
            return
        first = self.config.autoencoder_steps
        if first >= loop.steps:
            raise InputError(
                f"The autoencoder learns for {first} steps, and the whole training has {loop.steps}.",
                hint=f"Train longer, or with --set autoencoder_steps={max(1, loop.steps // 4)}.",
            )
        yield Turn("autoencoder loss", self.module.space, self.autoencoder_loss, end=first)
        yield Turn("loss", self.module.denoiser, self.loss, begin=first)

    # ------------------------------------------------------------ learning

    def batch(self, position: int, size: int) -> Batch:
        """Pictures N C S S and their captions N L, some of which are left out and some spelled."""
        pictures = super().batch(position, size)
        chance = uniform_at(self.seed, position, (size, 2), CAPTION)
        dropped, spelled = (chance < torch.tensor([self.config.drop_caption, self.config.spell])).T.tolist()
        captions = [self._captions[place] for place in self._pictures.places(position, size)]
        told = ["" if drop else caption for caption, drop in zip(captions, dropped, strict=True)]
        return pictures._replace(
            tensors=(*pictures.tensors, torch.from_numpy(self.tokens.ids(told, spelled)).to(self.device))
        )

    def loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """Mean squared error of the velocity."""
        pictures, ids = batch.tensors
        with torch.no_grad():
            latents = self.module.space.encode(pictures).float()
        noise = self._noise(latents.shape, batch.position, NOISE)
        time = logit_normal(self._noise((len(latents),), batch.position, TIME))
        return self.module.loss(latents, noise, time, ids)

    def autoencoder_loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002
        """See Autoencoder.loss."""
        pictures, _ = batch.tensors
        noise = self._noise((len(pictures), *self.module.shape), batch.position, LATENT_NOISE)
        space = self.module.space
        assert isinstance(space, Autoencoder)
        return space.loss(pictures, self.config.latent_noise * noise)

    def _noise(self, shape: Sequence[int], position: int, stream: int) -> Tensor:
        return noise_at(self.seed, position, shape, stream).to(self.device)

    # ------------------------------------------------------------ measuring

    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Loss at fixed times and noise, and the autoencoder's error; at the end also what made pictures are like."""
        assert isinstance(product, PictureFlow)
        results = [Measured("validation loss", self._held_out_loss(product, _MEASURED if whole else self._limit))]
        if self.config.space == "latent":
            results.append(
                Measured("reconstruction error", self._reconstruction_error(product), "mean difference, of 255")
            )
        return (*results, *(self._results_of_drawing(product) if whole else ()))

    @torch.no_grad()
    def _held_out_loss(self, product: PictureFlow, limit: int) -> float:
        chosen = _evenly(len(self._validation), limit)
        pictures, captions = _chosen(self._validation, self._held_out_captions, chosen)
        quantiles = (torch.arange(len(pictures)) * 0.6180339887 % 1).clamp(1e-3, 1 - 1e-3)  # evenly spread, in no order
        times = logit_normal(torch.special.ndtri(quantiles))
        total = 0.0
        for rows in torch.split(torch.arange(len(pictures)), 64):
            latents = product.space.encode(pictures[rows].to(self.device)).float()
            noise = self._fixed_noise(latents.shape, int(rows[0]))
            ids = torch.from_numpy(self.tokens.ids([captions[row] for row in rows.tolist()])).to(self.device)
            total += len(rows) * float(product.loss(latents, noise, times[rows].to(self.device), ids))
        return total / len(pictures)

    @torch.no_grad()
    def _reconstruction_error(self, product: PictureFlow) -> float:
        pictures = self.held_out().to(self.device)
        decoded = product.space.decode(product.space.encode(pictures)).float()
        return 127.5 * float((decoded.clamp(-1, 1) - pictures).abs().mean())

    def _fixed_noise(self, shape: Sequence[int], position: int) -> Tensor:
        return noise_at(EVALUATION_SEED, position, shape, NOISE).to(self.device)

    def _results_of_drawing(self, product: PictureFlow) -> Iterator[Measured]:
        """Of pictures drawn for held-out captions, each compared with the picture that had the caption."""
        chosen = _evenly(len(self._validation), _MOST_DRAWN)
        real, captions = _chosen(self._validation, self._held_out_captions, chosen)
        made = self.draw(product, captions, EVALUATION_SEED)
        reference = self._reference_of(len(real))
        yield Measured("feature distance", reference.distance(made))
        yield Measured("diversity", reference.diversity(made), "of the real pictures'")
        if any(captions):
            yield Measured("caption agreement", 100 * agreement(real, made), "% (chance: 50)")

    # ------------------------------------------------------------ drawing

    def draw(self, product: nn.Module, captions: Sequence[str], seed: int, how: Drawing | None = None) -> Tensor:
        """A picture for each caption, N C S S on the processor."""
        assert isinstance(product, PictureFlow)
        noise = noise_at(seed, 0, (len(captions), *product.shape), NOISE)
        return draw_captions(product, self.tokens, captions, noise, how or Drawing())

    def make(self, product: nn.Module, seed: int, count: int) -> Tensor:
        """Pictures for captions of the data, in their order."""
        captions = [self._captions[place % len(self._captions)] for place in range(count)]
        return self.draw(product, captions, seed)

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """For held-out and for learned captions: a row of real pictures above a row of drawn ones."""
        if not any(self._captions):
            return super().samples(product, seed)
        return (
            self._sheet(product, seed, self._validation, self._held_out_captions, "Captions never seen"),
            self._sheet(product, seed, self._train, self._captions, "Captions learned from"),
        )

    def _sheet(self, product: nn.Module, seed: int, pixels: Pixels, captions: Sequence[str], title: str) -> Sample:
        chosen = self._shown(captions)
        real, told = _chosen(pixels, captions, chosen)
        made = self.draw(product, told, seed)
        rows = torch.stack((_in_rows(real), _in_rows(made)), dim=1).flatten(0, 2)
        text = f"{title}; real pictures in odd rows, drawn ones below them: {' | '.join(told)}"
        return Sample(text, {".png": sheet(rows, _COLUMNS, scale=sheet_scale(self.size))})

    @staticmethod
    def _shown(captions: Sequence[str]) -> list[int]:
        """Places of captioned pictures, evenly spread: two rows."""
        told = [place for place, caption in enumerate(captions) if caption]
        return [told[place] for place in _evenly(len(told), 2 * _COLUMNS)]

    def describe(self) -> dict[str, Any]:
        """Model, settings, form of its pictures and vocabulary of its captions."""
        return {**super().describe(), "words": list(self.tokens.entries)}


def agreement(real: Tensor, made: Tensor) -> float:
    """How often a drawn picture is nearer to the real one of its caption than to another's: 0.5 is chance, 1 always.

    real, made  N C S S, in the same order. Distances are those between features (see measures.py), which know colour
    and layout but not what a thing is.
    """
    wanted, found = features(real), features(made)
    spread = wanted.std(0).clamp_min(1e-3)
    distances = torch.cdist(found / spread, wanted / spread)  # N N, row: drawn
    own = distances.diagonal()[:, None]
    count = len(distances)
    nearer = (own < distances).sum() + 0.5 * ((own == distances).sum() - count)
    return float(nearer) / max(1, count * (count - 1))


def _require_whole_tokens(size: int, config: DiffusionConfig) -> None:
    if size % config.patch or size // config.patch < 2:
        fitting = [str(patch) for patch in (2, 4, 8, 16, 32, 64) if size % patch == 0 and size // patch >= 2]
        raise InputError(
            f"Pictures of {size} pixels cannot be divided into tokens of {config.patch}.",
            hint=f"Train with --set patch={' or '.join(fitting) or 'a divisor of it'}.",
        )


def _in_rows(pictures: Tensor) -> Tensor:
    """N C S S in rows of a sheet, the last filled up with white: R columns C S S."""
    white = pictures.new_ones(-len(pictures) % _COLUMNS, *pictures.shape[1:])
    return torch.cat((pictures, white)).view(-1, _COLUMNS, *pictures.shape[1:])


def _evenly(count: int, limit: int) -> list[int]:
    return np.linspace(0, count - 1, min(count, limit)).astype(int).tolist() if count else []


def _chosen(pixels: Pixels, captions: Sequence[str], places: Sequence[int]) -> tuple[Tensor, list[str]]:
    return to_tensor(np.stack([pixels[place] for place in places])), [captions[place] for place in places]
