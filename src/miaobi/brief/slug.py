"""Names of folders that every file system takes."""

from __future__ import annotations

import re
import unicodedata

_MOST_BYTES = 60
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def slug(topic: str) -> str:
    """A folder name for a topic: lower-case words joined by dashes, Chinese characters kept, at most 60 bytes.

    Latin accents go, other letters stay; a word is cut only when it fills the name alone. Names Windows keeps for
    itself (con, nul, ...) get "-work". "untitled" when nothing is left.
    """
    words = [re.sub(r"['’]", "", word) for word in _WORD.findall(_plain(topic))]
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer.encode()) > _MOST_BYTES:
            name = name or longer.encode()[:_MOST_BYTES].decode(errors="ignore")
            break
        name = longer
    if _RESERVED.match(name):
        name += "-work"
    return name or "untitled"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.encode(errors="ignore").decode()).casefold()
    bare = "".join(c for i, c in enumerate(folded) if not (unicodedata.combining(c) and _follows_latin(folded, i)))
    return unicodedata.normalize("NFC", bare)


def _follows_latin(text: str, index: int) -> bool:
    while index and unicodedata.combining(text[index]):
        index -= 1
    return text[index] < "\u0250"
