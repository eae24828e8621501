"""What several processes that train one model together say on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from miaobi.errors import MiaobiError
from miaobi.train.launched import is_first_here


@contextmanager
def one_voice() -> Iterator[None]:
    """Of several training processes on a machine, the first tells what went wrong."""
    try:
        yield
    except MiaobiError as error:
        if is_first_here():
            raise
        raise typer.Exit(error.exit_code) from None
