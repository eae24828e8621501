"""Writing one passage: the request to llama.cpp, strings that end or must not be in a text, and the way around them.

A banned string can be spread over several tokens, so forbidding tokens is not enough (and would forbid innocent ones).
Tokens that contain a banned string by themselves are forbidden outright. When a string still comes together, the
passage goes back to the token where it began, forbids that token at this one place, and writes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from miaobi.base.engine import TextRequest, TokenLogprob
from miaobi.create.llamacpp.contexts import Context
from miaobi.create.llamacpp.schema import closed_schema
from miaobi.create.llamacpp.vocabulary import Vocabulary
from miaobi.errors import GenerationError

MAX_DETOURS = 64
_SEEDS = 2**32 - 1  # llama.cpp takes 2**32 - 1 itself for "draw one"
_SEED_STRIDE = 7919  # a detour draws other numbers than the passage it leaves
_MAX_BYTES_OF_A_CHARACTER = 4
_SAMPLERS = ("penalties", "top_k", "top_p", "min_p", "temperature")
_REPEAT_WINDOW_TOKENS = 64


class _Piece(NamedTuple):
    """What arrives at once: the text of a token, or of several that make up one character.

    prompt  the same as part of a prompt: a token, or text where the tokens are not told
    first   the token it began with
    """

    text: str
    prompt: int | str | None
    first: int | None
    logprobs: tuple[TokenLogprob, ...]


class _Hit(NamedTuple):
    """Where in the unsettled text a watched string begins."""

    offset: int
    is_banned: bool


class Passage(NamedTuple):
    """A finished passage.

    completion_tokens  of the text, with those of the stop string that ended it
    logprobs           one for each token of `text`; a character without a token of its own, which takes several
                       tokens of one byte, has only that of its last
    """

    text: str
    finish_reason: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int
    logprobs: tuple[TokenLogprob, ...]


def write_passage(
    context: Context, request: TextRequest, vocabulary: Vocabulary, emit: Callable[[str, int], None]
) -> Passage:
    """Write one passage; `emit` is called at least once per token with what has settled and the tokens so far.

    Joined, the settled bits (some are "") are the text. With a JSON Schema the text is valid JSON, stop strings are
    not looked for, and nothing settles before it is complete. What `emit` raises ends the passage.
    Raises GenerationError for JSON cut short by max_tokens, and when banned strings keep coming back.
    """
    return _Writer(request, vocabulary, emit).run(context)


class _Writer:
    """The state of one passage: `pieces` are the accepted ones, the first `settled` of them are emitted."""

    def __init__(self, request: TextRequest, vocabulary: Vocabulary, emit: Callable[[str, int], None]) -> None:
        self._request = request
        self._vocabulary = vocabulary
        self._emit = emit
        self._body = _request_body(request, vocabulary)
        self._stops = tuple(filter(None, request.stop)) if request.json_schema is None else ()
        self._banned = tuple(filter(None, request.banned))
        self._pieces: list[_Piece] = []
        self._settled = 0
        self._tokens_at: list[int] = []  # tokens up to and with piece i
        self._tokens_before = 0  # of the calls before the running one
        self._tokens = 0
        self._prompt_tokens = 0
        self._hit: _Hit | None = None
        self._finish: Literal["stop", "length"] | None = None
        self._detours: dict[int, list[int]] = {}  # at piece i these tokens led into a banned string
        self._detours_made = 0

    def run(self, context: Context) -> Passage:
        detour_tokens = 1
        while True:
            forbidden = self._detours.get(len(self._pieces), [])
            before, self._hit, self._finish = len(self._pieces), None, None
            budget = self._request.max_tokens - self._tokens
            body = self._next_body(forbidden, min(detour_tokens, budget))
            context.complete_prompt(body, self._vocabulary.blank_line(), self._receive)
            if self._hit is not None and self._hit.is_banned:
                self._step_back(self._hit)
            elif forbidden and self._finish == "length" and len(self._pieces) > before:
                detour_tokens = 1  # around the banned string; on without the detour
                if self._tokens >= self._request.max_tokens:
                    return self._finished()
            elif forbidden and self._finish == "length" and detour_tokens < min(budget, _MAX_BYTES_OF_A_CHARACTER):
                detour_tokens = min(budget, _MAX_BYTES_OF_A_CHARACTER)  # one token was only part of a character
                self._tokens = self._tokens_before
            else:
                return self._finished()

    def _next_body(self, forbidden: list[int], detour_tokens: int) -> dict[str, Any]:
        self._tokens_before = self._tokens
        body = dict(self._body)
        if self._detours_made:
            written = [piece.prompt for piece in self._pieces if piece.prompt is not None]
            body["prompt"] = [self._request.prompt, *written]
            body["seed"] = (self._request.seed + self._tokens + _SEED_STRIDE * self._detours_made) % _SEEDS
        body["n_predict"] = detour_tokens if forbidden else self._request.max_tokens - self._tokens
        body["logit_bias"] = [*body["logit_bias"], *([token, False] for token in forbidden)]
        return body

    def _receive(self, chunk: dict[str, Any]) -> bool:
        choice = chunk["choices"][0]
        if "timings" in chunk:
            read, kept = int(chunk["timings"]["prompt_n"]), int(chunk["timings"].get("cache_n", 0))
            self._prompt_tokens = self._prompt_tokens or read + kept
            self._tokens = self._tokens_before + int(chunk["timings"]["predicted_n"])
        entries = (choice.get("logprobs") or {}).get("content") or ()
        if choice.get("text") or entries:
            self._pieces.append(self._piece(choice["text"], entries))
            self._tokens_at.append(self._tokens)
        if choice.get("finish_reason") is not None:
            self._finish = choice["finish_reason"]
        self._hit = self._find_watched()
        self._emit("" if self._hit or self._request.json_schema is not None else self._settle(), self._tokens)
        return self._hit is not None

    def _piece(self, text: str, entries: Sequence[dict[str, Any]]) -> _Piece:
        logprobs = tuple(map(_logprob, entries))
        if not entries:
            return _Piece(text, text, None, logprobs)
        token, first_byte = int(entries[0]["id"]), entries[0]["bytes"][:1]
        if self._vocabulary.is_byte(token) and first_byte:
            return _Piece(text, text, self._vocabulary.byte_token(first_byte[0]), logprobs)
        return _Piece(text, token, token, logprobs)

    def _pending(self) -> str:
        return "".join(piece.text for piece in self._pieces[self._settled :])

    def _find_watched(self) -> _Hit | None:
        pending = self._pending()
        stops = [_Hit(pending.find(text), is_banned=False) for text in self._stops]
        banned = [_Hit(pending.find(text), is_banned=True) for text in self._banned]
        return min((hit for hit in (*stops, *banned) if hit.offset >= 0), default=None)

    def _settle(self) -> str:
        """The text of the pieces that end before the first place where a watched string may have begun."""
        pending = self._pending()
        safe = min((_open_end(pending, text) for text in (*self._stops, *self._banned)), default=len(pending))
        settled = []
        while self._settled < len(self._pieces) and len(self._pieces[self._settled].text) <= safe:
            settled.append(self._pieces[self._settled].text)
            safe -= len(settled[-1])
            self._settled += 1
        return "".join(settled)

    def _step_back(self, hit: _Hit) -> None:
        """Forget the pieces from the one in which a banned string began, and forbid its token there."""
        index, offset = self._settled, hit.offset
        while len(self._pieces[index].text) <= offset:
            offset -= len(self._pieces[index].text)
            index += 1
        first = self._pieces[index].first
        if self._request.json_schema is not None or self._detours_made >= MAX_DETOURS or first is None:
            raise GenerationError(
                f"The text keeps running into a banned string ({', '.join(map(repr, self._banned))}).",
                hint="Ban fewer or longer strings, or change the prompt or the seed.",
            )
        del self._pieces[index:], self._tokens_at[index:]
        self._tokens = self._tokens_at[-1] if index else 0
        self._detours = {at: tokens for at, tokens in self._detours.items() if at <= index}
        self._detours.setdefault(index, []).append(first)
        self._detours_made += 1

    def _finished(self) -> Passage:
        """Emit what was held back, up to a stop string; check JSON."""
        if self._hit is not None:
            self._cut(self._hit.offset)
            self._finish = "stop"
        text = "".join(piece.text for piece in self._pieces)
        if self._request.json_schema is not None:
            _require_json(text, self._finish, self._request.max_tokens)
        self._emit(self._pending(), self._tokens)
        logprobs = tuple(entry for piece in self._pieces for entry in piece.logprobs)
        return Passage(text, self._finish or "length", self._prompt_tokens, self._tokens, logprobs)

    def _cut(self, offset: int) -> None:
        """Keep `offset` characters of the unsettled text."""
        kept = self._pieces[: self._settled]
        for piece in self._pieces[self._settled :]:
            if offset <= 0:
                break
            kept.append(piece._replace(text=piece.text[:offset]))
            offset -= len(piece.text)
        self._pieces = kept


def _open_end(text: str, watched: str) -> int:
    """Where the longest end of `text` that is a beginning of `watched` starts; len(text) when there is none."""
    for length in range(min(len(watched) - 1, len(text)), 0, -1):
        if text.endswith(watched[:length]):
            return len(text) - length
    return len(text)


def _request_body(request: TextRequest, vocabulary: Vocabulary) -> dict[str, Any]:
    banned = {token for text in request.banned if text for token in vocabulary.tokens_with(text)}
    body: dict[str, Any] = {
        "prompt": request.prompt,
        "stream": True,
        "cache_prompt": False,
        "timings_per_token": True,
        "samplers": _SAMPLERS,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_k": request.top_k,
        "min_p": request.min_p,
        "repeat_penalty": request.repeat_penalty,
        "repeat_last_n": _REPEAT_WINDOW_TOKENS,
        "seed": request.seed % _SEEDS,
        "n_probs": max(1, request.top_logprobs or 0),  # also tells the tokens; costs nothing measurable
        "logit_bias": [[token, False] for token in sorted({*vocabulary.silent, *banned})],
    }
    if request.json_schema is not None:
        body["json_schema"] = closed_schema(request.json_schema)
    return body


def _logprob(entry: dict[str, Any]) -> TokenLogprob:
    top = tuple((str(other["token"]), float(other["logprob"])) for other in entry.get("top_logprobs", ()))
    return TokenLogprob(token=str(entry["token"]), logprob=float(entry["logprob"]), top=top)


def _require_json(text: str, finish: str | None, max_tokens: int) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        if not _may_become_json(text):  # llama.cpp leaves out a grammar it cannot build, and says nothing
            raise GenerationError(
                f"llama.cpp could not follow the JSON Schema: the answer begins {text[:40]!r}.",
                hint="Simplify the schema.",
            ) from error
        if finish == "length":
            raise GenerationError(
                f"The JSON was not finished within {max_tokens} tokens: ...{text[-60:]!r}",
                hint="Raise max_tokens, or bound strings (maxLength) and lists (maxItems) in the schema.",
            ) from error
        raise GenerationError(
            f"The model's answer is not JSON ({error}): {text[:80]!r}", hint="Try another seed."
        ) from error


def _may_become_json(text: str) -> bool:
    begun = text.strip()
    return begun[:1] in '{["-0123456789' or any(word.startswith(begun) for word in ("true", "false", "null"))
