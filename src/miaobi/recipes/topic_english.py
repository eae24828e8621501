"""Reading an English topic: the question it asks, its clause, and the noun phrase it is about. Rules only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from miaobi.recipes.topic_value import SMALL_WORDS, Topic, title_case
from miaobi.recipes.verbs import (
    ADVERBS,
    CONJUNCTIONS,
    PREPOSITIONS,
    base_of,
    find_verb,
    gerund,
    is_known_verb,
    is_participle,
    is_plural_phrase,
    is_plural_word,
    kinds_of,
    past,
    third_person,
)

_ORDER = re.compile(
    r"^(?:please\s+)?(?:can you\s+|could you\s+|i (?:want|need|would like)\s+)?(?:to\s+)?"
    r"(?:(?:write|make|create|produce|tell me|explain|describe|talk|show|give me)\b\s*(?:me\s+)?)?"
    r"(?:(?:an?|the|some)\s+(?:[\w-]+\s+){0,3}?(?:article|essay|video|story|text|piece|clip|film|post)\s+)?"
    r"(?:(?:about|on|explaining|describing|regarding|covering)\s+)?",
    re.IGNORECASE,
)
_ASPECT = re.compile(
    r"^(?:an?\s+|the\s+)?(?:(?:short|brief|little|long|simple|quick|amazing|secret|surprising|hidden|many|real)\s+)?"
    r"(?:history|story|invention|origins?|discovery|birth|rise|future|science|physics|chemistry|psychology|joys?|secrets?|"
    r"art|basics|benefits?|importance|life|game|world|beginner'?s guide|guide|introduction|work|impact|effects?|"
    r"influence|role|advantages|disadvantages|pros and cons|dangers?|risks?|causes?|evolution|power|meaning|"
    r"day in the life|differences?|economics|mystery|magic|fall|rise and fall|cost|value)"
    r"\s+(?:of|to|behind|about|between)\s+(?P<subject>.+)$",
    re.IGNORECASE,
)
_EFFECT = re.compile(r"\b(?:impact|effects?|influence|role)\b", re.IGNORECASE)
_LIST = re.compile(
    r"^(?:the\s+)?(?:top\s+|best\s+)?(?:(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\s+)?(?:[\w-]+\s+)?"
    r"(?:tips|ways|reasons|things|facts|steps|ideas|tricks|mistakes|rules|lessons|myths|benefits|uses|causes|signs|habits|"
    r"questions)\s+(?P<link>for|to know about|(?:you|everyone) (?:should|must|need to) know about|"
    r"to|of|about|on|why|that)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:the\s+)?(?:top\s+)?\d{1,3}\s+(?=(?:[\w-]+\s+){0,3}[\w-]+)", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?P<word>why|how|where|when|what)\s+(?P<clause>.+)$", re.IGNORECASE)
_DEGREE = re.compile(
    r"^how\s+(?:(?:much|many)\s+(?P<counted>[\w-]+(?:\s+[\w-]+)?)\s+(?=(?:do|does|did|is|are|can|should|will)\b).*|"
    r"(?:much|many|long|far|old|fast|big|high|deep|often|hot|cold|tall|large|heavy|strong|smart|safe|dangerous)\s+"
    r"(?P<rest>(?:do|does|did|is|are|was|were|can|should|will)\s.+))$",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^which\s+(?P<rest>.+)$", re.IGNORECASE)
_WHO = re.compile(r"^who\s+(?P<rest>.+)$", re.IGNORECASE)
_TO_DO = re.compile(r"^(?P<word>what|where|when|which|who|whether|how)\s+to\s+(?P<deed>.+)$", re.IGNORECASE)
_ASKED = frozenset("is are was were do does did can could will would should must has have had".split())
_NOTS = {
    f"{word}n't": f"{whole} not"
    for word, whole in (
        pair.split(":")
        for pair in (
            "do:do does:does did:did ca:can is:is are:are wo:will should:should was:was were:were could:could"
        ).split()
    )
}
_NOBODY = frozenset("i you we it they he she this that there people everyone everybody nobody someone who one".split())
"""Subjects that say nothing: the topic is then what they do."""
_HELPING = frozenset(
    "can could will would should must may might do does did cannot not to have has had need want".split()
)
_DEEDS = {deed: deed for deed in ("sleep", "rain", "snow", "work", "dance", "play", "love", "fear")} | {
    "laugh": "laughter",
    "die": "death",
}
"""What a deed is called where it is not called by its form in -ing."""
_LINKING = frozenset("be become get stay feel look keep go live sleep".split())
_LIGHT = frozenset("care rid part time advantage sense fun sure".split())
_MANNERS = frozenset(
    "better well fast faster more less healthy healthily early quickly easily safely online again now properly "
    "cheaply".split()
)
_NEEDS = re.compile(r"^(?:need|want|love|use)s?$", re.IGNORECASE)
_MOST_TITLE_WORDS = 12


def read_english(plain: str) -> Topic:
    text = _ORDER.sub("", plain, count=1).strip() or plain
    first = re.split(r"\s+and\s+(?=(?:why|how|what|where|when)\b)", _first_clause(text))[0]
    question, clause, subject = (
        _asked(first) if first.split()[0].lower() in _QUESTION_WORDS else ("", "", _named(first))
    )
    subject = _short_phrase(subject) or first
    return Topic(
        text=text,
        title=title_case(_short(text, _MOST_TITLE_WORDS)),
        subject=subject,
        question=question,
        clause=clause,
        is_plural=is_plural_phrase(subject),
    )


_QUESTION_WORDS = _ASKED | {"why", "how", "where", "when", "what", "which", "who", "whether"} | frozenset(_NOTS)


def _asked(text: str) -> tuple[str, str, str]:
    """Question word, clause and subject of a topic that asks."""
    if deed := _TO_DO.match(text):
        word = deed["word"].lower()
        noun = _object_of(deed["deed"]) if word == "how" else _deed_as_noun(_until_preposition(deed["deed"].split()))
        return f"{word} to", deed["deed"], noun
    if degree := _DEGREE.match(text):
        return "", "", degree["counted"] or _subject_of(_uninverted(degree["rest"]))
    if which := _WHICH.match(text):
        return "", "", _which_subject(which["rest"].split())
    if who := _WHO.match(text):
        return "", "", _who_subject(who["rest"].split())
    if match := _CLAUSE.match(text):
        word, rest = match["word"].lower(), match["clause"]
        return ("what", *_what(rest)) if word == "what" else (word, *_clause_and_subject(rest, word))
    return "", "", _clause_and_subject(text, "whether")[1]


def _clause_and_subject(rest: str, word: str) -> tuple[str, str]:
    clause = _short(_uninverted(rest, is_place=word in ("where", "when")), _MOST_TITLE_WORDS)
    return clause, _subject_of(clause)


def _what(rest: str) -> tuple[str, str]:
    """ "is democracy", "are black holes made of", "causes earthquakes", "happens when you sleep", "bees eat"."""
    words = rest.split()
    first = words[0].lower()
    if first in ("is", "are", "was", "were") and len(words) > 1:
        thing = re.sub(
            r"\s+(?:(?:made|used|known|good|needed)\s+)?(?:of|for|like|about|from)$", "", " ".join(words[1:])
        )
        return "", _named(re.sub(r"\s+(?:so|such|made|called)\b.*$", "", thing))
    if first in ("happens", "happened") and len(words) > 2:
        return "", _subject_of(" ".join(words[2:])) if words[1] in ("when", "if", "to", "after") else _named(rest)
    if first not in _ASKED and "s" in kinds_of(first):
        return "", _object_of(rest)
    clause = _uninverted(rest)
    return clause, _subject_of(clause)


def _which_subject(words: Sequence[str]) -> str:
    """ "dog to choose" -> "dog"; "foods help you sleep" -> "foods"."""
    verb = find_verb(words)
    ends = {"to", "for", "should", "is", "are", "can"}
    end = next((n for n, word in enumerate(words) if n and word.lower() in ends), verb or len(words))
    return " ".join(words[: min(end, verb or end)])


def _who_subject(words: Sequence[str]) -> str:
    """ "invented the telephone" -> "the telephone"; "is Marie Curie" -> "Marie Curie"; "can give blood" as a noun."""
    first = words[0].lower()
    if first in ("is", "are", "was", "were") and len(words) > 1:
        return " ".join(words[1:])
    return _deed_as_noun(words) if first in _ASKED or len(words) < 2 else " ".join(_until_preposition(words[1:]))


def _uninverted(clause: str, *, is_place: bool = False) -> str:
    """ "do cities need trees" -> "cities need trees"; "does it work" -> "it works"; "is it hot" -> "it is hot"."""
    first, *rest = clause.split()
    auxiliary, _, negation = _NOTS.get(first.lower(), first.lower()).partition(" ")
    if auxiliary not in _ASKED or not rest:
        return clause
    if auxiliary in ("is", "are", "was", "were"):
        end = _end_of_noun(rest, is_place=is_place)
        return " ".join([*rest[:end], auxiliary, *([negation] if negation else []), *rest[end:]])
    end = find_verb(rest, inverted=True) or (1 if rest[0].lower() in _NOBODY else 0)
    if not end:
        return " ".join(rest)
    if auxiliary in ("do", "does", "did") and not negation:
        return " ".join(
            [*rest[:end], *(_bent(verb.lower(), auxiliary) for verb in rest[end : end + 1]), *rest[end + 1 :]]
        )
    negated = " ".join([*rest[:end], auxiliary, *([negation] if negation else []), *rest[end:]])
    return negated.replace("can not", "cannot")


def _bent(verb: str, auxiliary: str) -> str:
    return third_person(verb) if auxiliary == "does" else past(verb) if auxiliary == "did" else verb


def _end_of_noun(words: Sequence[str], *, is_place: bool) -> int:
    """Where the subject behind "is" ends: "the sky | blue", "climate change | dangerous", "polar bears | white"."""
    if words[0].lower() in _NOBODY or len(words) == 1:
        return 1
    stop = next((n for n, w in enumerate(words) if n and w.lower() in PREPOSITIONS | {"to", "so"} - {"of"}), len(words))
    plural = next((n for n in range(stop - 1) if is_plural_word(words[n]) and words[n + 1] not in ("and", "of")), None)
    if plural is not None:
        return plural + 1
    last = words[stop - 1].lower()
    if stop == 1 or (is_place and not is_participle(last)) or (stop < len(words) and words[stop] == "so"):
        return stop
    end = stop - 1
    while end > 1 and words[end - 1].lower() in (
        "so",
        "very",
        "too",
        "really",
        "not",
        "more",
        "most",
        "a",
        "an",
        "the",
    ):
        end -= 1
    return end


def _subject_of(clause: str) -> str:
    """What a clause is about: its subject, what it needs, or, of "we" and "it", what they do."""
    words = clause.split()
    if not words:
        return clause
    if words[0].lower() == "there" and len(words) > 2:
        return re.sub(r"^(?:so\s+)?(?:no|many|much|few|a|an|some|such)\s+", "", " ".join(words[2:]))
    if hard := re.match(r"it (?:is|was) (?:[\w-]+ ){1,3}to (.+)$", clause, re.IGNORECASE):
        return _deed_as_noun(hard[1].split())
    is_described = len(words) > 2 and words[1].lower() in PREPOSITIONS | {"who", "whose"}  # "people in Japan"
    if words[0].lower() in _NOBODY and len(words) > 1 and not is_described:
        return _deed_as_noun(words[1:])
    verb = find_verb(words)
    if verb is None:
        return _unsure_subject(words)
    rest = re.sub(r"^(?:more|many|some)\s+", "", " ".join(words[verb + 1 :]))
    if _NEEDS.match(words[verb]) and 0 < len(rest.split()) <= 3 and not rest.startswith("to "):
        return rest
    subject = list(words[:verb])
    while len(subject) > 1 and subject[-1].lower() in ADVERBS:
        subject.pop()
    return " ".join(subject)


def _unsure_subject(words: Sequence[str]) -> str:
    """Of a clause whose verb is not known: up to the first plural noun that is followed by a further word."""
    small = PREPOSITIONS | CONJUNCTIONS
    for n, word in enumerate(words[:-1]):
        if is_plural_word(word) and words[n + 1].lower() not in small:
            return " ".join(words[: n + 1])
    return words[0] if len(words) == 2 and words[0].lower() not in SMALL_WORDS else _short(" ".join(words), 2)


def _named(text: str) -> str:
    """The subject of a topic that asks nothing: "10 tips for better sleep", "the history of tea", "cats vs dogs"."""
    if listed := _LIST.match(text):
        link, rest = listed["link"].lower(), listed["rest"]
        if link == "that":
            return text[: listed.start("link")].strip()
        if link == "why":
            return _subject_of(_uninverted(rest))
        return _deed_as_noun(rest.split()) if link == "to" else _named(rest)
    if aspect := _ASPECT.match(text):
        subject = aspect["subject"]
        return re.split(r"\s+(?:on|in)\s+", subject)[0] if _EFFECT.search(text[: aspect.start("subject")]) else subject
    plain = _NUMBERED.sub("", text)
    if plain != text and is_plural_phrase(plain):
        return plain
    words = re.sub(r"\s+(?:vs\.?|versus)\s+", " and ", text).split()
    verb = find_verb(words)
    is_headline = verb is not None and verb + 1 < len(words) and is_known_verb(words[verb])
    if is_headline and verb and words[verb + 1].lower() not in PREPOSITIONS | CONJUNCTIONS:
        return _subject_of(" ".join(words))
    return " ".join(words)


def _deed_as_noun(words: Sequence[str]) -> str:
    """What is done, as a noun: "sleep" -> "sleep", "can save money" -> "saving money", "need sleep" -> "sleep"."""
    left = list(words)
    while len(left) > 1 and (left[0].lower() in ADVERBS or left[0].lower() in _HELPING):
        is_own = left[0].lower() in ("have", "has", "had", "need", "want", "do", "does", "did")
        follows = left[1].lower()
        if is_own and not (follows in ("to", "not", "n't") or (left[0].lower()[0] == "d" and kinds_of(follows))):
            break
        left = left[1:]
    if not left or not (kinds_of(left[0], known=False) or left[0].lower() in ("is", "are", "was", "were")):
        return " ".join(left)
    base, rest = base_of(left[0]), left[1:]
    is_bare = not rest or rest[0].lower() in PREPOSITIONS | CONJUNCTIONS
    if is_bare and base in _DEEDS:
        return _DEEDS[base]
    if (
        (_NEEDS.match(left[0]) or base in ("have", "get"))
        and rest
        and not is_bare
        and len(rest) <= 3
        and rest[0] not in _LIGHT
    ):
        noun = re.sub(r"^(?:more|some|a|an)\s+", "", " ".join(rest))
        if _NEEDS.match(left[0]) or is_plural_word(rest[-1]):
            return noun
    base = "be" if base in ("is", "are", "was", "were") else base
    return " ".join([gerund(base), *rest])


def _object_of(deed: str) -> str:
    """ "start running" -> "running"; "bake bread at home" -> "bread"; without an object the deed: "sleeping better"."""
    words = deed.split()
    base, rest = base_of(words[0]), words[1:]
    inside = _until_preposition(rest, ("to", "like", "when", "if", "using", "that", "who"))
    while len(inside) > 1 and (
        inside[-1].lower() in _MANNERS or (base in ("make", "help", "let") and _is_bare(inside))
    ):
        inside = inside[:-1]
    if rest and rest[0].lower() == "to":
        return _deed_as_noun(rest[1:])
    is_deed = base in _LINKING or not inside or inside[0].lower() in _MANNERS | _LIGHT
    return _deed_as_noun(words) if is_deed else " ".join(inside)


def _is_bare(words: Sequence[str]) -> bool:
    """Whether a verb ends what someone makes or helps another do: "bread rise"."""
    return "base" in kinds_of(words[-1])


def _until_preposition(words: Sequence[str], also: Sequence[str] = ()) -> list[str]:
    stops = (PREPOSITIONS | set(also)) - {"of"}
    end = next((n for n, word in enumerate(words) if word.lower() in stops), len(words))
    return list(words[:end])


def _first_clause(text: str) -> str:
    return re.split(r"[;:!?\n]|\.\s|,\s|\s[–—-]\s", text)[0].strip() or text


def _short(text: str, most_words: int) -> str:
    """The first clause, at most so many words, not ending in a small word."""
    first = _first_clause(text)
    words = first.split()[:most_words]
    if len(words) < len(first.split()) and "and" in words[-3:]:  # "soak up rain and reduce" was cut inside its pair
        words = words[: len(words) - words[::-1].index("and") - 1]
    while len(words) > 1 and words[-1].lower() in SMALL_WORDS:
        words.pop()
    return " ".join(words)


def _short_phrase(text: str) -> str:
    """A noun phrase of a few words, cut where a preposition or a relative clause begins."""
    words = text.split()
    most_words = 6 if words and words[0].lower().endswith("ing") else 4  # "living in the ice age"
    boundaries = (PREPOSITIONS | CONJUNCTIONS | {"to"}) - {"and", "or"}
    while len(words) > most_words:
        ends = [n for n, word in enumerate(words) if n and word.lower() in boundaries]
        if not ends:
            most_words = max(most_words, 6) if len(words) <= 6 else most_words  # "the city's new tram line"
            break
        words = words[: ends[-1]]
    if len(words) > most_words and "and" in words and len(words) <= most_words + 3:  # "a crocodile and an alligator"
        return " ".join(words)
    return _short(" ".join(words), most_words)
