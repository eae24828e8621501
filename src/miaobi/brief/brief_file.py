"""Reading a brief from a YAML or JSON file."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from miaobi.brief.fields import shorten
from miaobi.errors import BriefError

_MOST_BYTES = 1_000_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_brief_file(path: Path) -> Mapping[str, Any]:
    """The keys and values of a brief file, not yet checked against what a brief may hold.

    YAML or JSON, told by content and not by name; UTF-8 (a byte order mark is fine) or UTF-16 with one; at most 1 MB.
    BriefError when it cannot be read, is neither, names a key twice, or is no mapping.
    """
    text = _read_text(path)
    if not text.strip():
        raise BriefError(f"The brief file {path} is empty.", hint="Give it a line such as: topic: city trees")
    data = _parse(text, path)
    if not isinstance(data, dict):
        raise BriefError(
            f"The brief file {path} holds {_kind(data)}, not keys with values.",
            hint="Write one key per line, for example: topic: why cities need trees",
        )
    odd = [key for key in data if not isinstance(key, str)]
    if odd:
        said = f'The brief file {path} has the key "{shorten(odd[0])}", which is no word.'
        raise BriefError(said, hint="Put it in quotes.")
    return data


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        hint = "Check the path, or give the brief in words."
        raise BriefError(f"There is no brief file at {path}.", hint=hint) from None
    except IsADirectoryError:
        raise BriefError(f"{path} is a folder, not a brief file.", hint="Name the file inside it.") from None
    except OSError as error:
        raise BriefError(f"The brief file {path} cannot be read: {error.strerror}.") from error
    if len(raw) > _MOST_BYTES:
        raise BriefError(
            f"The brief file {path} is larger than 1 MB, which no brief needs.", hint="Is it the file you meant?"
        )
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise BriefError(
            f"The brief file {path} is not UTF-8 text (byte {error.start} does not fit).",
            hint="Save it again as UTF-8.",
        ) from error


def _parse(text: str, path: Path) -> Any:
    try:
        if text.lstrip().startswith("{"):
            try:
                return json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, path))
            except ValueError as error:  # JSONDecodeError, or a number of thousands of digits
                if path.suffix.lower() == ".json":
                    raise BriefError(f"The brief file {path} is not valid JSON: {error}.") from error
        return _parse_yaml(text, path)
    except RecursionError:
        raise BriefError(f"The brief file {path} is nested too deeply to be a brief.") from None


def _unique(pairs: list[tuple[str, Any]], path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BriefError(f'The brief file {path} names "{key}" twice.', hint="Keep the one you mean.")
        found[key] = value
    return found


def _parse_yaml(text: str, path: Path) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses a key given twice, where YAML loaders quietly keep the last."""

    def construct(loader: Any, node: Any) -> dict[str, Any]:
        loader.flatten_mapping(node)
        pairs = [(loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value]
        return _unique(pairs, path)

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, construct)
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 - a SafeLoader, see above
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BriefError(
            f"The brief file {path} is neither valid YAML nor JSON: {error.problem or error.context}{where}.",
            hint="A value with a colon or a quote in it has to stand in quotes.",
        ) from error
    except (yaml.YAMLError, ValueError, TypeError) as error:  # the 45th of May as a date; a list as a key
        raise BriefError(f"The brief file {path} cannot be understood: {error}.") from error


def _kind(value: object) -> str:
    return {list: "a list", str: "a plain sentence", type(None): "nothing"}.get(type(value), "a single value")
