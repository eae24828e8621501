"""MusicXML files (score-partwise; .musicxml, .xml, and .mxl, which is the same zipped).

Read are parts, measures, notes with chords, voices, ties and tuplets (through their durations), and the first time
signature, key and tempo. Repeats and endings are not played out, graces, cues and unpitched notes are left out, and
words, chord symbols, dynamics and ornaments are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from miaobi.train.data.archive import open_archive
from miaobi.train.data.music.score import Mode, Score, ScoreNote, ScorePart
from miaobi.train.data.reading import UnreadableError, read_whole

_STEPS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MODES: Final[dict[str, tuple[Mode, int]]] = {
    "major": ("major", 0), "ionian": ("major", 0), "lydian": ("major", -1), "mixolydian": ("major", 1),
    "minor": ("minor", 3), "aeolian": ("minor", 3), "dorian": ("minor", 2), "phrygian": ("minor", 4),
}  # fmt: skip
"""Major or minor by the third, and how many fifths the keynote lies above that of the signature's major key."""
_CONTAINER: Final = "META-INF/container.xml"
_MOST_QUARTERS: Final = 1_000_000


def read(path: Path) -> Score:
    """The score in the file. UnreadableError when there is none."""
    if path.suffix.lower() == ".mxl":
        return read_root(_zipped_root(path))
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return read_root(etree.fromstring(read_whole(path), parser))
    except etree.LxmlError as error:
        raise UnreadableError(f"it is not XML ({error})") from error


def read_root(root: Any) -> Score:
    """The score of a score-partwise element."""
    if root.tag != "score-partwise":
        raise UnreadableError(f"it is <{root.tag}>, not <score-partwise>")
    reading = _Reading(root)
    return reading.score()


def _zipped_root(path: Path) -> Any:
    with open_archive(path) as archive:
        found = archive.read_xml(_CONTAINER).find(".//{*}rootfile")
        if found is None or not found.get("full-path"):
            raise UnreadableError(f"{_CONTAINER} in it names no score")
        return archive.read_xml(found.get("full-path"))


@dataclass
class _Measure:
    """Notes counted from the measure's beginning, and how long it really is; all in quarter notes."""

    notes: list[tuple[Fraction, Fraction, int, bool]] = field(default_factory=list)  # start, length, pitch, goes on
    length: Fraction = Fraction(0)


class _Reading:
    """The parts of one score."""

    def __init__(self, root: Any) -> None:
        self._meters: list[tuple[int, int]] = []
        self._fifths: int | None = None
        self._mode: Mode | None = None
        self._tonic: int | None = None
        self._tempo: float | None = None
        names = {part.get("id"): part.findtext("part-name") or "" for part in root.iterfind("part-list/score-part")}
        self._parts = [(names.get(part.get("id"), ""), list(self._measures(part))) for part in root.iterfind("part")]

    def score(self) -> Score:
        meter = self._meters[0] if self._meters else (4, 4)
        count = max((len(measures) for _, measures in self._parts), default=0)
        lengths = [
            max((measures[at].length for _, measures in self._parts if at < len(measures)), default=Fraction(0))
            for at in range(count)
        ]
        changes_meter = len(set(self._meters)) > 1  # there is no one grid then, and nobody will ask for it
        starts = [Fraction(0), *accumulate(lengths)] if changes_meter else lay_out(lengths, meter)
        parts = (ScorePart(name, tuple(_joined(measures, starts))) for name, measures in self._parts)
        return Score(
            parts=tuple(part for part in parts if part.notes),
            meter=meter,
            changes_meter=changes_meter,
            fifths=self._fifths,
            mode=self._mode,
            tonic=self._tonic,
            tempo_bpm=self._tempo,
        )

    def _measures(self, part: Any) -> Iterator[_Measure]:
        divisions, shift = Fraction(1), 0
        for element in part.iterfind("measure"):
            measure, at, before = _Measure(), Fraction(0), Fraction(0)
            for child in element:
                if child.tag == "attributes":
                    divisions = _number(child, "divisions", divisions)
                    shift = _transposition(child, shift)
                    self._look(child)
                elif child.tag == "note":
                    length = _number(child, "duration", Fraction(0)) / divisions
                    is_chord = child.find("chord") is not None
                    start = before if is_chord else at
                    _take(measure, child, start, length, shift)
                    if child.find("grace") is None and not is_chord:
                        before, at = at, at + length
                elif child.tag in ("backup", "forward"):
                    way = _number(child, "duration", Fraction(0)) / divisions
                    at = max(Fraction(0), at - way) if child.tag == "backup" else at + way
                elif child.tag in ("direction", "sound"):
                    self._look_for_tempo(child)
                measure.length = max(measure.length, at)
            yield measure

    def _look(self, attributes: Any) -> None:
        for time in attributes.iterfind("time"):
            beats, unit = time.findtext("beats") or "", time.findtext("beat-type") or ""
            numbers = [part.strip() for part in (*beats.split("+"), unit)]
            if not all(part.isdecimal() and 0 < int(part) < 1000 for part in numbers):
                raise UnreadableError(f"it has the time signature {beats or 'none'}/{unit or 'none'}")
            self._meters.append((sum(map(int, numbers[:-1])), int(numbers[-1])))
        key = attributes.find("key")
        if key is not None and self._fifths is None and key.findtext("fifths") is not None:
            self._fifths = max(-7, min(7, int(_number(key, "fifths", Fraction(0)))))
            told = _MODES.get((key.findtext("mode") or "").strip().lower())
            if told is not None:
                self._mode, self._tonic = told[0], (self._fifths + told[1]) * 7 % 12

    def _look_for_tempo(self, element: Any) -> None:
        sound = element if element.tag == "sound" else element.find("sound")
        if self._tempo is None and sound is not None and sound.get("tempo"):
            try:
                tempo = float(sound.get("tempo"))
            except ValueError:
                return
            self._tempo = tempo if 10 <= tempo <= 1000 else None


def lay_out(lengths: list[Fraction], meter: tuple[int, int]) -> list[Fraction]:
    """Where each measure begins on a grid of bars, all in quarter notes.

    A short first measure is an upbeat and ends with its bar. Short measures that make up a bar together, as around a
    repeat in the middle of one, share it; one that is left short is filled up with silence. UnreadableError for a
    measure longer than a bar.
    """
    bar = Fraction(4 * meter[0], meter[1])
    starts, at = [], Fraction(0)  # of the bar that is being filled
    filled = Fraction(0)
    for number, length in enumerate(lengths):
        if length > bar:
            raise UnreadableError(f"measure {number + 1} is longer than its time signature says")
        if length and not any(lengths[:number]):
            filled = bar - length  # an upbeat, or a whole bar
        elif filled + length > bar:
            at, filled = at + bar, Fraction(0)
        starts.append(at + filled)
        filled += length
        if filled == bar:
            at, filled = at + bar, Fraction(0)
    if at > _MOST_QUARTERS:
        raise UnreadableError(f"it lasts more than {_MOST_QUARTERS:,} quarter notes")
    return starts


def _take(measure: _Measure, note: Any, start: Fraction, length: Fraction, shift: int) -> None:
    """Put a note into its measure, if it is one that counts."""
    pitch = note.find("pitch")
    if pitch is None or length <= 0 or note.find("grace") is not None or note.find("cue") is not None:
        return
    step = _STEPS.get((pitch.findtext("step") or "").strip().upper())
    if step is None:
        raise UnreadableError(f"a note in it has the name {pitch.findtext('step')!r}")
    octave, alter = _number(pitch, "octave", Fraction(4)), _number(pitch, "alter", Fraction(0))
    goes_on = any(tie.get("type") == "stop" for tie in note.iterfind("tie"))
    measure.notes.append((start, length, 12 * (int(octave) + 1) + step + round(alter) + shift, goes_on))


def _joined(measures: list[_Measure], starts: list[Fraction]) -> Iterator[ScoreNote]:
    """The notes of a part on the score's grid, those tied to the one before added to it."""
    open_notes: dict[int, list[Fraction]] = {}  # pitch to start and end of its last note
    for measure, begin in zip(measures, starts, strict=False):
        for start, length, pitch, goes_on in sorted(measure.notes):
            at = begin + start
            held = open_notes.get(pitch)
            if goes_on and held is not None and held[1] == at:
                held[1] = at + length
                continue
            if held is not None:
                yield ScoreNote(float(held[0]), float(held[1] - held[0]), pitch)
            open_notes[pitch] = [at, at + length]
    for pitch, (start, end) in open_notes.items():
        yield ScoreNote(float(start), float(end - start), pitch)


def _transposition(attributes: Any, before: int) -> int:
    """Semitones from what is written to what sounds."""
    told = attributes.find("transpose")
    if told is None:
        return before
    octaves = _number(told, "octave-change", Fraction(0))
    return int(_number(told, "chromatic", Fraction(0)) + 12 * octaves)


def _number(element: Any, name: str, default: Fraction) -> Fraction:
    """The number in a child. UnreadableError when it is none, or not one that music needs."""
    text = element.findtext(name)
    if text is None or not text.strip():
        return default
    try:
        value = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise UnreadableError(f"<{name}> in it is {text.strip()[:20]!r}") from None
    if abs(value) > 10**9 or (name == "divisions" and value <= 0):
        raise UnreadableError(f"<{name}> in it is {text.strip()[:20]!r}")
    return value
