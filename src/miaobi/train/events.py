"""What a training run says while it works, for whoever shows it. No PyTorch here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TrainEvent:
    """One thing that happened.

    kind             noted | started | step | evaluated | sampled | saved | finished
    loss             of the last step
    units_per_second over the last steps, of `unit`
    seconds_left     until the nearer of the limits
    results          (name, value, unit) of an evaluation
    said             a sample, where something lies, or what is noted: what is being prepared, as part `step` of `steps`
                     where these are told
    """

    kind: Literal["noted", "started", "step", "evaluated", "sampled", "saved", "finished"]
    step: int
    steps: int
    loss: float = 0.0
    units_per_second: float = 0.0
    unit: str = ""
    seconds_left: float = 0.0
    results: tuple[tuple[str, float, str], ...] = ()
    said: str = ""


TrainListener = Callable[[TrainEvent], None]
"""Hears every event, in the thread that trains."""

ShouldStop = Callable[[], bool]
"""Asked between steps; True saves and stops."""
