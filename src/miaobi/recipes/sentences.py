"""Which written sentences may stand: faults that rule one out, and a rank among those that have none.

A small base model writes some good sentences, and many that are wrong in ways it cannot see itself. What rules a
sentence out is what a reader would hold against the piece: particulars nobody gave, other voices, boilerplate, a
thought said before. What ranks the rest was measured on 132 sentences of the embedded model, read and graded by hand:
the log-probability of the whole sentence (rank correlation with the grade 0.32: short, expected sentences are the
right ones), then nearness to the topic (0.22). Nearness to the fact before it says nothing (0.0), and the model's own
verdict on a sentence ("right" or "wrong") is noise (0.0).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from miaobi.base.value import Value
from miaobi.brief.language import is_cjk
from miaobi.edit.text import split_sentences
from miaobi.evaluate.claims import find_unsupported_claims
from miaobi.evaluate.text import score_complete, score_distinctness, score_filler, score_forbidden
from miaobi.evaluate.wording import content_words, has_cjk, length_of, tokens

_VOICE = re.compile(r"\b(?:I|I['’]\w+|[Mm]y|[Mm]e|[Mm]ine|[Mm]yself|he|she|his|her|him|hers)\b", re.ASCII)
_VOICE_ZH = re.compile(r"我(?!们)|本人|笔者|小编|他(?!们)|她(?!们)")
_BOILERPLATE = re.compile(
    r"\b(?:this (?:article|section|chapter|book|page|post|video|lesson|website|blog|story|essay|study|topic|paragraph)|"
    r"click|subscribe|sign up|read more|learn more|find out more|see (?:also|below|above)|(?:as|shown) (?:above|below)|"
    r"figure \d|table \d|chapter|copyright|all rights|download|email|website|homework|students will|the author|"
    r"question|answer|true or false|in conclusion|in summary|following)\b",
    re.IGNORECASE,
)
_BOILERPLATE_ZH = re.compile(
    r"本文|本章|本节|上文|下文|点击|关注|订阅|版权|转载|来源|网站|作者|编辑|答案|问题[：:]|如图|下载|欢迎"
)
_STRONG = re.compile(
    r"\b(?:the (?:first|oldest|largest|biggest|smallest|fastest|only|best|worst)|always|never|everyone|everything|"
    r"the most \w+|most important|kill\w*|deaths?|dead|cancer|suicid\w*|nobody|no one|impossible|guarantee\w*|proven|"
    r"die|dies|died|sick\w*|ill|illness\w*|diseases?|chances? of|risks?|liv(?:e|es|ing) longer|medic\w*|"
    r"remed(?:y|ies)|heal(?:s|ing)?|treats?|treatments?|symptoms?|safe|safely|dose|buy|you (?:need|have) to|"
    r"cures?|poison\w*|deadly|extinct|in the world|world['’]s|"
    r"half|thirds?|quarters?|fifths?|triple|double|twice|millions?|billions?|thousands?|hundreds?|dozens?|"
    r"centur(?:y|ies)|per ?cent|percentage)\b",
    re.IGNORECASE,
)
_STRONG_ZH = re.compile(
    r"世界上|全球最|最[大早古小快]|第一个|唯一|永远|从不|所有人|一定能|根治|治愈|百分之|数百|数千|上万|数百万"
)
HARMFUL = re.compile(
    r"pollut|microplastic|plastic waste|volcano|earthquake|flood|drought|disease|virus|germ|cancer|war\b|crime|hunger|"
    r"poverty|extinct|addict|smok|accident|danger|risk|harm|damage|crisis|storm|wildfire|loneliness|stress",
    re.IGNORECASE,
)
"""Topics that harm: what the engine finds good about them is not to be believed."""
_ROSY = re.compile(
    r"\b(?:help\w*|protect\w*|benefi\w+|good|useful|sav(?:e|es|ing)|improve\w*|healthy|safer?|enjoy\w*|easier)\b",
    re.IGNORECASE,
)
_UNWELCOME = re.compile(
    r"\b(?:harder|worse|lose|loses|lost|losing|wast(?:e|es|ed|ing)|suffer\w*|difficult|less able|tired|weaker|spoil\w*|"
    r"too (?:little|few|much|many|late|hot|cold|dry)|lack\w*|shortage|fail\w*|disappear\w*|declin\w+)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|cannot|no longer|none|neither|nor|without|unable)\b|n['’]t\b", re.IGNORECASE)
_OPPOSITES = (
    (r"cool(?:er|s|ing)?|colder|shade", r"warmer|hotter|heats? up|warms? up"),
    (r"warmer|hotter|heats? up", r"cooler|colder|cools? down"),
    (r"lower(?:s|ed|ing)?|reduc\w+|decreas\w+", r"higher|increas\w+|rais\w+"),
    (r"lower(?:s|ed|ing)?\b.*\btemperatures?", r"warmer|hotter|heats? up|warms? up"),
    (r"higher|increas\w+|rais\w+", r"lower(?:s|ed|ing)?|decreas\w+"),
    (r"slow(?:s|ed|er|ing)?", r"faster|speeds? up"),
    (r"faster|speeds? up", r"slower|slows?"),
    (r"cleaner|cleans?", r"dirtier"),
    (r"quieter", r"louder|noisier"),
    (r"safer", r"more dangerous"),
)
_FEWER = r"\b(?:reduc|lower|decreas|cut|limit)\w*\s+(?:the\s+)?(?:number|amount|need)\s+(?:of|for)\s+{subject}"
_TRADITIONAL = re.compile("[們個這來時國會發對說過還開關長門問間電車東樹為與於應學習體質產業經濟環氣]")
_AMOUNT = re.compile(r"\d[\d,.]*\w*(?:\s+\w+)?")
"""A number with what it counts."""
_CAPITAL = re.compile(r"(?<![.!?…:“\"] )(?<!^)\b[A-Z][a-z]+")
_HARMLESS_CAPITALS = frozenset(["Earth", "Sun", "Moon", "Internet", "English", "Monday", "Sunday"])
_MOST_WORDS = {"en": 24, "zh": 60}
_FEWEST_WORDS = {"en": 5, "zh": 6}
_SAID_BEFORE = 0.75
_SHARED_WORDING = 0.7
_COMMON_ZIPF = 1.8
"""Words rarer than this (one in fifteen million, wordfreq) are slips of a small model unless a source has them."""


class Measure(Value):
    """What a sentence is measured against.

    sources   the person's words: the topic first, then facts, keywords, notes; what they hold may be said
    avoid     words that must not appear
    is_strict also rule out superlatives, amounts, negations and names, where a small model is mostly wrong
    """

    language: str
    sources: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    is_strict: bool = True


def fault_of(sentence: str, measure: Measure, before: Sequence[str] = ()) -> str:
    """Why the sentence may not stand after those `before`, in one or two words to be counted; "" when it may."""
    language = "zh" if is_cjk(measure.language) else "en"
    checks = (
        _voice_fault(sentence, language, " ".join(measure.sources)),
        _form_fault(sentence, language),
        "forbidden word" if score_forbidden(sentence, measure.avoid).value else "",
        "unsupported claim" if find_unsupported_claims(sentence, measure.sources, measure.language) else "",
        _strictness_fault(sentence, language, " ".join(measure.sources), " ".join(measure.sources[:1]))
        if measure.is_strict
        else "",
        "said before" if is_said_before(sentence, before, language) else "",
    )
    return next((fault for fault in checks if fault), "")


def is_said_before(sentence: str, before: Sequence[str], language: str) -> bool:
    """Whether three quarters of the content words of it, or of an earlier sentence, are in both; or wording is."""
    own = set(content_words(sentence, language))
    for earlier in before:
        for piece in split_sentences(earlier, language):
            theirs = set(content_words(piece, language))
            if (
                own
                and theirs
                and len(own & theirs) >= _SAID_BEFORE * min(len(own), len(theirs))
                and len(own & theirs) > 1
            ):
                return True
    return (score_distinctness(sentence, before, language).value or 0.0) < _SHARED_WORDING if before else False


def is_contradiction(sentence: str, given: Sequence[str], subject: str = "") -> bool:
    """Whether a sentence says the opposite of a fact in plain words ("warmer" after "cooler"), or fewer of the subject.

    A word the facts use themselves is no opposite. English only; what it cannot see is any other contradiction.
    """
    facts = " ".join(given)
    for said, opposite in _OPPOSITES:
        there = re.search(rf"\b(?:{said})\b", facts, re.IGNORECASE)
        against = re.search(rf"\b(?:{opposite})\b", sentence, re.IGNORECASE)
        if there and against and not re.search(rf"\b(?:{opposite})\b", facts, re.IGNORECASE):
            return True
    return bool(subject) and re.search(_FEWER.format(subject=re.escape(subject)), sentence, re.IGNORECASE) is not None


def is_unwelcome(fact: str) -> bool:
    """Whether a fact is bad news ("makes it harder to fall asleep"), of which nothing good is to be said."""
    return bool(_UNWELCOME.search(fact) or HARMFUL.search(fact))


def is_rosy_after(sentence: str, before: str) -> bool:
    """Whether a sentence finds something good right after bad news."""
    return is_unwelcome(before) and _ROSY.search(sentence) is not None


def is_same_start(sentence: str, before: Sequence[str]) -> bool:
    """Whether a sentence begins with the two words of one before it in its passage, or is a second one with "also"."""
    start = [word.lower() for word in sentence.split()[:2]]
    for earlier in before:
        if [word.lower() for word in earlier.split()[:2]] == start:
            return True
        if re.search(r"\balso\b", earlier) and re.search(r"\balso\b", sentence):
            return True
    return False


def rank_of(logprob_sum: float, nearness: float) -> float:
    """The rank of a sentence: its whole log-probability, and its cosine to the topic; 6 nats weigh as much as 0.03."""
    return logprob_sum / 6 + nearness / 0.03


# ---------------------------------------------------------------- the faults, one group each


def _form_fault(sentence: str, language: str) -> str:
    count = length_of(sentence)
    if count < _FEWEST_WORDS[language]:
        return "too short"
    if count > _MOST_WORDS[language]:
        return "too long"
    if score_complete(sentence, language).value != 1 or re.search(r"[?？:：;；(（\[{|/=]", sentence):
        return "broken form"
    if re.search(r"[\"“”「」『』]", sentence):
        return "quotation"
    words = tokens(sentence) if language == "en" else []
    stems = content_words(sentence, language)
    if any(a == b for a, b in pairwise(words)) or any(
        stems.count(stem) > (2 if language == "en" else 1) for stem in stems
    ):
        return "stammer"
    if score_filler(sentence, language).value:
        return "stock phrase"
    return ""


def _voice_fault(sentence: str, language: str, known: str) -> str:
    if language == "zh":
        foreign = [word for word in re.findall(r"[A-Za-z]{2,}", sentence) if word.lower() not in known.lower()]
        if foreign or (_TRADITIONAL.search(sentence) and not _TRADITIONAL.search(known)):
            return "other language"
        return (
            "personal voice"
            if _VOICE_ZH.search(sentence)
            else "boilerplate"
            if _BOILERPLATE_ZH.search(sentence)
            else ""
        )
    if has_cjk(sentence) or sum(ord(c) > 0x2FF and c not in "‘’–—…" for c in sentence):
        return "other language"
    if any(match.group() not in known.split() for match in _VOICE.finditer(sentence)):
        return "personal voice"
    return "boilerplate" if _BOILERPLATE.search(sentence) else ""


def _strictness_fault(sentence: str, language: str, known: str, topic: str) -> str:
    strong = _STRONG_ZH if language == "zh" else _STRONG
    if any(match.group().lower() not in known.lower() for match in strong.finditer(sentence)):
        return "strong claim"
    if language == "zh":
        return "number" if any(n not in known for n in re.findall(r"\d+", sentence)) else ""
    if any(not re.search(rf"(?<!\w){re.escape(a)}(?!\w)", known, re.IGNORECASE) for a in _AMOUNT.findall(sentence)):
        return "number"  # "100 days" where the person said "100 flowers"
    if _NEGATION.search(sentence):
        return "negation"
    if HARMFUL.search(topic) and _ROSY.search(sentence):
        return "rosy claim"
    if any(name not in known and name not in _HARMLESS_CAPITALS for name in _CAPITAL.findall(sentence)):
        return "unknown name"
    rare = [w for w in tokens(sentence) if w.isalpha() and w not in known.lower() and _zipf(w) < _COMMON_ZIPF]
    return "rare word" if rare else ""


@cache
def _zipf(word: str) -> float:
    import wordfreq

    return float(wordfreq.zipf_frequency(word, "en"))
