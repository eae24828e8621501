"""`Tuned`: a model of others with an adapter inside, which alone is trained, stored and averaged."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Self

from torch import Tensor, nn


class Tuned(nn.Module):
    """Holds `model`, whose weights stand still but for those that require a gradient when it is put in here.

    `state_dict` and `load_state_dict` know the trained weights only, so a checkpoint is as small as the adapter. A deep
    copy, as the running average is one, shares the others.
    """

    model: Any

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.trained = frozenset(name for name, weight in self.named_parameters() if weight.requires_grad)

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """The trained weights by name."""
        whole = super().state_dict(*args, **kwargs)
        return {name: tensor for name, tensor in whole.items() if name in self.trained}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Put the trained weights back. RuntimeError when they are not all there, or others are."""
        if strict and (wrong := self.trained ^ state_dict.keys()):
            raise RuntimeError(f"weights missing or not known: {', '.join(sorted(wrong)[:3])}")
        return super().load_state_dict(state_dict, strict=False, assign=assign)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy with trained weights of its own."""
        for name, weight in self.named_parameters():
            if name not in self.trained:
                memo[id(weight)] = weight
        twin = self.__class__.__new__(self.__class__)
        memo[id(self)] = twin
        twin.__dict__.update({key: copy.deepcopy(value, memo) for key, value in self.__dict__.items()})
        return twin

    def adapter(self) -> dict[str, Tensor]:
        """The trained weights, named as within the model of others."""
        return {name.removeprefix("model."): tensor for name, tensor in self.state_dict().items()}
