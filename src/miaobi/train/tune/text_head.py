"""The output layer while tuning: over the whole vocabulary or over a part, and its loss without its memory.

The layer stands still, so the gradient of a loss by the hidden states can be worked out at once, some rows after the
other; nothing of the size of the vocabulary is kept.

Shapes: N positions, W width, V tokens.
"""

from __future__ import annotations

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
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, softcap: float | None) -> None:
        self.weight, self.bias, self.softcap = weight, bias, softcap

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
        return logits if self.softcap is None else self.softcap * torch.tanh(logits / self.softcap)

    def over(self, tokens: Tensor) -> Head:
        """The same for these tokens alone."""
        return Head(self.weight[tokens], None if self.bias is None else self.bias[tokens], self.softcap)


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
