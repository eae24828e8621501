"""One tune from a melody model: token by token, each drawn among those that the grammar allows.

NumPy over a `Network`, so that it is the same code whatever library computes the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.base.engine import TextRequest
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.tokens import FACTS, decode, encode
from miaobi.train.data.music.tune import MOST_BARS, Note, Tune
from miaobi.train.language.network import Logits, Network
from miaobi.train.language.sampling import next_token
from miaobi.train.music.grammar import CONDITIONS, Asked, Grammar

PREFIX: Final = 1 + CONDITIONS + FACTS
"""Tokens before the first bar: START, what was asked for, what it is."""

_MORE_BARS: Final = 8


@dataclass(frozen=True)
class Drawing:
    """How tokens are drawn: the usual filters (see language/sampling.py), and the seed."""

    temperature: float = 0.9
    top_k: int = 0
    top_p: float = 0.95
    seed: int = 0


def write_tune(
    network: Network,
    asked: Asked,
    drawing: Drawing,
    *,
    primer: Tune | None = None,
    watch: Callable[[int], None] = lambda _tokens: None,
) -> Tune:
    """A tune as asked for.

    primer  its beginning, in fewer bars than it is to have: decides key, meter and mood; eight bars follow unless
            `asked` says how many there are to be
    watch   gets the number of tokens so far, and may raise to end it
    """
    given: list[int] = []
    if primer is not None:
        bars = asked.bars or min(MOST_BARS, primer.bars + _MORE_BARS)
        asked = Asked(primer.key.tonic, primer.key.is_minor, primer.meter, primer.mood, bars)
        whole = encode(replace(primer, bars=bars))
        given = whole[: whole.index(v.bar_id(bars - primer.bars - 1))]
    grammar, reader = Grammar(asked), _Reader(network, asked)
    request = TextRequest(prompt="", temperature=drawing.temperature, top_k=drawing.top_k, top_p=drawing.top_p, min_p=0)
    random = np.random.default_rng(drawing.seed)
    while not grammar.is_done:
        allowed = grammar.allowed()
        if len(reader.tune) < len(given):
            token = given[len(reader.tune)]
        elif len(allowed) == 1:
            token = int(allowed[0])
        else:
            token = int(allowed[next_token(reader.logits()[allowed], request, random)])
        grammar.take(token)
        reader.tune.append(token)
        watch(len(reader.tune))
    return decode(reader.tune)


def settled(tune: Tune) -> Tune:
    """The tune with a last note that ends it: the nearest keynote, and where the last bar runs on in short notes, as
    before a repeat, held from its last pulse."""
    if not tune.notes:
        return tune
    *before, last = tune.notes
    pulse, end = tune.meter.pulse_ticks, tune.bars * tune.meter.ticks
    place = last.start // pulse * pulse
    if end - pulse <= place < last.start:
        sounding = [note for note in tune.notes if note.start <= place < note.end]
        last = Note(place, end - place, (sounding or [last])[0].pitch)
        before = [note._replace(length=min(note.end, place) - note.start) for note in before if note.start < place]
    above = (last.pitch - tune.keynote) % 12
    pitch = last.pitch - above if above <= 6 else last.pitch + 12 - above
    return replace(tune, notes=(*before, last._replace(pitch=pitch)))


class _Reader:
    """Gives a network the tokens of `tune` (facts, then bars) when its opinion is wanted, each once.

    When the context is full, it begins again with what was asked, the facts, and as many of the last bars as leave a
    quarter of the context free: just as training shows the later bars of a long tune.
    """

    def __init__(self, network: Network, asked: Asked) -> None:
        assert network.context is not None  # it is a Transformer
        self._network, self._asked, self._context = network, asked, network.context
        self._state: Any = network.start(1)
        self._held = 0  # tokens in the state
        self._read = 0  # tokens of the tune that are read
        self.tune: list[int] = []

    def logits(self) -> Logits:
        """The logits V of the token that follows."""
        new = self.tune[self._read :]
        if not self._held:
            new = [v.START, *self._asked.conditions(), *new]
        if self._held + len(new) > self._context:
            new, self._held, self._state = self._last_bars(), 0, self._network.start(1)
        logits, self._state = self._network.read(_row(new), self._state)
        self._held, self._read = self._held + len(new), len(self.tune)
        row: Logits = logits[0]
        return row

    def _last_bars(self) -> list[int]:
        """What is read when it begins again."""
        room = self._context * 3 // 4 - PREFIX
        starts = [at for at in bar_starts(self.tune) if len(self.tune) - at <= room]
        begin = starts[0] if starts else max(FACTS, len(self.tune) - room)
        return [*window_prefix(self._asked.conditions(), self.tune, begin), *self.tune[begin:]]


def bar_starts(tune: list[int]) -> list[int]:
    """Where in a tune's tokens a bar begins that could be the first of a window: not with a note that goes on."""
    return [at for at, token in enumerate(tune[:-1]) if token in v.BARS and tune[at + 1] != v.HOLD]


def window_prefix(conditions: list[int], tune: list[int], begin: int) -> list[int]:
    """START, conditions and facts before the part of a tune that starts at token `begin`.

    A number of bars that was asked for becomes the number that is left.
    """
    *others, bars = conditions
    left = tune[begin] if bars != v.OPEN and tune[begin] in v.BARS else bars
    return [v.START, *others, left, *tune[:FACTS]]


def _row(ids: list[int]) -> NDArray[np.int64]:
    return np.array([ids], dtype=np.int64)
