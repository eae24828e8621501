"""Words and sentences of a text, for comparing and counting."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CJK: Final = re.compile(f"[{_HAN}\u3040-\u30ff]")
_UNIT: Final = re.compile(rf"[{_HAN}\u3040-\u30ff]|[^\W_{_HAN}\u3040-\u30ff]+(?:['’][^\W_{_HAN}\u3040-\u30ff]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?]+[\"”’')\]]*(?=\s|$)|[。！？!?…]+[”’」』）)]*")
_CJK_SHARE: Final = 1 / 3


def units(text: str) -> list[str]:
    """Words (folded) and single Han characters and kana, in order, without marks."""
    return _UNIT.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))


def is_cjk(found: list[str]) -> bool:
    """Whether a third of the units or more are Han characters or kana."""
    return len(_CJK.findall("".join(found))) >= max(1.0, len(found) * _CJK_SHARE)


def count_sentences(text: str) -> int:
    """Sentences, told by their closing marks; a text without any, as much verse is, counts its lines."""
    closed = len(_SENTENCE_END.findall(text))
    return closed or sum(bool(line.strip()) for line in text.split("\n"))


def words_for_counting(text: str) -> list[str]:
    """The words of a text: Chinese cut by jieba's dictionary, everything else at spaces and marks."""
    found = units(text)
    if not is_cjk(found):
        return found
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [word for word in _cutter().cut(folded, HMM=False) if _UNIT.match(word)]


@lru_cache(maxsize=1)
def _cutter() -> Any:
    """A cutter of our own: jieba's shared one loads a cache from a folder that everyone may write to."""
    import jieba

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter
