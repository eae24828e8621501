"""What is behind `miaobi sample`: finds the function that samples a kind of model, and asks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from miaobi.errors import InputError
from miaobi.train.catalog import find_model, load_class
from miaobi.train.folder import ModelFolder
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import parse_sample_wish
from miaobi.train.torch_needed import torch_is_needed


def sample(home: Path, name: str, options: Mapping[str, Any]) -> Iterator[Sample]:
    """Samples of the model called `name`; `options` are fields of SampleWish, None for those not given.

    UnknownNameError when there is no such model; InputError for an impossible option and for one that this kind of
    model does not take; EngineUnavailableError when PyTorch is needed and missing.
    """
    wish = parse_sample_wish(options)
    folder = ModelFolder(home, name)
    kind = find_model(folder.read_config()["model"])
    if not kind.sampler:
        raise InputError(f"Nothing is sampled from a model of the kind {kind.name}.", hint="See `miaobi models`.")
    wish.require_only(kind.sample_options, kind.name)
    with torch_is_needed():
        yield from load_class(kind.sampler)(folder, wish)
