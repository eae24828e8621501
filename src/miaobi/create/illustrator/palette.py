"""One palette per work, one light per picture."""

from __future__ import annotations

import random
from dataclasses import dataclass

from miaobi.create.illustrator.brush import Colour, darker, hex_colour, lighter, mix, times

_PALETTES = {
    # name: sky top, sky low, far range, middle range, near range, ground, accent, second, third, paper, ink
    "meadow": "7cc4e8 e6f4f1 a9cfc4 86bd83 62a35f 4f8f50 f2a541 e4572e 3d7ea6 fbf6ea 23303a",
    "lagoon": "79c3d0 f6f0df a5cccb 6aa8a4 458b87 35797a f4a259 e76f51 2a6f97 fdf7ea 1f2d36",
    "lavender": "a4b4ee fdeaf0 bcb8df 9499c9 6f8fa6 5c8288 ff8b94 ffc857 5b5ea6 fff7f4 2b2a45",
    "ochre": "8cc4da fbeed3 dcc8a2 c3aa68 a39a52 85853f d9583b f0b03f 2f6f7e fcf5e5 2f2a25",
    "mint": "8ed6d6 f3fbf0 b7dec8 86c8a4 58ab8a 428f75 ff9b6a 5468c4 f2c14e f8fbf2 1f3136",
    "coral": "86c8e8 ffeadb dfbab2 a3bd93 74a57f 578a6c ef6f6c f7c45e 3b6e91 fff6ee 2d2a32",
    "slate": "94bbdc eff3f4 b4c5d5 8aa7b1 6e9484 537d6d f4a340 c8553d 39628a f8f6f0 222c35",
    "orchard": "8fcbe6 fdf3dd c5d3a8 a1bf70 7aa554 5f8f4a e85d4c f6bd3b 4a6fa5 fdf8ea 27302a",
}

_LIGHTS: dict[str, tuple[Colour, float]] = {
    # light: tint of everything on the ground, how much of it
    "day": ((1.0, 1.0, 1.0), 0.0),
    "dawn": ((1.06, 0.95, 0.94), 0.85),
    "dusk": ((1.02, 0.80, 0.76), 0.85),
    "night": ((0.40, 0.48, 0.74), 0.92),
}


@dataclass(frozen=True)
class Palette:
    """Colours of one picture under its light. `ranges` far to near; `tint` is for drawings."""

    name: str
    light: str
    sky: tuple[Colour, Colour, Colour]
    ranges: tuple[Colour, Colour, Colour]
    ground: Colour
    accent: Colour
    second: Colour
    third: Colour
    paper: Colour
    ink: Colour
    tint: Colour
    glow: Colour

    def lit(self, colour: Colour, share: float = 1.0) -> Colour:
        """A colour of our own under this picture's light."""
        tint, amount = _LIGHTS[self.light]
        return mix(colour, times(colour, tint), amount * share)

    @property
    def is_dark(self) -> bool:
        return self.light == "night"


def choose_palette(series: str, light: str, weather: str, warm: str = "") -> Palette:
    """The work's palette (drawn from `series`), under `light` and `weather`.

    `warm` names a ground that brings its own colours: "sand", "snow", "autumn" or "" for the palette's own.
    """
    is_space = warm == "space"
    name = random.Random(f"palette:{series}").choice(sorted(_PALETTES))  # noqa: S311 - variety, not secrecy
    top, low, far, mid, near, ground, accent, second, third, paper, ink = map(hex_colour, _PALETTES[name].split())
    far, mid, near, ground = _ground_colours(warm, far, mid, near, ground)
    sky = _sky(light, top, low)
    if weather in ("rain", "storm", "fog", "snow"):
        dull = mix(hex_colour("9aa9b5"), hex_colour("5b6878"), 0.6 if weather == "storm" else 0.1)
        dull = times(dull, _LIGHTS[light][0])
        amount = {"rain": 0.55, "storm": 0.8, "fog": 0.6, "snow": 0.35}[weather]
        sky = (
            mix(sky[0], dull, amount),
            mix(sky[1], lighter(dull, 0.25), amount),
            mix(sky[2], lighter(dull, 0.5), amount),
        )
    if weather == "heat":
        hot = (hex_colour("8fc0d8"), hex_colour("f6d9a0"), hex_colour("ffcf8c"))
        sky = (mix(sky[0], hot[0], 0.5), mix(sky[1], hot[1], 0.7), mix(sky[2], hot[2], 0.8))
        dry = hex_colour("c9b45f")
        mid, near, ground = mix(mid, dry, 0.25), mix(near, dry, 0.14), mix(ground, dry, 0.28)
    tint, amount = _LIGHTS[light]
    lit = [mix(c, times(c, tint), amount) for c in (far, mid, near, ground)]
    haze = sky[2]
    drawing_tint = (0.96, 0.96, 1.0) if is_space else mix((1.0, 1.0, 1.0), tint, 0.5 if light == "night" else 0.45)
    return Palette(
        name, light, sky, (mix(lit[0], haze, 0.35), mix(lit[1], haze, 0.12), lit[2]), lit[3],
        accent, second, third, paper, ink, drawing_tint, _glow(light),
    )  # fmt: skip


def _ground_colours(warm: str, far: Colour, mid: Colour, near: Colour, ground: Colour) -> tuple[Colour, ...]:
    if warm == "sand":
        sand = hex_colour("e9c98f")
        return mix(far, hex_colour("d9b08c"), 0.6), mix(mid, hex_colour("dba765"), 0.85), hex_colour("e2b673"), sand
    if warm == "snow":
        white = hex_colour("eef4fa")
        return mix(far, hex_colour("b9cbe2"), 0.8), hex_colour("cfdded"), hex_colour("dfe9f4"), white
    if warm == "autumn":
        gold = hex_colour("d08c3f")
        return mix(far, gold, 0.25), mix(mid, gold, 0.55), mix(near, hex_colour("b5713a"), 0.5), mix(ground, gold, 0.4)
    return far, mid, near, ground


def _sky(light: str, top: Colour, low: Colour) -> tuple[Colour, Colour, Colour]:
    if light == "dawn":
        return mix(top, hex_colour("a9b8e8"), 0.5), mix(low, hex_colour("f8cfc0"), 0.7), hex_colour("ffe9c9")
    if light == "dusk":
        return mix(top, hex_colour("5a4a8a"), 0.62), hex_colour("ee8f76"), hex_colour("ffd195")
    if light == "night":
        return hex_colour("0f1b3d"), mix(hex_colour("23366b"), top, 0.08), mix(hex_colour("47609b"), low, 0.12)
    return top, mix(top, low, 0.55), low


def _glow(light: str) -> Colour:
    return {
        "day": hex_colour("fff3c4"), "dawn": hex_colour("ffe0b0"),
        "dusk": hex_colour("ffc07a"), "night": hex_colour("dfe8ff"),
    }[light]  # fmt: skip


def room_colours(palette: Palette, rng: random.Random) -> tuple[Colour, Colour, Colour]:
    """Wall, floor and trim of a room in the work's palette."""
    base = rng.choice((palette.ranges[0], palette.second, palette.accent, palette.third, palette.ranges[1]))
    wall = mix(base, palette.paper, rng.uniform(0.58, 0.7))
    floor = mix(hex_colour("c08a5a"), base, 0.18)
    if palette.is_dark:
        wall, floor = mix(darker(wall, 0.45), hex_colour("3d4a80"), 0.3), darker(floor, 0.4)
    return wall, floor, lighter(wall, 0.45)
