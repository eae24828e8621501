"""Reading a Chinese topic: the question it asks, its clause, and what it is about. Rules only."""

from __future__ import annotations

import re

from miaobi.recipes.chinese_words import is_verb_zh, noun_phrase_zh, tagged_zh
from miaobi.recipes.topic_value import Topic

_ORDER_ZH = re.compile(
    r"^(?:请|帮我|给我|我想|我要)*(?:写一?[篇个]?|做一?[个段条]?|介绍一?下?|讲一?[讲下]?|说一?[说下]?|谈一?谈|聊一?聊)?(?:关于|有关)?"
)
_ENDING_ZH = re.compile(r"的(?:文章|视频|短片|短文|科普)$")
_MOST_TITLE_CHARACTERS = 24
_NEEDS_ZH = re.compile(r"(?:需要|离不开|喜欢|使用)(?:更多的?)?")
_QUESTION_ZH = re.compile(
    r"为什么|为何|如何|怎样|怎么|是什么|有什么|什么是|是谁|谁|什么|有哪些|哪些|哪里|哪儿|哪种|哪个"
)
_WHO_ZH, _WHICH_ZH = ("谁", "是谁"), ("哪种", "哪个")
_COOK_ZH = re.compile(r"^[做煮泡炒烤养种写画](?:一[只个条盆棵份顿篇])?(?=..|(?<=[只个条盆棵份顿篇]).)")
_MOST_SUBJECT_ZH = 10
_ASPECT_ZH = re.compile(
    r"^(?P<subject>.+?)(?:对.+)?的?(?:影响|简史|历史|故事|由来|起源|发明|未来|秘密|科学|好处|作用|重要性|基础|入门|原理|奥秘|一生)$"
)


_NOBODY_ZH = re.compile(r"^(?:我们|你们|他们|咱们|大家|人们|人类|人|我|你|谁)?$")
_HELPING_ZH = re.compile(
    r"^(?:我们|你们|大家|人们|人|我|你)?(?:会|要|能够|能|可以|应该|应当|该|必须|需要|不能|不会|都|也|在家|有)*(?=..)"
)
_TRAILING_ZH = frozenset("是 会 能 可以 要 应该 该 被 由 都 又 究竟 到底 有 吃 做 前 后 时 怎样 也".split())
_LIST_ZH = re.compile(
    r"^(?:[\d一二两三四五六七八九十]+[个种条大项点件])?(?P<subject>.+?)的?(?:[\d一二两三四五六七八九十]+)?(?:个|种|条|大|项|点|件)?小?"
    r"(?:方法|办法|技巧|误区|理由|原因|好处|建议|秘诀|窍门|习惯|事实|步骤|问题)$"
)
_ASK_ZH = re.compile(r"(?:吗|呢|么)$")


def read_chinese(plain: str) -> Topic:
    text = _ENDING_ZH.sub("", _ORDER_ZH.sub("", plain, count=1)).strip() or plain
    first = re.split(r"[。！？；，,;!?\n]", text)[0] or text
    title = first[:_MOST_TITLE_CHARACTERS]
    asked = _QUESTION_ZH.search(first)
    question, clause = "", ""
    if asked:
        before, after = first[: asked.start()], first[asked.end() :]
        question = "why" if asked.group().startswith("为") else "how" if asked.group()[0] in "如怎" else "what"
        subject = _asked_subject_zh(before, after, asked.group())
        clause = _clause_zh(before, after) if question != "what" else ""
    elif listed := _LIST_ZH.match(first) or _ASPECT_ZH.match(first):
        subject = listed["subject"]
    elif is_question := _ASK_ZH.search(first):
        subject = noun_phrase_zh(first[: is_question.start()]) or first
    else:
        subject = (noun_phrase_zh(first) if len(first) > _MOST_SUBJECT_ZH else "") or first
    return Topic(text=text, title=title, subject=_short_zh(subject), question=question, clause=clause)


def _asked_subject_zh(before: str, after: str, word: str) -> str:
    """ "城市 为什么 需要树" -> "树"; "我们 为什么 要睡觉" -> "睡觉"; "为什么 天空是蓝色的" -> "天空"."""
    needed = _NEEDS_ZH.search(after)
    if needed and after[needed.end() :] and (needed.start() == 0 or (not before and needed.start() <= 5)):
        return after[needed.end() :]
    if word in _WHICH_ZH:
        return noun_phrase_zh(after) or noun_phrase_zh(before) or after
    if word in _WHO_ZH:
        return noun_phrase_zh(before) or _object_zh(after)
    named = _without_trailing_zh(before)
    if named and not _NOBODY_ZH.match(named):
        return noun_phrase_zh(named) or named
    if word in ("什么是",) or not after:
        return after or before
    about = "" if before or is_verb_zh(*tagged_zh(after)[0]) else noun_phrase_zh(after)
    if about != after and not _NOBODY_ZH.match(about):
        return about
    return _COOK_ZH.sub("", _HELPING_ZH.sub("", after, count=1)) or after


def _without_trailing_zh(before: str) -> str:
    """ "黑洞是" -> "黑洞"; "睡眠对健康" -> "睡眠"; by whole words, for "人工智能" does not end in "能"."""
    words = [word for word, _ in tagged_zh(before)]
    words = words[: next((n for n, word in enumerate(words) if n and word in ("对", "在", "给")), len(words))]
    while len(words) > 1 and words[-1] in _TRAILING_ZH:
        words.pop()
    return "".join(words)


def _clause_zh(before: str, after: str) -> str:
    """What is asked about, as a statement: "黑洞是 如何 形成的" -> "黑洞形成"; "红烧肉 怎么 做" -> "做红烧肉"."""
    if before.endswith("是") and after.endswith("的"):
        return before[:-1] + after[:-1]
    return after + before if len(after) == 1 else before + after


def _object_zh(after: str) -> str:
    """ "发明了电话" -> "电话"."""
    return re.sub(r"^[了的]", "", "".join(word for word, _ in tagged_zh(after)[1:])) or after


def _short_zh(text: str, most: int = _MOST_SUBJECT_ZH) -> str:
    """At most so many characters, never cut inside a word."""
    kept = ""
    for word, _ in tagged_zh(text) if len(text) > most else [(text, "")]:
        if kept and len(kept + word) > most:
            break
        kept += word
    return (kept.rstrip("的和与") or kept)[:most]
