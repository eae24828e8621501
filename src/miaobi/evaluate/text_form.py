"""Scores of a text's form: its language, length, wholeness, repetition and ease of reading."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from miaobi.base.piece import Score, judged
from miaobi.evaluate.wording import (
    HAN,
    KANA,
    fold,
    is_cjk_language,
    joined,
    length_of,
    sentence_ngrams,
    sentences,
    tokens,
)

_LATIN_CODES = "en de fr es it pt nl sv da no fi pl cs ro hu tr id vi ca hr sk"
_LATIN_LANGUAGES = tuple(_LATIN_CODES.split())
_SCRIPTS = {
    "zh": f"[{HAN}]",
    "ja": f"[{HAN}{KANA}]",
    "ko": "[\uac00-\ud7a3]",
    "ru": "[\u0400-\u04ff]",
    "uk": "[\u0400-\u04ff]",
    "bg": "[\u0400-\u04ff]",
    "ar": "[\u0600-\u06ff]",
    "fa": "[\u0600-\u06ff]",
    "he": "[\u0590-\u05ff]",
    "el": "[\u0370-\u03ff]",
    "hi": "[\u0900-\u097f]",
    "th": "[\u0e00-\u0e7f]",
}
_LETTER = re.compile(r"[^\W\d_]")


# ---------------------------------------------------------------- language


def score_language(text: str, language: str) -> Score:
    """Share of the text that is in the asked language. 0..1, higher is better.

    Languages with a script of their own are told by it: every Han character counts one, as does every word in another
    script. Languages in Latin letters are told sentence by sentence by py3langid (Lui and Baldwin 2012), sentences
    weighted by their letters. Weak: a sentence under about 20 letters says little and is read together with its
    neighbour; languages of one script other than Latin are not told apart; kana in Chinese counts as foreign.
    """
    primary = language.lower().split("-")[0]
    if not _LETTER.search(text):
        return judged("language", None, None, evidence="There are no letters to judge.")
    if primary in _SCRIPTS:
        return _score_script(text, primary)
    return _score_latin(text, primary)


def _score_script(text: str, primary: str) -> Score:
    own = re.compile(_SCRIPTS[primary])
    units = [unit for unit in tokens(text) if _LETTER.search(unit)]
    foreign = [unit for unit in units if not own.search(unit)]
    share = 1 - len(foreign) / len(units) if units else None
    evidence = f"Not in {primary}: " + ", ".join(dict.fromkeys(foreign[:8])) if foreign else ""
    return judged("language", share, None, evidence=evidence)


def _score_latin(text: str, primary: str) -> Score:
    identifier = _latin_identifier()
    known = primary in _LATIN_LANGUAGES
    in_language, total = 0, 0
    foreign: list[str] = []
    for passage in _passages(text, 40):
        latin = len(re.findall(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", passage))
        weight = len(_LETTER.findall(passage))
        total += weight
        best = identifier.classify(passage)[0] if known else primary
        if best == primary:
            in_language += latin
        if best != primary or latin < 0.8 * weight:
            foreign.append(passage if len(passage) <= 60 else passage[:57] + "...")
    evidence = f"Not in {primary}: " + " | ".join(foreign[:3]) if foreign else ""
    return judged("language", in_language / total if total else None, None, evidence=evidence)


def _passages(text: str, letters: int) -> list[str]:
    """Sentences, each joined to its followers until it has so many letters; a short rest joins the last."""
    found: list[str] = []
    held = ""
    for sentence in sentences(text):
        held = f"{held} {sentence}".strip()
        if len(_LETTER.findall(held)) >= letters:
            found.append(held)
            held = ""
    if held and found:
        found[-1] = f"{found[-1]} {held}"
    elif held:
        found.append(held)
    return found


@lru_cache(maxsize=1)
def _latin_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_LATIN_LANGUAGES))
    return identifier


# ---------------------------------------------------------------- repetition and length


def score_repetition(text: str, language: str) -> Score:
    """How much of the text says again what it said. 0..1, lower is better.

    The larger of two shares: repeated n-grams, 1 - distinct / all over 4 words or 6 Chinese characters (seq-rep-n,
    Welleck et al. 2020), and repeated sentences. Weak: a long name said often counts; a thought in new words does not.
    """
    grams = Counter(sentence_ngrams(text, language))
    whole = Counter(" ".join(tokens(sentence)) for sentence in sentences(text))
    whole.pop("", None)
    gram_share = 1 - len(grams) / grams.total() if grams else 0.0
    sentence_share = 1 - len(whole) / whole.total() if whole else 0.0
    said_again = [f"“{joined(gram)}” x{count}" for gram, count in grams.most_common(3) if count > 1]
    if sentence_share:
        repeated = next(sentence for sentence in sentences(text) if whole[" ".join(tokens(sentence))] > 1)
        said_again.insert(0, f"whole sentence: “{repeated}”")
    return judged(
        "repetition", max(gram_share, sentence_share), None, better="lower", evidence="; ".join(said_again[:3])
    )


def score_length(text: str, low: int, high: int, language: str) -> Score:
    """How near the length is to `low`..`high` words (Chinese: characters). 0..1, higher is better.

    1 inside the range; below it length / low, above it high / length. Weak: it counts, it does not weigh.
    """
    count = length_of(text)
    value = min(1.0, count / low if low > 0 else 1.0, high / count if count else 1.0)
    unit = "characters" if is_cjk_language(language) else "words"
    return judged("length", value, None, evidence=f"{count} {unit}; asked for {low} to {high}.")


# ---------------------------------------------------------------- wholeness

_TERMINAL = re.compile(r"[.!?。！？…][\"”’'」』）)\]]*$")
_MARKUP = re.compile(
    r"</?[A-Za-z_][^<>\n]{0,60}>|\*\*|__|```|^\s{0,3}#{1,6}\s|^\s*(?:[-*•]|\d{1,2}[.)、])\s+|\]\(|&[a-z]{2,6};|"
    r"\{\{|\}\}|\[\s*(?:insert|image|source|citation)[^\]]*\]",
    re.MULTILINE | re.IGNORECASE,
)
_URL = re.compile(r"https?://|www\.\w|\b[\w.]+@\w+\.\w+", re.IGNORECASE)
_DANGLING_EN = re.compile(r"\b(?:(?i:and|or|but|the|an|because|which|than)|a)[.…]*[\"”]?$")
"""Words no sentence ends with. A preposition or a form of "to be" can end one ("That is what trees are for."), and so
can a capital A ("vitamin A.")."""
_DANGLING_ZH = re.compile(r"(?:和|与|或者|但是|因为|所以|以及|如果|虽然|而且|[，、：；])[。…]*[”」]?$")
_BRACKETS = {"(": ")", "[": "]", "（": "）", "「": "」", "『": "』", "《": "》", "【": "】", "“": "”"}


def score_complete(text: str, language: str) -> Score:
    """Whether the text is whole: 1 minus a fifth for each kind of fault found, at least 0. Higher is better.

    Faults: no terminal punctuation, a dangling last word, an unclosed bracket or quote, markup or list markers left
    over, an address of a page or mailbox, a start in mid-sentence. Weak: a text may be grammatically whole and still
    stop before its point; a heading at the end is taken for a truncated sentence.
    """
    stripped = text.strip()
    if not stripped:
        return judged("complete", 0.0, None, evidence="The text is empty.")
    faults = [fault for fault in (_end_fault(stripped, language), _pair_fault(stripped)) if fault]
    if found := _MARKUP.search(stripped):
        faults.append(f"markup left over: “{found.group().strip()}”")
    if found := _URL.search(stripped):
        faults.append(f"an address in the text: “{found.group()}”")
    if re.match(r"[a-z,;:.)\]，。、；：）]", stripped) and not re.match(r"[a-z]+[A-Z]", stripped):
        faults.append(f"starts in mid-sentence: “{stripped[:20]}”")
    return judged("complete", max(0.0, 1 - len(faults) / 5), None, evidence="; ".join(faults))


def _end_fault(stripped: str, language: str) -> str:
    if not _TERMINAL.search(stripped):
        return f"the end is missing: “{stripped[-30:]}”"
    dangling = _DANGLING_ZH if is_cjk_language(language) else _DANGLING_EN
    if dangling.search(stripped):
        return f"ends in mid-clause: “{stripped[-30:]}”"
    return ""


def _pair_fault(stripped: str) -> str:
    stack: list[str] = []
    for character in stripped:
        if character in _BRACKETS:
            stack.append(character)
        elif character in _BRACKETS.values():
            if not stack or _BRACKETS[stack[-1]] != character:
                return f"“{character}” closes nothing"
            stack.pop()
    if stack:
        return f"“{stack[-1]}” is never closed"
    return "a straight quote is never closed" if stripped.count('"') % 2 else ""


# ---------------------------------------------------------------- ease of reading


def score_readability(text: str, language: str) -> Score:
    """How easily the text reads.

    English: Flesch Reading Ease, 206.835 - 1.015 words/sentence - 84.6 syllables/word (Flesch 1948), about 0..100,
    higher is easier; 60 to 70 is plain English. Chinese and other languages: mean sentence length in characters or
    words, lower is easier, for want of an accepted formula. Weak: short words may still be hard; syllables are counted
    by vowel groups (about one word in ten is off by one).
    """
    found = sentences(text)
    count = length_of(text)
    if not found or not count:
        return judged("readability", None, None, evidence="There are no words to judge.")
    if language.lower().split("-")[0] != "en":
        unit = "characters per sentence" if is_cjk_language(language) else "words per sentence"
        return judged("readability", count / len(found), None, better="lower", unit=unit, evidence=_longest(found))
    syllables = sum(_count_syllables(word) for word in tokens(text))
    ease = 206.835 - 1.015 * count / len(found) - 84.6 * syllables / count
    evidence = f"{count / len(found):.1f} words per sentence, {syllables / count:.2f} syllables per word"
    return judged("readability", ease, None, unit="Flesch reading ease", evidence=evidence)


def _longest(found: list[str]) -> str:
    longest = max(found, key=length_of)
    return f"longest: “{longest[:60]}”" if len(longest) > 0 else ""


def _count_syllables(word: str) -> int:
    word = re.sub(r"[^a-z]", "", fold(word))
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]{1,2}", word)))
