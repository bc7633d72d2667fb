"""The indexer's report is read by other processes, and is worth nothing when its writer has ended."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.serving.report import NAME, Report, Reporter, read

ROOT = Path(__file__).parent.parent.parent
ReporterOf = Callable[[Path], Reporter]


@pytest.fixture
def reporter_of() -> Iterator[Callable[[Path], Reporter]]:
    """Reporters of a folder, closed at the end."""
    with ExitStack() as stack:

        def made(var: Path) -> Reporter:
            reporter = Reporter(var)
            stack.callback(reporter.close)
            return reporter

        yield made


def test_is_read_as_it_was_written(tmp_path: Path, reporter_of: ReporterOf):
    reporter = reporter_of(tmp_path / "var")
    assert read(tmp_path / "var") is None
    for report in (Report(), Report(503, "没有地方", 3, 1.5, 2, 0.25)):
        reporter.put(report)
        assert read(tmp_path / "var") == report
    reporter.close()
    assert read(tmp_path / "var") is None and list((tmp_path / "var").iterdir()) == []


def test_is_written_again_after_var_was_deleted(tmp_path: Path, reporter_of: ReporterOf):
    reporter = reporter_of(tmp_path / "var")
    reporter.put(Report())
    shutil.rmtree(tmp_path / "var")
    assert read(tmp_path / "var") is None
    reporter.put(Report())
    assert read(tmp_path / "var") == Report()


def test_of_a_process_that_was_killed_is_none(tmp_path: Path):
    script = """
import os, signal, sys
from pathlib import Path
from app.serving.report import Report, Reporter, read
reporter = Reporter(Path(sys.argv[1]))
reporter.put(Report())
assert read(Path(sys.argv[1])) == Report()
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT)
    assert done.returncode == -9
    assert (tmp_path / NAME).exists() and read(tmp_path) is None


def test_of_one_that_has_been_followed_by_another_is_left_alone(tmp_path: Path, reporter_of: ReporterOf):
    first, second = reporter_of(tmp_path), reporter_of(tmp_path)
    first.put(Report(text="first"))
    second.put(Report(text="second"))
    first.close()
    assert read(tmp_path) == Report(text="second")


@pytest.mark.parametrize("text", ["", "[]", '{"status": 200, "words": ""}', "\0"])
def test_that_is_damaged_is_none(tmp_path: Path, text: str):
    (tmp_path / NAME).write_text(text)
    assert read(tmp_path) is None


def test_that_cannot_be_written_is_taken_away_rather_than_left_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reporter_of: ReporterOf
):
    reporter = reporter_of(tmp_path)
    reporter.put(Report())
    monkeypatch.setattr(Path, "replace", lambda self, other: (_ for _ in ()).throw(OSError(28, "full")))
    reporter.put(replace(Report(), status=503, text="the disk is full"))
    assert read(tmp_path) is None
    monkeypatch.undo()
    reporter.put(Report())
    assert read(tmp_path) == Report()
