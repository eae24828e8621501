"""Chords that hold the melody, and a band that stays in time, in range and in key."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import pretty_midi
import pytest
from hypothesis import given, settings
from PIL import Image
from played import folk_tune, simple_tune, tunes

from miaobi.base.music.harmony import Key
from miaobi.base.music.instruments import PERCUSSION
from miaobi.base.music.moods import MOOD_NAMES
from miaobi.base.music.sound import write_midi
from miaobi.train.data.music.grid import METERS, TICKS
from miaobi.train.data.music.melody import find_melody
from miaobi.train.data.music.mood import MOODS
from miaobi.train.data.music.read_midi import read_bytes
from miaobi.train.data.music.score import Score, ScoreNote, ScorePart
from miaobi.train.data.music.tune import Note, Tune
from miaobi.train.music.arrange import arrange, natural_tempo, shortened
from miaobi.train.music.band import MANNERS, choose_band
from miaobi.train.music.harmony import harmonise
from miaobi.train.music.midi import melody_midi
from miaobi.train.music.piano_roll import piano_roll


def folk(seed: int = 1, bars: int = 8) -> Tune:
    notes = tuple(ScoreNote(*note) for note in folk_tune(seed, bars=bars))
    return find_melody(Score((ScorePart("", notes),), (4, 4), fifths=0, mode="major"), "highest").tune


def test_bars_of_broken_chords_get_those_chords() -> None:
    pitches = [60, 64, 67, 64, 65, 69, 72, 69, 67, 71, 74, 71, 60, 64, 67, 60]
    assert [chord.name for chord in harmonise(simple_tune(pitches))] == ["I", "IV", "V", "I"]
    minor = replace(
        simple_tune([69, 72, 76, 72, 74, 77, 74, 77, 71, 76, 68, 71, 69, 72, 76, 69]), key=Key(9, "aeolian")
    )
    assert [chord.name for chord in harmonise(minor)] == ["i", "iv", "V", "i"]


@given(tunes())
@settings(max_examples=40, deadline=None)
def test_every_bar_has_a_chord_of_the_key(tune: Tune) -> None:
    chords = harmonise(tune)
    assert len(chords) == tune.bars
    allowed = set(tune.key.pitch_classes) | {(tune.key.tonic + 11) % 12}
    assert all(set(chord.tones) <= allowed for chord in chords)


def test_a_tune_that_ends_at_home_ends_on_the_tonic_chord() -> None:
    for seed in range(8):
        assert harmonise(folk(seed))[-1].name == "I"


@given(tunes())
@settings(max_examples=40, deadline=None)
def test_an_arrangement_stays_in_its_time_and_its_instruments(tune: Tune) -> None:
    mood = MOOD_NAMES[tune.bars % len(MOOD_NAMES)]
    piece = arrange(tune, choose_band(mood, random.Random(1)), 1).piece
    upbeat = bool(tune.notes) and tune.notes[0].start < 0
    assert piece.total_beats == (tune.bars + upbeat) * tune.meter.ticks / TICKS
    for part in piece.parts:
        assert part.instrument != PERCUSSION
        for note in part.notes:
            assert 0 <= note.start_beats < piece.total_beats
            assert note.start_beats + note.length_beats <= piece.total_beats + 1e-6
            assert note.length_beats > 0
            assert part.instrument.low <= note.pitch <= part.instrument.high, part.role
    roles = {part.role for part in piece.parts}
    assert {"chords", "bass"} <= roles
    assert ("melody" in roles) == bool(tune.notes)


def test_the_melody_is_all_there_and_its_second_half_may_be_anothers() -> None:
    tune = folk()
    piece = arrange(tune, choose_band("hopeful", random.Random(1)), 1, again=[range(4, 8)]).piece
    played = {part.role: part for part in piece.parts}
    first, second = played["melody"], played["second melody"]
    assert first.instrument != second.instrument
    assert len(first.notes) + len(second.notes) == len(tune.notes)
    assert max(note.start_beats for note in first.notes) < 16 <= min(note.start_beats for note in second.notes) + 0.1
    classes = [note.pitch % 12 for note in (*first.notes, *second.notes)]
    assert classes == [note.pitch % 12 for note in tune.notes]


@pytest.mark.parametrize("meter", METERS, ids=lambda meter: meter.name)
@pytest.mark.parametrize("mood", ["calm", "playful", "tense"])
def test_every_meter_has_chords_in_every_style(meter: object, mood: str) -> None:
    length = meter.ticks  # type: ignore[attr-defined]
    tune = Tune(Key(0, "ionian"), meter, "calm", 3, tuple(Note(n * length, length, 60 + n) for n in range(3)))  # type: ignore[arg-type]
    piece = arrange(tune, choose_band(mood, random.Random(2)), 1).piece
    chords = next(part for part in piece.parts if part.role == "chords")
    bars = {int(note.start_beats * TICKS / length + 0.02) for note in chords.notes}
    assert bars == {0, 1, 2}


def test_the_pace_is_the_moods_whatever_the_note_values() -> None:
    quarters = simple_tune([60, 62, 64, 65] * 4)
    eighths = simple_tune([60, 62, 64, 65] * 4, length=12)
    calm, hopeful, playful = (choose_band(mood, random.Random(1)) for mood in ("calm", "hopeful", "playful"))
    assert natural_tempo(eighths, calm) * 2 == natural_tempo(quarters, calm)
    assert natural_tempo(eighths, calm) < natural_tempo(eighths, hopeful) < natural_tempo(eighths, playful)
    assert natural_tempo(quarters, playful) == 168  # what feet can follow


def test_a_piece_can_be_shortened() -> None:
    piece = arrange(folk(), choose_band("calm", random.Random(1)), 1).piece
    short = shortened(piece, 5.5)
    ends = [note.start_beats + note.length_beats for part in short.parts for note in part.notes]
    assert max(ends) == pytest.approx(5.5)
    assert short.total_beats == 5.5


def test_moods_have_bands_and_ask_for_moods_of_tunes() -> None:
    assert set(MANNERS) == set(MOOD_NAMES)
    assert {manner.tune_mood for manner in MANNERS.values()} == set(MOODS)
    bands = {choose_band("calm", random.Random(seed)) for seed in range(20)}
    assert len(bands) > 5


def test_an_arrangement_as_midi_has_its_tracks_key_and_meter() -> None:
    piece = arrange(folk(), choose_band("calm", random.Random(1)), 1).piece
    midi = pretty_midi.PrettyMIDI(io.BytesIO(write_midi(piece)))
    assert len(midi.instruments) == len(piece.parts)
    assert midi.get_end_time() <= piece.total_beats * 60 / piece.tempo_bpm + 0.01
    assert (midi.time_signature_changes[0].numerator, midi.key_signature_changes[0].key_number) == (4, 0)


def test_a_melody_alone_reads_back_as_it_was() -> None:
    tune = replace(folk(3), mood="hopeful")
    tune = replace(tune, notes=(Note(-24, 24, tune.keynote + 7), *tune.notes))
    found = find_melody(read_bytes(melody_midi(tune)), "highest").tune
    assert (found.key, found.meter, found.bars, found.notes) == (tune.key, tune.meter, tune.bars, tune.notes)


def test_a_piano_roll_shows_the_notes() -> None:
    def pixels(tune: Tune) -> tuple[tuple[int, int], int]:
        with Image.open(io.BytesIO(piano_roll(tune, [chord.name for chord in harmonise(tune)]))) as image:
            colours = {colour: count for count, colour in image.convert("RGB").getcolors(1 << 20) or []}
            return image.size, colours.get((0x2F, 0x6F, 0x8F), 0)

    size, notes = pixels(folk())
    assert notes > 500
    assert pixels(simple_tune([60, 62]))[1] < notes / 4
    long_size, _ = pixels(folk(bars=60))
    assert long_size[0] <= 2500
    assert long_size[1] > 1.5 * size[1]
    assert pixels(replace(folk(), notes=()))[1] == 0
