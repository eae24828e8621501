"""`miaobi data` in a subprocess: what a user types and what they see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

MIAOBI = str(Path(sys.executable).with_name("miaobi"))


def miaobi(tmp_path: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [MIAOBI, *arguments],
        cwd=tmp_path,
        env={**os.environ, "MIAOBI_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stderr + done.stdout
    return done


@pytest.fixture
def poems(tmp_path: Path) -> Path:
    """A file of forty poems."""
    path = tmp_path / "poems.jsonl"
    poems = (
        {"title": f"其{number}", "author": "无名", "lines": [chr(0x4E00 + 50 * number + step) * 5 for step in range(8)]}
        for number in range(40)
    )
    path.write_text("\n".join(json.dumps(poem, ensure_ascii=False) for poem in poems), encoding="utf-8")
    return path


def test_a_data_set_from_one_command(tmp_path: Path, poems: Path) -> None:
    done = miaobi(
        tmp_path, "data", str(poems), "--name", "poems", "--language", "zh", "--licence", "CC0", "--source", "made up"
    )
    folder = Path(done.stdout.strip())
    assert folder == tmp_path / "home" / "lab" / "data" / "poems"
    assert "40 documents kept" in done.stderr
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["sources"][0]["origin"] == "made up"
    assert card["splits"]["train"]["documents"] + card["splits"]["validation"]["documents"] == 40
    quiet = miaobi(tmp_path, "data", str(poems), "--name", "again", "--tokenizer", "bpe", "--quiet")
    assert not quiet.stderr


def test_errors_are_one_clear_message(tmp_path: Path, poems: Path) -> None:
    miaobi(tmp_path, "data", str(poems), "--name", "poems")
    assert "--replace" in miaobi(tmp_path, "data", str(poems), "--name", "poems", code=2).stderr
    assert "nothing at" in miaobi(tmp_path, "data", "nowhere", "--name", "x", code=2).stderr
    assert "name" in miaobi(tmp_path, "data", str(poems), "--name", "../x", code=2).stderr
    assert "char" in miaobi(tmp_path, "data", str(poems), "--name", "x", "--tokenizer", "word", code=2).stderr
    assert [path.name for path in (tmp_path / "home" / "lab" / "data").glob("[!.]*")] == ["poems"]


def test_a_data_set_of_pictures_from_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "图画"
    folder.mkdir()
    for number in range(8):
        image = Image.new("RGBA", (40, 40))
        image.paste((30 * number, 255 - 30 * number, 90, 255), (0, 0, 5 * number + 4, 20))
        image.save(folder / f"画{number}.png")
    (folder / "画1.txt").write_text("一条横线", encoding="utf-8")
    (folder / "broken.gif").write_bytes(b"GIF89a")
    words = ["data", str(folder), "--name", "画", "--picture-size", "32", "--background", "black", "--licence", "CC0"]
    done = miaobi(tmp_path, *words)
    assert "The material is taken as pictures" in done.stderr
    assert "8 pictures kept" in done.stderr
    assert "broken.gif" in done.stderr
    place = Path(done.stdout.strip())
    card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    assert (card["kind"], card["picture_size"], card["background"]) == ("pictures", 32, "black")
    assert "一条横线" in (place / "captions.jsonl").read_text(encoding="utf-8")
    said = miaobi(tmp_path, *words, "--replace", "--kind", "pictures", "--language", "zh", code=2).stderr
    assert "--language cannot be used for a data set of pictures" in said
    assert not miaobi(tmp_path, *words, "--replace", "--quiet").stderr


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_command_leaves_no_half_data_set(tmp_path: Path, kind: signal.Signals) -> None:
    text = tmp_path / "long.txt"
    text.write_text("".join(f"Line {number} of a long text, plain.\n\n" for number in range(300_000)), encoding="utf-8")
    words = [MIAOBI, "data", str(text), "--name", "long"]
    process = subprocess.Popen(
        words, env={**os.environ, "MIAOBI_HOME": str(tmp_path / "home")}, stderr=subprocess.PIPE, text=True
    )
    place = tmp_path / "home" / "lab" / "data"
    deadline = time.monotonic() + 60
    while not list(place.glob(".miaobi-*/.spool/texts")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(kind)
    said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert not (place / "long").exists()
    if kind is not signal.SIGKILL:
        assert process.returncode == 130
        assert "Nothing was written" in said
        assert not list(place.glob(".miaobi-*"))
    text.write_text("One.\n\nand another\n" + "word " * 2000, encoding="utf-8")
    miaobi(tmp_path, *words[1:])
    assert not list(place.glob(".miaobi-*"))
