"""Checks of works and files: scores and verdicts as recorded, labels as they read back now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from miaobi.base.asset import Asset, digest_file
from miaobi.base.piece import Outcome, Score
from miaobi.errors import InputError, UnknownNameError
from miaobi.evaluate.gates import Bars, apply_bar, bars_for, verdict
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
    """What is known about a work or file.

    scores   with the part they are about, "" for the whole
    verdict  what they come to
    damage   files that are missing or are not what was written; hand edits of the draft are none
    """

    title: str
    scores: tuple[tuple[str, Score], ...]
    labels: tuple[LabelFinding, ...]
    notes: tuple[str, ...]
    verdict: Outcome = Outcome.NOT_JUDGED
    damage: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Nothing below its bar, no label missing, every file there as it was written."""
        is_labelled = all(finding.found for finding in self.labels)
        return self.verdict is not Outcome.FLAGGED and is_labelled and not self.damage


def check_work(path: Path) -> Report:
    """A work: its recorded scores; its labels, read back now; files that changed since they were written."""
    manifest = read_manifest(path)
    folder = path if path.is_dir() else path.parent
    scores = [("", score) for score in manifest.scores]
    scores += [(part.id, score) for part in manifest.parts for score in part.scores]
    labels: list[LabelFinding] = []
    for record in manifest.files:
        if has_reader(record.name) and (folder / record.name).is_file():
            labels += _labels_in(folder / record.name, record.name)
    edits, damage = _changes(folder, manifest)
    notes = (*manifest.notes, *edits, *damage)
    return Report(manifest.title, tuple(scores), tuple(labels), notes, _recorded_verdict(manifest, scores), damage)


def check_file(path: Path) -> Report:
    """One file, also one we did not make: its labels, and measures of a text or a sound."""
    scores: tuple[Score, ...] = ()
    suffix = path.suffix.lower()
    if suffix in (".txt", ".md"):
        scores = _text_scores(path)
    elif suffix == ".wav":
        scores = _sound_scores(path)
    elif not has_reader(path.name):
        raise UnknownNameError(
            f"Miaobi does not know how to check {suffix or 'nameless'} files.",
            hint="It checks works, texts (.txt, .md), sounds (.wav) and the labels of the files it writes.",
        )
    labels = tuple(_finding(path.name, found) for found in verify_file(path)) if has_reader(path.name) else ()
    return Report(path.name, tuple(("", score) for score in scores), labels, (), verdict(scores))


def verify_labels(path: Path) -> tuple[LabelFinding, ...]:
    """The labels of one file."""
    return tuple(_finding(path.name, found) for found in verify_file(path))


def _finding(name: str, found: Found) -> LabelFinding:
    return LabelFinding(name, found.label, found.verified, found.text or found.detail)


def _labels_in(path: Path, name: str) -> list[LabelFinding]:
    """The labels of a work's file; one that cannot be read any more has none."""
    try:
        return [_finding(name, found) for found in verify_file(path)]
    except InputError as error:
        return [LabelFinding(name, "any", found=False, text=str(error))]


def _recorded_verdict(manifest: Manifest, scores: list[tuple[str, Score]]) -> Outcome:
    """The verdict on the whole work; worked out for works from before verdicts were recorded."""
    whole = (recorded.outcome for recorded in manifest.verdicts if not recorded.part)
    return next(whole, verdict(score for _, score in scores))


def _sound_scores(path: Path) -> tuple[Score, ...]:
    """A sound by itself has to keep what the sound of a film has to keep."""
    bars = bars_for("video", "cut", "")
    return _judged(score_sound(Asset.from_file(path, "audio/wav"), bars.aims["loudness_lufs"]), bars)


def _judged(scores: tuple[Score, ...], bars: Bars) -> tuple[Score, ...]:
    return tuple(apply_bar(score, bars) for score in scores)


def _text_scores(path: Path) -> tuple[Score, ...]:
    from miaobi.brief.language import detect_language

    text = path.read_text(encoding="utf-8", errors="replace")
    language = detect_language(text)
    bars = bars_for("article", "text", language)
    scores = (score_language(text, language), score_repetition(text, language), score_complete(text, language))
    return _judged(scores, bars)


def _changes(folder: Path, manifest: Manifest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(hand edits that wait to be taken over, damage) since the work was written."""
    edits, damage = [], []
    for record in manifest.files:
        path = folder / record.name
        if not path.is_file():
            damage.append(f"{record.name} is missing from the folder.")
        elif digest_file(path) != record.digest:
            changed = f"{record.name} was changed since the work was written."
            if record.name == DRAFT_NAME:
                edits.append(f"{changed} `miaobi revise {folder.name}` takes the edits over.")
            else:
                damage.append(changed)
    return tuple(edits), tuple(damage)
