"""`PictureCollection`: from picture files to a data set, in three passes that hold one picture at a time.

read     every file becomes a square of pixels in a spool on disk, with a perceptual hash and a caption
compare  near-duplicates by their hashes; the split of each picture
write    the pixels, the captions, a sheet of samples and the card
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.base.progress import report_progress
from miaobi.errors import DiskError, InputError
from miaobi.train.data.card import Trouble, write_card
from miaobi.train.data.digest import digest_files
from miaobi.train.data.kinds import find_kind
from miaobi.train.data.material import Found, check_material, find_files
from miaobi.train.data.order import Order
from miaobi.train.data.pictures.captions import BesideCaptions, ListedCaptions, read_captions
from miaobi.train.data.pictures.card import PictureCard, PictureSource
from miaobi.train.data.pictures.card_page import write_page
from miaobi.train.data.pictures.dataset import LEARNT_FROM
from miaobi.train.data.pictures.likeness import choose_kept, leaders
from miaobi.train.data.pictures.read import read_picture
from miaobi.train.data.pictures.spool import Spool, SpoolWriter
from miaobi.train.data.pictures.statistics import Statistics
from miaobi.train.data.pictures.wish import PictureWish
from miaobi.train.data.pictures.write import PixelWriter, write_sample
from miaobi.train.data.reading import UnreadableError
from miaobi.train.data.split import choose_validation

_SPOOL_NAME: Final = ".spool"
_BYTES_BESIDE: Final = 2000  # a picture's thumbnail, names and caption
_BYTES_ANYWAY: Final = 16 << 20
_MOST_TROUBLES: Final = 200
_REPORT_EVERY: Final = 16


class PictureCollection:
    """Makes one data set of pictures. `steps` are to be called in order, once."""

    def __init__(self, wish: PictureWish, order: Order) -> None:
        self._wish = wish
        self._suffixes = find_kind("pictures").suffixes
        self._places = check_material(order.material, self._suffixes, "a picture")
        self._captions = read_captions(wish.captions) if wish.captions else BesideCaptions()
        self._folder = order.folder
        self._day = order.day
        self._other_files = 0
        self._unreadable_total = 0
        self._unreadable: list[Trouble] = []
        self._spool: Spool
        self._kept: NDArray[np.bool_]
        self._is_validation: NDArray[np.bool_]
        self.card: PictureCard

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What is done, in words, and the call that does it."""
        return (
            ("reading the pictures", self._read),
            ("looking for near-duplicates", self._compare),
            ("writing the pictures", self._write),
        )

    # ------------------------------------------------------------ read

    def _read(self) -> None:
        total = sum(1 for _ in self._pictures())
        self._demand_space(total)
        if isinstance(self._captions, ListedCaptions):
            self._captions.demand_pictures(self._pictures())
            if self._captions.wrong_lines:
                told = f"{self._captions.wrong_lines} of its lines left out; {self._captions.first_wrong}"
                self._note(self._captions.path.name, told)
        writer = SpoolWriter(self._folder / _SPOOL_NAME)
        try:
            for number, found in enumerate(self._pictures()):
                self._take(found, writer)
                if number % _REPORT_EVERY == 0:
                    report_progress(number, total, "pictures")
        finally:
            writer.close()
        self._demand_something(total, writer.pictures)
        others = (found for found in self._files() if not self._is_picture(found))
        self._other_files = sum(not self._captions.has_read(found.path) for found in others)
        self._spool = Spool(self._folder / _SPOOL_NAME, self._wish.picture_size, self._wish.depth)

    def _take(self, found: Found, writer: SpoolWriter) -> None:
        """Put a picture into the spool, or note why not."""
        try:
            picture = read_picture(found.path, self._wish)
        except UnreadableError as error:
            self._note(found.name, str(error))
        except OSError as error:
            self._note(found.name, (error.strerror or type(error).__name__).lower())
        except Exception as fault:  # noqa: BLE001 - a boundary: whatever a broken file does to a decoder, others go on
            self._note(found.name, f"it is damaged ({type(fault).__name__}: {fault})")
        else:
            writer.add(picture, found.name, found.source, self._captions.of(found, self._note))

    def _pictures(self) -> Iterator[Found]:
        return (found for found in self._files() if self._is_picture(found))

    def _files(self) -> Iterator[Found]:
        return find_files(self._places)

    def _is_picture(self, found: Found) -> bool:
        return found.path.suffix.lower() in self._suffixes

    def _note(self, file: str, reason: str) -> None:
        self._unreadable_total += 1
        if len(self._unreadable) < _MOST_TROUBLES:
            self._unreadable.append(Trouble(file=file, reason=reason))

    def _demand_space(self, pictures: int) -> None:
        needed = pictures * (2 * self._wish.picture_size**2 * self._wish.depth + _BYTES_BESIDE) + _BYTES_ANYWAY
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise DiskError(
                f"The data set may need {needed >> 20:,} MB while it is made, and {self._folder.parent} has "
                f"{free >> 20:,} MB free.",
                hint="Free some space, or set MIAOBI_HOME to a folder on a larger disk.",
            )

    def _demand_something(self, files: int, pictures: int) -> None:
        if not files:
            raise InputError(
                f"There are no pictures in {', '.join(map(str, self._places))}.",
                hint=f"Files may be {', '.join(sorted(self._suffixes))}; hidden ones are passed over.",
            )
        if not pictures:
            why = "; ".join(f"{trouble.file}: {trouble.reason}" for trouble in self._unreadable[:3])
            raise InputError(
                f"None of {files:,} picture{'s' if files > 1 else ''} can be used ({why}).",
                hint="Give other pictures, or a smaller --picture-size.",
            )

    # ------------------------------------------------------------ compare

    def _compare(self) -> None:
        wish, count = self._wish, len(self._spool.ids)
        looks = self._spool.hashes, self._spool.thumbnails
        self._kept = choose_kept(*looks) if wish.drop_duplicates else np.ones(count, dtype=bool)
        groups = np.arange(count, dtype=np.int64) if wish.drop_duplicates else leaders(*looks)
        kept = np.flatnonzero(self._kept)
        chosen = choose_validation(self._spool.ids, groups[kept], wish.validation, wish.seed, noun="picture")
        self._is_validation = np.zeros(count, dtype=bool)
        self._is_validation[kept] = chosen

    # ------------------------------------------------------------ write

    def _write(self) -> None:
        statistics = Statistics()
        writer = PixelWriter(self._folder, statistics)
        writer.write(self._spool, self._kept, self._is_validation)
        write_sample(self._folder, self._spool, self._kept)
        self.card = self._describe(writer, statistics)
        write_card(self._folder, self.card)
        write_page(self._folder, self.card)
        del self._spool
        shutil.rmtree(self._folder / _SPOOL_NAME)

    def _describe(self, writer: PixelWriter, statistics: Statistics) -> PictureCard:
        wish = self._wish
        duplicates = int(np.count_nonzero(~self._kept))
        sources = (
            PictureSource(name=place.name, origin=wish.origin, licence=wish.licence, pictures=writer.sources[number])
            for number, place in enumerate(self._places)
        )
        return PictureCard(
            name=wish.name,
            made_on=self._day,
            sources=tuple(sources),
            picture_size=wish.picture_size,
            channels=wish.depth,
            fit=wish.fit,
            background=wish.background,
            kept=int(np.count_nonzero(self._kept)),
            dropped={"duplicate": duplicates} if duplicates else {},
            other_files=self._other_files,
            unreadable_total=self._unreadable_total,
            unreadable=tuple(self._unreadable),
            modes=statistics.modes,
            sizes=statistics.sizes,
            least_side=statistics.least_side,
            most_side=statistics.most_side,
            splits=writer.splits,
            validation_share=wish.validation,
            seed=wish.seed,
            mean_colour=statistics.mean_colour,
            brightness=tuple(map(int, statistics.brightness)),
            captions=statistics.captions,
            digest=digest_files(self._folder, LEARNT_FROM),
        )
