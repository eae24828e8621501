"""Cleaning repairs and settles, and leaves the shape of verse alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaobi.train.data.clean import clean

ANY_TEXT = st.text(st.characters(), max_size=120)


@given(ANY_TEXT)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_what_comes_out_is_nfc_without_control_characters_and_wide_gaps(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"}} - {"\n", "\t"}
    assert "\n\n\n" not in cleaned
    assert "<|end|>" not in cleaned
    cleaned.encode("utf-8")


@given(st.lists(st.text(st.sampled_from("abc 春眠不觉晓,。'“”"), max_size=9), max_size=12))
def test_lines_keep_their_order_words_and_indentation(lines: list[str]) -> None:
    kept = [line.rstrip() for line in clean("\n".join(lines)).split("\n")]
    wanted = [line.rstrip() for line in lines]
    assert [line for line in kept if line] == [line for line in wanted if line]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("La dÃ©jÃ\xa0 vu", "La déjà vu"),
        ("It’s “quoted”, ＡＢ，ﬁne &amp; so", "It’s “quoted”, ＡＢ，ﬁne &amp; so"),
        ("e\u0301te\u0301", "été"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n \n\t\n\nb", "a\n\nb"),
        ("\ufeff zero\u200bwidth\x00 \x1b[31mred\x1b[0m", " zerowidth red"),
        ("end<|end|>start <|en<unk>d|>", "endstart"),
        ("    indented\n        verse  ", "    indented\n        verse"),
        ("\u3000\u3000春眠不觉晓，处处闻啼鸟。", "\u3000\u3000春眠不觉晓，处处闻啼鸟。"),
        ("lone \ud800 surrogate", "lone  surrogate"),
    ],
)
def test_examples(raw: str, wanted: str) -> None:
    assert clean(raw) == wanted
