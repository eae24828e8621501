"""Keys, chords by Roman numeral, and voice leading.

Pitches are MIDI note numbers (60 is middle C); a pitch class is a pitch modulo 12. Intervals are in semitones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise

MODES: dict[str, tuple[int, ...]] = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
}
"""Semitones of each degree above the tonic."""

_MODE_NAMES = {"ionian": "major", "aeolian": "minor", "lydian": "lydian"}
_SHARPS_OF_PARENT = {"ionian": 0, "lydian": 1, "aeolian": -3}
"""How many sharps the key signature has more than that of the major key on the same tonic."""
_FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_NUMERALS = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_SUFFIXES: dict[str, tuple[int, ...]] = {"": (), "7": (10,), "maj7": (11,), "add9": (14,)}
_SUSPENSIONS: dict[str, tuple[int, ...]] = {"sus2": (0, 2, 7), "sus4": (0, 5, 7), "7sus4": (0, 5, 7, 10)}
_CHORD = re.compile(r"(b|#)?([IV]+|[iv]+)(.*)")


@dataclass(frozen=True)
class Key:
    """A tonic pitch class and the name of a mode."""

    tonic: int
    mode: str

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The seven of its scale, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def sharps(self) -> int:
        """Of its signature, -6..6; negative means flats."""
        fifths = self.tonic * 7 % 12 + _SHARPS_OF_PARENT[self.mode]
        return (fifths + 5) % 12 - 5

    @property
    def is_minor(self) -> bool:
        """Whether its signature is that of a minor key."""
        return self.mode == "aeolian"

    @property
    def name(self) -> str:
        """For people, e.g. "Bb major"."""
        names = _SHARP_NAMES if self.sharps > 0 else _FLAT_NAMES
        return f"{names[self.tonic]} {_MODE_NAMES[self.mode]}"


@dataclass(frozen=True)
class Chord:
    """A chord by its Roman numeral; `tones` are pitch classes, root first."""

    name: str
    tones: tuple[int, ...]

    @property
    def root(self) -> int:
        return self.tones[0]

    @property
    def fifth(self) -> int:
        return self.tones[2]


def parse_chord(numeral: str, tonic: int) -> Chord:
    """The chord of a numeral such as "I", "vi7", "bVImaj7", "Vsus4".

    Upper case is a major triad, lower case a minor one. Degrees count from the major scale on the tonic in every
    mode, as in popular-music practice: the major chord on the third degree of A minor is "bIII".
    """
    found = _CHORD.fullmatch(numeral)
    if found is None or found[2].upper() not in _NUMERALS or found[3] not in {*_SUFFIXES, *_SUSPENSIONS}:
        raise ValueError(f"not a Roman numeral: {numeral}")
    root = tonic + _NUMERALS[found[2].upper()] + {"b": -1, "#": 1, None: 0}[found[1]]
    if found[3] in _SUSPENSIONS:
        steps = _SUSPENSIONS[found[3]]
    else:
        steps = (0, 4 if found[2].isupper() else 3, 7, *_SUFFIXES[found[3]])
    return Chord(numeral, tuple((root + step) % 12 for step in steps))


def scale_over(key: Key, chord: Chord) -> tuple[int, ...]:
    """The key's scale with the degrees that a borrowed chord alters replaced by the chord's own tones."""
    foreign = [tone for tone in chord.tones if tone not in key.pitch_classes]
    classes = set(key.pitch_classes) | set(foreign)
    for tone in foreign:
        for neighbour in ((tone - 1) % 12, (tone + 1) % 12):
            if neighbour in key.pitch_classes and neighbour not in chord.tones:
                classes.discard(neighbour)
    return tuple(sorted(classes))


def ladder(classes: tuple[int, ...], low: int, high: int) -> list[int]:
    """Every pitch of those classes from low to high, both included."""
    return [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]


def nearest(pitch: int, choices: list[int]) -> int:
    """Of `choices` the one closest to `pitch`, the lower of two."""
    return min(choices, key=lambda choice: (abs(choice - pitch), choice))


def lead_voices(chord: Chord, previous: tuple[int, ...], low: int, high: int, voices: int) -> tuple[int, ...]:
    """A voicing of `voices` pitches, low to high, that moves little from the previous one.

    Every voicing in the range that has the root, the third (or suspension) and as many other tones as fit competes;
    what counts against it: distance moved, parallel fifths and octaves, seconds among the low voices, a wide span.
    """
    needed = set(chord.tones[:2]) if voices < len(chord.tones) else set(chord.tones)
    choices = combinations(ladder(chord.tones, low, high), voices)
    full = [pitches for pitches in choices if needed <= {pitch % 12 for pitch in pitches}]
    return min(full, key=lambda pitches: (_strain(pitches, previous or _middle(low, high, voices)), pitches))


def _middle(low: int, high: int, voices: int) -> tuple[int, ...]:
    """Evenly spread pitches, to start from."""
    gap = (high - low) / (voices + 1)
    return tuple(round(low + gap * (voice + 1)) for voice in range(voices))


def _strain(pitches: tuple[int, ...], previous: tuple[int, ...]) -> float:
    moves = [new - old for new, old in zip(pitches, previous, strict=True)]
    strain = float(sum(abs(move) for move in moves)) + 0.5 * max(abs(move) for move in moves)
    for lower, upper in combinations(range(len(pitches)), 2):
        before, after = (previous[upper] - previous[lower]) % 12, (pitches[upper] - pitches[lower]) % 12
        if before == after and after in (0, 7) and moves[lower] != 0:
            strain += 5
    gaps = [upper - lower for lower, upper in pairwise(pitches)]
    strain += sum(4 for gap, floor in zip(gaps, pitches, strict=False) if gap < 3 and floor < 60)
    return strain + max(0, pitches[-1] - pitches[0] - 16)
