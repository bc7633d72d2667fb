"""A process beside this one, for what takes much memory and is seldom asked for.

It comes when it is first needed, stays while it is asked again and again, and goes when nobody has asked for
a while; with it goes what it had to load. What is asked of it is a function by its name, with values.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# The same program, wherever it stands, and nothing of the folder where the one that asks was started.
_ROOT = Path(__file__).parent.parent
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from app.process import serve; serve()"
# Seconds without a question after which the process goes.
PATIENCE = 30.0


class Beside:
    """Calls functions in a process beside this one, one at a time; safe to use from several threads.

    It ends with this object, and when this process ends in whatever way.
    """

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._end: Callable[[], object] = lambda: None

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function gives for these values.

        Args:
            function: of a module; called once more if the process was ended before it had answered.
            args: of the function, by value; and so is the answer.
            kwargs: likewise.

        Raises:
            OSError, EOFError: the process cannot be had, or was ended twice.
            Exception: what the function raises.
        """
        question = pickle.dumps((function, args, kwargs))
        with self._turn:
            try:
                good, answer = self._ask(question)
            except (EOFError, OSError):  # it went just now, because nobody had asked; or somebody ended it
                if self._stopped:
                    raise
                good, answer = self._ask(question)
        if not good:
            raise answer
        result: T = answer
        return result

    def stop(self) -> None:
        """End it for good, whatever it is at; who waits for an answer, or asks again, gets a fault."""
        self._stopped = True
        if process := self._process:
            process.kill()

    def _ask(self, question: bytes) -> tuple[bool, Any]:
        process = self._process or self._begin()
        if self._stopped:
            process.kill()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(question)
            process.stdin.flush()
            answer: tuple[bool, Any] = pickle.load(process.stdout)
        except (EOFError, OSError):
            self._end()
            self._process = None
            raise
        return answer

    def _begin(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), str(self._patience)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._end = weakref.finalize(self, _ended, self._process)
        return self._process


def _ended(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin and process.stdout
    with suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _work(questions: BinaryIO, answers: BinaryIO, patience: float) -> None:
    """Answer until nobody has asked for so many seconds, or nobody is there to ask."""
    while select.select([questions], [], [], patience)[0]:
        try:
            function, args, kwargs = pickle.load(questions)
        except EOFError:
            return
        try:
            answer: bytes = pickle.dumps((True, function(*args, **kwargs)))
        except Exception as error:
            answer = _fault(error)
        try:
            answers.write(answer)
            answers.flush()
        except BrokenPipeError:
            return


def _fault(error: Exception) -> bytes:
    try:
        fault = pickle.dumps((False, error))
        pickle.loads(fault)
    except Exception:  # one that is not made from its message alone does not travel
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return fault


def serve() -> None:
    """The process beside: questions come on standard input, answers go to standard output."""
    # A terminal sends Ctrl-C to all; the one that asks ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _work(sys.stdin.buffer, out, float(sys.argv[2]))
