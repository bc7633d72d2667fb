"""On paper: a paragraph alone needs two pages at most; pages have numbers and the title."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_paragraph_fits_on_two_pages(page, site, document, number):
    block = [b for b in document["blocks"] if b["kind"] == "paragraph"][number - 1]
    page.goto(f"{site}/a/{document['id']}/{block['id']}/")
    page.wait_for_load_state("networkidle")
    paper = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    assert (
        page.evaluate("document.documentElement.style.getPropertyValue('--running')").strip('"')
        == page.title()
    )
