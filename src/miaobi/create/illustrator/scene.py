"""Text to scene: what is shown, where, in which light. Rules and word lists only; no model.

1. reading.py looks words up as things, places, topics, light and weather.
2. The most telling thing is the subject: someone acting before an animal, a vehicle, an object, a building, a plant;
   earlier words before later ones.
3. The place is the one named, else the topic's, else where the subject is at home. A text about trees, plants or the
   city alone moves on from place to place with its position in the series, so that no two pictures look alike.
4. A topic fills up what the text does not show itself, turned by the position in the series too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from miaobi.create.illustrator import topics
from miaobi.create.illustrator.homes import AT_HOME, INDOORS, OWN_HOME, UNLISTED, WEIGHT
from miaobi.create.illustrator.reading import Reading, read_words
from miaobi.create.illustrator.stories import STORIES
from miaobi.create.illustrator.things import Thing, all_things

_GREEN_TOUR = ("street", "park", "square", "quay", "campus", "roof", "overlook")
_TOWN_TOUR = ("street", "square", "overlook", "quay", "city", "roof")
_ROAD_USERS = ("vehicle",)
_SIGNS = ("table", "symbol", "room")


@dataclass(frozen=True)
class Scene:
    """What to draw.

    shown    drawing names, the subject first; `named` how many of them the text itself names
    without  drawings the text says are not there
    index    position in the series; stories and places move on with it
    """

    setting: str
    light: str
    weather: str
    shown: tuple[str, ...]
    named: int
    topic: str
    without: tuple[str, ...] = ()
    index: int = 0


def thing(name: str) -> Thing:
    """What is known of a drawing; drawings outside the table count as small things of 0.35 m."""
    known = all_things().get(name)
    if known is not None:
        return known
    if name.startswith("story:"):
        story = STORIES[name.partition(":")[2]]
        return Thing(name, "person", story.height, (story.english,), (story.chinese,))
    habitat, height = UNLISTED.get(name, ("table", 0.35))
    return Thing(name, habitat, height, (), ())


def read_scene(text: str, language: str, series: str, index: int, seed: int) -> Scene:
    """The scene of `text`. The same arguments give the same scene."""
    rng = random.Random(f"scene:{series}:{index}:{seed}:{text}")  # noqa: S311 - variety, not secrecy
    reading = read_words(text, language)
    named = _named(reading)
    word, topic = reading.topics[0] if reading.topics else ("", None)
    fill = _fill(reading, topic, named, index)
    if topic and len(named) == 1 and thing(named[0]).habitat in ("table", "symbol"):
        fill, named = _turned(tuple(dict.fromkeys([*named, *fill])), index), []
    setting, place_weather = _setting(reading, named, topic, (*named, *fill), rng)
    setting = _toured(setting, reading, named, series, index)
    if topic and named and setting != topic.setting and setting not in INDOORS and setting not in ("stage", "table"):
        fill = ()
    weather = reading.weather or place_weather
    light = _light(reading, topic, named, setting, weather, series, index)
    shown = tuple(name for name in _fitting(setting, named, fill) if name not in reading.absent)
    return Scene(setting, light, weather, shown, len(named), word, tuple(reading.absent), index)


def _named(reading: Reading) -> list[str]:
    """The things the text names, the most telling first."""
    named = list(dict.fromkeys(reading.things))
    if "person_in_bed" in named and any(thing(name).habitat in ("creature", "person") for name in named):
        named.remove("person_in_bed")
    if sum(thing(name).habitat in ("creature", "person") for name in named) > 1:
        named = [name for name in named if name not in ("person_walking", "person_running")] or named
    actors = [name for name in named if thing(name).habitat == "person"]
    if reading.topics and len(named) > 1 and actors == ["person:people"] and not reading.places:
        named.remove("person:people")
    if {"own:tree", "seedling"} <= set(named):
        named.remove("seedling")
    order = {name: position for position, name in enumerate(named)}
    return sorted(named, key=lambda name: order[name] * 0.45 - _weight(name))


def _weight(name: str) -> float:
    special = {"person_in_bed": 4.4, "person:people": 3.5}
    return special.get(name) or WEIGHT[thing(name).habitat]


def _fill(reading: Reading, topic: topics.Topic | None, named: list[str], index: int) -> tuple[str, ...]:
    """What the topics add, turned by the position in the series; a still life where the text says nothing at all."""
    if topic:
        own = _turned(topic.drawings, index)
        return (*own[:2], *(other.drawings[0] for _, other in reading.topics[1:3] if other.drawings), *own[2:])
    if named or reading.places or reading.light or reading.weather:
        return ()
    return _turned(("open_book", "own:plantpot", "light_bulb", "hot_beverage"), index)


def _fitting(setting: str, named: list[str], fill: tuple[str, ...]) -> tuple[str, ...]:
    """What can be in one picture there: small signs do not lie about in a landscape, nor houses on a table."""
    wanted = list(dict.fromkeys([*named, *fill]))
    lead = wanted[:1]
    if setting in ("stage", "table"):
        unfit = {"room", "vehicle", "rail", "boat"}
        unfit |= {"building", "plant", "outdoor", "person"} if setting == "table" else set()
        unfit |= {"person"} if len(wanted) > 2 else set()
        return tuple(name for name in wanted if name in lead or thing(name).habitat not in unfit)
    if setting in INDOORS:
        unfit = {"building", "vehicle", "rail", "boat", "sea", "plant", "air"}
        return tuple(name for name in wanted if thing(name).habitat not in unfit) or tuple(lead)
    if setting == "underwater":
        alive = ("crab", "turtle", *lead)
        return tuple(name for name in wanted if thing(name).habitat in ("sea", "boat") or name in alive)
    if setting == "space":
        return tuple(wanted)
    real = [name for name in wanted if thing(name).habitat not in _SIGNS]
    if setting in _GREEN_TOUR or setting == "city":
        return tuple(real)
    small = [name for name in named if thing(name).habitat in ("table", "symbol")]
    return tuple(real + (small[:1] if len(real) < 3 else [])) if real else tuple(wanted)


def _turned(drawings: tuple[str, ...], index: int) -> tuple[str, ...]:
    start = index % len(drawings) if drawings else 0
    return drawings[start:] + drawings[:start]


def _setting(
    reading: Reading, named: list[str], topic: topics.Topic | None, shown: tuple[str, ...], rng: random.Random
) -> tuple[str, str]:
    """The setting's name and the weather that belongs to the place."""
    subject = thing(shown[0]) if shown else None
    explicit = [place for place in reading.places if place.setting != "table"]
    if explicit:
        return _named_place(explicit, subject)
    furniture = [
        name for name in named if thing(name).habitat == "room" and name not in ("telescope", "own:board", "own:server")
    ]
    if furniture and not (subject and subject.name in OWN_HOME and subject.habitat == "person"):
        return ("bedroom" if {"bed", "person_in_bed"} & set(named) else "room"), ""
    if "own:bridge" in named:
        return "river", ""
    if topic and named[:1] == ["person:people"]:
        return topic.setting, topic.weather
    if named and subject:
        if topic and WEIGHT[subject.habitat] < 3 and topic.setting in ("stage", "table") and not _is_green(named):
            return topic.setting, ""
        return OWN_HOME.get(subject.name) or rng.choice(AT_HOME[subject.habitat]), ""
    if topic:
        return topic.setting, topic.weather
    if reading.light or reading.weather:
        return rng.choice(("meadow", "mountain", "coast", "village")), ""
    return "stage", ""


def _named_place(places: list[topics.Topic], subject: Thing | None) -> tuple[str, str]:
    """The place among those named: a street before others, water rather than its shore for a fish."""
    place = next((place for place in places if place.setting == "street"), places[0])
    if subject and subject.habitat == "sea" and place.setting in ("coast", "river") and subject.name != "crab":
        return "underwater", ""
    if place.setting == "underwater" and subject and subject.habitat in ("vehicle", "building"):
        return "coast", ""
    return place.setting, place.weather


def _is_green(named: list[str]) -> bool:
    return bool(named) and all(thing(name).habitat in ("plant", "flower") for name in named)


def _toured(setting: str, reading: Reading, named: list[str], series: str, index: int) -> str:
    """Another place for every picture where the text only says "trees" or "the city"."""
    start = random.Random(f"tour:{series}").choice((0, 1, 6))  # noqa: S311 - a cover shows a street, a park, a view
    quiet = all(thing(name).habitat in ("plant", "flower") or name == "person:people" for name in named)
    if "own:tree" in reading.absent and setting in ("city", "street"):
        return "street"
    if any(thing(name).habitat in _ROAD_USERS or name == "person_biking" for name in named) and setting == "city":
        return "street"
    if "own:tree" in named and quiet and not reading.places and setting not in ("stage", "table"):
        return _stop(_GREEN_TOUR, start + index, reading)
    if setting == "city" and quiet:
        return _stop(_GREEN_TOUR if "own:tree" in named else _TOWN_TOUR, start + index, reading)
    return setting


def _stop(tour: tuple[str, ...], position: int, reading: Reading) -> str:
    """The tour's place at that position; rain soaks into the ground, so it does not fall on a roof."""
    place = tour[position % len(tour)]
    return "park" if place == "roof" and reading.weather in ("rain", "storm") else place


def _light(
    reading: Reading, topic: topics.Topic | None, named: list[str], setting: str, weather: str, series: str, index: int
) -> str:
    if setting == "space":
        return "night"
    if reading.light:
        return reading.light
    if setting == "bedroom":
        return "night"
    if weather == "heat":
        return "day"
    if topic and topic.light and not named:
        return topic.light
    cycle: tuple[str, ...] = ("day", "dawn", "day", "dusk", "day", "day", "dusk")
    if setting in INDOORS or setting in ("table", "stage", "underwater"):
        cycle = ("day", "day", "day", "dusk", "day")
    start = random.Random(f"light:{series}").randrange(len(cycle))  # noqa: S311
    return cycle[(start + index) % len(cycle)]
