"""Noise that follows from a seed without PyTorch, so that a model and its ONNX export make the same pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def noise_of(seeds: Sequence[int], count: int) -> NDArray[Any]:
    """Unit normal numbers, float32, a row of `count` for each seed."""
    return np.stack([np.random.default_rng(seed).standard_normal(count, dtype=np.float32) for seed in seeds])
