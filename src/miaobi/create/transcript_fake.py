"""`transcript:fake`: writes down what `speech:fake` said, with the time of every word; hears nothing in other audio.

It listens to the tones themselves (see speech_fake.py for the code: one burst of two tones a byte), so what it reports
is what is in the audio, not what a file says about itself: cut, shift or swap the audio and the transcript changes.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from miaobi.base.engine import (
    Engine,
    EngineCard,
    Modality,
    TimedWord,
    TranscriptRequest,
    TranscriptResult,
)
from miaobi.errors import GenerationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOW_HZ = tuple(360 + 60 * step for step in range(16))
_HIGH_HZ = tuple(1440 + 60 * step for step in range(16))
_FRAME_SECONDS = 0.001
_QUIET_SHARE = 0.12
"""Of the loudest level; below it there is no burst."""
_SHORTEST_BURST_SECONDS, _LONGEST_BURST_SECONDS = 0.018, 0.13
_PURE_SHARE = 0.7
"""Of a burst's energy that lies in its two tones; speech and music stay far below."""
_HEARD_SHARE = 0.8
"""Of all bursts that must be pure before anything is believed."""
_WORD = re.compile(r"[\u3400-\u9fff][^\w\s]*|[^\s\u3400-\u9fff]+|[^\w\s]+")


class FakeTranscriptEngine(Engine[TranscriptRequest, TranscriptResult]):
    """See the module docstring. Any name is accepted."""

    modality: ClassVar[Modality] = "transcript"
    parallel_slots = 8

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"transcript:fake{suffix}",
            modality="transcript",
            fingerprint=f"transcript-fake-1{suffix}",
            summary="hears what speech:fake says and nothing else, for tests and dry runs",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: TranscriptRequest) -> TranscriptResult:
        """Words in the order heard. GenerationError when the audio is not a 16-bit PCM WAV file."""
        signal, sample_rate_hz = _read_wav(request.audio.read())
        duration_seconds = len(signal) / sample_rate_hz
        letters = _hear(signal, sample_rate_hz)
        text = "".join(letter for letter, _, _ in letters)
        words = tuple(_words(text, letters))
        is_chinese = re.search(r"[\u3400-\u9fff]", text) is not None
        return TranscriptResult(
            made_by=self.made_by,
            text=text,
            language=request.language or ("zh" if is_chinese else "en"),
            duration_seconds=duration_seconds,
            words=words,
        )


def _words(text: str, letters: list[tuple[str, float, float]]) -> Iterator[TimedWord]:
    """Runs without a space, or single Chinese characters, with the punctuation that follows."""
    for found in _WORD.finditer(text):
        yield TimedWord(
            text=found.group(),
            start_seconds=round(letters[found.start()][1], 3),
            end_seconds=round(letters[found.end() - 1][2], 3),
        )


def _read_wav(data: bytes) -> tuple[NDArray[np.float64], int]:
    """Mono samples in -1..1 and their rate."""
    import numpy as np

    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise GenerationError(f"The audio is not a PCM WAV file: {error}", hint="Convert it to audio/wav.") from error
    if width != 2:
        raise GenerationError(f"The WAV file has {8 * width} bits a sample.", hint="Convert it to 16-bit PCM.")
    samples = np.frombuffer(frames, "<i2").astype(np.float64) / 32768
    return samples.reshape(-1, channels).mean(axis=1), rate


def _hear(signal: NDArray[np.float64], rate: int) -> list[tuple[str, float, float]]:
    """Characters with start and end in seconds; spaces take the time of the silence they are. Empty when unsure."""
    bursts = _bursts(signal, rate)
    heard = _bytes(signal, bursts, rate)
    if not bursts or sum(byte is not None for byte in heard) < _HEARD_SHARE * len(bursts):
        return []
    typical = sorted(end - start for start, end in bursts)[len(bursts) // 2]
    raw, times = bytearray(), []
    previous_end = bursts[0][0]
    for (start, end), byte in zip(bursts, heard, strict=True):
        if start - previous_end > 0.75 * typical:
            raw.append(0x20)
            times.append((previous_end / rate, start / rate))
        if byte is not None:
            raw.append(byte)
            times.append((start / rate, end / rate))
        previous_end = end
    return _characters(bytes(raw), times)


def _characters(raw: bytes, times: list[tuple[float, float]]) -> list[tuple[str, float, float]]:
    """UTF-8 decoded one character at a time, so that each keeps its time; bytes that make no character are left out."""
    starts = [position for position, byte in enumerate(raw) if byte & 0xC0 != 0x80] + [len(raw)]
    letters = []
    for start, end in pairwise(starts):
        character = raw[start:end].decode("utf-8", errors="ignore")
        if len(character) == 1:
            letters.append((character, times[start][0], times[end - 1][1]))
    return letters


def _bursts(signal: NDArray[np.float64], rate: int) -> list[tuple[int, int]]:
    """Sample ranges that are louder than silence and as long as a burst can be."""
    import numpy as np

    frame = max(1, round(rate * _FRAME_SECONDS))
    count = len(signal) // frame
    if count == 0:
        return []
    # two neighbouring frames together cover the slowest beat between two tones of one burst
    level = np.sqrt((signal[: count * frame].reshape(count, frame) ** 2).mean(axis=1))
    level = np.maximum(level, np.concatenate((level[1:], level[-1:])))
    if level.max() < 1e-4:
        return []
    loud = np.concatenate(([False], level > _QUIET_SHARE * level.max(), [False]))
    edges = np.flatnonzero(loud[1:] != loud[:-1]) * frame
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    least, most = _SHORTEST_BURST_SECONDS * rate, _LONGEST_BURST_SECONDS * rate
    return [(start, end) for start, end in pairs if least <= end - start] if _is_regular(edges, least, most) else []


def _is_regular(edges: NDArray[np.int64], least: float, most: float) -> bool:
    """Whether most loud stretches are as long as a burst."""
    lengths = edges[1::2] - edges[::2]
    return bool(len(lengths)) and float(((lengths >= least) & (lengths <= most)).mean()) > 0.5


def _bytes(signal: NDArray[np.float64], bursts: list[tuple[int, int]], rate: int) -> list[int | None]:
    """The byte each burst stands for, None where it is not two pure tones of the code."""
    import numpy as np

    if not bursts:
        return []
    length = sorted(end - start for start, end in bursts)[len(bursts) // 2]
    window = np.hanning(length)
    shaped = np.stack([_middle(signal, start, end, length) for start, end in bursts]) * window
    phase = 2 * np.pi * np.outer(np.arange(length) / rate, np.array(_LOW_HZ + _HIGH_HZ))
    power = (shaped @ np.cos(phase)) ** 2 + (shaped @ np.sin(phase)) ** 2
    low, high = power[:, :16].argmax(axis=1), power[:, 16:].argmax(axis=1)
    rows = np.arange(len(bursts))
    low_power, high_power = power[rows, low], power[rows, 16 + high]
    # a tone a*sin under window w: |sum|^2 = (a*sum(w)/2)^2 and its energy is a^2/2*sum(w^2)
    tones = (low_power + high_power) * 2 * (window**2).sum() / window.sum() ** 2
    pure = tones > _PURE_SHARE * np.maximum((shaped**2).sum(axis=1), 1e-12)
    pure &= np.minimum(low_power, high_power) > 0.1 * power.max(axis=1)
    found = zip((low * 16 + high).tolist(), pure.tolist(), strict=True)
    return [int(byte) if is_pure else None for byte, is_pure in found]


def _middle(signal: NDArray[np.float64], start: int, end: int, length: int) -> NDArray[np.float64]:
    """`length` samples around the middle of a burst, zeros beyond the ends of the signal."""
    import numpy as np

    first = (start + end - length) // 2
    piece = signal[max(0, first) : first + length]
    before = max(0, -first)
    return np.pad(piece, (before, length - before - len(piece)))
