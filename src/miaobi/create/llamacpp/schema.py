"""Preparing a JSON Schema for the grammar sampler."""

from __future__ import annotations

import json
from typing import Any

from miaobi.errors import InputError

_SCHEMA_MAPS = ("properties", "$defs", "definitions", "patternProperties")
_SCHEMA_LISTS = ("anyOf", "oneOf", "prefixItems")
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_LARGEST_INTEGER = 2**53 - 1
_SMALLEST_STEP = 0.000001
_NOT_ENFORCED = (
    "not", "if", "then", "else", "contains", "uniqueItems", "dependentRequired", "dependentSchemas", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems",
)  # fmt: skip
"""Keywords that a grammar of tokens cannot hold: refused, since the output would break them."""
_SINGLE_SCHEMAS = ("items", "additionalProperties")


def closed_schema(json_schema: str) -> dict[str, Any]:
    """The schema with `additionalProperties: false` wherever an object says nothing about other properties.

    An open object lets the sampler write any number of invented keys, which small models do until the token limit.
    Branches of `allOf` stay open: closed ones would exclude each other's properties. Numbers without a bound get
    that of interoperable JSON (RFC 8259, section 6: 2**53 - 1) and at most six decimals, and white space has one form
    ("x-guidance"): small models write digits, or blank lines, until the token limit.
    Raises InputError when the text is not JSON, not an object, names a type that JSON does not have, requires a
    property it does not describe, or uses a keyword that cannot be enforced while writing.
    """
    try:
        schema = json.loads(json_schema)
    except ValueError as error:
        raise InputError(f"The JSON Schema is not JSON: {error}.", hint="Check json_schema.") from error
    if not isinstance(schema, dict):
        raise InputError(f"A JSON Schema has to be an object, not {schema!r}.", hint="Check json_schema.")
    closed: dict[str, Any] = _close(schema)
    closed.setdefault("x-guidance", {"whitespace_flexible": False})
    return closed


def _close(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    kinds = schema.get("type", ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind not in _TYPES:
            raise InputError(f"The JSON Schema names a type {kind!r}.", hint=f"The types are {', '.join(_TYPES)}.")
    _refuse(schema)
    closed = dict(schema)
    for key in _SCHEMA_MAPS:
        if isinstance(schema.get(key), dict):
            closed[key] = {name: _close(part) for name, part in schema[key].items()}
    for key in _SCHEMA_LISTS:
        if isinstance(schema.get(key), list):
            closed[key] = [_close(part) for part in schema[key]]
    for key in _SINGLE_SCHEMAS:
        closed |= {key: _close(schema[key])} if key in schema else {}
    is_object = "properties" in schema or schema.get("type") == "object"
    if is_object and "allOf" not in schema:
        closed.setdefault("additionalProperties", False)
    if schema.get("type") in ("integer", "number") and not {"enum", "const"} & schema.keys():
        if schema["type"] == "number":
            closed.setdefault("multipleOf", _SMALLEST_STEP)
        if not {"minimum", "exclusiveMinimum"} & schema.keys():
            closed["minimum"] = -_LARGEST_INTEGER
        if not {"maximum", "exclusiveMaximum"} & schema.keys():
            closed["maximum"] = _LARGEST_INTEGER
    return closed


def _refuse(schema: dict[str, Any]) -> None:
    """InputError for what the sampler cannot hold to: better said before than found in the output."""
    unknown = next((key for key in _NOT_ENFORCED if schema.get(key) not in (None, False)), None)
    if unknown is not None:
        raise InputError(
            f"The JSON Schema uses {unknown!r}, which cannot be enforced while a model writes.",
            hint="Leave it out, and check the finished JSON for it.",
        )
    described = schema.get("properties")
    if isinstance(described, dict) and schema.get("additionalProperties", False) is False and "allOf" not in schema:
        missing = [name for name in schema.get("required", ()) if name not in described]
        if missing:
            raise InputError(
                f"The JSON Schema requires {missing[0]!r}, which its properties do not describe.",
                hint="Describe it under properties, or do not require it.",
            )
