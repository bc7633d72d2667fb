"""Markdown of articles and paragraphs, and /llms.txt."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.library.library import Library
from app.model import ArticleId
from app.pages.markdown import escape


def test_llms_txt_leads_to_every_kind_of_text(site: TestClient):
    answer = site.get("/llms.txt")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text.startswith("# ")
    assert "/api/v1/search" in answer.text and "`meipi mcp`" in answer.text and "/openapi.json" in answer.text
    links = re.findall(r"\]\((https://meipi\.example/a/[a-z-]+/index\.md)\)", answer.text)
    assert len(links) == site.get("/api/v1/articles").json()["total"]
    assert all(site.get(link).status_code == 200 for link in links)


def test_an_article_has_every_paragraph_with_its_link(site: TestClient):
    document = site.get("/api/v1/articles/beiwan-daqiao").json()
    text = site.get("/a/beiwan-daqiao/index.md").text
    for block in document["blocks"]:
        link = f"https://meipi.example/a/beiwan-daqiao/{block['id']}/"
        assert (f"{escape(block['text'])} [¶]({link})" in text) == (block["kind"] != "furniture")
    assert f"# {document['title']}" in text
    assert "## 说话人" in text and "## 词语" in text


def test_a_paragraph_has_citation_speaker_and_gloss(site: TestClient):
    text = site.get("/a/beiwan-daqiao/p29s/index.md").text
    block = site.get("/api/v1/cite/beiwan-daqiao/p29s").json()
    assert f"> {escape(block['text'])}" in text
    assert block["link"] in text and escape(block["citation"]["plain"]) in text
    assert "- [" in text and "/terms/" in text
    near = re.findall(r"\[[上下]一段\]\((.*?)\)", text)
    assert near and all(site.get(link).status_code == 200 for link in near)


def test_addresses_that_are_elsewhere_or_nowhere(site: TestClient):
    assert site.get("/a/none/index.md").status_code == 404
    assert site.get("/a/beiwan-daqiao/zzzz/index.md").status_code == 404
    assert site.get("/a/BEIWAN-DAQIAO/index.md").headers["location"] == "/a/beiwan-daqiao/index.md"


def test_a_removed_paragraph_leads_to_its_page(
    edit: Callable[..., None], library: Library, home: Path, open_site: Callable[..., TestClient]
):
    edit("dushu-jie", "{.caption}\n孩子们在渡口搬书。\n\n", "")
    library.save(ArticleId("dushu-jie"), saved_at="2024-07-01T00:00:00Z")
    library.refresh()
    with open_site() as site:
        answer = site.get("/a/dushu-jie/rs6z/index.md")
        assert (answer.status_code, answer.headers["location"]) == (302, "/a/dushu-jie/rs6z/")
        assert site.get("/a/dushu-jie/rs6z/").status_code == 410


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a*b_c", r"a\*b\_c"), ("1. 甲", r"1\. 甲"), ("- 甲", r"\- 甲"), ("<b>", r"\<b\>"), ("甲\n乙", "甲 乙")],
)
def test_text_is_never_markup(text: str, expected: str):
    assert escape(text) == expected
