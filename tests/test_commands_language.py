"""The command line speaks one language: the user's."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_cli import COMMANDS

from app.cli import main
from app.cli.language import choose, say

HAN = re.compile("[\u4e00-\u9fff]")
# Three English words in a row, outside of commands to type.
SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
TYPED = re.compile(r"(?:meipi|pip install|echo) [\x20-\x7e]*|https?://\S+")


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command in a language and return all that it prints."""

    def command(language: str, *words: str, stdin: str = "") -> str:
        monkeypatch.setenv("LC_ALL", {"zh": "zh_CN.UTF-8", "en": "en_GB.UTF-8"}[language])
        monkeypatch.setattr(sys, "argv", ["meipi", *words])
        with CliRunner().isolation(input=io.BytesIO(stdin.encode())) as (out, err, *_):
            with contextlib.suppress(SystemExit):
                main()
            sys.stdout.flush()
            sys.stderr.flush()
        return (out.getvalue() + err.getvalue()).decode("utf-8")

    return command


def is_all(language: str, text: str, *names: str) -> None:
    """Fail if a line holds words of the other language; `names` are those of texts and people."""
    assert text
    for line in text.splitlines():
        for name in names:
            line = line.replace(name, "")
        if language == "en":
            assert not HAN.search(line), line
        else:
            assert not SENTENCE.search(TYPED.sub("", line)), line


@pytest.mark.parametrize("language", ["zh", "en"])
class TestHelp:
    @pytest.mark.parametrize("name", ["", "glossary", *COMMANDS])
    def test_is_in_the_language_of_the_user(self, run: Callable[..., str], language: str, name: str):
        text = run(language, *name.split(), "--help")
        is_all(language, text)
        assert ("Usage: " in text, "用法: " in text) == (language == "en", language == "zh")

    @pytest.mark.parametrize("name", COMMANDS)
    def test_writes_the_names_of_arguments_alike(self, run: Callable[..., str], language: str, name: str):
        if language == "en":
            usage, _, _ = run(language, *name.split(), "--help").partition("\n\n")
            named = usage.partition(name)[2]
            assert named == "" or not re.search(r"[A-Z][a-z]", named), usage


class TestTheLanguage:
    @pytest.mark.parametrize(
        ("words", "environ", "expected"),
        [
            ((), {}, "no problems found"),
            ((), {"LANG": "C"}, "no problems found"),
            ((), {"LANG": "de_DE.UTF-8"}, "no problems found"),
            ((), {"LANG": "zh_CN.UTF-8"}, "没有发现问题"),
            ((), {"LANG": "zh_TW"}, "没有发现问题"),
            ((), {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US"}, "no problems found"),
            ((), {"LANG": "en_US", "LC_MESSAGES": "en_US", "LC_ALL": "zh-Hans"}, "没有发现问题"),
            (("--lang", "zh"), {"LC_ALL": "en_US"}, "没有发现问题"),
            (("check", "--lang=en"), {"LC_ALL": "zh_CN"}, "no problems found"),
            (("--lang", "fr"), {"LC_ALL": "zh_CN"}, "no problems found"),
        ],
    )
    def test_is_asked_for_or_that_of_the_system(
        self, words: tuple[str, ...], environ: dict[str, str], expected: str
    ):
        choose(words, environ)
        assert say("没有发现问题") == expected

    def test_one_that_does_not_exist_is_told(self, run: Callable[..., str]):
        text = run("en", "--lang", "fr", "check")
        assert "'fr' is not one of 'zh', 'en'" in text


BAD_YAML = "- id: jia\n  term: 甲\n- {id: dukou, term: 渡, kind: place, zh: 。}\n- {id: yi, nope: 1}\n- 7\n"
BAD_ARTICLES = {
    "lost": "title: [北湾",
    "wrong": "title: 题\ndate: 3月",
    "kinds": "title: 题\naliases: 别",
    "more": "title: 题\nnope: 1",
    "fixes": "title: 题\ncorrections:\n  - {words: 甲, nope: 1}",
}
SPOKEN = "镇长林清和说：“三渡一桥的规划提了十年。”他表示，渡口不会拆除。\n\n“桥通了，等船的日子成了往事。”\n"


@pytest.fixture
def bad(home: Path) -> Path:
    """A library with a fault of every kind of file."""
    content = home / "content"
    (content / "glossary/x.yaml").write_text(BAD_YAML, "utf-8")
    (content / "glossary/y.yaml").write_text("- id: [\n", "utf-8")
    (content / "speakers/z.yaml").write_bytes(b"\xff\xfe\x00")
    for name, front in BAD_ARTICLES.items():
        (content / "articles" / name).mkdir()
        (content / "articles" / name / "article.md").write_text(f"---\n{front}\n---\n\n船停了。\n", "utf-8")
    (content / "articles/Bad Name").mkdir()
    (content / "articles/none").mkdir()
    ledger = content / "articles/dushu-jie/ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-20])
    return content


@pytest.mark.parametrize("language", ["zh", "en"])
class TestOutput:
    def test_of_check(self, run: Callable[..., str], bad: Path, language: str):
        text = run(language, "check", "--content", str(bad))
        assert len(text.splitlines()) > 12
        # YAML's own words are quoted as they come.
        lines = [line for line in text.splitlines() if "YAML" not in line]
        values = ("北湾", "3月", "甲", "渡", "别", "船停了")
        is_all(language, "\n".join(lines), *values)

    def test_of_what_reads_texts(self, run: Callable[..., str], home: Path, language: str):
        folder = home / "texts"
        folder.mkdir()
        (folder / "a.txt").write_text(SPOKEN, "utf-8")
        (folder / "b.txt").write_bytes(b"\x89PNG\r\n" + bytes(range(256)) * 9)
        (folder / "c.txt").write_bytes(b"")
        for words in (
            ("reflow", "--explain"),
            ("reflow",),
            ("annotate", "--explain"),
            ("trace", str(folder / "a.txt")),
            ("add", "--dry-run"),
        ):
            text = run(
                language,
                *words,
                str(folder / "a.txt"),
                str(folder / "b.txt"),
                str(folder / "keine.txt"),
                "--content",
                str(home / "content"),
            )
            # What the text says, and names from it, whatever their quotation marks.
            text = re.sub("“[^”\n]*”", "", text)
            for line in SPOKEN.splitlines():
                text = text.replace(line, "")
            is_all(
                language, text, *re.findall("[\u4e00-\u9fff]+", SPOKEN), "镇长", "三渡一桥", "林清和", "……"
            )

    @pytest.mark.parametrize(
        "words",
        [
            ("save", "dushu-jie"),
            ("save", "keine"),
            ("save", "dushu-jie", "--decide", "rs6z=-", "--dry-run"),
            ("save", "dushu-jie", "--decide", "rs6z=99"),
            ("save", "--decide", "x"),
            ("save", "--from-index"),
            ("index",),
            ("index", "--jsonl", "keine"),
            ("search", "--json", "--limit", "0", "x"),
            ("search", "keine"),
            ("candidates", "--limit", "0"),
            ("glossary",),
            ("glossary", "import", "keine.csv"),
            ("glossary", "import", "keine.csv", "--to", "Nein!"),
            ("export", "site"),
            ("export", "rtf"),
            ("export", "tei", "--base-url", "x"),
            ("export", "jsonl", "keine"),
            ("export", "jsonl", "dushu-jie", "-o", "/dev/full"),
            ("check", "--diff", "nothing"),
            ("check", "--nein"),
            ("reflow",),
            ("reflow", "/tmp"),
            ("annotate", "--jsonl"),
            ("serve", "--port", "x"),
            ("serve", "--port", "99999"),
            ("nein",),
        ],
        ids=" ".join,
    )
    def test_of_results_and_errors(
        self, run: Callable[..., str], home: Path, language: str, words: tuple[str, ...]
    ):
        text = run(language, *words, "--content", str(home / "content"), stdin='{"id": "a", "text": 7}\n[]\n')
        assert "Traceback" not in text
        text = "\n".join(line for line in text.splitlines() if not line.startswith("{"))
        is_all(language, re.sub("fatal: .*;", ";", text)) if text else None

    def test_of_settings(self, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, language: str):
        for name, value in (("LOG", "x"), ("WATCH", "x"), ("DATABASE_URL", "x"), ("NOPE", "x"), ("VAR", "")):
            monkeypatch.setenv(f"MEIPI_{name}", value)
            is_all(language, run(language, "check"))
            monkeypatch.delenv(f"MEIPI_{name}")
