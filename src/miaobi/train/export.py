"""`miaobi export`: a trained network as an ONNX file that runs without PyTorch, checked before it is put in place."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from miaobi.base.asset import digest_bytes
from miaobi.base.disk import disk_errors, write_atomically
from miaobi.errors import EngineUnavailableError, GenerationError, InputError
from miaobi.train.catalog import find_model, load_class, models
from miaobi.train.folder import ModelFolder, digest_of, write_json
from miaobi.train.onnx_file import FORMAT, OnnxRecord, open_session, session_errors
from miaobi.train.torch_needed import INSTALL

OPSET: Final = 17
TOLERANCE: Final = 1e-4
CHECKS: Final = 6
_LIMIT_BYTES: Final = 2_000_000_000  # of a Protocol Buffers file


@dataclass(frozen=True)
class Exportable:
    """A network, and what there is to know to write it as ONNX. What `Model.exporter` returns.

    module     in evaluation mode; takes tensors by position, gives one or a tuple of them
    draw       inputs by chance; its second argument is 0, 1, 2, ..., each of which should try other sizes of `varying`
    inputs, outputs   their names
    varying    by name, the axes that may have any length, with a name for each
    notes      what running it takes beside the graph; goes into model.onnx.json
    tolerance  the greatest difference to PyTorch that is let through, relative to the greatest value where above 1
    """

    module: nn.Module
    draw: Callable[[torch.Generator, int], tuple[Tensor, ...]]
    inputs: Sequence[str]
    outputs: Sequence[str]
    varying: Mapping[str, Mapping[int, str]]
    notes: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float = TOLERANCE


def export(home: Path, name: str, to: str) -> tuple[Path, OnnxRecord]:
    """Write <home>/lab/models/NAME/model.onnx; where it lies, and how well it agrees with PyTorch.

    InputError for another format than "onnx" and for kinds that cannot be exported, EngineUnavailableError without the
    package `onnx`, GenerationError when the file's outputs differ; then nothing is put in place.
    """
    if to != "onnx":
        raise InputError(f"Models cannot be exported to {to!r}.", hint="There is one format: --to onnx.")
    folder = ModelFolder(home, name)
    kind = find_model(folder.read_config()["model"])
    if not kind.exporter:
        able = [model.name for model in models().values() if model.exporter]
        raise InputError(
            f"{name} is of the kind {kind.name}, which cannot be exported.",
            hint=f"Those that can are of the kinds {', '.join(able)}.",
        )
    return export_network(folder, load_class(kind.exporter)(folder))


def export_network(folder: ModelFolder, network: Exportable) -> tuple[Path, OnnxRecord]:
    """Write a network into a model's folder as ONNX. Errors as in `export`."""
    with disk_errors(folder.path), tempfile.TemporaryDirectory(prefix=".export-", dir=folder.path) as place:
        incoming = Path(place) / folder.onnx.name
        write_onnx(network, incoming)
        with session_errors(folder.name):
            difference = _difference(network, incoming)
        data = incoming.read_bytes()
    if not difference <= network.tolerance:
        raise GenerationError(
            f"The outputs of {folder.name} as ONNX differ by {difference:.2g} from PyTorch's, and "
            f"{network.tolerance:.2g} is let through, so nothing was written.",
            hint="Use the model with PyTorch.",
        )
    record = OnnxRecord(
        format=FORMAT, model=digest_bytes(data), weights=digest_of(folder.weights), opset=OPSET,
        torch=torch.__version__, difference=difference, tolerance=network.tolerance, notes=dict(network.notes),
    )  # fmt: skip
    write_atomically(folder.onnx, data)
    write_json(folder.onnx_record, record.model_dump())
    return folder.onnx, record


def write_onnx(network: Exportable, path: Path) -> None:
    """Write the graph, unchecked.

    EngineUnavailableError when the package `onnx` is missing, InputError when the file would be too large,
    GenerationError for a network that ONNX cannot express.
    """
    if find_spec("onnx") is None:
        raise EngineUnavailableError(
            "To export takes the package onnx, which is not installed.", hint=f"Run: {INSTALL}"
        )
    size = sum(weight.numel() * weight.element_size() for weight in network.module.parameters())
    if size > _LIMIT_BYTES:
        raise InputError(f"The model has {size / 1e9:.1f} GB of weights, and an ONNX file holds 2 GB.")
    module = network.module.eval()
    with warnings.catch_warnings(), _exporter_errors(), torch.no_grad():
        # The exporter by tracing needs nothing but `onnx`. It says that it is old, and that lengths in Python are
        # fixed by it; those that must not be are checked below with other lengths.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            network.draw(torch.Generator().manual_seed(0), 1),
            path,
            input_names=list(network.inputs),
            output_names=list(network.outputs),
            dynamic_axes={name: dict(axes) for name, axes in network.varying.items()},
            opset_version=OPSET,
            dynamo=False,
        )


@contextmanager
def _exporter_errors() -> Iterator[None]:
    try:
        yield
    except torch.onnx.OnnxExporterError as error:
        said = str(error).strip().splitlines()[0]
        raise GenerationError(f"The network cannot be written as ONNX: {said}.", hint="Use it with PyTorch.") from error


@torch.inference_mode()
def _difference(network: Exportable, path: Path) -> float:
    """The greatest difference between PyTorch and the file over inputs drawn by chance."""
    session, random = open_session(path), torch.Generator().manual_seed(1)
    worst = 0.0
    for number in range(CHECKS):
        given = network.draw(random, number)
        wanted = network.module(*given)
        wanted = (wanted,) if isinstance(wanted, Tensor) else wanted
        told = {name: tensor.numpy() for name, tensor in zip(network.inputs, given, strict=True)}
        worst = max(worst, *_apart(session.run(list(network.outputs), told), wanted))
    return worst


def _apart(got: Sequence[np.ndarray[Any, Any]], wanted: Iterable[Tensor]) -> Iterable[float]:
    for mine, theirs in zip(got, wanted, strict=True):
        theirs_too = theirs.numpy()
        if mine.shape != theirs_too.shape or not np.isfinite(mine).all():
            yield float("inf")
        else:
            scale = max(1.0, float(np.abs(theirs_too).max(initial=0.0)))
            yield float(np.abs(mine - theirs_too).max(initial=0.0)) / scale
