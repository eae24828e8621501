"""Which tokens must never be written, and which ones hold a string."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_CONTROL, _USER_DEFINED, _UNUSED = 3, 4, 5  # llama.cpp's token types
_MARKER = re.compile(rb"\[[A-Za-z_]+\]")  # e.g. Gemma's [multimodal], which is declared user-defined
_END_TEXTS = frozenset(
    b"<eos> </s> <end_of_turn> <|im_end|> <|end|> <|eot_id|> <|endoftext|> <|end_of_text|>".split(b" ")
)
_END_KEYS = ("eos_token_id", "eot_token_id", "eom_token_id")


class Vocabulary(NamedTuple):
    """What has to be known about a model's tokens.

    raw     the bytes of token i as its tokenizer writes them
    silent  tokens that are marks for programs, not text; those that end a text are not among them
    space, line  how the tokenizer writes a space and a line end
    """

    raw: tuple[bytes, ...]
    silent: tuple[int, ...]
    space: str = "▁"
    line: str = "\n"

    def tokens_with(self, text: str) -> tuple[int, ...]:
        """The tokens that contain `text` by themselves."""
        needle = text.replace(" ", self.space).replace("\n", self.line).encode()
        return tuple(token for token, raw in enumerate(self.raw) if needle in raw)

    def blank_line(self) -> int | None:
        """The token of two line ends, None where there is none."""
        two = (self.line * 2).encode()
        return self.raw.index(two) if two in self.raw else None

    def is_byte(self, token: int) -> bool:
        """Whether the token is one byte of a character that has no token of its own."""
        return token < len(self.raw) and re.fullmatch(rb"<0x[0-9A-F]{2}>", self.raw[token]) is not None

    def byte_token(self, byte: int) -> int | None:
        """The token of a single byte, None where there is none."""
        name = b"<0x%02X>" % byte
        return self.raw.index(name) if name in self.raw else None


def vocabulary_of(header: dict[str, Any]) -> Vocabulary:
    """The vocabulary in a GGUF header read with its tokens; empty where the header tells none."""
    raw = tuple(header.get("tokenizer.ggml.tokens", ()))
    kinds = header.get("tokenizer.ggml.token_type", ())
    ends = {header.get(f"tokenizer.ggml.{key}") for key in _END_KEYS}
    silent = []
    for token, (piece, kind) in enumerate(zip(raw, kinds, strict=False)):
        is_mark = kind in (_CONTROL, _UNUSED) or (kind == _USER_DEFINED and _MARKER.fullmatch(piece) is not None)
        if is_mark and token not in ends and piece not in _END_TEXTS:
            silent.append(token)
    # SentencePiece writes a space as U+2581; byte-level BPE writes space and line end as U+0120 and U+010A.
    is_byte_level = header.get("tokenizer.ggml.model") == "gpt2"
    return Vocabulary(raw, tuple(silent), *(("Ġ", "Ċ") if is_byte_level else ()))
