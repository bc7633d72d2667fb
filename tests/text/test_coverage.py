"""How much of a library its glossary explains."""

from __future__ import annotations

from dataclasses import replace

from app.model import ArticleId, Block, BlockId, Document, Header, Knowledge, Term, TermId
from app.text.annotator import Annotator
from app.text.terms.coverage import Share, Unexplained, coverage

LAMPS = Term(TermId("deng"), "四灯", "sì dēng", "concept", "core", "四盏灯。")


def library(*texts: str) -> list[Document]:
    annotator = Annotator(Knowledge(terms=(LAMPS,)))
    documents = []
    for n, text in enumerate(texts):
        block = Block(BlockId("b222"), 1, "paragraph", text)
        document = annotator.annotate(Header(ArticleId(f"a{n}"), ""), 0, [block])
        documents.append(replace(document, genre="law" if text.startswith("第一条") else "news"))
    return documents


def test_uses_are_counted_by_kind_of_article():
    found = coverage(library("点亮“四灯”，修好“三渔”。", "第一条 办好“三渔”。", "“四灯”和“四灯”。"))
    assert found.shares == (Share("", 3, 5, 3), Share("news", 2, 4, 3), Share("law", 1, 1, 0))
    assert found.unexplained == (Unexplained("三渔", 2, 2),)


def test_what_one_article_alone_quotes_is_no_set_phrase():
    assert coverage(library("所谓“三渔”。“三渔”。", "风吹过院墙。")).shares[0] == Share("", 2, 0, 0)


def test_the_phrases_in_most_articles_come_first():
    found = coverage(library("“三渔”“六桥”“六桥”“六桥”。", "“三渔”“六桥”。", "“三渔”。"), most=1)
    assert found.unexplained == (Unexplained("三渔", 3, 3),)


def test_an_empty_library_has_nothing_to_explain():
    assert coverage([]).shares == (Share("", 0, 0, 0),)
