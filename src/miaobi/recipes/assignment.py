"""What a recipe is given: where to run, what was asked for, which engines, and what a person has already changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from miaobi.base.engine import EngineRef
from miaobi.base.piece import PERSON, Credit, Maker, Part, Score
from miaobi.base.run import Run
from miaobi.base.value import Value
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan
from miaobi.errors import StepError

_KEPT_RUN = 4
"""Characters; shorter runs are found between any two texts."""
_KEPT_SHARE = 1 / 3
_BARE_MODELS = ("text:llamacpp/gemma-270m", "text:fake")


def takes_orders(text_engine: EngineRef) -> bool:
    """Whether a text engine can be told what to write. Bare models continue a text; they are led by openings."""
    return not text_engine.id.startswith(_BARE_MODELS)


class Instruction(Value):
    """A person's wish for one part. `take` counts the wishes for it, so that the same words can be tried again."""

    text: str = ""
    take: int = 1


class Revisions(Value):
    """What a person changed after the first version.

    texts         part id to the text the person wrote; taken over as it is
    first_makers  part id to those who made it before the person did
    first_texts   part id to what it said before the person did
    instructions  part id to what the engine should do differently
    """

    texts: dict[str, str] = {}
    first_makers: dict[str, tuple[Maker, ...]] = {}
    first_texts: dict[str, str] = {}
    instructions: dict[str, Instruction] = {}


@dataclass(frozen=True)
class Published:
    """The parts of a work as it stands, and the revisions they were made with."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    revisions: Revisions = field(default_factory=Revisions)


@dataclass(frozen=True)
class Assignment:
    """One piece to make. `engines` is by modality, `gates` the user's changes to the table of bars.

    `published` is the work that is revised: passages nobody asked to change stay as they stand there, also when
    another version of Miaobi or another processor would write them differently today.
    """

    run: Run
    brief: Brief
    plan: Plan
    engines: Mapping[str, EngineRef]
    revisions: Revisions = field(default_factory=Revisions)
    gates: Mapping[str, object] = field(default_factory=dict)
    published: Published = field(default_factory=Published)

    def engine(self, modality: str) -> EngineRef:
        """The engine for a modality. StepError when the recipe did not declare that it needs one."""
        try:
            return self.engines[modality]
        except KeyError:
            raise StepError(f"The recipe {self.brief.recipe} did not say that it needs a {modality} engine.") from None

    @property
    def engine_takes_orders(self) -> bool:
        """As `takes_orders`, of this piece's text engine."""
        return takes_orders(self.engine("text"))

    def seed(self, part_id: str) -> int:
        """A seed for a part: another for each part and for each new take of it, the same for the same brief."""
        return self._seed(part_id, self.instruction(part_id).take)

    def first_take(self, part_id: str) -> int:
        """The seed of a part's first take, whatever was wished for since."""
        return self._seed(part_id, 1)

    def _seed(self, part_id: str, take: int) -> int:
        material = f"{self.brief.seed}/{part_id}/{take}".encode()
        return int.from_bytes(hashlib.sha256(material).digest()[:4], "big")

    def idea(self, part_id: str, planned: str) -> str:
        """What a picture shows: the person's own words, else their wish for it, else what was planned."""
        return self.written_by_person(part_id) or self.instruction(part_id).text or planned

    def instruction(self, part_id: str) -> Instruction:
        """What the person wants of this part, or an empty wish."""
        return self.revisions.instructions.get(part_id, Instruction())

    def written_by_person(self, part_id: str) -> str | None:
        """The person's own text for a part, or None."""
        return self.revisions.texts.get(part_id)

    def kept(self, part_id: str) -> Part | None:
        """The engine's part as published, where nobody wishes for another take of it; None for all others."""
        part = self.published.parts.get(part_id)
        is_same_wish = self.instruction(part_id) == self.published.revisions.instructions.get(part_id, Instruction())
        return part if part is not None and not part.locked and is_same_wish else None

    def text_part(
        self,
        part_id: str,
        kind: str,
        text: str,
        made_by: tuple[Maker, ...],
        *,
        prompt: str = "",
        seed: int | None = None,
        scores: tuple[Score, ...] = (),
        credits: tuple[Credit, ...] = (),
    ) -> Part:
        """An editable text part; the person's text, where there is one, stands in place of `text`."""
        own = self.written_by_person(part_id)
        if own is None:
            return Part(
                id=part_id, kind=kind, text=text, made_by=made_by, prompt=prompt, seed=seed, scores=scores,
                credits=credits, editable=True,
            )  # fmt: skip
        before = tuple(maker for maker in self.revisions.first_makers.get(part_id, ()) if maker != PERSON)
        if is_rewritten(self.revisions.first_texts.get(part_id, own), own):
            before = ()
        return Part(id=part_id, kind=kind, text=own, made_by=(*before, PERSON), locked=True, editable=True)


def is_rewritten(first: str, own: str) -> bool:
    """Whether so little of a text was kept (less than a third of its characters, in runs) that it is another's work."""
    if not first:
        return bool(own)
    blocks = SequenceMatcher(None, first, own, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _KEPT_RUN) < _KEPT_SHARE * max(len(first), len(own))
