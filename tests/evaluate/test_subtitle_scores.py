"""Subtitle scores name the worst cue."""

from __future__ import annotations

from miaobi.evaluate.subtitles import score_subtitles

CUES = ((0.0, 2.0, "Trees cool\nthe street."), (2.0, 2.5, "Why?"), (2.4, 12.0, "Because they shade it."))


def _by_name(cues: tuple[tuple[float, float, str], ...], language: str = "en") -> dict[str, tuple[float | None, str]]:
    return {score.name: (score.value, score.evidence) for score in score_subtitles(cues, language)}


def test_each_measure() -> None:
    found = _by_name(CUES)
    assert found["reading speed"][0] == 11.0, "22 characters with the space between the lines, in 2 seconds"
    assert found["shortest cue"][0] == 0.5
    assert "cue 2" in found["shortest cue"][1]
    assert abs((found["longest cue"][0] or 0) - 9.6) < 1e-9
    assert found["line length"][0] == 22
    assert found["lines"][0] == 2
    assert abs((found["overlap"][0] or 0) - 0.1) < 1e-9
    assert "cues 2 and 3" in found["overlap"][1]


def test_chinese_counts_characters_and_half_letters() -> None:
    found = _by_name(((0.0, 1.0, "城市，树木AI"),), "zh")
    assert found["reading speed"][0] == 5.0, "four characters and two half-width letters; the comma is not read"
    assert found["line length"][0] == 6.0


def test_touching_cues_do_not_overlap() -> None:
    assert _by_name(((0.0, 1.0, "a"), (1.0, 2.0, "b")))["overlap"] == (0.0, "")


def test_no_cues_cannot_be_judged() -> None:
    assert all(score.value is None for score in score_subtitles((), "en"))
