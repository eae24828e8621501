"""The video: scenes with narration and a moving picture each, voice, subtitles, music, one film."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from miaobi.base.engine import (
    EngineRef,
    ImageRequest,
    ImageResult,
    MusicRequest,
    MusicResult,
    SpeechRequest,
    SpeechResult,
    TranscriptRequest,
)
from miaobi.base.piece import Maker, Part, Piece, Score
from miaobi.base.run import Run
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan, Scene
from miaobi.edit.subtitles import Cue
from miaobi.evaluate.gates import Bars
from miaobi.evaluate.sound import score_duration
from miaobi.evaluate.subtitles import score_subtitles
from miaobi.label.explicit import short_label
from miaobi.recipes import film
from miaobi.recipes import video_prompts as prompts
from miaobi.recipes.assignment import Assignment
from miaobi.recipes.headings import heading_of
from miaobi.recipes.measures import bars_of, judge, measure_sound, measure_voice, score_piece
from miaobi.recipes.passages import notes_of, passage_part, write_part
from miaobi.recipes.pictures import draw, picture_parts, picture_size
from miaobi.recipes.steps import compose_music, speak_line, transcribe
from miaobi.recipes.tasks import PassageTask

MODALITIES = ("text", "embedding", "image", "speech", "transcript", "music")

PLANNER = Maker(kind="rule", id="rule:plan", fingerprint="1")
EDITOR = Maker(kind="rule", id="rule:edit", fingerprint="1")
_NARRATION_SPEED = {"en": 0.8}
"""The embedded English voice reads at 220 words a minute of its own accord; documentaries are spoken at 150 to 190. The
Mandarin one has an easy pace."""
_SLOWER = 0.9


def plan(run: Run, brief: Brief, engines: dict[str, EngineRef]) -> Plan:
    """Title, scenes with their facts and pictures, mood, closing line."""
    count = prompts.count_scenes(brief)
    words = prompts.scene_words(brief, count)
    groups = prompts.deal_scene_facts(brief.facts, count)
    beats: list[str] = []
    scenes = []
    for number, facts in enumerate(groups):
        if number == 0 and not facts:  # the film opens with its topic
            beats.append(prompts.rule_beat(brief, "", 0))
        else:
            task = prompts.beat_task(brief, facts, beats, number)
            beats.append(heading_of(run, engines, task))
        scenes.append(
            Scene(
                id=f"scene-{number + 1}",
                beat=beats[-1],
                facts=facts,
                words=words,
                idea=prompts.picture_idea(brief, beats[-1], facts),
                mood=prompts.scene_mood(brief, number, count),
            )
        )
    return Plan(
        recipe="video",
        title=prompts.video_title(brief),
        language=brief.language,
        scenes=tuple(scenes),
        closing=prompts.closing_line(brief),
        pictures=count + 1,
        music_mood=prompts.music_mood(brief),
    )


def make(assignment: Assignment) -> Piece:
    """Write, draw, speak, listen back, compose, cut, measure."""
    brief, the_plan = assignment.brief, assignment.plan
    requests = _picture_requests(assignment)
    pictures = draw(assignment, requests)
    cover = picture_parts(assignment, "cover", requests[0], pictures[0])
    title = assignment.text_part("title", "title", the_plan.title, (PLANNER,))
    closing = assignment.text_part("closing", "closing", the_plan.closing, (PLANNER,))
    narrations, notes = _narrations(assignment)
    voices = _voices(assignment, [part.text or "" for part in narrations])
    scenes = tuple(
        film.SpokenScene(picture=picture, voice=voice.audio, voice_seconds=voice.duration_seconds, cues=cues)
        for picture, (voice, cues, _) in zip(pictures[1:], voices, strict=True)
    )
    music = assignment.run(
        compose_music,
        assignment.engine("music"),
        MusicRequest(
            mood=the_plan.music_mood or "hopeful",
            duration_seconds=film.music_seconds(scenes),
            seed=assignment.first_take("music"),
        ),
    )
    parts = [title, *cover]
    for number, scene in enumerate(the_plan.scenes):
        voice, _, scores = voices[number]
        parts += [narrations[number], *picture_parts(assignment, scene.id, requests[number + 1], pictures[number + 1])]
        parts.append(_voice_part(scene, narrations[number].text or "", voice, scores))
    parts.append(closing)
    parts += _film_parts(assignment, scenes, pictures[0], music, title.text or "", closing.text or "")
    return Piece(
        recipe="video",
        title=title.text or the_plan.title,
        language=brief.language,
        parts=tuple(parts),
        scores=(
            *score_piece(assignment, [part.text or "" for part in narrations], _sources(assignment, parts)),
            *judge(assignment, "piece", [_duration(brief, scenes)]),
        ),
        notes=tuple(dict.fromkeys((*the_plan.notes, *notes))),
        seed=brief.seed,
    )


# ---------------------------------------------------------------- text and pictures


def _narrations(assignment: Assignment) -> tuple[list[Part], list[str]]:
    """What is said in each scene. A scene is written after the first drafts of those before it."""
    bars = bars_of(assignment, "narration")
    is_whole = assignment.engine_takes_orders
    drafts: list[str] = []
    parts: list[Part] = []
    notes: list[str] = []
    for scene in assignment.plan.scenes:
        part_id = f"{scene.id}.narration"
        task_for = partial(_narration_task, assignment, scene, bars, tuple(drafts), is_whole)
        first, passage = write_part(assignment, part_id, task_for)
        drafts.append(first.text)
        notes += notes_of(assignment, part_id, passage)
        parts.append(passage_part(assignment, part_id, "narration", passage))
    return parts, notes


def _narration_task(
    assignment: Assignment, scene: Scene, bars: Bars, drafts: tuple[str, ...], is_whole: bool, wish: str
) -> PassageTask:
    seed = assignment.seed(f"{scene.id}.narration")
    return prompts.narration_task(
        assignment.brief, scene, bars, previous=drafts, seed=seed, instruction=wish, is_whole=is_whole
    )


def _picture_requests(assignment: Assignment) -> list[ImageRequest]:
    """The cover's picture, then one for each scene."""
    brief, the_plan = assignment.brief, assignment.plan
    size = picture_size(brief.shape)
    ideas = [("cover", prompts.picture_idea(brief, the_plan.title, ()))]
    ideas += [(scene.id, scene.idea) for scene in the_plan.scenes]
    return [
        ImageRequest(
            prompt=assignment.idea(f"{group}.idea", idea),
            width=size[0],
            height=size[1],
            series=the_plan.title,
            index=number,
            language=brief.language,
            layered=True,
            seed=assignment.seed(f"{group}.idea"),
        )
        for number, (group, idea) in enumerate(ideas)
    ]


# ---------------------------------------------------------------- voice

Voice = tuple[SpeechResult, tuple[Cue, ...], tuple[Score, ...]]


def _voices(assignment: Assignment, lines: Sequence[str]) -> list[Voice]:
    """Each line spoken, heard back and timed; one that is not understood is spoken again, slower."""
    speed = _NARRATION_SPEED.get(assignment.brief.language.split("-")[0], 1.0)
    spoken = _speak(assignment, lines, speed)
    unclear = [number for number, (_, _, scores) in enumerate(spoken) if scores[0].outcome == "flagged"]
    again = _speak(assignment, [lines[number] for number in unclear], _SLOWER * speed)
    for number, other in zip(unclear, again, strict=True):
        before, after = spoken[number][2][0].value, other[2][0].value
        if before is not None and after is not None and after < before:
            spoken[number] = other
    return spoken


def _speak(assignment: Assignment, lines: Sequence[str], speed: float) -> list[Voice]:
    run, language = assignment.run, assignment.brief.language
    is_portrait = assignment.brief.shape == "portrait"
    speech, listener = assignment.engine("speech"), assignment.engine("transcript")
    requests = [SpeechRequest(text=line, language=language, speed=speed) for line in lines]
    voices = run.each(speak_line, [(speech, request) for request in requests])
    heard = run.each(transcribe, [(listener, TranscriptRequest(audio=v.audio, language=language)) for v in voices])
    found = []
    for line, voice, words in zip(lines, voices, heard, strict=True):
        cues = run.start(film.time_cues, line, words.words, voice.duration_seconds, language, is_portrait)
        scores = run.start(measure_voice, line, words.text, voice.duration_seconds, language)
        found.append((voice, cues, scores))
    return [(voice, cues.result(), judge(assignment, "voice", scores.result())) for voice, cues, scores in found]


def _voice_part(scene: Scene, line: str, voice: SpeechResult, scores: tuple[Score, ...]) -> Part:
    return Part(
        id=f"{scene.id}.voice",
        kind="voice",
        asset=voice.audio,
        made_by=(voice.made_by,),
        prompt=line,
        scores=scores,
        credits=voice.credits,
    )


# ---------------------------------------------------------------- the film


def _film_parts(
    assignment: Assignment,
    scenes: tuple[film.SpokenScene, ...],
    cover: ImageResult,
    music: MusicResult,
    title: str,
    closing: str,
) -> list[Part]:
    """Music, subtitles, film and poster."""
    run, brief = assignment.run, assignment.brief
    seconds = film.film_seconds(scenes)
    clips = tuple(zip((scene.voice for scene in scenes), film.voice_starts(scenes), strict=True))
    sound = run(film.mix_sound, clips, music.audio, seconds)
    timeline = film.build_timeline(
        scenes,
        cover,
        title=title,
        closing=closing,
        sound=sound,
        size=picture_size(brief.shape),
        fps=brief.fps,
        language=brief.language,
        label=short_label(brief.language),
    )
    movie = run.start(film.render_film, timeline)
    poster = run.start(film.draw_poster, timeline, film.OPENING_SECONDS * 0.8)
    srt, vtt = run(film.write_subtitles, timeline.cues)
    loudness = run(measure_sound, movie.result())
    cues = [(cue.start_seconds, cue.end_seconds, cue.text) for cue in timeline.cues]
    made = {"music": (music.made_by,), "film": (EDITOR,)}
    return [
        Part(id="music", kind="music", asset=music.audio, made_by=made["music"], credits=music.credits,
             seed=assignment.first_take("music")),
        *([Part(id="score", kind="score", asset=music.midi, made_by=made["music"])] if music.midi else []),
        Part(id="subtitles", kind="subtitles", asset=srt, made_by=made["film"],
             scores=judge(assignment, "subtitles", score_subtitles(cues, brief.language))),
        Part(id="captions", kind="captions", asset=vtt, made_by=made["film"]),
        Part(id="video", kind="video", asset=movie.result(), made_by=made["film"],
             scores=judge(assignment, "cut", loudness)),
        Part(id="poster", kind="poster", asset=poster.result(), made_by=made["film"]),
    ]  # fmt: skip


def _duration(brief: Brief, scenes: tuple[film.SpokenScene, ...]) -> Score:
    return score_duration(film.film_seconds(scenes), brief.duration_seconds or 30.0)


def _sources(assignment: Assignment, parts: Sequence[Part]) -> tuple[str, ...]:
    """What may be claimed: what the person said, in the brief and in the parts that are theirs."""
    own = [part.text or "" for part in parts if part.locked]
    return prompts.sources_of(assignment.brief, (assignment.plan.title, *own))
