"""The article's prompts: their records, what they bind the engine to, and the parts that need no engine."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan, Section
from miaobi.errors import BriefError
from miaobi.evaluate.gates import Bars, bars_for
from miaobi.recipes import article_prompts as prompts
from miaobi.recipes.prompt_records import text_prompt

FACTS = ("A mature tree can cool the street by 2 to 8 degrees Celsius.", "Trees catch dust on their leaves.")
TREES = Brief(recipe="article", topic="why cities need trees", facts=FACTS)
CHINESE = Brief(recipe="article", topic="城市为什么需要树", facts=("一棵大树能让街道降温2到8摄氏度。",))


def bars(language: str = "en") -> Bars:
    return bars_for("article", "text", language)


def section(heading: str = "How trees cool the street", facts: tuple[str, ...] = (), words: int = 60) -> Section:
    return Section(id="section-1", heading=heading, facts=facts, words=words)


# ---------------------------------------------------------------- records


def test_text_record_ends_where_the_text_begins() -> None:
    prompt = text_prompt("why cities need trees", "How trees cool the street", "en", ("river",))
    assert prompt.endswith(
        "Topic: why cities need trees\nMention: river\nQuestion: How trees cool the street?\nAnswer:"
    )
    assert text_prompt("树", "树怎样降温", "zh").endswith("主题：树\n问题：树怎样降温\n回答：")


def test_record_without_examples_is_the_end_of_the_one_with_them() -> None:
    bare = text_prompt("tea", "Where tea grows", "en", examples=False)
    assert text_prompt("tea", "Where tea grows", "en").endswith(bare)
    assert "bread" not in bare


# ---------------------------------------------------------------- headings


def test_heading_of_a_fact_is_begun_with_the_subject_and_bound_to_the_fact() -> None:
    task = prompts.heading_task(TREES, FACTS[:1], (), 0)
    assert task.is_bound
    assert task.about == FACTS[0]
    assert {opening.split()[-1] for opening in task.openings} == {"trees"}
    for request, opening in zip(task.requests, task.openings, strict=True):
        assert request.prompt.endswith(f"Fact: {FACTS[0]}\nHeading: {opening}")


def test_heading_without_a_fact_asks_another_question_each_time() -> None:
    first = prompts.heading_task(Brief(recipe="article", topic="volcanoes"), (), (), 0)
    second = prompts.heading_task(Brief(recipe="article", topic="volcanoes"), (), ("How volcanoes erupt",), 1)
    assert first.openings != second.openings
    assert "How volcanoes erupt\n" in second.requests[0].prompt
    assert second.previous == ("Volcanoes", "How volcanoes erupt")
    assert not first.is_bound


def test_rule_heading_is_made_of_the_fact_else_asks_about_the_topic() -> None:
    assert (
        prompts.rule_heading(TREES, "Trees catch dust on their leaves.", (), 0)
        == "How trees catch dust on their leaves"
    )
    assert prompts.rule_heading(TREES, "It takes 5 to 7 years.", (), 0) == "What trees are"
    told = ("How trees catch dust on their leaves",)
    assert prompts.rule_heading(TREES, "Trees catch dust on their leaves.", told, 1) == "How trees work"


def test_rule_headings_of_one_topic_are_distinct() -> None:
    brief = Brief(recipe="article", topic="microplastics")
    headings: list[str] = []
    for number in range(8):
        headings.append(prompts.rule_heading(brief, "", headings, number))
    assert len(set(headings)) == len(headings)
    assert headings[0] == "What microplastics are"
    assert prompts.rule_heading(CHINESE, "", (), 0) == "树是什么"


def test_title_is_the_topic_unless_it_is_a_bare_noun() -> None:
    assert prompts.title_candidates(TREES).fallback == "Why Cities Need Trees"
    assert not prompts.wants_engine_title(TREES)
    assert prompts.wants_engine_title(Brief(recipe="article", topic="volcanoes"))
    assert prompts.title_candidates(CHINESE).fallback == "城市为什么需要树"


# ---------------------------------------------------------------- texts


def test_what_follows_a_fact_fits_its_time_and_its_harm() -> None:
    past = prompts.section_task(TREES, section(facts=("Trees were planted in 1900.",)), bars()).turns[1]
    assert not any(opening.startswith("This helps") for opening in past.openings)
    plastic = Brief(recipe="article", topic="microplastics")
    harm = prompts.section_task(plastic, section(facts=("Tyres shed tiny pieces.",)), bars()).turns[1]
    assert not any("helps" in opening or "easier" in opening for opening in harm.openings)


def test_every_fact_is_stated_as_given_and_followed_by_the_engine() -> None:
    task = prompts.section_task(TREES, section(facts=FACTS), bars())
    assert [turn.given for turn in task.turns if turn.given] == list(FACTS)
    assert [bool(turn.given) for turn in task.turns] == [True, False, True, False]
    assert task.facts == FACTS
    assert set(FACTS) <= set(task.sources)


def test_answer_without_facts_is_begun_from_the_heading() -> None:
    task = prompts.section_task(TREES, section("Why trees need water"), bars())
    assert task.turns[0].openings[0] == "Trees need water because"


def test_order_for_a_better_engine_carries_brief_facts_and_wish() -> None:
    brief = TREES.model_copy(update={"audience": "city planners", "tone": "friendly"})
    task = prompts.section_task(brief, section(facts=FACTS), bars(), instruction="mention the river", is_whole=True)
    for wanted in (*FACTS, "city planners", "friendly", "mention the river", "How trees cool the street"):
        assert wanted in task.prompt
    assert all(turn.whole for turn in task.turns)
    assert not task.is_strict


def test_wishes_become_keywords_and_length() -> None:
    plain = prompts.section_task(TREES, section(words=80), bars())
    wished = prompts.section_task(
        TREES, section(words=80), bars(), instruction="Make it shorter and mention the river."
    )
    assert wished.asked == plain.asked // 2
    assert "river" in wished.keywords
    assert "Mention: river" in wished.prompt
    assert any(turn.is_asked and "The river" in turn.openings for turn in wished.turns)
    chinese = prompts.section_task(CHINESE, section("树怎样降温"), bars("zh"), instruction="写短一点，提到河流")
    assert chinese.asked == 30
    assert "河流" in chinese.keywords


def test_a_keyword_is_asked_of_one_section_only() -> None:
    brief = TREES.model_copy(update={"keywords": ("shade",)})
    assert "shade" in prompts.section_task(brief, section(), bars()).keywords
    assert "shade" not in prompts.section_task(brief, section(), bars(), previous=("Trees give shade.",)).keywords


def test_lead_ends_with_what_the_sections_will_tell() -> None:
    plan = Plan(
        recipe="article",
        title="Why Cities Need Trees",
        language="en",
        sections=(section("How trees cool the street"), section("Why roots matter")),
    )
    task = prompts.lead_task(TREES, plan, bars())
    assert task.turns[0].openings[0] == "Cities need trees because"
    assert task.turns[-1].given == "Here are two things worth knowing."
    assert task.turns[-1].by_rule


def test_outlook_counts_and_names_nothing() -> None:
    assert prompts.outlook(1, "en") == ""
    assert prompts.outlook(3, "en") == "Here are three things worth knowing."
    assert prompts.outlook(2, "zh") == "下面从两个方面来说。"


def test_headings_are_printed_as_the_title_is() -> None:
    assert prompts.set_heading(section("How leaves slow the rain"), "en") == "How Leaves Slow the Rain"
    assert prompts.set_heading(section("树叶减缓雨水"), "zh") == "树叶减缓雨水"


# ---------------------------------------------------------------- what needs no engine


def test_takeaways_are_sentences_of_the_piece() -> None:
    told = f"{' '.join(FACTS)} Trees also grow old. Many of them stand in parks."
    with_fact, without = (section(facts=FACTS), told), (section(), "Trees grow in parks. People like them.")
    assert prompts.takeaways([with_fact, without], "en") == FACTS
    assert prompts.takeaways([without], "en") == ("Trees grow in parks.",)
    many = [(section(facts=(f"Fact number {n}.",)), f"Fact number {n}. And a word more.") for n in range(9)]
    assert len(prompts.takeaways(many, "en")) == 5
    assert prompts.takeaways([], "en") == ()


def test_takeaways_follow_what_a_person_corrected() -> None:
    said = "Trees lower the heat by 9 degrees, as we measured. It was a long summer. Everybody felt it."
    asked = section(facts=("Trees lower the heat by 5 degrees.",))
    assert prompts.takeaways([(asked, said)], "en") == ("Trees lower the heat by 9 degrees, as we measured.",)
    assert prompts.takeaways([(asked, "")], "en") == ()


def test_a_piece_that_is_only_its_facts_needs_no_takeaways() -> None:
    assert prompts.takeaways([(section(facts=FACTS[:1]), FACTS[0]), (section(facts=FACTS[1:]), FACTS[1])], "en") == ()


def test_picture_idea_names_the_topic_and_no_amounts() -> None:
    idea = prompts.picture_idea(TREES, "How trees cool the street", ("Shade lowers heat by 2 to 8 degrees Celsius.",))
    assert "8" not in idea
    assert "degrees" not in idea
    assert "trees" in idea
    chinese = prompts.picture_idea(CHINESE, "标题", CHINESE.facts)
    assert "树" in chinese
    assert "2" not in chinese


def test_picture_idea_without_facts_has_no_hanging_words() -> None:
    brief = Brief(recipe="article", topic="volcanoes")
    assert prompts.picture_idea(brief, "What volcanoes look like", ()) == "Volcanoes."
    assert prompts.picture_idea(brief, "How volcanoes form new islands", ()) == "Volcanoes form new islands."


def test_caption_is_a_short_fact_or_the_heading() -> None:
    assert prompts.caption(section(facts=FACTS)) == FACTS[1]
    long = "Trees " + "really " * 20 + "grow."
    assert prompts.caption(section("How trees grow", facts=(long,))) == "How trees grow"


@settings(max_examples=60, deadline=None)
@given(topic=st.text(min_size=1, max_size=80).filter(lambda t: any(c.isalnum() for c in t)), number=st.integers(0, 12))
def test_any_topic_gives_usable_tasks(topic: str, number: int) -> None:
    try:
        brief = Brief(recipe="article", topic=topic)
    except BriefError:  # a refusal, which is not ours to test
        return
    heading = prompts.rule_heading(brief, "", (), number)
    assert heading.strip()
    assert prompts.title_candidates(brief).fallback.strip()
    assert prompts.heading_task(brief, (), (), number).openings
    assert prompts.section_task(brief, section(heading), bars(brief.language)).turns
    assert prompts.picture_idea(brief, heading, ()).strip()
