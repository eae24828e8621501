"""The studio's rooms for training models and writing with them. Nothing of the lab is imported before it is used."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from miaobi.base.engine import TextRequest, open_engine
from miaobi.create.registry import engine_ref
from miaobi.errors import InputError
from miaobi.settings import Settings

if TYPE_CHECKING:
    from miaobi.train.events import ShouldStop, TrainListener
    from miaobi.train.folder import ModelEntry
    from miaobi.train.run import Trained


def train_model(
    settings: Settings,
    model: str,
    name: str,
    *,
    data: Sequence[str],
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

    wish = TrainWish(model, name, tuple(data), size, given, resume)
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


def write_samples(
    settings: Settings, name: str, prompt: str, seed: int, count: int, options: Mapping[str, Any]
) -> Iterator[str]:
    """See Studio.sample."""
    try:
        requests = [TextRequest(prompt=prompt, seed=seed + number, min_p=0, **options) for number in range(count)]
    except ValidationError as error:
        first = error.errors()[0]
        place = str(first["loc"][-1]) if first["loc"] else "request"
        raise InputError(f"{place} cannot be {first['input']!r}: {first['msg'].lower()}.") from error
    from miaobi.train.folder import ModelFolder

    ModelFolder(settings.home, name).read_config()  # a name that does not exist is said to be one
    engine = open_engine(engine_ref(f"text:lab/{name}", settings.home))
    for request in requests:
        yield str(engine.generate(request).text)


def list_lab_models(settings: Settings) -> tuple[ModelEntry, ...]:
    """See Studio.models."""
    from miaobi.train.folder import list_models

    return list_models(settings.home)
