# ruff: noqa: E501 - one line of the table is one place
"""Where things are at home, and how telling they are: data for scene.py."""

from __future__ import annotations

INDOORS = frozenset(
    ("room", "bedroom", "kitchen", "office", "classroom", "library", "lab", "clinic", "shop", "factory", "gallery")
)

WEIGHT = {
    "person": 5.0, "creature": 4.6, "sea": 4.5, "rail": 3.9, "boat": 3.9, "vehicle": 3.6, "air": 3.6, "building": 2.5,
    "table": 2.7, "symbol": 2.4, "outdoor": 2.6, "room": 2.2, "flower": 2.1, "plant": 1.9,
}  # fmt: skip
"""How much a thing of a habitat draws the eye: the heaviest becomes the subject."""

AT_HOME = {
    "creature": ("meadow", "forest", "park"),
    "sea": ("underwater",),
    "rail": ("meadow", "mountain"),
    "boat": ("coast", "river"),
    "vehicle": ("street", "city"),
    "air": ("meadow", "coast", "mountain"),
    "building": ("village", "city", "meadow"),
    "table": ("table",),
    "symbol": ("stage",),
    "outdoor": ("park", "meadow"),
    "room": ("room",),
    "flower": ("park", "meadow"),
    "plant": ("park", "meadow", "forest"),
    "person": ("park", "street", "quay", "square"),
}
"""Settings by habitat."""

_HOMES = {
    # setting: drawings that belong there more than anywhere else
    "clinic": "person:doctor",
    "classroom": "person:teacher own:board",
    "campus": "person:student school",
    "field": "person:farmer cow ox pig chicken rooster ewe goat horse tractor sheaf_of_rice ear_of_corn own:turbine own:solar",
    "kitchen": "person:chef",
    "city": "person:builder factory bank hotel office_building department_store classical_building hospital",
    "lab": "person:scientist",
    "office": "person:business person:programmer own:server",
    "library": "person:judge own:shelf",
    "gallery": "person:artist",
    "stage": "person:singer own:network own:bars",
    "space": "person:astronaut rocket satellite flying_saucer",
    "street": "person:police person:driver person:firefighter own:charger",
    "park": "person_in_lotus_position dog poodle service_dog chipmunk snail",
    "village": "house wedding church",
    "mountain": "person:traveller Japanese_castle castle locomotive",
    "snow": "penguin seal skier snowman polar_bear",
    "desert": "camel cactus snake",
    "meadow": "elephant giraffe zebra telescope own:airballoon butterfly rabbit honeybee mosquito lady_beetle bug kite sauropod",
    "coast": "own:lighthouse palm_tree crab umbrella_on_ground",
    "river": "duck swan own:bridge frog",
    "bedroom": "bed person_in_bed",
    "room": "person_lifting_weights cat black_cat",
    "forest": "monkey tiger gorilla chipmunk mushroom panda fox wolf bear deer owl koala",
    "table": "hourglass_not_done",
}

SECOND_HOME = {
    "field": ("meadow", "village"), "forest": ("meadow", "river", "mountain"), "meadow": ("river", "park", "mountain"),
    "park": ("meadow", "street", "quay"), "village": ("park", "meadow"), "mountain": ("meadow", "river"),
    "city": ("street", "square"),
}  # fmt: skip
"""Where else what is at home in a setting may be seen, for the next pictures of a series."""

OWN_HOME = {name: setting for setting, names in _HOMES.items() for name in names.split()}

UNLISTED = {
    "fallen_leaf": ("air", 0.3), "mouse": ("creature", 0.12), "rat": ("creature", 0.2), "dodo": ("creature", 0.8),
    "phoenix": ("air", 1.0), "wing": ("symbol", 0.4), "ringed_planet": ("symbol", 0.6), "ice": ("table", 0.3),
    "nest_with_eggs": ("outdoor", 0.4), "potted_plant": ("table", 0.4), "elevator": ("room", 2.0),
}  # fmt: skip
"""Habitat and metres of drawings outside the table of things that topics use."""
