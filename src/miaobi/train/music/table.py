"""The music models and their sizes."""

from __future__ import annotations

from typing import Final

from miaobi.train.catalog import Model

MUSIC_MODELS: Final[tuple[Model, ...]] = ()
