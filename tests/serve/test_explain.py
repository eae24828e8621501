"""What the outermost boundary makes of errors that nothing below it has put into words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from miaobi.errors import BriefError
from miaobi.serve.command import _explain


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BriefError("The brief is odd."), 2, "The brief is odd."),
        (OSError(errno.EFBIG, "File too large"), 4, "temporary files"),
        (OSError(errno.EIO, "Input/output error", "/data/x"), 4, "/data/x"),
        (OSError(errno.EBADF, "Bad file descriptor", 7), 4, "7"),
        (
            ModuleNotFoundError("No module named 'av.container'", name="nosuchpackage.core"),
            3,
            "pip install nosuchpackage",
        ),
        (KeyboardInterrupt(), 130, "goes on"),
        (RecursionError("too deep"), 70, "RecursionError"),
    ],
)
def test_every_error_has_a_message_and_a_code(
    error: BaseException, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "MIAOBI_HOME", str(tmp_path))
    message, found = _explain(error)
    assert found == code
    assert said in message
    assert "\n" not in message
    assert [path.name for path in tmp_path.iterdir()] == (["logs"] if code == 70 else [])
