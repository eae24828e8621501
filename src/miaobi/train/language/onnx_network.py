"""An exported language model as a `Network`, run by onnxruntime. See exporting.py for the graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.tokenizer import load_tokenizer
from miaobi.train.folder import ModelFolder
from miaobi.train.language.network import Logits
from miaobi.train.onnx_file import open_session, read_onnx_record, session_errors

if TYPE_CHECKING:
    from miaobi.train.language.passage import Vocabulary

State = Mapping[str, NDArray[np.float32]]


class OnnxNetwork:
    """See Network. `session` is an onnxruntime.InferenceSession."""

    def __init__(self, name: str, session: Any, context: int | None) -> None:
        self._name, self._session, self.context = name, session, context
        self._shapes = {node.name: tuple(node.shape) for node in session.get_inputs() if node.name != "ids"}
        self._outputs = ["logits", *(f"{name}_next" for name in self._shapes)]

    def start(self, rows: int) -> State:
        """Zeros; a memory that grows has length 0."""
        lengths = {"rows": rows, "held": 0}
        return {
            name: np.zeros([axis if isinstance(axis, int) else lengths[axis] for axis in shape], dtype=np.float32)
            for name, shape in self._shapes.items()
        }

    def read(self, ids: NDArray[np.int64], state: State) -> tuple[Logits, State]:
        """B T to B V."""
        with session_errors(self._name):
            logits, *later = self._session.run(self._outputs, {"ids": ids, **state})
        return logits, dict(zip(self._shapes, later, strict=True))

    def select(self, state: State, rows: Sequence[int]) -> State:
        """The state of these rows."""
        return {name: held.take(rows, axis=self._shapes[name].index("rows")) for name, held in state.items()}


def open_exported_model(folder: ModelFolder) -> tuple[OnnxNetwork, Vocabulary]:
    """An exported language model and its vocabulary. InputError when there is none, or it is damaged or outdated."""
    from miaobi.train.language.passage import Vocabulary

    record, network = read_onnx_record(folder), folder.read_config()["network"]
    vocabulary = Vocabulary(
        load_tokenizer(folder.tokenizer), network["end_id"], begins_with_end=network["begins_with_end"]
    )
    return OnnxNetwork(folder.name, open_session(folder.onnx), record.notes["context"]), vocabulary
