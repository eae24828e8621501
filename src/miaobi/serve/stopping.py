"""Ctrl-C and a polite kill: the first stops the work so that it can go on later, the second leaves at once."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from types import FrameType
from typing import Self

_SHOW_CURSOR = "\x1b[?25h"
_LEFT = "miaobi: Left at once. Everything finished is kept; the same command goes on from there."

_SAVING = "miaobi: Finishing this step, then saving. Once more leaves at once."

_heard: list[int] = []
_wishes: list[StopWish] = []


class StopWish:
    """While it is entered the first signal is only noted, for work that asks between its steps whether to stop.

    says_so  not for those of several processes that another one speaks for
    """

    def __init__(self, *, says_so: bool = True) -> None:
        self._is_noted, self.says_so = False, says_so

    def __enter__(self) -> Self:
        _wishes.append(self)
        return self

    def __exit__(self, *details: object) -> None:
        _wishes.remove(self)

    def __call__(self) -> bool:
        return self._is_noted

    def note(self) -> None:
        """Remember that a stop was asked for."""
        self._is_noted = True


def listen_for_stops() -> None:
    """Answer SIGINT and SIGTERM from now on; one that our parent told us to ignore stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what Python hands to a handler
    _heard.append(number)
    if len(_heard) == 1:
        if not _wishes:
            raise KeyboardInterrupt
        _wishes[-1].note()
        if _wishes[-1].says_so:
            _say(_SAVING)
        return
    try:
        _say(_LEFT, _SHOW_CURSOR)  # the bars hide it
    finally:  # nothing is lost: blobs, steps and works become visible whole or not at all
        os._exit(130)


def _say(message: str, terminal: str = "") -> None:
    """A line on standard error, from a handler: straight to the descriptor, whatever Python is in the middle of."""
    with suppress(OSError):
        start = "\n" + terminal if os.isatty(2) else ""
        os.write(2, f"{start}{message}\n".encode())
