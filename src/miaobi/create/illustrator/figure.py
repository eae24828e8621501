"""People drawn by ourselves: full figures with a pose, clothes and one thing in the hand.

A figure is 1 unit tall, feet at (0, 0), head towards -1; it faces right (+x). Proportions: the head is about 1/6 of the
height, legs half. Clothes come from the role, colours from the palette, skin and hair from the seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from miaobi.create.illustrator.brush import (
    Canvas,
    Colour,
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

SKINS = tuple(hex_colour(c) for c in ("f6d3b3", "eab98f", "d39a6a", "a8703f", "7c4f2f"))
TONES = ("1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff")
_HAIR = tuple(hex_colour(c) for c in ("2b2320", "3a2a20", "5a3a22", "8a5a2b", "20242c", "b5652b", "d8ad5f", "8d8f96"))
_DARK_HAIR = 3
_GRACEFUL = ("bob", "bun", "long", "ponytail", "afro", "scarf")
_PLAIN = ("short", "quiff", "curly", "bald", "afro", "short")


@dataclass(frozen=True)
class Role:
    """Clothes and bearing. `pose`: stand, walk, present, hold, work, wave. `held` is a drawing's name."""

    pose: str
    hat: str = ""
    coat: str = ""
    held: str = ""
    apron: str = ""
    child: bool = False
    grey: bool = False
    skirt: bool | None = None
    pack: bool = False


ROLES: dict[str, Role] = {
    "doctor": Role("hold", coat="f4f7fa", held="clipboard"),
    "teacher": Role("present", held=""),
    "student": Role("walk", pack=True, held="books"),
    "child": Role("wave", child=True),
    "pupil": Role("walk", child=True, pack=True),
    "farmer": Role("hold", hat="straw", held="basket", apron="3f6f9e"),
    "chef": Role("hold", hat="toque", held="shallow_pan_of_food", coat="f7f5f0"),
    "builder": Role("present", hat="hard", apron="f08a24"),
    "scientist": Role("hold", coat="f4f7fa", held="test_tube"),
    "business": Role("stand", coat="34495e", held="briefcase"),
    "programmer": Role("hold", held="laptop"),
    "police": Role("stand", hat="cap", coat="2f5d8a"),
    "judge": Role("present", coat="2b2b33"),
    "artist": Role("hold", hat="beret", held="artist_palette"),
    "singer": Role("present", held="microphone"),
    "elder": Role("stand", grey=True, held="cane"),
    "mother": Role("wave", skirt=True),
    "father": Role("walk", skirt=False),
    "traveller": Role("walk", hat="straw", pack=True),
    "people": Role("walk"),
    "astronaut": Role("wave", hat="helmet", coat="f2f4f7"),
    "firefighter": Role("present", hat="hard", coat="9c3b2c"),
    "driver": Role("wave", hat="cap"),
}


@dataclass(frozen=True)
class Look:
    """One person's looks. `girth` widens the body; `pose` overrides the role's, "" keeps it."""

    skin: Colour
    hair: Colour
    style: str
    shirt: Colour
    legs: Colour
    shoes: Colour
    skirt: bool
    beard: bool = False
    glasses: bool = False
    stripes: bool = False
    girth: float = 1.0
    pose: str = ""


def choose_look(role: str, palette: Palette, rng: random.Random) -> Look:
    """Skin, hair, clothes, build and gesture of one person."""
    spec = ROLES[role]
    lit = palette.lit
    shirt = rng.choice((palette.accent, palette.second, palette.third, mix(palette.paper, palette.second, 0.25),
                        hex_colour("5f8f6f"), hex_colour("f2efe6"), hex_colour("7a5c8e")))  # fmt: skip
    legs = rng.choice((hex_colour("35476b"), hex_colour("3d3a50"), darker(palette.third, 0.35), hex_colour("5b5148"),
                       hex_colour("8a7a63"), hex_colour("4f6d8a")))  # fmt: skip
    if spec.hat == "helmet":
        legs = hex_colour("dfe4ea")
    skirt = spec.skirt if spec.skirt is not None else (rng.random() < 0.25 and not spec.apron)
    graceful = skirt or rng.random() < 0.4
    style = rng.choice(_GRACEFUL if graceful else _PLAIN)
    if spec.hat and style in ("afro", "scarf", "ponytail"):
        style = "bob" if graceful else "short"
    skin = rng.randrange(len(SKINS))
    hair = _HAIR[rng.randrange(_DARK_HAIR if skin >= 3 else len(_HAIR) - int(spec.child))]
    if spec.grey:
        hair, style = hex_colour("d9dde0"), "bun" if graceful else rng.choice(("short", "bald"))
    plain = not graceful and not spec.child
    return Look(
        lit(SKINS[skin], 0.6), lit(hair, 0.6), style, lit(shirt, 0.7), lit(legs, 0.7),
        lit(rng.choice((hex_colour("2c2a33"), hex_colour("f1ede4"), hex_colour("7b4a33")))), skirt,
        beard=plain and rng.random() < 0.25, glasses=rng.random() < (0.5 if spec.grey else 0.16),
        stripes=not spec.coat and not spec.apron and rng.random() < 0.25,
        girth=rng.uniform(0.93, 1.1), pose=rng.choice(_GESTURES.get(role, ("",))),
    )  # fmt: skip


_GESTURES = {
    "people": ("walk", "stand", "wave", "walk"),
    "child": ("wave", "walk", "present"),
    "mother": ("wave", "walk", "stand"),
    "father": ("walk", "stand", "wave"),
}


_ARMS: dict[str, tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]] = {
    # pose: (far arm, near arm), shoulder to hand
    "stand": (((0.06, -0.78), (0.12, -0.62), (0.10, -0.47)), ((-0.05, -0.78), (-0.12, -0.62), (-0.10, -0.46))),
    "walk": (((0.05, -0.78), (0.13, -0.63), (0.21, -0.53)), ((-0.04, -0.78), (-0.11, -0.63), (-0.13, -0.48))),
    "present": (((0.06, -0.78), (0.19, -0.76), (0.31, -0.86)), ((-0.06, -0.78), (-0.13, -0.63), (-0.06, -0.53))),
    "hold": (((0.07, -0.78), (0.14, -0.63), (0.22, -0.60)), ((-0.04, -0.78), (-0.05, -0.61), (0.12, -0.57))),
    "wave": (((0.06, -0.78), (0.18, -0.82), (0.22, -0.97)), ((-0.06, -0.78), (-0.13, -0.63), (-0.12, -0.47))),
    "work": (((0.07, -0.78), (0.16, -0.66), (0.27, -0.62)), ((-0.03, -0.78), (0.04, -0.62), (0.20, -0.59))),
    "sit": (((0.06, -0.78), (0.14, -0.63), (0.22, -0.56)), ((-0.04, -0.78), (0.0, -0.60), (0.16, -0.54))),
    "lean": (((0.06, -0.78), (0.22, -0.88), (0.13, -0.97)), ((-0.06, -0.78), (-0.2, -0.66), (-0.3, -0.52))),
    "lift": (((0.06, -0.78), (0.15, -0.68), (0.17, -0.86)), ((-0.05, -0.78), (-0.12, -0.62), (-0.10, -0.46))),
    "pour": (((0.07, -0.78), (0.20, -0.70), (0.33, -0.62)), ((-0.03, -0.78), (0.07, -0.63), (0.25, -0.60))),
    "dig": (((0.07, -0.78), (0.20, -0.64), (0.22, -0.46)), ((-0.03, -0.78), (0.08, -0.70), (0.22, -0.66))),
}
_LEGS = {
    "stand": (((0.045, -0.48), (0.05, -0.25), (0.055, -0.02)), ((-0.045, -0.48), (-0.05, -0.25), (-0.055, -0.02))),
    "walk": (((0.03, -0.48), (0.11, -0.26), (0.17, -0.035)), ((-0.02, -0.48), (-0.02, -0.25), (-0.14, -0.05))),
    "sit": (((0.04, -0.26), (0.22, -0.26), (0.24, -0.02)), ((-0.03, -0.25), (0.17, -0.25), (0.18, -0.015))),
}
SEAT = 0.22
"""How much lower the upper body of somebody seated is, in figure units."""


def pose_of(role: str, look: Look, pose: str = "") -> str:
    """The pose a figure is drawn in: the caller's, else the person's own, else the role's."""
    return pose or look.pose or ROLES[role].pose


def hand_of(role: str, pose: str = "") -> tuple[float, float]:
    """Where the far hand, which holds things, is; in figure units."""
    pose = pose or ROLES[role].pose
    x, y = _ARMS[pose if pose not in ("walk", "wave") else "stand"][0][2]
    return (x, y + SEAT) if pose == "sit" else (x, y)


def draw_figure(canvas: Canvas, role: str, look: Look, pose: str = "") -> None:
    """Draw a figure of unit height (a child is scaled by the caller through its real height)."""
    spec = ROLES[role]
    pose = pose_of(role, look, pose)
    legs = _LEGS.get(pose, _LEGS["stand"])
    top = mix(hex_colour(spec.coat), look.shirt, 0.08) if spec.coat else look.shirt
    arms = _ARMS[pose]
    seated = SEAT if pose == "sit" else 0.0
    canvas.save()
    canvas.translate(0, seated)
    if spec.pack:
        rect(canvas, -0.17, -0.80, 0.14, 0.27, fill(darker(look.legs, 0.1)), 0.05)
        rect(canvas, -0.165, -0.66, 0.09, 0.1, fill(lighter(look.legs, 0.12)), 0.03)
    _arm(canvas, arms[0], darker(top, 0.16), darker(look.skin, 0.06))
    canvas.restore()
    _leg(canvas, legs[0], darker(look.legs, 0.22), look, spec)
    if not seated:
        _leg(canvas, legs[1], look.legs, look, spec)
    canvas.save()
    canvas.translate(0, seated)
    canvas.scale(look.girth, 1.0)
    _torso(canvas, top, look, spec, bool(seated))
    canvas.restore()
    if seated:
        _leg(canvas, legs[1], look.legs, look, spec)
    canvas.save()
    canvas.translate(0, seated)
    draw_head(canvas, look, role)
    if pose not in _HOLDING:
        _arm(canvas, arms[1], darker(top, 0.1), look.skin)
    canvas.restore()


_HOLDING = ("hold", "work", "sit", "pour", "dig")


def draw_near_arm(canvas: Canvas, role: str, look: Look, pose: str = "") -> None:
    """The arm in front of a thing that is held; drawn after that thing."""
    spec = ROLES[role]
    pose = pose_of(role, look, pose)
    if pose in _HOLDING:
        top = mix(hex_colour(spec.coat), look.shirt, 0.08) if spec.coat else look.shirt
        canvas.save()
        canvas.translate(0, SEAT if pose == "sit" else 0.0)
        _arm(canvas, _ARMS[pose][1], darker(top, 0.12), look.skin)
        canvas.restore()


def draw_head(canvas: Canvas, look: Look, role: str) -> None:
    """Head and hat on the neck at (0, -0.83); a child's is larger for its body."""
    spec = ROLES[role]
    canvas.save()
    if spec.child:
        canvas.translate(0, -0.81)
        canvas.scale(1.2, 1.12)
        canvas.translate(0, 0.81)
    _head(canvas, look, spec)
    canvas.restore()


def _arm(canvas: Canvas, points: tuple[tuple[float, float], ...], sleeve: Colour, skin: Colour) -> None:
    shoulder, elbow, hand = points
    wrist = (elbow[0] + (hand[0] - elbow[0]) * 0.78, elbow[1] + (hand[1] - elbow[1]) * 0.78)
    polyline(canvas, (wrist, hand), pen(skin, 0.05))
    canvas.drawPath(_bent(shoulder, elbow, wrist), pen(sleeve, 0.072))


def _bent(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> object:
    near = (b[0] + (a[0] - b[0]) * 0.25, b[1] + (a[1] - b[1]) * 0.25)
    far = (b[0] + (c[0] - b[0]) * 0.25, b[1] + (c[1] - b[1]) * 0.25)
    path = smooth((a, a, near))
    path.quadTo(*b, *far)
    path.lineTo(*c)
    return path


def _leg(canvas: Canvas, points: tuple[tuple[float, float], ...], cloth: Colour, look: Look, spec: Role) -> None:
    hip, knee, ankle = points
    bare = look.skirt and not spec.coat
    colour = darker(look.skin, 0.05) if bare else cloth
    width = 0.062 if bare else 0.088
    canvas.drawPath(_bent(hip, knee, (ankle[0], ankle[1] - 0.012)), pen(colour, width))
    x, y = ankle
    shoe = smooth(
        (
            (x - 0.045, y - 0.035),
            (x - 0.05, y + 0.022),
            (x + 0.05, y + 0.024),
            (x + 0.105, y + 0.02),
            (x + 0.08, y - 0.02),
            (x + 0.03, y - 0.045),
        ),
        close=True,
    )
    canvas.drawPath(shoe, fill(look.shoes))


def _torso(canvas: Canvas, top: Colour, look: Look, spec: Role, seated: bool = False) -> None:
    """The upper body with skirt, coat tails or apron."""
    body = smooth(
        (
            (-0.06, -0.835),
            (0.06, -0.835),
            (0.112, -0.79),
            (0.098, -0.62),
            (0.095, -0.46),
            (0.0, -0.445),
            (-0.095, -0.46),
            (-0.098, -0.62),
            (-0.112, -0.79),
        ),
        close=True,
    )
    if look.skirt and not spec.coat and not seated:
        skirt = polygon(((-0.075, -0.56), (0.075, -0.56), (0.155, -0.26), (0.0, -0.235), (-0.155, -0.26)))
        canvas.drawPath(skirt, fill(darker(look.legs, 0.02)))
    if spec.coat and spec.coat not in ("34495e", "2f5d8a", "f2f4f7"):
        tail = polygon(
            ((-0.09, -0.6), (0.09, -0.6), (0.125, -0.28), (0.01, -0.275), (0.0, -0.3), (-0.01, -0.275), (-0.125, -0.28))
        )
        canvas.drawPath(tail, fill(darker(top, 0.05)))
    canvas.drawPath(body, fill(top))
    if look.stripes:
        canvas.save()
        canvas.clipPath(body, True)
        for k in range(4):
            rect(canvas, -0.12, -0.79 + k * 0.09, 0.24, 0.032, fill(lighter(top, 0.6), 0.8))
        canvas.restore()
    if spec.coat:
        canvas.drawPath(polygon(((-0.032, -0.835), (0.038, -0.835), (0.008, -0.62))), fill(look.shirt))
        polyline(canvas, ((0.008, -0.62), (0.004, -0.46)), pen(darker(top, 0.18), 0.007))
    if spec.apron:
        cloth = mix(hex_colour(spec.apron), look.legs, 0.1)
        rect(canvas, -0.075, -0.70, 0.15, 0.26, fill(cloth), 0.03)
        polyline(canvas, ((-0.06, -0.69), (-0.045, -0.83)), pen(cloth, 0.022))
        polyline(canvas, ((0.06, -0.69), (0.045, -0.83)), pen(cloth, 0.022))
        if spec.hat == "hard":
            rect(canvas, -0.075, -0.6, 0.15, 0.03, fill(hex_colour("fff0a8")), 0.008)


def _head(canvas: Canvas, look: Look, spec: Role) -> None:
    x, y, r = 0.012, -0.915, 0.079
    polyline(canvas, ((0.0, -0.83), (0.006, -0.88)), pen(darker(look.skin, 0.12), 0.06))
    helmet = spec.hat == "helmet"
    if not helmet:
        _hair_behind(canvas, look, x, y, r)
    oval(canvas, x, y, r * 0.94, r * 1.02, fill(look.skin))
    oval(canvas, x - 0.025, y + 0.012, 0.016, 0.02, fill(darker(look.skin, 0.08)))
    for dx in (0.022, 0.055):
        oval(canvas, x + dx, y - 0.002, 0.0075, 0.0095, fill(hex_colour("2a2430")))
    polyline(
        canvas,
        ((x + 0.024, y + 0.036), (x + 0.038, y + 0.041), (x + 0.051, y + 0.036)),
        pen(darker(look.skin, 0.45), 0.0075),
    )
    oval(canvas, x + 0.018, y + 0.026, 0.014, 0.009, fill(hex_colour("e8735a"), 0.28))
    if helmet:
        oval(canvas, x, y, r * 1.45, r * 1.45, fill(hex_colour("dfe9f5"), 0.35))
        canvas.drawCircle(x, y, r * 1.45, pen(hex_colour("f2f5f9"), 0.026))
        return
    if look.beard:
        oval(canvas, x + r * 0.3, y + r * 0.68, r * 0.62, r * 0.42, fill(look.hair))
        oval(canvas, x + r * 0.46, y + r * 0.5, r * 0.2, r * 0.06, fill(darker(look.skin, 0.4)))
    _hair_front(canvas, look, x, y, r)
    if look.glasses:
        for dx in (0.018, 0.062):
            canvas.drawCircle(x + dx, y - 0.002, 0.019, pen(hex_colour("2a2430"), 0.006))
    _hat(canvas, spec.hat, look, x, y, r)


def _hair_behind(canvas: Canvas, look: Look, x: float, y: float, r: float) -> None:
    if look.style == "long":
        rect(canvas, x - r * 1.12, y - r * 0.6, r * 1.2, r * 2.3, fill(look.hair), r * 0.5)
    elif look.style == "bob":
        rect(canvas, x - r * 1.14, y - r * 0.7, r * 1.5, r * 1.75, fill(look.hair), r * 0.55)
    elif look.style == "ponytail":
        oval(canvas, x - r * 1.25, y + r * 0.1, r * 0.34, r * 0.8, fill(look.hair))
    elif look.style == "afro":
        oval(canvas, x - r * 0.12, y - r * 0.38, r * 1.38, r * 1.24, fill(look.hair))
    elif look.style == "scarf":
        rect(canvas, x - r * 1.12, y - r * 0.7, r * 1.7, r * 2.0, fill(look.shirt), r * 0.7)
    elif look.style == "bun":
        oval(canvas, x - r * 1.0, y - r * 0.75, r * 0.5, r * 0.5, fill(look.hair))


def _hair_front(canvas: Canvas, look: Look, x: float, y: float, r: float) -> None:
    if look.style == "curly":
        for dx, dy, s in ((-0.85, -0.25, 0.42), (-0.6, -0.75, 0.5), (-0.05, -0.98, 0.5), (0.5, -0.78, 0.45)):
            oval(canvas, x + dx * r, y + dy * r, s * r, s * r, fill(look.hair))
        return
    if look.style == "bald":
        oval(canvas, x - r * 0.9, y + r * 0.02, r * 0.16, r * 0.3, fill(look.hair))
        return
    lift = -1.3 if look.style == "quiff" else -1.12
    tone = darker(look.shirt, 0.08) if look.style == "scarf" else look.hair
    cap = smooth(
        (
            (x - r * 0.98, y + r * 0.35),
            (x - r * 1.18, y - r * 0.3),
            (x - r * 0.8, y - r * 1.15),
            (x + r * 0.25, y + lift * r),
            (x + r * 1.05, y - r * 0.95),
            (x + r * 0.98, y - r * 0.42),
            (x + r * 0.2, y - r * 0.5),
            (x - r * 0.35, y - r * 0.28),
            (x - r * 0.62, y + r * 0.2),
        ),
        close=True,
    )
    canvas.drawPath(cap, fill(tone))


def _hat(canvas: Canvas, hat: str, look: Look, x: float, y: float, r: float) -> None:
    if hat == "straw":
        straw = hex_colour("e5bd6c")
        oval(canvas, x, y - r * 0.62, r * 1.75, r * 0.32, fill(darker(straw, 0.12)))
        rect(canvas, x - r * 0.85, y - r * 1.55, r * 1.7, r * 1.0, fill(straw), r * 0.5)
        rect(canvas, x - r * 0.86, y - r * 0.88, r * 1.72, r * 0.25, fill(look.shirt))
    elif hat == "hard":
        yellow = hex_colour("f7c22f")
        canvas.drawPath(
            smooth(
                ((x - r, y - r * 0.4), (x - r * 1.05, y - r * 1.5), (x + r * 1.05, y - r * 1.5), (x + r, y - r * 0.4)),
                True,
            ),
            fill(yellow),
        )
        rect(canvas, x - r * 1.15, y - r * 0.72, r * 2.5, r * 0.24, fill(darker(yellow, 0.12)), r * 0.1)
    elif hat == "toque":
        white = hex_colour("ffffff")
        for dx in (-0.6, 0.0, 0.6):
            oval(canvas, x + dx * r, y - r * 1.65, r * 0.6, r * 0.55, fill(white))
        rect(canvas, x - r * 0.92, y - r * 1.55, r * 1.84, r * 0.95, fill(white))
        rect(canvas, x - r * 0.92, y - r * 0.8, r * 1.84, r * 0.24, fill(hex_colour("dfe4ea")))
    elif hat == "cap":
        navy = mix(hex_colour("2b4a72"), look.shirt, 0.15)
        rect(canvas, x - r * 1.0, y - r * 1.35, r * 2.0, r * 0.85, fill(navy), r * 0.4)
        oval(canvas, x + r * 0.6, y - r * 0.55, r * 0.95, r * 0.18, fill(darker(navy, 0.35)))
    elif hat == "beret":
        oval(canvas, x - r * 0.15, y - r * 0.95, r * 1.15, r * 0.42, fill(mix(hex_colour("b03a48"), look.shirt, 0.2)))


def draw_bust(canvas: Canvas, look: Look, nod: float) -> None:
    """Upper body and helmeted head without arms and legs, hip at (0, -0.46); the head turned by `nod` degrees."""
    spec = Role("stand")
    canvas.save()
    canvas.scale(look.girth, 1.0)
    _torso(canvas, look.shirt, look, spec, True)
    canvas.restore()
    canvas.save()
    canvas.translate(0, -0.83)
    canvas.rotate(nod)
    canvas.translate(0, 0.83)
    _head(canvas, look, spec)
    x, y, r = 0.012, -0.915, 0.079
    shell = mix(look.shirt, hex_colour("f7f7f2"), 0.55)
    corners = ((-1.1, -0.3), (-1.15, -1.2), (0.0, -1.75), (1.15, -1.2), (1.2, -0.35))
    dome = smooth([(x + r * dx, y + r * dy) for dx, dy in corners])
    canvas.drawPath(dome, fill(shell))
    rect(canvas, x - r * 1.1, y - r * 0.55, r * 2.35, r * 0.2, fill(darker(shell, 0.25)), r * 0.1)
    canvas.restore()
