"""`Plan`: what will be made, before any of it is written. Cheap to make, shown by ``--plan-only``, kept in the work.

A plan fixes the structure and deals out the person's facts; writing then fills it passage by passage. An article has
`sections`, a video has `scenes`; the other of the two stays empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from miaobi.base.value import Value
from miaobi.brief.language import is_cjk


class Section(Value):
    """A section of an article.

    id       stable within the plan, e.g. "section-2"
    heading  what stands above it
    intent   what the section has to tell the reader, one line; "" when the heading says it
    facts    the person's facts that belong here, word for word, in the order to state them
    words    length aimed at: words, in Chinese characters
    idea     what its picture shows, one plain sentence; "" when it has none
    """

    id: str
    heading: str
    intent: str = ""
    facts: tuple[str, ...] = ()
    words: int = Field(default=80, ge=1)
    idea: str = ""


class Scene(Value):
    """A scene of a video.

    id     stable within the plan, e.g. "scene-3"
    beat   what happens in it, a few words
    facts  the person's facts that the voice states here, word for word
    words  length of its narration: words, in Chinese characters
    idea   what its picture shows, one plain sentence
    mood   of its music: calm, hopeful, playful, tense, sad, epic, curious or warm
    """

    id: str
    beat: str
    facts: tuple[str, ...] = ()
    words: int = Field(default=15, ge=1)
    idea: str = ""
    mood: str = "calm"


class Plan(Value):
    """The structure of one piece.

    pictures    how many pictures it gets
    music_mood  of the whole piece, "" for no music
    closing     the line it ends with, "" for none
    notes       what the person should know before it is made
    """

    recipe: str
    title: str
    language: str
    sections: tuple[Section, ...] = ()
    scenes: tuple[Scene, ...] = ()
    closing: str = ""
    pictures: int = Field(default=0, ge=0)
    music_mood: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return plan_text(self)


_LABELS = {
    "en": {
        "section": "Section {n}", "scene": "Scene {n}", "words": "about {n} words", "fact": "Fact",
        "picture": "Picture", "pictures": "Pictures", "music": "Music", "closing": "Closing", "note": "Note",
    },
    "zh": {
        "section": "第{n}节", "scene": "第{n}幕", "words": "约{n}字", "fact": "事实", "picture": "画面",
        "pictures": "图片", "music": "音乐", "closing": "结尾", "note": "说明",
    },
}  # fmt: skip


def plan_text(plan: Plan) -> str:
    """The plan as a person reads it in a terminal: plain lines, labels in the plan's language where we have them."""
    labels = _LABELS["zh" if is_cjk(plan.language) else "en"]
    lines = [plan.title, ""]
    for number, section in enumerate(plan.sections, 1):
        head = f"{labels['section'].format(n=number)}  {section.heading}"
        lines += _part_lines(head, section.words, (section.intent,), section.facts, section.idea, labels)
    for number, scene in enumerate(plan.scenes, 1):
        head = f"{labels['scene'].format(n=number)}  {scene.beat}"
        lines += _part_lines(head, scene.words, (), scene.facts, scene.idea, labels)
    rest = (("closing", plan.closing), ("pictures", str(plan.pictures or "")), ("music", plan.music_mood))
    lines += [f"{labels[name]}: {value}" for name, value in rest if value]
    lines += [f"{labels['note']}: {note}" for note in plan.notes]
    return "\n".join(lines).rstrip() + "\n"


def _part_lines(
    head: str, words: int, intents: Sequence[str], facts: Sequence[str], idea: str, labels: dict[str, str]
) -> list[str]:
    lines = [f"{head}  ({labels['words'].format(n=words)})"]
    lines += [f"    {intent}" for intent in intents if intent]
    lines += [f"    {labels['fact']}: {fact}" for fact in facts]
    lines += [f"    {labels['picture']}: {idea}"] if idea else []
    return [*lines, ""]
