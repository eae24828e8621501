"""Scores of what a text says: the asked facts, its topic, its likeness to other passages, empty phrases."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from miaobi.base.piece import Score, judged
from miaobi.evaluate.numbers import numbers_as_digits, plain_number
from miaobi.evaluate.wording import (
    content_words,
    fold,
    has_cjk,
    is_cjk_language,
    joined,
    length_of,
    sentence_ngrams,
    sentences,
    stems,
)

Vector = Sequence[float]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_FACT_WORDS = 0.6
"""Share of a fact's content words that has to appear: leaves room for a change of verb, not of subject."""


# ---------------------------------------------------------------- asked and forbidden words


def score_coverage(text: str, terms: Sequence[str], language: str) -> Score:
    """Share of the asked keywords and facts that the text carries. 0..1, higher is better; 1 when none were asked.

    A keyword (up to three words or six characters, no number) is found when its words appear together, English words
    by their stem. A fact is found when two neighbouring sentences hold all its numbers and three fifths of its content
    words. Weak: "does not cool" covers "cools"; synonyms are missed; see `claims.py` for what was added.
    """
    if not terms:
        return judged("coverage", 1.0, None, evidence="No keywords or facts were asked for.")
    missing = [term for term in terms if not covers(text, term, language)]
    evidence = "missing: " + " | ".join(missing) if missing else ""
    return judged("coverage", 1 - len(missing) / len(terms), None, evidence=evidence)


def covers(text: str, term: str, language: str) -> bool:
    """Whether the text carries one keyword or fact; see `score_coverage`."""
    if _is_keyword(term):
        return has_phrase(text, term)
    numbers = _numbers_asked(term, language)
    wanted = set(content_words(term, language))
    found = sentences(text)
    for start in range(len(found)):
        window = " ".join(found[start : start + 2])
        if not numbers <= _numbers_in(window, language):
            continue
        present = fold(window) if is_cjk_language(language) else set(content_words(window, language))
        if sum(word in present for word in wanted) >= _FACT_WORDS * len(wanted):
            return True
    return False


def has_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text: Chinese as characters, else as whole words, by their stems."""
    if has_cjk(phrase):
        return re.sub(r"\s+", "", fold(phrase)) in re.sub(r"\s+", "", fold(text))
    wanted = stems(phrase)
    if not wanted:
        return fold(phrase.strip()) in fold(text)
    return f" {' '.join(wanted)} " in f" {' '.join(stems(text))} "


def _is_keyword(term: str) -> bool:
    return not _NUMBER.search(term) and length_of(term) <= (6 if has_cjk(term) else 3)


def _numbers_asked(term: str, language: str) -> set[str]:
    """Numbers in digits, and those in words from ten up: "one" and 一 are seldom meant as numbers."""
    written = set(map(plain_number, _NUMBER.findall(fold(term))))
    said = {number for number in _numbers_in(term, language) if len(number) > 1}
    return said | {number for number in written if number in _numbers_in(term, language)}


def _numbers_in(text: str, language: str) -> set[str]:
    return set(map(plain_number, _NUMBER.findall(numbers_as_digits(fold(text), language))))


def score_forbidden(text: str, words: Sequence[str]) -> Score:
    """How many of the words to avoid appear. 0 and up, lower is better.

    Whole words in any inflection a light stem covers; Chinese as characters. Weak: synonyms pass, and a Chinese word
    inside a longer one is found although it is not meant.
    """
    found = [word for word in words if has_phrase(text, word)]
    evidence = "found: " + ", ".join(found) if found else ""
    return judged("forbidden", float(len(found)), None, better="lower", unit="words", evidence=evidence)


# ---------------------------------------------------------------- topic and neighbours


def score_coherence(
    topic_vector: Vector, passage_vectors: Sequence[Vector], baseline_vectors: Sequence[Vector] = ()
) -> Score:
    """How closely passages keep to the topic and to each other. -1..1, higher is better.

    The mean over passages of their cosine to the topic and to the passages before and after. Sentence encoders put even
    unrelated texts near each other (e5: 0.75 to 0.9), so with `baseline_vectors` of unrelated texts the mean cosine b
    to those is taken off and the rest stretched: (c - b) / (1 - b); 0 then means no nearer than unrelated text. Weak:
    sees closeness of theme, not of argument; a passage repeated is perfectly coherent (see repetition).
    """
    if not passage_vectors:
        return judged("coherence", None, None, evidence="There are no passages to compare.")
    each = [_passage_coherence(topic_vector, passage_vectors, i) for i in range(len(passage_vectors))]
    if baseline_vectors:
        judged_vectors = (topic_vector, *passage_vectors)
        base = _mean([_cosine(a, b) for a in judged_vectors for b in baseline_vectors])
        each = [(value - base) / (1 - base) if base < 1 else 0.0 for value in each]
    weakest = min(range(len(each)), key=each.__getitem__)
    return judged("coherence", _mean(each), None, evidence=f"lowest: passage {weakest + 1} with {each[weakest]:.2f}")


def _passage_coherence(topic: Vector, passages: Sequence[Vector], index: int) -> float:
    neighbours = [passages[i] for i in (index - 1, index + 1) if 0 <= i < len(passages)]
    return _mean([_cosine(passages[index], other) for other in (topic, *neighbours)])


def _cosine(a: Vector, b: Vector) -> float:
    product = sum(x * y for x, y in zip(a, b, strict=True))
    size = math.hypot(*a) * math.hypot(*b)
    return product / size if size else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def score_fluency(logprobs: Sequence[float]) -> Score:
    """Mean natural-log probability of the tokens under a language model. Up to 0, higher is better.

    exp(-value) is the perplexity. Weak: a model finds its own repetitions and platitudes most probable of all, so read
    it together with repetition and filler; values of two models cannot be compared.
    """
    if not logprobs:
        return judged("fluency", None, None, unit="nats per token", evidence="No token probabilities were given.")
    value = _mean(logprobs)
    perplexity = math.exp(min(-value, 700.0))
    return judged("fluency", value, None, unit="nats per token", evidence=f"perplexity {perplexity:.1f}")


# ---------------------------------------------------------------- likeness and empty phrases


def score_distinctness(text: str, others: Sequence[str], language: str = "") -> Score:
    """Share of the text that other passages of the work do not say. 0..1, higher is better.

    1 minus the share of its n-grams (4 words, 6 Chinese characters) that stand in `others`, or, where it is larger, the
    share of its sentences that do. Weak: the same thought in other words counts as new.
    """
    language = language or ("zh" if has_cjk(text) else "en")
    own = sentence_ngrams(text, language)
    theirs = {gram for other in others for gram in sentence_ngrams(other, language)}
    shared = [gram for gram in own if gram in theirs]
    own_sentences = [fold(sentence) for sentence in sentences(text)]
    their_sentences = {fold(sentence) for other in others for sentence in sentences(other)}
    copied = [sentence for sentence in own_sentences if sentence in their_sentences]
    gram_share = len(shared) / len(own) if own else 0.0
    sentence_share = len(copied) / len(own_sentences) if own_sentences else 0.0
    said = copied[:2] or [joined(gram) for gram in dict.fromkeys(shared)][:3]
    evidence = "also said elsewhere: " + " | ".join(said) if said else ""
    return judged("distinctness", 1 - max(gram_share, sentence_share), None, evidence=evidence)


_FILLER_EN = (
    r"in today'?s (?:\w+ )?(?:world|society|age|landscape)",
    r"in (?:the|this|our) (?:modern|digital|fast-paced|ever-changing) (?:world|age|era)",
    r"it(?: is|'s) (?:important|worth|crucial|essential) (?:to (?:note|remember|mention)|noting|mentioning)",
    r"plays? an? (?:vital|crucial|important|key|significant|pivotal) role",
    r"when it comes to",
    r"at the end of the day",
    r"(?:in conclusion|to sum up|in summary|all in all|last but not least)",
    r"as we all know|needless to say|it goes without saying",
    r"(?:a|the) (?:rich )?tapestry of|a testament to|delv(?:e|es|ing) into|embark(?:s|ing)? on|unlock(?:s|ing)? the",
    r"in this (?:article|section|post|video|chapter|essay),?(?: we)?",
    r"(?:let's|let us) (?:dive|explore|take a (?:closer )?look)",
    r"whether you(?:'re| are) an?",
    r"the (?:power|importance|beauty|world) of",
    r"(?:there are|has|have) (?:many|a lot of|a number of|a wide range of|a variety of)",
    r"not only .{1,60} but also",
    r"game[- ]chang(?:er|ing)|ever[- ]evolving|cutting[- ]edge|state[- ]of[- ]the[- ]art",
)
_FILLER_ZH = (
    "众所周知|不言而喻|毋庸置疑|毫无疑问",
    "随着(?:社会|科技|时代|经济|人们)[^，。]{0,12}的(?:不断)?(?:发展|进步|提高)",
    "在(?:当今|现代|如今的?|这个)(?:社会|世界|时代)",
    "(?:扮演着?|起着?|发挥着?)[^，。]{0,8}(?:重要|关键|至关重要|不可或缺)的?(?:角色|作用)",
    "值得(?:注意|一提|关注)的是|需要(?:注意|指出)的是",
    "总的来说|总而言之|综上所述|总之|归根结底",
    "(?:本文|本节|接下来)[^，。]{0,6}(?:将|会|我们)",
    "让我们(?:一起|共同)",
    "不仅[^。]{1,30}(?:而且|还)",
    "具有(?:重要|深远)的?意义",
    "至关重要|不可或缺|与时俱进|方方面面",
)
_FILLER = {
    "en": re.compile(r"\b(?:" + "|".join(_FILLER_EN) + r")\b", re.IGNORECASE),
    "zh": re.compile("|".join(_FILLER_ZH)),
}


def score_filler(text: str, language: str) -> Score:
    """Share of sentences that lean on a phrase machine prose is full of. 0..1, lower is better.

    The lists are short and ours: openings, hedges and summings-up that carry nothing. Other languages than English and
    Chinese are not judged. Weak: a good writer uses some of them; an empty text can do without.
    """
    pattern = _FILLER.get(language.lower().split("-")[0])
    found = sentences(text)
    if pattern is None or not found:
        return judged("filler", None, None, better="lower", evidence="There is no list for this language or no text.")
    hits = [match.group() for sentence in found if (match := pattern.search(sentence.replace("’", "'")))]
    evidence = ", ".join(f"“{hit}”" for hit in dict.fromkeys(hits)) if hits else ""
    return judged("filler", len(hits) / len(found), None, better="lower", evidence=evidence)
