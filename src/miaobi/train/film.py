"""Frames as an MP4, for walks through latent space."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError

DEFAULT_FPS: Final = 24
_LEAST_SIDE: Final = 128
_BITEXACT: Final = 1 << 23  # AV_CODEC_FLAG_BITEXACT: no encoder version in the stream


def film(frames: Iterable[NDArray[np.uint8]], *, fps: int = DEFAULT_FPS) -> bytes:
    """An MP4 (H.264, 4:2:0, which every player shows) of frames H W 3 of one size.

    Small frames are enlarged by whole pixels, and odd sides lose a row. The bytes depend on the frames alone. Frames
    are asked for one by one, so memory stays flat. InputError when there are none.
    """
    import av

    series = iter(frames)
    first = next(series, None)
    if first is None:
        raise InputError("There are no frames to make a video of.", hint="Ask for at least two: --interpolate 2.")
    scale = -(-_LEAST_SIDE // min(first.shape[:2]))
    height, width = (side * scale // 2 * 2 for side in first.shape[:2])
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "16", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.flags |= _BITEXACT
        for frame in chain((first,), series):
            large = frame.repeat(scale, axis=0).repeat(scale, axis=1)[:height, :width]
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(large), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return buffer.getvalue()
