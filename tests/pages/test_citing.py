"""Citations: every form gives the known facts, marks doubtful ones, and can be read by its program."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import ArticleId, Header
from app.pages.citations import ACCESSED, Citation, Utterance, cite, names, quoted

LINK = "https://meipi.example/a/qiao/k7f3/"
NEWS = Header(ArticleId("qiao"), "大桥通车", date="2024-06-02", publication="湾区晚报", author="林一、周二")


def cited(
    header: Header = NEWS, text: str = "船停了。", said: tuple[Utterance, ...] = (), number: int = 3
) -> Citation:
    return cite(header, number, LINK, text, said)


class TestGbt:
    """GB/T 7714—2015: 主要责任者. 题名[N/OL]. 报纸名, 年-月-日[引用日期]. 获取和访问路径."""

    def test_a_newspaper_article_online(self):
        assert cited().gbt == f"林一, 周二. 大桥通车[N/OL]. 湾区晚报, 2024-06-02{ACCESSED}. {LINK}."

    def test_what_is_not_known_and_what_is_supposed_stand_in_brackets(self):
        header = Header(ArticleId("a"), "题", supplied=True, date="2023-12", circa=True)
        assert cited(header).gbt == f"佚名. [题][N/OL]. [报刊不详], [2023-12]{ACCESSED}. {LINK}."
        assert cited(Header(ArticleId("a"), "题")).gbt == f"佚名. 题[N/OL]. [报刊不详]{ACCESSED}. {LINK}."

    @pytest.mark.parametrize(
        ("author", "written"),
        [
            ("甲一", "甲一"),
            ("甲一、乙二、丙三", "甲一, 乙二, 丙三"),
            ("甲一 乙二 丙三 丁四", "甲一, 乙二, 丙三, 等"),
            ("Ann Lee, Bo Li, Cy Fu, Di Wu", "Ann Lee, Bo Li, Cy Fu, et al"),
        ],
    )
    def test_of_more_than_three_authors_three_are_named(self, author: str, written: str):
        assert cited(Header(ArticleId("a"), "题", author=author)).gbt.startswith(f"{written}. 题")


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("", ()),
        ("本报记者 王　宁 李青山", ("王宁", "李青山")),
        ("记者：王宁；通讯员：李青", ("王宁", "李青")),
        ("文/王宁", ("王宁",)),
        ("John Smith, 王宁", ("John Smith", "王宁")),
    ],
)
def test_names_of_a_byline(byline: str, found: tuple[str, ...]):
    assert names(byline) == found


class TestTheQuotation:
    def test_changes_the_marks_inside(self):
        assert quoted("他说：“‘甲’好。”") == "“他说：‘“甲”好。’”"
        assert quoted("他說：「『甲』好。」") == "「他說：『「甲」好。』」"
        assert quoted("the people’s ‘word’") == "“the people’s “word””"

    @given(st.text(alphabet="“”‘’甲乙a ", max_size=20))
    def test_marks_change_to_each_other_and_back(self, text: str):
        # Between Latin letters a single mark is an apostrophe, and a double one would come back as one.
        if not re.search("[A-Za-z][’”][A-Za-z]", text):
            assert quoted(quoted(text)[1:-1])[1:-1] == text

    def test_is_attributed_only_to_who_says_all_of_it(self):
        words = Utterance(1, 9, "direct", "镇长林清和")
        assert "\n——镇长林清和，《大桥通车》" in cited(text="“桥通了船停了。”", said=(words,)).quote
        mixed = cited(text="“桥通了船停了。”他一边说，一边望着江面，好久没有再开口。", said=(words,)).quote
        assert "\n——《大桥通车》，湾区晚报，2024年6月2日\n" in mixed and "林清和" not in mixed
        nearly = cited(text="他说：“桥通了船停了。”", said=(Utterance(4, 12, "direct", "镇长林清和"),)).quote
        assert "林清和" not in nearly

    def test_names_nobody_who_is_not_certain(self):
        unsure = Utterance(0, 4, "direct", "")
        assert "说话人" not in cited(said=(unsure,)).quote
        told = Utterance(0, 4, "indirect", "林清和")
        assert "——林清和（转述），" in cited(said=(told,)).quote
        mixed = Utterance(0, 4, "mixed", "林清和")
        assert "——林清和（转述），" in cited(said=(mixed,)).quote

    def test_a_supplied_title_is_said_to_be_ours(self):
        header = Header(ArticleId("a"), "题", supplied=True, date="2023-12", circa=True)
        assert cited(header).plain == f"《题》（编者拟题），原载报刊未查明，约2023年12月，第 3 段。{LINK}"
        assert "《题》（编者拟题），约2023年12月\n" in cited(header).quote


class TestForPrograms:
    @given(st.text(min_size=1, max_size=40), st.text(max_size=40))
    def test_csl_parses_and_bibtex_balances_its_braces(self, title: str, publication: str):
        header = Header(ArticleId("a"), title, publication=publication, author=publication)
        made = cited(header)
        (item,) = json.loads(made.csl)
        assert item["type"] == "article-newspaper" and item["title"] == title and item["URL"] == LINK
        bare = re.sub(r"\\textbackslash\{\}|\\textasciitilde\{\}|\\\^\{\}|\\.", "", made.bibtex)
        depth = 0
        for c in bare:
            depth += (c == "{") - (c == "}")
            assert depth >= 0
        assert depth == 0

    def test_bibtex_says_what_is_supposed(self):
        header = Header(ArticleId("a"), "50% & 题_1", supplied=True, date="2023-12", circa=True)
        made = cited(header).bibtex
        assert made.startswith("@misc{a,") and r"title = {{50\% \& 题\_1}}" in made
        assert "note = {日期约2023年12月，为编者推定；标题为编者所拟；第 3 段}" in made
        assert "year = {2023}" in made and "month = {12}" in made

    def test_csl_says_how_exact_the_date_is(self):
        (item,) = json.loads(cited().csl)
        assert item["issued"] == {"date-parts": [[2024, 6, 2]]}
        assert item["author"] == [{"literal": "林一"}, {"literal": "周二"}]
        assert item["container-title"] == "湾区晚报"
        (circa,) = json.loads(cited(Header(ArticleId("a"), "题", date="2023", circa=True)).csl)
        assert circa["issued"] == {"date-parts": [[2023]], "circa": True}
