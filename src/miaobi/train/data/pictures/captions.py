"""Captions: from a file of JSON lines, else from a text file beside the picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from miaobi.errors import InputError
from miaobi.train.data.clean import clean
from miaobi.train.data.encoding import decode, detect_encoding
from miaobi.train.data.material import Found
from miaobi.train.data.read_jsonl import read_lines
from miaobi.train.data.reading import UnreadableError

MOST_CAPTION_CHARACTERS: Final = 2000

_MOST_LINE: Final = 1 << 16
_SHOWN: Final = 3

Note = Callable[[str, str], None]
"""Takes a file's name and what is wrong with it."""


class BesideCaptions:
    """The captions in text files with the picture's name."""

    def __init__(self) -> None:
        self._read: set[int] = set()  # hashes of paths, which take less memory

    def of(self, found: Found, note: Note) -> str:
        """The caption of a picture, "" when it has none; what is wrong with its file is noted."""
        path = found.path.with_suffix(".txt")
        if not path.is_file():
            return ""
        self._read.add(hash(path))
        name = str(PurePosixPath(found.name).with_suffix(".txt"))
        try:
            if path.stat().st_size > 4 * MOST_CAPTION_CHARACTERS:
                raise UnreadableError(f"a caption has at most {MOST_CAPTION_CHARACTERS:,} characters")
            return tidy(decode(path.read_bytes(), detect_encoding(path)))
        except (UnreadableError, ValueError) as error:
            note(name, str(error))
        except OSError as error:
            note(name, (error.strerror or type(error).__name__).lower())
        return ""

    def has_read(self, path: Path) -> bool:
        """Whether a file is one of the captions met so far."""
        return hash(path) in self._read


@dataclass
class ListedCaptions:
    """The captions of a file of JSON lines, by the names it calls the pictures. They are held in memory."""

    path: Path
    wrong_lines: int = 0
    first_wrong: str = ""
    _captions: dict[str, str] = field(default_factory=dict)
    _folder: Path = Path()

    def has_read(self, path: Path) -> bool:
        """Whether a file is the one with the captions."""
        return path == self.path

    def of(self, found: Found, note: Note) -> str:  # noqa: ARG002 - as BesideCaptions has it
        """The caption of a picture, "" when the file has none for it."""
        return next((self._captions[name] for name in self._names(found) if name in self._captions), "")

    def demand_pictures(self, pictures: Iterator[Found]) -> None:
        """InputError when the file names a picture that is not there."""
        missing = dict.fromkeys(self._captions)
        for found in pictures:
            for name in self._names(found):
                missing.pop(name, None)
        if not missing:
            return
        shown = ", ".join(list(missing)[:_SHOWN])
        more = f" and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
        raise InputError(
            f"{self.path.name} has captions for pictures that are not in the material: {shown}{more}.",
            hint="Name files as they are called from the captions file, or from the folder that was given.",
        )

    def _names(self, found: Found) -> Iterator[str]:
        """What the file may call a picture: its whole path, or the path from the captions or from the material."""
        yield found.path.as_posix()
        if found.path.is_relative_to(self._folder):
            yield found.path.relative_to(self._folder).as_posix()
        yield found.name
        yield found.name.partition("/")[2] or found.name


def read_captions(path: Path) -> ListedCaptions:
    """The captions in a file of JSON lines. InputError when it cannot be read; lines that are wrong are counted."""
    path = Path(path).expanduser().absolute()
    if not path.is_file():
        raise InputError(f"There is no captions file at {path}.", hint="Name a file with --captions.")
    captions = ListedCaptions(path, _folder=path.parent)
    try:
        for number, line in read_lines(path, _MOST_LINE):
            _take(captions, number, line)
    except UnreadableError as error:
        raise InputError(f"The captions file {path.name} cannot be read: {error}.") from error
    if not captions._captions:
        raise InputError(
            f"The captions file {path.name} has no captions ({captions.first_wrong or 'it is empty'}).",
            hint='A line of it is {"file": "a.png", "caption": "what it shows"}.',
        )
    return captions


def tidy(text: str) -> str:
    """A caption on one line. UnreadableError when it is too long."""
    caption = " ".join(clean(text).split())
    if len(caption) > MOST_CAPTION_CHARACTERS:
        raise UnreadableError(f"a caption has at most {MOST_CAPTION_CHARACTERS:,} characters")
    return caption


def _take(captions: ListedCaptions, number: int, line: str) -> None:
    try:
        file, caption = _record(line)
        if file in captions._captions:
            raise UnreadableError(f"{file} has a caption already")
        captions._captions[file] = caption
    except UnreadableError as error:
        captions.wrong_lines += 1
        captions.first_wrong = captions.first_wrong or f"line {number}: {error}"


def _record(line: str) -> tuple[str, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("it is not JSON") from error
    if not isinstance(record, dict) or not all(isinstance(record.get(key), str) for key in ("file", "caption")):
        raise UnreadableError("it has no file and caption")
    return PurePosixPath(record["file"]).as_posix(), tidy(record["caption"])
