"""One passage from a language model: token by token, with stop and banned strings, seeds and log-probabilities.

Text settles, and is handed out, only up to the first place where a watched string may have begun. A banned string is
avoided by going back to the token it began in and forbidding that token there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from miaobi.base.engine import TextRequest, TokenLogprob
from miaobi.errors import GenerationError
from miaobi.train.language.network import Logits, Network, Reader
from miaobi.train.language.sampling import REPEAT_WINDOW_TOKENS, adjusted, log_softmax, next_token, repeating

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_DETOURS = 64
BROKEN = "\N{REPLACEMENT CHARACTER}"
_MAX_TOKENS_OF_A_CHARACTER = 4


class Vocabulary:
    """A tokenizer, and the token that ends a document.

    begins_with_end  the model saw many documents begin after this token, so a passage begins after it too
    """

    def __init__(self, tokenizer: Tokenizer, end_id: int, *, begins_with_end: bool) -> None:
        self.tokenizer, self.end_id, self.begins_with_end = tokenizer, end_id, begins_with_end
        added = tokenizer.get_added_tokens_decoder()
        self.silent = frozenset(number for number, token in added.items() if token.special and number != end_id)
        newline = tokenizer.encode("\n", add_special_tokens=False).ids
        self._first = [end_id] if begins_with_end or not newline else newline

    def prompt_ids(self, prompt: str) -> list[int]:
        """What the model reads before it writes; never empty."""
        ids: list[int] = self.tokenizer.encode(prompt, add_special_tokens=False).ids
        return [*self._first, *ids] if self.begins_with_end or not ids else ids

    def text(self, ids: Sequence[int]) -> str:
        """Plain text of tokens, control tokens left out."""
        return str(self.tokenizer.decode([token for token in ids if token != self.end_id]))

    def texts(self, rows: Iterable[Sequence[int]]) -> list[str]:
        """The text of each row."""
        return [self.text(row) for row in rows]

    def labels(self, ids: Sequence[int]) -> list[str]:
        """What each token says, that which ends a document as "end"."""
        return ["end" if token == self.end_id else self.text([token]) for token in ids]

    def tokens_with(self, strings: Sequence[str]) -> frozenset[int]:
        """Tokens that contain one of the strings whole."""
        if not strings:
            return frozenset()
        size = self.tokenizer.get_vocab_size()
        return frozenset(token for token in range(size) if any(text in self.text([token]) for text in strings))


class Passage(NamedTuple):
    """A finished passage; `logprobs` has an entry for each token of `text`, () when none were asked for."""

    text: str
    finish_reason: Literal["stop", "length"]
    prompt_tokens: int
    completion_tokens: int
    logprobs: tuple[TokenLogprob, ...]


def write_passage(
    network: Network,
    vocabulary: Vocabulary,
    request: TextRequest,
    emit: Callable[[str, int], None] = lambda _text, _tokens: None,
) -> Passage:
    """Write one passage; `emit` gets what has settled ("" at times) and the tokens so far, and may raise to end it.

    GenerationError when banned strings keep coming back.
    """
    return _Writer(network, vocabulary, request, emit).run()


class _Piece(NamedTuple):
    """The text of a token, or of several that make up one character; `at` is the place of the first."""

    text: str
    at: int


class _Writer:
    """The state of one passage: the first `_settled` characters of the text are emitted."""

    def __init__(
        self, network: Network, vocabulary: Vocabulary, request: TextRequest, emit: Callable[[str, int], None]
    ) -> None:
        self._network, self._vocabulary, self._request, self._emit = network, vocabulary, request, emit
        self._prompt = vocabulary.prompt_ids(request.prompt)
        self._stops = tuple(filter(None, request.stop))
        self._banned = tuple(filter(None, request.banned))
        self._never = vocabulary.silent | vocabulary.tokens_with(self._banned)
        self._random = np.random.default_rng(request.seed)
        self._ids: list[int] = []
        self._logprobs: list[TokenLogprob] = []
        self._pieces: list[_Piece] = []
        self._text = ""
        self._settled = 0
        self._open = 0  # place of the first token of the character that is not complete
        self._detours: dict[int, set[int]] = {}
        self._detours_made = 0

    def run(self) -> Passage:
        reader = Reader(self._network)
        (logits,) = reader.read([self._prompt])
        while len(self._ids) < self._request.max_tokens:
            token = self._next(logits)
            if token == self._vocabulary.end_id:
                return self._finished("stop")
            self._append(token, logits)
            stop, banned = self._find(self._stops), self._find(self._banned)
            if banned >= 0 and (stop < 0 or banned < stop):
                reader = self._step_back(banned)
                (logits,) = reader.read([[*self._prompt, *self._ids]])
                continue
            if stop >= 0:
                return self._finished("stop", stop)
            self._settle()
            if len(self._ids) < self._request.max_tokens:
                (logits,) = reader.read([[token]])
        return self._finished("length")

    def _next(self, logits: Logits) -> int:
        request, forbidden = self._request, self._never | self._detours.get(len(self._ids), set())
        seen = [*self._prompt[-REPEAT_WINDOW_TOKENS:], *self._ids[-REPEAT_WINDOW_TOKENS:]]
        if request.no_repeat_ngram:
            again = repeating([*self._prompt, *self._ids], request.no_repeat_ngram)
            forbidden = forbidden | (again - {self._vocabulary.end_id})  # to end the text is always a choice
        return next_token(adjusted(logits, request, seen, forbidden), request, self._random)

    def _append(self, token: int, logits: Logits) -> None:
        if self._request.top_logprobs is not None:
            self._logprobs.append(self._logprob(token, logits, self._request.top_logprobs))
        self._ids.append(token)
        before = self._ids[max(0, self._open - 1) : self._open]
        text = self._vocabulary.text([*before, *self._ids[self._open :]])[len(self._vocabulary.text(before)) :]
        if not text.endswith(BROKEN) or len(self._ids) - self._open >= _MAX_TOKENS_OF_A_CHARACTER:
            self._pieces.append(_Piece(text, self._open))
            self._open = len(self._ids)
            self._text += text

    def _logprob(self, token: int, logits: Logits, alternatives: int) -> TokenLogprob:
        shares = log_softmax(logits)
        tokens = np.argsort(-shares, kind="stable")[:alternatives].tolist()
        top = tuple((self._vocabulary.text([other]), float(shares[other])) for other in tokens)
        return TokenLogprob(token=self._vocabulary.text([token]), logprob=float(shares[token]), top=top)

    def _find(self, watched: Sequence[str]) -> int:
        """Where in the text the first of the strings begins, -1 when none is there."""
        places = [self._text.find(string, self._settled) for string in watched]
        return min((place for place in places if place >= 0), default=-1)

    def _settle(self) -> None:
        pending = self._text[self._settled :]
        safe = min((_open_end(pending, string) for string in (*self._stops, *self._banned)), default=len(pending))
        self._settled += safe
        self._emit(pending[:safe], len(self._ids))

    def _step_back(self, offset: int) -> Reader:
        """Forget the text from the token in which a banned string began, and forbid that token there."""
        while len(self._text) > offset:
            piece = self._pieces.pop()
            self._text = self._text[: len(self._text) - len(piece.text)]
        token = self._ids[piece.at]
        del self._ids[piece.at :], self._logprobs[piece.at :]
        self._open = piece.at
        self._detours = {at: tokens for at, tokens in self._detours.items() if at <= piece.at}
        self._detours.setdefault(piece.at, set()).add(token)
        self._detours_made += 1
        if self._detours_made > MAX_DETOURS or not self._has_choice(piece.at):
            raise GenerationError(
                f"The text keeps running into a banned string ({', '.join(map(repr, self._banned))}).",
                hint="Ban fewer or longer strings, or change the prompt or the seed.",
            )
        return Reader(self._network)

    def _has_choice(self, at: int) -> bool:
        forbidden = self._never | self._detours.get(at, set())
        return len(forbidden) < self._vocabulary.tokenizer.get_vocab_size()

    def _finished(self, reason: Literal["stop", "length"], offset: int | None = None) -> Passage:
        """Emit what was held back, up to a stop string."""
        text = self._text if offset is None else self._text[:offset]
        self._emit(text[self._settled :], len(self._ids))
        kept, length = 0, 0
        ends = [*(piece.at for piece in self._pieces[1:]), self._open]  # places after each piece's last token
        for piece, end in zip(self._pieces, ends, strict=False):
            if length < len(text):
                kept = end
            length += len(piece.text)
        return Passage(text, reason, len(self._prompt), len(self._ids), tuple(self._logprobs[:kept]))


def _open_end(text: str, watched: str) -> int:
    """Where the longest end of `text` that is a beginning of `watched` starts; len(text) when there is none."""
    for length in range(min(len(watched) - 1, len(text)), 0, -1):
        if text.endswith(watched[:length]):
            return len(text) - length
    return len(text)
