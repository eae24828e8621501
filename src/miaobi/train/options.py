"""Settings of a training run: those of the loop, and how `--set key=value` reaches them or the model's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, TypeVar

from pydantic import Field, ValidationError

from miaobi.base.value import Value
from miaobi.errors import InputError

Precision = Literal["auto", "float32", "bfloat16"]


class LoopConfig(Value):
    """How a model is trained, whatever the model.

    steps            optimizer steps; warm-up and cosine are spread over them
    minutes          stop after so long, 0 for no limit; the schedule ends with whichever limit comes first
    batch            examples in one pass; `accumulate` passes make a step
    optimizer        adamw (Loshchilov and Hutter, 2019), muon (Jordan et al., 2024) for the inner matrices and adamw
                     for the rest, or adagrad (Duchi et al., 2011)
    learning_rate    the peak; muon's has its own, `muon_rate`
    final_rate       share of the peak that is left at the end
    clip             bound on the gradient's norm, 0 for none
    ema              decay of a running average of the weights, 0 for none; evaluation and samples use the average.
                     Less in the first steps, see `decay_at`
    evaluate_examples  how many held-out examples an evaluation during training takes; the last one takes all
    patience         evaluations without improvement after which training stops, 0 for never
    precision        auto takes bfloat16 where the hardware multiplies it natively
    """

    steps: int = Field(default=1000, ge=1, le=100_000_000)
    minutes: float = Field(default=0, ge=0, le=1_000_000)
    batch: int = Field(default=32, ge=1, le=65536)
    accumulate: int = Field(default=1, ge=1, le=4096)
    optimizer: Literal["adamw", "muon", "adagrad"] = "adamw"
    learning_rate: float = Field(default=1e-3, gt=0, le=10)
    muon_rate: float = Field(default=0.02, gt=0, le=10)
    final_rate: float = Field(default=0.05, ge=0, le=1)
    warmup: int = Field(default=50, ge=0, le=1_000_000)
    weight_decay: float = Field(default=0.1, ge=0, le=10)
    beta1: float = Field(default=0.9, ge=0, lt=1)
    beta2: float = Field(default=0.99, ge=0, lt=1)
    clip: float = Field(default=1.0, ge=0, le=1e6)
    ema: float = Field(default=0.0, ge=0, lt=1)
    evaluate_every: int = Field(default=100, ge=1, le=100_000_000)
    evaluate_examples: int = Field(default=128, ge=1, le=10_000_000)
    sample_every: int = Field(default=500, ge=1, le=100_000_000)
    checkpoint_every: int = Field(default=100, ge=1, le=100_000_000)
    patience: int = Field(default=0, ge=0, le=1_000_000)
    precision: Precision = "auto"
    threads: int = Field(default=0, ge=0, le=1024)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


MAY_CHANGE = frozenset({"steps", "minutes", "checkpoint_every", "sample_every", "patience"})
"""Settings that a resumed run may be given anew; any other would make it another run."""

ConfigT = TypeVar("ConfigT", bound=Value)


def parse_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """`key=value` strings as a table. InputError for one without "=" and for a key given twice."""
    table: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise InputError(f"--set {pair!r} is not a setting.", hint="Write it as key=value, e.g. --set layers=6.")
        if key.strip() in table:
            raise InputError(f"--set {key.strip()} is given twice.", hint="Keep one of them.")
        table[key.strip()] = value.strip()
    return table


def split_settings(
    given: Mapping[str, object], model: type[Value], loop: type[Value] = LoopConfig
) -> tuple[dict[str, object], dict[str, object]]:
    """The settings that belong to the model, and those that belong to the loop. InputError for an unknown key."""
    for key in given:
        if key not in model.model_fields and key not in loop.model_fields:
            known = sorted({*model.model_fields, *loop.model_fields})
            close = get_close_matches(key, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
            raise InputError(f"There is no setting {key!r}.", hint=hint)
    of_model = {key: value for key, value in given.items() if key in model.model_fields}
    return of_model, {key: value for key, value in given.items() if key not in of_model}


def validated(kind: type[ConfigT], values: Mapping[str, object]) -> ConfigT:
    """A configuration. InputError names the first setting that is out of range, the value and the range."""
    try:
        return kind(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or kind.__name__
        said = first["msg"].removeprefix("Value error, ")
        given = f" (given: {first['input']!r})" if first["loc"] else ""
        raise InputError(f"The setting {name!r} cannot be used: {said[0].lower()}{said[1:]}{given}.") from error
