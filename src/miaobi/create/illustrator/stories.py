"""Small human stories for pictures whose text names nobody: one group of people each, drawn in metres.

A group stands on y = 0 around x = 0, up is negative y. Which story is told depends on the place and the weather, and
moves on with the picture's position in its series.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import skia

from miaobi.create.illustrator import figure, pictograms
from miaobi.create.illustrator.brush import (
    Canvas,
    darker,
    fill,
    hex_colour,
    lighter,
    mix,
    oval,
    pen,
    polygon,
    polyline,
    rect,
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.palette import Palette
from miaobi.create.illustrator.trees import leaf_colour

Draw = Callable[[Canvas, Palette, random.Random], None]

ADULT, CHILD, ELDER = 1.7, 1.15, 1.62


def person(
    canvas: Canvas, palette: Palette, rng: random.Random, x: float, role: str = "people", pose: str = "stand",
    metres: float = ADULT, left: bool = False, held: str = "",
) -> tuple[float, float]:  # fmt: skip
    """Draw one person at x and return where the far hand is, in metres."""
    look = figure.choose_look(role, palette, rng)
    hand = figure.hand_of(role, pose)
    side = -1 if left else 1
    canvas.save()
    canvas.translate(x, 0)
    canvas.scale(side * metres, metres)
    figure.draw_figure(canvas, role, look, pose)
    if held:
        canvas.save()
        canvas.translate(hand[0], hand[1] + 0.07)
        drawing(canvas, held, 0.15)
        canvas.restore()
    figure.draw_near_arm(canvas, role, look, pose)
    canvas.restore()
    return x + side * hand[0] * metres, hand[1] * metres


def drawing(canvas: Canvas, name: str, height: float) -> None:
    """A drawing of that height with its foot at the origin; nothing when it is missing."""
    sprite = pictograms.sprite(name)
    if sprite is None:
        return
    canvas.save()
    scale = height / (sprite.bottom - sprite.top)
    canvas.scale(scale, scale)
    canvas.translate(-(sprite.left + sprite.right) / 2, -sprite.bottom)
    canvas.drawPicture(sprite.picture)
    canvas.restore()


def bench(canvas: Canvas, palette: Palette, width: float = 1.8) -> None:
    wood, iron = palette.lit(hex_colour("b5793f")), palette.lit(hex_colour("3b4048"))
    for x in (-width * 0.4, width * 0.4):
        polyline(canvas, ((x, 0), (x, -0.84)), pen(iron, 0.06))
    for y, tone in ((-0.85, 0.0), (-0.68, 0.06), (-0.46, 0.0)):
        rect(canvas, -width / 2, y, width, 0.11, fill(darker(wood, tone)), 0.03)


def _young_tree(canvas: Canvas, palette: Palette, rng: random.Random, x: float) -> None:
    leaf, bark = leaf_colour(palette, rng), palette.lit(hex_colour("7a5238"))
    oval(canvas, x, -0.02, 0.4, 0.08, fill(palette.lit(hex_colour("6d4a35"))))
    polyline(canvas, ((x + 0.13, 0), (x + 0.13, -1.0)), pen(palette.lit(hex_colour("c79a63")), 0.05))
    polyline(canvas, ((x, 0), (x, -1.1)), pen(bark, 0.055))
    rect(canvas, x - 0.03, -0.78, 0.2, 0.045, fill(palette.lit(palette.accent)))
    for dx, y, r in ((0.0, -1.42, 0.34), (-0.22, -1.24, 0.22), (0.23, -1.26, 0.22), (0.05, -1.66, 0.22)):
        oval(canvas, x + dx, y, r, r, fill(leaf))
    for dx, y, r in ((-0.08, -1.52, 0.17), (-0.26, -1.28, 0.1), (0.16, -1.32, 0.1)):
        oval(canvas, x + dx, y, r, r, fill(lighter(leaf, 0.2), 0.5))


def rest(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Somebody reads on a bench."""
    bench(canvas, palette)
    person(canvas, palette, rng, -0.35, rng.choice(("people", "elder")), "sit", ADULT, held="open_book")
    canvas.save()
    canvas.translate(0.62, -0.46)
    drawing(canvas, "backpack", 0.42)
    canvas.restore()


def chat(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two people talk on a bench."""
    bench(canvas, palette, 2.0)
    person(canvas, palette, rng, -0.62, "elder", "sit", ELDER)
    person(canvas, palette, rng, 0.62, "people", "sit", ADULT, left=True)


def balloon(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A child with a balloon beside its mother or father."""
    person(canvas, palette, rng, -0.5, rng.choice(("mother", "father")), "stand", ADULT)
    x, y = person(canvas, palette, rng, 0.4, "child", "wave", CHILD)
    colour = palette.lit(mix(hex_colour("e5483f"), palette.accent, 0.35), 0.6)
    canvas.drawPath(smooth(((x, y), (x + 0.05, y - 0.3), (x + 0.02, y - 0.55))), pen(palette.ink, 0.012))
    oval(canvas, x + 0.02, y - 0.8, 0.2, 0.25, fill(colour))
    oval(canvas, x - 0.05, y - 0.88, 0.05, 0.08, fill(lighter(colour, 0.6), 0.8))


def water(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Somebody waters a young tree."""
    _young_tree(canvas, palette, rng, 0.95)
    x, y = person(canvas, palette, rng, -0.25, rng.choice(("people", "mother", "father")), "pour")
    can = palette.lit(mix(hex_colour("4f8fb5"), palette.third, 0.4), 0.7)
    drops = pen(hex_colour("9ad4ee"), 0.018, 0.9)
    for k in range(5):
        polyline(canvas, ((x + 0.42 + k * 0.03, y + 0.16), (x + 0.47 + k * 0.05, y + 0.85)), drops)
    polyline(canvas, ((x + 0.1, y + 0.2), (x + 0.4, y + 0.1)), pen(can, 0.05))
    rect(canvas, x - 0.13, y + 0.03, 0.28, 0.27, fill(can), 0.04)
    oval(canvas, x + 0.42, y + 0.1, 0.06, 0.07, fill(darker(can, 0.2)))


def dig(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A gardener plants a young tree."""
    _young_tree(canvas, palette, rng, 0.95)
    look = random.Random(rng.random())  # noqa: S311 - variety, not secrecy
    x, _ = person(canvas, palette, look, -0.1, "farmer", "dig", 1.72)
    polyline(canvas, ((x - 0.02, -1.2), (x + 0.04, -0.28)), pen(palette.lit(hex_colour("9b7045")), 0.045))
    blade = ((x - 0.08, -0.32), (x + 0.16, -0.32), (x + 0.13, -0.04), (x + 0.05, 0.02), (x - 0.04, -0.04))
    canvas.drawPath(polygon(blade), fill(palette.lit(hex_colour("8b929c"))))
    oval(canvas, -0.85, -0.1, 0.26, 0.16, fill(palette.lit(hex_colour("6d4a35"))))


def cafe(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two people at a small table with cups."""
    iron = palette.lit(hex_colour("3f4650"))
    for side, role in ((-1, "people"), (1, "mother")):
        x = side * 0.8
        rect(canvas, x - 0.22, -0.47, 0.44, 0.07, fill(palette.lit(palette.second)), 0.03)
        rect(canvas, x - side * -0.2 - 0.03, -0.95, 0.06, 0.5, fill(iron), 0.03)
        for dx in (-0.18, 0.18):
            polyline(canvas, ((x + dx, 0), (x + dx, -0.44)), pen(iron, 0.04))
        person(canvas, palette, rng, x, role, "sit", ADULT, left=side > 0)
    polyline(canvas, ((0, 0), (0, -0.72)), pen(iron, 0.06))
    oval(canvas, 0, -0.02, 0.26, 0.05, fill(iron))
    oval(canvas, 0, -0.74, 0.42, 0.07, fill(palette.lit(palette.paper)))
    for x in (-0.17, 0.17):
        rect(canvas, x - 0.05, -0.88, 0.1, 0.12, fill(palette.lit(palette.accent)), 0.03)


def stroll(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """An elderly couple on a walk."""
    person(canvas, palette, rng, -0.42, "elder", "walk", 1.6)
    x, y = person(canvas, palette, rng, 0.36, "elder", "walk", 1.68)
    polyline(canvas, ((x + 0.06, y + 0.02), (x + 0.12, -0.0)), pen(palette.lit(hex_colour("7a4b2b")), 0.04))


def dog_walk(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Somebody walks a dog."""
    x, y = person(canvas, palette, rng, -0.5, "people", "walk")
    canvas.drawPath(smooth(((x, y), (x + 0.3, y + 0.4), (0.62, -0.45))), pen(palette.ink, 0.02))
    canvas.save()
    canvas.translate(0.72, 0)
    canvas.scale(-1, 1)
    drawing(canvas, "dog", 0.6)
    canvas.restore()


def play(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two children with a ball."""
    person(canvas, palette, rng, -0.95, "child", "wave", 1.1)
    person(canvas, palette, rng, 0.95, "child", "present", CHILD, left=True)
    canvas.save()
    canvas.translate(0.05, -0.28)
    drawing(canvas, "soccer_ball", 0.26)
    canvas.restore()


def school_run(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A parent brings a child with a satchel."""
    person(canvas, palette, rng, -0.42, rng.choice(("mother", "father")), "walk")
    person(canvas, palette, rng, 0.38, "pupil", "walk", 1.2)


def picnic(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Two people have a picnic on a blanket."""
    cloth = palette.lit(mix(palette.accent, palette.paper, 0.3))
    canvas.drawPath(polygon(((-1.35, 0.0), (1.35, 0.0), (1.05, -0.3), (-1.05, -0.3))), fill(cloth))
    for k in range(1, 5):
        x = -1.35 + 2.7 * k / 5
        polyline(canvas, ((x, 0.0), (x * 0.78, -0.3)), pen(lighter(cloth, 0.5), 0.035))
    for x, left in ((-0.75, False), (0.78, True)):
        canvas.save()
        canvas.translate(0, 0.22)
        canvas.clipRect(skia.Rect.MakeLTRB(-3.0, -3.0, 3.0, -0.33))
        person(canvas, palette, rng, x, "people", "sit", ADULT, left=left)
        canvas.restore()
        side = -1 if left else 1
        oval(canvas, x + side * 0.4, -0.14, 0.09, 0.06, fill(palette.lit(hex_colour("7b4a33"))))
    for x, name, size in ((0.0, "basket", 0.42), (-0.25, "red_apple", 0.14), (0.3, "baguette_bread", 0.2)):
        canvas.save()
        canvas.translate(x, -0.06)
        drawing(canvas, name, size)
        canvas.restore()


def umbrella(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """An adult and a child under an umbrella."""
    x, y = person(canvas, palette, rng, -0.12, rng.choice(("mother", "people")), "lift")
    person(canvas, palette, rng, 0.55, "child", "walk", CHILD)
    colour = palette.lit(mix(palette.accent, hex_colour("d8473d"), 0.25), 0.6)
    polyline(canvas, ((x, y + 0.12), (x, y - 0.62)), pen(palette.lit(hex_colour("3f4650")), 0.03))
    top, reach = y - 0.62, 0.82
    roof = smooth(((x - reach, top + 0.3), (x - reach * 0.9, top - 0.1), (x - 0.25, top - 0.26), (x + 0.25, top - 0.26),
                   (x + reach * 0.9, top - 0.1), (x + reach, top + 0.3)))  # fmt: skip
    canvas.drawPath(roof, fill(colour))
    for k in range(4):
        oval(canvas, x - reach + reach * (k + 0.5) / 2, top + 0.3, reach * 0.22, 0.06, fill(darker(colour, 0.2)))


def fanning(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Somebody wipes the sweat away; somebody drinks water."""
    person(canvas, palette, rng, -0.5, "people", "lean")
    person(canvas, palette, rng, 0.5, "people", "lift", held="cup_with_straw", left=True)


@dataclass(frozen=True)
class Story:
    """One group: `width` and `height` in metres, where and in which weather it is told, its two labels."""

    draw: Draw
    width: float
    height: float
    places: str
    english: str
    chinese: str
    weather: str = "dry"


STORIES: dict[str, Story] = {
    "rest": Story(rest, 2.1, 1.45, "street park square quay overlook city",
        "a person reading on a bench", "在长椅上看书的人"),
    "water": Story(water, 2.2, 1.9, "street park square campus roof city",
        "a person watering a young tree", "给小树浇水的人"),
    "balloon": Story(balloon, 2.0, 2.1, "village street park square quay overlook city",
        "a child with a balloon", "拿着气球的孩子"),
    "cafe": Story(cafe, 2.2, 1.45, "street square roof quay city",
        "two people at a café table", "坐在咖啡桌旁的两个人"),
    "dig": Story(dig, 2.9, 1.9, "street park campus roof overlook city",
        "a gardener planting a young tree", "正在种小树的园丁"),
    "stroll": Story(stroll, 1.8, 1.7, "village street park quay overlook square city",
        "an elderly couple on a walk", "散步的老夫妇"),
    "play": Story(play, 2.9, 1.3, "campus park square",
        "children playing with a ball", "玩球的孩子"),
    "dog_walk": Story(dog_walk, 2.1, 1.7, "village street park quay overlook city",
        "a person walking a dog", "遛狗的人"),
    "chat": Story(chat, 2.2, 1.45, "park quay square roof overlook city",
        "two people talking on a bench", "在长椅上聊天的两个人"),
    "school_run": Story(school_run, 1.8, 1.7, "campus street",
        "a parent walking a child to school", "送孩子上学的家长"),
    "picnic": Story(picnic, 2.9, 1.2, "park overlook",
        "two people having a picnic", "野餐的两个人"),
    "umbrella": Story(umbrella, 2.2, 2.3, "",
        "a person and a child under an umbrella", "同撑一把伞的大人和孩子", "rain"),
    "fanning": Story(fanning, 2.0, 1.75, "",
        "people in the heat", "在炎热中的行人", "hot"),
}  # fmt: skip


def choose(setting: str, weather: str, mood: str, series: str, index: int) -> str:
    """The story for that place and weather; "" where none fits. Neighbours in a series get different ones.

    `mood` is "bare" where nothing gives shade, "rest" where the text speaks of rest, else "".
    """
    if weather in ("rain", "storm"):
        return "umbrella" if setting in _TOLD else ""
    if setting not in _TOLD or weather in ("snow", "fog"):
        return ""
    if weather == "heat" and mood == "bare":
        return "fanning"
    calm = mood == "rest" or weather == "heat"
    shade = ("chat", "rest", "picnic", "cafe", *(("water",) if mood != "rest" else ())) if calm else tuple(STORIES)
    shade = tuple(key for key in shade if mood != "bare" or key not in ("water", "dig"))
    told = [key for key in shade if setting in STORIES[key].places.split()]
    start = random.Random(f"story:{series}").randrange(97)  # noqa: S311 - variety, not secrecy
    return told[(start + index) % len(told)] if told else ""


_TOLD = ("street", "city", "square", "quay", "roof", "campus", "overlook", "park", "village")
