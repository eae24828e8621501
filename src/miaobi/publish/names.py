"""What the files of a work are called: readable, safe on every system, and never outside the folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from miaobi.base.piece import Piece
from miaobi.errors import InputError

MANIFEST_NAME: Final = "manifest.json"
DRAFT_NAME: Final = "draft.md"

EXTENSIONS: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/midi": ".mid",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "application/x-subrip": ".srt",
    "text/vtt": ".vtt",
    "text/x-ssa": ".ass",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/json": ".json",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}

# Kinds that are products of their own lie beside the documents, all under one stem so that players find the subtitles.
_ROOT_STEMS: Final = {"video": "video", "cut": "video", "subtitles": "video", "captions": "video", "poster": "poster"}
_WINDOWS_DEVICES: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_MAX_NAME_BYTES: Final = 255


def asset_names(piece: Piece) -> dict[str, str]:
    """The file name, relative to the work's folder, of every part that has an asset.

    `section-1.picture` is `assets/section-1.png`; where two parts would share a name, the later one uses its whole id.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for part in piece.parts:
        if part.asset is None:
            continue
        extension = EXTENSIONS.get(part.asset.media_type, ".bin")
        if part.kind in _ROOT_STEMS and "." not in part.id:
            wanted = _ROOT_STEMS[part.kind] + extension
        else:
            wanted = f"assets/{_safe_stem(part.id.rpartition('.')[0] or part.id)}{extension}"
        number = 1
        while wanted.casefold() in taken:
            suffix = f"-{number}" if number > 1 else ""
            wanted = f"assets/{_safe_stem(part.id.replace('.', '-'))}{suffix}{extension}"
            number += 1
        taken.add(wanted.casefold())
        names[part.id] = wanted
    return names


def check_names(names: Iterable[str]) -> None:
    """InputError for a relative name that is unsafe on some system, or two that are one on some file systems."""
    seen: dict[str, str] = {}
    for name in names:
        _check_name(name)
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            raise InputError(f'The files "{seen[folded]}" and "{name}" have the same name.', hint="Rename one of them.")
        seen[folded] = name


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    wrong = ""
    if not name or path.is_absolute() or name != str(path) or ".." in path.parts:
        wrong = "does not stay inside the folder of the work"
    for component in path.parts:
        if _FORBIDDEN.search(component) or component != component.rstrip(". "):
            wrong = wrong or "has characters that not every system allows"
        elif component.partition(".")[0].lower() in _WINDOWS_DEVICES:
            wrong = wrong or "is a device name on Windows"
        elif len(component.encode()) > _MAX_NAME_BYTES:
            wrong = wrong or f"is longer than {_MAX_NAME_BYTES} bytes"
    if wrong:
        raise InputError(f"The file name {name!r} {wrong}.", hint="Give the part or the file another name.")


def _safe_stem(part_id: str) -> str:
    stem = unicodedata.normalize("NFC", _FORBIDDEN.sub("-", part_id)).strip(". ") or "part"
    if stem.partition(".")[0].lower() in _WINDOWS_DEVICES:
        stem = f"part-{stem}"
    return stem.encode()[:180].decode(errors="ignore")
