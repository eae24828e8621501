"""Tunes, and files of them, made on the spot."""

from __future__ import annotations

import itertools
import random
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mido
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from miaobi.base.music.harmony import Key
from miaobi.train.data.music.grid import METERS, PLACES, TICKS, Meter
from miaobi.train.data.music.mood import MOODS
from miaobi.train.data.music.tune import HIGHEST, LOWEST, Note, Tune
from miaobi.train.data.music.vocabulary import NAMES

MAJOR = (0, 2, 4, 5, 7, 9, 11)
SCALE = tuple(60 + octave + step for octave in (0, 12) for step in MAJOR)

Played = Sequence[tuple[float, float, int]]
"""Notes: start and length in quarter notes, MIDI note number."""


def folk_tune(seed: int, *, bars: int = 8, quarters: int = 4, keynote: int = 60) -> list[tuple[float, float, int]]:
    """A melody in major that moves by step and ends on its keynote; phrases come twice."""
    rng = random.Random(seed)
    phrase: list[list[tuple[float, float, int]]] = []
    place = rng.randrange(7)
    for _ in range(max(1, bars // 2)):
        at, bar = 0.0, []
        while at < quarters:
            length = rng.choice([0.5, 0.5, 1.0, 1.5 if quarters - at >= 1.5 else 0.5])
            length = min(length, quarters - at)
            place = max(0, min(13, place + rng.choice([-2, -1, -1, 0, 1, 1, 2])))
            bar.append((at, length, keynote - 60 + SCALE[place]))
            at += length
        phrase.append(bar)
    notes = [
        (number * quarters + at, length, pitch)
        for number in range(bars)
        for at, length, pitch in phrase[number % len(phrase)]
    ]
    last = notes[-1]
    return [*notes[:-1], (last[0], last[1], keynote)]


def write_midi(
    path: Path,
    parts: Sequence[Played],
    *,
    meter: tuple[int, int] = (4, 4),
    key: str | None = None,
    tempo_bpm: float | None = None,
    channels: Sequence[int] = (),
    later_meter: tuple[int, int] | None = None,
) -> Path:
    """A MIDI file of type 1 with 480 ticks to the quarter note."""
    midi = mido.MidiFile(type=1, ticks_per_beat=480)
    head = mido.MidiTrack()
    head.append(mido.MetaMessage("time_signature", numerator=meter[0], denominator=meter[1], time=0))
    if key is not None:
        head.append(mido.MetaMessage("key_signature", key=key, time=0))
    if tempo_bpm is not None:
        head.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo_bpm), time=0))
    if later_meter is not None:
        head.append(mido.MetaMessage("time_signature", numerator=later_meter[0], denominator=later_meter[1], time=1920))
    midi.tracks.append(head)
    for number, part in enumerate(parts):
        channel = channels[number] if channels else number
        events: list[tuple[int, int, int]] = []
        for start, length, pitch in part:
            events += [(round(start * 480), 64, pitch), (round((start + length) * 480), 0, pitch)]
        track, before = mido.MidiTrack(), 0
        for at, velocity, pitch in sorted(events, key=lambda event: (event[0], event[1])):
            track.append(mido.Message("note_on", channel=channel, note=pitch, velocity=velocity, time=at - before))
            before = at
        midi.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    midi.save(path)
    return path


_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def xml_note(length: float, pitch: int | None, *, extra: str = "") -> str:
    """A MusicXML note, or a rest; 24 divisions to the quarter note."""
    what = "<rest/>"
    if pitch is not None:
        name = _NAMES[pitch % 12]
        alter = "<alter>1</alter>" if "#" in name else ""
        what = f"<pitch><step>{name[0]}</step>{alter}<octave>{pitch // 12 - 1}</octave></pitch>"
    return f"<note>{extra}{what}<duration>{round(length * 24)}</duration></note>"


def musicxml(measures: Sequence[str], *, head: str = "<time><beats>4</beats><beat-type>4</beat-type></time>") -> bytes:
    """A score of one part; each measure is the XML in it."""
    attributes = f"<attributes><divisions>24</divisions>{head}</attributes>"
    body = "".join(
        f'<measure number="{number}">{attributes if number == 1 else ""}{measure}</measure>'
        for number, measure in enumerate(measures, 1)
    )
    part_list = '<part-list><score-part id="P1"><part-name>Voice</part-name></score-part></part-list>'
    return f'<?xml version="1.0"?><score-partwise>{part_list}<part id="P1">{body}</part></score-partwise>'.encode()


def write_mxl(path: Path, xml: bytes) -> Path:
    """The same zipped."""
    with zipfile.ZipFile(path, "w") as file:
        container = '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>'
        file.writestr("META-INF/container.xml", container)
        file.writestr("score.xml", xml)
    return path


def simple_tune(pitches: Sequence[int], *, length: int = TICKS, key: Key = Key(0, "ionian"), bars: int = 0) -> Tune:  # noqa: B008
    """Notes of equal length in 4/4."""
    notes = tuple(Note(number * length, length, pitch) for number, pitch in enumerate(pitches))
    meter = Meter(4, 4)
    return Tune(key, meter, "hopeful", bars or -(-notes[-1].end // meter.ticks), notes)


@st.composite
def tunes(draw: st.DrawFn) -> Tune:
    """Any tune that tokens can tell."""
    meter = draw(st.sampled_from(METERS))
    key = Key(draw(st.integers(0, 11)), draw(st.sampled_from(["ionian", "aeolian"])))
    bars = draw(st.integers(1, 6))
    places = [tick for tick in range(-meter.ticks + 1, bars * meter.ticks + 1) if tick % TICKS in PLACES]
    borders = sorted(draw(st.sets(st.sampled_from(places), max_size=24)))
    notes = []
    for start, end in itertools.pairwise(borders):
        if draw(st.booleans()):
            step = draw(st.integers(LOWEST, HIGHEST))
            notes.append(Note(start, end - start, 60 + key.tonic + step))
    return Tune(key, meter, draw(st.sampled_from(MOODS)), bars, tuple(notes))


class NoisyNetwork:
    """A `Network` that knows nothing: its logits follow from what it has read and from a seed."""

    def __init__(self, seed: int, context: int = 4096, strength: float = 3.0) -> None:
        self.context: int | None = context
        self._seed, self._strength = seed, strength
        self.longest = 0

    def start(self, rows: int) -> list[int]:
        assert rows == 1
        return []

    def read(self, ids: NDArray[np.int64], state: list[int]) -> tuple[Any, list[int]]:
        state = [*state, *ids[0].tolist()]
        self.longest = max(self.longest, len(state))
        assert self.context is not None
        assert len(state) <= self.context
        rng = np.random.default_rng([self._seed, *state[-3:]])
        return (self._strength * rng.standard_normal((1, len(NAMES)))).astype(np.float32), state

    def select(self, state: list[int], rows: Sequence[int]) -> list[int]:
        raise AssertionError(f"not needed for {rows} of {state}")
