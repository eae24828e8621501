"""Which language a text is in, also when it is only a few words long."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNIT = re.compile(rf"[{_HAN}]|[\u3040-\u30ff]|[^\W\d_{_HAN}\u3040-\u30ff]+")
_SCRIPTS = (
    ("zh", re.compile(f"[{_HAN}]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_CODES = {
    "latin": "en de fr es it pt nl sv da no fi pl cs ro hu tr id vi hr sk ca",
    "cyrillic": "ru uk bg sr",
    "arabic": "ar fa ur",
}
_FEWEST_LETTERS = 16
_SURE = 0.75

NAMES = {
    "english": "en", "chinese": "zh", "mandarin": "zh", "mandarin chinese": "zh", "simplified chinese": "zh",
    "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "dutch": "nl",
    "japanese": "ja", "korean": "ko", "russian": "ru", "arabic": "ar", "hindi": "hi", "polish": "pl", "中文": "zh",
    "汉语": "zh", "华语": "zh", "普通话": "zh", "国语": "zh", "简体中文": "zh", "英文": "en", "英语": "en",
    "德语": "de", "德文": "de", "法语": "fr", "法文": "fr", "西班牙语": "es", "日语": "ja", "日文": "ja",
    "韩语": "ko", "俄语": "ru", "葡萄牙语": "pt", "意大利语": "it",
}  # fmt: skip
"""Names of languages as people write them, to BCP 47 primary tags."""


def is_cjk(language: str) -> bool:
    """Whether a BCP 47 tag names a language written in Han characters without spaces (Chinese, Japanese)."""
    return language.lower().split("-")[0] in {"zh", "cmn", "yue", "ja"}


def is_cjk_text(text: str) -> bool:
    """Whether a text is written in Han characters or kana, as far as the script tells: at once, without a model."""
    units = _UNIT.findall(text)
    return sum(bool(_SCRIPTS[0][1].match(unit) or _SCRIPTS[1][1].match(unit)) for unit in units) >= max(
        1, len(units) / 3
    )


def detect_language(text: str) -> str:
    """The BCP 47 primary tag of the language most of the text is in; "en" when nothing tells.

    The script decides first (a Han character counts one, as does a word in letters; a third of Han is enough for
    Chinese, since Chinese texts carry Latin names and English ones carry no Han). Within Latin, Cyrillic and Arabic
    letters py3langid decides between the usual languages; when there are fewer than 16 Latin letters or it is not
    sure, a Latin text counts as English.
    """
    units = _UNIT.findall(text)
    if not units:
        return "en"
    counts = {name: sum(bool(pattern.match(unit)) for unit in units) for name, pattern in _SCRIPTS}
    if counts["ja"] and counts["ja"] + counts["zh"] >= len(units) / 3 and counts["ja"] >= counts["zh"] / 8:
        return "ja"
    if counts["zh"] >= len(units) / 3:
        return "zh"
    script, most = max(counts.items(), key=lambda item: item[1])
    if most <= len(units) / 2 or script in {"zh", "ja"}:
        script = "latin"
    if script not in _CODES:
        return script
    best, probability = _identifier(script).classify(re.sub(r"[\d_]+", " ", text))
    if script == "latin" and (sum(map(len, units)) < _FEWEST_LETTERS or probability < _SURE):
        return "en"
    return str(best)


@lru_cache(maxsize=3)
def _identifier(script: str) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CODES[script].split())
    return identifier
