"""`music:score`: what a composer and a video editor would complain about."""

from __future__ import annotations

import io
import random
import wave
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from miaobi.base.engine import MusicRequest, MusicResult
from miaobi.base.music.harmony import Key, lead_voices, parse_chord
from miaobi.base.music.moods import MOOD_NAMES, SYNONYMS
from miaobi.create.music_score import ScoreMusicEngine
from miaobi.create.score.compose import compose, perform
from miaobi.create.score.form import plan_form
from miaobi.create.score.melody import augment, invert, ornament, retrograde, sequence
from miaobi.create.score.mood import MOODS, Mood
from miaobi.create.score.note import Composition
from miaobi.errors import GenerationError, UnknownNameError


@cache
def engine() -> ScoreMusicEngine:
    return ScoreMusicEngine.open("calm", Path("unused"))


@cache
def piece(mood: str, duration_seconds: float = 16.0, seed: int = 1) -> MusicResult:
    return engine().generate(MusicRequest(mood=mood, duration_seconds=duration_seconds, seed=seed))


def samples(result: MusicResult) -> NDArray[np.float64]:
    """(samples, channels) in -1..1, read by the standard library."""
    with wave.open(io.BytesIO(result.audio.read())) as file:
        assert file.getsampwidth() == 2
        assert file.getframerate() == result.sample_rate_hz == 44100
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return data.reshape(-1, file.getnchannels()) / 32768


def read_midi(result: MusicResult) -> pretty_midi.PrettyMIDI:
    assert result.midi is not None
    return pretty_midi.PrettyMIDI(io.BytesIO(result.midi.read()))


def bars_of(composition: Composition) -> list[frozenset[tuple[str, float, int]]]:
    """What every bar holds, by instrument, place and pitch."""
    beats = composition.form.beats_per_bar
    bars: list[set[tuple[str, float, int]]] = [set() for _ in composition.form.bars]
    for part in composition.parts:
        for note in part.notes:
            index = min(int(note.start_beats // beats), len(bars) - 1)
            bars[index].add((part.role, round(note.start_beats - index * beats, 3), note.pitch))
    return [frozenset(bar) for bar in bars]


# ---------------------------------------------------------------- the sound


@pytest.mark.parametrize("mood", MOOD_NAMES)
def test_the_bed_is_stereo_as_long_as_asked_and_never_clips(mood: str) -> None:
    sound = samples(piece(mood))
    assert sound.shape == (16 * 44100, 2)
    assert 20 * np.log10(np.abs(sound).max()) < -3
    assert not np.array_equal(sound[:, 0], sound[:, 1])
    assert -30 < 20 * np.log10(np.sqrt((sound**2).mean())) < -18


@pytest.mark.parametrize("mood", MOOD_NAMES)
def test_there_is_no_hole_in_the_bed(mood: str) -> None:
    sound = samples(piece(mood)).mean(axis=1)
    windows = sound[: len(sound) // 22050 * 22050].reshape(-1, 22050)
    quiet = np.sqrt((windows**2).mean(axis=1)) < 10 ** (-50 / 20)
    assert not quiet[:3].any(), "it starts at once"
    longest = max(len(run) for run in "".join("q" if is_quiet else "." for is_quiet in quiet).split("."))
    assert longest <= 1, "half-second windows in a row"


@pytest.mark.parametrize("mood", ["calm", "epic"])
def test_the_end_fades_to_nothing_without_a_click(mood: str) -> None:
    sound = samples(piece(mood))
    levels = [np.abs(sound[-44100 * back // 10 :][: 44100 // 10]).max() for back in (20, 10, 5, 1)]
    assert levels == sorted(levels, reverse=True)
    assert np.abs(sound[-50:]).max() < 0.001
    assert np.abs(sound[:5]).max() < 0.01


@pytest.mark.parametrize("duration_seconds", [0.2, 1.0, 3.3, 7.77, 31.003])
def test_any_length_is_met_within_a_sample(duration_seconds: float) -> None:
    result = piece("hopeful", duration_seconds, 4)
    assert len(samples(result)) == round(duration_seconds * 44100)
    assert abs(result.duration_seconds - duration_seconds) < 1 / 44100
    assert abs(read_midi(result).get_end_time() - duration_seconds) < 0.05


def test_what_was_played_before_does_not_change_a_piece() -> None:
    asked = MusicRequest(mood="sad", duration_seconds=4, seed=9)
    first = ScoreMusicEngine.open("calm", Path("unused")).generate(asked)
    for mood in MOOD_NAMES:
        piece(mood)
    assert engine().generate(asked).audio == first.audio


def test_same_seed_same_bytes_other_seed_other_piece() -> None:
    again = ScoreMusicEngine.open("calm", Path("elsewhere")).generate(
        MusicRequest(mood="warm", duration_seconds=16, seed=1)
    )
    other = piece("warm", 16.0, 2)
    assert again.audio == piece("warm").audio
    assert again.midi == piece("warm").midi
    assert other.audio != piece("warm").audio
    assert other.midi != piece("warm").midi


# ---------------------------------------------------------------- the score


@pytest.mark.parametrize("mood", MOOD_NAMES)
def test_an_independent_reader_finds_the_same_notes_in_the_midi_file(mood: str) -> None:
    result = piece(mood)
    midi = read_midi(result)
    composition = compose(mood, 16.0, 1)
    assert {track.program for track in midi.instruments if not track.is_drum} == {
        part.instrument.program for part in composition.parts if not part.is_drums
    }
    assert sum(len(track.notes) for track in midi.instruments) == sum(len(part.notes) for part in composition.parts)
    assert abs(midi.get_end_time() - 16) < 0.05
    assert abs(midi.get_tempo_changes()[1][0] - result.tempo_bpm) < 0.1
    assert midi.time_signature_changes[0].numerator == MOODS[mood].beats_per_bar
    assert len(midi.key_signature_changes) == 1


@pytest.mark.parametrize("mood", MOOD_NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_every_note_is_in_the_key_or_in_a_declared_borrowed_chord(mood: str, seed: int) -> None:
    composition = compose(mood, 45, seed)
    form = composition.form
    for part in composition.parts:
        if part.is_drums:
            continue
        for note in part.notes:
            bar = form.bars[min(int(note.start_beats // form.beats_per_bar), len(form.bars) - 1)]
            allowed = set(form.key.pitch_classes)
            if bar.chord.name in MOODS[mood].borrowed:
                allowed |= set(bar.chord.tones)
            assert note.pitch % 12 in allowed, (part.role, note, bar.chord)


@pytest.mark.parametrize("mood", MOOD_NAMES)
def test_only_declared_chords_leave_the_key(mood: str) -> None:
    material: Mood = MOODS[mood]
    numerals = {numeral for progression in (*material.a, *material.b) for numeral in progression}
    numerals |= {material.predominant, material.dominant, material.final}
    key = Key(0, material.mode)
    leaving = {numeral for numeral in numerals if not set(parse_chord(numeral, 0).tones) <= set(key.pitch_classes)}
    assert leaving == material.borrowed


@pytest.mark.parametrize("mood", MOOD_NAMES)
@pytest.mark.parametrize("duration_seconds", [30.0, 200.0])
def test_no_bar_is_heard_more_than_twice(mood: str, duration_seconds: float) -> None:
    for seed in (0, 1):
        bars = bars_of(compose(mood, duration_seconds, seed))
        assert all(bars), "every bar has notes"
        assert max(Counter(bars).values()) <= 2


@pytest.mark.parametrize("mood", MOOD_NAMES)
@pytest.mark.parametrize("duration_seconds", [1.0, 8.0, 30.0])
def test_it_ends_on_the_tonic_after_a_dominant(mood: str, duration_seconds: float) -> None:
    composition = compose(mood, duration_seconds, 5)
    form = composition.form
    start = form.beats_per_bar * (len(form.bars) - 1)
    last = [(part, note) for part in composition.parts for note in part.notes if note.start_beats >= start]
    tonic_chord = set(parse_chord(MOODS[mood].final, form.key.tonic).tones)
    assert {note.pitch % 12 for part, note in last} <= tonic_chord
    assert min(note.pitch for _, note in last) % 12 == form.key.tonic
    assert all(note.pitch % 12 == form.key.tonic for part, note in last if part.role == "melody")
    if len(form.bars) > 2:
        dominant_root = (form.key.tonic + 7) % 12
        assert form.bars[-2].chord.root == dominant_root


@pytest.mark.parametrize("mood", MOOD_NAMES)
def test_the_melody_leaves_room_for_a_voice(mood: str) -> None:
    for seed in range(4):
        composition = compose(mood, 60, seed)
        melody = next(part for part in composition.parts if part.role == "melody")
        beats = composition.form.beats_per_bar
        singing = {int(note.start_beats // beats) for note in melody.notes}
        assert 0.2 < len(singing) / len(composition.form.bars) < 0.8
        sounding = sum(note.length_beats for note in melody.notes)
        assert sounding < 0.7 * composition.form.total_beats
        leaps = [abs(b.pitch - a.pitch) for a, b in pairwise(melody.notes)]
        assert max(leaps) <= 16
        assert sum(leap <= 5 for leap in leaps) > 0.6 * len(leaps), "it can be sung"


@pytest.mark.parametrize("mood", MOOD_NAMES)
def test_a_minute_has_the_form_it_promises(mood: str) -> None:
    form = plan_form(MOODS[mood], 60, random.Random(3))
    sections = list(dict.fromkeys(bar.section for bar in form.bars))
    assert sections[0] in ("intro", "A")
    assert [section for section in ("A", "B", "A''", "cadence", "final") if section in sections] == [
        section for section in sections if section in ("A", "B", "A''", "cadence", "final")
    ]
    slowest, fastest = MOODS[mood].tempo_bpm
    assert slowest * 0.95 < form.tempo_bpm < fastest * 1.05
    assert form.total_beats * 60 / form.tempo_bpm == pytest.approx(60)


def test_moods_differ_in_mode_pace_and_instruments() -> None:
    bands = {mood: {part.instrument.name for part in compose(mood, 40, 0).parts} for mood in MOOD_NAMES}
    assert len({frozenset(band) for band in bands.values()}) == len(MOOD_NAMES)
    assert compose("sad", 40, 0).form.tempo_bpm < 70 < 100 < compose("playful", 40, 0).form.tempo_bpm
    assert {MOODS[mood].mode for mood in ("sad", "tense", "epic")} == {"aeolian"}


@settings(max_examples=40, deadline=None)
@given(
    mood=st.sampled_from(MOOD_NAMES),
    duration_seconds=st.floats(0.05, 90),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_request_gives_a_playable_piece(mood: str, duration_seconds: float, seed: int) -> None:
    composition = compose(mood, duration_seconds, seed)
    for part in perform(composition, seed):
        ends: dict[int, float] = {}
        for note in part.notes:
            assert 0 <= note.start_beats < composition.form.total_beats
            assert note.start_beats + note.length_beats <= composition.form.total_beats + 1e-6
            assert 1 <= note.velocity <= 127
            assert part.is_drums or part.instrument.low <= note.pitch <= part.instrument.high
            ends[note.pitch] = note.start_beats + note.length_beats


# ---------------------------------------------------------------- harmony and motifs


def test_voices_move_little_and_keep_common_tones() -> None:
    first = lead_voices(parse_chord("I", 0), (), 50, 74, 4)
    second = lead_voices(parse_chord("vi", 0), first, 50, 74, 4)
    assert len(set(first) & set(second)) >= 2, "C and E stay"
    assert all(abs(new - old) <= 4 for new, old in zip(second, first, strict=True))


@pytest.mark.parametrize(
    ("numeral", "tonic", "pitch_classes"),
    [
        ("I", 0, {0, 4, 7}),
        ("vi7", 0, {9, 0, 4, 7}),
        ("bVImaj7", 0, {8, 0, 3, 7}),
        ("V7", 2, {9, 1, 4, 7}),
        ("Vsus4", 7, {2, 7, 9}),
        ("IVadd9", 5, {10, 2, 5, 0}),
    ],
)
def test_numerals_are_read_as_musicians_do(numeral: str, tonic: int, pitch_classes: set[int]) -> None:
    assert set(parse_chord(numeral, tonic).tones) == pitch_classes


@pytest.mark.parametrize(
    ("tonic", "mode", "name", "sharps"),
    [(0, "ionian", "C major", 0), (10, "ionian", "Bb major", -2), (9, "aeolian", "A minor", 0),
     (4, "aeolian", "E minor", 1), (5, "lydian", "F lydian", 0), (11, "aeolian", "B minor", 2)],
)  # fmt: skip
def test_keys_have_their_signatures(tonic: int, mode: str, name: str, sharps: int) -> None:
    assert (Key(tonic, mode).name, Key(tonic, mode).sharps) == (name, sharps)


def test_a_motif_is_developed_by_the_book() -> None:
    motif = ((0.0, 1.0, 0), (1.0, 1.0, 2), (2.0, 2.0, 1))
    assert [step for _, _, step in sequence(motif, 2)] == [2, 4, 3]
    assert [step for _, _, step in invert(motif)] == [0, -2, -1]
    assert [step for _, _, step in retrograde(motif)] == [1, 2, 0]
    assert augment(motif, 4) == ((0.0, 2.0, 0), (2.0, 2.0, 2))
    turned = ornament(motif, random.Random(0))
    assert sum(length for _, length, _ in turned) == sum(length for _, length, _ in motif)
    assert len(turned) == len(motif) + 2


# ---------------------------------------------------------------- the engine


def test_the_requests_mood_decides_then_the_ids() -> None:
    sad = ScoreMusicEngine.open("sad", Path("unused"))
    asked = {"duration_seconds": 4, "seed": 9}
    plain = engine().generate(MusicRequest(mood="sad", **asked))
    assert sad.generate(MusicRequest(mood="sad", **asked)).audio == plain.audio
    assert sad.generate(MusicRequest(mood="Melancholic", **asked)).audio == plain.audio
    assert sad.generate(MusicRequest(mood="like rain on slate", **asked)).audio == plain.audio
    assert engine().generate(MusicRequest(mood="like rain on slate", **asked)).audio != plain.audio
    assert set(SYNONYMS.values()) <= set(MOODS) == set(MOOD_NAMES)


def test_an_unknown_name_lists_the_moods(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="calm, hopeful"):
        ScoreMusicEngine.describe("polka", tmp_path)
    assert ScoreMusicEngine.describe("", tmp_path).id == "music:score/calm"


def test_the_soundfont_is_credited(tmp_path: Path) -> None:
    credits = {credit.title: credit.licence for credit in ScoreMusicEngine.describe("calm", tmp_path).credits}
    assert credits["TimGM6mb.sf2"] == "GPL-2.0"
    assert piece("calm").credits == ScoreMusicEngine.describe("calm", tmp_path).credits


def test_a_closed_engine_says_so(tmp_path: Path) -> None:
    closed = ScoreMusicEngine.open("calm", tmp_path)
    closed.close()
    with pytest.raises(GenerationError, match="closed"):
        closed.generate(MusicRequest(duration_seconds=1))
