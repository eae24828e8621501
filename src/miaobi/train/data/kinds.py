"""The kinds of data set `miaobi data` makes: what tells each, and what is asked of and made for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import ValidationError

from miaobi.errors import InputError, UnknownNameError
from miaobi.train.catalog import DataKind, load_class
from miaobi.train.data.material import check_places, find_files
from miaobi.train.data.order import Order
from miaobi.train.data.wish import DataWish


class Collecting(Protocol):
    """The making of one data set. `steps` are called in order, once; afterwards there is `card`."""

    card: Any

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What is done, in words, and the call that does it."""
        ...


@dataclass(frozen=True)
class Kind:
    """One kind of data set.

    suffixes    one file of these in the material means this kind, when nobody said which
    wish        "module:Class" of its wish, whose fields are the options that belong to it
    collection  "module:Class" of its collection, made from a wish and an `Order`
    """

    name: DataKind
    suffixes: frozenset[str]
    wish: str
    collection: str

    @property
    def options(self) -> frozenset[str]:
        """The options that belong to it."""
        return frozenset(load_class(self.wish).model_fields)

    def collect(self, wish: DataWish, order: Order) -> Collecting:
        """The making of a data set of this kind. InputError when the material cannot be of it."""
        made: Collecting = load_class(self.collection)(wish, order)
        return made


_KINDS: Final = (
    Kind(
        "pictures",
        frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".svg"}),
        "miaobi.train.data.pictures.wish:PictureWish",
        "miaobi.train.data.pictures.collect:PictureCollection",
    ),
    Kind(
        "music",
        frozenset({".mid", ".midi", ".musicxml", ".mxl"}),
        "miaobi.train.data.music.wish:MusicWish",
        "miaobi.train.data.music.collect:MusicCollection",
    ),
    Kind("text", frozenset(), "miaobi.train.data.wish:TextWish", "miaobi.train.data.collect:Collection"),
)
_FLAGS: Final = {"origin": "--source", "drop_duplicates": "--keep-duplicates", "transpose": "--no-transpose"}


def find_kind(name: str) -> Kind:
    """The kind of that name. UnknownNameError when there is none."""
    for kind in _KINDS:
        if kind.name == name:
            return kind
    raise UnknownNameError(
        f"There is no kind of data set {name!r}.", hint=f"There are: {', '.join(sorted(kind.name for kind in _KINDS))}."
    )


def tell_kind(material: Sequence[Path]) -> Kind:
    """The kind that the files are of: pictures if there is one, else music if there is some, else text.

    InputError for what is not there.
    """
    suffixes = {found.path.suffix.lower() for found in find_files(check_places(material))}
    return next((kind for kind in _KINDS if kind.suffixes & suffixes), find_kind("text"))


def parse_wish(kind: Kind, options: Mapping[str, Any]) -> DataWish:
    """The wish with these options, those that are None left at their default.

    InputError for an option of another kind of data set, and for the first one with a bad value.
    """
    given = {name: value for name, value in options.items() if value is not None}
    _refuse_foreign(kind, given)
    try:
        wish: DataWish = load_class(kind.wish)(**given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        about = f"The option {place!r} cannot be {first['input']!r}" if place else "The options contradict each other"
        raise InputError(f"{about}: {said[:1].lower()}{said[1:]}.", hint="See `miaobi data --help`.") from error
    return wish


def _refuse_foreign(kind: Kind, given: Mapping[str, Any]) -> None:
    foreign = [_flag(name) for name in given if name not in kind.options]
    if not foreign:
        return
    own = sorted(_flag(name) for name in kind.options - set(DataWish.model_fields))
    raise InputError(
        f"{', '.join(foreign)} cannot be used for a data set of {kind.name}.",
        hint=f"Options for {kind.name}: {', '.join(own)}. Say --kind if the material is something else.",
    )


def _flag(option: str) -> str:
    return _FLAGS.get(option, f"--{option.replace('_', '-')}")
