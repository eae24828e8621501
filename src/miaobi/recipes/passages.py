"""A passage as a part of a piece: written once, again where a person asked for it, or the person's own."""

from __future__ import annotations

from collections.abc import Callable

from miaobi.base.piece import Part
from miaobi.recipes.assignment import Assignment
from miaobi.recipes.steps import write_text
from miaobi.recipes.writing import Passage, PassageTask

TaskFor = Callable[[str], PassageTask]
"""The task of a part, given the person's wish for it ("" for none)."""


def write_part(assignment: Assignment, part_id: str, task_for: TaskFor) -> tuple[Passage, Passage]:
    """(first draft, passage to publish): they differ only where a person asked for another take.

    What comes later is written to fit the first draft, so that a new take of one part leaves the others as they are.
    """
    text, embedding = assignment.engine("text"), assignment.engine("embedding")
    first = task_for("").model_copy(update={"seed": assignment.first_take(part_id)})
    draft = assignment.run(write_text, text, embedding, first)
    wish = assignment.instruction(part_id)
    if (kept := assignment.kept(part_id)) is not None:
        passage = as_published(kept, draft)
        return (passage if wish.take == 1 else draft), passage
    if wish.take == 1:
        return draft, draft
    return draft, assignment.run(write_text, text, embedding, task_for(wish.text))


def as_published(part: Part, draft: Passage) -> Passage:
    """A passage as it stands in the work; `draft` is what would be written today, and the same in most cases."""
    if part.text == draft.text:
        return draft
    return Passage(
        text=part.text or "",
        made_by=part.made_by,
        prompt=part.prompt,
        seed=part.seed,
        scores=part.scores,
        credits=part.credits,
        notes=draft.notes,
    )


def passage_part(assignment: Assignment, part_id: str, kind: str, passage: Passage) -> Part:
    """The editable part that holds a passage, or the person's text in its place."""
    return assignment.text_part(
        part_id,
        kind,
        passage.text,
        passage.made_by,
        prompt=passage.prompt,
        seed=passage.seed,
        scores=passage.scores,
        credits=passage.credits,
    )


def notes_of(assignment: Assignment, part_id: str, passage: Passage) -> tuple[str, ...]:
    """What the person should know of a passage: nothing, where their own text stands in its place."""
    return () if assignment.written_by_person(part_id) is not None else passage.notes
