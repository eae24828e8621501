"""Reading the material: every file through its reader, every document cleaned, judged and put into the spool."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from miaobi.base.progress import report_progress
from miaobi.errors import InputError
from miaobi.train.data.card import Drop, Trouble
from miaobi.train.data.clean import clean
from miaobi.train.data.material import KINDS, Found, find_files
from miaobi.train.data.near_duplicates import signature
from miaobi.train.data.order import TellLanguage
from miaobi.train.data.reading import UnreadableError
from miaobi.train.data.spool import Document, SpoolWriter
from miaobi.train.data.wish import TextWish

MOST_TROUBLES: Final = 200
_JUDGED_CHARACTERS: Final = 1000
_REPORT_EVERY: Final = 16


@dataclass
class Tally:
    """What reading came to. `languages` counts the documents by language before any is dropped for it."""

    dropped: Counter[Drop] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    unreadable: list[Trouble] = field(default_factory=list)
    files: int = 0
    other_files: int = 0
    unreadable_total: int = 0
    cut_files: int = 0


class Gathering:
    """One reading of the material into a spool."""

    def __init__(self, wish: TextWish, writer: SpoolWriter, tell_language: TellLanguage) -> None:
        self._wish = wish
        self._writer = writer
        self._tell_language = tell_language
        self._bytes_total = 0
        self._bytes_done = 0
        self._documents = 0
        self.tally = Tally()

    def read(self, places: tuple[Path, ...]) -> Tally:
        """Read every file there is a reader for. InputError when there is none, or nothing is left."""
        self._bytes_total = sum(found.size_bytes for found in find_files(places) if found.is_readable)
        for found in find_files(places):
            if not found.is_readable:
                self.tally.other_files += 1
                continue
            self._read_file(found)
            self.tally.files += 1
            self._bytes_done += found.size_bytes
            self._report(0)
        self._demand_something(places)
        return self.tally

    def _read_file(self, found: Found) -> None:
        given = within = 0
        troubles = self.tally.unreadable_total
        for raw in self._texts(found):
            given += 1
            within = min(found.size_bytes, within + self._take(raw, found))
            if given % _REPORT_EVERY == 0:
                self._report(within)
        if not given and self.tally.unreadable_total == troubles:
            self.tally.dropped["empty"] += 1
        self.tally.cut_files += given > 1 and found.path.suffix.lower() != ".jsonl"

    def _texts(self, found: Found) -> Iterator[str]:
        """What the reader gives; its faults are noted. Faults of whoever takes the texts are not its faults."""
        try:
            yield from found.reader(found.path, lambda reason: self._note(found, reason))
        except UnreadableError as error:
            self._note(found, str(error))
        except OSError as error:
            self._note(found, (error.strerror or type(error).__name__).lower())
        except Exception as fault:  # noqa: BLE001 - a boundary: whatever a broken file does to a reader, others go on
            self._note(found, f"it is damaged ({type(fault).__name__}: {fault})")

    def _take(self, raw: str, found: Found) -> int:
        """Keep a document, or count why not; about how many bytes it had."""
        text = clean(raw)
        reason = self._judge(text)
        if reason is not None:
            self.tally.dropped[reason] += 1
            return len(raw)
        head = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        self._documents += 1
        document = Document(text, found.name, found.source, self.tally.files, head)
        return self._writer.add(document, signature(text))

    def _judge(self, text: str) -> Drop | None:
        wish = self._wish
        if not text.strip():
            return "empty"
        if len(text) < wish.shortest:
            return "too short"
        if wish.longest is not None and len(text) > wish.longest:
            return "too long"
        language = self._tell_language(text[:_JUDGED_CHARACTERS])
        self.tally.languages[language] += 1
        if wish.language and language.split("-")[0] != wish.language.split("-")[0]:
            return "other language"
        return None

    def _note(self, found: Found, reason: str) -> None:
        self.tally.unreadable_total += 1
        if len(self.tally.unreadable) < MOST_TROUBLES:
            self.tally.unreadable.append(Trouble(file=found.name, reason=reason))

    def _report(self, within: int) -> None:
        done = (self._bytes_done + within) / 1024
        told = f"KB, files: {self.tally.files:,}, documents: {self._documents:,}"
        report_progress(done, max(done, self._bytes_total / 1024), told)

    def _demand_something(self, places: tuple[Path, ...]) -> None:
        tally = self.tally
        if not tally.files:
            raise InputError(
                f"There is no text in {_listed(places)}.", hint=f"Files may be {KINDS}; hidden ones are passed over."
            )
        if self._documents:
            return
        why = [f"{count} {reason}" for reason, count in tally.dropped.items()]
        why += [f"{trouble.file} cannot be read: {trouble.reason}" for trouble in tally.unreadable[:3]]
        raise InputError(
            f"Nothing is left of {tally.files} file{'s' if tally.files > 1 else ''} ({'; '.join(why) or 'all empty'}).",
            hint="Loosen --shortest, --longest and --language, or give other material.",
        )


def _listed(places: tuple[Path, ...]) -> str:
    return ", ".join(str(place) for place in places)
