"""Loudness and true peak after ITU-R BS.1770-4, and the limiter that keeps true peaks below a ceiling."""

from __future__ import annotations

import warnings

import numpy as np

from miaobi.edit.sound_io import Samples

SILENCE_LUFS = -70.0
"""BS.1770's absolute gate: what lies below it counts as silence."""

_BLOCK_SECONDS = 0.4
_OVERSAMPLING = 4
_CHUNK = 1 << 18
_MARGIN = 64
_LOOK_AHEAD_SECONDS = 0.004
_RELEASE_DB_PER_SECOND = 60.0
_SAFETY_DB = 0.1
"""Room for the rounding to 16 bits and for meters with another interpolation filter."""


def integrated_lufs(samples: Samples, rate_hz: int) -> float:
    """Integrated loudness of samples (frames, channels); SILENCE_LUFS for silence. Short clips count as repeated."""
    import pyloudnorm

    needed = int(_BLOCK_SECONDS * rate_hz) + 1
    if len(samples) == 0 or not samples.any():
        return SILENCE_LUFS
    whole = np.tile(samples, (-(-needed // len(samples)), 1)) if len(samples) < needed else samples
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of no block above the gate: silence
        loudness = float(pyloudnorm.Meter(rate_hz).integrated_loudness(whole.astype(np.float64)))
    return max(loudness, SILENCE_LUFS) if np.isfinite(loudness) else SILENCE_LUFS


def true_peak_dbtp(samples: Samples) -> float:
    """The highest true peak of samples (frames, channels) in dBTP; SILENCE_LUFS where there is none."""
    peak = float(_peak_per_frame(samples).max(initial=0.0))
    return 20 * float(np.log10(peak)) if peak > 10 ** (SILENCE_LUFS / 20) else SILENCE_LUFS


def _peak_per_frame(samples: Samples) -> Samples:
    """Largest absolute value of any channel at each frame and up to the next one, four times oversampled."""
    from scipy.signal import resample_poly

    peaks = np.zeros(len(samples), np.float32)
    for start in range(0, len(samples), _CHUNK):
        first, last = max(0, start - _MARGIN), min(len(samples), start + _CHUNK + _MARGIN)
        fine = np.abs(resample_poly(samples[first:last], _OVERSAMPLING, 1, axis=0)).max(axis=1)
        per_frame = fine.reshape(-1, _OVERSAMPLING).max(axis=1)
        end = min(start + _CHUNK, len(samples))
        peaks[start:end] = per_frame[start - first : end - first]
    return peaks


def limit_true_peak(samples: Samples, rate_hz: int, ceiling_dbtp: float) -> Samples:
    """The samples with their true peaks below the ceiling; nothing changes where they already are.

    The gain is down before a peak comes (4 ms look-ahead, half a Hann window) and comes back at 60 dB per second.
    """
    limited = samples
    for _ in range(4):  # a moving gain shifts what lies between the samples a little: look again
        over_db = true_peak_dbtp(limited) - (ceiling_dbtp - _SAFETY_DB)
        if over_db <= 0:
            return limited
        limited = _limit_once(limited, rate_hz, 10 ** ((ceiling_dbtp - _SAFETY_DB - 0.02) / 20))
    over_db = true_peak_dbtp(limited) - (ceiling_dbtp - _SAFETY_DB)
    return limited * np.float32(10 ** (-max(over_db, 0.0) / 20))


def _limit_once(samples: Samples, rate_hz: int, ceiling: float) -> Samples:
    from scipy.ndimage import maximum_filter1d
    from scipy.signal import fftconvolve

    reduction_db = 20 * np.log10(np.maximum(_peak_per_frame(samples) / ceiling, 1.0))
    reach = max(2, round(_LOOK_AHEAD_SECONDS * rate_hz))
    held = maximum_filter1d(reduction_db, 2 * reach + 1)
    slope = _RELEASE_DB_PER_SECOND / rate_hz * np.arange(len(held))
    # y[n] = max(x[n], y[n-1] - slope): a straight release in dB, as a running maximum
    released = np.maximum.accumulate(held + slope) - slope
    window = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(released, reach, mode="edge")
    smooth = fftconvolve(padded, window / window.sum(), mode="valid")
    return np.asarray(samples * (10 ** (-np.maximum(smooth, 0)[:, None] / 20)), dtype=np.float32)
