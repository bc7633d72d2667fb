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
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

P = ParamSpec("P")
T = TypeVar("T")

# The worker imports this very program, and nothing from the folder in which the parent was started.
_ROOT = Path(__file__).parent.parent
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from app.process import serve; serve()"
# The worker exits after this time without a call.
IDLE_SECONDS = 30.0
# With limits, it goes after the other processes of the program: its texts may be made to keep it busy.
_NICE = 10
# With limits, it also exits after a call that left it with more than this share of its memory.
_WORN = 0.6


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take; the system stops the worker above it.

    Attributes:
        memory: bytes of address space.
        seconds: of processor time.
        answer: bytes of the pickled result.
    """

    memory: int
    seconds: int
    answer: int


class LimitReached(Exception):
    """A call took more than its worker's limits allow."""


class Worker:
    """Calls functions in another process, one at a time; safe to use from several threads.

    The process ends with this object, and when the parent ends, even if it is killed.

    Attributes:
        stopped: whether `stop` was called.
    """

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, limits: Limits | None = None) -> None:
        self._idle_seconds, self._limits = idle_seconds, limits
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.stopped = False
        self._end: Callable[[], object] = lambda: None

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in the worker process and return its result.

        Args:
            function: of a module; called a second time if the process ended before it had answered.
            args: pickled, as is the result.
            kwargs: pickled too.

        Raises:
            OSError, EOFError: the process cannot be started, or ended twice.
            LimitReached: the call took more than the limits allow.
            Exception: what the function raises.
        """
        request = pickle.dumps((function, args, kwargs))
        with self._lock:
            try:
                succeeded, result = self._send(request)
            except (EOFError, OSError):  # its idle time ended just now, or something killed it
                if self.stopped:
                    raise
                succeeded, result = self._send(request)
        if not succeeded:
            raise result
        value: T = result
        return value

    def stop(self) -> None:
        """Kill the worker; pending and later calls raise."""
        self.stopped = True
        if process := self._process:
            process.kill()

    def _send(self, request: bytes) -> tuple[bool, Any]:
        process = self._process or self._start()
        if self.stopped:
            process.kill()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(request)
            process.stdin.flush()
            answer: tuple[bool, Any] = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as fault:
            by_itself = self._end()
            self._process = None
            # An idle or worn worker exits with 0. One that was slow to exit and killed here says nothing.
            if self._limits and by_itself and process.returncode and not self.stopped:
                raise LimitReached from fault
            raise
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                _PROGRAM,
                str(_ROOT),
                str(self._idle_seconds),
                *_arguments(self._limits),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._end = weakref.finalize(self, _end_process, self._process)
        return self._process


def call(name: str, *args: Any) -> Any:
    """Call `module:function`. With this in a worker, the caller need not import the module itself."""
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)(*args)


def _arguments(limits: Limits | None) -> list[str]:
    return [str(n) for n in (limits.memory, limits.seconds, limits.answer)] if limits else []


def _end_process(process: subprocess.Popen[bytes]) -> bool:
    """Close the pipes and wait for the end; False if the process had to be killed."""
    assert process.stdin and process.stdout
    with suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def serve() -> None:
    """Run the worker process: requests come on standard input, answers go to standard output."""
    # A terminal sends Ctrl-C to both processes; the parent ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    limits = Limits(*map(int, sys.argv[3:6])) if len(sys.argv) > 3 else None
    if limits and resource:
        os.nice(_NICE)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _answer_requests(sys.stdin.buffer, out, float(sys.argv[2]), limits)


def _answer_requests(
    requests: BinaryIO, answers: BinaryIO, idle_seconds: float, limits: Limits | None
) -> None:
    """Answer until the idle time is over, the parent has ended, or the process has grown too large."""
    while select.select([requests], [], [], idle_seconds)[0]:
        if limits:
            _allow(limits.seconds)
        try:
            function, args, kwargs = pickle.load(requests)
            answer = pickle.dumps((True, function(*args, **kwargs)))
            if limits and len(answer) > limits.answer:
                answer = pickle.dumps((False, LimitReached()))
        except EOFError:
            return
        except MemoryError:
            answer = pickle.dumps((False, LimitReached() if limits else MemoryError()))
        except Exception as error:
            answer = _pickled_error(error)
        try:
            answers.write(answer)
            answers.flush()
        except BrokenPipeError:
            return
        if limits and _memory() > _WORN * limits.memory:
            return


def _allow(seconds: int) -> None:
    """Let the system end this process when it has used this much more processor time."""
    if resource:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, -1))


def _memory() -> int:
    """Bytes of address space of this process; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _pickled_error(error: Exception) -> bytes:
    try:
        answer = pickle.dumps((False, error))
        pickle.loads(answer)
    except Exception:  # not every exception can be unpickled
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return answer
