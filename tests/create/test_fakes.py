"""The fakes: instant, deterministic, derived from the request, and real enough for every recipe and gate."""

from __future__ import annotations

import io
import json
import math
import re
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import jsonschema
import numpy as np
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from miaobi.base.asset import Asset
from miaobi.base.engine import (
    EmbeddingRequest,
    ImageRequest,
    MusicRequest,
    SpeechRequest,
    TextRequest,
    TranscriptRequest,
    TranscriptResult,
    VideoRequest,
)
from miaobi.create.embedding_fake import FakeEmbeddingEngine
from miaobi.create.image_fake import FakeImageEngine
from miaobi.create.music_fake import FakeMusicEngine
from miaobi.create.speech_fake import FakeSpeechEngine
from miaobi.create.text_fake import FakeTextEngine, split_tokens
from miaobi.create.transcript_fake import FakeTranscriptEngine
from miaobi.create.video_fake import FakeVideoEngine
from miaobi.errors import GenerationError

HOME = Path("unused")
TEXT = FakeTextEngine.open("", HOME)
IMAGE = FakeImageEngine.open("", HOME)
SPEECH = FakeSpeechEngine.open("", HOME)
TRANSCRIPT = FakeTranscriptEngine.open("", HOME)
MUSIC = FakeMusicEngine.open("", HOME)
VIDEO = FakeVideoEngine.open("", HOME)
EMBEDDING = FakeEmbeddingEngine.open("", HOME)

ENGLISH = "Old plane trees line the avenue, and the market sells honey."
CHINESE = "城市里的老树给人们带来清凉的树荫。"


def write(**fields: Any) -> str:
    return TEXT.generate(TextRequest(**fields)).text


def wav(samples: np.ndarray[Any, Any], rate: int, channels: int = 1) -> Asset:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return Asset.from_bytes(buffer.getvalue(), "audio/wav")


def samples_of(asset: Asset) -> tuple[np.ndarray[Any, Any], int]:
    with wave.open(io.BytesIO(asset.read())) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return data / 32768, file.getframerate()


def hear(audio: Asset) -> TranscriptResult:
    return TRANSCRIPT.generate(TranscriptRequest(audio=audio))


# ---------------------------------------------------------------- text


def test_text_is_about_the_words_of_its_prompt() -> None:
    text = write(prompt=ENGLISH, max_tokens=200)
    assert len(re.findall(r"\b(?:plane|trees|avenue|market|honey)\b", text)) >= 8
    chinese = write(prompt=CHINESE, max_tokens=200)
    assert "树" in chinese
    assert not re.search("[A-Za-z]", chinese)


@pytest.mark.parametrize(
    "change",
    [{"prompt": ENGLISH + " Bread too."}, {"seed": 1}, {"temperature": 0.1}, {"max_tokens": 201}, {"top_p": 0.5}],
)
def test_any_field_of_the_request_changes_the_text(change: dict[str, Any]) -> None:
    base: dict[str, Any] = {"prompt": ENGLISH, "max_tokens": 200}
    assert write(**base) == write(**base)
    assert write(**{**base, **change}) != write(**base)


@pytest.mark.parametrize("prompt", [ENGLISH, CHINESE, "", "?!"])
def test_no_sentence_is_written_twice(prompt: str) -> None:
    text = write(prompt=prompt, max_tokens=4000)
    sentences = [piece.strip() for piece in re.split(r"(?<=[.。])", text) if piece.strip()]
    assert len(sentences) > 15
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("prompt", [ENGLISH, CHINESE])
def test_max_tokens_and_stop_strings_are_kept(prompt: str) -> None:
    long = TEXT.generate(TextRequest(prompt=prompt, max_tokens=60))
    assert (long.finish_reason, long.completion_tokens, len(split_tokens(long.text))) == ("length", 60, 60)
    stop = "。" if prompt == CHINESE else "."
    short = TEXT.generate(TextRequest(prompt=prompt, max_tokens=400, stop=(stop, "\n\n")))
    assert short.finish_reason == "stop"
    assert short.text.strip()
    assert stop not in short.text
    assert "\n" not in short.text


def test_a_banned_word_does_not_appear() -> None:
    assert "honey" in write(prompt=ENGLISH, max_tokens=2000).lower()
    assert "honey" not in write(prompt=ENGLISH, max_tokens=2000, banned=("honey", "Honey")).lower()


def test_a_title_is_short_and_a_list_has_items() -> None:
    title = write(prompt=f"{ENGLISH}\nTitle:", max_tokens=60, stop=("\n",)).strip()
    assert 2 <= len(title.split()) <= 9
    assert not title.endswith(".")
    items = write(prompt=f"{ENGLISH}\nThree things to remember:\n- ", max_tokens=200).split("\n\n")[0].split("\n- ")
    assert len(items) >= 3


def test_the_stream_and_the_logprobs_spell_the_text() -> None:
    request = TextRequest(prompt=ENGLISH, max_tokens=50, top_logprobs=3)
    result = TEXT.generate(request)
    assert "".join(TEXT.stream(request)) == result.text
    assert result.logprobs is not None
    assert "".join(entry.token for entry in result.logprobs) == result.text
    for entry in result.logprobs:
        assert entry.logprob < 0
        assert len(entry.top) == 3
        assert entry.top[0] == (entry.token, entry.logprob)
        assert sum(math.exp(logprob) for _, logprob in entry.top) < 2


@given(st.text())
def test_tokens_join_to_the_text(text: str) -> None:
    assert "".join(split_tokens(text)) == text


SCENES = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "minLength": 4, "maxLength": 60},
        "mood": {"enum": ["calm", "epic"]},
        "pages": {"type": "integer", "minimum": 3, "maximum": 9},
        "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "free": {"type": "boolean"},
        "none": {"type": "null"},
        "kind": {"const": "video"},
        "note": {"anyOf": [{"type": "string", "minLength": 200}, {"type": "null"}]},
        "scenes": {
            "type": "array",
            "minItems": 4,
            "maxItems": 6,
            "uniqueItems": True,
            "items": {"$ref": "#/$defs/scene"},
        },
    },
    "required": ["title", "scenes"],
    "additionalProperties": False,
    "$defs": {
        "scene": {
            "type": "object",
            "properties": {"narration": {"type": "string", "minLength": 20}, "next": {"$ref": "#/$defs/empty"}},
            "required": ["narration", "next"],
            "additionalProperties": False,
        },
        "empty": {"type": "array", "maxItems": 0, "items": {"type": "string"}},
    },
}


@pytest.mark.parametrize("prompt", [ENGLISH, CHINESE])
@pytest.mark.parametrize("seed", range(5))
def test_a_json_schema_is_satisfied(prompt: str, seed: int) -> None:
    text = write(prompt=prompt, json_schema=json.dumps(SCENES), max_tokens=4000, seed=seed)
    value = json.loads(text)
    jsonschema.validate(value, SCENES)
    assert len(value["scenes"]) == 4


def test_a_schema_that_is_not_json_or_never_ends_is_refused() -> None:
    with pytest.raises(GenerationError, match="not JSON"):
        write(prompt="x", json_schema="{")
    with pytest.raises(GenerationError, match="circle"):
        write(prompt="x", json_schema='{"$ref": "#"}')


# ---------------------------------------------------------------- speech and transcript


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")) | st.just(" "), max_size=80),
    speed=st.floats(0.5, 2),
)
def test_what_was_said_is_heard(text: str, speed: float) -> None:
    spoken = SPEECH.generate(SpeechRequest(text=text, speed=speed))
    heard = hear(spoken.audio)
    assert heard.text == spoken.spoken_text == " ".join(text.split())
    times = [time for word in heard.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert all(0 <= time <= spoken.duration_seconds for time in times)


def test_speech_lasts_as_long_as_reading_it() -> None:
    english = SPEECH.generate(SpeechRequest(text="a" * 150))
    chinese = SPEECH.generate(SpeechRequest(text="树" * 50, language="zh"))
    fast = SPEECH.generate(SpeechRequest(text="a" * 150, speed=2))
    assert english.duration_seconds == pytest.approx(10.2, abs=0.01)
    assert chinese.duration_seconds == pytest.approx(10.2, abs=0.01)
    assert fast.duration_seconds == pytest.approx(5.2, abs=0.01)
    data, rate = samples_of(english.audio)
    assert (data.shape[1], rate, len(data) / rate) == (1, english.sample_rate_hz, english.duration_seconds)
    assert 0.02 < np.sqrt((data**2).mean()) < 0.5
    assert np.abs(data).max() < 0.9


def test_words_are_timed_where_they_sound() -> None:
    audio = SPEECH.generate(SpeechRequest(text="one three. 树木 end")).audio
    words = hear(audio).words
    assert [word.text for word in words] == ["one", "three.", "树", "木", "end"]
    assert words[0].start_seconds == pytest.approx(0.1, abs=0.01)
    assert words[1].start_seconds == pytest.approx(0.1 + 4 / 15, abs=0.01)
    assert all(second.start_seconds > first.end_seconds - 0.001 for first, second in pairwise(words))


def test_speech_is_still_heard_after_what_an_editor_does_to_it() -> None:
    said = "Trees keep a city cool. 城市的树。"
    data, _ = samples_of(SPEECH.generate(SpeechRequest(text=said)).audio)
    mono = data[:, 0]
    at_48k = np.interp(np.arange(0, len(mono), 0.5), np.arange(len(mono)), mono) * 0.4
    noise = np.random.default_rng(1).normal(0, 0.002, len(at_48k) + 30000)
    padded = noise + np.concatenate((np.zeros(20000), at_48k, np.zeros(10000)))
    heard = hear(wav(np.stack((padded, padded), axis=1).ravel(), 48000, channels=2))
    assert heard.text == said
    assert heard.words[0].start_seconds == pytest.approx(0.1 + 20000 / 48000, abs=0.01)


def test_a_cut_in_the_audio_is_a_cut_in_the_transcript() -> None:
    data, rate = samples_of(SPEECH.generate(SpeechRequest(text="first second third")).audio)
    assert hear(wav(data[: int(rate * 0.98), 0], rate)).text == "first second"


def test_other_audio_gives_an_empty_transcript() -> None:
    rate, rng = 24000, np.random.default_rng(0)
    time = np.arange(3 * rate) / rate
    chopped = np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 9 * time) > 0)
    music = samples_of(MUSIC.generate(MusicRequest(duration_seconds=3)).audio)[0].mean(axis=1)
    for sound in (np.zeros(rate), rng.normal(0, 0.1, rate), 0.3 * chopped, music, np.zeros(0)):
        assert (hear(wav(sound, rate)).text, hear(wav(sound, rate)).words) == ("", ())


def test_a_file_that_is_no_wav_is_refused() -> None:
    with pytest.raises(GenerationError, match="not a PCM WAV"):
        hear(Asset.from_bytes(b"ID3 something else", "audio/wav"))


def test_language_is_told_from_what_was_heard() -> None:
    assert hear(SPEECH.generate(SpeechRequest(text="你好")).audio).language == "zh"
    assert hear(SPEECH.generate(SpeechRequest(text="Hello")).audio).language == "en"


# ---------------------------------------------------------------- picture, music, video, embedding


def open_picture(asset: Asset) -> Image.Image:
    return Image.open(io.BytesIO(asset.read())).convert("RGBA")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (64, 64), (333, 801)])
def test_a_picture_has_its_size_and_equals_its_layers(width: int, height: int) -> None:
    asked = ImageRequest(prompt="a tree", width=width, height=height, layered=True, lettering="Tree 树")
    result = IMAGE.generate(asked)
    picture = open_picture(result.image)
    assert picture.size == (result.width, result.height) == (width, height)
    assert [layer.role for layer in result.layers] == ["backdrop", "subject", "lettering"]
    stacked = Image.new("RGBA", (width, height))
    for layer in result.layers:
        plane = open_picture(layer.asset)
        assert plane.size == (layer.width, layer.height)
        stacked.alpha_composite(plane, (round(layer.x), round(layer.y)))
    assert np.array_equal(np.asarray(stacked)[..., :3], np.asarray(picture)[..., :3])
    assert IMAGE.generate(asked.model_copy(update={"layered": False})).image == result.image


def test_pictures_of_a_series_share_a_hue_and_differ_otherwise() -> None:
    def hue(**fields: Any) -> float:
        colours = np.asarray(open_picture(IMAGE.generate(ImageRequest(**fields)).image).convert("HSV"))
        return float(colours[2, 2, 0])

    first, second = {"prompt": "a tree", "series": "s"}, {"prompt": "a boat", "series": "s", "index": 1}
    assert hue(**first) == hue(**second)
    digests = {IMAGE.generate(ImageRequest(**fields)).image.digest for fields in (first, second, {**first, "seed": 1})}
    assert len(digests) == 3


def test_music_is_as_long_as_asked_and_its_midi_is_readable() -> None:
    result = MUSIC.generate(MusicRequest(mood="sad", duration_seconds=9.5, seed=3))
    data, rate = samples_of(result.audio)
    assert data.shape == (round(9.5 * rate), 2)
    assert 0.05 < np.abs(data).max() < 0.9
    assert result.midi is not None
    midi = pretty_midi.PrettyMIDI(io.BytesIO(result.midi.read()))
    assert midi.get_end_time() == pytest.approx(9.5, abs=0.01)
    assert midi.get_tempo_changes()[1][0] == pytest.approx(result.tempo_bpm, abs=0.1)
    assert result.key.endswith("minor")
    assert MUSIC.generate(MusicRequest(mood="sad", duration_seconds=9.5, seed=4)).audio != result.audio


@pytest.mark.parametrize(("width", "height"), [(160, 90), (99, 65)])
def test_a_video_has_the_size_rate_and_length_asked_for(width: int, height: int) -> None:
    result = VIDEO.generate(VideoRequest(prompt="waves", width=width, height=height, fps=12, duration_seconds=1.5))
    with av.open(io.BytesIO(result.video.read())) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert (stream.codec_context.width, stream.codec_context.height) == (width, height)
        assert stream.average_rate == 12
    assert len(frames) == 18
    assert result.duration_seconds == 1.5
    assert not np.array_equal(frames[0], frames[-1]), "it moves"


def test_a_video_starts_from_its_picture() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), (10, 200, 30)).save(buffer, "PNG")
    start = Asset.from_bytes(buffer.getvalue(), "image/png")
    result = VIDEO.generate(VideoRequest(prompt="x", image=start, width=64, height=64, duration_seconds=0.2))
    with av.open(io.BytesIO(result.video.read())) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(first[2, 60].astype(int) - (10, 200, 30)).max() < 12
    with pytest.raises(GenerationError, match="not readable"):
        VIDEO.generate(VideoRequest(prompt="x", image=Asset.from_bytes(b"no", "image/png")))


def test_texts_that_share_words_lie_closer() -> None:
    texts = (
        "the plane trees of the avenue",
        "a plane tree in an avenue",
        "stock prices fell sharply",
        CHINESE,
        "老树的树荫",
    )
    vectors = np.array(EMBEDDING.generate(EmbeddingRequest(texts=texts)).vectors)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    closeness = vectors @ vectors.T
    assert closeness[0, 1] > 0.3 > 0.25 > closeness[0, 2]
    assert closeness[3, 4] > closeness[3, 0] + 0.2


@given(st.lists(st.text(), max_size=4), st.sampled_from(["query", "passage"]))
def test_any_text_has_a_unit_vector(texts: list[str], side: Any) -> None:
    result = EMBEDDING.generate(EmbeddingRequest(texts=tuple(texts), side=side))
    assert len(result.vectors) == len(texts)
    assert all(math.hypot(*vector) == pytest.approx(1) for vector in result.vectors)


def test_query_and_passage_differ() -> None:
    sides = [
        EMBEDDING.generate(EmbeddingRequest(texts=("a tree",), side=side)).vectors for side in ("query", "passage")
    ]
    assert sides[0] != sides[1]
