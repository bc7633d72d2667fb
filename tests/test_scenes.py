"""What happens to content/ and var/ under a running site: it always follows, and no lasting link answers 404.

One site with two workers plays all scenes, one after the other. During each its health, an article, and links
that last are asked for ten times a second, each at times also as a page that is in no cache.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from processes import engines, free_port, until
from readymade import give_language

ROOT = Path(__file__).parent.parent
CONTENT = Path(__file__).parent / "data"
PAGE = "/a/dushu-jie/"
LINKS = (
    PAGE,
    "/a/dushu-jie/nhjm/",
    "/api/v1/resolve/dushu-jie/nhjm",
    "/api/v1/articles/dushu-jie",
    "/terms/dukou/",
    "/speakers/lin-qinghe/",
)
LISTS = ("/", "/articles/", "/terms/", "/speakers/", "/api/v1/articles")

Seen = dict[str, set[int]]


class Running:
    """A site of two workers on `home`, in processes of its own."""

    def __init__(self, home: Path, *before: str) -> None:
        self.home, self.article = home, home / "content/articles/dushu-jie/article.md"
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = (home / "log").open("w+")
        words = ["-m", "app", "serve", "--port", str(port), "--workers", "2"]
        environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}
        self.process = subprocess.Popen(
            [*before, sys.executable, *words],
            cwd=ROOT,
            env=environ
            | {
                "MEIPI_RATE_LIMIT": "",
                "MEIPI_CONTENT": str(home / "content"),
                "MEIPI_VAR": str(home / "var"),
            },
            stderr=self.log,
        )
        self._words = (f"三月{n}日" for n in count(1))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(120)
        self.log.close()

    def ask(self, path: str) -> tuple[int, str]:
        """Status and text of an answer; 0 for no answer."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                assert error.code != 503 or path.startswith("/readyz") or error.headers["retry-after"], path
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    @property
    def health(self) -> str:
        """What /readyz says, with its status."""
        status, text = self.ask("/readyz")
        return f"{status} {text.strip()}"

    def well(self) -> bool:
        """Whether it is ready, and every worker has everything."""
        return self.health == "200 ready" and all(
            self.ask(f"{link}?again={n}")[0] == 200 for link in (*LINKS, *LISTS) for n in range(2)
        )

    def edited(self, article: Path | None = None) -> str:
        """Edit the article in a way that it never was before; returns the words to look for."""
        path, words = article or self.article, next(self._words)
        text = path.read_text("utf-8")
        path.write_text(text.rstrip() + f"\n\n{words}，书都送完了。\n", "utf-8")
        return words

    def shows(self, words: str) -> bool:
        """Whether an edit is on the article's page."""
        return words in self.ask(PAGE)[1]

    @contextmanager
    def asked(self) -> Iterator[Seen]:
        """The statuses of all that is asked for during a scene, by address."""
        seen: Seen = defaultdict(set)
        done = threading.Event()

        def ask() -> None:
            for n in count():
                began = time.monotonic()
                for path in ("/readyz", *LINKS, *LISTS):
                    seen[path].add(self.ask(path)[0])
                    if n % 4 == 0:  # these are made anew
                        seen[path].add(self.ask(f"{path}?x={n}")[0])
                if done.wait(max(0.0, 0.1 - (time.monotonic() - began))):
                    return

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield seen
        finally:
            done.set()
            asking.join()


def only(seen: Seen, *allowed: int, besides: tuple[str, ...] = ()) -> bool:
    """Whether nothing else was answered; prints other answers."""
    other = {path: statuses - {*allowed} for path, statuses in seen.items() if path not in besides}
    other = {path: statuses for path, statuses in other.items() if statuses}
    assert other == {}
    return True


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The site of all scenes. It starts with an empty home, and has no rights beyond those of the files."""
    home = tmp_path_factory.mktemp("scenes")
    powerless: tuple[str, ...] = ()
    if not os.geteuid():
        setpriv = shutil.which("setpriv")
        assert setpriv, "tests that run as root need setpriv (Debian: util-linux)"
        powerless = (setpriv, "--bounding-set=-all", "--inh-caps=-all")
    give_language(home / "var")
    site = Running(home, *powerless)
    yield site
    site.stop()


@pytest.fixture
def site(running: Running) -> Running:
    """The site, with all that it had at first."""
    content = running.home / "content"
    if not until(running.well, 10):
        shutil.rmtree(content, ignore_errors=True)
        shutil.copytree(CONTENT, content)
    assert until(running.well), running.health
    return running


def test_content_that_comes_after_the_start(running: Running):
    assert until(lambda: running.ask("/healthz")[0] == 200)
    with running.asked() as seen:
        assert until(lambda: running.health == "503 the index is being filled" and 503 in seen["/readyz"])
        shutil.copytree(CONTENT, running.home / "content")
        assert until(running.well)
    assert only(seen, 200, 503)


Replace = Callable[[Path, Path], None]


def moved(content: Path, new: Path) -> None:
    content.rename(content.with_name("old"))
    new.rename(content)


def copied(content: Path, new: Path) -> None:
    shutil.rmtree(content)
    shutil.copytree(new, content)


def linked(content: Path, new: Path) -> None:
    """From one release to another, in one step."""
    content.rename(content.with_name("old"))
    content.symlink_to(content.with_name("old"))
    time.sleep(1.5)
    link = content.with_name("link")
    link.symlink_to(new)
    link.replace(content)


def away(content: Path, new: Path) -> None:
    shutil.rmtree(new / "glossary")  # nothing of it may be seen
    new.rename(content.with_name("other"))
    content.rename(new)
    time.sleep(2)
    new.rename(content)


class TestContentReplaced:
    @pytest.mark.parametrize("replace", [moved, copied, linked, away])
    def test_is_followed_and_nothing_is_missing_meanwhile(self, site: Running, replace: Replace):
        content, new = site.home / "content", site.home / "new"
        shutil.copytree(content, new)
        words = site.edited(new / "articles/dushu-jie/article.md")
        with site.asked() as seen:
            if replace is away:
                words = site.edited()
                assert until(lambda: site.shows(words))
            replace(content, new)
            assert until(lambda: site.shows(words) and site.health == "200 ready")
            words = site.edited()  # and what changes in the new one
            assert until(lambda: site.shows(words))
        assert only(seen, 200)
        if content.is_symlink():
            real = content.resolve()
            content.unlink()
            real.rename(content)
        for name in ("old", "new", "other"):
            shutil.rmtree(site.home / name, ignore_errors=True)

    def test_that_is_away_is_told_and_pages_stay(self, site: Running):
        with site.asked() as seen:
            (site.home / "content").rename(site.home / "elsewhere")
            assert until(lambda: "200 degraded: " in site.health and "is missing" in site.health)
            time.sleep(1.5)
            (site.home / "elsewhere").rename(site.home / "content")
            assert until(lambda: site.health == "200 ready")
            articles = site.home / "content/articles"
            articles.rename(site.home / "elsewhere")
            assert until(lambda: "articles:0: C04" in site.health)
            time.sleep(1.5)
            (site.home / "elsewhere").rename(articles)
            assert until(lambda: site.health == "200 ready")
        assert only(seen, 200)

    def test_an_editor_who_empties_the_folder_has_deleted_the_articles(self, site: Running):
        articles = site.home / "content/articles"
        shutil.move(articles / "dushu-jie", site.home / "deleted")
        assert until(lambda: site.ask(PAGE)[0] == 404)
        shutil.move(site.home / "deleted", articles / "dushu-jie")
        with site.asked() as seen:
            assert until(site.well)
        assert only(seen, 200, 404, 503)


# Values that a YAML parser, or what reads its result, may stumble over.
ODD = [
    "{[[x]]}", "!!bool 是", "!!int", '"\\UFFFFFFFF"', "!!str [a]", "!!float x", "!!null x", "!!set [a]",
    "!!omap 1", "!!timestamp x", "!!binary 是", "!!python/object:os.system x", "1" * 5000, "-" + "9" * 5000,
    "0x" + "f" * 4000, "2024-13-45", "2024-02-30T25:61:61Z", "1e99999", ".inf", "-.nan", "*nobody", "&a *a",
    "&a [*a]", "{? [a] : b}", "{<<: 1}", "{<<: [1, 2]}", "[" * 300 + "]" * 300, "{a: " * 300 + "}" * 300,
    "'", '"', "|", ">-", "%TAG", "@x", "`x`", "\t", "[a, b", "{a: b", "? x", "- - -", "--- x", "...", "!",
    "!<>", "!!", "\\", "\x07", "\ufffe", "\ud800", "null: null",
]  # fmt: skip


class TestOddFiles:
    def test_fifty_values_stop_no_other_file(self, site: Running):
        """Half of them in the front matter of an article, half in a glossary file."""
        assert len(ODD) == 50
        other = site.home / "content/articles/beiwan-daqiao/article.md"
        odd = (other, site.home / "content/glossary/odd.yaml")
        good = other.read_text("utf-8")
        with site.asked() as seen:
            for value, other_value in zip(ODD[::2], ODD[1::2], strict=True):
                texts = (
                    good.replace("---\n", f"---\nnote: {value}\n", 1),
                    f"- id: x\n  note: {other_value}\n",
                )
                for path, text in zip(odd, texts, strict=True):
                    path.write_bytes(text.encode("utf-8", "surrogatepass"))
                words = site.edited()
                assert until(lambda w=words: site.shows(w)), (value, other_value, site.health)
            assert until(
                lambda: site.health.startswith("200 degraded: ") and site.health.endswith("(and 1 more)")
            ), site.health
            other.write_text(good, "utf-8")
            odd[1].unlink()
            assert until(lambda: site.health == "200 ready"), site.health
        assert only(seen, 200)
        self.log_is_clean(site)

    def log_is_clean(self, site: Running) -> None:
        site.log.seek(0)
        assert "Traceback" not in site.log.read()

    def test_that_cannot_be_read_stop_no_other_file(self, site: Running):
        other = site.home / "content/articles/beiwan-daqiao/article.md"
        glossary = next((site.home / "content/glossary").iterdir())
        with site.asked() as seen:
            for path in (other, site.article, glossary):
                path.chmod(0)
                other.with_name("source.txt").touch()  # looked at again: a change of rights changes no words
                (site.home / "content/speakers/none.yaml").write_text("")
                assert until(lambda p=path: p.name in site.health and "200 degraded" in site.health), (
                    site.health
                )
                if path != site.article:
                    words = site.edited()
                    assert until(lambda w=words: site.shows(w))
                path.chmod(0o644)
                assert until(lambda: site.health == "200 ready")
        assert only(seen, 200, 503) and seen["/readyz"] == {200} and seen[PAGE] == {200}
        (site.home / "content/speakers/none.yaml").unlink()
        self.log_is_clean(site)


class TestVar:
    def test_deleted_is_made_again(self, site: Running):
        with site.asked() as seen:
            for n in range(2):
                # Something may be made in it meanwhile.
                shutil.rmtree(site.home / "var", ignore_errors=True)
                assert until((site.home / "var/index.sqlite3").exists)
                assert until(site.well), site.health
                site.ask(f"/offline/?{n}")
                assert until(lambda: list((site.home / "var/templates").glob("*/*")))
        assert only(seen, 200, 503)
        assert until(lambda: len(engines(site.process.pid)) <= 1)
        words = site.edited()
        assert until(lambda: site.shows(words))

    def test_on_a_full_disk_pages_wait_for_room(self, site: Running):
        words = site.edited()
        assert until(lambda: site.shows(words))  # there is an engine, which inherits no limit
        family = [site.process.pid, *engines(site.process.pid)]
        had = {p: resource.prlimit(p, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)) for p in family}
        with site.asked() as seen:
            try:
                words = site.edited()
                assert until(lambda: site.health.startswith("503")), site.health
                shutil.rmtree(site.home / "var", ignore_errors=True)
                assert until(lambda: site.ask("/api/v1/search?q=full")[0] == 503)
            finally:
                for process, limit in had.items():
                    resource.prlimit(process, resource.RLIMIT_FSIZE, limit)
            assert until(lambda: site.well() and site.shows(words)), site.health
        assert only(seen, 200, 503)

    @pytest.mark.parametrize("page", [1, 30])
    def test_a_damaged_index_is_made_anew(self, site: Running, page: int):
        index = site.home / "var/index.sqlite3"
        with site.asked() as seen:
            with index.open("r+b") as file:
                file.seek(4096 * page)
                file.write(bytes(4096 * 10))
            assert until(lambda: "搬书" in site.ask("/search/?q=%E6%90%AC%E4%B9%A6")[1])
            assert until(site.well), site.health
            words = site.edited()
            assert until(lambda: site.shows(words) and site.health == "200 ready"), site.health
        assert only(seen, 200, 503)
