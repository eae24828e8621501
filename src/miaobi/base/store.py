"""The store: blobs by digest in files, and the journal of steps and runs in SQLite.

    store/
      journal.sqlite3        steps, lineage, runs: who, what, when (write-ahead log; several processes at once)
      blobs/ab/cdef...       bytes, named by the hex of their SHA-256
      locks/abc.lock         one computation per key, across processes; the kernel drops a dead process's lock
      incoming/              half-written files; emptied of the dead when the store opens

A blob becomes visible by one rename, a step by one transaction that comes after its blobs: a process killed at any
moment leaves either the whole step or nothing of it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from miaobi.base.asset import Asset, digest_file
from miaobi.base.disk import disk_errors
from miaobi.base.journal import Journal
from miaobi.errors import CorruptBlobError, Interrupted

_INCOMING_LIFE_SECONDS = 24 * 3600


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
        self.journal = Journal(folder / "journal.sqlite3")

    # ------------------------------------------------------------ blobs

    def path_of(self, digest: str) -> Path:
        """Where the blob of that digest lies, or would."""
        hexadecimal = digest.removeprefix("sha256:")
        return self.folder / "blobs" / hexadecimal[:2] / hexadecimal[2:]

    def has(self, digest: str) -> bool:
        """Whether a blob of that digest is there (it may still turn out damaged)."""
        return self.path_of(digest).exists()

    def put(self, asset: Asset) -> Asset:
        """Keep the asset's bytes; the same asset, with its bytes in the store."""
        target = self.path_of(asset.digest)
        if not target.exists():
            with disk_errors(self.folder):
                self._write(target, asset)
        return asset.at(target)

    def fetch(self, asset: Asset) -> Asset:
        """The asset with its bytes in the store, read and compared with their digest once per process.

        CorruptBlobError when the bytes changed; FileNotFoundError when they are gone.
        """
        path = self.path_of(asset.digest)
        with self._lock:
            is_known_sound = asset.digest in self._sound
        if is_known_sound and path.exists():
            return asset.at(path)
        found = digest_file(path)
        if found != asset.digest:
            raise CorruptBlobError(
                f"The stored bytes of {asset.digest} are damaged ({path} now has {found}).",
                hint="Run `miaobi doctor --repair`: it drops damaged bytes, and the same command makes them again.",
            )
        with self._lock:
            self._sound.add(asset.digest)
        return asset.at(path)

    def damaged(self) -> Iterator[Path]:
        """Every blob whose bytes no longer match its name."""
        for path in sorted((self.folder / "blobs").glob("??/*")):
            if digest_file(path) != f"sha256:{path.parent.name}{path.name}":
                yield path

    def _write(self, target: Path, asset: Asset) -> None:
        target.parent.mkdir(exist_ok=True)
        incoming = self.folder / "incoming" / f"{os.getpid()}-{threading.get_ident()}-{target.name[:16]}"
        with incoming.open("wb") as file:
            file.write(asset.read())
            file.flush()
            os.fsync(file.fileno())
        incoming.replace(target)

    def _sweep_incoming(self) -> None:
        long_ago = time.time() - _INCOMING_LIFE_SECONDS
        for path in (self.folder / "incoming").iterdir():
            owner = path.name.partition("-")[0]
            is_abandoned = owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc").exists()
            if is_abandoned or path.stat().st_mtime < long_ago:
                path.unlink(missing_ok=True)

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
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Close the journal's connections."""
        self.journal.close()
