"""What is done in a process beside this one: the same as here, and gone when nobody asks any more."""

from __future__ import annotations

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

from app.dictionary.cedict import Dictionary
from app.process import Beside
from app.text.readings.script import convert, convert_all


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    del made
    gc.collect()


def lives(process: int) -> bool:
    """Whether a process of ours is there; one that has ended and was not yet asked for counts as gone."""
    try:
        return not Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].startswith(" Z")
    except FileNotFoundError:
        return False


def wait_for(what: object, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not (good := what()) and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.02)
    return bool(good)


def test_a_function_gives_what_it_gives_here_but_elsewhere(beside: Beside):
    assert beside(convert_all, ["头发干了", "发展"], "hant", {}) == ["頭髮乾了", "發展"]
    assert beside(convert, "范文", "hant", own={"范文": "范文"}) == "范文"
    assert beside(os.getpid) != os.getpid()


def test_the_same_process_is_asked_again(beside: Beside):
    assert beside(os.getpid) == beside(os.getpid)


def test_half_of_a_character_comes_back_as_it_went(beside: Beside):
    assert beside(str.lower, "\ud800") == "\ud800"


def test_faults_are_raised_here_and_the_process_goes_on(beside: Beside):
    there = beside(os.getpid)
    with pytest.raises(ZeroDivisionError):
        beside(operator.truediv, 1, 0)
    assert beside(os.getpid) == there


def test_a_fault_that_cannot_travel_is_told_in_words(beside: Beside, tmp_path: Path):
    with pytest.raises(RuntimeError, match=r"ContentError: .*cedict.txt:1: F01"):
        beside(Dictionary, tmp_path / "d.sqlite3", source=_no_release(tmp_path))


def _no_release(folder: Path) -> Path:
    path = folder / "cedict.txt"
    path.write_text("# nothing\n", encoding="utf-8")
    return path


def test_what_a_function_prints_is_no_answer(beside: Beside):
    assert beside(builtins.print, "words of a library") is None
    assert beside(operator.add, 1, 2) == 3


def test_one_that_was_ended_comes_again(beside: Beside):
    there = beside(os.getpid)
    os.kill(there, signal.SIGKILL)
    assert wait_for(lambda: not lives(there))
    assert beside(os.getpid) not in (there, os.getpid())


def test_what_ends_the_process_again_and_again_is_a_fault(beside: Beside):
    with pytest.raises((EOFError, OSError)):
        beside(os._exit, 0)
    assert beside(operator.add, 1, 2) == 3


def test_it_goes_when_nobody_has_asked_for_a_while_and_comes_when_it_is_asked():
    beside = Beside(patience=0.1)
    there = beside(os.getpid)
    assert wait_for(lambda: not lives(there))
    assert beside(operator.add, 1, 2) == 3


def test_it_goes_with_the_one_that_asks():
    beside = Beside()
    there = beside(os.getpid)
    del beside
    gc.collect()
    assert wait_for(lambda: not lives(there))


def test_ctrl_c_is_for_the_one_that_asks(beside: Beside):
    there = beside(os.getpid)
    os.kill(there, signal.SIGINT)
    assert beside(os.getpid) == there


def test_one_that_is_stopped_ends_at_once_whatever_it_is_at(beside: Beside):
    there = beside(os.getpid)
    stopping = threading.Timer(0.2, beside.stop)
    stopping.start()
    began = time.monotonic()
    with pytest.raises((EOFError, OSError)):
        beside(time.sleep, 60)
    assert time.monotonic() - began < 30 and wait_for(lambda: not lives(there))
    with pytest.raises((EOFError, OSError)):
        beside(os.getpid)
