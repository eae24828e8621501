"""The table of recipes. A recipe is a module with two plain functions; this file only knows where they are."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable
from dataclasses import dataclass

from miaobi.base.engine import EngineRef
from miaobi.base.piece import Piece
from miaobi.base.run import Run
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan
from miaobi.errors import UnknownNameError
from miaobi.recipes.assignment import Assignment

_TABLE: dict[str, tuple[str, str]] = {
    "article": ("miaobi.recipes.article", "An illustrated article: lead, sections, pictures, key takeaways."),
    "video": ("miaobi.recipes.video", "A narrated, subtitled video with music, made of moving illustrations."),
}


@dataclass(frozen=True)
class Recipe:
    """A kind of piece.

    modalities  the engines it needs
    plan        brief to plan: cheap, shown by --plan-only
    make        assignment to piece: everything else
    """

    name: str
    summary: str
    modalities: tuple[str, ...]
    plan: Callable[[Run, Brief, dict[str, EngineRef]], Plan]
    make: Callable[[Assignment], Piece]


def recipe_names() -> tuple[str, ...]:
    """All recipes, in the order they are listed."""
    return tuple(_TABLE)


def recipe_summary(name: str) -> str:
    """One line about a recipe."""
    return _TABLE[name][1]


def find_recipe(name: str) -> Recipe:
    """The recipe of that name. UnknownNameError, with the nearest name, when there is none."""
    if name not in _TABLE:
        near = difflib.get_close_matches(name, _TABLE, n=1)
        guess = f"Did you mean {near[0]!r}? " if near else ""
        raise UnknownNameError(f"There is no recipe {name!r}.", hint=f"{guess}The recipes are: {', '.join(_TABLE)}.")
    path, summary = _TABLE[name]
    module = importlib.import_module(path)
    return Recipe(name, summary, module.MODALITIES, module.plan, module.make)
