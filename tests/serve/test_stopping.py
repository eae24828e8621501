"""The first Ctrl-C stops so that the work goes on later; the second leaves at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

WAITING = """
    import time
    from miaobi.serve.stopping import listen_for_stops
    from miaobi.serve.command import reported

    @reported
    def work():
        try:
            print("ready", flush=True)
            time.sleep(60)
        finally:
            print("stopping", flush=True)
            time.sleep(SECONDS)  # a step that does not hear that it should stop

    listen_for_stops()
    import typer
    try:
        work()
    except typer.Exit as left:
        raise SystemExit(left.exit_code)
"""


def waiting(seconds: int) -> subprocess.Popen[str]:
    code = textwrap.dedent(WAITING).replace("SECONDS", str(seconds))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_the_first_stops_politely() -> None:
    process = waiting(0)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert said == "miaobi: Stopped. Everything finished is kept; the same command goes on from there.\n"


def test_the_second_leaves_at_once_with_one_line() -> None:
    for second in (signal.SIGINT, signal.SIGTERM):
        process = waiting(60)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "stopping\n"
        began = time.monotonic()
        process.send_signal(second)
        said = process.communicate(timeout=30)[1]
        assert process.returncode == 130
        assert time.monotonic() - began < 10
        assert said == "miaobi: Left at once. Everything finished is kept; the same command goes on from there.\n"


def test_a_run_left_at_once_goes_on(tmp_path: Path, environment: dict[str, str]) -> None:
    words = [str(Path(sys.executable).with_name("miaobi")), "make", "video", "why bees matter", "--engine", "fake"]
    process = subprocess.Popen(
        [*words, "--duration", "24"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    while process.poll() is None and not list((tmp_path / "home" / "store" / "blobs").glob("*/*")):
        time.sleep(0.02)
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    said = process.communicate(timeout=60)[1]
    assert process.returncode in (130, -signal.SIGINT)  # the last may come when Python has handed its signals back
    assert "Traceback" not in said
    again = subprocess.run([*words, "--duration", "6"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
