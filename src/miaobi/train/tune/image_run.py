"""`miaobi tune image`: from a wish to a tuned pipeline and its export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from miaobi.base.disk import absolute
from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.events import ShouldStop, TrainEvent, TrainListener
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig
from miaobi.train.processes import Processes
from miaobi.train.run import Trained, TrainWish, require_free, train
from miaobi.train.task import Measured
from miaobi.train.tune.base import Base
from miaobi.train.tune.image import ImageTuningTask
from miaobi.train.tune.image_config import ImageTuningConfig
from miaobi.train.tune.image_export import export_lora, is_exported
from miaobi.train.tune.image_pipeline import pipeline_base
from miaobi.train.tune.table import DREAMBOOTH, IMAGE


@dataclass(frozen=True)
class ImageWish:
    """What a person asked for.

    base, data  the folder of a pipeline and the name of a data set of pictures; None for those a resumed run began with
    prompt      one prompt for all pictures; class_data the name of a data set of pictures of the class
    """

    name: str
    base: str | None = None
    data: str | None = None
    prompt: str | None = None
    class_data: str | None = None
    size: str | None = None
    settings: Mapping[str, object] | None = None
    resume: bool = False


def tune_image(
    home: Path,
    wish: ImageWish,
    *,
    listener: TrainListener = lambda _event: None,
    should_stop: ShouldStop = lambda: False,
) -> Trained:
    """Tune a pipeline on pictures, or go on; then write the adapter as diffusers reads it. Errors as in `train`."""
    folder = ModelFolder(home, wish.name)
    kind, place = _begun(folder) if wish.resume else _beginning(wish, folder)
    base = pipeline_base(absolute(Path(wish.base or place)))
    if wish.resume and (outcome := folder.read_config().get("outcome")) and not is_exported(folder):
        export_lora(folder)  # the run was killed between its last step and this
        return Trained(folder.path, tuple(Measured(**result) for result in outcome["results"]))
    settings = {**(wish.settings or {}), "base": base.id, "base_digest": base.digest}
    if wish.prompt is not None:
        settings["prompt"] = wish.prompt
    data = tuple(name for name in (wish.data, wish.class_data) if name is not None)
    trained = train(
        home,
        TrainWish(kind, wish.name, data, wish.size, settings, wish.resume),
        listener=listener,
        should_stop=should_stop,
        build=partial(_build, base, listener),
    )
    if Processes().is_first:
        export_lora(folder)
    return trained


def _build(
    base: Base,
    listener: TrainListener,
    model: Model,
    config: ImageTuningConfig,
    data: Sequence[Any],
    loop: LoopConfig,
    device: torch.device,
) -> ImageTuningTask:
    listener(TrainEvent("noted", 0, 0, said=f"loading {base.name}"))
    return ImageTuningTask(model, config, data, loop, device, base=base)


def _begun(folder: ModelFolder) -> tuple[str, str]:
    """The kind of tuning and the base that a run began with."""
    config = folder.read_config()
    if config["model"] not in (IMAGE, DREAMBOOTH):
        raise InputError(f"{folder.name} is no tuned pipeline but a {config['model']}.", hint="See `miaobi models`.")
    return str(config["model"]), str(config["network"]["config"]["base"])


def _beginning(wish: ImageWish, folder: ModelFolder) -> tuple[str, str]:
    """The same for a run that begins. InputError for a wish that is not whole."""
    require_free(folder)
    if wish.base is None or wish.data is None:
        raise InputError(
            "Tuning needs a pipeline and pictures.", hint="E.g. --base /path/to/pipeline --data PICTURES (miaobi data)"
        )
    if wish.class_data is not None and not wish.prompt:
        raise InputError(
            "Pictures of a class are for DreamBooth, which needs a prompt.",
            hint='Add --dreambooth "a photo of sks dog".',
        )
    return (DREAMBOOTH if wish.class_data else IMAGE), wish.base
