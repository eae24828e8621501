"""Steps that more than one recipe uses: an engine called with a request, and what is measured right after."""

from __future__ import annotations

from typing import Any, cast

from miaobi.base.engine import (
    EngineRef,
    ImageRequest,
    ImageResult,
    MusicRequest,
    MusicResult,
    SpeechRequest,
    SpeechResult,
    TranscriptRequest,
    TranscriptResult,
    open_engine,
)
from miaobi.base.step import step
from miaobi.recipes.writing import LineTask, Passage, PassageTask, write_line, write_passage


def _ask(engine: EngineRef, request: Any) -> Any:
    return open_engine(engine).generate(request)


@step("draw_picture", version=2, doing="drawing “{request.prompt}”")
def draw_picture(engine: EngineRef, request: ImageRequest) -> ImageResult:
    """A picture, with its layers where asked for."""
    return cast(ImageResult, _ask(engine, request))


@step("speak_line", doing="speaking “{request.text}”")
def speak_line(engine: EngineRef, request: SpeechRequest) -> SpeechResult:
    """A line of voice-over."""
    return cast(SpeechResult, _ask(engine, request))


@step("transcribe", doing="listening back")
def transcribe(engine: EngineRef, request: TranscriptRequest) -> TranscriptResult:
    """What an independent listener hears, word by word with times."""
    return cast(TranscriptResult, _ask(engine, request))


@step("compose_music", version=2, doing="composing {request.duration_seconds:.0f} s of {request.mood} music")
def compose_music(engine: EngineRef, request: MusicRequest) -> MusicResult:
    """Music of a mood and length."""
    return cast(MusicResult, _ask(engine, request))


@step("choose_line", version=2, doing="looking for a heading")
def choose_line(text: EngineRef, embedder: EngineRef, task: LineTask) -> Passage:
    """A title or heading."""
    return write_line(text, embedder, task)


@step("write_text", version=3, doing="writing about “{task.about}”")
def write_text(text: EngineRef, embedder: EngineRef, task: PassageTask) -> Passage:
    """A passage, measured and judged."""
    return write_passage(text, embedder, task)
