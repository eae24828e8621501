"""A data set of music from a folder: what is kept, dropped, told, and never leaked."""

from __future__ import annotations

import hashlib
import json
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from played import folk_tune, musicxml, write_midi, write_mxl, xml_note

from miaobi.errors import InputError, StoreError
from miaobi.studio import DataSet
from miaobi.train.data.music.collect import join
from miaobi.train.data.music.dataset import MusicDataset
from miaobi.train.data.music.tokens import decode
from miaobi.train.data.music.tune import Tune
from miaobi.train.data.open import open_dataset

Collect = Callable[..., DataSet]


def tunes_of(made: DataSet, split: str) -> list[Tune]:
    return [decode(tokens.tolist()) for tokens in MusicDataset.open(made.folder).tunes(split)]  # type: ignore[arg-type]


def listed(made: DataSet) -> list[dict[str, object]]:
    return [json.loads(line) for line in (made.folder / "tunes.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_count_agrees_and_the_notes_come_back(collect: Collect, songbook: Path) -> None:
    made = collect(songbook, licence="CC0", origin="made up", validation=0.25)
    card, tunes = made.card, {split: tunes_of(made, split) for split in ("train", "validation")}
    everything = [*tunes["train"], *tunes["validation"]]
    assert made.kind == "music"
    assert card.kept == len(everything) == len(listed(made)) == 24
    for split, counts in card.splits.items():
        assert counts.tunes == len(tunes[split]) > 0
        assert counts.bars == sum(tune.bars for tune in tunes[split])
        assert counts.notes == sum(len(tune.notes) for tune in tunes[split])
        assert counts.tokens == sum(map(len, MusicDataset.open(made.folder).tunes(split)))
    (source,) = card.sources
    assert (source.name, source.licence, source.origin) == (songbook.name, "CC0", "made up")
    assert (source.files, source.tunes) == (24, 24)
    assert sum(card.keys.values()) == 24
    assert {"C major", "D major", "F major", "G major"} <= set(card.keys)
    assert card.meters == {"3/4": 12, "4/4": 12}
    assert sum(card.moods.values()) == sum(card.lengths.values()) == 24
    assert sum(card.pitches.values()) == source.notes
    expected = {tuple(pitch % 12 for _, _, pitch in folk_tune(4, quarters=3))}
    assert expected <= {tuple(note.pitch % 12 for note in tune.notes) for tune in everything}
    names = {path.name for path in made.folder.iterdir()}
    assert names == {"card.json", "card.md", "vocabulary.json", "train.bin", "validation.bin", "tunes.jsonl"}
    page = (made.folder / "card.md").read_text(encoding="utf-8")
    assert all(part in page for part in ("CC0", card.digest, "G major", "twelve keynotes", "BAR_7"))


def test_the_same_material_gives_the_same_bytes_and_another_seed_another_split(
    collect: Collect, songbook: Path
) -> None:
    def digests(made: DataSet) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.folder.iterdir()}

    first = digests(collect(songbook))
    assert digests(collect(songbook, replace=True)) == first
    assert digests(collect(songbook, replace=True, seed=5))["validation.bin"] != first["validation.bin"]


def test_a_tune_in_another_key_or_played_twice_is_the_same_tune(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "tunes"
    tune = folk_tune(1, bars=16)
    write_midi(folder / "a.mid", [tune], key="C")
    write_midi(folder / "b.mid", [folk_tune(2, bars=16)], key="C")
    write_midi(folder / "higher.mid", [folk_tune(1, bars=16, keynote=65)], key="F")
    write_midi(
        folder / "twice.mid", [[*tune, *((start + 64, length, pitch) for start, length, pitch in tune)]], key="C"
    )
    made = collect(folder)
    assert made.card.dropped == {"duplicate": 2}
    assert [record["source"] for record in listed(made)] == ["tunes/a.mid", "tunes/b.mid"]
    kept = collect(folder, drop_duplicates=False, replace=True)
    splits = {str(record["source"]): record["split"] for record in listed(kept)}
    assert splits["tunes/a.mid"] == splits["tunes/higher.mid"] == splits["tunes/twice.mid"] != splits["tunes/b.mid"]


def test_pieces_of_one_file_stay_together(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "tunes"
    for number in range(6):
        long = [note for part in range(5) for note in shifted(folk_tune(100 * number + part), 32 * part)]
        write_midi(folder / f"{number}.mid", [long], key="C")
    made = collect(folder, longest=8, validation=0.4)
    assert made.card.cut_files == 6
    assert made.card.kept > 20
    for number in range(6):
        assert len({record["split"] for record in listed(made) if record["source"] == f"tunes/{number}.mid"}) == 1


def shifted(tune: list[tuple[float, float, int]], by: float) -> list[tuple[float, float, int]]:
    return [(start + by, length, pitch) for start, length, pitch in tune]


def test_joining_groups() -> None:
    leaders, files = np.array([0, 1, 0, 3, 4, 3]), np.array([1, 1, 2, 2, 3, 4])
    assert join(leaders, files).tolist() == [0, 0, 0, 0, 4, 0]


def test_the_split_by_order_keeps_the_end_for_validation(collect: Collect, songbook: Path) -> None:
    splits = [record["split"] for record in listed(collect(songbook, split="order", validation=0.25))]
    assert splits == ["train"] * 18 + ["validation"] * 6


def test_every_kind_of_file_is_read_and_broken_ones_are_named(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "tunes"
    write_midi(folder / "a.mid", [folk_tune(1)])
    write_midi(folder / "b.MIDI", [folk_tune(2)])
    xml = [musicxml([xml_note(1, 60 + (7 * n * k) % 12) * 4 for n in range(1, 9)]) for k in (1, 5, 11)]
    (folder / "c.musicxml").write_bytes(xml[0])
    (folder / "d.xml").write_bytes(xml[1])
    write_mxl(folder / "e.mxl", xml[2])
    (folder / "settings.xml").write_text("<settings/>")
    (folder / "notes.txt").write_text("no music")
    (folder / "f.mid").write_bytes(b"MThd broken")
    (folder / "g.mxl").write_bytes(b"PK broken")
    (folder / "h.musicxml").write_bytes(xml[0][:300])
    write_midi(folder / "i.mid", [folk_tune(3)[:5]])
    write_midi(folder / "j.mid", [folk_tune(3)], meter=(11, 8))
    made = collect(folder)
    assert sorted(str(record["source"]) for record in listed(made)) == [
        "tunes/a.mid", "tunes/b.MIDI", "tunes/c.musicxml", "tunes/d.xml", "tunes/e.mxl",
    ]  # fmt: skip
    assert {trouble.file for trouble in made.card.unreadable} == {"tunes/f.mid", "tunes/g.mxl", "tunes/h.musicxml"}
    assert made.card.dropped == {"too short": 1, "other meter": 1}
    assert made.card.other_files == 2


def test_nothing_left_is_said_with_the_reasons(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "tunes"
    folder.mkdir()
    (folder / "a.mid").write_bytes(b"MThd broken")
    with pytest.raises(InputError, match=r"No tune is left of 1 file .*a\.mid cannot be read: it is damaged"):
        collect(folder)
    write_midi(folder / "a.mid", [folk_tune(1)])
    with pytest.raises(InputError, match="Only one tune is left"):
        collect(folder)
    for options, said in (
        ({"longest": 65}, "longest"),
        ({"voices": "lowest"}, "voices"),
        ({"picture_size": 8}, "music"),
    ):
        with pytest.raises(InputError, match=said):
            collect(folder, **options)


def test_memory_stays_flat(collect: Collect, tmp_path: Path) -> None:
    peaks = []
    for count in (20, 100):
        folder = tmp_path / str(count)
        for number in range(count):
            write_midi(folder / f"{number}.mid", [folk_tune(number)])
        tracemalloc.start()
        collect(folder, name=f"of{count}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 300_000


def test_a_damaged_data_set_is_refused(music_home: Path, tmp_path: Path) -> None:
    def damaged(name: str, data: bytes) -> Path:
        home = tmp_path / name
        shutil.copytree(music_home, home)
        (home / "lab/data/songs" / name).write_bytes(data)
        return home

    songs = music_home / "lab/data/songs"
    for name, data, said in (
        ("train.bin", b"", "train.bin has 0 bytes"),
        ("validation.bin", bytes((songs / "validation.bin").stat().st_size), "not those that the card"),
        ("vocabulary.json", b"[]", "not those that the card"),
        ("card.json", b'{"kind": "music"}', "card.json cannot be read"),
    ):
        with pytest.raises(StoreError, match=said):
            open_dataset(damaged(name, data), "songs", "music")
    with pytest.raises(InputError, match="holds music, and this model learns from text"):
        open_dataset(music_home, "songs", "text")
