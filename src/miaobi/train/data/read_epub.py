"""EPUB books: the chapters in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from miaobi.train.data.archive import Archive, open_archive
from miaobi.train.data.read_html import html_blocks
from miaobi.train.data.reading import Report, UnreadableError, cut

_PAGES: Final = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml"}


def read(path: Path, report: Report) -> Iterator[str]:
    """Each chapter, cut like any long text. A chapter that cannot be read is reported and left out."""
    with open_archive(path) as archive:
        chapters = _chapters(archive)
        locked = _encrypted(archive)
        if chapters and all(name in locked for name in chapters):
            raise UnreadableError("it is copy-protected")
        read_any = False
        for name in chapters:
            try:
                blocks = html_blocks(archive.read(name))
            except UnreadableError as error:
                report(f"{name}: {error}")
                continue
            read_any = True
            yield from cut(blocks)
    if not read_any:
        raise UnreadableError("no chapter in it can be read")


def _chapters(archive: Archive) -> list[str]:
    """Names of the chapters in the archive, in reading order, without the table of contents."""
    container = archive.read_xml("META-INF/container.xml")
    place = next((root.get("full-path") for root in container.iterfind(".//{*}rootfile")), None)
    if not place:
        raise UnreadableError("its container names no book")
    book = archive.read_xml(place)
    folder = posixpath.dirname(place)
    items = {item.get("id"): item for item in book.iterfind(".//{*}manifest/{*}item")}
    spine = (items.get(ref.get("idref")) for ref in book.iterfind(".//{*}spine/{*}itemref"))
    return [_name(folder, item) for item in spine if item is not None and _is_chapter(item)]


def _is_chapter(item: Any) -> bool:
    is_contents = "nav" in (item.get("properties") or "").split()
    return bool(item.get("href")) and item.get("media-type") in _PAGES and not is_contents


def _name(folder: str, item: Any) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(item.get("href").partition("#")[0])))


def _encrypted(archive: Archive) -> set[str]:
    if "META-INF/encryption.xml" not in archive:
        return set()
    listed = archive.read_xml("META-INF/encryption.xml").iterfind(".//{*}CipherReference")
    return {unquote(reference.get("URI") or "") for reference in listed}
