"""The card of a data set of pictures as a page for people (Markdown)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from miaobi.train.data.card import PAGE_NAME
from miaobi.train.data.markdown_table import cell, table
from miaobi.train.data.pictures.card import BRIGHTNESS_BINS, SAMPLE_NAME, PictureCard

_BAR: Final = 40
_FITTED: Final = {
    "cover": "cut to the square in the middle",
    "contain": "shown whole, the rest filled with the background",
}


def write_page(folder: Path, card: PictureCard) -> None:
    """Write the page into the folder."""
    (folder / PAGE_NAME).write_text(picture_page(card), encoding="utf-8")


def picture_page(card: PictureCard) -> str:
    """The card in Markdown."""
    parts = [
        f"# {cell(card.name)}\n\nA data set of pictures, made with Miaobi on {card.made_on}.",
        f"![64 of its pictures]({SAMPLE_NAME})",
        _sources(card),
        _pictures(card),
        _troubles(card),
        _files(card),
        _brightness(card),
        _captions(card),
        f"## Digest\n\n`{card.digest}` over the pixels and the captions.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sources(card: PictureCard) -> str:
    rows = (
        (source.name, source.origin or "not told", source.licence or "not told", f"{source.pictures:,}")
        for source in card.sources
    )
    return "## Sources\n\n" + table(("source", "from", "licence", "pictures"), rows)


def _pictures(card: PictureCard) -> str:
    size, colours = card.picture_size, "colour (RGB)" if card.channels == 3 else "grey"
    rows = ((name, f"{split.pictures:,}", f"{split.captions:,}") for name, split in card.splits.items())
    dropped = "".join(f" {count:,} near-duplicates were dropped." for count in card.dropped.values())
    return (
        f"## Pictures\n\n{size} x {size} pixels, {colours}, {_FITTED[card.fit]}, over {cell(card.background)}."
        f"{dropped} A hash of each picture and the seed {card.seed} decides its split; {card.validation_share:.1%} "
        "were asked for validation.\n\n" + table(("split", "pictures", "with a caption"), rows)
    )


def _troubles(card: PictureCard) -> str:
    text = f"{card.other_files:,} file(s) of other kinds were passed over.\n\n" if card.other_files else ""
    if card.unreadable:
        left = card.unreadable_total - len(card.unreadable)
        lines = [f"- {cell(trouble.file)}: {cell(trouble.reason)}" for trouble in card.unreadable]
        text += "\n".join(("Left out:\n", *lines, *([f"- and {left:,} more"] if left else [])))
    return text.rstrip()


def _files(card: PictureCard) -> str:
    modes = ", ".join(f"{mode} {count:,}" for mode, count in card.modes.items())
    sizes = ", ".join(f"{size} ({count:,})" for size, count in card.sizes.items())
    return (
        f"## Files\n\nModes: {modes}. Shortest side {card.least_side:,} pixels, longest {card.most_side:,}. "
        f"Most frequent sizes: {sizes}."
    )


def _brightness(card: PictureCard) -> str:
    step, most = 256 // BRIGHTNESS_BINS, max(card.brightness)
    rows = (
        (f"{number * step} to {(number + 1) * step - 1}", f"{count:,}", "█" * round(_BAR * count / most))
        for number, count in enumerate(card.brightness)
    )
    mean = ", ".join(f"{value:g}" for value in card.mean_colour)
    return f"## Brightness\n\nMean colour of all pixels: {mean} of 255.\n\n" + table(
        ("mean brightness", "pictures", ""), rows
    )


def _captions(card: PictureCard) -> str:
    return "## Captions\n\n" + "\n".join(f"- {cell(caption)}" for caption in card.captions) if card.captions else ""
