"""What each mood sounds like: key, pace, harmony, instruments.

Chord progressions are four bars long. A chord that leaves the key is borrowed and has to be declared in `borrowed`.
"""

from __future__ import annotations

from dataclasses import dataclass

from miaobi.base.music.instruments import (
    ACOUSTIC_BASS,
    BASSOON,
    CELESTA,
    CELLO,
    CHOIR,
    CLARINET,
    CONTRABASS,
    ELECTRIC_PIANO,
    FLUTE,
    FRETLESS_BASS,
    GLOCKENSPIEL,
    GUITAR,
    HARP,
    HARP_TREBLE,
    HORN,
    LOW_PIANO,
    MARIMBA,
    MARIMBA_TREBLE,
    MUSIC_BOX,
    OBOE,
    PIANO,
    PIANO_TREBLE,
    PIZZICATO,
    SLOW_STRINGS,
    STRINGS,
    TREMOLO_STRINGS,
    VIBRAPHONE,
    WARM_PAD,
)
from miaobi.base.music.note import Instrument

Progression = tuple[str, str, str, str]


@dataclass(frozen=True)
class Mood:
    """A mood's material; tuples hold alternatives that the seed chooses from.

    tonics            pitch classes
    tempo_bpm         slowest and fastest quarter notes a minute
    predominant, dominant, final   the chords of the closing cadence
    figure_style      see accompaniment.FIGURES; bass_style see accompaniment.BASS_STYLES
    percussion        see accompaniment.DRUM_PATTERNS, "" for none
    melody_share      how many of the bars that could have melody do
    """

    name: str
    mode: str
    tonics: tuple[int, ...]
    tempo_bpm: tuple[float, float]
    beats_per_bar: int
    a: tuple[Progression, ...]
    b: tuple[Progression, ...]
    predominant: str
    dominant: str
    final: str
    borrowed: frozenset[str]
    bass: tuple[Instrument, ...]
    pad: tuple[Instrument, ...]
    figure: tuple[Instrument, ...]
    melody: tuple[Instrument, ...]
    colour: tuple[Instrument, ...]
    figure_style: tuple[str, ...]
    bass_style: tuple[str, ...]
    percussion: str = ""
    melody_share: float = 0.8


_CALM = Mood(
    name="calm",
    mode="ionian",
    tonics=(0, 2, 5, 7, 10),
    tempo_bpm=(62, 74),
    beats_per_bar=4,
    a=(
        ("Imaj7", "vi7", "IVmaj7", "Vsus4"),
        ("Iadd9", "iii7", "IVmaj7", "V"),
        ("Imaj7", "IVmaj7", "vi7", "Vsus4"),
    ),
    b=(("vi7", "iii7", "IVmaj7", "V"), ("IVmaj7", "iii7", "ii7", "Vsus4"), ("ii7", "V", "iii7", "vi7")),
    predominant="ii7",
    dominant="V",
    final="I",
    borrowed=frozenset(),
    bass=(FRETLESS_BASS, CONTRABASS),
    pad=(SLOW_STRINGS, WARM_PAD),
    figure=(PIANO, HARP),
    melody=(FLUTE, VIBRAPHONE, PIANO_TREBLE),
    colour=(CELESTA, HARP_TREBLE),
    figure_style=("wave", "broken"),
    bass_style=("whole",),
    melody_share=0.65,
)
_HOPEFUL = Mood(
    name="hopeful",
    mode="ionian",
    tonics=(0, 2, 4, 7, 9),
    tempo_bpm=(86, 98),
    beats_per_bar=4,
    a=(("I", "V", "vi7", "IVadd9"), ("Iadd9", "IVadd9", "vi7", "V"), ("I", "iii", "IVadd9", "V")),
    b=(("vi7", "IVadd9", "I", "V"), ("IVadd9", "V", "iii", "vi7"), ("ii7", "vi7", "IVadd9", "V")),
    predominant="IV",
    dominant="V",
    final="I",
    borrowed=frozenset(),
    bass=(ACOUSTIC_BASS, CONTRABASS),
    pad=(STRINGS, SLOW_STRINGS),
    figure=(PIANO, GUITAR),
    melody=(CLARINET, HORN, VIBRAPHONE),
    colour=(GLOCKENSPIEL, CELESTA, HARP_TREBLE),
    figure_style=("broken", "drive"),
    bass_style=("root-fifth", "long-short"),
    percussion="shaker",
)
_PLAYFUL = Mood(
    name="playful",
    mode="ionian",
    tonics=(0, 2, 5, 7, 9, 10),
    tempo_bpm=(108, 124),
    beats_per_bar=4,
    a=(("I", "IV", "I", "V7"), ("I", "vi", "ii", "V7"), ("I", "iii", "IV", "V")),
    b=(("IV", "I", "ii", "V7"), ("vi", "ii", "IV", "V"), ("bVII", "IV", "I", "V7")),
    predominant="ii",
    dominant="V7",
    final="I",
    borrowed=frozenset({"bVII"}),
    bass=(BASSOON, ACOUSTIC_BASS),
    pad=(PIZZICATO,),
    figure=(MARIMBA, PIZZICATO),
    melody=(CLARINET, FLUTE, MARIMBA_TREBLE),
    colour=(GLOCKENSPIEL, MUSIC_BOX),
    figure_style=("skip", "offbeat"),
    bass_style=("bounce",),
    percussion="woodblock",
    melody_share=0.85,
)
_TENSE = Mood(
    name="tense",
    mode="aeolian",
    tonics=(0, 2, 4, 7, 9),
    tempo_bpm=(84, 98),
    beats_per_bar=4,
    a=(("i", "i", "bVI", "V"), ("i", "iv", "bVI", "V"), ("i", "bII", "i", "V"), ("isus2", "i", "iv", "bVI")),
    b=(("iv", "bVI", "bII", "V"), ("bVI", "bIII", "iv", "V"), ("iv", "i", "bII", "V")),
    predominant="bII",
    dominant="V",
    final="i",
    borrowed=frozenset({"V", "bII"}),
    bass=(CONTRABASS, LOW_PIANO),
    pad=(TREMOLO_STRINGS, STRINGS),
    figure=(PIZZICATO, MARIMBA),
    melody=(CELLO, CLARINET, PIANO_TREBLE),
    colour=(CELESTA, HARP_TREBLE),
    figure_style=("ostinato",),
    bass_style=("pulse", "whole"),
    percussion="heartbeat",
    melody_share=0.5,
)
_SAD = Mood(
    name="sad",
    mode="aeolian",
    tonics=(0, 2, 4, 7, 9, 11),
    tempo_bpm=(56, 66),
    beats_per_bar=4,
    a=(("i", "bVI", "bIII", "bVII"), ("iadd9", "iv7", "bVImaj7", "V"), ("i", "v7", "bVImaj7", "bIII")),
    b=(
        ("bVImaj7", "bVII", "i", "v7"),
        ("iv7", "bVII", "bIIImaj7", "bVImaj7"),
        ("iv7", "i", "bVImaj7", "V"),
    ),
    predominant="iv",
    dominant="V",
    final="i",
    borrowed=frozenset({"V"}),
    bass=(CONTRABASS, LOW_PIANO),
    pad=(SLOW_STRINGS, WARM_PAD),
    figure=(PIANO, HARP),
    melody=(CELLO, OBOE, PIANO_TREBLE),
    colour=(HARP_TREBLE, CELESTA),
    figure_style=("wave", "broken"),
    bass_style=("whole",),
    melody_share=0.7,
)
_EPIC = Mood(
    name="epic",
    mode="aeolian",
    tonics=(0, 2, 4, 7, 9),
    tempo_bpm=(84, 98),
    beats_per_bar=4,
    a=(("i", "bVI", "bIII", "bVII"), ("i", "bVII", "bVI", "V"), ("i", "bIII", "bVII", "iv")),
    b=(("bVI", "bVII", "i", "bIII"), ("iv", "bVI", "bIII", "bVII"), ("bVI", "iv", "i", "V")),
    predominant="iv",
    dominant="V",
    final="i",
    borrowed=frozenset({"V"}),
    bass=(CONTRABASS,),
    pad=(CHOIR, STRINGS),
    figure=(STRINGS, PIZZICATO),
    melody=(HORN,),
    colour=(HARP_TREBLE, GLOCKENSPIEL),
    figure_style=("ostinato", "drive"),
    bass_style=("pulse", "long-short"),
    percussion="drums",
    melody_share=0.75,
)
_CURIOUS = Mood(
    name="curious",
    mode="lydian",
    tonics=(0, 3, 5, 7, 10),
    tempo_bpm=(96, 112),
    beats_per_bar=3,
    a=(("Iadd9", "II", "Iadd9", "vi7"), ("Imaj7", "II", "iii7", "vi7"), ("I", "vi7", "II", "V")),
    b=(("vi7", "II", "iii7", "Vmaj7"), ("iii7", "vi7", "II", "V"), ("vi7", "iii7", "Imaj7", "II")),
    predominant="II",
    dominant="V",
    final="I",
    borrowed=frozenset(),
    bass=(BASSOON, ACOUSTIC_BASS),
    pad=(WARM_PAD, SLOW_STRINGS),
    figure=(PIZZICATO, MARIMBA, HARP),
    melody=(CLARINET, CELESTA, FLUTE),
    colour=(MUSIC_BOX, GLOCKENSPIEL),
    figure_style=("skip", "offbeat"),
    bass_style=("root-fifth", "long-short"),
    percussion="",
    melody_share=0.75,
)
_WARM = Mood(
    name="warm",
    mode="ionian",
    tonics=(2, 3, 5, 7, 10),
    tempo_bpm=(70, 84),
    beats_per_bar=4,
    a=(("Iadd9", "IVmaj7", "Iadd9", "ii7"), ("Imaj7", "vi7", "ii7", "V7sus4"), ("Iadd9", "iii7", "IVmaj7", "V")),
    b=(("IVmaj7", "iii7", "ii7", "V"), ("vi7", "IVmaj7", "Iadd9", "V"), ("IVmaj7", "iv", "Iadd9", "V")),
    predominant="ii7",
    dominant="V7sus4",
    final="I",
    borrowed=frozenset({"iv"}),
    bass=(FRETLESS_BASS, ACOUSTIC_BASS),
    pad=(ELECTRIC_PIANO, WARM_PAD),
    figure=(GUITAR, PIANO),
    melody=(CELLO, CLARINET, VIBRAPHONE),
    colour=(CELESTA, VIBRAPHONE),
    figure_style=("fingerpick", "broken"),
    bass_style=("whole", "root-fifth"),
    melody_share=0.7,
)

MOODS: dict[str, Mood] = {mood.name: mood for mood in (_CALM, _HOPEFUL, _PLAYFUL, _TENSE, _SAD, _EPIC, _CURIOUS, _WARM)}
