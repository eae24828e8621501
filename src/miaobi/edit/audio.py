"""Sound effects and the mix: small pure functions, audio/wav in, audio/wav out.

Assets come in at any rate, mono or stereo; each function says what leaves it. Levels are in decibels, loudness in
LUFS after ITU-R BS.1770-4, peaks in dBTP (true peak, four times oversampled, BS.1770-4 annex 2).
"""

from __future__ import annotations

import numpy as np

from miaobi.base.asset import Asset
from miaobi.edit.loudness import SILENCE_LUFS, integrated_lufs, limit_true_peak
from miaobi.edit.sound_io import (
    MIX_RATE_HZ,
    Samples,
    Sound,
    decode_wav,
    encode_audio,
    encode_wav,
    for_mix,
    resample_samples,
    to_channels,
)
from miaobi.errors import InputError

__all__ = [
    "MIX_RATE_HZ",
    "SILENCE_LUFS",
    "Sound",
    "decode_wav",
    "duck",
    "encode_audio",
    "encode_wav",
    "fade",
    "keep_end",
    "mix",
    "normalise_loudness",
    "place_clips",
]


def normalise_loudness(asset: Asset, target_lufs: float = -16.0, peak_dbtp: float = -1.0) -> Asset:
    """The sound at that loudness, its true peaks held below `peak_dbtp` by a look-ahead limiter. Silence stays.

    Where limiting took loudness away, the gain before the limiter is raised again, up to 6 dB more than the plain
    gain: beyond that a limiter is heard, and the sound stays a little quieter than asked.
    """
    sound = decode_wav(asset)
    loudness = integrated_lufs(sound.samples, sound.rate_hz)
    if loudness <= SILENCE_LUFS:
        return asset
    plain_db = gain_db = target_lufs - loudness
    shaped = sound.samples
    for _ in range(5):
        shaped = limit_true_peak(sound.samples * _factor(gain_db), sound.rate_hz, peak_dbtp)
        missing_db = target_lufs - integrated_lufs(shaped, sound.rate_hz)
        if abs(missing_db) < 0.1 or gain_db >= plain_db + 6:
            break
        gain_db = min(gain_db + missing_db, plain_db + 6)
    return encode_wav(shaped, sound.rate_hz)


def place_clips(clips: tuple[tuple[Asset, float], ...], duration_seconds: float, rate_hz: int = MIX_RATE_HZ) -> Asset:
    """One track of that length with every clip at its start (seconds); clips that overlap are added up.

    Mono when all clips are, else stereo. A clip that runs over the end is cut there with a 10 ms fade.
    Raises InputError for a clip that starts outside the track.
    """
    sounds = [(decode_wav(asset), start) for asset, start in clips]
    channels = 2 if any(sound.samples.shape[1] > 1 for sound, _ in sounds) else 1
    track = np.zeros((max(1, round(duration_seconds * rate_hz)), channels), np.float32)
    for sound, start in sounds:
        first = round(start * rate_hz)
        if first < 0 or first > len(track):
            raise InputError(
                f"A clip is to start at {start:.2f} s, but the track lasts {duration_seconds:.2f} s.",
                hint="Start every clip inside the track.",
            )
        samples = to_channels(resample_samples(sound.samples, sound.rate_hz, rate_hz), channels)
        room = len(track) - first
        if len(samples) > room:
            samples = _faded(samples[:room], 0, min(room, rate_hz // 100))
        track[first : first + len(samples)] += samples
    return encode_wav(track, rate_hz)


def fade(asset: Asset, in_seconds: float = 0.0, out_seconds: float = 0.0) -> Asset:
    """The sound coming in and going out along a raised cosine; a fade longer than the sound is shortened to it."""
    sound = decode_wav(asset)
    faded = _faded(sound.samples, round(in_seconds * sound.rate_hz), round(out_seconds * sound.rate_hz))
    return encode_wav(faded, sound.rate_hz)


def keep_end(asset: Asset, seconds: float) -> Asset:
    """The last `seconds` of a sound; a shorter one gets silence before it."""
    sound = decode_wav(asset)
    frames = max(1, round(seconds * sound.rate_hz))
    kept = sound.samples[-frames:]
    if len(kept) < frames:
        kept = np.concatenate([np.zeros((frames - len(kept), kept.shape[1]), np.float32), kept])
    return encode_wav(kept, sound.rate_hz)


def duck(
    music: Asset,
    voice: Asset,
    *,
    under_voice_db: float = 14.0,
    between_db: float = 7.0,
    attack_seconds: float = 0.25,
    release_seconds: float = 0.9,
    hold_seconds: float = 0.6,
) -> Asset:
    """The music made room for the voice: stereo, 48 kHz, as long as the music.

    While somebody speaks the music lies `under_voice_db` below the voice's loudness, in longer pauses and after the
    voice `between_db` below it. It goes down before a sentence begins (the attack ends where the voice starts) and
    comes back slowly; pauses shorter than `hold_seconds` leave it down.
    """
    bed, speech = for_mix(music), for_mix(voice)
    bed_lufs, voice_lufs = integrated_lufs(bed, MIX_RATE_HZ), integrated_lufs(speech, MIX_RATE_HZ)
    if bed_lufs <= SILENCE_LUFS or voice_lufs <= SILENCE_LUFS:
        return encode_wav(bed, MIX_RATE_HZ)
    frame = MIX_RATE_HZ // 100
    count = -(-len(bed) // frame)
    spoken = _spoken_frames(speech, frame, count, round(hold_seconds * 100))
    depth = _smooth_depth(spoken, attack_seconds * 100, release_seconds * 100)
    gain_db = (voice_lufs - between_db - bed_lufs) - depth * (under_voice_db - between_db)
    at = np.arange(len(bed), dtype=np.float32) / frame - 0.5
    curve = np.interp(at, np.arange(count), gain_db).astype(np.float32)
    return encode_wav(bed * (10 ** (curve[:, None] / 20)).astype(np.float32), MIX_RATE_HZ)


def mix(tracks: tuple[tuple[Asset, float], ...], duration_seconds: float | None = None) -> Asset:
    """Tracks added up, each with its gain in dB: stereo, 48 kHz, as long as the longest (or as asked).

    The sum may pass full scale; it is then turned down as a whole to -0.3 dBFS. Follow it with `normalise_loudness`.
    """
    if not tracks:
        raise InputError("There is nothing to mix.", hint="Give at least one track.")
    parts = [for_mix(asset) * _factor(gain_db) for asset, gain_db in tracks]
    frames = max(map(len, parts)) if duration_seconds is None else max(1, round(duration_seconds * MIX_RATE_HZ))
    total = np.zeros((frames, 2), np.float32)
    for part in parts:
        total[: len(part)] += part[:frames]
    peak = float(np.abs(total).max(initial=0.0))
    if peak > 0.966:
        total *= np.float32(0.966 / peak)
    return encode_wav(total, MIX_RATE_HZ)


# ---------------------------------------------------------------- pieces of the effects


def _factor(gain_db: float) -> np.float32:
    return np.float32(10 ** (gain_db / 20))


def _faded(samples: Samples, in_frames: int, out_frames: int) -> Samples:
    faded = samples.copy()
    rise, fall = min(in_frames, len(faded)), min(out_frames, len(faded))
    if rise:
        faded[:rise] *= _raised_cosine(rise)[:, None]
    if fall:
        faded[-fall:] *= _raised_cosine(fall)[::-1, None]
    return faded


def _raised_cosine(frames: int) -> Samples:
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / frames)).astype(np.float32)


def _frame_power(samples: Samples, frame: int, count: int) -> Samples:
    """Mean square of each of `count` frames; what lies beyond the sound is silent."""
    mono = np.zeros(count * frame, np.float32)
    used = min(len(samples), len(mono))
    mono[:used] = samples[:used].mean(axis=1)
    return np.asarray((mono.reshape(count, frame) ** 2).mean(axis=1), dtype=np.float32)


def _spoken_frames(speech: Samples, frame: int, count: int, hold: int) -> Samples:
    """1 where somebody speaks (30 dB below the voice's loud moments counts), short pauses filled; else 0."""
    from scipy.ndimage import binary_closing

    power = _frame_power(speech, frame, count)
    spoken = power > np.percentile(power[power > 0], 95) * 1e-3 if (power > 0).any() else power > 0
    padded = np.pad(spoken, hold)
    closed = binary_closing(padded, structure=np.ones(max(1, hold), bool))
    return np.asarray(closed[hold : hold + count] | spoken, dtype=np.float32)


def _smooth_depth(spoken: Samples, attack: float, release: float) -> Samples:
    """The 0/1 track with slopes: up over `attack` frames before speech, down over `release` frames after it."""
    index = np.arange(len(spoken), dtype=np.float32)
    far = np.float32(1e9)
    is_on = spoken > 0
    since = index - np.maximum.accumulate(np.where(is_on, index, -far))
    until = np.minimum.accumulate(np.where(is_on, index, far)[::-1])[::-1] - index
    near = np.maximum(1 - since / max(release, 1), 1 - until / max(attack, 1))
    slope = np.clip(near, 0, 1)
    return np.asarray(slope * slope * (3 - 2 * slope), dtype=np.float32)
