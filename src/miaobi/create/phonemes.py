"""From written-out text to phonemes: English through espeak-ng, Mandarin through pinyin, mixed text span by span.

espeak-ng comes inside piper-tts; it is one program state per process, so every call goes through one lock here.
Kokoro's alphabet is IPA with a few letters of its own (A eI, I aI, O oU, W aU, Y OI, T for the flap); the mapping
follows misaki's tables for espeak (https://github.com/hexgrad/misaki, Apache-2.0), which Kokoro was trained with.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

from miaobi.create.spoken.mandarin_readings import UNSETTLED, settle, split_particles
from miaobi.create.spoken.mandarin_tones import change_tones
from miaobi.errors import GenerationError

_espeak_lock = threading.Lock()
_espeak_ready = False

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
_SPAN = re.compile(rf"[{HAN}]+|[^{HAN}]+")
_OTHER_SCRIPTS = re.compile("[\u0400-\u1dff\u3041-\u318f\ua000-\ud7ff\uff66-\uffdc]+")
"""From Cyrillic to Hangul: espeak-ng would name each letter ("Japanese letter a"), so they are left out."""
_LETTERS = re.compile(r"\b(?:[A-Z] )+[A-Z](?:s\b|'s\b)?|(?<=[a-z] )A(?=[.,;:!?]|$)")

# Longest first: a later rule must not see what an earlier one was meant for.
_ESPEAK_TO_KOKORO = (
    ("ʔˌn\u0329", "tn"),
    ("ʔn\u0329", "tn"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("dʒ", "ʤ"),
    ("eɪ", "A"),
    ("tʃ", "ʧ"),
    ("ɔɪ", "Y"),
    ("oʊ", "O"),
    ("ʲo", "jo"),
    ("ʲə", "jə"),
    ("ʲ", ""),
    ("ɚ", "əɹ"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ː", ""),
    ("o", "ɔ"),
    ("e", "A"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɬ", "l"),
    ("ɾ", "T"),
    ("ʔ", "t"),
    ("\u0303", ""),
)
_KOKORO_VOWELS = "AIOQWYaæɑɐɒɔəɛɜiɪuʊʌᵊᵻ"
_PUNCTUATION = str.maketrans(
    {"，": ", ", "、": ", ", "。": ". ", "．": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; ", "…": "… ",
     "（": ", ", "）": ", ", "(": ", ", ")": ", ", "《": " ", "》": " ", "「": " ", "」": " ", "『": " ", "』": " ",
     "【": " ", "】": " ", "“": " ", "”": " ", "‘": " ", "’": "'", "—": ", ", "–": ", ", "·": " "}
)  # fmt: skip


def espeak_clauses(voice: str, text: str) -> list[tuple[str, str, bool]]:
    """(IPA, punctuation that ends it, whether a sentence ends there) of each clause, from espeak-ng."""
    global _espeak_ready
    from piper import espeakbridge
    from piper.phonemize_espeak import ESPEAK_DATA_DIR

    with _espeak_lock:
        try:
            if not _espeak_ready:
                espeakbridge.initialize(str(ESPEAK_DATA_DIR))
                _espeak_ready = True
            espeakbridge.set_voice(voice)
            found = espeakbridge.get_phonemes(spell_letters(text))
        except (RuntimeError, ValueError, UnicodeError) as error:
            raise GenerationError(f"espeak-ng could not phonemise {text[:60]!r} as {voice}: {error}") from error
    # "(en)" and "(fr)" mark words espeak reads by another language's rules
    return [(re.sub(r"\([^)]*\)", "", ipa).strip(), mark.strip(), bool(end)) for ipa, mark, end in found]


def spell_letters(text: str) -> str:
    """Spelled-out initialisms ("U S A") so that espeak-ng names each letter; alone, it reads "A" as the article."""

    def name(run: re.Match[str]) -> str:
        return re.sub(r"\bA\b", "eigh", re.sub(r"(?<=[A-Z])s$", "'s", run.group()))

    return _LETTERS.sub(name, text)


def english_phonemes(text: str) -> str:
    """Kokoro phonemes of English text, with the punctuation that shapes its melody."""
    clauses = [_to_kokoro(ipa) + mark for ipa, mark, _ in espeak_clauses("en-us", text)]
    return " ".join(clause for clause in clauses if clause)


def _to_kokoro(ipa: str) -> str:
    words = []
    for word in ipa.split():
        mapped = word if word == "ɐ" else word.replace("ɐ", "ə")  # the article keeps its own vowel
        for old, new in _ESPEAK_TO_KOKORO:
            mapped = mapped.replace(old, new)
        mapped = re.sub("(\\S)\u0329", r"ᵊ\1", mapped).replace("\u0329", "")
        words.append(re.sub(rf"əl(?![{_KOKORO_VOWELS}ˈˌ])", "ᵊl", mapped))
    return " ".join(words)


class MandarinPhonemes:
    """Kokoro phonemes of Chinese characters: words by jieba, pinyin by pypinyin, IPA with tone arrows by misaki."""

    def __init__(self, cache: Path) -> None:
        """`cache` keeps jieba's prepared dictionary (made on first use, half a second)."""
        import jieba

        jieba.setLogLevel(60)
        cache.mkdir(parents=True, exist_ok=True)
        self._words: Any = jieba.Tokenizer()
        self._words.tmp_dir = str(cache)
        self._words.initialize()
        self._classes: dict[str, str] | None = None  # 350,000 words: loaded when a text needs them

    def __call__(self, text: str) -> str:
        """`text` is Chinese characters only; those without a known reading are left out."""
        words = ("".join(map(_syllable_ipa, word)) for word in self.pinyin(text))
        return " ".join(word for word in words if word)

    def pinyin(self, text: str) -> list[list[str]]:
        """The syllables of each word, the tone as last sign (5 is the neutral one)."""
        from pypinyin import Style, lazy_pinyin

        words: list[str] = self._words.lcut(text, cut_all=False)
        needs_context = UNSETTLED.search(text) is not None
        if needs_context:
            words = split_particles(words, self._word_class)
        found = [lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore") for word in words]
        if needs_context:
            settle(words, found, self._word_class)
        change_tones(words, found)
        return found

    def _word_class(self, word: str) -> str:
        if self._classes is None:
            import jieba.posseg

            self._classes = jieba.posseg.POSTokenizer(self._words).word_tag_tab
        return self._classes.get(word, "")


def _syllable_ipa(pinyin: str) -> str:
    from misaki.zh import ZHG2P

    try:
        return str(ZHG2P.py2ipa(pinyin)).replace("\u032f", "")
    except (ValueError, AssertionError, IndexError):
        return ""  # an interjection without an IPA entry, e.g. "hmg"


def mixed_phonemes(text: str, mandarin: MandarinPhonemes) -> str:
    """Kokoro phonemes of a sentence of Chinese characters and Latin words, each in its own language."""
    plain = re.sub(r"\s+", " ", _OTHER_SCRIPTS.sub(" ", text.translate(_PUNCTUATION)))
    found: list[str] = []
    for span in _SPAN.findall(plain):
        if re.match(f"[{HAN}]", span):
            found.append(mandarin(span))
        elif re.search(r"[^\W\d_]", span):
            opening = re.match(r"[\s,.!?:;…]*", span)
            found.append(
                (opening.group() if opening else "") + english_phonemes(span.strip(" ,.!?:;…\n") + _tail(span))
            )
        else:
            found.append(span)
    joined = " ".join(part.strip() for part in found if part.strip())
    joined = re.sub(r"\s+([,.!?:;…])", r"\1", joined)
    return re.sub(r"([,.!?:;…])[\s,.!?:;…]*(?=[,.!?:;…])", "", joined).strip(" ,:;")


def _tail(span: str) -> str:
    match = re.search(r"[,.!?:;]+\s*$", span)
    return match.group().strip()[:1] if match else ""
