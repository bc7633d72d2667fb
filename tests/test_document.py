"""The article document as JSON and back: nothing is lost, whatever the text."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.store import Content
from app.document import (
    check,
    decode,
    from_json,
    knowledge_from_json,
    knowledge_to_json,
    to_json,
    well_formed,
)
from app.library.library import Library
from app.model import (
    KINDS,
    ArticleId,
    Block,
    BlockId,
    Definition,
    Document,
    Header,
    ListedMember,
    Mention,
    Occurrence,
    Quotation,
    QuotationType,
    QuoteMark,
    Speaker,
    SpeakerId,
    SpeakerKind,
    TermId,
)
from app.text.annotator import VERSION

DATA = Path(__file__).parent / "data"

# Any text at all, halves of surrogate pairs included: commands read such texts.
TEXT = st.text(st.characters(), max_size=12)
IDS = st.sampled_from([BlockId("k7f3"), BlockId("b2q9")])
PLACE = (IDS, st.integers(0, 9), st.integers(10, 99))
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
        st.builds(Occurrence, *PLACE, TEXT, st.just(TermId("du")), st.booleans(), st.booleans()),
        max_size=3,
    ).map(tuple),
    definitions=st.lists(
        st.builds(
            Definition, *PLACE, st.lists(st.builds(ListedMember, *PLACE), min_size=2, max_size=3).map(tuple)
        ),
        max_size=2,
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
            *PLACE,
            st.sampled_from(get_args(QuotationType)),
            st.none() | TEXT.filter(bool).map(SpeakerId),
            MAYBE,
            st.none() | st.builds(Mention, *PLACE),
            TEXT,
            st.floats(0, 1),
        ),
        max_size=2,
    ).map(tuple),
    quote_marks=st.lists(st.builds(QuoteMark, *PLACE, st.booleans()), max_size=2).map(tuple),
    cuts=st.lists(st.lists(st.integers(1, 9), max_size=3).map(tuple), max_size=2).map(tuple),
    title_cuts=st.lists(st.integers(1, 9), max_size=2).map(tuple),
    draft=st.booleans(),
)


@given(DOCUMENTS)
def test_a_document_reads_back_from_its_json(document: Document):
    text = json.dumps(to_json(document, cuts=True))
    assert from_json(json.loads(text)) == decode(text.encode()) == document


@given(DOCUMENTS)
def test_a_document_is_well_formed_when_all_its_texts_are_unicode(document: Document):
    made = well_formed(document)
    json.dumps(to_json(made, cuts=True), ensure_ascii=False).encode()
    assert [len(b.text) for b in made.blocks] == [len(b.text) for b in document.blocks]
    assert made is document or made != document


OLD: dict[str, Any] = {
    "id": "jiu",
    "title": "旧文",
    "blocks": [{"id": "k7f3", "n": 1, "kind": "heading", "text": "标题", "level": 2}],
    "speakers": [{"id": "lin", "name": "林", "aliases": [], "role": None, "kind": "person"}],
    "quotations": [
        {
            "block": "k7f3", "start": 0, "end": 1, "type": "direct",
            "speaker": None, "cue": None, "source": None, "colour": "red",
        }
    ],
}  # fmt: skip


def test_a_document_of_an_earlier_version_is_read():
    """Keys that it lacks have their defaults, and keys that are gone are ignored."""
    document = decode(json.dumps(OLD).encode())
    assert document == from_json(OLD)
    assert (document.header.lang, document.header.date, document.revision) == ("zh-Hans", "", 0)
    assert not document.quotations[0].ascribed and document.quotations[0].confidence == 1
    assert document.blocks[0].level == 2 and not document.speakers[0].recorded


@pytest.mark.parametrize("words", ["新华社记者 林清", "\ud800", ""])
def test_an_author_in_plain_words_is_read_as_the_byline(words: str):
    """Documents had it so before they had an author with a name and an office."""
    for document in (
        from_json(OLD | {"author": words}),
        decode(json.dumps(OLD | {"author": words}).encode()),
    ):
        assert document.header.author == words
        assert (document.author.name if document.author else "") == words


def test_keys_that_say_nothing_are_left_out():
    made = to_json(from_json(OLD))
    assert "level" in made["blocks"][0] and "doubt" not in made["speakers"][0]
    plain = from_json(OLD | {"blocks": [{"id": "k7f3", "n": 1, "kind": "list", "text": "船"}]})
    assert list(to_json(plain)["blocks"][0]) == ["id", "n", "kind", "text"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": 3}, "title: Expected `str`, got `int`"),
        ({"revision": -1}, "revision: Expected `int` >= 0"),
        ({"draft": "yes"}, "draft: Expected `bool`, got `str`"),
        ({"aliases": "alt"}, "aliases: Expected `array`, got `str`"),
        ({"blocks": [{"id": "k7f3"}]}, "blocks[0]: Object missing required field `n`"),
        ({"blocks": [{**OLD["blocks"][0], "n": True}]}, "blocks[0].n: Expected `int`, got `bool`"),
        (
            {"blocks": [{**OLD["blocks"][0], "level": 10**10}]},
            "blocks[0].level: Expected `int` <= 1000000000",
        ),
        ({"quotations": [{**OLD["quotations"][0], "type": "shouted"}]}, "quotations[0].type: Invalid enum"),
        ({"quotations": [{**OLD["quotations"][0], "confidence": 2}]}, "quotations[0].confidence: Expected"),
        ({"quotations": [{**OLD["quotations"][0], "source": {}}]}, "quotations[0].source: Object missing"),
        ({"lang": "de"}, "lang: Invalid enum value 'de'"),
        ({"cuts": [[1, None]]}, "cuts[0][1]: Expected `int`, got `null`"),
    ],
)
def test_what_is_of_the_wrong_type_is_named_by_its_key(change: dict[str, Any], problem: str):
    for read in (lambda: from_json(OLD | change), lambda: decode(json.dumps(OLD | change).encode())):
        with pytest.raises(ValueError, match=re.escape(problem)):
            read()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"blocks": OLD["blocks"] * 2}, "two blocks have the same id"),
        ({"blocks": [{**OLD["blocks"][0], "id": "K7F3"}]}, "small letters"),
        ({"blocks": [{**OLD["blocks"][0], "id": "source"}]}, "another meaning in an address"),
        ({"aliases": [""]}, "is not an id"),
        ({"quotations": [{**OLD["quotations"][0], "end": 3}]}, "0–3 is not a range of block 'k7f3'"),
        ({"quotations": [{**OLD["quotations"][0], "end": 0}]}, "0–0 is not a range"),
        ({"quotations": [{**OLD["quotations"][0], "block": "none"}]}, "of block 'none'"),
        (
            {"quotations": [{**OLD["quotations"][0], "source": {"block": "k7f3", "start": 1, "end": 9}}]},
            "1–9 is not a range",
        ),
        (
            {
                "definitions": [
                    {
                        **{"block": "k7f3", "start": 0, "end": 1},
                        "members": [{"block": "k7f3", "start": 1, "end": 9}],
                    }
                ]
            },
            "1–9 is not a range",
        ),
        ({"quote_marks": [{"block": "k7f3", "start": 2, "end": 3, "speech": True}]}, "2–3 is not a range"),
    ],
)
def test_what_no_page_could_show_is_refused(change: dict[str, Any], problem: str):
    check(from_json(OLD))
    with pytest.raises(ValueError, match=re.escape(problem)):
        check(from_json(OLD | change))


@given(DOCUMENTS)
def test_without_word_ends_only_they_are_missing(document: Document):
    whole = to_json(document, cuts=True)
    assert to_json(document) == {k: v for k, v in whole.items() if k not in ("cuts", "title_cuts")}


def test_what_is_not_known_is_null(library: Library):
    document = to_json(library.document(ArticleId("dushu-jie")))
    assert (document["date"], document["publication"], document["url"]) == (None, None, None)
    speakers = to_json(library.document(ArticleId("beiwan-daqiao")))["speakers"]
    assert {s["name"]: s["role"] for s in speakers} == {
        "林清和": "镇长",
        "周大年": None,
        "镇交通站负责人": None,
        "居民": None,
    }


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


def test_golden_annotations_change_only_with_the_number_of_the_annotator(library: Library):
    """Stored documents are annotated again only under another number."""

    def digest(*data: bytes) -> str:
        return hashlib.sha256(b"\0".join(data)).hexdigest()[:16]

    files = sorted(p for p in DATA.rglob("*") if p.is_file())
    documents = [library.exact(id) for id in library.index.ids(limit=99)]
    made = json.dumps([to_json(document) for document in documents], sort_keys=True).encode()
    now = {"version": VERSION, "content": digest(*(p.read_bytes() for p in files)), "documents": digest(made)}
    kept = Path(__file__).parent / "golden/annotations.json"
    then = json.loads(kept.read_text("utf-8"))
    same_input = (now["version"], now["content"]) == (then["version"], then["content"])
    assert not same_input or now == then, "other annotations: raise VERSION in app/text/annotator.py"
    if os.environ.get("MEIPI_GOLDEN") == "rewrite":
        kept.write_text(json.dumps(now) + "\n", "utf-8")
    else:
        assert now == then, "make golden writes down the new number or library"
