"""Parts become one file exactly once, whatever happens in between."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from miaobi.base.asset import digest_file
from miaobi.create.model_files import assemble_parts, missing_packages, model_digest, package_version
from miaobi.errors import DiskError, EngineUnavailableError


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "parts"
    folder.mkdir()
    paths = [folder / f"model.part{number}" for number in (2, 10, 1)]  # given order counts, not the names' order
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * (1_500_000 + number))
    return paths


def _sha256(parts: list[Path]) -> str:
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def test_parts_are_joined_in_the_given_order(parts: list[Path], tmp_path: Path) -> None:
    target = assemble_parts(parts, tmp_path / "home" / "models" / "model.bin", _sha256(parts))
    assert target.read_bytes() == b"".join(part.read_bytes() for part in parts)
    assert not list(target.parent.glob("*.part"))


def test_a_finished_file_is_not_written_again(parts: list[Path], tmp_path: Path) -> None:
    target = assemble_parts(parts, tmp_path / "model.bin", None)
    inode = target.stat().st_ino
    assert assemble_parts(parts, target, None).stat().st_ino == inode


@pytest.mark.parametrize("damage", [b"", b"half a model"])
def test_a_file_cut_short_is_joined_again(parts: list[Path], tmp_path: Path, damage: bytes) -> None:
    target = assemble_parts(parts, tmp_path / "model.bin", None)
    target.write_bytes(damage)
    assert hashlib.sha256(assemble_parts(parts, target, None).read_bytes()).hexdigest() == _sha256(parts)


def test_a_file_of_the_right_size_and_wrong_bytes_is_joined_again(parts: list[Path], tmp_path: Path) -> None:
    target = assemble_parts(parts, tmp_path / "model.bin", _sha256(parts))
    target.write_bytes(b"\xff" * target.stat().st_size)
    os.utime(target, ns=(1, 1))
    assert digest_file(assemble_parts(parts, target, _sha256(parts))) == f"sha256:{_sha256(parts)}"


def test_wrong_bytes_leave_nothing_behind(parts: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "models" / "model.bin"
    with pytest.raises(EngineUnavailableError, match=r"model\.bin are damaged.*reinstall|Reinstall"):
        assemble_parts(parts, target, "0" * 64)
    assert [path.name for path in target.parent.iterdir() if not path.name.endswith(".lock")] == []


def test_a_missing_part_is_named(parts: list[Path], tmp_path: Path) -> None:
    parts[1].unlink()
    with pytest.raises(EngineUnavailableError, match=parts[1].name):
        assemble_parts(parts, tmp_path / "model.bin", None)


def test_a_folder_that_cannot_be_written_is_a_disk_error(parts: list[Path], tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    with pytest.raises(DiskError, match="models"):
        assemble_parts(parts, tmp_path / "models" / "model.bin", None)


def test_several_processes_at_once_all_get_the_whole_file(parts: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "models" / "model.bin"
    program = (
        "import sys; from pathlib import Path; from miaobi.base.asset import digest_file;"
        "from miaobi.create.model_files import assemble_parts;"
        "print(digest_file(assemble_parts([Path(p) for p in sys.argv[3:]], Path(sys.argv[1]), sys.argv[2])))"
    )
    command = [sys.executable, "-c", program, str(target), _sha256(parts), *map(str, parts)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert {process.communicate()[0].strip() for process in running} == {f"sha256:{_sha256(parts)}"}


def test_a_digest_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    home, model = tmp_path / "home", tmp_path / "model.bin"
    model.write_bytes(b"one")
    first = model_digest(model, home)
    assert first == "sha256:" + hashlib.sha256(b"one").hexdigest()
    table = home / "models" / "digests.json"
    kept = json.loads(table.read_text())
    kept[str(model.resolve())]["digest"] = "sha256:from the table"
    table.write_text(json.dumps(kept))
    assert model_digest(model, home) == "sha256:from the table"
    model.write_bytes(b"three")
    assert model_digest(model, home) == "sha256:" + hashlib.sha256(b"three").hexdigest()


def test_a_damaged_table_of_digests_is_worked_out_again(tmp_path: Path) -> None:
    home, model = tmp_path / "home", tmp_path / "model.bin"
    model.write_bytes(b"one")
    (home / "models").mkdir(parents=True)
    (home / "models" / "digests.json").write_text("{cut sh")
    assert model_digest(model, home) == digest_file(model)


def test_the_digest_of_a_folder_knows_names_and_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"one")
    (folder / "b.bin").write_bytes(b"two")
    first = model_digest(folder, tmp_path / "home")
    (folder / "a.bin.lock").touch()
    assert model_digest(folder, tmp_path / "home") == first
    (folder / "b.bin").rename(folder / "c.bin")
    assert model_digest(folder, tmp_path / "home") != first


def test_no_model_at_a_path_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError, match=r"nowhere\.gguf"):
        model_digest(tmp_path / "nowhere.gguf", tmp_path)


def test_missing_packages_come_with_the_command_that_installs_them() -> None:
    assert package_version("pydantic") is not None
    assert package_version("no-such-distribution") is None
    assert missing_packages(["pydantic"]) is None
    reason = missing_packages(["pydantic", "no-such-distribution", "nor-this"])
    assert reason is not None
    assert reason.endswith("pip install no-such-distribution nor-this")
