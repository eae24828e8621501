"""What a person changed in a work: hand edits of draft.md, and wishes for single parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from miaobi.base.asset import digest_file
from miaobi.base.disk import explain_refusal
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan
from miaobi.errors import BriefError, DraftError, InputError, UnknownNameError
from miaobi.publish.draft import changed_texts, editable_ids, read_draft
from miaobi.publish.folder import manifest_digest
from miaobi.publish.manifest import Manifest, piece_of, read_manifest
from miaobi.publish.names import DRAFT_NAME, MANIFEST_NAME
from miaobi.recipes.assignment import Instruction, Published, Revisions

_WRITTEN_KINDS = ("lead", "text", "narration", "idea")
"""Kinds of parts that an engine makes from an order; an instruction for a picture is its new idea."""


@dataclass(frozen=True)
class Taken:
    """What a run takes over from the work that is there.

    draft_digest  of the draft the revisions were read from; None where there was none to read
    based_on      the version of the work they belong to, as `manifest_digest` tells it; "" where there was no work
    published     the parts as they stand there, with the revisions they were made with
    """

    revisions: Revisions = field(default_factory=Revisions)
    draft_digest: str | None = None
    based_on: str = ""
    published: Published = field(default_factory=Published)


def read_wanted(manifest: Manifest, folder: Path) -> tuple[Brief, Plan]:
    """The brief and plan a work was made from. InputError that names the manifest when they are none."""
    try:
        return Brief(**manifest.brief), Plan.model_validate(manifest.plan)
    except (BriefError, ValidationError, TypeError) as error:
        raise _damaged(folder, "brief or plan", error) from error


def take_edits(folder: Path) -> Taken:
    """The revisions a work carries already, with the edits of its draft.md since it was written. DraftError."""
    based_on = manifest_digest(folder)  # before it is read: a change in between is found when the work is written
    manifest = read_manifest(folder)
    try:
        before = Revisions.model_validate(manifest.revisions)
    except ValidationError as error:
        raise _damaged(folder, "revisions", error) from error
    digest = _draft_digest(folder / DRAFT_NAME)
    written = {file.name: file.digest for file in manifest.files}
    published = Published({part.id: part for part in manifest.parts}, before)
    if digest is None or written.get(DRAFT_NAME) == digest:
        return Taken(before, digest, based_on, published)
    return Taken(_with_edits(before, manifest, folder / DRAFT_NAME), digest, based_on, published)


def _with_edits(before: Revisions, manifest: Manifest, draft: Path) -> Revisions:
    piece = piece_of(manifest)
    changed = changed_texts(piece, read_draft(draft, editable_ids(piece)))
    makers = {part.id: part.made_by for part in piece.parts if part.id in changed}
    first_texts = {part.id: part.text or "" for part in piece.parts if part.id in changed} | before.first_texts
    texts = {**before.texts, **changed}
    own = {part_id: text for part_id, text in texts.items() if text != first_texts.get(part_id)}  # else put back
    return Revisions(
        texts=own,
        first_makers={part_id: made for part_id, made in {**makers, **before.first_makers}.items() if part_id in own},
        first_texts={part_id: text for part_id, text in first_texts.items() if part_id in own},
        instructions={key: value for key, value in before.instructions.items() if key not in changed},
    )


def _draft_digest(draft: Path) -> str | None:
    try:
        return digest_file(draft)
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise DraftError(f"{draft} is a folder, not a draft.", hint="Move it away, or put the draft back.") from None
    except OSError as error:
        raise explain_refusal(error, draft) from error


def _damaged(folder: Path, what: str, error: Exception) -> InputError:
    """`error` says what is wrong; of pydantic's many lines the first fault is enough."""
    said = str(error).rstrip(".")
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        said = f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg'].lower()}"
    return InputError(
        f"The {what} in {folder / MANIFEST_NAME} cannot be used ({said}).",
        hint="Restore the file from a backup, or make the work again.",
    )


def take_instruction(
    taken: Taken, manifest: Manifest, part_id: str, instruction: str, *, unlock: bool = False
) -> Taken:
    """The revisions with a new take of one part.

    InputError when a person wrote that part, unless `unlock` gives it back to the engine.
    """
    known = {part.id: part for part in manifest.parts}
    if part_id not in known:
        raise UnknownNameError(
            f"The work has no part {part_id!r}.",
            hint=f"Its parts are: {', '.join(part.id for part in manifest.parts if part.editable)}.",
        )
    if not known[part_id].editable:
        raise InputError(
            f"The part {part_id} is made from others and cannot be made again by itself.",
            hint="Revise the text or idea it is made from.",
        )
    if known[part_id].kind not in _WRITTEN_KINDS:
        raise InputError(
            f"The part {part_id} follows from others by rule and takes no instruction.",
            hint="Write it yourself in draft.md.",
        )
    if any("\ud800" <= character <= "\udfff" for character in instruction):
        raise InputError("The instruction holds characters that are not valid text.", hint="Type it again.")
    if len(instruction) > 500:
        raise InputError(
            f"The instruction has {len(instruction):,} characters; at most 500 are taken.",
            hint="Say the one thing to change, or edit draft.md by hand.",
        )
    before = taken.revisions
    if part_id in before.texts and not unlock:
        raise InputError(
            f"The part {part_id} was written by a person, so it is not made again.",
            hint="Edit it in draft.md, or give it back to the engine with --unlock.",
        )
    take = before.instructions.get(part_id, Instruction()).take + 1
    revisions = Revisions(
        texts={key: text for key, text in before.texts.items() if key != part_id},
        first_makers=before.first_makers,
        instructions={**before.instructions, part_id: Instruction(text=instruction, take=take)},
    )
    return replace(taken, revisions=revisions)
