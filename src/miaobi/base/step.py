"""`@step`: a pure function with a stable id and a version, whose result can be cached by content."""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, ParamSpec, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from miaobi.base.content import content_digest
from miaobi.errors import StepError

P = ParamSpec("P")
R = TypeVar("R")

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
_declared: dict[tuple[str, int], str] = {}
"""The function behind each id and version: two that share one would share results."""


class Step(Generic[P, R]):
    """A step: call it like the function it wraps, or give it to a run to have it cached.

    id       names the step in keys, journals and manifests; stays the same when the function moves or is renamed
    version  goes up whenever the same arguments may give another result
    doing    what a person sees while it runs; braces take arguments, e.g. "drawing {request.prompt}"
    """

    def __init__(self, function: Callable[P, R], step_id: str, version: int, doing: str) -> None:
        if not _ID.fullmatch(step_id):
            raise StepError(f"The step id {step_id!r} is not lower-case words joined by dots and underscores.")
        if version < 1:
            raise StepError(f"Step {step_id} has version {version}; versions start at 1.")
        self.function = function
        self.id = step_id
        self.version = version
        self.doing = doing
        self.signature = inspect.signature(function)
        self._check_parameters()
        self._check_unique()
        self.__doc__ = function.__doc__
        self.__name__ = getattr(function, "__name__", step_id)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def bind(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Arguments by name, defaults filled in. StepError when they do not fit the function."""
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as error:
            raise StepError(f"Step {self.id} was called with the wrong arguments: {error}.") from error
        bound.apply_defaults()
        return dict(bound.arguments)

    def key(self, arguments: dict[str, Any]) -> str:
        """The cache key: step id, version and the canonical content of every argument; 64 hex digits."""
        content = {name: content_digest(value, f"argument {name!r} of {self.id}") for name, value in arguments.items()}
        return content_digest((self.id, self.version, content))

    def label(self, arguments: dict[str, Any]) -> str:
        """`doing` with the arguments put in, on one line of at most 60 characters."""
        text = " ".join(self.doing.format(**arguments).split())
        return text if len(text) <= 60 else text[:59].rstrip() + "…"

    def _check_parameters(self) -> None:
        for parameter in self.signature.parameters.values():
            if parameter.kind not in _BY_NAME:
                raise StepError(
                    f"Step {self.id} takes {str(parameter)!r}, which cannot be passed by name.",
                    hint="Its parameters have to have names: no *args, no **kwargs, none before a slash.",
                )
        named = {
            re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(self.doing) if name is not None
        }
        unknown = sorted(named - set(self.signature.parameters))
        if unknown:
            raise StepError(f"Step {self.id} says {self.doing!r}, but has no parameter {unknown[0]!r}.")

    def _check_unique(self) -> None:
        name = f"{self.function.__module__}.{getattr(self.function, '__qualname__', repr(self.function))}"
        other = _declared.setdefault((self.id, self.version), name)
        if other != name:
            raise StepError(
                f"The step {self.id}, version {self.version}, is declared by {other} and by {name}.",
                hint="Give one of them another id: they would take each other's results for their own.",
            )

    @cached_property
    def _adapter(self) -> TypeAdapter[R]:
        hints = get_type_hints(self.function)
        if "return" not in hints:
            raise StepError(f"Step {self.id} does not say what it returns, so its result cannot be stored.")
        return TypeAdapter(hints["return"])

    def encode(self, result: R) -> str:
        """The result as JSON, assets as their digests. StepError when it is not what the step says it returns."""
        try:
            encoded = self._adapter.dump_json(result, warnings=False).decode()
            self.decode(encoded)
        except (PydanticSerializationError, UnicodeDecodeError, ValidationError) as error:
            raise StepError(
                f"Step {self.id} returned a {type(result).__qualname__} that is not what it says it returns: {error}"
            ) from error
        return encoded

    def decode(self, encoded: str) -> R:
        """The result back from its JSON; assets do not know yet where their bytes are."""
        return self._adapter.validate_json(encoded)


def step(step_id: str, *, version: int = 1, doing: str = "") -> Callable[[Callable[P, R]], Step[P, R]]:
    """Make a pure function a step. It must take everything as arguments: no globals, clock, environment or paths."""

    def wrap(function: Callable[P, R]) -> Step[P, R]:
        return Step(function, step_id, version, doing or step_id.replace("_", " ").replace(".", ": "))

    return wrap
