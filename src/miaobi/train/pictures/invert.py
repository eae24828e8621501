"""The way back from a picture to the latents a generator would make it from.

After Abdal et al., Image2StyleGAN (2019): gradient descent on the latents, from the best of many random ones. Likeness
is measured by absolute differences of pixels and of brightness steps at several scales, which need no trained network;
a leash keeps the latents where the generator has learned to draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.base.progress import report_progress

STEPS = 300
_RATE = 0.1
_SCALES = 3
_LEAST_SIDE = 4
_AT_ONCE = 64


@dataclass(frozen=True)
class Inverted:
    """What was found.

    latents   N ..., in the form of `start`
    pictures  what the generator makes of them, N C H W
    errors    mean absolute difference from the wanted pictures, N, as a share of the range of colours
    """

    latents: Tensor
    pictures: Tensor
    errors: tuple[float, ...]


def invert(
    make: Callable[[Tensor], Tensor],
    wanted: Tensor,
    candidates: Tensor,
    *,
    middle: Tensor,
    spread: Tensor,
    steps: int = STEPS,
    leash: float = 1e-3,
) -> Inverted:
    """Latents whose pictures come near to `wanted`, N C H W in -1..1.

    make            latents N ... to pictures N C H W; differentiable, its weights stand still
    candidates      M ...: the nearest to each wanted picture is where the descent begins
    middle, spread  of the latents that training saw, 1 ...; steps are taken in units of the spread
    leash           cost of a latent that is one spread away from the middle
    """
    start = candidates[_nearest(make, wanted, candidates)]  # N ...
    offset = ((start - middle) / spread).detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([offset], lr=_RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    with torch.enable_grad():
        for step in range(steps):
            unlikeness = unlike(make(middle + spread * offset), wanted)
            loss = (unlikeness + leash * offset.square().flatten(1).mean(1)).sum()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            report_progress(step + 1, steps, "steps")
    with torch.no_grad():
        found = (middle + spread * offset).detach()
        pictures = make(found).float()
        errors = (pictures - wanted).abs().flatten(1).mean(1) / 2
    return Inverted(found, pictures, tuple(errors.tolist()))


def unlike(made: Tensor, wanted: Tensor) -> Tensor:
    """How far pictures are from the wanted ones, N: pixels and brightness steps at three scales, each 0..2."""
    total = torch.zeros(len(made), device=made.device)
    made, wanted = made.float(), wanted.float()
    for _ in range(_SCALES):
        total = total + (made - wanted).abs().flatten(1).mean(1)
        for side in (2, 3):
            total = total + (made.diff(dim=side) - wanted.diff(dim=side)).abs().flatten(1).mean(1)
        if min(made.shape[2:]) < 2 * _LEAST_SIDE:
            break
        made, wanted = F.avg_pool2d(made, 2), F.avg_pool2d(wanted, 2)
    return total


@torch.no_grad()
def _nearest(make: Callable[[Tensor], Tensor], wanted: Tensor, candidates: Tensor) -> Tensor:
    """For each wanted picture, which candidate's picture is most like it."""
    pictures = torch.cat([make(part) for part in torch.split(candidates, _AT_ONCE)])
    distances = [unlike(pictures, one[None].expand_as(pictures)) for one in wanted]
    return torch.stack(distances).argmin(1)
