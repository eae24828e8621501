"""`doctor`: what is installed and sound, what is missing and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from miaobi.base.store import Store
from miaobi.create.registry import describe_engine
from miaobi.errors import MiaobiError
from miaobi.settings import DEFAULT_ENGINES, Settings

_LOW_DISK_BYTES = 2_000_000_000
_LIBRARIES = ("pydantic", "xllamacpp", "onnxruntime", "skia-python", "av", "pypandoc-binary", "symusic")


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report. `is_needed`: the default recipes do not work without it."""

    subject: str
    is_well: bool
    said: str
    is_needed: bool = True


def examine(settings: Settings, *, repair: bool) -> tuple[Finding, ...]:
    """Machine, libraries, default engines, folders and the store's soundness; damaged bytes dropped on `repair`."""
    return (*_machine(), *_libraries(), *_engines(settings), *_folders(settings), *_store(settings, repair))


def _machine() -> Iterator[Finding]:
    yield Finding("Python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield Finding("processors", True, str(os.cpu_count()))


def _libraries() -> Iterator[Finding]:
    for name in _LIBRARIES:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, f"is missing. Run: {sys.executable} -m pip install {name}")


def _engines(settings: Settings) -> Iterator[Finding]:
    chosen = {**DEFAULT_ENGINES, **settings.engines}
    for use, engine_id in sorted(chosen.items()):
        try:
            card = describe_engine(engine_id, settings.home)
        except MiaobiError as error:
            yield Finding(f"{use}: {engine_id}", False, str(error))
            continue
        yield Finding(f"{use}: {engine_id}", card.missing is None, card.missing or card.summary)


def _folders(settings: Settings) -> Iterator[Finding]:
    folders = (("home", "MIAOBI_HOME", settings.home), ("works", "MIAOBI_OUTPUT", settings.output.absolute()))
    for name, variable, folder in folders:
        there = _nearest(folder)
        can_write = os.access(there, os.W_OK) and there.is_dir()
        free = shutil.disk_usage(there).free
        if not can_write:
            yield Finding(name, False, f"{folder} cannot be written; choose another with {variable}.")
        elif free < _LOW_DISK_BYTES:
            yield Finding(name, False, f"{folder} has only {free / 1e9:.1f} GB free.", is_needed=False)
        else:
            yield Finding(name, True, f"{folder}, {free / 1e9:.0f} GB free")


def _store(settings: Settings, repair: bool) -> Iterator[Finding]:
    if not settings.store_folder.exists():
        yield Finding("store", True, "empty")
        return
    try:
        store = Store(settings.store_folder)
    except MiaobiError as error:
        yield Finding("store", False, str(error))
        return
    said = store.journal.check()
    yield Finding("journal", said == "ok", f"{store.journal.count_steps()} steps, SQLite says {said}")
    damaged = list(store.damaged())
    if repair:
        yield _repaired(store, damaged)
    elif damaged:
        yield Finding("store", False, f"{len(damaged)} damaged blobs. Run: miaobi doctor --repair")
    else:
        yield Finding("store", True, f"{settings.store_folder}, every blob matches its digest")
    store.close()


def _repaired(store: Store, damaged: list[Path]) -> Finding:
    forgotten = 0
    for path in damaged:
        forgotten += store.journal.forget_makers_of(f"sha256:{path.parent.name}{path.name}")
        path.unlink(missing_ok=True)
    said = (
        f"dropped {len(damaged)} damaged blobs; {forgotten} steps will be made again" if damaged else "nothing to mend"
    )
    return Finding("store", True, said)


def _nearest(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
