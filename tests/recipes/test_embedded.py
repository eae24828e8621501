"""Both recipes on the embedded models: what a newcomer gets, in both languages."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from miaobi.settings import load_settings
from miaobi.studio import Studio, Work

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(600)]

FACTS = {
    "en": ("Trees can lower summer temperatures in a city by 1 to 5 degrees Celsius.", "Roots help rain soak in."),
    "zh": ("树木可以让夏季最高气温下降1到5摄氏度。", "树根帮助雨水渗入土壤。"),
}
TOPIC = {"en": "why cities need trees", "zh": "城市为什么需要树"}


@pytest.fixture
def studio(home: Path, tmp_path: Path) -> Studio:
    return Studio(load_settings({"home": home, "output": tmp_path / "works"}))


def make(studio: Studio, recipe: str, language: str, **options: object) -> Work:
    wanted = studio.brief(recipe, TOPIC[language], options={"facts": FACTS[language], "seed": 3, **options})
    return studio.make(wanted.brief)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_article_states_the_facts_and_nothing_is_hidden(studio: Studio, language: str) -> None:
    work = make(studio, "article", language, words=150, sections=2)
    text = "\n".join(part.text or "" for part in work.manifest.parts)
    assert work.manifest.language == language
    for fact in FACTS[language]:
        assert fact in text
    accuracy = [s for part in work.manifest.parts for s in part.scores if s.name == "accuracy"]
    assert accuracy
    assert all(score.outcome != "flagged" for score in accuracy), [score.evidence for score in accuracy]
    if language == "zh":
        assert work.manifest.notes, "that the engine does not reach the bar in Mandarin is said"


def test_a_mandarin_video_is_spoken_understood_and_subtitled(studio: Studio) -> None:
    work = make(studio, "video", "zh", duration_seconds=16, scenes=2, shape="portrait")
    with av.open(str(work.folder / "video.mp4")) as film:
        assert (film.streams.video[0].width, film.streams.video[0].height) == (720, 1280)
    assert "摄氏度" in (work.folder / "video.srt").read_text(encoding="utf-8").replace("\n", "")
    scores = {(part.id, s.name): s for part in work.manifest.parts for s in part.scores}
    heard = [score.value for (_, name), score in scores.items() if name == "speech error"]
    assert heard
    assert min(value for value in heard if value is not None) < 0.35
    assert scores["video", "loudness"].outcome == "passed"
