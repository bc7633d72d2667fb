"""The promises that every index keeps, and what SQLite's own file does when it is old, damaged or shared."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import IndexUnavailable
from app.index import Filters, Index, open_index
from app.index.sqlite import SCHEMA_VERSION, SqliteIndex
from app.library import Library
from app.model import (
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Knowledge,
    Occurrence,
    Quotation,
    Span,
    Speaker,
    SpeakerId,
    Term,
    TermId,
)
from app.text.terms import fold

# Every backend by name: how to open an empty one in a folder.
BACKENDS: dict[str, Callable[[Path], Index]] = {"sqlite": lambda folder: open_index("", folder)}


@pytest.fixture(params=sorted(BACKENDS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index of each kind."""
    opened = BACKENDS[request.param](tmp_path)
    yield opened
    opened.close()


def article(id: str, *texts: str, date: str = "", aliases: tuple[str, ...] = ()) -> Document:
    blocks = tuple(Block(BlockId(f"b{n:03}"), n, "paragraph", text) for n, text in enumerate(texts, 1))
    header = Header(ArticleId(id), f"题{id}", date=date, aliases=tuple(map(ArticleId, aliases)))
    return Document(header, 1, blocks)


def found(index: Index, *words: str, **filters: str) -> list[tuple[str, int]]:
    """Articles and numbers of the paragraphs that hold all the words."""
    lines, total = index.search(words, Filters(**filters), limit=100)
    assert total >= len(lines)
    return [(line.article, line.number) for line in lines]


class TestDocuments:
    def test_an_empty_index_holds_nothing(self, index: Index):
        assert (index.count(), list(index.entries(limit=9)), dict(index.digests())) == (0, [], {})
        assert index.document(ArticleId("a")) is None
        assert index.renamed(ArticleId("a")) is None
        assert index.knowledge() == Knowledge() and index.knowledge_digest() == ""
        assert found(index, "船") == []

    def test_what_is_put_is_there_whole(self, index: Index, library: Library):
        for id in library.content.articles():
            document = library.document(id)
            index.put(document, f"digest of {id}")
            assert index.document(id) == document
        assert index.count() == 3
        assert dict(index.digests()) == {id: f"digest of {id}" for id in library.content.articles()}

    def test_put_again_replaces(self, index: Index):
        index.put(article("a", "旧船", "旧桥"), "1")
        index.put(article("a", "新船"), "2")
        assert (index.count(), dict(index.digests())) == (1, {"a": "2"})
        assert found(index, "旧") == [] and found(index, "新") == [("a", 1)]
        assert found(index, "船") == [("a", 1)]

    def test_what_is_removed_is_forgotten_everywhere(self, index: Index, library: Library):
        document = library.document(ArticleId("beiwan-daqiao"))
        index.put(document, "1")
        index.remove(document.header.id)
        assert (index.count(), dict(index.digests()), index.document(document.header.id)) == (0, {}, None)
        assert not index.speakers() and not index.term_counts() and not index.occurrences(TermId("dukou"))
        assert not index.articles_of(SpeakerId("lin-qinghe")) and found(index, "船") == []
        index.put(document, "2")
        assert index.document(document.header.id) == document and found(index, "船")

    def test_removing_what_is_not_there_is_no_fault(self, index: Index):
        index.remove(ArticleId("keine"))

    def test_newest_first_and_those_without_a_date_last(self, index: Index):
        for id, date in (("a", ""), ("b", "2023"), ("c", "2024-03-05"), ("d", "2024-03"), ("e", "2023")):
            index.put(article(id, "船", date=date), "1")
        order = [e.header.id for e in index.entries(limit=9)]
        assert order == ["c", "d", "b", "e", "a"]
        assert [e.header.id for e in index.entries(limit=2, offset=1)] == order[1:3]
        assert [line.article for line in index.search(["船"], Filters(), limit=9)[0]] == order

    def test_an_entry_counts_what_a_list_shows(self, index: Index, library: Library):
        document = library.document(ArticleId("beiwan-daqiao"))
        index.put(document, "1")
        (entry,) = index.entries(limit=9)
        kinds = [s.kind for s in document.speakers if any(q.speaker == s.id for q in document.quotations)]
        assert entry.header == document.header
        assert (entry.paragraphs, entry.terms) == (4, 6)
        assert (entry.people, entry.people + entry.groups) == (kinds.count("person"), len(kinds))
        index.put(article("dushu-jie", "船AI停了，OK。"), "1")
        (entry,) = (e for e in index.entries(limit=9) if e.header.id == "dushu-jie")
        assert entry.characters == 5

    def test_an_old_id_leads_to_the_article(self, index: Index):
        index.put(article("neu", "船", aliases=("alt", "uralt")), "1")
        assert index.renamed(ArticleId("alt")) == index.renamed(ArticleId("uralt")) == "neu"
        index.put(article("neu", "船", aliases=("uralt",)), "2")
        assert index.renamed(ArticleId("alt")) is None

    def test_an_alias_never_hides_an_article(self, index: Index):
        index.put(article("a", "船", aliases=("b", "a")), "1")
        index.put(article("b", "船"), "1")
        assert index.renamed(ArticleId("a")) is None
        assert index.renamed(ArticleId("b")) is None
        index.remove(ArticleId("b"))
        assert index.renamed(ArticleId("b")) == "a"

    def test_knowledge_is_kept_with_its_digest(self, index: Index):
        for n in range(2):
            term = Term(TermId("du"), f"渡{n}", "", "place", "core", "船。")
            index.put_knowledge(Knowledge((term,)), f"digest {n}")
            assert (index.knowledge(), index.knowledge_digest()) == (Knowledge((term,)), f"digest {n}")


class TestOccurrencesAndSpeakers:
    def test_occurrences_stand_in_the_order_of_articles_and_text(self, index: Index, library: Library):
        for id in library.content.articles():
            index.put(library.document(id), "1")
        lines = index.occurrences(TermId("dukou"))
        assert [(x.article, x.text[x.span.start : x.span.end]) for x in lines] == [
            ("beiwan-daqiao", "渡口"),
            ("dushu-jie", "渡口"),
            ("dushu-jie", "渡口"),
        ]
        assert len(index.occurrences(TermId("dukou"), limit=1)) == 1
        assert index.term_counts()[TermId("dukou")] == 3

    def test_a_line_tells_whose_words_it_is_part_of(self, index: Index, library: Library):
        index.put(library.document(ArticleId("beiwan-daqiao")), "1")
        (line,) = index.occurrences(TermId("san-du-yi-qiao"))
        assert (line.speaker, line.speaker_name, line.number) == ("lin-qinghe", "林清和", 1)
        (line,) = index.occurrences(TermId("beiwan-daqiao"), limit=1)
        assert (line.speaker, line.speaker_name) == (None, "")

    def test_of_nested_quotations_the_inner_one_speaks(self, index: Index):
        text = "甲说乙说船停了"
        speakers = tuple(Speaker(SpeakerId(x), x, (), None, "person") for x in "甲乙")
        quotations = tuple(
            Quotation(BlockId("b001"), Span(start, 7), "indirect", SpeakerId(who), "说", None)
            for start, who in ((2, "甲"), (4, "乙"))
        )
        occurrence = Occurrence(BlockId("b001"), Span(4, 5), "船", TermId("chuan"), True, True)
        document = replace(
            article("a", text), speakers=speakers, quotations=quotations, occurrences=(occurrence,)
        )
        index.put(document, "1")
        assert index.occurrences(TermId("chuan"))[0].speaker == "乙"

    def test_the_most_quoted_speaker_comes_first(self, index: Index, library: Library):
        for id in library.content.articles():
            index.put(library.document(id), "1")
        speakers = index.speakers()
        assert [s.quotations for s in speakers] == sorted((s.quotations for s in speakers), reverse=True)
        mayor = next(s for s in speakers if s.id == "lin-qinghe")
        assert (mayor.name, mayor.role, mayor.kind, mayor.recorded) == ("林清和", "镇长", "person", True)
        assert list(index.articles_of(SpeakerId("lin-qinghe"))) == ["beiwan-daqiao"]
        assert list(index.articles_of(SpeakerId("niemand"))) == []

    def test_one_speaker_in_two_articles_is_one(self, index: Index):
        for id in "ab":
            q = Quotation(BlockId("b001"), Span(0, 1), "direct", SpeakerId("lin"), None, None)
            speaker = Speaker(SpeakerId("lin"), "林", (), None, "person")
            index.put(replace(article(id, "船"), speakers=(speaker,), quotations=(q,)), "1")
        (count,) = index.speakers()
        assert (count.quotations, count.articles) == (2, 2)


# -- search

ALPHABET = "船到岸桥AaＡ1 ，。“%_'\"*-\0ΣσςİéÉ𠮷\ud800的"
TEXTS = st.lists(st.text(ALPHABET, max_size=12), min_size=1, max_size=4)


@pytest.fixture(scope="module", params=sorted(BACKENDS))
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index that is filled anew for each example."""
    opened = BACKENDS[request.param](tmp_path_factory.mktemp("index"))
    yield opened
    opened.close()


class TestSearch:
    @given(texts=TEXTS, words=st.lists(st.text(ALPHABET, min_size=1, max_size=4), min_size=1, max_size=3))
    @settings(max_examples=300)
    def test_finds_what_a_naive_search_finds(self, lasting: Index, texts: list[str], words: list[str]):
        lasting.put(article("a", *texts), "1")
        wanted = [fold(w.strip()) for w in words if w.strip()]
        hits = [n for n, t in enumerate(texts, 1) if wanted and all(w in fold(t) for w in wanted)]
        lines, total = lasting.search(words, Filters(), limit=100)
        assert ([int(x.block[1:]) for x in lines], total) == (hits, len(hits))
        for line in lines:
            assert line.span.start == fold(line.text).index(wanted[0])
            assert fold(line.text[line.span.start : line.span.end]) == wanted[0]

    @given(texts=TEXTS, at=st.integers(0, 11), length=st.integers(1, 4))
    def test_any_piece_of_a_text_finds_it(self, lasting: Index, texts: list[str], at: int, length: int):
        lasting.put(article("a", *texts), "1")
        for n, text in enumerate(texts, 1):
            if piece := text[at : at + length].strip():
                assert ("a", n) in found(lasting, piece)

    def test_one_character_is_enough(self, index: Index):
        index.put(article("a", "船停了", "桥通了"), "1")
        assert found(index, "船") == [("a", 1)]
        assert found(index, "了") == [("a", 1), ("a", 2)]

    def test_every_word_must_stand_in_the_paragraph(self, index: Index):
        index.put(article("a", "船停了", "桥通了，船停了"), "1")
        assert found(index, "船", "桥") == [("a", 2)]

    def test_nothing_asked_nothing_found(self, index: Index):
        index.put(article("a", "船停了"), "1")
        assert found(index) == found(index, "", " ") == []

    def test_the_total_is_told_even_when_few_are_listed(self, index: Index):
        index.put(article("a", *["船"] * 5), "1")
        lines, total = index.search(["船"], Filters(), limit=2)
        assert (len(lines), total) == (2, 5)

    def test_a_very_long_query_is_answered(self, index: Index):
        text = "".join(chr(0x4E00 + n) for n in range(3000))
        index.put(article("a", text, "船"), "1")
        assert found(index, text) == [("a", 1)]
        assert found(index, *text) == [("a", 1)]
        assert found(index, text + "船") == []

    def test_filters_narrow(self, index: Index, library: Library):
        for id in library.content.articles():
            index.put(library.document(id), "1")
        assert {a for a, _ in found(index, "船")} == {"beiwan-daqiao", "dushu-jie"}
        assert {a for a, _ in found(index, "船", article="dushu-jie")} == {"dushu-jie"}
        here = index.search(["桥"], Filters(speaker="lin-qinghe"), limit=9)[0]
        assert here and {x.block for x in here} == {
            q.block
            for q in library.document(ArticleId("beiwan-daqiao")).quotations
            if q.speaker == "lin-qinghe"
        }
        there = index.search(["渡"], Filters(term="dukou"), limit=9)[0]
        assert there and all("渡口" in x.text for x in there)
        assert found(index, "船", article="keine") == []
        assert found(index, "船", speaker="'; drop table block --\ud800") == []


class TestAtOnce:
    def test_readers_see_whole_documents_while_one_writes(self, index: Index):
        old, new = article("a", *["旧船"] * 9), article("a", *["新船"] * 5)
        index.put(old, "1")
        stop, seen = threading.Event(), set[int]()

        def read() -> None:
            while not stop.is_set():
                document = index.document(ArticleId("a"))
                assert document in (old, new)
                seen.add(index.search(["船"], Filters(), limit=1)[1])

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for n in range(30):
            index.put((new, old)[n % 2], str(n))
        stop.set()
        for reader in readers:
            reader.join()
        assert seen <= {9, 5}

    def test_two_processes_fill_one_index(self, tmp_path: Path):
        fork = multiprocessing.get_context("fork")
        start = fork.Barrier(2)
        writers = [fork.Process(target=_fill, args=(tmp_path, start, letter)) for letter in "ab"]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert [writer.exitcode for writer in writers] == [0, 0]
        index = SqliteIndex(tmp_path / "index.sqlite3")
        assert index.count() == 20
        assert len(found(index, "船")) == 20
        index.close()


def _fill(folder: Path, start: object, letter: str) -> None:
    start.wait()  # type: ignore[attr-defined]
    index = open_index("", folder)
    for n in range(10):
        index.put(article(f"{letter}{n}", "船停了"), "1")
    index.close()


class TestTheFile:
    def fill(self, folder: Path) -> Path:
        index = open_index("", folder)
        for n in range(30):
            index.put(article(f"a{n}", "船停了，桥通了。" * 50), "1")
        index.close()
        return folder / "index.sqlite3"

    def test_is_private(self, tmp_path: Path):
        self.fill(tmp_path / "var")
        assert (tmp_path / "var").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("junk", [b"", b"no database", b"\0" * 5000, b"SQLite format 3\0" + b"x" * 5000])
    def test_that_is_no_database_is_made_anew(self, tmp_path: Path, junk: bytes):
        path = self.fill(tmp_path)
        path.write_bytes(junk)
        index = open_index("", tmp_path)
        assert index.count() == 0
        index.put(article("a", "船"), "1")
        assert found(index, "船") == [("a", 1)]
        index.close()

    def test_of_another_schema_is_made_anew(self, tmp_path: Path):
        path = self.fill(tmp_path)
        db = sqlite3.connect(path)
        db.execute("update meta set value = ? where key = 'schema'", (str(SCHEMA_VERSION + 1),))
        db.execute("create table stranger (x)")
        db.commit()
        db.close()
        index = open_index("", tmp_path)
        assert index.count() == 0
        index.close()
        db = sqlite3.connect(path)
        assert db.execute("select 1 from sqlite_master where name = 'stranger'").fetchone() is None
        db.close()

    def test_cut_short_is_told_or_made_anew(self, tmp_path: Path):
        path = self.fill(tmp_path)
        whole = path.read_bytes()
        for part in (100, 4096, len(whole) // 2, len(whole) - 4096):
            path.write_bytes(whole[:part])
            try:
                index = open_index("", tmp_path)
                index.put(article("a", "船"), "1")
                assert index.document(ArticleId("a"))
                index.close()
            except IndexUnavailable as fault:
                assert str(path) in str(fault) and "delete" in str(fault)

    def test_damaged_in_the_middle_is_told_with_its_place_and_remedy(self, tmp_path: Path):
        path = self.fill(tmp_path)
        data = bytearray(path.read_bytes())
        data[8192:] = b"\xff" * (len(data) - 8192)
        path.write_bytes(data)
        with pytest.raises(IndexUnavailable) as caught:
            index = open_index("", tmp_path)
            for id in index.digests():
                index.document(id)
            index.search(["船"], Filters(), limit=9)
            index.put(article("a", "船"), "1")
        assert str(path) in str(caught.value) and "meipi index" in str(caught.value)

    def test_in_a_place_that_is_no_folder_is_told(self, tmp_path: Path):
        (tmp_path / "var").write_text("a file")
        with pytest.raises(IndexUnavailable, match="var"):
            open_index("", tmp_path / "var")

    def test_an_address_that_no_backend_knows_is_refused(self, tmp_path: Path):
        with pytest.raises(IndexUnavailable, match="mysql"):
            open_index("mysql://user:secret@host/db", tmp_path)
        with pytest.raises(IndexUnavailable) as caught:
            open_index("mysql://user:secret@host/db", tmp_path)
        assert "secret" not in str(caught.value)

    def test_old_and_opened_by_two_at_once_is_made_anew_once(self, tmp_path: Path):
        """A process that finds the old schema late must not throw away what another has begun to fill."""
        path = self.fill(tmp_path)
        db = sqlite3.connect(path)
        db.execute("update meta set value = '0' where key = 'schema'")
        db.commit()
        db.close()
        first = open_index("", tmp_path)
        first.put(article("a", "船"), "1")
        seen, real = [0], SqliteIndex._version
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SqliteIndex, "_version", lambda self: seen.pop() if seen else real(self))
            late = open_index("", tmp_path)
        assert late.document(ArticleId("a")) and first.document(ArticleId("a"))
        first.close()
        late.close()
