"""Words about the picture: one sentence that says what is really shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from miaobi.create.illustrator import pictograms, topics
from miaobi.create.illustrator.scene import Scene, thing

_LIGHT = {
    "day": ("by day", "白天"), "dawn": ("at dawn", "清晨"), "dusk": ("at dusk", "黄昏"), "night": ("at night", "夜晚"),
}  # fmt: skip
_WEATHER = {
    "rain": ("in the rain", "雨中"),
    "snow": ("in falling snow", "雪中"),
    "fog": ("in fog", "雾中"),
    "storm": ("in a storm", "暴风雨中"),
    "heat": ("in the heat", "烈日下"),
}
_UNCOUNTED = frozenset(
    """
    bread money noodles coral cheese milk butter pasta soap yarn thread honey chocolate spaghetti sushi fuel oil magic
    music corn rice bamboo garlic ginger wood fire wool sugar salt wine beer juice salad popcorn falafel people
    """.split()
)
"""Labels that stand without an article."""
_SINGULAR_S = (
    "bus",
    "trolleybus",
    "cactus",
    "glass",
    "hibiscus",
    "dress",
    "grass",
    "octopus",
    "minus",
    "compass",
    "walrus",
)
_SILENT_H = ("hour", "honest", "heir")


def describe(scene: Scene, names: Sequence[str], language: str, lettering: str) -> str:
    """An alt text in English or Chinese. `names` are the drawings placed, the subject first, repeats included."""
    counted = list(Counter(names).items())[:4]
    if language.lower().startswith("zh"):
        return _chinese(scene, counted, lettering)
    things = [_english_thing(name, count) for name, count in counted]
    what = (
        things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1] if things else "a quiet view"
    )
    when = "" if scene.setting in ("space", "stage", "table") else " " + _LIGHT[scene.light][0]
    weather = (
        " " + _WEATHER[scene.weather][0]
        if scene.weather in _WEATHER and scene.setting not in ("stage", "table")
        else ""
    )
    words = f', with the words "{lettering}"' if lettering else ""
    return f"Flat illustration: {what} {topics.LABELS[scene.setting][0]}{when}{weather}{words}."


def _label_zh(name: str) -> str:
    known = thing(name)
    if known.chinese:
        return known.chinese[0]
    return next((word for word, drawing in pictograms.other_chinese().items() if drawing == name), known.label_zh)


def _plural(label: str) -> str:
    if label in _IRREGULAR:
        return _IRREGULAR[label]
    if label.endswith(_SINGULAR_S) or label.endswith(("ch", "sh", "x")):
        return label + "es"
    if label in _UNCOUNTED or label.endswith(("s", "sheep", "fish", "deer")):
        return label
    if label.endswith("y") and label[-2] not in "aeiou":
        return label[:-1] + "ies"
    return label + "s"


_IRREGULAR = {
    "person": "people",
    "child": "children",
    "mouse": "mice",
    "goose": "geese",
    "ox": "oxen",
    "wolf": "wolves",
}


def _english_thing(name: str, count: int) -> str:
    label = thing(name).label_en
    if name.startswith("story:") or label in _UNCOUNTED:
        return label
    if count > 1:
        return _plural(label)
    head = label.split(" of ")[0].split(" with ")[0]
    if head.endswith("s") and not head.endswith(("ss", *_SINGULAR_S)):
        return label
    return ("an " if label.startswith(("a", "e", "i", "o", "u", *_SILENT_H)) and not _sounds_y(label) else "a ") + label


def _sounds_y(label: str) -> bool:
    return label.startswith(("uni", "use", "euro", "eu", "ufo"))


def _chinese(scene: Scene, counted: Sequence[tuple[str, int]], lettering: str) -> str:
    what = "、".join(_label_zh(name) for name, _ in counted) or "宁静的景色"
    when = "" if scene.setting in ("space", "stage", "table") else _LIGHT[scene.light][1] + "，"
    weather = (
        _WEATHER[scene.weather][1] + "，"
        if scene.weather in _WEATHER and scene.setting not in ("stage", "table")
        else ""
    )
    words = f"，画中文字为“{lettering}”" if lettering else ""
    return f"扁平插画：{when}{weather}{topics.LABELS[scene.setting][1]}有{what}{words}。"
