"""A picture that a person gives to a model: of any size and mode, made ready for it or refused clearly."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch.nn.functional as F
from torch import Tensor

from miaobi.base.disk import disk_errors
from miaobi.errors import InputError
from miaobi.train.data.pictures.fit import working_mode
from miaobi.train.data.pictures.read import FORMATS, MOST_PIXELS, read_picture
from miaobi.train.data.pictures.wish import PictureWish
from miaobi.train.data.reading import UnreadableError
from miaobi.train.folder import ModelFolder, read_json
from miaobi.train.pictures.batches import to_tensor

if TYPE_CHECKING:
    from PIL.Image import Image

_LEAST_SIDE: Final = 8


def read_as_trained(path: Path, folder: ModelFolder, size: int, channels: int) -> Tensor:
    """A square 1 C S S in -1..1, cut and filled as the pictures were that the model learned from.

    InputError for a file that cannot be read.
    """
    card = read_json(folder.card) if folder.card.is_file() else {}
    wish = PictureWish(
        name="given",
        picture_size=size,
        fit=card.get("fit", "cover"),
        background=card.get("background", "white"),
        channels="rgb" if channels == 3 else "grey",
    )
    _require_file(path)
    with disk_errors(path):
        try:
            return to_tensor(read_picture(path, wish).pixels[None].copy())
        except UnreadableError as error:
            raise InputError(f"{path} cannot be used: {error}.", hint="Give another picture.") from error


def read_whole(path: Path, channels: int, most_side: int) -> Tensor:
    """All of a picture, 1 C H W in -1..1, made smaller where its longer side has more than `most_side` pixels.

    What is transparent becomes white. InputError for a file that cannot be read, and for pictures below 8 pixels.
    """
    _require_file(path)
    with disk_errors(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata; what matters comes as an error
        image = _open(path, most_side)
    pixels = np.array(image.convert("RGB" if channels == 3 else "L"))
    return to_tensor(pixels.reshape(1, *pixels.shape[:2], channels))


def in_multiples(pictures: Tensor, step: int) -> Tensor:
    """N C H W with both sides filled up to a multiple of `step` by what lies at the edge."""
    height, width = pictures.shape[2:]
    return F.pad(pictures, (0, -width % step, 0, -height % step), mode="replicate")


def _open(path: Path, most_side: int) -> Image:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise InputError(
                    f"{path} has {image.width:,} x {image.height:,} pixels, more than the {MOST_PIXELS:,} a picture "
                    "may have.",
                    hint="Make it smaller first.",
                )
            if min(image.size) < _LEAST_SIDE:
                raise InputError(
                    f"{path} has {image.width} x {image.height} pixels; a side needs at least {_LEAST_SIDE}.",
                    hint="Give a larger picture.",
                )
            opened = ImageOps.exif_transpose(working_mode(image))
            opened.thumbnail((most_side, most_side), Image.Resampling.LANCZOS)
            if opened.mode == "RGBA":
                opened = Image.alpha_composite(Image.new("RGBA", opened.size, "white"), opened)
            return opened.convert("RGB")
    except UnidentifiedImageError:
        raise InputError(
            f"{path} is none of {', '.join(FORMATS)}, or it is damaged.", hint="Give another picture."
        ) from None
    except Image.DecompressionBombError:
        raise InputError(f"{path} claims to have too many pixels.", hint="Give another picture.") from None
    except (SyntaxError, ValueError, EOFError) as error:
        raise InputError(f"{path} is damaged ({error}).", hint="Give another picture.") from error
    except OSError as error:
        if error.errno:  # the system's word, not Pillow's
            raise
        raise InputError(f"{path} is damaged ({error}).", hint="Give another picture.") from error


def _require_file(path: Path) -> None:
    with disk_errors(path):
        if not path.is_file():
            raise InputError(f"There is no picture at {path}.", hint="Name a picture file.")
