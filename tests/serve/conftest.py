"""The installed command, in a subprocess, with an empty home, in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MIAOBI = str(Path(sys.executable).with_name("miaobi"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the command finds in its environment."""
    return {**os.environ, "MIAOBI_HOME": str(tmp_path / "home"), "SOURCE_DATE_EPOCH": "1763683200"}


@pytest.fixture
def command(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `miaobi ...` and checks the exit code; never is there a traceback."""

    def run(*arguments: str, code: int | None = 0, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [MIAOBI, *arguments],
            cwd=tmp_path,
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert "Traceback" not in done.stderr, done.stderr
        if code is not None:
            assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


@pytest.fixture
def shell(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a line of bash in which `miaobi` is the command; pipes fail with their first part."""

    def run(line: str, **more: str) -> subprocess.CompletedProcess[str]:
        path = f"{Path(MIAOBI).parent}{os.pathsep}{environment['PATH']}"
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail\n{line}"],
            cwd=tmp_path,
            env={**environment, "PATH": path, **more},
            capture_output=True,
            text=True,
            timeout=240,
        )

    return run
