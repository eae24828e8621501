"""The rhythm before the content: there, pleasant, found again, and not heard where it is not."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from miaobi.base.asset import Asset
from miaobi.errors import InputError
from miaobi.label.audio import DOT_SECONDS, RHYTHM_SECONDS, find_rhythm, label_audio


def wav(samples: np.ndarray, rate: int = 24000, channels: int = 1, width: int = 2) -> Asset:
    peak = 2 ** (8 * width - 1) - 1
    values = np.round(np.clip(samples, -1, 1) * peak).astype(np.int64) + (128 if width == 1 else 0)
    raw = values.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(np.repeat(raw[:, None, :], channels, axis=1).tobytes())
    return Asset.from_bytes(out.getvalue(), "audio/wav")


def read(asset: Asset) -> tuple[wave._wave_params, bytes]:
    with wave.open(io.BytesIO(asset.read())) as file:
        return file.getparams(), file.readframes(file.getnframes())


def speech_like(seconds: float, rate: int, seed: int = 0) -> np.ndarray:
    """Noise in syllables of random length and loudness."""
    rng = np.random.default_rng(seed)
    pieces = []
    while sum(map(len, pieces)) < seconds * rate:
        on, off = rng.uniform(0.06, 0.35), rng.uniform(0.02, 0.3)
        pieces += [rng.uniform(0.05, 0.5) * rng.normal(0, 0.4, int(on * rate)), np.zeros(int(off * rate))]
    return np.concatenate(pieces)[: int(seconds * rate)]


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_the_rhythm_stands_before_the_untouched_content(rate: int, channels: int, width: int) -> None:
    content = wav(speech_like(1.0, rate), rate, channels, width)
    labelled = label_audio(content)
    before, frames = read(content)
    after, more = read(labelled)
    assert (after.nchannels, after.sampwidth, after.framerate) == (channels, width, rate)
    assert more.endswith(frames)
    added_seconds = (after.nframes - before.nframes) / rate
    assert added_seconds == pytest.approx(RHYTHM_SECONDS, abs=0.002)
    assert find_rhythm(labelled)
    assert not find_rhythm(content)


def test_it_is_short_long_short_short() -> None:
    parameters, frames = read(label_audio(wav(np.zeros(100))))
    samples = np.abs(np.frombuffer(frames, "<i2").astype(float)) / 32768
    frame = parameters.framerate // 100
    loud = samples[: len(samples) // frame * frame].reshape(-1, frame).max(axis=1) > 0.02
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(int)))
    sounds = (edges[1::2] - edges[::2]) / 100
    assert sounds == pytest.approx([DOT_SECONDS, 3 * DOT_SECONDS, DOT_SECONDS, DOT_SECONDS], abs=0.021)
    assert samples.max() < 0.2  # soft
    assert np.abs(np.diff(samples)).max() < 0.1  # no click


@pytest.mark.parametrize("gain", [0.02, 0.3, 3.0])
def test_it_is_found_at_any_loudness_and_with_noise(gain: float) -> None:
    _, frames = read(label_audio(wav(speech_like(2.0, 24000))))
    samples = np.frombuffer(frames, "<i2").astype(float) / 32768
    quiet_noise = np.random.default_rng(1).normal(0, 0.0005 * gain, len(samples))
    assert find_rhythm(wav(samples * gain + quiet_noise))


def test_it_is_not_heard_in_speech_music_or_silence() -> None:
    for seed in range(60):
        assert not find_rhythm(wav(speech_like(4.0, 8000, seed), 8000)), seed
    assert not find_rhythm(wav(np.zeros(24000)))
    assert not find_rhythm(wav(0.3 * np.sin(np.arange(48000) * 0.1)))
    assert not find_rhythm(wav(np.zeros(0)))


def test_another_rhythm_is_not_the_label() -> None:
    def beat(*dots: int) -> np.ndarray:
        sound = 0.2 * np.sin(2 * np.pi * 600 * np.arange(round(dots[0] * DOT_SECONDS * 24000)) / 24000)
        pieces = [sound]
        for index, length in enumerate(dots[1:], start=1):
            time = np.arange(round(length * DOT_SECONDS * 24000)) / 24000
            pieces.append((0.2 if index % 2 == 0 else 0.0) * np.sin(2 * np.pi * 600 * time))
        return np.concatenate([*pieces, np.zeros(12000)])

    assert find_rhythm(wav(beat(1, 1, 3, 3, 1, 1, 1)))
    short_first = ((1, 1, 1, 3, 1, 1, 1), (1, 1, 3, 3, 1, 1, 3), (1, 1, 3, 3, 1))
    for other in (*short_first, (3, 1, 1, 3, 1, 1, 1), (2, 1, 3, 3, 1, 1, 1)):
        assert not find_rhythm(wav(beat(*other))), other


def test_a_file_has_exactly_one_label() -> None:
    once = label_audio(wav(speech_like(1.0, 24000)))
    assert label_audio(once) == once
    assert label_audio(wav(speech_like(1.0, 24000))) == once


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x03\x00" + b"\x01" * 30])
def test_what_is_no_pcm_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not integer PCM"):
        label_audio(Asset.from_bytes(data, "audio/wav"))


def test_what_cannot_be_read_is_said_with_its_reason() -> None:
    with pytest.raises(InputError, match="WAV file: it is cut off"):
        label_audio(Asset.from_bytes(b"", "audio/wav"))
