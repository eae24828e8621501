"""Rooms, table tops, stages, the sea and space filled with what the scene shows."""

from __future__ import annotations

from dataclasses import replace

from miaobi.base.engine import Motion
from miaobi.create.illustrator import deep, indoors, stage
from miaobi.create.illustrator.art import Placed, as_plane, group_plane
from miaobi.create.illustrator.cast import Cast, apparent, facing, limited, subject_motion, within
from miaobi.create.illustrator.scene import Scene, thing
from miaobi.create.illustrator.view import Plane, View

_ROOM_EXTRAS: dict[str, tuple[str, ...]] = {
    "room": ("couch_and_lamp", "own:plantpot", "own:floor_lamp"),
    "bedroom": ("own:floor_lamp", "own:plantpot", "bed"),
    "kitchen": ("pot_of_food", "own:plantpot", "bread"),
    "office": ("laptop", "own:plantpot", "chair", "hot_beverage"),
    "classroom": ("books", "globe_showing_Asia-Australia", "own:plantpot"),
    "library": ("books", "own:floor_lamp", "chair", "own:plantpot"),
    "lab": ("microscope", "test_tube", "alembic", "own:plantpot"),
    "clinic": ("stethoscope", "own:plantpot", "chair"),
    "shop": ("package", "own:plantpot", "basket"),
    "factory": ("toolbox", "package", "ladder"),
    "gallery": ("own:plantpot", "amphora", "artist_palette"),
}
_SIDE_DISHES = ("own:plantpot", "own:vase", "own:cloth")
"""Quiet things that fill up a table; nothing that could be taken for part of the subject."""
_FLOATS = Motion(kind="bob", amount=6.0, period_seconds=4.0)


def fill_room(view: View, scene: Scene) -> tuple[list[Plane], list[str]]:
    """Someone or something in a room; small things on a desk; furniture along the wall."""
    cast = Cast(view, view.rng("cast"))
    side = cast.rng.choice((-1, 1))
    planes = indoors.room(view, scene.setting, side)
    extras = _ROOM_EXTRAS[scene.setting]
    turn = scene.index % len(extras)
    wanted = list(dict.fromkeys([*scene.shown, *extras[turn:], *extras[:turn]]))
    people = [n for n in wanted if thing(n).habitat in ("person", "creature")][:3]
    small = [n for n in wanted if thing(n).habitat in ("table", "symbol", "flower") and n not in people][:3]
    furniture = _furniture(scene, wanted, small, people)
    standing = [_stand(cast, name, k, side) for k, name in enumerate(furniture)]
    back = [item for item in standing if item]
    resting = scene.setting == "bedroom" or any(n in _LARGE for n in furniture)
    acting = any(name.startswith("story:") for name in people)
    people = people[:1] if acting else people
    desk = _desk(cast, side, bool(people)) if small and not resting and not acting else []
    on_top = _on_desk(cast, desk[0], small) if desk else []
    walkers = [
        item for item in (_walker(cast, scene, name, k, side, bool(desk)) for k, name in enumerate(people)) if item
    ]
    lead = _lead(scene, walkers, on_top, back)
    for group, depth in ((back, 0.5), ([*desk, *on_top], 0.6)):
        if group:
            planes.append(group_plane(view, group, "subject" if lead in group else "prop", depth))
    for item in sorted(walkers, key=lambda one: one.y):
        planes.append(as_plane(view, replace(item, role="subject" if item is lead else "prop")))
    found = [item.name for item in [*([lead] if lead else []), *walkers, *on_top, *back]]
    return planes, list(dict.fromkeys(found))


_LARGE = ("bed", "person_in_bed", "couch_and_lamp", "bathtub")
"""Furniture of which a room holds one, in front of the wall."""


def _furniture(scene: Scene, wanted: list[str], small: list[str], people: list[str]) -> list[str]:
    """At most two pieces: no bed beside a sleeper, no couch where a desk must carry what is named."""
    found = [n for n in wanted if thing(n).habitat in ("room", "outdoor") and n not in ("own:desk", "window", "door")]
    unfit = {"bed"} if "person_in_bed" in found else set()
    if any(name in scene.shown for name in small) and "couch_and_lamp" not in scene.shown:
        unfit.add("couch_and_lamp")
    if scene.setting != "bedroom" and scene.shown[:1] != ("person_in_bed",):
        unfit.add("person_in_bed")
    if scene.setting == "classroom":
        unfit.add("own:board")
    found = [name for name in found if name not in unfit]
    large = [name for name in found if name in _LARGE][:1]
    found = [name for name in found if name in large or name not in _LARGE]
    if any(name.startswith("story:") for name in people):
        found = [name for name in found if name in ("own:plantpot", "own:floor_lamp", "chair")]
    return sorted(found[:2], key=lambda name: name in _LARGE)


def _lead(scene: Scene, walkers: list[Placed], on_top: list[Placed], back: list[Placed]) -> Placed | None:
    """What the text puts first, where it was placed; else a person, a thing on the desk, the furniture."""
    everything = [*walkers, *on_top, *back]
    return next((item for item in everything if item.name in scene.shown[:1]), everything[0] if everything else None)


def _walker(cast: Cast, scene: Scene, name: str, k: int, side: int, desk: bool) -> Placed | None:
    view, art = cast.view, cast.art(name)
    if art is None:
        return None
    offsets = (-0.2, -0.36, 0.38) if desk else (-0.06, 0.2, -0.3)
    if view.is_tall:
        offsets = (-0.2, 0.3, -0.36) if desk else (-0.05, 0.28, -0.3)
    x = view.width * (0.5 + side * offsets[k])
    y = view.foot + (0.012 if k == 0 else -0.02) * view.height
    scale = 1.22 if thing(name).habitat == "person" else 1.1
    leads = k == 0 and thing(name).habitat == "creature" and scene.shown[:1] == (name,)
    metres = max(0.8, thing(name).height) if leads else thing(name).height
    if name == "person_in_lotus_position" or name.startswith("story:"):
        x = view.width / 2
    item = Placed(name, x, y, apparent(view, metres) * scale * (1.0 if k == 0 else 0.93), art, depth=0.7,
                  role="subject" if k == 0 else "prop", motion=subject_motion(name, view, x))  # fmt: skip
    item = within(limited(item, view, 0.8, 0.62), view)
    return cast.put(replace(item, flip=facing(item, view)))


def _desk(cast: Cast, side: int, shared: bool) -> list[Placed]:
    view, art = cast.view, cast.art("own:desk")
    assert art is not None
    x = view.width * (0.5 + side * (0.17 if shared else 0.0)) if not view.is_tall else view.width * (0.5 + side * 0.12)
    height = min(apparent(view, 0.8) * 1.12, 0.66 * view.width / art.aspect)
    return [cast.put(Placed("own:desk", x, view.foot - 0.012 * view.height, height, art))]


def _on_desk(cast: Cast, desk: Placed, names: list[str]) -> list[Placed]:
    """Small things in a row on the desk, the first in its middle."""
    view, items = cast.view, []
    slots = (0.0, -0.33, 0.33)
    for k, name in enumerate(names):
        art = cast.art(name)
        if art is None:
            continue
        height = min(apparent(view, max(0.2, thing(name).height)), apparent(view, 0.42)) * (1.2 if k == 0 else 1.0)
        height = min(height, desk.width * 0.3 / art.aspect)
        y = desk.y - desk.height * 0.955
        items.append(Placed(name, desk.x + slots[k] * desk.width, y, height, art))
    return items


def _stand(cast: Cast, name: str, k: int, side: int) -> Placed | None:
    view, art = cast.view, cast.art(name)
    if art is None:
        return None
    x = view.width * (0.5 + side * ((0.41, -0.42)[k]))
    item = Placed(
        name, x, view.horizon + (0.045 + 0.02 * k) * view.height, apparent(view, thing(name).height) * 1.08, art
    )
    item = limited(item, view, 0.42, 0.45)
    if name in _LARGE:
        item = replace(
            item,
            x=view.width * (0.5 - side * (0.1 if name == "person_in_bed" else 0.27 if not view.is_tall else 0.12)),
            y=view.foot - 0.04 * view.height,
            height=min(0.36 * view.unit, 0.6 * view.width / art.aspect),
        )
    return cast.put(item)


# ---------------------------------------------------------------- table and stage


def fill_table(view: View, scene: Scene) -> tuple[list[Plane], list[str]]:
    """A still life: the subject large, two or three things beside it, something green."""
    cast = Cast(view, view.rng("cast"))
    planes = indoors.table_top(view)
    extras = [n for n in _SIDE_DISHES if n not in scene.shown]
    cast.rng.shuffle(extras)
    wanted = list(dict.fromkeys([*scene.shown[:3], *extras[: max(1, 3 - len(scene.shown[:3]))]]))
    wanted = wanted[: 3 if view.width < 1.4 * view.height else 4]
    lean = cast.rng.choice((-1, 1))
    spots: tuple[tuple[float, float], ...]
    spots = ((lean * 0.05, 0.0), (-lean * 0.27, -0.045), (lean * 0.31, -0.03), (-lean * 0.41, 0.025))
    if view.is_tall:
        spots = ((0.0, 0.0), (-lean * 0.3, -0.07), (lean * 0.31, 0.03))
    items: list[Placed] = []
    for k, name in enumerate(wanted):
        art = cast.art(name)
        if art is None:
            continue
        size = (0.43 if k == 0 else 0.25) * max(0.3, min(1.25, thing(name).height / 0.3)) ** 0.3
        size *= 0.72 if k == 3 else 1.0
        dx, dy = spots[k]
        item = Placed(name, view.width * (0.5 + dx), view.foot + dy * view.height, view.unit * size, art, depth=0.6)
        most = (0.46 if view.width > 1.4 * view.height else 0.5) if k == 0 else 0.26 if k < 3 else 0.16
        items.append(cast.put(within(limited(item, view, most, 0.62), view)))
    if items:
        items[0] = replace(items[0], role="subject", depth=0.68, motion=Motion(kind="bob", amount=3.0))
        behind = [item for item in items[1:] if item.y <= items[0].y]
        before = [item for item in items[1:] if item.y > items[0].y]
        planes += [group_plane(view, behind, "prop", 0.58)] if behind else []
        planes.append(as_plane(view, items[0]))
        planes += [group_plane(view, before, "prop", 0.78)] if before else []
    return planes, [item.name for item in items]


def fill_stage(view: View, scene: Scene) -> tuple[list[Plane], list[str]]:
    """Symbols of an idea on pedestals: one leads, the others stand lower."""
    cast = Cast(view, view.rng("cast"))
    wanted = list(scene.shown[: stage.MOST_STEPS])
    on_floor = frozenset(k for k, name in enumerate(wanted) if thing(name).habitat in ("person", "creature", "vehicle"))
    planes = stage.stage(view, max(3, len(wanted)), on_floor)
    blocks = stage.steps(view, max(3, len(wanted)))
    fillers = [n for n in ("own:plantpot", "own:olive", "own:lamp_table") if n not in wanted]
    wanted += fillers[: max(0, 3 - len(wanted))]
    items: list[Placed] = []
    for k, (name, (x, y, width)) in enumerate(zip(wanted, blocks, strict=False)):
        art = cast.art(name)
        if art is None:
            continue
        tall = (0.4 if not view.is_tall else 0.5) if k == 0 else 0.235
        if k in on_floor:
            y, tall, width = (
                view.foot + 0.015 * view.height,
                0.36 if thing(name).habitat == "person" else 0.25,
                0.4 * view.unit,
            )
        if thing(name).habitat in ("building", "person", "plant"):
            tall *= 1.15
        floats = thing(name).habitat in ("symbol", "air") and not name.startswith("own:")
        height = min(view.unit * tall, width * (1.0 if k == 0 else 0.92) / art.aspect)
        lift = 0.03 * view.unit if floats else -0.004 * view.unit
        motion = replace_phase(_FLOATS, k) if floats else Motion()
        item = Placed(
            name,
            x,
            y - lift,
            height,
            art,
            shadow=not floats,
            depth=0.62,
            role="subject" if k == 0 else "prop",
            motion=motion,
        )
        items.append(cast.put(item))
    for item in sorted(items, key=lambda one: one.y):
        planes.append(as_plane(view, item))
    return planes, [item.name for item in items]


def replace_phase(motion: Motion, k: int) -> Motion:
    """The same motion, out of step with its neighbours."""
    return motion.model_copy(update={"phase": round(0.27 * k % 1, 2)})


# ---------------------------------------------------------------- sea and space


def fill_sea(view: View, scene: Scene) -> tuple[list[Plane], list[str]]:
    """Fish and swimmers at different depths, shells and coral on the ground."""
    cast = Cast(view, view.rng("cast"))
    planes = deep.sea_bed(view)
    wanted = list(dict.fromkeys([*scene.shown[:4], "tropical_fish", "coral", "fish", "spiral_shell"]))[:5]
    grounded = ("coral", "spiral_shell", "crab", "lobster", "own:wreck")
    items: list[Placed] = []
    for k, name in enumerate(wanted):
        art = cast.art(name)
        if art is None or thing(name).habitat in ("building", "vehicle", "plant", "room"):
            continue
        lead = not items
        height = apparent(view, max(0.5, thing(name).height) if not lead else max(1.5, thing(name).height)) * (
            1.0 if lead else 0.8
        )
        if name in grounded or (thing(name).habitat in ("table", "outdoor") and not lead):
            x, y = view.width * cast.rng.choice((0.24, 0.76)), view.foot + 0.02 * view.height
        elif lead:
            x, y = view.width * cast.rng.choice((0.42, 0.58)), view.height * 0.62
        else:
            spots = [(sx * view.width, sy * view.height) for sx in (0.2, 0.36, 0.65, 0.82) for sy in (0.24, 0.42, 0.66)]
            cast.rng.shuffle(spots)
            x, y = spots[cast.freest(spots, art.aspect * 1.3, [height] * len(spots))]
        item = limited(
            Placed(name, x, y, height, art, shadow=name in grounded, haze=0.0 if lead else 0.12), view, 0.5, 0.5
        )
        move = Motion(
            kind="bob", amount=round(0.012 * view.height, 1), period_seconds=4.0, phase=round(0.31 * k % 1, 2)
        )
        items.append(cast.put(replace(item, flip=facing(item, view), role="subject" if lead else "prop", depth=0.6,
                                      motion=Motion() if name in grounded else move)))  # fmt: skip
    planes += [as_plane(view, item) for item in reversed(items)]
    return planes, [item.name for item in items]


def fill_space(view: View, scene: Scene) -> tuple[list[Plane], list[str]]:
    """Craft and satellites in the sky; who or what has to stand, on a moon."""
    cast = Cast(view, view.rng("cast"))
    wanted = list(dict.fromkeys([*scene.shown[:3], "satellite"]))[: 3 if len(scene.shown) > 2 else 2]
    floating = ("globe_showing_Asia-Australia", "ringed_planet")
    grounded = [n for n in wanted if thing(n).habitat not in ("air", "symbol", "sky") and n not in floating]
    planes = deep.space(view, True)
    items: list[Placed] = []
    for name in wanted:
        art = cast.art(name)
        if art is None:
            continue
        lead = not items
        if name in grounded:
            k = grounded.index(name)
            x, y = view.width * (0.5 + (0.12, -0.24, 0.33, -0.4)[k]), view.foot - (0.0 if lead else 0.03) * view.height
            height = apparent(view, max(1.1, thing(name).height)) * (1.0 if lead else 0.85)
        else:
            spots = [
                (sx * view.width, sy * view.height) for sx in (0.36, 0.5, 0.64, 0.2, 0.8) for sy in (0.36, 0.5, 0.62)
            ]
            height = apparent(view, thing(name).height) * (1.1 if lead else 0.55)
            x, y = (
                spots[cast.freest(spots, art.aspect, [height] * len(spots))]
                if not lead
                else (view.width * 0.52, view.height * 0.64)
            )
        item = limited(Placed(name, x, y, height, art, shadow=name in grounded, depth=0.6), view, 0.5, 0.55)
        motion = (
            Motion(kind="bob", amount=round(0.01 * view.height, 1), period_seconds=5.0)
            if name not in grounded
            else Motion()
        )
        items.append(
            cast.put(
                replace(
                    item,
                    motion=motion,
                    flip=facing(item, view) if name in grounded else False,
                    role="subject" if lead else "prop",
                )
            )
        )
    planes += [as_plane(view, item) for item in reversed(items)]
    return planes, [item.name for item in items]
