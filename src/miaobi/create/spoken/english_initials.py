"""Initials in English: the full stop of "J. K. Rowling" and "E. coli" ends no sentence, that of "Plan B." does."""

from __future__ import annotations

import re

_INITIAL = re.compile(r"(?<![\w.'’])[A-Z]\.(?=\s)")
_OPENERS = frozenset(
    "It Its The He She They This That These Those We You But And So In On At A An I If When Then There For To As What "
    "Why How Who Where Not No Yes Nobody Everyone Now Here Also One Some Many Most All Each".split()
)
_LETTERED = frozenset(
    "Plan Vitamin Type Hepatitis Grade Class Group Part Option Section Appendix Figure Team Room Gate Point Step "
    "Exhibit Article Schedule Line Zone Model Item Answer Question Side Channel Series Level Block Building Terminal "
    "Chapter Table "
    "Version Mr Mrs".split()
)
"""After one of these a capital letter is a label."""
_BEFORE_NAMES = frozenset("by and with from".split())


def drop_initials_stops(text: str) -> str:
    """ "J. K. Rowling" as "J K Rowling"."""
    return _INITIAL.sub(
        lambda match: match.group()[0] if is_initial(text[: match.end()], text[match.end() :]) else match.group(), text
    )


def opens_sentence(rest: str) -> bool:
    """Whether `rest` begins with a word that, with a capital letter, hardly ever stands inside a sentence."""
    following = re.match(r"\s+([A-Z][a-z]*)\b", rest)
    return following is not None and following.group(1) in _OPENERS - {"I", "A"}


def is_initial(head: str, rest: str) -> bool:
    """Whether the capital letter with a full stop that ends `head` abbreviates a name that goes on in `rest`."""
    if not re.search(r"(?<![\w.'’])[A-Z]\.$", head):
        return False
    following = re.match(r"\s*([\w'’]+)(\.?)", rest)
    if following is None or re.match("[0-9]", following.group(1)):
        return False
    word, stop = following.groups()
    if word[0].islower() or (len(word) == 1 and stop and word.isupper()):
        return True
    return word not in _OPENERS and _can_precede(head[:-2].split())


def _can_precede(before: list[str]) -> bool:
    """Whether an initial may stand after these words: at a start, after another initial, a first name, or "by"."""
    if not before or before[-1][-1] in ".!?:,;(" or before[-1] in _BEFORE_NAMES:
        return True
    return len(before[-1]) > 1 and before[-1][0].isupper() and before[-1] not in _LETTERED
