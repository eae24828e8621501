"""Pictures from a generator that was exported to ONNX, without PyTorch.

Such a graph takes `noise` (rows, latent), unit normal numbers, and gives `pictures` (rows, C, H, W) in -1..1; notes:
latent, the numbers it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.onnx_file import open_session, read_onnx_record, session_errors
from miaobi.train.pictures.seeds import noise_of

INPUT: Final = "noise"
OUTPUT: Final = "pictures"


def exported_maker(folder: ModelFolder) -> Callable[[str, int], NDArray[Any]]:
    """(prompt, seed) to a picture, uint8 H W C; the prompt means nothing. InputError for an export of another kind."""
    latent = read_onnx_record(folder).notes.get("latent")
    if not isinstance(latent, int):
        raise InputError(f"{folder.onnx} is not a generator of pictures.", hint="Export the model again.")
    session = open_session(folder.onnx)

    def make(_prompt: str, seed: int) -> NDArray[Any]:
        with session_errors(folder.name):
            (pictures,) = session.run([OUTPUT], {INPUT: noise_of([seed], latent)})
        levels: NDArray[Any] = np.rint((np.clip(pictures[0], -1, 1) + 1) * 127.5).astype(np.uint8)
        return levels.transpose(1, 2, 0)

    return make
