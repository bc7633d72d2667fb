"""A bad file stops nothing: its fault is named, its last good state stays, the rest goes on."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bench import odd_yaml

from app.content.store import Content
from app.content.yaml_file import load_yaml
from app.errors import ContentError
from app.index import open_index
from app.library.library import Library
from app.model import ArticleId
from app.text.paragraphs import Here

NEWS, FEATURE = ArticleId("beiwan-daqiao"), ArticleId("shanlu-chaguan")
Edit = Callable[..., None]

# Values that make the YAML parser raise something else than its own errors, or that no field can hold.
VALUES = [
    "{[[x]]}",
    "!!bool 是",
    "!!int",
    '"\\UFFFFFFFF"',
    "&m {<<: *m}",
    "9" * 5000,
    "0x" + "f" * 5000,
    "!!float 一",
    "2024-13-45",
    "2024-01-01T25:00:00Z",
    "._",
    "!甲 乙",
    "{? [a]: b}",
    "!!set {a, b}",
    "*nobody",
    "{<<: [1]}",
    '"\\ud800"',
    "[[[" * 300,
    "!!binary 5Li=",
]


def again(library: Library) -> Library:
    """The library as another process opens it."""
    root = library.content.root
    return Library(Content(root), open_index("", root.parent / "var"), cache=root.parent / "var/jieba")


class TestAnOddValue:
    @pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
    def test_in_an_article_is_named_at_its_line(self, library: Library, edit: Edit, value: str):
        before = library.document(NEWS)
        edit(NEWS, "title: 北湾", f"note: {value}\ntitle: 北湾")
        edit(FEATURE, "四十年", "五十年")
        done = library.refresh()
        (finding,) = done.findings
        assert finding.path.endswith(f"{NEWS}/article.md") and finding.code in ("A03", "A04")
        # Of a value that nests too deep only the end is known.
        assert finding.line == 2 or value.startswith("[")
        assert "the last good state is shown" in finding.remedy
        assert done.annotated == (FEATURE,) and library.document(NEWS) == before
        assert finding.code in {f.code for f in library.check()}
        with pytest.raises(Exception, match=finding.code):
            library.save(NEWS, saved_at="2024-08-01")
        edit(NEWS, f"note: {value}\n", "note: 好\n")
        done = library.refresh()
        assert done.findings == () and library.document(NEWS).header.note == "好"

    @pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
    @pytest.mark.parametrize("folder", ["glossary", "speakers"])
    def test_in_an_entry_is_named_at_its_line(self, library: Library, folder: str, value: str):
        path = library.content.root / folder / "beiwan.yaml"
        good = path.read_text("utf-8")
        before = library.knowledge()
        path.write_text(good + f"- id: neu\n  note: {value}\n", "utf-8")
        found = [f for f in library.refresh().findings if f.path == str(path)]
        assert found and {f.code[1:] for f in found} <= {"01", "02"}
        assert good.count("\n") + 1 <= found[-1].line <= good.count("\n") + 3
        assert {t.id for t in library.knowledge().terms} == {t.id for t in before.terms}
        assert {p.id for p in library.knowledge().people} == {p.id for p in before.people}
        assert list(library.check())

    def test_in_one_file_does_not_stop_an_import(self, library: Library, edit: Edit):
        edit(NEWS, "title: 北湾", "note: !!int\ntitle: 北湾")
        done = library.add("new.txt", "渡口又开了。\n".encode(), saved_at="2024-08-01")
        assert library.document(done.document.header.id)


def unreadable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for another user's file of mode 000; root reads all of them."""
    real = Path.read_bytes

    def read(self: Path) -> bytes:
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read)


def a_folder(path: Path, _: pytest.MonkeyPatch) -> None:
    path.unlink()
    path.mkdir()


def a_dead_link(path: Path, _: pytest.MonkeyPatch) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def a_pipe(path: Path, _: pytest.MonkeyPatch) -> None:
    path.unlink()
    os.mkfifo(path)


def no_utf8(path: Path, _: pytest.MonkeyPatch) -> None:
    path.write_bytes(path.read_bytes() + "渡口".encode("big5") + b"\n")


def with_nul(path: Path, _: pytest.MonkeyPatch) -> None:
    path.write_bytes(path.read_bytes().replace(b":", b":\0", 1))


SPOILERS = [unreadable, a_folder, a_dead_link, a_pipe, no_utf8, with_nul]


class TestAFileThatCannotBeRead:
    @pytest.mark.parametrize("spoil", SPOILERS)
    @pytest.mark.parametrize(
        "name",
        [
            f"articles/{NEWS}/article.md",
            f"articles/{NEWS}/ledger.jsonl",
            "glossary/beiwan.yaml",
            "speakers/beiwan.yaml",
        ],
    )
    def test_is_named_and_its_last_good_state_stays(
        self,
        library: Library,
        edit: Edit,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        spoil: Callable[[Path, pytest.MonkeyPatch], None],
    ):
        path = library.content.root / name
        good, documents, knowledge = path.read_bytes(), library.document(NEWS), library.knowledge()
        with monkeypatch.context() as patch:
            spoil(path, patch)
            edit(FEATURE, "四十年", "五十年")
            for it in (library, library, again(library)):
                (finding,) = it.refresh().findings
                assert finding.path == str(path) and "the last good state is shown" in finding.remedy
                assert it.document(NEWS).blocks == documents.blocks
                assert {t.id for t in it.knowledge().terms} == {t.id for t in knowledge.terms}
                assert {p.id for p in it.knowledge().people} == {p.id for p in knowledge.people}
            assert "五十年" in "".join(b.text for b in library.document(FEATURE).blocks)
            assert [f.path for f in library.check()] == [str(path)]
            library.add("new.txt", "渡口又开了。\n".encode(), saved_at="2024-08-01")
        if path.is_symlink() or path.is_fifo():
            path.unlink()
        elif path.is_dir():
            path.rmdir()
        path.write_bytes(good)
        assert library.refresh().findings == ()
        assert library.knowledge() == knowledge

    @pytest.mark.parametrize("spoil", [unreadable, a_folder, a_dead_link, a_pipe])
    def test_the_text_as_received_is_named_and_stops_no_import(
        self, library: Library, monkeypatch: pytest.MonkeyPatch, spoil: Callable[..., None]
    ):
        path = library.content.root / f"articles/{NEWS}/source.txt"
        spoil(path, monkeypatch)
        assert library.refresh().findings == ()
        assert [(f.code, f.path) for f in library.check()] == [("C02", str(path))]
        assert library.add("new.txt", "渡口又开了。\n".encode(), saved_at="2024-08-01").document

    @pytest.mark.parametrize("folder", ["glossary", "speakers"])
    def test_a_file_in_place_of_a_folder_of_entries(self, library: Library, folder: str):
        knowledge = library.knowledge()
        shutil.rmtree(library.content.root / folder)
        (library.content.root / folder).write_text("", "utf-8")
        (finding,) = library.refresh().findings
        assert (finding.code, finding.path) == ("C02", str(library.content.root / folder))
        assert {t.id for t in library.knowledge().terms} == {t.id for t in knowledge.terms}
        assert {p.id for p in library.knowledge().people} == {p.id for p in knowledge.people}


def test_a_fault_comes_whole_from_another_process():
    fault = ContentError("a.md", 3, "A03", "odd", "mend it")
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)


class TestEntriesOfAFaultyFile:
    def test_one_bad_kind_keeps_the_entry_and_takes_the_mended_ones_up(self, library: Library):
        path = library.content.root / "glossary/beiwan.yaml"
        good = path.read_text("utf-8")
        kind = library.term("dukou").kind
        path.write_text(
            good.replace(f"kind: {kind}", "kind: song").replace("\n  en: ", "\n  en: New "), "utf-8"
        )
        assert {f.code for f in library.refresh().findings} == {"G02"}
        assert library.term("dukou").kind == kind
        fresh = [t for t in library.knowledge().terms if t.kind != kind]
        assert fresh and all(t.en.startswith("New") for t in fresh if t.en)

    def test_an_entry_deleted_from_a_sound_file_goes_though_another_file_is_broken(self, library: Library):
        folder = library.content.root / "glossary"
        (folder / "neu.yaml").write_text("- {id: neu, term: 新, kind: idiom, zh: 新。, note: 无}\n", "utf-8")
        library.refresh()
        assert library.term("neu")
        (folder / "neu.yaml").write_text("[]\n", "utf-8")
        (folder / "beiwan.yaml").write_text("- id: 'dukou\n", "utf-8")
        library.refresh()
        assert library.knowledge().term("neu") is None and library.knowledge().term("dukou")

    def test_a_deleted_file_takes_its_entries_along(self, library: Library):
        (library.content.root / "glossary/beiwan.yaml").unlink()
        assert library.refresh().findings == () and library.knowledge().terms == ()

    def test_the_articles_keep_their_terms(self, library: Library):
        before = library.document(NEWS).occurrences
        path = library.content.root / "glossary/beiwan.yaml"
        path.write_text(path.read_text("utf-8") + "- id: 'dukou\n", "utf-8")
        library.refresh()
        assert before and library.document(NEWS).occurrences == before
        assert isinstance(library.follow(NEWS, library.document(NEWS).blocks[0].id), Here)


@pytest.mark.parametrize("tag", ["!!float", "!!int"])
def test_a_message_of_the_parser_is_cut_at_two_hundred_characters(tag: str):
    with pytest.raises(ContentError) as fault:
        load_yaml(f"note: {tag} {'z' * 500}\n", "x.yaml", "S01")
    said = str(fault.value).split("unreadable YAML: ")[1].split("; compare with")[0]
    assert len(said) == 200 and said.endswith("z")


def test_no_mutated_yaml_ends_in_a_traceback(tmp_path: Path):
    """Sixty of the cases that `make faults` tries by the thousand."""
    tried = odd_yaml.run(60, 7, tmp_path)
    assert tried.cases == 60 and tried.faults == []
    assert tried.ended["check: findings"] > 50
