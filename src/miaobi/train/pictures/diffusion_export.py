"""A diffusion model as an ONNX graph: one step of drawing, and the picture as it would be now. onnx_maker.py runs it.

Inputs are `noisy` (1, T, D), `captions` (2, L) of what to draw and what to draw away from, `guidance`, and the times
`now` and `then` (1 each); outputs `clearer` (1, T, D), the next step's `noisy`, and `pictures` (1, C, S, S) in -1..1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from miaobi.train.export import Exportable
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.caption_tokens import PADDING, START
from miaobi.train.pictures.diffusion import Drawing, PictureFlow
from miaobi.train.pictures.diffusion_sample import open_diffusion


class _Step(nn.Module):
    def __init__(self, flow: PictureFlow) -> None:
        super().__init__()
        self.flow = flow

    def forward(
        self, noisy: Tensor, captions: Tensor, guidance: Tensor, now: Tensor, then: Tensor
    ) -> tuple[Tensor, ...]:
        denoiser = self.flow.denoiser
        towards, away = denoiser(noisy.expand(2, -1, -1), now.expand(2), denoiser.read(captions)).chunk(2)
        clearer = noisy + (then - now) * (away + guidance * (towards - away))
        return clearer, self.flow.space.decode(clearer).clamp(-1, 1)


def exportable(folder: ModelFolder) -> Exportable:
    """The graph of a trained model, and in its notes the vocabulary and how it is drawn by default."""
    flow, tokens = open_diffusion(folder)
    default = Drawing()

    def draw(random: torch.Generator, number: int) -> tuple[Tensor, ...]:
        captions = torch.randint(START + 1, len(tokens), (2, tokens.length), generator=random)
        captions[0, number + 1 :] = captions[1, 1:] = PADDING
        captions[:, 0] = START
        now = torch.rand(1, generator=random)
        return (
            torch.randn(1, *flow.shape, generator=random),
            captions,
            4 * now,
            now,
            torch.minimum(now + 0.1, now * 0 + 1),
        )

    return Exportable(
        _Step(flow),
        draw,
        inputs=("noisy", "captions", "guidance", "now", "then"),
        outputs=("clearer", "pictures"),
        varying={},
        notes={
            "words": list(tokens.entries),
            "caption_tokens": tokens.length,
            "noise": list(flow.shape),
            "steps": default.steps,
            "guidance": default.guidance,
        },
    )
