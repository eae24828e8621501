"""A piece to the folder of a work: which files there are, and writing all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from miaobi.base.asset import Asset
from miaobi.base.piece import Piece
from miaobi.publish.docx import make_docx
from miaobi.publish.draft import editable_ids, render_draft
from miaobi.publish.epub import make_epub
from miaobi.publish.folder import Kept, write_folder
from miaobi.publish.html import make_html
from miaobi.publish.manifest import Manifest, to_json
from miaobi.publish.markdown import make_markdown
from miaobi.publish.names import DRAFT_NAME, MANIFEST_NAME, asset_names

MakeDocument = Callable[[Piece, str, int], Asset]
"""(piece with labelled assets, AI statement, epoch in seconds) -> file. Pure, so that each can be a cached step."""

DOCUMENTS: Final[dict[str, MakeDocument]] = {
    ".html": make_html,
    ".md": make_markdown,
    ".epub": make_epub,
    ".docx": make_docx,
}
"""A new document format is one more line here."""

_FILM_DOCUMENTS: Final = (".html", ".md")  # a player page and the transcript; books cannot play the film


def documents_of(piece: Piece) -> dict[str, MakeDocument]:
    """The documents a piece is published as, by file name: `article.html` ... for the recipe `article`."""
    is_film = bool(piece.of_kind("video") or piece.of_kind("cut"))
    chosen = _FILM_DOCUMENTS if is_film else tuple(DOCUMENTS)
    return {f"{piece.recipe}{extension}": DOCUMENTS[extension] for extension in chosen}


def plain_files(piece: Piece, statement: str = "") -> dict[str, Asset]:
    """The files that need no document format: the draft, if anything can be edited, and the assets of the parts."""
    files: dict[str, Asset] = {}
    if editable_ids(piece):
        files[DRAFT_NAME] = Asset.from_bytes(render_draft(piece, statement).encode(), "text/markdown")
    for part_id, name in asset_names(piece).items():
        asset = piece.part(part_id).asset
        assert asset is not None
        files[name] = asset
    return files


def write_bundle(
    folder: Path,
    files: Mapping[str, Asset],
    manifest: Manifest,
    *,
    draft_taken: str | None = None,
    based_on: str | None = None,
) -> tuple[Kept, ...]:
    """Put `files` and the manifest into `folder` as one indivisible change; see `folder.write_folder`."""
    everything = {**files, MANIFEST_NAME: Asset.from_bytes(to_json(manifest), "application/json")}
    return write_folder(folder, everything, draft_taken=draft_taken, based_on=based_on)
