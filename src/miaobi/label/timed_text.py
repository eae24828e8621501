"""The label in subtitles (SRT) and captions (WebVTT): words that a viewer sees first."""

from __future__ import annotations

import html
import re
from typing import Final

from miaobi.base.asset import Asset
from miaobi.errors import InputError

SRT: Final = "application/x-subrip"
VTT: Final = "text/vtt"
CUE_SECONDS: Final = 2
"""How long the label's own cue stands; a cue that begins earlier carries the label itself."""

_TIMING = re.compile(
    r"^[ \t]*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})[ \t]*-->[ \t]*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}[^\n]*$",
    re.MULTILINE,
)
_SRT_NUMBER = re.compile(r"^(\d+)[ \t]*(?=\n[ \t]*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}[ \t]*-->)", re.MULTILINE)


def label_subtitles(asset: Asset, short: str) -> Asset:
    """application/x-subrip or text/vtt whose first cue shows `short`.

    A cue of its own stands in the first two seconds when they are free; otherwise the label is the first line of the
    first cue. A file whose first cue already starts with it is returned as it is.
    """
    if asset.media_type not in {SRT, VTT}:
        raise InputError(f"A {asset.media_type} is not a subtitle file we label.", hint=f"Use {SRT} or {VTT}.")
    text = _decode(asset)
    if first_cue_text(text).startswith(short):
        return asset
    first = _TIMING.search(text)
    words = html.escape(short, quote=False) if asset.media_type == VTT else short
    if first is not None and _start_seconds(first) < CUE_SECONDS:
        labelled = f"{text[: first.end()]}\n{words}{text[first.end() :]}"
    elif asset.media_type == SRT:
        later = _SRT_NUMBER.sub(lambda number: str(int(number[1]) + 1), text).lstrip("\n")
        labelled = f"1\n00:00:00,000 --> 00:00:0{CUE_SECONDS},000\n{words}\n\n{later}"
    else:
        # Before the first cue, with its identifier, but after style and region blocks, which no cue may precede.
        split = text.rfind("\n\n", 0, first.start()) if first else len(text)
        header, rest = text[:split].rstrip("\n"), text[split:].lstrip("\n")
        labelled = f"{header}\n\n00:00:00.000 --> 00:00:0{CUE_SECONDS}.000\n{words}\n\n{rest}"
    return Asset.from_bytes((labelled.rstrip("\n") + "\n").encode(), asset.media_type)


def first_cue_text(text: str) -> str:
    """The words of the first cue as a viewer reads them; "" without one."""
    first = _TIMING.search(text)
    if first is None:
        return ""
    words = re.split(r"\n[ \t]*\n", text[first.end() :].removeprefix("\n"), maxsplit=1)[0].strip()
    return html.unescape(words) if text.startswith("WEBVTT") else words


def first_cue_start_seconds(text: str) -> float | None:
    """When the first cue appears, None without one."""
    first = _TIMING.search(text)
    return None if first is None else _start_seconds(first)


def _start_seconds(timing: re.Match[str]) -> float:
    hours, minutes, seconds, fraction = timing.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _decode(asset: Asset) -> str:
    try:
        text = asset.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"The subtitles {asset.digest[:19]} are not UTF-8.", hint="Save them as UTF-8.") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if asset.media_type == VTT and not text.startswith("WEBVTT"):
        raise InputError(f"The captions {asset.digest[:19]} do not start with WEBVTT.", hint="Make them again.")
    return text
