"""Static files as they are served."""

from __future__ import annotations

import pytest

from app.http.static import StaticFiles, lean
from app.settings import ROOT


@pytest.mark.parametrize(
    ("suffix", "file", "served"),
    [
        (".css", b"/* why */\na { b: c; }\n\n  d { e: f; }\n", b"a { b: c; }\nd { e: f; }\n"),
        (".css", b"a { b: url(x); } /* two\nlines */\n", b"a { b: url(x); } \n"),
        (".js", b"// @ts-check\n/** Doc. */\nconst a = 1;\n\n  b();\n", b"const a = 1;\nb();\n"),
        (
            ".js",
            b"/** @type {X} */ let a = null;\n  /** Doc. */\nb();\n",
            b"/** @type {X} */ let a = null;\nb();\n",
        ),
        (".js", b'go("https://x"); // there\n', b'go("https://x"); // there\n'),
        (".svg", b"  <svg/> <!-- x -->\n", b"  <svg/> <!-- x -->\n"),
    ],
)
def test_comments_and_indentation_are_left_out(suffix: str, file: bytes, served: bytes):
    assert lean(suffix, file) == served


def test_the_sheets_of_the_reading_page_are_one_file():
    files = StaticFiles(ROOT / "static").files
    assert b"@layer reset" in files["meipi.css"] and b"@media print" in files["meipi.css"]
    assert not [name for name in files if name.startswith("css/")]
