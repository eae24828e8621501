"""The sound around the speech: no silence at the ends, no clicks, one level, a readable file."""

from __future__ import annotations

import io

import numpy as np
import pytest

from miaobi.create.speech_audio import Signal, join_with_pauses, set_level, trim_silence, wav_bytes

_RATE = 24000


def _tone(seconds: float, amplitude: float) -> Signal:
    time = np.arange(round(seconds * _RATE)) / _RATE
    return (amplitude * np.sin(2 * np.pi * 220 * time)).astype(np.float32)


def _silence(seconds: float) -> Signal:
    return np.zeros(round(seconds * _RATE), np.float32)


def test_silence_at_both_ends_goes_and_speech_stays() -> None:
    noise = np.random.default_rng(1).normal(0, 2e-4, 3 * _RATE).astype(np.float32)
    padded = noise + np.concatenate([_silence(1), _tone(1, 0.3), _silence(1)])
    trimmed = trim_silence(padded, _RATE)
    assert 1.0 <= trimmed.size / _RATE <= 1.1


def test_ends_are_faded_to_nothing() -> None:
    trimmed = trim_silence(np.full(_RATE, 0.5, np.float32), _RATE)
    assert abs(trimmed[0]) == 0
    assert abs(trimmed[-1]) == 0
    assert np.abs(np.diff(trimmed)).max() < 0.01
    assert trimmed[_RATE // 2] == pytest.approx(0.5)


@pytest.mark.parametrize("signal", [_silence(1), _silence(0), _silence(0.001)])
def test_nothing_but_silence_is_nothing(signal: Signal) -> None:
    assert trim_silence(signal, _RATE).size == 0
    assert set_level(signal, _RATE).size == signal.size


def test_pauses_lie_between_pieces_only() -> None:
    joined = join_with_pauses([(_tone(1, 0.3), 0.5), (_silence(0), 9.0), (_tone(1, 0.3), 7.0)], _RATE)
    assert joined.size == 2.5 * _RATE
    assert not joined[_RATE : round(1.5 * _RATE)].any()
    assert join_with_pauses([], _RATE).size == 0


@pytest.mark.parametrize("amplitude", [0.02, 0.3, 1.4])
def test_quiet_and_loud_speech_come_out_alike(amplitude: float) -> None:
    level = set_level(np.concatenate([_tone(1, amplitude), _silence(1)]), _RATE)
    assert np.sqrt(np.mean(level[:_RATE] ** 2)) == pytest.approx(0.1, rel=0.02)


def test_peaks_stay_below_full_scale() -> None:
    spiky = _tone(1, 0.01)
    spiky[1000] = 1.0
    assert np.abs(set_level(spiky, _RATE)).max() == pytest.approx(0.891, rel=1e-3)


def test_the_file_reads_back() -> None:
    wavfile = pytest.importorskip("scipy.io.wavfile")
    rate, samples = wavfile.read(io.BytesIO(wav_bytes(_tone(0.5, 2.0), _RATE)))
    assert (rate, samples.dtype, samples.shape) == (_RATE, np.int16, (_RATE // 2,))
    assert samples.max() == 32767
