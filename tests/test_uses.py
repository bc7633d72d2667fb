"""Uses of terms and words over a library: equal to a plain scan of its texts, in both databases."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from test_index import BACKENDS

from app.cli import cli
from app.i18n import use_locale
from app.index import Index, UseTotals
from app.index.packed import pack, summary
from app.model import (
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Occurrence,
    Quotation,
    Speaker,
    SpeakerId,
    TermId,
)
from app.pages.chart import bar_chart
from app.text.terms.facts import span

WORDS = ("渡口", "大桥", "书店")
PUBLICATIONS = ("北湾日报", "山路周刊", "")
DATES = ("1998", "1998-05", "2003-03-05", "2003-03-06", "2011-10", "2011-10-02", "", "2020")


def made(id: str, seed: int) -> Document:
    """An invented article: what it holds of each word depends on the seed alone."""
    pick = random.Random(seed)
    blocks, occurrences, quotations = list[Block](), list[Occurrence](), list[Quotation]()
    for n in range(1, pick.randint(2, 5)):
        pieces = [
            pick.choice((*WORDS, "船", "路上有人", "“桥通了”", "。")) for _ in range(pick.randint(3, 12))
        ]
        text, block = "".join(pieces), BlockId(f"b{n:03}")
        blocks.append(Block(block, n, "paragraph", text))
        occurrences += (
            Occurrence(block, m.start(), m.end(), m[0], TermId(f"t{WORDS.index(m[0])}"), True, False)
            for m in re.finditer("|".join(WORDS), text)
        )
        if pick.random() < 0.5:
            speaker = pick.choice((SpeakerId("lin"), SpeakerId("zhou"), None))
            quotations.append(Quotation(block, 0, len(text) // 2, "direct", speaker, None, None))
    header = Header(
        ArticleId(id), f"题{id}渡口", date=pick.choice(DATES), publication=pick.choice(PUBLICATIONS)
    )
    speakers = (
        Speaker(SpeakerId("lin"), "林清和", (), None, "person"),
        Speaker(SpeakerId("zhou"), "周小满", (), None, "person"),
    )
    return Document(
        header,
        1,
        tuple(blocks),
        occurrences=tuple(occurrences),
        quotations=tuple(quotations),
        speakers=speakers,
    )


@pytest.fixture(params=sorted(BACKENDS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """An empty index of each kind."""
    opened = BACKENDS[request.param](tmp_path)
    yield opened
    opened.close()


def scan(documents: list[Document], word: str) -> dict[str, object]:
    """All that `UseTotals` says of a word, counted character by character."""
    uses, articles = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    held, characters = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    places, speakers = list[tuple[str, str, str]](), Counter[str | None]()
    for d in documents:
        shelves = (("year", d.header.date[:4]), ("publication", d.header.publication))
        found = sum(b.text.count(word) for b in d.blocks)
        for shelf in shelves:
            held[shelf] += 1
            characters[shelf] += summary(d)["characters"]
            uses[shelf] += found
            articles[shelf] += bool(found)
        for b in d.blocks:
            for at in (i for i in range(len(b.text)) if b.text.startswith(word, i)):
                said = [q for q in d.quotations if q.block == b.id and at + len(word) <= q.span.end]
                speakers[(said[0].speaker or "") if said else None] += 1
                places.append((d.header.date, d.header.id, b.id))
    dated = sorted(p for p in places if p[0]) or sorted(places)

    def counts(kind: str, *, all: bool) -> set[tuple[object, ...]]:
        rows = ((s[1], uses[s], articles[s], held[s], characters[s]) for s in held if s[0] == kind)
        return {row for row in rows if all or row[1]}

    return {
        "years": counts("year", all=True),
        "publications": counts("publication", all=False),
        "uses": len(places),
        "articles": len({p[1] for p in places}),
        "held": len(documents),
        "first": dated[0] if dated else None,
        "last": dated[-1] if dated else None,
        "speakers": {s: n for s, n in speakers.items() if s},
        "unattributed": speakers[""],
        "narrated": speakers[None],
    }


def told(totals: UseTotals) -> dict[str, object]:
    """The same of an answer of the index."""
    rows = {
        kind: {(c.value, c.uses, c.articles, c.held, c.characters) for c in getattr(totals, kind)}
        for kind in ("years", "publications")
    }
    ends = {
        end: (place.date, place.article, place.block) if (place := getattr(totals, end)) else None
        for end in ("first", "last")
    }
    whole = {n: getattr(totals.whole, n) for n in ("uses", "articles", "held")}
    return {
        **rows,
        **ends,
        **whole,
        "speakers": {u.id: u.uses for u in totals.speakers},
        "unattributed": totals.unattributed,
        "narrated": totals.narrated,
    }


def test_counts_first_and_last_use_equal_a_scan_after_every_change(index: Index):
    documents = {f"a{n:02}": made(f"a{n:02}", n) for n in range(30)}
    index.put_all([pack(d, "1") for d in documents.values()])
    changes = [("a03", 103), ("a04", None), ("a05", 205), ("a31", 31), ("a03", 303), ("a00", None)]
    for id, seed in (("", 0), *changes):
        if id and seed is None:
            index.remove(ArticleId(id))
            del documents[id]
        elif id:
            documents[id] = made(id, seed or 0)
            index.put(documents[id], str(seed))
        for n, word in enumerate(WORDS):
            expected = scan(list(documents.values()), word)
            assert told(index.uses(TermId(f"t{n}"))) == expected
            assert told(index.uses_of(word)) == expected


def test_nothing_is_left_of_a_library_whose_articles_are_gone(index: Index):
    index.put(made("a", 1), "1")
    index.remove(ArticleId("a"))
    for totals in (index.uses(TermId("t0")), index.uses_of("渡口"), index.uses_of(" ")):
        assert totals == UseTotals(totals.whole) and totals.whole.held == totals.whole.uses == 0


def test_forms_are_counted_by_year(index: Index):
    def of(form: str) -> Document:
        block = Block(BlockId("b001"), 1, "paragraph", form * 2)
        spans = ((0, len(form)), (len(form), 2 * len(form)))
        occurrences = tuple(Occurrence(block.id, *s, form, TermId("t"), True, False) for s in spans)
        year = {"渡口": "1998", "渡": "2003-02"}[form]
        return Document(
            Header(ArticleId(f"x{len(form)}"), "题", date=year), 1, (block,), occurrences=occurrences
        )

    index.put_all([pack(of(form), "1") for form in ("渡口", "渡")])
    totals = index.uses(TermId("t"))
    assert totals.forms == (("渡", "2003", 2), ("渡口", "1998", 2))
    assert (totals.since, totals.until) == ("1998", "2003")


def test_other_script_and_width_are_the_same_words(index: Index):
    block = Block(BlockId("b001"), 1, "paragraph", "說ＡＢ，说AB。")
    index.put(Document(Header(ArticleId("a"), "题"), 1, (block,)), "1")
    assert index.uses_of("说ab").whole.uses == index.uses_of("說ＡＢ").whole.uses == 2


def test_of_very_frequent_words_the_last_paragraphs_are_counted_and_no_end_is_named(index: Index):
    index.put_all([pack(made(f"a{n:02}", n), "1") for n in range(20)])
    whole, part = index.uses_of("渡口"), index.uses_of("渡口", most=4)
    assert not whole.more and part.more and part.counted == 4
    assert 4 <= part.whole.uses < whole.whole.uses and part.first is part.last is None
    assert all(y.uses for y in part.years)


class TestApi:
    def test_of_an_entry_and_of_any_words(self, site: TestClient):
        of_entry = site.get("/api/v1/terms/san-du-yi-qiao/uses").json()
        assert of_entry["uses"] == site.get("/api/v1/terms/san-du-yi-qiao").json()["occurrences"] > 0
        assert of_entry["first"]["url"].startswith("http") and of_entry["held"] == 3
        assert sum(y["uses"] for y in of_entry["years"]) == of_entry["uses"]
        words = site.get("/api/v1/uses", params={"q": "渡口"}).json()
        assert words["term"] is None and words["uses"] > 0 and words["bounded"] is None
        assert site.get("/api/v1/terms/keines/uses").status_code == 404
        assert site.get("/api/v1/uses").status_code == 422
        assert site.get("/api/v1/uses", params={"q": "\0"}).json()["uses"] == 0


class TestPage:
    @pytest.mark.parametrize("address", ["/terms/san-du-yi-qiao/uses/", "/uses/?q=渡口"])
    def test_has_the_figures_of_its_chart_as_a_table(self, site: TestClient, address: str):
        page = site.get(address).text
        (svg,) = re.findall(r"<svg viewBox=.*?</svg>", page.partition('<figure class="chart">')[2])
        assert len(svg.encode()) <= 4096 and "<script" not in svg and "style=" not in svg
        assert len(re.findall(r"M[^M]*v-", svg)) == len(re.findall(r'row">\d{4}</th><td>[1-9]', page)) > 0
        assert "只就文库这 3 篇文章" in page and "最早见于" in page and "/a/" in page

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_without_a_use_says_so_and_draws_nothing(self, site: TestClient, lang: str):
        for address in ("/uses/", "/uses/?q=没有这句话"):
            answer = site.get(
                address, params={"lang": lang} | ({"q": "没有这句话"} if "?" in address else {})
            )
            assert answer.status_code == 200 and "<figure" not in answer.text
        assert {"zh": "文库里没有用到。", "en": "The library does not use it."}[lang] in answer.text

    def test_of_an_entry_that_does_not_exist_is_not_found(self, site: TestClient):
        for rest in ("uses/", "uses.csv", "feed.atom"):
            assert site.get(f"/terms/none/{rest}").status_code == 404

    def test_words_are_shown_as_typed_and_never_as_markup(self, site: TestClient):
        page = site.get("/uses/", params={"q": "<script>alert(1)</script>"})
        assert page.status_code == 200 and "<script>alert" not in page.text

    def test_gives_its_tables_as_csv(self, site: TestClient):
        for address in ("/terms/san-du-yi-qiao/uses.csv", "/uses.csv?q=渡口"):
            answer = site.get(address)
            assert answer.headers["content-type"].startswith("text/csv")
            rows = [line.split(",") for line in answer.text.removeprefix("\ufeff").splitlines()]
            assert rows[0][:3] == ["by", "value", "uses"] and rows[1][0] == "library"
            assert sum(int(r[2]) for r in rows if r[0] == "year") == int(rows[1][2]) > 0


class TestFeeds:
    @pytest.mark.parametrize(
        "address", ["/terms/dukou/feed.atom", "/speakers/lin-qinghe/feed.atom", "/search/feed.atom?q=渡口"]
    )
    def test_list_paragraphs_with_their_lasting_links(self, site: TestClient, address: str):
        answer = site.get(address)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        feed = ElementTree.fromstring(answer.text)
        atom = "{http://www.w3.org/2005/Atom}"
        ids = [e.findtext(f"{atom}id") or "" for e in feed.iter(f"{atom}entry")]
        assert ids and len(set(ids)) == len(ids)
        for id in ids:
            assert site.get(urlsplit(id).path).status_code == 200

    def test_of_a_speaker_who_does_not_exist_is_not_found(self, site: TestClient):
        assert site.get("/speakers/niemand/feed.atom").status_code == 404


def test_a_chart_of_many_years_is_small_and_shows_gaps():
    years = [(str(y), float(y % 7), 2.0) for y in range(1954, 2026) if not 1966 < y < 1975]
    chart = bar_chart(years)
    assert chart and len(chart.bars) + len(chart.ticks) < 3500
    assert chart.ticks.count("M") == len(years) and chart.bars.count("M") == sum(n > 0 for _, n, _ in years)
    assert (chart.first, chart.last, chart.most) == ("1954", "2025", 3.0)
    assert bar_chart([("1990", 0.0, 1.0)]) is bar_chart([]) is None
    ages = bar_chart([(str(y), 1.0, 1.0) for y in range(1000, 2026)])
    assert ages and ages.bars.count("M") == 103 and ages.peak == "2020—2029"


class TestCommand:
    def run(self, home: Path, *words: str) -> str:
        done = CliRunner().invoke(cli, ["uses", "--content", str(home / "content"), *words])
        assert done.exit_code == 0, done.output
        return done.output

    def test_prints_a_table_of_the_whole_library(self, home: Path):
        text = self.run(home, "三渡一桥")
        assert "最早：" in text and "只就文库这 3 篇文章" in text
        rows = [line.split("\t") for line in text.splitlines() if "\t" in line]
        (record,) = map(json.loads, self.run(home, "三渡一桥", "--json").splitlines())
        assert record["term"] == "san-du-yi-qiao"
        assert sum(int(row[1]) for row in rows[1:]) == record["uses"] > 0

    @pytest.mark.parametrize("by", ["year", "publication", "speaker"])
    def test_takes_any_words(self, home: Path, by: str):
        text = self.run(home, "没有这句话", "--by", by)
        assert "0 篇" in text and "最早：" not in text


def test_one_year_has_no_chart_and_is_named_once() -> None:
    assert bar_chart([("2023", 3, 1.0)]) is None
    assert bar_chart([("2023", 3, 1.0), ("2024", 0, 1.0)]) is not None
    assert (span("2023", "2023"), span("2019", "2023")) == ("2023", "2019—2023")
    with use_locale("en"):
        assert span("2019", "2023") == "2019–2023"
