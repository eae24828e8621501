"""Web and mail addresses, read sign by sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from re import Match

_MAIL = r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_WEB = r"(?:https?://|www\.)[A-Za-z0-9._~:/?#@!$&*+;=%-]+"
_BARE = r"(?<![\w.@-])[a-z0-9-]+\.(?:com|org|net|io|edu|gov|cn|ai|dev|app|co\.uk)\b(?:/[A-Za-z0-9._~/-]*)?(?!\w)"
_CLOSING = ".,;:!?"


def say_addresses(text: str, names: Mapping[str, str], say_digits: Callable[[str], str]) -> str:
    """`text` with each address in words: `names` says what a sign is called, `say_digits` how figures are read.

    The scheme and "www." are left out; a mark that closes the sentence stays outside.
    """

    def say(match: Match[str]) -> str:
        found = match.group().rstrip(_CLOSING)
        closing = match.group()[len(found) :]
        address = re.sub(r"^(?:https?://)?(?:www\.)?", "", found).rstrip("/")
        words = re.sub(r"[0-9]+", lambda run: f" {say_digits(run.group())} ", address)
        return f" {''.join(f' {names[sign]} ' if sign in names else sign for sign in words).strip()}{closing} "

    for pattern in (_MAIL, _WEB, _BARE):
        text = re.sub(pattern, say, text)
    return text
