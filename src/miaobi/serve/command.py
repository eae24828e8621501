"""What every command of the command line shares: reporting of errors, the studio, the terminal."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from miaobi.errors import MiaobiError

if TYPE_CHECKING:
    from rich.console import Console

    from miaobi.studio import Studio

P = ParamSpec("P")

_PIPE_WIDTH = 200
"""Columns of a table that goes into a file or pipe."""

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result.")]


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Errors of ours become one message and their exit code; faults of ours a log file and a plea to report it."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except MiaobiError as error:
            typer.echo(f"miaobi: {error}", err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            typer.echo("miaobi: Stopped. Everything finished is kept; the same command goes on from there.", err=True)
            raise typer.Exit(130) from None
        except BrokenPipeError:  # the reader of our output has left, as `| head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as fault:  # noqa: BLE001 - the outermost boundary: record it, never show a traceback
            from miaobi.serve.fault_log import keep_fault

            typer.echo(f"miaobi: {keep_fault(fault)}", err=True)
            raise typer.Exit(70) from None

    return run


def open_studio(**overrides: Any) -> Studio:
    """The studio with the settings of this machine and what the command says."""
    from miaobi.settings import load_settings
    from miaobi.studio import Studio

    return Studio(load_settings(overrides))


def console(*, err: bool = False) -> Console:
    """The terminal, or the file or pipe in its place."""
    from rich.console import Console

    is_terminal = (sys.stderr if err else sys.stdout).isatty()
    return Console(stderr=err, highlight=False, width=None if is_terminal else _PIPE_WIDTH)
