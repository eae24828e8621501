"""The files a person named: folders are searched, everything else is taken as it is."""

from __future__ import annotations

import importlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from miaobi.errors import InputError
from miaobi.train.data.reading import Reader

_READERS: Final = {
    ".txt": "read_text",
    ".md": "read_markdown",
    ".markdown": "read_markdown",
    ".html": "read_html",
    ".htm": "read_html",
    ".xhtml": "read_html",
    ".jsonl": "read_jsonl",
    ".epub": "read_epub",
    ".docx": "read_docx",
}
SUFFIXES: Final = frozenset(_READERS)
KINDS: Final = ".txt, .md, .html, .jsonl, .epub and .docx"


@dataclass(frozen=True)
class Found:
    """A file of the material. `source` is the number of the argument it came with, `name` its name in the card."""

    path: Path
    name: str
    source: int
    size_bytes: int

    @property
    def is_readable(self) -> bool:
        """Whether there is a reader for this kind of file."""
        return self.path.suffix.lower() in _READERS

    @property
    def reader(self) -> Reader:
        """The reader for this kind of file."""
        module = importlib.import_module(f"miaobi.train.data.{_READERS[self.path.suffix.lower()]}")
        read: Reader = module.read
        return read


def check_places(places: Iterable[Path]) -> tuple[Path, ...]:
    """The places, absolute, each one once and none inside another. InputError for what is not there."""
    whole = tuple(dict.fromkeys(Path(os.path.abspath(place.expanduser())) for place in places))  # noqa: PTH100 - keeps symlinks
    for place in whole:
        if not place.exists():
            raise InputError(f"There is nothing at {place}.", hint="Name files or folders that exist.")
        if not place.is_file() and not place.is_dir():
            raise InputError(f"{place} is neither a file nor a folder.", hint="Name files or folders.")
    outer = tuple(place for place in whole if not any(other in place.parents for other in whole))
    if not outer:
        raise InputError("No material was named.", hint="Name files or folders.")
    return outer


def check_material(places: Iterable[Path], suffixes: Collection[str], noun: str) -> tuple[Path, ...]:
    """The places as above; a file that was named has to have one of the suffixes, and `noun` says of what they are."""
    whole = check_places(places)
    for place in whole:
        if place.is_file() and place.suffix.lower() not in suffixes:
            raise InputError(
                f"{place.name} cannot be read as {noun}.", hint=f"Files may be {', '.join(sorted(suffixes))}."
            )
    return whole


def find_files(places: tuple[Path, ...]) -> Iterator[Found]:
    """The files, in the same order every time. Hidden files and symbolic links inside folders are passed over."""
    for number, place in enumerate(places):
        if place.is_file():
            yield Found(place, place.name, number, place.stat().st_size)
            continue
        for folder, inner, names in os.walk(place):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                if name.startswith(".") or path.is_symlink() or not path.is_file():
                    continue
                yield Found(path, _name(place, path), number, _size(path))


def _name(place: Path, path: Path) -> str:
    # names that are no Unicode (Linux allows them) still have to go into a card
    name = (Path(place.name) / path.relative_to(place)).as_posix()
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it went away meanwhile; the reader will say so
        return 0
