"""The training loop: one for every model.

A step draws `accumulate` batches, adds up their gradients, clips them, moves the weights. Between steps it evaluates,
samples, saves, and asks whether it should stop. Everything that decides the next step is in the checkpoint, so a run
that was interrupted, by Ctrl-C or by `kill -9`, goes on exactly as it would have.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import math
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import Tensor, nn

from miaobi.errors import Interrupted, TrainingError
from miaobi.train.checkpoint import Progress, read_checkpoint, write_checkpoint
from miaobi.train.events import ShouldStop, TrainEvent, TrainListener
from miaobi.train.folder import ModelFolder
from miaobi.train.optimizer import follow, make_optimizers, optimizer_tensors, rate_at, restore_optimizers, set_rate
from miaobi.train.options import LoopConfig
from miaobi.train.record import Record
from miaobi.train.task import Batch, Measured, Task
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
    ) -> None:
        self.task, self.config, self.folder, self.run = task, config, folder, run
        self._listener, self._should_stop = listener, should_stop
        self._optimizers = make_optimizers(task.module, config)
        self._average = copy.deepcopy(task.module).requires_grad_(False) if config.ema else None
        self._times: deque[tuple[float, int]] = deque(maxlen=_SPEED_STEPS + 1)
        self._loss = 0.0
        self.progress = Progress()

    @property
    def best_module(self) -> nn.Module:
        """What is evaluated, sampled and kept: the average of the weights where there is one."""
        return self._average or self.task.module

    # ------------------------------------------------------------ the run

    def train(self) -> None:
        """Train until a limit is reached. Interrupted when asked to stop, TrainingError when the loss is lost."""
        record = Record(self.folder, self.progress.step)
        self._began, self._before = time.monotonic(), self.progress.seconds
        try:
            self._say("started")
            while not self._is_done():
                if self._should_stop():
                    self._stop()
                self._step(record)
                self._between(record)
        finally:
            record.close()

    def _is_done(self) -> bool:
        p, c = self.progress, self.config
        is_late = bool(c.minutes) and p.seconds >= 60 * c.minutes
        return p.step >= c.steps or is_late or (bool(c.patience) and p.waited >= c.patience)

    def _stop(self) -> None:
        self.save()
        raise Interrupted(
            f"Stopped at step {self.progress.step} of {self.config.steps}; everything is saved.",
            hint=f"Go on with: miaobi train {self.run['model']} --name {self.folder.name} --resume",
        )

    def _step(self, record: Record) -> None:
        p, c = self.progress, self.config
        share = rate_at(self._share_done(), p.step, c)
        set_rate(self._optimizers, share)
        self.task.module.train()
        loss, units = 0.0, 0
        for number in range(c.accumulate):
            batch = self.task.batch(p.position + number * c.batch, c.batch)
            loss += self._backward(batch, record) / c.accumulate
            units += batch.units
        norm = self._move(record)
        self._loss = loss
        self._advance(step=p.step + 1, position=p.position + c.accumulate * c.batch, units=p.units + units)
        self._times.append((time.monotonic(), self.progress.units))
        record.step(self.progress.step, {"loss": loss, "rate": share * c.learning_rate, "norm": norm})
        self._say("step")

    def _share_done(self) -> float:
        by_time = self.progress.seconds / (60 * self.config.minutes) if self.config.minutes else 0.0
        return max(self.progress.step / self.config.steps, by_time)

    def _backward(self, batch: Batch, record: Record) -> float:
        with self._precision():
            loss = self.task.loss(batch)
        value = float(loss.detach())
        if not math.isfinite(value):
            self._fail(f"The loss became {value}", record, batch)
        (loss / self.config.accumulate).backward()  # type: ignore[no-untyped-call]
        return value

    def _move(self, record: Record) -> float:
        """Clip and step; the gradient's norm before clipping."""
        weights = list(self.task.module.parameters())
        norm = float(torch.nn.utils.clip_grad_norm_(weights, self.config.clip or math.inf))
        if not math.isfinite(norm):
            self._fail(f"The gradient became {norm}", record, None)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if self._average is not None:
            follow(self._average, self.task.module, self.config.ema)
        return norm

    def _fail(self, what: str, record: Record, batch: Batch | None) -> None:
        p, c = self.progress, self.config
        batch = batch or self.task.batch(p.position, c.batch)
        said = f"{what} at step {p.step + 1}, batch {batch_digest(batch)}, examples from {p.position}."
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

    def _between(self, record: Record) -> None:
        step, c, is_last = self.progress.step, self.config, self._is_done()
        if step % c.evaluate_every == 0 or is_last:
            self._evaluate(record)
        if step % c.sample_every == 0 or is_last:
            self._sample(record)
        if step % c.checkpoint_every == 0 or is_last or self._is_done():
            self.save()

    def _evaluate(self, record: Record) -> None:
        results = self.evaluate()
        record.evaluation(self.progress.step, {result.name: result.value for result in results})
        value, p = results[0].value, self.progress
        if p.best is None or value < p.best:
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

    def _sample(self, record: Record) -> None:
        texts = self.task.samples(self.best_module.eval(), self.config.seed)
        record.sample(self.progress.step, texts)
        self._say("sampled", said=texts[0] if texts else "")
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
        tensors = {f"model.{name}": tensor for name, tensor in self.task.module.state_dict().items()}
        if self._average is not None:
            tensors |= {f"average.{name}": tensor for name, tensor in self._average.state_dict().items()}
        tensors |= optimizer_tensors(self._optimizers)
        tensors |= _random_states()
        write_checkpoint(self.folder, self.progress, tensors, self.run)
        self._say("saved", said=str(self.folder.checkpoint))

    def resume(self) -> None:
        """Go back to the last checkpoint. InputError when there is none that fits."""
        self.progress, tensors = read_checkpoint(self.folder, self.run)
        self.task.module.load_state_dict(_below(tensors, "model."))
        if self._average is not None:
            self._average.load_state_dict(_below(tensors, "average."))
        restore_optimizers(self._optimizers, tensors)
        _restore_random_states(tensors)

    def load_best(self) -> None:
        """Put the best weights into `best_module`."""
        self.best_module.load_state_dict(read_tensors(self.folder.weights))


def batch_digest(batch: Batch) -> str:
    """ "sha256:..." of a batch's tensors, to find it again."""
    digest = hashlib.sha256()
    for tensor in batch.tensors:
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return f"sha256:{digest.hexdigest()}"


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _random_states() -> dict[str, Tensor]:
    states = {"random.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["random.cuda"] = torch.cuda.get_rng_state()
    return states


def _restore_random_states(tensors: Mapping[str, Tensor]) -> None:
    torch.set_rng_state(tensors["random.cpu"])
    if "random.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["random.cuda"])
