"""Which of its readings a Chinese character has where the dictionary of words does not settle it.

pypinyin knows how each word is read; characters whose reading hangs on the words beside theirs are settled here: 地 and
得 as particles, 还, 数, 只. A word's class is jieba's (v verb, a adjective, d adverb, n noun, r pronoun), "" for a word
jieba put together by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

WordClass = Callable[[str], str]

UNSETTLED = re.compile("[地得还数只]")
"""A text without these needs no settling."""

_SAID_TWICE = re.compile(r"(.)\1|(.)\2(.)\3|(.{2,})\4")  # 慢慢, 高高兴兴, 一步一步
_OWED = frozenset("书 钱 债 款 账 贷 贷款 房贷 车贷 债务 欠款 借款 人情 东西".split())
_PRONOUNS = frozenset("我 你 您 他 她 它 我们 你们 他们 她们 咱们 大家 别人 人家".split())
_PLOT_OF_LAND = re.compile(r"[块片亩份的里中上下这那]$")
_NO_MANNER = ("r", "t", "f", "s", "u", "q", "m", "c")
_HEAD_COUNT = re.compile(r"[一二三四五六七八九十百千万亿两几多半数整余这那哪每]只")
_OBTAINED = re.compile("[获取所不赢难应自夺值记]得")


def split_particles(words: Sequence[str], word_class: WordClass) -> list[str]:
    """`words` with 地 or 还 apart where the segmenter joined it to the next word: 高兴|地说 is 高兴|地|说."""
    found: list[str] = []
    for word in words:
        is_on_the_ground = word in ("地上", "地下") and bool(found) and _SAID_TWICE.fullmatch(found[-1])
        if len(word) == 2 and word[0] in "地还" and (is_on_the_ground or not word_class(word)):
            found += word
        else:
            found.append(word)
    return found


def settle(words: Sequence[str], pinyin: list[list[str]], word_class: WordClass) -> None:
    """Corrects `pinyin` in place: the syllables of each word, the tone as last sign."""
    for place, (word, said) in enumerate(zip(words, pinyin, strict=True)):
        before, after = words[max(0, place - 2) : place][::-1], words[place + 1 : place + 3]
        if len(said) != len(word):  # a character without a reading was left out
            continue
        if word.endswith("地"):
            said[-1] = "de5" if _is_manner(word, before, after, word_class) else said[-1]
        elif word.startswith("还"):
            said[0] = _return_or_still(word, before, after, word_class) or said[0]
        elif word.startswith("数"):
            _count_or_number(word, said, before, after)
        elif _HEAD_COUNT.fullmatch(word[-2:]) or (
            word == "只" and _HEAD_COUNT.fullmatch(f"{before[0][-1:]}只" if before else "")
        ):
            said[-1] = "zhi1"
        elif "得" in word:
            _particle_or_must(word, said, before, after, word_class)


def _is_manner(word: str, before: Sequence[str], after: Sequence[str], word_class: WordClass) -> bool:
    """Whether 地 turns what stands before it into the manner of a verb: 慢慢地走, 高兴地说; not 这块地."""
    if word != "地":
        return len(word) > 2 and bool(_SAID_TWICE.fullmatch(word[:-1]))
    if not before or (len(before[0]) < 2 and word_class(before[0]) != "z"):
        return False
    if _SAID_TWICE.fullmatch(before[0]) or "".join(before[::-1]).count(before[0]) > 1:
        return True
    if not after or _PLOT_OF_LAND.search(before[0]):
        return False
    kind = word_class(before[0])
    if kind == "m" and len(after) > 0:
        return word_class(after[0])[:1] in ("v", "") and before[0][-1] not in "十百千万亿"
    if kind.startswith("n"):
        return word_class(after[0])[:1] in ("v", "p")
    return not kind.startswith(_NO_MANNER)


def _return_or_still(word: str, before: Sequence[str], after: Sequence[str], word_class: WordClass) -> str | None:
    """还 is huán for giving back what is owed, hái for "still"; None where the dictionary of words knows."""
    following = [*after, "", ""]
    if word == "还给" or (word == "还" and following[0] == "给"):
        receiver, act = following[:2] if word == "还给" else (following[1], "")
        # 他还给我买了书 is "also bought me"
        return "hai2" if receiver in _PRONOUNS and act and word_class(act).startswith("v") else "huan2"
    if word != "还":
        return "huan2" if word[1:] in _OWED else None
    is_gift = following[0] in _PRONOUNS and following[1] in _OWED
    is_last = bool(before) and not after  # 借了要还
    return "huan2" if following[0] in _OWED | {"了", "完", "清"} or is_gift or is_last else "hai2"


def _count_or_number(word: str, said: list[str], before: Sequence[str], after: Sequence[str]) -> None:
    """数 is shǔ where somebody counts: 数一数, 数了数, 数着星星."""
    if word.startswith(("数一数", "数了", "数着", "数完", "数到")):
        said[:] = ["shu3" if char == "数" else syllable for char, syllable in zip(word, said, strict=True)]
    elif word == "数" and (
        (after and after[0] in ("了", "着", "完", "到", "一")) or list(before) in (["了", "数"], ["一", "数"])
    ):
        said[0] = "shu3"


def _particle_or_must(
    word: str, said: list[str], before: Sequence[str], after: Sequence[str], word_class: WordClass
) -> None:
    """得 is de after what a verb or adjective says (跑得快), děi for "must" (我得走), dé for "obtain"."""
    if word == "得" and before:
        kind = word_class(before[0])
        if kind.startswith(("v", "a", "b", "z", "i")) or not kind:
            said[0] = "de5"
        elif kind.startswith(("r", "d")) and after and before[0] != "不":
            said[0] = "dei3"
    elif word[1:2] == "得" and not _OBTAINED.match(word) and (len(word) == 3 or not word_class(word)):
        said[1] = "de5"
