"""`Run`: calls steps, takes what is known from the store, computes the rest once, and records the graph.

    run(step, *args)            the result, from the cache or made now
    run.start(step, *args)      the same, not waited for: `.result()` when it is needed
    run.each(step, items)       one call per tuple of arguments, at the same time, results in order

One key is computed once however many threads, runs or processes ask for it; the others wait for it. A result comes
back as it was stored, so a first run and a repeated one see the same values.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, Literal, ParamSpec, TypeVar

from pydantic import ValidationError

from miaobi.base.content import assets_in, content_digest, telling_digests
from miaobi.base.executor import Executor, InlineExecutor
from miaobi.base.journal import StepRow
from miaobi.base.progress import listening
from miaobi.base.step import Step
from miaobi.base.store import Store
from miaobi.base.value import Value
from miaobi.errors import Interrupted, StepError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class StepEvent:
    """What a listener hears. `done`, `total`, `unit` come with "progress", `seconds` with "made"."""

    kind: Literal["started", "progress", "made", "cached", "failed"]
    step: str
    key: str
    label: str
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    seconds: float = 0.0


Listener = Callable[[StepEvent], None]


class StepRecord(Value):
    """One step of a run, as the manifest keeps it. `after` are the keys of the steps whose output it used."""

    step: str
    version: int
    key: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pending(Generic[R]):
    """A step that may still be running."""

    _future: Future[R]

    def result(self) -> R:
        """Wait for it. Raises what the step raised."""
        return self._future.result()


class _Flights:
    """Keys being computed in this process, per store folder: the others wait for the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gates: dict[tuple[str, str], tuple[threading.Lock, int]] = {}

    def gate(self, key: tuple[str, str]) -> threading.Lock:
        with self._lock:
            lock, users = self._gates.get(key, (threading.Lock(), 0))
            self._gates[key] = (lock, users + 1)
            return lock

    def leave(self, key: tuple[str, str]) -> None:
        with self._lock:
            lock, users = self._gates[key]
            if users == 1:
                del self._gates[key]
            else:
                self._gates[key] = (lock, users - 1)


_flights = _Flights()


class Run:
    """One execution of a recipe over a store. Not reused."""

    def __init__(
        self,
        store: Store,
        executor: Executor | None = None,
        listener: Listener | None = None,
        *,
        recipe: str = "",
        work: str = "",
        brief: str = "",
        person: str = "",
    ) -> None:
        self.store = store
        self.made = 0
        self.reused = 0
        self._executor = executor or InlineExecutor()
        self._listener = listener
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._order: dict[str, int] = {}
        self._known: dict[str, _Traced] = {}
        self.number = store.journal.begin_run(recipe, work, brief, person)

    # ------------------------------------------------------------ what a recipe calls

    def __call__(self, step: Step[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return self.start(step, *args, **kwargs).result()

    def start(self, step: Step[P, R], *args: P.args, **kwargs: P.kwargs) -> Pending[R]:
        """Have a step computed without waiting for it."""
        arguments = step.bind(*args, **kwargs)
        key = step.key(arguments)
        with self._lock:
            self._order.setdefault(key, len(self._order))
        return Pending(self._executor.submit(lambda: self._obtain(step, key, arguments)))

    def each(self, step: Step[..., R], calls: Iterable[tuple[Any, ...]]) -> list[R]:
        """One call of `step` per tuple of arguments, at the same time; results in the order of `calls`."""
        return [pending.result() for pending in [self.start(step, *call) for call in calls]]

    # ------------------------------------------------------------ what an interface calls

    def stop(self) -> None:
        """Ask the run to end: nothing new starts, work that reports progress ends, finished steps are kept."""
        self._stopped.set()

    def close(self, outcome: str) -> None:
        """End the run in the journal: done, failed or interrupted."""
        self._executor.close()
        self.store.journal.end_run(self.number, outcome)

    def graph(self) -> tuple[StepRecord, ...]:
        """The steps of this run in the order the recipe asked for them, each with the steps it depends on."""
        with self._lock:
            traced = sorted(self._known.values(), key=lambda item: self._order[item.key])
        makers: dict[str, list[str]] = {}
        records = []
        for item in traced:
            after = {key for digest in item.inputs for key in makers.get(digest, ())} - {item.key}
            ordered = tuple(sorted(after, key=lambda key: self._order[key]))
            records.append(StepRecord(step=item.step, version=item.version, key=item.key, after=ordered))
            for digest in item.outputs - item.inputs:
                makers.setdefault(digest, []).append(item.key)
        return tuple(records)

    # ------------------------------------------------------------ one step

    def _obtain(self, step: Step[..., R], key: str, arguments: dict[str, Any]) -> R:
        label = step.label(arguments)
        self._check_stopped()
        result = self._recall(step, key, arguments, label)
        if result is not None:
            return result.value
        flight = (str(self.store.folder), key)
        gate = _flights.gate(flight)
        try:
            with gate, self.store.computing(key, self._stopped):
                again = self._recall(step, key, arguments, label, may_forget=True)
                return again.value if again is not None else self._make(step, key, arguments, label)
        finally:
            _flights.leave(flight)

    def _recall(
        self, step: Step[..., R], key: str, arguments: dict[str, Any], label: str, *, may_forget: bool = False
    ) -> _Found[R] | None:
        """What is kept of a step. Only who holds the right to compute it may forget it: another may just be at it."""
        encoded = self.store.journal.find(key)
        if encoded is None:
            return None
        try:
            result = self._located(step.decode(encoded))
        except (FileNotFoundError, ValidationError):  # bytes pruned, or a result type that has changed: make it again
            if may_forget:
                self.store.journal.forget(key)
            return None
        if self._trace(step, key, arguments, result):
            self.store.journal.note_use(self.number, key)
            with self._lock:
                self.reused += 1
            self._tell(StepEvent("cached", step.id, key, label))
        return _Found(result)

    def _make(self, step: Step[..., R], key: str, arguments: dict[str, Any], label: str) -> R:
        self._check_stopped()
        self._tell(StepEvent("started", step.id, key, label))

        def hear(done: float, total: float, unit: str) -> None:
            self._check_stopped()
            self._tell(StepEvent("progress", step.id, key, label, done, total, unit))

        began = time.perf_counter()
        try:
            with listening(hear):
                fresh = step.function(**arguments)
        except BaseException:
            self._tell(StepEvent("failed", step.id, key, label))
            raise
        seconds = time.perf_counter() - began
        encoded = step.encode(fresh)
        blobs = {asset.digest: self.store.put(asset) for asset in assets_in(fresh)}
        if not {asset.digest for asset in assets_in(step.decode(encoded))} <= set(blobs):
            raise StepError(
                f"Step {step.id} returned assets in a {type(fresh).__qualname__}, where none are looked for."
            )
        inputs = {name: content_digest(value) for name, value in arguments.items()}
        row = StepRow(key, step.id, step.version, encoded, seconds, inputs, tuple(sorted(blobs)))
        self.store.journal.record(row, self.number)
        result = self._located(step.decode(encoded))
        self._trace(step, key, arguments, result)
        with self._lock:
            self.made += 1
        self._tell(StepEvent("made", step.id, key, label, seconds=seconds))
        return result

    def _located(self, result: R) -> R:
        for asset in assets_in(result):
            asset._source = self.store.fetch(asset).source
        return result

    def _trace(self, step: Step[..., Any], key: str, arguments: dict[str, Any], result: Any) -> bool:
        """Keep what the graph needs; False when this run had the step already."""
        with self._lock:
            if key in self._known:
                return False
        inputs = frozenset(digest for value in arguments.values() for digest in telling_digests(value))
        traced = _Traced(step.id, step.version, key, inputs, frozenset(telling_digests(result)))
        with self._lock:
            return self._known.setdefault(key, traced) is traced

    def _check_stopped(self) -> None:
        if self._stopped.is_set():
            raise Interrupted("Stopped.", hint="Everything finished is kept; the same command goes on from there.")

    def _tell(self, event: StepEvent) -> None:
        if self._listener is not None:
            self._listener(event)


@dataclass(frozen=True)
class _Found(Generic[R]):
    value: R


@dataclass(frozen=True)
class _Traced:
    step: str
    version: int
    key: str
    inputs: frozenset[str]
    outputs: frozenset[str]
