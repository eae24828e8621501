"""`draft.md`: the texts of a piece, for a person to edit in any editor, and how edits are read back.

Each editable part follows a marker line:

    <!-- miaobi: section-1.text | text; a blank line starts a new paragraph -->

What follows up to the next marker is the part's text; the words after "|" only explain. Titles and headings carry
Markdown's "#", which is not part of the text. Reading is lenient about what editors change (line ends, byte order
mark, trailing spaces, blank lines, a dash or colon "improved" by an input method) and strict about what would lose
or misplace a person's words.

`parse_draft(render_draft(piece), ids)` gives every text back unchanged, newlines normalised. What an editor could
destroy on the way is therefore written as a numeric character reference (spaces at the ends of lines, further blank
lines, control characters, line breaks in a title or heading), and a line of text that looks like a marker gets a
backslash.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from miaobi.base.piece import Part, Piece
from miaobi.errors import DiskError, DraftError
from miaobi.publish.words import words

_DASH = r"(?:-{2,3}|[\u2013\u2014]+)"  # some editors turn "--" into a dash
_MARKER = re.compile(rf"\s*<!\s*{_DASH}\s*miaobi\s*[:：]\s*([^\s|]+?)\s*(?:\|[^>]*?)?{_DASH}>(.*)", re.IGNORECASE)
_LIKE_MARKER = re.compile(
    r"\s*(?:(?:<|&lt;|!\s*-)[\s!\u2013\u2014-]*miaobi\b.*|miaobi\s*[:：].*[-\u2013\u2014]\s*>.*)", re.IGNORECASE
)
_HEADING = re.compile(r"#{1,6}(?:[ \t]+|$)")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9A-Fa-f]{1,6}));")
# Line separators other than "\n", controls and invisible marks: editors drop, convert or break lines at them.
_FRAGILE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def render_draft(piece: Piece, statement: str = "") -> str:
    """The Markdown of every editable text, in reading order, after a note that explains the file.

    statement  that AI made the piece, shown as a quotation above the first part; "" leaves it out
    """
    said = words(piece.language)
    blocks = [f"<!--\n{said.draft_note}\n-->"]
    blocks += [f"> {' '.join(statement.split())}"] if statement else []
    level = {"title": "#"}
    for part in _editable(piece):
        label = said.draft_labels.get(part.kind, said.kinds.get(part.kind, part.kind))
        text = _protect(part.text or "", is_one_line=_is_heading(part.id))
        if _is_heading(part.id):
            text = f"{level.get(part.id, '##')} {text}".rstrip(" ")
        blocks.append(f"<!-- miaobi: {part.id} | {label} -->\n\n{text}")
    return "\n\n".join(blocks) + "\n"


def parse_draft(text: str, part_ids: Sequence[str]) -> dict[str, str]:
    """The text under each marker, by part id, in the order of `part_ids`.

    DraftError, naming the line and the way out, for an unknown or repeated part, a damaged marker, text before the
    first marker, a marker that is gone, a title or heading of several lines, and a title without words.
    """
    lines = _normalise(text).removeprefix("\ufeff").split("\n")
    bodies: dict[str, list[str]] = {}
    first_line: dict[str, int] = {}
    further: list[tuple[str, int, str]] = []
    part_id = ""
    current: list[str] | None = None
    in_note = False
    for number, line in enumerate(lines, start=1):
        marker = _MARKER.fullmatch(line)
        if marker:
            part_id = marker[1]
            _check_id(part_id, number, part_ids, first_line)
            first_line[part_id] = number
            current = bodies[part_id] = [marker[2]] if marker[2].strip() else []
        elif _LIKE_MARKER.fullmatch(line):
            raise _damaged(line, number, part_ids)
        elif current is not None:
            if _is_heading(part_id) and line.strip() and any(above.strip() for above in current):
                further.append((part_id, number, line))
            current.append(line)
        else:
            in_note = _check_preamble(line, number, in_note)
    _check_all_there(part_ids, first_line)
    _check_one_line(further)
    texts = {part_id: _unprotect(bodies[part_id], _is_heading(part_id)) for part_id in part_ids}
    _check_title(texts, first_line)
    return texts


def read_draft(path: Path, part_ids: Sequence[str]) -> dict[str, str]:
    """`parse_draft` of a file: UTF-8, or UTF-16 with a byte order mark as some editors write it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DraftError(
            f"There is no draft at {path}.", hint="Restore it from a backup, or make the work again."
        ) from error
    except OSError as error:
        raise DiskError(f"The draft {path} cannot be read: {error.strerror}.", hint="Check its permissions.") from error
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DraftError(
            f"Line {line} of {path.name} is not UTF-8 text (byte 0x{data[error.start]:02x}).",
            hint='Open it in your editor, choose "Save with encoding" UTF-8, and try again.',
        ) from error
    return parse_draft(text, part_ids)


def editable_ids(piece: Piece) -> tuple[str, ...]:
    """The ids a draft of the piece has markers for, in reading order."""
    return tuple(part.id for part in _editable(piece))


def changed_texts(piece: Piece, texts: dict[str, str]) -> dict[str, str]:
    """Those of `texts` (as parsed from a draft) that differ from the piece's own: what a person edited."""
    own = {part.id: _normalise(part.text or "") for part in _editable(piece)}
    return {part_id: text for part_id, text in texts.items() if part_id not in own or own[part_id] != text}


def _editable(piece: Piece) -> Iterator[Part]:
    return (part for part in piece.parts if part.editable and part.text is not None)


def _is_heading(part_id: str) -> bool:
    return _last_name(part_id) in {"title", "heading"}


def _last_name(part_id: str) -> str:
    return part_id.rpartition(".")[2]


def _normalise(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ---------------------------------------------------------------- texts on their way out and in


def _protect(text: str, *, is_one_line: bool) -> str:
    text = _REFERENCE.sub(lambda found: "&#38;" + found[0][1:], _normalise(text))
    text = _FRAGILE.sub(lambda found: f"&#{ord(found[0])};", text)
    if is_one_line:
        text = text.replace("\n", "&#10;")
    text = re.sub(r"\n{3,}", lambda found: "\n\n" + "&#10;" * (len(found[0]) - 2), text)
    text = re.sub(r"\A\n+|\n+\Z", lambda found: "&#10;" * len(found[0]), text)
    lines = text.split("\n")
    return "\n".join(_protect_line(line, is_first=index == 0) for index, line in enumerate(lines))


def _protect_line(line: str, *, is_first: bool) -> str:
    body = line.rstrip()
    tail = "".join(f"&#{ord(char)};" for char in line[len(body) :])
    head = ""
    if is_first:  # its indentation would be lost beside the marker or the heading's "#"
        stripped = body.lstrip(" \t")
        head = "".join(f"&#{ord(char)};" for char in body[: len(body) - len(stripped)])
        body = stripped
    if not head and _LIKE_MARKER.fullmatch(body.lstrip("\\")):
        body = "\\" + body
    return head + body + tail


def _unprotect(lines: list[str], is_heading: bool) -> str:
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n").lstrip(" \t")
    if is_heading:
        body = _HEADING.sub("", body, count=1) if _HEADING.match(body) else body
    lines = [line[1:] if _is_escaped(line) else line for line in body.split("\n")]
    return _REFERENCE.sub(_character, "\n".join(lines))


def _is_escaped(line: str) -> bool:
    return line.startswith("\\") and _LIKE_MARKER.fullmatch(line.lstrip("\\")) is not None


def _character(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]


# ---------------------------------------------------------------- what can be wrong


def _check_preamble(line: str, number: int, in_note: bool) -> bool:
    """Whether the note is still open after this line. Anything but a comment or a quotation is an error."""
    rest = line.strip()
    while rest:
        if in_note:
            _, closed, rest = rest.partition("-->")
            in_note = not closed
            rest = rest.strip()
        elif rest.startswith("<!--"):
            in_note, rest = True, rest[4:]
        elif rest.startswith(">"):  # the statement
            rest = ""
        else:
            raise DraftError(
                f'Line {number}: "{_short(rest)}" stands before the first part marker, so it belongs to no part.',
                hint="Move it below the marker line of the part it belongs to, or delete it.",
            )
    return in_note


def _check_one_line(further: Sequence[tuple[str, int, str]]) -> None:
    """`further`: (part, line number, line) of what stands below the one line of a title or heading."""
    for part_id, number, line in further:
        raise DraftError(
            f'Line {number}: "{_short(line)}" stands below the line of {part_id}; a {_last_name(part_id)} is one line.',
            hint="Write it on one line, or move the rest below the marker of the text it belongs to.",
        )


def _check_title(texts: dict[str, str], first_line: dict[str, int]) -> None:
    for part_id, text in texts.items():
        if _last_name(part_id) == "title" and not text.strip():
            raise DraftError(
                f"Line {first_line[part_id]}: below the marker of {part_id} there is no title.",
                hint="Write one there, on one line.",
            )


def _check_id(part_id: str, number: int, part_ids: Collection[str], seen: dict[str, int]) -> None:
    if part_id in seen:
        raise DraftError(
            f"Line {number}: part {part_id} has a second marker; the first is on line {seen[part_id]}.",
            hint="Put its whole text below one of them and delete the other.",
        )
    if part_id not in part_ids:
        close = difflib.get_close_matches(part_id, part_ids, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"The parts are: {', '.join(part_ids)}."
        raise DraftError(f'Line {number}: there is no part "{part_id}" that can be edited.', hint=hint)


def _damaged(line: str, number: int, part_ids: Collection[str]) -> DraftError:
    named = [part_id for part_id in part_ids if re.search(rf"(?<![\w.-]){re.escape(part_id)}(?![\w.]|-\w)", line)]
    fix = f"<!-- miaobi: {max(named, key=len)} -->" if named else "<!-- miaobi: PART -->"
    return DraftError(
        f'Line {number}: the part marker "{_short(line)}" is damaged.',
        hint=f"Make the line read {fix} and keep the text below it.",
    )


def _check_all_there(part_ids: Sequence[str], first_line: dict[str, int]) -> None:
    missing = [part_id for part_id in part_ids if part_id not in first_line]
    if not missing:
        return
    before = [part_id for part_id in part_ids[: part_ids.index(missing[0])] if part_id in first_line]
    place = f"after the text of {before[-1]} (line {first_line[before[-1]]})" if before else "at the top (line 1)"
    raise DraftError(
        f"The marker of {', '.join(missing)} is gone; it is expected {place}.",
        hint=f"Put the line <!-- miaobi: {missing[0]} --> back; to empty a part, leave the line with nothing below it.",
    )


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 60 else text[:57] + "..."
