"""Terms that mark a speaker: counted in the index, compared with the library, shown with links."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from test_index import BACKENDS
from test_uses import made

from app.index import Index
from app.index.packed import pack
from app.library.marking import log_likelihood
from app.model import ArticleId, Block, BlockId, Document, Header, Quotation, Speaker, SpeakerId

HAN = "河水渡口很宽"


@pytest.fixture(params=sorted(BACKENDS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index of each kind."""
    opened = BACKENDS[request.param](tmp_path)
    yield opened
    opened.close()


def quoted(id: str, text: str, *said: tuple[int, int, str | None]) -> Document:
    """An article of one paragraph with quotations: start, end and speaker."""
    block = BlockId("b001")
    quotations = tuple(Quotation(block, a, z, "direct", s and SpeakerId(s), None, None) for a, z, s in said)
    people = tuple(Speaker(SpeakerId(s), s, (), None, "person") for s in ("lin", "zhou"))
    return Document(
        Header(ArticleId(id), "题"),
        1,
        (Block(block, 1, "paragraph", text),),
        quotations=quotations,
        speakers=people,
    )


class TestCharacters:
    @pytest.mark.parametrize(
        ("text", "said", "lin", "zhou"),
        [
            (HAN, [(0, 6, "lin")], 6, 0),
            (HAN + "，。！", [(0, 9, "lin")], 6, 0),
            (HAN, [(0, 6, "lin"), (2, 4, "zhou")], 4, 2),
            (HAN, [(0, 6, "lin"), (2, 4, None)], 4, 0),
            (HAN, [(0, 3, "lin"), (3, 6, "lin")], 6, 0),
            (HAN, [(0, 4, "lin"), (0, 4, "lin")], 4, 0),
            ("AI 大桥 5G", [(0, 8, "zhou")], 0, 4),
        ],
    )
    def test_belong_to_the_speaker_of_the_innermost_quotation(
        self, index: Index, text: str, said: list[tuple[int, int, str | None]], lin: int, zhou: int
    ):
        index.put(quoted("a", text, *said), "1")
        found = {s: index.speaker_uses(SpeakerId(s)).characters for s in ("lin", "zhou")}
        assert found == {"lin": lin, "zhou": zhou}

    def test_and_uses_stay_right_after_every_change(self, index: Index):
        pick = random.Random(7)
        held: dict[str, Document] = {}
        for n in range(25):
            id = f"a{pick.randint(0, 9)}"
            if id in held and pick.random() < 0.3:
                index.remove(ArticleId(id))
                del held[id]
            else:
                held[id] = made(id, n)
                index.put(held[id], str(n))
        fresh = {s: _sums(list(held.values()), s) for s in ("lin", "zhou")}
        for speaker, (characters, terms) in fresh.items():
            found = index.speaker_uses(SpeakerId(speaker))
            assert found.characters == characters > 0
            assert {t: n for t, n, _ in found.terms} == terms
            assert all(m == index.term_totals(t).uses for t, _, m in found.terms)


def _sums(documents: list[Document], speaker: str) -> tuple[int, dict[str, int]]:
    """A speaker's characters and uses of each term; every block of these articles has one quotation."""
    characters, terms = 0, dict[str, int]()
    for d in documents:
        text = {b.id: b.text for b in d.blocks}
        for q in (q for q in d.quotations if q.speaker == speaker):
            characters += sum("一" <= c <= "鿿" for c in text[q.block][q.start : q.end])
            for o in d.occurrences:
                if o.block == q.block and q.start <= o.start and o.end <= q.end:
                    terms[o.term] = terms.get(o.term, 0) + 1
    return characters, terms


def test_an_entry_names_the_first_dated_article_of_each_speaker(index: Index):
    index.put_all([pack(made(f"a{n:02}", n), "1") for n in range(30)])
    for term in ("t0", "t1"):
        for user in index.term_totals(term).users:  # type: ignore[arg-type]
            mine = [
                (d.header.date, d.header.id)
                for d in (made(f"a{n:02}", n) for n in range(30))
                if d.header.date and term in _sums([d], user.id)[1]
            ]
            assert (user.since, user.article) == min(mine)


class TestMeasure:
    @pytest.mark.parametrize(
        ("a", "size_a", "b", "size_b", "expected"),
        [
            (10, 1000, 10, 1000, 0.0),
            (10, 1000, 0, 1000, 13.863),
            (6, 1000, 1, 4000, 14.018),
            (0, 9, 0, 9, 0.0),
        ],
    )
    def test_is_that_of_dunning(self, a: int, size_a: int, b: int, size_b: int, expected: float):
        assert round(log_likelihood(a, size_a, b, size_b), 3) == expected

    def test_grows_with_the_difference(self):
        values = [log_likelihood(n, 1000, 5, 5000) for n in (1, 2, 4, 8, 16)]
        assert values == sorted(values) and log_likelihood(3, 100, 5, 500) == log_likelihood(5, 500, 3, 100)


# Whole sentences, so that the one who speaks is sure.
SAY = "渡口的事要先办。河水很宽，走路的人很多，大家都等在岸边看天色，谁也不知道明天会怎样。"
TELL = "村里的人在田间劳动，孩子们去学校，老人们坐在门前说话，天气一天比一天热起来了。"
FILES = {
    "glossary/x.yaml": "- {id: dukou, term: 渡口, kind: concept, zh: 岸边。, pinyin: dùkǒu, note: 无。}\n"
    "- {id: tianqi, term: 天气, kind: concept, zh: 冷热。, pinyin: tiānqì, note: 无。}\n",
    "speakers/x.yaml": "- {id: lin, name: 林清和, offices: [{title: 镇长}]}\n- {id: zhou, name: 周小满}\n",
    "articles/he/article.md": "---\ntitle: 河\ndate: 2011-04-02\n---\n\n"
    + "\n\n".join(f"镇长林清和说：“{SAY}”\n\n{TELL * 3}" for _ in range(20))
    + "\n\n周小满说：“天气好。”\n",
}


@pytest.fixture(scope="module")
def told(site_of: Callable[[Mapping[str, str]], TestClient]) -> Iterator[TestClient]:
    """A site with a speaker who says one term often; for tests that only read."""
    with site_of(FILES) as site:
        yield site


class TestPage:
    def test_lists_marking_terms_with_links_to_their_uses(self, told: TestClient):
        page = told.get("/speakers/lin/").text.partition('id="marks"')[2].partition("<dt>")[0]
        assert '<a href="/speakers/lin/?term=dukou">渡口</a>' in page and "20 处" in page
        assert "天气" not in page and "/speakers/lin/terms.csv" in page
        assert told.get("/speakers/lin/?term=dukou").text.count("的事要先办") == 20

    def test_api_and_csv_have_the_same(self, told: TestClient):
        record = told.get("/api/v1/speakers/lin/terms").json()
        (term,) = record["terms"]
        assert record["enough"] and record["characters"] < record["held"]
        assert (term["id"], term["uses"], term["rest_uses"]) == ("dukou", 20, 0) and term["g2"] > 10.83
        assert term["url"].startswith("https://") and told.get(term["url"]).status_code == 200
        (row,) = csv.DictReader(told.get("/speakers/lin/terms.csv").text.lstrip("\ufeff").splitlines())
        assert row["term"] == "渡口" and row["uses"] == "20"

    @pytest.mark.parametrize(("lang", "words"), [("zh", "话太少"), ("en", "Too few words")])
    def test_of_few_words_says_so(self, told: TestClient, lang: str, words: str):
        page = told.get(f"/speakers/zhou/?lang={lang}").text.partition('id="marks"')[2]
        assert words in page.partition("<dt>")[0]
        record = told.get("/api/v1/speakers/zhou/terms").json()
        assert not record["enough"] and record["terms"] == [] and record["characters"] == 3

    def test_of_nobody_is_not_found(self, told: TestClient):
        for address in ("/speakers/niemand/terms.csv", "/api/v1/speakers/niemand/terms"):
            assert told.get(address).status_code == 404

    def test_an_entry_says_since_when_a_speaker_uses_it(self, told: TestClient):
        page = told.get("/terms/dukou/").text
        assert "林清和 20</a> <small" in page and "最早 2011年4月2日" in page
