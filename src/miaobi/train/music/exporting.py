"""A melody model as an ONNX graph: that of every Transformer."""

from __future__ import annotations

from miaobi.train.export import Exportable
from miaobi.train.folder import ModelFolder
from miaobi.train.language.exporting import transformer_graph
from miaobi.train.music.melody import open_melody_model


def exportable(folder: ModelFolder) -> Exportable:
    """The graph of a trained melody model."""
    return transformer_graph(open_melody_model(folder))
