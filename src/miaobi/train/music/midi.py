"""A melody alone as a MIDI file."""

from __future__ import annotations

from miaobi.base.music.instruments import PIANO
from miaobi.base.music.note import Note, Part, Piece
from miaobi.train.data.music.grid import TICKS
from miaobi.train.data.music.mood import TEMPO_BPM
from miaobi.train.data.music.tune import Tune

_VELOCITY = 80


def melody_midi(tune: Tune, tempo_bpm: float = TEMPO_BPM) -> bytes:
    """The tune on a piano, with its key, meter and tempo. A tune with an upbeat has a bar for it before the first."""
    from miaobi.base.music.sound import write_midi

    shift = tune.meter.ticks if tune.notes and tune.notes[0].start < 0 else 0
    notes = tuple(Note((note.start + shift) / TICKS, note.length / TICKS, note.pitch, _VELOCITY) for note in tune.notes)
    bar = tune.meter.ticks / TICKS
    return write_midi(
        Piece(
            parts=(Part("melody", PIANO, notes),),
            tempo_bpm=tempo_bpm,
            meter=(tune.meter.beats, tune.meter.unit),
            sharps=tune.key.sharps,
            is_minor=tune.key.is_minor,
            total_beats=bar * tune.bars + shift / TICKS,
            closing_beats=bar,
        )
    )
