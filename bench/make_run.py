"""What the main job costs, and whether it keeps its promises when it is killed. Run: python bench/make_run.py

    1. `miaobi make article` and `make video` of the sample brief in an empty home: seconds, peak memory
    2. the same commands again: no step made, seconds
    3. one scene's narration edited, `miaobi revise`: which steps ran
    4. (--kills N, 20 in the record) the video in another empty home, killed with SIGKILL at N random moments, each
       followed by the same command: no finished step made twice, journal sound, the folder equal file by file to (1)

Goals: (1) within 180 s and below 3 GB; (2) below 3 s; (3) only that scene's voice, its transcript, what is built from
them, and the documents.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

MIAOBI = str(Path(sys.executable).with_name("miaobi"))
BRIEF = str(Path(__file__).resolve().parent.parent / "examples" / "why-cities-need-trees.yaml")
LENGTH: dict[str, list[str]] = {"article": [], "video": ["--duration", "38"]}
"""As `make run` has them."""
GIGABYTE = 1e9


class Measured:
    """One command: its seconds, the peak memory of its process tree, what it printed."""

    def __init__(self, arguments: list[str], home: Path) -> None:
        environment = {**os.environ, "MIAOBI_HOME": str(home), "SOURCE_DATE_EPOCH": "1763683200"}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [MIAOBI, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.peak_bytes = 0
        watcher = threading.Thread(target=self._watch)
        watcher.start()
        self.out, self.err = self.process.communicate()
        self.seconds = time.perf_counter() - began
        watcher.join()
        if self.process.returncode:
            raise SystemExit(f"miaobi {' '.join(arguments)} left with {self.process.returncode}:\n{self.err}")

    def _watch(self) -> None:
        while self.process.poll() is None:
            try:
                tree = psutil.Process(self.process.pid)
                total = sum(p.memory_info().rss for p in [tree, *tree.children(recursive=True)])
                self.peak_bytes = max(self.peak_bytes, total)
            except psutil.Error:
                pass
            time.sleep(0.1)

    @property
    def folder(self) -> Path:
        """The work's folder, which the command prints."""
        return Path(self.out.strip().splitlines()[-1])

    @property
    def counts(self) -> str:
        """The line that says how many steps were made and how many came from the cache."""
        return next((line for line in self.err.splitlines() if "from the cache" in line), "").strip()


def made_steps(home: Path, since_run: int = 0) -> list[str]:
    """The step ids that runs after `since_run` made."""
    with sqlite3.connect(home / "store" / "journal.sqlite3") as journal:
        query = "SELECT steps.step FROM run_steps JOIN steps USING (key) WHERE source = 'made' AND run_steps.run > ?"
        return sorted(row[0] for row in journal.execute(query, (since_run,)))


def last_run(home: Path) -> int:
    """The number of the newest run."""
    with sqlite3.connect(home / "store" / "journal.sqlite3") as journal:
        return int(journal.execute("SELECT max(id) FROM runs").fetchone()[0])


def differing(one: Path, other: Path) -> list[str]:
    """Files that are not the same, byte by byte, in two folders."""
    names = {str(p.relative_to(folder)) for folder in (one, other) for p in folder.rglob("*") if p.is_file()}
    names.discard("manifest.json")  # it holds the folder's name, which is another one
    _, unequal, missing = filecmp.cmpfiles(one, other, sorted(names), shallow=False)
    facts = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (one, other)]
    unlike = [f"manifest.json: {key}" for key in facts[0] if key != "name" and facts[0][key] != facts[1].get(key)]
    return unequal + missing + unlike


def edit_one_scene(folder: Path) -> None:
    """Change a word in the second scene's narration, as a person would."""
    draft = folder / "draft.md"
    text = draft.read_text(encoding="utf-8")
    head, marker, tail = text.partition("scene-2.narration")
    edited = re.sub(r"\b([Tt])rees\b", r"\1all trees", tail, count=1)
    if edited == tail:
        edited = re.sub(r"\n([A-Z][^\n#<]{20,})\n", r"\n\1 Every street can have some.\n", tail, count=1)
    draft.write_text(head + marker + edited, encoding="utf-8")


def killed_run(reference: Path, kills: int, output: Path, home: Path, typical_seconds: float, seed: int) -> None:
    """Part 4 of the module docstring."""
    chance = random.Random(seed)
    environment = {**os.environ, "MIAOBI_HOME": str(home), "SOURCE_DATE_EPOCH": "1763683200"}
    arguments = ["make", "video", "--brief", BRIEF, *LENGTH["video"], "--output", str(output)]
    survived = 0
    for _ in range(kills):
        process = subprocess.Popen(
            [MIAOBI, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=chance.uniform(1.0, max(4.0, typical_seconds / 3)))
            survived += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    final = Measured(arguments, home)
    with sqlite3.connect(home / "store" / "journal.sqlite3") as journal:
        sound = journal.execute("PRAGMA integrity_check").fetchone()[0]
        repeated = journal.execute(
            "SELECT count(*) FROM (SELECT key FROM run_steps WHERE source = 'made' GROUP BY key HAVING count(*) > 1)"
        ).fetchone()[0]
    unequal = differing(reference, final.folder)
    print(f"killed {kills - survived} times ({survived} runs had already ended): journal {sound}")
    print(f"  steps made twice: {repeated}; files unlike those of the uninterrupted run: {unequal or 'none'}")


def main() -> None:
    """Run the four parts and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="miaobi-bench-") as scratch:
        home, output = Path(scratch) / "home", Path(scratch) / "works"
        jobs = {name: ["make", name, "--brief", BRIEF, *LENGTH[name], "--output", str(output)] for name in LENGTH}
        first = {name: Measured(job, home) for name, job in jobs.items()}
        for name, run in first.items():
            print(f"{name:<8} first  {run.seconds:7.1f} s   peak {run.peak_bytes / GIGABYTE:5.2f} GB   {run.counts}")
        total = sum(run.seconds for run in first.values())
        peak = max(run.peak_bytes for run in first.values()) / GIGABYTE
        print(f"both     first  {total:7.1f} s   peak {peak:5.2f} GB   (goals: 180 s, 3 GB)")
        for name, job in jobs.items():
            run = Measured(job, home)
            print(f"{name:<8} again  {run.seconds:7.1f} s   {run.counts}   (goal: 3 s, none made)")
        if options.kills:
            video = first["video"]
            other = Path(scratch) / "other"
            killed_run(video.folder, options.kills, other, Path(scratch) / "home-2", video.seconds, options.seed)
        before = last_run(home)
        edit_one_scene(first["video"].folder)
        run = Measured(["revise", str(first["video"].folder)], home)
        print(f"one scene's narration edited: {run.seconds:.1f} s, {run.counts}")
        print("  made: " + ", ".join(made_steps(home, before)))


if __name__ == "__main__":
    main()
