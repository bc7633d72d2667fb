"""Files that are built to overwhelm their reader end the worker, with a clear message, and nothing else."""

from __future__ import annotations

import operator
import os
import pickle
import zlib

import pytest
from test_importers import WORD, docx, epub

from app.errors import ContentError, MissingExtra
from app.importers import receive_safely
from app.process import LimitReached, Limits, Worker

MB = 1024 * 1024


def refused(name: str, data: bytes) -> ContentError:
    with pytest.raises(ContentError) as caught:
        receive_safely(name, data)
    return caught.value


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(limits=Limits(memory=256 * MB, seconds=1, answer=MB))


class TestTheWorker:
    def test_a_call_that_takes_too_long_is_ended(self, worker: Worker) -> None:
        with pytest.raises(LimitReached):
            worker(sum, range(10**12))

    def test_a_call_that_takes_too_much_memory_is_ended(self, worker: Worker) -> None:
        with pytest.raises(LimitReached):
            worker(operator.mul, "x", 1024 * MB)

    def test_an_answer_that_is_too_long_is_not_sent(self, worker: Worker) -> None:
        with pytest.raises(LimitReached):
            worker(os.urandom, 2 * MB)

    def test_a_call_that_dies_is_told_apart_from_an_idle_end(self, worker: Worker) -> None:
        with pytest.raises(LimitReached):
            worker(os.abort)

    def test_the_next_call_is_answered(self, worker: Worker) -> None:
        assert worker(str.isspace, " ") is True

    def test_calls_do_not_add_up_to_the_limit(self, worker: Worker) -> None:
        for _ in range(4):
            assert worker(str.isspace, " " * 60 * MB) is True


def pdf_of(*objects: bytes) -> bytes:
    """A PDF with these objects, the first of them the catalogue."""
    file, places = b"%PDF-1.7\n", []
    for n, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        file
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            len(file),
        )
    )


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(content), content)


def pdf_page(content: bytes, *more: bytes, resources: bytes = b"") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<%s>>>>" % resources
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content, *more
    )


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def nested_forms() -> bytes:
    """Forms that each draw the next one ten times."""
    forms = []
    for n in range(12):
        drawn = b"/F Do " * 10 if n < 11 else b"BT /A 10 Tf (x) Tj ET"
        inner = b"/Resources<</XObject<</F %d 0 R>>/Font<</A 5 0 R>>>>" % (7 + n)
        forms.append(stream(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]" + inner))
    return pdf_page(stream(b"/F Do"), FONT, *forms, resources=b"/XObject<</F 6 0 R>>")


def many_operators() -> bytes:
    packed = zlib.compress(b"BT /A 1 Tf (x) Tj ET " * 2_000_000)
    return pdf_page(stream(packed, b"/Filter/FlateDecode"), FONT, resources=b"/Font<</A 5 0 R>>")


def packed_twice() -> bytes:
    packed = zlib.compress(zlib.compress(b" " * 400_000_000))
    return pdf_page(stream(packed, b"/Filter[/FlateDecode/FlateDecode]"))


class TestBombs:
    @pytest.mark.parametrize("made", [nested_forms, many_operators, packed_twice])
    def test_a_pdf_that_draws_without_end_is_refused(self, made) -> None:
        assert refused("a.pdf", made()).code in ("F20", "F17", "F12")

    def test_a_book_that_names_one_chapter_many_times_is_read_once(self) -> None:
        book = epub({"a.xhtml": "<html><body><p>文字。</p></body></html>"})
        assert receive_safely("a.epub", book).pieces[0].text == "文字。"

    def test_a_word_file_nested_beyond_reason_is_refused(self) -> None:
        deep = "<w:tbl><w:tr><w:tc>" * 3000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3000
        assert refused("a.docx", docx(deep)).code == "F16"

    @pytest.mark.parametrize("header", [b"X-A: a" + b"\n b" * 200_000, b": x\n" * 100_000])
    def test_a_web_archive_of_headers_is_refused_at_once(self, header: bytes) -> None:
        archive = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n" + header + b"\n\n--b--"
        assert refused("a.mht", archive).code == "F14"

    def test_a_sound_file_after_a_bomb_is_read(self) -> None:
        refused("a.pdf", nested_forms())
        assert receive_safely("a.docx", WORD).head.title == "老菜市场里的新账本"


def test_a_missing_extra_is_told_through_the_worker() -> None:
    again = pickle.loads(pickle.dumps(MissingExtra("a PDF file", "import")))
    assert str(again) == str(MissingExtra("a PDF file", "import"))
