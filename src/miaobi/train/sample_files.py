"""The files of samples, put into a folder: all of them or none, and never over others unless that was asked for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from miaobi.base.disk import absolute, disk_errors
from miaobi.errors import InputError
from miaobi.train.sample import Sample

_TAKEN_SHOWN = 3


def write_sample_files(samples: Iterable[Sample], name: str, output: Path | None, *, replace: bool) -> tuple[Path, ...]:
    """Write the files of each sample as STEM-001.png and so on, of a single sample as STEM.png; their paths.

    name    of the model, which is the stem
    output  a folder, or a path such as walk.mp4, whose stem then is the stem; None for NAME-samples in the current one
    InputError when files of that stem are there and `replace` is False. Samples without files leave nothing, not even
    the folder.
    """
    folder, stem = _place_for(name, output)
    if not replace and output is not None:  # said before anything is made
        _require_free(folder, stem)
    incoming = _Incoming(folder)
    try:
        count = 0
        for count, sample in enumerate(samples, 1):
            incoming.add(count, sample)
        if not replace and incoming.has_files:
            _require_free(folder, stem)
        return incoming.move(stem, count)
    finally:
        incoming.clear()


def as_file(sample: Sample) -> Sample:
    """A sample without files as one with a text file."""
    return sample if sample.files else Sample(sample.text, {".txt": f"{sample.text}\n".encode()})


def _place_for(name: str, output: Path | None) -> tuple[Path, str]:
    """The folder of the files, and what their names begin with."""
    if output is None:
        return absolute(Path(f"{name}-samples")), name
    whole = absolute(output)
    return (whole.parent, whole.stem) if whole.suffix and not whole.is_dir() else (whole, name)


class _Incoming:
    """A hidden folder on the same disk, made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_new = not folder.exists()
        self._place: Path | None = None
        self._files: list[tuple[int, str]] = []

    @property
    def has_files(self) -> bool:
        return bool(self._files)

    def add(self, number: int, sample: Sample) -> None:
        for suffix, data in sample.files.items():
            with disk_errors(self._folder):
                if self._place is None:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._place = Path(tempfile.mkdtemp(prefix=".miaobi-samples-", dir=self._folder))
                (self._place / f"{number}{suffix}").write_bytes(data)
            self._files.append((number, suffix))

    def move(self, stem: str, count: int) -> tuple[Path, ...]:
        """Put every file in its place."""
        paths = []
        for number, suffix in self._files:
            assert self._place is not None  # it holds the files
            path = self._folder / _name(stem, number, suffix, count)
            with disk_errors(path):
                (self._place / f"{number}{suffix}").replace(path)
            paths.append(path)
        return tuple(paths)

    def clear(self) -> None:
        """Leave nothing behind but files that are in their place."""
        if self._place is not None:
            shutil.rmtree(self._place, ignore_errors=True)
            if self._is_new and not any(self._folder.iterdir()):
                self._folder.rmdir()


def _name(stem: str, number: int, suffix: str, count: int) -> str:
    return f"{stem}{suffix}" if count == 1 else f"{stem}-{number:0{max(3, len(str(count)))}d}{suffix}"


def _require_free(folder: Path, stem: str) -> None:
    if not folder.is_dir():
        return
    with disk_errors(folder):
        taken = sorted(path.name for path in folder.iterdir() if _is_ours(path, stem))
    if taken:
        raise InputError(
            f"{folder} has samples of that name already ({', '.join(taken[:_TAKEN_SHOWN])}).",
            hint="Choose another --output, or write over them with --replace.",
        )


def _is_ours(path: Path, stem: str) -> bool:
    own, _, number = path.stem.rpartition("-")
    return path.stem == stem or (own == stem and number.isdigit())
