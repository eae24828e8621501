"""Where the details of a fault of ours go: a file a person can send us, not a traceback on the screen."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime


def keep_fault(fault: Exception) -> str:
    """Write the traceback below the home folder; a message that says where it is."""
    from miaobi.settings import load_settings

    said = f"Miaobi hit a fault of its own ({type(fault).__name__})."
    try:
        folder = load_settings().home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"fault-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt"
        path.write_text("".join(traceback.format_exception(fault)), encoding="utf-8")
    except OSError:
        return f"{said} Its details could not be written; repeat with MIAOBI_HOME set to a folder you may write to."
    return f"{said} Finished steps are kept. Please report it with {path}."
