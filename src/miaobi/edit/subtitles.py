"""Subtitles: the narration cut into cues that can be read in time, as SRT and WebVTT.

The rules are those of broadcast style guides: at most two lines of 42 Latin or 17 Chinese characters, broken at
clause boundaries; each cue on screen for 1 to 7 seconds, about 17 characters per second (9 in Chinese), with a short
gap before the next. Where speech is faster than that, cues reach into the silence around them as far as there is any.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pydantic import Field

from miaobi.base.asset import Asset
from miaobi.base.engine import TimedWord
from miaobi.base.value import Value
from miaobi.edit.alignment import TimedUnit, align_units, align_words, split_units
from miaobi.edit.cue_layout import Limits, break_lines, choose_cuts

__all__ = ["Cue", "CueRules", "align_words", "make_cues", "reading_speed", "shift_cues", "to_srt", "to_vtt"]


class Cue(Value):
    """One subtitle: its lines joined with a line feed, and when it shows, in seconds on the clock of the audio."""

    start_seconds: float = Field(ge=0)
    end_seconds: float = Field(ge=0)
    text: str


class CueRules(Value):
    """What a cue may be. Widths count half-squares: 1 per Latin letter, 2 per Chinese character."""

    line_width: int = Field(default=42, ge=8)
    lines: int = Field(default=2, ge=1, le=3)
    min_seconds: float = 1.0
    max_seconds: float = 7.0
    gap_seconds: float = 0.08
    chars_per_second: float = 17.0


def rules_for(language: str, *, is_portrait: bool = False) -> CueRules:
    """The rules of a language (BCP 47), with shorter lines for an upright picture."""
    if language.split("-")[0].lower() in ("zh", "ja", "yue"):
        return CueRules(line_width=24 if is_portrait else 34, chars_per_second=9.0)
    return CueRules(line_width=28 if is_portrait else 42)


def make_cues(
    narration: str,
    words: Sequence[TimedWord],
    duration_seconds: float,
    language: str = "en",
    rules: CueRules | None = None,
) -> tuple[Cue, ...]:
    """The narration as cues, timed by the words an engine heard in its audio.

    narration         the text that was meant to be spoken; every character but its spacing is kept, in order
    words             a transcript with times; may be wrong in places, or empty (then length decides)
    duration_seconds  of the audio; no cue ends later
    """
    rules = rules or rules_for(language)
    units = split_units(narration, rules.line_width)
    timed = align_units(units, words, duration_seconds)
    if not timed or duration_seconds <= 0:
        return ()
    limits = Limits(rules.line_width, rules.lines, rules.min_seconds, rules.max_seconds, rules.chars_per_second)
    cuts = choose_cuts(narration, timed, limits)
    groups = [timed[first:last] for first, last in pairwise(cuts)]
    spans = _show_times(groups, rules, duration_seconds)
    return tuple(
        Cue(start_seconds=start, end_seconds=end, text=break_lines(narration, [t.unit for t in group], limits))
        for (start, end), group in zip(spans, groups, strict=True)
    )


def shift_cues(cues: Sequence[Cue], seconds: float) -> tuple[Cue, ...]:
    """The cues `seconds` later (scene by scene cues put on a film's clock)."""
    return tuple(
        Cue(
            start_seconds=max(0.0, round(cue.start_seconds + seconds, 3)),
            end_seconds=max(0.0, round(cue.end_seconds + seconds, 3)),
            text=cue.text,
        )
        for cue in cues
    )


def reading_speed(cue: Cue) -> float:
    """Characters per second, spaces not counted, that a reader of this cue has to manage."""
    return _letters(cue.text) / max(cue.end_seconds - cue.start_seconds, 1e-3)


def _letters(text: str) -> int:
    return sum(not c.isspace() for c in text)


def _show_times(
    groups: Sequence[Sequence[TimedUnit]], rules: CueRules, duration_seconds: float
) -> list[tuple[float, float]]:
    """When each cue shows: with its speech, reaching into the silence after it (and a little before) if it is short."""
    starts = [group[0].start_seconds for group in groups]
    ends = [group[-1].end_seconds for group in groups]
    wanted = [
        max(rules.min_seconds, sum(_letters(t.unit.text) for t in group) / rules.chars_per_second) for group in groups
    ]
    for place in range(len(groups)):
        limit = starts[place + 1] - rules.gap_seconds if place + 1 < len(groups) else duration_seconds
        reach = max(ends[place] + 0.25, starts[place] + min(wanted[place], rules.max_seconds))
        if limit - reach < 0.4:  # a flicker of an empty screen is worse than a cue that stays
            reach = max(reach, limit)
        ends[place] = min(reach, limit, starts[place] + rules.max_seconds)
        missing = wanted[place] - (ends[place] - starts[place])
        if missing > 0:
            floor = ends[place - 1] + rules.gap_seconds if place else 0.0
            starts[place] = max(min(floor, starts[place]), starts[place] - min(missing, 0.4))
    return _apart(starts, ends, rules, duration_seconds)


def _apart(
    starts: list[float], ends: list[float], rules: CueRules, duration_seconds: float
) -> list[tuple[float, float]]:
    """The times in whole milliseconds, never overlapping, never empty where the audio has room for that.

    Cues pressed together (a transcript that puts many words on one spot) are pushed apart: first later, then, from
    the end of the audio, earlier.
    """
    end_ms = int(duration_seconds * 1000)
    count = len(starts)
    least = max(1, min(int(rules.min_seconds * 1000), end_ms // count if count else 1))
    first = [round(start * 1000) for start in starts]
    for place in range(1, count):
        first[place] = max(first[place], first[place - 1] + least)
    latest = end_ms
    for place in range(count - 1, -1, -1):
        first[place] = max(0, min(first[place], latest - least))
        latest = first[place]
    spans = []
    for place in range(count):
        limit = first[place + 1] if place + 1 < count else end_ms
        gap = round(rules.gap_seconds * 1000) if place + 1 < count and limit - first[place] > 2 * least else 0
        last = min(max(round(ends[place] * 1000), first[place] + least), limit - gap)
        spans.append((first[place] / 1000, max(last, first[place]) / 1000))
    return spans


# ---------------------------------------------------------------- files


_SRT_SPELLINGS = str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝", "\\": "＼"})
"""SubRip has no way to escape: players take <i> and {\\an8} for styling, and full-width signs say the same to a
reader."""
_VTT_SPELLINGS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "｛", "}": "｝", "\\": "＼"})
"""WebVTT 4.2.2 has references for its own signs. pysubs2 reads braces and backslashes as styling and drops them."""


def to_srt(cues: Sequence[Cue]) -> Asset:
    """SubRip: media type application/x-subrip, UTF-8."""
    plain = [cue.model_copy(update={"text": cue.text.replace("-->", "→").translate(_SRT_SPELLINGS)}) for cue in cues]
    return _to_file(plain, "srt", "application/x-subrip")


def to_vtt(cues: Sequence[Cue]) -> Asset:
    """WebVTT: media type text/vtt, UTF-8."""
    escaped = [cue.model_copy(update={"text": cue.text.translate(_VTT_SPELLINGS)}) for cue in cues]
    return _to_file(escaped, "vtt", "text/vtt")


def _to_file(cues: Sequence[Cue], format: str, media_type: str) -> Asset:
    import pysubs2

    file = pysubs2.SSAFile()
    for cue in cues:
        event = pysubs2.SSAEvent(start=round(cue.start_seconds * 1000), end=round(cue.end_seconds * 1000))
        event.plaintext = cue.text
        file.append(event)
    return Asset.from_bytes(file.to_string(format).encode(), media_type)
