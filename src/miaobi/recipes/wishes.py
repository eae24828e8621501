"""A person's wish for one part, read for what even a bare language model can be steered by: words and length."""

from __future__ import annotations

import re

_SHORTER = re.compile(r"\b(?:shorter|shorten|cut|briefer|less|concise)\b|更?短|精简|缩短|简洁", re.IGNORECASE)
_LONGER = re.compile(r"\b(?:longer|more detail\w*|expand|extend)\b|更?长|详细|展开", re.IGNORECASE)
_MENTION = re.compile(
    r"\b(?:mention|include|add|talk about|say something about|bring in)\s+(?:the |a |an |some )?([\w' -]{2,40}?)"
    r"(?=$|[.,;!]|\s+(?:and make|in the|at the|but|please)\b)|"
    r"(?:提到|提及|加上|加入|写到|包括)([\u4e00-\u9fffA-Za-z0-9]{1,12})",
    re.IGNORECASE,
)


def wished_words(instruction: str) -> tuple[str, ...]:
    """What a wish asks to mention: "mention the river and the bridge" -> ("river", "bridge")."""
    found: list[str] = []
    for match in _MENTION.finditer(instruction):
        named = match[1] or match[2]
        found += [part.strip() for part in re.split(r"\s+and\s+(?:the |a |an )?|和|、", named) if part.strip()]
    return tuple(dict.fromkeys(found))


def wished_length(words: int, instruction: str) -> int:
    """The length a wish asks for: half for "shorter", half again for "longer"."""
    if _SHORTER.search(instruction):
        return max(8, words // 2)
    return words * 3 // 2 if _LONGER.search(instruction) else words
