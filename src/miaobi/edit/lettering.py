"""Text set as pictures: lines shaped in the right forms for their language, subtitles, titles and the AI label.

Skia's paragraph shaper does the shaping (kerning, and for Chinese the regional forms of Noto Sans CJK). Where lines
break is ours (cue_layout), so that the burned text and the subtitle files break alike.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import skia

from miaobi.base.fonts import font_path
from miaobi.edit.alignment import is_wide, split_units
from miaobi.edit.cue_layout import balance_lines

_CAP_HEIGHT = 0.733
"""Height of a capital letter of Noto Sans CJK, in shares of the type size."""
_LABEL_SHARE = 0.05
"""GB 45438-2025: letters of a video's label are at least 5 % of the picture's shortest side high."""


@dataclass(frozen=True)
class Sprite:
    """A picture (premultiplied) and the place of its left top corner in the frame."""

    image: Any
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """One line of set text. Sizes in pixels; `baseline` is measured from the top."""

    paragraph: Any
    width: float
    height: float
    baseline: float


# Skia's font collection caches shaped text and is not made for several threads.
_shaper_lock = threading.RLock()


@cache
def _shaper() -> tuple[Any, Any, str]:
    """The font collection with our typeface, the Unicode tables, and the family's name."""
    from skia import textlayout

    typeface = skia.Typeface.MakeFromFile(str(font_path()))
    provider = textlayout.TypefaceFontProvider()
    provider.registerTypeface(typeface)
    collection = textlayout.FontCollection()
    collection.setDefaultFontManager(provider)
    return collection, skia.Unicode.ICU_Make(), typeface.getFamilyName()


def shaping_locale(language: str) -> str:
    """The locale that gives a language its letter forms: "zh-Hans", "zh-Hant", "ja", or "en" for all others."""
    parts = language.lower().replace("_", "-").split("-")
    if parts[0] in ("zh", "yue", "cmn"):
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts) else "zh-Hans"
    return "ja" if parts[0] == "ja" else "en"


def _runs(text: str, locale: str) -> list[tuple[str, str]]:
    """The text in runs with their locales.

    Curly quotation marks and apostrophes fill a whole square in all forms of the typeface but the Korean ones, so Latin
    text with such marks is set in those - without its colons, which Korean raises. (A mark needs letters in its run:
    alone it belongs to no script, and the typeface has no regional forms for that.)
    """
    if locale == "en":
        text = text.replace("…", "...")  # its glyph is a square wide everywhere
        parts = re.split("([:;]+)", text) if re.search("[‘’“”]", text) else []
        return [("en" if part[0] in ":;" else "ko", part) for part in parts if part] or [("en", text)]
    parts = re.split(r"([A-Za-z]+’[A-Za-z]+)", text)  # every second part is a match
    return [("ko" if place % 2 else locale, part) for place, part in enumerate(parts) if part]


def set_line(text: str, size: float, language: str, colour: int, *, is_bold: bool = False) -> Line:
    """One line of text of that type size (pixels) in a colour 0xAARRGGBB."""
    from skia import textlayout

    locale = shaping_locale(language)
    with _shaper_lock:
        collection, unicode, family = _shaper()
        style = textlayout.TextStyle()
        style.setFontFamilies([family])
        style.setFontSize(size)
        style.setColor(colour)
        style.setLocale(locale)
        if is_bold:
            style.setFontStyle(skia.FontStyle.Bold())
        whole = textlayout.ParagraphStyle()
        whole.setTextStyle(style)
        builder = textlayout.ParagraphBuilder(whole, collection, unicode)
        for tag, run in _runs(text, locale):
            style.setLocale(tag)
            builder.pushStyle(style)
            builder.addText(run)
            builder.pop()
        paragraph = builder.Build()
        paragraph.layout(100_000)
        return Line(paragraph, paragraph.LongestLine, paragraph.Height, paragraph.AlphabeticBaseline)


def draw_line(canvas: Any, line: Line, x: float, y: float) -> None:
    """Draw a line with its left top corner there."""
    with _shaper_lock:
        line.paragraph.paint(canvas, x, y)


def wrap(
    text: str, size: float, language: str, width: float, most_lines: int, *, is_bold: bool = False
) -> tuple[tuple[str, ...], float]:
    """The text in balanced lines no wider than `width`, and the type size: smaller where it does not fit otherwise."""
    units = split_units(text, max_width=10_000)
    if not units:
        return (), size

    def measure(piece: str) -> float:
        return set_line(piece, size, language, 0xFFFFFFFF, is_bold=is_bold).width

    for _ in range(24):
        lines = balance_lines(text, units, width, most_lines, measure)
        if all(measure(line) <= width for line in lines):
            return lines, size
        size *= 0.93
    return lines, size


def _canvas(width: float, height: float) -> tuple[Any, Any]:
    surface = skia.Surface(max(1, round(width)), max(1, round(height)))
    canvas = surface.getCanvas()
    canvas.clear(0)
    return surface, canvas


def colour_of(hex_colour: str, opacity: float = 1.0) -> int:
    """0xAARRGGBB of "#rrggbb" and an opacity."""
    return (round(255 * opacity) << 24) | int(hex_colour[1:], 16)


# ---------------------------------------------------------------- subtitles and the label


def subtitle_sprite(text: str, width: int, height: int, language: str, text_colour: str, panel_colour: str) -> Sprite:
    """A cue on a soft panel, low in the middle of a frame of that size, within its safe area.

    The type follows the frame's shortest side. Lines that are too wide for the frame are set anew.
    """
    shortest = min(width, height)
    size = shortest * 0.058
    room = width * (0.88 if width < height else 0.84)
    rows, size = _fitting_rows(text, size, language, room)
    lines = [set_line(row, size, language, colour_of(text_colour)) for row in rows]
    pad_x, pad_y, leading = size * 0.55, size * 0.22, size * 1.32
    block = max(line.width for line in lines)
    panel_w, panel_h = block + 2 * pad_x, leading * len(lines) + 2 * pad_y
    surface, canvas = _canvas(panel_w, panel_h)
    paint = skia.Paint(Color=colour_of(panel_colour, 0.66), AntiAlias=True)
    canvas.drawRoundRect(skia.Rect.MakeWH(panel_w, panel_h), size * 0.28, size * 0.28, paint)
    for row, line in enumerate(lines):
        top = pad_y + leading * row + (leading - line.height) / 2
        draw_line(canvas, line, (panel_w - line.width) / 2, top)
    bottom = height * (0.88 if width < height else 0.945)
    return Sprite(surface.makeImageSnapshot(), round((width - panel_w) / 2), round(bottom - panel_h))


def _fitting_rows(text: str, size: float, language: str, room: float) -> tuple[tuple[str, ...], float]:
    rows = tuple(row for row in text.split("\n") if row.strip()) or (" ",)
    if all(set_line(row, size, language, 0).width <= room for row in rows):
        return rows, size
    joiner = "" if shaping_locale(language) in ("zh-Hans", "zh-Hant", "ja") else " "
    return wrap(joiner.join(rows), size, language, room, 3)


def label_sprite(text: str, width: int, height: int, language: str, corner: str) -> Sprite:
    """The visible AI statement on a panel in a corner; its letters are 5 % of the shortest side high, or a bit more.

    In Chinese characters that is the height of the square's drawn part, in Latin text of a capital letter.
    """
    shortest = min(width, height)
    share = 0.89 if any(is_wide(c) for c in text) else _CAP_HEIGHT
    size = shortest * _LABEL_SHARE / share * 1.02
    room = width * 0.9 - size
    rows = _label_rows(text, size, language, room)
    lines = [set_line(row, size, language, 0xFFFFFFFF) for row in rows]
    pad_x, pad_y, leading = size * 0.45, size * 0.16, size * 1.24
    panel_w = max(line.width for line in lines) + 2 * pad_x
    panel_h = leading * len(lines) + 2 * pad_y
    surface, canvas = _canvas(panel_w, panel_h)
    paint = skia.Paint(Color=0xB0000000, AntiAlias=True)
    canvas.drawRoundRect(skia.Rect.MakeWH(panel_w, panel_h), size * 0.2, size * 0.2, paint)
    for row, line in enumerate(lines):
        draw_line(canvas, line, pad_x, pad_y + leading * row + (leading - line.height) / 2)
    margin = shortest * 0.04
    x = margin if corner.endswith("left") else width - margin - panel_w
    y = margin if corner.startswith("top") else height - margin - panel_h
    return Sprite(surface.makeImageSnapshot(), round(x), round(y))


def _label_rows(text: str, size: float, language: str, room: float) -> tuple[str, ...]:
    """The label in as many lines as it needs: its size is the law's, so it is never made smaller."""
    units = split_units(text, max_width=10_000)
    return balance_lines(text, units, room, 6, lambda piece: set_line(piece, size, language, 0).width)
