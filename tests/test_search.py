"""Queries and their results: words, scripts, pinyin, speakers, pages of results."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.content.store import Content
from app.index import Filters
from app.index.narrowing import narrowing
from app.index.packed import last_day_of
from app.library.library import Library
from app.model import English, Knowledge, Person, SpeakerId, Term, TermId
from app.text.query import Query, excerpt, hits, key, parse, text_of
from app.text.terms.names import NameIndex

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


class TestKeys:
    @given(TEXT)
    def test_a_key_is_as_long_as_its_text(self, text: str):
        assert len(key(text)) == len(text)

    @given(TEXT)
    def test_a_key_is_its_own_key(self, text: str):
        assert key(key(text)) == key(text)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("說話", "说话"),
            ("頭髮", "头发"),
            ("裡面", "裏面"),
            ("為了", "爲了"),
            ("看著", "看着"),
            ("ＡＩ大模型", "ai大模型"),
            ("「科創」", "“科创”"),
            ("卡尔・马克思", "卡尔·马克思"),
            ("⽂件", "文件"),
            ("全角，逗号", "全角,逗号"),
            ("空　格", "空 格"),
        ],
    )
    def test_what_readers_take_for_the_same_has_one_key(self, one: str, other: str):
        assert key(one) == key(other)

    @pytest.mark.parametrize(("one", "other"), [("土", "士"), ("末", "未"), ("。", "，"), ("5", "五")])
    def test_what_looks_alike_has_not(self, one: str, other: str):
        assert key(one) != key(other)

    def test_simplified_print_is_its_own_key_so_that_it_is_stored_once(self):
        text = "“五个中心”建设，是国家交给上海的任务；到2030年，（第三次）要有新的进展！"
        assert key(text) == text


class TestQueries:
    @pytest.mark.parametrize(
        ("typed", "groups", "without"),
        [
            ("五个中心", [["五个中心"]], []),
            ("五个中心　建设", [["五个中心"], ["建设"]], []),
            ('"ai 大模型" 上海', [["ai 大模型"], ["上海"]], []),
            ("“ai 大模型”", [["ai 大模型"]], []),
            ("“五个中心”", [["“五个中心”"]], []),
            ("渡口 OR 码头 桥", [["渡口", "码头"], ["桥"]], []),
            ("渡口 | 码头", [["渡口", "码头"]], []),
            ("渡口 -码头 －船", [["渡口"]], ["码头", "船"]),
            ('渡口 -"老 码头"', [["渡口"]], ["老 码头"]),
            ("-5℃", [["－5℃"]], []),
            ("2019-2023", [["2019－2023"]], []),
            ("OR", [["or"]], []),
            ("渡口 OR", [["渡口"], ["or"]], []),
            ('5"屏', [["5＂屏"]], []),
            ("船 船", [["船"]], []),
            ("", [], []),
        ],
    )
    def test_are_read_as_they_are_meant(self, typed: str, groups: list[list[str]], without: list[str]):
        assert parse(typed) == Query(tuple(map(tuple, groups)), tuple(without))

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("corrections：｜", "corrections：｜"),
            ("corrections: -x |", '"corrections：" "｜" -"x"'),  # in its new place the mark would mean OR
            ('渡口 "-5℃"', '"渡口" "－5℃"'),
            ('码头 "|" 桥', '"码头" "｜" "桥"'),
            ('渡口 “一 条"船”', "渡口 “一 条＂船”"),
        ],
    )
    def test_words_that_look_like_syntax_are_told_in_quotation_marks(self, typed: str, told: str):
        assert text_of(parse(typed)) == told
        assert parse(told) == parse(typed)

    @given(st.text(alphabet='船桥到 -"|OR“”a', max_size=16))
    def test_anything_typed_is_a_query_and_can_be_typed_again(self, typed: str):
        query = parse(typed)
        assert bool(query.groups) == bool(typed.strip())
        if not set('"“”') & set(typed):
            assert parse(text_of(query)) == query

    @given(TEXT, st.lists(st.text(min_size=1, max_size=3), max_size=3))
    def test_hits_are_in_order_and_apart(self, text: str, words: list[str]):
        spans = hits(text, words)
        assert all(a.end <= b.start for a, b in pairwise(spans))
        assert {text[s.start : s.end] for s in spans} <= set(words)
        assert bool(spans) == any(w in text for w in words)


class TestExcerpts:
    def test_mark_every_hit(self):
        text = "渡船到岸，渡船离岸。"
        assert excerpt(text, hits(text, ["渡船"])) == ("", "渡船", "到岸，", "渡船", "离岸。")

    def test_show_the_part_with_most_hits_and_where_they_were_cut(self):
        text = "船。" + "停在岸边，" * 60 + "渡船到了，渡船走了。" + "等人等车，" * 60
        pieces = excerpt(text, hits(text, ["船"]))
        assert pieces[1::2] == ("船", "船")
        assert pieces[0].startswith("……") and pieces[-1].endswith("……")
        assert len("".join(pieces)) < 150

    @given(st.text(alphabet="船桥，。 ", max_size=400), st.integers(20, 150))
    def test_are_cut_from_the_text_and_nowhere_within_a_hit(self, text: str, most: int):
        pieces = excerpt(text, hits(text, ["船桥"]), most=most)
        assert "".join(pieces).removeprefix("……").removesuffix("……") in text
        assert len(pieces) % 2 == 1 and set(pieces[1::2]) <= {"船桥"}


TERMS = (
    Term(
        TermId("zhongxin"),
        "五个中心",
        "wǔ gè zhōngxīn",
        "policy",
        "core",
        "……",
        aliases=("5个中心",),
        english=(English("five centres", "official"), English("the five international centres")),
    ),
    Term(TermId("zhanlue"), "战略", "zhànlüè", "concept", "core", "……"),
    Term(TermId("xian"), "西安", "Xī'ān", "place", "core", "……"),
    Term(TermId("xinan"), "西南", "xīnán", "place", "core", "……"),
    Term(TermId("xianjin"), "先进", "xiānjìn", "concept", "core", "……"),
)
PEOPLE = (Person(SpeakerId("lin"), "林清和", pinyin="Lín Qīnghé", name_hant="林清和", aliases=("老林",)),)


class TestNames:
    @pytest.fixture
    def names(self) -> NameIndex:
        return NameIndex(Knowledge(TERMS, PEOPLE))

    @pytest.mark.parametrize(
        ("typed", "whole", "part"),
        [
            ("wugezhongxin", ["五个中心"], []),
            ("wu ge zhong xin", ["五个中心"], []),
            ("wǔ gè zhōng xīn", ["五个中心"], []),
            ("WU3GE4ZHONG1XIN1", ["五个中心"], []),
            ("wgzx", ["五个中心"], []),
            ("wgz", [], ["五个中心"]),
            ("zhongxin", [], ["五个中心"]),
            ("hongxin", [], []),
            ("wú gè", [], []),
            ("zhanlüe", ["战略"], []),
            ("zhanlve", ["战略"], []),
            ("zhanlue", ["战略"], []),
            ("xian", ["西安"], ["先进"]),
            ("xī'ān", ["西安"], []),
            ("xiān", [], ["先进"]),
            ("xn", ["西南"], []),
            ("linqinghe", ["林清和"], []),
            ("lqh", ["林清和"], []),
            ("林清和", [], []),
            ("5g", [], []),
            ("'", [], []),
        ],
    )
    def test_pinyin_finds_them(self, names: NameIndex, typed: str, whole: list[str], part: list[str]):
        found = names.spelled(typed)
        assert ([n.text for n in found[0]], [n.text for n in found[1]]) == (whole, part)

    @pytest.mark.parametrize(
        ("typed", "whole", "part"),
        [
            ("five centres", ["五个中心"], []),
            ("Five Centers", ["五个中心"], []),
            ("“five centers”", [], []),
            ("the five international centers", ["五个中心"], []),
            ("international centre", [], ["五个中心"]),
            ("five", [], ["五个中心"]),
            ("centres five", [], []),
            ("fives", [], ["五个中心"]),
            ("ive", [], []),
            ("五个中心", [], []),
            ("", [], []),
        ],
    )
    def test_english_names_find_them(self, names: NameIndex, typed: str, whole: list[str], part: list[str]):
        found = names.in_english(typed)
        assert ([n.text for n in found[0]], [n.text for n in found[1]]) == (whole, part)

    def test_part_of_a_name_finds_them(self, names: NameIndex):
        assert [n.text for n in names.like("中心")] == ["五个中心"]
        assert [n.text for n in names.like("老林")] == ["林清和"]

    def test_names_like_it_are_near(self, names: NameIndex):
        assert [n.text for n in names.near("四个中心")] == ["五个中心"]
        assert names.near("火车站") == ()

    def test_a_word_is_cut_first_where_a_name_ends(self, names: NameIndex):
        assert next(names.parts("五个中心建设")) == ("五个中心", "建设")

    def test_every_headword_of_the_clients_glossary_is_found_by_its_pinyin(self, client_content: Content):
        knowledge = client_content.usable_knowledge()[0]
        names = NameIndex(knowledge)
        for term in knowledge.terms:
            if term.pinyin and term.pinyin != term.term:  # PM2.5 is found by its form
                assert term.term in {n.text for n in names.spelled(term.pinyin)[0]}


class TestTheLibrary:
    def test_pinyin_of_a_term_finds_where_it_stands(self, library: Library):
        term = next(t for t in library.knowledge().terms if t.id == "dukou")
        searched = library.search(term.pinyin)
        assert searched.read_as == (term.term,)
        assert {x.text[x.span.start : x.span.end] for x in searched.found.lines} == {"渡口"}
        assert searched.suggestions[0].id == "dukou"

    def test_the_english_name_of_a_term_finds_where_it_is_used(self, client_site: TestClient):
        for query in ("five centers", "Five Centres"):
            found = client_site.get("/api/v1/search", params={"q": query}).json()
            assert found["read_as"] == ["五个中心"] and found["total"] >= 1

    def test_letters_that_are_printed_are_found_as_they_are(self, library: Library):
        assert library.search("ai").read_as == ()
        assert library.search("ai").found.total

    def test_of_two_words_that_never_meet_each_is_offered(self, library: Library):
        searched = library.search("渡口 茶馆")
        assert searched.found.total == 0
        offered = {s.text: s.total for s in searched.suggestions if s.kind == "query"}
        assert set(offered) == {"渡口", "茶馆"} and all(offered.values())
        for text, total in offered.items():
            assert library.search(text).found.total == total

    def test_a_long_word_that_is_nowhere_is_cut_in_two(self, library: Library):
        searched = library.search("渡口渡船")
        (offered,) = (s for s in searched.suggestions if s.kind == "query")
        assert library.search(offered.text).found.total == offered.total > 0

    def test_a_query_for_a_term_names_the_term(self, library: Library):
        assert ("term", "dukou") in {(s.kind, s.id) for s in library.search("渡口").suggestions}

    def test_either_script_finds_the_other(self, library: Library):
        simplified = {(x.article, x.block) for x in library.search("茶馆").found.lines}
        traditional = {(x.article, x.block) for x in library.search("茶館").found.lines}
        assert simplified == traditional and "shanlu-chaguan" in {a for a, _ in simplified}

    def test_a_cursor_with_a_number_of_sixteen_digits_is_none(self, library: Library):
        first = library.search("船", limit=1).found
        assert first.lines
        assert library.search("船", limit=1, after=f"0.{'9' * 16}.0").found.lines == first.lines

    @pytest.mark.parametrize(
        ("date", "number"),
        [("2024-03-05", 20240305), ("2024-03", 20240399), ("2024", 20249999), ("", 0), ("05.03.2024", 0)],
    )
    def test_a_date_without_a_day_lasts_to_its_end(self, date: str, number: int):
        assert last_day_of(date) == number

    def test_until_a_month_includes_its_days(self, library: Library):
        dates = {e.header.id: e.header.date for e in library.index.entries(limit=10)}
        (article, month) = next((id, date[:7]) for id, date in dates.items() if len(date) == 10)
        word = library.document(article).blocks[-1].text[:2]
        found = library.search(word, Filters(since=month, until=month)).found.lines
        assert article in {line.article for line in found}

    def test_a_word_with_as_many_pairs_as_narrow_a_search_narrows_it(self):
        word = "".join(map(chr, range(0x4E00, 0x4E00 + 65)))
        made = narrowing(parse(word), Filters())
        assert [len(tokens) for (tokens,) in made.groups] == [64]

    @given(query=st.text(max_size=20))
    def test_anything_is_answered(self, library: Library, query: str):
        searched = library.search(query, Filters(since=query, until=query), limit=3)
        assert searched.found.total >= len(searched.found.lines)


class TestThePage:
    def test_is_a_form_that_needs_no_script(self, site: TestClient):
        html = site.get("/search/").text
        assert '<form role="search" action="/search/">' in html
        assert 'name="q"' in html and 'name="since"' in html and 'name="kind"' in html

    def test_marks_every_hit_and_links_to_the_paragraph(self, site: TestClient):
        html = site.get("/search/", params={"q": "船"}).text
        assert html.count("<mark>船</mark>") > 3 and 'href="/a/beiwan-daqiao/' in html

    def test_groups_by_speaker(self, site: TestClient):
        html = site.get("/search/", params={"q": "桥", "by": "speaker"}).text
        assert '<h2><a href="/speakers/lin-qinghe/">林清和</a></h2>' in html
        assert "按文章分组" in html

    def test_says_what_it_is_narrowed_to_and_how_to_widen_it(self, site: TestClient):
        asked = {"q": "桥", "speaker": "lin-qinghe", "since": "2020", "kind": "quotation"}
        html = site.get("/search/", params=asked).text
        for words in ("说话人 林清和 ×", "2020年起 ×", "只搜引语 ×"):
            assert words in html

    def test_helps_where_nothing_is_found(self, site: TestClient):
        html = site.get("/search/", params={"q": "渡口 茶馆"}).text
        assert "没有找到" in html and 'href="/search/?q=%E6%B8%A1%E5%8F%A3"' in html

    def test_reads_pinyin(self, site: TestClient):
        html = site.get("/search/", params={"q": "dukou"}).text
        assert "按拼音找" in html and "<mark>渡口</mark>" in html

    def test_goes_on_page_by_page(
        self, library: Library, tmp_path: Path, open_site: Callable[..., TestClient]
    ):
        lines = tmp_path / "a.jsonl"
        lines.write_text(json.dumps({"id": "a", "paragraphs": [f"海豚第{n}次。" for n in range(50)]}))
        list(library.take_lines([lines]))
        with open_site() as site:
            seen, address, pages = set[str](), "/search/?q=海豚", 0
            while address:
                html = site.get(address).text
                hits = html.split('<ol class="hits">')[1].split("</ol>")[0]
                seen |= {part.split("/", 1)[0] for part in hits.split('<li><a href="/a/a/')[1:]}
                links = html.split('rel="next" href="')[1:]
                address = links[0].split('"')[0].replace("&amp;", "&") if links else ""
                pages += 1
            assert (len(seen), pages) == (50, 3)


class TestTheApi:
    def test_tells_all_hits_who_says_them_and_the_next_page(self, site: TestClient):
        first = site.get("/api/v1/search", params={"q": "桥", "limit": 2}).json()
        assert len(first["items"]) == 2 < first["total"] and first["more"] is False
        for item in first["items"]:
            assert item["hits"][0] == [item["start"], item["end"]]
            assert all(item["text"][a:b] in "桥橋" for a, b in item["hits"])
        second = site.get(first["next"]).json()
        ids = [(i["article"], i["block"]) for i in first["items"] + second["items"]]
        assert len(set(ids)) == len(ids)

    def test_narrows_to_quotations(self, site: TestClient):
        said = site.get("/api/v1/search", params={"q": "渡口", "kind": "quotation"}).json()
        every = site.get("/api/v1/search", params={"q": "渡口"}).json()
        assert 0 < said["total"] < every["total"]
        assert all(i["speaker"] for i in said["items"])

    def test_suggests(self, site: TestClient):
        body = site.get("/api/v1/search", params={"q": "渡口 茶馆"}).json()
        assert body["total"] == 0 and body["next"] is None
        assert {s["kind"] for s in body["suggestions"]} >= {"query"}
        assert site.get("/api/v1/search", params={"q": "dukou"}).json()["read_as"] == ["渡口"]


def test_english_glosses_find_a_term_too():
    term = Term(
        TermId("wu"),
        "五个中心",
        "wǔ gè zhōngxīn",
        "slogan",
        "core",
        "五个。",
        en="A goal for Shanghai: trade, shipping and finance.",
        english=(English("five centers", "common"),),
    )
    names = NameIndex(Knowledge(terms=(term,)))
    for typed in ("five centers", "Five Centres", "five centre", "five center"):
        assert [n.text for n in names.in_english(typed)[0]] == ["五个中心"], typed
    assert [n.text for n in names.in_english("goals for Shanghai")[1]] == ["五个中心"]
    assert names.in_english("shipping finance") == ((), ())
