"""Verbs by rule: their English forms, which nouns are plural, and where the verb of an English clause stands.

There is no tagger in the default install. A form in a list is known; of the others wordfreq tells how often people
write them in -ing, which verbs are and nouns are not. That a verb agrees with its subject ("heat pumps save", "the pump
saves") tells most verbs from nouns of the same letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_REGULAR = (
    "absorb accept achieve act add adopt affect agree aim allow announce answer appear apply approve argue arrive ask "
    "attack attract avoid bake ban bark beat believe belong bloom boil boost borrow breathe burn call cancel carry "
    "cause change charge chase check chew choke clean clear climb close collect communicate compare complete connect "
    "conquer consider consume contain continue control cook cool count cover crash create crawl cross cry damage "
    "dance decide decline defeat delay deliver demand depend describe design destroy develop die digest disappear "
    "discover dissolve dominate double drop dry earn employ encourage end enjoy enter erupt escape evaporate evolve "
    "exceed exist expand expect explain explode explore fail fear fill finish float flood flow follow force form "
    "found freeze gain glow grab guard guide handle happen harm harvest hatch hate heal heat help hire hunt ignore "
    "improve include increase influence inspire introduce invent invest invite join jump kill land last laugh launch "
    "lay leak learn like limit link listen live load look love lower manage market match matter measure melt migrate "
    "mine miss mix move name need notice observe obtain occur offer open operate order orbit organise organize own "
    "pack paint pass perform pick plan plant play please pollinate pollute pour power prefer prepare preserve press "
    "prevent print process produce promise promote protect prove provide publish pull pump punish purr push rain "
    "raise reach receive recognise recognize recover recycle reduce reflect refuse regulate release rely remain "
    "remember remove rent repair replace report represent require rescue respond rest restore result return reveal "
    "revolve roar roast rob roll rotate rub rule rush rust save scan score search seem serve shape share shift show "
    "sign slip slow smell smile smoke snore snow soak solve sort sound spill spoil stare start state stay step stop "
    "store stretch suck suffer suggest supply support survive swallow sweat talk taste test thank thrive tie touch "
    "track train transform transport trap travel treat trigger trust try turn twist unite use vary visit vote wait "
    "wake walk want warm warn wash waste watch wear weigh welcome whisper win wish wonder work worry yawn"
).split()
_IRREGULAR = dict(
    line.split(":")
    for line in (
        "be:was become:became begin:began bite:bit blow:blew break:broke bring:brought build:built buy:bought "
        "catch:caught choose:chose come:came cost:cost cut:cut deal:dealt dig:dug do:did draw:drew drink:drank "
        "drive:drove eat:ate fall:fell feed:fed feel:felt fight:fought find:found fly:flew forget:forgot freeze:froze "
        "get:got give:gave go:went grow:grew hang:hung have:had hear:heard hide:hid hit:hit hold:held hurt:hurt "
        "keep:kept know:knew lay:laid lead:led leave:left let:let lie:lay lose:lost make:made mean:meant meet:met "
        "pay:paid put:put read:read ride:rode rise:rose run:ran say:said see:saw sell:sold send:sent set:set "
        "shake:shook shed:shed shine:shone shoot:shot shrink:shrank sing:sang sink:sank sit:sat sleep:slept "
        "slide:slid speak:spoke spend:spent spin:spun spread:spread stand:stood steal:stole stick:stuck sting:stung "
        "strike:struck swim:swam swing:swung take:took teach:taught tear:tore tell:told think:thought throw:threw "
        "understand:understood wake:woke wear:wore win:won write:wrote"
    ).split()
)
_PARTICIPLES = (
    "been begun bitten blown broken chosen done drawn drunk driven eaten fallen flown forgotten frozen given gone "
    "grown hidden known lain ridden risen run seen shaken shown shrunk sung sunk spoken stolen swum taken torn thrown "
    "worn written"
).split()
_BASES = frozenset([*_REGULAR, *_IRREGULAR])
AUXILIARIES = frozenset(
    "is are was were has have had do does did can could will would should must may might cannot can't won't isn't "
    "aren't doesn't don't didn't".split()
)
"""Verbs that stand before another or make a state."""
NOUN_VERBS = frozenset(
    "sleep dream rain snow laugh work dance play walk smile talk travel love hope change help use need worry fear "
    "trust fight sweat research exercise study age drink food market share score support taste trade start finish "
    "test train power control damage demand supply order result return sound waste plan plant land heat mine name "
    "rest rule shape smell smoke sign step store fish water lead rise fall cost cut run hit set hold catch attack "
    "increase harm force form end design report visit vote win loss cry race ride swim touch state limit link like "
    "order process".split()
)
"""Verbs that are nouns as often: a phrase may end in one."""
PREPOSITIONS = frozenset(
    "of in on at for from with without by into onto through to toward towards under over during around between across "
    "along near behind before after against among above below about inside outside beyond upon within since until "
    "than as like via per despite off up down out back away".split()
)
CONJUNCTIONS = frozenset("and or but nor so because if when where while that which who whose what although".split())
DETERMINERS = frozenset(
    "a an the this that these those its their our his her my your some any no every each both all "
    "few several many".split()
)
ADVERBS = frozenset(
    "never always often also usually sometimes still already just ever even rarely seldom only now then once mostly "
    "really soon again almost nearly mainly largely typically normally generally hardly today".split()
)
_PRONOUNS = frozenset("i you we they people".split())
_NO_PARTICIPLES = re.compile(
    r"^(?:hundred|speed|seed|bed|breed|weed|red|indeed|shed|feed|need|reed|greed|wed|led|sacred)$"
)
_FEWEST_ZIPF = 2.5
"""Of a form in -ing: "purring" 2.7 and "erupting" 2.7 are verbs, "laddering" 1.4 is none."""

_ONLY_VERBS = frozenset(
    "affect improve reduce prevent eat include become bring make give send allow let learn know think believe remove "
    "protect provide produce contain consume absorb destroy lose grow build understand create describe discover "
    "develop encourage enjoy keep get need help want teach explain cause protect beat save".split()
)
"""Verbs that are hardly nouns: what follows them is an object, also when it has a verb's letters ("affects sleep")."""

IRREGULAR_PLURALS = frozenset(
    "people children men women mice geese teeth feet police cattle bacteria data media sheep fish fungi criteria "
    "phenomena oxen lice wolves".split()
)
SINGULAR_NAMES = frozenset(
    "mars venus paris texas athens wales brussels naples laos honduras barbados kansas arkansas massachusetts dallas "
    "christmas moses james charles socrates hercules archimedes descartes dickens mercedes netflix atlas canvas "
    "cosmos chaos bias alias diabetes rabies measles herpes rickets billiards darts dominoes pancreas asbestos las "
    "los kudos pathos ethos rhinoceros".split()
)
_SINGULAR_PHRASES = re.compile(r"\b(?:united states|united nations|netherlands|star wars|world series)$", re.IGNORECASE)
_SINGULAR_S = re.compile(
    r"(?:ss|us|is|['’]s|news|series|lens|gas|"
    r"(?:phys|mathemat|polit|econom|eth|athlet|electron|genet|stat|robot|linguist|log|gymnast|mechan|dynam|analyt|opt|"
    r"acoust|aesthet|mnemon|obstetr|pediatr|aerob|phonet|semant|thermodynam|cybernet)ics)$",
    re.IGNORECASE,
)
_MAKING = frozenset(
    "growing making saving building choosing keeping training raising baking cooking writing teaching learning "
    "cleaning buying selling recycling using planting protecting eating drinking reading setting paying having "
    "getting taking losing finding stopping reducing avoiding managing solving answering asking "
    "giving washing drying".split()
)
"""Words in -ing whose next noun is their object: "growing tomatoes" is one thing, "migrating birds" are many."""


def is_plural_word(word: str) -> bool:
    """Whether an English noun is a plural: "bees", "children", not "physics" or "Paris"."""
    bare = word.lower().strip(",;:()\"'’")
    if bare in IRREGULAR_PLURALS:
        return True
    return len(bare) > 2 and bare.endswith("s") and bare not in SINGULAR_NAMES and not _SINGULAR_S.search(bare)


def is_plural_phrase(phrase: str) -> bool:
    """Whether an English noun phrase takes "are": by its head noun, which stands before the first preposition."""
    words = phrase.split()
    head = head_words(words)
    if not head or _SINGULAR_PHRASES.search(" ".join(head)):
        return False
    first = head[0].lower()
    if first in ("each", "every", "a", "an", "this", "that", "one") and "and" not in head:
        return False
    if first in _MAKING or (first.endswith("ing") and len(head) < len(words) and len(head) == 1):
        return False
    if first in ("both", "these", "those", "many", "several", "few"):
        return True
    return ("and" in head[1:-1] and not first.endswith("ing")) or is_plural_word(head[-1])


def head_words(words: Sequence[str]) -> list[str]:
    """The words before the first preposition or relative: "good sleep for teenagers" -> "good sleep"."""
    stops = PREPOSITIONS | {"that", "which", "who", "whose", "when", "where"}
    end = next((n for n, word in enumerate(words) if n and word.lower() in stops), len(words))
    return list(words[:end])


def third_person(verb: str) -> str:
    """ "smell" -> "smells", "carry" -> "carries", "be" -> "is"."""
    special = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    if verb in special:
        return special[verb]
    if re.search(r"(?:s|x|z|ch|sh)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def gerund(verb: str) -> str:
    """ "save" -> "saving", "lie" -> "lying", "run" -> "running"."""
    if verb == "be":
        return "being"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    return f"{verb}{verb[-1]}ing" if _doubles(verb) else f"{verb}ing"


def past(verb: str) -> str:
    """ "fall" -> "fell", "invent" -> "invented"."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if _doubles(verb) else f"{verb}ed"


def _doubles(verb: str) -> bool:
    known = {"begin", "forget", "prefer", "travel", "control", "admit", "occur", "regret", "submit", "permit"}
    return verb in known or bool(re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]|[^aeiou]*qui[tpz]", verb))


@lru_cache(maxsize=1)
def _known_forms() -> dict[str, tuple[str, frozenset[str]]]:
    """Each form of the listed verbs -> its base, and which forms it is: base, s, past."""
    found: dict[str, tuple[str, set[str]]] = {}
    for base in sorted(_BASES):
        for form, kind in ((base, "base"), (third_person(base), "s"), (past(base), "past")):
            found.setdefault(form, (base, set()))[1].add(kind)
    return {form: (base, frozenset(kinds)) for form, (base, kinds) in found.items()}


def base_of(word: str) -> str:
    """The base of a verb form: "lived" -> "live"; the word itself where it is not known to be one."""
    bare = word.lower()
    if bare in _known_forms():
        return _known_forms()[bare][0]
    is_s = bare.endswith("s") and "s" in kinds_of(bare, known=False)
    return next((base for base in _unspelled(bare) if _has_gerund(base)), bare) if is_s else bare


def is_known_verb(word: str) -> bool:
    """Whether a word is a finite form of a listed verb or an auxiliary."""
    return word.lower() in AUXILIARIES or word.lower() in _known_forms()


def is_participle(word: str) -> bool:
    """Whether a word may follow "is" in a passive: "roasted", "grown"."""
    bare = word.lower()
    kinds = _known_forms().get(bare, ("", frozenset()))[1]
    return bare in _PARTICIPLES or "past" in kinds or (bare.endswith("ed") and not _NO_PARTICIPLES.match(bare))


@lru_cache(maxsize=4096)
def kinds_of(word: str, *, known: bool = True) -> frozenset[str]:
    """Which finite forms a word can be: "base", "s", "past". Without `known`, of unlisted verbs too, by frequency."""
    bare = word.lower()
    if bare in _known_forms():
        return _known_forms()[bare][1]
    if known or not bare.isalpha() or len(bare) < 3 or bare in PREPOSITIONS | ADVERBS | DETERMINERS:
        return frozenset()
    if bare.endswith("ed") and not _NO_PARTICIPLES.match(bare):
        return frozenset({"past"})
    if bare.endswith("s") and not bare.endswith("ss"):
        return frozenset({"s"}) if any(_has_gerund(base) for base in _unspelled(bare)) else frozenset()
    return frozenset({"base"}) if _has_gerund(bare) else frozenset()


def _unspelled(form: str) -> tuple[str, ...]:
    """What a form in -s can come from: "relies" -> "rely"; "washes" -> "wash"."""
    if form.endswith("ies"):
        return (f"{form[:-3]}y",)
    return (form[:-1], form[:-2]) if re.search(r"(?:s|x|z|ch|sh)es$", form) else (form[:-1],)


def _has_gerund(base: str) -> bool:
    import wordfreq

    return bool(wordfreq.zipf_frequency(gerund(base), "en") >= _FEWEST_ZIPF)


def find_verb(words: Sequence[str], *, inverted: bool = False) -> int | None:
    """The place of a clause's finite verb, never the first word; None where no word is sure to be one.

    `inverted` is for what follows "does" or "can": there the verb is bare whatever its subject.
    """
    for known in (True, False):
        fits = [n for n in range(1, len(words)) if _fits(words, n, known, inverted)]
        for n in fits:
            if not _is_rather_a_noun(words, n, inverted):
                return n
    return None


def _fits(words: Sequence[str], n: int, known: bool, inverted: bool) -> bool:
    word, previous = words[n].strip(",").lower(), words[n - 1].lower()
    if (
        previous in DETERMINERS
        or previous in PREPOSITIONS
        or previous in CONJUNCTIONS
        or previous.endswith((",", "'s", "’s"))
    ):
        return False
    subject = _subject_before(words, n)
    if not subject or (n > 1 and not known and words[n][:1].isupper()):
        return False
    if word in AUXILIARIES and not inverted:
        return _agrees_auxiliary(subject, word)
    kinds = kinds_of(word, known=known)
    if inverted:
        return "base" in kinds
    return any(_agrees(subject, kind) for kind in kinds)


def _subject_before(words: Sequence[str], n: int) -> list[str]:
    """The words before place `n` without the adverbs next to it; [] where nothing but adverbs is left."""
    end = n
    while end and (words[end - 1].lower() in ADVERBS or (words[end - 1].lower().endswith("ly") and end > 1)):
        end -= 1
    subject = list(words[:end])
    return [] if len(subject) == 1 and subject[0].lower().endswith("ly") else subject


def _agrees(subject: Sequence[str], kind: str) -> bool:
    if kind == "past":
        return True
    is_plural = subject[-1].lower() in _PRONOUNS or is_plural_phrase(" ".join(subject))
    if "of" in subject and is_plural_word(subject[-1]):  # "a group of scientists" is either
        return True
    if subject[0].lower().endswith("ing") and len(subject) > 1:  # "migrating birds", "eating vegetables"
        return True
    return is_plural if kind == "base" else not is_plural and subject[-1].lower() not in ("i", "you", "we", "they")


def _agrees_auxiliary(subject: Sequence[str], word: str) -> bool:
    if word in ("are", "were", "have", "do") and len(subject) == 1 and not _agrees(subject, "base"):
        return subject[0][:1].isupper() or subject[0].lower() == "there"  # "Team USA were"
    return True


def _is_rather_a_noun(words: Sequence[str], n: int, inverted: bool) -> bool:
    """Whether the next word, or one behind a prepositional phrase, is the verb: "heat pumps save", "bus stops in"."""
    word = words[n].lower()
    is_can = word == "can" and n + 1 < len(words) and "s" in kinds_of(words[n + 1]) - {"base"}
    if is_can:  # "recycling one can saves energy"
        return True
    if word in AUXILIARIES or n + 1 >= len(words):
        return False
    if base_of(word) in _ONLY_VERBS and base_of(words[n + 1]) in NOUN_VERBS:
        return False
    if "past" in kinds_of(word, known=False) and "s" not in kinds_of(word, known=False):
        return False
    following = words[n + 1].lower()
    if following in AUXILIARIES or kinds_of(following):
        return _fits(words, n + 1, True, inverted)
    if "s" in kinds_of(word, known=False) and following in PREPOSITIONS:
        return any(_wants_plural(words, m) for m in range(n + 3, len(words)) if "and" not in words[n:m])
    return False


def _wants_plural(words: Sequence[str], m: int) -> bool:
    only_plural = words[m].lower() in ("are", "were", "have") or kinds_of(words[m]) == {"base"}
    return only_plural and words[m].lower() not in NOUN_VERBS and _fits(words, m, True, False)
