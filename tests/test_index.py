"""The promises that every index keeps, and what becomes of one that is old, damaged or shared.

The first half runs on SQLite and on a real PostgreSQL alike.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres import NoPostgres, Server, fresh_schema, server
from processes import until
from starlette.testclient import TestClient

from app.content.store import Content
from app.errors import IndexUnavailable
from app.index import Filters, Index, open_index, postgres, sqlite
from app.index.narrowing import narrowing
from app.index.packed import pack
from app.index.postgres import PostgresIndex
from app.index.schema import SCHEMA_VERSION
from app.index.sqlite import SqliteIndex
from app.library.library import Library
from app.model import (
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Knowledge,
    Occurrence,
    Quotation,
    Speaker,
    SpeakerId,
    Term,
    TermId,
)
from app.text.query import Query, key, parse


def all_of(words: Iterable[str]) -> Query:
    """A query for all of the words, without syntax."""
    return Query(tuple(dict.fromkeys((k,) for word in words if (k := key(word.strip())))))


def postgres_url() -> str:
    """The address of a real server; where there is none, tests fail in CI and are skipped elsewhere."""
    try:
        return server().url
    except NoPostgres as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


# Every backend by name: how to open an empty one in a folder.
BACKENDS: dict[str, Callable[[Path], Index]] = {
    "sqlite": lambda folder: open_index("", folder),
    "postgres": lambda _: PostgresIndex(postgres_url(), schema=fresh_schema()),
}


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
    """Articles and numbers of the paragraphs that hold all the words, in the order of the library."""
    answer = index.search(all_of(words), Filters(**filters), limit=1000)  # type: ignore[arg-type]
    assert (answer.total, answer.more) == (len(answer.lines), False)
    return sorted((line.article, line.number) for line in answer.lines)


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
        assert [line.article for line in index.search(parse("船"), limit=9).lines] == order

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

    def test_an_old_id_that_several_name_leads_to_the_newest_whatever_came_in_first(self, index: Index):
        for id, date in (("a", "2023"), ("b", "2024"), ("c", "2022")):
            index.put(article(id, "船", date=date, aliases=("alt",)), "1")
        assert index.renamed(ArticleId("alt")) == "b"

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
            Quotation(BlockId("b001"), start, 7, "indirect", SpeakerId(who), "说", None)
            for start, who in ((2, "甲"), (4, "乙"))
        )
        occurrence = Occurrence(BlockId("b001"), 4, 5, "船", TermId("chuan"), True, True)
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

    def test_articles_of_a_term_are_those_it_stands_in_once_each_and_newest_first(
        self, index: Index, library: Library
    ):
        for id in library.content.articles():
            index.put(library.document(id), "1")
        order = [e.header.id for e in index.entries(limit=100)]
        standing: dict[TermId, set[ArticleId]] = {}
        for id in order:
            document = index.document(id)
            assert document is not None
            for o in document.occurrences:
                standing.setdefault(o.term, set()).add(id)
        assert standing
        for term, ids in standing.items():
            assert list(index.articles_with(term)) == [id for id in order if id in ids]
            assert list(index.articles_with(term, limit=1)) == [id for id in order if id in ids][:1]
        assert list(index.articles_with(TermId("none"))) == []

    def test_one_speaker_in_two_articles_is_one(self, index: Index):
        for id in "ab":
            q = Quotation(BlockId("b001"), 0, 1, "direct", SpeakerId("lin"), None, None)
            speaker = Speaker(SpeakerId("lin"), "林", (), None, "person")
            index.put(replace(article(id, "船"), speakers=(speaker,), quotations=(q,)), "1")
        (count,) = index.speakers()
        assert (count.quotations, count.articles) == (2, 2)


# -- search

ALPHABET = "船到岸桥橋說说AaＡ1 ，。「“%_'\"*-\0ΣσςİéÉ𠮷\ud800的"
TEXTS = st.lists(st.text(ALPHABET, max_size=12), min_size=1, max_size=4)
WORD = st.text(ALPHABET, min_size=1, max_size=4)


class OneList(SqliteIndex):
    """An index that reads one list of the full text, and the others when the first row did not fit."""

    def _candidates(self, *asked: Any) -> Any:
        with pytest.MonkeyPatch.context() as patched:
            for name, value in (("_ROWS_PER_PAGE", 0), ("_CHECKS_PER_PAGE", 1), ("_FETCHED", 1)):
                patched.setattr(sqlite, name, value)
            return super()._candidates(*asked)


class ManyWindows(PostgresIndex):
    """An index that looks through its blocks in many steps, as through many blocks."""

    def _candidates(self, *asked: Any) -> Any:
        with pytest.MonkeyPatch.context() as patched:
            for name, value in (("_NEWEST", 1), ("_GROWTH", 2), ("_FEW", 0)):
                patched.setattr(postgres, name, value)
            return super()._candidates(*asked)


LASTING = BACKENDS | {
    "sqlite, one list": lambda folder: OneList(folder / "index.sqlite3"),
    "postgres, many windows": lambda _: ManyWindows(postgres_url(), schema=fresh_schema()),
}


@pytest.fixture(scope="module", params=sorted(LASTING))
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index that is filled anew for each example."""
    opened = LASTING[request.param](tmp_path_factory.mktemp("index"))
    yield opened
    opened.close()


class TestSearch:
    @given(texts=TEXTS, words=st.lists(WORD, min_size=1, max_size=3))
    @settings(max_examples=150)
    def test_finds_what_a_naive_search_finds(self, lasting: Index, texts: list[str], words: list[str]):
        lasting.put(article("a", *texts), "1")
        wanted = [key(w.strip()) for w in words if key(w.strip())]
        hits = [n for n, t in enumerate(texts, 1) if wanted and all(w in key(t) for w in wanted)]
        answer = lasting.search(all_of(words), limit=100)
        assert (sorted(int(x.block[1:]) for x in answer.lines), answer.total) == (hits, len(hits))
        for line in answer.lines:
            assert line.span == line.hits[0]
            assert {key(line.text)[h.start : h.end] for h in line.hits} <= set(wanted)

    @given(
        texts=TEXTS, query=st.lists(WORD | st.sampled_from(["OR", "|"]), min_size=1, max_size=5).map(" ".join)
    )
    @settings(max_examples=150)
    def test_or_and_minus_are_what_they_say(self, lasting: Index, texts: list[str], query: str):
        lasting.put(article("a", *texts), "1")
        asked = parse(query)
        hits = [n for n, t in enumerate(texts, 1) if asked.groups and asked.fits(key(t))]
        assert sorted(int(x.block[1:]) for x in lasting.search(asked, limit=100).lines) == hits

    def test_paragraphs_that_hold_one_word_of_two_hide_none_that_hold_both(self, lasting: Index):
        texts = ["船停了，桥断了", "船停了，桥通了", "船走了，桥通了"] * 20
        lasting.put(article("a", *texts), "1")
        assert found(lasting, "船停", "桥通") == [("a", n) for n in range(2, 60, 3)]

    @given(texts=TEXTS, at=st.integers(0, 11), length=st.integers(1, 4))
    def test_any_piece_of_a_text_finds_it(self, lasting: Index, texts: list[str], at: int, length: int):
        lasting.put(article("a", *texts), "1")
        for n, text in enumerate(texts, 1):
            if key(piece := text[at : at + length].strip()).strip():
                assert ("a", n) in found(lasting, piece)

    @pytest.mark.parametrize("other", ["说到桥", "說到橋", "说到橋"])
    def test_either_script_finds_both(self, index: Index, other: str):
        index.put(article("a", "有人说到桥", "有人說到橋"), "1")
        assert found(index, other) == [("a", 1), ("a", 2)]

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

    def test_a_page_leads_to_the_next_until_all_were_seen(self, index: Index):
        index.put(article("a", *["船"] * 5), "1")
        seen, after = list[int](), ""
        for size in (2, 2, 1):
            answer = index.search(parse("船"), limit=2, after=after)
            assert (answer.total, len(answer.lines)) == (5, size)
            seen += (line.number for line in answer.lines)
            after = answer.next
        assert (seen, after) == ([1, 2, 3, 4, 5], "")

    def test_more_than_are_ranked_at_once_are_found_in_the_end(self, index: Index):
        index.put_all([pack(article(f"a{n}", *["船停了"] * 30, "桥"), "1") for n in range(40)])
        seen, after, pages = set[tuple[str, int]](), "", 0
        while pages == 0 or after:
            answer = index.search(parse("船"), limit=200, after=after)
            seen |= {(line.article, line.number) for line in answer.lines}
            after, pages = answer.next, pages + 1
        assert (len(seen), answer.total, answer.more) == (1200, 1200, False)
        assert index.search(parse("船"), limit=200).more

    @pytest.mark.parametrize(
        "after", ["x", "1", "1.2", "9999999999999999999.0.0", "-1.-1.-1", "..", "1.\ud800.2"]
    )
    def test_an_invented_place_to_go_on_from_is_answered(self, index: Index, after: str):
        index.put(article("a", "船停了"), "1")
        assert index.search(parse("船"), after=after).total <= 1
        assert len(index.entries(limit=9, after=after)) <= 1
        assert index.occurrences(TermId("x"), after=after) == []
        assert index.speakers(after=after) == []

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
        here = index.search(parse("桥"), Filters(speaker="lin-qinghe")).lines
        assert here and {x.block for x in here} == {
            q.block
            for q in library.document(ArticleId("beiwan-daqiao")).quotations
            if q.speaker == "lin-qinghe"
        }
        there = index.search(parse("渡"), Filters(term="dukou")).lines
        assert there and all("渡口" in x.text for x in there)
        assert found(index, "船", article="keine") == []
        assert found(index, "船", speaker="'; drop table block --\ud800") == []

    @pytest.mark.parametrize(
        ("since", "until", "articles"),
        [
            ("2024", "", ["c", "d"]),
            ("", "2023", ["a", "b"]),
            ("2023-06", "2024-03-01", ["a", "b", "d"]),
            ("2024-03-05", "2024-03-05", ["c", "d"]),
            ("2024-03-06", "2024-03", ["d"]),
            ("2024-04", "", []),
            ("1800", "2100", ["a", "b", "c", "d"]),
            ("bald", "", []),
        ],
    )
    def test_dates_narrow_as_exactly_as_they_are_known(
        self, index: Index, since: str, until: str, articles: list[str]
    ):
        dates = {"a": "2023", "b": "2023-08-01", "c": "2024-03-05", "d": "2024-03", "e": ""}
        for id, date in dates.items():
            index.put(article(id, "船停了", date=date), "1")
        assert [a for a, _ in found(index, "船", since=since, until=until)] == articles

    def test_only_what_stands_in_quotations(self, index: Index):
        lin, text = SpeakerId("lin"), "林说：“船停了。”桥通了，王说：“桥好。”"
        quotations = tuple(
            Quotation(BlockId("b001"), start, end, "direct", SpeakerId(who), "说", None)
            for start, end, who in ((4, 8, "lin"), (17, 20, "wang"))
        )
        speakers = tuple(Speaker(SpeakerId(s), s, (), None, "person") for s in ("lin", "wang"))
        index.put(replace(article("a", text, "船停了"), quotations=quotations, speakers=speakers), "1")
        assert found(index, "船", kind="quotation") == [("a", 1)]
        assert found(index, "通", kind="quotation") == []
        assert found(index, "桥", kind="quotation", speaker="wang") == [("a", 1)]
        assert found(index, "桥", kind="quotation", speaker="lin") == []
        assert found(index, "桥", "船", kind="quotation") == []  # in two quotations
        (line,) = index.search(parse("停"), Filters(speaker=lin)).lines
        assert (line.speaker, line.speaker_name) == ("lin", "lin")


class TestListsOfTheFullText:
    def test_a_long_one_is_read_only_where_it_spares_more_than_it_takes(self, tmp_path: Path):
        index = SqliteIndex(tmp_path / "index.sqlite3")
        for first in (1, 150_001):  # two parts on the disk
            rows = range(first, first + 150_000)
            tokens = ((n, f"也不{' 也许' * (n % 8 == 0)}{' 渡口' * (n % 800 == 0)}", "") for n in rows)
            with index._write() as db:
                index._keep_grams(db, [*tokens])

        def read(query: str) -> set[str]:
            with index._read() as db:
                groups, *_ = sqlite._worth_reading(db, narrowing(parse(query), Filters()))
            return {token for group in groups for tokens in group for token in tokens}

        assert read("渡口 也不") == {"渡口"}
        assert read("也许 也不") == {"也许", "也不"}
        assert read("也不 OR 渡口 也许") == {"也不", "渡口", "也许"}
        assert read("也不 也许 渡口 OR 码头") == {"渡口", "码头", "也许"}
        assert read("也不") == {"也不"}
        index.close()


class TestInvisibleCharacters:
    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("推进五\u200b个中心建设", "五个中心"),
            ("深\xad圳和广\u2060州", "深圳"),
            ("葛\U000e0100城市在山里", "葛城"),
            ("骆\ufeff大\u200d进说", "骆大进"),
            ("去深圳", "深\u200b圳"),
        ],
    )
    def test_hide_no_hit(self, index: Index, text: str, query: str):
        index.put(article("a", "别的话", text), "1")
        (line,) = index.search(parse(query)).lines
        assert line.text == text
        (hit,) = line.hits
        shown = text[hit.start : hit.end]
        assert "".join(c for c in shown if c.isprintable() and c not in "\U000e0100") == query.replace(
            "\u200b", ""
        )

    def test_leave_words_with_their_speaker(self, index: Index):
        text = "\u200b\u200b甲说：“桥\u200b通了。”船停。"
        document = article("a", text)
        said = Quotation(BlockId("b001"), 6, 11, "direct", SpeakerId("jia"), "说", None, "", 1.0)
        speaker = Speaker(SpeakerId("jia"), "甲", (), None, "person", recorded=False)
        index.put(replace(document, quotations=(said,), speakers=(speaker,)), "1")
        assert [x.speaker for x in index.search(parse("桥通"), Filters(speaker="jia")).lines] == ["jia"]
        assert [x.speaker for x in index.search(parse("船停")).lines] == [None]


class TestOrder:
    def test_the_paragraph_that_is_about_it_comes_first(self, index: Index):
        index.put(article("a", "船" + "停在岸边等人" * 30, "渡船到岸，渡船离岸。"), "1")
        assert [x.number for x in index.search(parse("船")).lines] == [2, 1]

    def test_the_newer_of_two_alike_comes_first(self, index: Index):
        for id, date in (("a", "2020"), ("b", "2024"), ("c", "2022")):
            index.put(article(id, "船停了", date=date), "1")
        assert [x.article for x in index.search(parse("船")).lines] == ["b", "c", "a"]

    def test_words_that_stand_together_come_before_those_apart(self, index: Index):
        index.put(article("a", "船" + "停在岸边等人" * 9 + "桥", "船桥" + "停在岸边等人" * 9 + "。"), "1")
        assert [x.number for x in index.search(parse("船 桥")).lines] == [2, 1]

    @pytest.mark.parametrize("limit", [1, 2, 3, 4, 20])
    def test_of_those_alike_the_ids_decide_and_no_page_cuts_them_otherwise(self, index: Index, limit: int):
        texts = ("船停了", "船停在岸边", "船停了")
        days = {id: f"2024-05-0{1 + n % 2}" for n, id in enumerate("fbhdagcie")}
        for id, day in days.items():
            index.put(article(id, *texts, date=day), "1")
        order = [
            (id, number)
            for day in ("2024-05-02", "2024-05-01")
            for numbers in ((1, 3), (2,))
            for id in sorted(days)
            if days[id] == day
            for number in numbers
        ]
        seen, after = list[tuple[str, int]](), ""
        while not seen or after:
            answer = index.search(parse("船"), limit=limit, after=after)
            seen += ((x.article, x.number) for x in answer.lines)
            after = answer.next
        assert seen == order

    def test_an_article_of_that_title_comes_first_and_is_named(self, index: Index):
        index.put(replace(article("a", "船停了"), header=Header(ArticleId("a"), "渡船停航")), "1")
        index.put(article("b", "船停了", date="2024"), "1")
        answer = index.search(parse("船"))
        assert [x.article for x in answer.lines] == ["a", "b"]
        assert [e.header.id for e in answer.titles] == ["a"]
        assert answer.total == 2

    def test_a_true_occurrence_of_a_term_comes_before_its_letters_alone(self, index: Index):
        occurrence = Occurrence(BlockId("b002"), 0, 2, "渡口", TermId("dukou"), True, True)
        index.put(replace(article("a", "渡口停了", "渡口停了"), occurrences=(occurrence,)), "1")
        assert [x.number for x in index.search(parse("渡口"), favoured=[TermId("dukou")]).lines] == [2, 1]


class TestPages:
    def test_articles_go_on_behind_any_of_them_and_before(self, index: Index):
        index.put_all(
            [pack(article(f"a{n:02}", "船", date=f"20{n % 3 + 20}" if n % 5 else ""), "1") for n in range(30)]
        )
        every = index.entries(limit=99)
        for at, entry in enumerate(every):
            assert list(index.entries(limit=4, after=entry.place)) == list(every[at + 1 : at + 5])
            assert list(index.entries(limit=4, before=entry.place)) == list(every[max(0, at - 4) : at])

    def test_occurrences_go_on_behind_any_of_them(self, index: Index, library: Library):
        for id in library.content.articles():
            index.put(library.document(id), "1")
        every = index.occurrences(TermId("dukou"))
        assert len(every) == 3
        for at, line in enumerate(every):
            assert list(index.occurrences(TermId("dukou"), after=line.place)) == list(every[at + 1 :])

    def test_articles_of_one_day_stand_by_their_ids_in_every_list_whenever_they_came(self, index: Index):
        days = {id: f"2024-05-0{1 + n % 2}" if n % 3 else "" for n, id in enumerate("fbhdagcie")}
        for id, day in days.items():
            block, who = BlockId("b001"), SpeakerId("lin")
            index.put(
                replace(
                    article(f"n-{id}", "渡口停了", date=day),
                    speakers=(Speaker(who, "林", (), f"官{id}", "person"),),
                    quotations=(Quotation(block, 0, 4, "direct", who, None, None),),
                    occurrences=(Occurrence(block, 0, 2, "渡口", TermId("dukou"), True, True),),
                ),
                "1",
            )
        order = [f"n-{id}" for id in sorted(days, key=lambda id: (-int(days[id][-1:] or 0), id))]
        assert [e.header.id for e in index.entries(limit=99)] == order
        assert [x.article for x in index.occurrences(TermId("dukou"))] == order
        assert list(index.articles_with(TermId("dukou"))) == order
        assert list(index.articles_of(SpeakerId("lin"))) == order
        assert list(index.articles_of(SpeakerId("lin"), term="dukou")) == order
        assert index.speakers()[0].role == f"官{order[0][-1]}"
        assert [x.article for x in index.search(parse("渡口停了")).lines] == order
        walked, after = list[str](), ""
        while page := index.occurrences(TermId("dukou"), limit=2, after=after):
            walked += (x.article for x in page)
            after = page[-1].place
        assert walked == order

    def test_articles_and_digests_come_by_id_and_go_on_behind_any_of_them(self, index: Index):
        index.put_all([pack(article(f"a{n:02}", "船"), f"d{n}", "xy"[n % 2]) for n in range(9)])
        assert index.ids(limit=99) == [f"a{n:02}" for n in range(9)]
        assert index.ids(limit=3, after="a04") == ["a05", "a06", "a07"]
        assert list(index.digests(source="x", limit=2, after="a02")) == ["a04", "a06"]
        assert dict(index.digests(source="y")) == {f"a{n:02}": f"d{n}" for n in (1, 3, 5, 7)}

    def test_speakers_and_their_articles_go_on_behind_any_of_them(self, index: Index):
        for n in range(12):
            speakers = [SpeakerId(f"s{m}") for m in range(12) if m >= n]
            quotations = tuple(Quotation(BlockId("b001"), 0, 1, "direct", s, None, None) for s in speakers)
            made = tuple(Speaker(s, s, (), None, "person") for s in speakers)
            document = article(f"a{n:02}", "船", date=str(2000 + n % 4))
            index.put(replace(document, speakers=made, quotations=quotations), "1")
        people = index.speakers()
        assert len(people) == index.speaker_count() == 12
        assert [p.quotations for p in people] == list(range(12, 0, -1))
        for at, person in enumerate(people):
            assert list(index.speakers(limit=3, after=person.id)) == list(people[at + 1 : at + 4])
            assert list(index.speakers(limit=3, offset=at)) == list(people[at : at + 3])
        articles = index.articles_of(SpeakerId("s11"))
        assert len(articles) == 12
        for at, id in enumerate(articles):
            assert list(index.articles_of(SpeakerId("s11"), limit=2, after=id)) == list(
                articles[at + 1 : at + 3]
            )


class TestTotals:
    @given(
        steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(0, 3)), max_size=8)
    )
    @settings(max_examples=40)
    def test_are_what_counting_would_find(self, lasting: Index, steps: list[tuple[str, int, int]]):
        for id in "abc":
            lasting.remove(ArticleId(id))
        held: dict[str, tuple[int, int]] = {}
        for id, said, stands in steps:
            if said == stands == 0:
                lasting.remove(ArticleId(id))
                held.pop(id, None)
                continue
            speaker = Speaker(SpeakerId("lin"), f"林{id}", (), f"官{id}", "person")
            q = Quotation(BlockId("b001"), 0, 1, "direct", SpeakerId("lin"), None, None)
            o = Occurrence(BlockId("b001"), 0, 1, "船", TermId("chuan"), True, True)
            document = replace(
                article(id, "船停了"), speakers=(speaker,), quotations=(q,) * said, occurrences=(o,) * stands
            )
            lasting.put(document, "1")
            held[id] = said, stands
        assert lasting.count() == len(held)
        assert lasting.term_counts().get(TermId("chuan"), 0) == sum(n for _, n in held.values())
        quoted = sum(n for n, _ in held.values())
        assert [(p.quotations, p.articles) for p in lasting.speakers()] == (
            [(quoted, len(held))] if quoted else []
        )
        assert lasting.speaker_count() == bool(quoted)

    @given(
        steps=st.lists(
            st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from((0.5, 0.59, 0.6, 0.95)), max_size=3)),
            max_size=8,
        )
    )
    @settings(max_examples=30)
    def test_certain_quotations_are_counted_apart(self, lasting: Index, steps: list[tuple[str, list[float]]]):
        for id in "abc":
            lasting.remove(ArticleId(id))
        held: dict[str, list[float]] = {}
        q = Quotation(BlockId("b001"), 0, 1, "direct", SpeakerId("lin"), None, None)
        for id, rates in steps:
            speaker = Speaker(SpeakerId("lin"), "林", (), None, "person")
            said = tuple(replace(q, confidence=rate) for rate in rates)
            passed_on = (replace(q, ascribed=True),)
            lasting.put(replace(article(id, "船停了"), speakers=(speaker,), quotations=said + passed_on), "1")
            held[id] = rates
        found = lasting.speaker_total(SpeakerId("lin"))
        rates = [rate for some in held.values() for rate in some]
        certain = sum(rate >= 0.6 for rate in rates)
        counts = found and (found.quotations, found.certain, found.articles, found.ascribed, found.doubtful)
        expected = (len(rates), certain, len(held), len(held), bool(rates) and not certain)
        assert counts == (expected if held else None)

    def test_the_generation_changes_with_every_change_and_only_then(self, index: Index):
        seen = [index.generation()]
        index.put(article("a", "船"), "1")
        seen.append(index.generation())
        index.put_knowledge(Knowledge(), "x")
        seen.append(index.generation())
        index.remove(ArticleId("a"))
        seen.append(index.generation())
        assert len(set(seen)) == 4
        index.search(parse("船"))
        assert index.generation() == seen[-1]

    def test_documents_of_another_source_are_listed_apart(self, index: Index):
        index.put(article("a", "船"), "1")
        index.put_all([pack(article("b", "船"), "2", "jsonl")])
        assert dict(index.digests()) == {"a": "1"}
        assert dict(index.digests(source="jsonl")) == {"b": "2"}
        held = index.held([ArticleId("b"), ArticleId("a"), ArticleId("c")])
        assert {id: (h.source, h.digest) for id, h in held.items()} == {"a": ("", "1"), "b": ("jsonl", "2")}


# What version 5 had: no forms of terms, no totals of them but their number.
_AS_BEFORE = """
drop index occurrence_form; drop index occurrence_term; drop index occurrence_article;
alter table occurrence drop column form;
drop table term_form; drop table term_speaker;
alter table term drop column articles; alter table term drop column narrated;
alter table term drop column unattributed;
update meta set value = '5' where key = 'schema'
"""


def _said(id: str, date: str, forms: str, *, speaker: str | None = "", quoted: bool = False) -> Document:
    """An article with these one-character forms of one term, all in one quotation or none."""
    block, who = BlockId("b001"), SpeakerId(speaker or "")
    return replace(
        article(id, forms, date=date),
        speakers=(Speaker(who, f"名{who}", (), None, "person"),) if speaker else (),
        quotations=(Quotation(block, 0, len(forms), "direct", who or None, None, None),) if quoted else (),
        occurrences=tuple(
            Occurrence(block, n, n + 1, form, TermId("t"), True, n == 0) for n, form in enumerate(forms)
        ),
    )


class TestTermTotals:
    def test_count_every_use_and_not_the_newest_alone(self, index: Index):
        days = [f"{2000 + n // 40}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(620)]
        index.put_all([pack(_said(f"a{n:03}", day, "船"), "1") for n, day in enumerate(days)])
        index.put(_said("old", "1999", "舟船", speaker="lin", quoted=True), "1")
        totals = index.term_totals(TermId("t"))
        assert (totals.uses, totals.articles, totals.narrated) == (622, 621, 620)
        assert [(f.text, f.uses, f.article, f.date) for f in totals.forms] == [
            ("船", 621, "old", "1999"),
            ("舟", 1, "old", "1999"),
        ]
        assert totals.first and totals.first.date == "1999"
        assert [(u.id, u.name, u.uses) for u in totals.users] == [("lin", "名lin", 2)]

    def test_the_first_use_is_the_oldest_dated_one_whenever_it_came_in(self, index: Index):
        for id, date in (("c", ""), ("b", "2021-05-02"), ("a", "2021-05-02"), ("d", "2023"), ("e", "")):
            index.put(_said(id, date, "船"), "1")
        assert [(f.article, f.date) for f in index.term_totals(TermId("t")).forms] == [("a", "2021-05-02")]
        for id in "ab":
            index.remove(ArticleId(id))
        assert index.term_totals(TermId("t")).forms[0].date == "2023"
        index.remove(ArticleId("d"))
        undated = index.term_totals(TermId("t"))
        assert (undated.forms[0].article, undated.forms[0].date, undated.first) == ("c", "", None)

    def test_words_of_an_unknown_speaker_are_not_the_narrators(self, index: Index):
        index.put(_said("a", "", "船", quoted=True), "1")
        index.put(_said("b", "", "船船"), "1")
        index.put(_said("c", "", "船船船", speaker="lin", quoted=True), "1")
        totals = index.term_totals(TermId("t"))
        assert (totals.unattributed, totals.narrated, totals.speakers) == (1, 2, 1)
        assert {x.article: x.speaker for x in index.occurrences(TermId("t"))}["a"] is None

    def test_follow_every_change(self, index: Index):
        index.put(_said("a", "2020", "船舟", speaker="lin", quoted=True), "1")
        index.put(_said("a", "2020", "舟", speaker="wu", quoted=True), "2")
        totals = index.term_totals(TermId("t"))
        assert [(f.text, f.uses) for f in totals.forms] == [("舟", 1)]
        assert [u.id for u in totals.users] == ["wu"] and totals.speakers == 1
        assert index.speaker_total(SpeakerId("lin")) is None
        wu = index.speaker_total(SpeakerId("wu"))
        assert wu and (wu.quotations, wu.articles) == (1, 1)
        assert index.speaker_terms(SpeakerId("wu")) == [("t", 1)]
        index.remove(ArticleId("a"))
        assert index.term_totals(TermId("t")).uses == 0 and index.term_totals(TermId("t")).forms == ()

    def test_more_speakers_than_are_listed_are_counted(self, index: Index):
        names = [f"s{n:02}" for n in range(12)]
        index.put_all(
            [
                pack(_said(f"a{x}", "", "船" * (n + 1), speaker=x, quoted=True), "1")
                for n, x in enumerate(names)
            ]
        )
        totals = index.term_totals(TermId("t"), limit=3)
        assert [u.id for u in totals.users] == ["s11", "s10", "s09"] and totals.speakers == 12


class TestRoles:
    def put(self, index: Index, id: str, date: str, role: str | None, who: str = "lin") -> None:
        made = _said(id, date, "船", speaker=who, quoted=True)
        index.put(replace(made, speakers=(replace(made.speakers[0], role=role),)), "1")

    def roles(self, index: Index) -> list[tuple[str, int, str]]:
        return [(r.role, r.articles, r.article) for r in index.speaker_roles(SpeakerId("lin"))]

    def test_are_counted_in_all_articles_the_most_recent_first(self, index: Index):
        for n in range(30):
            self.put(index, f"a{n:02}", f"2001-01-{n + 1:02}", "镇长")
        self.put(index, "b", "2024", "船工")
        self.put(index, "c", "1990", "站长")
        self.put(index, "d", "", None)
        self.put(index, "e", "2025", "别人", who="wu")
        assert self.roles(index) == [
            ("船工", 1, "b"),
            ("镇长", 30, "a29"),
            ("站长", 1, "c"),
            ("", 1, "d"),
        ]

    def test_follow_every_change(self, index: Index):
        self.put(index, "a", "2020", "镇长")
        self.put(index, "a", "2020", "站长")
        assert self.roles(index) == [("站长", 1, "a")]
        index.remove(ArticleId("a"))
        assert self.roles(index) == []


class TestOfTheFormBefore:
    def fill(self, index: Index, library: Library) -> list[object]:
        index.put_all([pack(library.document(id), "1", "jsonl") for id in library.content.articles()])
        return self.told(index)

    def told(self, index: Index) -> list[object]:
        lin, term = SpeakerId("lin-qinghe"), TermId("dukou")
        lists = [index.occurrences(term), index.articles_with(term), index.speakers()]
        lists.append(index.search(parse("船")).lines)
        return [*map(list, lists), list(index.articles_of(lin, term="dukou")), list(index.speaker_terms(lin))]

    def test_a_file_is_brought_up_to_date_and_loses_nothing(self, library: Library, tmp_path: Path):
        index = open_index("", tmp_path / "old")
        before = self.fill(index, library)
        index.close()
        db = sqlite3.connect(tmp_path / "old/index.sqlite3")
        db.executescript(_AS_BEFORE)
        db.commit()
        db.close()
        again = open_index("", tmp_path / "old")
        assert again.count() == 3 and self.told(again) == before
        again.put(article("a", "渡船"), "1")
        assert ("a", 1) in found(again, "船")
        again.remove(ArticleId("a"))
        assert self.told(again) == before
        again.close()

    def test_a_database_too(self, library: Library):
        url, schema = postgres_url(), fresh_schema()
        index = PostgresIndex(url, schema=schema)
        before = self.fill(index, library)
        with index._write() as db:
            db.run(_AS_BEFORE)
        index.close()
        again = PostgresIndex(url, schema=schema)
        assert again.count() == 3 and self.told(again) == before
        again.close()


class TestAtOnce:
    def test_readers_see_whole_documents_while_one_writes(self, index: Index):
        old, new = article("a", *["旧船"] * 9), article("a", *["新船"] * 5)
        index.put(old, "1")
        stop, seen = threading.Event(), set[int]()

        def read() -> None:
            while not stop.is_set():
                document = index.document(ArticleId("a"))
                assert document in (old, new)
                seen.add(index.search(parse("船"), limit=1).total)

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


class TestClosing:
    def test_a_connection_that_two_threads_close_is_closed_once_and_not_while_it_is_used(self):
        """The index closes it while its own thread ends."""
        done, reading, go_on = list[str](), threading.Event(), threading.Event()

        class Slow:
            def execute(self, sql: str) -> sqlite3.Cursor:
                reading.set()
                assert go_on.wait(30)
                done.append("read")
                raise sqlite3.OperationalError

            def close(self) -> None:
                done.append("closed")

        held = sqlite._ThreadConnection(Slow(), None)  # type: ignore[arg-type]
        threads = [threading.Thread(target=held.close) for _ in range(2)]
        threads[0].start()
        assert reading.wait(30)
        threads[1].start()
        threads[1].join(0.2)  # it may not close what the first one reads
        assert done == []
        go_on.set()
        for thread in threads:
            thread.join(30)
        held.close()
        assert done == ["read", "closed"]

    def test_an_index_may_be_closed_while_threads_read(self, tmp_path: Path):
        """SQLite frees a connection that it closes; a thread that reads it then would end the process."""
        for n in range(8):
            index = open_index("", tmp_path / str(n))
            threads = [threading.Thread(target=index.count) for _ in range(6)]
            for thread in threads:
                thread.start()
            index.close()
            for thread in threads:
                thread.join(30)
            index.close()


class TestTheFile:
    def fill(self, folder: Path) -> Path:
        index = open_index("", folder)
        for n in range(30):
            index.put(article(f"a{n}", "船停了，桥通了。" * 50), "1")
        index.close()
        return folder / "index.sqlite3"

    @pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are not told here")
    def test_is_closed_by_threads_that_end(self, tmp_path: Path):
        """A server's threads come and go with its load; what each has opened must go with it."""
        index = SqliteIndex(self.fill(tmp_path))
        opened = []
        for _ in range(30):
            thread = threading.Thread(target=index.count)
            thread.start()
            thread.join()
            opened.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
        index.close()
        assert max(opened[1:]) <= opened[0] + 3

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
                assert str(path) in str(fault) and "meipi index" in str(fault)

    def test_damaged_at_its_beginning_is_made_anew_and_the_log_says_so(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ):
        path = self.fill(tmp_path)
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xff" * (len(data) - 4096)
        path.write_bytes(data)
        with caplog.at_level(logging.WARNING):
            index = open_index("", tmp_path)
        assert index.count() == 0 and "damaged" in caplog.text and str(path) in caplog.text
        index.close()

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
        seen, real = ["of version 0"], SqliteIndex._trouble
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                SqliteIndex, "_trouble", lambda self, **how: seen.pop() if seen else real(self, **how)
            )
            late = open_index("", tmp_path)
        assert late.document(ArticleId("a")) and first.document(ArticleId("a"))
        first.close()
        late.close()


def answers(index: Index) -> bool:
    with suppress(IndexUnavailable):
        return index.count() == 0
    return False


class TestPostgres:
    def test_a_server_that_is_not_there_is_told_without_the_password(self, monkeypatch: pytest.MonkeyPatch):
        with pytest.raises(IndexUnavailable) as caught:
            open_index("postgresql://meipi:secret@127.0.0.1:9/library?connect_timeout=1", Path())
        assert "127.0.0.1" in str(caught.value) and "secret" not in str(caught.value)

    def test_two_that_open_an_empty_database_make_it_once(self):
        url, schema = postgres_url(), fresh_schema()
        opened: list[PostgresIndex] = []
        threads = [
            threading.Thread(target=lambda: opened.append(PostgresIndex(url, schema=schema)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        opened[0].put(article("a", "船停了"), "1")
        assert [found(index, "船") for index in opened] == [[("a", 1)]] * 4
        for index in opened:
            index.close()

    def test_of_another_schema_is_made_anew(self, caplog: pytest.LogCaptureFixture):
        url, schema = postgres_url(), fresh_schema()
        index = PostgresIndex(url, schema=schema)
        index.put(article("a", "船停了"), "1")
        with index._write() as db:
            db.each("update meta set value = ? where key = 'schema'", [(str(SCHEMA_VERSION + 1),)])
        index.close()
        with caplog.at_level(logging.WARNING):
            again = PostgresIndex(url, schema=schema)
        assert again.count() == 0 and f"is of version {SCHEMA_VERSION + 1}; rebuilt" in caplog.text
        again.close()

    def test_a_site_on_it_is_the_site_on_a_file(self, home: Path, open_site: Callable[..., TestClient]):
        url = postgres_url()
        library = Library(Content(home / "content"), open_index(url, home / "var"))
        assert library.refresh().findings == ()
        library.index.close()
        addresses = ["/", "/articles/", "/a/beiwan-daqiao/", "/terms/", "/terms/dukou/", "/speakers/"]
        addresses += ["/speakers/lin-qinghe/", "/search/?q=船", "/search/?q=桥&by=speaker&kind=quotation"]
        with open_site() as on_file:
            wanted = [on_file.get(address).text for address in addresses]
        with open_site(database_url=url) as on_postgres:
            assert [on_postgres.get(address).text for address in addresses] == wanted

    def test_an_outage_ends_soon_after_the_database_is_back(self):
        """The time until a database is tried again does not grow with the time for which it was away."""
        postgres_url()
        own = Server()
        index = PostgresIndex(own.url)
        own._end()
        with pytest.raises(IndexUnavailable):
            index.count()
        own._start()
        assert until(lambda: answers(index))
        # By default the pool waits twice as long each time, up to five minutes.
        assert index._pool.reconnect_timeout <= 2
        index.close()
        own.stop()

    def test_nothing_lies_outside_its_schema(self):
        index = PostgresIndex(postgres_url(), schema=fresh_schema())
        with index._read() as db:
            assert db.all("select tablename from pg_tables where schemaname = 'public'") == []
        index.close()
