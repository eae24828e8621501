"""`music:lab/NAME`: a melody model trained in this lab, as an engine of music.

The model writes the melody; chords, bass and the choice of instruments follow by rule. `describe` reads JSON and
digests; PyTorch, or onnxruntime for an exported model, is imported when the engine is opened.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, Modality, MusicRequest, MusicResult
from miaobi.base.music.sound import CREDITS, missing_for_sound, soundfont_digest
from miaobi.base.progress import report_progress
from miaobi.errors import EngineUnavailableError, GenerationError, InputError
from miaobi.train.engine_card import card_of, names_of
from miaobi.train.folder import ModelFolder

if TYPE_CHECKING:
    from miaobi.train.language.network import Network

ENGINE_VERSION: Final = 1
"""Raised whenever this engine's own code changes what a request gives."""

_NOTE: Final = "The model writes the melody; chords, bass and instruments follow by rule."
_USUAL_TOKENS: Final = 600


class LabMusicEngine(Engine[MusicRequest, MusicResult]):
    """See the module docstring. Writes one melody at a time."""

    modality: ClassVar[Modality] = "music"

    def __init__(self, card: EngineCard, network: Network, described: Mapping[str, Any]) -> None:
        super().__init__(card)
        self._network: Network | None = network
        self._meters, self._moods = described["meters"], described["moods"]
        self._lock = threading.Lock()

    @classmethod
    def names_in(cls, home: Path) -> tuple[str, ...]:
        """The melody models trained below `home`; one without a name when there are none."""
        return names_of(home, "music")

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:
        """The card; its `missing` says so when there is no such model, or a file of it is gone or damaged."""
        card = card_of("music", name, home, version=ENGINE_VERSION, note=_NOTE)
        if card.missing is not None:
            return card
        missing = missing_for_sound()
        sound = "missing" if missing else f"symusic-{version('symusic')} {soundfont_digest()}"
        return card.model_copy(
            update={
                "missing": missing,
                "fingerprint": f"{card.fingerprint} {sound}",
                "credits": (*card.credits, *CREDITS),
            }
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        """Load the weights, for PyTorch where it is installed, else for onnxruntime where the model is exported.

        EngineUnavailableError when both are missing, or a file is missing or damaged.
        """
        card = cls.describe(name, home)
        if card.missing is not None:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {card.missing}")
        from miaobi.train.music.network import open_network

        folder = ModelFolder(home, name)
        try:
            return cls(card, open_network(folder), folder.read_config()["network"])
        except (InputError, KeyError) as error:
            raise EngineUnavailableError(f"The engine {card.id} cannot be opened: {error}") from error

    def generate(self, request: MusicRequest) -> MusicResult:
        """A piece exactly as long as asked for, 44.1 kHz, with its MIDI file."""
        from miaobi.base.music.sound import SAMPLE_RATE_HZ, record, write_midi
        from miaobi.train.music.compose import compose

        def watch(tokens: int) -> None:
            self._open_network()
            report_progress(tokens, max(tokens, _USUAL_TOKENS), "tokens")

        with self._lock:
            try:
                piece, tune = compose(self._open_network(), request, self._meters, self._moods, watch)
            except (RuntimeError, MemoryError) as error:
                raise GenerationError(f"The model {self.card.id} failed: {error}") from error
        return MusicResult(
            made_by=self.made_by,
            audio=Asset.from_bytes(record(piece, request.duration_seconds), "audio/wav"),
            midi=Asset.from_bytes(write_midi(piece), "audio/midi"),
            sample_rate_hz=SAMPLE_RATE_HZ,
            duration_seconds=max(1, round(request.duration_seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ,
            key=tune.key.name,
            tempo_bpm=round(piece.tempo_bpm, 2),
            credits=self.card.credits,
        )

    def close(self) -> None:
        """Give the memory back; a melody that is being written ends at its next token."""
        self._network = None

    def _open_network(self) -> Network:
        if self._network is None:
            raise GenerationError(f"The engine {self.card.id} was closed.", hint="Open it again.")
        return self._network
