"""The languages of the interface: complete catalogues, and readers get their own."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import messages
import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from app import i18n
from app.http.static import StaticFiles
from app.i18n import LOCALES, is_chinese, locale, preferred, say, use_locale
from app.model import Block, BlockId
from app.text.quotes.attribution import attribute
from app.text.reasons import reason_words
from app.text.terms.facts import date_words

ROOT = Path(__file__).parent.parent
HAN = re.compile("[\u4e00-\u9fff]")
REMEDY = ".venv/bin/python tests/messages.py"


def catalogues() -> list[Path]:
    return sorted((ROOT / "app/locale").glob("*/LC_MESSAGES/*.po"))


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


class TestTheCatalogues:
    @pytest.mark.parametrize("path", catalogues(), ids=lambda p: f"{p.parts[-3]}/{p.stem}")
    def test_are_translated_completely(self, path: Path):
        with path.open("rb") as file:
            lacking = [m.id for m in read_po(file) if m.id and (m.fuzzy or not all(translations(m)))]
        assert lacking == []

    @pytest.mark.parametrize("path", catalogues(), ids=lambda p: f"{p.parts[-3]}/{p.stem}")
    def test_are_compiled(self, path: Path):
        with path.open("rb") as file:
            expected = {
                (m.id if isinstance(m.id, str) else (m.id[0], n)): text
                for m in read_po(file)
                if m.id
                for n, text in enumerate(translations(m))
            }
        with path.with_suffix(".mo").open("rb") as file:
            compiled = dict(GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
        del compiled[""]
        assert compiled == expected, "run make messages"

    def test_that_are_not_compiled_are_named(self, tmp_path: Path):
        shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
        english = tmp_path / "app/locale/en/LC_MESSAGES/meipi.mo"

        def version() -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "app", "--version"]
            return subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True)

        assert (version().returncode, version().stderr) == (0, "")
        before = english.stat().st_mtime - 1
        os.utime(english, (before, before))
        os.utime(english.with_suffix(".po"), (before + 1, before + 1))
        old = version()
        assert old.returncode == 0 and old.stdout.startswith("meipi ")
        assert old.stderr == f"meipi: {english}: the catalogue is older than its source; run: {REMEDY}\n"
        english.unlink()
        missing = version()
        assert missing.returncode == 1 and missing.stdout == ""
        assert missing.stderr == f"meipi: {english}: the catalogue is missing; run: {REMEDY}\n"

    def test_are_not_in_git_in_compiled_form(self):
        tracked = subprocess.run(["git", "ls-files", "*.mo"], cwd=ROOT, capture_output=True, text=True)
        assert tracked.stdout == ""

    @pytest.mark.parametrize("locale", LOCALES)
    def test_have_exactly_the_messages_of_the_code(self, locale: str):
        texts = (text for _, text in messages.extracted(locale))
        wanted = {text if isinstance(text, str) else text[0] for text in texts}
        assert len(wanted) > 150
        assert sorted(wanted ^ {*i18n.messages(i18n.catalogue(locale))}) == [], "run make messages"

    def test_hold_the_messages_of_the_scripts(self):
        files = StaticFiles(ROOT / "static").files
        for language in LOCALES[1:]:
            words = json.loads(
                files[f"js/words/{language}.js"].decode().removeprefix("export default ").rstrip(";")
            )
            assert len(words) > 100 and words["检索"] == i18n.catalogue(language).gettext("检索")
            said = re.findall(r'\bsay\("([^"]+)"', "".join(messages.scripts()))
            assert {text for text in said if HAN.search(text)} <= words.keys()
            assert not re.search(r"\bsay\(`", "".join(messages.scripts())), "a template has no translation"

    @pytest.mark.parametrize("path", catalogues(), ids=lambda p: f"{p.parts[-3]}/{p.stem}")
    def test_pass_the_checks_of_babel_which_installs_them(self, path: Path):
        with path.open("rb") as file:
            catalogue = read_po(file)
        assert [(m.id, str(fault)) for m in catalogue for fault in m.check(catalogue)] == []

    @pytest.mark.parametrize("path", catalogues(), ids=lambda p: f"{p.parts[-3]}/{p.stem}")
    def test_fill_in_the_same_values(self, path: Path):
        def values(text: str) -> set[str]:
            return set(re.findall(r"%\((\w+)\)[sdr]", text))

        with path.open("rb") as file:
            for message in (m for m in read_po(file) if m.id):
                id = message.id if isinstance(message.id, str) else message.id[0]
                for text in translations(message):
                    assert values(text) == values(id), id
                    if values(text):
                        assert text % dict.fromkeys(values(text), 1), id

    def test_english_has_no_chinese_characters(self):
        with (ROOT / "app/locale/en/LC_MESSAGES/meipi.po").open("rb") as file:
            for message in (m for m in read_po(file) if m.id):
                for text in translations(message):
                    assert not HAN.search(re.sub("<kbd>.*?</kbd>|AI 大模型", "", text)), message.id

    def test_english_of_pages_has_curly_quotes(self):
        """Only the command line, whose words may be typed, and words to type have straight ones."""
        with (ROOT / "app/locale/en/LC_MESSAGES/meipi.po").open("rb") as file:
            for message in (m for m in read_po(file) if m.id):
                if all(place.startswith("app/cli/") for place, _ in message.locations):
                    continue
                for text in translations(message):
                    shown = re.sub("<kbd>.*?</kbd>|<[^>]*>|`[^`]*`", "", text)
                    assert not re.search("[A-Za-z]'|'[A-Za-z]|\"", shown), text

    def test_pages_do_not_share_the_capitals_of_command_line_values(self):
        """`FILE` in a help text is a value to give; on a page the same Chinese word is a kind of term."""
        with (messages.LOCALES / "en" / "LC_MESSAGES" / "meipi.po").open("rb") as file:
            shared = [
                message.string
                for message in read_po(file)
                if re.fullmatch("[A-Z]{4,}", str(message.string))
                and any(not source.startswith("app/cli/") for source, _ in message.locations)
            ]
        assert shared == []

    def test_know_one_from_many(self):
        with use_locale("en"):
            assert [say("%(n)s 处", n=n) for n in (0, 1, 2)] == ["0 uses", "1 use", "2 uses"]
        assert say("%(n)s 处", n=1) == "1 处"

    def test_leave_what_they_do_not_have(self):
        with use_locale("en"):
            assert (say("没有这句话"), say("没有这 %(n)s 句", n=3), say("")) == (
                "没有这句话",
                "没有这 3 句",
                "",
            )
            assert locale() == "en" and not is_chinese()
        assert locale() == "zh" and is_chinese()


FRENCH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "中文"
msgstr "français"

msgid "文库"
msgstr "Bibliothèque"

msgid "检索"
msgstr "Recherche"

msgid "没有发现问题"
msgstr "aucun problème"

msgid "there is no such file"
msgstr "ce fichier n'existe pas"

msgid "Usage:"
msgstr "Utilisation :"

msgid "%(n)s 处"
msgid_plural "%(n)s 处"
msgstr[0] "%(n)s endroit"
msgstr[1] "%(n)s endroits"

msgid "%(y)s年%(m)s%(d)s日"
msgstr "%(d)s %(m)s %(y)s"

msgid "12月"
msgstr "décembre"
"""
ASKS_IN_FRENCH = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
import click
from app.cli import cli, language as console
from app.cli.language import choose
from app.errors import ContentError
from app.http.static import StaticFiles
from app.i18n import LOCALES, say, use_locale
from app.serving.main import create_app
from app.settings import Settings
from app.model import Block, BlockId
from app.text.quotes.attribution import attribute
from app.text.reasons import reason_words
from app.text.terms.facts import date_words

assert LOCALES == ("zh", "en", "fr"), LOCALES
with use_locale("fr"):
    assert [say("%(n)s 处", n=n) for n in (0, 2)] == ["0 endroit", "2 endroits"]
    assert date_words("2023-12-03") == "3 décembre 2023"
choose(("--lang", "fr"), {})
assert console.say("没有发现问题") == "aucun problème"
fault = ContentError("a.txt", 0, "F00", "there is no such file", "look at the name")
assert console.shown(fault) == "a.txt:0: F00 ce fichier n'existe pas; look at the name"
assert cli.get_help(click.Context(cli, info_name="meipi")).startswith("Utilisation : meipi")
assert '"检索": "Recherche"' in StaticFiles(Path("static")).files["js/words/fr.js"].decode()
settings = Settings(content=Path(sys.argv[1]), var=Path(sys.argv[2]), watch=False)
with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as site:
    for page in (site.get("/learn/?lang=fr"), site.get("/learn/", headers={"accept-language": "fr,en;q=.5"})):
        assert '<html lang="fr"' in page.text and ">Bibliothèque<" in page.text
    other = site.get("/learn/").text
    assert '>français</a>' in other and '>English</a>' in other and '>中文</a>' not in other
"""


def test_a_third_language_is_one_more_catalogue(home: Path, tmp_path: Path):
    program = tmp_path / "program"
    for folder in ("app", "templates", "static"):
        shutil.copytree(ROOT / folder, program / folder, ignore=shutil.ignore_patterns("__pycache__"))
    folder = program / "app/locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "meipi.mo").open("wb") as file:
        write_mo(file, read_po(io.BytesIO(FRENCH.encode()), locale="fr"))
    command = [sys.executable, "-c", ASKS_IN_FRENCH, str(home / "content"), str(home / "var")]
    done = subprocess.run(command, cwd=program, env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


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
            ("2023-12-03~", "约2023年12月3日", "about 3 December 2023"),
            ("", "", ""),
        ],
    )
    def test_are_written_as_each_language_writes_them(self, date: str, chinese: str, english: str):
        assert date_words(date) == chinese
        with use_locale("en"):
            assert date_words(date) == english

    def test_what_is_about_is_said_so(self):
        with use_locale("en"):
            assert date_words("2023-12", circa=True) == "about December 2023"


class TestReasons:
    """Reasons of decisions are kept in Chinese and translated where they are shown."""

    @pytest.mark.parametrize(
        ("reason", "english"),
        [
            ("引导词“说”，主语“林清和”", "verb of saying “说”, subject “林清和”"),
            (
                "引导词“表示”，“他”指前文谭浩宇（引语在前）",
                "verb of saying “表示”, “他” refers to “谭浩宇” above (the quotation comes first)",
            ),
            ("无引导词，冒号前的姓名“周”", "no verb of saying, name before the colon “周”"),
            ("引导词“说”，主语承前：林清和", "verb of saying “说”, subject from before: “林清和”"),
            ("引语独立，未见说话人", "the quotation is on its own, no speaker found"),
            ("12 段以“第…条”开头", "12 paragraphs begin as articles of a law"),
            ("公文标题、分条", "title of an official document, numbered points"),
        ],
    )
    def test_are_translated_phrase_by_phrase(self, reason: str, english: str):
        assert reason_words(reason) == reason
        with use_locale("en"):
            assert reason_words(reason) == english

    def test_of_all_golden_texts_have_a_translation(self):
        for path in sorted((ROOT / "tests/golden/quotes").glob("*.txt")):
            text = re.sub(r"\[[^|\]]*\||[]*]|^#.*", "", path.read_text("utf-8"), flags=re.MULTILINE)
            lines = [line for line in text.splitlines() if line.strip() and " · " not in line]
            blocks = [Block(BlockId(f"b{n}"), n, "paragraph", line) for n, line in enumerate(lines, 1)]
            with use_locale("en"):
                for quotation in attribute(blocks).quotations:
                    words = reason_words(quotation.why)
                    assert not HAN.search(re.sub(r"“.*?”(?=[ ,;:(]|$)", "", words)), (
                        path.name,
                        quotation.why,
                        words,
                    )


# Errors whose message a command prints.
FAULTS = messages.FAULTS | {"MeipiError", "SettingsError", "IndexUnavailable", "IndexDamaged"}
WORDS = re.compile("[A-Za-z]{2,} [a-z]{2,}")


def test_faults_with_values_are_templates():
    untranslatable = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in FAULTS:
                for value in call.args:
                    if isinstance(value, ast.JoinedStr) and WORDS.search(ast.unparse(value)):
                        untranslatable.append(f"{path.name}:{value.lineno}: {ast.unparse(value)}")
    assert untranslatable == [], "write worded('… %(name)s …', name=…)"
