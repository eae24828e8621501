"""Writing a passage with a language model that needs help: sentence by sentence.

A task says everything: the prompt up to where the text begins, and turns. A turn either states a sentence as it was
given (a person's fact, word for word) or offers openings ("Because of this,"); the engine finishes each of them, faulty
sentences are ruled out, the best of the rest is kept, and the next turn goes on from there. So the person's facts are
right by construction, and the engine writes only what joins them. An engine that can be trusted with more gets one
turn without openings and writes the passage in one go.

`write_passage` and `write_line` (lines.py) are the bodies of cached steps: no clock, no global state, ties broken by
position, same task same text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from miaobi.base.engine import EngineRef, TextResult, open_engine
from miaobi.base.piece import PERSON, Score, judged
from miaobi.base.progress import report_progress
from miaobi.brief.language import is_cjk
from miaobi.edit.text import drop_unfinished, split_sentences, tidy_text
from miaobi.evaluate.text import score_coverage
from miaobi.evaluate.text_content import covers
from miaobi.evaluate.wording import length_of
from miaobi.recipes.lines import write_line
from miaobi.recipes.nearness import Vector, cosine, vectors_of
from miaobi.recipes.passage_scores import score_passage
from miaobi.recipes.sentences import Measure, fault_of, is_contradiction, is_rosy_after, is_same_start, rank_of
from miaobi.recipes.tasks import (
    RULE,
    LineTask,
    Passage,
    PassageTask,
    Turn,
    finished_sentence,
    join_sentences,
)

__all__ = ["LineTask", "Passage", "PassageTask", "Turn", "score_passage", "write_line", "write_passage"]

_NOTES = {
    "en": {
        "memory": "Some passages had no facts to go by: they say what the engine remembers. Check them before use.",
        "bar": "The engine's sentences did not reach the bar in places; there the given facts stand alone.",
        "language": "The text engine does not write this language well enough to be asked for it; "
        "the given facts stand alone.",
        "least bad": "No sentence passed the gates; the best one is kept and flagged ({fault}).",
    },
    "zh": {
        "memory": "有些段落没有事实可依，内容来自模型的记忆，使用前请核对。",
        "bar": "有些地方模型写的句子没有达到标准，那里只陈述给定的事实。",
        "language": "内置的文字模型写不好中文，因此正文只陈述给定的事实；可用 --text 指定更好的模型。",
        "least bad": "没有句子通过检查，保留了最好的一句并已标出（{fault}）。",
    },
}
"""What the person should know, in the language of the piece; the notes stand in its documents."""
_KEYWORD_BONUS = 100.0
"""What was asked for beats any preference."""
_EXTRA_TURNS = 3
_ROUNDS = 2
_SEED_STEP = 7919


class _Candidate(NamedTuple):
    text: str
    logprob: float
    logprobs: tuple[float, ...]
    fault: str


class _Draft:
    """A passage while it is written."""

    def __init__(self, task: PassageTask) -> None:
        self.task = task
        self.pieces: list[str] = []
        self.logprobs: list[float] = []
        self.rejected: Counter[str] = Counter()
        self.tokens = 0
        self.from_engine = 0
        self.from_person = 0
        self.from_rule = 0
        self.spare: list[_Candidate] = []

    @property
    def text(self) -> str:
        return join_sentences(self.pieces, self.task.language)

    def prompt(self, opening: str) -> str:
        gap = "" if is_cjk(self.task.language) else " "
        begun = [part for part in (self.text, opening) if part]
        return self.task.prompt + (gap + gap.join(begun) if begun else "")


# ---------------------------------------------------------------- a passage


def write_passage(text_engine: EngineRef, embedder: EngineRef, task: PassageTask) -> Passage:
    """The passage of a task. Never empty: what the gates refuse comes as facts joined by rule, or flagged."""
    draft = _Draft(task)
    topic = vectors_of(embedder, (task.about,), "query")[0] if task.about else ()
    low, _ = task.bars.length_range(task.asked)
    # Read on the embedded model before any gate: of 40 Mandarin sentences that follow a fact 11 could stand, of 132
    # English ones 54; and the gates see less of what is wrong in Mandarin.
    may_ask = text_engine.speaks(task.language) or not any(turn.given for turn in task.turns)
    turns = [*task.turns, *([Turn(openings=task.more)] * (_EXTRA_TURNS if task.more else 0))]
    for number, turn in enumerate(turns):
        report_progress(number, len(turns), "sentences")
        if turn.given:
            draft.pieces.append(finished_sentence(turn.given, task.language))
            draft.from_person += not turn.by_rule
            draft.from_rule += turn.by_rule
        elif may_ask and (
            turn.is_asked or length_of(draft.text) < (low if number >= len(task.turns) else round(1.1 * task.asked))
        ):
            _write_turn(text_engine, embedder, draft, turn, topic, number)
    return _finish(text_engine, draft)


def _fresh_openings(draft: _Draft, turn: Turn) -> tuple[str, ...]:
    """The turn's openings without those a sentence of the passage already begins with, unless that leaves none."""
    used = [piece.casefold() for piece in draft.pieces]
    fresh = [o for o in turn.openings if not o or not any(piece.startswith(o.casefold()) for piece in used)]
    return tuple(fresh) or turn.openings


def _write_turn(
    text_engine: EngineRef, embedder: EngineRef, draft: _Draft, turn: Turn, topic: Vector, number: int
) -> None:
    """Add the best faultless sentence; when there is none, try once more with other seeds, then leave the turn out."""
    if not draft.pieces and number:  # "This helps" has nothing to refer to yet: start as the first turn did
        turn = draft.task.turns[0]
    turn = turn.model_copy(update={"openings": _fresh_openings(draft, turn)})
    for round_number in range(_ROUNDS):
        candidates = _ask(text_engine, draft, turn, number, round_number)
        good = [candidate for candidate in candidates if not candidate.fault]
        if good:
            best = _best(embedder, draft.task, good, topic)
            draft.pieces.append(best.text)
            draft.logprobs += best.logprobs
            draft.from_engine += 1
            return
        draft.spare += candidates


def _ask(text_engine: EngineRef, draft: _Draft, turn: Turn, number: int, round_number: int) -> list[_Candidate]:
    task, engine = draft.task, open_engine(text_engine)
    ends = () if turn.whole else ("。",) if is_cjk(task.language) else (". ",)
    requests = [
        task.settings.model_copy(
            update={
                "prompt": draft.prompt(opening),
                "seed": (task.seed + _SEED_STEP * (100 * round_number + 10 * number + index)) % 2**32,
                "stop": ("\n", *ends, *task.settings.stop),
                "temperature": task.settings.temperature + 0.25 * round_number,
                "top_logprobs": 0,
                "banned": task.settings.banned if opening or turn.whole else (*task.settings.banned, "\n"),
            }
        )
        for index, opening in enumerate(turn.openings)
    ]
    with ThreadPoolExecutor(max_workers=max(1, engine.parallel_slots)) as pool:
        results = list(pool.map(engine.generate, requests))
    draft.tokens += sum(result.completion_tokens for result in results)
    found = [_read_answer(draft, turn, opening, result) for opening, result in zip(turn.openings, results, strict=True)]
    draft.rejected.update(candidate.fault for candidate in found if candidate.fault)
    return found


def _read_answer(draft: _Draft, turn: Turn, opening: str, result: TextResult) -> _Candidate:
    """An answer as a candidate: the opening and its first sentence (or all good ones), tidied and checked."""
    task = draft.task
    gap = "" if is_cjk(task.language) or not opening or result.text[:1] in ",.;’'" else " "
    raw = opening + gap + result.text.strip()
    if not turn.whole and result.finish_reason == "stop":
        raw = finished_sentence(raw, task.language)
    measure = Measure(language=task.language, sources=task.sources, avoid=task.avoid, is_strict=task.is_strict)
    before = [*task.previous, *draft.pieces]
    tidy = tidy_text(raw, task.language)
    sentences = split_sentences(tidy if not turn.whole else drop_unfinished(tidy, task.language), task.language)
    logprobs = tuple(token.logprob for token in result.logprobs or ())
    if not turn.whole:
        first = sentences[0] if sentences else ""
        share = _share_of_tokens(result, len(first) - len(opening))
        fault = fault_of(first, measure, before) or _fault_beside(first, draft)
        return _Candidate(first, sum(logprobs[:share]), logprobs[:share], fault)
    kept: list[str] = []
    for sentence in sentences:
        fault = fault_of(sentence, measure, [*before, *kept])
        draft.rejected.update([fault] if fault else [])
        kept += [] if fault else [sentence]
    text = join_sentences(kept, task.language)
    mean = sum(logprobs) / len(logprobs) if logprobs else 0.0
    return _Candidate(text, 10 * mean, logprobs, "" if kept else "nothing left")


def _fault_beside(sentence: str, draft: _Draft) -> str:
    """What is wrong with a sentence beside the facts and sentences of its own passage."""
    task = draft.task
    if task.is_strict and is_contradiction(sentence, task.facts, task.subject):
        return "contradiction"
    if task.is_strict and draft.pieces and is_rosy_after(sentence, draft.pieces[-1]):
        return "rosy claim"
    return "same start" if not is_cjk(task.language) and is_same_start(sentence, draft.pieces) else ""


def _share_of_tokens(result: TextResult, characters: int) -> int:
    """How many of the answer's tokens make its first so many characters."""
    length = 0
    for number, token in enumerate(result.logprobs or ()):
        if length >= characters:
            return number
        length += len(token.token)
    return len(result.logprobs or ())


def _best(embedder: EngineRef, task: PassageTask, candidates: Sequence[_Candidate], topic: Vector) -> _Candidate:
    ranks = [_KEYWORD_BONUS * _new_keywords(candidate.text, task) for candidate in candidates]
    if len(candidates) > 1:
        vectors = vectors_of(embedder, [candidate.text for candidate in candidates], "passage")
        nearness = [cosine(vector, topic) for vector in vectors]
        ranks = [rank + rank_of(c.logprob, near) for rank, c, near in zip(ranks, candidates, nearness, strict=True)]
    return candidates[max(range(len(candidates)), key=ranks.__getitem__)]


def _new_keywords(text: str, task: PassageTask) -> float:
    if not task.keywords:
        return 0.0
    return (score_coverage(text, task.keywords, task.language).value or 0.0) * len(task.keywords)


# ---------------------------------------------------------------- its end: rule, scores, makers


def _finish(text_engine: EngineRef, draft: _Draft) -> Passage:
    task, said = draft.task, _NOTES["zh" if is_cjk(draft.task.language) else "en"]
    notes: list[str] = []
    by_rule = False
    if not draft.from_engine and not draft.from_person:
        spare = _least_bad(draft.spare)
        if spare is not None:
            draft.pieces.insert(0, spare.text)
            draft.from_engine = 1
            notes.append(said["least bad"].format(fault=spare.fault))
    elif not draft.from_engine and any(turn.openings for turn in task.turns):
        by_rule = True
        if not draft.from_rule:
            draft.pieces = join_by_rule(draft.pieces, task.language)
        notes.append(said["bar" if text_engine.speaks(task.language) else "language"])
    if task.is_strict and draft.from_engine and not draft.from_person:
        notes.append(said["memory"])
    _state_missing_facts(draft)
    text = draft.text
    makers = [PERSON] if draft.from_person else []
    engine = open_engine(text_engine)
    makers += [engine.made_by] if draft.from_engine else []
    makers += [RULE] if by_rule or draft.from_rule else []
    return Passage(
        text=text,
        made_by=tuple(makers),
        prompt=task.prompt if draft.from_engine else "",
        seed=task.seed if draft.from_engine else None,
        scores=(*score_passage(text, task, draft.logprobs), *_score_skill(text_engine, draft)),
        credits=engine.card.credits if draft.from_engine else (),
        rejected=dict(sorted(draft.rejected.items())),
        tokens=draft.tokens,
        notes=tuple(notes),
    )


def _score_skill(text_engine: EngineRef, draft: _Draft) -> tuple[Score, ...]:
    """A flag on sentences of an engine that does not list the language: no measure of ours sees how wrong they are."""
    if not draft.from_engine or text_engine.speaks(draft.task.language):
        return ()
    engine_id = open_engine(text_engine).card.id
    evidence = f"{engine_id} does not list {draft.task.language}; give facts, or choose another engine."
    return (judged("engine language", 0.0, 1.0, evidence=evidence),)


def _state_missing_facts(draft: _Draft) -> None:
    """An engine that writes in one go may leave facts out: they are stated as given, before what it wrote."""
    missing = [fact for fact in draft.task.facts if not covers(draft.text, fact, draft.task.language)]
    draft.pieces = [*(finished_sentence(fact, draft.task.language) for fact in missing), *draft.pieces]
    draft.from_person += len(missing)


def _least_bad(spare: Sequence[_Candidate]) -> _Candidate | None:
    """Of refused sentences, one whose form is whole if there is any; the first of the most probable."""
    whole = [c for c in spare if c.text and c.fault not in ("broken form", "other language", "too short")]
    pool = whole or [c for c in spare if c.text]
    return max(pool, key=lambda candidate: candidate.logprob) if pool else None


# ---------------------------------------------------------------- words


_JOINTS_ZH = ("此外，", "同时，")


def join_by_rule(facts: Sequence[str], language: str) -> list[str]:
    """Facts as neighbouring sentences; in Chinese with a neutral connective between them, in English as they are."""
    if not is_cjk(language):
        return list(facts)
    return [fact if not number else _JOINTS_ZH[number % 2] + fact for number, fact in enumerate(facts)]
