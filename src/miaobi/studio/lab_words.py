"""The studio's rooms for word vectors. Using them needs no PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.settings import Settings
from miaobi.studio.lab_pictures import free_png, write_png

if TYPE_CHECKING:
    from miaobi.train.words.vectors import Near, WordVectors


def near_words(settings: Settings, name: str, word: str, count: int) -> tuple[Near, ...]:
    """See Studio.near_words."""
    return _open(settings, name).near(word, count)


def word_analogy(settings: Settings, name: str, a: str, b: str, c: str, count: int) -> tuple[Near, ...]:
    """See Studio.word_analogy."""
    return _open(settings, name).analogy(a, b, c, count)


def word_map(settings: Settings, name: str, output: Path, count: int, *, replace: bool) -> Path:
    """See Studio.word_map."""
    place = free_png(output, replace=replace)
    write_png(place, _open(settings, name).map_picture(count))
    return place


def _open(settings: Settings, name: str) -> WordVectors:
    from miaobi.train.folder import ModelFolder
    from miaobi.train.words.vectors import open_word_vectors

    return open_word_vectors(ModelFolder(settings.home, name))
