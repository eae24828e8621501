"""Material that is made up on the spot."""

from __future__ import annotations

import random
from collections.abc import Callable

from miaobi.studio import DataSet

Collect = Callable[..., DataSet]

_NOUNS = (
    "river stone lantern market thunder garden winter copper violin harbour letter orchard candle mountain silver "
    "basket window shadow engine meadow"
)
WORDS = _NOUNS.split()


def prose(seed: int, words: int = 120) -> str:
    """English-looking sentences that differ from those of any other seed."""
    chance = random.Random(seed)
    said = [chance.choice(WORDS) + (f"{chance.randrange(900)}" if chance.random() < 0.3 else "") for _ in range(words)]
    return " ".join(f"The {word} was there." if place % 9 == 0 else f"and {word}" for place, word in enumerate(said))
