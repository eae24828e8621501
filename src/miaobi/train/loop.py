"""The training loop: one for every model.

A step takes the task's turns one after the other. A turn draws `accumulate` batches, adds up their gradients, clips
them and moves its weights. Between steps the loop evaluates, samples, saves, and asks whether it should stop.
Everything that decides the next step is in the checkpoint, so a run that was interrupted, by Ctrl-C or by `kill -9`,
goes on exactly as it would have.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import math
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from miaobi.errors import Interrupted, TrainingError
from miaobi.train.catalog import find_model
from miaobi.train.checkpoint import Progress, read_checkpoint, write_checkpoint
from miaobi.train.events import ShouldStop, TrainEvent, TrainListener
from miaobi.train.folder import ModelFolder
from miaobi.train.optimizer import (
    decay_at,
    follow,
    make_optimizers,
    optimizer_tensors,
    rate_at,
    restore_optimizers,
    set_rate,
)
from miaobi.train.options import LoopConfig
from miaobi.train.processes import Processes
from miaobi.train.record import NoRecord, Record
from miaobi.train.task import Batch, Measured, Task, Turn
from miaobi.train.tensors import read_tensors, write_tensors

_SPEED_STEPS = 20


class Loop:
    """One run. `run` says what a checkpoint belongs to; `progress` is how far it is."""

    def __init__(
        self,
        task: Task,
        config: LoopConfig,
        folder: ModelFolder,
        run: Mapping[str, Any],
        *,
        listener: TrainListener = lambda _event: None,
        should_stop: ShouldStop = lambda: False,
        processes: Processes | None = None,
    ) -> None:
        self.task, self.config, self.folder, self.run = task, config, folder, run
        self._listener, self._should_stop = listener, should_stop
        self._processes = processes or Processes()
        self._share = self._processes.share(config.batch)
        self._moves = tuple(_Move(turn, config, task.module) for turn in task.turns)
        self._average = copy.deepcopy(task.product).requires_grad_(False) if config.ema else None
        self._times: deque[tuple[float, int]] = deque(maxlen=_SPEED_STEPS + 1)
        self._whole_from = max(turn.begin for turn in task.turns)
        self._loss = 0.0
        self.progress = Progress()

    @property
    def best_module(self) -> nn.Module:
        """What is evaluated, sampled and kept: the average of the weights where there is one."""
        return self._average or self.task.product

    # ------------------------------------------------------------ the run

    def train(self) -> None:
        """Train until a limit is reached. Interrupted when asked to stop, TrainingError when the loss is lost."""
        record = Record(self.folder, self.progress.step) if self._processes.is_first else NoRecord()
        self._began, self._before = time.monotonic(), self.progress.seconds
        try:
            self._say("started")
            while not self._is_done():
                if self._processes.any(self._should_stop()):
                    self._stop()
                self._step(record)
                self._between(record)
        finally:
            record.close()

    def _is_done(self) -> bool:
        p, c = self.progress, self.config
        is_late = bool(c.minutes) and self._processes.any(p.seconds >= 60 * c.minutes)
        return p.step >= c.steps or is_late or (bool(c.patience) and p.waited >= c.patience)

    def _stop(self) -> None:
        self.save()
        raise Interrupted(
            f"Stopped at step {self.progress.step} of {self.config.steps}; everything is saved.",
            hint=f"Go on with: miaobi {find_model(self.run['model']).command} --name {self.folder.name} --resume",
        )

    def _step(self, record: Record | NoRecord) -> None:
        p, c = self.progress, self.config
        done = self._processes.of_first(self._share_done())
        self.task.module.train()
        batches = [self._batch(p.position + number * c.batch) for number in range(c.accumulate)]
        moves = [move for move in self._moves if move.turn.is_due(p.step)]
        shares = [_rate_share(move.turn, done, p.step, c) for move in moves]
        taken = [self._take(move, batches, share, record) for move, share in zip(moves, shares, strict=True)]
        if self._average is not None:
            follow(self._average, self.task.product, decay_at(p.step, c.ema))
        losses = [loss for loss, _ in taken]
        self._loss = losses[0]
        units = self._processes.count * sum(batch.units for batch in batches)
        self._advance(step=p.step + 1, position=p.position + c.accumulate * c.batch, units=p.units + units)
        self._times.append((time.monotonic(), self.progress.units))
        names = [move.turn.name for move in moves]
        told = dict(zip(names, losses, strict=True)) | {"rate": shares[0] * c.learning_rate, "norm": taken[0][1]}
        record.step(self.progress.step, told)
        self._say("step")

    def _batch(self, position: int) -> Batch:
        """This process's share of the examples from `position` on."""
        return self.task.batch(position + self._processes.rank * self._share, self._share)

    def _share_done(self) -> float:
        by_time = self.progress.seconds / (60 * self.config.minutes) if self.config.minutes else 0.0
        return max(self.progress.step / self.config.steps, by_time)

    def _take(
        self, move: _Move, batches: Sequence[Batch], share: float, record: Record | NoRecord
    ) -> tuple[float, float]:
        """One turn; its loss over all processes, and its gradient's norm before clipping."""
        loss = 0.0
        with move.alone():
            for batch in batches:
                loss += self._backward(move.turn, batch, record) / len(batches)
            self._processes.average_gradients(move.turn.module)
            norm = move.step(share, self.config.clip)
        if not math.isfinite(norm):
            self._fail(f"The gradient of {move.turn.name} became {norm}", record, batches[0])
        return loss, norm

    def _backward(self, turn: Turn, batch: Batch, record: Record | NoRecord) -> float:
        with self._precision():
            loss = turn.loss(batch, self.progress.step)
        (value,) = self._processes.mean([float(loss.detach())])
        if not math.isfinite(value):
            self._fail(f"The {turn.name} became {value}", record, batch)
        (loss / self.config.accumulate).backward()  # type: ignore[no-untyped-call]
        return value

    def _fail(self, what: str, record: Record | NoRecord, batch: Batch) -> None:
        p, c = self.progress, self.config
        start = batch.position - self._processes.rank * self._share
        whole = self.task.batch(start, c.batch)  # the same, however many processes share it
        said = f"{what} at step {p.step + 1}, batch {batch_digest(whole)}, examples from {start}."
        record.failure(p.step + 1, said)
        rates = f"--set learning_rate={c.learning_rate / 3:.2g}"
        if c.optimizer == "muon":
            rates += f" --set muon_rate={c.muon_rate / 3:.2g}"
        raise TrainingError(
            said,
            hint=f"Usually the learning rate is too high. Train again under another name with {rates}, "
            "--set clip=0.5 or --set precision=float32.",
        )

    def _precision(self) -> contextlib.AbstractContextManager[Any]:
        if self.config.precision != "bfloat16":
            return contextlib.nullcontext()
        device = next(self.task.module.parameters()).device.type
        return torch.autocast(device, dtype=torch.bfloat16)

    # ------------------------------------------------------------ between steps

    def _between(self, record: Record | NoRecord) -> None:
        step, c, is_last = self.progress.step, self.config, self._is_done()
        if step % c.evaluate_every == 0 or is_last:
            self._evaluate(record)
        if step % c.sample_every == 0 or is_last:
            self._sample(record)
        if step % c.checkpoint_every == 0 or is_last or self._is_done():
            self.save()

    def _evaluate(self, record: Record | NoRecord) -> None:
        results = self.evaluate()
        record.evaluation(self.progress.step, {result.name: result.value for result in results})
        value, p = self._processes.of_first(results[0].value), self.progress
        if p.best is None or value < p.best or p.best_step <= self._whole_from:
            if self._processes.is_first:
                write_tensors(self.folder.weights, dict(self.best_module.state_dict()))
            self._advance(best=value, best_step=p.step, waited=0)
        else:
            self._advance(waited=p.waited + 1)
        self._say("evaluated", results=results)
        self._times.clear()

    def evaluate(self, *, whole: bool = False) -> tuple[Measured, ...]:
        """Results of the weights as they are."""
        self.best_module.eval()
        with self._precision():
            return self.task.evaluate(self.best_module, whole=whole)

    def _sample(self, record: Record | NoRecord) -> None:
        if self._processes.is_first:
            samples = self.task.samples(self.best_module.eval(), self.config.seed)
            record.sample(self.progress.step, samples)
            self._say("sampled", said=samples[0].text if samples else "")
        self._times.clear()

    def _advance(self, **values: Any) -> None:
        seconds = self._before + time.monotonic() - self._began
        self.progress = self.progress.model_copy(update={**values, "seconds": seconds})

    def _say(
        self,
        kind: Literal["started", "step", "evaluated", "sampled", "saved", "finished"],
        results: tuple[Measured, ...] = (),
        said: str = "",
    ) -> None:
        if not self._processes.is_first:
            return
        p, c = self.progress, self.config
        speed = self._speed()
        by_time = 60 * c.minutes - p.seconds if c.minutes else math.inf
        by_steps = (c.steps - p.step) * p.units / max(1, p.step) / speed if speed else math.inf
        left = min(by_time, by_steps)
        self._listener(
            TrainEvent(
                kind,
                p.step,
                c.steps,
                self._loss,
                speed,
                self.task.unit,
                left if math.isfinite(left) else 0.0,
                tuple((r.name, r.value, r.unit) for r in results),
                said,
            )
        )

    def _speed(self) -> float:
        """Units per second over the last steps, evaluation and samples left out."""
        if len(self._times) < 2:
            return 0.0
        (began, before), (ended, after) = self._times[0], self._times[-1]
        return (after - before) / max(1e-9, ended - began)

    # ------------------------------------------------------------ checkpoints

    def save(self) -> None:
        """Write a checkpoint."""
        random = _random_states(self._processes)
        if not self._processes.is_first:
            self._processes.wait()
            return
        tensors = {f"model.{name}": tensor for name, tensor in self.task.module.state_dict().items()}
        if self._average is not None:
            tensors |= {f"average.{name}": tensor for name, tensor in self._average.state_dict().items()}
        for move in self._moves:
            tensors |= {f"{move.turn.name}.{name}": t for name, t in optimizer_tensors(move.optimizers).items()}
        write_checkpoint(self.folder, self.progress, {**tensors, **random}, self.run)
        self._processes.wait()
        self._say("saved", said=str(self.folder.checkpoint))

    def resume(self) -> None:
        """Go back to the last checkpoint. InputError when there is none that fits."""
        self.progress, tensors = read_checkpoint(self.folder, self.run)
        self.task.module.load_state_dict(_below(tensors, "model."))
        if self._average is not None:
            self._average.load_state_dict(_below(tensors, "average."))
        for move in self._moves:
            restore_optimizers(move.optimizers, _below(tensors, f"{move.turn.name}."))
        _restore_random_states(tensors, self._processes)

    def load_best(self) -> None:
        """Put the best weights into `best_module`."""
        self.best_module.load_state_dict(read_tensors(self.folder.weights))


class _Move:
    """A turn with its optimizers."""

    def __init__(self, turn: Turn, config: LoopConfig, whole: nn.Module) -> None:
        self.turn = turn
        self.optimizers = make_optimizers(turn.module, config)
        self._weights = [weight for weight in turn.module.parameters() if weight.requires_grad]
        mine = set(map(id, self._weights))
        self._others = [w for w in whole.parameters() if w.requires_grad and id(w) not in mine]

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing else collects gradients meanwhile: that would be wasted, and would disturb the next turn."""
        for weight in self._others:
            weight.requires_grad_(False)
        try:
            yield
        finally:
            for weight in self._others:
                weight.requires_grad_(True)

    def step(self, share: float, clip: float) -> float:
        """Clip and move; the gradient's norm before clipping. Nothing moves when it is no number."""
        norm = float(torch.nn.utils.clip_grad_norm_(self._weights, clip or math.inf))
        set_rate(self.optimizers, share)
        for optimizer in self.optimizers:
            if math.isfinite(norm):
                optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return norm


def _rate_share(turn: Turn, done: float, step: int, config: LoopConfig) -> float:
    """The share of the peak rate in a turn, `done` being the share of the run that is over."""
    own = done if turn.end is None else (step - turn.begin) / (turn.end - turn.begin)
    return rate_at(own, step - turn.begin, config)


def batch_digest(batch: Batch) -> str:
    """ "sha256:..." of a batch's tensors, to find it again."""
    digest = hashlib.sha256()
    for tensor in batch.tensors:
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return f"sha256:{digest.hexdigest()}"


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _random_states(processes: Processes) -> dict[str, Tensor]:
    """Of every process: each has dropout of its own."""
    states = {"random.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["random.cuda"] = torch.cuda.get_rng_state()
    return {
        _of_rank(name, rank): state
        for name, mine in states.items()
        for rank, state in enumerate(processes.gather(mine))
    }


def _restore_random_states(tensors: Mapping[str, Tensor], processes: Processes) -> None:
    """A process that the checkpoint does not know goes on with the numbers it was seeded with."""
    cpu, cuda = (_of_rank(name, processes.rank) for name in ("random.cpu", "random.cuda"))
    if cpu in tensors:
        torch.set_rng_state(tensors[cpu])
    if cuda in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors[cuda])


def _of_rank(name: str, rank: int) -> str:
    return f"{name}.{rank}" if rank else name
