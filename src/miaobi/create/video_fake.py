"""`video:fake`: a short real MP4 with a moving bar, for tests, documentation and dry runs."""

from __future__ import annotations

import hashlib
import io
from colorsys import hls_to_rgb
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, VideoRequest, VideoResult
from miaobi.errors import EngineUnavailableError, GenerationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INSTALL = "pip install av Pillow numpy"


class FakeVideoEngine(Engine[VideoRequest, VideoResult]):
    """See the module docstring. Any name is accepted and makes a different fake."""

    modality: ClassVar[Modality] = "video"
    parallel_slots = 2

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"video:fake{suffix}",
            modality="video",
            fingerprint=f"video-fake-1{suffix}",
            summary="a bar that crosses a coloured field, for tests and dry runs",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: VideoRequest) -> VideoResult:
        """H.264 at the size and rate asked for, whole frames; starts from `image` where there is one."""
        seed = hashlib.sha256((self.card.fingerprint + request.model_dump_json()).encode()).digest()
        frames = max(1, round(request.duration_seconds * request.fps))
        field = _field(request, seed)
        return VideoResult(
            made_by=self.made_by,
            video=Asset.from_bytes(_encode(field, seed, frames, request.fps), "video/mp4"),
            duration_seconds=frames / request.fps,
        )


def _field(request: VideoRequest, seed: bytes) -> NDArray[np.uint8]:
    """(height, width, 3): the picture to start from, or two colours drawn from the seed."""
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    size = (request.width, request.height)
    if request.image is not None:
        try:
            with Image.open(io.BytesIO(request.image.read())) as picture:
                return np.asarray(picture.convert("RGB").resize(size))
        except UnidentifiedImageError as error:
            raise GenerationError(f"The picture to start from is not readable ({request.image.media_type}).") from error
    field = np.empty((request.height, request.width, 3), np.uint8)
    field[:] = _colour(seed[0] / 255, 0.7)
    field[request.height * 2 // 3 :] = _colour(seed[0] / 255, 0.4)
    return field


def _colour(hue: float, lightness: float) -> tuple[int, int, int]:
    red, green, blue = hls_to_rgb(hue, lightness, 0.5)
    return round(255 * red), round(255 * green), round(255 * blue)


def _encode(field: NDArray[np.uint8], seed: bytes, frames: int, fps: int) -> bytes:
    """MP4 bytes; one encoder thread and no dates, so that they depend on the frames alone."""
    try:
        import av
    except ImportError as error:
        raise EngineUnavailableError("The video fake needs PyAV.", hint=f"Run: {_INSTALL}") from error

    height, width, _ = field.shape
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "threads": "1"})
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuv420p" if width % 2 == 0 and height % 2 == 0 else "yuv444p"
        stream.codec_context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT: no encoder version in the stream
        bar_width = max(2, width // 16)
        for position in range(frames):
            picture = field.copy()
            left = (width - bar_width) * position // max(1, frames - 1)
            picture[height // 4 : height * 3 // 4, left : left + bar_width] = _colour(seed[1] / 255, 0.25)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return buffer.getvalue()
