"""Standard output and standard error as a command line meets them: piped, closed, full, in ASCII.

What a person asked for goes to standard output, and a refusal there is an error of its own. Progress and messages go to
standard error, and nothing that happens there may end the work.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from miaobi.errors import DiskError

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 200
"""Columns of a table that goes into a file or pipe."""


class _Output:
    """Standard output: BrokenPipeError when its reader has left, DiskError for any other refusal, silence after it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._is_broken = False

    def write(self, text: str) -> int:
        if text == "":  # typer asks in this way what kind of stream it has, and swallows the answer
            return 0
        return self._guard(lambda: self._stream.write(text)) or 0

    def flush(self) -> None:
        self._guard(self._stream.flush)

    def _guard(self, act: Any) -> Any:
        if self._is_broken:
            return None
        try:
            return act()
        except BrokenPipeError:
            self._is_broken = True
            raise
        except OSError as error:
            self._is_broken = True
            raise DiskError(
                f"The output cannot be written ({error.strerror or error}).", hint="What is finished is kept."
            ) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Messages(_Output):
    """Standard error: falls silent when it cannot be written."""

    def _guard(self, act: Any) -> Any:
        try:
            return super()._guard(act)
        except (BrokenPipeError, DiskError):
            return None


def settle_streams() -> None:
    """Put streams that cannot fail by surprise in the place of the standard ones, also where they were closed."""
    _fill_closed_descriptors()
    sys.stdout = _Output(_open(sys.stdout))
    sys.stderr = _Messages(_open(sys.stderr))


def console(*, err: bool = False) -> Console:
    """A console of rich's that leaves the handling of refused output to the streams above."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:  # rich would end the process here, in the middle of the work
            raise BrokenPipeError

    is_terminal = (sys.stderr if err else sys.stdout).isatty()
    return Plain(stderr=err, highlight=False, width=None if is_terminal else _PIPE_WIDTH)


def _fill_closed_descriptors() -> None:
    """A file opened under the number of a closed stream would get everything that libraries print."""
    while True:
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            return


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a letter that the terminal lacks is no reason to stop
    return stream
