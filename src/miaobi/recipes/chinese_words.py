"""Chinese words with their parts of speech, as jieba tags them, and the noun phrase a text begins with."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_PREDICATES_ZH = frozenset(
    "是 会 能 可以 能够 应当 应该 应 要 将 已 已经 让 使 把 被 "
    "由 对 向 从 比 在 于 有 没有 达到 超过 需要 认为 指出 表示 有助于 "
    "减缓 帮助 提供 影响 下降 上升 增长 减少 增加 平均 可 以 为 至 用 靠 "
    "比较 不 不会 不能 都 也 还 就 只 才 离不开 训练 喜欢 爱 怕".split()
)
"""Words that end what a clause is about; jieba tags some of them as conjunctions or nouns."""
_TIMES_ZH = frozenset(
    "一年 每年 每次 每天 每日 每晚 每周 每月 每 大约 约 最多 最少 最 多 "
    "至少 近 如今 今天 现在 目前 去年 今年 明年 昨天 昨日 当天 当时 通常 "
    "往往 经常 常常 一般 其实 近年 近年来 一天 一次 一生 上半年 "
    "下半年 每小时 每分钟 一晚 一晚上 一夜 时 几乎 至今 全年 过去".split()
)
_NOMINAL_ZH = ("n", "a", "b", "m", "q", "r", "f", "s", "t", "vn", "l", "i", "j", "k", "z", "g", "h", "eng", "uj", "zg")


@lru_cache(maxsize=1)
def _tagger_zh() -> Any:
    """A tagger of our own: jieba's shared one loads a cache from a folder that everyone may write to."""
    import jieba.posseg

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return jieba.posseg.POSTokenizer(cutter)


def tagged_zh(text: str) -> list[tuple[str, str]]:
    """The words of a Chinese text and what jieba takes them for: n noun, v verb, r pronoun, m number ..."""
    return [(str(pair.word), str(pair.flag)) for pair in _tagger_zh().cut(text, HMM=False)]


def is_verb_zh(word: str, flag: str) -> bool:
    """Whether a word may be a clause's verb."""
    return word in _PREDICATES_ZH or (flag.startswith("v") and flag != "vn")


def noun_phrase_zh(text: str) -> str:
    """What a Chinese clause is about: its words up to the verb, without times and amounts; "" where it has none.

    A clause that begins with a verb is about what is done: "喝茶可以提神" -> "喝茶".
    """
    words = tagged_zh(text)
    while words and words[0][0] in _TIMES_ZH:
        words = words[1:]
    kept: list[str] = []
    for n, (word, flag) in enumerate(words):
        follows = words[n + 1][0] if n + 1 < len(words) else ""
        is_done = is_verb_zh(word, flag) and word not in _PREDICATES_ZH and (not kept or follows == "的")
        begun = is_done or (bool(kept) and flag == "c" and word in "和与及") or word == "、"
        is_time = word in _TIMES_ZH and follows != "的"
        fits = begun or (flag.startswith(_NOMINAL_ZH) and word not in _PREDICATES_ZH and not is_time)
        if not fits or re.search(r"\d", word):
            break
        kept.append(word)
    if len(kept) > 1 and len(kept[-1]) == 1 and dict(words).get(kept[-1]) == "a":  # "新" of "新开了"
        kept.pop()
    if len(kept) > 2 and kept[-2] in "和与及" and len(kept[-1]) == 1:  # a name was cut: "希拉里和丹" of "丹增"
        kept = kept[:-2]
    while kept and (kept[-1] in _TIMES_ZH or kept[-1] in ("的", "和", "与", "及", "、")):
        kept.pop()
    return "".join(kept)
