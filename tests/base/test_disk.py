from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from miaobi.base.disk import absolute, disk_errors, is_there, probe_folder
from miaobi.errors import DiskError, InputError


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EFBIG, "is full"),
        (errno.EROFS, "cannot be read or written"),
        (errno.ENOTDIR, "where a folder is needed"),
        (errno.EISDIR, "where a file is needed"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "cannot be used"),
        (errno.ELOOP, "cannot be used"),
    ],
)
def test_every_refusal_of_the_system_is_an_error_of_ours(number: int, said: str) -> None:
    with pytest.raises(DiskError, match=said), disk_errors(Path("place")):
        raise OSError(number, os.strerror(number))


def test_a_folder_that_cannot_hold_files_is_found_before_any_work(tmp_path: Path) -> None:
    probe_folder(tmp_path / "new" / "works")
    assert list((tmp_path / "new" / "works").iterdir()) == []
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("x" * 300)):
        with pytest.raises(DiskError):
            probe_folder(place)


def test_names_that_lead_nowhere_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_there(tmp_path / ("x" * 300))
    with pytest.raises(InputError, match="does not know"):
        absolute(Path("~nosuchperson/x"))
    with pytest.raises(InputError, match="not valid text"):
        absolute(Path(os.fsdecode(b"/tmp/\xff")))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(InputError, match="does not exist any more"):
        absolute(Path("works"))
    monkeypatch.chdir(tmp_path)
