"""Pictures from a tuned pipeline: `miaobi sample`, and `image:lab/NAME`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.options import validated
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.sheet import png, sheet
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish
from miaobi.train.torch_needed import require_torch
from miaobi.train.tune.base import digest_of
from miaobi.train.tune.image_config import ImageTuningConfig
from miaobi.train.tune.image_pipeline import adapted, open_pipeline
from miaobi.train.weights import load_weights


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Pictures of the prompt: a sheet, or a file for each."""
    artist = TunedArtist(folder)
    prompt = wish.prompt or artist.prompt
    if wish.columns is not None:
        made = artist.draw(prompt, wish.seeds, wish)
        yield Sample(f"{len(made)} pictures of {prompt!r}", {".png": sheet(made, wish.columns)})
        return
    for seed in wish.seeds:
        yield Sample(f"{prompt!r}, seed {seed}", {".png": png(to_pixels(artist.draw(prompt, [seed], wish))[0])})


def picture_maker(folder: ModelFolder) -> Callable[[str, int], Tensor]:
    """For `image:lab/NAME`: (prompt, seed) to a picture 3 S S in -1..1."""
    artist = TunedArtist(folder)
    return lambda prompt, seed: artist.draw(prompt, [seed], SampleWish())[0]


class TunedArtist:
    """A pipeline with the adapter that was trained for it. InputError when its base is gone or a file damaged."""

    def __init__(self, folder: ModelFolder) -> None:
        require_torch("diffusers", "transformers", "peft")
        network = folder.read_config()["network"]
        self._config = validated(ImageTuningConfig, network["config"])
        base = Path(self._config.base)
        self._pipeline = open_pipeline(base, torch.device("cuda" if torch.cuda.is_available() else "cpu"))
        if digest_of(base) != self._config.base_digest:
            raise InputError(f"{base} is another pipeline than {folder.name} was tuned on.", hint="Restore it.")
        self._tuned = adapted(self._pipeline.network, self._config, network["targets"])
        load_weights(self._tuned, folder)
        self._tuned.eval().requires_grad_(False)
        self._size = int(network["size"])
        self.prompt = self._config.prompt

    def draw(self, prompt: str, seeds: Sequence[int], wish: SampleWish) -> Tensor:
        """A picture for each seed, N 3 S S in -1..1."""
        how: dict[str, Any] = {
            "guidance_scale": self._config.guidance if wish.guidance is None else wish.guidance,
            "num_inference_steps": wish.steps or self._config.sample_steps,
        }
        if wish.negative:
            how["negative_prompt"] = [wish.negative] * len(seeds)
        return self._pipeline.draw(self._tuned.model, [prompt] * len(seeds), seeds, self._size, **how)
