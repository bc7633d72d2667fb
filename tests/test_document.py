"""The article document as JSON and back: nothing is lost, whatever the text."""

from __future__ import annotations

import json
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from app.content.store import Content
from app.document import from_json, knowledge_from_json, knowledge_to_json, to_json
from app.library.library import Library
from app.model import (
    KINDS,
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Mention,
    Occurrence,
    Quotation,
    QuotationType,
    QuoteMark,
    Span,
    Speaker,
    SpeakerId,
    SpeakerKind,
    TermId,
)

# Any text at all, halves of surrogate pairs included: commands read such texts.
TEXT = st.text(st.characters(), max_size=12)
IDS = st.sampled_from([BlockId("k7f3"), BlockId("b2q9")])
SPAN = st.builds(Span, st.integers(0, 9), st.integers(10, 99))
MAYBE = st.none() | TEXT.filter(bool)
DOCUMENTS = st.builds(
    Document,
    header=st.builds(
        Header,
        id=st.just(ArticleId("wenzhang")),
        title=TEXT,
        supplied=st.booleans(),
        date=TEXT,
        circa=st.booleans(),
        publication=TEXT,
        author=TEXT,
        url=TEXT,
        note=TEXT,
        lang=st.sampled_from(["zh-Hans", "zh-Hant"]),
        aliases=st.lists(st.just(ArticleId("jiu")), max_size=2).map(tuple),
    ),
    revision=st.integers(0, 9),
    blocks=st.lists(
        st.builds(Block, IDS, st.integers(1, 9), st.sampled_from(KINDS), TEXT, st.integers(0, 6)), max_size=3
    ).map(tuple),
    occurrences=st.lists(
        st.builds(Occurrence, IDS, SPAN, TEXT, st.just(TermId("du")), st.booleans(), st.booleans()),
        max_size=3,
    ).map(tuple),
    speakers=st.lists(
        st.builds(
            Speaker,
            TEXT.map(SpeakerId),
            TEXT,
            st.lists(TEXT, max_size=2).map(tuple),
            MAYBE,
            st.sampled_from(get_args(SpeakerKind)),
            st.booleans(),
            TEXT,
        ),
        max_size=2,
    ).map(tuple),
    quotations=st.lists(
        st.builds(
            Quotation,
            IDS,
            SPAN,
            st.sampled_from(get_args(QuotationType)),
            st.none() | TEXT.filter(bool).map(SpeakerId),
            MAYBE,
            st.none() | st.builds(Mention, IDS, SPAN),
            TEXT,
            st.floats(0, 1),
        ),
        max_size=2,
    ).map(tuple),
    quote_marks=st.lists(st.builds(QuoteMark, IDS, SPAN, st.booleans()), max_size=2).map(tuple),
    cuts=st.lists(st.lists(st.integers(1, 9), max_size=3).map(tuple), max_size=2).map(tuple),
    title_cuts=st.lists(st.integers(1, 9), max_size=2).map(tuple),
    draft=st.booleans(),
)


@given(DOCUMENTS)
def test_a_document_reads_back_from_its_json(document: Document):
    assert from_json(json.loads(json.dumps(to_json(document, cuts=True)))) == document


@given(DOCUMENTS)
def test_without_word_ends_only_they_are_missing(document: Document):
    whole = to_json(document, cuts=True)
    assert to_json(document) == {k: v for k, v in whole.items() if k not in ("cuts", "title_cuts")}


def test_what_is_not_known_is_null(library: Library):
    document = to_json(library.document(ArticleId("dushu-jie")))
    assert (document["date"], document["publication"], document["url"]) == (None, None, None)
    assert document["speakers"][0]["role"] == "组织者" or document["speakers"][0]["role"] is None


def test_offsets_count_code_points(library: Library):
    document = to_json(library.document(ArticleId("beiwan-daqiao")))
    text = {b["id"]: b["text"] for b in document["blocks"]}
    assert document["occurrences"] and document["quotations"] and document["quote_marks"]
    for o in document["occurrences"]:
        assert text[o["block"]][o["start"] : o["end"]] == o["text"]
    said = [text[q["block"]][q["start"] : q["end"]] for q in document["quotations"]]
    assert "可是船上能聊天。" in said


def test_glossary_and_people_read_back(content: Content, client_content: Content):
    for knowledge in (content.knowledge(), client_content.knowledge()):
        assert knowledge_from_json(json.loads(json.dumps(knowledge_to_json(knowledge)))) == knowledge
