"""`Sample`: one thing that a model made, to look at. No PyTorch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """Text, or files with a caption.

    text   a passage; for files what they show
    files  by suffix: ".png" of a sheet of pictures, ".mid" of a tune beside the ".png" of its notes
    """

    text: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
