"""Pairs as tokens, and the order in which they are learned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.tune.pairs import Pair, refuse
from miaobi.train.tune.text_model import begin_ids

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_SORTED_TOGETHER: Final = 16  # batches
NO_TARGET: Final = -100


class Example(NamedTuple):
    """A pair as tokens: the first `given` of them are read, the rest are to be written."""

    ids: tuple[int, ...]
    given: int


class Encoder:
    """Pairs to tokens, as prompts are read when the model is used. InputError names what a base cannot do.

    end_id  the token that ends an answer
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, context: int, name: str) -> None:
        self._tokenizer, self._context, self._name = tokenizer, context, name
        self._begin = begin_ids(tokenizer)
        if tokenizer.eos_token_id is None:
            raise InputError("The base's tokenizer has no token that ends a text.", hint="Set its eos_token.")
        self.end_id = int(tokenizer.eos_token_id)

    def encode(self, pairs: Sequence[Pair]) -> list[Example]:
        """All of them. InputError names the lines that are longer than the context."""
        if any(pair.messages for pair in pairs):
            self._use_template(next(pair for pair in pairs if pair.messages))
        examples = [self._chat(pair) if pair.messages else self._plain(pair) for pair in pairs]
        faults = [
            f"line {pair.line} has {len(example.ids)} tokens"
            for pair, example in zip(pairs, examples, strict=True)
            if len(example.ids) > self._context
        ]
        if faults:
            longest = max(len(example.ids) for example in examples)
            limit = f"A prompt and its answer may have {self._context} tokens together"
            raise refuse(self._name, faults, f"{limit}: shorten them, or give --set context={longest}.")
        return examples

    def _plain(self, pair: Pair) -> Example:
        prompt = [*self._begin, *self._ids(pair.prompt)]
        return Example((*prompt, *self._ids(pair.answer), self.end_id), len(prompt))

    def _chat(self, pair: Pair) -> Example:
        """The answer is what the template adds to the conversation before it, up to its last mark."""
        before, whole = self._templated(pair, cut=True), self._templated(pair)
        answer = self._ids(whole[len(before) :].rstrip()) if whole.startswith(before) else []
        if not answer:
            raise refuse(self._name, [f"line {pair.line} the base's chat template loses the answer"])
        if answer[-1] != self.end_id:
            answer.append(self.end_id)
        prompt = self._ids(before)
        return Example((*prompt, *answer), len(prompt))

    def _use_template(self, pair: Pair) -> None:
        """The token that ends an answer is the mark the template sets after it, where it sets one."""
        if not self._tokenizer.chat_template:
            raise refuse(
                self._name,
                [f"line {pair.line} has messages, and the base has no chat template"],
                'Write {"prompt": "...", "answer": "..."} instead, or tune a model that has one.',
            )
        last = self._ids(self._templated(pair).rstrip())[-1]
        if last in self._tokenizer.all_special_ids or last in self._tokenizer.added_tokens_decoder:
            self.end_id = last

    def _templated(self, pair: Pair, *, cut: bool = False) -> str:
        messages = [message._asdict() for message in pair.messages]
        try:
            return str(
                self._tokenizer.apply_chat_template(
                    messages[:-1] if cut else messages, tokenize=False, add_generation_prompt=cut
                )
            )
        except Exception as error:
            raise refuse(self._name, [f"line {pair.line} the base's chat template refuses it ({error})"]) from error

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return ids


class Series:
    """Examples in a shuffled order without end, a function of the seed alone; neighbours are of like length.

    Each round visits every example once. So a batch has little padding, and batches come in random order.
    """

    def __init__(self, lengths: Sequence[int], batch: int, seed: int) -> None:
        self._lengths, self._batch, self._seed = tuple(lengths), batch, seed

    def at(self, position: int, size: int) -> list[int]:
        """The numbers of the examples at `position` to `position + size`."""
        count = len(self._lengths)
        places = (divmod(place, count) for place in range(position, position + size))
        return [_round(self._lengths, self._batch, self._seed, number)[place] for number, place in places]


@lru_cache(maxsize=4)
def _round(lengths: tuple[int, ...], batch: int, seed: int, number: int) -> tuple[int, ...]:
    """The order of one round: sorted by length within stretches, then cut into batches, which are shuffled."""
    random = np.random.default_rng((seed, number))
    order = random.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), batch * _SORTED_TOGETHER):
        stretch = sorted(order[start : start + batch * _SORTED_TOGETHER], key=lambda index: lengths[index])
        batches += [stretch[at : at + batch] for at in range(0, len(stretch), batch)]
    return tuple(int(index) for place in random.permutation(len(batches)) for index in batches[place])


def padded(examples: Iterable[Example]) -> tuple[Tensor, Tensor]:
    """Ids B T, zeros after the end, and targets B T: the next token where it is to be written, else NO_TARGET."""
    examples = list(examples)
    longest = max(len(example.ids) for example in examples) - 1
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    targets = torch.full((len(examples), longest), NO_TARGET)
    for row, example in enumerate(examples):
        tokens = torch.tensor(example.ids)
        ids[row, : len(tokens) - 1] = tokens[:-1]
        targets[row, example.given - 1 : len(tokens) - 1] = tokens[example.given :]
    return ids, targets
