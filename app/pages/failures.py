"""Pages for failures: not found, an error, no network."""

from __future__ import annotations

from typing import ClassVar

from app import urls
from app.errors import NotFound
from app.i18n import say
from app.model import ArticleId
from app.pages.article import title_of
from app.pages.contexts import Page, PageContext
from app.pages.head import meta
from app.pages.paragraph import named
from app.pages.resources import Resources
from app.pages.views import Link

# Articles that a page of this kind offers.
_SUGGESTIONS = 5


class NotFoundContext(PageContext, frozen=True):
    """404.

    Attributes:
        id: of the missing page.
        near: addresses that look alike.
        suggestions: the newest articles.
    """

    template: ClassVar[str] = "not_found.html"
    id: str
    near: tuple[Link, ...]
    suggestions: tuple[Link, ...]


class ErrorContext(PageContext, frozen=True):
    """Any other status without a page.

    Attributes:
        code: HTTP status.
        title, message: what happened.
        remedy: what the reader can do, or "".
    """

    template: ClassVar[str] = "error.html"
    code: int
    title: str
    message: str
    remedy: str


class OfflineContext(PageContext, frozen=True):
    """Shown without a network in place of a page that was never opened."""

    template: ClassVar[str] = "offline.html"


def not_found(res: Resources, error: NotFound) -> Page:
    """404: the id that was not found, similar addresses, and the newest articles."""
    near = tuple(Link(href.rstrip("/").rsplit("/", 1)[-1], href) for href in error.near)
    if error.kind == "paragraph" and near:
        document = res.library.document(ArticleId(error.id.split("/", 1)[0]))
        near = tuple(named(document, link.text) for link in near)
    entries = res.library.index.entries(limit=_SUGGESTIONS)
    context = NotFoundContext(
        error.id.rsplit("/", 1)[-1],
        near,
        tuple(Link(title_of(e.header), urls.article(e.header.id)) for e in entries),
    )
    head = meta(res, say("没有这一页"), say("这个地址没有内容。"), "", robots="noindex")
    return Page(context, head, status=404)


def error(res: Resources, code: int, title: str, message: str, remedy: str = "") -> Page:
    """Any other status without a page."""
    context = ErrorContext(code, title, message, remedy)
    return Page(context, meta(res, title, message, "", robots="noindex"), status=code)


def offline(res: Resources) -> Page:
    """The page for readers without a network."""
    head = meta(res, say("没有网络"), say("这一页未离线保存。"), "", robots="noindex")
    return Page(OfflineContext(), head)
