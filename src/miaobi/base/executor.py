"""Where steps run: in the calling thread, or in a pool of threads. Other places (a cluster) belong in this file too."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class Executor(Protocol):
    """Runs calls; results and exceptions come back through the future."""

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Have `call` run, now or soon."""
        ...

    def close(self) -> None:
        """Drop calls that have not started, wait for those that have."""
        ...


class InlineExecutor:
    """Runs each call at once in the calling thread: the simplest place, and the one to debug in."""

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Run `call` now."""
        future: Future[T] = Future()
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - a future carries every outcome, as the pool's do
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Nothing to give back."""


class ThreadExecutor:
    """A pool of threads. Right for engines: they compute outside the interpreter lock or wait for slots."""

    def __init__(self, threads: int = 8) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="miaobi-step")

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Run `call` when a thread is free."""
        return self._pool.submit(call)

    def close(self) -> None:
        """Drop what has not started, wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)
