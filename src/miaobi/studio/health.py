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

from miaobi.base.disk import absolute, disk_errors, is_there
from miaobi.base.packages import DISTRIBUTIONS, missing_imports
from miaobi.base.store import Store
from miaobi.create.registry import describe_engine
from miaobi.errors import MiaobiError
from miaobi.settings import DEFAULT_ENGINES, Settings, place_to_change
from miaobi.train.torch_needed import missing_for_lab

_LOW_DISK_BYTES = 2_000_000_000
_MAIN_LIBRARIES = ("pydantic", "xllamacpp", "onnxruntime", "skia", "av", "pypandoc", "symusic")


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report. `is_needed`: the default recipes do not work without it."""

    subject: str
    is_well: bool
    said: str
    is_needed: bool = True


def examine(settings: Settings, *, repair: bool) -> tuple[Finding, ...]:
    """Machine, libraries, default engines, folders and the store's soundness; damaged bytes dropped on `repair`."""
    parts = (_machine(), _libraries(), _lab(), _engines(settings), _folders(settings), _store(settings, repair))
    return tuple(finding for part in parts for finding in part)


def _machine() -> Iterator[Finding]:
    yield Finding("Python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield Finding("processors", True, str(os.cpu_count()))


def _libraries() -> Iterator[Finding]:
    """The main ones with their versions, and every one that cannot be imported, however pip sees it."""
    missing = missing_imports()
    for name in _MAIN_LIBRARIES:
        if name not in missing:
            yield Finding(DISTRIBUTIONS[name], True, _version(DISTRIBUTIONS[name]))
    for name in missing:
        wanted = DISTRIBUTIONS[name]
        yield Finding(wanted, False, f"cannot be imported. Run: {sys.executable} -m pip install {wanted}")


def _lab() -> Iterator[Finding]:
    missing = missing_for_lab()
    said = f"not installed; {missing}" if missing else f"PyTorch {_version('torch')}"
    yield Finding("lab", True, said, is_needed=False)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:  # put there by other means than pip
        return "is there"


def _engines(settings: Settings) -> Iterator[Finding]:
    chosen = {**DEFAULT_ENGINES, **settings.engines}
    for use, engine_id in sorted(chosen.items()):
        try:
            card = describe_engine(engine_id, settings.home)
        except MiaobiError as error:
            yield Finding(f"{use}: {engine_id}", False, str(error))
            continue
        if card.modality != use.partition(".")[0]:
            yield Finding(f"{use}: {engine_id}", False, f"is an engine for {card.modality}, not for {use}.")
            continue
        yield Finding(f"{use}: {engine_id}", card.missing is None, card.missing or card.summary)


def _folders(settings: Settings) -> Iterator[Finding]:
    for name, field, folder in (("home", "home", settings.home), ("works", "output", settings.output)):
        try:
            yield _folder(name, absolute(folder), place_to_change(settings, field))
        except MiaobiError as error:
            yield Finding(name, False, str(error))


def _folder(name: str, folder: Path, place: str) -> Finding:
    with disk_errors(folder):
        there = _nearest(folder)
        can_write = os.access(there, os.W_OK) and there.is_dir()
        free = shutil.disk_usage(there).free
    if not can_write:
        return Finding(name, False, f"{folder} cannot be written; choose another with {place}.")
    if free < _LOW_DISK_BYTES:
        return Finding(name, False, f"{folder} has only {free / 1e9:.1f} GB free.", is_needed=False)
    return Finding(name, True, f"{folder}, {free / 1e9:.0f} GB free")


def _store(settings: Settings, repair: bool) -> Iterator[Finding]:
    if not is_there(settings.store_folder):
        yield Finding("store", True, "empty")
        return
    try:
        store = Store(settings.store_folder)
    except MiaobiError as error:
        yield Finding("store", False, str(error))
        return
    try:
        said = store.journal.check()
        yield Finding("journal", said == "ok", f"{store.journal.count_steps()} steps, SQLite says {said}")
        damaged = list(store.damaged())
        if repair:
            yield _repaired(store, damaged)
        elif damaged:
            yield Finding("store", False, f"{len(damaged)} damaged blobs. Run: miaobi doctor --repair")
        else:
            yield Finding("store", True, f"{settings.store_folder}, every blob matches its digest")
    except MiaobiError as error:  # a journal whose damage shows only when it is read
        yield Finding("store", False, str(error))
    finally:
        store.close()


def _repaired(store: Store, damaged: list[Path]) -> Finding:
    forgotten = sum(store.drop(path) for path in damaged)
    said = (
        f"dropped {len(damaged)} damaged blobs; {forgotten} steps will be made again" if damaged else "nothing to mend"
    )
    return Finding("store", True, said)


def _nearest(folder: Path) -> Path:
    while not is_there(folder) and folder != folder.parent:
        folder = folder.parent
    return folder
