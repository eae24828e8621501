"""Pipes that close, disks that are full and terminals without letters: output never ends or breaks the work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

Shell = Callable[..., subprocess.CompletedProcess[str]]
MAKE = 'miaobi make article "why bees matter" --engine fake'


def assert_made(shell: Shell) -> None:
    assert "why-bees-matter" in shell("ls works").stdout


@pytest.mark.parametrize("line", ["miaobi works | true", "miaobi engines | head -1", "miaobi works 2>&1 | true"])
def test_a_reader_that_leaves_is_no_error(shell: Shell, line: str) -> None:
    done = shell(line)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("end", ["2>&1 | head -1", "2>/dev/full", "2>&-", "2> >(true)", "2>&1 | true"])
def test_progress_that_nobody_hears_does_not_end_the_work(shell: Shell, end: str) -> None:
    done = shell(f"{MAKE} {end}")
    assert done.returncode == 0, done.stderr + done.stdout
    assert_made(shell)


def test_a_closed_output_is_no_fault(shell: Shell) -> None:
    done = shell(f"{MAKE} --quiet >&-; echo $?; miaobi works >&-; echo $?; miaobi works 0<&- 1>&- 2>&-; echo $?")
    assert done.stdout.split() == ["0", "0", "0"]
    assert done.stderr == ""
    assert_made(shell)


@pytest.mark.parametrize("line", ["miaobi works", f"{MAKE} --quiet", "miaobi version", "miaobi --help"])
def test_an_output_that_is_full_is_said_once(shell: Shell, line: str) -> None:
    done = shell(f"{line} > /dev/full")
    assert done.returncode == 4
    assert done.stderr.count("The output cannot be written") == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_terminal_that_lacks_the_letters_still_gets_its_table(shell: Shell) -> None:
    made = shell('miaobi make article "写一篇关于树的文章" --engine fake --quiet', PYTHONIOENCODING="ascii")
    assert made.returncode == 0, made.stderr
    listed = shell("miaobi works", PYTHONIOENCODING="ascii")
    assert listed.returncode == 0, listed.stderr
    assert "article" in listed.stdout


def test_a_name_that_is_no_text_is_refused(shell: Shell) -> None:
    done = shell(f"{MAKE} --output $'o\\xff'")
    assert done.returncode == 2
    assert "not valid text" in done.stderr
    assert shell("ls").stdout == ""


def test_a_folder_that_was_deleted_below_us_is_said(shell: Shell) -> None:
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; {MAKE}; echo $?; miaobi works; echo $?; miaobi doctor >&2")
    assert done.stdout.splitlines()[0] == "2"
    assert "70" not in done.stdout.split()
    assert "does not exist any more" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_shell_inside_a_revised_work_is_told_where_it_stands(shell: Shell) -> None:
    shell(f"{MAKE} --quiet")
    done = shell("cd works/*; miaobi revise . --quiet; miaobi revise ../*/manifest.json -q 2>&1; ls manifest.json")
    assert 'cd "$PWD"' in done.stderr
    again = shell('cd works/*; miaobi revise . --quiet; cd "$PWD"; ls manifest.json')
    assert again.returncode == 0
    assert "manifest.json" in again.stdout


def test_faults_of_one_second_are_kept_side_by_side(shell: Shell) -> None:
    code = "from miaobi.serve.fault_log import keep_fault as k; [print(k(ValueError(str(n)))) for n in range(3)]"
    done = shell(f'"{sys.executable}" -c "{code}"')
    assert done.returncode == 0, done.stderr
    assert len(set(done.stdout.splitlines())) == 3
    assert len(shell("ls home/logs").stdout.split()) == 3


def test_a_fault_is_told_even_when_nothing_can_be_written(shell: Shell) -> None:
    code = "from miaobi.serve.fault_log import keep_fault as k; print(k(ValueError()))"
    for home in ("~nosuchperson/x", "/proc/nowhere", "/dev/null/x"):
        done = shell(f'"{sys.executable}" -c "{code}"', MIAOBI_HOME=home)
        assert done.returncode == 0, done.stderr
        assert "fault of its own (ValueError)" in done.stdout
