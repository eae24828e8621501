"""Understanding a brief given in a sentence, by small rules one can read.

A sentence has a head that says what is wanted ("a friendly 30 second video for children"), a topic ("about bees"), and
a tail of wishes ("in Chinese, 500 words"). Only the head and the tail are read for wishes; the topic is never taken
apart, so that "how to run 100 metres in 10 seconds" stays what it is. Where no head is found, only wishes set off by
commas count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from miaobi.brief.language import NAMES

Wishes = dict[str, Any]

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90,
    "half a": 0.5, "one and a half": 1.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9, "十": 10, "二十": 20, "三十": 30, "六十": 60, "半": 0.5, "一百": 100, "两百": 200,
    "三百": 300, "五百": 500, "八百": 800, "一千": 1000, "两千": 2000,
}  # fmt: skip
_N = r"(\d[\d,]*(?:\.\d+)?|" + "|".join(sorted((k for k in _NUMBERS if k.isascii()), key=len, reverse=True)) + ")"
_N_ZH = r"(\d+(?:\.\d+)?|" + "|".join(sorted((k for k in _NUMBERS if not k.isascii()), key=len, reverse=True)) + ")"

_TONES = (
    "friendly|formal|informal|playful|serious|humorous|funny|witty|warm|calm|inspiring|professional|casual|poetic|upbeat|"
    "optimistic|cheerful|gentle|lively|conversational|neutral|persuasive|enthusiastic|academic|light-hearted|lighthearted"
)
_TONES_ZH = "轻松|幽默|正式|严肃|活泼|温暖|亲切|专业|生动|诗意|平静|风趣|通俗|激励|有趣|温柔|客观"
_READERS = (
    "children|kids|toddlers|teens|teenagers|adults|students|pupils|schoolchildren|beginners|learners|teachers|parents|"
    "families|experts|professionals|engineers|developers|scientists|managers|executives|seniors|readers|viewers|everyone|"
    "everybody|anyone|tourists|travellers|travelers|visitors|customers|gardeners|homeowners|families|citizens|residents|"
    "policymakers|policy makers|investors|employees|colleagues|patients|runners|cyclists|shoppers|fans|newcomers|"
    "people|adolescents|graders|year[- ]olds|public|audience|class|team"
)
_NOUNS = {
    "article": "article|essay|blog post|blog|post|report|piece|text|feature|story",
    "video": "video|clip|film|short film|animation",
}
_ANY_PIECE = "report|piece|text|feature|story"
"""Nouns among these that a video can be as well; they say nothing about the recipe."""
_NOUNS_ZH = {"article": "文章|短文|科普文|博文|推文|作文|文", "video": "视频|短视频|短片|动画片|动画|影片|片子"}
_LANGUAGES = "|".join(sorted((name for name in NAMES if name.isascii()), key=len, reverse=True))
_LANGUAGES_ZH = "|".join(sorted((name for name in NAMES if not name.isascii()), key=len, reverse=True))

Rule = tuple[str, Callable[[re.Match[str]], Wishes]]


def _number(text: str) -> float:
    text = text.lower().replace(",", "")
    return _NUMBERS[text] if text in _NUMBERS else float(text)


def _whole(key: str) -> Callable[[re.Match[str]], Wishes]:
    return lambda match: {key: int(_number(match.group(1)))}


def _time(match: re.Match[str]) -> Wishes:
    is_seconds = match.group(2)[0].lower() in "s秒"
    value = _number(match.group(1))
    return {"duration_seconds": value} if is_seconds else {"minutes": value}


def _text(key: str) -> Callable[[re.Match[str]], Wishes]:
    return lambda match: {key: match.group(1).strip()}


def _language(match: re.Match[str]) -> Wishes:
    return {"language": NAMES[match.group(1).lower()]}


_SHAPES = {
    "vertical": "portrait", "portrait": "portrait", "horizontal": "landscape", "landscape": "landscape",
    "square": "square", "竖屏": "portrait", "竖版": "portrait", "横屏": "landscape", "横版": "landscape",
    "方形": "square",
}  # fmt: skip


def _shape(match: re.Match[str]) -> Wishes:
    return {"shape": _SHAPES[match.group(1).lower()]}


_RULES: tuple[Rule, ...] = (
    (rf"(?:of |in |with )?(?:about |around |up to )?\b{_N}[- ]?words?(?: long)?\b", _whole("words")),
    (rf"(?:of |lasting )?(?:about |around |up to )?\b{_N}[- ]?(s|secs?|seconds?|mins?|minutes?)\b(?:[- ]long)?", _time),
    (rf"(?:in|with)?\s*\b{_N} (?:sections|chapters)\b", _whole("sections")),
    (rf"(?:in|with)?\s*\b{_N} scenes\b", _whole("scenes")),
    (rf"\b(?:in |into |language: ?)?({_LANGUAGES})\b(?:[- ]language)?", _language),
    (rf"\bin an? ((?:{_TONES})(?:(?:,| and| but) (?:{_TONES}))*) (?:tone|style|voice|way|manner)\b", _text("tone")),
    (rf"\b(?:tone: ?)?((?:{_TONES})(?:(?:,| and| but) (?:{_TONES}))*)\b(?: (?:tone|style))?", _text("tone")),
    (rf"\b(?:for|aimed at) ((?:(?!for\b|in\b|about\b)[\w-]+ ){{0,4}}?(?:\d+-)?(?:{_READERS}))\b", _text("audience")),
    (r"\bfor (ages? \d+(?: ?(?:to|-|–) ?\d+)?)\b", _text("audience")),
    (r"\b(vertical|portrait|horizontal|landscape|square)\b(?: format)?", _shape),
)
_RULES_ZH: tuple[Rule, ...] = (
    (rf"(?:大约|约|不超过)?\s*{_N_ZH}\s*个?字(?:左右|以内)?", _whole("words")),
    (rf"(?:大约|约|时长)?\s*{_N_ZH}\s*(秒|分)钟?(?:左右|以内|长)?", _time),
    (rf"分?(?:成|为)?{_N_ZH}个?(?:部分|章节|小节|节)", _whole("sections")),
    (rf"分?(?:成|为)?{_N_ZH}个?(?:场景|镜头)", _whole("scenes")),
    (rf"(?:用|以|使用)?({_LANGUAGES_ZH})(?:版|写|撰写|讲解|配音)?", _language),
    (rf"(?:语气|风格|口吻)(?:要|是|为)?((?:{_TONES_ZH})(?:[、和](?:{_TONES_ZH}))*)", _text("tone")),
    (rf"(?:用|以)?((?:{_TONES_ZH})(?:[、和](?:{_TONES_ZH}))*)的?(?:语气|风格|口吻)?", _text("tone")),
    (
        r"(?:写给|讲给|送给|面向|针对|适合|给)(?!我)([^，。,的给写做看\s]{1,15}?)"
        r"(?:看|阅读|观看|听|读)?(?:的|(?=$|[，,。\s写做]))",
        _text("audience"),
    ),
    (r"(竖屏|竖版|横屏|横版|方形)的?", _shape),
)

_HEAD_WORDS = (
    r"please|can|could|you|i|i'd|would|like|want|need|write|make|create|produce|generate|draft|prepare|give|me|us|a|an|the|"
    r"one|new|short|long|brief|little|quick|simple|nice|good|narrated|illustrated|animated|explainer|educational|"
    r"of|in|with|and|to|is|that|which|for"
)
_HEAD = re.compile(
    rf"(?P<head>.{{0,160}}?)\b(?P<noun>{'|'.join(_NOUNS.values())})\b(?P<after>.{{0,120}}?)"
    r"(?:\b(?:about|on|explaining|explains|covering|describing|regarding|showing|telling)\b|:)\s*(?P<topic>.+)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD_ZH = re.compile(
    rf"(?P<head>.{{0,40}}?)(?:关于|有关|介绍|讲解|讲述|解释|说明|讲)(?P<topic>.+?)的(?P<after>[^，。,的]{{0,20}}?)"
    rf"(?P<noun>{'|'.join(_NOUNS_ZH.values())})(?P<tail>$|[，,。；;！!].*)",
    re.DOTALL,
)
_NOUN_FIRST_ZH = re.compile(
    rf"(?P<head>.{{0,40}}?)(?P<noun>{'|'.join(_NOUNS_ZH.values())})[，,：: ]*"
    r"(?:主题是|主题为|主题|题目是|内容是|关于|介绍|讲解|讲述|解释|讲|：|:)[：:]?(?P<topic>[^，。,；;]+)(?P<tail>.*)",
    re.DOTALL,
)
_VERBS_ZH = re.compile(
    r"请|帮忙|帮我|给我|为我|麻烦|我想要|我想|我要|需要|想要|写|做|制作|生成|拍|创作|来|一?[篇个段条部支份]|[短的好新]|科普"
)


_PLURALS = r"words|sections|chapters|scenes"
_OPENINGS = rf"(?:(?:for|aimed at|with|in an?)\b|in (?:{_N.replace('(', '(?:', 1)}[- ]?(?:{_PLURALS})|{_LANGUAGES})\b)"


_MOST_CHARACTERS = 4000


def read_plain_words(words: str) -> Wishes:
    """What a sentence asks for, as keys and values of a brief; "topic" is what the rules leave over.

    "recipe" is the kind of piece the sentence names, if it does. Nothing is checked here.
    """
    text = words.strip().strip("。.!！")
    if len(text) > _MOST_CHARACTERS:  # no sentence; the check of the topic's length says so
        return {"topic": text}
    if re.search("[\u4e00-\u9fff]", text):
        return _read_chinese(text)
    return _read_english(text)


def _read_english(text: str) -> Wishes:
    match = _HEAD.fullmatch(text)
    if match:
        wishes, left = _take(f"{match['head']} , {match['after']}", _RULES)
        unknown = re.sub(rf"\b(?:{_HEAD_WORDS})\b|[\s,.\-]", "", left, flags=re.IGNORECASE)
        if not unknown:
            topic = _read_tail(match["topic"], wishes, needs_comma=False)
            return {**wishes, **_topic(topic), **_recipe(match["noun"], _NOUNS)}
    wishes = {}
    bare, left = _take(text, _RULES)
    noun = re.fullmatch(rf"(?:(?:{_HEAD_WORDS})\b|[\s,])*({'|'.join(_NOUNS.values())})[\s,]*", left, re.IGNORECASE)
    if noun:  # "a 30 second video" names no topic
        return {**bare, **_recipe(noun.group(1), _NOUNS)}
    topic = _read_tail(text, wishes, needs_comma=True)
    return {**wishes, **_topic(topic)}


def _read_tail(text: str, wishes: Wishes, *, needs_comma: bool) -> str:
    """Take wishes off the end of `text`, one after the other; what is left is the topic.

    Without a comma or bracket before it, only a phrase that opens with a preposition is a wish, and "in 10 seconds"
    is none even then.
    """
    before = r"(?:,\s*|\s*\()" if needs_comma else rf"(?:,\s*|\s*\(|\s+(?={_OPENINGS}))"
    for _ in _RULES:
        for pattern, read in _RULES:
            end = re.search(rf"{before}(?:{pattern})\)?[\s.]*$", text, re.IGNORECASE)
            if end:
                _add(wishes, read(end))
                text = text[: end.start()].rstrip(" ,.(")
                break
    return text


def _read_chinese(text: str) -> Wishes:
    match = _HEAD_ZH.fullmatch(text) or _NOUN_FIRST_ZH.fullmatch(text)
    if not match or _left_of_head(match["head"]):
        return _read_headless_chinese(text)
    wishes, _ = _take(match["head"], _RULES_ZH)
    found, left = _take(match.groupdict().get("after") or "", _RULES_ZH)
    _add(wishes, found)
    rest = _VERBS_ZH.sub("", left).strip()
    topic = f"{match['topic']}的{rest}" if rest else match["topic"]
    notes = _read_segments(match["tail"], wishes)
    return {**wishes, **_topic(topic), **_notes(notes), **_recipe(match["noun"], _NOUNS_ZH)}


def _read_headless_chinese(text: str) -> Wishes:
    first, _, tail = re.sub(r"[；;。]", "，", text).replace(",", "，").partition("，")
    wishes: Wishes = {}
    notes = _read_segments(tail, wishes)
    asked, left = _take(first, _RULES_ZH)
    noun = _VERBS_ZH.sub("", left).strip()
    if noun and re.fullmatch("|".join(_NOUNS_ZH.values()), noun):  # 写一篇500字的文章: no topic, or one after the comma
        return {**asked, **wishes, **_topic(notes), **_recipe(noun, _NOUNS_ZH)}
    return {**wishes, **_topic(first), **_notes(notes)}


def _left_of_head(head: str) -> str:
    return re.sub(r"[\s，,、的]", "", _VERBS_ZH.sub("", _take(head, _RULES_ZH)[1]))


def _read_segments(tail: str, wishes: Wishes) -> str:
    """Read wishes from what stands between commas; what is none comes back as notes."""
    notes: list[str] = []
    for segment in re.split(r"[，,；;。！!]", tail):
        found, left = _take(segment.strip(), _RULES_ZH)
        if found and not re.sub(r"[\s的要]", "", _VERBS_ZH.sub("", left)):
            _add(wishes, found)
        elif segment.strip():
            notes.append(segment.strip())
    return "，".join(notes)


def _take(text: str, rules: tuple[Rule, ...]) -> tuple[Wishes, str]:
    """(the wishes the rules find in `text`, `text` without them); the first of two wishes for one key counts."""
    wishes: Wishes = {}
    for pattern, read in rules:
        match = re.search(pattern, text, re.IGNORECASE)
        if match:
            _add(wishes, read(match))
            text = text[: match.start()] + " " + text[match.end() :]
    return wishes, text


def _add(wishes: Wishes, more: Wishes) -> None:
    for key, value in more.items():
        wishes.setdefault(key, value)


def _topic(text: str) -> Wishes:
    topic = text.strip(' \t\n,，.。;；:："“”')
    return {"topic": topic} if topic else {}


def _notes(text: str) -> Wishes:
    return {"notes": text} if text else {}


def _recipe(noun: str, nouns: dict[str, str]) -> Wishes:
    if re.fullmatch(_ANY_PIECE, noun, re.IGNORECASE):
        return {}
    return {"recipe": next(recipe for recipe, names in nouns.items() if re.fullmatch(names, noun, re.IGNORECASE))}
