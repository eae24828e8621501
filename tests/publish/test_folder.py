"""Writing a work: all or nothing, and never at the cost of what a person has in the folder."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import threading
import time
from ctypes import c_long
from pathlib import Path

import pytest

from miaobi.base.asset import Asset, digest_bytes, digest_file
from miaobi.base.piece import Part, Piece
from miaobi.errors import CorruptBlobError, DiskError, DraftError, InputError, WorkChangedError
from miaobi.publish import swap
from miaobi.publish.bundle import documents_of, plain_files, write_bundle
from miaobi.publish.folder import Kept, manifest_digest
from miaobi.publish.manifest import Manifest, build_manifest, read_manifest


def text_asset(text: str) -> Asset:
    return Asset.from_bytes(text.encode(), "text/plain")


def manifest_of(files: dict[str, Asset], title: str = "t") -> Manifest:
    return build_manifest(Piece(recipe="r", title=title, language="en", parts=()), name="w", files=files)


def write(folder: Path, texts: dict[str, str], draft_taken: str | None = None) -> tuple[Kept, ...]:
    files = {name: text_asset(text) for name, text in texts.items()}
    return write_bundle(folder, files, manifest_of(files), draft_taken=draft_taken)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def assert_clean(parent: Path) -> None:
    assert not [path.name for path in parent.iterdir() if path.name.startswith(".miaobi-")]


@pytest.fixture(params=["exchange", "two renames"])
def any_swap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of putting a folder in place."""
    if request.param == "two renames":
        monkeypatch.setattr(swap, "_renameat2", lambda: None)
    elif sys.platform != "linux":
        pytest.skip("only Linux exchanges names")
    return str(request.param)


def everything(piece: Piece, statement: str) -> dict[str, Asset]:
    """All files of a work but its manifest."""
    documents = {name: make(piece, statement, 1_763_700_000) for name, make in documents_of(piece).items()}
    return {**documents, **plain_files(piece, statement)}


def test_a_work_is_written_whole(piece: Piece, statement: str, tmp_path: Path) -> None:
    folder = tmp_path / "works" / "2026-11-21-城市为什么需要树"
    files = everything(piece, statement)
    manifest = build_manifest(piece, name=folder.name, files=files, created="2026-11-21")
    write_bundle(folder, files, manifest)
    assert read_manifest(folder) == manifest
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert on_disk == {
        "manifest.json",
        "draft.md",
        "article.html",
        "article.md",
        "article.epub",
        "article.docx",
        "assets/cover.png",
        "assets/section-1.png",
    }
    for file in manifest.files:
        assert digest_file(folder / file.name) == file.digest
    assert_clean(folder.parent)


def test_a_film_is_written_with_its_player(film: Piece, tmp_path: Path) -> None:
    files = everything(film, "")
    assert list(documents_of(film)) == ["video.html", "video.md"]
    assert {"video.html", "video.md", "video.mp4", "video.srt", "video.vtt", "poster.png", "draft.md"} <= set(files)


@pytest.mark.usefixtures("any_swap")
def test_a_new_version_replaces_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, {"a.txt": "1", "gone.txt": "x", "assets/b.txt": "1"})
    assert write(folder, {"a.txt": "2", "assets/b.txt": "2"}) == ()
    assert contents(folder) == {"a.txt": "2", "assets/b.txt": "2"}
    assert_clean(tmp_path)


@pytest.mark.usefixtures("any_swap")
def test_what_the_user_keeps_in_the_folder_stays(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, {"a.md": "ours", "b.md": "ours"})
    (folder / "a.md").write_text("edited by hand")
    (folder / "笔记.txt").write_text("mine")
    (folder / "raw" / "deep").mkdir(parents=True)
    (folder / "raw" / "deep" / "photo.jpg").write_text("jpg")
    (folder / "empty").mkdir()
    (folder / "link").symlink_to("raw")
    (folder / "c.md").write_text("mine, but now the work has one too")
    kept = write(folder, {"a.md": "new", "c.md": "new"})
    assert contents(folder) == {
        "a.md": "new",
        "a.edited.md": "edited by hand",
        "c.md": "new",
        "c.edited.md": "mine, but now the work has one too",
        "raw/deep/photo.jpg": "jpg",
        "笔记.txt": "mine",
    }
    assert (folder / "empty").is_dir()
    assert (folder / "link").readlink() == Path("raw")
    assert Kept(was="a.md", now="a.edited.md") in kept
    assert Kept(was="笔记.txt", now="笔记.txt") in kept
    write(folder, {"a.md": "newer", "c.md": "new"})
    assert contents(folder)["a.edited.md"] == "edited by hand"


def test_an_edited_draft_is_never_overwritten_silently(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, {"draft.md": "ours"})
    (folder / "draft.md").write_text("mine")
    with pytest.raises(DraftError, match=r"miaobi revise w"):
        write(folder, {"draft.md": "new"})
    assert contents(folder) == {"draft.md": "mine"}
    with pytest.raises(DraftError):  # other edits than those that were taken in
        write(folder, {"draft.md": "new"}, draft_taken=digest_bytes(b"an earlier state"))
    write(folder, {"draft.md": "new, with mine"}, draft_taken=digest_bytes(b"mine"))
    assert contents(folder) == {"draft.md": "new, with mine"}
    assert_clean(tmp_path)


@pytest.mark.usefixtures("any_swap")
def test_a_draft_saved_while_we_write_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "w"
    write(folder, {"draft.md": "ours"})
    real = swap.put_in_place

    def slow(stage: Path, target: Path) -> Path | None:
        (target / "draft.md").write_text("saved at the last moment")
        return real(stage, target)

    monkeypatch.setattr("miaobi.publish.folder.put_in_place", slow)
    with pytest.raises(DraftError):
        write(folder, {"draft.md": "new"})
    assert contents(folder) == {"draft.md": "saved at the last moment"}
    assert_clean(tmp_path)


def test_a_file_added_while_we_write_is_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "w"
    write(folder, {"a.txt": "1"})
    real = swap.put_in_place

    def slow(stage: Path, target: Path) -> Path | None:
        (target / "late.txt").write_text("mine")
        return real(stage, target)

    monkeypatch.setattr("miaobi.publish.folder.put_in_place", slow)
    write(folder, {"a.txt": "2"})
    assert contents(folder) == {"a.txt": "2", "late.txt": "mine"}


def test_a_folder_that_is_no_work_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("cat")
    with pytest.raises(InputError, match="not a work"):
        write(tmp_path / "photos", {"a.txt": "1"})
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="not a folder"):
        write(tmp_path / "file", {"a.txt": "1"})
    assert contents(tmp_path) == {".miaobi.lock": "", "file": "x", "photos/cat.jpg": "cat"} or contents(tmp_path) == {
        "file": "x",
        "photos/cat.jpg": "cat",
    }


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not stay inside"):
        write(tmp_path / "w", {"../evil.txt": "1"})
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_do_not_match_their_digest_are_not_published(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, {"a.txt": "1"})
    files = {"a.txt": text_asset("two").at(b"tvo")}
    with pytest.raises(CorruptBlobError, match=r"a\.txt"):
        write_bundle(folder, files, manifest_of(files))
    assert contents(folder) == {"a.txt": "1"}
    assert_clean(tmp_path)


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_folder import write
from miaobi.errors import DiskError
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    write(Path(sys.argv[1]), {"a.txt": "2", "big.txt": "x" * 200_000})
except DiskError as error:
    print(error)
"""


def test_a_full_disk_leaves_the_old_work(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, {"a.txt": "1"})
    command = [sys.executable, "-c", LIMITED, str(folder), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "no room on the disk" in done.stdout
    assert "What was there is unchanged" in done.stdout
    assert contents(folder) == {"a.txt": "1"}
    assert_clean(tmp_path)


def test_an_unwritable_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiskError, match="Choose another --output"):
        write(tmp_path / "file" / "w", {"a.txt": "1"})
    if hasattr(os, "geteuid") and os.geteuid() != 0:  # nothing is unwritable for root
        (tmp_path / "locked").mkdir(mode=0o500)
        with pytest.raises(DiskError, match="cannot be written"):
            write(tmp_path / "locked" / "w", {"a.txt": "1"})


def test_two_writers_do_not_mix(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    versions = [{f"{n}.txt": str(k) for n in range(5)} for k in range(6)]
    threads = [threading.Thread(target=write, args=(folder, version)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(folder) in versions
    assert_clean(tmp_path)


def version(k: int) -> dict[str, str]:
    """The k-th state of a work: eight files that all say k, and one whose name does."""
    return {**{f"assets/{n}.txt": f"{k}\n" * 50 for n in range(8)}, f"v{k}.txt": str(k)}


def read_version(folder: Path) -> int:
    """Which whole version is there; fails when it is a mixture."""
    found = contents(folder)
    k = int(found["assets/0.txt"].split()[0])
    own = found.pop("notes.txt")
    assert own == "mine"
    assert found == version(k)
    assert {file.name for file in read_manifest(folder).files} == set(found)
    return k


def write_for_ever(folder: Path, way: str, finished: c_long) -> None:
    """What the killed process does; `finished` counts the writes that came to their end."""
    if way == "two renames":
        swap._renameat2 = lambda: None  # type: ignore[assignment]
    k = read_version(folder)
    while True:
        k += 1
        write(folder, version(k))
        finished.value += 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs cheap processes to kill")
@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_kill_9_at_any_moment_leaves_a_whole_work(tmp_path: Path, way: str) -> None:
    folder = tmp_path / "w"
    write(folder, version(0))
    (folder / "notes.txt").write_text("mine")
    started = time.monotonic()
    write(folder, version(0))
    one_write_seconds = time.monotonic() - started
    rng = random.Random(way)
    context = multiprocessing.get_context("fork")
    for _ in range(25):
        before = read_version(folder)
        finished = context.RawValue("l", 0)  # no lock, which a killed writer could keep
        writer = context.Process(target=write_for_ever, args=(folder, way, finished))
        writer.start()
        try:
            await_count(finished, rng.randrange(3), folder if way == "exchange" else None)
            time.sleep(rng.uniform(0.0, one_write_seconds))
        finally:
            writer.kill()
            writer.join()
        swap.recover(folder)
        # Between the swap and the count, or while the next write runs: the last counted version, or one after it.
        assert read_version(folder) - before - finished.value in (0, 1)
        assert_clean(tmp_path)


def await_count(finished: c_long, count: int, always_there: Path | None) -> None:
    """Until so many writes have ended, reading beside the writer where its swap is one step."""
    deadline = time.monotonic() + 60
    while finished.value < count:
        assert time.monotonic() < deadline, f"only {finished.value} of {count} writes ended in a minute"
        assert always_there is None or (always_there / "manifest.json").exists()


def test_a_swap_cut_between_two_renames_is_undone(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write(folder, {"a.txt": "old"})
    stage = swap.staging_folder(folder)
    stage.mkdir()
    (stage / "a.txt").write_text("new")
    folder.rename(swap._hidden(folder, "old"))  # what a process killed between the renames leaves
    swap.recover(folder)
    assert contents(folder) == {"a.txt": "old"}
    assert_clean(tmp_path)


def test_the_draft_is_in_the_files_only_when_something_can_be_edited() -> None:
    part = Part(id="a.text", kind="text", text="x")
    piece = Piece(recipe="r", title="t", language="en", parts=(part,))
    assert plain_files(piece) == {}
    editable = piece.model_copy(update={"parts": (part.model_copy(update={"editable": True}),)})
    assert list(plain_files(editable)) == ["draft.md"]


def test_a_work_that_is_not_any_more_what_the_writer_began_with_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    files = {"a.txt": text_asset("one")}
    assert manifest_digest(folder) == ""
    write_bundle(folder, files, manifest_of(files), based_on="")
    first = manifest_digest(folder)
    with pytest.raises(WorkChangedError, match="was made by another process"):
        write_bundle(folder, {"a.txt": text_asset("two")}, manifest_of(files), based_on="")
    write_bundle(folder, files, manifest_of(files, "revised"), based_on=first)
    with pytest.raises(WorkChangedError, match="was revised by another process"):
        write_bundle(folder, {"a.txt": text_asset("three")}, manifest_of(files), based_on=first)
    assert contents(folder) == {"a.txt": "one"}
    assert read_manifest(folder).title == "revised"
    assert_clean(tmp_path)
