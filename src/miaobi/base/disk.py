"""What the operating system says about disks and folders, in our words; and whole files or none."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from miaobi.errors import DiskError, InputError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn every refusal of the operating system, in reading and in writing, into a DiskError that names `place`."""
    try:
        yield
    except OSError as error:
        raise explain_refusal(error, place) from error


def explain_refusal(error: OSError, place: Path) -> DiskError:
    """What the operating system refused at `place`, and what to do about it."""
    where = error.filename or place
    if error.errno in _FULL:
        return DiskError(
            f"The disk that holds {place} is full.",
            hint="Free some space and repeat the command: what is finished is kept.",
        )
    if error.errno in _FORBIDDEN:
        return DiskError(
            f"{place} cannot be read or written ({error.strerror}: {where}).",
            hint="Change its permissions, choose another folder with --output, or set MIAOBI_HOME.",
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return DiskError(
            f"{where} is a file, where a folder is needed.", hint="Move it away, or choose another folder."
        )
    if error.errno == errno.EISDIR:
        return DiskError(f"{where} is a folder, where a file is needed.", hint="Move it away and repeat the command.")
    if error.errno == errno.ENAMETOOLONG:
        return DiskError(f"The name {str(place)[:60]}… is too long for this disk.", hint="Choose a shorter one.")
    return DiskError(
        f"{place} cannot be used: {error.strerror or error} ({where}).",
        hint="See that the disk is there and sound, then repeat the command.",
    )


def is_there(path: Path) -> bool:
    """Whether something is at `path` that this process can see; False also where it may not look."""
    try:
        return path.exists()
    except OSError:
        return False


def absolute(path: Path) -> Path:
    """`path` from the root, "~" at its start being the home folder. InputError when it cannot be told."""
    try:
        whole = path.expanduser().absolute()
    except RuntimeError as error:
        raise InputError(
            f"{path} starts with the home folder of somebody this computer does not know.", hint="Write it out."
        ) from error
    except OSError as error:  # the working folder was deleted
        raise InputError(
            f"The folder you are in does not exist any more, so {path} leads nowhere.", hint="Change to another folder."
        ) from error
    try:
        str(whole).encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"The name {str(whole)!r} is not valid text and could not be written into a work.",
            hint="Rename the folder.",
        ) from error
    return whole


def probe_folder(folder: Path) -> None:
    """Make `folder` where it is missing and see that a file can be written in it. DiskError when not."""
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".miaobi-probe-{os.getpid()}"
        try:
            probe.write_bytes(b"1")
        finally:
            probe.unlink(missing_ok=True)


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
