"""A finished data set on the terminal, a function for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

if TYPE_CHECKING:
    from rich.console import Console

    from miaobi.studio import DataSet


def print_card(screen: Console, made: DataSet) -> None:
    """What was kept, dropped and left out."""
    _PRINTED[made.kind](screen, made.card)
    for trouble in made.card.unreadable:
        screen.print(f"[yellow]left out[/] {escape(trouble.file)}: {escape(trouble.reason)}")
    if made.card.unreadable_total > len(made.card.unreadable):
        screen.print(f"[yellow]left out[/] {made.card.unreadable_total - len(made.card.unreadable):,} more")


def _print_text(screen: Console, card: Any) -> None:
    _print_kept(screen, card, "documents")
    for split, counts in card.splits.items():
        unknown = f", {counts.unknown:,} of them unknown" if counts.unknown else ""
        screen.print(f"{split}: {counts.documents:,} documents, {counts.characters:,} characters, "
                      f"{counts.tokens:,} tokens{unknown}")  # fmt: skip
    screen.print(f"tokeniser: {card.tokenizer.kind}, {card.tokenizer.vocabulary:,} tokens")


def _print_pictures(screen: Console, card: Any) -> None:
    _print_kept(screen, card, "pictures")
    colours = "colour" if card.channels == 3 else "grey"
    for split, counts in card.splits.items():
        screen.print(f"{split}: {counts.pictures:,} pictures, {counts.captions:,} with a caption")
    screen.print(f"{card.picture_size} x {card.picture_size} pixels, {colours}")


def _print_music(screen: Console, card: Any) -> None:
    _print_kept(screen, card, "tunes")
    for split, counts in card.splits.items():
        screen.print(f"{split}: {counts.tunes:,} tunes, {counts.bars:,} bars, {counts.notes:,} notes")


def _print_kept(screen: Console, card: Any, noun: str) -> None:
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in card.dropped.items()) or "none"
    screen.print(f"[bold]{escape(card.name)}[/]: {card.kept:,} {noun} kept; dropped: {dropped}")


_PRINTED: Final[dict[str, Callable[[Console, Any], None]]] = {
    "text": _print_text,
    "pictures": _print_pictures,
    "music": _print_music,
}
