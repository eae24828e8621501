"""Ctrl-C and a polite kill: the first stops the work so that it can go on later, the second leaves at once."""

from __future__ import annotations

import os
import signal
from types import FrameType

_SHOW_CURSOR = "\x1b[?25h"
_LEFT = "miaobi: Left at once. Everything finished is kept; the same command goes on from there."

_heard: list[int] = []


def listen_for_stops() -> None:
    """Answer SIGINT and SIGTERM from now on; one that our parent told us to ignore stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what Python hands to a handler
    _heard.append(number)
    if len(_heard) == 1:
        raise KeyboardInterrupt
    try:
        start = "\n" + _SHOW_CURSOR if os.isatty(2) else ""  # the bars hide it
        os.write(2, f"{start}{_LEFT}\n".encode())
    except OSError:
        pass
    finally:  # nothing is lost: blobs, steps and works become visible whole or not at all
        os._exit(130)
