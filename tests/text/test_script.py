"""The other script: as readers write it, and character for character, so that nothing loses its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from app.text.folding import simplified_characters
from app.text.readings import script
from app.text.readings.script import convert

ARTICLE = Path(__file__).parents[2] / "content/articles/shanghai-kechuang/article.md"
# Characters of the article that do not come back as they were: source, converted, back.
KNOWN_ONE_WAY: set[tuple[str, str, str]] = set()
GOLDEN = ARTICLE.parents[3] / "tests/golden"
# A word or phrase, a space, and what a reader of traditional characters expects.
PAIRS = [line.split() for line in (GOLDEN / "traditional.txt").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("hans", "hant"),
    [
        ("这里面对群众的为人", "這裡面對群眾的為人"),
        ("皇后以后发展理发", "皇后以後發展理髮"),
        ("台风里的钟表", "颱風裡的鐘錶"),
        ("他看着著作", "他看著著作"),
        ("头发干了", "頭髮乾了"),
        ("河水都干了", "河水都乾了"),
        ("他把活干了", "他把活幹了"),
        ("干了一杯", "乾了一杯"),
        ("他干得很好", "他幹得很好"),
        ("不准入内", "不准入內"),
        ("说不准", "說不準"),
        ("很不准确", "很不準確"),
        ("范先生和于小姐", "范先生和于小姐"),
        ("关于教授的规范", "關於教授的規範"),
    ],
)
def test_simplified_becomes_what_readers_of_traditional_expect(hans: str, hant: str):
    assert convert(hans, "hant") == hant


@pytest.mark.parametrize("before", ["", "他说", "一个"])
def test_everyday_words_are_written_as_readers_expect(before: str):
    """One character may have many forms: 发 is 發 or 髮, and the words around it never decide."""
    assert len(PAIRS) > 300
    start = len(before)
    assert [(hans, convert(before + hans, "hant")[start:]) for hans, _ in PAIRS] == [tuple(p) for p in PAIRS]


def test_the_clients_article_is_converted_as_the_golden_page():
    """Proof-read by hand before it is accepted."""
    page = GOLDEN / "article.hant.txt"
    found = convert(ARTICLE.read_text("utf-8").split("---\n", 2)[2], "hant")
    if os.environ.get("MEIPI_GOLDEN") == "rewrite":
        page.write_text(found, "utf-8")
    assert found == page.read_text("utf-8")


def test_where_words_end_may_be_told():
    assert convert("两千年历史", "hant", cuts=[2, 3, 5]) == convert("两千年历史", "hant") == "兩千年歷史"
    assert convert("学生发言", "hant", cuts=[1, 3, 4]) == "學生髮言"


@pytest.mark.parametrize(
    ("hans", "hant"),
    [
        ("他说：“她说‘好’。”", "他說：「她說『好』。」"),
        ("坚持“为党育人”“为国育才”", "堅持「為黨育人」「為國育才」"),
        ("这是O’Brien的“书”", "這是O’Brien的「書」"),
        ("“未完，", "「未完，"),
    ],
)
def test_quotation_marks_are_those_of_the_script(hans: str, hant: str):
    assert convert(hans, "hant") == hant
    assert convert(hant, "hans") == hans


def test_words_stay_the_writers():
    assert convert("软件和内存", "hant") == "軟件和內存"


def test_own_forms_win():
    assert convert("范文和徐枫", "hant", own={"范文": "范文", "徐枫": "徐楓"}) == "范文和徐楓"


def test_an_own_form_of_another_length_is_passed_over():
    assert convert("软件", "hant", own={"软件": "軟體們"}) == "軟件"


def test_the_article_comes_back_but_for_a_known_few():
    text = ARTICLE.read_text(encoding="utf-8")
    there = convert(text, "hant")
    back = convert(there, "hans")
    assert {(a, b, c) for a, b, c in zip(text, there, back, strict=True) if a != c} == KNOWN_ONE_WAY


def test_the_article_is_simplified_already():
    text = ARTICLE.read_text(encoding="utf-8")
    assert convert(text, "hans") == text


@given(text=st.text() | st.text("头发干了一杯不准范先生于里后台只面，。\n", max_size=30))
@pytest.mark.parametrize("to", ["hant", "hans"])
def test_no_text_changes_its_length(to: script.Script, text: str):
    assert len(convert(text, to)) == len(text)


def test_where_phrases_would_change_the_length_characters_decide(monkeypatch: pytest.MonkeyPatch):
    class Wordy:
        def convert(self, text: str) -> str:
            return text.replace("内存", "記憶體").replace("里", "裡").replace("国", "國")

    monkeypatch.setattr(script, "_converter", lambda to: Wordy())
    assert script._aligned("国里。国里的内存里。里", "hant") == "國裡。國裡的内存裡。裡"


def test_the_table_of_simplified_characters_is_that_of_opencc():
    blocks = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
    characters = [chr(code) for start, end in blocks for code in range(start, end)]
    # A line each, so that no phrase of several is seen.
    simple = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, simple, strict=True)
    expected = {one: other for one, other in pairs if one != other and len(other) == 1}
    assert simplified_characters() == expected
