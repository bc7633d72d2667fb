"""What pages, index and API say of speakers: ascribed words apart, inferred sentences told apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import plain, words_and_name
from starlette.testclient import TestClient

from app.content.store import Content
from app.document import from_json, to_json
from app.index import open_index
from app.index.packed import pack
from app.library.library import Library
from app.model import ArticleId, Block, BlockId, Document, Header, Knowledge, Quotation
from app.pages import cards
from app.pages.article import DocumentView
from app.pages.contexts import Page, Redirect
from app.pages.options import DisplayOptions
from app.pages.pages import Pages
from app.pages.sharing import card_text
from app.text.annotator import Annotator
from app.text.inline import Node

CLIENT = ArticleId("shanghai-kechuang")
XI = "xi-jinping"
BASE = "https://meipi.example"
ROOT = Path(__file__).parent.parent.parent

# Narration and speech in every mixture; facts and people are invented.
TEXT = """
县委书记陈明昨天到青禾镇看望村民。县长陈刚陪同。
陈书记说，渠要先修通。要把账目公开。路也要修到家门口。
“陈书记指出，渠要先修通，这是他第三次这样说。我们都记在心上，天天盼着。”村民周海波说。
“渠修通以后，三个村的水田都能浇上，往年要排队等水，今年不用了，明年还要再修一条支渠。”
这段话是会计吴凯写在黑板上的，字写得很大，站在村口就能看见。
村民们把陈明书记“先修渠，再种树”的嘱托写在墙上。
校长孔静安感叹：“孩子们终于不用蹚水上学了，我等这一天等了十一年，谢谢大家！”他说完就哭了。
渠长三公里，宽一米二，九月动工，腊月完工，没有用一台机器。村民周海波说：
“水来了那天，全村人都跑到渠边，老人把手伸进水里，半天没有说话。”
""".strip()


def written(id: str = "qu", text: str = TEXT, **header: str | bool) -> Document:
    """An article of our own, annotated."""
    ids = [BlockId(f"b{c}bb") for c in "23456789bcdf"]
    blocks = [
        Block(i, n, "paragraph", line)
        for n, (i, line) in enumerate(zip(ids, text.split("\n"), strict=False), 1)
    ]
    made = Header(ArticleId(id), "一条渠", **header)  # type: ignore[arg-type]
    return Annotator(Knowledge()).annotate(made, 1, blocks)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, client_content: Content) -> Iterator[Library]:
    """The client's article and one of our own."""
    home = tmp_path_factory.mktemp("voices")
    library = Library(client_content, open_index("", home / "var"), cache=home / "jieba")
    library.refresh()
    library.index.put_all([pack(written(), "1")])
    yield library
    library.index.close()


@pytest.fixture(scope="module")
def pages(library: Library) -> Pages:
    return Pages(library, base_url=BASE, site_name="眉批")


def page(made: object) -> Page:
    assert isinstance(made, Page)
    return made


def ascribed(document: Document) -> list[Quotation]:
    return [q for q in document.quotations if q.ascribed]


def nodes_of(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from nodes_of(node.children)


def text_of(node: Node) -> str:
    return (node.text or "") + "".join(map(text_of, node.children))


def test_json_keeps_what_is_ascribed_and_inferred():
    document = written()
    assert len(ascribed(document)) == 2
    assert any(q.inferred_from for q in document.quotations)
    assert from_json(json.loads(json.dumps(to_json(document, cuts=True)))) == document
    old = to_json(document, cuts=True)
    for q in old["quotations"]:
        del q["ascribed"], q["inferred_from"]
    assert not ascribed(from_json(old))


def test_the_index_counts_ascribed_words_apart(library: Library):
    document = library.document(CLIENT)
    own = [q for q in document.quotations if q.speaker == XI and not q.ascribed]
    counted = library.index.speaker_total(own[0].speaker or own[0].speaker)  # type: ignore[arg-type]
    assert counted and (counted.quotations, counted.ascribed) == (len(own), 3) == (2, 3)
    library.index.put_all([pack(written("qu-2"), "1")])
    chen = next(s.id for s in written().speakers if s.name == "陈明")
    twice = library.index.speaker_total(chen)
    assert twice and (twice.quotations, twice.ascribed, twice.articles) == (2, 4, 2)
    library.index.remove(ArticleId("qu-2"))
    once = library.index.speaker_total(chen)
    assert once and (once.quotations, once.ascribed, once.articles) == (1, 2, 1)


def test_who_speaks_in_an_article_counts_ascribed_words_apart(pages: Pages):
    rows = {r.voice.name: r for r in page(pages.article_speakers(CLIENT)).context.speakers}
    xi = rows["习近平"]
    assert (len(xi.said), len(xi.ascribed)) == (2, 3)
    assert {it.label for it in xi.ascribed} == {"引述"}
    assert [it.doubtful for it in xi.ascribed] == [False, True, False]
    assert all(not r.ascribed for name, r in rows.items() if name != "习近平")
    assert {"总书记", "习总书记", "习近平总书记"} <= set(xi.aliases)


def test_the_page_of_a_speaker_counts_ascribed_words_apart(pages: Pages):
    view = page(pages.speaker(XI)).context
    assert (view.quotations, view.ascribed) == (2, 3)


def test_sentences_taken_to_go_on_look_different(pages: Pages):
    sections = page(pages.reader(ArticleId("qu"), DisplayOptions())).context.sections
    nodes = [n for s in sections for b in s.blocks for n in nodes_of(b.nodes) if n.kind == "said"]
    inferred = [text_of(n) for n in nodes if n.data.inferred]
    assert inferred == ["要把账目公开。路也要修到家门口。"]
    certain = [text_of(n) for n in nodes if not n.data.inferred]
    assert "渠要先修通。" in certain


def test_machines_are_told_only_of_certain_words(pages: Pages, library: Library):
    for document in (library.document(CLIENT), library.document(ArticleId("qu"))):
        for block in document.blocks:
            made = page(pages.paragraph(document.header.id, block.id))
            for item in (made.meta.jsonld or {}).get("@graph", ()):
                said = [q for q in document.quotations if q.block == block.id and not q.ascribed]
                texts = [block.text[q.span.start : q.certain_end].rstrip() for q in said]
                assert item["text"] in texts


def test_the_feed_of_a_speaker_has_only_words_that_are_certainly_theirs(pages: Pages, library: Library):
    seen = 0
    for document in (library.document(CLIENT), library.document(ArticleId("qu"))):
        private = library.knowledge().is_private
        quoted = {q.speaker for q in document.quotations if not q.ascribed}
        for speaker in (s for s in document.speakers if s.id in quoted and not private(s.id)):
            for entry in page(pages.speaker_feed(speaker.id)).context.entries:
                if entry.href.startswith(f"/a/{document.header.id}/"):
                    own = own_words(document, entry.href.split("/")[3], speaker.name)
                    assert entry.words == "……".join(words.rstrip() for words in own)
                    seen += 1
    assert seen > 3


# -- names under words


def own_words(document: Document, block: str, name: str) -> list[str]:
    """What the text itself gives to a speaker in a block, with certainty."""
    named = {s.id: s.name for s in document.speakers}
    text = next(b.text for b in document.blocks if b.id == block)
    return [
        text[q.span.start : q.certain_end]
        for q in document.quotations
        if q.block == block
        and q.speaker
        and named[q.speaker] == name
        and not q.ascribed
        and q.confidence >= 0.6
    ]


@pytest.fixture(scope="module")
def many(library: Library, tmp_path_factory: pytest.TempPathFactory) -> tuple[Pages, list[Document]]:
    """Pages over the client's article, our own, and the three of the tests' content."""
    home = tmp_path_factory.mktemp("many")
    other = Library(Content(ROOT / "tests/data"), open_index("", home / "var"), cache=home / "jieba")
    other.refresh()
    documents = [other.document(ArticleId(id)) for id in other.content.articles()]
    library.index.put_all([pack(d, "1") for d in documents])
    return Pages(library, base_url=BASE, site_name="眉批"), [
        *documents,
        library.document(CLIENT),
        library.document(ArticleId("qu")),
    ]


def test_no_image_shows_a_name_under_words_of_anybody_else(
    many: tuple[Pages, list[Document]],
):
    pages, documents = many
    signed = 0
    for document in documents:
        for block in document.blocks:
            card = card_text(pages, pages.view(document), block)
            if cards.refusal(card):
                continue
            for size in cards.SIZES:
                words, name = words_and_name(card, size)
                assert plain(words)
                if name:
                    signed += 1
                    texts = own_words(document, block.id, name)
                    assert any(plain(words) in plain(t) for t in texts), (name, words)
    assert signed >= 8


def test_an_image_notes_a_checked_term_of_the_words_that_it_shows(many: tuple[Pages, list[Document]]):
    pages, documents = many
    noted, knowledge = [], pages.library.knowledge()
    for document in documents:
        for block in document.blocks:
            card = card_text(pages, pages.view(document), block)
            if card.gloss:
                headword, _, note = card.gloss.partition("：")
                (term,) = (t for t in knowledge.terms if t.term == headword)
                assert term.verified and term.zh.startswith(note)
                at = block.text.index(card.words)
                places = [o.start for o in document.occurrences if (o.block, o.term) == (block.id, term.id)]
                assert any(at <= place < at + 48 for place in places)
                noted.append(headword)
    assert len(noted) >= 8 and "五个中心" in noted


def test_an_articles_image_shows_its_title_and_no_name(
    many: tuple[Pages, list[Document]],
):
    pages, documents = many
    for document in documents:
        card = pages.article_card(document.header.id)
        assert isinstance(card, cards.CardText)
        for size in cards.SIZES:
            words, name = words_and_name(card, size)
            assert (plain(words), name) == (plain(document.header.title), "")
        if document.header.id == CLIENT or document.header.id == "qu":
            image = page(pages.reader(document.header.id)).meta.og_image
            assert image == f"{BASE}/a/{document.header.id}/card.png?size=og"


def test_no_citation_or_page_title_names_anybody_for_words_of_others(many: tuple[Pages, list[Document]]):
    pages, documents = many
    named = 0
    for document in documents[-2:]:
        names = [s.name for s in document.speakers]
        for block in document.blocks:
            cited = pages.cited(document.header.id, block.id)
            assert not isinstance(cited, Redirect)
            line = cited.citation.quote.split("\n——")[-1]
            for form in (
                line,
                cited.citation.plain,
                cited.citation.gbt,
                cited.citation.bibtex,
                cited.citation.csl,
            ):
                for name in names:
                    if name in form:
                        named += 1
                        texts = own_words(document, block.id, name)
                        assert plain(block.text) in [plain(t) for t in texts], (name, form)
            meta = page(pages.paragraph(document.header.id, block.id)).meta
            name, colon, words = (meta.og_title or "").partition("：")
            if colon and name in names:
                start = words.rstrip("…")
                assert any(t.startswith(start) for t in own_words(document, block.id, name))
    assert named


def test_a_name_over_a_mixed_paragraph_says_so(pages: Pages):
    sections = page(pages.reader(ArticleId("qu"), DisplayOptions())).context.sections
    blocks = {b.id: b for s in sections for b in s.blocks}
    mixed = {b.number for b in blocks.values() if b.voices and b.partly}
    assert {2, 3, 7} <= mixed and 9 not in mixed
    alone = page(pages.paragraph(ArticleId("qu"), BlockId("bbbb"))).context.block
    assert [v.name for v in alone.voices] == ["周海波"] and not alone.partly


def test_part_of_a_paragraph_is_signed_by_the_innermost_speaker(pages: Pages, library: Library):
    document = library.document(CLIENT)
    nested = next(q for q in document.quotations if q.type == "mixed")
    around = next(
        q for q in document.quotations if q.block == nested.block and q.span.start < nested.span.start
    )
    cited = pages.cited(CLIENT, nested.block)
    assert not isinstance(cited, Redirect)
    by = {(w.start, w.end): w.by for w in cited.said}
    assert by[nested.span.start, nested.span.end].endswith("习近平")
    assert by[around.span.start, around.certain_end].endswith("杜德斌")
    for q in ascribed(document):
        said = pages.cited(CLIENT, q.block)
        assert not isinstance(said, Redirect)
        assert [w.by for w in said.said if (w.start, w.end) == (q.span.start, q.span.end)] == [""]


def test_the_address_of_an_articles_image(site: TestClient):
    answer = site.get("/a/beiwan-daqiao/card.png?size=portrait")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert site.get("/a/beiwan-daqiao/card.png?size=huge").status_code == 422
    assert site.get("/a/keine/card.png").status_code == 404
    old = site.get("/a/dushujie-2024/card.png", follow_redirects=False)
    assert (old.status_code, old.headers["location"]) == (301, "/a/dushu-jie/card.png?size=og")


def test_the_page_names_the_characters_that_an_image_lacks(library: Library, pages: Pages):
    document = written("zi", "葛󠄀城市的𠮷野家离Łódź很远，坐船要走三十二天，中间还要在别处换两次船。")
    library.index.put_all([pack(document, "1")])
    context = page(pages.paragraph(ArticleId("zi"), BlockId("b2bb"))).context
    assert context.lacking == "𠮷（U+20BB7）"
    assert page(pages.paragraph(ArticleId("qu"), BlockId("b2bb"))).context.lacking == ""


def test_the_list_of_speakers_shows_doubt_where_offices_do_not_go_together(
    tmp_path: Path, client_content: Content
):
    home = Library(client_content, open_index("", tmp_path / "var"), cache=tmp_path / "jieba")
    made = [
        written("one", "县长李青说，渠要先修通。"),
        written("two", "导演李青说，片子下月开拍。"),
        written("three", "副县长何禾说，账目要公开。"),
        written("four", "青禾镇副县长何禾说，路要修好。"),
    ]
    home.index.put_all([pack(document, "1") for document in made])
    context = page(Pages(home, base_url=BASE, site_name="眉批").speakers()).context
    doubts = {row.voice.name: row.voice.doubt for _, rows in context.groups for row in rows}
    assert doubts["李青"]
    assert not doubts["何禾"]
    home.index.close()


def test_the_entry_of_a_counted_phrase_shows_what_articles_list(pages: Pages, library: Library):
    (term,) = (t for t in library.knowledge().terms if t.term == "三大先导产业")
    (given,) = page(pages.term(term.id)).context.given
    assert given.members == ("集成电路", "生物医药", "人工智能")
    assert given.article.href == f"/a/{CLIENT}/"
    assert given.place.href.startswith(given.article.href) and "段" in given.place.text


def test_the_list_of_speakers_sets_doubtful_names_apart(tmp_path: Path, client_content: Content):
    home = Library(client_content, open_index("", tmp_path / "var"), cache=tmp_path / "jieba")
    made = written("one", "县长李青说，渠要先修通。\n何禾说，账目要公开。")
    he = next(s.id for s in made.speakers if s.name == "何禾")
    unsure = tuple(replace(q, confidence=0.5) if q.speaker == he else q for q in made.quotations)
    home.index.put_all([pack(replace(made, quotations=unsure), "1")])
    pages = Pages(home, base_url=BASE, site_name="眉批")
    groups = dict(page(pages.speakers()).context.groups)
    assert [r.voice.name for r in groups["可能说过话"]] == ["何禾"]
    assert [r.voice.name for r in groups["人物"]] == ["李青"]
    assert list(groups)[-1] == "可能说过话"
    assert "可能是" in groups["可能说过话"][0].voice.doubt and not groups["人物"][0].voice.doubt
    assert "可能是" in page(pages.speaker(he)).context.voice.doubt
    # One certain quotation in another article is enough.
    home.index.put_all([pack(written("two", "何禾说，路要修好。"), "1")])
    groups = dict(page(pages.speakers()).context.groups)
    assert "可能说过话" not in groups
    assert not page(pages.speaker(he)).context.voice.doubt
    home.index.close()


def test_the_page_names_the_author_of_a_speech(tmp_path: Path):
    text = "亲爱的同学们：\n题目没有错，是我还没有等到它。\n程若谷"
    document = written("talk", text)
    assert document.author is not None
    assert from_json(to_json(document, cuts=True)) == document
    assert DocumentView(document, Knowledge()).article().whole == "程若谷"
    assert DocumentView(written(), Knowledge()).article().whole == ""


def test_the_front_matter_s_author_is_kept_apart_from_the_author_of_the_words():
    document = written("signed", "水从山里来。", author="程若谷、林槐")
    made = to_json(document)
    assert made["author"] == {"name": "程若谷、林槐", "role": None, "speaker": None}
    assert made["byline"] == "程若谷、林槐"
    assert from_json(made).header.author == "程若谷、林槐"
    # Documents once held the words of the front matter.
    assert from_json(made | {"author": "程若谷", "byline": None}).header.author == "程若谷"
