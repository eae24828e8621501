"""Keeping transformers and diffusers from writing to the terminal: what matters is said by us."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ERROR = 40  # of Python's logging


@contextmanager
def quiet(*libraries: str) -> Iterator[None]:
    """No bars, log lines or warnings of `libraries` (transformers when none is named) inside the `with` block."""
    logs = [importlib.import_module(f"{name}.utils.logging") for name in libraries or ("transformers",)]
    before = [(log.get_verbosity(), log.is_progress_bar_enabled()) for log in logs]
    for log in logs:
        log.set_verbosity(_ERROR)
        log.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for log, state in zip(logs, before, strict=True):
            _restore(log, *state)


def _restore(log: Any, verbosity: int, has_bars: bool) -> None:
    log.set_verbosity(verbosity)
    if has_bars:
        log.enable_progress_bar()
