"""Whisper: words with times inside the audio, the same each time, from any PCM WAV."""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from miaobi.base.asset import Asset
from miaobi.base.engine import SpeechRequest, TranscriptRequest
from miaobi.create import transcript_whisper
from miaobi.create.speech_piper import PiperSpeechEngine
from miaobi.create.transcript_whisper import WhisperTranscriptEngine, read_wav
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError


def _wav(samples: np.ndarray, rate_hz: int, *, channels: int = 1, width: int = 2) -> bytes:
    """`samples` in [-1, 1] as PCM of 1 to 4 bytes, the same on every channel."""
    wide = np.round(samples * (2**31 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)[:, 4 - width :]
    data = wide if width > 1 else (wide.astype(np.int16) + 128).astype(np.uint8)  # 8-bit WAV is unsigned
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(data.reshape(-1, 1, width), channels, axis=1).tobytes())
    return buffer.getvalue()


def _tone(rate_hz: int, hertz: float = 440.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(rate_hz) / rate_hz)


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize(("channels", "width"), [(1, 2), (2, 2), (1, 1), (1, 3), (2, 4)])
def test_any_pcm_wav_becomes_mono_at_16_khz(rate_hz: int, channels: int, width: int) -> None:
    signal = read_wav(_wav(_tone(rate_hz), rate_hz, channels=channels, width=width))
    assert signal.dtype == np.float32
    assert signal.size == pytest.approx(16000, abs=2)
    middle = signal[4000:12000]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.02)
    assert np.abs(np.fft.rfft(middle)).argmax() * 2 == pytest.approx(440, abs=2)


def test_what_lies_above_the_band_is_not_folded_into_it() -> None:
    assert np.abs(read_wav(_wav(_tone(48000, 11000.0), 48000))[2000:-2000]).max() < 0.01


@pytest.mark.parametrize("data", [b"", b"RIFF", b"\x00" * 100, b"ID3\x04" * 50])
def test_bytes_that_are_no_wav_are_refused(data: bytes) -> None:
    with pytest.raises(GenerationError, match="not a PCM WAV"):
        read_wav(data)


def test_a_file_cut_short_gives_what_is_there() -> None:
    assert read_wav(_wav(_tone(16000), 16000)[:-1001]).size == 16000 - 501


def test_the_card_is_made_without_heavy_libraries(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from miaobi.create.transcript_whisper import WhisperTranscriptEngine as W;"
        f"card = W.describe('base', Path({str(tmp_path)!r}));"
        "print(card.id, card.credits[0].licence, sorted({'numpy', 'ctranslate2', 'faster_whisper'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "transcript:whisper/base MIT []"


def test_unknown_names_and_empty_folders_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match=r"'large-v9'.*transcript:whisper/base"):
        WhisperTranscriptEngine.describe("large-v9", tmp_path)
    assert "model.bin" in (WhisperTranscriptEngine.describe(str(tmp_path), tmp_path).missing or "")
    monkeypatch.setattr(transcript_whisper, "_DISTS", ("no-such-program",))
    with pytest.raises(EngineUnavailableError, match="pip install no-such-program"):
        WhisperTranscriptEngine.open("base", tmp_path)


# ---------------------------------------------------------------- with weights


@pytest.fixture(scope="module")
def whisper(home: Path) -> Iterator[WhisperTranscriptEngine]:
    engine = WhisperTranscriptEngine.open("base", home)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def speech(home: Path) -> Asset:
    engine = PiperSpeechEngine.open("joe", home)
    audio = engine.generate(SpeechRequest(text="The river is wide. We planted 12,500 trees beside it.")).audio
    engine.close()
    return audio


@pytest.mark.weights
def test_words_have_times_inside_the_audio(whisper: WhisperTranscriptEngine, speech: Asset) -> None:
    result = whisper.generate(TranscriptRequest(audio=speech, language="en"))
    assert "river is wide" in result.text
    assert "12,500 trees" in result.text
    assert "".join(word.text for word in result.words) == result.text.replace(" ", "")
    times = [time for word in result.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= result.duration_seconds
    at = {word.text.strip(".,").lower(): word.start_seconds for word in result.words}
    assert at["river"] < 0.6 < 1.0 < at["trees"]  # where they are said, not spread evenly
    assert all(0 <= word.probability <= 1 for word in result.words)


@pytest.mark.weights
def test_the_language_is_detected(whisper: WhisperTranscriptEngine, speech: Asset) -> None:
    assert whisper.generate(TranscriptRequest(audio=speech)).language == "en"


@pytest.mark.weights
def test_the_same_audio_gives_the_same_words_from_two_threads(whisper: WhisperTranscriptEngine, speech: Asset) -> None:
    request = TranscriptRequest(audio=speech, language="en")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(whisper.generate, [request, request])
    assert first == second


@pytest.mark.weights
@pytest.mark.parametrize("seconds", [0.0, 0.05, 2.0])
def test_silence_is_no_crash_and_its_words_stay_inside(whisper: WhisperTranscriptEngine, seconds: float) -> None:
    audio = Asset.from_bytes(_wav(np.zeros(round(16000 * seconds)), 16000), "audio/wav")
    result = whisper.generate(TranscriptRequest(audio=audio, language="en"))
    assert result.duration_seconds == pytest.approx(seconds)
    assert all(word.end_seconds <= seconds for word in result.words)


@pytest.mark.weights
def test_a_folder_is_opened_and_a_closed_engine_says_so(whisper: WhisperTranscriptEngine, home: Path) -> None:
    engine = WhisperTranscriptEngine.open(str(home / "models" / "whisper-base"), home)
    engine.close()
    with pytest.raises(GenerationError, match="closed"):
        engine.generate(TranscriptRequest(audio=Asset.from_bytes(_wav(_tone(16000), 16000), "audio/wav")))


@pytest.mark.parametrize(
    ("written", "simple"), [("沿著河邊走", "沿着河边走"), ("著名的圖書館", "著名的图书馆"), ("干净", "干净")]
)
def test_chinese_is_given_in_simplified_characters(written: str, simple: str) -> None:
    pytest.importorskip("opencc")
    assert transcript_whisper._simplifier()(written) == simple


def test_words_stay_inside_the_audio_and_what_is_invented_after_it_goes() -> None:
    said = [
        (" We", -0.1, 0.3),
        (" have", 0.25, 0.6),
        (" 10", 0.6, 0.8),
        (",000", 0.8, 0.9),
        (" so", 0.99, 0.99),
        (" x", 1.0, 1.0),
    ]
    spoken = [SimpleNamespace(word=word, start=start, end=end, probability=0.9) for word, start, end in said]
    words = transcript_whisper._timed_words(spoken, 1.0, str, is_spaced=True)
    assert [word.text for word in words] == ["We", "have", "10,000"]
    assert [(word.start_seconds, word.end_seconds) for word in words] == [(0.0, 0.3), (0.3, 0.6), (0.6, 0.9)]
    apart = transcript_whisper._timed_words(spoken[2:4], 1.0, str, is_spaced=False)
    assert [word.text for word in apart] == ["10", ",000"]
