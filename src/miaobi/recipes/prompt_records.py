"""The records a language model is asked to continue, in English and Mandarin, and the settings they are sampled with.

Both recipes use them. They come with worked examples because the embedded model is a bare language model; a model
tuned on the same records needs none (`examples=False`), and the records stay as they are:

    heading of a fact     Fact: <one fact>                事实：
                          Heading: <heading>              标题：
    heading of a topic    Topic: <topic>                  主题：
                          <one heading a line>
    text                  Topic: <topic>                  主题：
                          [Mention: <words>]              提到：
                          Question: <heading>?            问题：
                          Answer: <sentences>             回答：

What was compared, by reading, on twelve topics with the embedded model: a bare magazine or encyclopedia page wanders
off within a sentence; a page with worked explanations stays on topic and is mostly wrong; questions whose answers are
begun with the topic's own clause are right about half the time. Headings are usable in four of five when their first
words are given ("How trees ..."), in one of seven when not. Of 132 sentences that follow a fact, 54 could stand and 28
of those were good; short ones more often than long ones. sentences.py says how the right ones are told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from miaobi.base.engine import TextRequest
from miaobi.brief.brief import Brief
from miaobi.brief.language import is_cjk
from miaobi.recipes.sentences import HARMFUL, is_unwelcome
from miaobi.recipes.topic import Topic, capitalised

TEXT_SETTINGS = TextRequest(prompt="-", max_tokens=28, temperature=0.2, top_k=40, min_p=0.05, repeat_penalty=1.05)
WHOLE_SETTINGS = TextRequest(prompt="-", max_tokens=400, temperature=0.7, top_k=40, min_p=0.05, repeat_penalty=1.05)
LINE_SETTINGS = TextRequest(prompt="-", max_tokens=12, temperature=0.0, top_k=0, min_p=0.0, stop=("\n",))

_TEXT_HEAD = {"en": "Questions and answers for curious readers.\n\n", "zh": "写给普通读者的问答。\n\n"}
_TEXT_EXAMPLES = {
    "en": (
        "Topic: the story of bread\nQuestion: Why bread rises?\n"
        "Answer: Yeast feeds on the sugar in flour and gives off gas. This helps the dough grow soft and light.\n\n"
        "Topic: saving water at home\nQuestion: How a small leak wastes water?\n"
        "Answer: A dripping tap can waste 20 litres of water a day. "
        "Because of this, even a small repair can lower the bill.\n\n"
    ),
    "zh": (
        "主题：面包的故事\n问题：面包为什么会发起来\n回答：酵母吃掉面粉里的糖，放出气体。因此，面团变得又松又软。\n\n"
        "主题：在家节约用水\n问题：小小的滴漏怎样浪费水\n回答：一个滴水的水龙头一天会浪费20升水。这样一来，及时修理就能省下水费。\n\n"
    ),
}
_TEXT_RECORD = {
    "en": "Topic: {topic}\n{wish}Question: {question}?\nAnswer:",
    "zh": "主题：{topic}\n{wish}问题：{question}\n回答：",
}
_WISH = {"en": "Mention: {words}\n", "zh": "提到：{words}\n"}
_FACT_HEADINGS = {
    "en": (
        "Facts and the headings an editor gave them.\n\n"
        "Fact: Fast rivers carry sand and stones that rub against the rock.\nHeading: How rivers cut through rock\n\n"
        "Fact: Yeast feeds on the sugar in flour and gives off gas.\nHeading: Why bread rises\n\n"
        "Fact: A dripping tap can waste 20 litres of water a day.\nHeading: How a small leak wastes water\n\n"
        "Fact: {fact}\nHeading: {opening}"
    ),
    "zh": (
        "事实：河水带着沙子和石头摩擦岩石。\n标题：河流怎样切开岩石\n\n"
        "事实：酵母吃掉面粉里的糖，放出气体。\n标题：面包为什么会发起来\n\n"
        "事实：一个滴水的水龙头一天会浪费20升水。\n标题：小小的滴漏怎样浪费水\n\n事实：{fact}\n标题：{opening}"
    ),
}
_TOPIC_HEADINGS = {
    "en": (
        "Topics and the questions an article answers, planned by a teacher.\n\n"
        "Topic: rivers\nHow rivers cut through rock\nWhy rivers bend\nWhere rivers end\n\n"
        "Topic: bread\nWhat bread is made of\nWhy bread rises\nHow bread is baked\n\n"
        "Topic: migrating birds\nWhy birds fly south\nHow birds find their way\nWhen birds come home\n\n"
        "Topic: {topic}\n{previous}{opening}"
    ),
    "zh": (
        "主题：河流\n河流怎样切开岩石\n河流为什么会弯曲\n\n主题：面包\n面包是什么做的\n面包为什么会发起来\n\n"
        "主题：{topic}\n{previous}{opening}"
    ),
}
_TITLES = {
    "en": (
        "Topics and the titles a magazine gave them.\n\nTopic: rivers\nTitle: How Rivers Shape the Land\n\n"
        "Topic: bread\nTitle: Why Bread Rises\n\nTopic: migrating birds\nTitle: Birds and the Long Road South\n\n"
        "Topic: {topic}\nTitle: {opening}"
    ),
    "zh": (
        "主题：河流\n标题：河流怎样塑造大地\n\n主题：面包\n标题：面包为什么会发起来\n\n主题：{topic}\n标题：{opening}"
    ),
}
_ORDER = {
    "en": "Write {kind} on “{question}”, part of a piece about {topic}{manner}, in about {words} words: "
    "plain sentences, no lists, no heading. State these facts, and add no numbers or names of your own: "
    "{facts}{instruction}\n\nText:",
    "zh": "请写{kind}，题为“{question}”，属于一篇关于“{topic}”的作品{manner}，约{words}字，用平实的句子，"
    "不用列表，不写标题。写出以下事实，不要添加别的数字和名字：{facts}{instruction}\n\n正文：",
}
_AFTER_FACT = {
    "en": (
        ("Because of this,", "As a result,", ""),
        ("That is one reason why", "{Subject} also", ""),
        ("As a result,", "{Subject} can", ""),
    ),
    "zh": (
        ("这能帮助", "因此，", "这样一来，"),
        ("这样一来，", "这也能帮助", "所以，"),
        ("这有助于", "这样，", "因此，"),
    ),
}
_AFTER_HELP = (("This helps", "Because of this,", ""), ("This also helps", "As a result,", ""))
_AFTER_PAST = (("Because of this,", "Over time,", "After that,"), ("As a result,", "In time,", "Over the years,"))
_AFTER_HARM = (("Because of this,", "As a result,", ""), ("This can", "{Subject} can", "This means that"))
_HELPFUL = re.compile(
    r"\b(?:help|protect|keep|save|store|clean|provide|feed|support|absorb|improve|carry|carries|lower|cool|reduce)\w{0,3}\b",
    re.IGNORECASE,
)
"""What a fact does when "This helps" may follow it."""
_RELATIVE = re.compile(r"\b(?:what|that|which|who)\b")
_PAST = re.compile(
    r"\b(?:was|were|had|began|became|brought|built|made|wrote|found|took|came|went|grew|1\d{3})\b|"
    r"(?<!is )(?<!are )(?<!be )\b\w{3,}ed\b"
)
_FURTHER = {
    "en": ("{Subject} also", "{Subject} can", "{Subject} can also"),
    "zh": ("{subject}还能", "{subject}也", "{subject}可以"),
}


def language_key(language: str) -> str:
    """The language of our records for a BCP 47 tag: Mandarin for languages in Han characters, else English."""
    return "zh" if is_cjk(language) else "en"


def sources_of(brief: Brief, extra: Sequence[str] = ()) -> tuple[str, ...]:
    """Everything the person said: what it holds is no invention."""
    said = (brief.topic, *brief.facts, *brief.keywords, brief.notes, brief.audience, *extra)
    return tuple(text for text in said if text)


# ---------------------------------------------------------------- records


def text_prompt(topic: str, question: str, language: str, mention: Sequence[str] = (), *, examples: bool = True) -> str:
    """The record of a text up to where it begins."""
    key = language_key(language)
    wish = _WISH[key].format(words=("、" if key == "zh" else ", ").join(mention)) if mention else ""
    record = _TEXT_RECORD[key].format(topic=topic, wish=wish, question=question.rstrip("?？"))
    return (_TEXT_HEAD[key] + _TEXT_EXAMPLES[key] if examples else "") + record


def fact_heading_prompt(fact: str, opening: str, language: str) -> str:
    """The record of a fact's heading, begun with `opening`."""
    return _FACT_HEADINGS[language_key(language)].format(fact=fact, opening=opening)


def topic_heading_prompt(topic: str, previous: Sequence[str], opening: str, language: str) -> str:
    """The record of a topic's headings after those there are, begun with `opening`."""
    before = "".join(f"{line}\n" for line in previous)
    return _TOPIC_HEADINGS[language_key(language)].format(topic=topic, previous=before, opening=opening)


def title_prompt(topic: str, opening: str, language: str) -> str:
    """The record of a title, begun with `opening`."""
    return _TITLES[language_key(language)].format(topic=topic, opening=opening)


def order_prompt(
    brief: Brief, question: str, facts: Sequence[str], words: int, instruction: str, kind: tuple[str, str]
) -> str:
    """A plain order for an engine that takes orders. `kind` says what to write, in English and in Chinese."""
    is_zh = language_key(brief.language) == "zh"
    manner = (f"，读者是{brief.audience}" if is_zh else f" for {brief.audience}") if brief.audience else ""
    manner += (f"，语气{brief.tone}" if is_zh else f", in a {brief.tone} tone") if brief.tone else ""
    wish = (f"另外：{instruction}。" if is_zh else f" Also: {instruction}.") if instruction else ""
    return _ORDER[language_key(brief.language)].format(
        kind=kind[is_zh],
        question=question,
        topic=brief.topic,
        manner=manner,
        words=words,
        facts=("" if is_zh else " ").join(facts) or ("无。" if is_zh else "none."),
        instruction=wish,
    )


# ---------------------------------------------------------------- how sentences begin


def filled_openings(openings: Sequence[str], topic: Topic) -> tuple[str, ...]:
    """Openings with the topic's subject, its pronoun and its "is" or "are" put in."""
    names = {
        "They": "They" if topic.is_plural else "It",
        "Subject": capitalised(topic.subject),
        "subject": topic.subject,
        "be": "are" if topic.is_plural else "is",
    }
    return tuple(dict.fromkeys(opening.format(**names) for opening in openings))


def further_openings(topic: Topic, language: str) -> tuple[str, ...]:
    """Openings of one sentence more: about the subject again, because a chain of consequences soon leaves the truth."""
    return filled_openings(_FURTHER[language_key(language)], topic)


def after_fact_openings(topic: Topic, language: str, number: int, fact: str = "") -> tuple[str, ...]:
    """Openings of a sentence that follows a stated one; neighbours differ.

    What has happened is not followed by a present, nothing good is made to come of what harms or of bad news, and only
    what does something good is said to help.
    """
    rows: tuple[tuple[str, ...], ...] = _AFTER_FACT[language_key(language)]
    if language_key(language) == "en":
        rows = (
            _AFTER_PAST
            if _PAST.search(_RELATIVE.split(fact)[0])
            else _AFTER_HARM
            if HARMFUL.search(topic.text) or is_unwelcome(fact)
            else _AFTER_HELP
            if _HELPFUL.search(fact)
            else rows
        )
    return filled_openings(rows[number % len(rows)], topic)


def wish_openings(word: str, language: str) -> tuple[str, ...]:
    """Openings of a sentence that mentions what a person wants mentioned."""
    if language_key(language) == "zh":
        return (word, f"这对{word}", f"有了{word}，")
    named = word if word[:1].isupper() else f"the {word}"
    return (capitalised(named), f"This also helps {named}", f"Near {named},")


def heading_openings(subject: str, language: str, number: int, *, has_fact: bool) -> tuple[str, ...]:
    """How a heading begins: the question word and the subject, the rest is the engine's."""
    if language_key(language) == "zh":
        return (f"{subject}怎样",) if has_fact else (f"{subject}怎样", f"{subject}为什么", f"{subject}从")
    words = ("How", "What", "Why", "Where")
    turned = words[number % len(words) :] + words[: number % len(words)]
    return tuple(f"{word} {plain_start(subject)}" for word in (("How",) if has_fact else turned))


def answer_openings(heading: str, topic: Topic, language: str) -> tuple[str, ...]:
    """How an answer to a heading begins: "Why bread rises" -> "Bread rises because"."""
    if language_key(language) == "zh":
        return (topic.subject, f"{topic.subject}是", f"{topic.subject}可以")
    subject, be = capitalised(topic.subject), "are" if topic.is_plural else "is"
    match = re.match(r"(Why|How|Where|When|What)\s+(.+)$", heading)
    if not match:
        return (subject, f"{subject} {be}", "")
    clause = capitalised(match[2])
    if match[1] == "What":
        return tuple(dict.fromkeys((clause, f"{subject} {be}", subject)))
    ends = {
        "Why": ("because", "so that"),
        "How": ("by", "when", "with"),
        "Where": ("in", "where"),
        "When": ("when", "in"),
    }
    return (*(f"{clause} {end}" for end in ends[match[1]]),)


def topic_openings(topic: Topic, language: str) -> tuple[str, ...]:
    """How the first sentence of a piece begins: with the clause of a "why", else with what the piece is about.

    "{clause} by" only where the clause does something good: of others the embedded model invents a mechanism.
    """
    if language_key(language) == "zh":
        whys = (f"{topic.clause}，是因为", f"{topic.clause}，因为", topic.subject)
        return whys if topic.question == "why" and topic.clause else (topic.subject, f"{topic.subject}是")
    clause, subject, be = capitalised(topic.clause), capitalised(topic.subject), "are" if topic.is_plural else "is"
    if topic.question == "why":
        return (f"{clause} because", f"{subject} {'help' if topic.is_plural else 'helps'}")
    if topic.question == "how" and _HELPFUL.search(topic.clause):
        return (f"{clause} by", f"{clause} when", f"{subject} {be}")
    if topic.question == "how to":
        return (f"To {topic.clause},", f"To {topic.clause}, start with")
    return (f"{subject} {be}", f"{subject} {be} often" if topic.is_plural else f"{subject} {be} a", subject)


def plain_start(subject: str) -> str:
    """ "The sky" -> "the sky": an article inside a line is small."""
    return re.sub(r"^(The|A|An|Our|Their)\b", lambda match: match[1].lower(), subject)
