"""Words in the picture: Noto Sans CJK on a soft panel, wrapped in both languages, shrunk until they fit."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import skia

from miaobi.base.fonts import font_path
from miaobi.create.illustrator.brush import Canvas, fill, rect
from miaobi.create.illustrator.view import Plane, View
from miaobi.errors import EngineUnavailableError

_NO_START = "，。、；：？！）》」』”’…,.;:?!)%"


@cache
def _typeface() -> Any:
    face = skia.Typeface.MakeFromFile(str(font_path()))
    if face is None:
        raise EngineUnavailableError(
            f"The font {font_path()} cannot be read.",
            hint="Run: pip install --force-reinstall cvttf-notosanscjk-regular",
        )
    return face


def pieces(text: str) -> list[str]:
    """Parts between which a line may break: after spaces, and between Chinese characters (never before a full stop)."""
    parts: list[str] = []
    for part in re.findall(
        r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|\s+", text.strip()
    ):
        if parts and part.strip() and part[0] in _NO_START:
            parts[-1] += part
        elif part.isspace():
            if parts:
                parts[-1] += " "
        else:
            parts.append(part)
    return parts


def wrap(text: str, font: Any, width: float) -> list[str]:
    """Lines no wider than `width` pixels; a word that is wider alone is broken."""
    lines: list[str] = []
    line = ""
    for piece in pieces(text):
        if line and font.measureText((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        while font.measureText(piece.rstrip()) > width and len(piece) > 1:
            cut = len(piece) - 1
            while cut > 1 and font.measureText(piece[:cut]) > width:
                cut -= 1
            lines.append(piece[:cut])
            piece = piece[cut:]
        line += piece
    if line.strip():
        lines.append(line.rstrip())
    return lines


def fit(text: str, width: float, height: float, largest: float) -> tuple[float, list[str]]:
    """The largest font size, and its lines, at which `text` fits width x height; cut with "…" at the smallest."""
    size = largest
    smallest = max(6.0, largest * 0.36)
    while True:
        font = skia.Font(_typeface(), size)
        lines = wrap(text, font, width)
        if len(lines) * size * 1.34 <= height:
            return size, lines
        if size <= smallest:
            room = max(1, int(height / (size * 1.34)))
            kept = lines[:room]
            while len(kept[-1]) > 1 and font.measureText(kept[-1] + "…") > width:
                kept[-1] = kept[-1][:-1]
            kept[-1] = kept[-1].rstrip(" ，。,.") + "…"
            return size, kept
        size = max(smallest, size * 0.92)


def lettering(view: View, text: str) -> Plane:
    """A panel with the words: on top left in wide pictures, across the top in tall ones."""
    w, h, p = view.width, view.height, view.palette
    pad = 0.034 * view.unit
    margin = 0.05 * min(w, h)
    room = (w - 2 * margin if view.is_tall else min(w - 2 * margin, 0.6 * w)) - 2 * pad
    size, lines = fit(text, room, 0.27 * h, 0.068 * view.unit)
    font = skia.Font(_typeface(), size)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    font.setEmbolden(True)
    widest = max(font.measureText(line) for line in lines)
    x, y = margin, margin if not view.is_tall else margin * 1.6
    if view.is_tall:
        x = (w - widest - 2 * pad) / 2
    box_w, box_h = widest + 2 * pad, len(lines) * size * 1.34 + 1.5 * pad

    def draw(canvas: Canvas) -> None:
        rect(canvas, x + 2, y + 5, box_w, box_h, fill(p.ink, 0.25, 7), 0.022 * view.unit)
        rect(canvas, x, y, box_w, box_h, fill(p.paper, 0.93), 0.022 * view.unit)
        rect(canvas, x + pad * 0.4, y + pad * 0.75, 0.008 * view.unit, box_h - pad * 1.5, fill(p.accent), 3)
        for k, line in enumerate(lines):
            blob = skia.TextBlob.MakeFromString(line, font)
            canvas.drawTextBlob(blob, x + pad * 1.12, y + pad * 0.75 + size * (1.02 + 1.34 * k), fill(p.ink))

    return Plane("lettering", 1.0, draw, x - 20, y - 20, min(w, x + box_w + 20), min(h, y + box_h + 26))
