"""Choosing tokens: filters, repetition, and beam search against brute force."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from miaobi.base.engine import TextRequest
from miaobi.errors import InputError
from miaobi.train.catalog import find_model, load_class
from miaobi.train.data.tokenizer import make_tokenizer
from miaobi.train.language.beams import search_beams
from miaobi.train.language.passage import Vocabulary, write_passage
from miaobi.train.language.sampling import adjusted, filtered, next_token, repeating
from miaobi.train.language.torch_network import TorchNetwork
from miaobi.train.sample_wish import parse_sample_wish

LOGITS = np.log(np.array([0.05, 0.4, 0.1, 0.3, 0.15], dtype=np.float32))


def ask(**settings: Any) -> TextRequest:
    return TextRequest(**{"prompt": "", "top_k": 0, "top_p": 1.0, "min_p": 0.0, **settings})


# ---------------------------------------------------------------- one token


def test_top_k_top_p_and_min_p_keep_the_best() -> None:
    assert filtered(LOGITS, ask())[1].tolist() == [1, 3, 4, 2, 0]
    assert filtered(LOGITS, ask(top_k=2))[1].tolist() == [1, 3]
    assert filtered(LOGITS, ask(top_p=0.6))[1].tolist() == [1, 3]
    assert filtered(LOGITS, ask(top_p=0.75))[1].tolist() == [1, 3, 4]
    assert filtered(LOGITS, ask(min_p=0.3))[1].tolist() == [1, 3, 4]
    assert filtered(LOGITS, ask(top_k=1, top_p=0.01, min_p=1.0))[1].tolist() == [1]


def test_tokens_come_as_often_as_they_are_likely() -> None:
    random = np.random.default_rng(5)
    drawn = np.bincount([next_token(LOGITS, ask(temperature=1.0), random) for _ in range(4000)], minlength=5) / 4000
    assert drawn == pytest.approx(np.exp(LOGITS), abs=0.03)
    sharper = np.exp(LOGITS / 0.5) / np.exp(LOGITS / 0.5).sum()
    drawn = np.bincount([next_token(LOGITS, ask(temperature=0.5), random) for _ in range(4000)], minlength=5) / 4000
    assert drawn == pytest.approx(sharper, abs=0.03)
    assert next_token(LOGITS, ask(temperature=0), random) == 1


def test_forbidden_tokens_never_come_and_repeated_ones_less() -> None:
    random = np.random.default_rng(5)
    kept = adjusted(LOGITS, ask(), (), {1, 3})
    assert {next_token(kept, ask(temperature=5.0), random) for _ in range(300)} == {0, 2, 4}
    penalised = adjusted(np.array([2.0, -1.0, 1.0], dtype=np.float32), ask(repeat_penalty=2.0), [0, 1], ())
    assert penalised.tolist() == [1.0, -2.0, 1.0]
    assert LOGITS[1] == pytest.approx(np.log(0.4))  # what came in is untouched


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_repeating_finds_what_brute_force_finds(length: int) -> None:
    random = np.random.default_rng(length)
    for size in range(30):
        ids = random.integers(3, size=size).tolist()
        grams = [tuple(ids[place : place + length]) for place in range(size - length + 1)]
        wanted = {token for token in range(3) if tuple([*ids, token][-length:]) in grams and size >= length}
        assert repeating(ids, length) == wanted
    assert repeating([1, 1, 1], 0) == frozenset()


# ---------------------------------------------------------------- small models that write


VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("transformer", {"layers": 2, "heads": 2, "width": 16, "context": 8, "dropout": 0.0}),
    ("lstm", {"kind": "lstm", "layers": 1, "embedding": 8, "units": 8, "dropout": 0.0}),
    ("lstm", {"kind": "gru", "layers": 2, "embedding": 8, "units": 8, "dropout": 0.0}),
]
every_variant = pytest.mark.parametrize(("name", "settings"), VARIANTS, ids=["transformer", "lstm", "gru"])


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made, _ = make_tokenizer("char", ["abcabcabc"], 300, 1)
    return made


def network_of(name: str, settings: dict[str, Any], seed: int = 0) -> TorchNetwork:
    """Untrained, with weights large enough for clear preferences."""
    torch.manual_seed(seed)
    kind = find_model(name)
    module = load_class(kind.factory)(load_class(kind.config)(**settings), 5).eval()
    for weight in module.parameters():
        weight.data.mul_(20 if name == "transformer" and weight.ndim == 2 else 2)
    return TorchNetwork(module)


def logprob(network: TorchNetwork, ids: Sequence[int], given: int) -> float:
    """Of ids from place `given` on, read afresh at every place, with <unk> (token 1) never written."""
    total = 0.0
    for place in range(given, len(ids)):
        logits, _ = network.read(np.array([ids[:place]]), network.start(1))
        row = torch.from_numpy(logits[0]).double()
        row[1] = -torch.inf
        total += float(torch.log_softmax(row, 0)[ids[place]])
    return total


def brute_force(network: TorchNetwork, prompt: list[int], limit: int, penalty: float) -> list[tuple[float, list[int]]]:
    """Every text of at most `limit` tokens with its score, best first."""
    found = []
    for length in range(1, limit + 1):
        for ids in itertools.product((0, 2, 3, 4), repeat=length):
            if 0 in ids[:-1] or (length < limit and ids[-1] != 0):
                continue
            score = logprob(network, [*prompt, *ids], len(prompt)) / length**penalty
            found.append((score, list(ids)))
    return sorted(found, key=lambda pair: -pair[0])


@every_variant
@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_with_enough_beams_the_search_finds_what_brute_force_finds(
    tokenizer: Tokenizer, name: str, settings: dict[str, Any], penalty: float
) -> None:
    network = network_of(name, settings)
    vocabulary = Vocabulary(tokenizer, 0, begins_with_end=True)
    found = search_beams(network, vocabulary, ask(prompt="ab", max_tokens=4, beams=64, length_penalty=penalty))
    wanted = brute_force(network, [0, *tokenizer.encode("ab").ids], 4, penalty)[:64]
    assert [beam.score for beam in found] == pytest.approx([score for score, _ in wanted], abs=1e-4)
    assert [beam.passage.text for beam in found[:5]] == [vocabulary.text(ids) for _, ids in wanted[:5]]
    assert [beam.passage.finish_reason == "stop" for beam in found[:5]] == [0 in ids for _, ids in wanted[:5]]


def plain_beams(network: TorchNetwork, prompt: list[int], limit: int, beams: int) -> list[float]:
    """Beam search in its plainest form: everything is read afresh, and nothing stops early."""
    live, finished = [((), 0.0)], []
    for length in range(1, limit + 1):
        ways = []
        for ids, _ in live:
            for token in (0, 2, 3, 4):
                ways.append(((*ids, token), logprob(network, [*prompt, *ids, token], len(prompt))))
        ways.sort(key=lambda way: -way[1])
        live = []
        for ids, total in ways:
            if len(live) == beams:
                break
            (finished if ids[-1] == 0 or length == limit else live).append((ids, total))
    return sorted((total / len(ids) for ids, total in finished), reverse=True)[:beams]


@every_variant
def test_with_few_beams_the_state_follows_the_jumps_also_beyond_the_context(
    tokenizer: Tokenizer, name: str, settings: dict[str, Any]
) -> None:
    for seed in range(3):
        network = network_of(name, settings, seed)
        vocabulary = Vocabulary(tokenizer, 0, begins_with_end=True)
        found = search_beams(network, vocabulary, ask(prompt="ca", max_tokens=5, beams=3))
        prompt = [0, *tokenizer.encode("ca").ids]
        assert [beam.score for beam in found] == pytest.approx(plain_beams(network, prompt, 5, 3), abs=1e-4)
    long = search_beams(network, vocabulary, ask(prompt="cabcab", max_tokens=20, beams=3))
    assert all(len(beam.passage.text) <= 20 for beam in long)


@every_variant
def test_one_beam_is_greedy(tokenizer: Tokenizer, name: str, settings: dict[str, Any]) -> None:
    network, vocabulary = network_of(name, settings, 3), Vocabulary(tokenizer, 0, begins_with_end=True)
    (found,) = search_beams(network, vocabulary, ask(prompt="b", max_tokens=30, length_penalty=0))
    greedy = write_passage(network, vocabulary, ask(prompt="b", max_tokens=30, temperature=0))
    assert (found.passage.text, found.passage.finish_reason) == (greedy.text, greedy.finish_reason)


@every_variant
def test_a_search_heeds_stop_and_banned_strings_and_repetition(
    tokenizer: Tokenizer, name: str, settings: dict[str, Any]
) -> None:
    network, vocabulary = network_of(name, settings, 1), Vocabulary(tokenizer, 0, begins_with_end=True)

    def texts(**more: Any) -> list[str]:
        return [b.passage.text for b in search_beams(network, vocabulary, ask(max_tokens=9, beams=6, **more))]

    assert all("ab" not in text and "cc" not in text for text in texts(banned=("ab", "cc")))
    assert all("c" not in text for text in texts(stop=("c",)))
    for text in texts(no_repeat_ngram=2):
        pairs = [text[place : place + 2] for place in range(len(text) - 1)]
        assert len(set(pairs)) == len(pairs)
    assert texts() == texts(seed=7)
    assert texts(banned=("a", "b", "c")) == [""]  # nothing else can be written


def test_no_ngram_comes_twice_in_a_drawn_text_either(tokenizer: Tokenizer) -> None:
    network, vocabulary = network_of(*VARIANTS[1]), Vocabulary(tokenizer, 0, begins_with_end=True)
    for seed in range(5):
        request = ask(prompt="abc", max_tokens=40, no_repeat_ngram=3, seed=seed, temperature=1.0)
        text = "abc" + write_passage(network, vocabulary, request).text
        grams = [text[place : place + 3] for place in range(len(text) - 2)]
        assert len(set(grams)) == len(grams)


# ---------------------------------------------------------------- the wish


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"beams": 4, "temperature": 0.5, "top_k": 3}, "--beams leaves no room for --temperature, --top-k"),
        ({"length_penalty": 1.0}, "--length-penalty belongs to beam search"),
        ({"video": True}, "--video needs --interpolate N"),
        ({"top_p": 1.5}, r"--top-p cannot be 1\.5"),
        ({"count": 0}, "--count cannot be 0"),
        ({"colour": "red"}, "no option 'colour'"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_sample_wish(options)
