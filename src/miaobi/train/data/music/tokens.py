"""A tune as tokens, and tokens as a tune.

    TONIC_D MODE_MAJOR METER_6/8 MOOD_PLAYFUL          what it is
    UPBEAT AT_60 P+7                                   something begins at tick 60 of the bar before the first
    BAR_7 P+12 AT_12 P+11 AT_24 P+9 ...                a bar begins with a note, then come places and what begins there
    BAR_6 HOLD AT_12 REST ...                          the note before goes on; silence
    ...
    BAR_0 P+0 END

What begins goes on until the next place, the next bar or the end, so bars are always full and need no durations.
`encode` and `decode` are inverse: every tune without faults comes back, and so does every list that `decode` accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from miaobi.base.music.harmony import Key
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.grid import METERS
from miaobi.train.data.music.mood import MOODS
from miaobi.train.data.music.tune import Note, Tune

FACTS = 4
"""How many tokens say what a tune is."""


class TokenError(ValueError):
    """The tokens are not a tune."""


def encode(tune: Tune) -> list[int]:
    """The tokens of a tune. ValueError when it has faults."""
    if faults := tune.faults():
        raise ValueError(f"not a tune that tokens can tell: {'; '.join(faults)}")
    return [*facts_of(tune), *_body(tune), v.END]


def facts_of(tune: Tune) -> list[int]:
    """Tonic, mode, meter and mood."""
    return [v.tonic_id(tune.key), v.mode_id(tune.key), v.meter_id(tune.meter), v.mood_id(tune.mood)]


def decode(ids: Sequence[int]) -> Tune:
    """The tune that the tokens tell. TokenError when they tell none."""
    if len(ids) <= FACTS or ids[-1] != v.END:
        raise TokenError("they do not end with END")
    tonic, mode, meter_id, mood_id = ids[:FACTS]
    if tonic not in v.TONICS or mode not in v.MODES or meter_id not in v.METER_IDS or mood_id not in v.MOOD_IDS:
        raise TokenError("they do not begin with tonic, mode, meter and mood")
    key = Key(tonic - v.TONICS.start, "aeolian" if mode - v.MODES.start else "ionian")
    empty = Tune(key, METERS[meter_id - v.METER_IDS.start], MOODS[mood_id - v.MOOD_IDS.start], 1, ())
    bars, notes = _read(list(ids[FACTS:-1]), empty)
    tune = Tune(key, empty.meter, empty.mood, bars, tuple(notes))
    if faults := tune.faults():
        raise TokenError("; ".join(faults))
    if encode(tune) != list(ids):
        raise TokenError("the same tune is told by other tokens")
    return tune


def names(ids: Sequence[int]) -> str:
    """Tokens by their names, for people."""
    return " ".join(v.NAMES[token] for token in ids)


# ---------------------------------------------------------------- below the surface


def _body(tune: Tune) -> Iterator[int]:
    """Upbeat and bars."""
    length = tune.meter.ticks
    events = dict(_events(tune))
    first = min(events)
    if first < 0:
        yield v.UPBEAT
        for tick in sorted(tick for tick in events if tick < 0):
            yield from (v.place_id(tick + length), events[tick])
    for bar in range(tune.bars):
        begin = bar * length
        yield v.bar_id(tune.bars - 1 - bar)
        yield events[begin]
        for tick in sorted(tick for tick in events if begin < tick < begin + length):
            yield from (v.place_id(tick - begin), events[tick])


def _events(tune: Tune) -> Iterator[tuple[int, int]]:
    """(tick, what begins there): notes, rests, and at each bar line whatever goes on."""
    length, end = tune.meter.ticks, tune.bars * tune.meter.ticks
    at = min(0, tune.notes[0].start) if tune.notes else 0
    for note in tune.notes:
        yield from _rest(at, note.start, length)
        yield note.start, v.pitch_id(note.pitch - tune.keynote)
        yield from ((line, v.HOLD) for line in _lines(note.start, note.end, length))
        at = note.end
    yield from _rest(at, end, length)


def _rest(start: int, end: int, bar: int) -> Iterator[tuple[int, int]]:
    if start < end:
        yield start, v.REST
        yield from ((line, v.REST) for line in _lines(start, end, bar))


def _lines(start: int, end: int, bar: int) -> range:
    """The bar lines strictly between two ticks."""
    return range((start // bar + 1) * bar, end, bar)


def _read(body: list[int], empty: Tune) -> tuple[int, list[Note]]:
    """Bars and notes of what comes between the facts and the end."""
    length = empty.meter.ticks
    begin, bars, tick = -length, 0, -1
    notes: list[Note] = []
    is_open = False  # whether the last note is still sounding
    for place, event in _pairs(body):
        if place in v.BARS:
            begin = 0 if not bars else begin + length
            bars, tick = bars + 1, 0
        elif place in v.PLACES and v.tick_of(place) > tick and v.tick_of(place) < length:
            tick = v.tick_of(place)
        else:
            raise TokenError(f"{v.NAMES[place]} comes at the wrong place")
        if event == v.HOLD and not (is_open and tick == 0):
            raise TokenError("there is nothing to hold")
        if is_open and event != v.HOLD:
            notes[-1] = notes[-1]._replace(length=begin + tick - notes[-1].start)
        if event in v.PITCHES:
            notes.append(Note(begin + tick, 1, empty.keynote + v.step_of(event)))
        elif event not in (v.HOLD, v.REST):
            raise TokenError(f"{v.NAMES[event]} comes at the wrong place")
        is_open = event != v.REST
    if not bars:
        raise TokenError("it has no bars")
    if is_open:
        notes[-1] = notes[-1]._replace(length=bars * length - notes[-1].start)
    return bars, notes


def _pairs(body: list[int]) -> Iterator[tuple[int, int]]:
    """(where, what) two by two; UPBEAT stands alone before the first."""
    if body and body[0] == v.UPBEAT:
        body = body[1:]
        if not body or body[0] not in v.PLACES:
            raise TokenError("nothing begins in the upbeat")
    elif not body or body[0] not in v.BARS:
        raise TokenError("it does not begin with a bar")
    if len(body) % 2:
        raise TokenError("something is missing after the last place")
    yield from zip(body[::2], body[1::2], strict=True)
