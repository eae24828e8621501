"""The piece as an EPUB 3 book."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

from miaobi.base.asset import Asset, digest_bytes
from miaobi.base.piece import Piece
from miaobi.publish.archive import fix_zip
from miaobi.publish.outline import outline
from miaobi.publish.pandoc import document_tree, run_pandoc

_STYLE: Final = Path(__file__).parent / "templates" / "book.css"
# Of identifiers derived from content (RFC 9562, version 5); made once, at random.
_NAMESPACE: Final = uuid.UUID("6f0d3c52-8f0e-4a53-9b52-1c2b7f6f9a11")


def make_epub(piece: Piece, statement: str, epoch: int) -> Asset:
    """application/epub+zip. Equal pieces, statements and epochs give equal bytes and the same identifier."""
    seen = outline(piece)
    content = digest_bytes(f"{piece.model_dump_json()}\n{statement}".encode())
    metadata = {"identifier": f"urn:uuid:{uuid.uuid5(_NAMESPACE, content)}"}
    files = {figure.name: figure.asset.read() for figure in seen.figures}
    files["book.css"] = _STYLE.read_bytes()
    arguments = ["--css=book.css", "--split-level=1", "--toc-depth=2"]
    cover = seen.cover or next(iter(seen.figures), None)
    if cover:
        arguments.append(f"--epub-cover-image={cover.name}")
    tree = document_tree(piece, statement, metadata, with_cover=bool(seen.cover and seen.cover.caption))
    data = run_pandoc(tree, "epub3", arguments, files, epoch)
    return Asset.from_bytes(fix_zip(data, epoch), "application/epub+zip")
