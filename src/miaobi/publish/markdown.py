"""The piece as plain Markdown (CommonMark) with pictures by relative path."""

from __future__ import annotations

import re
from typing import Final

from miaobi.base.asset import Asset
from miaobi.base.piece import Piece
from miaobi.publish.authorship import all_credits
from miaobi.publish.colophon import credit_line, maker_lines, share_line
from miaobi.publish.outline import Figure, outline
from miaobi.publish.words import words

# Everything that opens markup inside a line in CommonMark or in the dialects people paste into (GitHub tables,
# strikethrough and mathematics, Pandoc superscripts, citations and attributes).
_INLINE: Final = re.compile(r"([\\`*_\[\]<>&$~^|{}#@])")
# What opens a block at the start of a line: list, underline of a heading, definition, front matter.
_LINE_START: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=:%])")
# A bare address is turned into a link by GitHub's dialect.
_ADDRESS: Final = re.compile(r"\b(https?|ftp)://|\bwww\.", re.IGNORECASE)


def escape_markdown(text: str) -> str:
    """`text` as one line of Markdown that reads exactly as `text` and contains no markup."""
    line = _INLINE.sub(r"\\\1", " ".join(text.split()))
    line = _ADDRESS.sub(lambda found: found[0].replace(":", "\\:").replace(".", "\\."), line)
    return _LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", line)


def to_markdown(piece: Piece, statement: str = "") -> str:
    """The whole piece. `statement` says that AI made it; "" leaves it out."""
    said = words(piece.language)
    seen = outline(piece)
    blocks = [f"# {escape_markdown(seen.title)}"]
    if statement:
        blocks.append(f"> {escape_markdown(statement)}")
    if seen.video:
        blocks.append(f"[{escape_markdown(seen.video.name)}](<{seen.video.name}>)")
    if seen.cover:
        blocks += _figure(seen.cover)
    blocks += [f"**{escape_markdown(text)}**" for text in seen.lead]
    for section in seen.sections:
        if section.heading:
            blocks.append(f"## {escape_markdown(section.heading)}")
        for block in section.blocks:
            blocks += _figure(block) if isinstance(block, Figure) else [escape_markdown(block.text)]
    blocks += [f"*{escape_markdown(f'{said.end_card}{said.colon}{text}')}*" for text in seen.closing]
    if seen.takeaways:
        blocks.append(f"## {escape_markdown(said.takeaways)}")
        blocks.append("\n".join(f"- {escape_markdown(item)}" for item in seen.takeaways))
    blocks += ["---", f"## {escape_markdown(said.about)}"]
    blocks += [escape_markdown(line) for line in (statement, share_line(piece, said), *piece.notes) if line]
    lists = (
        (said.made_by, [said.colon.join(line) for line in maker_lines(piece, said)]),
        (said.credits, [credit_line(credit, said.list_comma) for credit in all_credits(piece)]),
    )
    for heading, items in lists:
        if items:
            blocks.append(f"### {escape_markdown(heading)}")
            blocks.append("\n".join(f"- {escape_markdown(item)}" for item in items))
    return "\n\n".join(blocks) + "\n"


def make_markdown(piece: Piece, statement: str, epoch: int) -> Asset:  # noqa: ARG001 - one signature for all formats
    """`to_markdown` as a file."""
    return Asset.from_bytes(to_markdown(piece, statement).encode(), "text/markdown")


def _figure(figure: Figure) -> list[str]:
    picture = f"![{escape_markdown(figure.alt)}](<{figure.name}>)"
    return [picture, f"*{escape_markdown(figure.caption)}*"] if figure.caption else [picture]
