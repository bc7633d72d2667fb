"""Words: both engines cut alike, keep their files private and are not loaded before they are needed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.store import Manuscript
from app.text.folding import well_formed
from app.text.segment import Segmenter

OWN = ("科创中心", "三渡一桥", "AI", "五个中心", "带空格 的词", "")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "jieba"


@pytest.fixture(scope="module")
def slow(cache: Path) -> Segmenter:
    return Segmenter(OWN, cache=cache, engine="jieba")


@pytest.fixture(scope="module")
def fast() -> Segmenter:
    return Segmenter(OWN, engine="rjieba")


class TestBothEngines:
    def test_cut_the_clients_article_alike(
        self, slow: Segmenter, fast: Segmenter, client_article: Manuscript
    ):
        for piece in client_article.pieces:
            assert fast.cut(piece.text) == slow.cut(piece.text)

    def test_keep_the_glossarys_words_whole(self, slow: Segmenter, fast: Segmenter):
        for engine in (slow, fast):
            assert "三渡一桥" in engine.cut("镇上提出三渡一桥的规划")

    @given(text=st.text() | st.text("船到岸，。AIa1 \ud800𠮷"))
    @settings(max_examples=50)
    def test_words_in_order_are_the_text_and_tell_where_they_end(
        self, slow: Segmenter, fast: Segmenter, text: str
    ):
        for engine in (slow, fast):
            assert "".join(engine.cut(text)) == well_formed(text)
            ends = engine.ends(text)
            assert all(a < b for a, b in pairwise((0, *ends)))
            assert (ends[-1] if ends else 0) == len(text)

    def test_the_fast_one_is_taken_when_it_is_there(self):
        assert Segmenter().engine == "rjieba"


class TestFiles:
    def test_jiebas_cache_stands_in_the_private_folder(self, slow: Segmenter, cache: Path):
        assert stat.S_IMODE(cache.stat().st_mode) == 0o700
        (file,) = cache.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0

    def test_without_a_folder_nothing_is_read_from_the_common_one(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ):
        """jieba would read a cache with `marshal` from a folder where every user can put one."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        (tmp_path / "jieba.cache").write_bytes(b"planted")
        assert Segmenter(engine="jieba").cut("老渡口的茶馆") == ("老", "渡口", "的", "茶馆")
        assert (tmp_path / "jieba.cache").read_bytes() == b"planted"
        assert [p.name for p in tmp_path.iterdir()] == ["jieba.cache"]

    def test_jieba_says_nothing(self, tmp_path: Path):
        code = (
            "from pathlib import Path; from app.text.segment import Segmenter; "
            f"Segmenter(cache=Path({str(tmp_path / 'j')!r}), engine='jieba').cut('船停了')"
        )
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, check=True)
        assert (done.stdout, done.stderr) == (b"", b"")


class TestLoading:
    START = """
import json, sys
from pathlib import Path
from starlette.testclient import TestClient
from app.serving.main import create_app
from app.settings import Settings
home = Path(sys.argv[1])
app = create_app(Settings(content=home / "content", var=home / "var", base_url="http://testserver"))
with TestClient(app) as site:
    pages = ("/", "/a/dushu-jie/", "/a/dushu-jie/nhjm/", "/terms/", "/search/?q=书")
    status = [site.get(page).status_code for page in pages]
heavy = ("jieba", "rjieba", "lxml", "striprtf", "pypdfium2")
print(json.dumps([status, [name for name in heavy if name in sys.modules]]))
"""

    def test_a_server_whose_index_is_up_to_date_loads_no_dictionary(self, home: Path):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", self.START, str(home)],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env=environment,
        )
        status, loaded = json.loads(done.stdout)
        assert status == [200] * 5
        assert loaded == []
