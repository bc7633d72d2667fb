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
SENTENCE = re.compile(r"[A-Za-z]{2,}(?:,? [a-z]{2,}){2,}")
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
