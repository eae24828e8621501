"""A composition: the form it was planned in, and the parts written into it."""

from __future__ import annotations

from dataclasses import dataclass

from miaobi.base.music.note import Part, Piece
from miaobi.create.score.form import Form


@dataclass(frozen=True)
class Composition:
    """A whole piece as written, before a player's small irregularities."""

    mood: str
    form: Form
    parts: tuple[Part, ...]

    def piece(self, parts: tuple[Part, ...]) -> Piece:
        """The composition as these parts play it."""
        form = self.form
        return Piece(
            parts=parts,
            tempo_bpm=form.tempo_bpm,
            meter=(form.beats_per_bar, 4),
            sharps=form.key.sharps,
            is_minor=form.key.is_minor,
            total_beats=form.total_beats,
            closing_beats=form.total_beats - form.beats_per_bar * (len(form.bars) - 1),
        )
