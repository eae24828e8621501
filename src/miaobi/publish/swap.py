"""Putting a finished folder in the place of another, in one step wherever the system can.

On Linux the two exchange their names in one system call. Elsewhere it takes two renames; a process killed between
them leaves the old folder under a hidden name, and `recover` puts it back: whoever opens a work
by its name calls it, and nothing is written before it ran. The hidden names lie beside the folder:

    .miaobi-new-<hash of the name>   being built, or the old folder on its way out
    .miaobi-old-<hash of the name>   the old folder during the two renames
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from filelock import FileLock

_LOCK_NAME: Final = ".miaobi.lock"
# renameat2(2) of Linux.
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def staging_folder(folder: Path) -> Path:
    """Where the successor of `folder` is built."""
    return _hidden(folder, "new")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one process at a time writes works beside `folder`. A killed process frees the lock."""
    with FileLock(folder.parent / _LOCK_NAME):
        yield


def recover(folder: Path) -> None:
    """Finish what a killed process left of `folder`. Does nothing when there is nothing to do."""
    if _hidden(folder, "old").exists() or _hidden(folder, "new").exists():
        with locked(folder):
            clear_leftovers(folder)


def clear_leftovers(folder: Path) -> None:
    """As `recover`, for a caller that holds the lock."""
    old, new = _hidden(folder, "old"), _hidden(folder, "new")
    if old.exists() and not folder.exists():
        old.rename(folder)
    for path in (old, new):
        if path.exists():
            shutil.rmtree(path, ignore_errors=True)  # what cannot go now goes next time; nobody reads it


def put_in_place(stage: Path, folder: Path) -> Path | None:
    """Give `stage` the name `folder`. The old folder's new place, None when there was none."""
    if not folder.exists():
        stage.rename(folder)
        flush_folder(folder.parent)
        return None
    if _exchange(stage, folder):
        flush_folder(folder.parent)
        return stage
    old = _hidden(folder, "old")
    folder.rename(old)
    try:
        stage.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    flush_folder(folder.parent)
    return old


def take_back(old: Path, folder: Path) -> None:
    """Undo `put_in_place`: `old` is what it returned."""
    if not _exchange(old, folder):
        new = _hidden(folder, "new")
        folder.rename(new)
        old.rename(folder)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut. Windows has no such call and does not need it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise
    finally:
        os.close(handle)


def _hidden(folder: Path, role: str) -> Path:
    # By hash: a long Chinese name plus a prefix could pass the 255 bytes a name may have.
    return folder.parent / f".miaobi-{role}-{hashlib.sha256(folder.name.encode()).hexdigest()[:16]}"


def _exchange(first: Path, second: Path) -> bool:
    """Swap two names in one system call; False where system, library or file system cannot."""
    call = _renameat2()
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    raise OSError(code, os.strerror(code), str(second))


@lru_cache(maxsize=1)
def _renameat2() -> ctypes._NamedFuncPointer | None:
    if not sys.platform.startswith("linux"):
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        call.restype = ctypes.c_int
    return call
