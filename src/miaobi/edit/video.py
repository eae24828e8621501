"""Renders a timeline into a film in one pass, and single frames of it as posters.

Three things happen at once: this thread draws a frame, a second one converts and codes the one before, and x264's own
threads work on those before that. A few frames are in memory at any time, however long the film is.
"""

from __future__ import annotations

import errno
import queue
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import skia
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from miaobi.base.asset import Asset
from miaobi.base.progress import report_progress
from miaobi.edit.frame import FramePainter
from miaobi.edit.sound_io import MIX_RATE_HZ, PcmFeed, encode_audio, for_mix, to_pcm
from miaobi.edit.timeline import Timeline
from miaobi.errors import DiskError, GenerationError

__all__ = ["encode_audio", "render_video", "write_poster"]

_ENCODER_THREADS = 3
"""Fixed, not the machine's: x264's output depends on it, and the same timeline must give the same bytes."""
_SLOW_MOVES = "subme=1:partitions=i4x4,i8x8"
"""On top of preset veryfast. Pictures that glide and grow need no finer search: over slow zooms this took 35 to 45 % of
x264's time away for 8 to 22 % more bytes at the same PSNR (0.1 dB at most), 1280x720 at CRF 21."""
_FRAMES_AHEAD = 3
_DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_PIXELS = "bgra" if skia.ImageInfo.MakeN32Premul(1, 1).colorType() == skia.kBGRA_8888_ColorType else "rgba"


def render_video(timeline: Timeline) -> Asset:
    """The film: video/mp4 with H.264 (4:2:0, BT.709) and AAC stereo at 48 kHz and 160 kbit/s, index first.

    The same timeline gives the same bytes. Progress is reported in frames; when that raises Interrupted, everything
    is put away. GenerationError when the encoder fails, DiskError when there is no room for the temporary file.
    """
    with tempfile.TemporaryDirectory(prefix="miaobi-film-") as folder:
        path = Path(folder) / "film.mp4"
        try:
            with _Coder(path, timeline) as coder:
                _draw_all(timeline, coder)
            return Asset.from_bytes(path.read_bytes(), "video/mp4")
        except (av.FFmpegError, OSError) as error:
            if error.errno in _DISK_TROUBLE:
                raise DiskError(f"The film does not fit into {folder}: {error}.", hint="Make room there.") from error
            if isinstance(error, av.FFmpegError):
                raise GenerationError(f"The film could not be coded: {error}.") from error
            raise


def write_poster(timeline: Timeline, at_seconds: float) -> Asset:
    """The film's frame at that time (clipped to its length), as image/png."""
    last = (timeline.frame_count - 1) / timeline.fps
    surface = skia.Surface(timeline.width, timeline.height)
    FramePainter(timeline).draw(surface.getCanvas(), min(max(0.0, at_seconds), last))
    png = surface.makeImageSnapshot().encodeToData(skia.EncodedImageFormat.kPNG, 100)
    return Asset.from_bytes(bytes(png), "image/png")


def _draw_all(timeline: Timeline, coder: _Coder) -> None:
    painter = FramePainter(timeline)
    total = timeline.frame_count
    every = max(1, timeline.fps // 5)
    before: tuple[object, ...] | None = None
    for number in range(total):
        seconds = number / timeline.fps
        now = painter.sameness(seconds)
        if now is None or now != before:
            with coder.canvas() as canvas:
                painter.draw(canvas, seconds)
        coder.push(number)
        before = now
        if number % every == 0:
            report_progress(number, total, "frames")
    report_progress(total, total, "frames")


class _Coder:
    """Takes drawn frames in order and codes them.

    The thread that draws also turns a frame into 4:2:0 and codes the sound that goes with it; a second thread feeds
    x264, which has threads of its own, and writes the file. That split keeps two cores busy. `push` without a new
    drawing repeats the last frame.
    """

    def __init__(self, path: Path, timeline: Timeline) -> None:
        self._timeline = timeline
        self._path = path
        self._full: queue.Queue[_Item | None] = queue.Queue(_FRAMES_AHEAD)
        self._buffer = np.zeros((timeline.height, timeline.width, 4), np.uint8)
        self._has_drawn = False
        self._reformatter = VideoReformatter()
        self._failure: BaseException | None = None
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._work, name="film-coder", daemon=True)

    def __enter__(self) -> _Coder:
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        self._container = av.open(str(self._path), "w", format="mp4", options=options)
        self._video = _add_video(self._container, self._timeline)
        has_sound = self._timeline.audio is not None
        self._sound = _Soundtrack(self._container, self._timeline) if has_sound else None
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._given_up.set()
        elif self._sound is not None:
            self._put(_Item(None, None, self._sound.rest()))
        self._put(None)
        self._thread.join()
        if self._failure is not None and kind is None:
            raise self._failure

    @contextmanager
    def canvas(self) -> Iterator[Any]:
        """A canvas over the buffer; what is drawn there is the next frame."""
        height, width = self._timeline.height, self._timeline.width
        info = skia.ImageInfo.MakeN32Premul(width, height)
        surface = skia.Surface.MakeRasterDirect(info, self._buffer, width * 4)
        yield surface.getCanvas()
        self._has_drawn = True

    def push(self, number: int) -> None:
        """Hand frame `number` to the encoder, with the sound up to it."""
        picture = _to_yuv(self._reformatter, self._buffer) if self._has_drawn else None
        self._has_drawn = False
        packets = self._sound.up_to(number / self._timeline.fps) if self._sound is not None else []
        self._put(_Item(number, picture, packets))

    def _put(self, item: _Item | None) -> None:
        while self._failure is None:
            try:
                self._full.put(item, timeout=1.0)
            except queue.Full:
                continue
            return
        if item is not None:
            raise self._failure

    # ------------------------------------------------------------ in the coder's thread

    def _work(self) -> None:
        try:
            with self._container:
                self._code()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that draws, which raises it
            self._failure = error

    def _code(self) -> None:
        picture: Any = None
        while (item := self._full.get()) is not None:
            for packet in item.sound:
                self._container.mux(packet)
            if item.number is None:
                continue
            picture = picture if item.picture is None else item.picture
            picture.pts = item.number
            picture.time_base = Fraction(1, self._timeline.fps)
            self._container.mux(self._video.encode(picture))
        if not self._given_up.is_set():
            self._container.mux(self._video.encode(None))


class _Item(NamedTuple):
    """A frame's number (None where there is only sound left), its picture if it is a new one, coded sound."""

    number: int | None
    picture: Any
    sound: list[Any]


def _to_yuv(reformatter: Any, buffer: NDArray[np.uint8]) -> Any:
    frame = av.VideoFrame.from_numpy_buffer(buffer, _PIXELS)
    return reformatter.reformat(
        frame,
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        interpolation=Interpolation.FAST_BILINEAR,
        threads=1,
    )


def _add_video(container: Any, timeline: Timeline) -> Any:
    x264 = f"threads={_ENCODER_THREADS}:{_SLOW_MOVES}"
    if timeline.width % 16 or timeline.height % 16:
        # Where the last row of macroblocks is cut, x264's macroblock tree reads memory it never wrote: the bytes then
        # depend on what lay there (seen with MALLOC_PERTURB_). Without the tree they do not.
        x264 += ":no-mbtree=1"
    options = {"preset": "veryfast", "crf": "21", "flags": "+bitexact", "x264-params": x264}
    stream = container.add_stream("libx264", rate=timeline.fps, options=options)
    stream.width, stream.height, stream.pix_fmt = timeline.width, timeline.height, "yuv420p"
    context = stream.codec_context
    context.time_base = Fraction(1, timeline.fps)
    context.gop_size = timeline.fps * 4
    context.thread_count = _ENCODER_THREADS
    context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
    context.color_range = 1
    return stream


_LONG_CODES = {
    "ar": "ara", "de": "deu", "en": "eng", "es": "spa", "fr": "fra", "hi": "hin", "it": "ita", "ja": "jpn", "ko": "kor",
    "nl": "nld", "pl": "pol", "pt": "por", "ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho",
}  # fmt: skip


def _iso_639_2(language: str) -> str:
    """What an MP4 stream calls the language of a BCP 47 tag (ISO 639-2/T); "und" for one that is not in the table."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return primary if len(primary) == 3 else _LONG_CODES.get(primary, "und")


class _Soundtrack:
    """The film's audio stream, coded along with the picture so that both lie side by side in the file."""

    def __init__(self, container: Any, timeline: Timeline) -> None:
        assert timeline.audio is not None
        self._stream = container.add_stream("aac", rate=MIX_RATE_HZ, layout="stereo", format="fltp")
        self._stream.bit_rate = 160_000
        self._stream.codec_context.options = {"flags": "+bitexact"}
        self._stream.metadata["language"] = _iso_639_2(timeline.language)
        samples = for_mix(timeline.audio)
        frames = round(timeline.frame_count / timeline.fps * MIX_RATE_HZ)
        pcm = np.zeros((frames, 2), np.int16)
        used = min(frames, len(samples))
        pcm[:used] = to_pcm(samples[:used])
        self._feed = PcmFeed(pcm, "fltp")

    def up_to(self, seconds: float) -> list[Any]:
        """Packets of what sounds up to half a second past this time, a second at once: each call has its price."""
        if self._feed.seconds >= seconds + 0.5:
            return []
        frames = self._feed.frames(seconds + 1.5)
        return [packet for frame in frames for packet in self._stream.encode(frame)]

    def rest(self) -> list[Any]:
        """Packets of all that is left."""
        packets = [packet for frame in self._feed.frames(None) for packet in self._stream.encode(frame)]
        return [*packets, *self._stream.encode(None)]
