"""MIDI files. Tracks and channels are parts, drums are passed over.

Read are notes, the first time signature (4/4 where there is none, as the standard says), key signature and tempo.
"""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from miaobi.train.data.music.score import Mode, Score, ScoreNote, ScorePart
from miaobi.train.data.reading import UnreadableError, read_whole

if TYPE_CHECKING:
    from mido import MidiFile, MidiTrack

_DRUMS: Final = 9
_MOST_QUARTERS: Final = 1_000_000
_MAJOR: Final = "Cb Gb Db Ab Eb Bb F C G D A E B F# C#".split()
_MINOR: Final = "Abm Ebm Bbm Fm Cm Gm Dm Am Em Bm F#m C#m G#m D#m A#m".split()


def read(path: Path) -> Score:
    """The score in the file. UnreadableError when there is none."""
    return read_bytes(read_whole(path))


def read_bytes(data: bytes) -> Score:
    """The same from the file's bytes."""
    import mido  # symusic 0.5.8 reads faster, but some damaged files end the whole process in it

    try:
        midi = mido.MidiFile(file=io.BytesIO(data), clip=True)
    except (EOFError, OSError, ValueError, IndexError, KeyError, mido.KeySignatureError) as error:
        raise UnreadableError(f"it is damaged ({str(error) or 'it ends too early'})") from error
    if midi.type == 2:
        raise UnreadableError("it holds independent patterns (MIDI type 2), not a piece")
    if midi.ticks_per_beat <= 0:
        raise UnreadableError("it counts time in film frames, not in beats")
    return _Reading(midi).score()


class _Reading:
    """The contents of the tracks, in quarter notes."""

    def __init__(self, midi: MidiFile) -> None:
        self._unit = midi.ticks_per_beat
        self._names: dict[tuple[int, int], str] = {}
        self._notes: defaultdict[tuple[int, int], list[ScoreNote]] = defaultdict(list)
        self._meters: list[tuple[float, tuple[int, int]]] = []
        self._keys: list[tuple[float, str]] = []
        self._tempos: list[tuple[float, float]] = []
        for number, track in enumerate(midi.tracks):
            self._read_track(number, track)

    def score(self) -> Score:
        parts = tuple(ScorePart(self._names[place], tuple(self._notes[place])) for place in sorted(self._notes))
        end = max((note.start for part in parts for note in part.notes), default=0.0)
        meters = [meter for at, meter in sorted(self._meters, key=lambda entry: entry[0]) if at <= end]
        fifths, mode = _signature(min(self._keys, key=lambda entry: entry[0])[1]) if self._keys else (None, None)
        return Score(
            parts=parts,
            meter=meters[0] if meters else (4, 4),
            changes_meter=len(set(meters)) > 1,
            fifths=fifths,
            mode=mode,
            tempo_bpm=min(self._tempos, key=lambda entry: entry[0])[1] if self._tempos else None,
        )

    def _read_track(self, number: int, track: MidiTrack) -> None:
        sounding: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
        ticks = 0
        for message in track:
            ticks += message.time
            at = ticks / self._unit
            if at > _MOST_QUARTERS:
                raise UnreadableError(f"it lasts more than {_MOST_QUARTERS:,} quarter notes")
            if message.is_meta:
                self._read_meta(message, at)
            elif message.type == "note_on" and message.velocity:
                sounding[message.channel, message.note].append(at)
            elif message.type in ("note_on", "note_off") and sounding[message.channel, message.note]:
                self._end(number, message.channel, message.note, sounding, at, track.name)
        for channel, pitch in list(sounding):  # a note that nobody ended sounds to the end of its track
            while sounding[channel, pitch]:
                self._end(number, channel, pitch, sounding, ticks / self._unit, track.name)

    def _end(
        self,
        track: int,
        channel: int,
        pitch: int,
        sounding: defaultdict[tuple[int, int], list[float]],
        at: float,
        name: str,
    ) -> None:
        start = sounding[channel, pitch].pop(0)
        if channel != _DRUMS and at > start:
            self._names[track, channel] = name
            self._notes[track, channel].append(ScoreNote(start, at - start, pitch))

    def _read_meta(self, message: object, at: float) -> None:
        kind = message.type  # type: ignore[attr-defined]  # mido gives each kind of message its fields as it is read
        if kind == "time_signature":
            self._meters.append((at, (message.numerator, message.denominator)))  # type: ignore[attr-defined]
        elif kind == "key_signature":
            self._keys.append((at, message.key))  # type: ignore[attr-defined]
        elif kind == "set_tempo" and message.tempo > 0:  # type: ignore[attr-defined]
            self._tempos.append((at, 60e6 / message.tempo))  # type: ignore[attr-defined]


def _signature(key: str) -> tuple[int, Mode | None]:
    """Sharps and mode. Major is what programs write without having been told, so it only stands for the signature."""
    if key in _MINOR:
        return _MINOR.index(key) - 7, "minor"
    return _MAJOR.index(key) - 7, None
