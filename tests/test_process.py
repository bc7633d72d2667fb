"""A worker process: the same results as in this one, and an exit when it is idle."""

from __future__ import annotations

import atexit
import builtins
import gc
import operator
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import runs, until

from app.dictionary.cedict import Dictionary
from app.errors import ContentError
from app.process import LimitReached, Limits, Worker
from app.text.readings.script import convert, convert_all


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    del made
    gc.collect()


def test_a_function_gives_what_it_gives_here_but_elsewhere(worker: Worker):
    assert worker(convert_all, ["头发干了", "发展"], "hant", {}) == ["頭髮乾了", "發展"]
    assert worker(convert, "范文", "hant", own={"范文": "范文"}) == "范文"
    assert worker(os.getpid) != os.getpid()


def test_the_same_process_is_asked_again(worker: Worker):
    assert worker(os.getpid) == worker(os.getpid)


def test_half_of_a_character_comes_back_as_it_went(worker: Worker):
    assert worker(str.lower, "\ud800") == "\ud800"


def test_faults_are_raised_here_and_the_process_goes_on(worker: Worker):
    there = worker(os.getpid)
    with pytest.raises(ZeroDivisionError):
        worker(operator.truediv, 1, 0)
    assert worker(os.getpid) == there


def test_our_errors_arrive_as_they_were_raised(worker: Worker, tmp_path: Path):
    with pytest.raises(ContentError, match=r"cedict.txt:1: F01"):
        worker(Dictionary, tmp_path / "d.sqlite3", source=_no_release(tmp_path))


def test_an_exception_that_cannot_be_pickled_arrives_with_its_name_and_message(worker: Worker):
    with pytest.raises(RuntimeError, match="Local: the message"):
        worker(exec, "class Local(Exception): pass\nraise Local('the message')")


def _no_release(folder: Path) -> Path:
    path = folder / "cedict.txt"
    path.write_text("# nothing\n", encoding="utf-8")
    return path


def test_what_a_function_prints_is_no_answer(worker: Worker):
    assert worker(builtins.print, "words of a library") is None
    assert worker(operator.add, 1, 2) == 3


def test_one_that_was_ended_comes_again(worker: Worker):
    there = worker(os.getpid)
    os.kill(there, signal.SIGKILL)
    assert until(lambda: not runs(there))
    assert worker(os.getpid) not in (there, os.getpid())


def test_what_ends_the_process_again_and_again_is_a_fault(worker: Worker):
    with pytest.raises((EOFError, OSError)):
        worker(os._exit, 0)
    assert worker(operator.add, 1, 2) == 3


def test_it_goes_when_nobody_has_asked_for_a_while_and_comes_when_it_is_asked():
    worker = Worker(idle_seconds=0.1)
    there = worker(os.getpid)
    assert until(lambda: not runs(there))
    assert worker(operator.add, 1, 2) == 3


def test_it_goes_with_the_one_that_asks():
    worker = Worker()
    there = worker(os.getpid)
    del worker
    gc.collect()
    assert until(lambda: not runs(there))


def test_ctrl_c_is_for_the_one_that_asks(worker: Worker):
    there = worker(os.getpid)
    os.kill(there, signal.SIGINT)
    assert worker(os.getpid) == there


def test_one_that_is_stopped_ends_at_once_whatever_it_is_at(worker: Worker):
    there = worker(os.getpid)
    stopping = threading.Timer(0.2, worker.stop)
    stopping.start()
    with pytest.raises((EOFError, OSError)):
        worker(time.sleep, 600)
    assert until(lambda: not runs(there))
    with pytest.raises((EOFError, OSError)):
        worker(os.getpid)


def test_a_worker_that_is_slow_to_exit_is_not_taken_for_one_above_its_limits():
    worker = Worker(idle_seconds=0.1, limits=Limits(memory=2**31, seconds=60, answer=2**20))
    worker(atexit.register, time.sleep, 5.0)
    time.sleep(0.5)  # it is idle and begins to exit
    assert worker(operator.add, 1, 2) == 3


def test_one_with_limits_goes_after_others():
    assert Worker()(os.nice, 0) == os.nice(0)
    assert Worker(limits=Limits(2**30, 60, 1000))(os.nice, 0) == min(19, os.nice(0) + 10)


def test_an_answer_above_its_limit_is_refused_and_the_process_goes_on():
    worker = Worker(idle_seconds=5, limits=Limits(memory=2**31, seconds=60, answer=1000))
    try:
        assert worker(operator.mul, "x", 900) == "x" * 900
        with pytest.raises(LimitReached):
            worker(operator.mul, "x", 1001)
        assert worker(operator.add, 1, 2) == 3
    finally:
        worker.stop()
