"""What a person sees while a work is made: bars for what is running, a line for what was made, a count of the rest."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from miaobi.base.run import StepEvent


class ProgressView:
    """A listener for a run. On a terminal it draws live bars; into a file or pipe it writes plain lines."""

    def __init__(self, console: Console, *, quiet: bool = False, counts: bool = True) -> None:
        self._counts = counts
        self._console = console
        self._quiet = quiet
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self.made = 0
        self.reused = 0
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[amount]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._overall = self._bars.add_task("[bold]starting", total=None, amount="", visible=counts)

    def __enter__(self) -> Self:
        with suppress(OSError, ValueError):
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError, ValueError):
            self._bars.stop()

    def __call__(self, event: StepEvent) -> None:
        """Show what happened. What cannot be shown is not: the work goes on."""
        with self._lock, suppress(OSError, ValueError):
            if event.kind == "started":
                self._tasks[event.key] = self._bars.add_task(escape(event.label), total=None, amount="")
            elif event.kind == "progress":
                self._move(event)
            elif event.kind == "cached":
                self.reused += 1
            else:
                self._finish(event)
            counts = f"[bold]made {self.made}[/], from the cache {self.reused}"
            self._bars.update(self._overall, description=counts)

    def _move(self, event: StepEvent) -> None:
        task = self._tasks.get(event.key)
        if task is not None:
            amount = f"{event.done:.0f}/{event.total:.0f} {event.unit}"
            self._bars.update(task, completed=event.done, total=event.total, amount=amount)

    def _finish(self, event: StepEvent) -> None:
        task = self._tasks.pop(event.key, None)
        if task is not None:
            self._bars.remove_task(task)
        if event.kind == "made":
            self.made += 1
            if not self._quiet:
                self._console.print(
                    f"[green]made[/] {escape(event.label)} [dim]{event.seconds:.1f} s[/]", highlight=False
                )
