"""The article's prompts: pure functions from the brief and the plan's items to what the engine is asked.

The records themselves are in prompt_records.py; here is which record, with which turns, each part of an article gets.
"""

from __future__ import annotations

from collections.abc import Sequence

from miaobi.brief.brief import Brief
from miaobi.brief.language import is_cjk
from miaobi.brief.plan import Plan, Section
from miaobi.edit.text import split_sentences
from miaobi.evaluate.gates import Bars
from miaobi.evaluate.text_content import covers
from miaobi.evaluate.wording import length_of, stems
from miaobi.recipes import prompt_records as records
from miaobi.recipes.fact_headings import fact_heading
from miaobi.recipes.line_tasks import heading_line_task
from miaobi.recipes.picture_ideas import caption, picture_idea
from miaobi.recipes.prompt_records import sources_of
from miaobi.recipes.topic import Topic, capitalised, read_topic, title_case
from miaobi.recipes.wishes import wished_length, wished_words
from miaobi.recipes.writing import LineTask, PassageTask, Turn

__all__ = [
    "caption",
    "heading_task",
    "lead_task",
    "outlook",
    "picture_idea",
    "rule_heading",
    "section_task",
    "set_heading",
    "sources_of",
    "takeaways",
    "title_candidates",
    "wants_engine_title",
]

_WHOLE_TRIES = 3
_FEW_POINTS = 3
_ALMOST_ALL = 0.9
_SECTION = ("the section", "其中一节")
_LEAD = ("the opening paragraph", "开头一段")
_AFTER_LEAD = ("{They} also", "This helps", "People")
_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight"}
_COUNTS_ZH = {2: "两", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八"}
_RULE_HEADINGS = {
    "plural": ("What {s} are", "How {s} work", "Why {s} matter", "Where {s} are found", "What {s} mean to people"),
    "singular": ("What {s} is", "How {s} works", "Why {s} matters", "Where {s} is found", "What {s} means to people"),
    "zh": ("{s}是什么", "{s}从哪里来", "{s}为什么重要", "{s}与我们的生活", "{s}的今天与明天"),
}


# ---------------------------------------------------------------- titles and headings


def title_candidates(brief: Brief) -> LineTask:
    """A title from the engine; the `fallback` is the topic itself, as a title."""
    topic = read_topic(brief.topic, brief.language)
    openings = _title_openings(topic, brief.language)
    return LineTask(
        requests=tuple(
            records.LINE_SETTINGS.model_copy(
                update={"prompt": records.title_prompt(topic.text, opening, brief.language)}
            )
            for opening in openings
        ),
        openings=openings,
        language=brief.language,
        about=topic.text,
        sources=sources_of(brief),
        avoid=brief.avoid,
        low=4 if is_cjk(brief.language) else 3,
        high=20 if is_cjk(brief.language) else 10,
        fallback=topic.title,
    )


def wants_engine_title(brief: Brief) -> bool:
    """Whether the topic is a bare English noun ("volcanoes"), which is no title yet; other topics are good titles."""
    topic = read_topic(brief.topic, brief.language)
    return (
        not is_cjk(brief.language) and not topic.question and topic.text == topic.subject and length_of(topic.text) <= 2
    )


def _title_openings(topic: Topic, language: str) -> tuple[str, ...]:
    if is_cjk(language):
        return (topic.subject,)
    subject = capitalised(records.plain_start(topic.subject))
    return (f"How {subject}", f"Why {subject}", f"{subject} and")


def heading_task(brief: Brief, facts: Sequence[str], previous: Sequence[str], number: int) -> LineTask:
    """The heading of a section: of its first fact where it has one, else another question of the topic."""
    fallback = rule_heading(brief, facts[0] if facts else "", previous, number)
    return heading_line_task(brief, facts, previous, number, fallback=fallback)


def rule_heading(brief: Brief, fact: str, previous: Sequence[str], number: int) -> str:
    """A heading without a model: one of the fact's own words, else a question about the subject not yet asked."""
    topic, language = read_topic(brief.topic, brief.language), brief.language
    if fact and (heading := fact_heading(fact, language)) and heading not in previous:
        return heading
    kind = "zh" if is_cjk(language) else "plural" if topic.is_plural else "singular"
    asked = [pattern.format(s=records.plain_start(topic.subject)) for pattern in _RULE_HEADINGS[kind]]
    turned = asked[number % len(asked) :] + asked[: number % len(asked)]
    return next((heading for heading in turned if heading not in previous), f"{turned[0]} ({number + 1})")


def set_heading(section: Section, language: str) -> str:
    """A section's heading as it is printed: in English with capitals, as the title."""
    return section.heading if is_cjk(language) else title_case(section.heading)


# ---------------------------------------------------------------- texts


def section_task(
    brief: Brief,
    section: Section,
    bars: Bars,
    *,
    previous: Sequence[str] = (),
    seed: int = 0,
    instruction: str = "",
    is_whole: bool = False,
) -> PassageTask:
    """The text of a section: each fact as given, followed by what the engine adds; without facts, the heading's answer.

    With `is_whole` the engine gets an order instead of a record and writes the section in one go.
    """
    topic, language = read_topic(brief.topic, brief.language), brief.language
    wishes = wished_words(instruction)
    words = wished_length(section.words, instruction)
    if is_whole:
        prompt = records.order_prompt(brief, section.heading, section.facts, words, instruction, _SECTION)
    else:
        prompt = records.text_prompt(topic.text, section.heading, language, wishes)
    return PassageTask(
        prompt=prompt,
        turns=(Turn(openings=("",) * _WHOLE_TRIES, whole=True),)
        if is_whole
        else with_wishes(_section_turns(section, topic, language, len(previous)), wishes, language),
        more=() if is_whole else records.further_openings(topic, language),
        language=language,
        asked=words,
        about=f"{topic.text}{'：' if is_cjk(language) else ': '}{section.heading}",
        subject=topic.subject,
        facts=section.facts,
        keywords=(*_own_keywords(brief, section, previous), *wishes),
        avoid=brief.avoid,
        sources=sources_of(brief, (section.heading, instruction)),
        previous=tuple(previous),
        bars=bars,
        settings=records.WHOLE_SETTINGS if is_whole else records.TEXT_SETTINGS,
        is_strict=not is_whole,
        seed=seed,
    )


def lead_task(
    brief: Brief,
    plan: Plan,
    bars: Bars,
    *,
    seed: int = 0,
    instruction: str = "",
    words: int = 40,
    is_whole: bool = False,
) -> PassageTask:
    """The lead: what the topic's own clause says, one sentence more, and what the sections will tell."""
    topic, language = read_topic(brief.topic, brief.language), brief.language
    head = Section(id="lead", heading=topic.title, words=words)
    task = section_task(brief, head, bars, seed=seed, instruction=instruction, is_whole=is_whole)
    if is_whole:
        prompt = records.order_prompt(brief, topic.title, (), task.asked, instruction, _LEAD)
        return task.model_copy(update={"prompt": prompt, "keywords": wished_words(instruction)})
    after = records.filled_openings(_AFTER_LEAD, topic)
    turns = [Turn(openings=records.topic_openings(topic, language)), Turn(openings=after)]
    if is_cjk(language):
        turns = [Turn(given=f"{topic.title}{'？' if topic.question else '。'}", by_rule=True), turns[0]]
    if preview := outlook(len(plan.sections), language):
        turns.append(Turn(given=preview, by_rule=True))
    known = {
        "sources": (*task.sources, preview),
        "keywords": wished_words(instruction),
    }  # "four things" is no invention
    return task.model_copy(update={"turns": tuple(turns), "more": (), **known})


def outlook(sections: int, language: str) -> str:
    """How many things the piece will tell: a sentence made by rule. It names none, so that nothing is said twice."""
    if is_cjk(language):
        return f"下面从{_COUNTS_ZH[sections]}个方面来说。" if sections in _COUNTS_ZH else "下面分几个方面来说。"
    return f"Here are {_COUNTS[sections]} things worth knowing." if sections in _COUNTS else ""


def with_wishes(turns: Sequence[Turn], wishes: Sequence[str], language: str) -> tuple[Turn, ...]:
    """The turns with a sentence for each wished word, after the first sentence."""
    asked = (Turn(openings=records.wish_openings(word, language), is_asked=True) for word in wishes)
    return (*turns[:1], *asked, *turns[1:])


def _section_turns(section: Section, topic: Topic, language: str, offset: int) -> tuple[Turn, ...]:
    if not section.facts:
        first = Turn(openings=records.answer_openings(section.heading, topic, language))
        return (
            first,
            *(Turn(openings=records.after_fact_openings(topic, language, offset + number)) for number in (0, 1)),
        )
    turns: list[Turn] = []
    for number, fact in enumerate(section.facts):
        turns += [Turn(given=fact), Turn(openings=records.after_fact_openings(topic, language, offset + number, fact))]
    return tuple(turns)


def _own_keywords(brief: Brief, section: Section, previous: Sequence[str]) -> tuple[str, ...]:
    """The first keyword of the brief that neither earlier passages nor this section's facts and heading hold."""
    said = " ".join((*previous, *section.facts, section.heading))
    known = set(stems(said))
    missing = [word for word in brief.keywords if word not in said and not set(stems(word)) <= known]
    return tuple(missing[:1])


# ---------------------------------------------------------------- what needs no engine


def takeaways(sections: Sequence[tuple[Section, str]], language: str, most: int = 5) -> tuple[str, ...]:
    """Up to five sentences to remember, of the piece itself, word for word, so that nothing new is claimed.

    A fact of each section that still states one (a person may have corrected it), else its first sentence; sections
    without a fact are left out where others have one. None when the piece is nothing but its facts: that is short.
    """
    have_facts = any(section.facts for section, _ in sections)
    found, further = [], []
    for section, text in sections:
        stated = [fact for fact in section.facts if covers(text, fact, language)]
        first = next(iter(split_sentences(text, language)), "")
        found += stated[:1] or ([first] if section.facts or not have_facts else [])
        further += stated[1:]
    lines = dict.fromkeys(line for line in (*found, *(further if len(found) < _FEW_POINTS else ())) if line)
    said = "".join(text for _, text in sections)
    is_all = sum(length_of(line) for line in lines) >= _ALMOST_ALL * length_of(said)
    return () if is_all else tuple(lines)[:most]
