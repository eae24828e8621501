"""The engine contract: one shape for every modality.

An engine turns a frozen request into a frozen result. It

  must   derive its output from the request and its fingerprint alone: same request, same fingerprint, same output,
         whatever else it is asked at the same time;
         say in the result who made it and under which licences (`made_by`, `credits`);
         translate its library's exceptions into EngineError at its border;
         be callable from several threads at once (lock inside where the library is not);
         describe itself without loading weights or heavy libraries;
  may    offer `stream`, honour only a part of a request's settings (say so in `note`), keep caches under `home`;
  must not  read the clock, the environment or the network to decide its output, or keep state between requests.

Ids read `<modality>:<backend>/<name>`, e.g. `text:llamacpp/gemma-270m`.
"""

from __future__ import annotations

import importlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import Field

from miaobi.base.asset import Asset
from miaobi.base.piece import Credit, Maker
from miaobi.base.value import Value

Modality = Literal["text", "image", "speech", "transcript", "music", "video", "embedding"]


# ---------------------------------------------------------------- requests and results, one pair per modality


class Result(Value):
    """What every result says about its origin."""

    made_by: Maker
    credits: tuple[Credit, ...] = ()


class TextRequest(Value):
    """Continue `prompt`.

    max_tokens      upper bound on new tokens
    temperature     0 is greedy
    top_p, top_k, min_p, repeat_penalty   the usual sampling settings; top_k 0 and repeat_penalty 1 switch them off
    no_repeat_ngram so many tokens never come twice in a row; 0 switches it off
    beams           above 1: beam search for the likeliest text instead of sampling
    length_penalty  of beam search: the power of a text's length in tokens by which its log-probability is divided
    stop            strings that end the text; they are not part of it
    banned          strings that must not be produced (token-level where the engine can)
    json_schema     JSON text of a JSON Schema the output has to satisfy, None for free text
    top_logprobs    alternatives per token to report; 0 reports the chosen tokens only, None nothing
    """

    prompt: str
    max_tokens: int = Field(default=256, ge=1, le=32768)
    temperature: float = Field(default=0.8, ge=0, le=5)
    top_p: float = Field(default=0.95, gt=0, le=1)
    top_k: int = Field(default=40, ge=0)
    min_p: float = Field(default=0.05, ge=0, le=1)
    repeat_penalty: float = Field(default=1.0, gt=0, le=5)
    no_repeat_ngram: int = Field(default=0, ge=0, le=64)
    beams: int = Field(default=1, ge=1, le=64)
    length_penalty: float = Field(default=1.0, ge=0, le=5)
    stop: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    json_schema: str | None = None
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class TokenLogprob(Value):
    """One token with its natural-log probability and the best alternatives."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


class TextResult(Result):
    """`finish_reason` is "stop" (the model or a stop string ended it) or "length" (max_tokens did)."""

    text: str
    finish_reason: Literal["stop", "length"]
    prompt_tokens: int = 0
    completion_tokens: int = 0
    logprobs: tuple[TokenLogprob, ...] | None = None


class ImageRequest(Value):
    """A picture of `prompt`.

    width, height  pixels
    series         pictures of one work share this; an engine keeps palette and manner the same within it
    index          position in the series; an engine keeps neighbours apart
    lettering      words to set in the picture, "" for none
    language       BCP 47 tag of prompt and lettering
    layered        ask for layers as well (engines that cannot return none)
    """

    prompt: str
    width: int = Field(default=1280, ge=64, le=8192)
    height: int = Field(default=720, ge=64, le=8192)
    series: str = ""
    index: int = Field(default=0, ge=0)
    lettering: str = ""
    language: str = "en"
    layered: bool = False
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class Motion(Value):
    """How a layer moves during a shot, relative to its place in the picture.

    kind    still | drift (sideways, e.g. clouds) | sway (rotate about its foot, e.g. trees) | bob (up and down)
            | enter (comes in from `direction` and stops in place) | rise (fades in while rising) | pulse (scale, glow)
            | spin (rotate about its centre, e.g. a wheel)
    amount  strength; pixels per second for drift, degrees for sway, pixels for bob, share of size for pulse,
            share of the picture's width for enter, degrees per second for spin
    period_seconds  of a repeating motion
    direction  "left" or "right": where an `enter` comes from, or where a `drift` goes
    phase   0..1, so that two neighbours do not move in step
    """

    kind: Literal["still", "drift", "sway", "bob", "enter", "rise", "pulse", "spin"] = "still"
    amount: float = 0.0
    period_seconds: float = Field(default=4.0, gt=0)
    direction: Literal["left", "right"] = "right"
    phase: float = Field(default=0.0, ge=0, le=1)


class Layer(Value):
    """One plane of a picture: drawn in order, each on top of those before it.

    asset      image/png with straight alpha, cropped to its own bounds
    x, y       left top corner in the picture, pixels; may lie outside
    depth      0 far (moves least with the camera) .. 1 near (moves most)
    role       backdrop | light | range | ground | prop | subject | weather | lettering
    motion     what it does by itself
    """

    asset: Asset
    x: float
    y: float
    width: int
    height: int
    depth: float = Field(default=0.5, ge=0, le=1)
    role: str = "prop"
    motion: Motion = Motion()


class ImageResult(Result):
    """A picture and, where asked for and possible, the layers it is made of. `description` suits an alt text."""

    image: Asset
    width: int
    height: int
    description: str = ""
    layers: tuple[Layer, ...] = ()


class SpeechRequest(Value):
    """Speak `text` in `language` (BCP 47). speed 1.0 is the voice's own pace."""

    text: str
    language: str = "en"
    speed: float = Field(default=1.0, ge=0.5, le=2.0)


class SpeechResult(Result):
    """audio/wav, mono, 16-bit PCM. `spoken_text` is what was said after numbers and abbreviations were written out."""

    audio: Asset
    sample_rate_hz: int
    duration_seconds: float
    spoken_text: str


class TranscriptRequest(Value):
    """Write down what is said in `audio` (audio/wav). language None lets the engine detect it."""

    audio: Asset
    language: str | None = None
    hint: str = ""


class TimedWord(Value):
    """A word (or a Chinese character group) with its time in the audio."""

    text: str
    start_seconds: float
    end_seconds: float
    probability: float = 1.0


class TranscriptResult(Result):
    """`words` in time order; their texts joined give `text` up to spacing."""

    text: str
    language: str
    duration_seconds: float
    words: tuple[TimedWord, ...] = ()


class MusicRequest(Value):
    """Instrumental music in a mood (calm, hopeful, playful, tense, sad, epic, curious, warm) of a given length."""

    mood: str = "calm"
    duration_seconds: float = Field(default=30.0, gt=0, le=1800)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class MusicResult(Result):
    """`audio` is audio/wav, stereo, 16-bit PCM; `midi` audio/midi, None where the engine has no score."""

    audio: Asset
    midi: Asset | None
    sample_rate_hz: int
    duration_seconds: float
    key: str = ""
    tempo_bpm: float = 0.0


class VideoRequest(Value):
    """A moving picture of `prompt`, optionally starting from `image`."""

    prompt: str
    image: Asset | None = None
    width: int = Field(default=640, ge=64, le=4096)
    height: int = Field(default=360, ge=64, le=4096)
    fps: int = Field(default=25, ge=1, le=120)
    duration_seconds: float = Field(default=2.0, gt=0, le=600)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class VideoResult(Result):
    """video/mp4."""

    video: Asset
    duration_seconds: float


class EmbeddingRequest(Value):
    """Vectors for texts; `side` says whether they search ("query") or are searched ("passage")."""

    texts: tuple[str, ...]
    side: Literal["query", "passage"] = "passage"


class EmbeddingResult(Result):
    """One unit-length vector of `dimensions` numbers per text, in order."""

    vectors: tuple[tuple[float, ...], ...]
    dimensions: int


# ---------------------------------------------------------------- the contract

RequestT = TypeVar("RequestT", bound=Value)
ResultT = TypeVar("ResultT", bound=Result)


class EngineCard(Value):
    """What is known about an engine before it is opened.

    fingerprint  changes whenever its output may change: backend version, model digest, adapter digests
    languages    BCP 47 primary tags it is good at, empty for any
    missing      None when it can be opened now; else what is missing and the exact command that installs it
    is_model     whether it runs a trained model; False where rules alone make its output
    """

    id: str
    modality: Modality
    fingerprint: str
    summary: str
    languages: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    missing: str | None = None
    note: str = ""
    is_model: bool = True


class Engine(ABC, Generic[RequestT, ResultT]):
    """See the module docstring for what an engine must, may and must not do."""

    modality: ClassVar[Modality]
    supports_stream: ClassVar[bool] = False
    parallel_slots: int = 1
    """How many requests it works on at once; more only wait."""

    def __init__(self, card: EngineCard) -> None:
        self.card = card

    @classmethod
    @abstractmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """The card of the engine called `name` (the id after the slash). Cheap; loads nothing."""

    @classmethod
    @abstractmethod
    def open(cls, name: str, home: Path) -> Self:
        """Load it. EngineUnavailableError when something is missing."""

    @abstractmethod
    def generate(self, request: RequestT) -> ResultT:
        """One result for one request."""

    def stream(self, request: RequestT) -> Iterator[str] | None:  # noqa: ARG002 - the contract's default
        """Pieces of the result as they are made, or None when this engine cannot."""
        return None

    def close(self) -> None:
        """Give memory back. The engine is not used afterwards."""

    @property
    def made_by(self) -> Maker:
        """For results."""
        card = self.card
        return Maker(kind="engine", id=card.id, fingerprint=card.fingerprint, is_model=card.is_model)


class EngineRef(Value):
    """A picklable pointer to an engine; steps get this and `open_engine` it where they run.

    Its canonical content is id and fingerprint: where models lie on a disk does not change what they make.
    factory    "module:Class" of an Engine
    languages  as in the card
    """

    id: str
    fingerprint: str
    factory: str
    name: str
    home: str
    languages: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()

    def speaks(self, language: str) -> bool:
        """Whether the engine's card lists the language (a BCP 47 tag), or no languages at all."""
        return not self.languages or language.lower().split("-")[0] in self.languages


_open: dict[tuple[str, str], Engine[Any, Any]] = {}
_open_lock = threading.Lock()
_opening: dict[tuple[str, str], threading.Lock] = {}


def open_engine(ref: EngineRef) -> Engine[Any, Any]:
    """The engine behind `ref`, opened once per process and shared by its threads."""
    key = (ref.id, ref.fingerprint)
    with _open_lock:
        engine = _open.get(key)
        if engine is not None:
            return engine
        gate = _opening.setdefault(key, threading.Lock())
    with gate:
        with _open_lock:
            engine = _open.get(key)
        if engine is None:
            module, _, class_name = ref.factory.partition(":")
            engine_class: type[Engine[Any, Any]] = getattr(importlib.import_module(module), class_name)
            engine = engine_class.open(ref.name, Path(ref.home))
            with _open_lock:
                _open[key] = engine
    return engine


def close_engines(ids: Sequence[str] | None = None) -> None:
    """Close the engines of those ids (all of them by default) and forget them."""
    with _open_lock:
        keys = [key for key in _open if ids is None or key[0] in ids]
        engines = [_open.pop(key) for key in keys]
    for engine in engines:
        engine.close()
