"""`music:score/<mood>`: composed instrumental beds, as sound and as a MIDI score.

Written as music, not sampled from a model: key, tempo, form, harmony with voice leading, a motif and what becomes of
it (rooms in score/), played by the General MIDI SoundFont TimGM6mb. Every seed is another piece.

Moods are calm, hopeful, playful, tense, sad, epic, curious and warm. The mood of the request decides, by its own word
or a synonym ("happy" is playful); the name in the id is the mood for requests whose word is not known.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, MusicRequest, MusicResult
from miaobi.base.music.moods import known_mood
from miaobi.base.music.sound import CREDITS, missing_for_sound, soundfont_digest
from miaobi.create.score.mood import MOODS
from miaobi.errors import EngineUnavailableError, GenerationError, UnknownNameError

_WRITING_VERSION = 1
"""Raise it with every change to score/ that is heard."""
_DEFAULT_MOOD = "calm"


class ScoreMusicEngine(Engine[MusicRequest, MusicResult]):
    """See the module docstring."""

    modality: ClassVar[Modality] = "music"
    parallel_slots = 2

    def __init__(self, card: EngineCard, mood: str) -> None:
        super().__init__(card)
        self._mood = mood
        self._is_closed = False

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The moods."""
        return tuple(MOODS)

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        mood = _mood_of(name)
        missing = missing_for_sound()
        return EngineCard(
            id=f"music:score/{mood}",
            modality="music",
            fingerprint=missing or f"score-{_WRITING_VERSION}-{mood}-symusic-{version('symusic')}-{soundfont_digest()}",
            summary=f"composed instrumental beds, {mood} unless the request says otherwise",
            credits=CREDITS,
            missing=missing,
            is_model=False,
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"The engine {card.id} cannot be used: {card.missing}")
        from miaobi.base.music.sound import load_synthesizer

        load_synthesizer()  # what cannot be loaded shows now
        return cls(card, _mood_of(name))

    def generate(self, request: MusicRequest) -> MusicResult:
        """A piece exactly as long as asked for, 44.1 kHz, with its MIDI file."""
        from miaobi.base.music.sound import SAMPLE_RATE_HZ, record, write_midi
        from miaobi.create.score.compose import compose, perform

        if self._is_closed:
            raise GenerationError("The music engine was closed.", hint="Open it again.")
        composition = compose(known_mood(request.mood) or self._mood, request.duration_seconds, request.seed)
        piece = composition.piece(perform(composition, request.seed))
        audio = record(piece, request.duration_seconds)
        return MusicResult(
            made_by=self.made_by,
            audio=Asset.from_bytes(audio, "audio/wav"),
            midi=Asset.from_bytes(write_midi(piece), "audio/midi"),
            sample_rate_hz=SAMPLE_RATE_HZ,
            duration_seconds=max(1, round(request.duration_seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ,
            key=composition.form.key.name,
            tempo_bpm=round(composition.form.tempo_bpm, 2),
            credits=self.card.credits,
        )

    def close(self) -> None:
        """Nothing is kept between pieces."""
        self._is_closed = True


def _mood_of(name: str) -> str:
    mood = known_mood(name or _DEFAULT_MOOD)
    if mood is None:
        raise UnknownNameError(
            f"There is no mood {name!r} for music:score.", hint="There are: " + ", ".join(MOODS) + "."
        )
    return mood
