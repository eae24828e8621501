"""Which tokens may come next, so that whatever a model writes is a tune. See data/music/tokens.py for how one reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.grid import METERS, Meter
from miaobi.train.data.music.mood import MOODS, is_minor_mood
from miaobi.train.data.music.tokens import FACTS

CONDITIONS = 5
"""Tokens between START and the facts: what tonic, mode, meter, mood and number of bars were asked for."""


@dataclass(frozen=True)
class Asked:
    """What a tune is to be; whatever is None is left to the model.

    is_minor  the mode; a mood decides it too
    """

    tonic: int | None = None
    is_minor: bool | None = None
    meter: Meter | None = None
    mood: str | None = None
    bars: int | None = None

    @property
    def mode(self) -> bool | None:
        """Whether it has to be minor: by what was asked, or by the mood."""
        return self.is_minor if self.is_minor is not None or self.mood is None else is_minor_mood(self.mood)

    def conditions(self) -> list[int]:
        """The tokens that ask for it, OPEN where nothing is asked."""
        return [
            v.OPEN if self.tonic is None else v.TONICS[self.tonic],
            v.OPEN if self.mode is None else v.MODES[self.mode],
            v.OPEN if self.meter is None else v.meter_id(self.meter),
            v.OPEN if self.mood is None else v.mood_id(self.mood),
            v.OPEN if self.bars is None else v.bar_id(self.bars - 1),
        ]


class Grammar:
    """Reads a tune token by token, and knows what may follow."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._facts: list[int] = []
        self._length = 0  # ticks of a bar
        self._left: int | None = None  # bars that come after this one; None before the first
        self._tick = -1  # of the last place; -1 before the first
        self._wants_event = False
        self._event = v.REST  # the last one
        self._is_upbeat = False
        self.is_done = False

    def allowed(self) -> NDArray[np.int64]:
        """The tokens that may come next."""
        if len(self._facts) < FACTS:
            return np.array(self._allowed_facts(), dtype=np.int64)
        return np.array(self._allowed_events() if self._wants_event else self._allowed_places(), dtype=np.int64)

    def take(self, token: int) -> None:
        """Read a token that is allowed."""
        if len(self._facts) < FACTS:
            self._facts.append(token)
            if len(self._facts) == FACTS:
                self._length = METERS[self._facts[2] - v.METER_IDS.start].ticks
        elif self._wants_event:
            self._event, self._wants_event = token, False
        elif token == v.UPBEAT:
            self._is_upbeat = True
        elif token == v.END:
            self.is_done = True
        else:
            self._take_place(token)

    def _take_place(self, token: int) -> None:
        if token in v.BARS:
            self._left, self._tick, self._is_upbeat = token - v.BARS.start, 0, False
        else:
            self._tick = v.tick_of(token)
        self._wants_event = True

    def _allowed_facts(self) -> Sequence[int]:
        asked = self._asked
        which = len(self._facts)
        if which == 0:
            return v.TONICS if asked.tonic is None else [v.TONICS[asked.tonic]]
        if which == 1:
            return v.MODES if asked.mode is None else [v.MODES[asked.mode]]
        if which == 2:
            return v.METER_IDS if asked.meter is None else [v.meter_id(asked.meter)]
        is_minor = self._facts[1] != v.MODES.start
        moods = MOODS if asked.mood is None else (asked.mood,)
        return [v.mood_id(mood) for mood in moods if asked.mood or is_minor_mood(mood) == is_minor]

    def _allowed_places(self) -> Sequence[int]:
        if self._is_upbeat and self._tick < 0:
            return _places_between(0, self._length)
        places = _places_between(self._tick, self._length) if self._tick >= 0 else (v.UPBEAT,)
        if self._left is None:
            asked = self._asked.bars
            return [*places, *(v.BARS if asked is None else [v.bar_id(asked - 1)])]
        return [*places, v.bar_id(self._left - 1) if self._left else v.END]

    def _allowed_events(self) -> list[int]:
        is_at_line = self._tick == 0 and not self._is_upbeat
        events = list(v.PITCHES)
        if self._event != v.REST and is_at_line:
            events.append(v.HOLD)
        if self._event != v.REST or is_at_line:
            events.append(v.REST)
        return events


@lru_cache(maxsize=4096)
def _places_between(tick: int, end: int) -> tuple[int, ...]:
    return tuple(place for place in v.PLACES if tick < v.tick_of(place) < end)
