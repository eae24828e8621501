"""`Value`: the base of everything that flows between steps."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Frozen, validated data with named fields; equal content means equal value.

    Subclasses hold only what canonical content exists for: scalars, strings, tuples, string-keyed dicts, enums,
    other values and assets. Fields left at their default do not enter a cache key, so a new field with a default
    does not invalidate what was made before it existed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")
