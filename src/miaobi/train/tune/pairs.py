"""Reading pairs of a prompt and its answer from JSONL, and splitting them. No PyTorch here.

    {"prompt": "A slogan for tea:\n", "answer": "Leaves of calm."}
    {"messages": [{"role": "user", "content": "A slogan for tea?"}, {"role": "assistant", "content": "Calm."}]}

Prompt and answer follow each other exactly as they are written: what is asked later has to be written the same way.
A line of messages needs a base whose tokenizer has a chat template, and its last message is the answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from miaobi.errors import InputError

_ROLES: Final = ("system", "user", "assistant")
_FAULTS_SHOWN: Final = 3
_FORMS: Final = 'Each line is {"prompt": "...", "answer": "..."} or {"messages": [...]} (see docs/lab/tune.md).'


class Message(NamedTuple):
    """One turn of a conversation."""

    role: str
    content: str


class Pair(NamedTuple):
    """A prompt and its answer, or a conversation whose last message is the answer.

    line  where it stands in the file, from 1
    """

    prompt: str
    answer: str
    messages: tuple[Message, ...]
    line: int

    @property
    def asked(self) -> str:
        """All that stands before the answer, as one string that tells prompts apart."""
        return self.prompt or json.dumps(self.messages[:-1], ensure_ascii=False)

    def shown(self) -> tuple[str, str]:
        """Prompt and answer for people to read."""
        if not self.messages:
            return self.prompt, self.answer
        *before, last = self.messages
        return "\n".join(f"{role}: {content}" for role, content in before), last.content

    def to_json(self) -> str:
        """The line it came from, without what was not read of it, and with its number."""
        if self.messages:
            told: dict[str, Any] = {"messages": [message._asdict() for message in self.messages]}
        else:
            told = {"prompt": self.prompt, "answer": self.answer}
        return json.dumps({**told, "line": self.line}, ensure_ascii=False)


class Pairs(NamedTuple):
    """What a file held: pairs in its order, and how many lines said the same as one before."""

    pairs: tuple[Pair, ...]
    duplicates: int


def read_pairs(path: Path) -> Pairs:
    """The pairs of a JSONL file. InputError names the lines that cannot be used, and why."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.", hint="Check the path.") from error
    kept: dict[tuple[str, str, tuple[Message, ...]], Pair] = {}
    faults, count = [], 0
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            pair = _pair(raw, number)
        except ValueError as fault:
            faults.append(f"line {number} {fault}")
            continue
        count += 1
        kept.setdefault((pair.prompt, pair.answer, pair.messages), pair)
    if faults:
        raise refuse(path.name, faults)
    if not kept:
        raise InputError(f"{path.name} has no pairs in it.", hint=_FORMS)
    return Pairs(tuple(kept.values()), count - len(kept))


def refuse(name: str, faults: Sequence[str], hint: str = _FORMS) -> InputError:
    """The error for lines that cannot be used, the first of them in full."""
    more = len(faults) - _FAULTS_SHOWN
    said = "; ".join(faults[:_FAULTS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return InputError(f"{name} cannot be learned from. {said[0].upper()}{said[1:]}.", hint=hint)


def split_pairs(pairs: Iterable[Pair], share: float) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Pairs to learn from and pairs held out, by a hash of the prompt: the answers to one prompt stay together.

    share  of the prompts that are held out; each part gets at least one
    InputError when there are not two different prompts.
    """
    pairs = tuple(pairs)
    ranks = {pair.asked: _rank(pair.asked) for pair in pairs}
    if len(ranks) < 2:
        raise InputError(
            f"There {'is one prompt' if ranks else 'are no prompts'}; it takes at least two that differ: one to learn "
            "from and one to measure with.",
            hint="Write more pairs; a few dozen are the least that helps.",
        )
    order = sorted(ranks, key=lambda asked: ranks[asked])
    held_out = {asked for asked in order if ranks[asked] < share} or {order[0]}
    held_out.discard(order[-1])  # at least one to learn from
    learned = tuple(pair for pair in pairs if pair.asked not in held_out)
    return learned, tuple(pair for pair in pairs if pair.asked in held_out)


def _rank(asked: str) -> float:
    """A number from 0 to 1 that depends on the prompt alone."""
    return int.from_bytes(hashlib.sha256(asked.encode()).digest()[:8], "big") / 2**64


def _pair(raw: bytes, line: int) -> Pair:
    """One line. ValueError says what is wrong with it."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 (byte {error.start + 1} is 0x{raw[error.start]:02x})") from error
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from error
    if not isinstance(value, dict):
        raise ValueError(f"is a {_kind(value)}, not an object")
    if "messages" in value:
        return Pair("", "", _messages(value["messages"]), line)
    return Pair(_text(value, "prompt"), _text(value, "answer"), (), line)


def _messages(value: Any) -> tuple[Message, ...]:
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(message, dict) for message in value):
        raise ValueError('has "messages" that are no list of at least two objects')
    messages = tuple(Message(_text(message, "role"), _text(message, "content")) for message in value)
    for message in messages:
        if message.role not in _ROLES:
            raise ValueError(f"has the role {message.role!r}; there are {', '.join(_ROLES)}")
    if messages[-1].role != "assistant":
        raise ValueError(f"ends with a message of the {messages[-1].role}; the last one has to be the assistant's")
    return messages


def _text(value: dict[str, Any], key: str) -> str:
    if key not in value:
        raise ValueError(f'has no "{key}"')
    text = value[key]
    if not isinstance(text, str):
        raise ValueError(f'has a "{key}" that is a {_kind(text)}, not text')
    if not text.strip():
        raise ValueError(f'has an empty "{key}"')
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f'has half a character (a lone surrogate) in its "{key}"') from error
    return text


def _kind(value: object) -> str:
    names = {dict: "object", list: "list", str: "text", bool: "truth value", type(None): "null"}
    return names.get(type(value), "number")
