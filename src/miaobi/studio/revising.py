"""What a person changed in a work: hand edits of draft.md, and wishes for single parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from miaobi.base.asset import digest_file
from miaobi.errors import InputError, UnknownNameError
from miaobi.publish.draft import changed_texts, editable_ids, read_draft
from miaobi.publish.manifest import Manifest, piece_of, read_manifest
from miaobi.publish.names import DRAFT_NAME
from miaobi.recipes.assignment import Instruction, Revisions


@dataclass(frozen=True)
class Taken:
    """Revisions, and the digest of the draft they were read from (None where there was none to read)."""

    revisions: Revisions = field(default_factory=Revisions)
    draft_digest: str | None = None


def take_edits(folder: Path) -> Taken:
    """The revisions a work carries already, with the edits of its draft.md since it was written. DraftError."""
    manifest = read_manifest(folder)
    before = Revisions.model_validate(manifest.revisions)
    draft = folder / DRAFT_NAME
    if not draft.exists():
        return Taken(before)
    digest = digest_file(draft)
    written = {file.name: file.digest for file in manifest.files}
    if written.get(DRAFT_NAME) == digest:
        return Taken(before, digest)
    piece = piece_of(manifest)
    changed = changed_texts(piece, read_draft(draft, editable_ids(piece)))
    first_makers = {part.id: part.made_by for part in piece.parts if part.id in changed}
    revisions = Revisions(
        texts={**before.texts, **changed},
        first_makers={**first_makers, **before.first_makers},
        instructions={key: value for key, value in before.instructions.items() if key not in changed},
    )
    return Taken(revisions, digest)


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
    return Taken(revisions, taken.draft_digest)
