"""Addresses of the published site: links of the live site become links to files."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

from app import urls
from app.http.response import CSP

# Articles on a page of the API's list: the API's maximum.
API_PAGE = 200


# The part of the policy that a page can state itself; the rest needs headers.
POLICY = "; ".join(part for part in CSP.split("; ") if not part.startswith("frame-ancestors"))


# Where the display of an article that a query asks for is, from the article's page or from the other one.
TRANSLATION_FILES = {"translation=1": "translation/", "translation=0": "original/", "": "../"}


CARD_FILES = {"og": "card.png", "portrait": "portrait.png"}


def page_address(address: str, n: int) -> str:
    """The address of page n of a list; 1-based."""
    return address if n == 1 else f"{address}page/{n}/"


def api_list(n: int) -> str:
    """The address of page n of the API's list of articles; 1-based."""
    return f"/api/v1/articles/{'index' if n == 1 else f'page-{n}'}.json"


class Links:
    """Rewrites links so that each leads to a file, also if the site is below a path of its host.

    Args:
        base_url: the address of the published site.
        cards: whether share images exist.
    """

    def __init__(self, base_url: str, cards: bool) -> None:
        self.prefix = urlsplit(base_url).path.rstrip("/")
        self._cards = cards
        # Without a prefix only addresses with a query and the few without a file change.
        self._address = re.compile(
            r'="(/(?!/)[^"]*)"' if self.prefix else r'="(/(?!/)[^"?]*\?[^"]*|/docs|/words/[^"]*)"'
        )

    def page(self, text: str, *, pictured: bool) -> str:
        """The HTML of a page as a file has it."""
        text = text.replace(
            '<meta charset="utf-8">',
            f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            1,
        )
        if "json+oembed" in text:
            text = _OEMBED.sub("", text)
        if "card.png" in text:
            if self._cards and pictured:
                text = _CARD.sub(lambda m: f'{m[1]}="{m[2]}{CARD_FILES[m[3]]}"', text)
            else:
                text = _FIGURE.sub("", text)
        text = _NOW.sub("", _SWITCH.sub(lambda m: f'href="{TRANSLATION_FILES[m[1]]}"', text))
        return self._address.sub(self._rewritten, text)

    def _rewritten(self, found: re.Match[str]) -> str:
        if not found.string.endswith(_LEADING, 0, found.start()):
            return found[0]
        address = html.unescape(found[1])
        path, _, query = address.partition("?")
        if path == "/docs":
            address = "/docs/"
        elif path.startswith("/words/"):
            # The dictionary needs a server. The search finds the library's own uses of the word.
            address = urls.search(unquote(path.removeprefix("/words/").rstrip("/")))
        elif query:
            address = without_query(path, query) or address
        return f'="{html.escape(self.prefix + address)}"'

    def script(self, data: bytes) -> bytes:
        """A script with the site's path before its addresses."""
        return _IN_SCRIPT.sub(rb"\1" + self.prefix.encode() + rb"\2", data) if self.prefix else data

    def manifest(self, data: bytes) -> bytes:
        """The web manifest with the site's path before its addresses."""
        value = json.loads(data)
        for key in ("start_url", "scope"):
            value[key] = self.prefix + value[key]
        for icon in value["icons"]:
            icon["src"] = self.prefix + icon["src"]
        return json.dumps(value, ensure_ascii=False).encode()


# Attributes that hold addresses.
_LEADING = ("href", "src", "action")


_OEMBED = re.compile(r'<link rel="alternate" type="application/json\+oembed"[^>]*>\s*')


_CARD = re.compile(r'\b(href|src|content)="([^"]*/)card\.png\?size=(og|portrait)"')


_FIGURE = re.compile(r'<figure class="shot">.*?</figure>\n?', re.DOTALL)


# The link that shows or hides the translation of an article, and the note of it for the script.
_SWITCH = re.compile(r'href="\?(|translation=[01])" rel="nofollow" data-keep="translation=[01]?"')
_NOW = re.compile(r' data-now-translation="[01]"')


_IN_SCRIPT = re.compile(rb"""(["'`])(/(?:(?:a|articles|terms|speakers|search)/|sw\.js))""")


def without_query(path: str, query: str) -> str:
    """The file for an address with a query; "" if the file without the query will do."""
    asked = {key: values[0] for key, values in parse_qs(query).items()}
    if path == urls.ARTICLES:
        if "term" in asked:
            return urls.term(asked["term"])
        if "speaker" in asked:
            return urls.speaker(asked["speaker"])
        shelves = [
            f"{path}{key}/{quote(asked[key], safe='')}/" for key in ("year", "publication") if key in asked
        ]
        return shelves[0] if len(shelves) == 1 else ""
    if path == urls.TERMS and "by" in asked:
        return f"{path}by/{asked['by']}/"
    speaker = path.removeprefix(urls.SPEAKERS).rstrip("/")
    if path.startswith(urls.SPEAKERS) and speaker:
        if "article" in asked:
            return f"{urls.article_speakers(asked['article'])}#s-{speaker}"
        if "term" in asked:
            return urls.term(asked["term"])
    return ""
