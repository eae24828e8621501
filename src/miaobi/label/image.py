"""A visible label in a corner of a picture, with a note in the file that says where it is.

GB 45438-2025, 5.2: text at an edge or corner, legible, at least 5 % of the shortest side high. The note is an XMP
packet (ISO 16684-1) with the IPTC digital source type, which search engines and photo software read, and the label's
text and place, with which `find_image_label` looks whether the label is still there to be seen.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from miaobi.base.asset import Asset
from miaobi.base.fonts import font_path
from miaobi.base.value import Value
from miaobi.errors import InputError
from miaobi.label.contrast import MIN_CONTRAST, contrast_ratio, luminance_of
from miaobi.label.explicit import SourceType

if TYPE_CHECKING:
    from PIL import Image, ImageFont

MIN_HEIGHT_SHARE: Final = 0.05
_AIM_HEIGHT_SHARE: Final = 0.052  # a little above, so that rounding never falls below
_MIN_HEIGHT_PX: Final = 14  # below this a label is there but cannot be read
_PLATE: Final = (0, 0, 0, 196)
_TEXT: Final = (255, 255, 255, 255)
_FORMATS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}

_XMP: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:miaobi="urn:miaobi:label:1" '
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{source}" '
    'miaobi:text={text} miaobi:place="{place}"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
_NAMESPACE: Final = "{urn:miaobi:label:1}"


class ImageLabel(Value):
    """A label found in a picture: its text, the ink's box (left, top, right, bottom, pixels), and if one can see it.

    height_share  of the ink, of the picture's shortest side
    contrast      WCAG contrast ratio of lettering to its surroundings, 1 (none) .. 21
    """

    text: str
    box: tuple[int, int, int, int]
    height_share: float
    contrast: float
    is_visible: bool


def label_image(asset: Asset, words: str, source_type: SourceType = "trainedAlgorithmicMedia") -> Asset:
    """The picture with `words` (a short label) in its bottom right corner.

    image/png, image/jpeg or image/webp, and comes back as the same. A picture that already shows its label is
    returned as it is: a file has exactly one. InputError for anything else.

    source_type  the IPTC digital source type for the note: "algorithmicMedia" where no trained model took part
    """
    from PIL import ImageOps

    if asset.media_type not in _FORMATS:
        raise InputError(f"A {asset.media_type} cannot get a visible label.", hint=f"Use {', '.join(_FORMATS)}.")
    known = find_image_label(asset)
    if known is not None and known.is_visible:
        return asset
    with _opened(asset) as opened:
        has_alpha = opened.mode in {"RGBA", "LA", "PA"} or "transparency" in opened.info
        profile = opened.info.get("icc_profile") if opened.mode in {"RGB", "RGBA"} else None
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    overlay, box = _overlay(picture.width, picture.height, words)
    picture.alpha_composite(overlay)
    result: Image.Image = picture if has_alpha and asset.media_type != "image/jpeg" else picture.convert("RGB")
    note = _note(words, box, result.size, source_type)
    return Asset.from_bytes(_encode(result, asset.media_type, note, profile), asset.media_type)


def find_image_label(asset: Asset) -> ImageLabel | None:
    """The label a picture carries, or None. Looks at the pixels: a note alone does not make it visible."""
    with _opened(asset) as opened:
        note = _read_note(opened.info)
        if note is None:
            return None
        words, box, noted_size = note
        size = opened.size
        picture = opened.convert("RGB")
    box = _scaled(box, size[0] / noted_size[0], size[1] / noted_size[1])
    contrast = _contrast(picture, words, box)
    share = (box[3] - box[1]) / min(size)
    return ImageLabel(
        text=words,
        box=box,
        height_share=share,
        contrast=round(contrast, 2),
        is_visible=contrast >= MIN_CONTRAST and share >= MIN_HEIGHT_SHARE - 0.5 / min(size),
    )


# ---------------------------------------------------------------- drawing


def _overlay(width: int, height: int, words: str) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """A transparent RGBA picture with the label on its plate, and the box of the ink."""
    from PIL import Image, ImageDraw

    shortest = min(width, height)
    floor = MIN_HEIGHT_SHARE * shortest
    wanted = max(_AIM_HEIGHT_SHARE * shortest, _MIN_HEIGHT_PX)
    font, ink = _font_for(words, wanted)
    needed = ink[2] - ink[0] + 1.4 * (ink[3] - ink[1])  # with the plate and its margin
    if needed > width:  # a tiny picture: as large as fits, but never below the floor
        font, ink = _font_for(words, max(floor, wanted * 0.9 * width / needed))
    ink_width, ink_height = ink[2] - ink[0], ink[3] - ink[1]
    pad = round(ink_height * 0.42)
    margin = round(ink_height * 0.45)
    left = max(0, width - margin - pad - ink_width)
    top = max(0, height - margin - pad - ink_height)
    box = (left, top, left + ink_width, top + ink_height)
    overlay = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(overlay)
    plate = (box[0] - pad, box[1] - pad, min(width, box[2] + pad) - 1, min(height, box[3] + pad) - 1)
    pen.rounded_rectangle(plate, radius=pad, fill=_PLATE)
    pen.text((left - ink[0], top - ink[1]), words, font=font, fill=_TEXT)
    return overlay, box


def _font_for(words: str, ink_height: float) -> tuple[ImageFont.FreeTypeFont, tuple[int, int, int, int]]:
    """The font at the first size whose ink is at least `ink_height` pixels high, and the ink's box at the origin."""
    from PIL import ImageFont

    path = str(font_path())
    size = max(1, int(ink_height * 0.9))
    while True:
        font = ImageFont.truetype(path, size)
        box = font.getbbox(words)
        ink = (int(box[0]), int(box[1]), int(box[2]), int(box[3]))
        if ink[3] - ink[1] >= ink_height:
            return font, ink
        size += 1


def _contrast(picture: Image.Image, words: str, box: tuple[int, int, int, int]) -> float:
    """Contrast ratio between where the lettering must be and the plate around it; 1 where the box is outside."""
    import numpy as np
    from PIL import Image, ImageDraw

    width, height = box[2] - box[0], box[3] - box[1]
    if width < 2 or height < 2 or box[0] < 0 or box[1] < 0 or box[2] > picture.width or box[3] > picture.height:
        return 1.0
    font, ink = _font_for(words, height * 4)  # drawn large and scaled, so that it fits a resized picture as well
    mask = Image.new("L", (ink[2] - ink[0], ink[3] - ink[1]), 0)
    ImageDraw.Draw(mask).text((-ink[0], -ink[1]), words, font=font, fill=255)
    lettering = np.asarray(mask.resize((width, height), Image.Resampling.BOX), dtype=np.float64) / 255
    return contrast_ratio(luminance_of(np.asarray(picture.crop(box), dtype=np.uint8)), lettering)


# ---------------------------------------------------------------- the file


def _opened(asset: Asset) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(asset.read()))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(
            f"The picture {asset.digest[:19]} cannot be decoded: {error}.", hint="Make it again."
        ) from error
    return picture


def _encode(picture: Image.Image, media_type: str, note: str, profile: bytes | None) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    out = io.BytesIO()
    if media_type == "image/png":
        info = PngInfo()
        if note:
            info.add_itxt("XML:com.adobe.xmp", note)
        picture.save(out, "PNG", pnginfo=info, icc_profile=profile)
    elif media_type == "image/jpeg":
        picture.save(out, "JPEG", quality=95, subsampling=0, xmp=note.encode(), icc_profile=profile)
    else:
        picture.save(out, "WEBP", quality=95, xmp=note.encode(), icc_profile=profile)
    return out.getvalue()


def _note(words: str, box: tuple[int, int, int, int], size: tuple[int, int], source: SourceType) -> str:
    place = " ".join(map(str, (*box, *size)))
    return _XMP.format(text=quoteattr(words), place=place, source=source)


def _read_note(
    info: dict[str | tuple[int, int], object],
) -> tuple[str, tuple[int, int, int, int], tuple[int, int]] | None:
    """(text, box, size of the picture it was drawn in) from the XMP packet, None without one of ours."""
    packet = info.get("XML:com.adobe.xmp") or info.get("xmp")
    text = packet.decode(errors="replace") if isinstance(packet, bytes) else str(packet or "")
    found = re.search(r"<x:xmpmeta.*</x:xmpmeta>", text, re.DOTALL)
    if not found or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ET.fromstring(found[0])  # noqa: S314 - no document type, so no entities to expand
    except ET.ParseError:
        return None
    for node in root.iter():
        words, place = node.get(f"{_NAMESPACE}text"), node.get(f"{_NAMESPACE}place", "")
        numbers = [int(number) for number in place.split() if number.isdigit()]
        if words and len(numbers) == 6 and min(numbers[4:]) > 0:
            left, top, right, bottom, width, height = numbers
            return words, (left, top, right, bottom), (width, height)
    return None


def _scaled(box: tuple[int, int, int, int], x: float, y: float) -> tuple[int, int, int, int]:
    return round(box[0] * x), round(box[1] * y), round(box[2] * x), round(box[3] * y)
