"""Markup in every text field of content/, met by a real browser that heeds no Content-Security-Policy.

What holds here holds by escaping alone; the policy is the second wall.
"""

from __future__ import annotations

import functools
import http.server
import json
import re
import sqlite3
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from click.testing import CliRunner
from conftest import BARE, served
from hostile import PAYLOADS
from playwright.sync_api import Browser, BrowserContext, Page, expect
from waiting import still

from app.cli import cli
from app.content.check import check
from app.content.store import Content
from app.model import ArticleId, Correction, Header, Piece
from app.text.paragraphs import Ledger, align, save

ROOT = Path(__file__).parent.parent.parent

WATCH = """
window.hits = [];
window.hit = () => hits.push(location.href);
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = hit;
"""
# Nothing that a payload asked for has become an element or an attribute.
STRANGE = """() => {
  const out = [];
  for (const e of document.querySelectorAll("*")) {
    for (const a of e.attributes) {
      if (/^on/i.test(a.name)) out.push(e.tagName + " " + a.name);
      if (a.name === "style" && /url|hit|script/.test(a.value)) out.push(e.tagName + " style");
      if (/^(href|src|action|data|formaction|xlink:href|srcdoc)$/i.test(a.name)
          && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data):/i.test(a.value)
          && !/^data:image\\/(svg\\+xml|png)/.test(a.value)) out.push(e.tagName + " " + a.value.slice(0, 60));
    }
    const tag = e.tagName.toLowerCase();
    if (/^(iframe|object|embed|base|math|animate|details-x|video|mglyph|template|textarea)$/.test(tag)
        && !(tag === "template" && !e.shadowRootMode)) out.push(tag);
    if (tag === "script" && !e.src && !/json/.test(e.type)) out.push("script " + e.textContent.slice(0, 40));
    if (tag === "img" && /(^|\\/)x$/.test(e.getAttribute("src") || "")) out.push("img");
    if (tag === "meta" && e.httpEquiv === "refresh") out.push("refresh");
    if (tag === "link" && /^javascript:/i.test(e.href)) out.push("link");
  }
  return out;
}"""


def entry(n: int, payload: str, after: int) -> dict[str, object]:
    """A glossary entry with the payload in every field that takes text; `after` is the next number."""
    source = {"title": payload, "publisher": payload, "date": payload, "tier": "A"}
    source["url"] = f"https://example.org/{payload}"
    return {
        "id": f"t{n}", "term": f"第{n:02}号词语{payload}", "aliases": [f"别称{n:02}", f"{payload}别称{n:02}"],
        "kind": "concept", "priority": "core", "zh": payload, "en": payload, "traditional": payload,
        "literal": payload, "pinyin": payload,
        "members": [{"zh": payload, "en": payload}, f"第{after:02}号词语"],
        "english": [{"text": payload, "status": "official"}], "members_changed": payload,
        "dates": [{"date": "2024", "type": "issued", "event": payload, "event_en": payload, "source": 1}],
        "not_to_confuse": payload, "related": [f"t{after}"], "sources": [source], "verified": True,
        "note": payload, "veto": [f"~{payload}不会有"],
    }  # fmt: skip


def person(n: int, payload: str, _: int) -> dict[str, object]:
    source = {"title": payload, "publisher": payload, "date": payload, "tier": "A"}
    source["url"] = f"https://example.org/{payload}"
    office = {"title": payload, "organisation": payload, "from": payload, "to": payload}
    return {
        "id": f"p{n}", "name": f"某{n:02}{payload}", "aliases": [payload], "kind": "person",
        "pinyin": payload, "name_hant": payload, "offices": [office], "office_en": payload,
        "facts": [payload], "sources": [source], "homonyms": [payload], "note": payload,
    }  # fmt: skip


# Number of articles that share the payloads.
_ARTICLES = 6


def poison(content: Path, payloads: Sequence[str] = PAYLOADS) -> None:
    """A library in which every text field of every file holds markup."""
    for folder, make in (("glossary", entry), ("speakers", person)):
        (content / folder).mkdir(parents=True)
        entries = [make(n, payload, (n + 1) % len(payloads)) for n, payload in enumerate(payloads)]
        # JSON is YAML, and needs no escapes of its own here.
        (content / folder / "x.yaml").write_text(json.dumps(entries, ensure_ascii=False), "utf-8")
    files = Content(content)
    for n in range(_ARTICLES):
        # Every payload in every kind of block of one article, and all of them in its other fields.
        some = list(enumerate(payloads))[n::_ARTICLES]
        all_of_them = " ".join(p for _, p in some)
        id = ArticleId(f"x{n}")
        pieces = [Piece("heading", p, level=2) for _, p in some]
        pieces += [Piece("paragraph", p) for _, p in some]
        pieces += [
            Piece("paragraph", f"“第{i}句话{p.replace('“', '')}。”有人{p}说。别称{i:02}") for i, p in some
        ]
        pieces += [
            Piece(kind, p)  # type: ignore[arg-type]
            for _, p in some
            for kind in ("byline", "caption", "furniture", "list", "verse")
        ]
        corrections = [
            Correction(words=f"第{i}句话", speaker=f"某{i:02}{p}", role=p, kind="person", person=f"p{i}")
            for i, p in some
        ]
        header = Header(
            id=id, title=all_of_them, date="2024-08-01", publication=all_of_them, author=all_of_them,
            url=f"https://example.org/{all_of_them.replace(' ', '')}", note=all_of_them,
        )  # fmt: skip
        ledger = save(
            Ledger(id), align(Ledger(id), pieces), saved_at=f"2024-08-01T00:00:0{n}Z", note=all_of_them
        )
        source = "\n".join(payloads).encode()
        with files.lock():
            files.write(header, pieces, ledger, source=source, corrections=corrections)
    poison_history(files, payloads)


def poison_history(files: Content, payloads: Sequence[str]) -> None:
    """An article whose ledger holds markup: paragraphs that were removed, rewritten, joined and moved."""
    id = ArticleId("x6")
    before = [
        Piece("paragraph", f"第{n:02}段说江边的船。{p}第{n:02}天下了一场雨，没有人过桥去对岸。")
        for n, p in enumerate(payloads)
    ]
    after = []
    for n, piece in enumerate(before):
        if n % 4 == 1:
            after.append(
                Piece("paragraph", piece.text.replace("没有人过桥去对岸", f"{payloads[n]}人都过了桥"))
            )
        elif n % 4 == 2 and after:
            after[-1] = Piece("paragraph", after[-1].text + piece.text)
        elif n % 4 == 3:
            after.append(piece)
    first = save(Ledger(id), align(Ledger(id), before), saved_at="2024-08-01T00:00:00Z", note=payloads[0])
    second = save(first, align(first, after), saved_at="2024-08-02T00:00:00Z", note=payloads[0])
    with files.lock():
        files.write(Header(id=id, title="改过的文章"), after, second)


def lines() -> Iterator[str]:
    """Articles that come as lines of JSON: one of paragraphs; whole documents, markup in every value."""
    all_of_them = " ".join(PAYLOADS)
    yield json.dumps(
        {
            "id": "j0", "title": all_of_them, "publication": all_of_them, "author": all_of_them,
            "url": "javascript:hit()", "paragraphs": [*PAYLOADS, *(f"“{p}。”有人{p}说。" for p in PAYLOADS)],
        }
    )  # fmt: skip
    for n, p in enumerate(PAYLOADS):
        if not p.isprintable():
            continue
        block = {
            # An id with a slash, or with the name of another address, is refused.
            "id": "bcdf" if n % 2 or "/" in p else p.lower(),
            "n": 1,
            "kind": "paragraph",
            "text": p + "甲乙丙丁戊己",
        }
        place = {"block": block["id"], "start": len(p), "end": len(p) + 4}
        person = {"id": p, "name": p, "aliases": [p], "role": p, "kind": "person", "doubt": p}
        said = place | {"type": "direct", "speaker": p, "cue": p, "why": p, "confidence": 0.5}
        said["source"] = {"block": block["id"], "start": len(p) + 4, "end": len(p) + 6}
        term = {
            "block": block["id"],
            "start": 0,
            "end": 1,
            "text": p[:1],
            "term": p,
            "core": True,
            "first": True,
        }
        yield json.dumps(
            {
                "id": f"k{n}", "title": p, "publication": p, "author": p, "note": p, "url": p, "date": None,
                "revision": 1, "aliases": [p], "blocks": [block], "occurrences": [term],
                "speakers": [person], "quotations": [said], "quote_marks": [place | {"speech": True}],
            }
        )  # fmt: skip


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("poisoned")
    poison(home / "content")
    return home


@pytest.fixture(scope="module")
def poisoned_index(poisoned: Path) -> Path:
    """With the articles that came as lines of JSON."""
    (poisoned / "x.jsonl").write_text("\n".join(lines()), "utf-8")
    words = ["--jobs", "1", "--content", str(poisoned / "content"), "--jsonl", str(poisoned / "x.jsonl")]
    done = CliRunner().invoke(cli, ["index", *words], env=BARE)
    assert done.exit_code == 0, done.output[-2000:]
    return poisoned


@pytest.fixture(scope="module")
def poisoned_site(poisoned_index: Path) -> Iterator[str]:
    with served(poisoned_index / "content", "x0", MEIPI_RATE_LIMIT="") as address:
        yield address


@pytest.fixture
def unguarded(browser: Browser) -> Iterator[BrowserContext]:
    """A profile in which no Content-Security-Policy holds."""
    context = browser.new_context(
        bypass_csp=True,
        viewport={"width": 1280, "height": 900},
        locale="zh-CN",
        service_workers="block",
    )
    context.add_init_script(WATCH)
    context.set_default_timeout(60_000)
    yield context
    context.close()


def faults(page: Page, address: str, *, inside: str = "") -> list[str]:
    """What went wrong on a page: a payload ran, or became an element; or something outside was asked for."""
    outside: list[str] = []
    listener = lambda r: outside.append(r.url) if inside and not r.url.startswith(inside) else None  # noqa: E731
    page.on("request", listener)
    answer = page.goto(address, wait_until="load")
    assert answer is None or answer.status in (200, 404, 410), f"{address}: {answer and answer.status}"
    # What a reader does: point at words, open cards and menus, tab through.
    page.evaluate(
        """() => {
          for (const e of [...document.querySelectorAll("[popover]")].slice(0, 80))
            try { e.showPopover() } catch { /* it was shown */ }
          for (const e of document.querySelectorAll("details")) e.open = true;
          for (const e of [...document.querySelectorAll("main *")].slice(0, 3000))
            for (const t of ["mouseover", "pointerover", "focusin", "toggle"])
              e.dispatchEvent(new Event(t, {bubbles: true}));
        }"""
    )
    page.wait_for_timeout(30)
    found = [f"{address}: ran" for _ in page.evaluate("window.hits")]
    found += [f"{address}: {what}" for what in page.evaluate(STRANGE)]
    page.remove_listener("request", listener)
    return found + [
        f"{address}: asked for {url}" for url in outside if not url.startswith(("data:", "blob:"))
    ]


def blocks(content: Path, article: str) -> list[str]:
    return [p.id for p in Content(content).ledger(ArticleId(article)).current]


def test_there_are_sixty_payloads_and_all_are_taken_in(poisoned: Path):
    assert len(set(PAYLOADS)) >= 60
    knowledge, findings = Content(poisoned / "content").usable_knowledge()
    assert findings == ()
    assert (len(knowledge.terms), len(knowledge.people)) == (len(PAYLOADS), len(PAYLOADS))


def test_the_watch_sees_what_is_not_escaped(unguarded: BrowserContext, tmp_path: Path):
    """Else the tests below could not fail."""
    page, seen, some = unguarded.new_page(), 0, PAYLOADS[::3]
    for n, payload in enumerate(some):
        file = tmp_path / f"{n}.html"
        file.write_text(
            f'<!doctype html><meta charset=utf-8><main><p title="{payload}">{payload}</main>', "utf-8"
        )
        seen += bool(faults(page, file.as_uri()))
    assert seen > len(some) * 2 / 3, f"{seen} of {len(some)}"


def test_no_page_of_the_site_runs_what_content_holds(
    unguarded: BrowserContext, poisoned: Path, poisoned_site: str
):
    paths = ["/", "/articles/", "/terms/", "/speakers/", "/learn/", "/docs"]
    for n in range(_ARTICLES):
        ids = blocks(poisoned / "content", f"x{n}")
        some = len(PAYLOADS[n::_ARTICLES])
        # One of the plain paragraphs, or one with a quotation.
        paths += [f"/a/x{n}/", f"/a/x{n}/speakers/", f"/a/x{n}/{ids[(1 + n % 2) * some + n]}/"]
    paths += ["/a/x0/source/", "/a/x1/?pinyin=1", "/a/x2/?script=hant&lang=en"]
    paths += [f"/a/x0/{ids[0]}@1/", "/a/x0/bbbb/"]
    # Half of the payloads on one of the two kinds of page; every page of a list has them all.
    paths += [f"/terms/t{n}/" for n in range(0, len(PAYLOADS), 4)] + [
        f"/speakers/p{n}/" for n in range(2, len(PAYLOADS), 4)
    ]
    paths += [f"/search/?q={quote(p)}" for p in PAYLOADS[::6]] + [f"/words/{quote(PAYLOADS[0], safe='')}/"]
    paths += [
        f"/search/?q=hit&speaker={quote(PAYLOADS[6])}&term={quote(PAYLOADS[38])}&article={quote(PAYLOADS[7])}"
    ]
    page, wrong = unguarded.new_page(), list[str]()
    for path in paths:
        wrong += faults(page, poisoned_site + path, inside=poisoned_site)
    assert wrong == []


def test_no_page_of_what_was_removed_or_rewritten_runs_its_words(
    unguarded: BrowserContext, poisoned: Path, poisoned_site: str
):
    given = Content(poisoned / "content").ledger(ArticleId("x6"))
    page, wrong, seen = unguarded.new_page(), list[str](), set[int]()
    page.on("response", lambda r: seen.add(r.status) if "/a/x6/" in r.url else None)
    for n, id in enumerate(sorted(given.ids)[::3]):
        path = f"/a/x6/{id}@1/" if n % 3 == 0 else f"/a/x6/{id}/"
        wrong += faults(page, poisoned_site + path, inside=poisoned_site)
    assert wrong == []
    assert {200, 301, 410} <= seen


def test_no_page_of_articles_that_came_as_lines_runs_what_they_hold(
    unguarded: BrowserContext, poisoned_site: str
):
    paths = ["/a/j0/", "/a/j0/speakers/", "/articles/?page=2"]
    for n, payload in list(enumerate(PAYLOADS))[::2]:
        kinds = f"/a/k{n}/", f"/a/k{n}/speakers/", f"/speakers/{quote(payload, safe='')}/"
        paths.append(kinds[n % 3])
    page, wrong = unguarded.new_page(), list[str]()
    for path in paths:
        wrong += faults(page, poisoned_site + path, inside=poisoned_site)
    assert wrong == []


def test_no_shelf_runs_what_content_holds(unguarded: BrowserContext, poisoned_site: str):
    paths = [f"/articles/?publication={quote(p, safe='')}" for p in PAYLOADS[1::10]]
    paths += [f"/articles/?term=t{n}" for n in range(0, 60, 9)] + [
        f"/articles/?speaker=p{n}" for n in range(0, 60, 9)
    ]
    paths += ["/articles/?year=2024", "/a/x0/?marks=all", "/offline/", f"/learn/?items={quote(PAYLOADS[0])}"]
    paths += [f"/search/?q=hit&by=speaker&kind={kind}" for kind in ("", "quotation")]
    page, wrong = unguarded.new_page(), list[str]()
    for path in paths:
        wrong += faults(page, poisoned_site + path, inside=poisoned_site)
    assert wrong == []


@pytest.mark.parametrize("path", ["/feed.atom", "/sitemap.xml", "/manifest.webmanifest", "/openapi.json"])
def test_no_other_document_runs_what_content_holds(unguarded: BrowserContext, poisoned_site: str, path: str):
    """Chromium shows XML as a tree of its own, so only what ran is looked at."""
    page = unguarded.new_page()
    page.goto(poisoned_site + path)
    page.wait_for_timeout(100)
    assert page.evaluate("window.hits || []") == []


def test_no_answer_of_the_api_is_taken_for_a_page(unguarded: BrowserContext, poisoned_site: str):
    page = unguarded.new_page()
    for path in ("/api/v1/articles/x0", "/api/v1/terms", "/api/v1/speakers/p0", "/api/v1/search?q=hit"):
        answer = page.goto(poisoned_site + path)
        assert answer and answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert page.evaluate("window.hits") == []


def test_what_scripts_show_of_content_is_text(unguarded: BrowserContext, poisoned_site: str):
    """Cards of words, the share menu, searching while one types."""
    page = unguarded.new_page()
    page.goto(f"{poisoned_site}/a/x0/")
    for link in page.locator("main a.term").all()[:6]:
        link.hover(force=True)
        page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    for number in page.locator("main a.n").all()[:4]:
        number.click(force=True)
        page.wait_for_timeout(300)
        page.keyboard.press("Escape")
    for i in (0, 16, 21):
        payload = PAYLOADS[i]
        page.goto(f"{poisoned_site}/a/x{i % _ARTICLES}/")
        page.locator("#look").evaluate("box => box.checked || box.click()")
        expect(page.locator("#word")).to_be_attached()
        still(page)
        said = page.locator("article .x", has_text=f"有人{payload}说").first
        said.scroll_into_view_if_needed()
        with page.expect_response(lambda r: "/api/v1/words/" in r.url):
            said.click(position={"x": 90, "y": 10}, force=True)
        page.wait_for_timeout(200)
    assert page.evaluate("window.hits") == []
    assert page.evaluate(STRANGE) == []
    page.goto(f"{poisoned_site}/search/")
    box = page.locator("input[name=q]").first
    for payload in PAYLOADS[16:20]:
        box.fill(payload)
        page.wait_for_timeout(150)
    assert page.evaluate("window.hits") == []
    assert page.evaluate(STRANGE) == []


def _export(home: Path, *words: str, allowed: str = "") -> None:
    done = CliRunner().invoke(cli, ["export", "--content", str(home / "content"), *words], env=BARE)
    told = [line for line in done.stderr.splitlines() if not allowed or not line.endswith(allowed)]
    assert done.exit_code == 0 or allowed, done.output
    assert not allowed or len(told) <= 1, told  # its own last line


def test_no_exported_page_or_book_runs_what_content_holds(
    unguarded: BrowserContext, poisoned_index: Path, tmp_path: Path
):
    # Of the articles that came as lines each fourth: they hold in one place each what the others hold in all.
    ids = [f"x{n}" for n in range(_ARTICLES + 1)] + ["j0"]
    ids += [f"k{n}" for n, p in enumerate(PAYLOADS) if n % 4 == 0 and p.isprintable()]
    _export(poisoned_index, "html", *ids, "-o", str(tmp_path / "html"))
    _export(poisoned_index, "epub", *ids, "-o", str(tmp_path / "book.epub"))
    with zipfile.ZipFile(tmp_path / "book.epub") as book:
        book.extractall(tmp_path / "epub")
    pages = sorted((tmp_path / "html").rglob("*.html")) + sorted((tmp_path / "epub").rglob("*.xhtml"))
    assert len(pages) > 40
    page, wrong = unguarded.new_page(), list[str]()
    for file in pages:
        wrong += faults(page, file.as_uri(), inside="file:")
    assert wrong == []


def test_no_card_to_learn_runs_what_content_holds(unguarded: BrowserContext, poisoned: Path, tmp_path: Path):
    """Anki takes a field for HTML."""
    _export(poisoned, "anki", "-o", str(tmp_path / "cards.apkg"))
    with zipfile.ZipFile(tmp_path / "cards.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    with closing(sqlite3.connect(tmp_path / "collection.anki2")) as db:
        notes = [fields for (fields,) in db.execute("select flds from notes")]
    assert len(notes) >= len(PAYLOADS) - 2
    file = tmp_path / "card.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><main>{'<hr>'.join(notes)}</main>", "utf-8")
    assert faults(unguarded.new_page(), file.as_uri(), inside="file:") == []


def test_no_script_makes_elements_of_text():
    """Whatever they show is put in as text."""
    sinks = (
        r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|createContextualFragment|DOMParser|document\.write"
    )
    for script in (*(ROOT / "static/js").rglob("*.js"), ROOT / "templates/sw.js"):
        assert not re.search(rf"\b(?:{sinks}|eval\(|new Function)", script.read_text("utf-8")), script


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


def test_no_page_of_the_exported_site_runs_what_content_holds(unguarded: BrowserContext, tmp_path: Path):
    # Its pages are those of the site, which are looked at above; of its own are search and the small files.
    some = PAYLOADS[::3]
    poison(tmp_path / "content", some)
    words = ("site", "-o", str(tmp_path / "site"), "--base-url", "https://example.org")
    _export(tmp_path, *words, allowed="no file can have this name")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path / "site"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    paths = [
        "/",
        "/a/x0/",
        "/a/x1/speakers/",
        "/a/x0/source/",
        "/terms/",
        "/speakers/",
        "/terms/t0/",
        "/speakers/p0/",
    ]
    paths += [f"/terms/t{n}/" for n in range(0, len(some), 4)] + [
        f"/search/?q={quote(PAYLOADS[0])}",
        "/search/?q=hit",
    ]
    try:
        page, wrong = unguarded.new_page(), list[str]()
        for path in paths:
            wrong += faults(page, address + path, inside=address)
            if "search" in path:
                expect(page.locator("#hits :is(li, p)").first).to_be_attached()
                page.wait_for_timeout(100)
                wrong += [f"{path}: ran later" for _ in page.evaluate("window.hits")]
                wrong += page.evaluate(STRANGE)
    finally:
        server.shutdown()
        server.server_close()
    assert wrong == []


BAD_URLS = (
    "javascript:hit()", "data:text/html,<script>hit()</script>", "JaVaScRiPt:hit()", " javascript:hit()",
    "vbscript:hit()", "//evil.example", "file:///etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
def test_an_address_that_is_no_web_address_never_becomes_a_link(url: str, tmp_path: Path):
    (tmp_path / "glossary").mkdir()
    (tmp_path / "articles/x").mkdir(parents=True)
    (tmp_path / "articles/x/article.md").write_text(f"---\ntitle: 题\nurl: {url!r}\n---\n\n甲。\n", "utf-8")
    text = f"- id: x\n  term: 词\n  kind: concept\n  zh: 释\n  sources:\n  - {{title: 题, url: {url!r}}}\n"
    (tmp_path / "glossary/x.yaml").write_text(text, "utf-8")
    codes = {f.code for f in check(Content(tmp_path))}
    assert {"A04", "G02"} <= codes
    assert Content(tmp_path).usable_knowledge()[0].terms == ()
    assert urlsplit(url.strip()).scheme not in ("http", "https")
