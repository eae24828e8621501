"""Words to meanings: which things, places, topics, light and weather a text speaks of.

English is read phrase by phrase, the longest known one first. A word used as a verb brings no object ("the sun heats
the city" shows no fire, "she books a flight" no book), unless somebody is the drawing ("people dance"). What the text
says is absent ("without trees", "没有树") is kept apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from miaobi.create.illustrator import pictograms, senses, topics
from miaobi.create.illustrator.chinese import cut
from miaobi.create.illustrator.subjects import Subject, subjects
from miaobi.create.illustrator.things import all_things, chinese_words, english_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL_WORDS = _words("""
a about after all also an and any are as at back be been before best better between big black blue brown but by
can cool could did do does down each end even every first for free from get gets give gives good green had has
have he help helps her here high his how i if in into is it its just keep keeps last leaves left let lets like
long low made make makes many may more most much must my need needs new no not of old on on one only or orange
other our out over own people's per purple red right same second she should small so some soon still such take
takes than that the their then there these they thing things this those three through to top trained turned turns
two under up use used uses using very via was way ways we well were what when which while white who why will with
would yellow yes you your
""")

_PLURALS = {
    "children": "child", "men": "man", "women": "woman", "mice": "mouse", "wolves": "wolf",
    "geese": "goose", "teeth": "tooth", "feet": "foot", "lives": "life", "knives": "knife", "loaves": "loaf",
    "oxen": "ox", "data": "data", "news": "news", "buses": "bus",
}  # fmt: skip

_BEFORE_VERBS = _words("""
to can could will would may might must should not never helps help let lets who
""")
_AFTER_VERBS = _words("""
the a an our their its his her your my this these those us them it
""")
_ARTICLES = _words("the a an our their its his her your my")
_COUNTS = _words("the a an our their its his her your my this one two three some many")
_COPULA = _words("are is was were be been being get gets got")
_ABSENT = frozenset(("without", "no", "lack", "lacks", "lacking"))
_ABSENT_CHINESE = ("没有", "缺少", "缺乏", "无")


@dataclass
class Reading:
    """What the words of one text mean, in their order.

    subjects  everyday subjects told by pictures of their own, each with the number of things named before it
    absent    things the text says are not there
    """

    subjects: list[tuple[str, Subject, int]] = field(default_factory=list)
    things: list[str] = field(default_factory=list)
    places: list[topics.Topic] = field(default_factory=list)
    topics: list[tuple[str, topics.Topic]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    light: str = ""
    weather: str = ""


def read_words(text: str, language: str) -> Reading:
    """The meaning of a text in English or Chinese; another language is read for the words it shares with English."""
    chinese = language.lower().startswith("zh") or re.search(r"[\u4e00-\u9fff]{2}", text) is not None
    return _read_chinese(text) if chinese else _read_english(text)


def forms(word: str) -> tuple[str, ...]:
    """The word and what it may be a form of: plurals, -ing, -ed, -er left off."""
    found = [word]
    if word in _PLURALS:
        found.append(_PLURALS[word])
    if word.endswith("'s"):
        found.append(word[:-2])
    if word.endswith("ies") and len(word) > 4:
        found.append(word[:-3] + "y")
    if word.endswith("es") and len(word) > 4:
        found.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        found.append(word[:-1])
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            found += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                found.append(stem[:-1])
    return tuple(dict.fromkeys(found))


def _read_english(text: str) -> Reading:
    reading = Reading()
    plain = senses.plain_english(text)
    for clause in re.split(r"[.,;:!?()]+", plain.lower().replace("’", "'")):
        _read_clause(reading, re.findall(r"[a-z][a-z'-]*", clause))
    return reading


def _read_clause(reading: Reading, words: list[str]) -> None:
    position = 0
    while position < len(words):
        for size in (4, 3, 2, 1):
            run = words[position : position + size]
            if len(run) < size:
                continue
            use = _use(words, position, size)
            if any(_note(reading, phrase, "en", use) for phrase in _phrases(run)):
                position += size
                break
        else:
            position += 1


@dataclass(frozen=True)
class _Use:
    """How a phrase is used: as a verb, as something that is absent, after an article or number, after "are"."""

    verb: bool = False
    absent: bool = False
    counted: bool = False
    stated: bool = False


def _use(words: list[str], position: int, size: int) -> _Use:
    before = words[position - 1] if position else ""
    absent = bool(_ABSENT & set(words[max(0, position - 2) : position]))
    return _Use(_is_verb(words, position, size), absent, before in _COUNTS or before.isdigit(), before in _COPULA)


def _is_verb(words: list[str], position: int, size: int) -> bool:
    """Whether the one word there is used as a verb: after "to" or "can", or with an object right behind it."""
    if size > 1:
        return False
    before = words[position - 1] if position else ""
    after = words[position + 1] if position + 1 < len(words) else ""
    if not position:
        return after in _ARTICLES
    return before in _BEFORE_VERBS or (before not in _AFTER_VERBS and after in _AFTER_VERBS)


def _phrases(run: list[str]) -> tuple[tuple[str, bool], ...]:
    """The phrase in each form of its last word, and whether that form is of a word with -ing or -ed taken off."""
    head, word = " ".join(run[:-1]), run[-1]
    if not head and word in _SMALL_WORDS:
        return ()
    return tuple((f"{head} {form}".strip(), form != word and word.endswith(("ing", "ed"))) for form in forms(word))


def _note(reading: Reading, form: tuple[str, bool], language: str, use: _Use) -> bool:
    """Enter what this form of a phrase means. True when any table knew it."""
    phrase, acted = form
    words = english_words() if language == "en" else chinese_words()
    name = words.get(phrase, "")
    if acted and not (name and thing_of(name) == "person"):
        return False  # "picked" is no pick, "travelled" no journey; "riding" still is somebody
    subject = subjects().get(phrase)
    known = any(phrase in table for table in (topics.places(), topics.topics(), topics.lights(), topics.weathers()))
    if not name and not known and not subject:
        name = _other_drawing(phrase, language, use)
    if not name and not known and not subject:
        return False
    if use.absent:
        reading.absent += [name] if name else []
        return True
    if subject:
        reading.subjects.append((phrase, subject, _weighty(reading.things)))
    if name and not (use.verb and thing_of(name) != "person"):
        reading.things.append(name)
    _note_setting(reading, phrase)
    return True


def thing_of(name: str) -> str:
    """The habitat of a drawing in the table, "" for one outside it."""
    known = all_things().get(name)
    return known.habitat if known else ""


def _weighty(named: list[str]) -> int:
    return sum(thing_of(name) in _WEIGHTY for name in named)


_WEIGHTY = ("creature", "sea", "vehicle", "rail", "boat", "plant", "building", "air")
"""Things that come before a subject named after them: "a bee visits a coffee bush" is about the bee."""


def _note_setting(reading: Reading, phrase: str) -> None:
    if phrase in topics.places():
        reading.places.append(topics.places()[phrase])
    if phrase in topics.topics():
        reading.topics.append((phrase, topics.topics()[phrase]))
    reading.light = reading.light or topics.lights().get(phrase, "")
    reading.weather = reading.weather or topics.weathers().get(phrase, "")


def _other_drawing(phrase: str, language: str, use: _Use) -> str:
    """A drawing known only by its own name, "" when there is none that may stand for the phrase."""
    if phrase in _SMALL_WORDS or use.verb or use.stated:
        return ""
    if language == "en" and phrase in senses.NO_OTHER_WORDS and not use.counted:
        return ""
    others = pictograms.other_english() if language == "en" else pictograms.other_chinese()
    name = others.get(phrase, "")
    return name if name and pictograms.sprite(name) is not None else ""


def _read_chinese(text: str) -> Reading:
    reading = Reading()
    read = ""
    for word in cut(senses.plain_chinese(text.lower())):
        if not word.isascii():
            _note(reading, (word, False), "zh", _Use(absent=read.endswith(_ABSENT_CHINESE)))
        read += word
    if re.search("[a-z]", text, re.IGNORECASE):
        more = _read_english(text)
        reading.things += more.things
        reading.topics += more.topics
        reading.subjects += more.subjects
    return reading
