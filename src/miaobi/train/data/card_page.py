"""A data card as a page for people (Markdown)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from miaobi.train.data.card import PAGE_NAME, DataCard
from miaobi.train.data.markdown_table import cell, table

_BAR: Final = 40
_TOKENIZERS: Final = {"char": "one token per character", "bpe": "byte pairs (BPE) over bytes"}


def write_page(folder: Path, card: DataCard) -> None:
    """Write the page into the folder."""
    (folder / PAGE_NAME).write_text(card_page(card), encoding="utf-8")


def card_page(card: DataCard) -> str:
    """The card in Markdown."""
    parts = [
        f"# {card.name}\n\nA data set of text, made with Miaobi on {card.made_on}.",
        _sources(card),
        _documents(card),
        _tokens(card),
        _lengths(card),
        _words(card),
        _sample(card),
        f"## Digest\n\n`{card.digest}` over the token files and the tokeniser.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sources(card: DataCard) -> str:
    rows = (
        (source.name, source.origin or "not told", source.licence or "not told",
         f"{source.files:,}", f"{source.documents:,}", f"{source.characters:,}")
        for source in card.sources
    )  # fmt: skip
    return "## Sources\n\n" + table(("source", "from", "licence", "files", "documents", "characters"), rows)


def _documents(card: DataCard) -> str:
    rows = [("kept", f"{card.kept:,}"), *((reason, f"{count:,}") for reason, count in card.dropped.items())]
    text = "## Documents\n\n" + table(("", "documents"), rows)
    asked = f"only {card.language} was kept; " if card.language else ""
    found = ", ".join(f"{language} {count:,}" for language, count in card.languages.items())
    text += f"\n\nLanguages: {asked}found {found}. Sentences: {card.sentences:,}."
    if card.cut_files:
        text += (
            f"\n\n{card.cut_files:,} long file(s) were cut at blank lines into documents of about "
            f"{card.cut_characters:,} characters, so that each split has parts of a long text."
        )
    if card.other_files:
        text += f"\n\n{card.other_files:,} file(s) of other kinds were passed over."
    if card.unreadable:
        text += "\n\nCould not be read:\n\n" + "\n".join(f"- {cell(t.file)}: {cell(t.reason)}" for t in card.unreadable)
        left = card.unreadable_total - len(card.unreadable)
        text += f"\n- and {left:,} more" if left else ""
    return text


def _tokens(card: DataCard) -> str:
    if card.split_by == "order":
        how = "The documents at the end of the material are for validation"
    else:
        how = f"A hash of each document and the seed {card.seed} decides its split"
    rows = (
        (name, f"{split.documents:,}", f"{split.characters:,}", f"{split.tokens:,}", f"{split.unknown:,}")
        for name, split in card.splits.items()
    )
    return (
        f"## Tokens\n\n{_TOKENIZERS[card.tokenizer.kind].capitalize()}, {card.tokenizer.vocabulary:,} tokens in the "
        f"vocabulary, made from {card.tokenizer.seen_characters:,} characters of the training split. {how}; "
        f"{card.validation_share:.1%} were asked for validation."
        "\n\n" + table(("split", "documents", "characters", "tokens", "unknown tokens"), rows)
    )


def _lengths(card: DataCard) -> str:
    most = max((length.documents for length in card.lengths), default=0)
    rows = (
        (f"{length.least:,} to {length.most:,}", f"{length.documents:,}", "█" * round(_BAR * length.documents / most))
        for length in card.lengths
    )
    return "## Lengths of the documents\n\n" + table(("tokens", "documents", ""), rows) if most else ""


def _words(card: DataCard) -> str:
    words = ", ".join(f"{word} ({count:,})" for word, count in card.frequent_words)
    return f"## Frequent words\n\nWithout stop words: {words}." if words else ""


def _sample(card: DataCard) -> str:
    quoted = ("\n".join(f"    {line}".rstrip() for line in text.split("\n")) for text in card.sample)
    return "## Sample\n\n" + "\n\n---\n\n".join(quoted) if card.sample else ""
