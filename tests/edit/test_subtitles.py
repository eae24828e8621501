"""Subtitles: their text, times and layout, and the files read back by an independent parser."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaobi.base.engine import TimedWord
from miaobi.edit.subtitles import (
    Cue,
    CueRules,
    align_words,
    make_cues,
    reading_speed,
    rules_for,
    shift_cues,
    to_srt,
    to_vtt,
)

ENGLISH = (
    "Why do cities need trees? On a July afternoon in 2024, the pavement of an open street can reach 52.5 degrees; "
    "under a row of old plane trees, it's barely 31. “Shade”, says Dr. Lin, “is the cheapest air conditioning we have "
    "ever built”, and it slows the rain (about 1,200 litres a year) and gives birds a place to rest."
)
CHINESE = (
    "城市为什么需要树？在2024年7月的一个下午，没有遮挡的街道路面温度可以达到52.5摄氏度，而在一排老梧桐树下，只有31度。"
    "林博士说：“树荫是我们建造过的最便宜的空调。”它还能净化空气、减缓雨水，让鸟类、昆虫和人们有地方休息。"
)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def heard(text: str, pace: float = 0.4, start: float = 0.5) -> tuple[TimedWord, ...]:
    return tuple(
        TimedWord(text=word, start_seconds=start + pace * n, end_seconds=start + pace * n + 0.9 * pace)
        for n, word in enumerate(text.split())
    )


def check_rules(cues: tuple[Cue, ...], text: str, duration: float, rules: CueRules) -> None:
    assert bare("".join(cue.text for cue in cues)) == bare(text)
    for cue in cues:
        assert 0 <= cue.start_seconds < cue.end_seconds <= duration
        assert cue.end_seconds - cue.start_seconds <= rules.max_seconds + 0.001
        assert len(cue.text.split("\n")) <= rules.lines
        assert all(0 < width(line) <= rules.line_width for line in cue.text.split("\n"))
    for before, after in pairwise(cues):
        assert before.end_seconds <= after.start_seconds


@pytest.mark.parametrize(("text", "language", "duration"), [(ENGLISH, "en", 24.0), (CHINESE, "zh", 26.0)])
@pytest.mark.parametrize("is_portrait", [False, True])
def test_cues_follow_the_rules(text: str, language: str, duration: float, is_portrait: bool) -> None:
    rules = rules_for(language, is_portrait=is_portrait)
    cues = make_cues(text, (), duration, language, rules)
    check_rules(cues, text, duration, rules)
    assert all(cue.end_seconds - cue.start_seconds >= 1.0 for cue in cues)
    assert all(reading_speed(cue) <= (20 if language == "en" else 9) for cue in cues)
    for before, after in pairwise(cues):
        assert after.start_seconds - before.end_seconds >= 0.0799


def test_no_word_or_number_is_cut() -> None:
    for text, language, duration in ((ENGLISH, "en", 24.0), (CHINESE, "zh", 26.0)):
        pieces = [line for cue in make_cues(text, (), duration, language) for line in cue.text.split("\n")]
        for whole in ("52.5", "2024", "31") + (
            ("1,200", "(about", "Dr.", "it's") if language == "en" else ("摄氏度", "城市")
        ):
            assert any(whole in piece for piece in pieces), whole
        if language == "en":
            assert [word for piece in pieces for word in piece.split()] == text.split()


def test_cues_break_at_clauses() -> None:
    ends = [cue.text[-1] for cue in make_cues(ENGLISH, (), 24.0, "en")[:-1]]
    assert sum(end in ".?;,:”" for end in ends) >= len(ends) - 1
    assert all(cue.text[-1] in "，。？：、”" for cue in make_cues(CHINESE, (), 26.0, "zh"))


def test_lines_do_not_begin_with_closing_punctuation() -> None:
    for language, text in (("en", ENGLISH), ("zh", CHINESE)):
        for cue in make_cues(text, (), 25.0, language, rules_for(language, is_portrait=True)):
            for line in cue.text.split("\n"):
                assert line[0] not in "，。？！：；、”》）,.;:!?)"
                assert line[-1] not in "“《（("


def test_times_come_from_the_transcript() -> None:
    text = "The first sentence is here. After a long silence, the second one follows."
    words = heard("The first sentence is here.", 0.4, 1.0) + heard(
        "After a long silence, the second one follows.", 0.4, 9.0
    )
    cues = make_cues(text, words, 14.0)
    assert cues[0].start_seconds == pytest.approx(1.0, abs=0.1)
    assert 2.9 <= cues[0].end_seconds <= 4.5
    assert next(cue for cue in cues if cue.text.startswith("After")).start_seconds == pytest.approx(9.0, abs=0.1)


def test_the_narration_wins_over_a_wrong_transcript() -> None:
    text = "In 2024 the plane tree on Queen's Road was felled, and the whole street changed."
    said = heard("In twenty twenty-four the plain three on Queens Road was fell and a hole street changed", 0.5, 2.0)
    timed = align_words(text, said, 12.0)
    assert [word.text for word in timed] == text.split()
    at = {word.text: word.start_seconds for word in timed}
    spoken = {word.text: word.start_seconds for word in said}
    assert at["Road"] == pytest.approx(spoken["Road"], abs=0.01)
    assert at["street"] == pytest.approx(spoken["street"], abs=0.01)
    assert spoken["the"] < at["plane"] < spoken["on"]
    assert "2024" in make_cues(text, said, 12.0)[0].text


def test_chinese_is_aligned_by_character() -> None:
    text = "城市需要树，因为树给我们荫凉。"
    words = (
        TimedWord(text="城市需要", start_seconds=1.0, end_seconds=2.0),
        TimedWord(text="数", start_seconds=2.0, end_seconds=2.3),  # misheard 树
        TimedWord(text="因为树", start_seconds=5.0, end_seconds=6.0),
        TimedWord(text="给我们荫凉", start_seconds=6.0, end_seconds=7.5),
    )
    timed = align_words(text, words, 8.0)
    assert "".join(word.text for word in timed) == text
    at = {word.text: word.start_seconds for word in timed}
    assert at["树，"] == pytest.approx(2.0, abs=0.05)
    assert at["因"] == pytest.approx(5.0, abs=0.05)
    assert at["凉。"] == pytest.approx(7.2, abs=0.1)


def test_an_unrelated_transcript_is_not_trusted() -> None:
    text = "Every word of this narration differs from what the listener believed."
    words = tuple(TimedWord(text="zzz", start_seconds=0.1 * n, end_seconds=0.1 * n + 0.1) for n in range(3))
    timed = align_words(text, words, 10.0)
    assert timed[-1].end_seconds > 7.0


def test_shift_moves_every_cue() -> None:
    cues = make_cues(ENGLISH, (), 24.0)
    moved = shift_cues(cues, 12.5)
    assert [cue.text for cue in moved] == [cue.text for cue in cues]
    assert all(b.start_seconds == pytest.approx(a.start_seconds + 12.5) for a, b in zip(cues, moved, strict=True))


@pytest.mark.parametrize(("write", "format"), [(to_srt, "srt"), (to_vtt, "vtt")])
def test_files_read_back(write: object, format: str) -> None:
    cues = (*make_cues(CHINESE, (), 26.0, "zh"), Cue(start_seconds=30, end_seconds=31.25, text="a {b} \\N <i> & c"))
    asset = write(cues)  # type: ignore[operator]
    text = asset.read().decode("utf-8")
    assert text.startswith("WEBVTT") == (format == "vtt")
    back = pysubs2.SSAFile.from_string(text, format_=format)
    assert len(back) == len(cues)
    for event, cue in zip(back[:-1], cues[:-1], strict=True):
        assert event.plaintext == cue.text
        assert event.start == round(cue.start_seconds * 1000)
        assert event.end == round(cue.end_seconds * 1000)
    assert "b" in back[-1].plaintext
    assert "\\N" not in text


AWKWARD = "A <i>good</i> {tea} --> {\\an8}arrow\nTea for <kids> & R&D &lt;"


def test_captions_say_what_the_narration_says() -> None:
    """Read as WebVTT 6.4 has it: tags are taken out, then references resolved."""
    cues = (Cue(start_seconds=1, end_seconds=2, text=AWKWARD), Cue(start_seconds=3, end_seconds=4, text="b"))
    text = to_vtt(cues).read().decode()
    payload = text.split("\n\n")[1].split("\n", 2)[2]
    assert "-->" not in payload
    shown = html.unescape(re.sub("<[^>]*>", "", payload))
    assert shown == AWKWARD.translate(str.maketrans("{}\\", "｛｝＼"))
    assert text.count("-->") == 2


def test_subrip_says_what_the_narration_says_without_styling_anything() -> None:
    cues = (Cue(start_seconds=1, end_seconds=2, text=AWKWARD), Cue(start_seconds=3, end_seconds=4, text="b"))
    text = to_srt(cues).read().decode()
    first, second = pysubs2.SSAFile.from_string(text, format_="srt")
    assert first.plaintext == "A ＜i＞good＜/i＞ ｛tea｝ → ｛＼an8｝arrow\nTea for ＜kids＞ & R&D &lt;"
    assert second.plaintext == "b"


WORD = st.text(st.sampled_from("abcXYZ019'.-é"), min_size=1, max_size=9)
PIECE = st.one_of(
    WORD,
    st.sampled_from(
        ["，", "。", ",", ". ", "?", "“", "”", "(", ")", " ", "\n", "—", "…", "3.14", "1,000", "Dr.", "{x}"]
    ),
    st.text(st.sampled_from("城市为什么需要树因为它给我们带来荫凉的了"), min_size=1, max_size=12),
)
WORDS = st.lists(
    st.tuples(st.text(max_size=6), st.floats(0, 60), st.floats(0, 5)).map(
        lambda t: TimedWord(text=t[0], start_seconds=t[1], end_seconds=t[1] + t[2])
    ),
    max_size=12,
)


@given(st.lists(PIECE, max_size=60), st.booleans(), WORDS, st.floats(0.0, 60), st.sampled_from(["en", "zh"]))
@settings(max_examples=120, deadline=None)
def test_any_text_with_any_transcript(
    pieces: list[str], is_spaced: bool, words: list[TimedWord], duration: float, language: str
) -> None:
    """Never overlapping, in order, whole, within the audio, within the lines: whatever is said and heard."""
    text = (" " if is_spaced else "").join(pieces)
    rules = rules_for(language)
    cues = make_cues(text, words, duration, language)
    if not bare(text) or duration <= 0:
        assert cues == ()
        return
    assert bare("".join(cue.text for cue in cues)) == bare(text)
    last = 0.0
    for cue in cues:
        assert last <= cue.start_seconds <= cue.end_seconds <= duration
        last = cue.end_seconds
        assert len(cue.text.split("\n")) <= rules.lines
        assert all(width(line) <= rules.line_width + 1 for line in cue.text.split("\n"))
    if duration >= 2 * len(cues):
        assert all(cue.end_seconds - cue.start_seconds > 0.25 for cue in cues)
