"""The card of a data set of music as a page for people (Markdown)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from miaobi.train.data.card import PAGE_NAME
from miaobi.train.data.markdown_table import cell, table
from miaobi.train.data.music.card import MusicCard

_BAR: Final = 40
_VOICES: Final = {"highest": "the highest line of all parts", "first": "the highest line of the first part"}


def write_page(folder: Path, card: MusicCard) -> None:
    """Write the page into the folder."""
    (folder / PAGE_NAME).write_text(music_page(card), encoding="utf-8")


def music_page(card: MusicCard) -> str:
    """The card in Markdown."""
    parts = [
        f"# {cell(card.name)}\n\nA data set of tunes, made with Miaobi on {card.made_on}. The melody is "
        f"{_VOICES[card.voices]}.",
        _sources(card),
        _tunes(card),
        _troubles(card),
        _splits(card),
        _bars("Keys", "key", card.keys),
        _bars("Meters", "meter", card.meters),
        _bars("Moods", "mood", card.moods),
        _bars("Lengths", "bars", card.lengths),
        _bars("Pitches", "semitones from the keynote", card.pitches, "notes"),
        "## Sample\n\nIn tokens.\n\n" + "\n\n".join(f"    {tune}" for tune in card.sample),
        f"## Digest\n\n`{card.digest}` over the token files and the vocabulary.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sources(card: MusicCard) -> str:
    rows = (
        (source.name, source.origin or "not told", source.licence or "not told",
         f"{source.files:,}", f"{source.tunes:,}", f"{source.notes:,}")
        for source in card.sources
    )  # fmt: skip
    return "## Sources\n\n" + table(("source", "from", "licence", "files", "tunes", "notes"), rows)


def _tunes(card: MusicCard) -> str:
    rows = [("kept", f"{card.kept:,}"), *((reason, f"{count:,}") for reason, count in card.dropped.items())]
    text = "## Tunes\n\n" + table(("", "tunes"), rows)
    if card.moved:
        text += f"\n\n{card.moved:,} notes of the files lay off the grid and were moved to its nearest place."
    if card.cut_files:
        text += f"\n\n{card.cut_files:,} file(s) with more than {card.longest} bars became several tunes."
    if card.other_files:
        text += f"\n\n{card.other_files:,} file(s) of other kinds were passed over."
    return text


def _troubles(card: MusicCard) -> str:
    if not card.unreadable:
        return ""
    left = card.unreadable_total - len(card.unreadable)
    lines = [f"- {cell(trouble.file)}: {cell(trouble.reason)}" for trouble in card.unreadable]
    return "\n".join(("Could not be read:\n", *lines, *([f"- and {left:,} more"] if left else [])))


def _splits(card: MusicCard) -> str:
    if card.split_by == "order":
        how = "The tunes at the end of the material are for validation"
    else:
        how = f"A hash of each tune and the seed {card.seed} decides its split"
    keys = "A model learns each tune on all twelve keynotes" if card.transpose else "Tunes stay on their own keynotes"
    rows = (
        (name, f"{split.tunes:,}", f"{split.bars:,}", f"{split.notes:,}", f"{split.tokens:,}")
        for name, split in card.splits.items()
    )
    return (
        f"## Tokens\n\nA vocabulary of {card.vocabulary:,} tokens. {how}; {card.validation_share:.1%} were asked for "
        f"validation. {keys}.\n\n" + table(("split", "tunes", "bars", "notes", "tokens"), rows)
    )


def _bars(title: str, what: str, counts: Mapping[str, int], unit: str = "tunes") -> str:
    most = max(counts.values(), default=0)
    rows = ((name, f"{count:,}", "█" * round(_BAR * count / most)) for name, count in counts.items())
    return f"## {title}\n\n" + table((what, unit, ""), rows) if most else ""
