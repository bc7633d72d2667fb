"""The files of content/: their format, the words for faults, and writes that are whole or do not happen."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.content import knowledge as knowledge_module
from app.content.article_file import format_article, parse_article
from app.content.check import check
from app.content.store import Content
from app.errors import ContentError, NotFound
from app.model import ARTICLE_ID, KINDS, ArticleId, Header, Kind, Piece
from app.text.paragraphs import Ledger, align, ledger_lines, save

ID = ArticleId("wenzhang")


def parse(text: str) -> tuple[Header, tuple[Piece, ...]]:
    return parse_article(ID, text, "article.md")[:2]


def kinds_and_texts(text: str) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in parse(text)[1]]


def refused(text: str) -> ContentError:
    with pytest.raises(ContentError) as caught:
        parse(text)
    return caught.value


class TestAnArticleIsReadAsAnEditorMeansIt:
    def test_an_empty_line_parts_two_paragraphs(self):
        assert kinds_and_texts("甲。\n\n乙。\n") == [("paragraph", "甲。"), ("paragraph", "乙。")]

    def test_a_paragraph_broken_over_lines_is_joined_without_a_space_between_han(self):
        assert kinds_and_texts("船停在\n岸边。\n") == [("paragraph", "船停在岸边。")]

    def test_two_latin_words_keep_a_space_between_them(self):
        assert kinds_and_texts("New\nYork\n") == [("paragraph", "New York")]

    def test_headings_lists_verse_and_named_kinds(self):
        text = (
            "{.byline}\n记者 甲\n\n## 一\n\n- 乙\n- 丙\n\n> 丁，\n> 戊。\n\n"
            "{.caption}\n图\n\n{.furniture}\n4版\n"
        )
        assert kinds_and_texts(text) == [
            ("byline", "记者 甲"),
            ("heading", "一"),
            ("list", "乙"),
            ("list", "丙"),
            ("verse", "丁，"),
            ("verse", "戊。"),
            ("caption", "图"),
            ("furniture", "4版"),
        ]

    def test_links_pictures_tables_and_html_stand_as_they_are_written(self):
        text = "[词](http://example.org)<b>粗</b>![图](a.png)&amp;"
        assert kinds_and_texts(text) == [("paragraph", text)]

    def test_lines_and_levels_are_kept(self):
        _, pieces = parse("---\ntitle: 题\n---\n\n甲\n\n### 乙\n")
        assert [(p.lines, p.level) for p in pieces] == [((5, 5), 0), ((7, 7), 3)]

    def test_without_a_title_the_first_heading_is_it_and_without_one_the_id(self):
        assert parse("甲。\n\n## 乙\n")[0].title == "乙"
        assert parse("甲。\n")[0].title == ID

    def test_a_date_need_not_stand_in_quotation_marks(self):
        assert parse("---\ndate: 2024-03-05\n---\n甲")[0].date == "2024-03-05"
        assert parse("---\ndate: 2024\n---\n甲")[0].date == "2024"

    def test_windows_line_ends_and_a_byte_order_mark_are_no_fault(self, content: Content):
        path = content.root / "articles/dushu-jie/article.md"
        before = content.article(ArticleId("dushu-jie"))
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        after = content.article(ArticleId("dushu-jie"))
        assert (after.header, after.pieces) == (before.header, before.pieces)


# -- round trips

# One line of any text as reflow and the importers give it: no surrounding white space, no control characters.
SPECIAL = st.sampled_from([*"#>*-_`\\[]{}()!&<+=~|.:1 ", "{.byline}", "---", "1.", "2)", "&amp;", "**", "  "])
LINE = st.lists(
    SPECIAL | st.sampled_from("船到岸，。“”AIａ\u3000") | st.characters(exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=25,
).map(lambda parts: "".join(parts).strip())
TEXT = LINE.filter(bool)


def piece(kind: Kind) -> st.SearchStrategy[Piece]:
    level = st.integers(2, 6) if kind == "heading" else st.just(0)
    return st.builds(Piece, st.just(kind), TEXT, st.none(), level)


PIECES = st.lists(st.sampled_from(KINDS).flatmap(piece), max_size=6)
HEADERS = st.builds(
    Header,
    id=st.just(ID),
    title=TEXT,
    supplied=st.booleans(),
    date=st.sampled_from(["", "2023", "2023-12", "2023-12-03"]),
    circa=st.booleans(),
    publication=st.just("") | TEXT,
    author=st.just("") | TEXT,
    url=st.sampled_from(["", "https://example.org/a?b=c#d: e"]),
    note=st.just("") | TEXT,
    lang=st.sampled_from(["zh-Hans", "zh-Hant"]),
    aliases=st.lists(st.from_regex(ARTICLE_ID, fullmatch=True).map(ArticleId), max_size=2).map(tuple),
)


class TestWhatIsWrittenReadsBack:
    @given(PIECES)
    @example([Piece("paragraph", "1. 甲"), Piece("paragraph", "2) 乙"), Piece("paragraph", "1")])
    @example([Piece("list", "甲"), Piece("list", "- 乙"), Piece("paragraph", "丙"), Piece("verse", "> 丁")])
    @example([Piece("paragraph", "{.caption}"), Piece("caption", "{.byline}"), Piece("verse", "{.a}")])
    @example([Piece("heading", "甲 ##", level=2), Piece("paragraph", "---"), Piece("paragraph", "===")])
    @example([Piece("furniture", "# 甲"), Piece("byline", "- 乙"), Piece("caption", "```")])
    def test_blocks_of_any_text_and_kind(self, pieces: list[Piece]):
        _, back = parse(format_article(Header(ID, "题"), pieces))
        assert [(p.kind, p.text, p.level) for p in back] == [(p.kind, p.text, p.level) for p in pieces]

    @given(HEADERS)
    @example(Header(ID, "null"))
    @example(Header(ID, "2024-03-05", note="甲: 乙 # 丙", author="- 丁", publication="'“\"”"))
    @example(Header(ID, "true", publication="~", author="0x10", note="---"))
    def test_headers_of_any_words(self, header: Header):
        assert parse(format_article(header, [Piece("paragraph", "甲")]))[0] == header

    @pytest.mark.parametrize(("level", "written"), [(0, 2), (1, 2), (2, 2), (6, 6), (7, 6)])
    def test_a_heading_leaves_the_first_level_to_the_title(self, level: int, written: int):
        text = format_article(Header(ID, "题"), [Piece("heading", "甲", level=level)])
        assert text.endswith(f"\n{'#' * written} 甲\n")

    def test_an_article_from_the_disk_is_written_as_it_stands(self, content: Content):
        for id in content.articles():
            manuscript = content.article(id)
            path = content.folder(id) / "article.md"
            again = format_article(manuscript.header, manuscript.pieces)
            assert parse_article(id, again, "") == parse_article(id, path.read_text("utf-8"), "") or [
                (p.kind, p.text) for p in parse_article(id, again, "")[1]
            ] == [(p.kind, p.text) for p in manuscript.pieces]


# -- faults

FRONT = "---\n{}\n---\n\n甲。\n"


class TestFaultsOfAnArticleAreNamed:
    @pytest.mark.parametrize(
        ("text", "code", "line", "problem", "remedy"),
        [
            ("---\ntitle: 甲\n\n乙。\n", "A03", 1, "does not end", "---"),
            (FRONT.format("title: 甲: 乙"), "A03", 2, "mapping values", "quotation marks"),
            (FRONT.format("title: 甲\ntitle: 乙"), "A03", 3, "duplicate key", "delete one"),
            (FRONT.format("- 甲"), "A03", 2, "expected keys", "key: value"),
            (FRONT.format("title: [甲"), "A03", 2, "", "content/README.md"),
            (FRONT.format("title: 甲\ndate: 3月5日"), "A04", 3, "'3月5日' is not ISO 8601", "2024-03-05"),
            (FRONT.format("date: '2024-13'"), "A04", 2, "2024-13", "2024-03-05"),
            (FRONT.format("date: '2024-02-31'"), "A04", 2, "2024-02-31", "2024-03-05"),
            (FRONT.format("url: javascript:alert(1)"), "A04", 2, "is not a web address", "https://"),
            (FRONT.format("lang: en"), "A04", 2, "neither script", "zh-Hant"),
            (FRONT.format("supplied: yes"), "A04", 2, "supplied", "true or false"),
            (FRONT.format("aliases: 甲"), "A04", 2, "aliases", "a list"),
            (FRONT.format("aliases: [甲乙]"), "A04", 2, "is not an article id", "hyphens"),
            (FRONT.format("title: [甲]"), "A04", 2, "title", "quotation marks"),
            (FRONT.format('title: "甲\\ud800"'), "A04", 2, "title", ""),
            (FRONT.format('note: "甲\\0乙"'), "A04", 2, "note", ""),
            (FRONT.format("titel: 甲"), "A05", 2, "unknown key 'titel'", "title"),
            (FRONT.format("1: 甲"), "A05", 2, "unknown key 1", "title"),
            ("甲。\n\n{.quote}\n乙。\n", "A06", 4, "{.quote}", "{.caption}"),
        ],
    )
    def test_with_line_and_remedy(self, text: str, code: str, line: int, problem: str, remedy: str):
        fault = refused(text)
        assert (fault.code, fault.line) == (code, line)
        assert problem in fault.problem
        assert remedy in fault.remedy
        assert str(fault) == f"article.md:{line}: {code} {fault.problem}; {fault.remedy}"

    @given(st.text())
    def test_no_front_matter_is_so_odd_that_the_fault_has_no_name(self, text: str):
        try:
            parse(f"---\n{text}\n---\n\n甲。\n")
        except ContentError as fault:
            assert fault.problem and fault.remedy

    @given(st.text())
    def test_any_body_is_read(self, text: str):
        try:
            for found in parse(text)[1]:
                assert found.text == found.text.strip() and "\n" not in found.text
        except ContentError as fault:
            assert fault.code in ("A03", "A04", "A05", "A06")


GLOSSARY = "- id: jia\n  term: 甲\n  kind: idiom\n  zh: 甲。\n  note: 无。\n"
PERSON = "- id: jia\n  name: 甲\n"


def write(content: Content, name: str, text: str | bytes) -> Path:
    path = content.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


class TestCheck:
    def test_finds_nothing_in_a_sound_library(self, content: Content):
        assert list(check(content)) == []

    def test_finds_nothing_where_there_is_nothing(self, tmp_path: Path):
        assert list(check(Content(tmp_path / "empty"))) == []

    @pytest.mark.parametrize(
        ("name", "text", "code", "line", "problem"),
        [
            ("glossary/x.yaml", GLOSSARY + "  zh2: 乙\n", "G02", 6, "unknown key 'zh2'"),
            ("glossary/x.yaml", GLOSSARY.replace("idiom", "song"), "G02", 3, "'song'"),
            ("glossary/x.yaml", GLOSSARY.replace("  zh: 甲。\n", ""), "G02", 1, "'zh' is missing"),
            ("glossary/x.yaml", GLOSSARY + "  aliases: 乙\n", "G02", 6, "aliases"),
            ("glossary/x.yaml", GLOSSARY + "  verified: 是\n", "G02", 6, "verified"),
            ("glossary/x.yaml", GLOSSARY + "  veto: [中国]\n", "G02", 6, "is not a context"),
            ("glossary/x.yaml", GLOSSARY + "  members: [[乙]]\n", "G02", 6, "is not text"),
            ("glossary/x.yaml", GLOSSARY + "  timeline: [乙]\n", "G02", 6, "expected keys"),
            ("glossary/x.yaml", GLOSSARY + "  timeline:\n  - {when: 乙}\n", "G02", 6, "unknown key 'when'"),
            ("glossary/x.yaml", GLOSSARY + "  origin: {who: 乙}\n", "G02", 6, "unknown key 'who'"),
            ("glossary/x.yaml", GLOSSARY + "  sources: [{tier: D}]\n", "G02", 6, "tier 'D'"),
            (
                "glossary/x.yaml",
                GLOSSARY + "  sources: [{url: 'javascript:1'}]\n",
                "G02",
                6,
                "is not a web address",
            ),
            ("glossary/x.yaml", GLOSSARY.replace("jia", "甲"), "G02", 1, "is not an id"),
            ("glossary/x.yaml", GLOSSARY + '  en: "\\udc00"\n', "G02", 6, "en"),
            ("glossary/x.yaml", GLOSSARY + '  aliases: ["乙\\0"]\n', "G02", 6, "aliases"),
            ("glossary/x.yaml", "甲\n", "G01", 1, "expected a list"),
            ("glossary/x.yaml", "id: jia\n", "G01", 1, "expected a list"),
            ("glossary/x.yaml", "- 甲\n", "G02", 1, "is not an entry"),
            ("glossary/x.yaml", GLOSSARY + "  en: a: b\n", "G01", 6, "mapping values"),
            ("glossary/x.yaml", GLOSSARY + GLOSSARY, "G03", 6, "duplicate id 'jia'"),
            ("glossary/x.yaml", GLOSSARY + "  related: [yi]\n", "G04", 1, "'yi' of jia does not exist"),
            ("glossary/x.yaml", GLOSSARY.replace("  note: 无。\n", ""), "G05", 1, "jia has no source"),
            ("glossary/x.yaml", GLOSSARY + "  aliases: [渡口]\n", "G06", 1, "“渡口” of jia"),
            ("glossary/x.yaml", "- id: jia\n  term: 渡\ufeff\n".encode("gb18030"), "C01", 2, "not UTF-8"),
            ("speakers/x.yaml", PERSON + "  age: 40\n", "S02", 3, "unknown key 'age'"),
            ("speakers/x.yaml", PERSON + "  kind: crowd\n", "S02", 3, "'crowd'"),
            ("speakers/x.yaml", "- id: jia\n", "S02", 1, "'name' is missing"),
            ("speakers/x.yaml", PERSON + "  offices: [{post: 乙}]\n", "S02", 3, "unknown key 'post'"),
            ("speakers/x.yaml", PERSON + PERSON, "S03", 3, "duplicate id 'jia'"),
            ("speakers/x.yaml", "- id: jia\n  name: [\n", "S01", 3, ""),
            ("articles/bu-cun-zai/source.txt", "甲", "A02", 0, "missing"),
            ("articles/Da_Xie/article.md", "甲", "A01", 0, "is not an article id"),
            ("articles/dushu-jie/article.md", "---\ntitle: 甲\n---\n", "A09", 0, "no text"),
            ("articles/xin/article.md", "甲。\n", "A10", 0, "no ledger"),
            ("articles/xin/article.md", "---\naliases: [dushu-jie]\n---\n甲。\n", "A08", 0, "dushu-jie"),
            (
                "articles/xin/article.md",
                "---\naliases: [dushujie-2024]\n---\n甲。\n",
                "A08",
                0,
                "dushujie-2024",
            ),
            ("articles/dushu-jie/article.md", "渡口".encode("big5") + b"\n", "C01", 1, "not UTF-8"),
            ("articles/dushu-jie/ledger.jsonl", "<<<<<<< HEAD\n", "L02", 1, "conflict"),
            ("articles/dushu-jie/ledger.jsonl", b"\xff\xfe\n", "C01", 1, "not UTF-8"),
            ("articles/dushu-jie/ledger.jsonl", b"\xff\xfe", "L09", 1, "cut short"),
            ("articles/dushu-jie/ledger.jsonl", b"", "L09", 1, "empty"),
            (
                "articles/dushu-jie/ledger.jsonl",
                '{"ledger":1,"article":"dushu-jie"}\n',
                "L09",
                1,
                "no revision",
            ),
        ],
    )
    def test_names_file_line_code_problem_and_remedy(
        self, content: Content, name: str, text: str | bytes, code: str, line: int, problem: str
    ):
        path = write(content, name, text)
        (finding,) = (f for f in check(content) if f.code == code)
        place = path.parent if code == "A01" else path.parent / "article.md" if code == "A02" else path
        place = path.parent / "ledger.jsonl" if code == "A10" else place
        assert (finding.path, finding.line) == (str(place), line)
        assert problem in finding.problem
        assert finding.remedy
        assert str(finding) == f"{place}:{line}: {code} {finding.problem}; {finding.remedy}"

    def test_a_file_of_entries_is_parsed_again_only_when_it_changed(
        self, content: Content, monkeypatch: pytest.MonkeyPatch
    ):
        first = content.usable_knowledge()
        path, parsed, real = (
            write(content, "glossary/x.yaml", GLOSSARY),
            list[str](),
            knowledge_module.load_yaml,
        )

        def load(text: str, path: str, *rest: Any, **options: Any) -> Any:
            parsed.append(Path(path).name)
            return real(text, path, *rest, **options)

        monkeypatch.setattr(knowledge_module, "load_yaml", load)
        assert content.usable_knowledge()[0].term("jia") and parsed == ["x.yaml"]
        path.write_text(GLOSSARY.replace("jia", "yi"), "utf-8")
        knowledge, _ = content.usable_knowledge()
        assert knowledge.term("yi") and not knowledge.term("jia") and parsed == ["x.yaml"] * 2
        path.unlink()
        assert content.usable_knowledge() == first and parsed == ["x.yaml"] * 2

    def test_an_earlier_reading_spares_the_parser_unchanged_files(
        self, content: Content, monkeypatch: pytest.MonkeyPatch
    ):
        write(content, "glossary/x.yaml", "# 起头\n\n" + GLOSSARY)
        faulty = write(content, "glossary/z.yaml", GLOSSARY.replace("jia", "bing") + "- id: yi\n  term: 乙\n")
        first, findings = content.usable_knowledge()
        kept = content.entries.fingerprints()
        assert "glossary/x.yaml" in kept and "glossary/z.yaml" not in kept, "a faulty file is read again"
        later, parsed, real = Content(content.root), list[str](), knowledge_module.load_yaml

        def load(text: str, path: str, *rest: Any, **options: Any) -> Any:
            parsed.append(Path(path).name)
            return real(text, path, *rest, **options)

        monkeypatch.setattr(knowledge_module, "load_yaml", load)
        later.entries.remember(first, kept)
        assert later.usable_knowledge(first) == (first, findings) and parsed == ["z.yaml"]
        faulty.unlink()
        write(content, "glossary/a.yaml", GLOSSARY)  # the id of x.yaml, which has the fault at its third line
        write(content, "speakers/beiwan.yaml", "[]\n")
        again = Content(content.root)
        again.entries.remember(first, kept)
        knowledge, findings = again.usable_knowledge()
        assert knowledge == Content(content.root).usable_knowledge()[0] and not knowledge.people
        assert [(f.code, Path(f.path).name, f.line) for f in findings] == [("G03", "x.yaml", 3)]

    def test_a_fingerprint_follows_the_file_and_the_code_that_parses_it(
        self, content: Content, monkeypatch: pytest.MonkeyPatch
    ):
        def fingerprint(text: str) -> str:
            write(content, "glossary/x.yaml", text)
            fresh = Content(content.root)
            fresh.usable_knowledge()
            return fresh.entries.fingerprints()["glossary/x.yaml"]

        first = fingerprint(GLOSSARY)
        assert fingerprint(GLOSSARY + "# x\n") != first == fingerprint(GLOSSARY)
        source = knowledge_module._parser()
        assert b"class KnowledgeFiles" not in source, "an update of the rest keeps what was parsed"
        for file in ("content/glossary_file.py", "content/yaml_file.py", "model/glossary.py"):
            assert (Path(knowledge_module.__file__).parents[1] / file).read_bytes() in source, file
        monkeypatch.setattr(knowledge_module, "_parser", lambda: b"another reader")
        assert fingerprint(GLOSSARY) != first

    def test_one_bad_entry_spoils_neither_its_file_nor_the_rest(self, content: Content):
        write(content, "glossary/x.yaml", GLOSSARY + "- id: yi\n  term: 乙\n")
        knowledge, findings = content.usable_knowledge()
        assert knowledge.term("jia") and knowledge.term("dukou") and not knowledge.term("yi")
        assert [f.code for f in findings] == ["G02"]
        with pytest.raises(ContentError, match="G02"):
            content.knowledge()

    @pytest.mark.parametrize("key", ["aliases", "timeline", "zh", "x"])
    def test_a_bomb_of_references_is_refused_in_few_words(self, content: Content, key: str):
        bomb = "".join(
            f"  {c}: &{c} [{', '.join([f'*{b}'] * 9)}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)
        )
        write(
            content,
            "glossary/x.yaml",
            f"- a: &a [甲]\n{bomb}- id: yi\n  term: 乙\n  kind: idiom\n  {key}: *i\n",
        )
        findings = [f for f in check(content) if f.path.endswith("x.yaml")]
        assert {f.code for f in findings} == {"G02"}
        assert all(len(str(f)) < 1000 for f in findings)

    @pytest.mark.parametrize(("reviewed", "old"), [("2023-11-29", True), ("2023-11-30", False)])
    def test_a_review_is_asked_for_after_two_years(self, content: Content, reviewed: str, old: bool):
        write(content, "glossary/x.yaml", GLOSSARY + f"  reviewed: '{reviewed}'\n")
        codes = {f.code for f in check(content, today="2025-11-30") if f.path.endswith("x.yaml")}
        assert ("G07" in codes) == old

    def test_merged_keys_and_tags_are_no_crash(self, content: Content):
        write(
            content,
            "glossary/x.yaml",
            "- &a {id: jia, term: 甲, kind: idiom, zh: 甲。, x: 1}\n- <<: *a\n  id: yi\n",
        )
        write(content, "glossary/y.yaml", "- !!python/object:os.system {id: jia}\n- !x 甲\n")
        assert {f.code for f in check(content)} <= {"G01", "G02"}

    def test_what_is_too_deep_or_too_large_for_yaml_is_named(
        self, content: Content, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("app.content.yaml_file.MAX_LENGTH", 10_000)
        write(content, "glossary/deep.yaml", "[" * 700)
        write(content, "speakers/large.yaml", "# " + "甲" * 10_000)
        assert {(f.code, Path(f.path).name) for f in check(content)} == {
            ("G01", "deep.yaml"),
            ("S01", "large.yaml"),
        }

    @given(st.text())
    @settings(max_examples=40)
    def test_any_yaml_is_answered(self, content: Content, text: str):
        write(content, "glossary/x.yaml", text.encode("utf-8", "surrogatepass"))
        for finding in check(content):
            assert finding.code[0] in "GC" and finding.remedy


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        "id", ["keine", "../articles/dushu-jie", "", ".", "A", "a/b", "甲", "a" * 65, ".pending"]
    )
    def test_an_unknown_article_is_not_found_and_no_path_is_followed(self, content: Content, id: str):
        for ask in (content.article, content.source, content.digest, content.folder):
            with pytest.raises(NotFound):
                ask(ArticleId(id))

    def test_folders_that_are_no_articles_are_passed_over(self, content: Content):
        write(content, "articles/.hidden/article.md", "甲")
        write(content, "articles/notes.txt", "甲")
        write(content, "articles/Da_Xie/article.md", "甲")
        assert content.articles() == ["beiwan-daqiao", "dushu-jie", "shanlu-chaguan"]


# -- writing


class Killed(BaseException):
    """The process ends here; nothing that would clean up may run on the other side of it."""


def state(content: Content, id: ArticleId) -> tuple[object, ...] | None:
    """Everything a reader sees of an article."""
    try:
        manuscript = content.article(id)
    except NotFound:
        return None
    return (
        manuscript.header,
        [(p.kind, p.text) for p in manuscript.pieces],
        manuscript.ledger,
        content.source(id),
    )


STEPS = ("rename", "replace", "fsync", "mkdir", "open", "rmdir")


def killing(patch: pytest.MonkeyPatch, at: int) -> list[str]:
    """End the process before its n-th dealing with the disk; returns the list of earlier operations."""
    done: list[str] = []

    def wrap(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def step(*args: object, **options: object) -> object:
            if len(done) >= at:
                raise Killed(name)
            done.append(name)
            return real(*args, **options)

        patch.setattr(owner, name, step)

    for owner, name in (
        (Path, "rename"),
        (Path, "replace"),
        (os, "fsync"),
        (Path, "mkdir"),
        (shutil, "copyfile"),
    ):
        wrap(owner, name)
    wrap(shutil, "rmtree")
    wrap(Path, "rmdir")
    return done


class TestAWriteIsWholeOrHasNotHappened:
    def new_text(self, content: Content, id: ArticleId) -> Callable[[], None]:
        try:
            ledger = content.article(id).ledger
        except NotFound:
            ledger = Ledger(id)
        pieces = [
            Piece("paragraph", "桥通了。"),
            Piece("heading", "船", level=2),
            Piece("paragraph", "船停了。"),
        ]
        saved = save(ledger, align(ledger, pieces), saved_at="2024-07-01T00:00:00+00:00")
        return lambda: content.write(Header(id, "新题"), pieces, saved, source="桥通了。\n".encode())

    @pytest.mark.parametrize("id", ["beiwan-daqiao", "xin-wenzhang"])
    def test_wherever_the_process_is_killed(self, indexed: Path, tmp_path: Path, id: str):
        article, states, at = ArticleId(id), list[str](), 0
        while True:
            root = tmp_path / str(at)
            shutil.copytree(indexed / "content", root)
            content = Content(root)
            old = state(content, article)
            write = self.new_text(content, article)
            with content.lock(), pytest.MonkeyPatch.context() as patch:
                done = killing(patch, at)
                try:
                    write()
                    finished = True
                except Killed:
                    finished = False
            left = state(content, article)
            with content.lock():
                after = state(content, article)
            assert left == after, f"recovery changed what readers saw, killed after {done}"
            assert not (root / ".pending").exists() or not any((root / ".pending").iterdir()), done
            states.append("old" if after == old else "new")
            if finished:
                assert after is not None and after[0] == Header(article, "新题")
                new = after
                break
            if states[-1] == "new":
                assert after is not None and after[0] == Header(article, "新题"), (
                    f"neither old nor new after {done}"
                )
                assert [p for p in (root / "articles" / id).iterdir() if p.name.startswith(".")] == []
            at += 1
        assert at > 8
        assert states == sorted(states, key=["old", "new"].index), "once new, always new"
        assert new[1] == [("paragraph", "桥通了。"), ("heading", "船"), ("paragraph", "船停了。")]

    def test_a_crash_during_recovery_is_recovered_too(self, content: Content):
        id = ArticleId("beiwan-daqiao")
        write = self.new_text(content, id)
        with content.lock(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(Content, "_finish", lambda *_: (_ for _ in ()).throw(Killed()))
            with pytest.raises(Killed):
                write()
        for at in range(12):
            with pytest.MonkeyPatch.context() as patch:
                killing(patch, at)
                try:
                    with content.lock():
                        pass
                except Killed:
                    pass
            assert content.article(id).header.title == "新题"
        with content.lock():
            assert content.folder(id) == content.root / "articles" / id

    def test_what_is_not_given_stays(self, content: Content):
        id = ArticleId("beiwan-daqiao")
        before, source = content.article(id), content.source(id)
        with content.lock():
            content.write(replace(before.header, title="另题"), None, before.ledger)
        after = content.article(id)
        assert (after.header, after.pieces, content.source(id)) == (before.header, before.pieces, source)

    def test_a_reader_in_the_middle_of_a_move_sees_one_text(self, content: Content):
        """The folder that a reader has just found may be moved before the reader opens its files."""
        id = ArticleId("beiwan-daqiao")
        write = self.new_text(content, id)
        with content.lock(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(Content, "_finish", lambda *_: None)
            write()
        pending = content.folder(id)
        assert pending.parent.name == ".pending"
        real = Content.folder

        def found_then_moved(self: Content, asked: ArticleId) -> Path:
            found = real(self, asked)
            if pending.exists():
                self._finish(pending)
            return found

        for ask in (Content.article, Content.digest, Content.source):
            if not pending.exists():
                shutil.copytree(content.root / "articles" / id, pending)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Content, "folder", found_then_moved)
                assert ask(content, id)
        assert content.article(id).header.title == "新题"


def _append(root: str, start: object, letter: str) -> None:
    content, id = Content(Path(root)), ArticleId("beiwan-daqiao")
    start.wait()  # type: ignore[attr-defined]
    for n in range(10):
        with content.lock():
            manuscript = content.article(id)
            pieces = [*manuscript.pieces, Piece("paragraph", f"{letter}{n}，又有一班船靠岸。")]
            ledger = save(
                manuscript.ledger, align(manuscript.ledger, pieces), saved_at=f"2024-07-01T00:00:{n:02}"
            )
            content.write(manuscript.header, pieces, ledger)


class TestTwoWriters:
    def test_take_turns_and_lose_nothing(self, content: Content):
        spawn = multiprocessing.get_context("fork")
        start = spawn.Barrier(2)
        id = ArticleId("beiwan-daqiao")
        before = content.article(id)
        writers = [
            spawn.Process(target=_append, args=(str(content.root), start, letter)) for letter in "甲乙"
        ]
        for writer in writers:
            writer.start()
        # Meanwhile a reader always finds a whole article.
        counts = []
        while any(writer.is_alive() for writer in writers):
            counts.append(len(content.article(id).pieces))
        for writer in writers:
            writer.join()
        assert [writer.exitcode for writer in writers] == [0, 0]
        after = content.article(id)
        assert len(after.pieces) == len(before.pieces) + 20
        assert {p.text[:2] for p in after.pieces[-20:]} == {f"{x}{n}" for x in "甲乙" for n in range(10)}
        assert [place.text for place in after.ledger.current] == [p.text for p in after.pieces]
        assert counts == sorted(counts)

    def test_the_ledger_on_disk_is_the_one_that_was_written(self, content: Content):
        id = ArticleId("dushu-jie")
        lines = (content.folder(id) / "ledger.jsonl").read_text("utf-8").splitlines()
        assert list(ledger_lines(content.article(id).ledger)) == lines


@pytest.fixture(autouse=True)
def no_writer_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


class TestTablesAndNotes:
    ROWS = (
        Piece("table", "　2022年　2023年"),
        Piece("table", "上村　120吨　135吨"),
        Piece("table", "下村　　98|吨*"),
        Piece("table", "合计\\　　"),
        Piece("table", "两　列"),
        Piece("note", "[1] 见县志第三卷。"),
    )

    def test_rows_with_empty_cells_and_notes_read_back_as_they_were(self) -> None:
        header = Header(ArticleId("a"), "题目", subtitle="副题：一行")
        text = format_article(header, self.ROWS)
        read, pieces, _ = parse_article(header.id, text, "")
        assert read == header
        assert [(p.kind, p.text) for p in pieces] == [(p.kind, p.text) for p in self.ROWS]

    def test_a_table_is_written_as_markdown_shows_it(self) -> None:
        text = format_article(Header(ArticleId("a"), "题目"), self.ROWS[:2])
        assert text.endswith("\n|  | 2022年 | 2023年 |\n| --- | --- | --- |\n| 上村 | 120吨 | 135吨 |\n")


ENGLISH_HEAD = """\
---
title: 新馆开放
title_en: A new library opens
summary_en: 'It lends 800 books: in a week.'
---
正文。
"""


def test_english_title_and_summary_come_back_as_written():
    header, pieces, _ = parse_article(ArticleId("a"), ENGLISH_HEAD, "a.md")
    assert header.title_en == "A new library opens" and header.summary_en == "It lends 800 books: in a week."
    again = parse_article(ArticleId("a"), format_article(header, pieces), "a.md")
    assert again[0] == header


@pytest.mark.parametrize(
    "line", ["title_en: 新馆开放", "summary_en: '——'", "title_en: [a]", "summary_en: 2024年"]
)
def test_english_that_is_none_is_refused(line: str):
    with pytest.raises(ContentError) as refused:
        parse_article(ArticleId("a"), f"---\ntitle: 新馆\n{line}\n---\n正文。\n", "a.md")
    assert (refused.value.code, refused.value.line) == ("A04", 3)
