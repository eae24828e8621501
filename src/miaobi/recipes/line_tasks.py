"""The task of a heading: of a fact where there is one, else another question of the topic. Both recipes ask it."""

from __future__ import annotations

from collections.abc import Sequence

from miaobi.brief.brief import Brief
from miaobi.brief.language import is_cjk
from miaobi.recipes import prompt_records as records
from miaobi.recipes.tasks import LineTask
from miaobi.recipes.topic import fact_subject, read_topic


def heading_line_task(
    brief: Brief, facts: Sequence[str], previous: Sequence[str], number: int, *, fallback: str
) -> LineTask:
    """What stands above, or is told in, part `number` with those facts; `fallback` is the line made by rule."""
    topic, language = read_topic(brief.topic, brief.language), brief.language
    fact = facts[0] if facts else ""
    subject = fact_subject(fact, topic, language) if fact else topic.subject
    openings = records.heading_openings(subject, language, number, has_fact=bool(fact))
    prompts = [
        records.fact_heading_prompt(fact, opening, language)
        if fact
        else records.topic_heading_prompt(topic.text, previous, opening, language)
        for opening in openings
    ]
    return LineTask(
        requests=tuple(records.LINE_SETTINGS.model_copy(update={"prompt": prompt}) for prompt in prompts),
        openings=openings,
        language=language,
        about=fact or topic.text,
        sources=records.sources_of(brief),
        avoid=brief.avoid,
        previous=(topic.title, *previous),
        low=4 if is_cjk(language) else 3,
        high=16 if is_cjk(language) else 8,
        fallback=fallback,
        is_bound=bool(fact),
    )
