"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from miaobi.base.store import Store

# The first call of many functions loads a dictionary: an example's time says nothing about the code.
settings.register_profile("miaobi", deadline=None)
settings.load_profile("miaobi")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    store = Store(tmp_path / "store")
    yield store
    store.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where models are put together, once per test session."""
    return tmp_path_factory.getbasetemp().parent / "miaobi-home"
