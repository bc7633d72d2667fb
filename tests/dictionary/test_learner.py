"""A learner's list: the contents of a card, and that cards last."""

from __future__ import annotations

import csv
import io
import sqlite3
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dictionary.cedict import ATTRIBUTION
from app.dictionary.entries import Entry
from app.dictionary.learner import (
    COLUMNS,
    Card,
    anki_package,
    csv_file,
    guid,
    sentence_around,
    term_cards,
    word_card,
)
from app.dictionary.learner import picked as read_items
from app.model import ArticleId, Block, BlockId, Document, Header, Knowledge, Occurrence, Span, Term, TermId

TEXT = "老张说：“科技创新靠人才。”他<想>了想；市里办了论坛。"
AT = TEXT.index("科技创新")
BLOCK = Block(BlockId("k7f3"), 1, "paragraph", TEXT)
TERM = Term(
    TermId("kechuang"),
    "科技创新",
    "kējì chuàngxīn",
    "concept",
    "core",
    "指科学与技术的创新。",
    en="S&T",
    verified=True,
)
DOCUMENT = Document(
    Header(ArticleId("a-1"), "一篇文章"),
    1,
    (BLOCK,),
    occurrences=(
        Occurrence(BLOCK.id, AT, AT + 4, "科技创新", TERM.id, True, True),
        Occurrence(BLOCK.id, AT, AT + 4, "科技创新", TERM.id, True, False),
    ),
)


def link(block: BlockId) -> str:
    return f"https://example.org/a/a-1/{block}/"


def picked(word: str, *entries: Entry) -> Card:
    at = TEXT.index(word)
    return word_card(DOCUMENT, BLOCK.id, Span(at, at + len(word)), entries, link, ATTRIBUTION)


FORUM = Entry("论坛", "論壇", "lùntán", ("forum", "measure word: 个 gè"), level=7)


def notes(package: bytes, folder: Path) -> list[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        (folder / "deck").write_bytes(files.read("collection.anki2"))
    db = sqlite3.connect(folder / "deck")
    try:
        return db.execute("select guid, flds from notes order by id").fetchall()
    finally:
        db.close()


def test_a_term_gets_one_card_with_its_sentence():
    (card,) = term_cards(DOCUMENT, Knowledge((TERM,)), link)
    assert card.sentence == "老张说：“科技创新靠人才。”"
    assert card.sentence[card.place.start : card.place.end] == "科技创新"
    assert (card.word, card.pinyin, card.meaning) == (
        "科技创新",
        "kējì chuàngxīn",
        "指科学与技术的创新。\nS&T",
    )
    assert card.link == "https://example.org/a/a-1/k7f3/"
    assert card.source == ""


def test_english_can_be_left_out():
    (card,) = term_cards(DOCUMENT, Knowledge((TERM,)), link, english=False)
    assert card.meaning == "指科学与技术的创新。"


def test_a_word_brings_its_licence_with_it():
    card = picked("论坛", FORUM)
    assert (card.traditional, card.level, card.sentence) == ("論壇", "7–9", "市里办了论坛。")
    assert (
        "CC-CEDICT" in card.source and "CC BY-SA 4.0" in card.source and ATTRIBUTION.released in card.source
    )


def test_a_word_with_two_readings_shows_both():
    card = picked("想", Entry("想", "想", "xiǎng", ("to think",)), Entry("想", "想", "x", ("other",)))
    assert card.meaning == "xiǎng: to think\nx: other"


def test_a_card_is_known_by_article_paragraph_and_word_alone():
    again = Entry("论坛", "論壇", "lùntán", ("another meaning",))
    assert picked("论坛", FORUM).guid == picked("论坛", again).guid == guid("a-1", "k7f3", "论坛")
    assert len({guid("a-1", "k7f3", "论坛"), guid("a-1", "k7f4", "论坛"), guid("a-2", "k7f3", "论坛")}) == 3


def test_an_entry_has_one_card_wherever_it_is_found(tmp_path: Path):
    """The paragraph of a term's first use changes with every edit; its card does not."""
    added = Block(BlockId("t5xw"), 0, "paragraph", "新的一段先说科技创新。")
    edited = replace(
        DOCUMENT,
        blocks=(added, *DOCUMENT.blocks),
        occurrences=(
            Occurrence(added.id, 6, 10, "科技创新", TERM.id, True, True),
            *DOCUMENT.occurrences,
        ),
    )
    elsewhere = replace(DOCUMENT, header=replace(DOCUMENT.header, id=ArticleId("another")))
    better = replace(TERM, zh="另一个定义。")
    (before,) = term_cards(DOCUMENT, Knowledge((TERM,)), link)
    (after,) = term_cards(edited, Knowledge((better,)), link)
    (other,) = term_cards(elsewhere, Knowledge((TERM,)), link)
    assert before.guid == after.guid == other.guid
    assert (before.sentence, after.sentence) == ("老张说：“科技创新靠人才。”", "新的一段先说科技创新。")
    assert "另一个定义" in after.meaning
    assert guid("", "", TERM.id) != guid("", "", "ti-an")


@given(st.text("甲。；！？”\n ", min_size=1, max_size=12), st.data())
def test_a_sentence_always_holds_its_word(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    sentence = sentence_around(text, Span(start, end))
    assert 0 <= sentence.start <= start < end <= sentence.end <= len(text)


def test_an_address_names_two_hundred_words_at_most():
    item = "a-1.k7f3.0.论坛"
    assert len(read_items(",".join([item] * 200))) == 200
    with pytest.raises(ValueError, match="200"):
        read_items(",".join([item] * 201))


def test_the_table_reads_back():
    data = csv_file([picked("论坛", FORUM)])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert data.startswith(b"\xef\xbb\xbf")
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][:4] == ["论坛", "論壇", "lùntán", "forum\nmeasure word: 个 gè"]


@pytest.mark.parametrize("meaning", ["=1+1", "-ly", "+x", "@x"])
def test_no_cell_is_a_formula(meaning: str):
    data = csv_file([picked("论坛", Entry("论坛", "論壇", "lùntán", (meaning,)))])
    assert f"'{meaning}" in data.decode("utf-8-sig")


def test_the_package_holds_the_cards_with_their_lasting_names(tmp_path: Path):
    cards = [picked("论坛", FORUM), picked("想", Entry("想", "想", "xiǎng", ("a < b",)))]
    found = notes(anki_package(cards, "一篇文章", now=1.7e9), tmp_path)
    assert [g for g, _ in found] == [c.guid for c in cards]
    fields = found[1][1].split("\x1f")
    assert fields[0] == "想" and fields[3] == "a &lt; b"
    assert fields[5] == "他&lt;<b>想</b>&gt;了想；"


def test_a_package_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert anki_package([picked("论坛", FORUM)], "甲", now=1.7e9)
    assert list(tmp_path.iterdir()) == []


def test_the_same_cards_give_the_same_deck(tmp_path: Path):
    cards = [picked("论坛", FORUM)]
    first = notes(anki_package(cards, "甲", now=1.7e9), tmp_path)
    assert first == notes(anki_package(cards, "乙", now=1.8e9), tmp_path)
