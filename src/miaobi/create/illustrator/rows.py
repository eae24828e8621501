"""Trees of the middle distance and of the near edges, row by row."""

from __future__ import annotations

from dataclasses import replace

from miaobi.base.engine import Motion
from miaobi.create.illustrator.art import Placed, make_art, potted
from miaobi.create.illustrator.cast import Cast, apparent, nearness
from miaobi.create.illustrator.scene import Scene, thing
from miaobi.create.illustrator.site import PAVED, Site
from miaobi.create.illustrator.view import View

TREES = ("own:tree", "own:conifer", "own:birch")

ROWS = {
    # drawing, how many, metres, share of the height below the horizon
    "meadow": ("own:tree", 4, 4.4, 0.075),
    "park": ("own:tree", 5, 4.6, 0.075),
    "field": ("own:tree", 3, 4.6, 0.075),
    "forest": ("own:conifer", 5, 7.0, 0.075),
    "mountain": ("own:conifer", 5, 3.4, 0.075),
    "snow": ("own:conifer", 5, 3.4, 0.075),
    "river": ("own:birch", 5, 5.4, 0.075),
    "city": ("own:tree", 4, 3.4, 0.105),
    "street": ("own:tree", 4, 4.0, 0.122),
    "square": ("own:tree", 6, 4.0, 0.13),
    "quay": ("own:tree", 7, 2.6, 0.05),
    "campus": ("own:tree", 6, 4.4, 0.14),
    "village": ("own:tree", 5, 4.8, 0.075),
}
_NEAR = {"roof": 2.4, "overlook": 6.0, "quay": 6.0, "square": 6.0, "street": 6.2, "city": 6.0, "campus": 6.2}
_WITHOUT_NEAR = ("field", "snow")


def trees(view: View, scene: Scene, cast: Cast, site: Site) -> tuple[list[Placed], list[Placed]]:
    """Still trees for one layer, and up to two near ones at the sides that sway."""
    if (scene.setting not in ROWS and scene.setting not in _NEAR) or "own:tree" in scene.without:
        return [], []
    return _far(view, scene, cast), _near(view, scene, cast, site)


def _kind(scene: Scene) -> str:
    return "own:conifer" if "own:conifer" in scene.shown else ROWS.get(scene.setting, ("own:tree",))[0]


def _far(view: View, scene: Scene, cast: Cast) -> list[Placed]:
    if scene.setting not in ROWS:
        return []
    _, count, metres, share = ROWS[scene.setting]
    rng = view.rng("rows")
    count = max(3, count - 1) if view.is_tall else count
    found = []
    for k in range(count):
        x = view.width * (k + rng.uniform(0.2, 0.8)) / count
        y = view.horizon + (share + rng.uniform(0.0, 0.012)) * view.height
        item = _tree(view, _kind(scene), x, y, metres * rng.uniform(0.8, 1.1), f"row{k}", 0.16)
        if not any(_hides(other, item) for other in cast.placed):
            found.append(item)
    return found


def _hides(other: Placed, item: Placed) -> bool:
    near = abs(other.x - item.x) < 0.4 * (other.width + item.width)
    flies = thing(other.name).habitat == "air" and other.role == "subject" and other.y > item.y - 1.1 * item.height
    return near and (flies or thing(other.name).habitat in ("building", "rail"))


def _near(view: View, scene: Scene, cast: Cast, site: Site) -> list[Placed]:
    planted = "own:tree" in scene.shown
    if scene.setting in _WITHOUT_NEAR and not planted:
        return []
    rng, found = view.rng("near-rows"), []
    metres = _NEAR.get(scene.setting) or ROWS[scene.setting][2] * 1.25
    for side in rng.sample((0.05, 0.95), 2 if planted or scene.setting == "forest" else 1):
        y = site.planting[-1] + (rng.uniform(0.0, 0.02) * view.height if scene.setting not in PAVED else 0.0)
        item = _tree(view, _kind(scene), side * view.width, y, metres * rng.uniform(0.92, 1.06), f"near{side}", 0.0)
        if scene.setting in PAVED:
            item = replace(item, art=potted(item.art, view.palette, scene.setting == "roof"))
        flies = any(thing(other.name).habitat == "air" and other.role == "subject" for other in cast.placed)
        most, share = (0.001, 1.0) if flies else (0.4, 0.4)
        if cast.crowding(item.x, item.y, item.width * share, item.height) < most:
            period, phase = round(rng.uniform(5, 7), 1), round(rng.random(), 2)
            motion = Motion(kind="sway", amount=1.1, period_seconds=period, phase=phase)
            found.append(replace(item, motion=motion, depth=0.64))
    return found


def _tree(view: View, name: str, x: float, y: float, metres: float, mark: str, haze: float) -> Placed:
    art = make_art(name, view.palette, view.rng(mark)) or make_art("own:tree", view.palette, view.rng(mark))
    assert art is not None
    return Placed(name, x, y, apparent(view, metres) * nearness(view, y), art, haze=haze)
