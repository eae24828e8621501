"""Noise nodes of an ONNX graph become inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from miaobi.create.onnx_noise import noise_as_inputs

onnxruntime = pytest.importorskip("onnxruntime")


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def _message(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _node(op: str, inputs: list[str], output: str) -> bytes:
    body = b"".join(_message(1, name.encode()) for name in inputs) + _message(2, output.encode())
    return _message(1, body + _message(3, f"{op}-node".encode()) + _message(4, op.encode()))


def _value(number: int, name: str) -> bytes:
    """A float tensor (1, ?, ?)."""
    shape = _message(1, b"\x08\x01") + _message(1, _message(2, b"c")) + _message(1, _message(2, b"t"))
    tensor = b"\x08\x01" + _message(2, shape)
    return _message(number, _message(1, name.encode()) + _message(2, _message(1, tensor)))


def _noisy_model() -> bytes:
    """y = x + noise like x."""
    graph = _node("RandomNormalLike", ["x"], "n") + _node("Add", ["x", "n"], "y") + _message(2, b"graph")
    graph += _value(11, "x") + _value(12, "y")
    return b"\x08\x08" + _message(7, graph) + _message(8, _message(1, b"") + b"\x10\x0f")


def _run(model: bytes, inputs: dict[str, Any]) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def test_the_noise_is_the_callers_and_only_as_much_as_is_needed() -> None:
    x = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    before = _run(_noisy_model(), {"x": x}) - x
    assert before.std() > 0.1  # the graph draws its own

    model, names = noise_as_inputs(_noisy_model())
    assert names == ("noise_0",)
    noise = np.arange(40, dtype=np.float32).reshape(1, 4, 10)
    assert np.array_equal(_run(model, {"x": x, "noise_0": noise}) - x, noise[:, :2, :3])


def test_a_model_without_noise_is_left_as_it_is() -> None:
    plain = _noisy_model().replace(b"RandomNormalLike", b"RandomAlienLike!")
    assert noise_as_inputs(plain) == (plain, ())


@pytest.mark.parametrize("damaged", [b"\xff" * 30, b"not a model at all", _noisy_model()[:-5]])
def test_bytes_that_are_no_model_are_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="model"):
        noise_as_inputs(damaged)
