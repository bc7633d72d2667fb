"""Translations in the library: bilingual files, two files, templates, and what edits do to them."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from app.content.translation_file import parse_translation
from app.document import check, from_json, to_json
from app.errors import ContentError
from app.library.library import Library
from app.library.translating import Fitted
from app.model import ArticleId, Translation

AT = "2026-11-01T00:00:00+00:00"
DATA = Path(__file__).parent.parent / "data" / "bilingual"
FERRY = [line.split("\t") for line in (DATA / "ferry.tsv").read_text().splitlines()]
CHINESE = [zh for zh, _ in FERRY]
ENGLISH = [en for _, en in FERRY]


@pytest.fixture(autouse=True)
def no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the dictionary takes seconds; figures and lengths are enough for these texts."""
    monkeypatch.setattr("app.library.library.glosses_from", lambda language: None)


def words_of(library: Library, id: str) -> dict[str, str]:
    """The translation of each paragraph of an article, by its Chinese."""
    document = library.document(ArticleId(id))
    (translation,) = document.translations
    found = {b.block: b.text for b in translation.blocks}
    return {b.text: found[b.id] for b in document.blocks if b.id in found}


def wrapped(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


LAYOUTS = {
    "alternating.txt": "\n\n".join(text for row in FERRY for text in row),
    "after.txt": "\n\n".join([*CHINESE, *ENGLISH]),
    "columns.md": "| 中文 | English |\n| --- | --- |\n" + "".join(f"| {zh} | {en} |\n" for zh, en in FERRY),
    "wrapped.txt": "\n\n".join(
        "\n".join(lines) for zh, en in FERRY for lines in (wrapped(zh, 26), textwrap.wrap(en, 68))
    ),
    "dense.txt": "\n".join(
        "\n".join(lines) for zh, en in FERRY for lines in (textwrap.wrap(en, 68), wrapped(zh, 26))
    ),
    "numbered.html": "<table><tr><th>No.<th>English<th>Chinese"
    + "".join(f"<tr><td>{n}<td>{en}<td>{zh}" for n, (zh, en) in enumerate(FERRY))
    + "</table>",
    "columns.html": "<table>" + "".join(f"<tr><td>{zh}<td>{en}" for zh, en in FERRY) + "</table>",
}


class TestBilingualFiles:
    @pytest.mark.parametrize("name", LAYOUTS)
    def test_becomes_an_article_with_a_translation(self, library: Library, name: str) -> None:
        added = library.add(name, LAYOUTS[name].encode(), saved_at=AT)
        assert added.document.header.title == CHINESE[0]
        assert [b.text for b in added.document.blocks] == CHINESE[1:]
        assert added.translation is not None
        assert (added.translation.missing, added.translation.left) == ((), ())
        id = added.document.header.id
        assert words_of(library, id) == dict(FERRY[1:])
        assert library.document(id).translations[0].title == ENGLISH[0]

    def test_a_dry_run_writes_nothing(self, library: Library) -> None:
        added = library.add("ferry.txt", LAYOUTS["alternating.txt"].encode(), saved_at=AT, dry_run=True)
        assert added.translation is not None
        assert not (library.content.root / "articles" / "ferry").exists()

    def test_a_corrected_translation_is_not_overwritten(self, library: Library) -> None:
        library.add("ferry.txt", LAYOUTS["alternating.txt"].encode(), saved_at=AT)
        path = library.content.root / "articles/ferry/en.md"
        path.write_text(path.read_text().replace("the last ferry", "the very last ferry"))
        again = LAYOUTS["alternating.txt"].replace("八点", "九点")
        library.add("ferry.txt", again.encode(), saved_at=AT)
        assert "the very last ferry" in path.read_text()

    def test_a_chinese_text_stays_as_it_is(self, library: Library) -> None:
        added = library.add(
            "plain.txt", "\n\n".join([*CHINESE, "See also the English page."]).encode(), saved_at=AT
        )
        assert added.translation is None


class TestTwoFiles:
    @pytest.fixture
    def ferry(self, library: Library) -> ArticleId:
        return library.add("ferry.txt", "\n\n".join(CHINESE).encode(), saved_at=AT).document.header.id

    def take(self, library: Library, id: ArticleId, text: str, **options: bool) -> Fitted:
        head = Translation("en", "published", translator="N. N.")
        return library.translate(id, "en.txt", text.encode(), head, **options)

    def test_is_aligned_and_shown(self, library: Library, ferry: ArticleId) -> None:
        fitted = self.take(library, ferry, "\n\n".join(ENGLISH))
        assert (fitted.missing, fitted.left, fitted.title) == ((), (), ENGLISH[0])
        assert words_of(library, ferry) == dict(FERRY[1:])
        (made,) = library.document(ferry).translations
        assert (made.kind, made.translator, made.title) == ("published", "N. N.", ENGLISH[0])

    def test_missing_paragraphs_are_reported_and_quoted(self, library: Library, ferry: ArticleId) -> None:
        fitted = self.take(library, ferry, "\n\n".join(ENGLISH[:3] + ENGLISH[4:]))
        assert [b.text for b in fitted.missing] == [CHINESE[3]]
        assert f"> {CHINESE[3]}" in (library.content.root / f"articles/{ferry}/en.md").read_text()

    def test_paragraphs_left_over_are_kept(self, library: Library, ferry: ArticleId) -> None:
        extra = "Subscribe to our newsletter to read ten more stories like this one every week of 2031."
        fitted = self.take(library, ferry, "\n\n".join([*ENGLISH, extra]))
        assert [p.text for p in fitted.left] == [extra]
        assert f"> {extra}" in (library.content.root / f"articles/{ferry}/en.md").read_text()

    def test_an_existing_translation_is_kept(self, library: Library, ferry: ArticleId) -> None:
        self.take(library, ferry, "\n\n".join(ENGLISH))
        with pytest.raises(ContentError, match="--replace"):
            self.take(library, ferry, "\n\n".join(ENGLISH[:4]))
        self.take(library, ferry, "\n\n".join(ENGLISH[:4]), replaced=True)
        assert ENGLISH[-1] not in words_of(library, ferry).values()

    def test_edits_make_exactly_their_paragraphs_stale(self, library: Library, ferry: ArticleId) -> None:
        self.take(library, ferry, "\n\n".join(ENGLISH))
        path = library.content.root / f"articles/{ferry}/article.md"
        path.write_text(path.read_text().replace("三声", "五声"))
        library.save(ferry, saved_at=AT)
        blocks = library.document(ferry).translations[0].blocks
        assert [b.doubt for b in blocks] == [""] * 7 + ["changed"]


class TestTemplate:
    def test_every_paragraph_can_be_filled_in(self, library: Library) -> None:
        id = ArticleId("dushu-jie")
        path = library.translation_template(id, "en")
        text = path.read_text()
        document = library.document(id)
        wanted = [b.id for b in document.blocks if b.kind != "furniture"]
        assert [line[2:6] for line in text.splitlines() if line.startswith("{#")] == wanted
        for pid in wanted:
            text = text.replace(f"{{#{pid}}}\n", f"{{#{pid}}}\nWords for {pid}.\n\n")
        path.write_text(text)
        library.refresh()
        (translation,) = library.document(id).translations
        assert [b.text for b in translation.blocks] == [f"Words for {pid}." for pid in wanted]

    def test_words_are_kept_and_gaps_added(self, library: Library) -> None:
        id = ArticleId("dushu-jie")
        first, second = (b.id for b in library.document(id).blocks[:2])
        path = library.content.root / "articles/dushu-jie/en.md"
        path.write_text(
            f"---\ntitle: T\nrevision: 1\n---\n\n{{#{second}}}\nKept words.\n\n{{#zzzz}}\nLost words.\n"
        )
        library.translation_template(id, "en")
        text = path.read_text()
        assert [w.text for w in parse_translation("en", text, "").texts] == ["Kept words."]
        assert "> Lost words." in text and f"{{#{first}}}" in text and "title: T" in text

    def test_a_faulty_file_is_not_overwritten(self, library: Library) -> None:
        path = library.content.root / "articles/dushu-jie/en.md"
        path.write_text("Words without an id.\n")
        with pytest.raises(ContentError, match="T01"):
            library.translation_template(ArticleId("dushu-jie"), "en")
        assert path.read_text() == "Words without an id.\n"


class TestDocument:
    def test_json_holds_translations(self, library: Library) -> None:
        library.add("ferry.txt", LAYOUTS["alternating.txt"].encode(), saved_at=AT)
        document = library.document(ArticleId("ferry"))
        data = to_json(document, cuts=True)
        assert [b["text"] for b in data["translations"][0]["blocks"]] == ENGLISH[1:]
        assert from_json(data) == document

    def test_faulty_translations_in_json_are_refused(self, library: Library) -> None:
        data = to_json(library.document(ArticleId("dushu-jie")))
        block = {"block": data["blocks"][0]["id"], "text": "Words"}
        for lang, one in (
            ("English", block),
            ("en", block | {"block": "zzzz"}),
            ("en", block | {"marks": [{"start": 2, "end": 9, "term": "x"}]}),
        ):
            data["translations"] = [{"lang": lang, "blocks": [one]}]
            with pytest.raises(ValueError):
                check(from_json(data))
