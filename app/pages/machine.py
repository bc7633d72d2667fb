"""Pages for programs: feed, sitemaps, robots, manifest, service worker, and the list of API routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from app import urls
from app.errors import NotFound
from app.i18n import say
from app.index import entry_of as summary
from app.model import Block
from app.pages import sitemaps
from app.pages.article import article_view
from app.pages.contexts import Page, PageContext
from app.pages.feeds import instant
from app.pages.head import meta
from app.pages.resources import Resources
from app.pages.views import ArticleView

# Articles in the feed.
_FEED = 20
_ICONS = (("192", "192x192", "any"), ("512", "512x512", "any"), ("maskable", "512x512", "maskable"))
_PAPER = "#faf7f0"


class DocsContext(PageContext, frozen=True):
    """The API's routes.

    Attributes:
        routes: path, summary and parameters; of each parameter its name, where it goes and whether it is
            required.
    """

    template: ClassVar[str] = "docs.html"
    routes: tuple[tuple[str, str, tuple[tuple[str, str, bool], ...]], ...]


class FeedContext(PageContext, frozen=True):
    """The feed of the latest articles.

    Attributes:
        documents: facts, time of the last change and blocks of each.
        updated: the latest of these times.
    """

    template: ClassVar[str] = "feed.xml"
    documents: tuple[tuple[ArticleView, str, tuple[Block, ...]], ...]
    updated: str


class SitemapContext(PageContext, frozen=True):
    """A file of addresses, or the index of several files.

    Attributes:
        maps: addresses of the files, if this is the index.
        addresses: of pages, each with the day of its last change or "".
    """

    template: ClassVar[str] = "sitemap.xml"
    maps: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()


class RobotsContext(PageContext, frozen=True):
    """The addresses that crawlers may ask for."""

    template: ClassVar[str] = "robots.txt"


class ManifestContext(PageContext, frozen=True):
    """The web manifest.

    Attributes:
        manifest: its value.
    """

    template: ClassVar[str] = "manifest.json"
    manifest: Mapping[str, Any]


class WorkerContext(PageContext, frozen=True):
    """The service worker.

    Attributes:
        digest: of the static files; it names the worker's cache.
        files: addresses that are cached at once.
        offline: address of the page that is shown without a network.
    """

    template: ClassVar[str] = "sw.js"
    digest: str
    files: tuple[str, ...]
    offline: str


def docs(res: Resources, schema: Mapping[str, Any]) -> Page:
    """Every route of the API that only reads.

    Args:
        schema: the OpenAPI document.
    """
    routes = []
    for path, methods in schema["paths"].items():
        get = methods.get("get", {})
        parameters = tuple(
            (p["name"], p["in"], p.get("required", False)) for p in get.get("parameters", ()) if "name" in p
        )
        routes.append((path, get.get("summary", ""), parameters))
    return Page(DocsContext(tuple(routes)), meta(res, say("接口"), say("JSON 接口的地址和参数。"), "/docs"))


def feed(res: Resources) -> Page:
    """Atom: the latest articles with their whole text."""
    documents = [res.library.document(e.header.id) for e in res.library.index.entries(limit=_FEED)]
    context = FeedContext(
        documents=tuple(
            (
                article_view(summary(d)),
                d.saved_at or instant(d.header.date),
                tuple(b for b in d.blocks if b.kind != "furniture"),
            )
            for d in documents
        ),
        updated=max((d.saved_at for d in documents if d.saved_at), default=instant("")),
    )
    return Page(context, meta(res, res.site_name, "", "/feed.atom"), media_type="application/atom+xml")


def sitemap(res: Resources, n: int = 0) -> Page:
    """A file of addresses for crawlers.

    Args:
        n: 1-based; 0 for the only file, or for the index if there are several.

    Raises:
        NotFound: the file does not exist.
    """
    files = sitemaps.count(res.library)
    if n == 0 and files > 1:
        context = SitemapContext(maps=tuple(res.absolute(f"/sitemap-{i}.xml") for i in range(1, files + 1)))
    else:
        found = sitemaps.file(res.library, n or 1) if n == 0 or files > 1 else None
        if found is None:
            raise NotFound("page", f"sitemap-{n}.xml")
        context = SitemapContext(addresses=tuple((res.absolute(path), day) for path, day in found))
    return Page(context, meta(res, res.site_name, "", ""), media_type="application/xml")


def robots(res: Resources) -> Page:
    """What crawlers may ask for."""
    return Page(RobotsContext(), meta(res, res.site_name, "", ""), media_type="text/plain; charset=utf-8")


def worker(res: Resources, digest: str, files: Sequence[str]) -> Page:
    """The service worker. It changes with every file of the site.

    Args:
        files: their addresses, to cache with the first page.
    """
    context = WorkerContext(digest, tuple(files), urls.OFFLINE)
    return Page(context, meta(res, res.site_name, "", ""), media_type="text/javascript; charset=utf-8")


def manifest(res: Resources, icon: str) -> Page:
    """The web manifest, with which browsers install the site.

    Args:
        icon: address of the icon as SVG; those as PNG are in `icons/` next to it.
    """
    folder = icon.removesuffix("icon.svg") + "icons/"
    value = {
        "name": res.site_name,
        "short_name": res.site_name,
        "lang": "zh-Hans",
        "start_url": urls.HOME,
        "scope": urls.HOME,
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [
            {"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            *(
                {"src": f"{folder}{name}.png", "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, sizes, purpose in _ICONS
            ),
        ],
    }
    head = meta(res, res.site_name, "", "")
    return Page(ManifestContext(value), head, media_type="application/manifest+json")
