"""`meipi edit`, as it is started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from processes import until

ROOT = Path(__file__).parent.parent.parent
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}


@pytest.fixture
def link(home: Path) -> Iterator[str]:
    """The one-time link that the command prints, once the site answers."""
    log = home / "log"
    with log.open("wb") as errors:
        command = [sys.executable, "-m", "app", "edit", "--port", "0", "--content", str(home / "content")]
        server = subprocess.Popen(command, cwd=ROOT, env=ENVIRON, stderr=errors)
    try:
        printed: list[str] = []

        def answers() -> bool:
            assert server.poll() is None, log.read_text("utf-8")
            printed[:] = re.findall(r"http://127\.0\.0\.1:\d+/edit/start/\S+(?=\s)", log.read_text("utf-8"))
            if printed:
                with suppress(OSError):
                    urllib.request.urlopen(printed[0].partition("/edit/")[0] + "/healthz").close()
                    return True
            return False

        assert until(answers), log.read_text("utf-8")
        yield printed[0]
    finally:
        server.terminate()
        server.wait(60)


def test_prints_a_link_that_opens_the_workbench_once(link: str):
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(link)
    assert page.url.endswith("/edit/") and "工作台" in page.read().decode()
    assert browser.open(link.partition("/edit/")[0] + "/terms/").status == 200
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(link)


def test_writes_nothing_for_other_sites_into_the_environment():
    """The setting of the command is not one for a public site: it opens on loopback only."""
    assert shutil.which("false")
    done = subprocess.run(
        [sys.executable, "-m", "app", "edit", "--host", "0.0.0.0"],
        cwd=ROOT,
        env=ENVIRON,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "--host" in done.stderr
