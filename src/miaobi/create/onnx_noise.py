"""Random noise inside an ONNX graph, made into an input of the graph.

Piper's networks draw their noise with RandomNormalLike nodes, whose state belongs to the session: two equal requests
give different sound. `noise_as_inputs` replaces each such node by a slice of a new input "noise_<n>", so the caller
brings the noise and equal requests give equal sound, with the natural variation kept.

An ONNX file is a protobuf message; only the few fields below are touched, everything else is copied byte for byte.
Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_GRAPH = 7  # of ModelProto
_NODE, _GRAPH_INPUT = 1, 11  # of GraphProto
_IN, _OUT, _NAME, _OP_TYPE = 1, 2, 3, 4  # of NodeProto
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_FLOAT = 1  # TensorProto.FLOAT


class _Field(NamedTuple):
    number: int
    content: memoryview  # of a length-delimited field, else empty
    raw: memoryview  # the whole field with its tag


def noise_as_inputs(model: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The model with its RandomNormalLike nodes replaced, and the names of the new inputs, in the graph's order.

    Each input is float32 with the rank of what the node copied the shape of, and at least as long on every axis.
    ValueError when the bytes are no ONNX model.
    """
    parts: list[bytes | memoryview] = []
    names: list[str] = []
    for field in _fields(memoryview(model)):
        if field.number == _GRAPH:
            graph = _rewrite_graph(field.content, names)
            parts += [_tag(_GRAPH, _BYTES), _varint(len(graph)), graph]
        else:
            parts.append(field.raw)
    return b"".join(parts), tuple(names)


def _rewrite_graph(graph: memoryview, names: list[str]) -> bytes:
    parts: list[bytes | memoryview] = []
    for field in _fields(graph):
        if field.number == _NODE and b"RandomNormalLike" in bytes(field.content[:4096]):
            node = {inner.number: bytes(inner.content) for inner in _fields(field.content)}
            if node.get(_OP_TYPE) == b"RandomNormalLike":
                names.append(f"noise_{len(names)}")
                parts += _slice_nodes(names[-1], node[_IN].decode(), node[_OUT].decode())
                continue
        parts.append(field.raw)
    parts += [_message(_GRAPH_INPUT, _float_input(name)) for name in names]
    return b"".join(parts)


def _slice_nodes(name: str, like: str, output: str) -> list[bytes]:
    """output = noise[0:shape(like)], on every axis; `shape - shape` makes the zeros without a new constant."""
    shape, zeros = f"{name}/shape", f"{name}/zeros"
    return [
        _node("Shape", [like], shape),
        _node("Sub", [shape, shape], zeros),
        _node("Slice", [name, zeros, shape], output),
    ]


def _node(op_type: str, inputs: list[str], output: str) -> bytes:
    body = b"".join(_message(_IN, name.encode()) for name in inputs)
    body += _message(_OUT, output.encode()) + _message(_NAME, f"{output}/{op_type}".encode())
    return _message(_NODE, body + _message(_OP_TYPE, op_type.encode()))


def _float_input(name: str) -> bytes:
    """ValueInfoProto of a float tensor of any shape: name = 1, type = 2 {tensor_type = 1 {elem_type = 1}}."""
    tensor_type = _tag(1, _VARINT) + _varint(_FLOAT)
    return _message(1, name.encode()) + _message(2, _message(1, tensor_type))


def _fields(data: memoryview) -> Iterator[_Field]:
    position = 0
    while position < len(data):
        start = position
        tag, position = _read_varint(data, position)
        number, wire = tag >> 3, tag & 7
        content = data[:0]
        if wire == _BYTES:
            length, position = _read_varint(data, position)
            content = data[position : position + length]
            position += length
        elif wire == _VARINT:
            _, position = _read_varint(data, position)
        elif wire in (_FIXED64, _FIXED32):
            position += 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire} at byte {start}: this is no ONNX model")
        if position > len(data):
            raise ValueError(f"the field at byte {start} runs past the end: the model is cut short")
        yield _Field(number, content, data[start:position])


def _read_varint(data: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data) and shift < 70:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, position
    raise ValueError(f"no number at byte {position}: this is no ONNX model")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _tag(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _message(number: int, body: bytes) -> bytes:
    return _tag(number, _BYTES) + _varint(len(body)) + body
