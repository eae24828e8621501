from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from miaobi.base.asset import Asset
from miaobi.base.run import Run
from miaobi.base.step import step
from miaobi.base.store import Store
from miaobi.base.value import Value
from miaobi.errors import StepError


class Note(Value):
    text: str


def first(text: str) -> str:
    return text


def second(text: str) -> str:
    return text[::-1]


def test_two_functions_cannot_share_an_id_and_version() -> None:
    step("test.shared")(first)
    step("test.shared")(first)  # a module that is read again
    step("test.shared", version=2)(second)
    with pytest.raises(StepError, match=r"declared by .*first and by .*second"):
        step("test.shared")(second)


def test_parameters_that_have_no_name_are_refused() -> None:
    def by_place(text: str, /) -> str:
        return text

    def any_number(*texts: str) -> str:
        return texts[0]

    def any_name(**texts: str) -> str:
        return texts["a"]

    for function in (by_place, any_number, any_name):
        with pytest.raises(StepError, match="cannot be passed by name"):
            step("test.nameless")(function)


@pytest.mark.parametrize("doing", ["reading {txt}", "reading {txt.size}", "reading {}", "reading {txt[0]}"])
def test_what_is_shown_while_it_runs_names_only_parameters(doing: str) -> None:
    with pytest.raises(StepError, match="no parameter"):
        step("test.shown", doing=doing)(first)
    assert step("test.shown_well", doing="reading {text!r}")(first).label({"text": "x"}) == "reading 'x'"


def returns_nothing(text: str) -> Note:
    return None  # type: ignore[return-value]


def returns_a_number(text: str) -> Note:
    return 3  # type: ignore[return-value]


def returns_nan(text: str) -> float:
    return float("nan")


def returns_bytes(text: str) -> str:
    return b"\xff"  # type: ignore[return-value]


def returns_hidden_assets(text: str) -> list[Asset]:
    def each() -> Iterator[Asset]:
        yield Asset.from_bytes(text.encode(), "text/plain")

    return each()  # type: ignore[return-value]


@pytest.mark.parametrize(
    "function", [returns_nothing, returns_a_number, returns_nan, returns_bytes, returns_hidden_assets]
)
def test_a_result_of_another_type_is_a_fault_of_the_step_and_never_recorded(function: Any, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(StepError, match=rf"test\.{function.__name__}"):
        Run(store)(step(f"test.{function.__name__}")(function), "x")
    assert store.journal.count_steps() == 0
    store.close()
