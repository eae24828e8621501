"""A model exported to ONNX, as it lies in a model's folder: model.onnx, and model.onnx.json, which says what it is of.

No PyTorch here: this is what the default install runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError

from miaobi.base.value import Value
from miaobi.errors import GenerationError, InputError
from miaobi.train.folder import ModelFolder, digest_of, read_json

FORMAT: Final = "miaobi-onnx/1"


class OnnxRecord(Value):
    """What model.onnx.json says.

    model       digest of model.onnx
    weights     digest of the weights that it was made from
    difference  the greatest that was found between its outputs and PyTorch's, relative to the output's greatest value
                where that is above 1; it was at most `tolerance`
    notes       what running it takes beside the graph
    """

    format: str = Field(pattern="^miaobi-onnx/1$")
    model: str
    weights: str
    opset: int
    torch: str
    difference: float
    tolerance: float
    notes: dict[str, Any] = {}


def read_onnx_record(folder: ModelFolder) -> OnnxRecord:
    """The record of an export. InputError when there is none, it is damaged, or the weights have changed since."""
    again = f"Export it again: miaobi export {folder.name} --to onnx"
    if not folder.onnx.is_file() or not folder.onnx_record.is_file():
        raise InputError(f"{folder.name} is not exported.", hint=f"Run: miaobi export {folder.name} --to onnx")
    try:
        record = OnnxRecord(**read_json(folder.onnx_record))
    except (ValidationError, TypeError) as error:
        raise InputError(f"{folder.onnx_record} is not what an export writes.", hint=again) from error
    if digest_of(folder.onnx) != record.model:
        raise InputError(f"{folder.onnx} is damaged or from elsewhere.", hint=again)
    if folder.weights.is_file() and digest_of(folder.weights) != record.weights:
        raise InputError(f"{folder.onnx} is of other weights than {folder.weights.name}.", hint=again)
    return record


def open_session(path: Path) -> Any:
    """An onnxruntime.InferenceSession, on one thread: the models here are small. InputError when it cannot be read."""
    import onnxruntime
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NoSuchFile

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
        raise InputError(f"{path} cannot be read as ONNX ({error}).", hint="Export the model again.") from error


@contextmanager
def session_errors(name: str) -> Iterator[None]:
    """Turn what onnxruntime says while it runs into a GenerationError."""
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

    try:
        yield
    except (Fail, InvalidArgument, RuntimeException) as error:
        raise GenerationError(f"The exported model {name} failed: {error}") from error
