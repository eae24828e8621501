"""What every command of the command line shares: reporting of errors, the studio."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from miaobi.errors import DiskError, MiaobiError

if TYPE_CHECKING:
    from miaobi.studio import Studio

P = ParamSpec("P")

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the result.")]


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Errors of ours become one message and their exit code; faults of ours a log file and a plea to report it."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:  # the reader of our output has left, as `| head` does
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost boundary: no traceback is shown
            message, code = _explain(error)
            typer.echo(f"miaobi: {message}", err=True)
            raise typer.Exit(code) from None

    return run


def _explain(error: BaseException) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return "Stopped. Everything finished is kept; the same command goes on from there.", 130
    if isinstance(error, ImportError):
        from miaobi.base.packages import explain_missing

        error = explain_missing(error) or error
    if isinstance(error, OSError) and error.filename is None:  # mostly a library's temporary file
        hint = "See that there is room for temporary files and that their size is not limited, then repeat the command."
        error = DiskError(f"The system refused to go on: {error.strerror or error}.", hint=hint)
    if isinstance(error, OSError):
        from miaobi.base.disk import explain_refusal

        error = explain_refusal(error, Path(str(error.filename)))
    if isinstance(error, MiaobiError):
        return str(error), error.exit_code
    from miaobi.serve.fault_log import keep_fault

    return keep_fault(error), 70


def open_studio(**overrides: Any) -> Studio:
    """The studio with the settings of this machine and what the command says."""
    from miaobi.settings import load_settings
    from miaobi.studio import Studio

    return Studio(load_settings(overrides))
