"""Collecting a data set: built in a hidden folder beside its place, and put there whole or not at all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from miaobi.base.disk import disk_errors
from miaobi.base.progress import listening
from miaobi.base.run import Listener, StepEvent
from miaobi.brief.language import detect_language
from miaobi.errors import InputError, Interrupted
from miaobi.publish.swap import clear_leftovers, put_in_place, staging_folder
from miaobi.settings import Settings
from miaobi.train.catalog import DataKind
from miaobi.train.data.kinds import Kind, find_kind, parse_wish, tell_kind
from miaobi.train.data.order import Order
from miaobi.train.data.wish import DataWish

_DATA: Final = Path("lab", "data")


@dataclass(frozen=True)
class DataSet:
    """A data set on disk. The card is that of its kind: see the `card.py` of each."""

    folder: Path
    kind: DataKind
    card: Any


def data_folder(settings: Settings, name: str) -> Path:
    """Where the data set of that name lies or would lie."""
    return settings.home / _DATA / name


def collect_data(
    settings: Settings,
    listener: Listener | None,
    material: Sequence[Path],
    kind_name: str | None,
    options: Mapping[str, Any],
    *,
    replace: bool,
) -> DataSet:
    """See Studio.collect."""
    kind = find_kind(kind_name) if kind_name else tell_kind(material)
    wish = parse_wish(kind, options)
    folder = data_folder(settings, wish.name)
    day = settings.day.isoformat()
    _demand_free(folder, replace=replace)
    with disk_errors(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f".{wish.name}.lock", timeout=0)
        try:
            with lock:
                clear_leftovers(folder)
                _demand_free(folder, replace=replace)
                return DataSet(folder, kind.name, _build(folder, listener, kind, wish, tuple(material), day))
        except Timeout:
            raise InputError(
                f"Another process is making the data set {wish.name!r}.", hint="Wait for it, or choose another --name."
            ) from None


def _build(
    folder: Path, listener: Listener | None, kind: Kind, wish: DataWish, material: tuple[Path, ...], day: str
) -> Any:
    stage = staging_folder(folder)
    try:
        stage.mkdir()
        collection = kind.collect(wish, Order(material, stage, day, detect_language))
        for label, work in collection.steps:
            _heard(listener, label, work)
        old = put_in_place(stage, folder)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
        return collection.card
    except KeyboardInterrupt:
        raise Interrupted(
            "Stopped.", hint=f"Nothing was written; the same command starts again. {folder} is as it was."
        ) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _heard(listener: Listener | None, label: str, work: Callable[[], None]) -> None:
    """Do a piece of work and let the listener hear of it as of a step."""
    if listener is None:
        work()
        return
    started = time.monotonic()

    def tell(kind: str, done: float = 0.0, total: float = 0.0, unit: str = "") -> None:
        seconds = time.monotonic() - started
        listener(StepEvent(kind, "collect_data", label, label, done, total, unit, seconds))  # type: ignore[arg-type]

    tell("started")
    try:
        with listening(lambda done, total, unit: tell("progress", done, total, unit)):
            work()
    except BaseException:
        tell("failed")
        raise
    tell("made")


def _demand_free(folder: Path, *, replace: bool) -> None:
    if folder.exists() and not replace:
        raise InputError(
            f"There is a data set named {folder.name!r} already.", hint="Choose another --name, or add --replace."
        )
