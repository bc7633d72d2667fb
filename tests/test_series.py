"""Counts of entries in texts that the library does not hold: made, checked, shown, and given as data."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from test_index import BACKENDS

from app.cli import cli
from app.content.check import check
from app.content.store import Content
from app.index import Index
from app.library.counting import DatedText, count_series
from app.library.library import Library
from app.model import AliasScope, Scope, Series, SeriesUse, Term, TermId
from app.pages.series import year_spans

ABOUT = """\
name: 北湾镇报告
name_en: Reports of Beiwan
note: 每年一份。
counted: '2026-11-01'
sources:
- {title: 镇报告汇编, publisher: 北湾档案馆, url: 'https://example.org/baogao', tier: A}
- {title: 转载页, publisher: 某网站, url: 'https://example.org/copy', tier: C}
"""
TABLE = """\
year,characters,term,form,uses
1998,20000,,,
1998,,dukou,老渡口,2
1998,,dukou,渡口,4
1999,10000,,,
2003,10000,,,
2003,,dukou,渡口,1
,,qiao,,0
"""
GLOSSARY = """\
- {id: dukou, term: 渡口, aliases: [老渡口], kind: concept, zh: 上下渡船的地方。, pinyin: dùkǒu, note: 无。}
- {id: qiao, term: 石桥, kind: concept, zh: 石头造的桥。, pinyin: shíqiáo, note: 无。}
- {id: chuan, term: 渡船, kind: concept, zh: 过河的船。, pinyin: dùchuán, note: 无。}
"""
FILES = {
    "counts/beiwan.yaml": ABOUT,
    "counts/beiwan.csv": TABLE,
    "glossary/x.yaml": GLOSSARY,
    "articles/he/article.md": "---\ntitle: 河\ndate: 2011-04-02\n---\n\n河边有一个渡口。\n",
}


@pytest.fixture(scope="module")
def told(site_of: Callable[[Mapping[str, str]], TestClient]) -> Iterator[TestClient]:
    """A site with a series; for tests that only read."""
    with site_of(FILES) as site:
        yield site


def put(root: Path, table: str = TABLE, about: str = ABOUT) -> Content:
    """A folder content/ with a glossary and a series."""
    for name, text in (FILES | {"counts/beiwan.yaml": about, "counts/beiwan.csv": table}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return Content(root)


class TestPage:
    def test_shows_a_small_chart_its_table_the_years_and_the_source(self, told: TestClient):
        page = told.get("/terms/dukou/").text.partition('id="beiwan"')[2].partition("</section>")[0]
        (svg,) = re.findall("<svg.*?</svg>", page)
        assert len(svg.encode()) <= 4096 and "<script" not in page and "style=" not in page
        rows = re.findall(r'row">(\d{4})</th><td>(\d+)</td><td>([\d.]+)', page)
        assert rows == [("2003", "1", "1.00"), ("1999", "0", "0.00"), ("1998", "6", "3.00")]
        assert (
            "自 1998 年起" in page and "7 处" in page and "3 年中的 2 年" in page and "最近 2003 年" in page
        )
        assert "1998—2003 年" in page and "2000—2002 年没有统计" in page and "渡口 4，老渡口 2" in page
        assert "https://example.org/baogao" in page and "https://example.org/copy" not in page

    def test_says_since_when_here_and_there(self, told: TestClient):
        facts = told.get("/terms/dukou/").text.partition('class="split"')[0]
        assert re.search(r"本库最早见于 <a href=\"/a/he/\w{4}/\">2011", facts)
        assert re.search(r"北湾镇报告</a> 自 1998 年起", facts)

    def test_in_english_has_the_english_name(self, told: TestClient):
        page = told.get("/terms/dukou/?lang=en").text
        assert "Reports of Beiwan</a> since 1998" in page and "Not counted: 2000–2002." in page

    def test_an_entry_that_no_text_uses_is_told_from_one_that_was_not_counted(self, told: TestClient):
        counted = told.get("/terms/qiao/").text
        assert "没有用到" in counted and "<figure" not in counted
        assert "北湾镇报告" not in told.get("/terms/chuan/").text

    def test_lengths_that_are_not_known_leave_plain_counts(self, site_of: Callable[..., TestClient]):
        with site_of(FILES | {"counts/beiwan.csv": TABLE.replace("1999,10000", "1999,")}) as site:
            page = site.get("/terms/dukou/").text.partition('id="beiwan"')[2].partition("</section>")[0]
            api = site.get("/api/v1/terms/dukou/series").json()["series"][0]["years"]
        assert "每年用几处" in page and "最高 1998 年：6" in page and "每万字" not in page
        assert [y["per_10000"] for y in api] == [3.0, None, 1.0] and api[1]["characters"] is None


class TestData:
    def test_api_has_every_year_and_form(self, told: TestClient):
        (made,) = told.get("/api/v1/terms/dukou/series").json()["series"]
        assert (made["uses"], made["used_in"], made["first"], made["last"]) == (7, 2, "1998", "2003")
        assert [(y["year"], y["uses"], y["per_10000"]) for y in made["years"]] == [
            ("1998", 6, 3.0),
            ("1999", 0, 0.0),
            ("2003", 1, 1.0),
        ]
        assert made["missing"] == ["2000", "2001", "2002"] and len(made["forms"]) == 3
        assert [s["url"] for s in made["sources"]] == ["https://example.org/baogao", ""]
        assert told.get("/api/v1/terms/chuan/series").json()["series"] == []
        assert told.get("/api/v1/terms/keines/series").status_code == 404

    def test_csv_sums_to_the_uses(self, told: TestClient):
        rows = list(csv.DictReader(told.get("/terms/dukou/series.csv").text.lstrip("\ufeff").splitlines()))
        assert sum(int(r["uses"]) for r in rows if not r["form"]) == 7
        assert sum(int(r["uses"]) for r in rows if r["form"]) == 7
        assert told.get("/terms/keines/series.csv").status_code == 404


class TestCounting:
    @staticmethod
    def term(id: str, form: str, **values: Any) -> Term:
        return Term(TermId(id), form, pinyin="", kind="concept", priority="minor", zh="。", **values)

    def rows(self, *texts: tuple[str, str]) -> list[tuple[str, ...]]:
        scope = AliasScope("桥", Scope(requires=("石头",)))
        terms = (
            self.term("dukou", "渡口", aliases=("老渡口",), veto=("古~",)),
            self.term("chuan", "渡船"),
            self.term("qiao", "石桥", aliases=("桥",), alias_scopes=(scope,)),
        )
        return list(count_series(terms, (DatedText(*t) for t in texts)))

    def test_counts_each_use_once_under_its_longest_form(self):
        made = self.rows(("1998", "老渡口、渡口、渡口。"), ("1999", "「渡口」"))
        assert made == [
            ("1998", "10", "", "", ""),
            ("1998", "", "dukou", "渡口", "2"),
            ("1998", "", "dukou", "老渡口", "1"),
            ("1999", "4", "", "", ""),
            ("1999", "", "dukou", "渡口", "1"),
            ("", "", "chuan", "", "0"),
            ("", "", "qiao", "", "0"),
        ]

    def test_follows_the_rules_of_an_entry(self):
        made = self.rows(("1998", "古渡口有桥。"), ("1999", "石头桥。"), ("1999", "渡口，桥。"))
        assert [r for r in made if r[0] and r[2]] == [
            ("1999", "", "dukou", "渡口", "1"),
            ("1999", "", "qiao", "桥", "1"),
        ]
        assert ("1999", "9", "", "", "") in made

    def test_counts_other_scripts_too(self):
        assert ("1955", "", "chuan", "渡船", "1") in self.rows(("1955", "一條渡船"))


class TestCommand:
    def run(self, home: Path, text: str, code: int = 0) -> str:
        """Count in the texts and write the series `beiwan`; returns what the command printed."""
        (home / "texts.jsonl").write_text(text, "utf-8")
        words = (str(home / "texts.jsonl"), "--to", "beiwan", "--content", str(home / "content"))
        done = CliRunner().invoke(cli, ["glossary", "count", *words])
        assert done.exit_code == code, done.output
        return done.output

    def test_writes_a_table_that_check_accepts(self, tmp_path: Path):
        content = put(tmp_path / "content")
        lines = [{"date": "1998-03", "paragraphs": ["北湾的渡", "口。"]}, {"date": "2000", "text": "石桥"}]
        text = "\n".join(json.dumps(line) for line in lines)
        self.run(tmp_path, text)
        (series,), faults = content.series.usable()
        assert not faults and series.years == (("1998", 6), ("2000", 2))
        assert series.uses[TermId("dukou")] == (SeriesUse("渡口", "1998", 1),)
        assert series.uses[TermId("chuan")] == ()

    @pytest.mark.parametrize(
        "line", ['{"text": "石桥"}', '{"date": "新近", "text": "石桥"}', '{"date": "1998"}', "[]", "{"]
    )
    def test_a_line_that_is_no_dated_text_writes_nothing(self, tmp_path: Path, line: str):
        put(tmp_path / "content")
        good = '{"date": "1998", "text": "石桥"}\n'
        told = self.run(tmp_path, good + line + "\n", code=1)
        assert (
            "texts.jsonl:2: F03" in told
            and (tmp_path / "content/counts/beiwan.csv").read_text("utf-8") == TABLE
        )


class TestCheck:
    @pytest.mark.parametrize(
        ("old", "new", "line", "code", "problem"),
        [
            ("year,characters", "characters,year", 1, "N03", "does not name the columns"),
            ("1999,10000,,,", "1999,10000,,", 5, "N03", "4 cells instead of 5"),
            ("1999,10000", "1999,viele", 5, "N03", "'viele' is not a number"),
            ("1999,10000", "99,10000", 5, "N03", "'99' is not a year"),
            ("1999,10000", "1998,10000", 5, "N03", "a second row for 1998"),
            ("1998,,dukou,老渡口,2", "1998,,dukou,老渡口,0", 3, "N03", "neither the characters"),
            ("1998,,dukou,老渡口,2", "1998,7,dukou,老渡口,2", 3, "N03", "neither the characters"),
            ("1998,,dukou,老渡口,2", "1998,,dukou,,2", 3, "N03", "neither the characters"),
            ("1998,,dukou,老渡口,2", "1997,,dukou,老渡口,2", 3, "N03", "the characters of 1997"),
            ("1998,,dukou,老渡口,2", "1998,,Dukou,老渡口,2", 3, "N03", "'Dukou' is not an id"),
            ("1998,,dukou,老渡口,2", '1998,,dukou,"老渡口,2', 8, "N03", "not a line of CSV"),
            ("1998,,dukou,老渡口,2", "1998,,dukou,老\x01渡口,2", 3, "N03", "cannot hold"),
            (",,qiao,,0", ",,jiu,,0", 8, "N04", "'jiu' is not an entry"),
            ("老渡口", "旧渡口", 3, "N05", "'旧渡口' is not a form of entry dukou"),
        ],
    )
    def test_names_place_problem_and_remedy(
        self, tmp_path: Path, old: str, new: str, line: int, code: str, problem: str
    ):
        (finding,) = (f for f in check(put(tmp_path, TABLE.replace(old, new, 1))) if f.code.startswith("N"))
        assert (finding.path, finding.line) == (str(tmp_path / "counts/beiwan.csv"), line)
        assert finding.code == code and problem in finding.problem and finding.remedy
        assert finding.note == (code == "N05")

    @pytest.mark.parametrize(
        ("about", "code", "line"),
        [("- a\n", "N01", 1), ("name: [\n", "N01", 2), ("nom: a\n", "N02", 1), ("name_en: a\n", "N02", 1)],
    )
    def test_the_description_is_checked_like_an_entry(self, tmp_path: Path, about: str, code: str, line: int):
        (finding,) = (f for f in check(put(tmp_path, about=about)) if f.code.startswith("N"))
        assert (finding.path, finding.code) == (str(tmp_path / "counts/beiwan.yaml"), code)

    @pytest.mark.parametrize("missing", ["beiwan.csv", "beiwan.yaml"])
    def test_a_missing_file_is_named(self, tmp_path: Path, missing: str):
        content = put(tmp_path)
        (tmp_path / "counts" / missing).unlink()
        (finding,) = (f for f in check(content) if f.code.startswith("N"))
        assert finding.code == "N01" and finding.path.endswith(missing)

    def test_the_counts_that_come_with_the_program_fit_the_glossary(self, client_content: Content):
        series, faults = client_content.series.usable()
        knowledge = client_content.knowledge()
        found = [f for s in series for f in client_content.series.doubts(s, knowledge) if not f.note]
        assert len(series) == 1 and not faults and not found
        assert len(series[0].years) == 52 and len(series[0].uses) > 600


class TestIndex:
    @pytest.mark.parametrize("backend", sorted(BACKENDS))
    def test_gives_back_what_was_put(self, backend: str, tmp_path: Path):
        index: Index = BACKENDS[backend](tmp_path)
        try:
            assert (index.series(), index.series_digest()) == ((), "")
            (made,), _ = put(tmp_path / "content").series.usable()
            index.put_series([made], "1")
            assert (index.series(), index.series_digest()) == ((made,), "1")
        finally:
            index.close()

    def test_a_faulty_file_leaves_the_last_good_counts_until_it_is_mended(self, tmp_path: Path):
        content = put(tmp_path / "content")
        library = Library(content, BACKENDS["sqlite"](tmp_path))
        library.refresh()
        (good,) = library.series()
        put(tmp_path / "content", TABLE.replace("20000", "viele"))
        for _ in range(2):
            (fault,) = (f for f in library.refresh().findings if f.code == "N03")
            assert "the last good state is shown" in fault.remedy and library.series() == (good,)
        put(tmp_path / "content", TABLE.replace("20000", "40000"))
        assert not library.refresh().findings and library.series()[0].years[0] == ("1998", 40000)
        library.index.close()


def test_years_that_follow_each_other_are_one():
    series = Series("x", "x", years=tuple((y, 1) for y in ("1960", "1964", "1966", "1967", "1970")))
    assert list(year_spans(series.missing)) == ["1961—1963", "1965", "1968—1969"]
    assert list(year_spans(())) == [] and Series("x", "x").missing == ()
