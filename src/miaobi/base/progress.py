"""How long work inside one step says how far it is, and learns that it should stop.

The runner installs a listener around each step; code below it calls `report_progress`. Outside a run it does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, float, str], None]

_listener: ContextVar[Listener | None] = ContextVar("miaobi_progress", default=None)


def report_progress(done: float, total: float, unit: str = "") -> None:
    """Say that `done` of `total` `unit`s are finished. Raises Interrupted when the run was asked to stop."""
    listener = _listener.get()
    if listener is not None:
        listener(done, total, unit)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send this thread's progress reports to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
