"""From a piece to its folder: every asset labelled, every document written, every label read back, then one swap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from miaobi.base.asset import Asset
from miaobi.base.piece import Outcome, Part, Piece, Score
from miaobi.base.run import Run
from miaobi.base.step import step
from miaobi.brief.brief import Brief
from miaobi.brief.plan import Plan
from miaobi.errors import LabelError, MiaobiError
from miaobi.evaluate.gates import verdict
from miaobi.label.audio import label_audio
from miaobi.label.explicit import SourceType, Statement, origins, source_type, write_statement
from miaobi.label.image import label_image
from miaobi.label.midi import label_midi
from miaobi.label.timed_text import label_subtitles
from miaobi.label.verify import LabelFinding, has_reader, verify_bytes
from miaobi.label.video import label_video
from miaobi.publish.bundle import DOCUMENTS, documents_of, plain_files, write_bundle
from miaobi.publish.manifest import LabelRecord, Manifest, Verdict, build_manifest, read_manifest
from miaobi.publish.names import MANIFEST_NAME
from miaobi.publish.page_font import credit_page_font
from miaobi.recipes.assignment import Revisions

_SUBTITLES = ("application/x-subrip", "text/vtt")


@step("label_asset", version=2, doing="labelling {asset.media_type}")
def label_asset(asset: Asset, label: str = "", source: SourceType = "trainedAlgorithmicMedia") -> Asset:
    """The asset with the label its kind of file carries; one we have no label for comes back as it is.

    label   the words that go into this kind of file, as `label_words` chooses them
    source  of a picture, for its note
    """
    kind = asset.media_type
    if kind.startswith("image/"):
        return label_image(asset, label, source)
    if kind == "audio/wav":
        return label_audio(asset)
    if kind == "audio/midi":
        return label_midi(asset, label)
    if kind in _SUBTITLES:
        return label_subtitles(asset, label)
    if kind == "video/mp4":
        return label_video(asset, label)
    return asset


def label_words(media_type: str, statement: Statement) -> str:
    """The words a kind of file carries.

    Only files that are written anew with the text say its shares: an edit of a sentence changes the shares, and must
    not send every picture, sound and score through the labels again.
    """
    if media_type.startswith("image/") or media_type in _SUBTITLES:
        return statement.short
    if media_type == "audio/midi":
        return statement.plain
    return statement.sentence if media_type == "video/mp4" else ""


@step("write_document", version=2, doing="writing {extension}")
def write_document(piece: Piece, extension: str, statement: str, epoch: int) -> Asset:
    """One document of a piece whose assets are labelled."""
    return DOCUMENTS[extension](piece, statement, epoch)


@step("read_labels", version=2, doing="reading the label of {name} back")
def read_labels(name: str, asset: Asset, statement: str) -> tuple[LabelFinding, ...]:
    """Every label a file of that name should carry, as an independent reader finds it.

    statement  the sentence it must have, "" for files that carry other words
    """
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
    based_on: str,
) -> Manifest:
    """Publish `piece` as `folder` and return its manifest.

    draft_taken, based_on  as `write_folder` takes them
    LabelError when a label does not read back, WorkChangedError when the folder is not any more what it was.
    """
    statement = write_statement(origins(piece), piece.language)
    if statement is not None:
        piece = _labelled(run, piece, statement)
    piece = credit_page_font(piece)
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
        verdicts=tuple(verdicts_on(piece)),
        steps=run.graph(),
        revisions=revisions.model_dump(mode="json"),
        chosen_engines=engines,
    )
    write_bundle(folder, files, manifest, draft_taken=draft_taken, based_on=based_on)
    return manifest


def _labelled(run: Run, piece: Piece, statement: Statement) -> Piece:
    pending = {
        part.id: run.start(label_asset, part.asset, label_words(part.asset.media_type, statement), _source(piece, part))
        for part in piece.parts
        if part.asset is not None
    }
    done = {part_id: labelled.result() for part_id, labelled in pending.items()}
    parts = tuple(p.model_copy(update={"asset": done[p.id]}) if p.id in done else p for p in piece.parts)
    return piece.model_copy(update={"parts": parts})


def _source(piece: Piece, part: Part) -> SourceType:
    """The source type a picture's note names; one and the same for all other files, whose labels carry none."""
    is_picture = part.asset is not None and part.asset.media_type.startswith("image/")
    return source_type(piece, part) if is_picture else "trainedAlgorithmicMedia"


def _written(run: Run, piece: Piece, sentence: str, epoch: int) -> dict[str, Asset]:
    pending = {
        name: run.start(write_document, piece, Path(name).suffix, sentence, epoch) for name in documents_of(piece)
    }
    return {**{name: document.result() for name, document in pending.items()}, **plain_files(piece, sentence)}


def _read_back(run: Run, files: dict[str, Asset], sentence: str) -> tuple[LabelRecord, ...]:
    readable = {name: asset for name, asset in files.items() if has_reader(name)}
    said = {name: sentence if _says_sentence(asset.media_type) else "" for name, asset in readable.items()}
    pending = [run.start(read_labels, name, asset, said[name]) for name, asset in readable.items()]
    records = []
    for finding in (finding for found in pending for finding in found.result()):
        if not finding.verified:
            raise LabelError(
                f"The label of {finding.file} does not read back ({finding.detail}), so nothing was published.",
                hint="This is a fault of Miaobi's; please report it with the file's kind.",
            )
        records.append(LabelRecord(**finding.model_dump(exclude={"detail"})))
    return tuple(records)


def _says_sentence(media_type: str) -> bool:
    """Whether files of this type carry the whole sentence: films and documents."""
    return media_type == "video/mp4" or not media_type.startswith(("image/", "audio/", *_SUBTITLES))


def verdicts_on(piece: Piece) -> Iterator[Verdict]:
    """A verdict on every part that has scores, then one on the whole, which every one of them counts for."""
    flagged: list[str] = []
    for part in piece.parts:
        if part.scores:
            names = _flagged(part.scores)
            flagged += [f"{part.id}: {name}" for name in names]
            yield Verdict(part=part.id, outcome=verdict(part.scores), flagged=names)
    scores = [*piece.scores, *(score for part in piece.parts for score in part.scores)]
    yield Verdict(part="", outcome=verdict(scores), flagged=(*_flagged(piece.scores), *flagged))


def _flagged(scores: tuple[Score, ...]) -> tuple[str, ...]:
    return tuple(score.name for score in scores if score.outcome is Outcome.FLAGGED)


def _created(folder: Path, day: date) -> str:
    """The day the work was first made, which its manifest knows, whatever its folder is called now.

    A new work has the day in its folder's name, else today.
    """
    try:
        known = read_manifest(folder).created if (folder / MANIFEST_NAME).exists() else ""
    except MiaobiError:  # damaged; it is about to be replaced
        known = ""
    try:
        return known or date.fromisoformat(folder.name[:10]).isoformat()
    except ValueError:
        return day.isoformat()
