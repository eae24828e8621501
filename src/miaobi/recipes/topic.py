"""Reading a topic, such as "Write about bees" or "城市为什么需要树": its plain words, title and subject.

Rules only. They have to be right about the usual shapes of topics and harmless about all others.
"""

from __future__ import annotations

import re

from miaobi.base.value import Value
from miaobi.brief.language import is_cjk
from miaobi.evaluate.wording import stems

_ORDER = re.compile(
    r"^(?:please\s+)?(?:can you\s+|could you\s+|i (?:want|need|would like)\s+)?(?:to\s+)?"
    r"(?:(?:write|make|create|produce|tell me|explain|describe|talk|show|give me)\b\s*(?:me\s+)?)?"
    r"(?:(?:an?|the|some)\s+(?:[\w-]+\s+){0,3}?(?:article|essay|video|story|text|piece|clip|film|post)\s+)?"
    r"(?:(?:about|on|explaining|describing|regarding|covering)\s+)?",
    re.IGNORECASE,
)
_ORDER_ZH = re.compile(
    r"^(?:请|帮我|给我|我想|我要)*(?:写一?[篇个]?|做一?[个段条]?|介绍一?下?|讲一?[讲下]?|说一?[说下]?|谈一?谈|聊一?聊)?(?:关于|有关)?"
)
_ENDING_ZH = re.compile(r"的(?:文章|视频|短片|短文|科普)$")
_ASPECT = re.compile(
    r"^(?:an?\s+|the\s+)?(?:(?:short|brief|little|long|simple|quick|amazing|secret)\s+)?"
    r"(?:history|story|invention|origins?|discovery|birth|rise|future|science|physics|chemistry|psychology|joys?|secrets?|art|basics|benefits|importance|life|game|"
    r"world|beginner'?s guide|guide|introduction|work)\s+(?:of|to|behind|about)\s+(?P<subject>.+)$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"^(?P<word>why|how|where|when|what)\s+(?P<clause>.+)$", re.IGNORECASE)
_VERBS = (
    "is|are|was|were|do|does|did|can|could|will|should|must|has|have|had|need|needs|help|helps|work|works|matter|matters|"
    "make|makes|shape|shapes|live|lives|grow|grows|fly|flies|move|moves|form|forms|change|changes|use|uses|save|saves|"
    "protect|protects|keep|keeps|give|gives|find|finds|feed|feeds|become|becomes|sleep|sleeps|learn|learns|turn|turns|"
    "cool|cools|clean|cleans|love|loves|want|wants|eat|eats|see|sees|get|gets|come|comes|go|goes|rise|rises|fall|falls|"
    "bring|brings|affect|affects|improve|improves|support|supports|began|begins|begin|spread|spreads|store|stores|"
    "migrate|migrates|survive|survives|produce|produces|communicate|communicates|remember|remembers|fight|fights|"
    "reached|reach|reaches|took|take|takes|became|started|start|starts|conquered|travel|travels|build|builds|stop|stops"
)
_VERB = re.compile(
    rf"^(?P<subject>(?:[\w'’-]+\s+){{0,4}}?[\w'’-]+)\s+(?P<verb>{_VERBS})\b\s*(?P<rest>.*)$", re.IGNORECASE
)
_NEEDS = re.compile(r"^(?:need|want|love|use)s?$", re.IGNORECASE)
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "but",
        "or",
        "nor",
        "for",
        "of",
        "in",
        "on",
        "at",
        "to",
        "by",
        "from",
        "with",
        "as",
        "into",
        "than",
        "vs",
        "via",
    ]
)
_IRREGULAR_PLURALS = frozenset(
    ["people", "children", "men", "women", "mice", "geese", "teeth", "feet", "police", "cattle", "bacteria", "data"]
)
_SINGULAR_S = re.compile(
    r"(?:ss|us|is|news|series|lens|gas|(?:phys|mathemat|polit|econom|eth|athlet|electron|genet|stat|robot|linguist|log)ics)$",
    re.IGNORECASE,
)
_MOST_TITLE_WORDS = 12
_MOST_TITLE_CHARACTERS = 24
_NEEDS_ZH = re.compile(r"(?:需要|离不开|喜欢|使用)(?:更多的?)?")
_QUESTION_ZH = re.compile(r"为什么|为何|如何|怎样|怎么|是什么|有什么|什么是")
_ASPECT_ZH = re.compile(
    r"^(?P<subject>.+?)的?(?:简史|历史|故事|由来|起源|发明|未来|秘密|科学|好处|作用|重要性|基础|入门|原理|奥秘|一生)$"
)


class Topic(Value):
    """What a piece is about.

    text       the topic without the words that order it: "why cities need trees"
    title      as a title: "Why Cities Need Trees"
    subject    the thing to write about: "trees"
    question   "why", "how", "how to", "where", "when", "what", or "" for a topic that is a thing
    clause     of a question, without its question word: "cities need trees"
    is_plural  whether the subject takes "are"
    """

    text: str
    title: str
    subject: str
    question: str = ""
    clause: str = ""
    is_plural: bool = False


def read_topic(words: str, language: str) -> Topic:
    """The topic in a brief's words. Long ones are cut at a clause for the title; nothing is lost from `text`."""
    plain = re.sub(r"\s+", " ", words).strip().strip("\"“”《》'").rstrip("。.!！?？ ")
    return _read_chinese(plain) if is_cjk(language) else _read_english(plain)


def title_case(text: str) -> str:
    """A title in capitals; small words stay small inside, words with capitals of their own stay as they are."""
    words = text.split()
    return " ".join(
        word
        if any(c.isupper() for c in word[1:]) or (0 < i < len(words) - 1 and word.lower() in _SMALL)
        else _raised(word)
        for i, word in enumerate(words)
    )


def is_plural_phrase(phrase: str) -> bool:
    """Whether an English noun phrase takes "are"."""
    last = phrase.split()[-1].lower() if phrase.split() else ""
    if re.search(r"\w and \w", phrase) or last in _IRREGULAR_PLURALS:
        return True
    return last.endswith("s") and not _SINGULAR_S.search(last)


def capitalised(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _raised(word: str) -> str:
    return re.sub(r"^(\W*)(\w)", lambda m: m[1] + m[2].upper(), word)


def _read_english(plain: str) -> Topic:
    stripped = _ORDER.sub("", plain, count=1).strip()
    text = stripped or plain
    question, clause, subject = "", "", ""
    match = _CLAUSE.match(text)
    if match and match["clause"].lower().startswith("to "):
        question, clause = f"{match['word'].lower()} to", match["clause"][3:]
        subject = _verb_as_noun(clause)
    elif match:
        question, clause = match["word"].lower(), _uninverted(_short(match["clause"], _MOST_TITLE_WORDS))
        subject = _subject_of(clause)
    elif aspect := _ASPECT.match(text):
        subject = aspect["subject"]
    else:
        subject = text
    subject = _short(subject, 4)
    return Topic(
        text=text,
        title=title_case(_short(text, _MOST_TITLE_WORDS)),
        subject=subject,
        question=question,
        clause=clause,
        is_plural=is_plural_phrase(subject),
    )


def _uninverted(clause: str) -> str:
    """ "do cities need trees" -> "cities need trees"; "is the sky blue" -> "the sky is blue" where that is safe."""
    bare = re.sub(r"^(?:do|does|did)\s+", "", clause, flags=re.IGNORECASE)
    match = re.match(r"^(is|are|was|were)\s+((?:the |a |an )?[\w-]+)\s+(.+)$", bare, re.IGNORECASE)
    return f"{match[2]} {match[1].lower()} {match[3]}" if match else bare


def _subject_of(clause: str) -> str:
    match = _VERB.match(clause)
    if not match:
        return _short(clause, 2)
    rest = re.sub(r"^(?:more|the|many|some|a|an)\s+", "", match["rest"])
    return rest if _NEEDS.match(match["verb"]) and 0 < len(rest.split()) <= 3 else match["subject"]


def _verb_as_noun(clause: str) -> str:
    """ "start running" -> "running"; "bake bread at home" -> "bread"; the object is what it is about."""
    words = re.split(r"\s+(?:at|in|on|with|for|from|without|like|when|if|using)\b", clause)[0].split()
    return " ".join(words[1:]) if len(words) > 1 else clause


def _short(text: str, most_words: int) -> str:
    """The first clause, at most so many words, not ending in a small word."""
    first = re.split(r"[.;:!?\n]|,\s|\s[–—-]\s", text)[0].strip() or text
    words = first.split()[:most_words]
    if len(words) < len(first.split()) and "and" in words[-3:]:  # "soak up rain and reduce" was cut inside its pair
        words = words[: len(words) - words[::-1].index("and") - 1]
    while len(words) > 1 and words[-1].lower() in _SMALL:
        words.pop()
    return " ".join(words)


def fact_subject(fact: str, topic: Topic, language: str) -> str:
    """What a fact is about: the topic's subject (or the half of "sleep and memory" it names), else its first noun."""
    if is_cjk(language):
        return topic.subject if topic.subject in fact else _first_noun_zh(fact) or topic.subject
    words = set(stems(fact))
    for part in (topic.subject, *re.split(r"\s+and\s+", topic.subject)):
        if stems(part) and stems(part)[-1] in words:
            return part
    match = _VERB.match(fact)
    subject = (
        re.sub(r"^(?:a|an|the|each|every|some|many|most)\s+", "", match["subject"], flags=re.IGNORECASE)
        if match
        else ""
    )
    is_plain = subject and len(subject.split()) <= 3 and not re.search(r"\d", subject)
    return (subject[0].lower() + subject[1:]) if is_plain and is_plural_phrase(subject) else topic.subject


def _first_noun_zh(fact: str) -> str:
    import jieba.posseg

    for pair in jieba.posseg.cut(fact, HMM=False):
        if pair.flag.startswith("n") and len(pair.word) > 1:
            return str(pair.word)
    return ""


_ADVERBIAL = re.compile(
    r"^(?:during|in|on|at|when|while|after|before|by|with|without|every|if|as|for|from|since|today|over|"
    r"under|until|more|most|many|some|about|around|only|nearly|almost|this|these|it|they|there|\d)\b",
    re.IGNORECASE,
)


_TAIL = re.compile(r"\s(?:what|that|which|who|whose|because|than|except|so that|while|although|if|when|where)\b")
_PEOPLES = (
    "Dutch|Chinese|English|French|German|American|European|Roman|Greek|Indian|Japanese|British|Spanish|Italian|African|"
    "Asian|Arab|Egyptian|Russian|Korean|Mexican|Portuguese|Turkish|Persian|Viking"
)


def how_clause(fact: str, language: str) -> str:
    """A heading made of a fact: "Trees catch dust on their leaves." -> "How trees catch dust on their leaves"."""
    if is_cjk(language):
        return _chinese_heading(fact)
    plain = _TAIL.split(fact.rstrip("."), maxsplit=1)[0]
    is_list = len(plain.split(",")[0].split()) < 3  # "Tyres, clothes and paint shed ..."
    clause = _short(plain.replace(",", "\0"), 8).replace("\0", ",") if is_list else _short(plain, 8)
    is_state = re.match(r"(?:[\w'’-]+\s+){1,4}?(?:is|are|was|were|has|have|had|contains?|means?)\b", clause)
    if _ADVERBIAL.match(clause) or is_state:
        return capitalised(clause)
    keeps_capital = not re.match(
        rf"(?!(?:{_PEOPLES})\b)(?:(?:A|An|The|Its?|Their|Our)\s|[A-Z][a-z]+s,?\s(?![A-Z]))", clause
    )
    keeps_capital = keeps_capital and not _starts_commonly(clause)
    needs = re.match(r"(?:[\w'’-]+\s+){1,3}(?:need|want|must)s?\b", clause)
    return ("Why " if needs else "How ") + (clause if keeps_capital else clause[0].lower() + clause[1:])


_LONGEST_HEADING_ZH = 14
_PREDICATE_ZH = re.compile(
    r"(.{2,14}?)(?:可以|能够|应当|应该|正在|认为|指出|表示|有助于|能|会|让|使|把|被|将|已|是|比|减缓|帮助|提供|需要)"
)


def _chinese_heading(fact: str) -> str:
    """The first clause when it is short, else what it is about: "树荫下的地面温度可以比…" -> "树荫下的地面温度"."""
    pieces = [piece for piece in re.split(r"[。！？；，,;!?\n]", fact) if piece] or [fact]
    clause = next((piece for piece in pieces if len(piece) >= 5), pieces[0])
    if len(clause) <= _LONGEST_HEADING_ZH and not re.search(r"\d", clause):
        return clause
    about = _PREDICATE_ZH.match(clause)
    return about[1] if about else clause[:_LONGEST_HEADING_ZH]


_EVERYDAY_ZIPF = 4.8
"""Of a word heard every day ("city" 5.5); names that start sentences are rarer ("newton" 4.0, "darwin" 3.6)."""


def _starts_commonly(clause: str) -> bool:
    """Whether a clause starts with an everyday word before a plural ("City planners aim"): no name, then."""
    import wordfreq

    match = re.match(rf"(?!(?:{_PEOPLES})\b)([A-Z][a-z]+)\s[a-z]+s\s", clause)
    return match is not None and bool(wordfreq.zipf_frequency(match[1].lower(), "en") >= _EVERYDAY_ZIPF)


def _read_chinese(plain: str) -> Topic:
    text = _ENDING_ZH.sub("", _ORDER_ZH.sub("", plain, count=1)).strip() or plain
    first = re.split(r"[。！？；，,;!?\n]", text)[0] or text
    title = first[:_MOST_TITLE_CHARACTERS]
    asked = _QUESTION_ZH.search(first)
    if asked:
        before, after = first[: asked.start()], first[asked.end() :]
        needed = _NEEDS_ZH.match(after)
        subject = after[needed.end() :] if needed and after[needed.end() :] else before or after
        question = "why" if asked.group().startswith("为") else "how" if asked.group()[0] in "如怎" else "what"
        clause = before + after
    else:
        aspect = _ASPECT_ZH.match(first)
        subject, question, clause = aspect["subject"] if aspect else first, "", ""
    return Topic(text=text, title=title, subject=subject[:10], question=question, clause=clause)
