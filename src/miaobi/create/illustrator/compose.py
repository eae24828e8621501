"""A scene becomes planes, far to near."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import pairwise

from miaobi.base.engine import ImageRequest
from miaobi.create.illustrator import land, places, sky
from miaobi.create.illustrator.brush import Canvas
from miaobi.create.illustrator.homes import INDOORS
from miaobi.create.illustrator.lettering import lettering
from miaobi.create.illustrator.palette import choose_palette
from miaobi.create.illustrator.scene import Scene
from miaobi.create.illustrator.view import STILL, Plane, View

MOST_LAYERS = 14

_HORIZON = {
    # share of the height where ground or floor begins; where the subject's feet are
    "coast": (0.5, 0.9),
    "forest": (0.64, 0.87),
    "mountain": (0.62, 0.87),
    "city": (0.58, 0.91),
    "street": (0.55, 0.915),
    "square": (0.55, 0.9),
    "quay": (0.52, 0.91),
    "roof": (0.6, 0.9),
    "overlook": (0.6, 0.89),
    "campus": (0.56, 0.89),
    "village": (0.58, 0.86),
    "underwater": (0.5, 0.86),
    "space": (0.68, 0.88),
    "table": (0.6, 0.86),
    "stage": (0.66, 0.86),
    "river": (0.5, 0.9),
    "field": (0.55, 0.86),
    "snow": (0.6, 0.86),
    "desert": (0.6, 0.86),
}

_SHOT = {
    "street": 0.84, "city": 0.84, "square": 0.84, "quay": 0.84, "roof": 0.92, "overlook": 0.8, "campus": 0.84,
    "village": 0.9, "park": 0.92,
}  # fmt: skip


@dataclass(frozen=True)
class Composition:
    """`planes` in drawing order; `names` the drawings one can see, the subject first."""

    planes: tuple[Plane, ...]
    names: tuple[str, ...]


def compose(scene: Scene, request: ImageRequest) -> Composition:
    """Place everything. The same scene and request give the same planes."""
    view = make_view(scene, request)
    if scene.setting in INDOORS:
        planes, names = places.fill_room(view, scene)
    elif scene.setting == "table":
        planes, names = places.fill_table(view, scene)
    elif scene.setting == "stage":
        planes, names = places.fill_stage(view, scene)
    elif scene.setting == "underwater":
        planes, names = places.fill_sea(view, scene)
    elif scene.setting == "space":
        planes, names = places.fill_space(view, scene)
    else:
        planes, names = land.fill_land(view, scene)
        planes += sky.falling(view)
    if request.lettering.strip():
        planes.append(lettering(view, request.lettering.strip()))
    return Composition(tuple(merge_still(planes, MOST_LAYERS)), tuple(names))


def make_view(scene: Scene, request: ImageRequest) -> View:
    """Frame, horizon and palette; the camera stands a little higher or lower from picture to picture."""
    seed = f"{request.series}:{request.index}:{request.seed}:{request.prompt}"
    rng = random.Random(f"view:{seed}")  # noqa: S311 - variety, not secrecy
    warm = {"desert": "sand", "snow": "snow", "space": "space"}.get(scene.setting, "")
    if scene.topic in ("autumn", "秋天", "秋季", "fall season"):
        warm = "autumn"
    palette = choose_palette(request.series, scene.light, scene.weather, warm)
    horizon, foot = _HORIZON.get(scene.setting, (0.7, 0.9) if scene.setting in INDOORS else (0.58, 0.865))
    tall = request.height > 1.15 * request.width
    horizon += rng.uniform(-0.025, 0.03)
    if tall and scene.setting not in INDOORS:
        horizon, foot = (0.6, 0.79) if scene.setting == "stage" else (horizon + 0.03, foot - 0.025)
    return View(
        request.width, request.height, horizon * request.height, foot * request.height, palette, scene.light,
        scene.weather, seed, _SHOT.get(scene.setting, 1.0), request.series,
    )  # fmt: skip


def merge_still(planes: list[Plane], most: int) -> list[Plane]:
    """At most `most` planes: neighbours that stand still and are closest in depth become one."""
    planes = list(planes)
    while len(planes) > most:
        gaps = [
            (abs(a.depth - b.depth) + (0.0 if a.motion.kind == b.motion.kind == "still" else 1.0), k)
            for k, (a, b) in enumerate(pairwise(planes))
            if "lettering" not in (a.role, b.role) and not a.opaque and "subject" not in (a.role, b.role)
        ]
        if not gaps:
            break
        k = min(gaps)[1]
        planes[k : k + 2] = [_joined(planes[k], planes[k + 1])]
    return planes


def _joined(a: Plane, b: Plane) -> Plane:
    def draw(canvas: Canvas) -> None:
        a.draw(canvas)
        b.draw(canvas)

    return replace(
        a, draw=draw, left=min(a.left, b.left), top=min(a.top, b.top), right=max(a.right, b.right),
        bottom=max(a.bottom, b.bottom), depth=max(a.depth, b.depth), motion=a.motion if a.motion == b.motion else STILL,
    )  # fmt: skip
