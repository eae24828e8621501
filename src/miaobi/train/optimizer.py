"""Optimizers, the learning rate over time, and the running average of weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adagrad, AdamW, Muon, Optimizer

from miaobi.errors import InputError
from miaobi.train.options import LoopConfig


def make_optimizers(module: nn.Module, config: LoopConfig) -> list[Optimizer]:
    """AdamW or AdaGrad for everything, or Muon (Jordan et al., 2024) for the matrices inside and AdamW for the rest.

    Matrices decay, vectors and embeddings do not.
    """
    named = {name: weight for name, weight in module.named_parameters() if weight.requires_grad}
    embeddings = {id(part.weight) for part in module.modules() if isinstance(part, nn.Embedding)}
    matrices = [weight for weight in named.values() if weight.ndim == 2 and id(weight) not in embeddings]
    inner = {id(weight) for weight in matrices}
    rest = [weight for weight in named.values() if id(weight) not in inner]
    betas, rate = (config.beta1, config.beta2), config.learning_rate
    if config.optimizer == "muon" and matrices:
        muon = Muon(matrices, lr=config.muon_rate, weight_decay=config.weight_decay, momentum=0.95, nesterov=True)
        return [_with_peaks(muon), _with_peaks(AdamW(rest, lr=rate, betas=betas, weight_decay=0.0, fused=True))]
    groups = [{"params": matrices, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    groups = [group for group in groups if group["params"]]
    if config.optimizer == "adagrad":
        is_on_processor = all(weight.device.type == "cpu" for weight in named.values())
        return [_with_peaks(Adagrad(groups, lr=rate, fused=is_on_processor or None))]  # no such kernel on GPUs
    return [_with_peaks(AdamW(groups, lr=rate, betas=betas, fused=True))]


def _with_peaks(optimizer: Optimizer) -> Optimizer:
    for group in optimizer.param_groups:
        group["peak"] = group["lr"]
    return optimizer


def rate_at(progress: float, step: int, config: LoopConfig) -> float:
    """The share of the peak rate: linear warm-up over steps, then half a cosine over `progress` 0..1."""
    warmup = min(1.0, (step + 1) / config.warmup) if config.warmup else 1.0
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return warmup * (config.final_rate + (1 - config.final_rate) * cosine)


def set_rate(optimizers: list[Optimizer], share: float) -> None:
    """Give every group its peak rate times `share`."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * share


def optimizer_tensors(optimizers: list[Optimizer]) -> dict[str, Tensor]:
    """Everything the optimizers remember, by name."""
    tensors = {}
    for number, optimizer in enumerate(optimizers):
        for index, memory in optimizer.state_dict()["state"].items():
            for key, value in memory.items():
                tensors[f"optimizer.{number}.{index}.{key}"] = torch.as_tensor(value)
    return tensors


def restore_optimizers(optimizers: list[Optimizer], tensors: Mapping[str, Tensor]) -> None:
    """Put back what `optimizer_tensors` gave."""
    states: list[dict[int, dict[str, Any]]] = [{} for _ in optimizers]
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, number, index, key = name.split(".", 3)
            if int(number) >= len(optimizers):
                raise InputError("The checkpoint was written by another optimizer.", hint="Train from the start.")
            states[int(number)].setdefault(int(index), {})[key] = tensor
    for optimizer, state in zip(optimizers, states, strict=True):
        _lay_out_alike(state, [weight for group in optimizer.param_groups for weight in group["params"]])
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def _lay_out_alike(state: dict[int, dict[str, Any]], weights: list[Tensor]) -> None:
    """Give what is remembered of each weight its order in memory: fused kernels take for granted that they agree."""
    for index, memory in state.items():
        for key, value in memory.items():
            if value.shape == weights[index].shape:
                memory[key] = torch.empty_like(weights[index], dtype=value.dtype).copy_(value)


def decay_at(step: int, ema: float) -> float:
    """The decay of the average at a step (from 0): less while it would still remember the weights before training."""
    return min(ema, (1 + step) / (10 + step))


@torch.no_grad()
def follow(average: nn.Module, module: nn.Module, decay: float) -> None:
    """One step of an exponential moving average of the weights; statistics beside them are taken as they are."""
    pairs = zip(average.parameters(), module.parameters(), strict=True)
    kept, current = zip(*((a, w) for a, w in pairs if a is not w), strict=True)  # frozen weights may be shared
    torch._foreach_lerp_(kept, current, 1 - decay)
    for old, new in zip(average.buffers(), module.buffers(), strict=True):
        old.copy_(new)
