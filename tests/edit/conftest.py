"""The workbench in this process, so that tests do not wait for another one; test_command uses a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from signing import PASSWORD, log_in
from starlette.testclient import TestClient

from app.edit import accounts, answering
from app.edit.accounts import put_editor

OpenSite = Callable[..., TestClient]


class _Here:
    """Stands in for `app.process.Worker`."""

    def __init__(self, **_: Any) -> None:
        pass

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    def stop(self) -> None:
        if answering._bench is not None:
            answering._bench.library.index.close()
        answering._bench = None


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.edit.door.Worker", _Here)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: cheap)
    accounts._decoy.cache_clear()


@pytest.fixture
def editors_file(tmp_path: Path) -> Path:
    """The file of one editor, lin."""
    path = tmp_path / "editors"
    put_editor(path, "lin", PASSWORD)
    return path


@pytest.fixture
def bench(open_site: OpenSite, editors_file: Path) -> Iterator[TestClient]:
    """A site with an editor who is signed in."""
    with open_site(editors=str(editors_file)) as site:
        assert log_in(site) == 303
        yield site
