"""Writing the folder of a work so that a reader sees all of the old one or all of the new one.

The new folder is built under a hidden name beside the old one (same file system), flushed to the disk, and the two
are exchanged in one system call where the system has one (see swap.py). What the user keeps in the old folder moves
along:

  a file Miaobi did not write       is carried over under its name
  a file Miaobi wrote, then edited  is carried over as NAME.edited.EXT beside the new one
  draft.md, edited since            stops the writing, unless the caller says it has taken these very edits in

A work that another process wrote or revised since the caller looked stops the writing as well.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from miaobi.base.asset import Asset, digest_file
from miaobi.base.disk import explain_refusal
from miaobi.base.value import Value
from miaobi.errors import CorruptBlobError, DiskError, DraftError, InputError, WorkChangedError
from miaobi.publish.manifest import read_manifest
from miaobi.publish.names import DRAFT_NAME, MANIFEST_NAME, check_names
from miaobi.publish.swap import clear_leftovers, flush_folder, locked, put_in_place, staging_folder, take_back

_CHUNK: Final = 1 << 20


class Kept(Value):
    """A file of the user's in the folder, and the name it has now."""

    was: str
    now: str


def write_folder(
    folder: Path, files: Mapping[str, Asset], *, draft_taken: str | None = None, based_on: str | None = None
) -> tuple[Kept, ...]:
    """Make `folder` hold `files` (relative name: content) and what the user keeps in it; says what that was.

    draft_taken  digest of the edited draft.md whose edits are in `files`; None when none were taken in
    based_on     what `manifest_digest` said when the caller began; None writes over whatever is there by now

    DraftError when draft.md has other edits, WorkChangedError when the work is not `based_on` any more, InputError for
    an unsafe name or a folder that is not a work, CorruptBlobError when an asset is not what its digest says, DiskError
    when the disk refuses. The old folder is untouched after each of them.
    """
    check_names(files)
    folder = folder.absolute()
    with _disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            clear_leftovers(folder)
            _check_is_work(folder)
            _check_unchanged(folder, based_on)
            kept = _plan_kept(folder, files, draft_taken)
            stage = staging_folder(folder)
            try:
                stage.mkdir()
                _write_files(stage, files)
                _carry_over(folder, stage, kept)
                _flush_folders(stage)
                old = put_in_place(stage, folder)
                if old is not None and _draft_changed(old, folder, draft_taken):
                    take_back(old, folder)
                    raise _draft_error(folder)
                if old is not None:
                    _carry_late(old, folder, kept)
            finally:
                clear_leftovers(folder)
    return kept


def manifest_digest(folder: Path) -> str:
    """Digest of the manifest in `folder`, "" when there is no work: tells one version of a work from the next."""
    try:
        return digest_file(folder / MANIFEST_NAME)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise explain_refusal(error, folder / MANIFEST_NAME) from error


# ---------------------------------------------------------------- the user's files


def _check_unchanged(folder: Path, based_on: str | None) -> None:
    """`based_on` as in `write_folder`; held under the lock, so that nobody comes between this and the exchange."""
    if based_on is None or manifest_digest(folder) == based_on:
        return
    what = "was revised" if based_on else "was made"
    raise WorkChangedError(f"{folder} {what} by another process meanwhile.", hint="Repeat the command.")


def _check_is_work(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise InputError(f"{folder} is a file or a link, not a folder.", hint="Choose another --output.")
    if any(folder.iterdir()) and not (folder / MANIFEST_NAME).exists():
        raise InputError(
            f"{folder} has files in it but no {MANIFEST_NAME}, so it is not a work of Miaobi.",
            hint="Choose an empty or new folder, or move these files away.",
        )


def _plan_kept(folder: Path, files: Mapping[str, Asset], draft_taken: str | None) -> tuple[Kept, ...]:
    """What of the old folder belongs to the user, with names that are free in the new one."""
    if not folder.exists():
        return ()
    written = _written_digests(folder)
    taken = {name.casefold() for name in files} | {name.casefold() for name in written}
    kept = []
    for name in _walk(folder):
        if name == MANIFEST_NAME:
            continue
        path = folder / name
        ours = written.get(name)
        is_plain = path.is_file() and not path.is_symlink()
        if ours is not None and is_plain and digest_file(path) == ours:
            continue
        if name == DRAFT_NAME and is_plain and (ours is not None or DRAFT_NAME in files):
            if digest_file(path) not in {draft_taken, files[name].digest if name in files else None}:
                raise _draft_error(folder)
            continue
        if ours is None and name.casefold() not in taken:
            kept.append(Kept(was=name, now=name))
            continue
        now = _free_name(name, taken)
        taken.add(now.casefold())
        kept.append(Kept(was=name, now=now))
    return tuple(kept)


def _written_digests(folder: Path) -> dict[str, str]:
    if not (folder / MANIFEST_NAME).exists():
        return {}
    return {file.name: file.digest for file in read_manifest(folder).files}


def _walk(folder: Path) -> Iterator[str]:
    """Files, links and empty folders below `folder`, as sorted relative names with "/"."""
    for root, folders, names in os.walk(folder):
        folders.sort()
        here = Path(root)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links]
        for name in sorted([*names, *links]):
            yield (here / name).relative_to(folder).as_posix()
        if not names and not links and not folders and here != folder:
            yield here.relative_to(folder).as_posix()


def _free_name(name: str, taken: set[str]) -> str:
    path = PurePosixPath(name)
    number = 1
    while True:
        mark = "edited" if number == 1 else f"edited-{number}"
        candidate = str(path.with_name(f"{path.stem}.{mark}{path.suffix}"))
        if candidate.casefold() not in taken:
            return candidate
        number += 1


def _draft_changed(old: Path, new: Path, draft_taken: str | None) -> bool:
    """Whether the draft was saved by an editor between our look at it and the exchange."""
    draft = old / DRAFT_NAME
    if not draft.is_file() or not (new / DRAFT_NAME).exists():
        return False
    return digest_file(draft) not in {draft_taken, _written_digests(old).get(DRAFT_NAME)}


def _draft_error(folder: Path) -> DraftError:
    return DraftError(
        f"{folder / DRAFT_NAME} was edited since the work was written, and these edits would be lost.",
        hint=f"Take them in with: miaobi revise {folder.name}; or delete {DRAFT_NAME} to discard them.",
    )


# ---------------------------------------------------------------- writing


def _write_files(stage: Path, files: Mapping[str, Asset]) -> None:
    for name, asset in files.items():
        path = stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_asset(path, asset)


def _write_asset(path: Path, asset: Asset) -> None:
    sha = hashlib.sha256()
    with path.open("xb") as file:
        for chunk in _chunks(asset):
            sha.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if f"sha256:{sha.hexdigest()}" != asset.digest:
        raise CorruptBlobError(
            f"The bytes for {path.name} do not match their digest {asset.digest[:19]}.",
            hint="Make the work again; the damaged result is then made anew.",
        )


def _chunks(asset: Asset) -> Iterator[bytes]:
    if isinstance(asset.source, Path):
        with asset.source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    else:
        yield asset.read()


def _carry_over(folder: Path, stage: Path, kept: tuple[Kept, ...]) -> None:
    for file in kept:
        source, target = folder / file.was, stage / file.now
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(source.readlink())
        elif source.is_dir():
            target.mkdir(exist_ok=True)
        else:
            try:
                os.link(source, target)  # one file, no second copy; the old name goes with the old folder
            except OSError:
                shutil.copy2(source, target)


def _carry_late(old: Path, folder: Path, kept: tuple[Kept, ...]) -> None:
    """Files that the user put into the old folder while the new one was being built."""
    known = {file.was for file in kept} | set(_written_digests(old)) | {MANIFEST_NAME, DRAFT_NAME}
    late = [name for name in _walk(old) if name not in known and not (folder / name).exists()]
    _carry_over(old, folder, tuple(Kept(was=name, now=name) for name in late))


def _flush_folders(stage: Path) -> None:
    for root, _, _ in os.walk(stage, topdown=False):
        flush_folder(Path(root))
    if os.name == "posix" and stage.parent.exists():
        flush_folder(stage.parent)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """OSErrors of this module as DiskError, with the way out."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            message, hint = f"There is no room on the disk to write {folder}", "Free some space and run it again."
        elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            message, hint = f"{folder} cannot be written", "Choose another --output or change its permissions."
        else:
            message, hint = f"Writing {folder} failed at {error.filename}", "Choose another --output."
        hint += " What was there is unchanged."
        raise DiskError(f"{message} ({error.strerror or error}).", hint=hint) from error
