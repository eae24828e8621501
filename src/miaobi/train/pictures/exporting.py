"""Generators of pictures as ONNX graphs: unit normal noise in, pictures out. onnx_maker.py runs them."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from miaobi.train.export import Exportable
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.latent_sample import LatentModel
from miaobi.train.pictures.onnx_maker import INPUT, OUTPUT
from miaobi.train.pictures.task import open_picture_model

_ROWS = (1, 3, 2, 1, 5, 2)


class _FromNoise(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, noise: Tensor) -> Tensor:
        model = cast(LatentModel, self.model)
        return model(model.placed(noise)).clamp(-1, 1)


def exportable(folder: ModelFolder) -> Exportable:
    """The graph of a trained model that draws from a vector of latents."""
    module, _ = open_picture_model(folder)
    return noise_graph(_FromNoise(module), cast(LatentModel, module).latent)


def noise_graph(module: nn.Module, latent: int) -> Exportable:
    """A module that turns unit normal noise N L into pictures N C H W in -1..1."""

    def draw(random: torch.Generator, number: int) -> tuple[Tensor]:
        return (torch.randn(_ROWS[number % len(_ROWS)], latent, generator=random),)

    return Exportable(
        module,
        draw,
        inputs=(INPUT,),
        outputs=(OUTPUT,),
        varying={INPUT: {0: "rows"}, OUTPUT: {0: "rows"}},
        notes={"latent": latent},
    )
