"""A whole data set from a folder: what is kept, dropped, told, and never leaked."""

from __future__ import annotations

import errno
import hashlib
import json
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from invented import Collect, prose

from miaobi.errors import DiskError, InputError, Interrupted
from miaobi.studio import DataSet
from miaobi.train.data import collect as collecting
from miaobi.train.data import material, read_text, spool
from miaobi.train.data.dataset import TextDataset


def documents(made: DataSet) -> list[dict[str, object]]:
    lines = (made.folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def texts(made: DataSet, split: str) -> list[str]:
    """The texts of a split, decoded from its tokens."""
    data = TextDataset.open(made.folder)
    tokens = data.tokens(split)  # type: ignore[arg-type]
    ends = np.flatnonzero(tokens == data.end_id)
    return [data.tokenizer.decode(part[:-1].tolist()) for part in np.split(tokens, ends + 1)[:-1]]


def test_the_texts_come_back_from_the_tokens_and_every_count_agrees(collect: Collect, novel: Path) -> None:
    made = collect(novel, rarest=1, licence="CC0", origin="written by hand")
    card = made.card
    both = {split: texts(made, split) for split in ("train", "validation")}
    assert sorted(both["train"] + both["validation"]) == sorted(prose(number) for number in range(30))
    listed = documents(made)
    assert len(listed) == card.kept == 30
    for split, counts in card.splits.items():
        mine = [document for document in listed if document["split"] == split]
        assert counts.documents == len(mine) == len(both[split]) > 0
        assert counts.tokens == sum(document["tokens"] for document in mine)  # type: ignore[misc]
        assert counts.characters == sum(map(len, both[split])) == counts.tokens - counts.documents
    (source,) = card.sources
    assert (source.name, source.licence, source.origin) == ("novel", "CC0", "written by hand")
    assert (source.files, source.documents) == (30, 30)
    assert source.characters == sum(counts.characters for counts in card.splits.values())
    assert sum(length.documents for length in card.lengths) == 30
    assert card.made_on == "2025-11-21"
    assert len(card.sample) == 3
    assert {path.name for path in made.folder.iterdir()} == {
        "card.json", "card.md", "tokenizer.json", "train.bin", "validation.bin", "documents.jsonl",
    }  # fmt: skip
    page = (made.folder / "card.md").read_text(encoding="utf-8")
    assert "CC0" in page
    assert card.digest in page


def test_the_same_material_gives_the_same_bytes_and_another_seed_another_split(collect: Collect, novel: Path) -> None:
    def digests(made: DataSet) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.folder.iterdir()}

    for tokenizer in ("char", "bpe"):
        first = digests(collect(novel, tokenizer=tokenizer, vocabulary=400, replace=True))
        assert digests(collect(novel, tokenizer=tokenizer, vocabulary=400, replace=True)) == first
    other = digests(collect(novel, tokenizer="bpe", vocabulary=400, seed=7, replace=True))
    assert other["validation.bin"] != first["validation.bin"]


def test_the_split_by_order_keeps_the_end_for_validation(collect: Collect, novel: Path) -> None:
    made = collect(novel, split="order", validation=0.25)
    splits = [document["split"] for document in documents(made)]
    held_out = round(0.25 * len(splits))
    assert splits == ["train"] * (len(splits) - held_out) + ["validation"] * held_out
    assert "at the end of the material" in (made.folder / "card.md").read_text(encoding="utf-8")


def test_a_document_keeps_its_split_when_others_come(collect: Collect, novel: Path) -> None:
    before = {document["id"]: document["split"] for document in documents(collect(novel))}
    for number in range(30, 60):
        (novel / f"00-{number}.txt").write_text(prose(number), encoding="utf-8")
    after = {document["id"]: document["split"] for document in documents(collect(novel, replace=True))}
    assert len(after) == 60
    assert all(after[identity] == split for identity, split in before.items())


def near(text: str, word: str) -> str:
    return text.rsplit(" ", 4)[0] + f" {word}"


def test_near_duplicates_go_or_stay_in_one_split(collect: Collect, novel: Path) -> None:
    for number in range(30):
        (novel / f"{number:02}-copy.txt").write_text(near(prose(number), "changed"), encoding="utf-8")
        (novel / f"{number:02}-same.txt").write_text(prose(number), encoding="utf-8")
    made = collect(novel)
    assert made.card.kept == 30
    assert made.card.dropped == {"duplicate": 60}
    kept = collect(novel, drop_duplicates=False, validation=0.3, replace=True)
    listed = documents(kept)
    assert len({document["id"] for document in listed}) == 90
    split_of: dict[str, set[object]] = {}
    for document in listed:
        split_of.setdefault(str(document["source"])[6:8], set()).add(document["split"])
    assert {len(splits) for splits in split_of.values()} == {1}
    assert {next(iter(splits)) for splits in split_of.values()} == {"train", "validation"}


def test_the_tokeniser_has_seen_no_validation_text(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "marked"
    folder.mkdir()
    for number in range(60):  # every text has a character of its own, many times
        (folder / f"{number}.txt").write_text(f"{prose(number, 40)} {chr(0x3B1 + number) * 9}", encoding="utf-8")
    made = collect(folder)
    listed = {str(document["source"]): document for document in documents(made)}
    vocabulary = TextDataset.open(made.folder).tokenizer.get_vocab()
    for number in range(60):
        is_known = chr(0x3B1 + number) in vocabulary
        assert is_known == (listed[f"marked/{number}.txt"]["split"] == "train")


def test_filters_and_what_is_told_of_them(collect: Collect, novel: Path) -> None:
    (novel / "short.txt").write_text("Too short.", encoding="utf-8")
    (novel / "empty.txt").write_text(" \n\n", encoding="utf-8")
    (novel / "long.md").write_text(prose(77, 600), encoding="utf-8")
    (novel / "chinese.txt").write_text("秦川雄帝宅，函谷壯皇居。綺殿千尋起，離宮百雉餘。" * 3, encoding="utf-8")
    (novel / "broken.epub").write_bytes(b"PK nonsense")
    (novel / "records.jsonl").write_text('{"text": "' + prose(99) + '"}\nbroken\n', encoding="utf-8")
    (novel / "picture.png").write_bytes(b"\x89PNG")
    (novel / ".hidden.txt").write_text(prose(55), encoding="utf-8")
    (novel / "link.txt").symlink_to(novel / "00.txt")
    (novel / "loop").symlink_to(novel)
    locked = novel / "locked.txt"
    locked.symlink_to("/nonexistent")
    card = collect(novel, kind="text", shortest=60, longest=2000, language="en").card
    assert card.kept == 31
    assert card.dropped == {"empty": 1, "too short": 1, "too long": 1, "other language": 1}
    assert card.languages == {"en": 31, "zh": 1}
    assert card.other_files == 1
    assert [(trouble.file, trouble.reason) for trouble in card.unreadable] == [
        ("novel/broken.epub", "it is damaged (File is not a zip file)"),
        ("novel/records.jsonl", "1 of its lines left out; line 2: it is not JSON"),
    ]


def test_stop_words_stay_out_of_the_frequent_words(collect: Collect, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for number in range(4):
        (folder / f"e{number}.txt").write_text(
            f"The whale and the sea and the whale. {prose(number)}", encoding="utf-8"
        )
        (folder / f"z{number}.txt").write_text(
            f"我们的大学在北京，大学很大。{'山水风云雨'[number]}" * 2, encoding="utf-8"
        )
    words = dict(collect(folder).card.frequent_words)
    assert words["whale"] == 8
    assert words["大学"] >= 4
    assert not {"the", "and", "was", "的", "我们", "在"} & set(words)


def test_a_large_vocabulary_takes_four_bytes(collect: Collect, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    characters = [chr(code) for code in range(0x20000, 0x2A6D0)] + [chr(c) for c in range(0xAC00, 0xD7A3)]
    characters += [chr(code) for code in range(0x4E00, 0x9FFF)]
    chunks = ["".join(characters[start : start + 500]) for start in range(0, len(characters), 500)]
    path.write_text("\n".join(json.dumps({"text": chunk}) for chunk in chunks), encoding="utf-8")
    made = collect(path, vocabulary=200_000, rarest=1, validation=0.01)
    assert made.card.token_bytes == 4
    assert made.card.tokenizer.vocabulary > 65536
    assert int(TextDataset.open(made.folder).tokens("train").max()) > 65535
    assert set("".join(texts(made, "train"))) <= set(characters)


# ------------------------------------------------------------ bad input


def test_material_that_cannot_be_used(collect: Collect, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"There is no text in .*empty"):
        collect(empty)
    with pytest.raises(InputError, match="There is nothing at"):
        collect(tmp_path / "nowhere")
    (empty / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"a\.pdf cannot be read as text"):
        collect(empty / "a.pdf")
    (empty / "one.txt").write_text("One line of data.\n", encoding="utf-8")
    with pytest.raises(InputError, match="Only one document is left"):
        collect(empty)
    with pytest.raises(InputError, match=r"Nothing is left of 1 file \(1 too short\)"):
        collect(empty, shortest=100)
    (empty / "bad.docx").write_bytes(b"no")
    (empty / "one.txt").unlink()
    with pytest.raises(InputError, match=r"bad.docx cannot be read: it is damaged"):
        collect(empty)
    assert not list((tmp_path / "home" / "lab" / "data").glob("[!.]*"))
    assert not list((tmp_path / "home" / "lab" / "data").glob(".miaobi-*"))


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "-x", "con", "nul.txt", "a\\b", "x" * 80, "a\n", "a."])
def test_names_with_tricks_are_refused(collect: Collect, novel: Path, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        collect(novel, name=name)


@pytest.mark.parametrize("name", ["唐诗", "my-set_2.1", "été"])
def test_names_in_other_languages_are_fine(collect: Collect, novel: Path, name: str) -> None:
    assert collect(novel, name=name).folder.name == name


@pytest.mark.parametrize(
    "options",
    [{"validation": 0.0}, {"validation": 2}, {"vocabulary": 3}, {"language": "english please"}, {"tokenizer": "word"},
     {"shortest": 9, "longest": 3}, {"seed": -1}],
)  # fmt: skip
def test_impossible_options_are_refused(collect: Collect, novel: Path, options: dict[str, object]) -> None:
    with pytest.raises(InputError, match="option"):
        collect(novel, **options)


def test_an_existing_name_is_refused_and_kept_until_replaced(collect: Collect, novel: Path) -> None:
    made = collect(novel)
    with pytest.raises(InputError, match="There is a data set named 'made' already"):
        collect(novel, seed=1)
    assert TextDataset.open(made.folder).card == made.card
    assert collect(novel, seed=1, replace=True).card.seed == 1


def test_too_little_disk_is_told_before_anything_is_read(
    collect: Collect, novel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = collecting.shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(collecting.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(DiskError, match="may need 16 MB"):
        collect(novel)


@pytest.mark.parametrize("step", ["_read", "_compare", "_learn", "_write"])
def test_an_interruption_leaves_what_was_there(
    collect: Collect, novel: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    made = collect(novel)
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    whole = getattr(collecting.Collection, step)

    def stopped(self: collecting.Collection) -> None:
        whole(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(collecting.Collection, step, stopped)
    with pytest.raises(Interrupted, match="as it was"):
        collect(novel, seed=1, replace=True)
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before
    assert [path.name for path in made.folder.parent.iterdir() if path.name != ".made.lock"] == ["made"]


def test_a_full_disk_is_no_broken_file(collect: Collect, novel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool.SpoolWriter, "add", full)
    with pytest.raises(DiskError, match="is full"):
        collect(novel)


def test_a_reader_that_fails_is_told_and_the_others_go_on(
    collect: Collect, novel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, report: object) -> Iterator[str]:
        yield from read_text.read(path, print)
        if path.name == "03.txt":
            raise KeyError("unforeseen")

    monkeypatch.setattr(material.Found, "reader", property(lambda _found: broken))
    card = collect(novel).card
    assert card.kept == 30
    assert [trouble.reason for trouble in card.unreadable] == ["it is damaged (KeyError: 'unforeseen')"]


# ------------------------------------------------------------ memory


def corpus(path: Path, kilobytes: int) -> None:
    """A text file of so many kilobytes of words that are not all different."""
    chance = random.Random(kilobytes)
    with path.open("w", encoding="utf-8") as file:
        written = 0
        while written < kilobytes << 10:
            words = (f"w{chance.randrange(3000)}" for _ in range(120))
            written += file.write(" ".join(words) + ".\n\n")


@pytest.mark.slow
def test_memory_stays_flat(collect: Collect, tmp_path: Path) -> None:
    corpus(tmp_path / "warm.txt", 200)
    collect(tmp_path / "warm.txt", name="warm")  # models and tables that are loaded once
    peaks = []
    for kilobytes in (400, 1000):  # the peak is 2.4 MB, so a corpus that was held would show
        path = tmp_path / f"{kilobytes}.txt"
        corpus(path, kilobytes)
        tracemalloc.start()
        made = collect(path, name=f"m{kilobytes}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made.card.kept > kilobytes // 5
    assert peaks[1] < 1.3 * peaks[0], peaks
