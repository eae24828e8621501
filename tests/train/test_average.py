"""The running average of weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from miaobi.train.optimizer import decay_at, follow


def test_the_average_forgets_the_weights_before_training() -> None:
    average, module = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    nn.init.constant_(average.weight, 100.0)
    nn.init.constant_(module.weight, 1.0)
    for step in range(200):
        follow(average, module, decay_at(step, 0.999))
    assert average.weight.item() == pytest.approx(1.0, abs=1e-3)


def test_later_it_is_as_long_as_was_asked_for() -> None:
    assert decay_at(10_000, 0.999) == 0.999
    assert decay_at(3, 0.0) == 0.0
    assert [decay_at(step, 0.9) for step in range(100)] == sorted(decay_at(step, 0.9) for step in range(100))


def test_statistics_beside_the_weights_are_taken_as_they_are() -> None:
    average, module = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    module(torch.randn(8, 2) + 5)
    follow(average, module, 0.999)
    assert torch.equal(average.running_mean, module.running_mean)
