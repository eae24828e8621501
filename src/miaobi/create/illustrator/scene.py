"""Text to scene: what is shown, where, in which light. Rules and word lists only; no model.

1. reading.py looks words up as things, places, topics, light and weather.
2. The most telling thing is the subject: someone acting before an animal, a vehicle, an object, a building, a plant;
   earlier words before later ones.
3. The place is the one named, else the topic's, else where the subject is at home. A text about trees, plants or the
   city alone moves on from place to place with its position in the series, so that no two pictures look alike.
4. An everyday subject (subjects.py) has pictures of its own, which take turns in a series.
5. A topic fills up what the text does not show itself, turned by the position in the series too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from miaobi.create.illustrator import topics
from miaobi.create.illustrator.acts import ALL as STORIES
from miaobi.create.illustrator.homes import AT_HOME, INDOORS, OWN_HOME, SECOND_HOME, UNLISTED, WEIGHT
from miaobi.create.illustrator.reading import Reading, read_words
from miaobi.create.illustrator.subjects import WEAK, Subject, Variant, read_variant
from miaobi.create.illustrator.things import Thing, all_things, chinese_words, english_words

_GREEN_TOUR = ("street", "park", "square", "quay", "campus", "roof", "overlook")
_TOWN_TOUR = ("street", "square", "overlook", "quay", "city", "roof")
_ROAD_USERS = ("vehicle",)
_SIGNS = ("table", "symbol", "room")
_STANDING_SIGNS = ("robot", "people_hugging", "rainbow")
"""Symbols that may stand in a landscape."""
_CARRIED = ("soccer_ball", "basket", "backpack", "umbrella_with_rain_drops", "guitar")
"""Small things that may lie in a landscape."""
_OPEN_FOR = ("person", "building", "plant", "flower")
"""What may be shown in another open place than its own, where the text names one."""


@dataclass(frozen=True)
class Scene:
    """What to draw.

    shown    drawing names, the subject first; `named` how many of them the text itself names
    without  drawings the text says are not there
    index    position in the series; stories and places move on with it
    quiet    no passers-by and no cheerful extras: a grave subject, or nature without people
    """

    setting: str
    light: str
    weather: str
    shown: tuple[str, ...]
    named: int
    topic: str
    without: tuple[str, ...] = ()
    index: int = 0
    quiet: bool = False


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
    del seed  # the composition turns with it; what is shown does not
    reading = read_words(text, language)
    named = _named(reading)
    told = told_subject(reading, named, index) or _fallback(reading, named, series, index)
    if told:
        return _told_scene(told, reading, series, index)
    word, topic = reading.topics[0] if reading.topics else ("", None)
    fill = _fill(reading, topic, index)
    if topic and len(named) == 1 and thing(named[0]).habitat in ("table", "symbol"):
        fill, named = _turned(tuple(dict.fromkeys([*named, *fill])), index), []
    setting, place_weather = _setting(reading, named, topic, (*named, *fill), index)
    setting = _toured(setting, reading, named, series, index)
    if topic and named and setting != topic.setting and setting not in INDOORS and setting not in ("stage", "table"):
        fill = ()
    weather = reading.weather or place_weather
    light = _light(reading, topic, named, setting, weather, series, index)
    shown = tuple(name for name in _fitting(setting, named, fill) if name not in reading.absent)
    return Scene(setting, light, weather, shown, len(named), word, tuple(reading.absent), index)


Told = tuple[str, Variant, tuple[str, ...]]
"""The word read, the picture chosen for it, what is shown."""


def _told_scene(told: Told, reading: Reading, series: str, index: int) -> Scene:
    word, variant, drawings = told
    usual = _light(reading, None, [], variant.setting, variant.weather, series, index)
    shown = tuple(name for name in drawings if name not in reading.absent)
    return Scene(
        variant.setting, reading.light or variant.light or usual, reading.weather or variant.weather, shown, len(shown),
        word, tuple(reading.absent), index, variant.quiet,
    )  # fmt: skip


def told_subject(reading: Reading, named: list[str], index: int) -> Told | None:
    """The everyday subject the text is about, in the picture whose turn it is; None where other things come first."""
    telling = [one for one in reading.subjects if one[0] not in WEAK]
    if not telling and not reading.topics and not named:
        telling = reading.subjects
    if not telling or telling[0][2] > 0:
        return None
    word, subject, _ = telling[0]
    others = [name for name in named if english_words().get(word) != name and chinese_words().get(word) != name]
    variants = _suited(subject, reading, others)
    variant = variants[index % len(variants)]
    drawings = variant.drawings
    if (index // len(variants)) % 2:  # the second time round: something else leads, in another place
        if variant.setting in ("stage", "table") and len(drawings) > 1:
            drawings = (drawings[1], drawings[0], *drawings[2:])
        elif drawings[0] not in _ROOTED:
            variant = replace(variant, setting=_turn_of(variant.setting, 1), light="")
    return word, _moved(variant, reading), _with_named(variant, drawings, others)


def _suited(subject: Subject, reading: Reading, others: list[str]) -> tuple[Variant, ...]:
    """The pictures in the place that the text names, else with the people it names, else all."""
    places = {place.setting for place in reading.places}
    there = tuple(variant for variant in subject.variants if variant.setting in places)
    if there:
        return there
    actors = {name for name in others if thing(name).habitat in ("person", "creature")}
    if not actors:
        return subject.variants
    told = tuple(v for v in subject.variants if any(n in actors or n.startswith("story:") for n in v.drawings))
    live = tuple(v for v in subject.variants if v.setting not in ("stage", "table", "space") and _welcomes(v))
    return told or live or subject.variants


def _welcomes(variant: Variant) -> bool:
    """Whether somebody else can be in the picture: its own figure, if it has one, stands for anybody."""
    return all(name in _ANYBODY or thing(name).habitat != "person" for name in variant.drawings)


def _moved(variant: Variant, reading: Reading) -> Variant:
    """The picture in another open place that the text names, where its lead can be there."""
    place = next((place for place in reading.places if place.setting not in _CLOSED), None)
    if place is None or variant.setting in _CLOSED or thing(variant.drawings[0]).habitat not in _OPEN_FOR:
        return variant
    if variant.drawings[0] in _ROOTED:
        return variant
    return replace(variant, setting=place.setting)


def _with_named(variant: Variant, drawings: tuple[str, ...], others: list[str]) -> tuple[str, ...]:
    """The picture's drawings with what else the text names, where that can be there."""
    if drawings[0].startswith("story:"):
        return (*drawings, *(name for name in others if thing(name).habitat in ("plant", "creature")))
    actor = next((name for name in others if name.startswith("person:") and name != "person:people"), "")
    if actor and actor not in drawings:
        drawings = tuple(actor if name in _ANYBODY else name for name in drawings)
    persons = any(thing(name).habitat == "person" for name in drawings)
    fit = [name for name in others if actor or not (persons and thing(name).habitat == "person")]
    if variant.setting in ("stage", "table"):
        fit = [name for name in fit if thing(name).habitat in ("table", "symbol", "flower")]
    fit = [name for name in fit if not (name == "person:people" or thing(name).habitat in ("table", "symbol"))] or []
    shown = tuple(dict.fromkeys([*drawings[:1], *fit[:1], *drawings[1:], *fit[1:2]]))
    return _fitting(variant.setting, list(shown), ())


_ANYBODY = ("person:people", "person:father", "person:mother", "person:business")
"""Figures that stand for anybody, and give way to whom the text names."""
_CLOSED = frozenset((*INDOORS, "stage", "table", "space", "underwater"))
_ROOTED = frozenset(("volcano", "own:glacier", "own:turbine", "own:train", "mosque"))
"""What stands where it stands, whatever other place the text names."""

_FALLBACKS = """
stage:compass,books,globe_showing_Asia-Australia / park:own:tree / table:teapot,own:vase,books
quay:own:tree / stage:magnifying_glass_tilted_left,puzzle_piece,key / square:own:tree
library:person:student,books / coast:sailboat / table:own:vase,framed_picture,own:cloth
mountain:person:traveller,own:conifer / stage:speech_balloon,open_book,own:olive / overlook:own:tree
stage:own:network,magnifying_glass_tilted_left,open_book / river:own:bridge,own:birch
"""


def _fallback(reading: Reading, named: list[str], series: str, index: int) -> Told | None:
    """A picture that suits any text, for a text of which no word is known: another one every time in a series."""
    if named or reading.topics or reading.places or reading.light or reading.weather or reading.subjects:
        return None
    pictures = [read_variant(text) for line in _FALLBACKS.strip().splitlines() for text in line.split(" / ")]
    start = random.Random(f"fallback:{series}").randrange(len(pictures))  # noqa: S311 - variety, not secrecy
    variant = pictures[(start + index) % len(pictures)]
    return "", variant, variant.drawings


def _turn_of(setting: str, index: int) -> str:
    """The setting, or one like it for the next pictures of a series."""
    homes = (setting, *SECOND_HOME.get(setting, ()))
    return homes[index % len(homes)]


def _at_home(subject: Thing, named: list[str], index: int) -> str:
    """Where the subject is at home; its second home for every other picture of a series."""
    own = OWN_HOME.get(subject.name) or next((OWN_HOME[name] for name in named if _works_indoors(name)), None)
    return _turn_of(own, index) if own else AT_HOME[subject.habitat][index % len(AT_HOME[subject.habitat])]


def _works_indoors(name: str) -> bool:
    return thing(name).habitat == "person" and OWN_HOME.get(name) in INDOORS


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
    couple = "woman_and_man_holding_hands"
    if couple in named and any(thing(name).habitat == "creature" for name in named[: named.index(couple)]):
        named.remove(couple)  # "dogs are loyal friends" is about the dogs
    order = {name: position for position, name in enumerate(named)}
    return sorted(named, key=lambda name: order[name] * 0.45 - _weight(name))


def _weight(name: str) -> float:
    special = {"person_in_bed": 4.4, "person:people": 3.5}
    return special.get(name) or WEIGHT[thing(name).habitat]


def _fill(reading: Reading, topic: topics.Topic | None, index: int) -> tuple[str, ...]:
    """What the topics add, turned by the position in the series."""
    if topic:
        acted = topic.setting not in ("stage", "table") and thing(topic.drawings[0]).habitat == "person"
        own = topic.drawings if acted else _turned(topic.drawings, index)
        return (*own[:2], *(other.drawings[0] for _, other in reading.topics[1:3] if other.drawings), *own[2:])
    return ()


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
    real = [name for name in wanted if thing(name).habitat not in _SIGNS or name in _STANDING_SIGNS]
    if setting in _GREEN_TOUR or setting == "city":
        return tuple(real)
    if real:
        return tuple(real + [name for name in named if name in _CARRIED][:1])
    return tuple(name for name in wanted if thing(name).habitat != "symbol")


def _turned(drawings: tuple[str, ...], index: int) -> tuple[str, ...]:
    start = index % len(drawings) if drawings else 0
    return drawings[start:] + drawings[:start]


def _setting(
    reading: Reading, named: list[str], topic: topics.Topic | None, shown: tuple[str, ...], index: int
) -> tuple[str, str]:
    """The setting's name and the weather that belongs to the place."""
    subject = thing(shown[0]) if shown else None
    explicit = [place for place in reading.places if place.setting != "table"]
    if explicit:
        return _named_place(explicit, subject)
    furniture = [
        name for name in named if thing(name).habitat == "room" and name not in ("telescope", "own:board", "own:server")
    ]
    if furniture and not (subject and _works_indoors(subject.name)):
        return ("bedroom" if {"bed", "person_in_bed"} & set(named) else "room"), ""
    if "own:bridge" in named:
        return "river", ""
    if topic and named[:1] == ["person:people"]:
        return topic.setting, topic.weather
    if named and subject:
        if topic and WEIGHT[subject.habitat] < 3 and topic.setting in ("stage", "table") and not _is_green(named):
            return topic.setting, ""
        return _at_home(subject, named, index), ""
    if topic:
        return _turn_of(topic.setting, index), topic.weather
    if reading.light or reading.weather:
        return ("meadow", "mountain", "coast", "village")[index % 4], ""
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
    if topic and topic.light and not named and (index % 2 == 0 or topic.light == "night"):
        return topic.light
    cycle: tuple[str, ...] = ("day", "dawn", "day", "dusk", "day", "day", "dusk")
    if setting in INDOORS or setting in ("table", "stage", "underwater"):
        cycle = ("day", "day", "day", "dusk", "day")
    start = random.Random(f"light:{series}").randrange(len(cycle))  # noqa: S311
    return cycle[(start + index) % len(cycle)]
