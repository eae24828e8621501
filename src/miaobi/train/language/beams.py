"""Beam search: the likeliest passages instead of drawn ones.

Lowerre, The Harpy Speech Recognition System (1976); with a length penalty as in Wu et al., Google's Neural Machine
Translation System (2016), in the simple form score = log-probability / length^penalty. The `beams` best unfinished
passages are read on side by side, the network's state following them wherever the search jumps. The search ends when
no unfinished passage can overtake the finished ones any more, so with enough beams the result is the exact optimum.

Shapes: B beams, V vocabulary.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from miaobi.base.engine import TextRequest
from miaobi.train.language.network import Logits, Network, Reader
from miaobi.train.language.passage import BROKEN, Passage, Vocabulary
from miaobi.train.language.sampling import adjusted, log_softmax, repeating


class Beam(NamedTuple):
    """A passage that the search found.

    score   natural logarithm of its probability, its end's included, over its length to the power of the penalty
    """

    passage: Passage
    score: float


def search_beams(
    network: Network,
    vocabulary: Vocabulary,
    request: TextRequest,
    watch: Callable[[int], None] = lambda _tokens: None,
) -> tuple[Beam, ...]:
    """At most `request.beams` passages, best first; different tokens may spell one text, which then comes once.

    Temperature, top-k, top-p, min-p and seed have no say. `watch` gets the tokens read so far and may raise to end the
    search.
    """
    return _Search(network, vocabulary, request).run(watch)


class _Live(NamedTuple):
    """An unfinished passage and the natural logarithm of its probability."""

    ids: tuple[int, ...]
    logprob: float


class _Finished(NamedTuple):
    ids: tuple[int, ...]
    text: str
    reason: Literal["stop", "length"]
    score: float


class _Search:
    def __init__(self, network: Network, vocabulary: Vocabulary, request: TextRequest) -> None:
        self._network, self._vocabulary, self._request = network, vocabulary, request
        self._prompt = vocabulary.prompt_ids(request.prompt)
        self._stops = tuple(filter(None, request.stop))
        self._banned = tuple(filter(None, request.banned))
        self._never = vocabulary.silent | vocabulary.tokens_with(self._banned)
        self._finished: list[_Finished] = []  # best first, at most `beams`, no text twice

    def run(self, watch: Callable[[int], None]) -> tuple[Beam, ...]:
        reader, live = Reader(self._network), [_Live((), 0.0)]
        logits = reader.read([self._prompt])
        for length in range(1, self._request.max_tokens + 1):
            watch(length)
            rows, live = self._advance(live, logits, length)
            if not live or self._is_decided(live):
                break
            if length < self._request.max_tokens:
                reader.select(rows)
                logits = reader.read([beam.ids[-1:] for beam in live])
        assert self._finished  # the token that ends a text is never forbidden
        return tuple(map(self._beam, self._finished))

    def _advance(self, live: Sequence[_Live], logits: Logits, length: int) -> tuple[list[int], list[_Live]]:
        """The best ways to go on, with the row each comes from; whatever ends here is noted."""
        totals = self._logprobs(live, logits) + np.array([beam.logprob for beam in live])[:, None]  # B V
        rows: list[int] = []
        chosen: list[_Live] = []
        size = totals.shape[1]
        for place in np.argsort(-totals, axis=None, kind="stable").tolist():
            row, token = divmod(place, size)
            beam = _Live((*live[row].ids, token), float(totals[row, token]))
            is_late = length == self._request.max_tokens and self._is_decided([beam])
            if len(rows) == self._request.beams or is_late or beam.logprob == -np.inf:
                break
            if not self._ends(beam, length):
                rows.append(row)
                chosen.append(beam)
        return rows, chosen

    def _logprobs(self, live: Sequence[_Live], logits: Logits) -> NDArray[np.float64]:
        """Of each next token, after the request's rules, B V."""
        ruled = [self._ruled(beam, row) for beam, row in zip(live, logits, strict=True)]
        return log_softmax(np.stack(ruled))

    def _ruled(self, beam: _Live, logits: Logits) -> Logits:
        seen = [*self._prompt, *beam.ids]
        again = repeating(seen, self._request.no_repeat_ngram) - {self._vocabulary.end_id}
        return adjusted(logits, self._request, seen, self._never | again)

    def _ends(self, beam: _Live, length: int) -> bool:
        """Whether nothing comes after this token; a passage that is finished and allowed is noted."""
        if beam.ids[-1] == self._vocabulary.end_id:
            self._note(beam, self._vocabulary.text(beam.ids), "stop")
            return True
        is_last = length == self._request.max_tokens
        text = self._vocabulary.text(beam.ids) if self._stops or self._banned or is_last else ""
        stop, banned = _first(text, self._stops), _first(text, self._banned)
        if banned >= 0 and (stop < 0 or banned < stop):
            return True
        if stop >= 0:
            self._note(beam, text[:stop], "stop")
        elif is_last:
            self._note(beam, text.rstrip(BROKEN), "length")  # a character may be cut in the middle
        return stop >= 0 or is_last

    def _note(self, beam: _Live, text: str, reason: Literal["stop", "length"]) -> None:
        done = _Finished(beam.ids, text, reason, beam.logprob / len(beam.ids) ** self._request.length_penalty)
        for place, other in enumerate(self._finished):
            if other.text == text:
                if other.score >= done.score:
                    return
                del self._finished[place]
                break
        bisect.insort(self._finished, done, key=lambda finished: -finished.score)
        del self._finished[self._request.beams :]

    def _is_decided(self, live: Sequence[_Live]) -> bool:
        """Whether even without losing any more probability up to the limit none gets among the finished."""
        if len(self._finished) < self._request.beams:
            return False
        bound = max(beam.logprob for beam in live) / self._request.max_tokens**self._request.length_penalty
        return bool(bound <= self._finished[-1].score)

    def _beam(self, finished: _Finished) -> Beam:
        passage = Passage(finished.text, finished.reason, len(self._prompt), len(finished.ids), ())
        return Beam(passage, finished.score)


def _first(text: str, strings: Sequence[str]) -> int:
    places = [text.find(string) for string in strings]
    return min((place for place in places if place >= 0), default=-1)
