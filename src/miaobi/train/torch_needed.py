"""PyTorch is an extra; who needs it asks here first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from miaobi.errors import EngineUnavailableError

INSTALL = "pip install 'miaobi[lab]'"
_MODULES = ("torch", "safetensors", "tensorboardX")


def missing_for_lab(*more: str) -> str | None:
    """None when the lab's libraries, and `more`, are there; else which are missing and what installs them."""
    missing = [name for name in (*_MODULES, *more) if not _is_there(name)]
    return f"missing {', '.join(missing)}; run: {INSTALL}" if missing else None


def require_torch(*more: str) -> None:
    """EngineUnavailableError, with the command that installs it, when PyTorch or what goes with it is missing.

    more  modules that are needed besides, e.g. "peft"
    """
    missing = missing_for_lab(*more)
    if missing is not None:
        wanted = "PyTorch, which is" if not more or not _is_there("torch") else "libraries that are"
        raise EngineUnavailableError(f"The lab needs {wanted} not installed ({missing}).")
    # Threads that wait for each other by spinning lose three quarters of their speed when other work shares the
    # cores, and gain nothing when none does (docs/experiments.md). OpenMP reads this once, when PyTorch loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@contextmanager
def torch_is_needed() -> Iterator[None]:
    """Around code that imports PyTorch when it has to: says what `require_torch` says when it is missing."""
    if missing_for_lab() is None:
        require_torch()
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name in _MODULES:
            require_torch()
        raise


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # an entry None in sys.modules
        return False
