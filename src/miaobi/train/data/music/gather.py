"""Reading the material: every file through its reader, every melody found, judged and put into the spool."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from miaobi.base.progress import report_progress
from miaobi.errors import InputError
from miaobi.train.data.card import Trouble
from miaobi.train.data.gather import MOST_TROUBLES
from miaobi.train.data.material import Found, find_files
from miaobi.train.data.music import read_midi, read_musicxml
from miaobi.train.data.music.melody import Unfit, UnfitError, cut, find_melody
from miaobi.train.data.music.score import Score
from miaobi.train.data.music.tokens import encode, names
from miaobi.train.data.music.tune import Tune
from miaobi.train.data.music.wish import MusicWish
from miaobi.train.data.near_duplicates import Signature, signature
from miaobi.train.data.reading import UnreadableError
from miaobi.train.data.spool import Document, SpoolWriter

READERS: Final[dict[str, Callable[[Path], Score]]] = {
    ".mid": read_midi.read,
    ".midi": read_midi.read,
    ".musicxml": read_musicxml.read,
    ".mxl": read_musicxml.read,
    ".xml": read_musicxml.read,
}
SUFFIXES: Final = frozenset(READERS)
_REPORT_EVERY: Final = 16


@dataclass
class Tally:
    """What reading came to."""

    dropped: Counter[Unfit] = field(default_factory=Counter)
    unreadable: list[Trouble] = field(default_factory=list)
    unreadable_total: int = 0
    files: int = 0
    other_files: int = 0
    cut_files: int = 0
    moved: int = 0


class Gathering:
    """One reading of the material into a spool. A document of the spool is a tune by the names of its tokens."""

    def __init__(self, wish: MusicWish, writer: SpoolWriter) -> None:
        self._wish = wish
        self._writer = writer
        self.tally = Tally()

    def read(self, places: tuple[Path, ...]) -> Tally:
        """Read every file there is a reader for. InputError when there is none, or nothing is left."""
        total = sum(1 for _ in music_in(places))
        self.tally.other_files = sum(1 for _ in find_files(places)) - total
        for found in music_in(places):
            if self.tally.files % _REPORT_EVERY == 0:
                report_progress(self.tally.files, total, f"files, tunes: {self._writer.documents:,}")
            self._take(found)
            self.tally.files += 1
        self._demand_something(places)
        return self.tally

    def _take(self, found: Found) -> None:
        """Put the tunes of a file into the spool, or note why there are none."""
        try:
            melody = find_melody(READERS[found.path.suffix.lower()](found.path), self._wish.voices)
        except UnfitError as error:
            self.tally.dropped[error.reason] += 1
        except UnreadableError as error:
            self._note(found, str(error))
        except OSError as error:
            self._note(found, (error.strerror or type(error).__name__).lower())
        except Exception as fault:  # noqa: BLE001 - a boundary: whatever a broken file does to a reader, others go on
            self._note(found, f"it is damaged ({type(fault).__name__}: {fault})")
        else:
            self.tally.moved += melody.moved
            self.tally.cut_files += melody.tune.bars > self._wish.longest
            for tune in cut(melody.tune, self._wish.longest):
                self._keep(tune, found)

    def _keep(self, tune: Tune, found: Found) -> None:
        if len(tune.notes) < self._wish.shortest:
            self.tally.dropped["too short"] += 1
            return
        text = names(encode(tune))
        identity = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        document = Document(text, found.name, found.source, self.tally.files, identity)
        self._writer.add(document, contour_signature(tune))

    def _note(self, found: Found, reason: str) -> None:
        self.tally.unreadable_total += 1
        if len(self.tally.unreadable) < MOST_TROUBLES:
            self.tally.unreadable.append(Trouble(file=found.name, reason=reason))

    def _demand_something(self, places: tuple[Path, ...]) -> None:
        tally = self.tally
        if not tally.files:
            raise InputError(
                f"There is no music in {', '.join(map(str, places))}.",
                hint=f"Files may be {', '.join(sorted(SUFFIXES))}; hidden ones are passed over.",
            )
        if self._writer.documents:
            return
        why = [f"{count} {reason}" for reason, count in tally.dropped.items()]
        why += [f"{trouble.file} cannot be read: {trouble.reason}" for trouble in tally.unreadable[:3]]
        raise InputError(
            f"No tune is left of {tally.files} file{'s' if tally.files > 1 else ''} ({'; '.join(why)}).",
            hint="Loosen --shortest, choose other --voices, or give other material.",
        )


def music_in(places: tuple[Path, ...]) -> Iterator[Found]:
    """The files there is a reader for. An .xml file counts as one when it may be a score."""
    for found in find_files(places):
        suffix = found.path.suffix.lower()
        if suffix in SUFFIXES and (suffix != ".xml" or _may_be_score(found.path)):
            yield found


def contour_signature(tune: Tune) -> Signature:
    """The signature of a tune's intervals and durations: the same for a tune in another key, and for one played twice.

    Five intervals with their durations stand where the signature of a text has five words.
    """
    pairs = zip(tune.notes, tune.notes[1:], strict=False)
    words = (f"{'u' if b.pitch >= a.pitch else 'd'}{abs(b.pitch - a.pitch)}x{b.start - a.start}" for a, b in pairs)
    return signature(" ".join(words))


def _may_be_score(path: Path) -> bool:
    """Whether the word score-partwise or score-timewise comes early in the file, in whichever Unicode it is written."""
    try:
        with path.open("rb") as file:
            head = file.read(4096).replace(b"\0", b"")
    except OSError:
        return True  # the reader will say what is wrong
    return b"<score-" in head
