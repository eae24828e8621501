"""The key of a melody: as told where the notes bear it out, else the one whose profile they fit best.

Profiles: Krumhansl and Kessler, Tracing the dynamic changes in perceived tonal organization (1982), compared by
correlation as in Krumhansl, Cognitive Foundations of Musical Pitch (1990). A melody's last note speaks for its tonic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.base.music.harmony import MODES, Key
from miaobi.train.data.music.score import Mode

_PROFILES: Final = {
    "ionian": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "aeolian": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
_MODE_NAMES: Final[dict[Mode, str]] = {"major": "ionian", "minor": "aeolian"}
_FOR_THE_LAST_NOTE: Final = 0.25
_BORNE_OUT: Final = 0.85


def find_key(
    shares: Sequence[float], last_class: int, fifths: int | None, mode: Mode | None, tonic: int | None = None
) -> Key:
    """The key of a melody.

    shares      how long each of the twelve pitch classes sounds, together 1
    last_class  of the last note
    fifths, mode, tonic   as in a Score: what the file tells
    """
    scores = _scores(np.asarray(shares, dtype=np.float64), last_class)
    if fifths is not None and _share_in(shares, fifths) >= _BORNE_OUT:
        candidates = _keys_of(fifths, mode, tonic)
    else:
        candidates = tuple(scores)
    return max(candidates, key=lambda key: scores[key])


def scale_of(key: Key) -> frozenset[int]:
    """The pitch classes of a key; a minor one has both its sixths and sevenths."""
    own = frozenset(key.pitch_classes)
    return own | {(key.tonic + 9) % 12, (key.tonic + 11) % 12} if key.is_minor else own


def _scores(shares: NDArray[np.float64], last_class: int) -> dict[Key, float]:
    found = {}
    for name, profile in _PROFILES.items():
        for tonic in range(12):
            fit = _correlation(shares, np.roll(profile, tonic))
            found[Key(tonic, name)] = fit + _FOR_THE_LAST_NOTE * (tonic == last_class)
    return found


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0


def _share_in(shares: Sequence[float], fifths: int) -> float:
    """How much of the time the signature's seven pitch classes sound."""
    major = fifths * 7 % 12
    return sum(shares[(major + step) % 12] for step in MODES["ionian"])


def _keys_of(fifths: int, mode: Mode | None, tonic: int | None) -> tuple[Key, ...]:
    """The keys that a signature may mean."""
    major = fifths * 7 % 12
    keynotes = {"ionian": major, "aeolian": (major + 9) % 12}
    if mode is None:
        return tuple(Key(keynote, name) for name, keynote in keynotes.items())
    name = _MODE_NAMES[mode]
    return (Key(keynotes[name] if tonic is None else tonic, name),)
