"""The article: title, lead, sections, pictures with captions and alt texts, key takeaways."""

from __future__ import annotations

from collections.abc import Sequence

from miaobi.base.engine import EngineRef, ImageRequest
from miaobi.base.piece import Maker, Part, Piece
from miaobi.base.run import Run
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan, Section
from miaobi.recipes import article_prompts as prompts
from miaobi.recipes.assignment import Assignment, takes_orders
from miaobi.recipes.headings import heading_of
from miaobi.recipes.measures import bars_of, score_piece
from miaobi.recipes.passages import notes_of, passage_part, write_part
from miaobi.recipes.pictures import draw_part, picture_size
from miaobi.recipes.steps import choose_line
from miaobi.recipes.writing import Passage

MODALITIES = ("text", "embedding", "image")

PLANNER = Maker(kind="rule", id="rule:plan", fingerprint="1")
EXTRACT = Maker(kind="rule", id="rule:extract", fingerprint="1")
_WORDS_PER_SECTION = 90
_WORDS_PER_LED_SECTION = 40
"""What an engine that is led by openings fills with sense: a fact, and two or three sentences around it."""
_FACTS_PER_BARE_SECTION = 2
_FEWEST, _MOST = 3, 5
_LEAD_WORDS, _BARE_LEAD_WORDS = 40, 20


def plan(run: Run, brief: Brief, engines: dict[str, EngineRef]) -> Plan:
    """Title, headings, which fact goes where, what the pictures show."""
    groups = deal_facts(brief.facts, _count_sections(brief, engines["text"]))
    headings: list[str] = []
    for number, facts in enumerate(groups):
        task = prompts.heading_task(brief, facts, headings, number)
        headings.append(heading_of(run, engines, task))
    title = prompts.title_candidates(brief).fallback
    if prompts.wants_engine_title(brief):
        title = run(choose_line, engines["text"], engines["embedding"], prompts.title_candidates(brief)).text
    words = _section_words(brief, len(groups), takes_orders(engines["text"]))
    sections = tuple(
        Section(
            id=f"section-{number}",
            heading=heading,
            facts=facts,
            words=max(20, words),
            idea=prompts.picture_idea(brief, heading, facts),
        )
        for number, (heading, facts) in enumerate(zip(headings, groups, strict=True), 1)
    )
    wanted = 1 + len(sections) // 2 if brief.pictures is None else brief.pictures
    return Plan(recipe="article", title=title, language=brief.language, sections=sections, pictures=wanted)


def make(assignment: Assignment) -> Piece:
    """Write, draw, measure, put together."""
    brief, the_plan = assignment.brief, assignment.plan
    pictures = _pictures(assignment)
    parts = [assignment.text_part("title", "title", the_plan.title, (PLANNER,))]
    bars = bars_of(assignment, "text")
    lead_seed = assignment.seed("lead")
    whole = assignment.engine_takes_orders
    lead_words = _LEAD_WORDS if assignment.engine("text").speaks(brief.language) else _BARE_LEAD_WORDS
    lead = write_part(
        assignment,
        "lead",
        lambda wish: prompts.lead_task(
            brief, the_plan, bars, seed=lead_seed, instruction=wish, words=lead_words, is_whole=whole
        ),
    )
    parts += [passage_part(assignment, "lead", "lead", lead[1]), *pictures.get("cover", ())]
    drafts = [lead[0].text]
    texts: list[str] = []
    notes = list(notes_of(assignment, "lead", lead[1]))
    for section in the_plan.sections:
        first, passage = _write_section(assignment, section, drafts, is_whole=whole)
        drafts.append(first.text)
        notes += notes_of(assignment, f"{section.id}.text", passage)
        parts.append(
            assignment.text_part(
                f"{section.id}.heading", "heading", prompts.set_heading(section, brief.language), (PLANNER,)
            )
        )
        parts.append(passage_part(assignment, f"{section.id}.text", "text", passage))
        texts.append(parts[-1].text or "")
        parts += pictures.get(section.id, ())
    points = prompts.takeaways(list(zip(the_plan.sections, texts, strict=True)), brief.language)
    if points or assignment.written_by_person("takeaways"):
        parts.append(assignment.text_part("takeaways", "takeaways", "\n".join(f"- {p}" for p in points), (EXTRACT,)))
    return Piece(
        recipe="article",
        title=parts[0].text or the_plan.title,
        language=brief.language,
        parts=tuple(parts),
        scores=score_piece(assignment, [parts[1].text or "", *texts], _sources(assignment, parts), _words(assignment)),
        notes=tuple(dict.fromkeys((*the_plan.notes, *notes))),
        seed=brief.seed,
    )


def deal_facts(facts: Sequence[str], sections: int) -> list[tuple[str, ...]]:
    """The facts in the person's order, dealt to sections as evenly as they go; first sections get the extra ones."""
    each, extra = divmod(len(facts), sections)
    groups, start = [], 0
    for number in range(sections):
        size = each + (1 if number < extra else 0)
        groups.append(tuple(facts[start : start + size]))
        start += size
    return groups


def _count_sections(brief: Brief, text_engine: EngineRef) -> int:
    if brief.sections is not None:
        return brief.sections
    if brief.facts and not takes_orders(text_engine) and not text_engine.speaks(brief.language):
        return max(1, round(len(brief.facts) / _FACTS_PER_BARE_SECTION))  # nothing will stand beside the facts
    by_length = round(((brief.words or 400) - _LEAD_WORDS) / _WORDS_PER_SECTION)
    fewest = max(2, min(_FEWEST, len(brief.facts))) if brief.facts and brief.words is None else _FEWEST
    wanted = len(brief.facts) if brief.facts and brief.words is None else max(by_length, len(brief.facts))
    return max(fewest, min(_MOST, wanted))


def _words(assignment: Assignment) -> int:
    """The length asked for, else the planned one."""
    return assignment.brief.words or _LEAD_WORDS + sum(section.words for section in assignment.plan.sections)


def _section_words(brief: Brief, sections: int, is_free: bool) -> int:
    """Words of a section: its share of the length asked for, else what the engine fills well."""
    if brief.words is None:
        return _WORDS_PER_SECTION if is_free else _WORDS_PER_LED_SECTION
    return round((brief.words - _LEAD_WORDS) / sections)


# ---------------------------------------------------------------- texts


def _write_section(
    assignment: Assignment, section: Section, drafts: Sequence[str], *, is_whole: bool
) -> tuple[Passage, Passage]:
    part_id = f"{section.id}.text"
    bars, seed = bars_of(assignment, "text"), assignment.seed(part_id)
    return write_part(
        assignment,
        part_id,
        lambda wish: prompts.section_task(
            assignment.brief, section, bars, previous=drafts, seed=seed, instruction=wish, is_whole=is_whole
        ),
    )


def _sources(assignment: Assignment, parts: Sequence[Part]) -> tuple[str, ...]:
    """What may be claimed: what the person said, in the brief and in the parts that are theirs."""
    own = [part.text or "" for part in parts if part.locked]
    preview = prompts.outlook(len(assignment.plan.sections), assignment.brief.language)
    return prompts.sources_of(assignment.brief, (assignment.plan.title, preview, *own))


# ---------------------------------------------------------------- pictures


def _pictures(assignment: Assignment) -> dict[str, tuple[Part, ...]]:
    """Idea, picture, caption and alt text of the cover and of as many sections as the plan has pictures for."""
    brief, the_plan = assignment.brief, assignment.plan
    if not the_plan.pictures:
        return {}
    ideas = [("cover", prompts.picture_idea(brief, the_plan.title, ()), the_plan.title)]
    chosen = spread(the_plan.sections, the_plan.pictures - 1)
    ideas += [(section.id, section.idea, prompts.caption(section)) for section in chosen]
    size = picture_size(brief.shape)
    requests = [
        ImageRequest(
            prompt=assignment.idea(f"{group}.idea", idea),
            width=size[0],
            height=size[1],
            series=the_plan.title,
            index=number,
            language=brief.language,
            seed=assignment.seed(f"{group}.idea"),
        )
        for number, (group, idea, _) in enumerate(ideas)
    ]
    drawn = draw_part(assignment, [group for group, _, _ in ideas], requests)
    captions = [assignment.text_part(f"{group}.caption", "caption", words, (EXTRACT,)) for group, _, words in ideas]
    return {
        group: (idea, picture, caption, alt)
        for (group, _, _), (idea, picture, alt), caption in zip(ideas, drawn, captions, strict=True)
    }


def spread(sections: Sequence[Section], count: int) -> list[Section]:
    """`count` of the sections, evenly apart, the first of them included."""
    if count <= 0:
        return []
    count = min(count, len(sections))
    return [sections[round(number * len(sections) / count)] for number in range(count)]
