"""One picture file, of whatever mode and size, as a square of pixels.

Files come from strangers: the format is told by the content and is one of a declared few, sizes are looked at before
anything is decoded, and whatever a broken file does becomes `UnreadableError`.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.pictures.fit import fit, working_mode
from miaobi.train.data.pictures.wish import PictureWish
from miaobi.train.data.reading import MOST_FILE_BYTES, UnreadableError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS: Final = 64_000_000
"""A picture may have as many pixels; decoded they take a quarter of a gigabyte."""

MOST_ENLARGED: Final = 2
"""A picture that would have to be enlarged more than this is too small."""

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_ORIENTATION: Final = 0x0112


@dataclass(frozen=True)
class Picture:
    """A picture made ready: pixels (uint8; size, size, channels), and the mode and size that its file has."""

    pixels: NDArray[np.uint8]
    mode: str
    width: int
    height: int


def read_picture(path: Path, wish: PictureWish) -> Picture:
    """The picture in a file; the first frame of several. UnreadableError says what is wrong with it."""
    size = path.stat().st_size
    if size > MOST_FILE_BYTES:
        raise UnreadableError(f"it has {size >> 20} MB, more than the {MOST_FILE_BYTES >> 20} MB a picture may have")
    if not size:
        raise UnreadableError("it is empty")
    if path.suffix.lower() == ".svg":
        return _read_drawing(path, wish)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata; what matters comes as an error
        return _read_bitmap(path, wish)


def _read_bitmap(path: Path, wish: PictureWish) -> Picture:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=FORMATS) as image:
            mode, (width, height) = image.mode, image.size
            _demand_size(width, height, wish)
            if image.format in ("JPEG", "MPO"):  # decoded at a fraction of its size, but no smaller than twice ours
                image.draft(None, (2 * wish.picture_size, 2 * wish.picture_size))
            return Picture(fit(_upright(working_mode(image)), wish), mode, width, height)
    except Image.DecompressionBombError:
        raise UnreadableError(f"it claims to have more than the {MOST_PIXELS:,} pixels a picture may have") from None
    except UnidentifiedImageError:
        raise UnreadableError(f"it is none of {', '.join(FORMATS)}, or it is damaged") from None
    except UnreadableError:
        raise
    except OSError as error:
        if error.errno:  # the system's word, not Pillow's
            raise
        raise UnreadableError(f"it is damaged ({error})") from error
    except (SyntaxError, ValueError) as error:
        raise UnreadableError(f"it is damaged ({error})") from error


def _read_drawing(path: Path, wish: PictureWish) -> Picture:
    from miaobi.train.data.pictures.svg import draw

    image, width, height = draw(path.read_bytes(), wish.picture_size)
    _demand_size(*image.size, wish)
    return Picture(fit(image, wish), "SVG", width, height)


def _demand_size(width: int, height: int, wish: PictureWish) -> None:
    if width * height > MOST_PIXELS:
        raise UnreadableError(f"it has {width:,} x {height:,} pixels, more than the {MOST_PIXELS:,} a picture may have")
    side = min(width, height) if wish.fit == "cover" else max(width, height)
    if side * MOST_ENLARGED < wish.picture_size:
        raise UnreadableError(
            f"it has {width} x {height} pixels and would have to be enlarged more than {MOST_ENLARGED} times"
        )


def _upright(image: Image) -> Image:
    """The picture as its camera was held."""
    from PIL import ImageOps

    try:
        turned: Image = ImageOps.exif_transpose(image) if _ORIENTATION in image.getexif() else image
    except Exception:  # noqa: BLE001 - broken metadata of a sound picture
        return image
    return turned
