"""What the tests share: a real library on a copy of `tests/data/`, the engine built once, a client a site.

It has three invented articles: a news item (`beiwan-daqiao`), a feature in traditional script
(`shanlu-chaguan`) and one with a byline, a caption, a list, verse and page furniture (`dushu-jie`).
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from messages import compile_catalogue
from playwright.sync_api import Browser, sync_playwright
from readymade import give_language, once
from starlette.testclient import TestClient

from app.content.store import Content, Manuscript
from app.i18n import uncompiled
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId
from app.serving.indexer import Indexer
from app.serving.main import create_app
from app.settings import Settings
from app.text.segment import Segmenter

# Tests of commands expect their Chinese output, also from processes that they start.
os.environ.pop("LC_ALL", None)
os.environ |= {"LC_CTYPE": "C.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}

# Tests that are run by hand compile the catalogues as `make test` does.
for made in uncompiled():
    compile_catalogue(made.with_suffix(".po"))

# The dictionaries stay for the whole run: a collector that walks them again and again takes a twelfth of it.
gc.set_threshold(100_000, 50, 100)

ROOT = Path(__file__).parent.parent
CONTENT = Path(__file__).parent / "data"

# The examples are the same in every run, so that a run fails for a change and not by chance. `make faults`
# looks for new ones, with the profile `chance`.
_ALWAYS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
hypothesis_settings.register_profile("chance", **_ALWAYS)
hypothesis_settings.register_profile("meipi", derandomize=True, database=None, **_ALWAYS)
hypothesis_settings.load_profile("meipi")

# Several processes share the files among them. The longest come first, so that none of these is run last,
# by one process, while the others have nothing to do.
_LONGEST = (
    "test_faults.py", "test_hostile_content.py", "test_web.py", "test_index.py", "test_every_page.py",
    "test_accessible.py", "test_export.py", "test_damage.py", "test_look_up.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [*_LONGEST, item.path.name].index(item.path.name))


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """The dictionary, loaded once."""
    return Segmenter()


@pytest.fixture(scope="session", autouse=True)
def one_dictionary(segmenter: Segmenter) -> Iterator[None]:
    """Every annotator of a run shares the dictionary: where words end is tested in test_segment alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.text.annotator.Segmenter", lambda words=(), cache=None: segmenter)
        yield


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `content/` and its index in `var/`; made once, to be copied."""

    def make(home: Path) -> None:
        shutil.copytree(CONTENT, home / "content")
        library = _library(home)
        assert library.refresh().findings == ()
        library.index.close()

    return once(tmp_path_factory, "indexed", make)


@pytest.fixture
def home(indexed: Path, tmp_path: Path) -> Path:
    """A copy of the tests' content with its index, free to be spoiled."""
    shutil.copytree(indexed, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def content(home: Path) -> Content:
    """The files of `home`."""
    return Content(home / "content")


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    """A real library on `home`."""
    library = _library(home)
    yield library
    library.index.close()


def _library(home: Path) -> Library:
    return Library(Content(home / "content"), open_index("", home / "var"), cache=home / "var/jieba")


@pytest.fixture(scope="session")
def client_content() -> Content:
    """The library that comes with the program: the client's article and its glossary; only to be read."""
    return Content(ROOT / "content")


@pytest.fixture(scope="session")
def client_article(client_content: Content) -> Manuscript:
    """The client's article."""
    return client_content.article(ArticleId("shanghai-kechuang"))


@pytest.fixture
def edit(home: Path) -> Callable[..., None]:
    """Edit an article as an editor would: `edit("dushu-jie", "旧字", "新字")`."""

    def change(article: str, old: str, new: str, *, file: str = "article.md") -> None:
        path = home / "content/articles" / article / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        path.write_text(text.replace(old, new), "utf-8")

    return change


@pytest.fixture(scope="module")
def site(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The site on an untouched copy of the tests' content; for tests that only read."""
    home = tmp_path_factory.mktemp("site")
    shutil.copytree(indexed, home, dirs_exist_ok=True)
    with _client(home) as opened:
        yield opened


@pytest.fixture
def open_site(home: Path) -> Callable[..., TestClient]:
    """A site on `home`, with settings: `with open_site(watch=True) as site`."""
    return lambda **options: _client(home, **options)


@pytest.fixture(scope="session")
def client_indexed(tmp_path_factory: pytest.TempPathFactory, client_content: Content) -> Path:
    """A folder with the client's article, the whole glossary and their index; made once, to be copied."""

    def make(home: Path) -> None:
        shutil.copytree(ROOT / "content", home / "content", ignore=shutil.ignore_patterns(".*"))
        # Its glossary has been parsed already.
        library = Library(client_content, open_index("", home / "var"), cache=home / "var/jieba")
        library.refresh()
        library.index.close()

    return once(tmp_path_factory, "client-indexed", make)


@pytest.fixture(scope="session")
def client_site(tmp_path_factory: pytest.TempPathFactory, client_indexed: Path) -> Iterator[TestClient]:
    """The site with the client's article and the whole glossary."""
    home = tmp_path_factory.mktemp("client")
    shutil.copytree(client_indexed, home, dirs_exist_ok=True)
    with _client(home) as opened:
        yield opened


@pytest.fixture(scope="session")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str]], TestClient]:
    """A site on files of the test's own: `with site_of({"glossary/x.yaml": "…"}) as site`."""

    def make(files: Mapping[str, str]) -> TestClient:
        home = tmp_path_factory.mktemp("own")
        for name, text in files.items():
            (home / "content" / name).parent.mkdir(parents=True, exist_ok=True)
            (home / "content" / name).write_text(text, "utf-8")
        library = _library(home)
        for id in library.content.articles():
            library.save(id, saved_at="2024-01-01T00:00:00Z")
        library.refresh()
        library.index.close()
        return _client(home)

    return make


def _client(home: Path, **options: object) -> TestClient:
    # Redirects are answers to be looked at, and a crash is to be seen as the browser would.
    values = {"base_url": "https://meipi.example", "watch": False, "rate_limit": "", **options}
    give_language(home / "var")
    settings = Settings(content=home / "content", var=home / "var", **values)  # type: ignore[arg-type]
    return Site(settings)


class Site(TestClient):
    """A site of this process: with its indexer, where it watches content/."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            create_app(settings),
            base_url="https://meipi.example",
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        self._indexer = Indexer(settings) if settings.watch else nullcontext()

    def __enter__(self) -> Site:
        self._indexer.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *fault: Any) -> None:
        super().__exit__(*fault)
        self._indexer.__exit__(*fault)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of this machine: the one without windows, if it is there, needs half the time."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail(
        "no Chromium here: install one (Debian: apt-get install chromium-headless-shell fonts-noto-cjk)"
    )


# The address bar has pages of its own, a third of what a new profile costs. The others in the list are
# Playwright's, as far as they matter here: of two lists the last one holds.
_WITHOUT = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,AimEnabled,HttpsUpgrades,LensOverlay,MediaRouter,"
    "OptimizationHints,PaintHolding,ThirdPartyStoragePartitioning"
)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One a worker, for all tests that need one: its driver takes the event loop of the main thread.

    The pages of a profile share one process: else each has one before it has an address, and another after.
    """
    args = ["--no-sandbox", "--disable-background-networking", f"--disable-features={_WITHOUT}"]
    args += ["--disable-site-isolation-trials", "--renderer-process-limit=1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=args)
        yield browser
        browser.close()
