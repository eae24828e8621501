"""Style sheets inside an SVG, written into its elements: drawing programs put all colours there.

Selectors of one tag, class or id are known (`.cls-1, path { fill: #fff }`); others, and at-rules, are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_SELECTOR: Final = re.compile(r"[.#]?[\w-]{1,100}")

Properties = dict[str, str]


def apply_style_sheets(root: Any) -> None:
    """Give every element the properties that the style sheets have for it. Those of an element's own style win."""
    sheets = [element for element in root.iter("{*}style") if element.text]
    rules: dict[str, Properties] = {}
    for sheet in sheets:
        for selector, properties in _rules(sheet.text):
            rules.setdefault(selector, {}).update(properties)
        sheet.getparent().remove(sheet)
    if rules:
        for element in root.iter("{*}*"):
            _apply(element, rules)


def _apply(element: Any, rules: dict[str, Properties]) -> None:
    classes = element.get("class", "").split()
    selectors = (element.tag.rpartition("}")[2], *(f".{name}" for name in classes), f"#{element.get('id')}")
    merged: Properties = {}
    for selector in selectors:
        merged |= rules.get(selector, {})
    if not merged:
        return
    merged |= _properties(element.get("style", ""))
    for name in merged:  # a style sheet wins over an attribute of that name
        element.attrib.pop(name, None)
    element.set("style", ";".join(f"{name}:{value}" for name, value in merged.items()))


def _rules(sheet: str) -> Iterator[tuple[str, Properties]]:
    for part in _without_comments(sheet).split("}"):
        head, _, body = part.rpartition("{")
        if "@" in head or "{" in head:
            continue
        for selector in head.split(","):
            if _SELECTOR.fullmatch(selector.strip()):
                yield selector.strip(), _properties(body)


def _properties(body: str) -> Properties:
    pairs = (pair.partition(":") for pair in body.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value.strip()}


def _without_comments(sheet: str) -> str:
    first, *rest = sheet.split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)
