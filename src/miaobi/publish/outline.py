"""A piece as a reader sees it: title, opening, sections of paragraphs and figures, takeaways, and the video if any.

All document formats start from here, so they agree. It goes by the kinds of the parts, not by the recipe.
"""

from __future__ import annotations

import re
from typing import Final

from miaobi.base.asset import Asset
from miaobi.base.piece import Part, Piece
from miaobi.base.value import Value
from miaobi.publish.names import asset_names

_SILENT: Final = {"idea", "caption", "alt"}  # said with their picture, or not meant for readers
_CJK = r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]"
_BREAK_IN_CJK = re.compile(rf"(?<={_CJK})\n(?={_CJK})")
_BULLET = re.compile(r"\s*[-*•·]\s+")


class Figure(Value):
    """A picture with its words. `name` is its file in the work's folder."""

    part_id: str
    asset: Asset
    name: str
    caption: str = ""
    alt: str = ""


class Paragraph(Value):
    """Running text without line breaks."""

    text: str


class Section(Value):
    """What stands under one heading ("" for none)."""

    heading: str = ""
    blocks: tuple[Paragraph | Figure, ...] = ()


class File(Value):
    """A file of the work that a page plays or links to."""

    name: str
    asset: Asset


class Outline(Value):
    """The whole piece in reading order. `closing` stands on a film's last picture; nobody speaks it."""

    title: str
    lead: tuple[str, ...] = ()
    cover: Figure | None = None
    sections: tuple[Section, ...] = ()
    takeaways: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    video: File | None = None
    poster: File | None = None
    captions: File | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The cover and the figures of all sections, in reading order."""
        inside = tuple(block for section in self.sections for block in section.blocks if isinstance(block, Figure))
        return (self.cover, *inside) if self.cover else inside


def outline(piece: Piece) -> Outline:
    """The outline of `piece`. A picture before the first heading or narration is the cover."""
    names = asset_names(piece)
    lead: list[str] = []
    takeaways: list[str] = []
    closing: list[str] = []
    cover: Figure | None = None
    sections: list[tuple[str, list[Paragraph | Figure]]] = []
    for part in piece.parts:
        if part.kind == "picture" and part.asset is not None:
            figure = _figure(piece, part, names[part.id])
            if cover is None and not sections:
                cover = figure
            else:
                _last(sections).append(figure)
        elif part.text is None or part.kind in _SILENT or part.kind == "title":
            continue
        elif part.kind == "lead":
            lead += paragraphs(part.text)
        elif part.kind == "takeaways":
            takeaways += [_BULLET.sub("", line, count=1).strip() for line in part.text.splitlines() if line.strip()]
        elif part.kind == "closing":
            closing += paragraphs(part.text)
        elif part.kind == "heading":
            sections.append((" ".join(part.text.split()), []))
        else:
            if part.kind == "narration":
                sections.append(("", []))
            _last(sections).extend(Paragraph(text=text) for text in paragraphs(part.text))
    title = next((part.text for part in piece.of_kind("title") if part.text), piece.title)
    return Outline(
        title=" ".join(title.split()),
        lead=tuple(lead),
        cover=cover,
        sections=tuple(Section(heading=heading, blocks=tuple(blocks)) for heading, blocks in sections),
        takeaways=tuple(takeaways),
        closing=tuple(closing),
        video=_file(piece, names, "video") or _file(piece, names, "cut"),
        poster=_file(piece, names, "poster"),
        captions=_file(piece, names, "captions"),
    )


def paragraphs(text: str) -> list[str]:
    """Split at blank lines; a single line break is a space, or nothing between Chinese characters."""
    blocks = re.split(r"\n[ \t\u3000]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    joined = (" ".join(_BREAK_IN_CJK.sub("", block.strip()).split()) for block in blocks)
    return [block for block in joined if block]


def _last(sections: list[tuple[str, list[Paragraph | Figure]]]) -> list[Paragraph | Figure]:
    if not sections:
        sections.append(("", []))
    return sections[-1][1]


def _figure(piece: Piece, part: Part, name: str) -> Figure:
    group = part.id.rpartition(".")[0]
    words = {
        other.kind: " ".join(other.text.split())
        for other in piece.parts
        if other.text and other.kind in _SILENT and other.id.rpartition(".")[0] == group
    }
    alt = words.get("alt") or words.get("idea") or words.get("caption") or ""
    assert part.asset is not None
    return Figure(part_id=part.id, asset=part.asset, name=name, caption=words.get("caption", ""), alt=alt)


def _file(piece: Piece, names: dict[str, str], kind: str) -> File | None:
    for part in piece.of_kind(kind):
        if part.asset is not None:
            return File(name=names[part.id], asset=part.asset)
    return None
