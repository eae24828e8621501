"""The label in a video file's own description. The one viewers see is drawn into its frames (see frames.py)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from miaobi.base.asset import Asset
from miaobi.errors import DiskError, InputError
from miaobi.label.frames import FrameLabel, find_frame_label

COMMENT_KEY: Final = "comment"
_KEPT_KEYS: Final = {"title", "artist", "date", "language", "description", "copyright"}
# faststart: a player shows the first frame before it has the whole file; bitexact: no version or date in the file.
_OPTIONS: Final = {"movflags": "+faststart", "fflags": "+bitexact"}


def label_video(asset: Asset, sentence: str) -> Asset:
    """video/mp4 with `sentence` as the container's comment; pictures and sound are copied, not coded again.

    A video that has this comment is returned as it is. InputError for what is no video.
    """
    import av

    try:
        with TemporaryDirectory(prefix="miaobi-video-") as folder:  # faststart rewrites, which needs real files
            source, target = Path(folder) / "in.mp4", Path(folder) / "out.mp4"
            source.write_bytes(asset.read())
            try:
                if _comment(source) == sentence:
                    return asset
                _copy_streams(source, target, sentence)
            except av.FFmpegError as error:
                raise _unreadable(asset.digest[:19], error) from error
            return Asset.from_bytes(target.read_bytes(), asset.media_type)
    except OSError as error:
        raise DiskError(
            f"A video could not be labelled in the temporary folder: {error.strerror}.", hint="Free some disk space."
        ) from error


def video_comment(data: bytes) -> str:
    """The comment in the container's metadata, "" without one."""
    import io

    import av

    try:
        return _comment(io.BytesIO(data))
    except av.FFmpegError as error:
        raise _unreadable("that was given", error) from error


def _comment(source: object) -> str:
    import av

    with av.open(source, "r") as container:
        return str(container.metadata.get(COMMENT_KEY, ""))


def visible_label(data: bytes) -> FrameLabel:
    """The label on the opening frames, as far as it can be seen. InputError for what is no video."""
    import av

    try:
        return find_frame_label(data)
    except av.FFmpegError as error:
        raise _unreadable("that was given", error) from error


def _copy_streams(source: Path, target: Path, sentence: str) -> None:
    import av

    with av.open(str(source), "r") as old, av.open(str(target), "w", format="mp4", options=_OPTIONS) as new:
        kept = {key: value for key, value in old.metadata.items() if key in _KEPT_KEYS}
        new.metadata.update({**kept, COMMENT_KEY: sentence})
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for stream in old.streams:
            streams[stream.index].metadata.update(stream.metadata)
        for packet in old.demux():
            if packet.dts is not None:  # the empty packet that ends a stream has none
                packet.stream = streams[packet.stream.index]
                new.mux(packet)


def _unreadable(which: str, error: Exception) -> InputError:
    return InputError(f"The video {which} cannot be read: {error}.", hint="Make it again.")
