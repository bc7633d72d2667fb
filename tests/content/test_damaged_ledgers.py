"""A damaged ledger is never taken for a new one; links go on by what the index knows; it can be restored."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content import Finding
from app.content.store import Content
from app.errors import ContentError, NotFound
from app.index import open_index
from app.library.adding import Given
from app.library.library import Library
from app.model import ArticleId
from app.text.paragraphs import Gone, Here, Moved

NEWS, FEATURE = ArticleId("beiwan-daqiao"), ArticleId("shanlu-chaguan")
AT = "2024-08-01T00:00:00+00:00"
Edit = Callable[..., None]


@pytest.fixture
def thrice(library: Library, edit: Edit) -> Library:
    """A library in which NEWS was saved three times: one paragraph removed, then one added."""
    path = library.content.root / f"articles/{NEWS}/article.md"
    parts = path.read_text("utf-8").rstrip("\n").split("\n\n")
    path.write_text("\n\n".join(parts[:-1]) + "\n", "utf-8")
    assert library.save(NEWS, saved_at=AT).revision == 2
    with path.open("a", encoding="utf-8") as file:
        file.write("\n夜里起了风，守桥的人把灯点得更亮。\n")
    assert library.save(NEWS, saved_at=AT).revision == 3
    assert checked(library) == []
    return library


def checked(library: Library) -> list[Finding]:
    """What `check` finds in the articles."""
    return [f for f in library.check() if f.code[0] not in "GS"]


def ledger_of(library: Library) -> Path:
    return library.content.root / f"articles/{NEWS}/ledger.jsonl"


def cuts(data: bytes) -> list[int]:
    """Lengths to cut a ledger to: none, at every end of a line and around it, and in the middle of lines."""
    ends = [m.end() for m in re.finditer(b"\n", data)]
    starts = [0, *ends[:-1]]
    middles = [(a + b) // 2 for a, b in zip(starts, ends, strict=True)]
    around = [end + n for end in ends for n in (-2, 0, 1)]
    return sorted(
        {0, 1, *middles, *around, *(len(data) * n // 15 for n in range(15))} - {len(data), len(data) + 1}
    )


class TestACutLedger:
    def test_is_told_and_refused_wherever_it_is_cut(self, thrice: Library):
        path, document = ledger_of(thrice), thrice.document(NEWS)
        whole, (gone,) = path.read_bytes(), thrice.content.ledger(NEWS).ids - {b.id for b in document.blocks}
        for n in cuts(whole):
            path.write_bytes(whole[:n])
            findings = [f for f in thrice.refresh().findings if f.path == str(path)]
            assert len(findings) == 1 and "--from-index" in findings[0].remedy, n
            assert [f.code for f in checked(thrice)] == [findings[0].code], n
            for write in (
                lambda: thrice.save(NEWS, saved_at=AT),
                lambda: thrice.add(
                    "n.txt", "新的一篇，全不一样。\n".encode(), saved_at=AT, given=Given(id=NEWS)
                ),
            ):
                with pytest.raises(ContentError, match="L0"):
                    write()
            assert path.read_bytes() == whole[:n], n
            assert thrice.document(NEWS) == document
            assert all(isinstance(thrice.follow(NEWS, b.id), Here) for b in document.blocks)
            assert isinstance(thrice.follow(NEWS, gone), Gone | Moved)
        path.write_bytes(whole)
        assert thrice.refresh().findings == () and isinstance(
            thrice.follow(NEWS, document.blocks[0].id), Here
        )

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: b"",
            lambda data: b"\n",
            lambda data: data.split(b"\n", 1)[1],
            lambda data: data[: data.index(b"\n") + 1],
            lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n",
            lambda data: data[:-40],
            lambda data: data.replace(b'"rev":2', b'"rev":7'),
            lambda data: b"\0" * len(data),
        ],
    )
    def test_is_restored_from_the_index(self, thrice: Library, spoil: Callable[[bytes], bytes]):
        path, document = ledger_of(thrice), thrice.document(NEWS)
        whole = path.read_bytes()
        path.write_bytes(spoil(whole))
        spoilt = path.read_bytes()
        assert thrice.restore(NEWS, dry_run=True).changed and path.read_bytes() == spoilt
        done = thrice.restore(NEWS)
        assert done.changed and done.revision == 3
        assert path.read_bytes() == whole, "every id that was ever given is there again"
        assert checked(thrice) == [] and not thrice.save(NEWS, saved_at=AT).changed
        assert thrice.document(NEWS) == document
        assert not thrice.restore(NEWS).changed

    def test_is_restored_without_the_edits_that_were_not_saved(self, thrice: Library, edit: Edit):
        whole = ledger_of(thrice).read_bytes()
        edit(NEWS, "夜里起了风", "夜里起了大风")
        thrice.refresh()
        document = thrice.document(NEWS)
        assert document.draft
        ledger_of(thrice).write_bytes(b"")
        assert thrice.restore(NEWS).revision == 3 and ledger_of(thrice).read_bytes() == whole
        assert thrice.document(NEWS) == document
        assert thrice.save(NEWS, saved_at=AT).revision == 4

    def test_that_is_sound_and_newer_than_the_index_stays(self, thrice: Library, edit: Edit, home: Path):
        edit(NEWS, "夜里起了风", "夜里起了大风")
        other = Library(Content(home / "content"), open_index("", home / "elsewhere"))
        other.save(NEWS, saved_at=AT)
        newer = ledger_of(thrice).read_bytes()
        assert not thrice.restore(NEWS).changed and ledger_of(thrice).read_bytes() == newer

    def test_of_an_article_that_the_index_does_not_know_is_refused(self, library: Library):
        with pytest.raises(NotFound):
            library.restore(ArticleId("nobody"))


class TestAMissingLedger:
    def test_of_a_saved_article_is_told_and_refused(self, thrice: Library):
        path = ledger_of(thrice)
        path.unlink()
        (finding,) = checked(thrice)
        assert (
            finding.code == "L09" and "git checkout" in finding.remedy and "--trust-ledger" in finding.remedy
        )
        with pytest.raises(ContentError, match="L09"):
            thrice.save(NEWS, saved_at=AT)
        assert not path.exists()

    def test_is_begun_anew_when_the_editor_says_so(self, thrice: Library):
        ledger_of(thrice).unlink()
        assert thrice.save(NEWS, saved_at=AT, trust_ledger=True).revision == 1
        assert checked(thrice) == [] and thrice.document(NEWS).revision == 1

    def test_of_an_article_that_was_never_saved_is_no_fault(self, library: Library):
        folder = library.content.root / "articles/xin"
        folder.mkdir()
        (folder / "article.md").write_text("新的一篇。\n", "utf-8")
        assert library.refresh().findings == ()
        assert [f.code for f in library.check()] == ["A10"]
        assert library.save(ArticleId("xin"), saved_at=AT).revision == 1

    def test_of_an_article_whose_index_is_new_is_none(self, thrice: Library, tmp_path: Path):
        """A fresh copy of content/ without ledgers is saved: no index knows of lost ones."""
        ledger_of(thrice).unlink()
        thrice.index.remove(NEWS)
        assert thrice.save(NEWS, saved_at=AT).revision == 1


class TestAnOlderVersionOfBothFiles:
    def test_is_taken_as_it_is(self, library: Library, edit: Edit):
        """As `git checkout` of an older commit leaves it."""
        folder = library.content.root / f"articles/{NEWS}"
        old = {p: p.read_bytes() for p in folder.iterdir()}
        edit(NEWS, "title: 北湾", "title: 新北湾")
        path = folder / "article.md"
        path.write_text(path.read_text("utf-8") + "\n又添了一段话在后面。\n", "utf-8")
        assert library.save(NEWS, saved_at=AT).revision == 2
        for p, data in old.items():
            p.write_bytes(data)
        assert library.refresh().findings == () and library.document(NEWS).revision == 1
        assert checked(library) == []


class TestLinks:
    @pytest.mark.parametrize("data", [b"", b"{", None])
    def test_of_an_article_with_a_damaged_ledger(
        self, home: Path, open_site: Callable[..., TestClient], data: bytes | None
    ):
        path = home / f"content/articles/{NEWS}/ledger.jsonl"
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2] if data is None else data)
        self._answers(open_site)

    def test_of_an_article_that_cannot_be_read(self, home: Path, open_site: Callable[..., TestClient]):
        for name in ("article.md", "ledger.jsonl", "source.txt"):
            path = home / f"content/articles/{NEWS}/{name}"
            path.unlink()
            path.mkdir()
        self._answers(open_site)

    def test_of_an_article_whose_files_are_away(self, home: Path, open_site: Callable[..., TestClient]):
        with open_site(watch=False) as site:
            (home / f"content/articles/{NEWS}").rename(home / "away")
            self._look(site)

    def _answers(self, open_site: Callable[..., TestClient]) -> None:
        with open_site(watch=False) as site:
            self._look(site)

    def _look(self, site: TestClient) -> None:
        for address, status in (
            (f"/a/{NEWS}/", 200),
            (f"/a/{NEWS}/r2gj/", 200),
            (f"/api/v1/resolve/{NEWS}/r2gj", 200),
            (f"/a/{NEWS}/r2gj@1/", 200),
            # The index has the whole ledger: other revisions never existed.
            (f"/a/{NEWS}/zzzz/", 404),
            (f"/api/v1/resolve/{NEWS}/zzzz", 404),
            ("/a/nobody/zzzz/", 404),
        ):
            answer = site.get(address)
            assert answer.status_code == status, address
