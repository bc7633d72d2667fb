"""Every file of the published site: its address, and its bytes or the function that makes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from msgspec import structs

from app import urls
from app.errors import NotFound
from app.export.press import Press
from app.export.site.contexts import FilesContext, FindContext, LostContext, MovedContext
from app.export.site.folder import File
from app.export.site.links import (
    API_PAGE,
    CARD_FILES,
    POLICY,
    TRANSLATION_FILES,
    Links,
    api_list,
    page_address,
    without_query,
)
from app.export.site.search import search_files
from app.http.response import CSP
from app.model import ArticleId, BlockId, Document
from app.pages import translations
from app.pages.cards import SIZES, CardRefused, CardText, draw
from app.pages.contexts import Meta, Page, PageContext, Redirect
from app.pages.failures import NotFoundContext
from app.pages.home import ArticlesContext
from app.pages.machine import SitemapContext
from app.pages.options import PLAIN, DisplayOptions
from app.pages.pages import Pages
from app.pages.shelves import Choice, Shelf
from app.pages.terms import GROUPINGS
from app.pages.views import Link
from app.settings import ROOT
from app.text.paragraphs import Here, Moved
from app.web.api.routes import ROUTES
from app.web.rendering import TEMPLATES
from app.web.state import Web

# The most lines that hosts accept in `_redirects`; the pages themselves redirect on every host.
_REDIRECTS = 2000
# Lists that the live site divides into pages are one file here.
_ALL = 1_000_000


class SiteFiles:
    """All files of the published site."""

    def __init__(self, press: Press, *, cards: bool) -> None:
        self._press, self._pages, self._library = press, press.pages, press.library
        self._links = Links(press.base_url, cards)
        self._cards = cards
        # The handlers of the live site, by the path of their route.
        self._api = {route.path: route.handler for route in ROUTES}
        self._web = Web(press.library, press.pages, press.renderer, dict)

    def state(self, compress: bool) -> str:
        """A digest of everything that the pages of all articles depend on."""
        digest = hashlib.sha256()
        for folder, pattern in ((ROOT / "app", "*.py"), (TEMPLATES, "*")):
            for path in sorted(p for p in folder.rglob(pattern) if p.is_file()):
                digest.update(
                    path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
                )
        index, static = self._library.index, self._press.renderer.files
        site = (self._press.base_url, self._press.site_name, index.knowledge_digest(), static.digest)
        digest.update(repr((site, self._cards, compress)).encode())
        return digest.hexdigest()

    # -- one article

    def article(self, id: ArticleId) -> Iterator[File]:
        """Every file below an article's address, and redirects from its old addresses."""
        document, ledger = self._library.document(id), self._library.ledger(id)
        now = {b.id: b.text for b in document.blocks}
        drawn = dict[BlockId, dict[str, bytes]]()
        if self._cards:
            for b in document.blocks:
                if pictures := self._pictures(self._pages.card(id, b.id)):
                    drawn[b.id] = pictures
        title = self._pictures(self._pages.article_card(id)) if self._cards else {}
        for name, picture in title.items():
            yield f"{urls.article(id)}{name}", picture
        yield urls.article(id), partial(self._page, self._pages.reader, id, pictured=bool(title))
        yield from self._translated(document, pictured=bool(title))
        yield urls.article_speakers(id), partial(self._page, self._pages.article_speakers, id)
        yield urls.article_terms(id), partial(self._page, self._pages.article_terms, id)
        yield urls.article_source(id), partial(self._page, self._pages.source, id)
        yield f"/api/v1/articles/{quote(id, safe='')}", partial(self._json, "/articles/{id}", id=id)
        for pid in sorted(ledger.ids | {b.id for b in document.blocks}):
            here = urls.block(id, pid)
            yield here, partial(self._paragraph, id, pid, pictured=pid in drawn)
            yield (
                f"/api/v1/resolve{here.removeprefix('/a')[:-1]}",
                partial(self._json, "/resolve/{article}/{pid}", article=id, pid=pid, rev=None),
            )
            if isinstance(self._library.follow(id, pid), Here):
                yield (
                    f"/api/v1/cite{here.removeprefix('/a')[:-1]}",
                    partial(self._json, "/cite/{article}/{pid}", article=id, pid=pid),
                )
            for name, picture in drawn.get(pid, {}).items():
                yield f"{here}{name}", picture
        for revision in ledger.revisions:
            if revision.n > max(1, document.revision):
                continue  # an unsaved revision has no lasting number
            for place in revision.places:
                then = urls.block(id, place.id, revision.n)
                if revision.n == document.revision and now.get(place.id) == place.text:
                    # Most articles have one revision, whose text is on the page of the paragraph itself.
                    yield then, self._same(urls.block(id, place.id))
                else:
                    make = partial(self._pages.paragraph, id, place.id, revision.n)
                    yield then, partial(self._page, make, pictured=place.id in drawn)
        for old in document.header.aliases:
            for rest in ("", "speakers/", "terms/", "source/", *(f"{pid}/" for pid in sorted(ledger.ids))):
                yield urls.article(old) + rest, self._redirect(urls.article(id) + rest)

    def _translated(self, document: Document, *, pictured: bool) -> Iterator[File]:
        """The article with its translation, or without it where its own page shows it."""
        id = document.header.id
        for one in translations.switch(document, PLAIN):
            options = DisplayOptions(translation=one.value == "1")
            address = urls.article(id) + TRANSLATION_FILES[f"translation={one.value}"]
            yield (
                address,
                partial(self._page, partial(self._pages.reader, options=options), id, pictured=pictured),
            )

    def _paragraph(self, id: ArticleId, pid: BlockId, *, pictured: bool) -> bytes:
        answer = self._library.follow(id, pid)
        if isinstance(answer, Moved):
            return self._redirect(urls.block(id, answer.target), answer.text)
        # The page of a paragraph has room for its translation.
        both = DisplayOptions(translation=True)
        return self._html(self._pages.paragraph(id, pid, options=both), pictured=pictured)

    def _pictures(self, text: CardText | Redirect) -> dict[str, bytes]:
        """Share images; none if the text is not suitable for one."""
        if isinstance(text, Redirect):
            return {}
        try:
            return {CARD_FILES[size]: draw(text, size) for size in SIZES}
        except CardRefused:
            return {}

    # -- files that the site has once

    def library(self) -> Iterator[File]:
        """Lists, glossary, people, search, feed, static files, and files for hosts and crawlers."""
        pages = self._pages
        yield urls.HOME, self._html(pages.home())
        yield from self._lists()
        yield from self._api_lists()
        yield from self._terms()
        yield from self._people()
        yield from self._search()
        yield from self._sitemaps()
        yield "/docs/", self._html(self._own(FilesContext(_API_FILES), "接口", "/docs/"))
        yield "/404.html", self._html(self._lost())
        yield urls.OFFLINE, self._html(pages.offline())
        yield urls.LEARN, self._html(pages.learn())
        yield urls.NEW, self._html(pages.new())
        yield urls.NEW_FEED, self._text(pages.new_feed())
        yield urls.NEW_TABLE, pages.new_table()
        yield "/feed.atom", self._text(pages.feed())
        yield "/robots.txt", self._text(pages.robots())
        icon = self._press.renderer.files.address("icon.svg")
        yield "/manifest.webmanifest", self._links.manifest(self._text(pages.manifest(icon)))
        yield from self._static()
        yield from self._for_hosts()

    def _terms(self) -> Iterator[File]:
        """The glossary, and the files of each entry."""
        pages = self._pages
        yield urls.TERMS, self._html(pages.terms())
        for by in GROUPINGS:
            if by != "kind":
                yield f"{urls.TERMS}by/{by}/", self._html(pages.terms(by))
        yield "/api/v1/terms/index.json", self._json("/terms", limit=_ALL)
        for term in self._press.knowledge.terms:
            yield urls.term(term.id), partial(self._page, pages.term, term.id)
            yield urls.uses(term.id), partial(self._page, pages.term_uses, term.id)
            yield f"{urls.term(term.id)}uses.csv", pages.uses_table(term.id, term=True)
            yield urls.series_table(term.id), pages.series_table(term.id)
            yield f"{urls.term(term.id)}feed.atom", self._text(pages.term_feed(term.id))
            yield (
                f"/api/v1/terms/{quote(term.id, safe='')}",
                partial(self._json, "/terms/{id}", id=term.id, limit=_ALL),
            )

    def _people(self) -> Iterator[File]:
        """The list of speakers, and the files of each who is not private."""
        pages = self._pages
        yield urls.SPEAKERS, self._html(pages.speakers())
        yield "/api/v1/speakers/index.json", self._json("/speakers", limit=_ALL)
        people = dict.fromkeys(
            [s.id for s in self._library.index.speakers()] + [p.id for p in self._press.knowledge.people]
        )
        for id in people:
            if self._press.knowledge.is_private(id):
                continue
            yield urls.speaker(id), partial(self._page, pages.speaker, id)
            yield urls.speaker_table(id), pages.speaker_table(id)
            yield f"{urls.speaker(id)}feed.atom", self._text(pages.speaker_feed(id))
            yield (
                f"/api/v1/speakers/{quote(id, safe='')}",
                partial(self._json, "/speakers/{id}", id=id, article="", term="", limit=_ALL),
            )

    def _lists(self) -> Iterator[File]:
        """The list of all articles, and one for each year and publication."""
        first = self._pages.articles()
        rows = _list_of(first).filters

        def further(_: int, asked: Mapping[str, list[str]]) -> Page:
            return self._pages.articles(*map(int, asked.get("page", ())), after=asked.get("after", [""])[0])

        yield from self._listed(urls.ARTICLES, first, rows, further)
        for choice in (choice for _, row in rows for choice in row):
            path, _, query = choice.href.partition("?")
            address = without_query(path, query)
            if not address.startswith(urls.ARTICLES):
                continue
            shelf = Shelf(**{key: values[0] for key, values in parse_qs(query).items()})
            chosen = structs.replace(choice, href=urls.ARTICLES, chosen=True)
            here = tuple((label, tuple(chosen if c == choice else c for c in row)) for label, row in rows)
            yield from self._listed(address, self._pages.shelf(shelf), here, _further(self._pages, shelf))

    def _listed(
        self,
        address: str,
        page: Page,
        rows: tuple[tuple[str, tuple[Choice, ...]], ...],
        further: Callable[[int, Mapping[str, list[str]]], Page],
    ) -> Iterator[File]:
        """The pages of one list, each with its own address instead of a query."""
        n = 1
        while True:
            older = _list_of(page).older
            context = structs.replace(
                _list_of(page),
                newer=Link("较新", page_address(address, n - 1)) if n > 1 else None,
                older=Link("较早", page_address(address, n + 1)) if older else None,
                filters=rows,
            )
            yield page_address(address, n), self._html(structs.replace(page, context=context))
            if not older:
                return
            n += 1
            page = further(n, parse_qs(urlsplit(older.href).query))

    def _api_lists(self) -> Iterator[File]:
        n, after = 1, ""
        while True:
            answer = json.loads(self._json("/articles", limit=API_PAGE, after=after))
            following = answer["next"]
            if following:
                answer["next"] = self._links.prefix + api_list(n + 1)
                after = parse_qs(urlsplit(following).query)["after"][0]
            yield api_list(n), json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
            if not following:
                break
            n += 1

    def _search(self) -> Iterator[File]:
        """The page of search and the texts that it searches."""
        total, covered = yield from search_files(self._press)
        page = self._own(FindContext(total, covered), "检索", urls.SEARCH, robots="noindex")
        yield urls.SEARCH, self._html(structs.replace(page, nav="search"))

    def _sitemaps(self) -> Iterator[File]:
        first = self._pages.sitemap()
        yield "/sitemap.xml", self._text(first)
        assert isinstance(first.context, SitemapContext)
        for n, _ in enumerate(first.context.maps, 1):
            yield f"/sitemap-{n}.xml", self._text(self._pages.sitemap(n))

    def _static(self) -> Iterator[File]:
        static = self._press.renderer.files
        if not self._links.prefix:
            # The service worker expects the site at the root of its host.
            names = (
                n
                for n in sorted(static.files)
                if n in ("meipi.css", "pages.css", "icon.svg") or n.startswith("js/")
            )
            files = [static.address(name) for name in names]
            yield "/sw.js", self._text(self._pages.worker(static.digest, files))
        for name, data in sorted(static.files.items()):
            yield static.address(name), self._links.script(data) if name.endswith(".js") else data

    def _for_hosts(self) -> Iterator[File]:
        """Files that some hosts read: headers, redirects, and that nothing needs to be built."""
        yield "/_headers", _HEADERS.format(prefix=self._links.prefix, csp=CSP).encode()
        moves = [(a, e.header.id) for e in self._press.entries() for a in e.header.aliases][:_REDIRECTS]
        prefix = self._links.prefix
        lines = [f"{prefix}{urls.article(a)}* {prefix}{urls.article(to)}:splat 301\n" for a, to in moves]
        yield "/_redirects", "".join(lines).encode()
        yield "/.nojekyll", b"\n"

    # -- pages to bytes

    def _html(self, page: Page | Redirect, *, pictured: bool = True) -> bytes:
        assert isinstance(page, Page), "only present ids are asked for"
        if not (pictured and self._cards):
            page = structs.replace(page, meta=structs.replace(page.meta, og_image=""))
        text = self._links.page(self._press.renderer.text(page), pictured=pictured)
        return text.encode("utf-8", "replace")

    def _page(self, make: Callable[..., Page | Redirect], *ids: str, pictured: bool = True) -> bytes:
        return self._html(make(*ids), pictured=pictured)

    def _text(self, page: Page) -> bytes:
        return self._press.renderer.text(page).encode("utf-8", "replace")

    def _json(self, path: str, **values: Any) -> bytes:
        return bytes(self._api["/api/v1" + path](self._web, **values).body)

    def _redirect(self, to: str, text: str = "") -> bytes:
        context = MovedContext(to, self._links.prefix + to, text)
        return self._html(self._own(context, "地址已更改", to, robots="noindex"))

    def _same(self, to: str) -> bytes:
        """A redirect to the same text; short, because every paragraph has one."""
        values = {"policy": POLICY, "to": self._links.prefix + to, "canonical": self._pages.absolute(to)}
        return _SAME.format(**values).encode()

    def _lost(self) -> Page:
        """The page for addresses that no file has."""
        page = self._pages.not_found(NotFound("page", ""))
        assert isinstance(page.context, NotFoundContext)
        return structs.replace(page, context=LostContext(**page.context.variables()))

    def _own(self, context: PageContext, title: str, path: str, *, robots: str = "") -> Page:
        """A page that only the published site has."""
        canonical = self._pages.absolute(path)
        meta = Meta(f"{title} · {self._press.site_name}", "", canonical=canonical, robots=robots)
        return Page(context, meta)


# For Netlify, Cloudflare Pages and others. Each page also states its policy itself.
_HEADERS = """{prefix}/*
  Content-Security-Policy: {csp}
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
{prefix}/static/*
  Cache-Control: public, max-age=31536000, immutable
{prefix}/api/v1/*
  Content-Type: application/json
{prefix}/feed.atom
  Content-Type: application/atom+xml
"""


_SAME = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>这一版与当前文字相同</title>
<meta name="robots" content="noindex">
<link rel="canonical" href="{canonical}">
<meta http-equiv="refresh" content="0; url={to}"></head>
<body><p>这一版与当前文字相同：<a href="{to}">{canonical}</a></p></body></html>
"""


_API_FILES = (
    ("/api/v1/articles/index.json", f"文章目录，每份 {API_PAGE} 篇，next 是下一份的地址"),
    ("/api/v1/articles/{id}", "一篇文章：段落、词语、引语、说话人"),
    ("/api/v1/terms/index.json", "词语表"),
    ("/api/v1/terms/{id}", "一个词条和它在各篇中的位置"),
    ("/api/v1/speakers/index.json", "说话人"),
    ("/api/v1/speakers/{id}", "一个说话人及其全部引语"),
    ("/api/v1/cite/{article}/{pid}", "一段的原文、说话人和各种引用格式"),
    ("/api/v1/resolve/{article}/{pid}", "段落链接指向哪里：原段、并入的段落，或已删除"),
)


def _list_of(page: Page) -> ArticlesContext:
    assert isinstance(page.context, ArticlesContext)
    return page.context


def _further(pages: Pages, shelf: Shelf) -> Callable[[int, object], Page]:
    return lambda n, _: pages.shelf(shelf, n)
