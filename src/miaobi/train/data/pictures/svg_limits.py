"""Whether an SVG can be drawn in reasonable time and depth.

A few lines of `use` elements, each of which draws the one before ten times, make a drawing of a billion elements; a
chain of them is deeper than a stack. So what would be drawn is counted first, without drawing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from miaobi.train.data.reading import UnreadableError

MOST_ELEMENTS: Final = 100_000
"""Elements that are drawn, those drawn again by `use` counted each time."""

MOST_DEPTH: Final = 500
"""Elements inside each other, through `use` too."""

_FILTERED_WEIGHT: Final = 1000
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_REFERENCE: Final = re.compile(r"url\(\s*['\"]?#([^)'\"\s]{1,200})")


def demand_bounded(root: Any) -> None:
    """UnreadableError when the drawing is too large, too deep or uses itself. An element with a filter counts 1,000."""
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise _too_many()
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    weights: dict[Any, tuple[int, int]] = {}
    is_open: set[Any] = set()
    stack = [(root, False)]
    while stack:  # what is inside comes before what it is inside of, without recursion
        element, is_weighed = stack.pop()
        inner = list(_drawn_by(element, named))
        if is_weighed:
            is_open.discard(element)
            weights[element] = _weigh(element, [weights[part] for part in inner])
        elif element not in weights:
            if any(part in is_open for part in inner):
                raise UnreadableError("a part of it uses itself")
            is_open.add(element)
            stack.append((element, True))
            stack.extend((part, False) for part in inner)


def _weigh(element: Any, inner: list[tuple[int, int]]) -> tuple[int, int]:
    """How many elements are drawn, and how deep."""
    is_filtered = element.get("filter") or "filter" in element.get("style", "")
    count = (_FILTERED_WEIGHT if is_filtered else 1) + sum(part for part, _ in inner)
    depth = 1 + max((part for _, part in inner), default=0)
    if count > MOST_ELEMENTS:
        raise _too_many()
    if depth > MOST_DEPTH:
        raise UnreadableError(f"its elements use each other {MOST_DEPTH} deep")
    return count, depth


def _too_many() -> UnreadableError:
    return UnreadableError(f"it draws more than {MOST_ELEMENTS:,} elements (one with a filter counts 1,000)")


def _drawn_by(element: Any, named: dict[str, Any]) -> Iterator[Any]:
    """The elements inside an element, and those it refers to."""
    if not isinstance(element.tag, str):  # a comment
        return
    yield from element
    for name, value in element.attrib.items():
        targets = [value[1:]] if name in ("href", _XLINK) and value.startswith("#") else _REFERENCE.findall(value)
        yield from (named[target] for target in targets if target in named)
