"""`Timeline`: everything a film is made of, as frozen data. `edit/video.py` turns it into a file.

Shots follow each other without gaps, so the film lasts as long as its shots together. A transition belongs to the shot
it leads into and plays during that shot's first moments, while the shot before it goes on underneath; it changes no
time. Cues, label and audio lie on the film's own clock.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from miaobi.base.asset import Asset
from miaobi.base.engine import Layer
from miaobi.base.value import Value
from miaobi.edit.subtitles import Cue

Transition = Literal["cut", "dissolve", "wipe", "slide", "push"]
Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]
_COLOUR = r"^#[0-9a-fA-F]{6}$"


class Palette(Value):
    """Colours of lettering and plain cards, "#rrggbb"."""

    background: str = Field(default="#16202e", pattern=_COLOUR)
    panel: str = Field(default="#0b1017", pattern=_COLOUR)
    text: str = Field(default="#ffffff", pattern=_COLOUR)
    accent: str = Field(default="#f2b84b", pattern=_COLOUR)


class Camera(Value):
    """A steady move over the whole shot.

    zoom_start, zoom_end  1.0 shows the whole picture, 1.1 is ten per cent closer
    pan_x, pan_y          how far the view travels, in shares of the picture's width and height; positive is to the
                          right and down. The renderer moves a little closer where a pan would show the picture's edge.
    """

    zoom_start: float = Field(default=1.0, ge=0.5, le=4)
    zoom_end: float = Field(default=1.08, ge=0.5, le=4)
    pan_x: float = Field(default=0.0, ge=-1, le=1)
    pan_y: float = Field(default=0.0, ge=-1, le=1)

    @property
    def is_still(self) -> bool:
        """True when nothing moves."""
        return self.zoom_start == self.zoom_end and self.pan_x == 0 and self.pan_y == 0


class Title(Value):
    """Lettering over a shot, set on a scrim so that it reads on any picture.

    style  opening: large, ranged left with an accent bar | closing: centred | chapter: smaller, lower left
    """

    text: str = Field(min_length=1)
    subtitle: str = ""
    style: Literal["opening", "closing", "chapter"] = "opening"


class LightChange(Value):
    """A wash of one colour over the picture that grows or fades during the shot. Strengths are opacities."""

    colour: str = Field(default="#ff9a3c", pattern=_COLOUR)
    strength_start: float = Field(default=0.0, ge=0, le=1)
    strength_end: float = Field(default=0.18, ge=0, le=1)


class Shot(Value):
    """One shot: layers, or one still picture, or (with neither) a plain card in the palette's background colour.

    picture_width, picture_height  the picture the layers' coordinates refer to, pixels; 0 for the film's own size.
                                   A picture of another size or shape is scaled to cover the frame.
    transition_seconds             of the transition into this shot; never longer than this shot
    """

    duration_seconds: float = Field(gt=0, le=3600)
    layers: tuple[Layer, ...] = ()
    still: Asset | None = None
    picture_width: int = Field(default=0, ge=0, le=16384)
    picture_height: int = Field(default=0, ge=0, le=16384)
    camera: Camera = Camera()
    transition: Transition = "cut"
    transition_seconds: float = Field(default=0.6, ge=0, le=5)
    title: Title | None = None
    light: LightChange | None = None

    @model_validator(mode="after")
    def _one_picture(self) -> Self:
        if self.layers and self.still is not None:
            raise ValueError("a shot has layers or a still, not both")
        return self


class Timeline(Value):
    """A film.

    width, height    pixels, even (the 4:2:0 pixel format halves both)
    audio            audio/wav of the final mix; padded with silence or cut to the film's length; None for a silent film
    cues             subtitles on the film's clock, in order
    language         BCP 47, chooses the shapes of Chinese characters
    label_text       the visible statement that the content was made with AI, drawn on the opening frames; "" for none
    label_seconds    how long it stays; GB 45438-2025 asks for at least 2 s
    burn_subtitles   draw the cues into the picture
    """

    width: int = Field(default=1280, ge=64, le=4096, multiple_of=2)
    height: int = Field(default=720, ge=64, le=4096, multiple_of=2)
    fps: int = Field(default=25, ge=24, le=60)
    shots: tuple[Shot, ...] = Field(min_length=1)
    audio: Asset | None = None
    cues: tuple[Cue, ...] = ()
    language: str = "en"
    label_text: str = ""
    label_seconds: float = Field(default=4.0, ge=2)
    label_corner: Corner = "top-left"
    burn_subtitles: bool = True
    palette: Palette = Palette()

    @property
    def duration_seconds(self) -> float:
        """Length of the film: its shots together."""
        return sum(shot.duration_seconds for shot in self.shots)

    @property
    def frame_count(self) -> int:
        """Number of frames of the rendered film, at least one."""
        return max(1, round(self.duration_seconds * self.fps))

    def shot_starts(self) -> tuple[float, ...]:
        """Start of every shot on the film's clock, in seconds."""
        starts = [0.0]
        for shot in self.shots[:-1]:
            starts.append(starts[-1] + shot.duration_seconds)
        return tuple(starts)
