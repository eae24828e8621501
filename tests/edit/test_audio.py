"""Sound: what is measured and heard after each effect, checked with readers and meters of other people's making."""

from __future__ import annotations

import contextlib
import io
import struct
import wave

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import wavfile
from scipy.signal import resample_poly

from miaobi.base.asset import Asset
from miaobi.edit import audio
from miaobi.edit.loudness import integrated_lufs, true_peak_dbtp
from miaobi.edit.sound_io import read_any
from miaobi.errors import InputError

RATE = 48_000


def tone(seconds: float, hertz: float = 440.0, level: float = 0.2, rate: int = RATE, channels: int = 1) -> Asset:
    t = np.arange(round(seconds * rate)) / rate
    one = (level * np.sin(2 * np.pi * hertz * t)).astype(np.float32)
    return audio.encode_wav(np.repeat(one[:, None], channels, axis=1), rate)


def speech_like(seconds: float, level: float = 0.15, seed: int = 0) -> Asset:
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    bursts = np.clip(np.sin(2 * np.pi * 1.7 * t) + 0.6, 0, 1) ** 2
    voice = sum(np.sin(2 * np.pi * 130 * k * t + rng.uniform(0, 6)) / k for k in range(1, 12))
    sound = level * bursts * voice + 0.002 * rng.normal(size=t.size)
    return audio.encode_wav(sound.astype(np.float32), RATE)


def independent(asset: Asset) -> tuple[int, np.ndarray]:
    rate, samples = wavfile.read(io.BytesIO(asset.read()))
    return rate, samples.astype(np.float64).reshape(len(samples), -1) / 32768


def independent_true_peak_db(asset: Asset) -> float:
    _, samples = independent(asset)
    return 20 * np.log10(np.abs(resample_poly(samples, 8, 1, axis=0, window=("kaiser", 8.0))).max())


def level_db(samples: np.ndarray) -> float:
    return 10 * np.log10(np.mean(samples**2) + 1e-12)


def test_wav_round_trip_keeps_every_sample() -> None:
    pcm = np.random.default_rng(1).integers(-32767, 32768, (5000, 2)).astype(np.int16)
    asset = audio.encode_wav(pcm.astype(np.float32) / 32767, 44_100)
    rate, back = wavfile.read(io.BytesIO(asset.read()))
    assert rate == 44_100
    assert np.array_equal(back, pcm)
    with wave.open(io.BytesIO(asset.read())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getnframes()) == (2, 2, 5000)


@pytest.mark.parametrize("kind", ["int16", "int32", "uint8", "float32", "float64"])
def test_reads_the_common_sample_formats(kind: str) -> None:
    wanted = 0.5 * np.sin(np.arange(2000) / 20)
    scaled = {"int16": wanted * 32767, "int32": wanted * 2147483647, "uint8": wanted * 127 + 128}.get(kind, wanted)
    file = io.BytesIO()
    wavfile.write(file, 22_050, scaled.astype(kind))
    sound = audio.decode_wav(Asset.from_bytes(file.getvalue(), "audio/wav"))
    assert sound.rate_hz == 22_050
    assert np.abs(sound.samples[:, 0] - wanted).max() < (0.016 if kind == "uint8" else 1e-4)


def test_reads_24_bit_extensible_with_foreign_chunks() -> None:
    values = [0, 1 << 22, -(1 << 22), (1 << 23) - 1]
    data = b"".join(struct.pack("<i", v)[:3] for v in values)
    form = struct.pack("<HHIIHHHHIH14s", 0xFFFE, 1, 8000, 24000, 3, 24, 22, 24, 4, 1, b"\0" * 14)
    body = b"WAVE" + b"JUNK" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    sound = audio.decode_wav(Asset.from_bytes(b"RIFF" + struct.pack("<I", len(body)) + body, "audio/wav"))
    assert np.allclose(sound.samples[:, 0], [0, 0.5, -0.5, 1], atol=1e-6)


def lufs(asset: Asset) -> float:
    sound = audio.decode_wav(asset)
    return integrated_lufs(sound.samples, sound.rate_hz)


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for candidate in (data, b"RIFF\0\0\0\0WAVE" + data, b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + data):
        with contextlib.suppress(InputError):
            assert audio.decode_wav(Asset.from_bytes(candidate, "audio/wav")).samples.ndim == 2


def test_a_full_scale_997_hz_sine_measures_minus_3_lufs() -> None:
    """The calibration sentence of BS.1770: 0 dB FS at 997 Hz in one front channel reads -3.01 LKFS."""
    assert lufs(tone(5, 997, 1.0)) == pytest.approx(-3.01, abs=0.1)
    assert true_peak_dbtp(audio.decode_wav(tone(5, 997, 1.0)).samples) == pytest.approx(0.0, abs=0.1)


def test_true_peak_sees_what_lies_between_the_samples() -> None:
    t = np.arange(RATE)
    between = (0.9 * np.sin(np.pi / 2 * t + np.pi / 4)).astype(np.float32)  # samples never meet the crest
    asset = audio.encode_wav(between, RATE)
    assert 20 * np.log10(np.abs(independent(asset)[1]).max()) < -3.8
    assert true_peak_dbtp(audio.decode_wav(asset).samples) == pytest.approx(-0.92, abs=0.3)


@pytest.mark.parametrize("level", [0.01, 0.15, 0.3])
def test_normalised_speech_meets_loudness_and_peak(level: float) -> None:
    done = audio.normalise_loudness(speech_like(6, level))
    assert lufs(done) == pytest.approx(-16, abs=0.5)
    assert independent_true_peak_db(done) <= -1.0


def test_the_limiter_works_and_does_not_clip() -> None:
    """Clicks far above quiet speech: plain gain would push them 9 dB over full scale."""
    rate, samples = independent(speech_like(6, 0.03))
    samples[::RATE] = 0.8
    clicky = audio.encode_wav(samples.astype(np.float32), rate)
    done = audio.normalise_loudness(clicky)
    assert independent_true_peak_db(done) <= -1.0
    assert lufs(done) == pytest.approx(-16, abs=0.5)


def test_normalising_twice_changes_next_to_nothing() -> None:
    once = audio.normalise_loudness(speech_like(4))
    again = audio.normalise_loudness(once)
    assert np.abs(independent(once)[1] - independent(again)[1]).max() < 0.02


def test_short_clips_and_silence() -> None:
    short = audio.normalise_loudness(tone(0.15, level=0.05))
    assert lufs(short) == pytest.approx(-16, abs=0.5)
    silence = audio.encode_wav(np.zeros((RATE, 2), np.float32), RATE)
    assert audio.normalise_loudness(silence) == silence
    assert lufs(silence) == audio.SILENCE_LUFS


def test_place_clips_puts_sound_where_it_was_asked() -> None:
    track = audio.place_clips(((tone(0.5, rate=24_000), 1.0), (tone(0.5), 2.0)), 3.0)
    _, samples = independent(track)
    assert samples.shape == (3 * RATE, 1)
    loud = [
        level_db(samples[round(a * RATE) : round(b * RATE)]) > -40
        for a, b in ((0, 0.98), (1.02, 1.48), (1.53, 1.98), (2.02, 2.48), (2.53, 3))
    ]
    assert loud == [False, True, False, True, False]
    with pytest.raises(InputError, match=r"3\.50 s"):
        audio.place_clips(((tone(0.5), 3.5),), 3.0)


def test_a_clip_over_the_end_is_cut_without_a_click() -> None:
    _, samples = independent(audio.place_clips(((tone(2.0), 2.0),), 3.0))
    assert len(samples) == 3 * RATE
    assert abs(samples[-1, 0]) < 0.001


def test_fade_rises_and_falls() -> None:
    _, samples = independent(audio.fade(tone(2.0, channels=2), 0.5, 0.5))
    steps = [level_db(samples[round(a * RATE) : round((a + 0.1) * RATE)]) for a in (0, 0.2, 0.4, 1.0, 1.5, 1.7, 1.9)]
    assert steps[0] < steps[1] < steps[2] < steps[3]
    assert steps[3] > steps[4] > steps[5] > steps[6]
    assert steps[0] < steps[3] - 20
    assert len(samples) == 2 * RATE


def test_music_goes_under_the_voice_and_comes_back() -> None:
    voice = audio.place_clips(((tone(3.0, 200, 0.25), 3.0),), 12.0)
    music = tone(12.0, 500, 0.3, channels=2)
    _, ducked = independent(audio.duck(music, voice))
    assert ducked.shape == (12 * RATE, 2)
    voice_db = lufs(audio.mix(((voice, 0.0),)))  # as heard in the mix: both channels
    during = integrated_lufs(ducked[round(3.2 * RATE) : 6 * RATE].astype(np.float32), RATE)
    after = integrated_lufs(ducked[8 * RATE :].astype(np.float32), RATE)
    assert 12 <= voice_db - during <= 15
    assert 5 <= voice_db - after <= 9
    # it is down when the voice begins, and no step is a click
    assert level_db(ducked[3 * RATE : round(3.1 * RATE)]) < level_db(ducked[RATE : 2 * RATE]) - 5
    assert np.abs(np.diff(ducked[:, 0])).max() < 0.05


def test_mix_adds_tracks_and_stays_below_full_scale() -> None:
    mixed = audio.mix(((tone(1.0, level=0.9), 0.0), (tone(2.0, level=0.9, rate=24_000), 0.0)))
    rate, samples = independent(mixed)
    assert (rate, samples.shape) == (RATE, (2 * RATE, 2))
    assert 0.9 < np.abs(samples).max() < 0.97
    quieter = audio.mix(((tone(1.0), -20.0),))
    assert level_db(independent(quieter)[1]) == pytest.approx(level_db(independent(tone(1.0))[1]) - 20, abs=0.2)
    with pytest.raises(InputError):
        audio.mix(())


def test_keep_end_keeps_the_end() -> None:
    track = audio.place_clips(((tone(0.5), 2.5),), 3.0)
    _, kept = independent(audio.keep_end(track, 1.0))
    assert kept.shape == (RATE, 1)
    assert level_db(kept[RATE // 2 + 500 :]) > -30 > level_db(kept[: RATE // 2 - 500])
    _, longer = independent(audio.keep_end(tone(1.0), 2.0))
    assert len(longer) == 2 * RATE
    assert not longer[:RATE].any()
    assert level_db(longer[RATE:]) > -30


@pytest.mark.parametrize(("format", "codec"), [("mp3", "mp3"), ("m4a", "aac"), ("ogg", "opus")])
def test_delivery_formats_read_back_and_repeat(format: str, codec: str) -> None:
    source = speech_like(3)
    coded = audio.encode_audio(source, format)  # type: ignore[arg-type]
    assert coded == audio.encode_audio(source, format)  # type: ignore[arg-type]
    with av.open(io.BytesIO(coded.read())) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name.startswith(codec)
        assert stream.codec_context.sample_rate == RATE
        assert stream.codec_context.channels == 2
    sound = read_any(coded.read())
    assert sound.duration_seconds == pytest.approx(3.0, abs=0.1)
    before = lufs(audio.mix(((source, 0.0),)))
    assert integrated_lufs(sound.samples, sound.rate_hz) == pytest.approx(before, abs=0.5)


def test_read_any_refuses_what_is_no_sound() -> None:
    with pytest.raises(InputError):
        read_any(b"not a file")
