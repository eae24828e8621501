"""The store: blobs by digest in files, and the journal of steps and runs in SQLite.

    store/
      journal.sqlite3        steps, lineage, runs: who, what, when (write-ahead log; several processes at once)
      blobs/ab/cdef...       bytes, named by the hex of their SHA-256
      locks/abc.lock         one computation per key, across processes; the kernel drops a dead process's lock
      incoming/              half-written files; old ones go when the store opens

A blob becomes visible by one rename, a step by one transaction that comes after its blobs: a process killed at any
moment leaves either the whole step or nothing of it.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from miaobi.base.asset import Asset, digest_file
from miaobi.base.disk import disk_errors, explain_refusal
from miaobi.base.journal import Journal
from miaobi.errors import CorruptBlobError, Interrupted

_INCOMING_LIFE_SECONDS = 3600
"""Writing one blob takes seconds; a file this old has no writer any more, wherever that writer ran."""
_BLOB_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


class Store:
    """Content-addressed blobs plus the journal, below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sound: set[str] = set()
        self._lock = threading.Lock()
        with disk_errors(folder):
            for name in ("blobs", "locks", "incoming"):
                (folder / name).mkdir(parents=True, exist_ok=True)
            self._sweep_incoming()
            has_blobs = next(self._blobs(), None) is not None
        self.journal = Journal(folder / "journal.sqlite3", has_blobs=has_blobs)

    # ------------------------------------------------------------ blobs

    def path_of(self, digest: str) -> Path:
        """Where the blob of that digest lies, or would."""
        hexadecimal = digest.removeprefix("sha256:")
        return self.folder / "blobs" / hexadecimal[:2] / hexadecimal[2:]

    def has(self, digest: str) -> bool:
        """Whether a blob of that digest is there (it may still turn out damaged)."""
        return self.path_of(digest).exists()

    def put(self, asset: Asset) -> Asset:
        """Keep the asset's bytes; the same asset, with its bytes in the store. Damaged bytes there are replaced."""
        target = self.path_of(asset.digest)
        with disk_errors(self.folder):
            if not self._is_sound(asset.digest):
                self._write(target, asset)
                self._note_sound(asset.digest)
        return asset.at(target)

    def fetch(self, asset: Asset) -> Asset:
        """The asset with its bytes in the store, read and compared with their digest once per process.

        CorruptBlobError when the bytes changed; DiskError when they cannot be read; FileNotFoundError when they are
        gone.
        """
        path = self.path_of(asset.digest)
        if self._is_known_sound(asset.digest):
            return asset.at(path)
        try:
            found = digest_file(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise explain_refusal(error, path) from error
        if found != asset.digest:
            raise CorruptBlobError(
                f"The stored bytes of {asset.digest} are damaged ({path} now has {found}).",
                hint="Run `miaobi doctor --repair`: it drops damaged bytes, and the same command makes them again.",
            )
        self._note_sound(asset.digest)
        return asset.at(path)

    def damaged(self) -> Iterator[Path]:
        """Every blob whose bytes no longer match its name, or cannot be read."""
        for path in sorted(self._blobs()):
            try:
                is_damaged = digest_file(path) != f"sha256:{path.parent.name}{path.name}"
            except FileNotFoundError:
                continue
            except OSError:
                is_damaged = True
            if is_damaged:
                yield path

    def drop(self, path: Path) -> int:
        """Drop a damaged blob and forget the steps that made it; how many will be made again."""
        forgotten = self.journal.forget_makers_of(f"sha256:{path.parent.name}{path.name}")
        with disk_errors(self.folder):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        return forgotten

    def _blobs(self) -> Iterator[Path]:
        """What has a blob's name; files that a file manager left between them are none."""
        for path in (self.folder / "blobs").glob("??/*"):
            if _BLOB_NAME.fullmatch(f"{path.parent.name}/{path.name}"):
                yield path

    def _is_sound(self, digest: str) -> bool:
        """Whether the blob is there and its bytes are right; reads them the first time this process asks."""
        if self._is_known_sound(digest):
            return True
        try:
            return digest_file(self.path_of(digest)) == digest
        except FileNotFoundError:
            return False

    def _is_known_sound(self, digest: str) -> bool:
        with self._lock:
            return digest in self._sound and self.path_of(digest).exists()

    def _note_sound(self, digest: str) -> None:
        with self._lock:
            self._sound.add(digest)

    def _write(self, target: Path, asset: Asset) -> None:
        target.parent.mkdir(exist_ok=True)
        incoming = self.folder / "incoming" / f"{os.getpid()}-{threading.get_ident()}-{target.name[:16]}"
        with incoming.open("wb") as file:
            file.write(asset.read())
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(target)

    def _sweep_incoming(self) -> None:
        """By age alone: the number of a process says nothing about one in another container on the same home."""
        long_ago = time.time() - _INCOMING_LIFE_SECONDS
        for path in (self.folder / "incoming").iterdir():
            with suppress(FileNotFoundError):  # another process sweeps, or its writer has just finished
                if path.is_file() and path.stat().st_mtime < long_ago:
                    path.unlink()

    # ------------------------------------------------------------ one computation per key

    @contextmanager
    def computing(self, key: str, stopped: threading.Event) -> Iterator[None]:
        """Hold the right to compute `key` among all processes. Interrupted when `stopped` is set while waiting.

        Locks are striped over 4,096 files so that the folder stays small; two keys that share one only wait for
        each other.
        """
        lock = FileLock(self.folder / "locks" / f"{key[:3]}.lock", thread_local=False)
        while True:
            if stopped.is_set():
                raise Interrupted("Stopped while waiting for another process.", hint="The same command goes on.")
            try:
                lock.acquire(timeout=0.5, poll_interval=0.02)
                break
            except Timeout:
                continue
            except OSError as error:
                raise explain_refusal(error, self.folder / "locks") from error
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Close the journal's connections."""
        self.journal.close()
