"""A piece of a given length from a melody model: tunes of sixteen bars that come again, and one that ends it.

How fast it goes follows from the first tune and the band; the tempo is then bent so that the bars fill the time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from miaobi.base.engine import MusicRequest
from miaobi.base.music.moods import known_mood
from miaobi.base.music.note import Piece
from miaobi.train.data.music.grid import TICKS, Meter, meter_named
from miaobi.train.data.music.tune import Note, Tune
from miaobi.train.language.network import Network
from miaobi.train.music.arrange import arrange, natural_tempo, shortened
from miaobi.train.music.band import MANNERS, choose_band
from miaobi.train.music.grammar import Asked
from miaobi.train.music.writing import Drawing, settled, write_tune

SECTION_BARS: Final = 16
_FORM: Final = "AABBAACCDDEEAAFFGGHH"
"""Which tune each section of a long piece has, again and again."""

_SHORTEST_END: Final = 8
_INTRO_BARS: Final = 2
_BARS_WITH_INTRO: Final = 20
_MOST_BENT: Final = 1.8
_SHARE_OF_A_METER: Final = 0.05
_UNEVEN: Final = frozenset({5, 7})


def compose(
    network: Network,
    request: MusicRequest,
    meters: Mapping[str, int],
    moods: Mapping[str, int],
    watch: Callable[[int], None] = lambda _tokens: None,
) -> tuple[Piece, Tune]:
    """The piece, exactly as long as asked for, and its melody as one tune.

    meters, moods  how often the model's data have each; what they never had is left to the model
    """
    rng = random.Random(f"{request.mood}/{request.duration_seconds!r}/{request.seed}")  # noqa: S311 - no secret
    manner = known_mood(request.mood)
    mood = MANNERS[manner].tune_mood if manner else None
    asked = Asked(
        tonic=rng.choice(MANNERS[manner].tonics) if manner else None,
        meter=_choose_meter(meters, rng),
        mood=mood if mood in moods else None,
    )
    writer = _Writer(network, asked, request.seed, watch)
    first = writer.tune("A", SECTION_BARS)
    band = choose_band(manner or first.mood, rng)
    tempo = natural_tempo(first, band)
    bar = first.meter.ticks / TICKS
    count = max(1, round(request.duration_seconds * tempo / 60 / bar))
    intro = _INTRO_BARS if count >= _BARS_WITH_INTRO else 0
    tune, again = writer.long_tune(count - intro)
    if tune.notes and tune.notes[0].start < 0 and not intro:
        tune = replace(tune, notes=tuple(note for note in tune.notes if note.start >= 0))  # no room for its upbeat
    tempo = min(60 * bar * count / request.duration_seconds, _MOST_BENT * tempo)
    piece = arrange(tune, band, request.seed, tempo_bpm=tempo, intro_bars=intro, again=again).piece
    return shortened(piece, request.duration_seconds * tempo / 60), tune


def _choose_meter(meters: Mapping[str, int], rng: random.Random) -> Meter | None:
    """An even meter, as often as the data have it; None, for the model to choose, where they hardly have any."""
    total = sum(meters.values())
    known = {name: count for name, count in meters.items() if count >= _SHARE_OF_A_METER * total}
    choices = {meter: count for name, count in known.items() if (meter := meter_named(name)) and _is_even(meter)}
    return rng.choices(list(choices), list(choices.values()))[0] if choices else None


def _is_even(meter: Meter) -> bool:
    return meter.beats not in _UNEVEN


class _Writer:
    """Writes the tunes of a piece, each once, all alike in key, meter and mood."""

    def __init__(self, network: Network, asked: Asked, seed: int, watch: Callable[[int], None]) -> None:
        self._network, self._asked, self._seed, self._watch = network, asked, seed, watch
        self._tunes: dict[str, Tune] = {}
        self._tokens = 0

    def tune(self, letter: str, bars: int) -> Tune:
        """The tune of a letter."""
        if letter not in self._tunes:
            random_seed = random.Random(f"{self._seed}/{letter}/{bars}").getrandbits(32)  # noqa: S311 - no secret
            before = self._tokens
            tune = write_tune(
                self._network,
                replace(self._asked, bars=bars),
                Drawing(seed=random_seed),
                watch=lambda tokens: self._heard(before + tokens),
            )
            if not self._tunes:  # the others are like the first
                self._asked = Asked(tune.key.tonic, tune.key.is_minor, tune.meter, tune.mood)
            self._tunes[letter] = tune
        return self._tunes[letter]

    def long_tune(self, bars: int) -> tuple[Tune, list[range]]:
        """So many bars, ending at home, and those of them that came before just so."""
        count = max(0, (bars - _SHORTEST_END) // SECTION_BARS)
        letters = [_FORM[number % len(_FORM)] for number in range(count)]
        sections = [self.tune(letter, SECTION_BARS) for letter in letters]
        rest = bars - SECTION_BARS * count
        last = self.tune("A" if rest == SECTION_BARS and not count else "last", rest)
        again = [
            range(number * SECTION_BARS, (number + 1) * SECTION_BARS)
            for number, letter in enumerate(letters)
            if letter in letters[:number]
        ]
        return settled(joined([*sections, last])), again

    def _heard(self, tokens: int) -> None:
        self._tokens = tokens
        self._watch(tokens)


def joined(tunes: Sequence[Tune]) -> Tune:
    """One tune after the other, in the key and meter of the first; an upbeat cuts the last note before it short."""
    notes: list[Note] = []
    bars = 0
    for tune in tunes:
        begin = bars * tune.meter.ticks
        for note in tune.notes:
            moved = note._replace(start=note.start + begin)
            if notes and notes[-1].end > moved.start:
                if notes[-1].start >= moved.start:
                    continue
                notes[-1] = notes[-1]._replace(length=moved.start - notes[-1].start)
            notes.append(moved)
        bars += tune.bars
    return replace(tunes[0], bars=bars, notes=tuple(notes))
