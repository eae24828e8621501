"""Reading the header of a GGUF file: what the model is, and its vocabulary.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
"""

from __future__ import annotations

import mmap
import struct
from array import array
from pathlib import Path
from typing import Any

from miaobi.errors import EngineUnavailableError

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MAX_KEYS = 65536


def read_header(path: Path, *, with_vocabulary: bool = False) -> dict[str, Any]:
    """Key to value of a GGUF file's metadata. Without `with_vocabulary` it stops at the tokenizer's tokens.

    Strings are str, arrays of strings lists of bytes, arrays of numbers `array`s.
    Raises EngineUnavailableError for a missing file and for one that is not a readable GGUF.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _read(data, stop_at=None if with_vocabulary else "tokenizer.ggml.tokens")
    except (struct.error, UnicodeDecodeError, OverflowError, KeyError, ValueError) as error:
        raise EngineUnavailableError(
            f"{path} is not a readable GGUF file ({error or type(error).__name__}).",
            hint="Give the path of a llama.cpp model or adapter in GGUF format (version 2 or 3).",
        ) from error
    except OSError as error:
        raise EngineUnavailableError(
            f"The model file {path} cannot be read: {error.strerror or error}.", hint="Check the path."
        ) from error


def _read(data: mmap.mmap, stop_at: str | None) -> dict[str, Any]:
    if data[:4] != b"GGUF":
        raise ValueError(f"it begins with {data[:4]!r}, not with GGUF")
    version, _tensors, keys = struct.unpack_from("<IQQ", data, 4)
    if version not in (2, 3) or keys > _MAX_KEYS:
        raise ValueError(f"version {version} with {keys} keys")
    offset, header = 24, {}
    for _ in range(keys):
        raw_key, offset = _read_string(data, offset)
        key = raw_key.decode()
        if key == stop_at:
            break
        (kind,) = struct.unpack_from("<I", data, offset)
        header[key], offset = _read_value(data, offset + 4, kind)
    return header


def _read_value(data: mmap.mmap, offset: int, kind: int) -> tuple[Any, int]:
    if kind == _STRING:
        raw, offset = _read_string(data, offset)
        return raw.decode("utf-8", "replace"), offset
    if kind == _ARRAY:
        return _read_array(data, offset)
    code = "<" + _SCALARS[kind]
    return struct.unpack_from(code, data, offset)[0], offset + struct.calcsize(code)


def _read_array(data: mmap.mmap, offset: int) -> tuple[Any, int]:
    kind, count = struct.unpack_from("<IQ", data, offset)
    offset += 12
    if count > len(data):
        raise ValueError(f"an array of {count} elements in a file of {len(data)} bytes")
    if kind == _STRING:
        strings = []
        for _ in range(count):
            raw, offset = _read_string(data, offset)
            strings.append(raw)
        return strings, offset
    code = _SCALARS[kind]
    end = offset + count * struct.calcsize("<" + code)
    if end > len(data):
        raise ValueError("it ends in the middle of its header")
    return array("B" if code == "?" else code, data[offset:end]), end


def _read_string(data: mmap.mmap, offset: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from("<Q", data, offset)
    end = offset + 8 + length
    if end > len(data):
        raise ValueError("it ends in the middle of its header")
    return data[offset + 8 : end], end
