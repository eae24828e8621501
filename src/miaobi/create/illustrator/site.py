"""Where things may stand in an outdoor setting: pavement, road, planting strip, the foot of buildings, water.

Rows are y in pixels, far to near. On a street only vehicles and cyclists are on the carriageway; trees, lamps and
benches stand in the planting strip of the near pavement, people walk in front of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from miaobi.create.illustrator.view import View

PAVED = ("street", "city", "square", "quay", "roof", "campus")
"""Settings whose trees grow out of a pit or a tub."""

_NO_TRAFFIC = ("park", "square", "quay", "roof", "overlook", "campus", "forest", "city")
_RIDERS = ("person_biking", "story:courier")
_SMALL_VEHICLES = ("bicycle", "kick_scooter", "motor_scooter", "own:bicycle")
"""What is parked on the pavement when nobody rides it."""


@dataclass(frozen=True)
class Site:
    """Rows of one setting. `carriageway` is the road's y range from kerb to kerb, None where there is no road."""

    ground: tuple[float, ...]
    planting: tuple[float, ...]
    building: tuple[float, ...]
    water: tuple[float, ...]
    road: tuple[float, ...]
    lead: float
    carriageway: tuple[float, float] | None = None

    def rows(self, name: str, habitat: str) -> tuple[float, ...]:
        """The rows a thing may stand in; empty where it has no place."""
        if habitat in ("building", "rail"):
            return self.building
        if habitat == "boat":
            return self.water
        if habitat == "plant" or name in ("own:lamp", "own:bench", *_SMALL_VEHICLES):
            return self.planting
        if habitat == "vehicle" or name in _RIDERS:
            return self.road
        return self.ground

    def lead_row(self, name: str, habitat: str) -> float:
        """Where the subject stands."""
        if self.carriageway and name not in _SMALL_VEHICLES and (habitat == "vehicle" or name in _RIDERS):
            return self.road[-1]
        if name == "own:turbine" and self.water:
            return self.water[-1]
        if habitat in ("plant", "building"):
            return self.planting[-1]
        if habitat == "boat" and self.water:
            return self.water[-1]
        return self.lead


def has_road(view: View, setting: str) -> bool:
    """Whether there is a road: always in a street, sometimes in a city."""
    return setting == "street" or (setting == "city" and view.rng("road").random() < 0.4)


def site_of(view: View, setting: str) -> Site:
    """The rows of that setting in this frame."""
    h, foot, horizon = view.height, view.foot, view.horizon
    building = (horizon + 0.1 * h, horizon + 0.12 * h)
    if has_road(view, setting):
        kerb, near = kerbs(view)
        lanes = (kerb + 0.42 * (near - kerb), near - 0.008 * h)
        return Site((foot - 0.022 * h, foot + 0.02 * h), (near + 0.022 * h,), building, (), lanes, foot, (kerb, near))
    ground: tuple[float, ...] = (foot - 0.075 * h, foot - 0.03 * h, foot + 0.035 * h)
    road: tuple[float, ...] = () if setting in _NO_TRAFFIC else (foot - 0.055 * h, foot - 0.03 * h)
    planting = (foot - 0.1 * h, foot - 0.05 * h)
    if setting == "coast":
        ground = tuple(max(0.845 * h, y) for y in ground)
        return Site(ground, (0.85 * h,), building, (horizon + 0.07 * h, horizon + 0.13 * h, 0.71 * h), road, foot)
    if setting == "river":
        return Site(ground, planting, building, (horizon + 0.2 * h, horizon + 0.24 * h, foot - 0.1 * h), road, foot)
    if setting in ("quay", "roof"):
        edge = edge_of(view, setting)
        water = (horizon + 0.14 * h,) if setting == "quay" else ()
        return Site((foot - 0.03 * h, foot + 0.02 * h), (edge + 0.045 * h,), (), water, (), foot)
    if setting == "park":
        road = (foot - 0.02 * h,)
    return Site(ground, planting, building, (), road, foot)


def kerbs(view: View) -> tuple[float, float]:
    """y of the far and of the near kerb of a street."""
    return view.horizon + 0.14 * view.height, view.foot - 0.1 * view.height


def edge_of(view: View, setting: str) -> float:
    """y where a promenade or a roof ends toward the view."""
    return view.foot - (0.12 if setting == "quay" else 0.15) * view.height
