"""Whose heading stands: the rule's where the engine is led and the fact gives one, else the engine's."""

from __future__ import annotations

from pathlib import Path

from miaobi.base.run import Run
from miaobi.base.store import Store
from miaobi.brief.brief import Brief
from miaobi.create.registry import engine_ref
from miaobi.recipes import article_prompts as prompts
from miaobi.recipes.headings import heading_of

TREES = Brief(recipe="article", topic="why cities need trees")
FACT = "Leaves slow the rain, and roots help it soak into the ground."


def test_a_led_engine_is_asked_only_where_the_fact_gives_no_heading(tmp_path: Path) -> None:
    run = Run(Store(tmp_path / "store"))
    engines = {name: engine_ref(f"{name}:fake", tmp_path) for name in ("text", "embedding")}
    assert heading_of(run, engines, prompts.heading_task(TREES, (FACT,), (), 0)) == "How leaves slow the rain"
    assert run.made == 0
    assert heading_of(run, engines, prompts.heading_task(TREES, ("It takes 5 to 7 years.",), (), 0))
    assert run.made == 1


def test_an_engine_that_takes_orders_is_asked_first(tmp_path: Path) -> None:
    run = Run(Store(tmp_path / "store"))
    engines = {name: engine_ref(f"{name}:fake", tmp_path) for name in ("text", "embedding")}
    engines["text"] = engines["text"].model_copy(update={"id": "text:remote/large"})
    heading_of(run, engines, prompts.heading_task(TREES, (FACT,), (), 0))
    assert run.made == 1
