"""Who finds the heading of a part: the engine, or the rule where the engine is led and the fact gives one."""

from __future__ import annotations

from collections.abc import Mapping

from miaobi.base.engine import EngineRef
from miaobi.base.run import Run
from miaobi.recipes.assignment import takes_orders
from miaobi.recipes.fact_headings import fact_heading
from miaobi.recipes.steps import choose_line
from miaobi.recipes.tasks import LineTask


def heading_of(run: Run, engines: Mapping[str, EngineRef], task: LineTask) -> str:
    """The heading of a task. An engine that is led by openings bends a fact ("How leaves help the rain" of leaves that
    slow it), so it is asked only where the fact's own words give no heading."""
    has_own = task.is_bound and task.fallback == fact_heading(task.about, task.language)
    if has_own and not takes_orders(engines["text"]):
        return task.fallback
    return run(choose_line, engines["text"], engines["embedding"], task).text
