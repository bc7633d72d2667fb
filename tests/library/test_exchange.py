"""The glossary as CSV and TBX, out and back in."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from readymade import give_language
from ruamel.yaml import YAML

from app.cli import cli
from app.content.store import Content
from app.edit.history import earlier
from app.errors import ContentError
from app.library.exchange import TBX_COLUMNS, columns, from_csv, from_tbx, merged, to_csv, to_tbx
from app.model import AliasScope, English, Member, Scope, Source, Term, TermDate, TermId
from app.text.terms.coverage import COVERAGE_COLUMNS

WORDS = st.text('甲乙，。=|“”,"\n a1', max_size=8).map(str.strip)
WORD = st.text('甲乙，=|,"a1', min_size=1, max_size=5)
NAME = st.text("甲乙a", max_size=4)
WORDLIST = st.lists(NAME.filter(bool), max_size=2).map(tuple)
CONTEXTS = WORDLIST.map(lambda words: tuple(f"{word}~" for word in words))
SCOPES = st.builds(Scope, st.just(()), WORDLIST, WORDLIST, CONTEXTS, CONTEXTS).filter(lambda s: s != Scope())
TERMS = st.builds(
    Term,
    id=st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True).map(TermId),
    term=WORD,
    pinyin=NAME,
    kind=st.sampled_from(["policy", "idiom"]),
    priority=st.sampled_from(["core", "minor"]),
    zh=WORDS,
    aliases=st.lists(WORD, max_size=2).map(tuple),
    domain=st.sampled_from(["", "law"]),
    members=st.lists(st.builds(Member, NAME.filter(bool), NAME), max_size=2).map(tuple),
    english=st.lists(
        st.builds(English, NAME.filter(bool), st.sampled_from(["official", "common"])), max_size=2
    ).map(tuple),
    dates=st.lists(
        st.builds(
            TermDate, st.just("2024-05"), st.sampled_from(["issued", "ended"]), NAME, NAME, st.integers(0, 9)
        ),
        max_size=2,
    ).map(tuple),
    scope=st.none() | SCOPES,
    alias_scopes=st.lists(
        st.builds(AliasScope, NAME.filter(bool), SCOPES), max_size=2, unique_by=lambda a: a.form
    ).map(tuple),
    sources=st.lists(
        st.builds(Source, WORD, NAME, st.sampled_from(["", "2024"]), st.just("https://e.org/"), st.just("A")),
        max_size=2,
    ).map(tuple),
    verified=st.sampled_from([True, "main", False]),
)


def public(source: Source) -> Source:
    """A source as it leaves the project."""
    return replace(source, url="") if source.tier == "C" else source


@pytest.fixture
def meipi(content: Content) -> Callable[..., Result]:
    give_language(content.root.parent / "var")

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [*map(str, arguments), "--content", str(content.root)])

    return run


class TestCsv:
    def test_every_field_of_the_projects_glossary_comes_back(self, client_content: Content):
        terms = client_content.knowledge().terms
        back = from_csv(to_csv(terms))
        assert back == tuple(replace(t, sources=tuple(map(public, t.sources))) for t in terms)

    def test_addresses_of_reprints_stay_at_home_and_survive_an_import(self):
        source = Source("转载", url="https://reprint.example/", tier="C")
        term = Term(TermId("x"), "甲", "", "concept", "useful", "旧。", sources=(source,))
        table = to_csv([term]).replace("旧。".encode(), "新。".encode())
        assert b"reprint.example" not in table
        assert b"reprint.example" not in to_tbx([term])
        _, changed = merged([term], from_csv(table), columns(table))
        assert changed == (replace(term, zh="新。"),)

    def test_columns_of_older_tables_are_read(self):
        table = (
            "id,term,official_english,origin,origin_date,timeline,note\n"
            'ab,渡口,ferry (common rendering),公告。,2014,"2016 写入规划",无。\n'
        ).encode()
        (term,) = from_csv(table)
        assert term.english == (English("ferry", "common"),)
        assert term.dates == (
            TermDate("2014", "in_use_by", "公告。"),
            TermDate("2016", "in_use_by", "写入规划"),
        )
        assert {"english", "dates", "note"} <= set(columns(table))

    @given(st.lists(TERMS, max_size=3))
    def test_what_is_written_reads_back(self, terms: list[Term]):
        assert from_csv(to_csv(terms)) == tuple(terms)

    def test_no_cell_is_a_formula(self):
        term = Term(TermId("x"), "=1+1", "", "concept", "useful", "@甲")
        rows = list(csv.reader(io.StringIO(to_csv([term]).decode("utf-8-sig"))))
        assert not any(cell.startswith(("=", "@", "+", "-")) for cell in rows[1])

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\xff\xfe", "X01"),
            (b"", "X01"),
            (b"id,term,colour\n", "X01"),
            ("id,term\nA b,渡口\n".encode(), "X02"),
            ("id,term,kind\nab,渡口,nonsense\n".encode(), "X02"),
            (b"id,term\nab,\n", "X02"),
            ("id,term,sources\nab,渡口,somewhere\n".encode(), "X02"),
            ("id,term,dates\nab,渡口,2014\n".encode(), "X02"),
            ("id,term,dates\nab,渡口,去年 | issued\n".encode(), "X02"),
            ("id,term,english\nab,渡口,ferry\n".encode(), "X02"),
            ("id,term,scope\nab,渡口,near: 乙\n".encode(), "X02"),
            ("id,term,domain\nab,渡口,sport\n".encode(), "X02"),
        ],
    )
    def test_what_does_not_fit_is_named(self, data: bytes, code: str):
        with pytest.raises(ContentError) as error:
            from_csv(data)
        assert error.value.code == code


class TestTbx:
    def test_forms_definitions_and_sources_come_back(self, client_content: Content):
        terms = client_content.knowledge().terms
        for term, back in zip(terms, from_tbx(to_tbx(terms)), strict=True):
            for column in TBX_COLUMNS:
                assert getattr(back, column) == getattr(term, column), (term.id, column)
            assert len(back.sources) == len(term.sources)

    def test_the_older_martif_is_read(self):
        data = """<martif type="TBX"><text><body><termEntry id="7"><langSet xml:lang="zh-CN"><descrip
        type="definition">过河的地方。</descrip><tig><term>渡口</term></tig></langSet>
        <langSet xml:lang="en"><tig><term>ferry</term></tig></langSet></termEntry></body></text></martif>"""
        (term,) = from_tbx(data.encode())
        assert (term.id, term.term, term.zh) == ("7", "渡口", "过河的地方。")
        assert term.english == (English("ferry", "descriptive"),)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"no xml",
            b"<tbx/>",
            b'<!DOCTYPE x [<!ENTITY a "b">]><tbx>&a;</tbx>',
            b'<!DOCTYPE tbx SYSTEM "file:///etc/passwd"><tbx/>',
        ],
    )
    def test_what_is_no_tbx_is_named(self, data: bytes):
        with pytest.raises(ContentError) as error:
            from_tbx(data)
        assert error.value.code == "X03"


class TestMerging:
    def test_only_what_the_file_speaks_of_is_changed(self):
        known = Term(TermId("a"), "渡口", "dùkǒu", "concept", "core", "旧。", note="留着。")
        given_ = Term(TermId("a"), "渡口", "", "concept", "useful", "新。")
        new, changed = merged([known], [given_], ("id", "term", "zh"))
        assert new == () and changed == (replace(known, zh="新。"),)

    def test_columns_are_those_of_the_head(self):
        assert columns("\ufeffid,term, zh\n".encode()) == ("id", "term", "zh")


def write_article(content: Content, text: str) -> None:
    """Add an article to the library."""
    folder = content.root / "articles/deng"
    folder.mkdir()
    (folder / "article.md").write_text(f"---\ntitle: 灯\n---\n\n{text}\n", "utf-8")


class TestCommands:
    def test_a_table_goes_out_is_edited_and_comes_back(
        self, meipi: Callable[..., Result], content: Content, tmp_path: Path
    ):
        table = tmp_path / "glossary.csv"
        assert meipi("glossary", "export", "csv", "-o", table).exit_code == 0
        assert "没有改动" in meipi("glossary", "import", table).output
        table.write_text(table.read_text("utf-8").replace("岸边上下渡船的地方。", "过河的地方。"), "utf-8")
        before = (content.root / "glossary/beiwan.yaml").read_text("utf-8")
        assert "修改 1 条" in meipi("glossary", "import", table, "--dry-run").output
        assert (content.root / "glossary/beiwan.yaml").read_text("utf-8") == before
        assert meipi("glossary", "import", table).exit_code == 0
        after = (content.root / "glossary/beiwan.yaml").read_text("utf-8")
        assert after == before.replace("岸边上下渡船的地方。", "过河的地方。")

    def test_the_workbench_can_take_back_what_an_import_wrote(
        self, meipi: Callable[..., Result], content: Content, tmp_path: Path
    ):
        table, var = tmp_path / "both.csv", content.root.parent / "var"
        table.write_text("id,term,zh\nlundu,轮渡,过江的船。\ndukou,渡口,过河的地方。\n", "utf-8")
        old = next(t for t in content.knowledge().terms if t.id == "dukou")
        assert meipi("glossary", "import", table, "--dry-run").exit_code == 0
        assert not earlier(var, "term", "lundu") and not earlier(var, "term", "dukou")
        assert meipi("glossary", "import", table).exit_code == 0
        (new,), (changed,) = earlier(var, "term", "lundu"), earlier(var, "term", "dukou")
        assert new.values is None and new.note == "meipi glossary import both.csv"
        assert changed.values and changed.values["zh"] == old.zh != "过河的地方。"
        assert "没有改动" in meipi("glossary", "import", table).output
        assert len(earlier(var, "term", "dukou")) == 1

    def test_new_entries_stand_in_a_file_of_their_own(
        self, meipi: Callable[..., Result], content: Content, tmp_path: Path
    ):
        table = tmp_path / "new.csv"
        table.write_text('id,term,zh,aliases\nlundu,轮渡,过江的船。,"渡轮\n汽渡"\nkong,空,,\n', "utf-8")
        result = meipi("glossary", "import", table, "--to", "boats")
        assert result.exit_code == 1 and "kong 没有 zh" in result.output
        assert (content.root / "glossary/boats.yaml").is_file()
        term = content.knowledge().terms[-1]
        assert (term.id, term.term, term.zh, term.aliases) == (
            "lundu",
            "轮渡",
            "过江的船。",
            ("渡轮", "汽渡"),
        )

    def test_a_change_of_the_glossary_is_shown_against_a_revision(
        self, meipi: Callable[..., Result], content: Content, edit: Callable[..., None]
    ):
        def git(*arguments: str) -> None:
            who = ("-c", "user.name=甲", "-c", "user.email=jia@example.org")
            subprocess.run(["git", "-C", content.root, *who, *arguments], check=True, capture_output=True)

        git("init", "-q")
        git("add", "-A")
        git("commit", "-qm", "一")
        assert "没有文章受影响" in meipi("check", "--diff", "HEAD").output
        path = content.root / "glossary/beiwan.yaml"
        path.write_text(path.read_text("utf-8").replace("veto: ['古~']", "only: ['老~']"), "utf-8")
        shown = meipi("check", "--diff", "HEAD").output
        assert "渡口 (dukou)" in shown and "少" in shown and "/a/" in shown
        assert "F02" in str(meipi("check", "--diff", "no-such-revision").exception)
        assert "F02" in str(meipi("check", "--diff=--output=x").exception)

    def test_candidates_have_counts_and_contexts(self, meipi: Callable[..., Result], content: Content):
        write_article(content, "“四灯”（东灯、西灯、南灯、北灯）亮了。")
        lines = [json.loads(line) for line in meipi("candidates", "--json").output.splitlines()]
        (found,) = [line for line in lines if line["phrase"] == "四灯"]
        assert (found["count"], found["articles"]) == (1, 1)
        assert found["members"] == ["东灯", "西灯", "南灯", "北灯"]
        assert "四灯" in found["contexts"][0][2]
        assert "包括：东灯、西灯、南灯、北灯" in meipi("candidates").output

    def test_a_draft_passes_check_when_kind_and_zh_are_filled_in(
        self, meipi: Callable[..., Result], content: Content
    ):
        write_article(content, "“四灯”（东灯、西灯、南灯、北灯）亮了。“四灯”很亮。")
        draft = meipi("candidates", "--draft", "--limit", "200").output
        entries = YAML(typ="safe").load(draft)
        (entry,) = [e for e in entries if e["term"] == "四灯"]
        assert entry["id"] == "si-deng" and entry["pinyin"] == "sì dēng"
        assert [m["zh"] for m in entry["members"]] == ["东灯", "西灯", "南灯", "北灯"]
        assert entry["kind"] is entry["zh"] is None and "/a/deng/" in draft
        filled = re.sub(r"kind: .*", "kind: concept", draft)
        filled = re.sub(r"( zh:) +#.*", r"\1 四盏灯。", filled)
        path = content.root / "glossary/new.yaml"
        path.write_text(filled, "utf-8")
        checked = meipi("check")
        assert not [line for line in checked.output.splitlines() if str(path) in line]
        path.write_text(draft, "utf-8")
        assert str(path) in meipi("check").output

    def test_a_draft_and_json_exclude_each_other(self, meipi: Callable[..., Result]):
        assert meipi("candidates", "--draft", "--json").exit_code == 2

    def test_an_entry_that_no_article_has_is_a_note_and_no_fault(
        self, meipi: Callable[..., Result], content: Content
    ):
        entry = "- {id: deng, term: 四灯, pinyin: sì dēng, kind: concept, zh: 四盏灯。, note: 来源不详}\n"
        (content.root / "glossary/new.yaml").write_text(entry, "utf-8")
        checked = meipi("check")
        assert checked.exit_code == 0, checked.output
        assert "G08" in checked.output and "只是提示" in checked.output

    def test_one_odd_article_does_not_make_the_glossary_fail(
        self, meipi: Callable[..., Result], content: Content
    ):
        entries = (
            "- {id: wu, term: 五个中心, pinyin: wǔ gè zhōngxīn, kind: slogan, zh: 五个。, note: 来源不详}\n"
            "- {id: zhong, term: 中心城市, pinyin: zhōngxīn chéngshì, kind: concept, zh: 城市。, note: 无}\n"
        )
        (content.root / "glossary/new.yaml").write_text(entries, "utf-8")
        write_article(content, "这里有五个中心城市。")
        assert meipi("save", "deng").exit_code == 0
        checked = meipi("check")
        assert "G09" in checked.output and checked.exit_code == 0, checked.output

    def test_a_fault_of_an_entry_still_fails(self, meipi: Callable[..., Result], content: Content):
        (content.root / "glossary/new.yaml").write_text(
            "- {id: deng, term: 四灯, pinyin: sì dēng, kind: concept, zh: 四盏灯。}\n", "utf-8"
        )
        checked = meipi("check")
        assert checked.exit_code == 1 and "G05" in checked.output

    def test_coverage_is_a_figure(self, meipi: Callable[..., Result], content: Content):
        write_article(content, "“四灯”亮了。")
        shown = meipi("check", "--coverage")
        assert shown.exit_code == 0 and "全库" in shown.output and "%" in shown.output
        found = json.loads(meipi("check", "--coverage", "--json").output)
        rows = list(
            csv.reader(io.StringIO(meipi("check", "--coverage", "--csv").output.removeprefix("\ufeff")))
        )
        assert tuple(rows[0]) == COVERAGE_COLUMNS
        whole, unexplained = found["shares"][0], [u["phrase"] for u in found["unexplained"]]
        assert [int(n) for n in rows[1][1:4]] == [whole["articles"], whole["uses"], whole["explained"]]
        assert float(rows[1][4]) == round(whole["explained"] / whole["uses"], 4)
        assert [row[5] for row in rows if row[5]] == ["phrase", *unexplained]
        for wrong in (("--csv",), ("--coverage", "--csv", "--json")):
            assert meipi("check", *wrong).exit_code == 2
        assert found["shares"][0]["genre"] == "" and found["shares"][0]["explained"] > 0
