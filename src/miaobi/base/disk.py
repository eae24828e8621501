"""What the operating system says about disks, in our words; and whole files or none."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from miaobi.errors import DiskError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn a full disk, a read-only folder or a file in a folder's place into DiskError that names `place`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskError(
                f"The disk that holds {place} is full.",
                hint="Free some space and repeat the command: what is finished is kept.",
            ) from error
        if error.errno in _FORBIDDEN:
            raise DiskError(
                f"{place} cannot be written ({error.strerror}: {error.filename or place}).",
                hint="Choose a folder you may write to with --output, or set MIAOBI_HOME.",
            ) from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            raise DiskError(
                f"{error.filename or place} is a file, where a folder is needed.",
                hint="Move it away, or choose another folder.",
            ) from error
        raise


def write_atomically(path: Path, data: bytes) -> None:
    """Write `path` whole or not at all; a reader sees the old bytes or the new ones. DiskError as in disk_errors."""
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        incoming = path.with_name(f".{path.name}.{os.getpid()}.incoming")
        try:
            with incoming.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
