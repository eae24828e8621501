"""From spoken scenes to a film: timing, sound, timeline. The second half of the video recipe."""

from __future__ import annotations

import math

from miaobi.base.asset import Asset
from miaobi.base.engine import ImageResult, TimedWord
from miaobi.base.step import step
from miaobi.base.value import Value
from miaobi.edit.subtitles import Cue, make_cues, rules_for, shift_cues, to_srt, to_vtt
from miaobi.edit.timeline import Camera, Shot, Timeline, Title

OPENING_SECONDS = 3.0
CLOSING_SECONDS = 3.5
BREATH_SECONDS = 0.45
"""Silence before and after a scene's voice: the picture has changed before anyone speaks."""
_SHORTEST_SCENE_SECONDS = 2.5
_MUSIC_GRAIN_SECONDS = 10
"""Music is composed in lengths of this grain, so that a small change of the voice leaves it as it is."""

_CAMERAS = (
    Camera(zoom_start=1.0, zoom_end=1.09, pan_x=0.015),
    Camera(zoom_start=1.08, zoom_end=1.0, pan_x=-0.015),
    Camera(zoom_start=1.03, zoom_end=1.09, pan_x=-0.03),
    Camera(zoom_start=1.0, zoom_end=1.07, pan_y=-0.02),
)
_TRANSITIONS = ("dissolve", "slide", "dissolve", "wipe")


class SpokenScene(Value):
    """A scene whose voice is known. `cues` are on the voice's own clock."""

    picture: ImageResult
    voice: Asset
    voice_seconds: float
    cues: tuple[Cue, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the scene stays: its voice with a breath on both sides."""
        return max(_SHORTEST_SCENE_SECONDS, round(self.voice_seconds + 2 * BREATH_SECONDS, 2))


def film_seconds(scenes: tuple[SpokenScene, ...]) -> float:
    """Length of the whole film."""
    return OPENING_SECONDS + sum(scene.seconds for scene in scenes) + CLOSING_SECONDS


def voice_starts(scenes: tuple[SpokenScene, ...]) -> tuple[float, ...]:
    """When each scene's voice begins, in seconds on the film's clock."""
    starts, clock = [], OPENING_SECONDS
    for scene in scenes:
        starts.append(round(clock + BREATH_SECONDS, 3))
        clock += scene.seconds
    return tuple(starts)


def music_seconds(scenes: tuple[SpokenScene, ...]) -> float:
    """How much music to compose: at least the film, in whole grains."""
    return float(math.ceil(film_seconds(scenes) / _MUSIC_GRAIN_SECONDS) * _MUSIC_GRAIN_SECONDS)


def all_cues(scenes: tuple[SpokenScene, ...]) -> tuple[Cue, ...]:
    """The subtitles of the whole film."""
    starts = voice_starts(scenes)
    return tuple(cue for scene, start in zip(scenes, starts, strict=True) for cue in shift_cues(scene.cues, start))


def build_timeline(
    scenes: tuple[SpokenScene, ...],
    cover: ImageResult,
    *,
    title: str,
    closing: str,
    sound: Asset,
    size: tuple[int, int],
    fps: int,
    language: str,
    label: str,
) -> Timeline:
    """The film: an opening title over the cover, the scenes, a closing card over the cover."""
    opening = _shot(cover, OPENING_SECONDS, 0).model_copy(update={"title": Title(text=title), "transition": "cut"})
    middle = tuple(_shot(scene.picture, scene.seconds, number) for number, scene in enumerate(scenes, 1))
    card = Title(text=closing or title, subtitle=label, style="closing")
    ending = _shot(cover, CLOSING_SECONDS, 1).model_copy(update={"title": card, "transition": "dissolve"})
    return Timeline(
        width=size[0],
        height=size[1],
        fps=fps,
        shots=(opening, *middle, ending),
        audio=sound,
        cues=all_cues(scenes),
        language=language,
        label_text=label,
    )


def _shot(picture: ImageResult, seconds: float, number: int) -> Shot:
    camera = _CAMERAS[number % len(_CAMERAS)]
    transition = _TRANSITIONS[number % len(_TRANSITIONS)]
    if not picture.layers:
        return Shot(duration_seconds=seconds, still=picture.image, camera=camera, transition=transition)
    return Shot(
        duration_seconds=seconds,
        layers=picture.layers,
        picture_width=picture.width,
        picture_height=picture.height,
        camera=camera,
        transition=transition,
    )


# ---------------------------------------------------------------- steps


@step("time_cues", doing="timing subtitles")
def time_cues(
    narration: str, words: tuple[TimedWord, ...], seconds: float, language: str, is_portrait: bool
) -> tuple[Cue, ...]:
    """The narration cut into cues, on the clock of its voice."""
    return make_cues(narration, words, seconds, language, rules_for(language, is_portrait=is_portrait))


@step("mix_sound", doing="mixing voice and music")
def mix_sound(clips: tuple[tuple[Asset, float], ...], music: Asset, seconds: float) -> Asset:
    """Voice over ducked music, 48 kHz stereo at -16 LUFS. The music's end, not its start, falls on the film's."""
    from miaobi.edit.audio import duck, fade, keep_end, mix, normalise_loudness, place_clips

    voice = normalise_loudness(place_clips(clips, seconds), -16.0)
    bed = fade(keep_end(music, seconds), 1.2, 0.3)
    return normalise_loudness(mix(((voice, 0.0), (duck(bed, voice), 0.0))), -16.0, -1.5)


@step("render_film", version=2, doing="rendering {timeline.frame_count} frames")
def render_film(timeline: Timeline) -> Asset:
    """The film as MP4, in one pass."""
    from miaobi.edit.video import render_video

    return render_video(timeline)


@step("draw_poster", doing="drawing the poster")
def draw_poster(timeline: Timeline, at_seconds: float) -> Asset:
    """A frame of the film without the label, which posters carry in their own way."""
    from miaobi.edit.video import write_poster

    return write_poster(timeline.model_copy(update={"label_text": "", "burn_subtitles": False}), at_seconds)


@step("write_subtitles", version=2, doing="writing subtitles")
def write_subtitles(cues: tuple[Cue, ...]) -> tuple[Asset, Asset]:
    """SRT and WebVTT."""
    return to_srt(cues), to_vtt(cues)
