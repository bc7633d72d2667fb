"""Pages as values: what a template is given, in words and addresses, before any HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotFound
from app.i18n import use_locale
from app.index import Filters
from app.index.packed import pack
from app.library.library import Library
from app.model import (
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Knowledge,
    Occurrence,
    Office,
    Person,
    Quotation,
    Speaker,
    SpeakerId,
    SpeakerKind,
    Term,
    TermId,
)
from app.pages.article import DocumentView
from app.pages.blocks import _quotation_spans
from app.pages.contexts import Page, Redirect
from app.pages.excerpts import cut, first_clause, first_english_sentence, first_sentence, text_fragment
from app.pages.fragments import fragment_cache
from app.pages.head import news_article_data
from app.pages.options import DisplayOptions
from app.pages.pages import Pages
from app.pages.paragraph import State
from app.pages.shelves import Shelf
from app.pages.speakers import office_words
from app.pages.views import ArticleView, BlockView, SaidRef, Section
from app.text.inline import Node
from app.text.terms.facts import date_words

NEWS = ArticleId("beiwan-daqiao")
FESTIVAL = ArticleId("dushu-jie")
BASE = "https://meipi.example"
Edit = Callable[..., None]


@pytest.fixture
def pages(library: Library) -> Pages:
    return Pages(library, base_url=BASE, site_name="眉批")


def page(made: Page | Redirect) -> Page:
    assert isinstance(made, Page), made
    return made


def context(made: Page | Redirect) -> Any:
    return page(made).context


def blocks(made: Page | Redirect) -> list[BlockView]:
    sections: tuple[Section, ...] = context(made).sections
    return [b for s in sections for b in (*([s.heading] if s.heading else []), *s.blocks)]


def words(nodes: tuple[Node, ...]) -> str:
    return "".join(n.words for n in nodes)


def nodes(tree: tuple[Node, ...], kind: str) -> list[Node]:
    return [x for n in tree for x in ([n] if n.kind == kind else []) + nodes(n.children, kind)]


def put(library: Library, document: Document, *terms: Term) -> None:
    """A document of the test's own making, as if it had been annotated so."""
    if terms:
        library.index.put_knowledge(Knowledge(terms), "test")
    library.index.put(document, "test")


class TestTheReadingPage:
    def test_spells_the_article(self, pages: Pages, library: Library):
        for id in library.content.articles():
            document = library.document(id)
            assert [(b.id, words(b.nodes)) for b in blocks(pages.reader(id))] == [
                (b.id, b.text) for b in document.blocks
            ]

    def test_numbers_the_paragraphs_for_people(self, pages: Pages):
        numbers = [(b.kind, b.number) for b in blocks(pages.reader(FESTIVAL)) if b.kind == "paragraph"]
        assert numbers == [("paragraph", 1), ("paragraph", 2), ("paragraph", 3)]
        assert all(b.number == 0 for b in blocks(pages.reader(FESTIVAL)) if b.kind != "paragraph")

    def test_opens_a_section_at_every_heading(self, pages: Pages):
        sections: tuple[Section, ...] = context(pages.reader(NEWS)).sections
        assert [(s.title, s.heading is not None) for s in sections] == [
            ("导语", False),
            ("摆渡人上了岸", True),
            ("留下什么", True),
        ]
        assert "周大年" in sections[1].people

    @pytest.mark.parametrize("marks", ["none", "core", "all"])
    def test_marks_no_term_the_first_in_each_section_or_all(self, pages: Pages, library: Library, marks: Any):
        made = pages.reader(NEWS, DisplayOptions(marks=marks))
        terms = [n.data for b in blocks(made) for n in nodes(b.nodes, "term")]
        found = library.document(NEWS).occurrences
        wanted = {"none": [], "core": [o.term for o in found if o.first], "all": [o.term for o in found]}
        assert [t.id for t in terms] == [o.term for o in found]
        assert [t.id for t in terms if t.marked] == wanted[marks]

    def test_has_one_card_for_each_term_in_order_of_the_text(self, pages: Pages, library: Library):
        cards = context(pages.reader(NEWS)).cards
        order = list(dict.fromkeys(o.term for o in library.document(NEWS).occurrences))
        assert [c.id for c in cards] == order
        card = next(c for c in cards if c.id == "san-du-yi-qiao")
        assert (card.kind, tuple(m.text for m in card.members), card.verified) == (
            "政策",
            ("北湾渡口", "南渡", "东渡", "北湾大桥"),
            True,
        )
        assert [d.when for d in card.when] == ["不晚于2014年3月已有"]

    def test_names_a_speaker_where_the_speech_begins_and_not_again(self, pages: Pages, library: Library):
        text = "第一段的话。", "第二段的话。", "没有人说话。", "第四段的话。"
        made = tuple(Block(BlockId(f"b{n}bb"), n, "paragraph", t) for n, t in enumerate(text, 1))
        said = tuple(
            Quotation(BlockId(f"b{n}bb"), 0, 6, "direct", SpeakerId(who), None, None)
            for n, who in ((1, "甲"), (2, "甲"), (4, "乙"))
        )
        speakers = tuple(Speaker(SpeakerId(x), x, (), None, "person") for x in "甲乙")
        put(library, Document(Header(ArticleId("a"), "题"), 1, made, speakers=speakers, quotations=said))
        assert [[v.name for v in b.voices] for b in blocks(pages.reader(ArticleId("a")))] == [
            ["甲"],
            [],
            [],
            ["乙"],
        ]

    def test_words_quoted_inside_anothers_words_do_not_name_a_speaker_beside_the_paragraph(
        self, pages: Pages, library: Library
    ):
        made = (Block(BlockId("bbbb"), 1, "paragraph", "甲说，乙说“船停了”。"),)
        said = (
            Quotation(BlockId("bbbb"), 3, 10, "indirect", SpeakerId("甲"), "说", None),
            Quotation(BlockId("bbbb"), 6, 9, "direct", SpeakerId("乙"), "说", None),
        )
        speakers = tuple(Speaker(SpeakerId(x), x, (), None, "person") for x in "甲乙")
        put(library, Document(Header(ArticleId("a"), "题"), 1, made, speakers=speakers, quotations=said))
        (block,) = blocks(pages.reader(ArticleId("a")))
        assert [v.name for v in block.voices] == ["甲"]
        assert [n.words for n in nodes(block.nodes, "said")] == ["乙说“船停了”", "船停了"]

    def test_margin_notes_stand_once_each_term_and_as_many_as_fit(self, pages: Pages, library: Library):
        long, short = "湾区快线到了，三渡一桥也成了。" + "船停了。" * 60, "湾区快线到了。"
        made = (Block(BlockId("bbbb"), 1, "paragraph", long), Block(BlockId("cccc"), 2, "paragraph", long))
        places = tuple(
            Occurrence(BlockId(block), s, s + 4, "", TermId(term), True, True)
            for block in ("bbbb", "cccc")
            for s, term in ((0, "kuaixian"), (7, "san-du-yi-qiao"))
        )
        put(library, Document(Header(ArticleId("a"), "题"), 1, made, occurrences=places))
        first, second = blocks(pages.reader(ArticleId("a")))
        assert (first.notes[0].lesson, first.notes[0].term) == (True, "kuaixian")
        assert [n.term for n in first.notes[1:]] == ["kuaixian", "san-du-yi-qiao"]
        assert second.notes == ()
        made = (Block(BlockId("bbbb"), 1, "paragraph", short),)
        put(library, Document(Header(ArticleId("a"), "题"), 1, made, occurrences=places[:1]))
        (only,) = blocks(pages.reader(ArticleId("a")))
        assert [n.lesson for n in only.notes] == [True]

    def test_is_marked_as_a_draft_while_the_edit_is_not_saved(
        self, pages: Pages, library: Library, edit: Edit
    ):
        edit(NEWS, "三十八年", "三十九年")
        library.refresh()
        article: ArticleView = context(pages.reader(NEWS)).article
        assert article.draft
        library.save(NEWS, saved_at="2024-07-01T00:00:00+00:00")
        assert not context(pages.reader(NEWS)).article.draft

    def test_an_unknown_article_is_not_found(self, pages: Pages):
        with pytest.raises(NotFound):
            pages.reader(ArticleId("keine"))


class TestWhatIsKept:
    def test_after_an_edit_only_the_blocks_that_changed_are_made_again(self, pages: Pages, library: Library):
        before = blocks(pages.reader(NEWS))
        document = library.document(NEWS)
        n = next(n for n, b in enumerate(document.blocks) if b.kind == "paragraph")
        edited = replace(document.blocks[n], text=document.blocks[n].text + "完。")
        put(library, replace(document, blocks=(*document.blocks[:n], edited, *document.blocks[n + 1 :])))
        after = blocks(pages.reader(NEWS))
        assert [a is b for a, b in zip(before, after, strict=True)] == [m != n for m in range(len(after))]
        assert words(after[n].nodes) == edited.text

    def test_another_display_or_language_is_another_block(self, pages: Pages):
        core, every = blocks(pages.reader(NEWS)), blocks(pages.reader(NEWS, DisplayOptions(marks="all")))
        assert any(a is not b for a, b in zip(core, every, strict=True))
        with use_locale("en"):
            english = context(pages.reader(NEWS)).cards
        assert [c.kind for c in english] != [c.kind for c in context(pages.reader(NEWS)).cards]

    def test_a_changed_entry_is_on_its_card_at_once(self, pages: Pages, library: Library):
        first = context(pages.reader(NEWS)).cards[0]
        knowledge = library.knowledge()
        terms = tuple(replace(t, zh="另一种说法。") if t.id == first.id else t for t in knowledge.terms)
        library.index.put_knowledge(replace(knowledge, terms=terms), "edited")
        again = context(pages.reader(NEWS)).cards
        assert (again[0].id, again[0].text) == (first.id, "另一种说法。")

    def test_fragments_are_made_once_a_language_and_the_longest_unused_go_first(self):
        made: list[str] = []

        def make(value: str) -> str:
            made.append(value)
            return value * 10

        fragments = fragment_cache(2000)
        assert [fragments(make, "一"), fragments(make, "一")] == ["一" * 10] * 2 and made == ["一"]
        with use_locale("en"):
            fragments(make, "一")
        assert made == ["一", "一"]
        for n in range(300):
            fragments(make, chr(0x4E01 + n))
            fragments(make, "一")
        assert made.count("一") == 2 and fragments(make, chr(0x4E01)) and made[-1] == chr(0x4E01)
        assert fragments(make, "长" * 50) and fragments(make, "长" * 50) and made[-2:] == ["长" * 50] * 2

    def test_only_what_is_not_too_long_is_kept(self, pages: Pages, library: Library):
        block = Block(BlockId("b1bb"), 1, "paragraph", "水" * 20_000)
        put(library, Document(Header(ArticleId("a"), "题"), 1, (block,)))
        first, again = (blocks(pages.reader(ArticleId("a")))[0] for _ in range(2))
        assert first is not again and words(first.nodes) == words(again.nodes) == block.text


class TestTheParagraphPage:
    def test_has_its_neighbours_terms_sayings_and_citation(self, pages: Pages):
        made = page(pages.paragraph(NEWS, "r2gj"))
        view = made.context
        assert words(view.block.nodes).startswith("六十一岁的周大年")
        assert (view.before.id, view.after.id) == ("p29s", "qng4")
        assert view.link == f"{BASE}/a/beiwan-daqiao/r2gj/"
        assert [c.id for c in view.cards] == ["beiwan-dukou"]
        assert "可是船上能聊天。" in [s.text for s in view.said]
        assert "《北湾大桥通车，渡船停航》，湾区晚报，2024年6月2日" in view.citation.plain
        assert view.total == 4

    def test_the_first_has_none_before_it_and_the_last_none_after(self, pages: Pages):
        assert context(pages.paragraph(NEWS, "p29s")).before is None
        assert context(pages.paragraph(NEWS, "kkn3")).after is None

    def test_every_block_has_one_headings_and_furniture_too(self, pages: Pages, library: Library):
        for id in library.content.articles():
            for block in library.document(id).blocks:
                view = context(pages.paragraph(id, block.id))
                assert words(view.block.nodes) == block.text
                assert view.state == State("live")

    def test_its_title_begins_with_who_speaks(self, pages: Pages):
        meta = page(pages.paragraph(NEWS, "r2gj")).meta
        assert meta.og_title.startswith("周大年：")
        assert len(meta.og_title) <= 28
        assert meta.canonical == f"{BASE}/a/beiwan-daqiao/"
        assert meta.og_url == f"{BASE}/a/beiwan-daqiao/r2gj/"

    def test_states_are_told_in_words(self, pages: Pages, library: Library, edit: Edit):
        edit(NEWS, "走完了最后一步。”他表示", "走完了最后一步。”\n\n他表示")
        library.save(NEWS, saved_at="2024-07-01T00:00:00+00:00")
        view = context(pages.paragraph(NEWS, "p29s"))
        assert view.state.kind == "split" and "拆" in view.state.text and view.state.links
        then = context(pages.paragraph(NEWS, "p29s", 1))
        assert then.state.kind == "revision" and "不同" in then.state.text
        assert "他表示" in words(then.block.nodes)
        assert (
            "".join(w for op, w in then.difference if op != "+") == words(then.block.nodes) or then.difference
        )

    def test_of_a_removed_one_there_is_a_page_that_says_so(self, pages: Pages, library: Library, edit: Edit):
        edit(FESTIVAL, "{.caption}\n孩子们在渡口搬书。\n\n", "")
        library.save(FESTIVAL, saved_at="2024-07-01T00:00:00+00:00")
        made = page(pages.paragraph(FESTIVAL, "rs6z"))
        assert (made.status, made.template, made.context.date) == (410, "gone.html", "2024-07-01")
        assert (made.context.before.id, made.context.after.id) == ("nhjm", "mf7j")


def test_the_data_of_an_article_names_fifty_quotations_at_most(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    pages = Pages(library, base_url="http://x", site_name="眉批")
    id = ArticleId("beiwan-daqiao")
    whole = news_article_data(pages, library.document(id))["hasPart"]
    assert len(whole) > 2
    monkeypatch.setattr("app.pages.head._QUOTATIONS", 2)
    assert news_article_data(pages, library.document(id))["hasPart"] == whole[:2]


class TestSpeakers:
    def test_an_articles_speakers_stand_in_order_of_their_first_words(self, pages: Pages, library: Library):
        rows = context(pages.article_speakers(NEWS)).speakers
        document = library.document(NEWS)
        first = list(dict.fromkeys(q.speaker for q in document.quotations if q.speaker))
        assert [r.voice.id for r in rows] == first
        for row in rows:
            said = [q for q in document.quotations if q.speaker == row.voice.id]
            assert len(row.said) == len(row.bars) == len(said)
            assert all(0 <= b.x <= 1000 and b.width > 0 for b in row.bars)
            assert row.characters == sum(q.span.end - q.span.start for q in said)

    def test_words_of_nobody_known_are_listed_as_such(self, pages: Pages, library: Library):
        made = (Block(BlockId("bbbb"), 1, "paragraph", "有人说船停了。"),)
        said = (Quotation(BlockId("bbbb"), 3, 6, "indirect", None, "说", None),)
        put(library, Document(Header(ArticleId("a"), "题"), 1, made, quotations=said))
        view = context(pages.article_speakers(ArticleId("a")))
        assert view.speakers == () and [s.text for s in view.unknown] == ["船停了"]
        assert view.unknown[0].doubtful

    def test_a_person_has_offices_facts_and_words(self, pages: Pages):
        view = context(pages.speaker("lin-qinghe"))
        assert view.recorded and view.offices == ("北湾镇镇长（2019年—）",)
        assert [r.article.text for r in view.roles] == ["北湾大桥通车，渡船停航"]
        assert "三渡一桥的规划提了十年，今天总算走完了最后一步。" in [
            s.text for _, said in view.groups for s in said
        ]

    def test_an_office_names_its_organisation_once_and_speaks_the_pages_language(self):
        post = Office("发展处处长", "青川市科委", "2014", "2016-03", "Head of development, Qingchuan")
        assert office_words(post) == "青川市科委发展处处长（2014年—2016年3月）"
        assert office_words(Office("青川市科委主任", "青川市科委")) == "青川市科委主任"
        assert office_words(Office("青川市市长", title_en="Mayor of Qingchuan")) == "青川市市长"
        with use_locale("en"):
            assert office_words(post) == "Head of development, Qingchuan (2014–March 2016)"
            assert office_words(Office("馆长", "青川图书馆")) == "青川图书馆馆长"

    def test_somebody_without_a_record_has_a_page_of_what_is_printed(self, pages: Pages, library: Library):
        stranger = next(s for s in library.document(FESTIVAL).speakers if not s.recorded)
        view = context(pages.speaker(stranger.id))
        assert not view.recorded and view.voice.name == stranger.name

    def test_a_recorded_person_who_is_not_quoted_has_a_page_too(self, pages: Pages, library: Library):
        for id in library.content.articles():
            library.index.remove(id)
        assert context(pages.speaker("zhou-danian")).groups == ()
        with pytest.raises(NotFound):
            pages.speaker("niemand")

    def test_words_may_be_narrowed_to_a_term_or_an_article(self, pages: Pages):
        whole = context(pages.speaker("lin-qinghe")).groups
        about = context(pages.speaker("lin-qinghe", term="san-du-yi-qiao")).groups
        assert sum(len(said) for _, said in about) == 1 < sum(len(said) for _, said in whole)
        assert context(pages.speaker("lin-qinghe", article="dushu-jie")).groups == ()


def test_a_name_is_doubtful_below_six_tenths():
    def said(confidence: float) -> Quotation:
        return Quotation(BlockId("b"), 0, 1, "direct", SpeakerId("s"), None, None, confidence=confidence)

    assert [said(c).doubtful for c in (0.59, 0.6, 0.61)] == [True, False, False]
    assert replace(said(1.0), speaker=None).doubtful


class TestTerms:
    def test_an_entry_shows_every_place_in_context(self, pages: Pages):
        view = context(pages.term("dukou"))
        assert view.occurrences == 3 and [(f.text, f.count) for f in view.forms] == [("渡口", 3)]
        lines = [line for group in view.kwic for line in group.lines]
        assert all(line.hit == "渡口" for line in lines)
        assert lines[0].href == "/a/beiwan-daqiao/p29s/"

    def test_members_and_related_entries_are_links_where_there_is_an_entry(self, pages: Pages):
        view = context(pages.term("san-du-yi-qiao"))
        assert [(m.text, m.href) for m in view.members] == [
            ("北湾渡口", "/terms/beiwan-dukou/"),
            ("南渡", ""),
            ("东渡", ""),
            ("北湾大桥", "/terms/beiwan-daqiao/"),
        ]
        assert [r.text for group in view.related for r in group.entries][:2] == ["北湾大桥", "渡口"]

    def test_a_reprint_is_named_and_not_linked(self, pages: Pages, library: Library):
        put(library, library.document(NEWS))
        sources = context(pages.term("san-du-yi-qiao")).sources
        assert sources[0].url == "https://example.org/plan" and sources[0].tier == "官方或机构"

    def test_a_term_with_more_places_than_are_listed_tells_them_all(self, pages: Pages, library: Library):
        text = "渡口" * 600
        places = tuple(
            Occurrence(BlockId("bbbb"), n, n + 2, "渡口", TermId("dukou"), False, n == 0)
            for n in range(0, 1200, 2)
        )
        made = (Block(BlockId("bbbb"), 1, "paragraph", text),)
        put(library, Document(Header(ArticleId("a"), "题"), 1, made, occurrences=places))
        view = context(pages.term("dukou"))
        assert view.occurrences == 603

    def test_counts_are_of_all_uses_and_the_list_goes_on(self, pages: Pages, library: Library):
        block = (Block(BlockId("bbbb"), 1, "paragraph", "渡口停了"),)
        places = (Occurrence(BlockId("bbbb"), 0, 2, "渡口", TermId("dukou"), False, True),)
        library.index.put_all(
            [
                pack(Document(Header(ArticleId(f"a{n}"), "题", date=date), 1, block, occurrences=places), "1")
                for n in range(600)
                for date in [f"{1990 + n % 20}-03-0{1 + n % 7}"]
            ]
        )
        page = pages.term("dukou")
        view = context(page)
        assert (view.occurrences, view.articles, view.listed) == (603, 602, 500)
        assert [(f.text, f.count, f.since) for f in view.forms] == [("渡口", 603, "1990年3月1日")]
        measured = page.meta.jsonld["subjectOf"]
        assert [v["value"] for v in measured["variableMeasured"]] == [603, 602]
        assert measured["temporalCoverage"] == "1990-03-01/.."
        assert view.next
        after = parse_qs(urlsplit(view.next.href).query)["after"][0]
        older = context(pages.term("dukou", after=after))
        assert (older.listed, older.occurrences, older.next) == (103, 603, None)

    def test_a_speaker_is_described_by_all_quotations(self, pages: Pages, library: Library):
        block, lin = BlockId("bbbb"), library.document(NEWS).speakers[0]
        said = (Quotation(block, 0, 4, "direct", lin.id, None, None),)
        made = (Block(block, 1, "paragraph", "渡口停了"),)
        before = library.index.speaker_total(lin.id)
        headers = [Header(ArticleId(f"a{n}"), "题") for n in range(45)]
        library.index.put_all(
            [pack(Document(h, 1, made, speakers=(lin,), quotations=said), "1") for h in headers]
        )
        page = pages.speaker(lin.id)
        view = context(page)
        assert before and (view.quotations, view.articles) == (before.quotations + 45, before.articles + 45)
        assert f"{view.quotations} 处引语" in page.meta.description

    def quoted(self, library: Library, roles: list[str | None], kind: SpeakerKind = "person") -> None:
        """An article a day, the oldest first, each quoting 沈某 with one of these offices."""
        block, shen = BlockId("bbbb"), SpeakerId("沈某")
        said = (Quotation(block, 0, 4, "direct", shen, None, None),)
        made = (Block(block, 1, "paragraph", "渡口停了"),)
        documents = [
            Document(
                Header(ArticleId(f"r{n:02}"), f"题{n}", date=f"2020-{1 + n // 28:02}-{1 + n % 28:02}"),
                1,
                made,
                speakers=(Speaker(shen, "沈某", (), role, kind),),
                quotations=said,
            )
            for n, role in enumerate(roles)
        ]
        library.index.put_all([pack(d, "1") for d in documents])

    @pytest.mark.parametrize("page_of", ["newest", "older"])
    def test_offices_of_a_name_are_those_of_the_whole_library(
        self, pages: Pages, library: Library, page_of: str
    ):
        self.quoted(library, ["船工", *["镇长"] * 30, None])
        view = context(pages.speaker("沈某"))
        if page_of == "older":
            after = parse_qs(urlsplit(view.next.href).query)["after"][0]
            view = context(pages.speaker("沈某", after=after))
        printed = [(r.text, r.articles, r.article.text) for r in view.roles]
        assert printed == [("镇长", 30, "题30"), ("船工", 1, "题0")]
        assert view.apart and view.voice.role == "" and view.voice.doubt

    @pytest.mark.parametrize(
        ("roles", "office"),
        [
            (["北湾镇镇长", *["镇长"] * 25, None], "镇长"),
            (["镇长", None, None], "镇长"),
            ([None, None], ""),
        ],
    )
    def test_offices_that_go_together_are_one_persons(
        self, pages: Pages, library: Library, roles: list[str | None], office: str
    ):
        self.quoted(library, roles)
        page = pages.speaker("沈某")
        view = context(page)
        assert not view.apart and view.voice.role == office
        assert (page.meta.jsonld or {}).get("jobTitle", "") == office

    def test_no_office_is_told_of_a_name_that_may_be_several_people(self, pages: Pages, library: Library):
        self.quoted(library, ["船工", "镇长"])
        meta = pages.speaker("沈某").meta
        assert "jobTitle" not in (meta.jsonld or {})
        assert "镇长" not in meta.description and "船工" not in meta.description

    def test_a_group_is_one_whatever_articles_call_it(self, pages: Pages, library: Library):
        self.quoted(library, ["渡口", "桥头"], "collective")
        assert not context(pages.speaker("沈某")).apart

    def test_an_unrecorded_speaker_has_a_name_wherever_one_is_chosen(self, pages: Pages, library: Library):
        self.quoted(library, ["镇长"])
        block = library.document(ArticleId("r00")).blocks
        many = [
            Document(
                Header(ArticleId("busy"), "题"),
                1,
                block,
                speakers=tuple(
                    Speaker(SpeakerId(f"s{n:03}"), f"甲{n}", (), None, "person") for n in range(250)
                ),
                quotations=tuple(
                    Quotation(block[0].id, 0, 2, "direct", SpeakerId(f"s{n:03}"), None, None)
                    for n in range(250)
                    for _ in range(2)
                ),
            )
        ]
        library.index.put_all([pack(d, "1") for d in many])
        library.index.put_knowledge(Knowledge(people=(Person(SpeakerId("s001"), "乙"),)), "test")
        for id, name in (("沈某", "沈某"), ("s249", "甲249"), ("s001", "乙"), ("none", "none")):
            assert context(pages.shelf(Shelf(speaker=id))).shelf == name
            narrowed = context(pages.search("渡口", Filters(speaker=id))).narrowed
            assert [link.text for link in narrowed] == [f"说话人 {name}"]

    def test_the_glossary_is_grouped_by_kind(self, pages: Pages):
        view = context(pages.terms())
        assert [(label, len(rows)) for label, rows in view.groups] == [
            ("政策", 1),
            ("计划", 1),
            ("地名", 3),
            ("事件", 1),
            ("概念", 2),
        ]
        assert view.total == 8


class TestListsAndSearch:
    def test_the_front_page_counts_the_library(self, pages: Pages):
        view = context(pages.home())
        assert (view.articles, view.terms_total) == (3, 8)
        assert view.sample.article.id == "beiwan-daqiao"
        assert [a.id for a in view.latest] == ["shanlu-chaguan", "dushu-jie"]

    def test_articles_are_paged_by_fifty(self, pages: Pages, library: Library):
        document = library.document(NEWS)
        for n in range(60):
            put(
                library, replace(document, header=replace(document.header, id=ArticleId(f"a{n}"), aliases=()))
            )
        first, second = context(pages.articles()), context(pages.articles(2))
        assert (len(first.articles), len(second.articles), first.total) == (50, 13, 63)
        assert first.newer is None and first.older.href == "/articles/?page=2"
        assert second.older is None and second.newer.href == "/articles/"
        for beyond in (0, 3):
            with pytest.raises(NotFound):
                pages.articles(beyond)

    def test_an_empty_library_has_pages_too(self, pages: Pages, library: Library):
        for id in library.content.articles():
            library.index.remove(id)
        assert context(pages.home()).latest == ()
        assert context(pages.articles()).total == 0
        assert context(pages.speakers()).groups == ()
        assert context(pages.search("船", Filters())).total == 0

    def test_hits_are_marked_in_their_words(self, pages: Pages):
        view = context(pages.search("渡口 ai", Filters()))
        assert view.total == 0
        view = context(pages.search("ai 快线", Filters()))
        (hit,) = (h for group in view.groups for h in group.hits)
        assert "AI" in hit.pieces[1::2]
        assert hit.href == "/a/beiwan-daqiao/kkn3/"

    @given(st.text(max_size=12))
    def test_any_query_is_answered(self, pages: Pages, query: str):
        view = context(pages.search(query, Filters()))
        assert view.total >= sum(len(g.hits) for g in view.groups)

    def test_the_source_tells_which_line_became_which_block(self, pages: Pages, library: Library):
        lines = context(pages.source(NEWS)).lines
        source = library.content.source(NEWS)
        assert source is not None
        assert [x.text for x in lines] == [x for x in source.decode().splitlines() if x.strip()]
        assert lines[0].starts and lines[0].block.text == "p29s" and lines[0].label == "折行"
        assert context(pages.source(FESTIVAL)).lines == ()

    def test_the_source_tells_where_title_and_date_are_the_doubtful_ones_first(self, pages: Pages):
        shown = context(pages.source(NEWS))
        assert (shown.facts[0].key, shown.facts[0].doubtful) == ("title", True)
        assert shown.file.endswith(f"{NEWS}/article.md")
        assert context(pages.source(FESTIVAL)).facts == ()

    def test_a_paragraph_names_its_lines_without_a_reflow(
        self, pages: Pages, monkeypatch: pytest.MonkeyPatch
    ):
        lines = context(pages.source(NEWS)).lines
        monkeypatch.setattr("app.text.reflow.reflow", None)
        source = context(pages.paragraph(NEWS, "p29s")).source
        first = next(line for line in lines if line.block and line.block.text == "p29s")
        assert source.href == f"/a/{NEWS}/source/#L{first.number}"
        assert (
            context(
                pages.paragraph(FESTIVAL, context(pages.reader(FESTIVAL)).sections[0].blocks[0].id)
            ).source
            is None
        )


class TestWords:
    @pytest.mark.parametrize(
        ("date", "words"),
        [
            ("2023", "2023年"),
            ("2023-12", "2023年12月"),
            ("2023-12-03", "2023年12月3日"),
            ("", ""),
            ("去年", "去年"),
        ],
    )
    def test_dates(self, date: str, words: str):
        assert date_words(date) == words
        if date.startswith("2"):
            assert date_words(date, circa=True) == "约" + words

    @given(st.text(), st.integers(8, 200))
    def test_a_cut_text_is_no_longer_than_asked_and_a_beginning(self, text: str, most: int):
        short = cut(text, most)
        assert len(short) <= most
        assert text.startswith(short.removesuffix("……")) or short == text

    @given(st.text(min_size=1))
    def test_clauses_and_sentences_are_beginnings(self, text: str):
        assert text.startswith(first_sentence(text))
        assert len(first_clause(text)) <= 40

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("A tea house on a mountain road. It opened in 1998.", "A tea house on a mountain road."),
            (
                "Made by Dr. Li in the U.S. market of 2.5 million. More.",
                "Made by Dr. Li in the U.S. market of 2.5 million.",
            ),
            ("Called “the bridge.” Later it was rebuilt.", "Called “the bridge.”"),
            ("Who pays? “We do,” said the town.", "Who pays?"),
            ("Roads, e.g. Hill Street. 3 km long.", "Roads, e.g. Hill Street."),
            ("No end to it", "No end to it"),
        ],
    )
    def test_a_first_english_sentence_does_not_end_at_an_abbreviation(self, text: str, first: str):
        assert first_english_sentence(text) == first

    def test_a_first_clause_has_eight_characters_where_the_text_has_them(self):
        assert first_clause("船停了，桥通了，人来了。") == "船停了，桥通了"
        assert first_clause("渡口的船停了，桥通了。") == "渡口的船停了，桥通了"
        assert first_clause("渡口的木船停了，桥通了。") == "渡口的木船停了"

    def test_a_cut_falls_at_a_mark_where_one_is_near(self):
        assert cut("船停了，桥也已经通了，等船的日子成了往事。", 14) == "船停了，桥也已经通了……"

    @given(st.text())
    def test_a_text_fragment_is_an_address(self, text: str):
        fragment = text_fragment(text)
        assert fragment.isascii() and " " not in fragment and "-" not in fragment

    def test_a_text_fragment_says_the_first_words(self):
        assert text_fragment("“船不等人，桥也不等人。”") == "text=" + "%E8%88%B9%E4%B8%8D%E7%AD%89%E4%BA%BA"
        assert text_fragment("，船停了") == "text=%E8%88%B9%E5%81%9C%E4%BA%86"


@pytest.mark.parametrize("query", [{"script": "hant"}, {"pinyin": "1", "marks": "all"}, {"lang": "en"}, {}])
def test_links_to_another_display_change_only_one_thing(pages: Pages, query: dict[str, str]):
    options = DisplayOptions.of(query)
    for made in (pages.reader(NEWS, options), pages.paragraph(NEWS, "p29s", options=options)):
        changed = parse_qs(page(made).options.query(lang="zh").removeprefix("?"))
        assert changed == {k: [v] for k, v in {**query, "lang": "zh"}.items()}


@pytest.mark.parametrize(("confidence", "name"), [(0.5, "可能是何青"), (0.6, "何青")])
def test_an_uncertain_speaker_is_named_with_perhaps(confidence: float, name: str):
    made = (Block(BlockId("bbbb"), 1, "paragraph", "“船停了。”何青在岸边。"),)
    said = (Quotation(BlockId("bbbb"), 1, 5, "direct", SpeakerId("何青"), None, None, confidence=confidence),)
    voice = Speaker(SpeakerId("何青"), "何青", (), None, "person")
    document = Document(Header(ArticleId("a"), "题"), 1, made, quotations=said, speakers=(voice,))
    spans = _quotation_spans(DocumentView(document, Knowledge()), said[0])
    assert [s.speaker for s in spans.values() if isinstance(s, SaidRef)] == [name]
