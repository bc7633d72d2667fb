"""The handlers of addresses that take more than one call: from a request to a page value or bytes."""

from __future__ import annotations

import re
import time
from typing import Literal
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from app import dictionary, pages
from app.errors import NotFound
from app.http.response import REVALIDATE, Ready
from app.i18n import message_of, say, use_locale, worded
from app.index import Filters
from app.model import ArticleId
from app.pages.cards import SIZES, draw
from app.pages.contexts import Page, Redirect
from app.pages.options import DisplayOptions
from app.pages.shelves import Shelf
from app.web.state import Web

# The largest form that /read/ takes.
MOST_MEGABYTES = 10
# The files that the service worker keeps with the first page.
_WORKER_FILES = re.compile(r"[^/]+\.css|js/.+|icon\.svg")


def articles(web: Web, request: Request) -> Page:
    """The list of articles: by page or cursor, or filtered."""
    query = request.query_params
    if "after" in query or "before" in query:
        return web.pages.articles(after=query.get("after", ""), before=query.get("before", ""))
    page = query.get("page", "1")
    if not (page.isascii() and page.isdigit() and len(page) < 9):
        raise NotFound("page", page)
    shelf = Shelf(**{f: query.get(f, "") for f in ("year", "publication", "term", "speaker")})
    return web.pages.shelf(shelf, int(page)) if shelf != Shelf() else web.pages.articles(int(page))


def new(web: Web, _: Request) -> Page:
    """Articles of the last days."""
    return web.pages.new(time.strftime("%Y-%m-%d", time.gmtime()))


def new_table(web: Web, _: Request) -> Ready:
    """New articles as CSV."""
    return _csv(web.pages.new_table(), "new.csv")


def terms(web: Web, request: Request) -> Page:
    """The glossary."""
    return web.pages.terms(request.query_params.get("by", "kind"))


def term(web: Web, request: Request) -> Page:
    """One glossary entry."""
    return web.pages.term(request.path_params["term"], after=request.query_params.get("after", ""))


def speakers(web: Web, request: Request) -> Page:
    """All people who are quoted."""
    return web.pages.speakers(after=request.query_params.get("after", ""))


def speaker(web: Web, request: Request) -> Page:
    """One person with their quotations."""
    query = {name: request.query_params.get(name, "") for name in ("article", "term", "after")}
    return web.pages.speaker(request.path_params["speaker"], **query)


def term_uses_table(web: Web, request: Request) -> Ready:
    """All uses of a glossary entry as CSV."""
    id = request.path_params["term"]
    return _csv(web.pages.uses_table(id, term=True), f"{id}.csv")


def uses_table(web: Web, request: Request) -> Ready:
    """All uses of any words as CSV."""
    return _csv(web.pages.uses_table(request.query_params.get("q", "")), "uses.csv")


def term_series_table(web: Web, request: Request) -> Ready:
    """The counts of a glossary entry in texts outside of the library, as CSV."""
    id = request.path_params["term"]
    return _csv(web.pages.series_table(id), f"{id}-series.csv")


def _csv(data: bytes, name: str) -> Ready:
    return Ready(data, "text/csv; charset=utf-8", extra=(_attachment(name),))


def _attachment(name: str) -> tuple[bytes, bytes]:
    return b"content-disposition", f"attachment; filename*=UTF-8''{quote(name)}".encode()


def speaker_table(web: Web, request: Request) -> Ready:
    """The terms that mark a speaker's words, as CSV."""
    id = request.path_params["speaker"]
    return _csv(web.pages.speaker_table(id), f"{id}.csv")


def search_feed(web: Web, request: Request) -> Page:
    """The feed of a search."""
    return web.pages.search_feed(request.query_params.get("q", ""), _filters(request))


def search(web: Web, request: Request) -> Page:
    """The results of a search."""
    query, filters = request.query_params, _filters(request)
    by: Literal["article", "speaker"] = "speaker" if query.get("by") == "speaker" else "article"
    return web.pages.search(query.get("q", ""), filters, after=query.get("after", ""), by=by)


def _filters(request: Request) -> Filters:
    """What a search is narrowed to."""
    query = request.query_params
    return Filters(
        **{name: query.get(name, "") for name in ("speaker", "term", "article", "since", "until")},
        kind="quotation" if query.get("kind") == "quotation" else "",
    )


def reader(web: Web, request: Request) -> Page | Redirect:
    """An article."""
    return web.pages.reader(_article(request), DisplayOptions.of(request.query_params))


def paragraph(web: Web, request: Request) -> Page | Redirect:
    """One paragraph of an article, or the paragraph as it was in a revision."""
    name, at, rev = request.path_params["block"].partition("@")
    if at and not (rev.isascii() and rev.isdigit() and len(rev) < 9):
        raise NotFound("paragraph", request.path_params["block"])
    return web.pages.paragraph(
        _article(request),
        name,
        int(rev) if at else None,
        came_from=request.query_params.get("from", ""),
        options=DisplayOptions.of(request.query_params),
    )


def compare(web: Web, request: Request) -> Page | Redirect:
    """Two articles side by side."""
    first, second = (ArticleId(request.path_params[name]) for name in ("first", "second"))
    return web.pages.compare(first, second)


def compared_table(web: Web, request: Request) -> Ready | Redirect:
    """The changes between two articles, as CSV."""
    first, second = (ArticleId(request.path_params[name]) for name in ("first", "second"))
    made = web.pages.compared_table(first, second)
    return made if isinstance(made, Redirect) else _csv(made, f"{first}-{second}.csv")


def markdown(web: Web, request: Request) -> Ready | Redirect:
    """An article or a paragraph as Markdown."""
    if block := request.path_params.get("block", "").lower():
        return _markdown(web.pages.markdown_paragraph(_article(request), block))
    return _markdown(web.pages.markdown_article(_article(request)))


def llms(web: Web, _: Request) -> Ready | Redirect:
    """/llms.txt, which tells programs where everything is."""
    return _markdown(web.pages.llms())


def _markdown(made: str | Redirect) -> Ready | Redirect:
    if isinstance(made, Redirect):
        return made
    body = made.encode("utf-8", "replace")
    return Ready(body, "text/markdown; charset=utf-8", cache=REVALIDATE, by_language=True)


def article_terms(web: Web, request: Request) -> Page | Redirect:
    """The terms of one article."""
    return web.pages.article_terms(_article(request), DisplayOptions.of(request.query_params))


def article_speakers(web: Web, request: Request) -> Page | Redirect:
    """Who says what in an article."""
    return web.pages.article_speakers(_article(request))


def source(web: Web, request: Request) -> Page | Redirect:
    """An article as printed."""
    return web.pages.source(_article(request))


def card(web: Web, request: Request) -> Ready | Redirect:
    """The share image of a paragraph, its translation or an article, the same for all readers."""
    size = request.query_params.get("size", "og")
    if size not in SIZES:
        raise HTTPException(422, worded("size: 应为 %(sizes)s 之一", sizes="、".join(SIZES)))
    block = request.path_params.get("block", "").lower()
    with use_locale("zh"):
        made = (
            web.pages.card(_article(request), block, request.query_params.get("translation") == "1")
            if block
            else web.pages.article_card(_article(request))
        )
        if isinstance(made, Redirect):
            return made
        return Ready(draw(made, size), "image/png", cache=b"public, max-age=3600")


def learner_file(web: Web, request: Request) -> Ready:
    """The reader's list as a file; the address names the words."""
    form = request.path_params["form"]
    if form not in ("csv", "apkg"):
        raise NotFound("page", request.url.path)
    try:
        cards = web.pages.learned(dictionary.learner.picked(request.query_params.get("items", "")))
    except ValueError as error:
        raise HTTPException(422, worded("items: %(fault)s", fault=message_of(error))) from None
    if not cards:
        raise HTTPException(422, worded("items: 没有一个词在文库里"))
    name = say("生词表")
    if form == "csv":
        data, media_type = dictionary.learner.csv_file(cards), "text/csv; charset=utf-8"
    else:
        data = dictionary.learner.anki_package(cards, name, now=time.time())
        media_type = "application/octet-stream"
    return Ready(data, media_type, cache=b"no-store", extra=(_attachment(f"{name}.{form}"),))


def read(web: Web, request: Request) -> Page:
    """The form for a text of the reader's own."""
    return web.pages.read(DisplayOptions.of(request.query_params), megabytes=MOST_MEGABYTES)


def sitemap(web: Web, request: Request) -> Page:
    """The sitemap, or the file of it that the address names."""
    n = request.path_params.get("n")
    return web.pages.sitemap() if n is None else web.pages.sitemap(n or -1)


def manifest(web: Web, _: Request) -> Page:
    """The web app manifest."""
    return web.pages.manifest(web.renderer.files.address("icon.svg"))


def icon(web: Web, _: Request) -> Redirect:
    """/favicon.ico, which browsers ask for unasked."""
    return Redirect(web.renderer.files.address("icon.svg"), permanent=False)


def worker(web: Web, _: Request) -> Page:
    """The service worker."""
    files = web.renderer.files
    kept = [files.address(name) for name in files.files if _WORKER_FILES.fullmatch(name)]
    return web.pages.worker(files.digest, kept)


def styleguide(_: Web, __: Request) -> Page:
    """All components of the pages, for development."""
    return pages.styleguide.styleguide()


def _article(request: Request) -> ArticleId:
    return ArticleId(request.path_params["article"])
