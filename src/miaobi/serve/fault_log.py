"""Where the details of a fault of ours go: a file a person can send us, not a traceback on the screen."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path


def keep_fault(fault: BaseException) -> str:
    """Write the traceback below the home folder, else where temporary files go; a message that says where it is.

    Never raises: there is nobody left to catch it.
    """
    said = f"Miaobi hit a fault of its own ({type(fault).__name__}). Finished steps are kept."
    details = "".join(traceback.format_exception(fault))
    for folder in _folders():
        try:
            path = _write_new(folder, details)
        except (OSError, ValueError):
            continue
        return f"{said} Please report it with {path}."
    return f"{said} Its details could not be written; repeat with MIAOBI_HOME set to a folder you may write to."


def _folders() -> Iterator[Path]:
    """Read from the environment alone: the settings may be the very thing that failed."""
    try:
        from miaobi.settings import home_folder

        yield home_folder().expanduser() / "logs"
    except (ImportError, RuntimeError):
        pass
    try:
        yield Path(tempfile.gettempdir())
    except OSError:
        return


def _write_new(folder: Path, details: str) -> Path:
    """A file of its own for each fault, also when several come in one second."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"fault-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
    with path.open("x", encoding="utf-8", errors="backslashreplace") as file:
        file.write(details)
    return path
