"""Every error Miaobi raises on purpose.

    MiaobiError
    ├── InputError                what a person gave us cannot be used           exit 2   HTTP 400
    │   ├── BriefError            ... in a brief: a key, a length, a language
    │   ├── DraftError            ... in a hand-edited draft.md
    │   │   └── WorkChangedError     the work is not any more what the run began with
    │   └── UnknownNameError      ... a recipe, engine, work or part that does not exist
    ├── EngineError               an engine failed                               exit 3   HTTP 502
    │   ├── EngineUnavailableError   its package, model or endpoint is missing            HTTP 503
    │   └── GenerationError          it ran and gave nothing usable
    ├── StoreError                the store or the disk                          exit 4   HTTP 500
    │   ├── CorruptBlobError      stored bytes no longer match their digest
    │   ├── StoreVersionError     the store was written by a newer Miaobi
    │   └── DiskError             unwritable folder, full disk
    ├── StepError                 a step was declared or called wrongly          exit 70  HTTP 500
    │   └── UncacheableError      an argument has no canonical content
    ├── LabelError                a label did not read back after writing        exit 5   HTTP 500
    ├── TrainingError             training lost its way (a loss that is no number) exit 7   HTTP 500
    ├── GateError                 a piece stayed below its bar and strict was on exit 6   HTTP 422
    └── Interrupted               the user stopped the work; it can be resumed   exit 130 HTTP 499

A message says what happened, with which value, and what to do next. Interfaces print ``str(error)`` and
leave with ``error.exit_code``; they never show a traceback for one of these.
"""

from __future__ import annotations


class MiaobiError(Exception):
    """Base of the tree. `hint`, where given, is the next thing to do and ends the message."""

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message, hint)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:  # keyword arguments do not survive the default pickling
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[MiaobiError], message: str, hint: str | None) -> MiaobiError:
    return kind(message, hint=hint)


class InputError(MiaobiError):
    """What a person gave us cannot be used as it is."""

    exit_code = 2
    http_status = 400


class BriefError(InputError):
    """A brief has an unknown key, an impossible value, or contradicts itself."""


class DraftError(InputError):
    """A hand-edited draft has part markers that cannot be read."""


class WorkChangedError(DraftError):
    """Another process wrote the work, or took its name, while this one was at it. Nothing was overwritten."""

    http_status = 409


class UnknownNameError(InputError):
    """A recipe, engine, work or part of that name does not exist."""

    http_status = 404


class EngineError(MiaobiError):
    """An engine failed."""

    exit_code = 3
    http_status = 502


class EngineUnavailableError(EngineError):
    """An engine's package, model or endpoint is missing; the hint says how to get it."""

    http_status = 503


class GenerationError(EngineError):
    """An engine ran and gave nothing usable."""


class StoreError(MiaobiError):
    """The store or the disk below it failed."""

    exit_code = 4


class CorruptBlobError(StoreError):
    """Stored bytes no longer match their digest."""


class StoreVersionError(StoreError):
    """The store was written by a newer Miaobi."""


class DiskError(StoreError):
    """A folder cannot be written, or the disk is full."""


class StepError(MiaobiError):
    """A step was declared or called wrongly: a fault in a recipe, not in the user's input."""

    exit_code = 70


class UncacheableError(StepError):
    """An argument of a step has no canonical content, so no cache key can be made from it."""


class LabelError(MiaobiError):
    """A label did not read back after it was written; the file was not published."""

    exit_code = 5


class TrainingError(MiaobiError):
    """Training cannot go on, e.g. because the loss is no longer a number; the hint says what to try."""

    exit_code = 7


class GateError(MiaobiError):
    """A piece stayed below its bar and the caller asked for strict gates."""

    exit_code = 6
    http_status = 422


class Interrupted(MiaobiError):  # noqa: N818 - as KeyboardInterrupt, it is not a fault
    """The user stopped the work. Finished steps are kept; the same command resumes."""

    exit_code = 130
    http_status = 499
