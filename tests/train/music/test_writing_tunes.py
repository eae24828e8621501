"""Whatever a network says, what is written is a tune, and the one that was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import SCALE, NoisyNetwork, simple_tune, tunes

from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.grid import METERS, Meter
from miaobi.train.data.music.mood import MOODS, is_minor_mood
from miaobi.train.data.music.tokens import encode
from miaobi.train.data.music.tune import MOST_BARS, Note, Tune
from miaobi.train.music.grammar import Asked, Grammar
from miaobi.train.music.writing import PREFIX, Drawing, settled, window_prefix, write_tune


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@given(
    st.builds(
        Asked,
        tonic=maybe(st.integers(0, 11)),
        meter=maybe(st.sampled_from(METERS)),
        mood=maybe(st.sampled_from(MOODS)),
        bars=maybe(st.integers(1, 4)),
    ),
    st.integers(0, 100),
    st.sampled_from([0.0, 1.0]),
)
@settings(max_examples=40, deadline=None)
def test_a_tune_is_valid_and_as_asked(asked: Asked, seed: int, temperature: float) -> None:
    tune = write_tune(NoisyNetwork(seed), asked, Drawing(temperature, seed=seed))
    assert tune.faults() == ()
    assert is_minor_mood(tune.mood) == tune.key.is_minor
    told = {"tonic": tune.key.tonic, "meter": tune.meter, "mood": tune.mood, "bars": tune.bars}
    for name, value in told.items():
        assert getattr(asked, name) in (None, value)


@given(tunes())
@settings(max_examples=100, deadline=None)
def test_the_grammar_allows_every_tune(tune: Tune) -> None:
    mood = MOODS[MOODS.index(tune.mood) % 3 + 3 * tune.key.is_minor]
    ids = encode(replace(tune, mood=mood))
    grammar = Grammar(Asked())
    for token in ids:
        assert token in grammar.allowed()
        grammar.take(token)
    assert grammar.is_done


def test_the_seed_decides() -> None:
    def written(**drawn: Any) -> Tune:
        return write_tune(NoisyNetwork(1), Asked(bars=4), Drawing(**drawn))

    assert written(seed=1) == written(seed=1)
    assert written(seed=1) != written(seed=2)
    assert written(temperature=0, seed=1) == written(temperature=0, seed=2) == written(top_k=1, seed=3)


class Telling(NoisyNetwork):
    """Says END wherever it may, else a lone pitch."""

    def read(self, ids: Any, state: Any) -> Any:
        logits, state = super().read(ids, state)
        logits[:] = -1000
        logits[0, v.pitch_id(7)] = 1
        logits[0, v.BARS.start : v.BARS.stop] = 2
        logits[0, v.END] = 3
        return logits, state


def test_a_number_of_bars_is_kept_against_the_networks_will() -> None:
    tune = write_tune(Telling(0), Asked(bars=5, meter=Meter(3, 4)), Drawing(seed=0))
    assert tune.bars == 5
    assert [(note.start, note.length, note.pitch - tune.keynote) for note in tune.notes] == [
        (72 * bar, 72, 7) for bar in range(5)
    ]


def test_a_tune_may_be_longer_than_the_context() -> None:
    network = NoisyNetwork(2, context=80)
    tune = write_tune(network, Asked(bars=16, meter=Meter(4, 4)), Drawing(seed=1))
    assert len(encode(tune)) > 120
    assert 60 < network.longest <= 80
    assert tune.bars == 16


def test_what_is_read_again_begins_with_what_was_asked_and_a_bar() -> None:
    ids = encode(simple_tune([SCALE[number % 14] for number in range(32)]))
    at = ids.index(v.bar_id(3))
    conditions = Asked(bars=8).conditions()
    assert window_prefix(conditions, ids, at) == [v.START, *[v.OPEN] * 4, v.bar_id(3), *ids[:4]]
    assert window_prefix(Asked().conditions(), ids, at) == [v.START, *[v.OPEN] * 5, *ids[:4]]
    assert len(window_prefix(conditions, ids, at)) == PREFIX


def test_a_primer_comes_first_note_for_note() -> None:
    primer = simple_tune([60, 64, 67, 72, 71, 69, 67, 65, 64])
    primer = replace(primer, notes=(Note(-24, 24, 55), *primer.notes))
    for asked, bars in ((Asked(bars=6), 6), (Asked(), primer.bars + 8)):
        tune = write_tune(NoisyNetwork(3), asked, Drawing(seed=1), primer=primer)
        assert (tune.key, tune.meter, tune.mood, tune.bars) == (primer.key, primer.meter, primer.mood, bars)
        assert tune.notes[: len(primer.notes)] == primer.notes
        assert len(tune.notes) > len(primer.notes)
    long = replace(primer, bars=MOST_BARS - 2, notes=primer.notes[:4])
    assert write_tune(NoisyNetwork(3), Asked(), Drawing(seed=1), primer=long).bars == MOST_BARS


@pytest.mark.parametrize(("pitch", "end"), [(60, 60), (62, 60), (66, 60), (67, 72), (71, 72), (59, 60), (54, 48)])
def test_a_settled_tune_ends_on_the_nearest_keynote(pitch: int, end: int) -> None:
    tune = simple_tune([64, 65, pitch])
    assert [note.pitch for note in settled(tune).notes] == [64, 65, end]
    assert settled(tune).faults() == ()
    assert settled(replace(tune, notes=())) == replace(tune, notes=())


def test_a_last_bar_that_runs_on_is_held_from_its_last_pulse() -> None:
    running = simple_tune([60, 64, 67, 65, 64, 62, 67, 69], length=12)
    assert settled(running).notes == (*running.notes[:6], Note(72, 24, 72))
    jig = replace(simple_tune([60, 62, 64, 65, 67, 69], length=12), meter=Meter(6, 8), bars=1)
    assert settled(jig).notes == (*jig.notes[:3], Note(36, 36, 60))
    resting = replace(running, bars=2)
    assert len(settled(resting).notes) == 8


@given(tunes())
@settings(deadline=None)
def test_settling_keeps_a_tune_a_tune(tune: Tune) -> None:
    calm = settled(tune)
    assert calm.faults() == ()
    assert not calm.notes or calm.notes[-1].pitch % 12 == calm.key.tonic


def test_whoever_watches_may_stop_it() -> None:
    seen = []

    def watch(tokens: int) -> None:
        seen.append(tokens)
        if tokens == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_tune(NoisyNetwork(1), Asked(bars=8), Drawing(), watch=watch)
    assert seen == list(range(1, 21))
