"""Reading tools of the gates: sentences, words, n-grams and word stems of English, Chinese and other text.

They are written apart from those in `edit/`, so that a gate does not judge a text with the rules that shaped it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
KANA = "\u3040-\u30ff"
_CJK = re.compile(f"[{HAN}{KANA}]")
_TOKEN = re.compile(rf"[{HAN}{KANA}]|[^\W_{HAN}{KANA}]+(?:[.,]\d+|['’\-][^\W_{HAN}{KANA}]+)*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|vs|etc|No|Fig|approx|Inc|Ltd|Co|Mt|Gen|Sen|Rep|e\.g|i\.e|a\.m|p\.m|cf)|"
    r"\b(?:[A-Z]\.)*[A-Z])\.$"
)
_END = re.compile(r"[.!?]+[\"”’')\]]*(?=\s|$)|[。！？!?…]+[”’」』）)]*|\n+")

_STOP_WORDS = (
    "a about above after again all also am an and any are as at be because been before being between both but by can "
    "could did do does doing down during each every few for from further had has have having he her here hers him his "
    "how i if in into is it its itself just may me might more most much must my no nor not now of off on once only or "
    "other our out over own same shall she should so some such than that the their them then there these they this "
    "those through to too under until up upon us very was we were what when where which while who whom why will with "
    "would you your"
)
_STOP_EN = frozenset(_STOP_WORDS.split())
_STOP_CHARACTERS = (
    "的 了 是 在 和 与 及 或 也 都 就 而 被 把 对 从 到 为 以 于 之 其 这 那 有 会 能 可以 一个 一种 我们 他们 它们"
)
_STOP_ZH = frozenset(_STOP_CHARACTERS.split())


def is_cjk_language(language: str) -> bool:
    """Whether the language is written without spaces in Han characters or kana."""
    return language.lower().split("-")[0] in {"zh", "ja", "yue", "cmn"}


def has_cjk(text: str) -> bool:
    """Whether any Han character or kana is in the text."""
    return bool(_CJK.search(text))


def fold(text: str) -> str:
    """NFKC, case folded, curly apostrophes straightened: what two spellings of a word have in common."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def tokens(text: str) -> list[str]:
    """Words (folded) and, for Han characters and kana, single characters, in order; punctuation is left out."""
    return _TOKEN.findall(fold(text))


def length_of(text: str) -> int:
    """Length as writers count it: words, and one for each Han character; punctuation does not count."""
    return len(tokens(text))


def sentences(text: str) -> list[str]:
    """Sentences with their closing punctuation. A line break ends one; known abbreviations and initials do not."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        head = text[start : match.end()]
        if match.group().startswith(".") and len(match.group()) == 1 and _ABBREVIATION.search(head):
            continue
        if head.strip():
            found.append(head.strip())
        start = match.end()
    if text[start:].strip():
        found.append(text[start:].strip())
    return found


def ngrams(items: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """All runs of `n` neighbouring items."""
    return [tuple(items[i : i + n]) for i in range(len(items) - n + 1)]


def sentence_ngrams(text: str, language: str) -> list[tuple[str, ...]]:
    """n-grams inside sentences: 6 characters where text is written in Han characters, else 4 words."""
    n = 6 if is_cjk_language(language) else 4
    return [gram for sentence in sentences(text) for gram in ngrams(tokens(sentence), n)]


def joined(gram: Iterable[str]) -> str:
    """An n-gram as a person would write it."""
    parts = list(gram)
    return "".join(parts) if any(has_cjk(part) for part in parts) else " ".join(parts)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A light English stem: plural, -ing, -ed, -ly and a final e or doubled consonant go; other words stay.

    It is meant to match "trees" to "tree" and "cooling" to "cools", not to be a correct root.
    """
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    for ending, put in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + put
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stems(text: str) -> list[str]:
    """The stems of all words; a possessive 's is left out."""
    return [stem(re.sub(r"'s?$", "", token)) for token in tokens(text)]


def chinese_words(text: str) -> list[str]:
    """Chinese text cut into words by jieba's dictionary, without guesses at unknown ones. Joined they give the text."""
    return list(_cutter().cut(text, HMM=False))


@lru_cache(maxsize=1)
def _cutter() -> Any:
    """A cutter of our own: jieba's shared one loads a cache from a folder that everyone may write to."""
    import jieba

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter


def content_words(text: str, language: str) -> list[str]:
    """Words that carry meaning, without numbers: stems in English, words of two characters and more in Chinese."""
    if is_cjk_language(language):
        found = [word for word in chinese_words(fold(text)) if _TOKEN.match(word) and word not in _STOP_ZH]
        # a single Han character is too short to be evidence, unless nothing else is there
        return [w for w in found if not re.search(r"\d", w) and len(w) > 1] or [w for w in found if _CJK.match(w)]
    kept = [token for token in tokens(text) if token not in _STOP_EN and not re.search(r"\d", token)]
    return [stem(re.sub(r"'s?$", "", token)) for token in kept]
