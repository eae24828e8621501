"""Text as training wants it: one encoding, one form of each character, no control characters, no wide gaps.

Words, marks, line ends and the indentation of lines stay as they are, so verse keeps its shape.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SURELY_RIGHT: Final = re.compile(
    "[\x00-\x7f\u2010-\u2027\u3000-\u3029\u3030-\u303f\u3041-\u3096\u30a1-\u30fc\u3400-\u9fff\uff01-\uff5e]*"
)
"""Characters that no wrong decoding leaves alone among themselves: ASCII, Han, kana and their marks."""

_ESCAPES: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd"
    "\ufdd0-\ufdef\ud800-\udfff]"
)
_SPECIAL: Final = re.compile(r"<\|end\|>|<unk>")
_TRAILING: Final = re.compile(r"[^\S\n]+$", re.MULTILINE)
_GAPS: Final = re.compile(r"\n{3,}")
_MOST_PASSES: Final = 8


def clean(text: str) -> str:
    """The text with its encoding repaired (ftfy), in NFC, with at most one blank line at a stretch.

    Cleaning what is clean changes nothing.
    """
    for _ in range(_MOST_PASSES):  # one repair may uncover another
        before = text
        text = _once(text)
        if text == before:
            break
    return text


def _once(text: str) -> str:
    if not _SURELY_RIGHT.fullmatch(text):
        text = unicodedata.normalize("NFC", _repaired(text))
    text = _LINE_ENDS.sub("\n", text)
    text = _SPECIAL.sub("", _UNSEEN.sub("", _ESCAPES.sub("", text)).replace("\u00a0", " "))
    return _GAPS.sub("\n\n", _TRAILING.sub("", text)).strip("\n")


def _repaired(text: str) -> str:
    import ftfy

    # entities, widths, ligatures and quotes are the writer's; only what a wrong decoding did is undone
    return ftfy.fix_text(
        text,
        unescape_html=False,
        uncurl_quotes=False,
        fix_character_width=False,
        fix_latin_ligatures=False,
        normalization=None,
    )
