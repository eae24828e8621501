"""Tuning a diffusion pipeline on pictures and their captions, as a task of the loop.

With two data sets it is DreamBooth with prior preservation (Ruiz et al., Fine Tuning Text-to-Image Diffusion Models for
Subject-Driven Generation, 2022): pictures of one subject under one prompt, and pictures of its class beside them.

Shapes: N pictures, latents N C H W.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor, nn

from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.options import LoopConfig
from miaobi.train.pictures.batches import Pictures, to_tensor
from miaobi.train.pictures.sheet import sheet
from miaobi.train.sample import Sample
from miaobi.train.task import Batch, Measured, Turn, noise_at, uniform_at
from miaobi.train.tune.base import Base
from miaobi.train.tune.image_config import ImageTuningConfig
from miaobi.train.tune.image_pipeline import Condition, PicturePipeline, adapted, open_pipeline

if TYPE_CHECKING:
    from miaobi.train.data.pictures.dataset import PictureDataset

_NOISE, _TIME, _LATENT, _FLIP = range(4)  # streams of chance
_CLASS: Final = 16  # the streams of pictures of the class come after those of the subject
_HELD_OUT_SEED: Final = 7
_AT_ONCE: Final = 16
_SAMPLES: Final = 4
_KEPT: Final = 4096  # pictures whose latents, and prompts whose conditions, are remembered


class ImageTuningTask:
    """A pipeline, an adapter for its network, and pictures. See task.py for the contract."""

    unit = "pictures"

    def __init__(
        self,
        model: Model,
        config: ImageTuningConfig,
        data: Sequence[PictureDataset],
        loop: LoopConfig,
        device: torch.device,
        *,
        base: Base,
    ) -> None:
        self._model, self._config, self._base, self._loop, self._device = model, config, base, loop, device
        self._pipeline = open_pipeline(base.path, device)
        self._sets = tuple(
            _Shown(self._pipeline, dataset, prompt, config.mirror, loop.seed, _CLASS * number)
            for number, (dataset, prompt) in enumerate(zip(data, (config.prompt, config.class_prompt), strict=False))
        )
        self._tuned = adapted(self._pipeline.network, config).to(device)
        self.module: nn.Module = self._tuned
        self.product: nn.Module = self._tuned
        self.turns: Sequence[Turn] = (Turn("loss", self.module, self.loss),)

    def batch(self, position: int, size: int) -> Batch:
        """Pictures `position` to `position + size`, and as many of the class: latents, noise, times and conditions."""
        parts = [shown.batch(position, size) for shown in self._sets]
        return Batch(tuple(map(torch.cat, zip(*parts, strict=True))), size, position)

    def loss(self, batch: Batch, step: int) -> Tensor:  # noqa: ARG002 - the same at every step
        """The mean squared error of what the network says; that of the class by its weight beside it."""
        errors = self._errors(self._tuned, *batch.tensors)
        mine, *of_class = errors.chunk(len(self._sets))
        return mine.mean() + sum(self._config.prior_weight * other.mean() for other in of_class)

    def _errors(self, tuned: Any, clean: Tensor, noise: Tensor, times: Tensor, *condition: Tensor) -> Tensor:
        """The mean squared error of each example."""
        noising = self._pipeline.noising
        said = self._pipeline.answer(tuned.model, noising.mix(clean, noise, times), times, condition)
        return (said.float() - noising.target(clean, noise, times)).square().mean((1, 2, 3))

    @torch.no_grad()
    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """The error on held-out pictures, with noise and times that are always the same."""
        held_out = self._sets[0].held_out(None if whole else self._loop.evaluate_examples)
        errors = torch.cat([self._errors(product, *part) for part in held_out])
        return (Measured("validation loss", float(errors.double().mean()), "squared error"),)

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A sheet of pictures for held-out captions, or for the one prompt."""
        prompts = self._sets[0].prompts("validation")[:_SAMPLES]
        prompts += prompts[:1] * (_SAMPLES - len(prompts))
        seeds = range(seed, seed + len(prompts))
        how = {"guidance_scale": self._config.guidance, "num_inference_steps": self._config.sample_steps}
        made = self._pipeline.draw(product.model, prompts, seeds, self._sets[0].size, **how)  # type: ignore[arg-type]
        return (Sample("\n".join(prompts), {".png": sheet(made, 2)}),)

    def describe(self) -> dict[str, Any]:
        """Base, settings, the layers that are adapted, and the size of the pictures."""
        (adapter,) = self._tuned.model.peft_config.values()
        return {
            "model": self._model.name,
            "config": self._config.model_dump(),
            "base": {"title": self._base.title, "licence": self._base.licence},
            "part": self._pipeline.part,
            "targets": sorted(adapter.target_modules),
            "size": self._sets[0].size,
        }


class _Shown:
    """Pictures under their prompts, as the pipeline's latents and conditions.

    prompt  for all of them; "" for each one's caption
    stream  where their streams of chance begin
    """

    def __init__(
        self, pipeline: PicturePipeline, dataset: PictureDataset, prompt: str, mirror: bool, seed: int, stream: int
    ) -> None:
        pipeline.require_size(dataset.size)
        self._pipeline, self._dataset, self._prompt = pipeline, dataset, prompt
        self._mirror, self._seed, self._stream = mirror, seed, stream
        self.size = dataset.size
        self._series = Pictures(dataset.pictures("train"), seed + stream, mirror=False)
        self._prompts = self.prompts("train")
        if not any(self._prompts):
            raise InputError(
                f"No picture of {dataset.card.name} has a caption.",
                hint="Collect them with captions, or say what they show: --dreambooth PROMPT, and for pictures of a "
                "class --set class_prompt=PROMPT.",
            )
        self._latents = lru_cache(_KEPT)(self._encoded)
        self._condition = lru_cache(_KEPT)(self._told)

    def prompts(self, split: Any) -> list[str]:
        """The prompt of each picture of a split."""
        return [self._prompt or caption for caption in self._dataset.captions(split)]

    def batch(self, position: int, size: int) -> tuple[Tensor, ...]:
        """Latents, noise, times and conditions of `size` examples."""
        places = self._series.places(position, size)
        flips = uniform_at(self._seed, position, (size,), self._stream + _FLIP) < 0.5
        chosen = [("train", place, bool(flip) and self._mirror) for place, flip in zip(places, flips, strict=True)]
        uniform = uniform_at(self._seed, position, (size,), self._stream + _TIME)
        return self._tensors(chosen, [self._prompts[place] for place in places], uniform, self._seed, position)

    def held_out(self, limit: int | None) -> Iterator[tuple[Tensor, ...]]:
        """The same for held-out pictures, some at a time; noise and times depend on a picture's place alone."""
        prompts = self.prompts("validation")
        count = len(prompts) if limit is None else min(limit, len(prompts))
        for start in range(0, count, _AT_ONCE):
            places = range(start, min(count, start + _AT_ONCE))
            uniform = (torch.tensor([float(place) for place in places]) + 0.5) * 0.618034 % 1  # evenly spread
            chosen = [("validation", place, False) for place in places]
            yield self._tensors(chosen, [prompts[place] for place in places], uniform, _HELD_OUT_SEED, start)

    def _tensors(
        self, chosen: list[tuple[str, int, bool]], prompts: list[str], uniform: Tensor, seed: int, position: int
    ) -> tuple[Tensor, ...]:
        mean, spread = map(torch.stack, zip(*(self._latents(*one) for one in chosen), strict=True))
        device, shape = mean.device, mean.shape
        clean = mean + spread * noise_at(seed, position, shape, self._stream + _LATENT).to(device)
        noise = noise_at(seed, position, shape, self._stream + _NOISE).to(device)
        times = self._pipeline.noising.times(uniform).to(device)
        told = map(torch.cat, zip(*(self._condition(prompt) for prompt in prompts), strict=True))
        return (clean, noise, times, *told)

    def _encoded(self, split: Any, place: int, flipped: bool) -> tuple[Tensor, Tensor]:
        """One picture alone, so that it does not depend on its company."""
        picture = to_tensor(self._dataset.pictures(split)[place : place + 1])[0]  # C S S
        picture = picture.expand(3, -1, -1)
        return self._pipeline.latents(picture.flip(-1) if flipped else picture)

    def _told(self, prompt: str) -> Condition:
        return self._pipeline.condition([prompt])
