"""A tune arranged for a few instruments: melody, chords, a soft pad where there is one, and bass.

Chords follow the bars (harmony.py) with as little movement as possible. The last bar is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from miaobi.base.music.harmony import Chord, ladder, lead_voices, nearest
from miaobi.base.music.note import Instrument, Note, Part, Piece, without_overlap
from miaobi.base.music.performance import perform
from miaobi.train.data.music.grid import TICKS, Meter
from miaobi.train.data.music.tune import Tune
from miaobi.train.music.band import Band
from miaobi.train.music.harmony import harmonise

_MELODY, _CHORDS, _PAD, _BASS = 84, 54, 46, 66
_SLOWEST_PULSE_BPM, _QUICKEST_PULSE_BPM = 42.0, 168.0
_VOICES: Final = 3


@dataclass(frozen=True)
class Arrangement:
    """A piece, and the name of the chord of each bar of its tune."""

    piece: Piece
    chords: tuple[str, ...]


def arrange(
    tune: Tune,
    band: Band,
    seed: int,
    *,
    tempo_bpm: float | None = None,
    intro_bars: int = 0,
    again: Sequence[range] = (),
) -> Arrangement:
    """The tune as the band plays it.

    tempo_bpm   quarter notes a minute; None for the pace of the band
    intro_bars  bars without melody before it; there is at least one before a tune with an upbeat
    again       bars of the tune that the second melody instrument plays
    """
    upbeat = bool(tune.notes) and tune.notes[0].start < 0
    intro = max(intro_bars, int(upbeat))
    chords = harmonise(tune)
    bar = tune.meter.ticks / TICKS
    tempo = natural_tempo(tune, band) if tempo_bpm is None else tempo_bpm
    total = bar * (tune.bars + intro)
    whole = [*([chords[0]] * intro), *chords]
    parts = [
        *_melodies(tune, band, intro * bar, again),
        _part("chords", band.chords, _play_chords(whole, band, tune.meter)),
        _part("bass", band.bass, _play_bass(whole, band, tune.meter)),
    ]
    if band.pad is not None:
        parts.append(_part("pad", band.pad, _play_pad(whole, band.pad, bar)))
    written = tuple(part for part in parts if part.notes)
    piece = Piece(
        parts=perform(written, tempo_bpm=tempo, total_beats=total, name=tune.mood, seed=seed),
        tempo_bpm=tempo,
        meter=(tune.meter.beats, tune.meter.unit),
        sharps=tune.key.sharps,
        is_minor=tune.key.is_minor,
        total_beats=total,
        closing_beats=bar,
    )
    return Arrangement(piece, tuple(chord.name for chord in chords))


def natural_tempo(tune: Tune, band: Band) -> float:
    """Quarter notes a minute at which the melody has the band's pace, within what feet can follow."""
    pulse = tune.meter.pulse_ticks / TICKS
    beats = tune.bars * tune.meter.ticks / TICKS
    tempo = 60 * band.notes_per_second * beats / max(1, len(tune.notes))
    return min(_QUICKEST_PULSE_BPM * pulse, max(_SLOWEST_PULSE_BPM * pulse, tempo))


def shortened(piece: Piece, beats: float) -> Piece:
    """The piece up to a beat."""

    def kept(part: Part) -> Part:
        notes = (note for note in part.notes if note.start_beats < beats)
        return replace(
            part, notes=tuple(replace(n, length_beats=min(n.length_beats, beats - n.start_beats)) for n in notes)
        )

    parts = tuple(part for part in map(kept, piece.parts) if part.notes)
    return replace(piece, parts=parts, total_beats=beats, closing_beats=min(piece.closing_beats, beats))


def _part(role: str, instrument: Instrument, notes: Iterator[Note]) -> Part:
    return Part(role, instrument, tuple(without_overlap(sorted(notes, key=lambda n: (n.start_beats, n.pitch)))))


# ---------------------------------------------------------------- melody


def _melodies(tune: Tune, band: Band, begin: float, again: Sequence[range]) -> Iterator[Part]:
    bar, end = tune.meter.ticks, tune.bars * tune.meter.ticks
    shares: dict[str, list[Note]] = {"melody": [], "second melody": []}
    for note in tune.notes:
        number = max(0, note.start // bar)
        role = "second melody" if any(number in bars for bars in again) else "melody"
        accent = 8 if note.start % bar == 0 else 4 if note.start % tune.meter.pulse_ticks == 0 else 0
        is_last = note == tune.notes[-1]
        length = (end - note.start if is_last and note.start >= end - bar else note.length) / TICKS
        sounding = length if is_last else length * 0.94
        shares[role].append(Note(begin + note.start / TICKS, sounding, note.pitch, _MELODY + accent))
    for role, instrument in (("melody", band.melody), ("second melody", band.second)):
        shift = _octaves_into([note.pitch for note in shares[role]], instrument)
        moved = (replace(note, pitch=_within(note.pitch + shift, instrument)) for note in shares[role])
        yield _part(role, instrument, moved)


def _octaves_into(pitches: list[int], instrument: Instrument) -> int:
    """Semitones, whole octaves, by which the notes fit an instrument's range best."""

    def outside(shift: int) -> tuple[int, int]:
        beyond = (max(instrument.low - p - shift, p + shift - instrument.high, 0) for p in pitches)
        return sum(beyond), abs(shift)

    return min((-24, -12, 0, 12, 24), key=outside)


def _within(pitch: int, instrument: Instrument) -> int:
    """The pitch, or where the instrument does not reach it, the nearest octave of it that it reaches.

    Beyond its range an instrument of the SoundFont can sound wrong or never end: symusic 0.5.8 renders the violin's
    pitch 102 without end.
    """
    while pitch > instrument.high:
        pitch -= 12
    while pitch < instrument.low:
        pitch += 12
    return pitch


# ---------------------------------------------------------------- accompaniment


def _play_chords(chords: Sequence[Chord], band: Band, meter: Meter) -> Iterator[Note]:
    """The chords in the band's style; the last one is struck once and held."""
    bar, pulse = meter.ticks / TICKS, meter.pulse_ticks / TICKS
    voicing: tuple[int, ...] = ()
    for number, chord in enumerate(chords):
        voicing = lead_voices(chord, voicing, band.chords.low, band.chords.high, _VOICES)
        begin = number * bar
        if number == len(chords) - 1:
            gap = min(0.25, bar / 16)
            yield from (Note(begin + gap * n, bar - gap * n, pitch, _CHORDS) for n, pitch in enumerate(voicing))
        elif band.style == "broken":
            yield from _broken(voicing, begin, bar, pulse)
        elif band.style == "vamp":
            yield from _vamp(voicing, begin, bar, pulse)
        elif band.style == "pulse":
            yield from _pulses(voicing, begin, bar, pulse)


def _broken(voicing: tuple[int, ...], begin: float, bar: float, pulse: float) -> Iterator[Note]:
    """Up and down through the chord and its octave, two notes a pulse, three where pulses are dotted."""
    step = pulse / _parts_of(pulse)
    tones = (*voicing, voicing[0] + 12, *voicing[:0:-1])
    for number in range(round(bar / step)):
        at = number * step
        accent = 6 if number == 0 else 2 if at % pulse == 0 else -3
        yield Note(begin + at, min(1.5 * pulse, bar - at), tones[number % len(tones)], _CHORDS + accent)


def _vamp(voicing: tuple[int, ...], begin: float, bar: float, pulse: float) -> Iterator[Note]:
    """Short chords after the bass: on the later pulses, or off the beat where a bar has two."""
    count = round(bar / pulse)
    if count in (1, 2):
        late = pulse * (_parts_of(pulse) - 1) / _parts_of(pulse)
        places = [number * pulse + late for number in range(count)]
    else:
        places = [number * pulse for number in range(count) if (count == 3 and number) or (count != 3 and number % 2)]
    for at in places:
        yield from (Note(begin + at, 0.4 * min(1.0, pulse), pitch, _CHORDS) for pitch in voicing)


def _pulses(voicing: tuple[int, ...], begin: float, bar: float, pulse: float) -> Iterator[Note]:
    """The chord again and again, the bar's first pulse stressed."""
    step = pulse / 2 if pulse > 1 or bar / pulse <= 3 else pulse
    for number in range(round(bar / step)):
        accent = 8 if number == 0 else 0 if number % 2 == 0 else -6
        tones = voicing if number % 2 == 0 else voicing[1:]
        yield from (Note(begin + number * step, 0.55 * step, pitch, _CHORDS + accent) for pitch in tones)


def _play_pad(chords: Sequence[Chord], pad: Instrument, bar: float) -> Iterator[Note]:
    """Each chord held for as long as it lasts."""
    voicing: tuple[int, ...] = ()
    number = 0
    while number < len(chords):
        end = next((n for n in range(number, len(chords)) if chords[n] != chords[number]), len(chords))
        voicing = lead_voices(chords[number], voicing, pad.low, pad.high, _VOICES)
        yield from (Note(number * bar, (end - number) * bar, pitch, _PAD) for pitch in voicing)
        number = end


def _play_bass(chords: Sequence[Chord], band: Band, meter: Meter) -> Iterator[Note]:
    """The root on the first pulse, the fifth halfway where a bar has an even number of pulses."""
    bar, pulse = meter.ticks / TICKS, meter.pulse_ticks / TICKS
    count = round(bar / pulse)
    low, high = band.bass.low, band.bass.high
    at = (low + high) // 2
    for number, chord in enumerate(chords):
        begin = number * bar
        at = nearest((2 * at + (low + high) // 2) // 3, ladder((chord.root,), low, high))
        fifth = nearest(at, ladder((chord.fifth,), low, high))
        is_walking = count % 2 == 0 and band.style != "held" and number < len(chords) - 1
        yield Note(begin, (bar / 2 if is_walking else bar) * 0.96, at, _BASS)
        if is_walking:
            yield Note(begin + bar / 2, bar / 2 * 0.92, fifth if band.style == "vamp" else at, _BASS - 8)


def _parts_of(pulse: float) -> int:
    """Into how many notes a pulse divides: three where it is dotted."""
    return 3 if pulse in (0.75, 1.5, 3.0) else 2
