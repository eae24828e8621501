"""Pictures of a piece: drawn side by side, each with its idea and alt text as parts of their own."""

from __future__ import annotations

from collections.abc import Sequence

from miaobi.base.engine import ImageRequest, ImageResult
from miaobi.base.piece import Maker, Part
from miaobi.recipes.assignment import Assignment
from miaobi.recipes.steps import draw_picture

_IDEA = Maker(kind="rule", id="rule:picture-idea", fingerprint="1")
_SIZES = {"landscape": (1280, 720), "portrait": (720, 1280), "square": (1080, 1080)}


def picture_size(shape: str) -> tuple[int, int]:
    """Width and height in pixels for a brief's shape."""
    return _SIZES[shape]


def draw(assignment: Assignment, requests: Sequence[ImageRequest]) -> list[ImageResult]:
    """All pictures, at the same time."""
    engine = assignment.engine("image")
    return assignment.run.each(draw_picture, [(engine, request) for request in requests])


def draw_part(
    assignment: Assignment, groups: Sequence[str], requests: Sequence[ImageRequest]
) -> list[tuple[Part, Part, Part]]:
    """(idea, picture, alt text) for each group, e.g. "cover" or "section-1"."""
    results = draw(assignment, requests)
    return [picture_parts(assignment, *item) for item in zip(groups, requests, results, strict=True)]


def picture_parts(
    assignment: Assignment, group: str, request: ImageRequest, result: ImageResult
) -> tuple[Part, Part, Part]:
    """The parts of one picture that is drawn already."""
    idea = assignment.text_part(f"{group}.idea", "idea", request.prompt, (_IDEA,))
    picture = Part(
        id=f"{group}.picture",
        kind="picture",
        asset=result.image,
        made_by=(result.made_by,),
        seed=request.seed,
        prompt=request.prompt,
        credits=result.credits,
    )
    alt = assignment.text_part(f"{group}.alt", "alt", result.description or request.prompt, (result.made_by,))
    return idea, picture, alt
