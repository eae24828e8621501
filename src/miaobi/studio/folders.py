"""Where works lie, and which folder a brief's work has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from miaobi.brief.brief import Brief
from miaobi.errors import InputError, MiaobiError
from miaobi.publish.manifest import Manifest, read_manifest
from miaobi.publish.names import MANIFEST_NAME


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


def folder_for(output: Path, day: date, name: str, brief: Brief) -> Path:
    """The folder of the brief's work: the one that has it already, else a new `<day>-<name>`.

    Another brief's work of that name is left alone: the new one gets its recipe's name or a number behind it.
    """
    output = output.expanduser().absolute()
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file, and works need a folder.", hint="Choose another --output.")
    asked = brief.model_dump(mode="json")
    for folder, manifest in _readable_works(output):
        if manifest.brief == asked:
            return folder
    stem = f"{day.isoformat()}-{name}"
    names = (stem, f"{stem}-{brief.recipe}", *(f"{stem}-{brief.recipe}-{number}" for number in range(2, 1000)))
    free = (output / candidate for candidate in names if not (output / candidate).exists())
    return next(free)


def list_works(output: Path) -> tuple[WorkEntry, ...]:
    """The works in a folder, newest first by name."""
    entries = []
    for path in sorted(output.glob(f"*/{MANIFEST_NAME}"), reverse=True):
        folder = path.parent
        if folder.name.startswith("."):
            continue
        try:
            entries.append(_entry(folder, read_manifest(folder)))
        except MiaobiError as error:
            entries.append(WorkEntry(folder, trouble=str(error)))
    return tuple(entries)


def _entry(folder: Path, manifest: Manifest) -> WorkEntry:
    scores = [*manifest.scores, *(score for part in manifest.parts for score in part.scores)]
    flagged = sum(score.outcome == "flagged" for score in scores)
    return WorkEntry(folder, manifest.title, manifest.recipe, manifest.language, manifest.created, flagged)


def _readable_works(output: Path) -> list[tuple[Path, Manifest]]:
    found = []
    for path in sorted(output.glob(f"*/{MANIFEST_NAME}")):
        if path.parent.name.startswith("."):
            continue
        try:
            found.append((path.parent, read_manifest(path.parent)))
        except MiaobiError:  # a damaged work is none of this brief's business
            continue
    return found
