"""Films rendered and read back with ffmpeg's decoders."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw

from miaobi.base.asset import Asset
from miaobi.base.engine import Layer, Motion
from miaobi.base.progress import listening
from miaobi.edit import frame
from miaobi.edit.audio import encode_wav, normalise_loudness
from miaobi.edit.loudness import integrated_lufs
from miaobi.edit.sound_io import read_any
from miaobi.edit.subtitles import Cue
from miaobi.edit.timeline import Camera, LightChange, Shot, Timeline, Title
from miaobi.edit.video import render_video, write_poster
from miaobi.errors import InputError, Interrupted

STILL_CAMERA = Camera(zoom_end=1.0)


def png(image: Image.Image) -> Asset:
    file = io.BytesIO()
    image.save(file, "PNG")
    return Asset.from_bytes(file.getvalue(), "image/png")


@cache
def plain(colour: str, width: int = 320, height: int = 180) -> Asset:
    return png(Image.new("RGB", (width, height), colour))


@cache
def checks(width: int = 320, height: int = 180) -> Asset:
    y, x = np.mgrid[0:height, 0:width]
    tiles = ((x // 20 + y // 20) % 2 * 160 + 40).astype(np.uint8)
    return png(Image.fromarray(np.stack([tiles, tiles // 2, 255 - tiles], axis=2)))


@cache
def disc() -> Asset:
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((2, 2, 57, 57), fill="#ffffff")
    return png(image)


def film(*shots: Shot, **more: object) -> Timeline:
    return Timeline.model_validate({"width": 320, "height": 180, "shots": shots, **more})


def shot(colour: str = "#205080", seconds: float = 1.0, **more: object) -> Shot:
    return Shot.model_validate({"duration_seconds": seconds, "still": plain(colour), "camera": STILL_CAMERA, **more})


def frames(video: Asset) -> list[np.ndarray]:
    with av.open(io.BytesIO(video.read())) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def poster(timeline: Timeline, seconds: float) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(write_poster(timeline, seconds).read())).convert("RGB")).astype(int)


def tone(seconds: float) -> Asset:
    t = np.arange(round(48_000 * seconds)) / 48_000
    return encode_wav((0.2 * np.sin(2 * np.pi * 440 * t))[:, None].repeat(2, 1).astype(np.float32), 48_000)


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize(("width", "height", "fps"), [(320, 180, 25), (180, 320, 30), (240, 240, 24)])
def test_the_file_is_what_was_asked(width: int, height: int, fps: int) -> None:
    timeline = film(shot(seconds=0.8), shot("#802020", 0.7), width=width, height=height, fps=fps, audio=tone(1.5))
    video = render_video(timeline)
    assert video.media_type == "video/mp4"
    data = video.read()
    assert 0 < data.find(b"moov") < data.find(b"mdat")
    with av.open(io.BytesIO(data)) as container:
        stream, sound = container.streams.video[0], container.streams.audio[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == (width, height)
        assert stream.average_rate == fps
        assert (sound.codec_context.name, sound.codec_context.sample_rate) == ("aac", 48_000)
        assert sound.codec_context.channels == 2
        assert float(stream.duration * stream.time_base) == pytest.approx(timeline.frame_count / fps, abs=0.001)
        assert float(sound.duration * sound.time_base) == pytest.approx(1.5, abs=0.05)
        assert not any(key in container.metadata for key in ("creation_time", "encoder"))
    assert len(frames(video)) == timeline.frame_count


def test_colours_come_through() -> None:
    first, *_, last = frames(render_video(film(shot("#cc3311", 0.4), shot("#1133cc", 0.4))))
    assert np.abs(first[90, 160] - [0xCC, 0x33, 0x11]).max() < 8
    assert np.abs(last[90, 160] - [0x11, 0x33, 0xCC]).max() < 8


def test_the_same_timeline_gives_the_same_bytes() -> None:
    layers = (
        Layer(asset=checks(), x=0, y=0, width=320, height=180, depth=0.0),
        Layer(asset=disc(), x=100, y=60, width=60, height=60, depth=0.8, motion=Motion(kind="sway", amount=8)),
    )
    timeline = film(
        Shot(duration_seconds=0.6, layers=layers, title=Title(text="Trees", subtitle="and rain")),
        shot(seconds=0.6, transition="dissolve", transition_seconds=0.3),
        audio=tone(1.2),
        label_text="Made with AI",
    )
    assert render_video(timeline) == render_video(timeline)


_DIGEST = """
import sys
sys.path.insert(0, {here!r})
from test_video import checks, film, plain, shot
from miaobi.edit.video import render_video
shots = [shot(c, 0.5, still=s, transition="dissolve", transition_seconds=0.3)
         for c, s in (("#205080", plain("#205080")), ("#000000", checks()), ("#ffffff", plain("#ffffff")))]
print(render_video(film(*shots, width={width}, height={height})).digest)
"""


@pytest.mark.parametrize(("width", "height"), [(320, 176), (320, 180)])
def test_bytes_do_not_depend_on_what_lay_in_memory(width: int, height: int) -> None:
    """glibc fills fresh memory with what MALLOC_PERTURB_ says: an encoder that reads before it writes is found out."""
    code = _DIGEST.format(here=str(Path(__file__).parent), width=width, height=height)
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "MALLOC_PERTURB_": fill},
        ).stdout
        for fill in ("0", "85")
    }
    assert len(digests) == 1


def test_sound_keeps_its_loudness_and_place() -> None:
    loud = normalise_loudness(tone(2.0))
    sound = read_any(render_video(film(shot(seconds=2.0), audio=loud)).read())
    assert integrated_lufs(sound.samples, sound.rate_hz) == pytest.approx(-16, abs=0.5)
    half = np.zeros((96_000, 2), np.float32)
    half[48_000:] = 0.2 * np.sin(np.arange(48_000) / 10)[:, None]
    sound = read_any(render_video(film(shot(seconds=2.0), audio=encode_wav(half, 48_000))).read())
    loud_from = np.argmax(np.abs(sound.samples[:, 0]) > 0.1) / sound.rate_hz
    assert loud_from == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(("tag", "code"), [("en", "eng"), ("zh-Hant", "zho"), ("fil", "fil"), ("xx", "und")])
def test_the_sound_says_its_language(tag: str, code: str) -> None:
    data = render_video(film(shot(seconds=0.5), audio=tone(0.5), language=tag)).read()
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.audio[0].language == code


def test_sound_is_padded_and_cut_to_the_film() -> None:
    for seconds in (0.5, 3.0):
        video = render_video(film(shot(seconds=1.0), audio=tone(seconds)))
        assert read_any(video.read()).duration_seconds == pytest.approx(1.0, abs=0.05)


# ---------------------------------------------------------------- what is seen


def test_subtitles_show_while_they_are_said() -> None:
    cues = (Cue(start_seconds=0.4, end_seconds=1.2, text="Plant one tree"),)
    with_cues = frames(render_video(film(shot(seconds=1.6), cues=cues)))
    without = frames(render_video(film(shot(seconds=1.6), cues=cues, burn_subtitles=False)))

    def differs(number: int) -> bool:
        low = np.s_[120:175, 60:260]
        return bool(np.abs(with_cues[number][low] - without[number][low]).max() > 100)

    assert [differs(n) for n in (8, 11, 20, 28, 32)] == [False, True, True, True, False]
    assert np.abs(with_cues[20][:100] - without[20][:100]).max() < 12


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (360, 360)])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("On a July afternoon, the pavement\nof an open street can reach 52.5 °C", "en"),
        ("在二〇二四年七月的一个下午，没有\n遮挡的街道路面温度可以达到摄氏度", "zh"),
    ],
)
def test_subtitles_stay_in_the_safe_area(width: int, height: int, text: str, language: str) -> None:
    cue = Cue(start_seconds=0, end_seconds=1, text=text)
    base = {"width": width, "height": height, "language": language}
    seen = poster(film(shot(), cues=(cue,), **base), 0.5)
    changed = np.abs(seen - poster(film(shot(), **base), 0.5)).max(axis=2) > 12
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert rows[0] > height * 0.5
    assert rows[-1] < height * 0.96
    assert columns[0] > width * 0.02
    assert columns[-1] < width * 0.98
    assert abs((columns[0] + columns[-1]) / 2 - width / 2) < 3
    assert (seen[changed].min(axis=1) > 200).sum() > 200  # there is lettering on the panel


def test_chinese_glyphs_are_not_empty_boxes() -> None:
    seen = [
        poster(film(shot(), cues=(Cue(start_seconds=0, end_seconds=1, text=c * 6),), language="zh"), 0.5)
        for c in ("树", "空", "树")
    ]
    assert (np.abs(seen[0] - seen[1]).max(axis=2) > 80).sum() > 150
    assert np.array_equal(seen[0], seen[2])


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640)])
@pytest.mark.parametrize(("text", "language", "letters"), [("本视频由人工智能生成", "zh", 0.05), ("HELLO", "en", 0.05)])
def test_the_label_is_tall_enough_and_leaves(width: int, height: int, text: str, language: str, letters: float) -> None:
    base = {"width": width, "height": height, "language": language}
    timeline = film(shot(seconds=6.0), label_text=text, **base)
    bare = film(shot(seconds=6.0), **base)
    for seconds in (0.0, 1.0, 2.0, 3.9):
        ink = poster(timeline, seconds).min(axis=2) > 180
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        assert rows[-1] - rows[0] + 1 >= letters * min(width, height)
        assert rows[-1] < height * 0.3
        assert columns[-1] < width * 0.98
    assert np.array_equal(poster(timeline, 4.1), poster(bare, 4.1))


@pytest.mark.parametrize("kind", ["dissolve", "wipe", "slide", "push"])
def test_transitions_mix_both_shots(kind: str) -> None:
    timeline = film(shot("#e02020", 1.0), shot("#2020e0", 1.0, transition=kind, transition_seconds=0.8), fps=25)
    middle = poster(timeline, 1.4)
    red, blue = middle[:, :, 0].astype(float), middle[:, :, 2].astype(float)
    if kind == "dissolve":
        assert 90 < red[90, 160] < 165
        assert 90 < blue[90, 160] < 165
    else:
        assert (red > 200).mean() > 0.15
        assert (blue > 200).mean() > 0.3
    assert (poster(timeline, 0.96)[:, :, 0] > 200).all()
    assert (poster(timeline, 1.9)[:, :, 2] > 200).all()
    reds = [poster(timeline, t)[:, :, 0].mean() for t in (1.0, 1.2, 1.4, 1.6, 1.8)]
    assert all(a > b for a, b in pairwise(reds))
    cut = film(shot("#e02020", 1.0), shot("#2020e0", 1.0))
    assert (poster(cut, 1.0)[:, :, 2] > 200).all()


def test_the_camera_moves_near_layers_more() -> None:
    white = disc()
    layers = (
        Layer(asset=plain("#000000"), x=0, y=0, width=320, height=180, depth=0.0),
        Layer(asset=white, x=220, y=20, width=60, height=60, depth=0.1),
        Layer(asset=white, x=220, y=100, width=60, height=60, depth=1.0),
    )
    timeline = film(Shot(duration_seconds=2.0, layers=layers, camera=Camera(zoom_end=1.2)))

    def centre(seconds: float, rows: slice) -> float:
        ink = poster(timeline, seconds)[rows, :, 0] > 128
        return float(np.nonzero(ink)[1].mean())

    far = centre(1.96, np.s_[:90]) - centre(0, np.s_[:90])
    near = centre(1.96, np.s_[90:]) - centre(0, np.s_[90:])
    assert 1 < far < near / 2


def test_what_near_planes_hide_is_left_out_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing only what shows is for speed: every pixel is as if all had been drawn."""
    hills = []
    for row, colour in ((60, "#a0c0b0"), (100, "#609070"), (140, "#305040")):
        image = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
        ImageDraw.Draw(image).ellipse((-100, row, 500, row + 300), fill=colour)
        hills.append(Layer(asset=png(image), x=-40, y=0, width=400, height=200, depth=row / 150))
    sky = Layer(asset=checks(), x=0, y=0, width=320, height=180, depth=0.0)
    timeline = film(Shot(duration_seconds=2, layers=(sky, *hills), camera=Camera(zoom_end=1.2, pan_x=0.1)))
    seen = [poster(timeline, t) for t in (0.0, 0.7, 1.9)]
    floors = frame._floors
    least: list[int] = []

    def no_floors(planes: object, views: object, width: int, height: int) -> list[int]:
        found = floors(planes, views, width, height)  # type: ignore[arg-type]
        least.append(min(found))
        return [height] * len(found)

    monkeypatch.setattr(frame, "_floors", no_floors)
    assert all(np.array_equal(a, poster(timeline, t)) for a, t in zip(seen, (0.0, 0.7, 1.9), strict=True))
    assert min(least) < 150


@pytest.mark.parametrize("kind", ["drift", "sway", "bob", "enter", "rise", "pulse", "spin"])
def test_layers_move_by_themselves(kind: str) -> None:
    amount = {"sway": 20, "pulse": 0.3, "enter": 0.4, "spin": 90}.get(kind, 20)
    motion = Motion.model_validate({"kind": kind, "amount": amount, "period_seconds": 2})
    layers = (
        Layer(asset=plain("#000000"), x=0, y=0, width=320, height=180, depth=0.0),
        Layer(asset=checks(60, 40), x=130, y=70, width=60, height=40, motion=motion),
    )
    timeline = film(Shot(duration_seconds=2.0, layers=layers, camera=STILL_CAMERA))
    assert np.abs(poster(timeline, 0.1) - poster(timeline, 0.5)).max() > 60


def test_pictures_of_another_shape_cover_the_frame() -> None:
    timeline = film(
        Shot(duration_seconds=1, still=plain("#ffffff", 100, 400), camera=Camera(pan_x=0.3, pan_y=-0.2)),
        width=320,
        height=180,
    )
    for seconds in (0.0, 0.5, 0.96):
        assert poster(timeline, seconds).min() > 240
    layers = (Layer(asset=plain("#ffffff"), x=0, y=0, width=640, height=360, depth=0.0),)
    scaled = film(Shot(duration_seconds=1, layers=layers, picture_width=640, picture_height=360))
    assert poster(scaled, 0).min() > 240


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640)])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A title that is far too long to be set in one single line of any film", "en"),
        ("城市为什么需要很多很多高大的老梧桐树", "zh"),
    ],
)
@pytest.mark.parametrize("style", ["opening", "closing", "chapter"])
def test_titles_appear_whole_and_read_on_white(width: int, height: int, text: str, language: str, style: str) -> None:
    white = plain("#ffffff", 64, 64)
    title = {"text": text, "subtitle": "sub 字幕", "style": style}
    timeline = film(
        Shot.model_validate({"duration_seconds": 3, "still": white, "title": title}),
        width=width,
        height=height,
        language=language,
    )
    start, settled = poster(timeline, 0.0), poster(timeline, 2.0)
    assert start.min() > 245  # nothing jumps in
    lettering = np.abs(np.diff(settled.sum(axis=2), axis=1)) > 200
    rows, columns = np.flatnonzero(lettering.any(axis=1)), np.flatnonzero(lettering.any(axis=0))
    assert columns[0] > width * 0.03
    assert columns[-1] < width * 0.97
    assert rows[0] > height * 0.05
    assert rows[-1] < height * 0.95
    around = settled[rows[0] : rows[-1], columns[0] : columns[-1]]
    assert np.percentile(around.mean(axis=2), 25) < 140  # the scrim makes white letters readable on white


def test_a_title_is_gone_before_the_next_shot() -> None:
    timeline = film(shot("#808080", 2.0, title=Title(text="Trees")), shot("#808080", 1.0, transition="dissolve"))
    assert np.ptp(poster(timeline, 1.0)) > 100
    assert np.ptp(poster(timeline, 1.999)) < 12


def test_light_warms_the_picture() -> None:
    timeline = film(shot("#405060", 2.0, light=LightChange(strength_end=0.4)))
    before, after = poster(timeline, 0)[90, 160], poster(timeline, 1.96)[90, 160]
    assert after[0] - before[0] > 40
    assert after[0] - before[0] > after[2] - before[2] + 30


def test_a_still_shot_repeats_its_frame() -> None:
    moving = frames(render_video(film(Shot(duration_seconds=0.6, still=checks(), camera=Camera(zoom_end=1.3)))))
    still = frames(render_video(film(Shot(duration_seconds=0.6, still=checks(), camera=STILL_CAMERA))))
    assert np.abs(moving[0] - moving[-1]).mean() > 10
    assert np.abs(still[0] - still[-1]).mean() < 3


# ---------------------------------------------------------------- manners


def test_progress_is_told_and_an_interruption_leaves_nothing_behind() -> None:
    seen: list[tuple[float, float, str]] = []
    timeline = film(shot(seconds=1.0))
    with listening(lambda *report: seen.append(report)):
        render_video(timeline)
    assert seen[-1] == (25, 25, "frames")
    assert len(seen) >= 4
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)

    def stop(done: float, total: float, unit: str) -> None:
        if done >= 10:
            raise Interrupted("Stopped.")

    with listening(stop), pytest.raises(Interrupted):
        render_video(timeline)
    assert not [thread for thread in threading.enumerate() if thread.name == "film-coder"]
    assert len(frames(render_video(timeline))) == 25


def test_a_broken_picture_is_named() -> None:
    broken = Asset.from_bytes(b"GIF89a?", "image/gif")
    with pytest.raises(InputError, match="image/gif"):
        render_video(film(Shot(duration_seconds=0.5, still=broken)))


_MEASURE = """
import resource, sys
sys.path.insert(0, {here!r})
from test_video import film, shot
from miaobi.edit.timeline import Camera
from miaobi.edit.video import render_video
shots = [shot("#%02x5080" % (n * 7 % 256), 2.0, camera=Camera(zoom_end=1.1)) for n in range({count})]
render_video(film(*shots, width=640, height=360))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_film() -> None:
    here = str(Path(__file__).parent)

    def peak_mb(count: int) -> int:
        code = _MEASURE.format(here=here, count=count)
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        return int(done.stdout.split()[-1])

    # 500 frames more would be 460 MB if they were kept
    assert peak_mb(12) - peak_mb(2) < 60
