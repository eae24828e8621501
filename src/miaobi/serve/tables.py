"""Tables and summaries for the terminal. They only lay out what the studio says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from miaobi.base.engine import EngineCard
    from miaobi.base.piece import Score
    from miaobi.brief.plan import Plan
    from miaobi.studio import Finding, LabelFinding, Report, Wanted, Work, WorkEntry

_COLOURS = {"passed": "green", "flagged": "red", "not judged": "yellow"}


def print_brief(console: Console, wanted: Wanted) -> None:
    """What was understood, and where each value came from."""
    table = _table("Brief")
    for label, value, origin in wanted.told:
        table.add_row(escape(label), escape(value), f"[dim]{escape(origin)}[/]")
    console.print(table)


def print_plan(console: Console, plan: Plan) -> None:
    """The plan as plain lines."""
    console.print(escape(str(plan)), end="")


def print_summary(console: Console, work: Work) -> None:
    """What was made, and what is below its bar."""
    manifest = work.manifest
    flagged = [(p.id, s) for p in manifest.parts for s in p.scores if s.outcome == "flagged"]
    flagged += [("", score) for score in manifest.scores if score.outcome == "flagged"]
    console.print(f"[bold]{escape(manifest.title)}[/]: {len(manifest.files)} files; "
                  f"made {work.made} steps, {work.reused} from the cache")  # fmt: skip
    for place, score in flagged:
        console.print(f"[red]flagged[/] {escape(_in_words(place, score))}")
    for note in manifest.notes:
        console.print(f"[yellow]note[/] {escape(note)}")


def print_report(console: Console, report: Report) -> None:
    """Every score with its bar and evidence, then every label."""
    table = _table(report.title, "part", "score", "value", "bar", "", "evidence")
    for place, score in report.scores:
        colour = _COLOURS[score.outcome.value]
        value = "" if score.value is None else f"{score.value:.3g} {score.unit}".strip()
        sign = "≥" if score.better == "higher" else "≤"
        bar = "" if score.bar is None else f"{sign} {score.bar:.3g}"
        table.add_row(
            escape(place), escape(score.name), value, bar, f"[{colour}]{score.outcome.value}[/]", escape(score.evidence)
        )
    console.print(table)
    if report.labels:
        print_labels(console, report.labels)
    for note in report.notes:
        console.print(f"[yellow]note[/] {escape(note)}")
    counts = {name: sum(score.outcome.value == name for _, score in report.scores) for name in _COLOURS}
    console.print(", ".join(f"{number} {name}" for name, number in counts.items()))


def print_labels(console: Console, findings: Iterable[LabelFinding]) -> None:
    """What was read back from which file."""
    table = _table("Labels", "file", "label", "found", "what it says")
    for finding in findings:
        found = "[green]yes[/]" if finding.found else "[red]no[/]"
        table.add_row(escape(finding.file), escape(finding.label), found, escape(finding.text))
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
        place = _short(entry.folder)
        table.add_row(escape(place), entry.recipe, entry.language, escape(entry.title), f"[{colour}]{escape(state)}[/]")
    console.print(table)


def print_engines(console: Console, cards: Sequence[EngineCard]) -> None:
    """The engines with their languages, licences and what is missing."""
    table = _table("Engines", "id", "languages", "licence", "")
    for card in cards:
        licences = ", ".join(dict.fromkeys(credit.licence for credit in card.credits))
        state = f"[red]{escape(card.missing)}[/]" if card.missing else escape(card.summary)
        table.add_row(escape(card.id), " ".join(card.languages) or "any", escape(licences), state)
    console.print(table)


def print_recipes(console: Console, recipes: Sequence[tuple[str, str]]) -> None:
    """The recipes, a line each."""
    table = _table("Recipes")
    for name, summary in recipes:
        table.add_row(f"[bold]{name}[/]", escape(summary))
    console.print(table)


def print_doctor(console: Console, findings: Sequence[Finding]) -> None:
    """Each finding with a mark."""
    table = _table("Doctor")
    for finding in findings:
        mark = "[green]✓[/]" if finding.is_well else "[red]✗[/]" if finding.is_needed else "[yellow]![/]"
        table.add_row(mark, escape(finding.subject), escape(finding.said))
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=escape(title), title_justify="left", box=None, show_header=bool(columns), pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _short(folder: Path) -> str:
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


def _in_words(place: str, score: Score) -> str:
    from miaobi.evaluate.gates import explain

    return f"{place}: {explain(score)}" if place else explain(score)
