"""A whole data set of pictures from a folder: what is kept, dropped, told, and never leaked."""

from __future__ import annotations

import errno
import hashlib
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from invented import Collect, drawing, prose
from PIL import Image

from miaobi.errors import DiskError, InputError, Interrupted, StoreError, UnknownNameError
from miaobi.studio import DataSet
from miaobi.train.data.open import open_dataset
from miaobi.train.data.pictures import collect as collecting
from miaobi.train.data.pictures import spool
from miaobi.train.data.pictures.dataset import PictureDataset


def listed(made: DataSet) -> list[dict[str, str]]:
    lines = (made.folder / "captions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def split_of(made: DataSet) -> dict[str, str]:
    return {record["file"]: record["split"] for record in listed(made)}


def shrunk(image: Image.Image, size: int) -> np.ndarray:
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


def test_the_pictures_come_back_and_every_count_agrees(collect: Collect, sketches: Path) -> None:
    (sketches / "notes.pdf").write_bytes(b"%PDF")
    made = collect(sketches, picture_size=32, licence="CC0", origin="drawn by hand")
    data = open_dataset(made.folder.parent.parent.parent, "made", "pictures")
    assert isinstance(data, PictureDataset)
    assert (made.kind, data.kind, data.size, data.channels) == ("pictures", "pictures", 32, 3)
    places = {"train": 0, "validation": 0}
    for record in listed(made):
        pictures = data.pictures(record["split"])  # type: ignore[arg-type]
        wanted = shrunk(drawing(int(Path(record["file"]).stem)), 32)
        np.testing.assert_array_equal(pictures[places[record["split"]]], wanted)
        places[record["split"]] += 1
    card = made.card
    assert sum(places.values()) == card.kept == 30
    for split, count in places.items():
        assert count == card.splits[split].pictures == len(data.pictures(split)) > 0  # type: ignore[arg-type]
        assert data.captions(split) == ("",) * count  # type: ignore[arg-type]
    assert isinstance(data.pictures("train"), np.memmap)
    (source,) = card.sources
    assert (source.name, source.licence, source.origin, source.pictures) == ("sketches", "CC0", "drawn by hand", 30)
    assert (card.modes, card.sizes, card.least_side, card.most_side) == ({"RGB": 30}, {"96 x 96": 30}, 96, 96)
    pixels = np.concatenate([data.pictures("train"), data.pictures("validation")])
    np.testing.assert_allclose(card.mean_colour, pixels.mean(axis=(0, 1, 2)), atol=0.1)
    assert sum(card.brightness) == 30
    assert card.other_files == 1
    assert {path.name for path in made.folder.iterdir()} == {
        "card.json", "card.md", "train.u8", "validation.u8", "captions.jsonl", "sample.png",
    }  # fmt: skip
    with Image.open(made.folder / "sample.png") as sheet:
        assert sheet.size == (8 * 34 - 2, 4 * 34 - 2)
    page = (made.folder / "card.md").read_text(encoding="utf-8")
    assert "CC0" in page
    assert card.digest in page


def test_the_same_material_gives_the_same_bytes_and_another_seed_another_split(
    collect: Collect, sketches: Path
) -> None:
    def digests(made: DataSet) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.folder.iterdir()}

    first = digests(collect(sketches, picture_size=16))
    assert digests(collect(sketches, picture_size=16, replace=True)) == first
    other = collect(sketches, picture_size=16, seed=5, replace=True)
    assert digests(other)["validation.u8"] != first["validation.u8"]


def test_grey_pictures_have_one_channel(collect: Collect, sketches: Path) -> None:
    data = PictureDataset.open(collect(sketches, picture_size=16, channels="grey").folder)
    assert data.channels == 1
    assert data.pictures("train").shape[1:] == (16, 16, 1)
    assert len(data.card.mean_colour) == 1


def test_a_picture_keeps_its_split_when_others_come(collect: Collect, sketches: Path) -> None:
    before = split_of(collect(sketches))
    for number in range(30, 60):
        drawing(number).save(sketches / f"a{number}.png")
    after = split_of(collect(sketches, replace=True))
    assert len(after) == 60
    assert all(after[file] == split for file, split in before.items())


def test_near_duplicates_go_or_stay_in_one_split(collect: Collect, sketches: Path) -> None:
    for number in range(30):
        image = drawing(number)
        image.save(sketches / f"{number:02}-same.png")
        image.resize((128, 128), Image.Resampling.BICUBIC).save(sketches / f"{number:02}-larger.webp", quality=95)
        image.save(sketches / f"{number:02}-z.jpg", quality=90)
    made = collect(sketches, picture_size=32)
    assert made.card.kept == 30
    assert made.card.dropped == {"duplicate": 90}
    assert all(len(Path(file).stem.split("-")) > 1 for file in split_of(made))  # the first of the names stays
    kept = collect(sketches, picture_size=32, drop_duplicates=False, validation=0.3, replace=True)
    assert kept.card.kept == 120
    splits: dict[str, set[str]] = {}
    for file, split in split_of(kept).items():
        splits.setdefault(Path(file).name[:2], set()).add(split)
    assert {len(found) for found in splits.values()} == {1}
    assert {next(iter(found)) for found in splits.values()} == {"train", "validation"}


# ------------------------------------------------------------ captions


def test_captions_beside_the_pictures(collect: Collect, sketches: Path) -> None:
    (sketches / "00.txt").write_text("  A red\n house. ", encoding="utf-8")
    (sketches / "01.txt").write_text("湖边的一座红房子", encoding="gb18030")
    (sketches / "02.txt").write_bytes(b"\x00\x01\x02\xff")
    (sketches / "03.txt").write_text("x" * 9000, encoding="utf-8")
    (sketches / "stray.txt").write_text("There is no such picture.", encoding="utf-8")
    made = collect(sketches)
    told = {Path(record["file"]).name: record["caption"] for record in listed(made) if record["caption"]}
    assert told == {"00.png": "A red house.", "01.png": "湖边的一座红房子"}
    assert [(trouble.file, trouble.reason) for trouble in made.card.unreadable] == [
        ("sketches/02.txt", "it is not text"),
        ("sketches/03.txt", "a caption has at most 2,000 characters"),
    ]
    assert made.card.other_files == 1
    data = PictureDataset.open(made.folder)
    assert set(data.captions("train") + data.captions("validation")) == {"", "A red house.", "湖边的一座红房子"}
    assert sum(split.captions for split in made.card.splits.values()) == 2


def write_captions(path: Path, captions: dict[str, str], *others: str) -> Path:
    lines = [json.dumps({"file": file, "caption": caption}, ensure_ascii=False) for file, caption in captions.items()]
    path.write_text("\n".join([*lines, *others]), encoding="utf-8")
    return path


@pytest.mark.parametrize("named", ["{name}", "./{name}", "sketches/{name}", "{folder}/{name}"])
def test_a_captions_file_may_name_the_pictures_from_several_places(
    collect: Collect, sketches: Path, tmp_path: Path, named: str
) -> None:
    (sketches / "07.txt").write_text("Not this one.", encoding="utf-8")
    sketches.joinpath("深").mkdir()
    drawing(99).save(sketches / "深" / "图画.png")
    names = {f"{number:02}.png": f"drawing {number}" for number in range(30)} | {"深/图画.png": "一幅图画"}
    captions = {named.format(name=name, folder=sketches): caption for name, caption in names.items()}
    path = write_captions(tmp_path / "captions.jsonl", captions)
    made = collect(sketches, captions=path)
    assert {record["file"].removeprefix("sketches/"): record["caption"] for record in listed(made)} == names


def test_a_captions_file_that_names_missing_pictures_is_refused(
    collect: Collect, sketches: Path, tmp_path: Path
) -> None:
    captions = {"00.png": "here", **{f"gone-{number}.png": "lost" for number in range(5)}}
    path = write_captions(tmp_path / "captions.jsonl", captions)
    with pytest.raises(InputError, match=r"not in the material: gone-0\.png, gone-1\.png, gone-2\.png and 2 more"):
        collect(sketches, captions=path)
    assert not list((tmp_path / "home" / "lab" / "data").glob("[!.]*"))


def test_lines_that_are_no_captions_are_told(collect: Collect, sketches: Path, tmp_path: Path) -> None:
    wrong = ["{broken", '["00.png"]', '{"file": "01.png"}', '{"file": 7, "caption": "x"}', "[" * 50_000]
    again = json.dumps({"file": "00.png", "caption": "again"})
    long = json.dumps({"file": "02.png", "caption": "x" * 70_000})
    path = write_captions(tmp_path / "captions.jsonl", {"00.png": "first"}, *wrong, again, long, "")
    made = collect(sketches, captions=path)
    assert [record["caption"] for record in listed(made) if record["caption"]] == ["first"]
    (trouble,) = made.card.unreadable
    assert trouble.file == "captions.jsonl"
    assert trouble.reason == "7 of its lines left out; line 2: it is not JSON"


def test_a_captions_file_that_is_none(collect: Collect, sketches: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no captions file at"):
        collect(sketches, captions=tmp_path / "nowhere.jsonl")
    path = tmp_path / "captions.jsonl"
    path.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"has no captions \(line 1: it is not JSON\)"):
        collect(sketches, captions=path)
    path.write_bytes(b"\x00\xff\x00")
    with pytest.raises(InputError, match="cannot be read: it is not text"):
        collect(sketches, captions=path)


# ------------------------------------------------------------ kinds and options


def test_the_kind_is_told_by_the_files(collect: Collect, sketches: Path, novel: Path) -> None:
    assert collect(sketches).kind == "pictures"
    assert collect(novel, name="text").kind == "text"
    assert collect(novel, sketches, name="both").kind == "pictures"
    assert collect(novel, sketches, name="forced", kind="text").kind == "text"
    with pytest.raises(UnknownNameError, match="There is no kind of data set 'films'"):
        collect(sketches, name="x", kind="films")


def test_options_of_another_kind_are_refused(collect: Collect, sketches: Path, novel: Path) -> None:
    with pytest.raises(InputError, match="--language, --longest cannot be used for a data set of pictures"):
        collect(sketches, language="en", longest=3)
    with pytest.raises(InputError, match="--picture-size cannot be used for a data set of text") as refused:
        collect(novel, picture_size=32)
    assert "--tokenizer" in str(refused.value)


@pytest.mark.parametrize(
    "options",
    [{"picture_size": 4}, {"picture_size": 5000}, {"fit": "stretch"}, {"background": "no-colour"}, {"channels": "cmyk"},
     {"validation": 0.9}, {"name": "../x"}],
)  # fmt: skip
def test_impossible_options_are_refused(collect: Collect, sketches: Path, options: dict[str, object]) -> None:
    with pytest.raises(InputError, match="option"):
        collect(sketches, **options)


def test_a_model_of_text_cannot_learn_from_pictures(collect: Collect, sketches: Path, tmp_path: Path) -> None:
    collect(sketches)
    with pytest.raises(InputError, match="holds pictures, and this model learns from text"):
        open_dataset(tmp_path / "home", "made", "text")


# ------------------------------------------------------------ bad input


def test_material_that_cannot_be_used(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(InputError, match=r"There are no pictures in .*empty"):
        collect(folder, kind="pictures")
    (folder / "a.txt").write_text(prose(1), encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.txt cannot be read as a picture"):
        collect(folder / "a.txt", kind="pictures")
    drawing(1).save(folder / "a.png")
    with pytest.raises(InputError, match="Only one picture is left"):
        collect(folder)
    drawing(1).save(folder / "b.bmp")
    with pytest.raises(InputError, match="Only one picture is left"):
        collect(folder)
    with pytest.raises(InputError, match=r"None of 2 pictures can be used \(empty/a\.png: it has 96 x 96 pixels"):
        collect(folder, picture_size=512)
    assert not list((tmp_path / "home" / "lab" / "data").glob("[!.]*"))
    assert not list((tmp_path / "home" / "lab" / "data").glob(".miaobi-*"))


def test_broken_files_are_told_and_the_others_go_on(
    collect: Collect, sketches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (sketches / "00.png").read_bytes()
    (sketches / "cut.png").write_bytes(whole[: len(whole) // 2])
    (sketches / "empty.jpg").write_bytes(b"")
    (sketches / "text.gif").write_text("no picture", encoding="utf-8")
    (sketches / "lost.png").symlink_to("/nonexistent")
    read = collecting.read_picture

    def failing(path: Path, wish: object) -> object:
        if path.name == "05.png":
            raise KeyError("unforeseen")
        return read(path, wish)  # type: ignore[arg-type]

    monkeypatch.setattr(collecting, "read_picture", failing)
    card = collect(sketches).card
    assert card.kept == 29
    assert card.unreadable_total == 4
    told = {trouble.file.removeprefix("sketches/"): trouble.reason for trouble in card.unreadable}
    assert told["05.png"] == "it is damaged (KeyError: 'unforeseen')"
    assert "truncated" in told["cut.png"]
    assert told["empty.jpg"] == "it is empty"
    assert "or it is damaged" in told["text.gif"]


def test_too_little_disk_is_told_before_anything_is_read(
    collect: Collect, sketches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = collecting.shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(collecting.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(DiskError, match="may need 16 MB"):
        collect(sketches, picture_size=32)


def test_a_full_disk_is_no_broken_file(collect: Collect, sketches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool.SpoolWriter, "add", full)
    with pytest.raises(DiskError, match="is full"):
        collect(sketches)


@pytest.mark.parametrize("step", ["_read", "_compare", "_write"])
def test_an_interruption_leaves_what_was_there(
    collect: Collect, sketches: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    made = collect(sketches)
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    whole = getattr(collecting.PictureCollection, step)

    def stopped(self: collecting.PictureCollection) -> None:
        whole(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(collecting.PictureCollection, step, stopped)
    with pytest.raises(Interrupted, match="as it was"):
        collect(sketches, seed=1, replace=True)
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before
    assert [path.name for path in made.folder.parent.iterdir() if path.name != ".made.lock"] == ["made"]


def cut_pixels(folder: Path) -> None:
    path = folder / "train.u8"
    path.write_bytes(path.read_bytes()[:-3])


def swap_byte(folder: Path) -> None:
    path = folder / "validation.u8"
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


def change_caption(folder: Path) -> None:
    path = folder / "captions.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"caption": ""', '"caption": "x"', 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "train.u8").unlink(), r"train\.u8 is missing"),
        (lambda folder: (folder / "captions.jsonl").unlink(), r"captions\.jsonl is missing"),
        (lambda folder: (folder / "card.json").write_text("{"), r"card\.json cannot be read"),
        (lambda folder: (folder / "card.json").write_text('{"kind": "text"}'), r"card\.json cannot be read"),
        (cut_pixels, r"train\.u8 has"),
        (swap_byte, "not those that the card was written for"),
        (change_caption, "not those that the card was written for"),
    ],
)
def test_damage_is_told(collect: Collect, sketches: Path, damage: Callable[[Path], None], said: str) -> None:
    folder = collect(sketches, picture_size=16).folder
    damage(folder)
    with pytest.raises(StoreError, match=said):
        PictureDataset.open(folder)


def test_memory_stays_flat(collect: Collect, tmp_path: Path) -> None:
    peaks = []
    for count in (2, 8, 64):  # the first loads what is loaded once
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            drawing(number).save(folder / f"{number}.bmp")
        tracemalloc.start()
        assert collect(folder, name=f"m{count}", picture_size=128).card.kept == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] - peaks[1] < 20 * 128 * 128 * 3, peaks  # 56 more pictures
