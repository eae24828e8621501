"""Weights from a model's folder into its network."""

from __future__ import annotations

from torch import nn

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.tensors import read_tensors


def load_weights(module: nn.Module, folder: ModelFolder) -> None:
    """Put the weights of a folder into a network. InputError when they are damaged or do not fit."""
    try:
        module.load_state_dict(read_tensors(folder.weights))
    except RuntimeError as error:
        raise InputError(
            f"{folder.weights} does not fit {folder.config}: {str(error).splitlines()[-1].strip()}",
            hint="They have to come from the same training.",
        ) from error
