"""Preparing a JSON Schema for the grammar sampler."""

from __future__ import annotations

import json
from typing import Any

from miaobi.errors import InputError

_SCHEMA_MAPS = ("properties", "$defs", "definitions", "patternProperties")
_SCHEMA_LISTS = ("anyOf", "oneOf", "prefixItems")
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_LARGEST_INTEGER = 2**53 - 1
_SINGLE_SCHEMAS = ("items", "additionalProperties", "not")


def closed_schema(json_schema: str) -> dict[str, Any]:
    """The schema with `additionalProperties: false` wherever an object says nothing about other properties.

    An open object lets the sampler write any number of invented keys, which small models do until the token limit.
    Branches of `allOf` stay open: closed ones would exclude each other's properties. Integers without a bound get
    that of interoperable JSON (RFC 8259, section 6: 2**53 - 1), or small models write digits until the token limit.
    Raises InputError when the text is not JSON, not an object, or names a type that JSON does not have.
    """
    try:
        schema = json.loads(json_schema)
    except ValueError as error:
        raise InputError(f"The JSON Schema is not JSON: {error}.", hint="Check json_schema.") from error
    if not isinstance(schema, dict):
        raise InputError(f"A JSON Schema has to be an object, not {schema!r}.", hint="Check json_schema.")
    closed: dict[str, Any] = _close(schema)
    return closed


def _close(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    kinds = schema.get("type", ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind not in _TYPES:
            raise InputError(f"The JSON Schema names a type {kind!r}.", hint=f"The types are {', '.join(_TYPES)}.")
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
    if schema.get("type") == "integer" and not {"enum", "const"} & schema.keys():
        if not {"minimum", "exclusiveMinimum"} & schema.keys():
            closed["minimum"] = -_LARGEST_INTEGER
        if not {"maximum", "exclusiveMaximum"} & schema.keys():
            closed["maximum"] = _LARGEST_INTEGER
    return closed
