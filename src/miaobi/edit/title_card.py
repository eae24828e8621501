"""Opening titles, closing cards and chapter headings: set once per shot, animated line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import skia

from miaobi.edit.lettering import Sprite, colour_of, draw_line, set_line, wrap
from miaobi.edit.motion import ease_in_out, ease_out
from miaobi.edit.timeline import Palette, Title

_STAGGER_SECONDS = 0.14
_RISE_SECONDS = 0.8
_LEAVE_SECONDS = 0.45
_SIZES = {"opening": 0.108, "closing": 0.082, "chapter": 0.07}


@dataclass(frozen=True)
class TitleCard:
    """The pieces of a title: a scrim over the whole frame, an accent bar that grows, lines that rise one by one."""

    scrim: Sprite | None
    bar: tuple[float, float, float, float]
    bar_colour: int
    is_bar_upright: bool
    lines: tuple[Sprite, ...]
    rise: float
    leaves: bool

    def draw(self, canvas: Any, seconds: float, shot_seconds: float) -> None:
        """Draw the title as it is `seconds` into its shot."""
        gone = 0.0
        if self.leaves:
            gone = ease_in_out((seconds - shot_seconds + _LEAVE_SECONDS) / _LEAVE_SECONDS)
        if gone >= 1:
            return
        shown = 1 - gone
        if self.scrim is not None:
            _draw_faded(canvas, self.scrim, ease_in_out(seconds / 0.7) * shown, 0.0)
        self._draw_bar(canvas, ease_out(seconds / 0.9), shown)
        for row, line in enumerate(self.lines):
            share = (seconds - 0.2 - _STAGGER_SECONDS * row) / _RISE_SECONDS
            if share > 0:
                _draw_faded(canvas, line, ease_in_out(1.5 * share) * shown, self.rise * (1 - ease_out(share)))

    def _draw_bar(self, canvas: Any, grown: float, shown: float) -> None:
        x, y, width, height = self.bar
        if self.is_bar_upright:
            rect = skia.Rect.MakeXYWH(x, y, width, height * grown)
        else:
            rect = skia.Rect.MakeXYWH(x + width * (1 - grown) / 2, y, width * grown, height)
        paint = skia.Paint(Color=self.bar_colour, AntiAlias=True)
        paint.setAlphaf(shown)
        canvas.drawRect(rect, paint)


def _draw_faded(canvas: Any, sprite: Sprite, opacity: float, lower: float) -> None:
    paint = skia.Paint()
    paint.setAlphaf(min(1.0, max(0.0, opacity)))
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
    canvas.drawImage(sprite.image, sprite.x, sprite.y + lower, sampling, paint)


def make_title_card(
    title: Title, width: int, height: int, language: str, palette: Palette, *, is_plain: bool, leaves: bool
) -> TitleCard:
    """Set a title for a frame of that size.

    is_plain  no picture lies behind it, so no scrim is needed
    leaves    it fades out before its shot ends
    """
    shortest = min(width, height)
    is_left = title.style != "closing"
    margin = max(width * 0.085, shortest * 0.075)
    room = width - 2 * margin - (shortest * 0.05 if is_left else 0)
    rows, size = wrap(title.text, shortest * _SIZES[title.style], language, min(room, shortest * 1.35), 4, is_bold=True)
    lines = [(set_line(row, size, language, colour_of(palette.text), is_bold=True), size * 1.28) for row in rows]
    split = len(lines)
    if title.subtitle:
        under, small = wrap(title.subtitle, max(shortest * 0.046, size * 0.42), language, min(room, shortest * 1.3), 4)
        lines += [(set_line(row, small, language, colour_of(palette.text, 0.86)), small * 1.42) for row in under]
    gap = size * 0.3 if split < len(lines) else 0.0
    block = sum(leading for _, leading in lines) + gap
    top = {"opening": 0.47 * height - block / 2, "closing": 0.46 * height - block / 2}.get(
        title.style, 0.74 * height - block
    )
    sprites, y = [], top
    for row, (line, leading) in enumerate(lines):
        y += gap if row == split else 0.0
        x = margin + shortest * 0.05 if is_left else (width - line.width) / 2
        sprites.append(_line_sprite(line, x, y + (leading - line.height) / 2, size * 0.06))
        y += leading
    bar = _bar_place(is_left, margin, top, block, width, shortest)
    widest = max(line.width for line, _ in lines)
    ends = margin + shortest * 0.05 + widest
    scrim = None if is_plain else _scrim(width, height, palette.panel, top, block, ends if is_left else None)
    return TitleCard(scrim, bar, colour_of(palette.accent), is_left, tuple(sprites), shortest * 0.045, leaves)


def _bar_place(
    is_left: bool, margin: float, top: float, block: float, width: int, shortest: int
) -> tuple[float, float, float, float]:
    if is_left:
        return margin, top + shortest * 0.012, max(3.0, shortest * 0.0095), block - shortest * 0.024
    long = shortest * 0.14
    return (width - long) / 2, top + block + shortest * 0.045, long, max(3.0, shortest * 0.008)


def _line_sprite(line: Any, x: float, y: float, soft: float) -> Sprite:
    """A line of text with a soft shadow, as a picture."""
    edge = round(soft * 3) + 2
    surface = skia.Surface(int(line.width) + 2 * edge + 1, int(line.height) + 2 * edge + 1)
    canvas = surface.getCanvas()
    canvas.clear(0)
    shadow = skia.Paint(ImageFilter=skia.ImageFilters.DropShadow(0, soft * 0.5, soft, soft, 0x90000000))
    canvas.saveLayer(None, shadow)
    draw_line(canvas, line, edge, edge)
    canvas.restore()
    return Sprite(surface.makeImageSnapshot(), round(x - edge), round(y - edge))


def _scrim(width: int, height: int, panel: str, top: float, block: float, text_end: float | None) -> Sprite:
    """A soft shade behind the text: from the left where ranged text ends early enough, else a band across the frame."""
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    canvas.clear(0)
    none = colour_of(panel, 0.0)
    if text_end is not None and text_end < width * 0.72:
        points = [skia.Point(0, 0), skia.Point(min(width, text_end + width * 0.24), 0)]
        stops = [0.0, 0.5, 0.75, 1.0]
        colours = [colour_of(panel, 0.76), colour_of(panel, 0.6), colour_of(panel, 0.26), none]
    else:
        reach = block * 0.35 + height * 0.11
        points = [skia.Point(0, top - reach), skia.Point(0, top + block + reach)]
        stops = [0.0, 0.3, 0.7, 1.0]
        colours = [none, colour_of(panel, 0.68), colour_of(panel, 0.68), none]
    shader = skia.GradientShader.MakeLinear(points, colours, stops)
    canvas.drawPaint(skia.Paint(Shader=shader, Dither=True))
    return Sprite(surface.makeImageSnapshot(), 0, 0)
