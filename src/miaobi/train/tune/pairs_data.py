"""`PairsData`: the pairs a model is tuned on, kept in its own folder so that training can go on without the file.

card.json                        where they are from, and how many
train.jsonl, validation.jsonl    the pairs, as they were read
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from miaobi.base.asset import digest_bytes
from miaobi.base.disk import disk_errors, write_atomically
from miaobi.errors import InputError, StoreError
from miaobi.train.catalog import DataKind
from miaobi.train.data.card import CARD_NAME, SPLITS, Split
from miaobi.train.folder import read_json, write_json
from miaobi.train.tune.pairs import Pair, read_pairs, split_pairs

FOLDER_NAME: Final = "data"
_SAMPLE: Final = 3


@dataclass(frozen=True)
class PairsData:
    """Pairs on disk that are as their card says."""

    folder: Path
    card: dict[str, Any]

    kind: ClassVar[DataKind] = "pairs"
    copied: ClassVar[tuple[str, ...]] = ()

    @property
    def digest(self) -> str:
        """Of both parts."""
        return str(self.card["digest"])

    @property
    def name(self) -> str:
        """The name of the file they are from."""
        return str(self.card["name"])

    @classmethod
    def open(cls, folder: Path) -> PairsData:
        """The pairs in `folder`. InputError when there are none, StoreError when they are not as the card says."""
        if not (folder / CARD_NAME).is_file():
            raise InputError(f"There are no pairs in {folder}.", hint="Tune anew, under another name, with --data.")
        data = cls(folder, read_json(folder / CARD_NAME))
        with disk_errors(folder):
            parts = [(folder / f"{split}.jsonl").read_bytes() for split in SPLITS]
        if _digest(parts) != data.card.get("digest"):
            raise StoreError(
                f"The pairs in {folder} are not those that its card was written for.", hint="Restore them from a copy."
            )
        return data

    def pairs(self, split: Split) -> tuple[Pair, ...]:
        """The pairs of a split; their line numbers are those of the file they came from."""
        path = self.folder / f"{split}.jsonl"
        lines = [json.loads(line)["line"] for line in path.read_bytes().split(b"\n")[:-1]]
        return tuple(pair._replace(line=line) for pair, line in zip(read_pairs(path).pairs, lines, strict=True))


def keep_pairs(source: Path, share: float, folder: Path) -> PairsData:
    """Read, split and write pairs into `folder`. InputError when they cannot be used; then nothing is written."""
    card, parts = _described(source, share)
    for split, part in zip(SPLITS, parts, strict=True):
        write_atomically(folder / f"{split}.jsonl", part)
    write_json(folder / CARD_NAME, card)
    return PairsData(folder, card)


def require_same(source: Path, share: float, data: PairsData) -> None:
    """InputError when the file does not hold the pairs of `data`."""
    card, _ = _described(source, share)
    if card["digest"] != data.digest:
        raise InputError(
            f"{source} does not hold the pairs that this model began with.",
            hint="Leave --data out to go on with those, or tune another model.",
        )


def _described(source: Path, share: float) -> tuple[dict[str, Any], list[bytes]]:
    """The card and the bytes of both parts."""
    read = read_pairs(source)
    splits = dict(zip(SPLITS, split_pairs(read.pairs, share), strict=True))
    parts = [b"".join(f"{pair.to_json()}\n".encode() for pair in pairs) for pairs in splits.values()]
    shown = [pair.shown() for pair in splits["train"][:_SAMPLE]]
    card = {
        "format": "miaobi-pairs/1",
        "kind": "pairs",
        "name": source.name,
        "kept": len(read.pairs),
        "dropped": {"duplicate": read.duplicates},
        "validation_share": share,
        "splits": {split: _counts(pairs) for split, pairs in splits.items()},
        "sample": [f"{prompt}\n→ {answer}" for prompt, answer in shown],
        "digest": _digest(parts),
    }
    return card, parts


def _counts(pairs: tuple[Pair, ...]) -> dict[str, int]:
    return {
        "pairs": len(pairs),
        "prompts": len({pair.asked for pair in pairs}),
        "characters_of_answers": sum(len(pair.shown()[1]) for pair in pairs),
    }


def _digest(parts: list[bytes]) -> str:
    return digest_bytes("\n".join(map(digest_bytes, parts)).encode())
