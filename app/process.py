"""A worker process for rare, memory-hungry tasks.

It starts at the first call, stays while calls keep coming, and exits when it has been idle for a while; the
system then gets back all the memory that it used. A task is a function of a module and its arguments.

`concurrent.futures.ProcessPoolExecutor` has no idle timeout, and its worker survives a killed parent.
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

# The worker imports this very program, and nothing from the folder in which the parent was started.
_ROOT = Path(__file__).parent.parent
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from app.process import serve; serve()"
# The worker exits after this time without a call.
IDLE_SECONDS = 30.0


class Worker:
    """Calls functions in another process, one at a time; safe to use from several threads.

    The process ends with this object, and when the parent ends, even if it is killed.
    """

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._end: Callable[[], object] = lambda: None

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in the worker process and return its result.

        Args:
            function: of a module; called a second time if the process ended before it had answered.
            args: pickled, as is the result.
            kwargs: pickled too.

        Raises:
            OSError, EOFError: the process cannot be started, or ended twice.
            Exception: what the function raises.
        """
        request = pickle.dumps((function, args, kwargs))
        with self._lock:
            try:
                succeeded, result = self._send(request)
            except (EOFError, OSError):  # its idle time ended just now, or something killed it
                if self._stopped:
                    raise
                succeeded, result = self._send(request)
        if not succeeded:
            raise result
        value: T = result
        return value

    def stop(self) -> None:
        """Kill the worker; pending and later calls raise."""
        self._stopped = True
        if process := self._process:
            process.kill()

    def _send(self, request: bytes) -> tuple[bool, Any]:
        process = self._process or self._start()
        if self._stopped:
            process.kill()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(request)
            process.stdin.flush()
            answer: tuple[bool, Any] = pickle.load(process.stdout)
        except (EOFError, OSError):
            self._end()
            self._process = None
            raise
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), str(self._idle_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._end = weakref.finalize(self, _end_process, self._process)
        return self._process


def _end_process(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin and process.stdout
    with suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def serve() -> None:
    """Run the worker process: requests come on standard input, answers go to standard output."""
    # A terminal sends Ctrl-C to both processes; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    _answer_requests(sys.stdin.buffer, out, float(sys.argv[2]))


def _answer_requests(requests: BinaryIO, answers: BinaryIO, idle_seconds: float) -> None:
    """Answer until the idle time is over or the parent has ended."""
    while select.select([requests], [], [], idle_seconds)[0]:
        try:
            function, args, kwargs = pickle.load(requests)
        except EOFError:
            return
        try:
            answer: bytes = pickle.dumps((True, function(*args, **kwargs)))
        except Exception as error:
            answer = _pickled_error(error)
        try:
            answers.write(answer)
            answers.flush()
        except BrokenPipeError:
            return


def _pickled_error(error: Exception) -> bytes:
    try:
        answer = pickle.dumps((False, error))
        pickle.loads(answer)
    except Exception:  # not every exception can be unpickled
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return answer
