"""From a piece to its folder: every asset labelled, every document written, every label read back, then one swap."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from miaobi.base.asset import Asset
from miaobi.base.piece import Piece
from miaobi.base.run import Run
from miaobi.base.step import step
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan
from miaobi.errors import LabelError
from miaobi.label.audio import label_audio
from miaobi.label.explicit import Statement, origins, write_statement
from miaobi.label.image import label_image
from miaobi.label.midi import label_midi
from miaobi.label.timed_text import label_subtitles
from miaobi.label.verify import LabelFinding, has_reader, verify_bytes
from miaobi.label.video import label_video
from miaobi.publish.bundle import DOCUMENTS, documents_of, plain_files, write_bundle
from miaobi.publish.manifest import LabelRecord, Manifest, build_manifest
from miaobi.recipes.assignment import Revisions


@step("label_asset", doing="labelling {asset.media_type}")
def label_asset(asset: Asset, statement: Statement) -> Asset:
    """The asset with the label its kind of file carries; one we have no label for comes back as it is."""
    kind = asset.media_type
    if kind.startswith("image/"):
        return label_image(asset, statement.language, statement.short)
    if kind == "audio/wav":
        return label_audio(asset)
    if kind == "audio/midi":
        return label_midi(asset, statement.sentence)
    if kind in ("application/x-subrip", "text/vtt"):
        return label_subtitles(asset, statement.short)
    if kind == "video/mp4":
        return label_video(asset, statement.sentence)
    return asset


@step("write_document", doing="writing {extension}")
def write_document(piece: Piece, extension: str, statement: str, epoch: int) -> Asset:
    """One document of a piece whose assets are labelled."""
    return DOCUMENTS[extension](piece, statement, epoch)


@step("read_labels", doing="reading the label of {name} back")
def read_labels(name: str, asset: Asset, statement: str) -> tuple[LabelFinding, ...]:
    """Every label a file of that name should carry, as an independent reader finds it."""
    return verify_bytes(name, asset.read(), statement)


def finish(
    run: Run,
    piece: Piece,
    folder: Path,
    *,
    epoch: int,
    day: date,
    brief: Brief,
    plan: Plan,
    revisions: Revisions,
    engines: dict[str, str],
    draft_taken: str | None,
) -> Manifest:
    """Publish `piece` as `folder` and return its manifest. LabelError when a label does not read back."""
    statement = write_statement(origins(piece), piece.language)
    if statement is not None:
        piece = _labelled(run, piece, statement)
    sentence = statement.sentence if statement else ""
    files = _written(run, piece, sentence, epoch)
    labels = _read_back(run, files, sentence) if statement else ()
    manifest = build_manifest(
        piece,
        name=folder.name,
        files=files,
        created=_created(folder, day),
        brief=brief.model_dump(mode="json"),
        plan=plan.model_dump(mode="json"),
        labels=labels,
        steps=run.graph(),
        revisions=revisions.model_dump(mode="json"),
        chosen_engines=engines,
    )
    write_bundle(folder, files, manifest, draft_taken=draft_taken)
    return manifest


def _labelled(run: Run, piece: Piece, statement: Statement) -> Piece:
    pending = [(part, run.start(label_asset, part.asset, statement)) for part in piece.parts if part.asset is not None]
    done = {part.id: labelled.result() for part, labelled in pending}
    parts = tuple(p.model_copy(update={"asset": done[p.id]}) if p.id in done else p for p in piece.parts)
    return piece.model_copy(update={"parts": parts})


def _written(run: Run, piece: Piece, sentence: str, epoch: int) -> dict[str, Asset]:
    pending = {
        name: run.start(write_document, piece, Path(name).suffix, sentence, epoch) for name in documents_of(piece)
    }
    return {**{name: document.result() for name, document in pending.items()}, **plain_files(piece, sentence)}


def _read_back(run: Run, files: dict[str, Asset], sentence: str) -> tuple[LabelRecord, ...]:
    readable = {name: asset for name, asset in files.items() if has_reader(name)}
    pending = [run.start(read_labels, name, asset, sentence) for name, asset in readable.items()]
    records = []
    for finding in (finding for found in pending for finding in found.result()):
        if not finding.verified:
            raise LabelError(
                f"The label of {finding.file} does not read back ({finding.detail}), so nothing was published.",
                hint="This is a fault of Miaobi's; please report it with the file's kind.",
            )
        records.append(LabelRecord(**finding.model_dump(exclude={"detail"})))
    return tuple(records)


def _created(folder: Path, day: date) -> str:
    """The day in the folder's name, which stays when the work is made again later; else today."""
    try:
        return date.fromisoformat(folder.name[:10]).isoformat()
    except ValueError:
        return day.isoformat()
