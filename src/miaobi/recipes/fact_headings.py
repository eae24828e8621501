"""A heading made of a fact by rule: what stands when the engine's headings are not good enough.

There is no tagger in the default install, so the rules know where an English sentence may be cut without one: after an
opening "In the shade of trees", before a preposition once the verb has its object, before a known verb. A heading is
never cut behind a verb, and carries no numbers: those belong to the sentence below it. Nothing fits, nothing is given.
"""

from __future__ import annotations

import re

from miaobi.brief.language import is_cjk
from miaobi.recipes.chinese_words import noun_phrase_zh
from miaobi.recipes.topic import capitalised
from miaobi.recipes.verbs import (
    ADVERBS,
    NOUN_VERBS,
    PREPOSITIONS,
    base_of,
    find_verb,
    is_known_verb,
    is_participle,
    is_plural_phrase,
    kinds_of,
    third_person,
)

_FEWEST, _MOST, _MOST_CUT = 3, 8, 7
"""Words of a clause that stands as a heading whole, and of one that is cut."""
_SUBORDINATE = re.compile(
    r"\s(?:what|that|which|who|whose|because|than|except|so|while|although|if|when|where|until|once|after|before|"
    r"since)\b|[;:(–—]|\s-\s"
)
_CIRCUMSTANCE = re.compile(r"^\s(?:because|if|when|where|while|until|once|after|before|since)$")
_WHEN = re.compile(
    r"^(?:(?:each|every|one|this|last) (?:day|week|month|year|spring|summer|autumn|winter|night|morning|evening),?|"
    r"(?:in|on|by|since|after|before|from|at) [\w ]{0,12}?\d[\w:]*(?: to \d\w*)?,?|"
    r"today,?|now,?|then,?|later,?|first,?|here,?) ",
    re.IGNORECASE,
)
_ABOUT = r"(?:(?:about|around|roughly|up to|over|more than|less than|nearly|almost|at least|only)\s+)?"
_PARTS = r"(?:a|one|two|three|four)[\s-](?:third|quarter|half|fifth|tenth)s?|half|one in (?:\w+)"
_PORTION = re.compile(
    rf"^{_ABOUT}(?:\d[\d,.]*(?:\s*(?:to|-|–)\s*\d[\d,.]*)?\s*(?:%|percent|per cent)|{_PARTS})\s+(?:of\s+)?(?:all\s+)?"
    r"(?=[a-z])",
    re.IGNORECASE,
)
"""A part of what the fact is about. As an object it stays: who holds "69 percent of the water" holds not all of it."""
_MEASURED = re.compile(
    rf"\b{_ABOUT}\d[\d,.]*(?:\s*(?:to|-|–)\s*\d[\d,.]*)?\s*"
    r"(?!percent\b|per cent\b)[a-z]+(?:\s[a-z]+)?\s+of\s+(?=[a-z])",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?<!\bin )(?<!\bof )(?<!\bacross )\b(?:(?:about|around|up to|over|more than|nearly|almost|at least)\s+)?"
    r"\d[\d,.]*\s+"
    r"(?!(?:degrees|percent|met(?:er|re)s|kilo\w+|centi\w+|milli\w+|grams|tons|tonnes|lit(?:er|re)s|miles|feet|dollars|"
    r"seconds|minutes|hours|days|weeks|months|years|times)\b)(?=[a-z]+s\b)"
)
"""A number of things, which can be left out: "visits up to 100 flowers"; not a measure: "lasts 40 hours"."""
_SEASON = re.compile(r"^(?:In|During|At|On|After|Before|By) [\w-]+, (?=\w)")
_OPENING = re.compile(
    r"(?:during|in|on|at|with|without|under|over|after|before|inside|behind|around|near|across|along|beyond|between)\b",
    re.IGNORECASE,
)
_PER = re.compile(r"\s(?:a|an|each|every|per) (?:second|minute|hour|day|night|week|month|year|time|person)$")
_NEW_CLAUSE = frozenset("the a an it they we he she this these its their every each some many most people".split())
_BOUNDARIES = frozenset(
    "in on at for from with by into through to under over during without around between across along near".split()
)
_LOOSE_ENDS = (
    frozenset(
        (
            "a an the and but or nor for of in on at to by from with as into than about around up over under more "
            "most less least nearly almost only it them its their this these called every each some many few several "
            "can could may might will must should not very be been one two three four five six seven eight nine ten "
            "dozen half third thirds quarter quarters hundred hundreds thousand thousands million millions billion "
            "billions so too percent"
        ).split()
    )
    | ADVERBS
)
_QUANTITY = re.compile(r"^(?:most|many|some|all|every|each|few|several)\s+(?:of\s+)?", re.IGNORECASE)
_DETERMINERS = frozenset("a an the this that these those its their our his her some any no every each".split())
_STATE = re.compile(r"^(?:is|are|was|were|has|have|had|contains?|means?)$")
_NEED = re.compile(r"^(?:need|want|must)s?$")
_MODAL = re.compile(r"^can$")
_NEGATIVE = frozenset("cannot can't don't doesn't didn't won't isn't aren't".split())
_POINTING = frozenset("it this that these those they he she we you i there".split())
_VAGUE = re.compile(
    r"^(?:it|this|that|these|those|they|he|she|we|you|i|there|people|nobody|everyone|everybody|someone)$", re.IGNORECASE
)
_PEOPLES = (
    "Dutch|Chinese|English|French|German|American|European|Roman|Greek|Indian|Japanese|British|Spanish|Italian|African|"
    "Asian|Arab|Egyptian|Russian|Korean|Mexican|Portuguese|Turkish|Persian|Viking"
)
_NAMES = frozenset(
    (
        "afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahrain bangladesh "
        "barbados belarus belgium belize benin bhutan bolivia botswana brazil brunei bulgaria burundi cambodia "
        "cameroon canada chad chile china colombia croatia cuba cyprus denmark djibouti dominica ecuador egypt "
        "eritrea estonia ethiopia fiji finland france gabon gambia georgia germany ghana greece grenada guatemala "
        "guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan "
        "jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya lithuania "
        "luxembourg madagascar malawi malaysia maldives mali malta mauritania mauritius mexico moldova monaco "
        "mongolia montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman "
        "pakistan palestine panama paraguay peru philippines poland portugal qatar romania russia rwanda samoa "
        "senegal serbia seychelles singapore slovakia slovenia somalia spain sudan suriname sweden switzerland syria "
        "taiwan tajikistan tanzania thailand togo tonga tunisia turkmenistan uganda ukraine uruguay uzbekistan "
        "vanuatu venezuela vietnam yemen zambia zimbabwe britain england scotland wales tibet korea america africa "
        "asia europe antarctica california texas florida hawaii alaska oregon virginia ohio siberia bavaria tuscany "
        "crete sicily amsterdam ankara athens auckland baghdad bangkok barcelona beijing beirut belgrade berlin "
        "bogota boston brussels bucharest budapest cairo chicago copenhagen dallas damascus delhi denver dubai dublin "
        "edinburgh florence geneva glasgow guangzhou hamburg hanoi havana helsinki houston istanbul jakarta jerusalem "
        "johannesburg kabul karachi kyiv kyoto lagos lima lisbon liverpool london lyon madrid manchester manila "
        "melbourne miami milan montreal moscow mumbai munich nairobi naples osaka oslo paris philadelphia prague "
        "pyongyang quebec rome santiago seattle seoul shanghai shenzhen springfield stockholm sydney tehran tokyo "
        "toronto tunis vancouver venice vienna warsaw washington wellington zurich mars venus jupiter saturn mercury "
        "uranus neptune pluto earth monday tuesday wednesday thursday friday saturday sunday january february april "
        "june july august september october november december christmas easter ramadan google amazon microsoft "
        "facebook netflix toyota tesla samsung sony nokia boeing airbus lego nike adidas nintendo ibm intel twitter "
        "youtube newton darwin einstein shakespeare mozart beethoven bach picasso galileo gutenberg columbus napoleon "
        "confucius gandhi lincoln edison copernicus aristotle plato socrates caesar cleopatra michelangelo leonardo "
        "mandela churchill pasteur fleming curie messi pele jesus buddha muhammad islam christianity buddhism "
        "hinduism judaism"
    ).split()
)
"""Names that start sentences. A rare word is no name by being rare: "caffeine"."""
_PERSON_VERBS = re.compile(
    r"^(?:published|wrote|won|invented|discovered|painted|founded|composed|designed|conquered|sailed|noticed|proposed|"
    r"proved|directed|sang|played|scored|married|died|described|believed|argued|ruled|signed|crossed|said|thought|knew)$"
)
_EVERYDAY_ZIPF = 4.4
"""Of a word heard often ("paper" 5.2, "jazz" 4.7); names that start sentences are rarer ("newton" 4.0)."""


def fact_heading(fact: str, language: str) -> str:
    """A heading made of a fact: "Trees catch dust on their leaves." -> "How trees catch dust on their leaves".

    "" when no rule gives one that a reader would accept.
    """
    return _chinese(fact) if is_cjk(language) else _english(fact)


# ---------------------------------------------------------------- English


def _english(fact: str) -> str:
    plain = re.sub(r"\s+", " ", fact).strip().rstrip(".!")
    whole = _SEASON.sub("", _WHEN.sub("", plain))
    plain = _PORTION.sub("", whole)
    is_part = plain != whole
    plain = capitalised(_COUNT.sub("", _MEASURED.sub("", plain), count=1))
    if not plain[:1].isalpha():
        return ""
    if opening := _opening_phrase(plain):
        return capitalised(opening)
    words, end = _main_clause(plain)
    verb = find_verb(words)
    if verb is None:
        is_name = end == "amount" and 0 < len(words) <= 4 and _is_sound(words) and not _VAGUE.match(words[0])
        return " ".join(words) if is_name else ""  # "Roasting at about 200 degrees turns the beans brown"
    claims_all = is_part and _STATE.match(words[verb])  # "60 percent of the body is water"
    if not claims_all and (clause := _clause(words, verb, end)):
        return _clause_heading(clause, verb, is_because=end == "because")
    return _subject_heading(words[:verb])


def _clause(words: list[str], verb: int, end: str) -> list[str]:
    """The words of the clause a heading can be made of; [] where it cannot."""
    if words[0].lower() in _POINTING or not _fits_a_heading(words, verb):
        return []
    has_object = verb < len(words) - 1
    fits = has_object and _FEWEST <= len(words) <= _MOST and _is_sound(words)
    clause = words if fits else _cut(words, verb)
    if not clause and not has_object and end in ("circumstance", "because") and _is_sound(words[:verb]):
        return words  # "Volcanoes form where plates meet"
    return [] if clause and is_participle(clause[-1]) and _STATE.match(words[verb]) else clause


def _fits_a_heading(words: list[str], verb: int) -> bool:
    """Not "can be", "does not", "has been": what is left of those says the opposite, or nothing."""
    after = words[verb + 1].lower() if verb + 1 < len(words) else ""
    return not (words[verb].lower() in _NEGATIVE or after in ("not", "be", "never"))


def _subject_heading(words: list[str]) -> str:
    """What the fact is about: "Most earthquakes" -> "Earthquakes"; "" where it only points or is too long."""
    subject = _QUANTITY.sub("", " ".join(words)).split()
    while subject and subject[-1].lower() in ADVERBS:
        subject.pop()
    is_name = 0 < len(subject) <= _MOST_CUT and _is_closed(subject) and not _VAGUE.match(subject[0])
    return capitalised(" ".join(subject)) if is_name else ""


def _opening_phrase(plain: str) -> str:
    """ "In the shade of trees, streets are cooler" -> "In the shade of trees"; "" where a sentence has none."""
    if not _OPENING.match(plain):
        return ""
    words = plain.split(",")[0].split()
    if "," not in plain or len(words) > _MOST_CUT:
        end = next((n for n, word in enumerate(words) if n > 2 and word.lower() in _NEW_CLAUSE), 0)
        words = words[:end]
    is_whole = 2 < len(words) <= _MOST_CUT and words[-1].lower() not in _LOOSE_ENDS
    return " ".join(words) if is_whole and not _has_amount(words) else ""


def _main_clause(plain: str) -> tuple[list[str], str]:
    """The words of the first clause without loose ends, and what ended it: amount, circumstance, because or ""."""
    first, *after = _SUBORDINATE.split(plain, maxsplit=1)
    opens = _SUBORDINATE.findall(plain)[0].strip().lower() if after else ""
    end = "because" if opens == "because" else "circumstance" if _CIRCUMSTANCE.match(f" {opens}") else ""
    clause, *rest = re.split(r",\s*(?:and|but|or|so)?\s*", first)
    if rest and len(clause.split()) < _FEWEST:  # "Tyres, clothes and paint shed ..." is a list, not two clauses
        clause = first
    words = _PER.sub("", clause.rstrip(", ")).split()
    amount = next((n for n, word in enumerate(words) if _has_amount([word])), None)
    words = words[:amount]
    while words and (not words[-1][-1].isalnum() or words[-1].lower() in _LOOSE_ENDS):
        words.pop()
    return words, "amount" if amount is not None else end


def _cut(words: list[str], verb: int) -> list[str]:
    """The clause cut before a preposition or a second verb's "and", after the verb's object; [] where it has none."""
    most = _MOST_CUT + bool(_MODAL.match(words[verb]))  # a modal verb is left out of the heading
    for end in range(min(len(words) - 1, most), verb + 1, -1):
        at = words[end].lower()
        is_pair = at in ("and", "or") and end + 1 < len(words) and is_known_verb(words[end + 1])
        is_range = at == "to" and end + 1 < len(words) and not is_known_verb(words[end + 1])  # "seven to nine"
        cut = at in _BOUNDARIES and not is_range
        has_open_pair = "and" in words[verb:end] and not is_pair
        if (is_pair or cut) and not has_open_pair and _is_sound(words[:end]):
            return words[:end]
    return []


def _is_sound(words: list[str]) -> bool:
    """Whether a heading may end here: not in a small word, not in a verb that waits for its object."""
    last, previous = words[-1].lower() if words else "", words[-2].lower() if len(words) > 1 else "the"
    is_noun = previous in _DETERMINERS | PREPOSITIONS or base_of(last) in NOUN_VERBS or is_participle(last)
    return _is_closed(words) and (is_noun or not is_known_verb(last))


def _is_closed(words: list[str]) -> bool:
    last = words[-1].lower() if words else "the"
    return last[-1:].isalnum() and last not in _LOOSE_ENDS and not _has_amount(words)


def _has_amount(words: list[str]) -> bool:
    return any(re.search(r"[\d%°$€¥£]", word) for word in words)


def _clause_heading(words: list[str], verb: int, *, is_because: bool) -> str:
    if _STATE.match(words[verb]):
        return capitalised(" ".join(words))
    asks = "Why" if is_because or _NEED.match(words[verb]) else "How"
    kept = _without_can(words, verb)
    text = " ".join(kept[1:] if kept[0].lower() in ("many", "few") else kept)  # "How many workers" asks a number
    return f"{asks} {text if _keeps_capital(words, verb) else text[0].lower() + text[1:]}"


def _without_can(words: list[str], verb: int) -> list[str]:
    """ "A shark can smell blood" -> "a shark smells blood"; "can" stays where no known verb follows."""
    after = verb + 1
    while after < len(words) and words[after].lower() in ADVERBS:
        after += 1
    if words[verb] != "can" or after >= len(words) or "base" not in kinds_of(words[after]):
        return words
    is_plural = is_plural_phrase(" ".join(words[:verb]))
    return [*words[:verb], words[after] if is_plural else third_person(words[after]), *words[after + 1 :]]


def _keeps_capital(words: list[str], verb: int) -> bool:
    """Whether the first word is a name: listed, with more capitals, before another capital, or who did a thing."""
    first, follows = words[0], words[1] if len(words) > 1 else ""
    bare = re.sub(r"(?:['’]s?|,)$", "", first).lower()
    if first.lower() in _DETERMINERS:
        return False
    if re.match(rf"(?:{_PEOPLES})\b", first) or any(c.isupper() for c in first[1:]) or re.match(r"[A-Z]", follows):
        return True
    if bare in _NAMES or verb != 1 or not _PERSON_VERBS.match(words[verb]) or bare.endswith(("s", "ing")):
        return bare in _NAMES
    import wordfreq

    return bool(wordfreq.zipf_frequency(bare, "en") < _EVERYDAY_ZIPF)


# ---------------------------------------------------------------- Chinese


_LONGEST_ZH = 14
_WHEN_ZH = re.compile(
    r"^(?:(?:在|自|从|到|截至)?(?:公元前?)?约?\d+(?:世纪|年代?)?(?:\d+月)?(?:\d+日)?(?:年|月|日|底|初|以来|前|后)+|"
    r"每天|每年|每晚|今年|去年|目前|如今|现在|(?:今年|去年|明年)?(?:\d+月)(?:\d+日)?)"
)
_PORTION_ZH = re.compile(
    r"(?:大约|约|近|超过|至少)*"
    r"(?:[\d.]+[%％]|百分之[\d一二三四五六七八九十百]+|.分之.|[一二三四五六七八九]成|一半)(?:以上)?的"
)
_PEOPLE_ZH = re.compile(r"^(?:人口|人|成年人|居民|学生|儿童|家庭|员工|用户)")
_NUMBER_ZH = re.compile(r"\d|[一二三四五六七八九十百千万亿两]{2,}|[二三四五六七八九十两](?:个|倍|次|年|天|成)")
_EMPTY_ZH = frozenset(
    "人们 我们 他们 它们 它 他 她 这 那 这里 那里 这些 那些 其中 有人 研究 "
    "专家 科学家 研究人员 时候 其 本市 本店 本校 我校 我市 全市 全国 全球 全世界 世界".split()
)


def _chinese(fact: str) -> str:
    """The first clause when it is short, else what it is about: "树荫下的地面温度可以比…" -> "树荫下的地面温度"."""
    found = [piece for piece in re.split(r"[。！？；，;!?\n]|(?<!\d),|,(?!\d)", fact) if piece.strip()]
    pieces = [piece for piece in found if _WHEN_ZH.sub("", piece.strip())] or found or [fact]
    clause = next((piece for piece in pieces if len(piece) >= 5), pieces[0]).strip()
    if len(clause) <= _LONGEST_ZH and not _NUMBER_ZH.search(clause):
        return clause
    plain = _WHEN_ZH.sub("", clause)
    if portion := _PORTION_ZH.search(plain):
        return _rest_of_portion_zh(plain[portion.end() :])
    return _accepted_zh(noun_phrase_zh(plain))


def _rest_of_portion_zh(after: str) -> str:
    """Of a part of the people what they do ("三分之一的人每天喝茶" -> "喝茶"), of other things the thing."""
    people = _PEOPLE_ZH.match(after)
    if not people:
        return _accepted_zh(noun_phrase_zh(after))
    deed = re.sub(r"^(?:每[天年晚周月次]|都|会|已经?|在|经常|至少|有)*", "", after[people.end() :])
    return _accepted_zh(deed) if len(deed) <= 8 else ""


def _accepted_zh(heading: str) -> str:
    is_word = 2 <= len(heading) <= _LONGEST_ZH and heading not in _EMPTY_ZH
    return heading if is_word and not re.search(r"[\d%％]", heading) else ""
