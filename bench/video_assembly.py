"""Assembling a film: ours against moviepy 2, and against a floor that only encodes.

One film three ways in one run: 1280x720, 25 frames per second, eight still pictures with a slow zoom each, a voice,
music and burned subtitles.

    ours     miaobi.edit.video.render_video
    moviepy  the same pictures, sound and words through ImageClip, TextClip, CompositeVideoClip, CompositeAudioClip
    floor    ffmpeg's `testsrc2` of the same size, rate and length and a tone through the same encoders: nothing drawn

All three write H.264 with preset veryfast and CRF 21 (ours with a cheaper sub-pixel search, see edit/video.py), and
AAC. Each runs in a process of its own, so that peak memory is its own. Pictures and sound are made here from a seed.

    python bench/video_assembly.py [--seconds 30] [--repeat 1] [--only ours,floor]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS, PICTURES, RATE_HZ = 1280, 720, 25, 8, 48_000
ZOOM = 0.10
CRF = 21
WORDS = "The quick brown fox jumps over the lazy dog while seven wizards box with quick daft zebras."


def make_picture(index: int) -> NDArray[np.uint8]:
    """A picture with gradients, edges and some grain, RGB, 1280x720."""
    rng = np.random.default_rng(index)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = np.stack([120 + 90 * np.sin(x / 300 + index + k) * np.cos(y / 240 - k) for k in range(3)], axis=2)
    for _ in range(24):
        cx, cy, radius = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(30, 120)
        picture[(x - cx) ** 2 + (y - cy) ** 2 < radius**2] = rng.uniform(20, 235, 3)
    picture += rng.normal(0, 3, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def make_inputs(folder: Path, seconds: float) -> None:
    """Eight pictures, a voice-like and a music-like track, for all contestants."""
    from PIL import Image

    from miaobi.edit.audio import encode_wav

    for index in range(PICTURES):
        Image.fromarray(make_picture(index)).save(folder / f"picture-{index}.png", compress_level=1)
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    voice = 0.3 * np.sin(2 * np.pi * 180 * t) * (np.sin(2 * np.pi * 3 * t) > -0.3)
    music = 0.1 * (np.sin(2 * np.pi * 261.6 * t) + np.sin(2 * np.pi * 329.6 * t))
    for name, track in (("voice", voice), ("music", music)):
        (folder / f"{name}.wav").write_bytes(encode_wav(track.astype(np.float32), RATE_HZ).read())


def subtitles(seconds: float) -> list[tuple[float, float, str]]:
    """A two-line subtitle every three seconds, with a gap."""
    words = WORDS.split()
    found = []
    for number in range(max(1, round(seconds / 3))):
        turned = words[number % len(words) :] + words[: number % len(words)]
        text = " ".join(turned[:6]) + "\n" + " ".join(turned[6:12])
        found.append((number * 3.0, min(seconds, number * 3.0 + 2.8), text))
    return found


def assemble_ours(folder: Path, seconds: float, target: Path) -> None:
    """Mix and render with Miaobi."""
    from miaobi.base.asset import Asset
    from miaobi.edit.audio import mix
    from miaobi.edit.subtitles import Cue
    from miaobi.edit.timeline import Camera, Shot, Timeline
    from miaobi.edit.video import render_video

    voice, music = (Asset.from_file(folder / f"{name}.wav", "audio/wav") for name in ("voice", "music"))
    shots = tuple(
        Shot(
            duration_seconds=seconds / PICTURES,
            still=Asset.from_file(folder / f"picture-{index}.png", "image/png"),
            camera=Camera(zoom_start=1.0, zoom_end=1.0 + ZOOM),
        )
        for index in range(PICTURES)
    )
    cues = tuple(Cue(start_seconds=a, end_seconds=b, text=text) for a, b, text in subtitles(seconds))
    audio = mix(((voice, 0.0), (music, -12.0)), seconds)
    timeline = Timeline(width=WIDTH, height=HEIGHT, fps=FPS, shots=shots, audio=audio, cues=cues)
    target.write_bytes(render_video(timeline).read())


def assemble_moviepy(folder: Path, seconds: float, target: Path) -> None:
    """The same with moviepy, in the manner of its documentation."""
    from moviepy import (
        AudioFileClip,
        CompositeAudioClip,
        CompositeVideoClip,
        ImageClip,
        TextClip,
        concatenate_videoclips,
    )

    from miaobi.base.fonts import font_path

    length = seconds / PICTURES

    def slow_zoom(t: float) -> float:
        return 1 + ZOOM * t / length

    pictures = [
        CompositeVideoClip(
            [
                ImageClip(str(folder / f"picture-{index}.png"), duration=length)
                .resized(slow_zoom)
                .with_position("center")
            ],
            size=(WIDTH, HEIGHT),
        ).with_duration(length)
        for index in range(PICTURES)
    ]
    words = [
        TextClip(
            font=str(font_path()),
            text=text,
            font_size=42,
            color="white",
            bg_color=(0, 0, 0, 168),
            text_align="center",
            margin=(22, 10),
        )
        .with_start(start)
        .with_duration(end - start)
        .with_position(("center", 0.8), relative=True)
        for start, end, text in subtitles(seconds)
    ]
    voice = AudioFileClip(str(folder / "voice.wav"))
    music = AudioFileClip(str(folder / "music.wav")).with_volume_scaled(0.25)
    film = CompositeVideoClip([concatenate_videoclips(pictures), *words], size=(WIDTH, HEIGHT))
    film = film.with_duration(seconds).with_audio(CompositeAudioClip([voice, music]))
    film.write_videofile(
        str(target),
        fps=FPS,
        codec="libx264",
        audio_codec="aac",
        preset="veryfast",
        threads=2,
        ffmpeg_params=["-crf", str(CRF)],
        logger=None,
    )


def assemble_floor(folder: Path, seconds: float, target: Path) -> None:
    """ffmpeg's test source through x264 and the voice through AAC; `folder` has the voice."""
    from imageio_ffmpeg import get_ffmpeg_exe

    source = f"testsrc2=size={WIDTH}x{HEIGHT}:rate={FPS}:duration={seconds}"
    inputs = ["-f", "lavfi", "-i", source, "-i", str(folder / "voice.wav")]
    picture = ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(CRF), "-pix_fmt", "yuv420p", "-threads", "2"]
    sound = ["-c:a", "aac", "-b:a", "160k", "-ac", "2", "-movflags", "+faststart"]
    command = [get_ffmpeg_exe(), "-loglevel", "error", "-y", *inputs, *picture, *sound, str(target)]
    subprocess.run(command, check=True)


CONTESTANTS: dict[str, Callable[[Path, float, Path], None]] = {
    "ours": assemble_ours,
    "floor": assemble_floor,
    "moviepy": assemble_moviepy,
}


def run_one(name: str, folder: Path, seconds: float) -> dict[str, float]:
    """Seconds, peak memory (MB, with child processes), size (MB) and length of the film, measured in a new process."""
    target = folder / f"{name}.mp4"
    command = [sys.executable, __file__, "--contestant", name, "--folder", str(folder), "--seconds", str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    figures["size_mb"] = target.stat().st_size / 1e6
    figures["film_seconds"] = _film_seconds(target)
    return figures


def _film_seconds(path: Path) -> float:
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return float(stream.frames * Fraction(1, FPS))


def contest(name: str, folder: Path, seconds: float) -> None:
    """In the process of its own: import first, then time the work alone."""
    if name == "moviepy":
        import moviepy  # noqa: F401
    elif name == "ours":
        import miaobi.edit.video  # noqa: F401
    start, cpu_before = time.perf_counter(), _cpu_seconds()
    CONTESTANTS[name](folder, seconds, folder / f"{name}.mp4")
    taken, cpu = time.perf_counter() - start, _cpu_seconds() - cpu_before
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak_mb = sum(u.ru_maxrss for u in usage) / 1000
    print(json.dumps({"seconds": taken, "cpu_seconds": cpu, "peak_mb": peak_mb}))


def _cpu_seconds() -> float:
    """Processor time of this process and its finished children; on a busy machine the fairer figure."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usage)


def main() -> None:
    """Run the contest and print the table."""
    parser = argparse.ArgumentParser(description="Film assembly: ours, moviepy, and encoding alone.")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the film")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the median counts")
    parser.add_argument("--only", default=",".join(CONTESTANTS), help="contestants, comma-separated")
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.contestant:
        contest(asked.contestant, asked.folder, asked.seconds)
        return
    names = asked.only.split(",")
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="video-assembly-") as folder:
        make_inputs(Path(folder), asked.seconds)
        for _ in range(asked.repeat):
            for name in names:  # in turn, so that a busy machine slows all of them
                runs[name].append(run_one(name, Path(folder), asked.seconds))
    print(f"{asked.seconds:g} s of {WIDTH}x{HEIGHT} at {FPS} fps, median of {asked.repeat}")
    print(f"{'':10}{'seconds':>9}{'cpu s':>9}{'peak MB':>9}{'MB':>7}{'film s':>8}")
    middle = {name: {k: statistics.median(r[k] for r in runs[name]) for k in runs[name][0]} for name in names}
    for name, m in middle.items():
        print(f"{name:10}{m['seconds']:9.2f}{m['cpu_seconds']:9.2f}{m['peak_mb']:9.0f}", end="")
        print(f"{m['size_mb']:7.2f}{m['film_seconds']:8.2f}")
    for above, below, goal in (("moviepy", "ours", ">= 5"), ("ours", "floor", "<= 1.6")):
        if above in middle and below in middle:
            ratio, cpu = (middle[above][k] / middle[below][k] for k in ("seconds", "cpu_seconds"))
            print(f"{above}/{below}: {ratio:.2f} (goal {goal}); in processor time {cpu:.2f}")


if __name__ == "__main__":
    main()
