"""Canonical content: the one way a value becomes a cache key, and the refusal of everything that has none.

Keys are the SHA-256 of a tagged JSON form. Tags keep kinds apart: the string "1", the number 1 and an asset whose
digest reads like a string never collide. Two pairs of kinds count as the same on purpose, because a step cannot tell
them apart after JSON: a tuple and a list, and a member of a StrEnum and its text. Dicts are sorted. Defaults of a Value
are left out, so that adding a field with a default keeps old keys valid; changing a default therefore changes no key,
and every step that takes such a Value needs a new version.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from miaobi.base.asset import Asset
from miaobi.base.engine import EngineRef
from miaobi.base.value import Value
from miaobi.errors import UncacheableError

_SHORTEST_TELLING_TEXT = 16
"""Strings shorter than this (a language, a role) are too common to say that one step's output fed another."""


def canonical(value: Any, where: str = "value") -> Any:
    """The tagged JSON-able form of `value`. UncacheableError, naming `where`, for what has no canonical content."""
    if value is None or isinstance(value, bool | str) or type(value) is int:
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UncacheableError(f"{where} is {value}: only finite numbers can be part of a cache key.")
        return {"~float": repr(value)}
    if isinstance(value, Asset):
        return {"~asset": [value.digest, value.media_type]}
    if isinstance(value, EngineRef):
        return {"~engine": [value.id, value.fingerprint]}
    if isinstance(value, Value):
        return {"~value": [_name(type(value)), _fields(value, where)]}
    if isinstance(value, tuple | list):
        return [canonical(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {"~dict": _pairs(value, where)}
    if isinstance(value, Enum):
        return {"~enum": [_name(type(value)), value.name]}
    if isinstance(value, bytes):
        return {"~bytes": hashlib.sha256(value).hexdigest()}
    if isinstance(value, date | datetime):
        return {"~date": value.isoformat()}
    raise UncacheableError(
        f"{where} is a {_name(type(value))}, which has no canonical content.",
        hint="Pass an Asset for bytes, an EngineRef for an engine, or a Value for data.",
    )


def content_digest(value: Any, where: str = "value") -> str:
    """Hex SHA-256 of the canonical form."""
    form = json.dumps(canonical(value, where), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(form.encode("ascii")).hexdigest()


def assets_in(value: Any) -> Iterator[Asset]:
    """Every asset inside `value`, depth first, repeats included."""
    if isinstance(value, Asset):
        yield value
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from assets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from assets_in(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from assets_in(item)


def telling_digests(value: Any) -> Iterator[str]:
    """Digests of `value` and of what it is made of, as far as a later use of them points back here.

    A step that takes one scene out of another step's result, or one text, is recognised as its user by these.
    """
    if isinstance(value, Asset):
        yield value.digest
    elif isinstance(value, str):
        if len(value) >= _SHORTEST_TELLING_TEXT:
            yield content_digest(value)
    elif isinstance(value, EngineRef):
        return
    elif isinstance(value, Value):
        yield content_digest(value)
        for name in type(value).model_fields:
            yield from telling_digests(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from telling_digests(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from telling_digests(item)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _fields(value: Value, where: str) -> Any:
    fields = {}
    for name, field in type(value).model_fields.items():
        item = getattr(value, name)
        if not field.is_required() and item == field.get_default(call_default_factory=True):
            continue
        fields[name] = canonical(item, f"{where}.{name}")
    return fields


def _pairs(value: Mapping[Any, Any], where: str) -> list[Any]:
    for key in value:
        if not isinstance(key, str):
            raise UncacheableError(f"{where} has the key {key!r}: only text keys have canonical content.")
    return [[key, canonical(value[key], f"{where}[{key!r}]")] for key in sorted(value)]
