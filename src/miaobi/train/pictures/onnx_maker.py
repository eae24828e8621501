"""Pictures from a model that was exported to ONNX, without PyTorch.

A generator takes `noise` (rows, latent), unit normal numbers, and gives `pictures` (rows, C, H, W) in -1..1; notes:
latent, the numbers it takes. A diffusion model is one step of drawing, see diffusion_export.py; its notes have `words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.onnx_file import open_session, read_onnx_record, session_errors
from miaobi.train.pictures.caption_tokens import CaptionTokens
from miaobi.train.pictures.seeds import noise_of

INPUT: Final = "noise"
OUTPUT: Final = "pictures"


def exported_maker(folder: ModelFolder) -> Callable[[str, int], NDArray[Any]]:
    """(prompt, seed) to a picture, uint8 H W C. InputError for an export of another kind."""
    notes = read_onnx_record(folder).notes
    return _captioned(folder, notes) if "words" in notes else _generator(folder, notes.get("latent"))


def _generator(folder: ModelFolder, latent: object) -> Callable[[str, int], NDArray[Any]]:
    """The prompt means nothing to it."""
    if not isinstance(latent, int):
        raise InputError(f"{folder.onnx} is not a generator of pictures.", hint="Export the model again.")
    session = open_session(folder.onnx)

    def make(_prompt: str, seed: int) -> NDArray[Any]:
        with session_errors(folder.name):
            (pictures,) = session.run([OUTPUT], {INPUT: noise_of([seed], latent)})
        return _levels(pictures)

    return make


def _captioned(folder: ModelFolder, notes: Mapping[str, Any]) -> Callable[[str, int], NDArray[Any]]:
    """A diffusion model, whose steps are taken here."""
    tokens = CaptionTokens(notes["words"], notes["caption_tokens"])
    places, numbers = notes["noise"]
    times = np.linspace(0, 1, notes["steps"] + 1, dtype=np.float32)
    session = open_session(folder.onnx)

    def make(prompt: str, seed: int) -> NDArray[Any]:
        given = {
            "noisy": noise_of([seed], places * numbers).reshape(1, places, numbers),
            "captions": tokens.ids([prompt, ""]),
            "guidance": np.array([notes["guidance"]], np.float32),
        }
        for now, then in pairwise(times):
            with session_errors(folder.name):
                told = {**given, "now": np.array([now], np.float32), "then": np.array([then], np.float32)}
                given["noisy"], pictures = session.run(["clearer", OUTPUT], told)
        return _levels(pictures)

    return make


def _levels(pictures: NDArray[Any]) -> NDArray[Any]:
    """The first of N C H W in -1..1 as uint8 H W C."""
    levels: NDArray[Any] = np.rint((np.clip(pictures[0], -1, 1) + 1) * 127.5).astype(np.uint8)
    return levels.transpose(1, 2, 0)
