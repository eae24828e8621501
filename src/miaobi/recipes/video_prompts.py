"""The video's prompts: pure functions from the brief and the plan's items to what the engine is asked.

The records are the article's (prompt_records.py): a scene is a question with a short answer, spoken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from miaobi.brief.brief import SPOKEN_PER_MINUTE, Brief
from miaobi.brief.language import is_cjk
from miaobi.brief.plan import Scene
from miaobi.evaluate.gates import Bars
from miaobi.evaluate.wording import length_of
from miaobi.recipes import prompt_records as records
from miaobi.recipes.fact_headings import fact_heading
from miaobi.recipes.line_tasks import heading_line_task
from miaobi.recipes.picture_ideas import picture_idea
from miaobi.recipes.prompt_records import sources_of
from miaobi.recipes.topic import Topic, read_topic
from miaobi.recipes.wishes import wished_length, wished_words
from miaobi.recipes.writing import LineTask, PassageTask, Turn

__all__ = [
    "beat_task",
    "closing_line",
    "count_scenes",
    "deal_scene_facts",
    "music_mood",
    "narration_task",
    "picture_idea",
    "rule_beat",
    "scene_mood",
    "scene_words",
    "sources_of",
    "video_title",
]

_WHOLE_TRIES = 3
_SCENE = ("the narration of one scene, one or two spoken sentences,", "一个画面的旁白，一两句口语，")
_SECONDS_PER_SCENE = 5.5
_FEWEST_SCENES, _MOST_SCENES = 3, 8
_BESIDE_VOICE_SECONDS = 6.5
"""Opening and closing titles; and each scene breathes a second (film.py)."""
_BREATHS_SECONDS = 0.9
_ROOM_FOR_MORE = {"en": 6, "zh": 10}


# ---------------------------------------------------------------- structure


def count_scenes(brief: Brief) -> int:
    """How many scenes the film has: what the brief says, else one per fact and an opening, as its length allows."""
    if brief.scenes is not None:
        return brief.scenes
    by_length = round(((brief.duration_seconds or 30.0) - _BESIDE_VOICE_SECONDS) / _SECONDS_PER_SCENE)
    most = max(_FEWEST_SCENES, min(_MOST_SCENES, by_length))
    return max(_FEWEST_SCENES, min(most, len(brief.facts) + 1)) if len(brief.facts) >= 2 else most


def scene_words(brief: Brief, scenes: int) -> int:
    """Words (Chinese: characters) of one scene's narration, so that the film comes out at its length."""
    seconds = ((brief.duration_seconds or 30.0) - _BESIDE_VOICE_SECONDS) / scenes - _BREATHS_SECONDS
    per_second = SPOKEN_PER_MINUTE["zh" if is_cjk(brief.language) else "en"] / 60
    return max(6, round(seconds * per_second))


def deal_scene_facts(facts: Sequence[str], scenes: int) -> list[tuple[str, ...]]:
    """The facts in the person's order over the scenes; the first scene opens without one when there is room."""
    first = 1 if len(facts) < scenes else 0
    groups: list[list[str]] = [[] for _ in range(scenes)]
    for number, fact in enumerate(facts):
        groups[first + number * (scenes - first) // max(len(facts), 1)].append(fact)
    return [tuple(group) for group in groups]


def video_title(brief: Brief) -> str:
    """The topic as a title."""
    return read_topic(brief.topic, brief.language).title


_CLOSING = {
    "why": ("And that is why {clause}.", "这就是{clause}的原因。"),
    "how": ("And that is how {clause}.", "这就是{clause}的方法。"),
    "how to": ("And that is how to {clause}.", "这就是{clause}的方法。"),
}


def closing_line(brief: Brief) -> str:
    """The line a film ends with: what it has shown, in the topic's own words."""
    topic = read_topic(brief.topic, brief.language)
    is_zh = is_cjk(brief.language)
    if topic.question in _CLOSING and topic.clause:
        line = _CLOSING[topic.question][is_zh].format(clause=topic.clause)
        return re.sub(r"(?<=[.。])[.。]+", "", line)
    return f"这就是{topic.text}。" if is_zh else f"{topic.title}."


_MOODS = (
    ("playful", r"play|fun|humor|humour|witty|child|kid|cheer|幽默|活泼|有趣|儿童|孩子|轻松"),
    ("calm", r"calm|gentle|quiet|relax|sleep|dream|平静|温柔|安静|睡"),
    ("epic", r"epic|dramatic|grand|volcano|history|empire|space|war\b|史诗|宏大|历史|火山|太空"),
    ("sad", r"sad|loss|grief|extinct|悲|哀"),
    ("tense", r"tense|danger|crisis|risk|urgent|紧张|危机|危险"),
    ("warm", r"warm|family|friend|home|food|tea|温暖|亲切|家|茶"),
    ("curious", r"why|how|what|science|为什么|如何|怎样|科学"),
)


def music_mood(brief: Brief) -> str:
    """The music's mood: from the tone asked for, else the topic, else hopeful."""
    for words in (f"{brief.tone} {brief.style}", f"{brief.audience} {brief.topic}"):
        for mood, pattern in _MOODS:
            if re.search(rf"\b(?:{pattern})", words, re.IGNORECASE) or (
                is_cjk(brief.language) and re.search(pattern, words)
            ):
                return mood
    return "hopeful"


def scene_mood(brief: Brief, number: int, scenes: int) -> str:
    """A scene's mood: the film's, brighter at its end."""
    mood = music_mood(brief)
    return "hopeful" if number == scenes - 1 and mood in ("curious", "calm", "tense", "sad") else mood


# ---------------------------------------------------------------- beats and narration


def beat_task(brief: Brief, facts: Sequence[str], previous: Sequence[str], number: int) -> LineTask:
    """What a scene is about, as a heading: of its fact where it has one, else another question of the topic."""
    fallback = rule_beat(brief, facts[0] if facts else "", number)
    return heading_line_task(brief, facts, previous, number, fallback=fallback)


def rule_beat(brief: Brief, fact: str, number: int) -> str:
    """A beat without an engine: a heading of its fact; the first scene is the topic itself."""
    topic, is_zh = read_topic(brief.topic, brief.language), is_cjk(brief.language)
    if heading := fact_heading(fact, brief.language) if fact else "":
        return heading
    if number == 0:
        return topic.title
    return f"{topic.subject}（{number + 1}）" if is_zh else f"{topic.title}, {number + 1}"


def narration_task(
    brief: Brief,
    scene: Scene,
    bars: Bars,
    *,
    previous: Sequence[str] = (),
    seed: int = 0,
    instruction: str = "",
    is_whole: bool = False,
) -> PassageTask:
    """What is said in a scene: its facts as given and, where time is left, a short sentence that follows from them."""
    topic, language = read_topic(brief.topic, brief.language), brief.language
    wishes = wished_words(instruction)
    words = max(wished_length(scene.words, instruction), sum(map(length_of, scene.facts)))
    if is_whole:
        prompt = records.order_prompt(brief, scene.beat, scene.facts, words, instruction, _SCENE)
        turns: tuple[Turn, ...] = (Turn(openings=("",) * _WHOLE_TRIES, whole=True),)
    else:
        prompt = records.text_prompt(topic.text, scene.beat, language, wishes)
        turns = _scene_turns(scene, topic, language, words, is_first=not previous)
        asked = (Turn(openings=records.wish_openings(word, language), is_asked=True) for word in wishes)
        turns = (*turns[:1], *asked, *turns[1:])
    return PassageTask(
        prompt=prompt,
        turns=turns,
        more=() if is_whole or scene.facts else records.further_openings(topic, language),
        language=language,
        asked=words,
        about=f"{topic.text}{'：' if is_cjk(language) else ': '}{scene.beat}",
        subject=topic.subject,
        facts=scene.facts,
        keywords=wishes,
        avoid=brief.avoid,
        sources=sources_of(brief, (scene.beat, instruction)),
        previous=tuple(previous),
        bars=bars,
        settings=records.WHOLE_SETTINGS if is_whole else records.TEXT_SETTINGS.model_copy(update={"max_tokens": 24}),
        is_strict=not is_whole,
        seed=seed,
    )


def _scene_turns(scene: Scene, topic: Topic, language: str, words: int, *, is_first: bool) -> tuple[Turn, ...]:
    if not scene.facts:
        openings = records.topic_openings if is_first else None
        first = openings(topic, language) if openings else records.answer_openings(scene.beat, topic, language)
        asks = is_first and is_cjk(language)  # in Mandarin the film opens with its question, which needs no engine
        question = Turn(given=f"{topic.title}{'？' if topic.question else '。'}", by_rule=True)
        return (question, Turn(openings=first)) if asks else (Turn(openings=first),)
    given = tuple(Turn(given=fact) for fact in scene.facts)
    room = words - sum(map(length_of, scene.facts))
    if room < _ROOM_FOR_MORE[records.language_key(language)]:
        return given
    number = len(scene.beat) + len(scene.facts)
    return (*given, Turn(openings=records.after_fact_openings(topic, language, number, scene.facts[-1])))
