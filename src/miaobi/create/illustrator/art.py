"""One way to draw anything that stands in a scene: Twemoji drawing, own figure or own prop.

Art is 1 unit tall with its foot at (0, 0). A `Placed` is art at a place in the picture.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import skia

from miaobi.base.engine import Motion
from miaobi.create.illustrator import acts, creatures, figure, pictograms, rides
from miaobi.create.illustrator.brush import WHITE, Canvas, darker, fill, hex_colour, linear, mix, oval, rect
from miaobi.create.illustrator.palette import Palette
from miaobi.create.illustrator.props import PROPS
from miaobi.create.illustrator.view import STILL, Plane, View


@dataclass(frozen=True)
class Art:
    """`draw` paints in unit height; `aspect` is width over height; `foot` half the width that touches the ground."""

    draw: Callable[[Canvas], None]
    aspect: float
    foot: float
    is_sprite: bool


@dataclass(frozen=True)
class Placed:
    """`x`, `y` the foot's middle, `height` in pixels; `haze` 0..1 mixes toward the sky."""

    name: str
    x: float
    y: float
    height: float
    art: Art
    flip: bool = False
    haze: float = 0.0
    shadow: bool = True
    depth: float = 0.6
    role: str = "prop"
    motion: Motion = STILL

    @property
    def width(self) -> float:
        return self.height * self.art.aspect


def make_art(name: str, palette: Palette, rng: random.Random) -> Art | None:
    """The art of that name, None when the drawing is missing or unfit."""
    kind, _, key = name.partition(":")
    if kind == "own":
        draw, aspect = PROPS[key]
        state = rng.random()
        thin = key in ("tree", "conifer", "birch", "palm", "turbine", "lamp", "airballoon")

        def draw_prop(canvas: Canvas) -> None:
            draw(canvas, palette, random.Random(state))  # noqa: S311 - variety, not secrecy

        return Art(draw_prop, aspect, aspect * (0.22 if thin else 0.5), False)
    if kind == "person":
        return _person(key, palette, rng)
    if kind == "story":
        story = acts.ALL[key]
        return _in_metres(story.draw, (story.width, story.height), palette, rng, 0.42)
    if name in _RIDES:
        drawn, size = _RIDES[name]
        return _in_metres(drawn, size, palette, rng, 0.46)
    if name in creatures.BODIES:
        return _whole_animal(name, palette)
    if name.startswith(("person_", "woman_", "man_")):
        sprite = pictograms.sprite(name, rng.choice(figure.TONES[:4]))
    else:
        sprite = pictograms.sprite(name)
    if sprite is None:
        return None
    return Art(lambda canvas: _play(canvas, sprite), sprite.aspect, sprite.aspect * 0.42, True)


_RIDES = {
    "automobile": (rides.car, rides.CAR_METRES), "taxi": (rides.taxi, rides.CAR_METRES),
    "bicycle": (rides.bicycle, rides.BICYCLE_METRES), "person_biking": (rides.cyclist, rides.CYCLIST_METRES),
}  # fmt: skip
FACES_RIGHT = frozenset(_RIDES)
"""Drawings, besides our figures, that face right."""


def _in_metres(
    drawn: Callable[[Canvas, Palette, random.Random], None], size: tuple[float, float], palette: Palette,
    rng: random.Random, foot: float,
) -> Art:  # fmt: skip
    """Art drawn in metres, brought to unit height."""
    width, height = size
    state = rng.random()

    def draw(canvas: Canvas) -> None:
        canvas.scale(1 / height, 1 / height)
        drawn(canvas, palette, random.Random(state))  # noqa: S311 - variety, not secrecy

    return Art(draw, width / height, width / height * foot, False)


def potted(art: Art, palette: Palette, tub: bool) -> Art:
    """A tree in a pit of the paving with a kerb around it, or in a tub."""
    soil, stone = palette.lit(hex_colour("6d4a35")), palette.lit(mix(hex_colour("b9b2a6"), palette.paper, 0.2))

    def draw(canvas: Canvas) -> None:
        if tub:
            canvas.save()
            canvas.translate(0, -0.1)
            art.draw(canvas)
            canvas.restore()
            wood = palette.lit(mix(hex_colour("a8713d"), palette.accent, 0.2))
            rect(canvas, -0.13, -0.14, 0.26, 0.14, fill(wood), 0.012)
            for y in (-0.1, -0.05):
                rect(canvas, -0.13, y, 0.26, 0.006, fill(darker(wood, 0.3)))
            rect(canvas, -0.14, -0.15, 0.28, 0.022, fill(darker(wood, 0.14)), 0.008)
            return
        oval(canvas, 0, 0.004, 0.15, 0.026, fill(stone))
        oval(canvas, 0, 0.004, 0.132, 0.02, fill(soil))
        for k in range(7):
            oval(canvas, -0.09 + 0.03 * k, 0.0 + 0.006 * (k % 2), 0.016, 0.012, fill(palette.lit(hex_colour("6fa55f"))))
        art.draw(canvas)

    return Art(draw, art.aspect, art.foot, False)


def _play(canvas: Canvas, sprite: pictograms.Sprite) -> None:
    """A drawing with its ink scaled to unit height, standing on its lowest ink."""
    canvas.save()
    size = sprite.bottom - sprite.top
    canvas.scale(1 / size, 1 / size)
    canvas.translate(-(sprite.left + sprite.right) / 2, -sprite.bottom)
    if sprite.name in pictograms.WATERLINE:
        canvas.clipRect(skia.Rect.MakeLTRB(-40, -40, 80, sprite.bottom), True)
    canvas.drawPicture(sprite.picture)
    canvas.restore()


def _whole_animal(name: str, palette: Palette) -> Art | None:
    """An animal of which only the head is drawn, given a sitting body."""
    head = pictograms.sprite(name)
    if head is None:
        return None

    def draw(canvas: Canvas) -> None:
        creatures.sitting_body(canvas, name)
        canvas.save()
        canvas.translate(0, -0.4)
        canvas.scale(0.6, 0.6)
        _play(canvas, head)
        canvas.restore()

    del palette
    return Art(draw, max(0.66, 0.6 * head.aspect), 0.3, True)


def _person(role: str, palette: Palette, rng: random.Random) -> Art:
    look = figure.choose_look(role, palette, rng)
    spec = figure.ROLES[role]
    held = pictograms.sprite(spec.held) if spec.held and spec.held != "cane" else None

    def draw(canvas: Canvas) -> None:
        if spec.child:
            canvas.scale(1.08, 1.0)
        figure.draw_figure(canvas, role, look)
        if held is not None:
            x, y = figure.hand_of(role)
            canvas.save()
            low = spec.held == "briefcase"
            canvas.translate(x + (0.0 if low else -0.02), y + (0.17 if low else 0.07))
            canvas.scale(0.17, 0.17)
            _play(canvas, held)
            canvas.restore()
        figure.draw_near_arm(canvas, role, look)

    return Art(draw, 0.56, 0.17, False)


_CROWNED = ("own:tree", "own:birch", "palm_tree")
"""What gives shade."""


def paint(canvas: Canvas, view: View, item: Placed) -> None:
    """Shadow, then the art under this picture's light, haze and a soft side light."""
    palette = view.palette
    if item.shadow:
        rx = max(item.height * item.art.foot, 3.0)
        soft = max(1.5, rx * 0.09)
        oval(
            canvas,
            item.x + rx * 0.07,
            item.y - rx * 0.01,
            rx * 1.12,
            max(2.0, rx * 0.14),
            fill(darker(palette.ground, 0.85), 0.34, soft),
        )
    if item.name in _CROWNED and item.haze < 0.1 and palette.light != "night":
        reach = item.height * item.art.aspect
        shade = fill(darker(palette.ground, 0.8), 0.17, max(1.5, reach * 0.02))
        oval(canvas, item.x, item.y + reach * 0.02, reach * 0.62, reach * 0.075, shade)
    half = item.width * 0.75 + item.height * (0.5 if not item.art.is_sprite else 0.12)
    top = item.y - item.height * 1.3
    bounds = skia.Rect.MakeLTRB(item.x - half, top, item.x + half, item.y + item.height * 0.1)
    layer = skia.Paint()
    graded = _grade(palette, item.haze, item.art.is_sprite)
    if graded is not None:
        layer.setColorFilter(graded)
    canvas.saveLayer(bounds, layer)
    canvas.save()
    canvas.translate(item.x, item.y)
    canvas.scale(-item.height if item.flip else item.height, item.height)
    item.art.draw(canvas)
    canvas.restore()
    if item.art.is_sprite:
        shade = linear(
            (item.x - half, top),
            (item.x + half, item.y),
            [(WHITE, 0.16), (WHITE, 0.0), (darker(palette.ink, 0.2), 0.2)],
        )
        shade.setBlendMode(skia.BlendMode.kSrcATop)
        canvas.drawRect(bounds, shade)
    canvas.restore()


def _grade(palette: Palette, haze: float, is_sprite: bool) -> Any:
    """A colour matrix: less saturated, toward the palette, the light's tint, haze. None for no change."""
    if not is_sprite:
        if haze <= 0:
            return None
        tint, keep, pull = (1.0, 1.0, 1.0), 1.0, 0.0
    else:
        tint, keep, pull = palette.tint, 0.92, 0.07
    target, air = palette.accent, palette.sky[2]
    grey = (0.2126, 0.7152, 0.0722)
    matrix: list[float] = []
    for row in range(3):
        scale = tint[row] * (1 - haze) * (1 - pull)
        weights = [(1 - keep) * grey[k] + (keep if k == row else 0.0) for k in range(3)]
        matrix += [w * scale for w in weights] + [0.0, target[row] * pull * (1 - haze) * tint[row] + air[row] * haze]
    return skia.ColorFilters.Matrix([*matrix, 0.0, 0.0, 0.0, 1.0, 0.0])


def as_plane(view: View, item: Placed) -> Plane:
    """A placed thing as a layer of its own."""
    half = item.width * 0.7 + item.height * (0.5 if not item.art.is_sprite else 0.12)
    return Plane(
        item.role, item.depth, lambda canvas: paint(canvas, view, item), item.x - half, item.y - item.height * 1.3,
        item.x + half, item.y + item.height * 0.1 + 6, item.motion,
    )  # fmt: skip


def group_plane(view: View, items: list[Placed], role: str, depth: float) -> Plane:
    """Several still things as one layer, far ones first."""
    ordered = sorted(items, key=lambda item: item.y)
    planes = [as_plane(view, item) for item in ordered]

    def draw(canvas: Canvas) -> None:
        for item in ordered:
            paint(canvas, view, item)

    return Plane(
        role, depth, draw, min(p.left for p in planes), min(p.top for p in planes), max(p.right for p in planes),
        max(p.bottom for p in planes),
    )  # fmt: skip
