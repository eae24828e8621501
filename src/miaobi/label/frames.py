"""The label on the opening frames of a film, looked for where it is drawn: in the pixels.

GB 45438-2025, 5.4: text on the opening frames at an edge or corner, its letters at least 5 % of the shortest side high,
to be seen for at least two seconds. `edit` draws it in the top left corner; where exactly is known (below), so what is
looked for is that lettering, light on dark, in that size and place.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from miaobi.base.fonts import font_path
from miaobi.base.value import Value
from miaobi.label.contrast import MIN_CONTRAST, contrast_ratio, luminance_of
from miaobi.label.explicit import short_labels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHOWN_SECONDS: Final = 2.0
_JUST_BEFORE: Final = 0.1  # a frame's length and a bit: the moment looked at lies within the two seconds
_LETTER_SHARE: Final = 0.05
_CAPITAL, _SQUARE = 0.733, 0.89  # of the type size: a capital letter, the drawn part of a Chinese character
_MARGIN_SHARE: Final = 0.04  # of the shortest side, from the frame's edges to the panel
_LEFT, _BASELINE = 0.45, 1.216  # of the type size, from the panel's corner to where the line of text begins
_REACH: Final = 0.12  # of the type size: how far around that place is looked


class FrameLabel(Value):
    """A label found on a film's opening frames: its words, and its weakest contrast there (WCAG, 1 to 21)."""

    text: str
    contrast: float

    @property
    def is_visible(self) -> bool:
        """Whether a viewer can read it all that time."""
        return self.contrast >= MIN_CONTRAST


def find_frame_label(data: bytes) -> FrameLabel:
    """The best match among our short labels on the first frame, and just before two seconds have passed.

    A film shorter than that has to show it to its end. av.FFmpegError for bytes that are no film.
    """
    pictures = _opening_frames(data)
    found = [
        FrameLabel(text=words, contrast=round(min(_contrast(picture, words) for picture in pictures), 2))
        for words in short_labels()
    ]
    return max(found, key=lambda label: label.contrast)


def _opening_frames(data: bytes) -> list[NDArray[np.float64]]:
    """Luminance of the first frame and of the one just before two seconds (the last one of a shorter film)."""
    import av

    frames: list[Any] = []
    with av.open(io.BytesIO(data), "r") as film:
        if not film.streams.video:
            return []
        for frame in film.decode(video=0):
            frames = [*frames[:1], frame]
            if frame.time is not None and frame.time >= SHOWN_SECONDS - _JUST_BEFORE:
                break
        return [luminance_of(frame.to_ndarray(format="rgb24")) for frame in frames]


def _contrast(luminance: NDArray[np.float64], words: str) -> float:
    """Of the lettering where it fits best, near the place it is drawn at; 1 where it is not there at all."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    shortest = min(luminance.shape)
    share = _CAPITAL if words.isascii() else _SQUARE
    size = shortest * _LETTER_SHARE / share * 1.02
    font = ImageFont.truetype(str(font_path()), size)
    box = [int(edge) for edge in font.getbbox(words, anchor="ls")]
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
    ImageDraw.Draw(mask).text((-box[0], -box[1]), words, font=font, fill=255, anchor="ls")
    lettering = np.asarray(mask, dtype=np.float64) / 255
    margin, reach = round(shortest * _MARGIN_SHARE), max(2, round(_REACH * size))
    left, top = margin + round(_LEFT * size) + box[0], margin + round(_BASELINE * size) + box[1]
    height, width = lettering.shape
    places = [
        luminance[y : y + height, x : x + width]
        for y in range(max(0, top - reach), top + reach + 1)
        for x in range(max(0, left - reach), left + reach + 1)
        if y + height <= luminance.shape[0] and x + width <= luminance.shape[1]
    ]
    weights = lettering - lettering.mean()
    best = max(places, key=lambda place: float((place * weights).sum()), default=None)
    return 1.0 if best is None else contrast_ratio(best, lettering)
