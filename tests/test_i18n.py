"""The interface in two languages: every wording has its English, and readers get their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment
from starlette.testclient import TestClient

from app.i18n import catalogue, preferred, say, speaking, tongue
from app.text.terms.facts import date_words

ROOT = Path(__file__).parent.parent
HAN = re.compile("[\u4e00-\u9fff]")


def of_templates() -> Iterator[str]:
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    # Those of exports are books of their own, in the language of what they hold.
    for path in sorted((ROOT / "templates").glob("*.*")):
        for _, _, message in environment.extract_translations(path.read_text("utf-8")):
            yield from [message] if isinstance(message, str) else [m for m in message if m]


def of_python() -> Iterator[str]:
    """What `say` is called with, and the labels."""
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            first = node.args[0]
            if node.func.id == "say" and isinstance(first, ast.Constant):
                yield first.value
            elif node.func.id == "Labels" and isinstance(first, ast.Dict):
                yield from (v.value for v in first.values if isinstance(v, ast.Constant))


def of_scripts() -> Iterator[str]:
    for path in (ROOT / "static/js").rglob("*.js"):
        text = path.read_text("utf-8")
        yield from re.findall(r'\bsay\(\s*"([^"]+)"', text)
        if path.name in ("settings.js", "share.js"):
            # Rows of settings and items of menus are said where they are drawn.
            yield from re.findall(r'item\("([^"]+)"', text)
            yield from re.findall(r'\["[^"]*", "([^"]+)"', text)


def english_of_scripts() -> dict[str, str]:
    text = (ROOT / "static/js/en.js").read_text("utf-8")
    return dict(re.findall(r'"((?:[^"\\]|\\.)*)": "((?:[^"\\]|\\.)*)"', text))


class TestTheCatalogue:
    def test_has_every_wording_of_templates_and_pages(self):
        wanted = {m for m in (*of_templates(), *of_python()) if HAN.search(m) or m == "。"}
        assert len(wanted) > 200
        assert sorted(wanted - catalogue().keys()) == []

    def test_has_every_wording_of_the_scripts(self):
        wanted = {m for m in of_scripts() if HAN.search(m)}
        assert len(wanted) > 80
        assert sorted(wanted - english_of_scripts().keys()) == []

    def test_fills_in_the_same_values_in_both_languages(self):
        def values(text: str) -> set[str]:
            return set(re.findall(r"%\((\w+)\)s", text))

        for chinese, english in catalogue().items():
            for text in [english] if isinstance(english, str) else english:
                assert values(text) == values(chinese), chinese
                assert text % dict.fromkeys(values(text), 1), chinese
                assert not HAN.search(re.sub("<kbd>.*?</kbd>|AI 大模型", "", text)), chinese

    def test_knows_one_from_many(self):
        with speaking("en"):
            assert (say("%(n)s 处", n=1), say("%(n)s 处", n=2)) == ("1 place", "2 places")
        assert say("%(n)s 处", n=1) == "1 处"

    def test_leaves_what_it_does_not_have(self):
        with speaking("en"):
            assert say("没有这句话") == "没有这句话"
            assert tongue() == "en"
        assert tongue() == "zh"


class TestWhoGetsWhich:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("", "zh"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("en-US,en;q=0.9", "en"),
            ("en-GB,en;q=0.9,zh;q=0.8", "en"),
            ("fr,de;q=0.5", "zh"),
            ("en;q=0", "zh"),
            ("en;q=nonsense,zh", "zh"),
        ],
    )
    def test_the_language_that_is_preferred(self, header: str, language: str):
        assert preferred(header) == language

    def test_the_address_wins_over_the_browser(self, site: TestClient):
        english = {"accept-language": "en"}
        assert ">文库<" in site.get("/").text
        assert ">Library<" in site.get("/", headers=english).text
        assert ">Library<" in site.get("/?lang=en").text
        assert ">文库<" in site.get("/?lang=zh", headers=english).text
        # Pages kept for one are not given to the other.
        for _ in range(2):
            assert ">文库<" in site.get("/").text
            assert ">Library<" in site.get("/", headers=english).text

    def test_pages_vary_by_language_and_files_do_not(self, site: TestClient):
        assert "accept-language" in site.get("/").headers["vary"]
        sheet = re.search(r'href="(/static/[^"]+\.css)"', site.get("/").text)
        assert sheet and "accept-language" not in site.get(sheet[1]).headers["vary"]

    def test_errors_are_in_the_readers_language_too(self, site: TestClient):
        page = site.get("/a/keine/", headers={"accept-language": "en"})
        assert page.status_code == 404 and "No such page" in page.text

    def test_each_page_leads_to_the_other_language(self, site: TestClient):
        assert 'lang="en"' in site.get("/terms/").text and "?lang=en" in site.get("/terms/").text
        assert "?lang=zh" in site.get("/terms/?lang=en").text

    def test_an_english_page_says_which_words_are_chinese(self, site: TestClient):
        page = site.get("/a/beiwan-daqiao/?lang=en").text
        assert '<html lang="en"' in page and re.search(r'<article[^>]* lang="zh-Hans"', page)

    def test_glosses_are_english_where_the_entry_has_them(self, site: TestClient):
        english = site.get("/terms/?lang=en").text
        assert "three ferries kept and one bridge built" in english
        assert "岸边上下渡船的地方" in english
        assert "three ferries" not in site.get("/terms/").text


class TestDates:
    @pytest.mark.parametrize(
        ("date", "chinese", "english"),
        [
            ("2023-12-03", "2023年12月3日", "3 December 2023"),
            ("2023-12", "2023年12月", "December 2023"),
            ("2023", "2023年", "2023"),
            ("1990年代", "1990年代", "1990年代"),
            ("", "", ""),
        ],
    )
    def test_are_written_as_each_language_writes_them(self, date: str, chinese: str, english: str):
        assert date_words(date) == chinese
        with speaking("en"):
            assert date_words(date) == english

    def test_what_is_about_is_said_so(self):
        with speaking("en"):
            assert date_words("2023-12", circa=True) == "about December 2023"
