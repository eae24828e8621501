"""Where things stand: scale by real size and by distance, rules of thirds, no two in one place."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from miaobi.base.engine import Motion
from miaobi.create.illustrator.art import FACES_RIGHT, Art, Placed, make_art
from miaobi.create.illustrator.scene import thing
from miaobi.create.illustrator.view import View

PERSON_METRES = 1.7
_TURNS = ("person", "creature", "vehicle", "rail", "boat", "air", "sea")
_OPEN_BELOW = ("own:tree", "own:birch", "palm_tree")
"""What one can stand under."""

_KEEP = frozenset(
    ("ambulance", "bus", "convenience_store", "police_car", "person_in_bed", "person:teacher", "satellite")
)


def apparent(view: View, metres: float) -> float:
    """Height in pixels of a thing of that real height at the subject's place.

    True to scale from 0.9 m to 1.9 m, so that a child, a bicycle, a car and an adult are right beside each other.
    Outside that range sizes are compressed (power 0.55): a cat stays visible beside a person and a house fits in the
    picture, yet a house is bigger than a person and a person bigger than a cat.
    """
    person = view.unit * (0.42 if view.is_tall else 0.355) * view.shot
    true = max(0.9, min(1.9, metres))
    return person * true / PERSON_METRES * float((metres / true) ** 0.55)


def nearness(view: View, y: float) -> float:
    """Scale of things that stand at y: 1 at the subject's place, smaller toward the horizon."""
    share = (y - view.horizon) / max(1.0, view.foot - view.horizon)
    return 0.4 + 0.6 * max(0.0, min(1.35, share))


@dataclass
class Cast:
    """Everything placed so far in one picture."""

    view: View
    rng: random.Random
    placed: list[Placed] = field(default_factory=list)

    def art(self, name: str) -> Art | None:
        return make_art(name, self.view.palette, self.view.rng(f"art:{name}:{len(self.placed)}"))

    def put(self, item: Placed) -> Placed:
        self.placed.append(item)
        return item

    def crowding(self, x: float, y: float, width: float, height: float) -> float:
        """How much a box with its foot at (x, y) would cover of what is placed, in shares of itself."""
        total = 0.0
        for other in self.placed:
            solid = other.width * (0.4 if other.name in _OPEN_BELOW else 1.0)
            across = min(x + width / 2, other.x + solid / 2) - max(x - width / 2, other.x - solid / 2)
            along = min(y, other.y) - max(y - height, other.y - other.height)
            if across > 0 and along > 0:
                total += across * along / max(1.0, min(width * height, solid * other.height))
        return total

    def freest(self, spots: Sequence[tuple[float, float]], aspect: float, height_at: Sequence[float]) -> int:
        """Index of the least crowded of the spots for a thing of that aspect; the frame's edges count as crowded."""
        costs = []
        for k, (x, y) in enumerate(spots):
            height = height_at[k]
            width = height * aspect
            outside = max(0.0, width / 2 - x) + max(0.0, x + width / 2 - self.view.width)
            costs.append((self.crowding(x, y, width * 1.05, height) + 1.6 * outside / max(1.0, width), k))
        return min(costs)[1]


def facing(item: Placed, view: View) -> bool:
    """Whether to mirror it so that it looks into the picture. Drawings face left, our figures right."""
    if item.name in _KEEP and not item.name.startswith("person:"):
        return False
    looks_right = item.name.startswith("person:") or item.name in FACES_RIGHT
    wants_right = item.x < view.width / 2
    return looks_right != wants_right and (thing(item.name).habitat in _TURNS)


def subject_motion(name: str, view: View, x: float) -> Motion:
    """What the main thing does by itself."""
    habitat = thing(name).habitat
    if habitat in ("air", "sea", "symbol"):
        return Motion(kind="bob", amount=round(0.012 * view.height, 1), period_seconds=4.5)
    if habitat == "boat":
        return Motion(kind="bob", amount=round(0.006 * view.height, 1), period_seconds=3.6)
    if habitat in ("vehicle", "rail") or name in ("person_biking", "person_running", "person_walking", "horse_racing"):
        return Motion(kind="enter", amount=0.35, direction="left" if x < view.width / 2 else "right")
    if habitat == "plant":
        return Motion(kind="sway", amount=1.0, period_seconds=6.0)
    return Motion(kind="bob", amount=round(0.004 * view.height, 1), period_seconds=3.2)


def limited(item: Placed, view: View, most_width: float, most_height: float) -> Placed:
    """The thing made small enough for its room."""
    scale = min(1.0, most_width * view.width / item.width, most_height * view.height / item.height)
    return replace(item, height=item.height * scale)


def within(item: Placed, view: View) -> Placed:
    """The thing moved so that the frame cuts none of it."""
    half = item.width / 2 + 0.015 * view.width
    return replace(item, x=min(max(item.x, half), max(half, view.width - half)))
