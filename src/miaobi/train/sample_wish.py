"""`SampleWish`: what a person asks a trained model for, and the check that the model knows what was asked.

One class for all kinds of models, so that `miaobi sample` is one command. Each kind lists the options it takes in its
catalog entry (`Model.sample_options`); `count` and `seed` belong to all. An option that was not given is None, and the
model's family decides what that means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, ValidationError, model_validator

from miaobi.base.value import Value
from miaobi.errors import InputError

FOR_ALL: Final = frozenset({"count", "seed"})
"""Options that every kind of model takes."""

DEFAULT_COUNT: Final = 1


class SampleWish(Value):
    """The options of `miaobi sample`, each optional.

    prompt              what a text begins with; what a picture shows
    count, seed         so many samples; another seed gives others
    Text
    tokens              at most so many
    temperature, top_k, top_p, repetition_penalty, no_repeat_ngram   as in `TextRequest`
    beams               beam search with so many beams instead of sampling
    length_penalty      power of the length by which a beam's score is divided
    attention           a picture of what the model attends to while it reads the prompt
    between             two texts, for models that put a text in a latent space
    Pictures
    columns             of a sheet that shows `count` pictures; without it each is a file of its own
    interpolate         so many steps of a walk through latent space
    video               the walk as one MP4
    mix                 two seeds or pictures whose styles are mixed
    breed               two pictures, whose inverted latents are mixed
    truncation          share of the distance to the average latent that is kept
    on                  a picture to change
    direction           of a model with two, e.g. "a-to-b"
    negative            of diffusion: what a picture should not show
    guidance, steps     of diffusion: strength of the prompt, and steps of the solver
    Music
    key, meter, mood, bars   e.g. "C major", "3/4", "calm", 16
    primer              a MIDI or MusicXML file to go on from
    """

    prompt: str | None = None
    count: int | None = Field(default=None, ge=1, le=1000)
    seed: int | None = Field(default=None, ge=0, le=2**32 - 1)

    tokens: int | None = Field(default=None, ge=1, le=32768)
    temperature: float | None = Field(default=None, ge=0, le=5)
    top_k: int | None = Field(default=None, ge=0, le=1_000_000)
    top_p: float | None = Field(default=None, gt=0, le=1)
    repetition_penalty: float | None = Field(default=None, gt=0, le=5)
    no_repeat_ngram: int | None = Field(default=None, ge=0, le=64)
    beams: int | None = Field(default=None, ge=1, le=64)
    length_penalty: float | None = Field(default=None, ge=0, le=5)
    attention: bool | None = None
    between: tuple[str, str] | None = None

    columns: int | None = Field(default=None, ge=1, le=100)
    interpolate: int | None = Field(default=None, ge=2, le=10_000)
    video: bool | None = None
    mix: tuple[str, str] | None = None
    breed: tuple[Path, Path] | None = None
    truncation: float | None = Field(default=None, ge=0, le=2)
    on: Path | None = None
    direction: str | None = None
    negative: str | None = None
    guidance: float | None = Field(default=None, ge=0, le=100)
    steps: int | None = Field(default=None, ge=1, le=10_000)

    key: str | None = None
    meter: str | None = None
    mood: str | None = None
    bars: int | None = Field(default=None, ge=1, le=1000)
    primer: Path | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.video and self.interpolate is None:
            raise ValueError("a video shows a walk, so --video needs --interpolate N")
        if self.beams is None and self.length_penalty is not None:
            raise ValueError("--length-penalty belongs to beam search, so it needs --beams N")
        drawing = [option_of(name) for name in ("temperature", "top_k", "top_p") if getattr(self, name) is not None]
        if self.beams is not None and drawing:
            raise ValueError(f"beam search draws nothing by chance, so --beams leaves no room for {', '.join(drawing)}")
        return self

    @property
    def seeds(self) -> range:
        """The seed of each sample: the one given, or 0, and those after it."""
        first = self.seed or 0
        return range(first, first + (self.count or DEFAULT_COUNT))

    def given(self) -> frozenset[str]:
        """The options that were given."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name) is not None)

    def require_only(self, known: Sequence[str], model: str) -> None:
        """InputError that names what was given and does not belong to a model which takes the options `known`."""
        stray = self.given() - FOR_ALL - set(known)
        if stray:
            named = ", ".join(sorted(map(option_of, stray)))
            takes = ", ".join(map(option_of, (*known, *sorted(FOR_ALL))))
            raise InputError(f"A model of the kind {model} has nothing to do with {named}.", hint=f"It takes {takes}.")


def option_of(field: str) -> str:
    """How a field is written on the command line."""
    return "a prompt" if field == "prompt" else "--" + field.replace("_", "-")


def parse_sample_wish(options: Mapping[str, Any]) -> SampleWish:
    """The wish with these options, None for those not given. InputError names the first that cannot be."""
    try:
        return SampleWish(**options)
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        said = f"{said[:1].lower()}{said[1:]}"
        if not first["loc"]:
            raise InputError(f"The options contradict each other: {said}.") from error
        if first["type"] == "extra_forbidden":
            raise InputError(f"There is no option {first['loc'][0]!r}.", hint="See `miaobi sample --help`.") from error
        raise InputError(f"{option_of(str(first['loc'][0]))} cannot be {first['input']!r}: {said}.") from error
