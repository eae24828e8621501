"""How a pipeline mixes noise into pictures and what its network answers, by its scheduler's settings.

    epsilon       the noise                        Ho et al., Denoising Diffusion Probabilistic Models (2020)
    v_prediction  a mixture of noise and picture   Salimans and Ho, Progressive Distillation (2022)
    sample        the picture
    flow          noise less picture               Liu et al., Rectified Flow (2022); Esser et al. (2024)

Shapes: N examples, latents N C H W, times N.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor

from miaobi.errors import InputError

_FLOW = "flow_prediction"


class Noising(Protocol):
    """What a network learns from."""

    def times(self, uniform: Tensor) -> Tensor:
        """Times as the network is told them, for numbers spread evenly over 0 to 1."""
        ...

    def mix(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """Latents with as much noise as there is at those times."""
        ...

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """What the network should answer."""
        ...


def noising_of(scheduler: Any) -> Noising:
    """That of a pipeline's scheduler. InputError for a kind of answer that is not known."""
    config = scheduler.config
    kind = str(config.get("prediction_type", "epsilon"))
    if type(scheduler).__name__.startswith("FlowMatch") or kind == _FLOW:
        shift = config.get("shift") or config.get("flow_shift") or 1.0
        return FlowNoising(int(config.num_train_timesteps), float(shift))
    if kind not in ("epsilon", "v_prediction", "sample"):
        raise InputError(f"The pipeline's scheduler predicts {kind!r}, which is not known.", hint="Tune another one.")
    return DiffusionNoising(config, kind)


class DiffusionNoising:
    """Noise by a table of so many steps."""

    def __init__(self, config: Any, kind: str) -> None:
        from diffusers import DDPMScheduler

        table: Any = DDPMScheduler
        self._scheduler = table.from_config(config)
        self._kind, self._steps = kind, int(config.num_train_timesteps)

    def times(self, uniform: Tensor) -> Tensor:
        """Whole steps."""
        return (uniform * self._steps).long().clamp_max(self._steps - 1)

    def mix(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """By the share of noise at each step."""
        mixed: Tensor = self._scheduler.add_noise(clean, noise, times)
        return mixed

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """By the kind of prediction."""
        if self._kind == "v_prediction":
            velocity: Tensor = self._scheduler.get_velocity(clean, noise, times)
            return velocity
        return noise if self._kind == "epsilon" else clean


class FlowNoising:
    """Straight ways from picture (0) to noise (1), times being dense in the middle, and later with `shift`."""

    def __init__(self, steps: int, shift: float) -> None:
        self._steps, self._shift = steps, shift

    def times(self, uniform: Tensor) -> Tensor:
        """Logit-normal as in Esser et al., then shifted; told to the network as steps."""
        share = torch.sigmoid(torch.special.ndtri(uniform.clamp(1e-6, 1 - 1e-6)))
        return self._steps * self._shift * share / (1 + (self._shift - 1) * share)

    def mix(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        """On the way."""
        share = (times / self._steps)[:, None, None, None]
        return (1 - share) * clean + share * noise

    def target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:  # noqa: ARG002 - the same all the way
        """The direction of the way."""
        return noise - clean
