"""Sound is measured against signals whose loudness and peaks are known."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import resample_poly

from miaobi.base.asset import Asset
from miaobi.edit.timeline import Shot, Timeline
from miaobi.edit.video import render_video
from miaobi.errors import InputError
from miaobi.evaluate.sound import read_soundtrack, read_wav, score_duration, score_sound, true_peak

RATE = 48_000


def _wav(samples: NDArray[np.float64], rate: int = RATE, width: int = 2) -> Asset:
    frames = samples if samples.ndim == 2 else samples[:, None]
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(frames.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(np.clip(np.round(frames * 32768), -32768, 32767).astype("<i2").tobytes())
    return Asset.from_bytes(data.getvalue(), "audio/wav")


def _tone(level_dbfs: float, seconds: float = 3.0, hertz: float = 997.0, phase: float = 0.0) -> NDArray[np.float64]:
    time = np.arange(round(seconds * RATE)) / RATE
    return 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * time + phase)


def _by_name(audio: Asset, aim: float = -16.0) -> dict[str, float | None]:
    return {score.name: score.value for score in score_sound(audio, aim)}


def test_the_reference_tone_of_the_standard() -> None:
    """BS.1770-4: a 997 Hz tone at 0 dBFS in one channel is -3.01 LUFS, so at -20 dBFS it is -23.01."""
    found = _by_name(_wav(_tone(-20.0)), aim=-23.01)
    assert found["loudness"] == pytest.approx(0, abs=0.05)
    assert found["true peak"] == pytest.approx(-20, abs=0.05)
    assert found["clipping"] == 0
    assert found["silence"] == 0


def test_loudness_says_how_far_off_it_is() -> None:
    score = score_sound(_wav(_tone(-20.0)))[0]
    assert score.value == pytest.approx(7.01, abs=0.06)
    assert score.evidence == "-23.1 LUFS, aimed at -16 LUFS"


def test_true_peak_sees_between_the_samples() -> None:
    """A quarter of the sample rate, 45 degrees off: every sample is 3 dB below the wave's crest."""
    wave_between = _tone(0.0, hertz=RATE / 4, phase=np.pi / 4)[:, None] * 0.5
    assert np.abs(wave_between).max() == pytest.approx(0.354, abs=0.001)
    assert true_peak(wave_between[RATE // 2 : RATE], RATE) == pytest.approx(0.5, rel=0.1)


def test_true_peak_of_a_long_sound_is_that_of_the_whole() -> None:
    """Measured in pieces; where a piece is cut the filter rings, which is no peak of the sound."""
    loud = 0.3 * np.sin(2 * np.pi * 60 * np.arange(35 * RATE) / RATE)[:, None]  # high where it is cut
    noise = 0.2 * np.random.default_rng(7).standard_normal((35 * RATE, 2))
    for samples in (loud, np.sign(loud) * 0.4, noise):
        whole = np.abs(resample_poly(samples, 4, 1, axis=0)).max()
        assert 20 * np.log10(true_peak(samples, RATE) / whole) == pytest.approx(0, abs=0.01)


def test_clipping_counts_places() -> None:
    clean = _tone(-6.0, seconds=1.0)
    assert _by_name(_wav(clean))["clipping"] == 0
    clean[1000:1010] = 1.0
    clean[2000:2002] = 1.0
    assert _by_name(_wav(clean))["clipping"] == 1, "two samples at the limit are no plateau"


def test_silence_is_found_and_placed() -> None:
    gap = np.concatenate([_tone(-10, 1.0), np.zeros(2 * RATE), _tone(-10, 1.0)])
    score = score_sound(_wav(gap))[3]
    assert score.value == pytest.approx(2.0, abs=0.05)
    assert "at 1.0" in score.evidence


def test_silent_and_short_sound_is_not_judged() -> None:
    assert _by_name(_wav(np.zeros(RATE)))["loudness"] is None
    assert _by_name(_wav(_tone(-10, 0.1)))["loudness"] is None
    assert _by_name(_wav(np.zeros(0)))["silence"] is None


def test_stereo_keeps_its_channels() -> None:
    samples, rate = read_wav(_wav(np.stack([_tone(-6), _tone(-12)], axis=1), 24_000))
    assert rate == 24_000
    assert samples.shape == (3 * RATE, 2)
    assert np.abs(samples).max(axis=0) == pytest.approx([0.501, 0.251], abs=0.001)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound at all"])
def test_what_is_no_wav_is_named_with_the_reason(data: bytes) -> None:
    with pytest.raises(InputError, match=r"WAV file: \w"):
        read_wav(Asset.from_bytes(data, "audio/wav"))


def test_other_sample_widths_are_refused() -> None:
    with pytest.raises(InputError, match="16-bit"):
        read_wav(_wav(np.zeros((8, 1)), width=1))


def test_duration_is_off_by_a_share() -> None:
    assert score_duration(33.0, 30.0).value == pytest.approx(0.1)
    assert score_duration(27.0, 30.0).value == pytest.approx(0.1)


def test_a_film_is_measured_as_it_is_heard() -> None:
    """After lossy coding, which the mix has not gone through."""
    mix = _wav(_tone(-20.0))
    timeline = Timeline(width=64, height=64, fps=24, shots=(Shot(duration_seconds=3.0),), audio=mix)
    film = render_video(timeline)
    samples, rate = read_soundtrack(film)
    assert (rate, samples.shape[1]) == (RATE, 2)
    assert len(samples) == pytest.approx(3 * RATE, abs=2048)
    assert _by_name(film, aim=-20.0)["loudness"] == pytest.approx(0, abs=0.2)
    peak = _by_name(film)["true peak"]
    assert peak is not None
    assert -20.1 < peak < -18, "coding adds to the peak where the tone sets in"
    with pytest.raises(InputError, match="no sound"):
        read_soundtrack(render_video(timeline.model_copy(update={"audio": None})))
    with pytest.raises(InputError, match="cannot be read: "):
        read_soundtrack(Asset.from_bytes(b"no film", "video/mp4"))
