"""`manifest.json`: everything known about a work, in one open file.

Run `python -m miaobi.publish.manifest --schema` to write its JSON Schema to docs/manifest.schema.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import Field, JsonValue, ValidationError

from miaobi.base.asset import Asset
from miaobi.base.disk import disk_errors
from miaobi.base.piece import Credit, Maker, Outcome, Part, Piece, Score
from miaobi.base.run import StepRecord
from miaobi.base.value import Value
from miaobi.errors import DiskError, InputError, StoreVersionError
from miaobi.publish.authorship import Authorship, all_credits, authorship, engines_used
from miaobi.publish.names import MANIFEST_NAME, asset_names

FORMAT: Final = 1
"""Of the manifest. It grows when a reader of the older format would misread a newer file."""

SCHEMA_FILE: Final = Path("docs/manifest.schema.json")


class PublishedPart(Part):
    """A part, and the file of its asset in the work's folder ("" for a text)."""

    file: str = ""


class LabelRecord(Value):
    """A statement that a file was made with AI. verified: it was read back from the file after writing."""

    file: str
    label: str
    text: str
    where: str
    verified: bool


class Verdict(Value):
    """What the scores of a part, "" for the whole work, come to; `flagged` names those below their bars.

    Flagged scores of parts are named with their part, as in "section-1.text: coverage", in the verdict on the whole.
    """

    part: str
    outcome: Outcome
    flagged: tuple[str, ...] = ()


class FileRecord(Value):
    """A file Miaobi wrote into the work's folder. Other files in there belong to the user."""

    name: str
    digest: str
    media_type: str
    size_bytes: int = Field(ge=0)


class Manifest(Value):
    """See docs/manifest.schema.json. `created` is an ISO 8601 date given by the caller; nothing here reads a clock.

    revisions       what a person changed after the first version (recipes/assignment.py)
    chosen_engines  the engine id of each modality, for the next revision
    steps           the recorded graph of the run that wrote the work
    """

    format: int = Field(default=FORMAT, ge=1)
    name: str
    recipe: str
    language: str
    title: str
    created: str = ""
    seed: int = Field(default=0, ge=0)
    brief: dict[str, JsonValue] = Field(default_factory=dict)
    plan: dict[str, JsonValue] = Field(default_factory=dict)
    revisions: dict[str, JsonValue] = Field(default_factory=dict)
    chosen_engines: dict[str, str] = Field(default_factory=dict)
    parts: tuple[PublishedPart, ...] = ()
    engines: tuple[Maker, ...] = ()
    scores: tuple[Score, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    credits: tuple[Credit, ...] = ()
    labels: tuple[LabelRecord, ...] = ()
    authorship: Authorship = Authorship()
    steps: tuple[StepRecord, ...] = ()
    files: tuple[FileRecord, ...] = ()
    notes: tuple[str, ...] = ()


def build_manifest(
    piece: Piece,
    *,
    name: str,
    files: Mapping[str, Asset],
    created: str = "",
    brief: Mapping[str, JsonValue] | None = None,
    plan: Mapping[str, JsonValue] | None = None,
    labels: Sequence[LabelRecord] = (),
    steps: Sequence[StepRecord] = (),
    verdicts: Sequence[Verdict] = (),
    revisions: Mapping[str, JsonValue] | None = None,
    chosen_engines: Mapping[str, str] | None = None,
) -> Manifest:
    """The manifest of a piece published as `files` (name in the folder: asset) under the name `name`."""
    names = asset_names(piece)
    return Manifest(
        name=name,
        recipe=piece.recipe,
        language=piece.language,
        title=piece.title,
        created=created,
        seed=piece.seed,
        brief=dict(brief or {}),
        plan=dict(plan or {}),
        revisions=dict(revisions or {}),
        chosen_engines=dict(chosen_engines or {}),
        parts=tuple(PublishedPart(**dict(part), file=names.get(part.id, "")) for part in piece.parts),
        engines=engines_used(piece),
        scores=piece.scores,
        verdicts=tuple(verdicts),
        credits=all_credits(piece),
        labels=tuple(labels),
        authorship=authorship(piece),
        steps=tuple(steps),
        files=tuple(
            FileRecord(name=file, digest=asset.digest, media_type=asset.media_type, size_bytes=asset.size_bytes)
            for file, asset in sorted(files.items())
        ),
        notes=piece.notes,
    )


def to_json(manifest: Manifest) -> bytes:
    """UTF-8 JSON with sorted keys: equal manifests give equal bytes."""
    data = manifest.model_dump(mode="json")
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`, a file or the folder of a work. The bytes of its assets are found in that folder.

    InputError when there is none or it is none, StoreVersionError when a newer Miaobi wrote it.
    """
    with disk_errors(path):
        file = path if path.suffix == ".json" and not path.is_dir() else path / MANIFEST_NAME
    data = _read_json(file)
    version = data.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise StoreVersionError(
            f"{file} has manifest format {version}; this Miaobi reads up to {FORMAT}.",
            hint="Update it with: pip install --upgrade miaobi",
        )
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the top level"
        raise InputError(
            f"{file} is not a manifest: at {where}, {first['msg'][0].lower()}{first['msg'][1:]}.",
            hint="Restore the file from a backup, or make the work again.",
        ) from error
    folder = file.parent
    parts = tuple(
        part.model_copy(update={"asset": part.asset.at(folder / part.file)}) if part.asset and part.file else part
        for part in manifest.parts
    )
    return manifest.model_copy(update={"parts": parts})


def piece_of(manifest: Manifest) -> Piece:
    """The piece a manifest describes, as published: its assets are the labelled ones in the folder."""
    return Piece(
        recipe=manifest.recipe,
        title=manifest.title,
        language=manifest.language,
        parts=tuple(Part(**{name: getattr(part, name) for name in Part.model_fields}) for part in manifest.parts),
        scores=manifest.scores,
        notes=manifest.notes,
        credits=manifest.credits,
        seed=manifest.seed,
    )


def schema_json() -> bytes:
    """The JSON Schema (draft 2020-12) of a manifest file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Manifest.model_json_schema(mode="serialization"),
    }
    return (json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def write_schema(path: Path = SCHEMA_FILE) -> None:
    """Write `schema_json()` to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(schema_json())


def _read_json(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            f"There is no work at {file.parent}: {file.name} is missing.", hint="List the works with: miaobi works"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text.", hint="Restore it from a backup.") from error
    except OSError as error:
        raise DiskError(f"{file} cannot be read: {error.strerror}.", hint="Check its permissions.") from error
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}.", hint="Restore it from a backup.") from error
    except RecursionError:
        raise InputError(f"{file} is nested too deeply for a manifest.", hint="Restore it from a backup.") from None
    if not isinstance(data, dict):
        raise InputError(f"{file} is not a manifest: it holds no JSON object.", hint="Restore it from a backup.")
    return data


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m miaobi.publish.manifest", description=__doc__)
    parser.add_argument("--schema", nargs="?", const=SCHEMA_FILE, type=Path, required=True, metavar="FILE")
    write_schema(parser.parse_args(arguments).schema)


if __name__ == "__main__":
    main()
