"""Zip files that strangers made: members are read with limits and never unpacked to disk."""

from __future__ import annotations

import errno
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from miaobi.train.data.reading import MOST_FILE_BYTES, UnreadableError

_MOST_MEMBERS: Final = 10_000
_MOST_TOTAL_BYTES: Final = 16 * MOST_FILE_BYTES
_MOST_RATIO: Final = 200
_RATIO_FROM_BYTES: Final = 1 << 20


class Archive:
    """An open zip file. Every fault in it becomes UnreadableError."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._read_bytes = 0
        if len(file.infolist()) > _MOST_MEMBERS:
            raise UnreadableError(f"it has more than {_MOST_MEMBERS} members")

    def __contains__(self, name: str) -> bool:
        return name in self._file.NameToInfo

    def read(self, name: str) -> bytes:
        """The bytes of a member, if it is no larger than a text can be."""
        try:
            info = self._file.getinfo(name)
        except KeyError:
            raise UnreadableError(f"{name} is missing in it") from None
        if info.flag_bits & 1:
            raise UnreadableError("it is encrypted")
        most = min(MOST_FILE_BYTES, _MOST_TOTAL_BYTES - self._read_bytes)
        too_dense = info.file_size > _RATIO_FROM_BYTES and info.file_size > _MOST_RATIO * max(1, info.compress_size)
        if info.file_size > most or too_dense:
            raise UnreadableError(f"{name} unpacks to {info.file_size >> 20} MB, which no text does")
        with _zip_faults(), self._file.open(info) as member:
            data = member.read(most + 1)
        if len(data) > most:  # the directory told a smaller size than the data has
            raise UnreadableError(f"{name} unpacks to more than it says")
        self._read_bytes += len(data)
        return data

    def read_xml(self, name: str) -> Any:
        """The root element of a member. Entities and references to other files are not followed."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(self.read(name), parser)
        except etree.LxmlError as error:
            raise UnreadableError(f"{name} in it is not XML ({error})") from error


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The zip file at `path`."""
    with _zip_faults():
        file = zipfile.ZipFile(path)
    with file:
        yield Archive(file)


@contextmanager
def _zip_faults() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableError(f"it is damaged ({error})" if str(error) else "it is damaged") from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise UnreadableError("it is damaged (a place in it lies before its beginning)") from error
