"""The typeface a page brings along for its Chinese characters, where a reader's device has none.

Only the characters that stand on the page go in, with the regional shapes that the page's language asks for.
"""

from __future__ import annotations

import base64
import io
import re
from typing import Any, Final

from miaobi.base.fonts import FONT_CREDIT, font_path
from miaobi.base.piece import Credit, Piece

FAMILY: Final = "Miaobi CJK"
"""The name in page.css: last in its lists, so that a device's own typeface goes first."""

PAGE_FONT_CREDIT: Final[Credit] = FONT_CREDIT.model_copy(update={"use": "characters of the page"})

_CHARACTERS: Final = re.compile(
    r"[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_REGIONS: Final = {"zh-hans": "ZHS", "zh-cn": "ZHS", "zh-sg": "ZHS", "ja": "JAN", "ko": "KOR"}
"""OpenType's names for regional shapes; the file's own are traditional Chinese."""
_KEPT_NAMES: Final = [0, 1, 2, 13, 14]  # copyright, family, style and the licence, which the OFL wants to stay


def wide_characters(text: str) -> str:
    """The Chinese and Japanese characters and full-width marks of a text, each once, sorted."""
    return "".join(sorted(set(_CHARACTERS.findall(text))))


def credit_page_font(piece: Piece) -> Piece:
    """The piece with the credit for its page's font, if the page brings one."""
    read = "".join([piece.title, *piece.notes, *(part.text or "" for part in piece.parts)])
    if not wide_characters(read) or PAGE_FONT_CREDIT in piece.credits:
        return piece
    return piece.model_copy(update={"credits": (*piece.credits, PAGE_FONT_CREDIT)})


def font_face(characters: str, language: str) -> str:
    """The CSS rule with a font of those characters inside; "" for none. Equal arguments give equal text.

    language  the tag of the page's language
    """
    if not characters:
        return ""
    data = base64.b64encode(subset_font(characters, language)).decode()
    return f'@font-face {{ font-family: "{FAMILY}"; src: url(data:font/woff;base64,{data}) format("woff"); }}'


def subset_font(characters: str, language: str) -> bytes:
    """A WOFF file of the bundled typeface with those characters only (those it has), shaped as the language wants."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.layout_features = []
    options.hinting, options.glyph_names, options.notdef_outline = False, False, True
    options.name_IDs, options.drop_tables = _KEPT_NAMES, [*options.drop_tables, "BASE", "VORG", "vhea", "vmtx"]
    # The time of day stays out of the file: it would make every page another one.
    with TTFont(str(font_path()), lazy=True, recalcTimestamp=False) as font:
        _take_regional_shapes(font, _REGIONS.get(language.lower(), ""))
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff"  # WOFF2 needs Brotli, one more package for a tenth less
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _take_regional_shapes(font: Any, region: str) -> None:
    """Let the characters name a region's glyphs at once.

    The feature that would choose them (locl) works in runs of Chinese only: a full stop after a Latin word would keep
    the shape, and the place in its square, of another region.
    """
    table = font["GSUB"].table
    scripts = [record.Script for record in table.ScriptList.ScriptRecord if record.ScriptTag == "hani"]
    systems = [record for script in scripts for record in script.LangSysRecord]
    chosen = [record.LangSys for record in systems if record.LangSysTag.strip() == region]
    features = [table.FeatureList.FeatureRecord[index] for system in chosen for index in system.FeatureIndex]
    lookups = [index for record in features if record.FeatureTag == "locl" for index in record.Feature.LookupListIndex]
    shapes: dict[str, str] = {}
    for index in lookups:
        for subtable in table.LookupList.Lookup[index].SubTable:
            shapes.update(getattr(subtable, "ExtSubTable", subtable).mapping)
    for cmap in font["cmap"].tables:
        if cmap.isUnicode() and hasattr(cmap, "cmap"):
            cmap.cmap = {code: shapes.get(glyph, glyph) for code, glyph in cmap.cmap.items()}
