"""`Order`: what the studio hands to the making of a data set, besides the wish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TellLanguage = Callable[[str], str]


@dataclass(frozen=True)
class Order:
    """One data set to make.

    material       files and folders
    folder         where it is to be; there already, and empty
    day            for the card
    tell_language  gives the BCP 47 tag of a text
    """

    material: tuple[Path, ...]
    folder: Path
    day: str
    tell_language: TellLanguage
