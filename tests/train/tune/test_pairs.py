"""Pairs: what can be read, what is refused and how that is said, how they are split."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from miaobi.errors import InputError, StoreError
from miaobi.train.tune.pairs import read_pairs, split_pairs
from miaobi.train.tune.pairs_data import PairsData, keep_pairs, require_same

GOOD = '{"prompt": "a", "answer": "b"}'
CHAT = '{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}'


def file_of(tmp_path: Path, *lines: str | bytes) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return path


def test_lines_of_both_forms_are_read_exactly_and_blank_ones_passed_over(tmp_path: Path) -> None:
    path = file_of(tmp_path, '\ufeff{"prompt": " a\\n", "answer": "b ", "more": 1}', "", CHAT, "  ")
    first, second = read_pairs(path).pairs
    assert (first.prompt, first.answer, first.line) == (" a\n", "b ", 1)
    assert ([tuple(message) for message in second.messages], second.line) == ([("user", "q"), ("assistant", "a")], 3)
    assert second.shown() == ("user: q", "a")


def test_lines_that_say_the_same_count_once(tmp_path: Path) -> None:
    read = read_pairs(
        file_of(tmp_path, GOOD, '{"answer": "b", "prompt": "a"}', CHAT, CHAT, '{"prompt":"a","answer":"c"}')
    )
    assert (len(read.pairs), read.duplicates) == (3, 2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Line 2 is not JSON"),
        ("[" * 100_000, "Line 2 is not JSON"),
        ("[1]", "Line 2 is a list, not an object"),
        ("3", "Line 2 is a number"),
        ('{"prompt": "a"}', 'Line 2 has no "answer"'),
        ('{"answer": "a"}', 'Line 2 has no "prompt"'),
        ('{"prompt": "a", "answer": " "}', 'Line 2 has an empty "answer"'),
        ('{"prompt": "a", "answer": null}', 'Line 2 has a "answer" that is a null, not text'),
        ('{"prompt": "a", "answer": "\\ud800"}', "Line 2 has half a character"),
        (b'{"prompt": "a", "answer": "\xff"}', r"Line 2 is not UTF-8 \(byte 28 is 0xff\)"),
        ('{"messages": []}', "Line 2 .*at least two"),
        ('{"messages": [{"role": "user", "content": "q"}, {"role": "dog", "content": "q"}]}', "role 'dog'"),
        ('{"messages": [{"role": "user", "content": "q"}, {"role": "user", "content": "q"}]}', "has to be the assist"),
        ('{"messages": [{"role": "user"}, {"role": "assistant", "content": "q"}]}', 'has no "content"'),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str | bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_pairs(file_of(tmp_path, GOOD, line))


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Line 1 .*line 3 .*and 97 more\.") as refused:
        read_pairs(file_of(tmp_path, *["{"] * 100))
    assert "line 4 " not in str(refused.value)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="has no pairs"):
        read_pairs(file_of(tmp_path, content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_pairs(path)


def test_one_prompt_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is one prompt; it takes at least two that differ"):
        split_pairs(read_pairs(file_of(tmp_path, GOOD, '{"prompt": "a", "answer": "c"}')).pairs, 0.5)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.999])
def test_answers_to_one_prompt_stay_together_and_both_parts_have_some(tmp_path: Path, share: float) -> None:
    lines = [json.dumps({"prompt": f"p{n % 40}", "answer": f"a{n}"}) for n in range(120)]
    pairs = read_pairs(file_of(tmp_path, *lines)).pairs
    learned, held_out = split_pairs(pairs, share)
    assert sorted([*learned, *held_out]) == sorted(pairs)
    assert not {pair.prompt for pair in learned} & {pair.prompt for pair in held_out}
    assert learned
    assert held_out
    if 0.05 < share < 0.95:
        assert abs(len(held_out) / 120 - share) < 0.2


def test_a_pair_stays_in_its_part_when_others_come(tmp_path: Path) -> None:
    lines = [json.dumps({"prompt": f"p{n}", "answer": "a"}) for n in range(60)]
    few = split_pairs(read_pairs(file_of(tmp_path, *lines[:30])).pairs, 0.3)[1]
    many = split_pairs(read_pairs(file_of(tmp_path, *lines)).pairs, 0.3)[1]
    assert {pair.prompt for pair in few} == {pair.prompt for pair in many} & {f"p{n}" for n in range(30)}


def test_kept_pairs_open_again_and_damage_is_seen(tmp_path: Path) -> None:
    source = file_of(tmp_path, *[json.dumps({"prompt": f"p\u2028{n}", "answer": "答"}) for n in range(9)], "", CHAT)
    kept = keep_pairs(source, 0.3, tmp_path / "data")
    opened = PairsData.open(tmp_path / "data")
    both = [*opened.pairs("train"), *opened.pairs("validation")]
    assert sorted(both) == sorted(read_pairs(source).pairs)
    assert opened.digest == kept.digest
    require_same(source, 0.3, opened)
    source.write_text(f"{GOOD}\n{CHAT}\n")
    with pytest.raises(InputError, match="does not hold the pairs that this model began with"):
        require_same(source, 0.3, opened)
    (tmp_path / "data" / "train.jsonl").write_text(f"{GOOD}\n")
    with pytest.raises(StoreError, match="not those that its card"):
        PairsData.open(tmp_path / "data")
    with pytest.raises(InputError, match="There are no pairs"):
        PairsData.open(tmp_path / "none")
