"""Reads labels back from finished files.

One table names the reader of each format. A standard's label (GB 45438 metadata, C2PA) becomes one more reader in
the tuples of the formats it covers.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from miaobi.base.asset import Asset
from miaobi.base.value import Value
from miaobi.errors import DiskError, InputError, UnknownNameError
from miaobi.label.audio import find_rhythm
from miaobi.label.explicit import has_label_words, statement_stems
from miaobi.label.frames import SHOWN_SECONDS
from miaobi.label.image import MIN_HEIGHT_SHARE, find_image_label
from miaobi.label.midi import text_events
from miaobi.label.timed_text import first_cue_text
from miaobi.label.video import video_comment, visible_label


class LabelFinding(Value):
    """What was found when one kind of label was looked for in one file.

    label     "statement" in words, "rhythm" to hear, "comment" in a container
    where     in the file
    text      the words found, "" for none
    verified  the label is there and does what it is for
    detail    measured values, or what is missing
    """

    file: str
    label: str
    where: str
    text: str
    verified: bool
    detail: str = ""


class Found(Value):
    """As LabelFinding, before it is known of which file."""

    label: str
    where: str
    text: str = ""
    verified: bool = False
    detail: str = ""


Reader = Callable[[bytes, str | None], Found]
"""(bytes of the file, the sentence it must have or None for any of ours) -> what was found"""


def verify_file(path: Path, statement: str | None = None) -> tuple[LabelFinding, ...]:
    """Look for every kind of label that files of this type carry.

    statement  the sentence that must be in a document; None accepts any statement of ours
    UnknownNameError for a file that cannot be read, InputError for one that is not what its name says.
    """
    _readers_of(path.name)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UnknownNameError(f"There is no file {path}.", hint="Check the name.") from error
    except OSError as error:
        raise DiskError(f"{path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error
    return verify_bytes(path.name, data, statement)


def verify_bytes(name: str, data: bytes, statement: str | None = None) -> tuple[LabelFinding, ...]:
    """The same for the bytes of a file of that name."""
    return tuple(LabelFinding(file=name, **dict(reader(data, statement))) for reader in _readers_of(name))


def _readers_of(name: str) -> tuple[Reader, ...]:
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        raise UnknownNameError(
            f"Miaobi does not know labels in {suffix or 'nameless'} files.",
            hint=f"It reads {', '.join(sorted(READERS))}.",
        )
    return READERS[suffix]


def has_reader(name: str) -> bool:
    """Whether files of this name can be verified."""
    return Path(name).suffix.lower() in READERS


# ---------------------------------------------------------------- documents


def _in_text(where: str, text: str, statement: str | None) -> Found:
    """The first of the accepted sentences that stands in `text`."""
    plain = " ".join(text.split())
    for wanted in (statement,) if statement else statement_stems():
        start = plain.find(" ".join(wanted.split()))
        if start >= 0:
            sentence = re.match(r"[^。]*?(?:[.。](?=\s|$)|。)|.*", plain[start:])
            found = wanted if statement else (sentence[0] if sentence else wanted)
            return Found(label="statement", where=where, text=found, verified=True)
    return Found(label="statement", where=where, detail="no statement that AI made it")


class _VisibleText(HTMLParser):
    """Collects what a browser would show."""

    _SILENT: Final = frozenset(("head", "script", "style", "template", "noscript"))
    _VOID: Final = frozenset(
        ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    )

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        style = (values.get("style") or "").replace(" ", "").lower()
        is_hidden = tag in self._SILENT or "hidden" in values or "display:none" in style or "visibility:hidden" in style
        if tag not in self._VOID and (self._hidden or is_hidden):
            self._hidden.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing inside it."""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _visible_text(page: str) -> str:
    parser = _VisibleText()
    parser.feed(page)
    parser.close()
    return "".join(parser.words)


def _read_html(data: bytes, statement: str | None) -> Found:
    return _in_text("text of the page", _visible_text(data.decode(errors="replace")), statement)


def _read_markdown(data: bytes, statement: str | None) -> Found:
    text = re.sub(r"<!--.*?-->", "", data.decode(errors="replace"), flags=re.DOTALL)
    return _in_text("text", re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text), statement)


def _read_epub(data: bytes, statement: str | None) -> Found:
    pages = [content for name, content in _zip_entries(data) if name.endswith((".xhtml", ".html"))]
    text = "\n".join(_visible_text(page.decode(errors="replace")) for page in pages)
    return _in_text("text of the book", text, statement)


def _read_docx(data: bytes, statement: str | None) -> Found:
    body = dict(_zip_entries(data)).get("word/document.xml")
    if body is None or b"<!DOCTYPE" in body:
        raise InputError("The file is not a Word document.", hint="Make it again.")
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    paragraphs = ET.fromstring(body).iter(f"{word}p")  # noqa: S314 - no document type, so no entities to expand
    text = "\n".join("".join(run.text or "" for run in paragraph.iter(f"{word}t")) for paragraph in paragraphs)
    return _in_text("text of the document", text, statement)


def _zip_entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
    except zipfile.BadZipFile as error:
        raise InputError(f"The file is damaged: {error}.", hint="Make it again.") from error


# ---------------------------------------------------------------- pictures, sound, time


def _read_image(media_type: str) -> Reader:
    def read(data: bytes, _statement: str | None) -> Found:
        label = find_image_label(Asset.from_bytes(data, media_type))
        if label is None:
            return Found(label="statement", where="corner", detail="no note of a label in the file")
        height = f"{label.height_share:.1%} of the shortest side (at least {MIN_HEIGHT_SHARE:.0%})"
        seen = f"{height}, contrast {label.contrast:.1f}"
        is_right = label.is_visible and has_label_words(label.text)
        return Found(label="statement", where="corner", text=label.text, verified=is_right, detail=seen)

    return read


def _read_wav(data: bytes, _statement: str | None) -> Found:
    is_there = find_rhythm(Asset.from_bytes(data, "audio/wav"))
    detail = "" if is_there else "the rhythm short-long-short-short is not at the start"
    return Found(label="rhythm", where="start", text=".- .." if is_there else "", verified=is_there, detail=detail)


def _read_subtitles(data: bytes, _statement: str | None) -> Found:
    cue = first_cue_text(data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n"))
    line = cue.split("\n")[0]
    is_there = has_label_words(line)
    detail = "" if is_there else "the first cue does not say it"
    return Found(label="statement", where="first cue", text=line if is_there else "", verified=is_there, detail=detail)


def _read_midi(data: bytes, _statement: str | None) -> Found:
    text = next((event for event in text_events(data) if has_label_words(event)), "")
    detail = "" if text else "no text event says it"
    return Found(label="statement", where="text event", text=text, verified=bool(text), detail=detail)


def _read_video(data: bytes, statement: str | None) -> Found:
    comment = video_comment(data)
    is_there = comment == statement if statement else has_label_words(comment)
    detail = "" if is_there else "the comment in the container does not say it"
    return Found(label="comment", where="container", text=comment, verified=is_there, detail=detail)


def _read_frames(data: bytes, _statement: str | None) -> Found:
    label = visible_label(data)
    seen = f"contrast {label.contrast:.1f} over the first {SHOWN_SECONDS:g} seconds"
    detail = seen if label.is_visible else "the opening frames do not show it"
    text = label.text if label.is_visible else ""
    return Found(label="statement", where="opening frames", text=text, verified=label.is_visible, detail=detail)


READERS: Final[dict[str, tuple[Reader, ...]]] = {
    ".html": (_read_html,),
    ".md": (_read_markdown,),
    ".epub": (_read_epub,),
    ".docx": (_read_docx,),
    ".png": (_read_image("image/png"),),
    ".jpg": (_read_image("image/jpeg"),),
    ".jpeg": (_read_image("image/jpeg"),),
    ".webp": (_read_image("image/webp"),),
    ".wav": (_read_wav,),
    ".srt": (_read_subtitles,),
    ".vtt": (_read_subtitles,),
    ".mid": (_read_midi,),
    ".mp4": (_read_video, _read_frames),
}
