"""Glossary entries as files have them: every key, the older keys, and what does not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.content import Finding, knowledge
from app.content.entries import short
from app.content.store import Content
from app.errors import ChangedMeanwhile
from app.model import AliasScope, English, Member, Scope, Term, TermDate, TermId

START = "- id: jia\n  term: 甲\n  kind: policy\n  zh: 甲。\n  note: 无。\n  pinyin: jiǎ\n"


def read(tmp_path: Path, text: str) -> tuple[tuple[Term, ...], tuple[Finding, ...]]:
    (tmp_path / "glossary").mkdir(exist_ok=True)
    (tmp_path / "glossary/x.yaml").write_text(text, "utf-8")
    knowledge, findings = Content(tmp_path).usable_knowledge()
    return knowledge.terms, findings


def entry(tmp_path: Path, more: str) -> Term:
    (term,), findings = read(tmp_path, START + more)
    assert findings == ()
    return term


FULL = """
- id: san-gang
  term: 三港
  traditional: 三港
  pinyin: sān gǎng
  aliases: [ 北湾三港, {form: 港口群, scope: {requires: [北湾, 海运], place: 北岸, veto: [旧~]}} ]
  domain: regions
  kind: document
  zh: 北湾的三个港口。
  en: The three ports of Beiwan.
  members: [ {zh: 东港, en: East Port}, 西港, {zh: 南港} ]
  members_changed: 南港2020年起列入。
  english: [ {text: Three Ports, status: official}, {text: three harbours} ]
  dates:
  - {date: 2017-12-15, type: issued, event: 镇政府公告, event_en: announced, source: 1}
  - {date: '2015', type: in_use_by}
  sources: [ {title: 公告, url: 'https://example.org/', tier: A} ]
  verified: main
  scope: {articles: [dushu-jie], requires: [港]}
"""


@pytest.mark.parametrize(("length", "shown"), [(38, 40), (39, 40), (5000, 40)])
def test_a_value_is_shown_in_forty_characters(length: int, shown: int):
    words = short("x" * length)
    assert len(words) == shown and words.endswith("…") == (length > 38)


def test_every_new_key_is_read(tmp_path: Path):
    (term,), findings = read(tmp_path, FULL)
    assert findings == ()
    assert (term.domain, term.kind, term.verified, term.traditional) == (
        "regions",
        "document",
        "main",
        "三港",
    )
    assert term.aliases == ("北湾三港", "港口群")
    assert term.alias_scopes == (AliasScope("港口群", Scope((), ("北湾", "海运"), ("北岸",), ("旧~",))),)
    assert term.scope == Scope(("dushu-jie",), ("港",))  # type: ignore[arg-type]
    assert term.members == (Member("东港", "East Port"), Member("西港"), Member("南港"))
    assert term.english == (English("Three Ports", "official"), English("three harbours", "descriptive"))
    assert term.dates == (
        TermDate("2017-12-15", "issued", "镇政府公告", "announced", 1),
        TermDate("2015", "in_use_by"),
    )


def test_four_keys_are_enough(tmp_path: Path):
    (term,), findings = read(tmp_path, "- {id: jia, term: 甲, kind: title, zh: 甲。}\n")
    assert findings == () and term.kind == "title"


class TestTheOlderFormat:
    def test_origin_and_time_line_become_dates_in_use_by(self, tmp_path: Path):
        term = entry(
            tmp_path,
            "  origin: {text: 见于公告。, date: '2014-05'}\n  timeline: [{date: '2016', text: 写入规划}]\n",
        )
        assert term.dates == (
            TermDate("2014-05", "in_use_by", "见于公告。"),
            TermDate("2016", "in_use_by", "写入规划"),
        )

    def test_a_date_of_both_stands_once(self, tmp_path: Path):
        term = entry(
            tmp_path, "  origin: {text: 由来。, date: '2016'}\n  timeline: [{date: '2016', text: 写入规划}]\n"
        )
        assert term.dates == (TermDate("2016", "in_use_by", "写入规划"),)
        assert term.note == "由来。无。"

    def test_what_has_no_usable_date_goes_into_the_note(self, tmp_path: Path):
        term = entry(tmp_path, "  origin: {text: 来自民间。}\n  timeline: [{date: 90年代, text: 流行}]\n")
        assert term.dates == ()
        assert term.note == "来自民间。90年代 流行无。"

    @pytest.mark.parametrize(
        "text, name",
        [
            ("five centers", English("five centers", "descriptive")),
            ("five centers (descriptive)", English("five centers", "descriptive")),
            ("five centers (literal)", English("five centers", "descriptive")),
            ("five centers (common rendering)", English("five centers", "common")),
            ("AI (artificial intelligence)", English("AI (artificial intelligence)", "descriptive")),
        ],
    )
    def test_official_english_becomes_english(self, tmp_path: Path, text: str, name: English):
        assert entry(tmp_path, f"  official_english: {text}\n").english == (name,)


@pytest.mark.parametrize(
    "more, words",
    [
        ("dates: [{date: 去年, type: issued}]", "is not a date"),
        ("dates: [{date: '2024-02-30', type: issued}]", "is not a date"),
        ("dates: [{date: '2024'}]", "dates.type"),
        ("dates: [{date: '2024', type: born}]", "'born'"),
        ("dates: [{date: '2024', type: issued, source: 1}]", "source number 1"),
        ("english: [{text: x, status: good}]", "'good'"),
        ("english: [x]", "expected keys"),
        ("members: [{en: x}]", "has no zh"),
        ("members: [{zh: 乙, de: x}]", "unknown key 'de'"),
        ("members: [[乙]]", "is not text"),
        ("aliases: [{scope: {requires: [乙]}}]", "has no form"),
        ("aliases: [{form: 乙, scope: {near: [丙]}}]", "unknown key 'near'"),
        ("aliases: [{form: 乙, scope: {veto: [丙]}}]", "'丙' is not a context"),
        ("scope: {only: ['~']}", "'~' is not a context"),
        ("scope: [乙]", "has the wrong type"),
        ("scope: {articles: [../x]}", "is not an article id"),
        ("scope: {requires: [[乙]]}", "is not text"),
        ("domain: sport", "'sport'"),
        ("verified: 是", "has the wrong type"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, more: str, words: str):
    terms, (finding,) = read(tmp_path, START + f"  {more}\n")
    assert terms == ()
    assert (finding.code, finding.line) == ("G02", 7)
    assert words in finding.problem


class TestWriting:
    def change(self, tmp_path: Path, text: str, **fields: object) -> str:
        (term,), _ = read(tmp_path, text)
        content = Content(tmp_path)
        content.entries.write([], [replace(term, **fields)])  # type: ignore[arg-type]
        return (tmp_path / "glossary/x.yaml").read_text("utf-8")

    def test_an_entry_that_is_written_reads_back(self, tmp_path: Path):
        (before,), _ = read(tmp_path, FULL)
        content = Content(tmp_path / "new")
        (tmp_path / "new").mkdir()
        content.entries.write([before], [])
        assert content.knowledge().terms == (before,)

    def test_older_keys_go_when_the_new_ones_are_written(self, tmp_path: Path):
        old = START + "  origin: {text: 由来。, date: '2014'}\n  official_english: x\n"
        text = self.change(tmp_path, old, dates=(TermDate("2013", "issued"),))
        assert "origin" not in text and "official_english: x" in text
        (term,), _ = read(tmp_path, text)
        assert term.dates == (TermDate("2013", "issued"),)
        assert term.english == (English("x"),)

    def test_older_keys_stay_when_something_else_changes(self, tmp_path: Path):
        text = self.change(tmp_path, START + "  origin: {text: 由来。, date: '2014'}\n", zh="乙。")
        assert "由来" in text and "dates" not in text

    @pytest.mark.parametrize("indent", ["", "  "])
    def test_every_other_line_stays(self, tmp_path: Path, indent: str):
        """Lists indented or not, quotation marks, comments, a long line and a text of several lines."""
        item = (
            f"  aliases:   # 别称\n{indent}  - '甲词'\n{indent}  - \"{'old ' * 50}x\"\n"
            f"  english:\n{indent}  - {{text: 'x', status: common}}\n"
            "  # 待核\n  not_to_confuse: |\n    第一行\n\n    第二行\n"
        )
        other = "- id: yi\n  term: '乙'   # 下一条\n  kind: policy\n  zh: 乙。\n  note: 无。\n  pinyin: yǐ\n"
        text = f"# 头\n\n{START}{item}\n{other}"
        read(tmp_path, text)
        content = Content(tmp_path)
        first = content.knowledge().terms[0]
        content.entries.write([], [replace(first, zh="改过。")])
        now = (tmp_path / "glossary/x.yaml").read_text("utf-8")
        lines = zip(text.splitlines(), now.splitlines(), strict=True)
        assert [(a, b) for a, b in lines if a != b] == [("  zh: 甲。", "  zh: 改过。")]


class TestWritingSeveralFiles:
    """A change of two files, and a new entry in a third: all are written, or none."""

    NAMES = ("a", "b", "neu")

    @pytest.fixture
    def content(self, tmp_path: Path) -> Content:
        for name in ("a", "b"):
            (tmp_path / "glossary").mkdir(exist_ok=True)
            text = START.replace("jia", name).replace("甲", f"甲{name}")
            (tmp_path / f"glossary/{name}.yaml").write_text(f"# {name}\n{text}", "utf-8")
        return Content(tmp_path)

    def write(self, content: Content) -> list[Path]:
        a, b = content.knowledge().terms
        new = replace(a, id=TermId("neu"), term="新词")
        return content.entries.write([new], [replace(t, zh="改过。") for t in (a, b)], name="neu")

    def files(self, content: Content) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in (content.root / "glossary").iterdir()}

    def test_writes_all(self, content: Content):
        assert [p.stem for p in self.write(content)] == ["a", "b", "neu"]
        assert [t.zh for t in content.knowledge().terms] == ["改过。", "改过。", "甲a。"]

    @pytest.mark.parametrize("n", range(3))
    def test_writes_none_if_one_was_changed_at_the_same_moment(
        self, content: Content, monkeypatch: pytest.MonkeyPatch, n: int
    ):
        before, real = self.files(content), knowledge.dump_yaml
        path = content.root / f"glossary/{self.NAMES[n]}.yaml"

        def late(*args: object) -> str:
            path.write_text("# 别人的\n", "utf-8")
            monkeypatch.setattr(knowledge, "dump_yaml", real)
            return real(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(knowledge, "dump_yaml", late)
        with pytest.raises(ChangedMeanwhile):
            self.write(content)
        assert self.files(content) == before | {path.name: "# 别人的\n".encode()}

    @pytest.mark.parametrize("n", range(1, 3))
    def test_writes_none_if_one_changes_between_two_writes(
        self, content: Content, monkeypatch: pytest.MonkeyPatch, n: int
    ):
        """The first file has been replaced when the next one turns out to be another one."""
        before, real = self.files(content), Path.replace
        path = content.root / f"glossary/{self.NAMES[n]}.yaml"

        def swap(part: Path, to: Path) -> Path:
            done = real(part, to)
            path.write_text("# 别人的\n", "utf-8")
            monkeypatch.setattr(Path, "replace", real)
            return done

        monkeypatch.setattr(Path, "replace", swap)
        with pytest.raises(ChangedMeanwhile):
            self.write(content)
        assert self.files(content) == before | {path.name: "# 别人的\n".encode()}

    @pytest.mark.parametrize("n", range(3))
    def test_writes_none_if_the_disk_is_full(self, content: Content, monkeypatch: pytest.MonkeyPatch, n: int):
        before, real, left = self.files(content), knowledge.write_bytes, [n]

        def full(path: Path, data: bytes) -> None:
            if not left[0]:
                raise OSError(28, "No space left on device", str(path))
            left[0] -= 1
            real(path, data)

        monkeypatch.setattr(knowledge, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            self.write(content)
        assert self.files(content) == before
