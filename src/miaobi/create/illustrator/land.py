"""Open land, towns and shores filled with what the scene shows."""

from __future__ import annotations

from dataclasses import replace

from miaobi.base.engine import Motion
from miaobi.create.illustrator import acts, grounds, outdoors, paving, rows, sky, stories, town
from miaobi.create.illustrator.art import Art, Placed, as_plane, group_plane, potted
from miaobi.create.illustrator.cast import Cast, apparent, facing, limited, nearness, subject_motion, within
from miaobi.create.illustrator.scene import Scene, thing
from miaobi.create.illustrator.site import PAVED, Site, has_road, site_of
from miaobi.create.illustrator.view import Plane, View

_EXTRAS: dict[str, tuple[str, ...]] = {
    # what a setting adds when the text shows little: quiet things that are always there
    "meadow": ("own:bush", "own:flock", "blossom"),
    "park": ("own:lamp", "own:flock", "own:bush", "own:bench"),
    "field": ("own:fence", "own:flock", "own:bush"),
    "forest": ("own:bush", "mushroom"),
    "mountain": ("own:flock", "own:bush"),
    "desert": ("cactus", "rock"),
    "snow": ("own:flock",),
    "coast": ("own:flock", "palm_tree", "sailboat"),
    "river": ("rock", "own:flock", "own:bush"),
    "city": ("own:lamp", "own:flock", "automobile", "own:bench"),
    "street": ("own:lamp", "automobile", "own:flock", "own:bench"),
    "square": ("own:lamp", "own:flock", "own:bench"),
    "quay": ("own:lamp", "own:flock", "sailboat", "own:bench"),
    "roof": ("own:plantpot", "own:flock", "butterfly"),
    "overlook": ("own:flock", "own:bush", "butterfly", "own:bench"),
    "village": ("house", "house_with_garden", "own:fence", "own:flock"),
    "campus": ("own:flock", "bicycle", "own:bench"),
}
_QUIET_EXTRAS = ("own:flock", "own:bush", "cactus", "own:fence")
_INSECTS = ("butterfly", "honeybee", "mosquito")
_SMALL_FLYERS = ("bat", "dove", "parrot", "black_bird", "kite", "balloon")
_BLOOM = 0.3
"""Height of the flower under an insect, in units of the view."""
_SEATED = ("person_in_lotus_position", "story:alone", "story:chess")
_SEATED_STORIES = ("story:rest", "story:chat", "story:cafe")
_RESTING = ("rest", "休息", "relaxation", "leisure", "休闲", "friendship", "conversation")
_SLIM = ("own:lamp", "vertical_traffic_light", "stop_sign", "bus_stop")
_SMALL_EXTRAS = ("rock", "own:bush", "snowman", "umbrella_on_ground", "tent")
_DRY_PLACES = ("coast", "river", "snow", "desert")


def fill_land(view: View, scene: Scene) -> tuple[list[Plane], list[str]]:
    """All planes of an outdoor scene but the weather in front, and the names of what is shown."""
    site = site_of(view, scene.setting)
    planes = sky.sky(view) + _ranges(view, scene)
    if view.weather in ("rain", "storm") and scene.setting not in _DRY_PLACES:
        planes.append(paving.puddles(view, site.carriageway[0] if site.carriageway else view.foot - 0.13 * view.height))
    cast = Cast(view, view.rng("cast"))
    told = _story(cast, scene)
    if told:
        scene = replace(scene, shown=tuple(name for name in scene.shown if name != "person:people"))
    subject = _subject(cast, scene, site)
    group = _tell(cast, site, told, subject)
    blooms = _bloom(cast, scene, subject)
    if blooms:
        scene = replace(scene, shown=tuple(name for name in scene.shown if name != blooms[0].name))
    others = blooms + _others(cast, scene, site, subject or group, told) + _herd(cast, subject)
    back, sway = rows.trees(view, scene, cast, site)
    planes += _stack(view, subject, group, others, back, sway)
    if "own:lanterns" in scene.shown:
        planes.append(town.garland(view))
    if scene.setting in ("meadow", "park", "forest", "river", "village", "field") and view.rng("fore").random() < 0.6:
        planes.append(grounds.foreground(view))
    names = [item.name for item in (subject, group, *others) if item is not None]
    names += [name for name in ("own:tree",) if name not in names and [*back, *sway] and "own:tree" in scene.shown]
    names += ["own:tree"] * (names.count("own:tree") == 1 and len(back) + len(sway) > 1 and "own:tree" in scene.shown)
    return planes, names


def _stack(
    view: View, subject: Placed | None, group: Placed | None, others: list[Placed], back: list[Placed],
    sway: list[Placed],
) -> list[Plane]:  # fmt: skip
    """Everything placed, as planes from far to near; what stands still at one depth shares a plane."""
    standing = [item for item in others if thing(item.name).habitat != "air"]
    grounded = [item for item in (subject, group) if item is not None and thing(item.name).habitat != "air"]
    line = min([item.y for item in grounded], default=view.foot)
    behind = [item for item in standing if item.y < line - 1]
    before = [item for item in standing if item not in behind]
    planes = [group_plane(view, back + behind, "prop", 0.58)] if back or behind else []
    planes += [as_plane(view, item) for item in others if thing(item.name).habitat == "air"]
    acting = [item for item in (subject, group, *sway) if item is not None]
    planes += [as_plane(view, item) for item in sorted(acting, key=lambda item: item.y)]
    return planes + ([group_plane(view, before, "prop", 0.75)] if before else [])


def _ranges(view: View, scene: Scene) -> list[Plane]:
    setting, rng = scene.setting, view.rng("ranges")
    planted = "own:tree" not in scene.without
    if setting in ("city", "street", "square", "quay", "roof", "overlook", "campus"):
        return _town_ranges(view, setting, planted, rng.random())
    if setting == "forest":
        return [outdoors.woods(view, True), grounds.meadow_ground(view, True)]
    if setting == "mountain":
        return [outdoors.mountains(view), outdoors.woods(view, False), grounds.meadow_ground(view, rng.random() < 0.4)]
    if setting == "snow":
        return [outdoors.mountains(view), grounds.meadow_ground(view, False, flowers=False)]
    if setting == "desert":
        return [grounds.dunes(view), grounds.sand_ground(view)]
    if setting == "coast":
        return [grounds.sea(view, rng.random() < 0.6), grounds.shore(view, view.height * 0.8)]
    if setting == "river":
        return [outdoors.hills(view), grounds.river(view)]
    if setting == "field":
        return [outdoors.hills(view), grounds.field_ground(view)]
    if setting == "meadow" and rng.random() < 0.3:
        return [outdoors.mountains(view, snow=False), grounds.meadow_ground(view, rng.random() < 0.5)]
    if setting == "park":
        return [outdoors.hills(view), outdoors.woods(view, False), grounds.meadow_ground(view, True)]
    return [outdoors.hills(view), grounds.meadow_ground(view, rng.random() < 0.6)]


def _town_ranges(view: View, setting: str, planted: bool, chance: float) -> list[Plane]:
    if setting == "street":
        return [town.houses(view, planted), paving.road(view, planted and chance < 0.3)]
    if setting == "square":
        return [town.houses(view, planted), paving.square(view)]
    if setting == "campus":
        return [outdoors.hills(view), *paving.schoolyard(view)]
    if setting == "overlook":
        return [town.skyline(view), *paving.overlook(view, planted)]
    ground = {"quay": paving.quay, "roof": paving.roof}.get(setting)
    if ground:
        return [town.skyline(view), ground(view)]
    return [town.skyline(view), paving.road(view, planted) if has_road(view, setting) else town.plaza(view)]


def _story(cast: Cast, scene: Scene) -> str:
    """The name of the group of people to add; "" where the text names somebody, an animal or a vehicle itself."""
    named = [name for name in scene.shown[: scene.named] if name != "person:people"]
    if scene.quiet:
        return ""
    if any(thing(name).habitat in ("person", "creature", "boat", "rail", "vehicle") for name in named):
        return ""
    mood = "bare" if "own:tree" in scene.without else "rest" if scene.topic in _RESTING else ""
    key = stories.choose(scene.setting, scene.weather, mood, cast.view.series, scene.index)
    return f"story:{key}" if key else ""


def _tell(cast: Cast, site: Site, told: str, subject: Placed | None) -> Placed | None:
    """Place the story: beside the subject, or in its stead."""
    view, art = cast.view, cast.art(told) if told else None
    if art is None:
        return None
    y = site.lead + (0.012 if site.carriageway else 0.0) * view.height
    height = apparent(view, 1.7) * nearness(view, y) * acts.ALL[told.partition(":")[2]].height / 1.7
    width = height * art.aspect
    if subject is None:
        x = view.width * (0.5 + cast.rng.choice((-0.12, 0.12)))
    else:
        shares = (0.26, 0.34, 0.42, 0.58, 0.66, 0.74)
        spots = [(share * view.width, y) for share in shares if abs(share * view.width - subject.x) > 0.3 * width]
        spots = spots or [(view.width - subject.x, y)]
        k = cast.freest(spots, art.aspect, [height] * len(spots))
        x = spots[k][0]
    x = min(max(x, width * 0.55), view.width - width * 0.55)
    motion = Motion(kind="bob", amount=round(0.003 * view.height, 1), period_seconds=3.4)
    item = Placed(told, x, y, height, art, depth=0.7, role="subject" if subject is None else "prop", motion=motion)
    return cast.put(replace(limited(item, view, 0.62, 0.6), flip=x > view.width / 2))


def _subject(cast: Cast, scene: Scene, site: Site) -> Placed | None:
    view = cast.view
    for name in scene.shown:
        art = cast.art(name) if name != "own:lanterns" else None
        if art is None or (thing(name).habitat == "vehicle" and not site.rows(name, "vehicle")):
            continue
        habitat = thing(name).habitat
        big = habitat in ("building", "rail", "vehicle")
        side = cast.rng.choice((-1, 1))
        reach = 0.09 if view.is_tall else 0.1 if big else 0.2 if habitat == "plant" else 0.15
        x, y = view.width * (0.5 + side * reach), site.lead_row(name, habitat)
        if habitat == "air":
            return cast.put(_airborne(cast, scene, name, art, x))
        alone = not any(thing(other).habitat in ("person", "vehicle") for other in scene.shown)
        height = apparent(view, _metres(name, True, scene.setting, alone)) * nearness(view, y)
        if name == "own:tree" and scene.setting in PAVED:
            art = potted(art, view.palette, scene.setting == "roof")
        item = Placed(name, x, y, height, art, depth=0.66, role="subject", motion=subject_motion(name, view, x))
        if name == "own:train":
            y = view.foot - 0.02 * view.height
            return cast.put(replace(item, x=view.width * 0.5, y=y, height=0.2 * view.unit, flip=side < 0))
        tallest = (
            0.76 if name == "own:turbine" else 0.78 if habitat == "plant" else 0.66 if habitat == "building" else 0.56
        )
        item = within(limited(item, view, 0.58 if big or name.startswith("story:") else 0.56, tallest), view)
        return cast.put(replace(item, flip=facing(item, view)))
    return None


def _airborne(cast: Cast, scene: Scene, name: str, art: Art, x: float) -> Placed:
    """A subject that flies: an insect low among the flowers, anything else in free sky above roofs and trees."""
    view = cast.view
    height = apparent(view, max(1.0, thing(name).height))
    item = Placed(name, x, 0.0, height, art, depth=0.66, role="subject", motion=subject_motion(name, view, x),
                  shadow=False)  # fmt: skip
    if name in _INSECTS:
        x = view.width * (0.5 + 0.1 * cast.rng.choice((-1, 1)))
        y = view.foot - 0.92 * _BLOOM * view.unit
        item = limited(replace(item, x=x + 0.09 * view.unit, y=y), view, 0.3, 0.2)
        return within(item, view)
    else:
        animal = name in _SMALL_FLYERS
        item = replace(limited(item, view, 0.22 if animal else 0.34, 0.15 if animal else 0.24), haze=0.1)
        roofs = view.horizon - (0.3 if scene.setting in PAVED else 0.17) * view.height
        item = replace(item, y=max(item.height + 0.05 * view.height, min(roofs, view.height * 0.31)))
    return replace(within(item, view), flip=facing(item, view))


def _bloom(cast: Cast, scene: Scene, subject: Placed | None) -> list[Placed]:
    """The flower an insect is about to sit down on."""
    if subject is None or subject.name not in _INSECTS:
        return []
    view = cast.view
    name = next((other for other in scene.shown if thing(other).habitat == "flower"), "blossom")
    art = cast.art(name)
    if art is None:
        return []
    x = subject.x - 0.09 * view.unit
    return [cast.put(limited(Placed(name, x, view.foot, _BLOOM * view.unit, art, depth=0.6), view, 0.4, 0.4))]


def _metres(name: str, leading: bool, setting: str = "", alone: bool = False) -> float:
    """Real height, except that small things and signs stand large among people, as editorial pictures show them."""
    known = thing(name)
    if name == "own:tree" and leading:
        return 3.0 if setting == "roof" else 7.5
    if known.habitat == "creature" and alone:
        return max(known.height, 1.2 if known.height > 0.2 else 0.6)
    if known.habitat in ("table", "symbol"):
        return 1.5 if leading else 0.8
    if known.habitat == "flower":
        return max(known.height, 1.1 if leading else 0.55)
    return max(known.height, 0.55 if leading else 0.3)


def _others(cast: Cast, scene: Scene, site: Site, subject: Placed | None, told: str) -> list[Placed]:
    rest = [name for name in scene.shown if subject is None or name != subject.name]
    rest = rest[: 4 if len(rest) <= scene.named else 3]
    extras = [name for name in _EXTRAS[scene.setting] if name not in rest and (not subject or name != subject.name)]
    extras = _fitting_extras(extras, scene, subject)
    if told in _SEATED_STORIES or scene.weather in ("rain", "storm"):
        extras = [name for name in extras if name != "own:bench"]
    cast.rng.shuffle(extras)
    found = []
    if scene.setting == "square" and (fountain := _fountain(cast)):
        found.append(cast.put(fountain))
    most = 2 if scene.quiet else 3 if told else 4
    for name in rest + extras[: max(1, most - len(rest))]:
        if name == "own:lanterns" or (name == "umbrella_with_rain_drops" and subject is not None):
            continue
        if name in rows.TREES and scene.setting in rows.ROWS:
            continue
        item = _place(cast, scene, site, name)
        if item is not None:
            found.append(cast.put(item))
    return found


def _fitting_extras(extras: list[str], scene: Scene, subject: Placed | None) -> list[str]:
    """Extras that do not take the eye off the subject, nor stand where its look needs room."""
    if scene.quiet:
        extras = [name for name in extras if name in _QUIET_EXTRAS]
    if subject is not None and subject.name in _SEATED:
        extras = [name for name in extras if thing(name).habitat != "vehicle" and name != "own:bench"]
    if subject is not None and subject.name.startswith("story:"):
        extras = [name for name in extras if name != "own:bench"]
    if subject is not None and thing(subject.name).habitat == "air":
        extras = [name for name in extras if name not in ("own:flock", "sailboat", "palm_tree")]
    return extras


def _fountain(cast: Cast) -> Placed | None:
    view, art = cast.view, cast.art("own:fountain")
    if art is None:
        return None
    y = view.horizon + 0.24 * view.height
    return Placed("own:fountain", view.width / 2, y, apparent(view, 3.0) * nearness(view, y), art, haze=0.05)


_HERD = (
    "own:turbine", "cow", "ewe", "goat", "elephant", "giraffe", "zebra", "penguin", "sailboat", "house",
    "own:solar", "camel", "chicken", "pig", "llama", "kangaroo", "flamingo", "sunflower", "tulip",
    "sheaf_of_rice", "bison", "own:airballoon", "duck",
)  # fmt: skip
"""What is seldom alone."""


def _herd(cast: Cast, subject: Placed | None) -> list[Placed]:
    """Two more of what is seldom alone, farther away."""
    if subject is None or subject.name not in _HERD:
        return []
    view, found = cast.view, []
    flies = thing(subject.name).habitat == "air"
    for dx, share in ((0.3, 0.45), (-0.27, 0.62)):
        x = subject.x + (dx if subject.x < view.width / 2 else -dx) * view.width
        y = subject.y + (share - 1) * (subject.y - view.horizon) if not flies else subject.y * (0.6 + share * 0.4)
        art = cast.art(subject.name)
        if art is None or not 0.05 * view.width < x < 0.95 * view.width:
            continue
        height = subject.height * (nearness(view, y) if not flies else share) * 0.92
        item = Placed(subject.name, x, y, height, art, haze=0.1, shadow=subject.shadow, depth=0.55)
        if cast.crowding(x, y, item.width, item.height) < 0.5:
            item = within(item, view)
            found.append(cast.put(replace(item, flip=facing(item, view))))
    return found


def _place(cast: Cast, scene: Scene, site: Site, name: str) -> Placed | None:
    view, rng = cast.view, cast.rng
    art, habitat = cast.art(name), thing(name).habitat
    if art is None or habitat == "sea":
        return None
    if habitat == "air":
        return _fly(cast, name)
    ys = site.rows(name, habitat)
    if not ys:
        return None
    shares = [0.12, 0.24, 0.38, 0.5, 0.63, 0.76, 0.88]
    rng.shuffle(shares)
    spots = [(share * view.width, rng.choice(ys)) for share in shares]
    small = 0.62 if name in _SMALL_EXTRAS and name not in scene.shown else 1.0
    heights = [apparent(view, _metres(name, False)) * nearness(view, y) * small for _, y in spots]
    free = [k for k, (x, _) in enumerate(spots) if _clear(cast, name, x, heights[k] * art.aspect)]
    if not free:
        return None
    k = free[cast.freest([spots[j] for j in free], art.aspect, [heights[j] for j in free])]
    (x, y), height = spots[k], heights[k]
    item = Placed(name, x, y, height, art, haze=0.12 if habitat in ("plant", "building", "rail") else 0.0, depth=0.6)
    if habitat != "vehicle" or not site.carriageway:
        item = within(item, view) if habitat != "plant" else item
        item = limited(item, view, 0.42 if name in scene.shown else 0.3, 0.5)
    crowded = cast.crowding(x, y, item.width, item.height)
    if crowded > (0.8 if habitat == "vehicle" else 0.45) and habitat not in ("plant", "building", "rail"):
        return None
    return replace(item, flip=facing(item, view))


def _clear(cast: Cast, name: str, x: float, width: float) -> bool:
    """Whether no lamp post or other pole there would grow out of somebody's head."""
    if name in _SLIM:
        people = [item for item in cast.placed if thing(item.name).habitat == "person"]
        return all(abs(item.x - x) > item.width * 0.5 + 0.03 * cast.view.width for item in people)
    if thing(name).habitat == "person":
        poles = [item for item in cast.placed if item.name in _SLIM]
        return all(abs(item.x - x) > width * 0.5 + 0.03 * cast.view.width for item in poles)
    return True


def _fly(cast: Cast, name: str) -> Placed | None:
    view, rng = cast.view, cast.rng
    art = cast.art(name)
    if art is None:
        return None
    height = apparent(view, max(0.3, thing(name).height)) * rng.uniform(0.6, 0.85)
    low = name in ("butterfly", "honeybee", "mosquito", "fallen_leaf")
    shares = [0.15, 0.3, 0.45, 0.6, 0.75, 0.86]
    rng.shuffle(shares)
    level = (view.horizon * 1.0, view.foot - 0.1 * view.height) if low else (view.horizon * 0.2, view.horizon * 0.42)
    spots = [(share * view.width, rng.uniform(*level)) for share in shares]
    k = cast.freest(spots, art.aspect, [height] * len(spots))
    x, y = spots[k]
    y = max(y, height * 1.15 + 0.02 * view.height)
    motion = Motion(
        kind="bob",
        amount=round(0.012 * view.height, 1),
        period_seconds=round(rng.uniform(3, 5), 1),
        phase=round(rng.random(), 2),
    )
    item = Placed(name, x, y, height, art, shadow=False, depth=0.45, motion=motion)
    return replace(item, flip=facing(item, view))
