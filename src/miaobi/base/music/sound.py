"""A piece as a MIDI file and as sound: the SoundFont's instruments, placed in a small room and mixed.

Each part is rendered alone, brought to its level, panned and added; the room is a short decaying noise, different left
and right. Sample rate 44.1 kHz, arrays of shape (2, samples), float32.
"""

from __future__ import annotations

import hashlib
import io
import wave
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.base.music.note import Part, Piece
from miaobi.base.piece import Credit
from miaobi.errors import EngineUnavailableError, GenerationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

SAMPLE_RATE_HZ = 44100
_TICKS_PER_BEAT = 480
_TARGET_RMS_DB, _PEAK_DB = -21.0, -4.0
_ROOM_SECONDS, _ROOM_DB = 1.4, -13.0
_FADE_SECONDS_AT_MOST = 3.5
INSTALL = "pip install 'symusic==0.5.8' pretty_midi"
CREDITS = (
    Credit(
        title="TimGM6mb.sf2",
        author="Tim Brechbill",
        licence="GPL-2.0",
        url="https://packages.debian.org/timgm6mb-soundfont",
        use="instrument sounds",
    ),
    Credit(
        title="symusic",
        author="Yikai Liao",
        licence="MIT",
        url="https://github.com/Yikai-Liao/symusic",
        use="synthesis",
    ),
)
"""Of what a recording is made with."""


def soundfont_path() -> Path:
    """TimGM6mb.sf2 in the package pretty_midi. EngineUnavailableError when it is not there."""
    spec = find_spec("pretty_midi")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "TimGM6mb.sf2"
        if path.is_file():
            return path
    raise EngineUnavailableError("The SoundFont TimGM6mb.sf2 is missing.", hint=f"Run: {INSTALL}")


def missing_for_sound() -> str | None:
    """What has to be installed before music can be heard, None when all is here."""
    if find_spec("symusic") is None:
        return f"the package symusic is not installed. Run: {INSTALL}"
    try:
        soundfont_path()
    except EngineUnavailableError as error:
        return str(error)
    return None


@cache
def soundfont_digest() -> str:
    """Twelve hexadecimal digits that change with the SoundFont."""
    return hashlib.sha256(soundfont_path().read_bytes()).hexdigest()[:12]


def write_midi(piece: Piece) -> bytes:
    """A standard MIDI file with one track a part, names, instruments, levels, key, time and tempo."""
    return bytes(_score(piece, piece.parts).dumps_midi())


def _score(piece: Piece, parts: tuple[Part, ...]) -> Any:
    """The symusic score of some parts of the piece."""
    from symusic import ControlChange, KeySignature, Note, Score, Tempo, TimeSignature, Track

    score = Score(_TICKS_PER_BEAT)
    score.tempos.append(Tempo(0, piece.tempo_bpm))
    score.time_signatures.append(TimeSignature(0, *piece.meter))
    score.key_signatures.append(KeySignature(0, piece.sharps, int(piece.is_minor)))
    for part in parts:
        track = Track(part.instrument.name, part.instrument.program, part.is_drums)
        track.controls.append(
            ControlChange(0, 7, max(20, min(127, round(127 + 2.4 * (part.instrument.level_db + 20)))))
        )
        track.controls.append(ControlChange(0, 10, round(64 + 63 * part.instrument.pan)))
        for note in part.notes:
            start, length = round(note.start_beats * _TICKS_PER_BEAT), round(note.length_beats * _TICKS_PER_BEAT)
            track.notes.append(Note(start, max(1, length), note.pitch, note.velocity))
        score.tracks.append(track)
    return score


def record(piece: Piece, duration_seconds: float) -> bytes:
    """Stereo 16-bit WAV of exactly the duration, ending in a fade; the peak stays below -3 dBFS."""
    import numpy as np

    frames = max(1, round(duration_seconds * SAMPLE_RATE_HZ))
    mix = np.zeros((2, frames), np.float32)
    for part in piece.parts:
        track = _render(piece, part, frames)
        mix += _panned(_levelled(track, part.instrument.level_db), part.instrument.pan)
    mix = _in_room(mix)
    _fade_out(mix, min(_FADE_SECONDS_AT_MOST, 0.7 * piece.closing_beats * 60 / piece.tempo_bpm))
    return _wav(_mastered(mix))


def load_synthesizer() -> Any:
    """A symusic synthesizer with the SoundFont (6 ms). EngineUnavailableError when either cannot be loaded."""
    try:
        from symusic import Synthesizer

        return Synthesizer(str(soundfont_path()), SAMPLE_RATE_HZ, 1)
    except (ImportError, RuntimeError) as error:
        raise EngineUnavailableError(f"symusic could not be started ({error}).", hint=f"Run: {INSTALL}") from error


def _render(piece: Piece, part: Part, frames: int) -> Sound:
    """One part alone, both channels added up (samples of some instruments lie on one side only).

    Each part gets a synthesizer of its own: after other pieces, one that is used again plays some instruments
    differently (symusic 0.5.8; slow strings differed by 2 % of full scale).
    """
    import numpy as np

    try:
        stereo = np.asarray(load_synthesizer().render(_score(piece, (part,)), True))
    except (RuntimeError, ValueError) as error:
        raise GenerationError(f"symusic could not render the part {part.role} ({error}).") from error
    mono = np.zeros(frames, np.float32)
    length = min(frames, stereo.shape[1])
    mono[:length] = stereo.sum(axis=0)[:length]
    return mono


def _levelled(track: Sound, level_db: float) -> Sound:
    """Scaled so that the RMS of what is not silence is level_db below full scale."""
    import numpy as np

    loud = np.abs(track) > 1e-3 * max(float(np.abs(track).max()), 1e-9)
    rms = float(np.sqrt(np.mean(np.square(track[loud], dtype=np.float64)))) if loud.any() else 0.0
    return (track * (10 ** (level_db / 20) / rms)).astype(np.float32) if rms > 0 else track


def _panned(track: Sound, pan: float) -> Sound:
    """Equal-power panning to shape (2, samples)."""
    import numpy as np

    angle = (pan + 1) * np.pi / 4
    return np.outer(np.array((np.cos(angle), np.sin(angle)), np.float32), track).astype(np.float32)


def _in_room(mix: Sound) -> Sound:
    """With the echo of a small hall, 13 dB below the direct sound of a steady tone."""
    import numpy as np

    echo = _room_response()
    size = 1 << 18
    step = size - echo.shape[1] + 1
    spectrum = np.fft.rfft(echo, size)
    out = np.zeros((2, mix.shape[1] + size), np.float32)
    for start in range(0, mix.shape[1], step):  # overlap-add
        block = np.fft.rfft(mix[:, start : start + step], size)
        out[:, start : start + size] += np.fft.irfft(block * spectrum, size)
    return out[:, : mix.shape[1]] + mix


def _room_response() -> Sound:
    """Noise that decays by 60 dB, different left and right, without treble and rumble; starts 12 ms late."""
    import numpy as np

    count = round(_ROOM_SECONDS * SAMPLE_RATE_HZ)
    noise = np.random.default_rng(20).standard_normal((2, count))
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    colour = 1 / np.sqrt(1 + (frequency / 2200) ** 2) * frequency / np.sqrt(frequency**2 + 180.0**2)
    noise = np.fft.irfft(np.fft.rfft(noise) * colour, count)
    noise *= np.exp(-np.log(1000) * np.arange(count) / count)
    noise[:, : round(0.012 * SAMPLE_RATE_HZ)] = 0
    gain = 10 ** (_ROOM_DB / 20) / np.sqrt((noise**2).sum(axis=1, keepdims=True))
    response: Sound = (noise * gain).astype(np.float32)
    return response


def _fade_out(mix: Sound, seconds: float) -> None:
    """A cosine fade to nothing, in place; the first 10 ms fade in."""
    import numpy as np

    count = min(mix.shape[1], max(1, round(seconds * SAMPLE_RATE_HZ)))
    mix[:, -count:] *= (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, count))).astype(np.float32)
    attack = min(mix.shape[1], SAMPLE_RATE_HZ // 100)
    mix[:, :attack] *= np.linspace(0, 1, attack, dtype=np.float32)


def _mastered(mix: Sound) -> Sound:
    """At the level of a bed, or lower where the peaks ask for it."""
    import numpy as np

    rms = float(np.sqrt(np.mean(np.square(mix, dtype=np.float64))))
    peak = float(np.abs(mix).max())
    if peak == 0:
        raise GenerationError("The piece came out silent.", hint="Ask for a duration above 0.1 seconds.")
    return (mix * min(10 ** (_TARGET_RMS_DB / 20) / rms, 10 ** (_PEAK_DB / 20) / peak)).astype(np.float32)


def _wav(mix: Sound) -> bytes:
    import numpy as np

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.round(mix.T * 32767).astype("<i2").tobytes())
    return buffer.getvalue()
