"""Titles and headings: many short answers, the best of those without a fault, else a line made by rule."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from miaobi.base.engine import EngineRef, TextResult, open_engine
from miaobi.brief.language import is_cjk
from miaobi.edit.text import tidy_text
from miaobi.evaluate.wording import content_words, length_of, stem
from miaobi.recipes.nearness import cosine, vectors_of
from miaobi.recipes.sentences import Measure, fault_of, rank_of
from miaobi.recipes.tasks import RULE_LINE, LineTask, Passage, finished_sentence


def write_line(text_engine: EngineRef, embedder: EngineRef, task: LineTask) -> Passage:
    """The best of the answers as a title or heading, else the one made by rule. The rank is that of sentences."""
    engine = open_engine(text_engine)
    if not task.is_bound and not text_engine.speaks(task.language):
        return Passage(text=task.fallback, made_by=(RULE_LINE,))
    requests = [request.model_copy(update={"top_logprobs": 0}) for request in task.requests]
    with ThreadPoolExecutor(max_workers=max(1, engine.parallel_slots)) as pool:
        results: list[TextResult] = list(pool.map(engine.generate, requests))
    rejected: Counter[str] = Counter()
    good: list[tuple[str, float, int]] = []
    for index, (opening, result) in enumerate(zip(task.openings, results, strict=True)):
        line = clean_line(f"{opening}{'' if is_cjk(task.language) else ' '}{result.text.strip()}", task.language)
        fault = "cut short" if result.finish_reason == "length" else line_fault(line, task)
        rejected.update([fault] if fault else [])
        if not fault:
            good.append((line, sum(token.logprob for token in result.logprobs or ()), index))
    tokens = sum(result.completion_tokens for result in results)
    counts = dict(sorted(rejected.items()))
    if not good:
        return Passage(text=task.fallback, made_by=(RULE_LINE,), rejected=counts, tokens=tokens)
    about = vectors_of(embedder, (task.about,), "query")[0]
    vectors = vectors_of(embedder, [line for line, _, _ in good], "passage")
    ranks = [rank_of(entry[1], cosine(vector, about)) for entry, vector in zip(good, vectors, strict=True)]
    line, _, index = good[max(range(len(good)), key=ranks.__getitem__)]
    return Passage(
        text=line,
        made_by=(engine.made_by,),
        prompt=requests[index].prompt,
        seed=requests[index].seed,
        credits=engine.card.credits,
        rejected=counts,
        tokens=tokens,
    )


def clean_line(text: str, language: str) -> str:
    """A title or heading without quotes, numbering and closing marks."""
    line = tidy_text(text.split("\n")[0], language).strip(" \"'“”‘’《》「」.。，,;；:：-–—|")
    return re.sub(r"^\d+[.)、]\s*", "", line)


def line_fault(line: str, task: LineTask) -> str:
    """Why a line may not be a title or heading; "" when it may."""
    measure = Measure(language=task.language, sources=task.sources, avoid=task.avoid, is_strict=task.is_strict)
    if not task.low <= length_of(line) <= task.high:
        return "wrong length"
    if re.search(r"[?？!！:：|]", line) or re.search(r"\b(?:you|your|do you|we|us|our)\b", line, re.IGNORECASE):
        return "broken form"
    words = content_words(line, task.language)
    if len(set(words)) < len(words):
        return "stammer"
    if re.match(r"How .+ (?:is|are) (?!\w+(?:ed|en|wn|n|de|lt|ht|ld|und|pt|ung)\b)\w+$", line):  # "How the sky is blue"
        return "broken form"
    if any(set(words) <= set(content_words(other, task.language)) for other in task.previous):
        return "said before"
    if task.is_bound and not set(words) <= _known_words(task):
        return "unsupported word"
    padded = finished_sentence(
        f"{line}" if is_cjk(task.language) else f"It is about {line[:1].lower()}{line[1:]}", task.language
    )
    fault = fault_of(padded, measure)
    return "" if fault == "too short" else fault


_PLAIN_VERBS = ("work", "help", "matter", "make", "use", "begin", "start", "happen", "change", "need", "mean")
_PLAIN_WORDS_ZH = ("怎样", "如何", "为什么", "帮助", "起作用")


def _known_words(task: LineTask) -> set[str]:
    known = content_words(" ".join((task.about, *task.sources)), task.language)
    return {*known, *(stem(word) for word in _PLAIN_VERBS), *_PLAIN_WORDS_ZH}
