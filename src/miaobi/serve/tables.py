"""Tables and summaries for the terminal. They only lay out what the studio says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from miaobi.base.engine import EngineCard
    from miaobi.base.piece import Score
    from miaobi.brief.plan import Plan
    from miaobi.studio import Finding, LabelFinding, Report, Wanted, Work, WorkEntry

_COLOURS = {"passed": "green", "flagged": "red", "measured": "dim", "not judged": "yellow"}


def print_brief(console: Console, wanted: Wanted) -> None:
    """What was understood, and where each value came from."""
    table = _table("Brief")
    for label, value, origin in wanted.told:
        _add(table, label, value, _in_colour(origin, "dim"))
    console.print(table)


def print_plan(console: Console, plan: Plan) -> None:
    """The plan as plain lines."""
    console.print(_plain(str(plan)), end="")


def print_summary(console: Console, work: Work) -> None:
    """What was made, and what is below its bar."""
    manifest = work.manifest
    flagged = [(p.id, s) for p in manifest.parts for s in p.scores if s.outcome == "flagged"]
    flagged += [("", score) for score in manifest.scores if score.outcome == "flagged"]
    counts = f": {len(manifest.files)} files; made {work.made} steps, {work.reused} from the cache"
    console.print(Text.assemble(_in_colour(manifest.title, "bold"), counts))
    for place, score in flagged:
        console.print(Text.assemble(("flagged ", "red"), _plain(_in_words(place, score))))
    _print_notes(console, manifest.notes)


def print_report(console: Console, report: Report) -> None:
    """Every score with its bar and evidence, then every label."""
    table = _table(report.title, "part", "score", "value", "bar", "", "evidence")
    for place, score in report.scores:
        value = "" if score.value is None else f"{score.value:.3g} {score.unit}".strip()
        sign = "≥" if score.better == "higher" else "≤"
        bar = "" if score.bar is None else f"{sign} {score.bar:.3g}"
        outcome = score.outcome.value
        _add(table, place, score.name, value, bar, _in_colour(outcome, _COLOURS[outcome]), score.evidence)
    console.print(table)
    if report.labels:
        print_labels(console, report.labels)
    _print_notes(console, report.notes)
    counts = {name: sum(score.outcome.value == name for _, score in report.scores) for name in _COLOURS}
    console.print(", ".join(f"{number} {name}" for name, number in counts.items()))


def print_labels(console: Console, findings: Iterable[LabelFinding]) -> None:
    """What was read back from which file."""
    table = _table("Labels", "file", "label", "found", "what it says")
    for finding in findings:
        found = _in_colour("yes", "green") if finding.found else _in_colour("no", "red")
        _add(table, finding.file, finding.label, found, finding.text)
    console.print(table)


def print_works(console: Console, entries: Sequence[WorkEntry]) -> None:
    """The works, newest first."""
    if not entries:
        console.print('No works here yet. Try: miaobi make article "why cities need trees"')
        return
    table = _table("Works", "folder", "recipe", "language", "title", "")
    for entry in entries:
        state = entry.trouble or (f"{entry.flagged} flagged" if entry.flagged else "")
        colour = "red" if entry.trouble else "yellow"
        _add(table, _short(entry.folder), entry.recipe, entry.language, entry.title, _in_colour(state, colour))
    console.print(table)


def print_engines(console: Console, cards: Sequence[EngineCard]) -> None:
    """The engines with their languages, licences and what is missing."""
    table = _table("Engines", "id", "languages", "licence", "")
    for card in cards:
        licences = ", ".join(dict.fromkeys(credit.licence for credit in card.credits))
        state = _in_colour(card.missing, "red") if card.missing else card.summary
        _add(table, card.id, " ".join(card.languages) or "any", licences, state)
    console.print(table)


def print_recipes(console: Console, recipes: Sequence[tuple[str, str]]) -> None:
    """The recipes, a line each."""
    table = _table("Recipes")
    for name, summary in recipes:
        _add(table, _in_colour(name, "bold"), summary)
    console.print(table)


def print_doctor(console: Console, findings: Sequence[Finding]) -> None:
    """Each finding with a mark."""
    table = _table("Doctor")
    for finding in findings:
        mark, colour = ("✓", "green") if finding.is_well else ("✗", "red") if finding.is_needed else ("!", "yellow")
        _add(table, _in_colour(mark, colour), finding.subject, finding.said)
    console.print(table)


def _print_notes(console: Console, notes: Iterable[str]) -> None:
    for note in notes:
        console.print(Text.assemble(("note ", "yellow"), _plain(note)))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=_plain(title), title_justify="left", box=None, show_header=bool(columns), pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _add(table: Table, *cells: str | Text) -> None:
    """A row. Texts from works, engines and files are shown as they are: brackets in them are no commands to rich."""
    table.add_row(*(cell if isinstance(cell, Text) else _plain(cell) for cell in cells))


def _in_colour(text: str, style: str) -> Text:
    plain = _plain(text)
    plain.stylize(style)
    return plain


def _plain(text: str) -> Text:
    """Without control characters, which could write over the screen or rename the window."""
    return Text("".join("�" if category(c) == "Cc" and c not in "\n\t" else c for c in text))


def _short(folder: Path) -> str:
    try:
        here = Path.cwd()
    except OSError:  # deleted
        return str(folder)
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


def _in_words(place: str, score: Score) -> str:
    from miaobi.evaluate.gates import explain

    return f"{place}: {explain(score)}" if place else explain(score)
