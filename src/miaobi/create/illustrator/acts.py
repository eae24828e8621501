"""People doing what a text is about: chess in the park, an old hand teaching the brush, a shot at goal.

Like stories.py, drawn in metres around x = 0 on y = 0; but these are chosen by name, not told beside another subject.
"""

from __future__ import annotations

import random

from miaobi.create.illustrator.brush import Canvas, darker, fill, hex_colour, lighter, mix, oval, pen, polyline, rect
from miaobi.create.illustrator.palette import Palette
from miaobi.create.illustrator.stories import ADULT, ELDER, STORIES, Story, bench, drawing, person


def _at(canvas: Canvas, x: float, y: float, name: str, height: float) -> None:
    canvas.save()
    canvas.translate(x, y)
    drawing(canvas, name, height)
    canvas.restore()


def _stool(canvas: Canvas, palette: Palette, x: float) -> None:
    iron = palette.lit(hex_colour("3f4650"))
    for dx in (-0.16, 0.16):
        polyline(canvas, ((x + dx, 0), (x + dx * 0.8, -0.44)), pen(iron, 0.04))
    rect(canvas, x - 0.22, -0.47, 0.44, 0.07, fill(palette.lit(palette.second, 0.6)), 0.03)


def _table(canvas: Canvas, palette: Palette, half: float) -> None:
    wood = palette.lit(hex_colour("b98654"), 0.7)
    for x in (-half + 0.08, half - 0.08):
        polyline(canvas, ((x, 0), (x, -0.7)), pen(darker(wood, 0.25), 0.06))
    rect(canvas, -half, -0.76, 2 * half, 0.08, fill(lighter(wood, 0.1)), 0.02)


def chess(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two children play chess at a small table."""
    for side in (-1, 1):
        _stool(canvas, palette, side * 0.82)
        person(canvas, palette, rng, side * 0.82, "child", "sit", 1.45, left=side > 0)
    _table(canvas, palette, 0.42)
    board = palette.lit(hex_colour("f3e3c4"))
    rect(canvas, -0.3, -0.8, 0.6, 0.045, fill(board))
    for k in range(6):
        rect(canvas, -0.3 + 0.1 * k, -0.8, 0.05, 0.045, fill(palette.lit(hex_colour("8a5c3d"))))
    for x, tall, tone in (
        (-0.22, 0.16, "faf3e2"),
        (-0.1, 0.12, "faf3e2"),
        (0.06, 0.14, "2d2a2e"),
        (0.2, 0.17, "2d2a2e"),
    ):
        colour = palette.lit(hex_colour(tone))
        rect(canvas, x - 0.03, -0.8 - tall, 0.06, tall, fill(colour), 0.02)
        oval(canvas, x, -0.8 - tall, 0.045, 0.045, fill(colour))


_STROKES = (
    # the characters 木 and 大 on the scroll, one above the other
    ((0.1, -1.6), (0.32, -1.6)), ((0.21, -1.66), (0.21, -1.44)), ((0.21, -1.56), (0.1, -1.42)),
    ((0.21, -1.56), (0.33, -1.42)), ((0.1, -1.28), (0.32, -1.28)), ((0.21, -1.34), (0.12, -1.1)),
    ((0.21, -1.24), (0.32, -1.1)),
)  # fmt: skip


def calligraphy(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """An elder teaches a child to write with a brush."""
    person(canvas, palette, rng, 0.95, "child", "sit", 1.5, left=True)
    x, y = person(canvas, palette, rng, -0.95, "elder", "work", ELDER)
    polyline(canvas, ((x + 0.0, y - 0.16), (x + 0.1, y + 0.2)), pen(palette.lit(hex_colour("6d4426")), 0.035))
    polyline(canvas, ((x + 0.1, y + 0.18), (x + 0.12, y + 0.25)), pen(palette.lit(hex_colour("22252a")), 0.045))
    _stool(canvas, palette, 0.98)
    _table(canvas, palette, 0.68)
    rect(canvas, -0.42, -0.79, 0.66, 0.03, fill(palette.lit(hex_colour("fdf8ea"))))
    oval(canvas, 0.44, -0.8, 0.13, 0.04, fill(palette.lit(hex_colour("4d5358"))))
    oval(canvas, 0.44, -0.81, 0.08, 0.022, fill(palette.lit(hex_colour("22252a"))))
    paper, ink = palette.lit(hex_colour("fdf8ea")), palette.lit(hex_colour("22252a"))
    rect(canvas, -0.02, -1.75, 0.46, 0.74, fill(paper))
    for k in (-1.77, -1.01):
        rect(canvas, -0.07, k, 0.56, 0.045, fill(palette.lit(hex_colour("8c5a36"))), 0.02)
    for strokes in _STROKES:
        polyline(canvas, strokes, pen(ink, 0.035))


def alone(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """An old person sits alone on a long bench."""
    bench(canvas, palette, 2.3)
    person(canvas, palette, rng, -0.6, "elder", "sit", ELDER)


def interview(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two people talk across a table with papers."""
    for side, role in ((-1, "business"), (1, "people")):
        _stool(canvas, palette, side * 0.95)
        person(canvas, palette, rng, side * 0.95, role, "sit", ADULT, left=side > 0)
    _table(canvas, palette, 0.55)
    rect(canvas, -0.32, -0.79, 0.26, 0.03, fill(palette.lit(hex_colour("ffffff"))))
    _at(canvas, 0.28, -0.76, "laptop", 0.26)


def desk(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A child does its homework at a table."""
    _stool(canvas, palette, -0.72)
    person(canvas, palette, rng, -0.72, "child", "sit", 1.5)
    _table(canvas, palette, 0.72)
    rect(canvas, -0.4, -0.79, 0.36, 0.03, fill(palette.lit(hex_colour("ffffff"))))
    _at(canvas, 0.32, -0.76, "books", 0.3)


def talk(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two people face each other, one with a hand raised."""
    person(canvas, palette, rng, -0.62, "mother", "wave", ADULT)
    person(canvas, palette, rng, 0.62, "people", "stand", ADULT, left=True)


def couple(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A couple with a bunch of flowers."""
    person(canvas, palette, rng, -0.34, "mother", "hold", 1.66, held="bouquet")
    person(canvas, palette, rng, 0.42, "business", "stand", 1.76, left=True)


def football(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two players run after a ball."""
    for x, left in ((-0.75, False), (0.95, True)):
        person(canvas, palette, rng, x, "father", "walk", ADULT, left=left)
    _at(canvas, 0.0, -0.02, "soccer_ball", 0.26)


def goal(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A shot at goal: net, keeper, player and ball."""
    post, net = palette.lit(hex_colour("fafafa")), mix(palette.paper, palette.ground, 0.35)
    for k in range(1, 12):
        polyline(canvas, ((0.2 + 0.2 * k, -1.75), (0.2 + 0.2 * k, 0)), pen(net, 0.014, 0.8))
    for k in range(1, 9):
        polyline(canvas, ((0.2, -0.2 * k), (2.6, -0.2 * k)), pen(net, 0.014, 0.8))
    polyline(canvas, ((0.2, 0), (0.2, -1.8), (2.6, -1.8), (2.6, 0)), pen(post, 0.07))
    person(canvas, palette, rng, 1.5, "people", "wave", ADULT, left=True)
    person(canvas, palette, rng, -1.7, "father", "walk", ADULT)
    _at(canvas, -0.75, -0.06, "soccer_ball", 0.26)


def courier(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Somebody rides a scooter with a box of meals."""
    box = palette.lit(mix(hex_colour("f2b632"), palette.accent, 0.3), 0.7)
    canvas.save()
    canvas.translate(-0.08, -0.36)
    person(canvas, palette, rng, 0.0, "driver", "sit", 1.6)
    canvas.restore()
    rect(canvas, -0.92, -1.22, 0.52, 0.5, fill(box), 0.05)
    rect(canvas, -0.92, -1.1, 0.52, 0.06, fill(darker(box, 0.2)))
    canvas.save()
    canvas.scale(-1, 1)
    drawing(canvas, "motor_scooter", 1.15)
    canvas.restore()


ACTS: dict[str, Story] = {
    "chess": Story(chess, 2.2, 1.3, "", "two children playing chess", "两个下棋的孩子"),
    "calligraphy": Story(calligraphy, 2.6, 1.8, "", "an elder teaching a child calligraphy", "教孩子写毛笔字的老人"),
    "alone": Story(alone, 2.3, 1.35, "", "an old person alone on a bench", "独自坐在长椅上的老人"),
    "interview": Story(interview, 2.6, 1.4, "", "two people talking at a table", "隔桌交谈的两个人"),
    "desk": Story(desk, 2.0, 1.3, "", "a child doing homework", "写作业的孩子"),
    "talk": Story(talk, 1.9, 1.7, "", "two people talking", "交谈的两个人"),
    "couple": Story(couple, 1.6, 1.75, "", "a couple with flowers", "捧着花的一对新人"),
    "football": Story(football, 2.6, 1.7, "", "two people playing football", "踢足球的两个人"),
    "courier": Story(courier, 1.9, 1.75, "", "a courier on a scooter", "骑电动车的外卖员"),
    "goal": Story(goal, 4.6, 1.85, "", "a football player shooting at a goal", "射门的足球运动员"),
}  # fmt: skip

ALL: dict[str, Story] = {**STORIES, **ACTS}
"""Every group of people there is."""
