"""Files of translations: what they say, how their faults are named, and what `check` reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.check import check
from app.content.store import Content
from app.content.translation_file import TranslationFile, format_translation, parse_translation
from app.errors import ContentError
from app.model import ArticleId, BlockId, TermId, TermMark, Translation
from app.text.translation import Words

DUSHU = ArticleId("dushu-jie")


def parse(text: str) -> TranslationFile:
    return parse_translation("en", text, "en.md")


class TestParse:
    def test_head_and_paragraphs(self) -> None:
        file = parse(
            "---\ntitle: A title\nkind: editorial\ntranslator: N. N.\ndate: 2026-11\nlicence: CC0\n"
            "source: https://example.org/\nrevision: 2\nnote: A note.\n---\n\n"
            "{#k7f3}\n## A heading\n\n{#m2xq revision=1}\nTwo\nlines.\n\n{#n4wb .unsure}\nPerhaps.\n"
        )
        assert file.head == Translation(
            "en", "editorial", "A title", "N. N.", "2026-11", "CC0", "https://example.org/", "A note."
        )
        assert [(w.id, w.text, w.revision, w.unsure) for w in file.texts] == [
            ("k7f3", "A heading", 2, False),
            ("m2xq", "Two lines.", 1, False),
            ("n4wb", "Perhaps.", 2, True),
        ]
        assert [w.line for w in file.texts] == [13, 16, 20]

    def test_quoted_chinese_is_not_read_and_keeps_the_id(self) -> None:
        file = parse("{#k7f3}\n> 中文。\n\nEnglish.\n\n{#m2xq}\n> 还没有译。\n\n> 也没有译。\n")
        assert [(w.id, w.text) for w in file.texts] == [("k7f3", "English.")]

    def test_several_paragraphs_under_an_id_are_joined(self) -> None:
        file = parse("{#k7f3}\nOne [two](term:two).\n\nThree [four](term:four).\n")
        (words,) = file.texts
        assert words.text == "One two. Three four."
        assert [words.text[m.start : m.end] for m in words.terms] == ["two", "four"]

    def test_other_links_and_emphasis_are_words(self) -> None:
        (words,) = parse("{#k7f3}\nA [link](https://example.org) and *stress*.\n").texts
        assert (words.text, words.terms) == ("A link and stress.", ())

    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("A paragraph.\n", "T01", 1),
            ("{#k7f3}\nA.\n\n{#k7f3}\nB.\n", "T01", 5),
            ("---\nkind: perfect\n---\n", "A04", 2),
            ("---\ntitle: x\ndate: soon\n---\n", "A04", 3),
            ("---\nsource: ftp://x\n---\n", "A04", 2),
            ("---\nrevision: one\n---\n", "A04", 2),
            ("---\nrevision: -1\n---\n", "A04", 2),
            ("---\nauthor: x\n---\n", "A05", 2),
            ("---\ntitle: x\n", "A03", 1),
        ],
    )
    def test_faults_name_their_line(self, text: str, code: str, line: int) -> None:
        with pytest.raises(ContentError) as caught:
            parse(text)
        assert (caught.value.code, caught.value.line) == (code, line)

    @given(
        st.lists(
            st.text("ab 1.-#*[]()_\\`<>{}“”—é", min_size=1).map(str.strip).filter(bool),
            min_size=1,
            max_size=4,
        ),
        st.booleans(),
    )
    def test_what_is_written_reads_back(self, texts: list[str], heading: bool) -> None:
        ids = [BlockId(f"k7f{n}") for n in range(len(texts))]
        words = tuple(
            Words(id, " ".join(t.split()), 1, (TermMark(0, 1, TermId("a")),), n % 2 == 0)
            for n, (id, t) in enumerate(zip(ids, texts, strict=True))
        )
        file = TranslationFile(Translation("en", "official", "T: x", "I"), words, "en.md")
        text = format_translation(file, {ids[0]: 2} if heading else {}, revision=1)
        again = parse(text)
        assert again.head == file.head
        assert [(w.id, w.text, w.terms, w.unsure) for w in again.texts] == [
            (w.id, w.text, w.terms, w.unsure) for w in words
        ]


class TestCheck:
    @pytest.fixture
    def ids(self, content: Content) -> list[str]:
        return [b.id for b in content.ledger(DUSHU).current]

    @pytest.fixture
    def findings(self, content: Content) -> Callable[[str], dict[str, str]]:
        def found(text: str) -> dict[str, str]:
            path = content.root / "articles" / DUSHU / "en.md"
            path.write_text(text, "utf-8")
            return {f.code: str(f) for f in check(content) if Path(f.path) == path}

        return found

    def whole(self, ids: list[str]) -> str:
        return "---\nrevision: 1\n---\n\n" + "".join(f"{{#{id}}}\nWords.\n\n" for id in ids)

    def test_a_whole_translation_is_clean(self, findings: Callable, ids: list[str]) -> None:
        assert findings(self.whole(ids)) == {}

    def test_missing_paragraphs(self, findings: Callable, ids: list[str]) -> None:
        found = findings(self.whole([ids[0], *ids[2:]]))
        assert list(found) == ["T04"] and ids[1] in found["T04"]

    def test_an_id_that_never_existed(self, findings: Callable, ids: list[str]) -> None:
        assert "zzzz" in findings(self.whole([*ids, "zzzz"]))["T02"]

    def test_a_stale_paragraph_with_the_change(
        self, findings: Callable, ids: list[str], content, edit
    ) -> None:
        words = content.article(DUSHU).ledger.current[1].text[:6]
        edit(DUSHU, words, words + "（修订）")
        found = findings(self.whole(ids))
        assert list(found) == ["T03"]
        assert "{+（修订）+}" in found["T03"] and ids[1] in found["T03"]

    def test_a_mark_of_an_unknown_term(self, findings: Callable, ids: list[str]) -> None:
        found = findings(self.whole(ids).replace("Words.", "[Words](term:no-such-term).", 1))
        assert "no-such-term" in found["T05"]

    @pytest.mark.parametrize("name", ["EN.md", "en.MD", "english translation.md", "zh.md", "zh-Hant.md"])
    def test_a_name_that_no_translation_has(self, content: Content, name: str) -> None:
        path = content.root / "articles" / DUSHU / name
        path.write_text("---\nrevision: 1\n---\n", "utf-8")
        assert "T06" in {f.code for f in check(content) if Path(f.path) == path}

    def test_a_faulty_file_hides_only_itself(self, findings: Callable, content: Content) -> None:
        assert "T01" in findings("Lost words.\n")
        assert content.article(DUSHU).translations == ()
        assert content.article(DUSHU).pieces

    def test_a_program_that_was_not_sure(self, findings: Callable, ids: list[str]) -> None:
        found = findings(self.whole(ids).replace(f"{{#{ids[0]}}}", f"{{#{ids[0]} .unsure}}"))
        assert list(found) == ["T03"] and ".unsure" in found["T03"]
