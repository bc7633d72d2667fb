"""PDF files whose pages are pictures: refused with a remedy, or read by text recognition."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import pytest
import typst
from test_pdf import FONTS, SET, WATER, title

from app.errors import ContentError
from app.importers import cage, receive, receive_safely
from app.importers.pdf import can_recognise

needs_ocr = pytest.mark.skipif(
    not can_recognise(), reason="the extra ocr (400 MB) is not installed: pip install 'meipi[ocr]'"
)


@pytest.fixture
def scan(tmp_path: Path) -> bytes:
    """A PDF whose page is a picture of a printed page."""
    source = "#set page(width: 420pt, height: 595pt, margin: 50pt)\n" + SET.format(size=10.5)
    source += title("老渠新水") + "\n\n".join(WATER)
    page = typst.compile(
        source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True, format="png", ppi=150
    )
    (tmp_path / "page.png").write_bytes(page)
    (tmp_path / "scan.typ").write_text(
        '#set page(width: 420pt, height: 595pt, margin: 0pt)\n#image("page.png", width: 100%)'
    )
    return typst.compile(str(tmp_path / "scan.typ"))


def test_pictures_are_refused_with_a_remedy(scan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "can_recognise", lambda: False)
    with pytest.raises(ContentError) as fault:
        receive_safely("a.pdf", scan, scans=True)
    assert fault.value.code == "F17" and "OCR" in fault.value.remedy and "extra ocr" in fault.value.remedy


def test_pictures_are_not_recognised_unless_asked(scan: bytes) -> None:
    with pytest.raises(ContentError) as fault:
        receive("a.pdf", scan)
    assert fault.value.code == "F17"


@needs_ocr
def test_a_printed_page_is_recognised_with_one_error_in_a_hundred_at_most(scan: bytes) -> None:
    found = receive_safely("a.pdf", scan, scans=True)
    assert found.head.title == "老渠新水"
    read, printed = "".join(p.text for p in found.head.body), "".join(WATER)
    same = sum(
        block.size for block in SequenceMatcher(None, read, printed, autojunk=False).get_matching_blocks()
    )
    assert max(len(read), len(printed)) - same <= 0.01 * len(printed)
    assert [p.text for p in found.head.body] == list(WATER)
    assert "识别" in str(found.imported.notes[0])
