from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from miaobi.base.asset import Asset, digest_bytes
from miaobi.base.executor import InlineExecutor, ThreadExecutor
from miaobi.base.progress import report_progress
from miaobi.base.run import Run, StepEvent
from miaobi.base.step import step
from miaobi.base.store import Store
from miaobi.base.value import Value
from miaobi.errors import (
    CorruptBlobError,
    DiskError,
    Interrupted,
    StepError,
    StoreError,
    StoreVersionError,
    UncacheableError,
)

calls: list[str] = []


class Poem(Value):
    title: str
    page: Asset


@step("test.write_poem", version=1, doing="writing {title}")
def write_poem(title: str, lines: int = 2) -> Poem:
    calls.append(title)
    return Poem(title=title, page=Asset.from_bytes((title * lines).encode(), "text/plain"))


@step("test.shout")
def shout(poem: Poem) -> str:
    calls.append("shout")
    return poem.title.upper() + "!" * 20


@step("test.first_letter")
def first_letter(text: str) -> str:
    calls.append("first_letter")
    return text[0]


@step("test.slow")
def slow(name: str) -> str:
    calls.append(name)
    time.sleep(0.2)
    return name


@step("test.endless")
def endless(name: str) -> str:
    for tick in range(10_000):
        report_progress(tick, 10_000, "ticks")
        time.sleep(0.001)
    return name


@step("test.fails")
def fails(name: str) -> str:
    raise ValueError(name)


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


def test_a_step_runs_once_and_is_recalled_by_another_run(store: Store) -> None:
    first = Run(store)(write_poem, "Tang")
    again = Run(store)(write_poem, title="Tang")
    assert calls == ["Tang"]
    assert first == again
    assert again.page.read() == b"TangTang"
    assert Run(store)(write_poem, "Tang", lines=3).page.read() == b"TangTangTang"


def test_the_cache_survives_the_process_that_made_it(store: Store) -> None:
    Run(store)(write_poem, "Song")
    reopened = Store(store.folder)
    assert Run(reopened)(write_poem, "Song").page.read() == b"SongSong"
    assert calls == ["Song"]
    reopened.close()


def test_a_new_version_is_a_new_step(store: Store) -> None:
    Run(store)(write_poem, "Tang")
    newer = step("test.write_poem", version=2)(write_poem.function)
    Run(store)(newer, "Tang")
    assert calls == ["Tang", "Tang"]


def test_equal_output_stops_the_rerun(store: Store) -> None:
    Run(store)(first_letter, Run(store)(shout, Run(store)(write_poem, "abc")))
    calls.clear()
    changed = step("test.write_poem", version=2)(write_poem.function)
    run = Run(store)
    run(first_letter, run(shout, run(changed, "abc")))
    assert calls == ["abc"], "the poem came out the same, so nothing after it ran"


def test_the_graph_names_what_each_step_used(store: Store) -> None:
    run = Run(store)
    poem = run(write_poem, "graph")
    loud = run(shout, poem)
    run(first_letter, loud)
    wrote, shouted, lettered = run.graph()
    assert (wrote.step, shouted.step, lettered.step) == ("test.write_poem", "test.shout", "test.first_letter")
    assert wrote.after == ()
    assert shouted.after == (wrote.key,)
    assert lettered.after == (shouted.key,)


def test_the_graph_of_a_cached_run_is_the_same(store: Store) -> None:
    def whole() -> object:
        run = Run(store, ThreadExecutor(4))
        run.each(shout, [(poem,) for poem in run.each(write_poem, [("a",), ("b",), ("c",)])])
        return run.graph()

    assert whole() == whole()


def test_callers_of_one_key_wait_for_one_computation(store: Store) -> None:
    runs = [Run(store, ThreadExecutor(4)) for _ in range(3)]
    pending = [run.start(slow, "one") for run in runs for _ in range(4)]
    assert {item.result() for item in pending} == {"one"}
    assert calls == ["one"]
    assert sum(run.made for run in runs) == 1


def test_fan_out_keeps_order_and_runs_at_the_same_time(store: Store) -> None:
    began = time.perf_counter()
    assert Run(store, ThreadExecutor(4)).each(slow, [("a",), ("b",), ("c",), ("d",)]) == ["a", "b", "c", "d"]
    assert time.perf_counter() - began < 0.75, "four steps of 0.2 s each, side by side"


@pytest.mark.parametrize("executor", [InlineExecutor, ThreadExecutor])
def test_a_failing_step_is_told_kept_out_of_the_store_and_raised(store: Store, executor: type) -> None:
    events: list[StepEvent] = []
    run = Run(store, executor(), events.append)
    with pytest.raises(ValueError, match="boom"):
        run(fails, "boom")
    assert [event.kind for event in events] == ["started", "failed"]
    assert store.journal.count_steps() == 0


def test_events_tell_what_is_made_and_what_came_from_the_cache(store: Store) -> None:
    events: list[StepEvent] = []
    Run(store, listener=events.append)(write_poem, "Li Bai")
    Run(store, listener=events.append)(write_poem, "Li Bai")
    assert [(event.kind, event.label) for event in events] == [
        ("started", "writing Li Bai"),
        ("made", "writing Li Bai"),
        ("cached", "writing Li Bai"),
    ]


def test_stop_ends_a_step_that_reports_progress_and_the_rest_does_not_start(store: Store) -> None:
    run = Run(store, ThreadExecutor(2))
    pending = run.start(endless, "x")
    threading.Timer(0.1, run.stop).start()
    with pytest.raises(Interrupted):
        pending.result()
    with pytest.raises(Interrupted):
        run(write_poem, "never")
    assert calls == []


def test_what_has_no_digest_never_becomes_a_key(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UncacheableError, match=r"argument 'title' of test\.write_poem"):
        Run(store)(write_poem, tmp_path)  # type: ignore[arg-type]
    with pytest.raises(StepError, match="wrong arguments"):
        Run(store)(write_poem, colour="red")  # type: ignore[call-arg]


def test_a_damaged_blob_is_an_error_that_names_the_way_out_and_can_be_repaired(store: Store) -> None:
    page = Run(store)(write_poem, "Du Fu").page
    store.path_of(page.digest).write_bytes(b"rotten")
    reopened = Store(store.folder)
    with pytest.raises(CorruptBlobError, match="miaobi doctor --repair"):
        Run(reopened)(write_poem, "Du Fu")
    assert list(reopened.damaged()) == [store.path_of(page.digest)]
    assert reopened.journal.forget_makers_of(page.digest) == 1
    store.path_of(page.digest).unlink()
    assert Run(reopened)(write_poem, "Du Fu").page.read() == b"Du FuDu Fu"
    reopened.close()


def test_a_pruned_blob_is_made_again(store: Store) -> None:
    page = Run(store)(write_poem, "Wang Wei").page
    store.path_of(page.digest).unlink()
    assert Run(store)(write_poem, "Wang Wei").page.read() == b"Wang WeiWang Wei"
    assert calls == ["Wang Wei", "Wang Wei"]


def test_a_store_of_a_newer_version_is_refused(store: Store) -> None:
    with store.journal._transaction() as db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'version'")
    with pytest.raises(StoreVersionError, match="newer Miaobi"):
        Store(store.folder)


def test_a_journal_that_is_no_database_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(b"this is not a database at all, not even close to one")
    with pytest.raises(StoreError, match="Move that file away"):
        Store(tmp_path)


def test_a_full_disk_is_said_and_nothing_half_written_shows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match="is full"):
        Run(store)(write_poem, "Bai Juyi")
    assert not list((store.folder / "blobs").glob("*/*"))
    assert store.journal.count_steps() == 0


def test_a_file_in_the_stores_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(DiskError, match="where a folder is needed"):
        Store(tmp_path / "store")


WORKER = """
    import sys, time
    from pathlib import Path
    from miaobi.base.asset import Asset
    from miaobi.base.run import Run
    from miaobi.base.step import step
    from miaobi.base.store import Store

    @step("test.worker")
    def work(number: int) -> Asset:
        with open(sys.argv[2], "a") as log:
            log.write(f"{number}\\n")
        time.sleep(float(sys.argv[3]))
        return Asset.from_bytes(str(number).encode() * 1000, "text/plain")

    run = Run(Store(Path(sys.argv[1])))
    for number in range(int(sys.argv[4])):
        assert run(work, number).read() == str(number).encode() * 1000
    print("done")
"""


def _worker(folder: Path, log: Path, seconds: float, steps: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(WORKER), str(folder), str(log), str(seconds), str(steps)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_share_one_store_and_compute_each_key_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    workers = [_worker(tmp_path / "store", log, 0.02, 20) for _ in range(4)]
    assert [worker.communicate(timeout=60)[0] for worker in workers] == ["done\n"] * 4
    assert sorted(map(int, log.read_text().split())) == list(range(20))


def _finished(folder: Path) -> set[int]:
    """The numbers whose step the store knows."""
    numbers = {digest_bytes(str(number).encode() * 1000): number for number in range(12)}
    store = Store(folder)
    assert store.journal.check() == "ok"
    with store.journal._reading() as db:
        found = {numbers[row[0]] for row in db.execute("SELECT digest FROM step_blobs")}
    store.close()
    return found


def test_killed_at_any_moment_it_resumes_without_repeating_a_finished_step(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    chance = random.Random(7)
    begun = [log.read_text().split()]
    finished: list[set[int]] = []
    for _ in range(6):
        worker = _worker(tmp_path / "store", log, 0.03, 12)
        while log.read_text().split() == begun[-1]:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.06))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        finished.append(_finished(tmp_path / "store"))
        begun.append(log.read_text().split())
    assert _worker(tmp_path / "store", log, 0.03, 12).communicate(timeout=60)[0] == "done\n"
    whole = log.read_text().split()
    assert any(finished), "it was killed with steps behind it"
    for done, before in zip(finished, begun[1:], strict=True):
        again = {int(number) for number in whole[len(before) :]}
        assert not done & again, "what was finished at a kill is never made again"
    assert {int(number) for number in whole} == set(range(12))


def test_only_who_may_compute_a_step_forgets_a_result_that_is_of_no_use(store: Store) -> None:
    page = Run(store)(write_poem, "Li Qingzhao").page
    store.path_of(page.digest).unlink()
    run = Run(store)
    arguments = write_poem.bind("Li Qingzhao")
    assert run._recall(write_poem, write_poem.key(arguments), arguments, "") is None
    assert store.journal.count_steps() == 1, "another process may be making its bytes again right now"
    assert run(write_poem, "Li Qingzhao").page.read() == b"Li QingzhaoLi Qingzhao"
