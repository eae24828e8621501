"""Which of several processes this is, by what the launcher said in the environment. No PyTorch here.

accelerate and torchrun name things as PyTorch does; MPI implementations have names of their own.
"""

from __future__ import annotations

import os
from typing import Final

_COUNT: Final = ("WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE")
_RANK: Final = ("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK")
_LOCAL_RANK: Final = ("LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "MV2_COMM_WORLD_LOCAL_RANK")


def launched_count() -> int:
    """How many processes work on this together."""
    return _number(_COUNT, 1)


def is_first_of_all() -> bool:
    """Whether this is the one that writes and tells results."""
    return launched_count() == 1 or _number(_RANK, 0) == 0


def is_first_here() -> bool:
    """Whether this is the first on its machine: the one that tells what went wrong there."""
    return launched_count() == 1 or _number(_LOCAL_RANK, 0) == 0


def was_left_alone() -> bool:
    """Whether `accelerate launch --cpu` was asked for several processes: it then starts one, and says nothing."""
    on_processor = os.environ.get("ACCELERATE_USE_CPU", "").lower() == "true"
    return on_processor and "MASTER_ADDR" in os.environ and launched_count() == 1


def _number(names: tuple[str, ...], default: int) -> int:
    found = (os.environ[name] for name in names if os.environ.get(name, "").isdigit())
    return int(next(found, default))
