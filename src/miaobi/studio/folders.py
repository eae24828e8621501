"""Where works lie, and which folder a brief's work has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path

from miaobi.base.disk import absolute, disk_errors, is_there
from miaobi.brief.brief import Brief
from miaobi.errors import MiaobiError
from miaobi.publish.manifest import Manifest, read_manifest
from miaobi.publish.names import MANIFEST_NAME
from miaobi.publish.swap import recover


@dataclass(frozen=True)
class WorkEntry:
    """A work in a listing. `trouble` says why a folder that looks like a work cannot be read."""

    folder: Path
    title: str = ""
    recipe: str = ""
    language: str = ""
    created: str = ""
    flagged: int = 0
    trouble: str = ""


def folder_for(output: Path, day: date, name: str, brief: Brief, engines: Mapping[str, str]) -> Path:
    """The folder of the brief's work: the one that has it already, else a new `<day>-<name>`.

    engines  the engine id per modality; the same brief for another engine is another work

    Another work of that name is left alone: the new one gets its recipe's name or a number behind it.
    """
    output = absolute(output)
    asked = brief.model_dump(mode="json")
    for folder, manifest in _readable_works(output):
        if manifest.brief == asked and _has_engines(manifest, engines):
            return folder
    stem = f"{day.isoformat()}-{name}"
    names = chain((stem, f"{stem}-{brief.recipe}"), (f"{stem}-{brief.recipe}-{number}" for number in count(2)))
    with disk_errors(output):
        return next(output / candidate for candidate in names if not (output / candidate).exists())


def work_folder(path: Path) -> Path:
    """The folder of the work a person means: they may name its manifest, or a link to it."""
    whole = absolute(path)
    with disk_errors(whole):
        named = whole.resolve()
        folder = named.parent if named.name == MANIFEST_NAME and not named.is_dir() else named
        recover(folder)  # a swap that was cut between two renames, where the system cannot exchange names
        return folder


def list_works(output: Path) -> tuple[WorkEntry, ...]:
    """The works in a folder, newest first by name."""
    entries = []
    for folder in reversed(_work_folders(output)):
        try:
            entries.append(_entry(folder, read_manifest(folder)))
        except MiaobiError as error:
            entries.append(WorkEntry(folder, trouble=str(error)))
    return tuple(entries)


def _has_engines(manifest: Manifest, engines: Mapping[str, str]) -> bool:
    """Whether the work was made by these engines; a modality that only one of the two knows says nothing."""
    return all(manifest.chosen_engines.get(modality, engine) == engine for modality, engine in engines.items())


def _entry(folder: Path, manifest: Manifest) -> WorkEntry:
    scores = [*manifest.scores, *(score for part in manifest.parts for score in part.scores)]
    flagged = sum(score.outcome == "flagged" for score in scores)
    return WorkEntry(folder, manifest.title, manifest.recipe, manifest.language, manifest.created, flagged)


def _work_folders(output: Path) -> list[Path]:
    """Every folder in `output` with a manifest, by name. DiskError when `output` cannot be looked into."""
    with disk_errors(output):
        if not output.exists():
            return []
        found = [path for path in output.iterdir() if not path.name.startswith(".") and is_there(path / MANIFEST_NAME)]
    return sorted(found)


def _readable_works(output: Path) -> list[tuple[Path, Manifest]]:
    found = []
    for folder in _work_folders(output):
        try:
            found.append((folder, read_manifest(folder)))
        except MiaobiError:  # a damaged work is none of this brief's business
            continue
    return found
