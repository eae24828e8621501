"""The journal: which steps were made from what, in which runs, when. SQLite in write-ahead mode."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from miaobi.errors import DiskError, MiaobiError, StoreError, StoreVersionError

SCHEMA_VERSION = 1
_PATIENCE_SECONDS = 30.0
"""For another process that holds the file."""
_NEW_JOURNAL = "Move that file away; the next run starts a new journal and finished works stay as they are."

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS steps (
    key TEXT PRIMARY KEY, step TEXT NOT NULL, version INTEGER NOT NULL, result TEXT NOT NULL,
    seconds REAL NOT NULL, made_at TEXT NOT NULL, run INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS step_inputs (key TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (key, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS step_blobs (key TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (key, digest)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blobs_by_digest ON step_blobs (digest);
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, recipe TEXT NOT NULL, work TEXT NOT NULL, brief TEXT NOT NULL, person TEXT NOT NULL,
    started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT);
CREATE TABLE IF NOT EXISTS run_steps (run INTEGER NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class StepRow:
    """A finished step as the journal keeps it. `result` is its JSON, `inputs` the digest of each argument."""

    key: str
    step: str
    version: int
    result: str
    seconds: float
    inputs: dict[str, str]
    blobs: tuple[str, ...]


class Journal:
    """One SQLite file, one connection per thread. Raises StoreError, StoreVersionError, DiskError.

    has_blobs  the store holds results, so a journal that is there and empty has lost what it knew
    """

    def __init__(self, path: Path, *, has_blobs: bool = False) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        was_there = path.is_file()
        try:
            with self._transaction() as db:
                if was_there and has_blobs:
                    self._check_not_emptied(db)
                self._check_version(db)
        except BaseException:
            self.close()
            raise

    # ------------------------------------------------------------ steps

    def find(self, key: str) -> str | None:
        """The JSON result of a finished step, or None."""
        with self._reading() as db:
            row = db.execute("SELECT result FROM steps WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def record(self, row: StepRow, run: int) -> None:
        """Keep a finished step. A step that is there already stays as it is."""
        with self._transaction() as db:
            made = db.execute(
                "INSERT OR IGNORE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)",
                (row.key, row.step, row.version, row.result, row.seconds, _now(), run),
            )
            if made.rowcount:
                db.executemany(
                    "INSERT OR IGNORE INTO step_inputs VALUES (?, ?, ?)",
                    [(row.key, name, digest) for name, digest in row.inputs.items()],
                )
                db.executemany("INSERT OR IGNORE INTO step_blobs VALUES (?, ?)", [(row.key, d) for d in row.blobs])
            db.execute("INSERT OR IGNORE INTO run_steps VALUES (?, ?, 'made', ?)", (run, row.key, _now()))

    def note_use(self, run: int, key: str) -> None:
        """Keep that a run took a step from the cache."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO run_steps VALUES (?, ?, 'cached', ?)", (run, key, _now()))

    def forget_makers_of(self, digest: str) -> int:
        """Forget every step whose result holds that blob, so that it is made again; how many there were."""
        with self._transaction() as db:
            keys = [row[0] for row in db.execute("SELECT key FROM step_blobs WHERE digest = ?", (digest,))]
            for table in ("steps", "step_inputs", "step_blobs"):
                db.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in keys])  # noqa: S608 - our names
        return len(keys)

    def forget(self, key: str) -> None:
        """Forget one step."""
        with self._transaction() as db:
            for table in ("steps", "step_inputs", "step_blobs"):
                db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 - our names

    def count_steps(self) -> int:
        """How many finished steps are kept."""
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM steps").fetchone()[0])

    def executions(self) -> list[tuple[str, str, int]]:
        """(key, step, run that made it) of every kept step, oldest first."""
        with self._reading() as db:
            return [
                (str(k), str(s), int(r)) for k, s, r in db.execute("SELECT key, step, run FROM steps ORDER BY made_at")
            ]

    # ------------------------------------------------------------ runs

    def begin_run(self, recipe: str, work: str, brief: str, person: str) -> int:
        """A new run's number."""
        with self._transaction() as db:
            row = db.execute(
                "INSERT INTO runs (recipe, work, brief, person, started_at) VALUES (?, ?, ?, ?, ?)",
                (recipe, work, brief, person, _now()),
            )
            return int(row.lastrowid or 0)

    def end_run(self, run: int, outcome: str) -> None:
        """How a run ended: done, failed or interrupted. A killed run keeps no outcome."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET ended_at = ?, outcome = ? WHERE id = ?", (_now(), outcome, run))

    # ------------------------------------------------------------ SQLite

    def check(self) -> str:
        """SQLite's own integrity check: "ok", or what it found."""
        with self._reading() as db:
            return str(db.execute("PRAGMA integrity_check").fetchone()[0])

    def close(self) -> None:
        """Close every connection. The journal is not used afterwards."""
        with self._lock:
            self._closed = True
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._lock:
                if self._closed:
                    raise StoreError("The store was closed while a step was still using it.")
                connection = sqlite3.connect(
                    self.path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
                )
                self._connections.append(connection)
            _use_write_ahead_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
        return connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.DatabaseError as error:
            raise _translated(error, self.path) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def _check_not_emptied(self, db: sqlite3.Connection) -> None:
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            raise StoreError(f"The journal {self.path} is empty, although the store has results.", hint=_NEW_JOURNAL)

    def _check_version(self, db: sqlite3.Connection) -> None:
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute("INSERT OR IGNORE INTO meta VALUES ('version', ?)", (str(SCHEMA_VERSION),))
        said = str(db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()[0])
        if not said.isdecimal():
            raise StoreError(f"The journal {self.path} has the format {said!r}, which is no number.", hint=_NEW_JOURNAL)
        found = int(said)
        if found > SCHEMA_VERSION:
            raise StoreVersionError(
                f"The store at {self.path.parent} was written by a newer Miaobi (its format is {found}, "
                f"this one knows {SCHEMA_VERSION}).",
                hint="Update Miaobi, or point MIAOBI_HOME at another folder.",
            )


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead mode. SQLite does not wait its timeout for that, so we do."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _translated(error: sqlite3.DatabaseError, path: Path) -> MiaobiError:
    text = str(error)
    if "full" in text:
        return DiskError(f"The disk that holds {path} is full.", hint="Free some space and repeat the command.")
    if "readonly" in text or "unable to open" in text:
        return DiskError(f"{path} cannot be written ({text}).", hint="Set MIAOBI_HOME to a folder you may write to.")
    if "locked" in text:
        return StoreError(f"Another process has kept {path} locked for 30 seconds.", hint="Wait for it, then repeat.")
    if "I/O error" in text:
        return DiskError(
            f"The disk that holds {path} reports a fault ({text}).",
            hint="See that it is sound and has room, then repeat the command: what is finished is kept.",
        )
    return StoreError(f"The journal {path} cannot be read ({text}).", hint=_NEW_JOURNAL)
