"""`miaobi sample` for melody models: tunes as MIDI, as a picture of their notes, and as sound."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from miaobi.base.music.moods import SYNONYMS
from miaobi.errors import InputError
from miaobi.train.data.music.gather import READERS
from miaobi.train.data.music.grid import METERS, Meter, meter_named
from miaobi.train.data.music.melody import UnfitError, find_melody
from miaobi.train.data.music.mood import MOODS
from miaobi.train.data.music.tune import MOST_BARS, Tune
from miaobi.train.data.reading import UnreadableError
from miaobi.train.folder import ModelFolder
from miaobi.train.music.arrange import arrange
from miaobi.train.music.band import MANNERS, choose_band
from miaobi.train.music.grammar import Asked
from miaobi.train.music.network import open_network
from miaobi.train.music.piano_roll import piano_roll
from miaobi.train.music.writing import Drawing, settled, write_tune
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish

_KEY: Final = re.compile(r"([a-g])\s*(#|b|♯|♭)?\s*(major|minor|maj|min|m)?", re.IGNORECASE)
_STEPS: Final = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_ACCIDENTALS: Final = {"#": 1, "♯": 1, "b": -1, "♭": -1}


class TuneFiles(NamedTuple):
    """A tune as files: MIDI with all its parts, a PNG of the melody's notes, a WAV."""

    mid: bytes
    png: bytes
    wav: bytes


def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """Tunes, each with the next seed. InputError for what cannot be asked."""
    for tune, files in _tunes(folder, wish):
        text = f"{tune.key.name}, {tune.meter.name}, {tune.mood}, {tune.bars} bars, {len(tune.notes)} notes"
        yield Sample(text, {".mid": files.mid, ".png": files.png, ".wav": files.wav})


def sample_tunes(folder: ModelFolder, wish: SampleWish) -> tuple[TuneFiles, ...]:
    """The same as files alone."""
    return tuple(files for _, files in _tunes(folder, wish))


def _tunes(folder: ModelFolder, wish: SampleWish) -> Iterator[tuple[Tune, TuneFiles]]:
    asked, manner = asked_of(wish)
    primer = read_primer(wish.primer, asked) if wish.primer is not None else None
    network = open_network(folder)
    given = {name: getattr(wish, name) for name in ("temperature", "top_k", "top_p")}
    settings = {name: value for name, value in given.items() if value is not None}
    for seed in wish.seeds:
        tune = settled(write_tune(network, asked, Drawing(seed=seed, **settings), primer=primer))
        yield tune, files_of(tune, manner or tune.mood, seed)


def files_of(tune: Tune, manner: str, seed: int) -> TuneFiles:
    """A tune played by a band of that mood."""
    from miaobi.base.music.sound import record, write_midi

    band = choose_band(manner, random.Random(f"{manner}/{seed}"))  # noqa: S311 - no secret
    arrangement = arrange(tune, band, seed)
    piece = arrangement.piece
    wav = record(piece, piece.total_beats * 60 / piece.tempo_bpm)
    return TuneFiles(write_midi(piece), piano_roll(tune, arrangement.chords), wav)


# ---------------------------------------------------------------- what a person asks


def asked_of(wish: SampleWish) -> tuple[Asked, str]:
    """What a tune is to be, and the mood in which it is played; "" for that of the tune."""
    tonic, is_minor = parse_key(wish.key) if wish.key is not None else (None, None)
    meter = parse_meter(wish.meter) if wish.meter is not None else None
    manner = parse_mood(wish.mood) if wish.mood is not None else ""
    if wish.bars is not None and wish.bars > MOST_BARS:
        raise InputError(f"A tune has at most {MOST_BARS} bars, not {wish.bars}.", hint=f"Give --bars {MOST_BARS}.")
    mood = MANNERS[manner].tune_mood if manner else None
    if mood is not None and is_minor is not None and (MOODS.index(mood) >= 3) != is_minor:
        other = MOODS[(MOODS.index(mood) + 3) % len(MOODS)]
        raise InputError(
            f"A tune that is {wish.mood} is in {'major' if is_minor else 'minor'}, not in {wish.key}.",
            hint=f"Leave one of them open, or ask for --mood {other}.",
        )
    return Asked(tonic, is_minor, meter, mood, wish.bars), manner


def parse_key(name: str) -> tuple[int, bool | None]:
    """Pitch class of the tonic, and whether it is minor: None where the name does not tell. InputError for no key."""
    found = _KEY.fullmatch(name.strip())
    if found is None:
        raise InputError(f"{name!r} is no key.", hint="Write it as C major, F# minor, Bb or Am.")
    tonic = (_STEPS[found[1].lower()] + _ACCIDENTALS.get((found[2] or "").lower(), 0)) % 12
    mode = found[3]
    if mode is None:
        return tonic, None
    return tonic, mode == "m" or mode.lower().startswith("min")


def parse_meter(name: str) -> Meter:
    """InputError for a meter that tunes cannot have."""
    meter = meter_named(name)
    if meter is None:
        known = ", ".join(meter.name for meter in METERS)
        raise InputError(f"{name!r} is no meter that tunes can have.", hint=f"There are: {known}.")
    return meter


def parse_mood(word: str) -> str:
    """One of the moods that bands play. InputError for any other word."""
    word = word.strip().lower()
    mood = SYNONYMS.get(word, word)
    if mood not in MANNERS:
        raise InputError(f"{word!r} is no mood.", hint=f"There are: {', '.join(MANNERS)}.")
    return mood


def read_primer(path: Path, asked: Asked) -> Tune:
    """The melody of a file, to go on from. InputError when there is none, or it contradicts what is asked."""
    if asked.tonic is not None or asked.is_minor is not None or asked.meter is not None or asked.mood is not None:
        raise InputError("A primer decides key, meter and mood.", hint="Leave out --key, --meter and --mood.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path.name} is no music file.", hint=f"Files may be {', '.join(sorted(READERS))}.")
    try:
        primer = find_melody(reader(path), "highest").tune
    except UnfitError as error:
        raise InputError(f"{path} has no melody to go on from ({error.reason}).", hint="Give another file.") from error
    except (UnreadableError, OSError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {said}.", hint="Give another file.") from error
    most = (asked.bars or MOST_BARS) - 1
    if primer.bars > most:
        raise InputError(
            f"{path.name} has {primer.bars} bars, and a tune of {asked.bars or MOST_BARS} has room for {most} of them.",
            hint="Give a shorter primer" + (", or more --bars." if asked.bars else "."),
        )
    return primer
