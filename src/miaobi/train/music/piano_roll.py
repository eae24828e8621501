"""A tune as a picture: time from left to right, pitch from bottom to top, bar lines, the keynotes shaded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from miaobi.train.data.music.grid import TICKS
from miaobi.train.data.music.key import scale_of
from miaobi.train.data.music.tune import Tune

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_QUARTER: Final = 22
_ROW: Final = 7
_MARGIN: Final = 10
_HEAD: Final = 22
_MOST_WIDTH: Final = 2400
_LOWEST_ROWS: Final = 17
_PAPER, _INK, _LINE, _SHADE, _NOTE, _OUTSIDE = "white", "#33302b", "#d9d4c8", "#efeae0", "#2f6f8f", "#c8553d"


def piano_roll(tune: Tune, chords: Sequence[str] = ()) -> bytes:
    """A PNG. Notes outside of the key are red; `chords`, one a bar, stand above it where they change.

    Bars that do not fit into one row go on in the next.
    """
    from PIL import Image, ImageDraw

    pitches = [note.pitch for note in tune.notes] or [tune.keynote]
    low, high = min(pitches) - 2, max(max(pitches) + 2, min(pitches) + _LOWEST_ROWS)
    bar_width = tune.meter.ticks * _QUARTER // TICKS
    upbeat = max(0, -tune.notes[0].start) * _QUARTER // TICKS if tune.notes else 0
    per_row = max(1, min(tune.bars, (_MOST_WIDTH - 2 * _MARGIN) // bar_width))
    rows = -(-tune.bars // per_row)
    height = _HEAD + (high - low + 1) * _ROW + _MARGIN
    left = _MARGIN + upbeat
    image = Image.new("RGB", (left + per_row * bar_width + _MARGIN, rows * height + _MARGIN), _PAPER)
    draw = ImageDraw.Draw(image)
    for row in range(rows):
        page = _Page(draw, tune, low, high, left, row * height + _HEAD, row * per_row, per_row)
        page.lines(bar_width, chords)
        page.notes()
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


class _Page:
    """One row of bars."""

    def __init__(
        self, draw: ImageDraw, tune: Tune, low: int, high: int, left: int, top: int, first: int, count: int
    ) -> None:
        self._draw, self._tune, self._low, self._high = draw, tune, low, high
        self._left, self._top = left, top
        self._first, self._last = first, min(tune.bars, first + count)

    def lines(self, bar_width: int, chords: Sequence[str]) -> None:
        """The keynotes' rows, bar lines, the bars' chords."""
        bottom, right = self._y(self._low - 1), self._left + (self._last - self._first) * bar_width
        for pitch in range(self._low, self._high + 1):
            if pitch % 12 == self._tune.key.tonic:
                self._draw.rectangle((_MARGIN, self._y(pitch), right, self._y(pitch - 1) - 1), fill=_SHADE)
        for bar in range(self._first, self._last + 1):
            x = self._left + (bar - self._first) * bar_width
            self._draw.line((x, self._top, x, bottom), fill=_INK if bar == self._tune.bars else _LINE)
            before = chords[bar - 1] if bar > self._first and bar <= len(chords) else None
            if bar < self._last and bar < len(chords) and chords[bar] != before:
                self._draw.text((x + 2, self._top - 14), chords[bar], fill=_INK)

    def notes(self) -> None:
        """The notes of the row; an upbeat stands before its first bar."""
        length = self._tune.meter.ticks
        begin, end = self._first * length, self._last * length
        for note in self._tune.notes:
            start = note.start if self._first == 0 else max(note.start, begin)
            stop = min(note.end, end)
            if start < stop:
                inside = note.pitch % 12 in scale_of(self._tune.key)
                x0, x1 = (self._left + (tick - begin) * _QUARTER // TICKS for tick in (start, stop))
                box = (x0, self._y(note.pitch), max(x0 + 1, x1 - 2), self._y(note.pitch - 1) - 1)
                self._draw.rectangle(box, fill=_NOTE if inside else _OUTSIDE)

    def _y(self, pitch: int) -> int:
        return self._top + (self._high - pitch) * _ROW
