"""The studio's room for asking word vectors. Nothing of the lab is imported before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.settings import Settings
from miaobi.studio.lab_pictures import free_png, write_whole

if TYPE_CHECKING:
    from miaobi.train.words.vectors import WordVectors


def open_words(settings: Settings, name: str) -> WordVectors:
    """See Studio.words."""
    from miaobi.train.folder import ModelFolder
    from miaobi.train.words.vectors import open_word_vectors

    return open_word_vectors(ModelFolder(settings.home, name))


def draw_words(settings: Settings, name: str, output: Path, count: int, *, replace: bool) -> Path:
    """See Studio.words_map."""
    place = free_png(output, replace=replace)
    write_whole(place, open_words(settings, name).map_picture(count))
    return place
