"""The piece as one web page: no scripts, nothing loaded from elsewhere, good on a phone, a desk and on paper."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from miaobi.base.asset import Asset
from miaobi.base.piece import Piece
from miaobi.publish.authorship import all_credits, unique_credits
from miaobi.publish.colophon import maker_lines, share_line
from miaobi.publish.outline import Figure, Outline, outline
from miaobi.publish.page_font import PAGE_FONT_CREDIT, font_face, wide_characters
from miaobi.publish.words import is_chinese, language_tag, words

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES: Final = Path(__file__).parent / "templates"
_DESCRIPTION_LENGTH: Final = 200


def make_html(piece: Piece, statement: str, epoch: int) -> Asset:  # noqa: ARG001 - one signature for all formats
    """text/html. Pictures of an article are inside the page; a video, its poster and pictures lie beside it.

    statement  that AI made the piece, shown at the top and the bottom; "" leaves it out
    """
    page = _page(piece, statement, "")
    characters = wide_characters(page)
    if characters:
        page = _page(piece, statement, font_face(characters, language_tag(piece.language)))
    return Asset.from_bytes(page.encode(), "text/html")


def _page(piece: Piece, statement: str, font: str) -> str:
    """The page with a font rule of its own ("" for none)."""
    seen = outline(piece)
    said = words(piece.language)
    credits = (*all_credits(piece), PAGE_FONT_CREDIT) if font else all_credits(piece)
    return _template().render(
        outline=seen,
        words=said,
        statement=statement,
        language=language_tag(piece.language),
        is_chinese=is_chinese(piece.language),
        description=_description(seen),
        sources={figure.part_id: _source(figure, seen) for figure in seen.figures},
        captions=_data_uri(seen.captions.asset) if seen.captions else "",
        makers=maker_lines(piece, said),
        shares=share_line(piece, said),
        credits=unique_credits(credits),
        notes=piece.notes,
        font=font,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    return environment.get_template("page.html")


def _source(figure: Figure, seen: Outline) -> str:
    # A page with a video cannot be one file anyway, so its pictures are not doubled into it.
    return figure.name if seen.video else _data_uri(figure.asset)


def _data_uri(asset: Asset) -> str:
    return f"data:{asset.media_type};base64,{base64.b64encode(asset.read()).decode()}"


def _description(seen: Outline) -> str:
    text = " ".join(seen.lead) or seen.title
    return text if len(text) <= _DESCRIPTION_LENGTH else text[: _DESCRIPTION_LENGTH - 1].rstrip() + "…"
