"""The studio's rooms for training models and writing with them. Nothing of the lab is imported before it is used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.errors import InputError
from miaobi.settings import Settings

if TYPE_CHECKING:
    from miaobi.train.events import ShouldStop, TrainListener
    from miaobi.train.folder import ModelEntry
    from miaobi.train.onnx_file import OnnxRecord
    from miaobi.train.run import Trained
    from miaobi.train.sample import Sample


def train_model(
    settings: Settings,
    model: str,
    name: str,
    *,
    data: str | Sequence[str],
    size: str | None,
    pairs: Sequence[str],
    options: Mapping[str, Any],
    resume: bool,
    listener: TrainListener | None,
    should_stop: ShouldStop | None,
) -> Trained:
    """See Studio.train."""
    from miaobi.train.catalog import find_model
    from miaobi.train.torch_needed import require_torch

    if (kind := find_model(model)).started_by:
        raise InputError(f"{model} is not trained from nothing.", hint=f"Use `miaobi {kind.command}`.")
    given = read_settings(pairs, options)
    require_torch()
    from miaobi.train.run import TrainWish, train

    wish = TrainWish(model, name, (data,) if isinstance(data, str) else tuple(data), size, given, resume)
    return train(
        settings.home,
        wish,
        listener=listener or (lambda _event: None),
        should_stop=should_stop or (lambda: False),
    )


def read_settings(
    pairs: Sequence[str], options: Mapping[str, Any], reserved: Collection[str] = ()
) -> dict[str, object]:
    """Settings from key=value strings and from options. InputError for one given twice, or `reserved`."""
    from miaobi.train.options import parse_pairs

    given = parse_pairs(pairs)
    if twice := sorted(given.keys() & options.keys()):
        raise InputError(f"{twice[0]} is given twice, by its own option and by --set.", hint="Keep one of them.")
    settings = {**given, **options}
    if taken := sorted(settings.keys() & set(reserved)):
        raise InputError(f"{taken[0]} cannot be set by --set.", hint="The command works it out.")
    return settings


def sample_model(settings: Settings, name: str, options: Mapping[str, Any]) -> Iterator[Sample]:
    """See Studio.sample."""
    from miaobi.train.sampler import sample

    return sample(settings.home, name, options)


def write_samples(
    settings: Settings,
    name: str,
    options: Mapping[str, Any],
    output: Path | None,
    tell: Callable[[Sample], None],
    *,
    replace: bool,
) -> tuple[Path, ...]:
    """See Studio.write_samples."""
    from miaobi.train.sample_files import as_file, write_sample_files

    def told() -> Iterator[Sample]:
        for sample in sample_model(settings, name, options):
            tell(sample)
            yield sample if output is None else as_file(sample)

    return write_sample_files(told(), name, output, replace=replace)


def export_model(settings: Settings, name: str, to: str) -> tuple[Path, OnnxRecord]:
    """See Studio.export."""
    from miaobi.train.folder import ModelFolder
    from miaobi.train.torch_needed import require_torch

    ModelFolder(settings.home, name).read_config()  # a name that does not exist is said to be one
    require_torch()
    from miaobi.train.export import export

    return export(settings.home, name, to)


def list_lab_models(settings: Settings) -> tuple[ModelEntry, ...]:
    """See Studio.models."""
    from miaobi.train.folder import list_models

    return list_models(settings.home)
