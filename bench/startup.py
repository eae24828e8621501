"""How long `import miaobi` and `miaobi --help` take, beside a bare interpreter. Run: python bench/startup.py

Goals: import below 0.2 s, help below 0.4 s. Medians of whole processes, taken in turn so that a busy machine weighs on
all of them alike.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import miaobi": [sys.executable, "-c", "import miaobi"],
    "miaobi.Studio": [sys.executable, "-c", "from miaobi import Studio"],
    "miaobi --help": [str(Path(sys.executable).with_name("miaobi")), "--help"],
}
GOALS_SECONDS = {"import miaobi": 0.2, "miaobi --help": 0.4}


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Print a table of medians, their share of a bare interpreter, and the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(runs + 1):
        for name, command in COMMANDS.items():
            taken = seconds(command)
            if number:  # the first round fills the file cache
                times[name].append(taken)
    bare = statistics.median(times["python -c pass"])
    print(f"{'command':<18} {'median s':>9} {'min s':>7} {'x bare':>7}   goal")
    for name, values in times.items():
        median = statistics.median(values)
        goal = GOALS_SECONDS.get(name)
        verdict = "" if goal is None else f"< {goal} s: {'met' if median < goal else 'MISSED'}"
        print(f"{name:<18} {median:9.3f} {min(values):7.3f} {median / bare:7.1f}   {verdict}")


if __name__ == "__main__":
    main()
