"""Checks of works and files: scores and verdicts as recorded, labels as they read back now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from miaobi.base.asset import Asset, digest_file
from miaobi.base.piece import Outcome, Score
from miaobi.errors import UnknownNameError
from miaobi.evaluate.gates import apply_bar, bars_for
from miaobi.evaluate.sound import score_sound
from miaobi.evaluate.text import score_complete, score_language, score_repetition
from miaobi.label.verify import LabelFinding as Found
from miaobi.label.verify import has_reader, verify_file
from miaobi.publish.manifest import Manifest, read_manifest
from miaobi.publish.names import DRAFT_NAME


@dataclass(frozen=True)
class LabelFinding:
    """What a label says in one file."""

    file: str
    label: str
    found: bool
    text: str


@dataclass(frozen=True)
class Report:
    """What is known about a work or file. `scores` come with the part they are about, "" for the whole."""

    title: str
    scores: tuple[tuple[str, Score], ...]
    labels: tuple[LabelFinding, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Nothing below its bar, no label missing."""
        return all(score.outcome is not Outcome.FLAGGED for _, score in self.scores) and all(
            finding.found for finding in self.labels
        )


def check_work(path: Path) -> Report:
    """A work: its recorded scores; its labels, read back now; files that changed since they were written."""
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    scores = [("", score) for score in manifest.scores]
    scores += [(part.id, score) for part in manifest.parts for score in part.scores]
    labels: list[LabelFinding] = []
    for record in manifest.files:
        if has_reader(record.name) and (folder / record.name).exists():
            labels += [_finding(record.name, found) for found in verify_file(folder / record.name)]
    return Report(manifest.title, tuple(scores), tuple(labels), (*manifest.notes, *_changes(folder, manifest)))


def check_file(path: Path) -> Report:
    """One file, also one we did not make: its labels, and measures of a text or a sound."""
    scores: tuple[Score, ...] = ()
    suffix = path.suffix.lower()
    if suffix in (".txt", ".md"):
        scores = _text_scores(path)
    elif suffix == ".wav":
        scores = score_sound(Asset.from_file(path, "audio/wav"))
    elif not has_reader(path.name):
        raise UnknownNameError(
            f"Miaobi does not know how to check {suffix or 'nameless'} files.",
            hint="It checks works, texts (.txt, .md), sounds (.wav) and the labels of the files it writes.",
        )
    labels = tuple(_finding(path.name, found) for found in verify_file(path)) if has_reader(path.name) else ()
    return Report(path.name, tuple(("", score) for score in scores), labels, ())


def verify_labels(path: Path) -> tuple[LabelFinding, ...]:
    """The labels of one file."""
    return tuple(_finding(path.name, found) for found in verify_file(path))


def _finding(name: str, found: Found) -> LabelFinding:
    return LabelFinding(name, found.label, found.verified, found.text or found.detail)


def _text_scores(path: Path) -> tuple[Score, ...]:
    from miaobi.brief.language import detect_language

    text = path.read_text(encoding="utf-8", errors="replace")
    language = detect_language(text)
    bars = bars_for("article", "text", language)
    scores = (score_language(text, language), score_repetition(text, language), score_complete(text, language))
    return tuple(apply_bar(score, bars) for score in scores)


def _changes(folder: Path, manifest: Manifest) -> list[str]:
    notes = []
    for record in manifest.files:
        path = folder / record.name
        if not path.exists():
            notes.append(f"{record.name} is missing from the folder.")
        elif digest_file(path) != record.digest:
            hint = f" `miaobi revise {folder.name}` takes the edits over." if record.name == DRAFT_NAME else ""
            notes.append(f"{record.name} was changed since the work was written.{hint}")
    return notes
