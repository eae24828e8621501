"""What a person sees of the lab: a bar while a model learns, its results, the table of models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

if TYPE_CHECKING:
    from miaobi.train.events import TrainEvent
    from miaobi.train.folder import ModelEntry
    from miaobi.train.run import Trained

_LINE_SECONDS = 30.0  # between lines where no bar can be drawn


class TrainingView:
    """Listens to a training run. On a terminal it draws a bar; into a file or pipe it writes a line now and then."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console, self._quiet = console, quiet
        self._is_live = console.is_terminal and not quiet
        self._told_at = 0.0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[told]}"),
            console=console,
            transient=True,
            disable=not self._is_live,
        )
        self._task = self._bar.add_task("preparing", total=None, told="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def __call__(self, event: TrainEvent) -> None:
        if event.kind == "noted":
            self._note(event)
        elif event.kind in ("started", "step"):
            self._move(event)
        elif event.kind == "evaluated" and not self._quiet:
            self._console.print(f"step {event.step}: {results_line(event.results)}", markup=False)

    def _note(self, event: TrainEvent) -> None:
        part = f" ({event.step} of {event.steps})" if event.steps else ""
        self._bar.update(self._task, description=f"{event.said}{part}"[:100], total=None, told="")
        if not self._quiet:
            self._console.print(f"{event.said}{part}", markup=False)

    def _move(self, event: TrainEvent) -> None:
        speed = f"{event.units_per_second:,.0f} {event.unit}/s" if event.units_per_second else "..."
        left = f"{clock(event.seconds_left)} left" if event.seconds_left else ""
        told = f"loss {event.loss:.3f}  {speed}  {left}" if event.kind == "step" else "starting"
        self._bar.update(
            self._task,
            description=f"step {event.step}/{event.steps}",
            completed=event.step,
            total=event.steps,
            told=told,
        )
        now = time.monotonic()
        if not self._is_live and not self._quiet and event.kind == "step" and now - self._told_at > _LINE_SECONDS:
            self._told_at = now
            self._console.print(f"step {event.step}/{event.steps}  {told}", markup=False)

    def summarise(self, trained: Trained) -> None:
        """The finished model."""
        said = results_line(tuple((result.name, result.value, result.unit) for result in trained.results))
        self._console.print(f"on all held-out data: {said}", markup=False)
        self._console.print(f"report: {trained.folder / 'report.html'}", markup=False)


def results_line(results: Sequence[tuple[str, float, str]]) -> str:
    """Named results in one line."""
    return ", ".join(f"{name} {value:.4f} {unit}".strip() for name, value, unit in results)


def clock(seconds: float) -> str:
    """Hours:minutes:seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def print_models(console: Console, entries: Sequence[ModelEntry]) -> None:
    """The models with their results."""
    if not entries:
        console.print("No models yet. Try: miaobi train transformer --data DATA --name NAME", markup=False)
        return
    table = Table(title="Models", title_justify="left", box=None, pad_edge=False)
    for column in ("engine", "model", "data", "parameters", "results", ""):
        table.add_column(column, overflow="fold")
    for entry in entries:
        size = f"{entry.parameters / 1e6:.2f} M" if entry.parameters else ""
        told = results_line(entry.results)
        table.add_row(*map(escape, (f"text:lab/{entry.name}", entry.model, entry.data, size, told, entry.state)))
    console.print(table)
