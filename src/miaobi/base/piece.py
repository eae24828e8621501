"""What a recipe hands over: a piece made of parts, each with its makers, scores and credits."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from miaobi.base.asset import Asset
from miaobi.base.value import Value


class Credit(Value):
    """A model, drawing, font, data set or input that a result was made from, and its terms."""

    title: str
    licence: str
    author: str = ""
    url: str = ""
    use: str = ""


class Maker(Value):
    """Who made something: an engine (by id and fingerprint), a person, or a rule of ours (id "rule:...").

    is_model  of an engine: whether it runs a trained model; False where it composes by rules alone
    """

    kind: Literal["engine", "person", "rule"]
    id: str
    fingerprint: str = ""
    is_model: bool = True

    @property
    def is_trained(self) -> bool:
        """Whether a trained model is at work."""
        return self.kind == "engine" and self.is_model


PERSON = Maker(kind="person", id="person")


class Outcome(StrEnum):
    """Of a measurement against its bar."""

    PASSED = "passed"
    FLAGGED = "flagged"
    MEASURED = "measured"
    """There is a value, and no bar to hold it to."""
    NOT_JUDGED = "not judged"


class Score(Value):
    """One measurement.

    name      what was measured, e.g. "coherence"
    value     the number, or None where no engine could judge it
    unit      "" for a pure number
    better    which direction is better
    bar       the value it has to reach, None where there is none
    outcome   against the bar
    evidence  what a person can check: the words found missing, the sentence that repeats
    """

    name: str
    value: float | None
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"
    bar: float | None = None
    outcome: Outcome = Outcome.MEASURED
    evidence: str = ""


def judged(
    name: str,
    value: float | None,
    bar: float | None,
    *,
    better: Literal["higher", "lower"] = "higher",
    unit: str = "",
    evidence: str = "",
) -> Score:
    """A Score with its outcome worked out from value, bar and direction."""
    if value is None:
        outcome = Outcome.NOT_JUDGED
    elif bar is None:
        outcome = Outcome.MEASURED
    elif value >= bar if better == "higher" else value <= bar:
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.FLAGGED
    return Score(name=name, value=value, unit=unit, better=better, bar=bar, outcome=outcome, evidence=evidence)


class Part(Value):
    """One addressable part of a piece.

    id          stable within a work, e.g. "section-2.text"; what `revise --part` names and draft.md marks
    kind        title, lead, heading, text, takeaways, picture, caption, alt, narration, voice, music, subtitles, cut
    text/asset  exactly one of them is the content
    made_by     in the order they touched it; a person's edit of an engine's text gives both
    seed        that the engine used, None where no engine did
    prompt      that the engine was given, "" where no engine was
    editable    appears in draft.md
    """

    id: str
    kind: str
    text: str | None = None
    asset: Asset | None = None
    made_by: tuple[Maker, ...] = ()
    seed: int | None = None
    prompt: str = ""
    locked: bool = False
    editable: bool = False
    scores: tuple[Score, ...] = ()
    credits: tuple[Credit, ...] = ()


class Piece(Value):
    """A finished piece before it is labelled and published.

    parts     in reading order
    scores    of the whole piece; those of single parts stay with the part
    notes     what a reader of the report should know, e.g. that the engine does not reach the bar in this language
    """

    recipe: str
    title: str
    language: str
    parts: tuple[Part, ...]
    scores: tuple[Score, ...] = ()
    notes: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    seed: int = Field(default=0, ge=0)

    def part(self, part_id: str) -> Part:
        """The part of that id; KeyError when there is none."""
        for part in self.parts:
            if part.id == part_id:
                return part
        raise KeyError(part_id)

    def of_kind(self, kind: str) -> tuple[Part, ...]:
        """All parts of one kind, in reading order."""
        return tuple(part for part in self.parts if part.kind == kind)
