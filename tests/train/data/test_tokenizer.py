"""Both tokenisers give back what they were given."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaobi.errors import StoreError
from miaobi.train.data.clean import clean
from miaobi.train.data.tokenizer import END, END_ID, UNKNOWN_ID, load_tokenizer, make_tokenizer

TEXTS = [
    "To be, or not to be, that is the question:\n\n  Whether 'tis nobler",
    "春眠不觉晓\n处处闻啼鸟",
    "don't 12345 été",
] * 3
BPE, _ = make_tokenizer("bpe", TEXTS, 400, 2)
CHAR, SEEN = make_tokenizer("char", TEXTS, 8000, 1)
ALPHABET = sorted(set("".join(TEXTS)))


@given(st.text(max_size=200).map(clean))
def test_bpe_gives_back_every_text(text: str) -> None:
    assert BPE.decode(BPE.encode(text).ids) == text


@given(st.text(st.sampled_from(ALPHABET), max_size=200))
def test_char_gives_back_every_text_of_its_characters_one_token_each(text: str) -> None:
    ids = CHAR.encode(text).ids
    assert len(ids) == len(text)
    assert CHAR.decode(ids) == text


def test_rare_characters_are_unknown_and_the_vocabulary_has_a_limit() -> None:
    rare, seen = make_tokenizer("char", ["aaab", "bbbc", "ddz"], 8000, 2)
    assert seen == 11
    assert rare.encode("abcz").ids == [3, 2, UNKNOWN_ID, UNKNOWN_ID]
    few, _ = make_tokenizer("char", ["aaab", "bbbc", "ddz"], 4, 1)
    assert few.get_vocab_size() == 4
    assert few.encode("dba").ids == [UNKNOWN_ID, 2, 3]


@pytest.mark.parametrize("tokenizer", [BPE, CHAR])
def test_text_that_spells_a_special_token_is_text(tokenizer: object) -> None:
    assert END_ID not in tokenizer.encode(f"to{END}be").ids  # type: ignore[attr-defined]
    assert tokenizer.token_to_id(END) == END_ID  # type: ignore[attr-defined]


def test_the_same_texts_give_the_same_file(tmp_path: Path) -> None:
    for kind in ("bpe", "char"):
        for number in range(3):
            make_tokenizer(kind, TEXTS, 400, 1)[0].save(str(tmp_path / f"{kind}{number}"))  # type: ignore[arg-type]
        assert len({(tmp_path / f"{kind}{number}").read_bytes() for number in range(3)}) == 1


def test_bpe_learns_words_and_is_shorter_than_characters() -> None:
    text = "the question whether the question is the question"
    learned, _ = make_tokenizer("bpe", [text] * 20, 400, 2)
    assert len(learned.encode(text).ids) < len(text) / 3


def test_a_file_that_is_no_tokeniser_of_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="not a tokeniser"):
        load_tokenizer(path)
    path.write_text('{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}', encoding="utf-8")
    with pytest.raises(StoreError, match="lacks the tokens"):
        load_tokenizer(path)
