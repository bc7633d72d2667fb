"""Which parameters each address takes, and the cost class of its answer.

The cache and the limits use this table, so that only parameters an address knows can make a page anew. The
module needs no web framework, because cached pages are sent without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

from app.i18n import CHOICES

# free: no limit. page: a page that is made anew. dear: takes about ten times as long. paste: as dear, in a
# queue of its own. edit: as a page, without a queue, because a form may take long to arrive.
Cost: TypeAlias = Literal["free", "page", "dear", "paste", "edit"]

# Parameters whose values are few; any other value counts as none, as on the pages.
_CHOICES = {
    "marks": ("none", "core", "all"),
    "pinyin": ("0", "1"),
    "script": ("hans", "hant"),
    "translation": ("0", "1"),
    "lang": CHOICES,
}
_DEAR_OPTIONS = {("pinyin", "1"), ("script", "hant")}
_SHOWN = ("script", "lang")
_READING = ("marks", "pinyin", "script", "translation", "lang")
_FOUND = ("q", "speaker", "term", "article", "since", "until", "kind")

# Names in the order in which the site writes them.
_TABLE: dict[str, tuple[Cost, tuple[str, ...]]] = {
    "/": ("page", _SHOWN),
    "/articles/": ("page", ("page", "after", "before", "year", "publication", "term", "speaker", *_SHOWN)),
    "/new/": ("page", _SHOWN),
    "/new/feed.atom": ("page", _SHOWN),
    "/new/articles.csv": ("page", ()),
    "/terms/": ("page", ("by", *_SHOWN)),
    "/terms/{term}/": ("page", ("after", *_SHOWN)),
    "/terms/{term}/uses/": ("page", _SHOWN),
    "/terms/{term}/uses.csv": ("page", ()),
    "/terms/{term}/series.csv": ("page", ()),
    "/terms/{term}/feed.atom": ("page", _SHOWN),
    "/uses/": ("dear", ("q", *_SHOWN)),
    "/uses.csv": ("dear", ("q",)),
    "/learn/": ("dear", _SHOWN),
    "/learn/list.{form}": ("dear", ("items", *_SHOWN)),
    "/words/{word}/": ("dear", _SHOWN),
    "/speakers/": ("page", ("after", *_SHOWN)),
    "/speakers/{speaker}/": ("page", ("article", "term", "after", *_SHOWN)),
    "/speakers/{speaker}/terms.csv": ("page", ()),
    "/speakers/{speaker}/feed.atom": ("page", _SHOWN),
    "/search/feed.atom": ("dear", (*_FOUND, *_SHOWN)),
    "/search/": ("dear", (*_FOUND, "by", "after", *_SHOWN)),
    "/feed.atom": ("page", _SHOWN),
    "/sitemap.xml": ("page", ()),
    "/sitemap-{n:int}.xml": ("page", ()),
    "/robots.txt": ("page", ()),
    "/manifest.webmanifest": ("page", _SHOWN),
    "/offline/": ("page", _SHOWN),
    "/sw.js": ("page", ()),
    "/docs": ("page", _SHOWN),
    "/favicon.ico": ("page", ()),
    "/styleguide/": ("page", _SHOWN),
    "/compare/{first}/{second}/": ("dear", _SHOWN),
    "/compare/{first}/{second}/changes.csv": ("dear", ()),
    "/llms.txt": ("page", _SHOWN),
    "/a/{article}/index.md": ("page", _SHOWN),
    "/a/{article}/{block}/index.md": ("page", _SHOWN),
    "/a/{article}/": ("page", _READING),
    "/a/{article}/speakers/": ("page", _SHOWN),
    "/a/{article}/source/": ("dear", _SHOWN),
    "/a/{article}/terms/": ("page", _READING),
    "/a/{article}/{block}@{rev}/": ("dear", ("from", *_READING)),
    "/a/{article}/{block}/": ("page", ("from", *_READING)),
    "/a/{article}/card.png": ("dear", ("size",)),
    "/a/{article}/{block}/card.png": ("dear", ("size", "translation")),
    "/api/v1/articles": ("page", ("limit", "after", "offset")),
    "/api/v1/articles/{id}": ("page", ()),
    "/api/v1/terms": ("page", ("limit", "after")),
    "/api/v1/terms/{id}": ("page", ("limit", "after")),
    "/api/v1/terms/{id}/uses": ("page", ()),
    "/api/v1/terms/{id}/series": ("page", ()),
    "/api/v1/uses": ("dear", ("q",)),
    "/api/v1/reuse/{id}": ("dear", ("block",)),
    "/api/v1/speakers": ("page", ("limit", "after")),
    "/api/v1/speakers/{id}": ("page", ("article", "term", "limit", "after")),
    "/api/v1/speakers/{id}/terms": ("page", ()),
    "/api/v1/search": ("dear", (*_FOUND, "limit", "after")),
    "/api/v1/words": ("dear", ("q",)),
    "/api/v1/words/{article}/{block}": ("dear", ("at", "v")),
    "/api/v1/resolve/{article}/{pid}": ("page", ("rev",)),
    "/api/v1/cite/{article}/{pid}": ("page", ()),
    "/api/v1/compare/{first}/{second}": ("dear", ()),
    "/openapi.json": ("page", ()),
    "/oembed": ("page", ("url", "maxwidth", "format")),
    "/healthz": ("free", ()),
    "/readyz": ("free", ()),
    "/metrics": ("free", ()),
    "/read/": ("paste", _READING),
    "/edit/{any:path}": ("edit", ("*",)),
}
# Addresses outside the table lead to an error page or a redirect.
_OTHER: tuple[Cost, tuple[str, ...]] = "page", ("*",)
_PARAMETER = re.compile(r"\{\w+(:path)?(?::int)?\}")
_PATTERNS = {
    route: re.compile(_PARAMETER.sub(lambda m: ".*" if m[1] else "[^/]+", route.replace(".", r"\.")))
    for route in _TABLE
}
# These answers, and images, are in no language, but their faults are.
_FAULTS_IN_WORDS = ("/api/", "/oembed")
# The characters that browsers leave as they are in a path.
_PLAIN = "/@:!$&'()*+,;=~"
_MOST_PARAMETERS = 50


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """An address as the site itself would write it.

    Attributes:
        path: percent-encoded.
        query: the parameters that the address takes, in order.
        cost: of an answer that is made anew.
        route: its pattern, for metrics.
    """

    path: bytes
    query: bytes
    cost: Cost
    route: str

    @property
    def key(self) -> bytes:
        """Path and query."""
        return self.path + b"?" + self.query if self.query else self.path


def asked(path: str, query: bytes) -> SiteAddress | None:
    """The address that a request means; None if it has too many parameters.

    Args:
        path: decoded.
        query: as it was sent.
    """
    spelled = quote(path, safe=_PLAIN).encode()
    found = next((route for route, pattern in _PATTERNS.items() if pattern.fullmatch(path)), "other")
    cost, names = _TABLE.get(found, _OTHER)
    if found.startswith(_FAULTS_IN_WORDS) or found.endswith("/card.png"):
        names = (*names, "lang")
    if not query or names == ("*",):
        return SiteAddress(spelled, query, cost, found)
    try:
        given = dict(
            parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
        )
    except ValueError:
        return None
    known = {name: given[name] for name in names if name in given and _is_value(name, given[name])}
    if cost == "page" and not _DEAR_OPTIONS.isdisjoint(known.items()):
        cost = "dear"
    return SiteAddress(spelled, urlencode(known).encode(), cost, found)


def _is_value(name: str, value: str) -> bool:
    return name not in _CHOICES or value in _CHOICES[name]
