"""SVG drawings as images, with limits on what a stranger's drawing may ask for.

Skia draws them, after lxml has read them: Skia's own reader follows any depth, any chain of `use`, and no style sheet.
Text and pictures inside a drawing are not drawn, and nothing outside the file is read.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from miaobi.train.data.pictures.svg_limits import demand_bounded
from miaobi.train.data.pictures.svg_style import apply_style_sheets
from miaobi.train.data.reading import UnreadableError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SVG_BYTES: Final = 8 << 20

_OVERSAMPLING: Final = 2
_MOST_SIDE: Final = 4096
_LENGTH: Final = re.compile(r"\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)(px|pt|pc|mm|cm|in|)\s*", re.IGNORECASE)
_PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}

Box = tuple[float, float, float, float]


def draw(data: bytes, size: int) -> tuple[Image, int, int]:
    """The drawing as RGBA, its shorter side twice `size` where that is possible; and its own width and height."""
    import skia
    from PIL import Image

    root = _parsed(data)
    demand_bounded(root)
    apply_style_sheets(root)
    width, height = _extent(root)
    scale = min(_OVERSAMPLING * size / min(width, height), _MOST_SIDE / max(width, height))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    dom = skia.SVGDOM.MakeFromStream(skia.MemoryStream.MakeCopy(_scaled(root, width, height, columns, rows)))
    if dom is None:
        raise UnreadableError("it is not an SVG that can be drawn")
    surface = skia.Surface(columns, rows)
    dom.render(surface.getCanvas())
    image = Image.fromarray(surface.toarray(colorType=skia.kRGBA_8888_ColorType))
    return image, max(1, round(width)), max(1, round(height))


def _parsed(data: bytes) -> Any:
    """The root element. Entities, references to other files, and depths beyond 256 are refused or not followed."""
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
    return root


def _extent(root: Any) -> tuple[float, float]:
    """Width and height in the drawing's pixels: of the file, else of its view box."""
    width, height = _length(root.get("width")), _length(root.get("height"))
    box = _view_box(root)
    if width is None or height is None:
        if box is None:
            raise UnreadableError("it has neither width and height nor a viewBox")
        width, height = box[2:]
    return width, height


def _length(told: str | None) -> float | None:
    """A length in pixels; None for none, and for one that depends on what surrounds the drawing."""
    found = _LENGTH.fullmatch(told or "")
    pixels = float(found[1]) * _PIXELS[found[2].lower()] if found else 0.0
    return pixels if 0 < pixels < math.inf else None


def _view_box(root: Any) -> Box | None:
    try:
        left, top, width, height = map(float, root.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        return None
    is_sound = all(map(math.isfinite, (left, top, width, height))) and width > 0 and height > 0
    return (left, top, width, height) if is_sound else None


def _scaled(root: Any, width: float, height: float, columns: int, rows: int) -> bytes:
    """The drawing so that it fills columns x rows. Without its document type, which Skia does not read."""
    from lxml import etree

    if _view_box(root) is None:
        root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("width", str(columns))
    root.set("height", str(rows))
    return bytes(etree.tostring(root))
