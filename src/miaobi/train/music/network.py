"""A trained melody model as a `Network`, run by PyTorch or, where that is missing, by onnxruntime. No PyTorch here."""

from __future__ import annotations

from typing import Final

from miaobi.errors import InputError
from miaobi.train.data.music.vocabulary import VOCABULARY_NAME, is_vocabulary
from miaobi.train.engine_card import runs_on_onnx
from miaobi.train.folder import ModelFolder
from miaobi.train.language.network import Network

FORMAT: Final = "miaobi-tune/1"
"""Of the tokens."""


def open_network(folder: ModelFolder) -> Network:
    """The model, ready to write. InputError when a file is missing, damaged or does not fit."""
    require_vocabulary(folder)
    if runs_on_onnx(folder):
        from miaobi.train.language.onnx_network import OnnxNetwork
        from miaobi.train.onnx_file import open_session, read_onnx_record

        record = read_onnx_record(folder)
        return OnnxNetwork(folder.name, open_session(folder.onnx), record.notes["context"])
    from miaobi.train.language.torch_network import TorchNetwork
    from miaobi.train.music.melody import open_melody_model

    return TorchNetwork(open_melody_model(folder))


def require_vocabulary(folder: ModelFolder) -> None:
    """InputError for a model that was trained on tokens of another version."""
    told = folder.read_config()["network"].get("format")
    if told != FORMAT or not is_vocabulary(folder.path / VOCABULARY_NAME):
        raise InputError(
            f"{folder.name} was trained on tokens of another version.", hint="Make its data set again, and train anew."
        )
