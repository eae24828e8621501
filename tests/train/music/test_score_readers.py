"""MIDI and MusicXML files: what is read, and that no file does harm."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import mido
import pytest
from played import folk_tune, musicxml, write_midi, write_mxl, xml_note

from miaobi.train.data.music import read_midi, read_musicxml
from miaobi.train.data.music.score import Score
from miaobi.train.data.reading import UnreadableError


def heard(score: Score) -> list[tuple[float, float, int]]:
    return sorted((n.start, n.length, n.pitch) for part in score.parts for n in part.notes)


def read_xml(tmp_path: Path, xml: bytes) -> Score:
    path = tmp_path / "score.musicxml"
    path.write_bytes(xml)
    return read_musicxml.read(path)


# ---------------------------------------------------------------- MIDI


def test_midi_gives_notes_meter_key_and_tempo(tmp_path: Path) -> None:
    tune = folk_tune(1, quarters=3)
    score = read_midi.read(write_midi(tmp_path / "a.mid", [tune], meter=(3, 4), key="Em", tempo_bpm=90))
    assert heard(score) == sorted(tune)
    assert (score.meter, score.fifths, score.mode, score.changes_meter) == ((3, 4), 1, "minor", False)
    assert score.tempo_bpm == pytest.approx(90, rel=1e-4)


def test_midi_tracks_are_parts_and_drums_are_none(tmp_path: Path) -> None:
    melody, bass, drums = [(0, 1, 72)], [(0, 4, 40)], [(0, 1, 36)]
    score = read_midi.read(write_midi(tmp_path / "a.mid", [melody, bass, drums], channels=[0, 1, 9], key="D"))
    assert [[note.pitch for note in part.notes] for part in score.parts] == [[72], [40]]
    assert (score.meter, score.fifths, score.mode) == ((4, 4), 2, None)  # major is written without being meant


def test_midi_notes_without_an_end_end_with_their_track(tmp_path: Path) -> None:
    midi = mido.MidiFile(type=0, ticks_per_beat=96)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=60, velocity=9, time=0))
    track.append(mido.MetaMessage("end_of_track", time=192))
    midi.tracks.append(track)
    midi.save(tmp_path / "a.mid")
    assert heard(read_midi.read(tmp_path / "a.mid")) == [(0, 2, 60)]


def test_a_change_of_meter_is_told(tmp_path: Path) -> None:
    path = write_midi(tmp_path / "a.mid", [folk_tune(1)], later_meter=(3, 4))
    assert read_midi.read(path).changes_meter


def test_damaged_midi_never_does_more_than_be_refused(tmp_path: Path) -> None:
    data = write_midi(tmp_path / "a.mid", [folk_tune(1), folk_tune(2)], key="G").read_bytes()
    rng = random.Random(7)
    refused = 0
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(rng.choice([1, 2, 8, 40])):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            read_midi.read_bytes(bytes(broken[: rng.choice([len(broken), rng.randrange(len(broken))])]))
        except UnreadableError:
            refused += 1
    assert refused > 100
    for junk in (b"", b"MThd", b"RIFF....", bytes(100)):
        with pytest.raises(UnreadableError):
            read_midi.read_bytes(junk)


# ---------------------------------------------------------------- MusicXML


def test_musicxml_gives_notes_meter_key_and_tempo(tmp_path: Path) -> None:
    head = "<key><fifths>-1</fifths><mode>minor</mode></key><time><beats>3</beats><beat-type>4</beat-type></time>"
    third = 1 / 3
    measures = [
        '<direction><sound tempo="72"/></direction>' + "".join(xml_note(third, 62 + n) for n in range(3))
        + xml_note(1, None) + xml_note(1, 61),
        xml_note(3, 62),
    ]  # fmt: skip
    score = read_xml(tmp_path, musicxml(measures, head=head))
    triplet = [(pytest.approx(n * third), pytest.approx(third), 62 + n) for n in range(3)]
    assert heard(score) == [*triplet, (2, 1, 61), (3, 3, 62)]
    assert (score.meter, score.fifths, score.mode, score.tonic, score.tempo_bpm) == ((3, 4), -1, "minor", 2, 72)
    assert score.parts[0].name == "Voice"


@pytest.mark.parametrize(
    ("mode", "expected"), [("dorian", ("minor", 2)), ("mixolydian", ("major", 7)), ("phrygian", ("minor", 4))]
)
def test_church_modes_count_by_their_third_and_keynote(tmp_path: Path, mode: str, expected: tuple[str, int]) -> None:
    head = f"<key><fifths>0</fifths><mode>{mode}</mode></key>"
    score = read_xml(tmp_path, musicxml([xml_note(4, 62)], head=head))
    assert (score.mode, score.tonic) == expected


def test_ties_join_chords_stack_voices_go_back_and_graces_vanish(tmp_path: Path) -> None:
    grace = "<note><grace/><pitch><step>C</step><octave>6</octave></pitch></note>"
    first = (
        grace + xml_note(2, 72) + xml_note(2, 76, extra="<chord/>") + xml_note(2, 74, extra='<tie type="start"/>')
        + "<backup><duration>96</duration></backup>" + xml_note(4, 48)
    )  # fmt: skip
    second = (
        xml_note(1, 74, extra='<tie type="stop"/>') + "<forward><duration>24</duration></forward>" + xml_note(2, 72)
    )
    score = read_xml(tmp_path, musicxml([first, second]))
    assert heard(score) == [(0, 2, 72), (0, 2, 76), (0, 4, 48), (2, 3, 74), (6, 2, 72)]


def test_a_change_of_meter_in_musicxml_is_told_and_not_laid_out(tmp_path: Path) -> None:
    later = "<attributes><time><beats>6</beats><beat-type>4</beat-type></time></attributes>"
    score = read_xml(tmp_path, musicxml([xml_note(4, 60), later + xml_note(6, 62)]))
    assert score.changes_meter
    assert heard(score) == [(0, 4, 60), (4, 6, 62)]


def test_a_transposing_part_sounds_where_it_sounds(tmp_path: Path) -> None:
    head = "<transpose><chromatic>-2</chromatic><octave-change>-1</octave-change></transpose>"
    assert heard(read_xml(tmp_path, musicxml([xml_note(4, 74)], head=head))) == [(0, 4, 60)]


def lengths(*quarters: float) -> list[Fraction]:
    return [Fraction(quarter) for quarter in quarters]


@pytest.mark.parametrize(
    ("measures", "starts"),
    [
        (lengths(4, 4), [0, 4]),
        (lengths(1, 4, 3), [3, 4, 8]),  # an upbeat, and the last bar without it
        (lengths(1, 4, 3, 1, 4), [3, 4, 8, 11, 12]),  # a repeat in the middle of a bar
        (lengths(4, 3, 4), [0, 4, 8]),  # one that is left short is filled up
        (lengths(0, 1, 4), [0, 3, 4]),
    ],
)
def test_short_measures_find_their_place_on_the_grid(measures: list[Fraction], starts: list[int]) -> None:
    assert read_musicxml.lay_out(measures, (4, 4)) == starts


def test_mxl_is_read_and_what_is_no_score_refused(tmp_path: Path) -> None:
    xml = musicxml([xml_note(4, 60)])
    assert heard(read_musicxml.read(write_mxl(tmp_path / "a.mxl", xml))) == [(0, 4, 60)]
    entities = b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for name, data, said in (
        ("a.musicxml", xml[: len(xml) // 2], "not XML"),
        ("b.musicxml", b"<score-timewise/>", "not <score-partwise>"),
        ("c.mxl", b"PK\x03\x04 no zip", "damaged"),
        ("d.musicxml", musicxml([xml_note(5, 60)]), "measure 1 is longer"),
        ("e.musicxml", xml.replace(b"<divisions>24", b"<divisions>0"), "divisions"),
        ("i.musicxml", xml.replace(b"<beat-type>4", b"<beat-type>0"), "time signature 4/0"),
        ("f.musicxml", musicxml([xml_note(4, 60).replace(">96<", ">nine<")]), "duration"),
        ("g.musicxml", musicxml([xml_note(4, 60).replace("<step>C", "<step>H")]), "the name 'H'"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UnreadableError, match=said):
            read_musicxml.read(tmp_path / name)
    (tmp_path / "bomb.musicxml").write_bytes(entities + b"<score-partwise>&b;</score-partwise>")
    assert read_musicxml.read(tmp_path / "bomb.musicxml").parts == ()
