"""The studio's rooms for tuning models of others. Nothing of the lab is imported before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from miaobi.base.disk import absolute
from miaobi.errors import EngineUnavailableError, InputError, UnknownNameError
from miaobi.settings import Settings
from miaobi.studio.lab import read_settings

if TYPE_CHECKING:
    from miaobi.train.events import ShouldStop, TrainListener
    from miaobi.train.run import Trained
    from miaobi.train.tune.base import Base

_LLAMACPP: Final = "text:llamacpp/"


def tune_text_model(
    settings: Settings,
    name: str,
    *,
    base: str | None,
    data: Path | None,
    size: str | None,
    pairs: Sequence[str],
    options: Mapping[str, Any],
    resume: bool,
    listener: TrainListener | None,
    should_stop: ShouldStop | None,
) -> Trained:
    """See Studio.tune_text."""
    from miaobi.train.torch_needed import require_torch
    from miaobi.train.tune.text_config import OWN

    given = read_settings(pairs, options, OWN)
    require_torch("transformers", "peft", "gguf")
    from miaobi.train.tune.run import TextWish, tune_text

    return tune_text(
        settings.home,
        TextWish(name, base, data, size, given, resume),
        lambda engine_id: find_text_base(engine_id, settings.home),
        listener=listener or (lambda _event: None),
        should_stop=should_stop or (lambda: False),
    )


def tune_image_model(
    settings: Settings,
    name: str,
    *,
    base: str | None,
    data: str | None,
    prompt: str | None,
    class_data: str | None,
    size: str | None,
    pairs: Sequence[str],
    options: Mapping[str, Any],
    resume: bool,
    listener: TrainListener | None,
    should_stop: ShouldStop | None,
) -> Trained:
    """See Studio.tune_image."""
    from miaobi.train.torch_needed import require_torch
    from miaobi.train.tune.text_config import OWN

    given = read_settings(pairs, options, OWN)
    if prompt is not None and "prompt" in given:
        raise InputError("prompt is given twice, by --dreambooth and by --set.", hint="Keep one of them.")
    require_torch("diffusers", "transformers", "peft")
    from miaobi.train.tune.image_run import ImageWish, tune_image

    return tune_image(
        settings.home,
        ImageWish(name, base, data, prompt, class_data, size, given, resume),
        listener=listener or (lambda _event: None),
        should_stop=should_stop or (lambda: False),
    )


def find_text_base(engine_id: str, home: Path) -> Base:
    """The language model of an engine id or a folder. UnknownNameError, InputError, EngineUnavailableError."""
    from miaobi.train.tune.base import TRANSFORMERS, folder_base

    if engine_id.startswith(_LLAMACPP):
        return _gguf_base(engine_id, home)
    if ":" in engine_id and not engine_id.startswith(TRANSFORMERS) and not Path(engine_id).exists():
        raise UnknownNameError(
            f"{engine_id!r} cannot be tuned.",
            hint="Name text:llamacpp/gemma-270m, text:llamacpp//path/model.gguf, text:transformers//path/folder or a "
            "folder of transformers.",
        )
    place = absolute(Path(engine_id.removeprefix(TRANSFORMERS)))
    return folder_base(f"{TRANSFORMERS}{place}", place)


def _gguf_base(engine_id: str, home: Path) -> Base:
    from miaobi.create.llamacpp.name import (
        credits_of,
        digests_of,
        locate_files,
        missing_for,
        parse_name,
        require_plausible,
    )
    from miaobi.train.tune.base import Base

    name = parse_name(engine_id.removeprefix(_LLAMACPP))
    require_plausible(name)
    if name.adapters:
        raise InputError(
            f"{engine_id} is a model with adapters, and only a model can be tuned.",
            hint=f"Name it alone: {_LLAMACPP}{name.model}",
        )
    if (missing := missing_for(name, home)) is not None:
        raise EngineUnavailableError(f"{engine_id} cannot be tuned: {missing}.")
    path = locate_files(name, home).model
    (digest,), (credit,) = digests_of(name, home), credits_of(name, home)
    known_as = engine_id if not name.model.lower().endswith(".gguf") else f"{_LLAMACPP}{path}"
    return Base(known_as, path, digest, title=credit.title, licence=credit.licence, url=credit.url)
