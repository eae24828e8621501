"""The film's clock: where voices, cues and music fall."""

from __future__ import annotations

from miaobi.base.asset import Asset
from miaobi.base.engine import ImageResult
from miaobi.base.piece import Maker
from miaobi.brief.plan import Section
from miaobi.edit.subtitles import Cue
from miaobi.recipes import film
from miaobi.recipes.article import deal_facts, spread

PICTURE = ImageResult(
    made_by=Maker(kind="engine", id="image:fake"), image=Asset.from_bytes(b"p", "image/png"), width=64, height=64
)


def scene(seconds: float, *cues: Cue) -> film.SpokenScene:
    voice = Asset.from_bytes(f"{seconds}".encode(), "audio/wav")
    return film.SpokenScene(picture=PICTURE, voice=voice, voice_seconds=seconds, cues=cues)


def test_voices_follow_each_other_with_a_breath_on_both_sides() -> None:
    scenes = (scene(4.0), scene(3.0), scene(0.5))
    starts = film.voice_starts(scenes)
    assert starts[0] == film.OPENING_SECONDS + film.BREATH_SECONDS
    assert abs(starts[1] - (starts[0] + 4.0) - 2 * film.BREATH_SECONDS) < 1e-6
    assert film.film_seconds(scenes) > starts[-1] + 0.5 + film.CLOSING_SECONDS


def test_cues_move_to_the_films_clock() -> None:
    cue = Cue(start_seconds=0.5, end_seconds=1.5, text="Trees")
    scenes = (scene(4.0), scene(3.0, cue))
    (moved,) = film.all_cues(scenes)
    assert moved.start_seconds == film.voice_starts(scenes)[1] + 0.5
    assert moved.text == "Trees"


def test_a_slightly_longer_voice_leaves_the_music_as_it_is() -> None:
    one, other = (scene(10.0), scene(10.0)), (scene(10.0), scene(10.4))
    assert film.music_seconds(one) == film.music_seconds(other)
    assert film.music_seconds(one) >= film.film_seconds(other)


def test_the_timeline_has_an_opening_the_scenes_and_a_closing_card_and_carries_the_label() -> None:
    scenes = (scene(4.0), scene(3.0))
    timeline = film.build_timeline(
        scenes,
        PICTURE,
        title="Trees",
        closing="That is why.",
        sound=Asset.from_bytes(b"s", "audio/wav"),
        size=(640, 360),
        fps=25,
        language="en",
        label="AI-generated",
    )
    assert [shot.title.text if shot.title else None for shot in timeline.shots] == ["Trees", None, None, "That is why."]
    assert abs(timeline.duration_seconds - film.film_seconds(scenes)) < 1e-6
    assert timeline.label_text == "AI-generated"
    assert timeline.label_seconds >= 2


def test_facts_are_dealt_in_order_and_none_is_lost() -> None:
    facts = [f"fact {number}" for number in range(7)]
    for sections in range(1, 9):
        groups = deal_facts(facts, sections)
        assert len(groups) == sections
        assert [fact for group in groups for fact in group] == facts
        assert max(map(len, groups)) - min(map(len, groups)) <= 1


def test_pictures_are_spread_over_the_sections() -> None:
    sections = [Section(id=f"section-{number}", heading="h") for number in range(1, 6)]
    assert spread(sections, 0) == []
    assert [section.id for section in spread(sections, 2)] == ["section-1", "section-3"]
    assert len({section.id for section in spread(sections, 9)}) == 5
