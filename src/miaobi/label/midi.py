"""The label in a score: a text event at the start of the first track (Standard MIDI File 1.0, meta event 0x01)."""

from __future__ import annotations

from collections.abc import Iterator

from miaobi.base.asset import Asset
from miaobi.errors import InputError

_TEXT_EVENT = 0x01
_TRACK = b"MTrk"


def label_midi(asset: Asset, text: str) -> Asset:
    """audio/midi with `text` as its first event. A file that has it already is returned as it is."""
    data = asset.read()
    start = _first_track(data)
    if text in text_events(data):
        return asset
    words = text.encode()
    event = bytes((0, 0xFF, _TEXT_EVENT)) + _quantity(len(words)) + words
    length = int.from_bytes(data[start + 4 : start + 8], "big") + len(event)
    labelled = data[: start + 4] + length.to_bytes(4, "big") + event + data[start + 8 :]
    return Asset.from_bytes(labelled, asset.media_type)


def text_events(data: bytes) -> tuple[str, ...]:
    """The text events of the first track, in order."""
    start = _first_track(data)
    end = start + 8 + int.from_bytes(data[start + 4 : start + 8], "big")
    try:
        return tuple(_texts(data[start + 8 : end]))
    except IndexError as error:
        raise InputError("The MIDI file is damaged: an event ends outside its track.", hint="Make it again.") from error


def _texts(track: bytes) -> Iterator[str]:
    position, status = 0, 0
    while position < len(track):
        _, position = _read_quantity(track, position)  # time since the last event
        if track[position] & 0x80:
            status = track[position]
            position += 1
        if status == 0xFF:
            kind = track[position]
            length, position = _read_quantity(track, position + 1)
            if kind == _TEXT_EVENT:
                yield track[position : position + length].decode(errors="replace")
            position += length
        elif status in {0xF0, 0xF7}:
            length, position = _read_quantity(track, position)
            position += length
        else:  # program change and channel pressure have one data byte, the others two
            position += 1 if status & 0xF0 in {0xC0, 0xD0} else 2


def _first_track(data: bytes) -> int:
    """Where the first track chunk starts."""
    position = 0
    while data[:4] == b"MThd" and position + 8 <= len(data):
        if data[position : position + 4] == _TRACK:
            return position
        position += 8 + int.from_bytes(data[position + 4 : position + 8], "big")
    raise InputError("The file is not a MIDI file with a track.", hint="Make it again.")


def _quantity(value: int) -> bytes:
    """Variable-length quantity: seven bits a byte, most significant first, the top bit set on all but the last."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | (value & 0x7F))
    return bytes(reversed(out))


def _read_quantity(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    while True:
        byte = data[position]
        position += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, position
