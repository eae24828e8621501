from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from miaobi.base.asset import Asset
from miaobi.base.journal import _translated
from miaobi.base.store import Store
from miaobi.errors import DiskError, StoreError

PAGE = Asset.from_bytes(b"a page", "text/plain")


def test_putting_bytes_again_heals_a_damaged_blob(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.put(PAGE)
    first.close()
    first.path_of(PAGE.digest).write_bytes(b"rotten")
    again = Store(tmp_path)
    assert again.put(PAGE).read() == b"a page"
    assert again.fetch(PAGE).read() == b"a page"
    again.close()


def test_a_folder_in_a_blobs_place_is_said_and_repaired(store: Store) -> None:
    store.path_of(PAGE.digest).mkdir(parents=True)
    with pytest.raises(DiskError, match="where a file is needed"):
        store.put(PAGE)
    with pytest.raises(DiskError, match="where a file is needed"):
        store.fetch(PAGE)
    (damaged,) = store.damaged()
    store.drop(damaged)
    assert store.put(PAGE).read() == b"a page"


def test_what_a_file_manager_leaves_between_blobs_is_no_damage(store: Store) -> None:
    kept = store.put(PAGE)
    (store.path_of(kept.digest).parent / ".DS_Store").write_text("hi")
    (store.folder / "blobs" / "README").write_text("hi")
    assert list(store.damaged()) == []


def test_only_old_files_are_swept_whoever_their_name_says_wrote_them(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    (incoming / "folder").mkdir(parents=True)
    young, old = incoming / "999999999-1-of-another-container", incoming / f"{os.getpid()}-1-old"
    young.write_text("being written")
    old.write_text("left behind")
    long_ago = time.time() - 2 * 3600
    os.utime(old, (long_ago, long_ago))
    os.utime(incoming / "folder", (long_ago, long_ago))
    Store(tmp_path).close()
    assert sorted(path.name for path in incoming.iterdir()) == [young.name, "folder"]


def test_a_file_that_vanishes_during_the_sweep_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [tmp_path / "incoming" / "1-renamed-by-its-writer-since"]
    monkeypatch.setattr(Path, "iterdir", lambda folder: iter(listed))
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    Store(tmp_path).close()


def test_processes_that_open_a_new_store_at_once_wait_for_each_other(tmp_path: Path) -> None:
    code = """if True:
        import sys, time
        from pathlib import Path
        from miaobi.base.store import Store
        for number in range(12):
            while time.time() < float(sys.argv[1]) + number * 0.15:
                pass
            Store(Path(sys.argv[2]) / str(number)).close()
    """
    start = str(time.time() + 1.5)
    openers = [
        subprocess.Popen([sys.executable, "-c", code, start, str(tmp_path)], stderr=subprocess.PIPE) for _ in range(4)
    ]
    assert [opener.communicate(timeout=60)[1] for opener in openers] == [b""] * 4


def test_an_emptied_journal_is_said_as_often_as_one_asks(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.put(PAGE)
    first.close()
    for leftover in tmp_path.glob("journal.sqlite3*"):
        leftover.unlink()
    (tmp_path / "journal.sqlite3").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(StoreError, match=r"is empty.*Move that file away"):
            Store(tmp_path)
    (tmp_path / "journal.sqlite3").unlink()
    Store(tmp_path).close()


def test_a_format_that_is_no_number_is_said(store: Store) -> None:
    with store.journal._transaction() as db:
        db.execute("UPDATE meta SET value = 'abc' WHERE name = 'version'")
    with pytest.raises(StoreError, match="'abc', which is no number"):
        Store(store.folder)


def test_a_faulty_disk_is_not_blamed_on_the_journal() -> None:
    error = _translated(sqlite3.OperationalError("disk I/O error"), Path("journal.sqlite3"))
    assert isinstance(error, DiskError)
    assert "away" not in str(error)
