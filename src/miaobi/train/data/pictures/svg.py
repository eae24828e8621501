"""SVG drawings as images, with limits on what a stranger's drawing may ask for.

Skia draws them. It knows neither depth nor cycles of `use`, so these are looked at first. Pictures from other files
and scripts are not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from miaobi.train.data.reading import UnreadableError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SVG_BYTES: Final = 8 << 20
MOST_ELEMENTS: Final = 100_000
"""Elements that are drawn, those that are drawn again through `use` counted each time."""

_OVERSAMPLING: Final = 4
_MOST_SIDE: Final = 4096
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"


def draw(data: bytes, size: int) -> tuple[Image, int, int]:
    """The drawing as RGBA, about four times as large as `size`; its own width and height in its units."""
    import skia
    from PIL import Image

    root = _parsed(data)
    width, height = _extent(root)
    scale = min(_OVERSAMPLING * size / min(width, height), _MOST_SIDE / max(width, height))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream.MakeCopy(_scalable(root, width, height)))
    if dom is None:
        raise UnreadableError("it is not a readable SVG")
    dom.setContainerSize(skia.Size(columns, rows))
    surface = skia.Surface(columns, rows)
    dom.render(surface.getCanvas())
    pixels = surface.toarray(colorType=skia.kRGBA_8888_ColorType)
    return Image.fromarray(pixels, "RGBA"), max(1, round(width)), max(1, round(height))


def _parsed(data: bytes) -> Any:
    """The root element, when the drawing is one that can be drawn in a reasonable time."""
    from lxml import etree

    if len(data) > MOST_SVG_BYTES:
        raise UnreadableError(f"it has {len(data) >> 20} MB, more than the {MOST_SVG_BYTES >> 20} MB an SVG may have")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise UnreadableError(f"it is not XML ({error})") from error
    if etree.QName(root).localname != "svg":
        raise UnreadableError("it is XML, but no SVG")
    _demand_little(root)
    return root


def _demand_little(root: Any) -> None:
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    counted: dict[Any, int] = {}
    stack: list[tuple[Any, bool]] = [(root, False)]
    open_elements: set[Any] = set()
    while stack:  # children before their parents, without recursion
        element, is_done = stack.pop()
        inner = [*element, *_used(element, named)]
        if is_done:
            open_elements.discard(element)
            counted[element] = 1 + sum(counted[child] for child in inner)
            if counted[element] > MOST_ELEMENTS:
                raise UnreadableError(f"it draws more than {MOST_ELEMENTS:,} elements")
            continue
        if element in counted:
            continue
        open_elements.add(element)
        stack.append((element, True))
        if any(child in open_elements for child in inner):
            raise UnreadableError("a part of it uses itself")
        stack.extend((child, False) for child in inner if child not in counted)


def _used(element: Any, named: dict[str, Any]) -> Iterator[Any]:
    """What an element draws besides its children."""
    if not isinstance(element.tag, str):
        return
    target = element.get("href") or element.get(_XLINK) or ""
    if target.startswith("#") and target[1:] in named:
        yield named[target[1:]]
