"""The output layer while tuning: over the whole vocabulary or over a part, and its loss without its memory.

The layer stands still, so the gradient of a loss by the hidden states can be worked out at once, some rows after the
other; nothing of the size of the vocabulary is kept.

Shapes: N positions, W width, V tokens.
"""

from __future__ import annotations

import math
from typing import Any, Final, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.errors import InputError

_LOGITS_AT_ONCE: Final = 64_000_000
_CLOSE: Final = 1e-2  # of two ways to the same logits, which are tens in size, in float32 and bfloat16 alike


class Head:
    """Logits N V of hidden states N W.

    softcap  logits are squashed to within this (Gemma 2), None for not at all
    offset   is added to them at last, V or None
    """

    def __init__(
        self, weight: Tensor, bias: Tensor | None, softcap: float | None, offset: Tensor | None = None
    ) -> None:
        self.weight, self.bias, self.softcap, self.offset = weight, bias, softcap, offset

    @classmethod
    def of(cls, model: nn.Module) -> Self:
        """The output layer of a model of transformers. InputError when it does more than is known here."""
        output = model.get_output_embeddings()  # type: ignore[operator]
        if not isinstance(output, nn.Linear):
            raise InputError("The model has no linear output layer.", hint="Tune another model.")
        softcap = getattr(model.config.get_text_config(), "final_logit_softcapping", None)  # type: ignore[union-attr,operator]
        head = cls(output.weight, output.bias, softcap)
        head._require_agreement(model)
        return head

    @torch.no_grad()
    def _require_agreement(self, model: nn.Module) -> None:
        ids = torch.tensor([[0, 1, 2]], device=self.weight.device)
        hidden = model.base_model(input_ids=ids, use_cache=False).last_hidden_state  # type: ignore[operator]
        wanted = model(input_ids=ids, use_cache=False).logits[0].float()
        if not torch.allclose(self(hidden[0]).float(), wanted, atol=_CLOSE * float(wanted.abs().max().clamp(min=1))):
            raise InputError("The model works out its output in a way that is not known.", hint="Tune another model.")

    def __call__(self, hidden: Tensor) -> Tensor:
        """N W to N V."""
        logits = F.linear(hidden, self.weight, self.bias)
        if self.softcap is not None:
            logits = self.softcap * torch.tanh(logits / self.softcap)
        return logits if self.offset is None else logits + self.offset

    def over(self, tokens: Tensor, offset: Tensor | None = None) -> Head:
        """The same for these tokens alone."""
        bias = None if self.bias is None else self.bias[tokens]
        return Head(self.weight[tokens], bias, self.softcap, offset)


class RestrictedHead:
    """Stands for the whole vocabulary with a part of it: some tokens always, and of the rest `drawn` at a time.

    Each of those drawn counts for as many as there are for each, so that the sum over the vocabulary, which a
    probability is divided by, is right on average (Bengio and Senecal, Adaptive Importance Sampling to Accelerate
    Training of a Neural Probabilistic Language Model, 2008).
    """

    def __init__(self, head: Head, always: Tensor, drawn: int, seed: int) -> None:
        size, device = head.weight.shape[0], head.weight.device
        self._head, self._always, self._seed = head, always.to(device), seed
        is_rest = torch.ones(size, dtype=torch.bool)
        is_rest[always] = False
        self._rest = is_rest.nonzero()[:, 0]
        self._drawn = min(drawn, len(self._rest))
        self.places = torch.full((size,), -1, device=device)  # of a token among those that are always there
        self.places[self._always] = torch.arange(len(always), device=device)

    def at(self, position: int) -> Head:
        """The head for the batch that begins at `position`."""
        if not self._drawn:
            return self._head.over(self._always)
        random = torch.Generator().manual_seed(self._seed * 1_000_003 + position)
        places = torch.randperm(len(self._rest), generator=random)[: self._drawn]
        tokens = torch.cat((self._always, self._rest[places].to(self._always.device)))
        offset = torch.zeros(len(tokens), device=tokens.device)
        offset[len(self._always) :] = math.log(len(self._rest) / self._drawn)
        return self._head.over(tokens, offset)


def token_losses(hidden: Tensor, targets: Tensor, head: Head) -> Tensor:
    """The cross-entropy, N in nats, of each of N targets; its gradient reaches `hidden` N W alone."""
    losses: Tensor = _TokenLosses.apply(hidden, targets, head)  # type: ignore[no-untyped-call]
    return losses


class _TokenLosses(torch.autograd.Function):
    """Works out the gradient with the loss, and keeps it in place of the logits."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, targets: Tensor, head: Head) -> Tensor:
        rows = max(1, _LOGITS_AT_ONCE // head.weight.shape[0])
        losses: list[Tensor] = []
        gradients: list[Tensor] = []
        with torch.set_grad_enabled(ctx.needs_input_grad[0]):
            for part, wanted in zip(torch.split(hidden, rows), torch.split(targets, rows), strict=True):
                states = part.detach().requires_grad_(ctx.needs_input_grad[0])
                loss = F.cross_entropy(head(states).float(), wanted, reduction="none")
                losses.append(loss.detach())
                if ctx.needs_input_grad[0]:
                    gradients.extend(torch.autograd.grad(loss.sum(), states))
        if gradients:
            ctx.save_for_backward(torch.cat(gradients))
        return torch.cat(losses)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (of_hidden,) = ctx.saved_tensors
        return (of_hidden * gradient[:, None]).to(of_hidden.dtype), None, None
