"""From a score to its melody: one voice, on the grid, in its key, cut into tunes of a length that can be learned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from miaobi.base.music.harmony import Key
from miaobi.train.data.music.grid import COUNTED_AS_MOVED, TICKS, Meter, find_meter, snap
from miaobi.train.data.music.key import find_key
from miaobi.train.data.music.mood import mood_of
from miaobi.train.data.music.score import Score, ScoreNote
from miaobi.train.data.music.tune import HIGHEST, LOWEST, Note, Tune

Voices = Literal["highest", "first"]
Unfit = Literal["no notes", "changing meter", "other meter", "off the grid", "out of range", "too short", "duplicate"]

_MOST_MOVED_TICKS: Final = 0.3
"""Mean distance from the grid; notes at any time at all are 0.58 ticks off."""
_OCTAVE: Final = 12


class UnfitError(Exception):
    """The score has no melody that a tune can hold; `reason` is the drop it counts as."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason)
        self.reason: Unfit = reason


@dataclass(frozen=True)
class Melody:
    """A whole melody as a tune of any length, and how many of its notes the grid moved."""

    tune: Tune
    moved: int


def find_melody(score: Score, voices: Voices) -> Melody:
    """The melody of a score. UnfitError when there is none, or none that can be told in tokens.

    voices  "highest": the highest note of all parts at each moment; "first": that of the first part
    """
    meter = find_meter(*score.meter)
    chosen = score.parts if voices == "highest" else score.parts[:1]
    raw = [note for part in chosen for note in part.notes]
    if not raw:
        raise UnfitError("no notes")
    if score.changes_meter:
        raise UnfitError("changing meter")
    if meter is None:
        raise UnfitError("other meter")
    moved = _count_moved(raw)
    line = skyline(list(_snapped(raw)))
    key = _key(line, score)
    notes = _in_register(_from_first_bar(line, meter), key)
    bars = max(1, -(-notes[-1].end // meter.ticks))
    tune = Tune(key, meter, _mood(notes, key, bars * meter.ticks, score), bars, notes)
    return Melody(tune, moved)


def skyline(notes: Sequence[Note]) -> list[Note]:
    """The highest line: of notes that begin together the highest, and of those that overlap the higher.

    A lower note that begins while a higher one is sounding is left out when it lies under it for half of its length;
    else the higher one ends where it begins, as in a legato that overlaps a little.
    """
    line: list[Note] = []
    for note in sorted(notes, key=lambda note: (note.start, -note.pitch, -note.length)):
        last = line[-1] if line else None
        if last is not None and last.end > note.start:
            covered = min(last.end, note.end) - note.start
            if note.start == last.start or (note.pitch <= last.pitch and 2 * covered >= note.length):
                continue
            line[-1] = last._replace(length=note.start - last.start)
        line.append(note)
    return line


def cut(tune: Tune, most_bars: int) -> Iterator[Tune]:
    """The tune in pieces of at most so many bars, about equally long; a note over the cut goes on in the next piece."""
    count = -(-tune.bars // most_bars)
    for number in range(count):
        first, last = (tune.bars * at // count for at in (number, number + 1))
        begin, end = first * tune.meter.ticks, last * tune.meter.ticks
        notes = tuple(
            Note(max(note.start, begin) - begin, min(note.end, end) - max(note.start, begin), note.pitch)
            if number
            else note._replace(length=min(note.end, end) - note.start)
            for note in tune.notes
            if note.start < end and (note.end > begin or not number)
        )
        yield replace(tune, bars=last - first, notes=notes)


# ---------------------------------------------------------------- below the surface


def _count_moved(notes: Sequence[ScoreNote]) -> int:
    """How many notes begin off the grid. UnfitError for a performance that keeps no time at all."""
    distances = [abs(snap(note.start) / TICKS - note.start) for note in notes]
    if sum(distances) * TICKS > _MOST_MOVED_TICKS * len(notes):
        raise UnfitError("off the grid")
    return sum(distance > COUNTED_AS_MOVED for distance in distances)


def _snapped(notes: Sequence[ScoreNote]) -> Iterator[Note]:
    """On the grid; a note that would vanish keeps the shortest length there is room for."""
    for note in notes:
        start, end = snap(note.start), snap(note.start + note.length)
        if end <= start:
            end = snap((start + 2.6) / TICKS)
        yield Note(start, end - start, note.pitch)


def _from_first_bar(line: Sequence[Note], meter: Meter) -> tuple[Note, ...]:
    """Counted from the first full bar: silent bars before go, and half a bar or less before a bar is an upbeat."""
    first = line[0].start
    silent = first // meter.ticks * meter.ticks
    is_upbeat = 2 * (first - silent) >= meter.ticks and line[-1].end > silent + meter.ticks
    begin = silent + meter.ticks if is_upbeat else silent
    return tuple(note._replace(start=note.start - begin) for note in line)


def _in_register(notes: tuple[Note, ...], key: Key) -> tuple[Note, ...]:
    """Moved by octaves so that the notes lie around the octave above the keynote."""
    keynote = 60 + key.tonic
    sounding = sum(note.length for note in notes)
    middle = sum(note.length * (note.pitch - keynote) for note in notes) / sounding
    shift = -_OCTAVE * int(middle // _OCTAVE)
    moved = tuple(note._replace(pitch=note.pitch + shift) for note in notes)
    if any(not LOWEST <= note.pitch - keynote <= HIGHEST for note in moved):
        raise UnfitError("out of range")
    return moved


def _key(line: Sequence[Note], score: Score) -> Key:
    lengths = [0.0] * 12
    for note in line:
        lengths[note.pitch % 12] += note.length
    total = sum(lengths)
    return find_key([length / total for length in lengths], line[-1].pitch % 12, score.fifths, score.mode, score.tonic)


def _mood(notes: Sequence[Note], key: Key, ticks: int, score: Score) -> str:
    density = len(notes) / (ticks / TICKS)
    return mood_of(is_minor=key.is_minor, notes_per_quarter=density, tempo_bpm=score.tempo_bpm)
