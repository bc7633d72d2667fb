"""The site as files, for any file host: the same pages under the same addresses.

`/a/x/` is the file `a/x/index.html`. Addresses that differ only in their query are one file to a host, so
links to them are led elsewhere (`_Links`): the pages of a list to addresses of their own, a speaker's words
in one article to that article's page of speakers. Search is done in the browser, over texts in a few files.

An article's files are made again only when the article, the glossary, the people, the templates or the
program changed; every other file is made anew and written when its bytes differ. What an earlier export wrote
and this one does not have is removed, and nothing else.
"""

from __future__ import annotations

import gc
import gzip
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import brotli

from app import urls
from app.errors import ContentError, IndexUnavailable, MeipiError, MissingExtra, NotFound
from app.export.files import fits, write
from app.export.press import Press, numbered
from app.http.response import CSP
from app.library.library import Progress
from app.model import ArticleId, BlockId, Document
from app.pages.cards import SIZES, CardRefused, CardText, draw
from app.pages.contexts import Link, Meta, Page
from app.pages.pages import Pages, Redirect
from app.pages.shelves import Choice, Shelf
from app.settings import ROOT
from app.text.paragraphs import Here, Moved
from app.text.terms.facts import chinese_date
from app.web.api import api_routes
from app.web.html import TEMPLATES

MANIFEST = ".meipi-site.json"
# Texts for search: at most so many bytes in all, in files of about so many, the newest articles first.
_SEARCH_BYTES, _SEARCH_FILE = 32_000_000, 400_000
# Hosts that read `_redirects` take so many lines; the pages themselves redirect on every host.
_REDIRECTS = 2000
# The API's largest page of a list.
_LIST = 200
# Lists that come in pages on the live site and whole in a file.
_ALL = 1_000_000
_PACKED = (".html", ".css", ".js", ".json", ".xml", ".svg", ".txt", ".atom", ".webmanifest")
# What a page can say of itself; the rest of the policy needs headers.
_POLICY = "; ".join(part for part in CSP.split("; ") if not part.startswith("frame-ancestors"))


# An address, and the bytes under it or what makes them.
File = tuple[str, bytes | Callable[[], bytes]]


@dataclass(slots=True)
class Published:
    """What was done: articles made anew and kept as they were; files there are, were written and removed."""

    made: int = 0
    kept: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    faults: list[str] = field(default_factory=list)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """The collector walks what is young as ever, and next to never all that an export keeps at hand.

    What goes in circles here dies young; walking thousands of documents for the rest is a tenth of the work.
    """
    usual = gc.get_threshold()
    gc.set_threshold(5_000, 20, 200)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_seldom_collected()
def publish(
    press: Press,
    out: Path,
    *,
    cards: bool = False,
    compress: bool = False,
    progress: Progress | None = None,
) -> Published:
    """Write the site.

    Args:
        press: what the pages are made from; its `base_url` is where the site will be, with a path or without.
        out: an empty or new folder, or one that was written by an earlier export.
        cards: draw the share images, about 30 a second; without them nothing links to any.
        compress: put a .br and a .gz beside every file of text, for hosts that send them.
        progress: called after each article with its number, the total and its id.

    Raises:
        ContentError: the folder holds something else.
        MissingExtra: share images are wanted and what draws them is not installed.
    """
    known = _known(out)
    _remember(out, known)  # an export that is broken off can be taken up again
    site = _Site(press, cards=cards)
    folder = _Folder(out, compress)
    state = site.state(compress)
    done, units = Published(), dict[str, tuple[str, list[str]]]()
    entries = [(e.header.id, e.header.title) for e in press.entries()]
    for n, (id, _) in enumerate(entries):
        # An article's page names its neighbours in time.
        depends = state, press.library.index.held([id])[id], entries[max(0, n - 1) : n + 2]
        digest = hashlib.sha256(repr(depends).encode()).hexdigest()
        old = known.get(id)
        if old and old[0] == digest and folder.has(old[1]):
            folder.keep(old[1])
            done.kept += 1
            units[id] = old
        else:
            names, whole = folder.put(urls.article(id), site.article(id), old[1] if old else ())
            if id in press.library.faulty:  # pages of removed paragraphs cannot be made now
                names, whole = [*names, *(old[1] if old else ())], False
                folder.keep(names)
            units[id] = digest if whole else "", names
            done.made += 1
        if progress:
            progress(n + 1, len(entries), id)
    units[""] = "", folder.put(urls.HOME, site.library(), known.get("", ("", []))[1])[0]
    done.faults = folder.faults
    done.files, done.written = len(folder.names), folder.written
    done.removed = folder.remove({name for _, names in known.values() for name in names} - folder.names)
    _remember(out, units)
    return done


def _known(out: Path) -> Mapping[str, tuple[str, list[str]]]:
    """What an earlier export wrote: for every article its digest and its files."""
    try:
        told = json.loads((out / MANIFEST).read_bytes())
        return {id: (digest, names) for id, (digest, names) in told.items()}
    except FileNotFoundError:
        if out.is_dir() and any(out.iterdir()):
            problem = "the folder holds files that no export of a site wrote"
            raise ContentError(str(out), 0, "F00", problem, "give a new or an empty folder") from None
        return {}
    except (ValueError, TypeError, AttributeError):
        # Half a list says nothing: everything is made again, and nothing removed.
        return {}


def _remember(out: Path, units: Mapping[str, tuple[str, list[str]]]) -> None:
    data = json.dumps(units, ensure_ascii=False, separators=(",", ":"))
    write(out / MANIFEST, data.encode("utf-8", "replace"))


class _Folder:
    """The files of a site."""

    def __init__(self, root: Path, compress: bool) -> None:
        self._root, self._compress = root, compress
        self.names: set[str] = set()
        self.written = 0
        self.faults: list[str] = []

    def put(self, place: str, files: Iterable[File], old: Sequence[str] = ()) -> tuple[list[str], bool]:
        """Write files under their addresses.

        Args:
            place: of all of them, for faults.
            files: address and bytes, or what makes them. What cannot be made or written is named in `faults`
                and left out, and the rest is written.
            old: names of the same files in an earlier export; those that cannot be made now stay.

        Returns:
            The names of the files, and whether all of them were written.
        """
        names, before, faults = list[str](), set(old), len(self.faults)
        try:
            for address, made in files:
                name = unquote(address).removeprefix("/") + ("index.html" if address.endswith("/") else "")
                if not fits(name):
                    self.faults.append(f"{address}: no file can have this name")
                elif not self._put(address, name, made, names):
                    names += sorted(before & {name, *(name + suffix for suffix in _PACKERS)})
        except (MissingExtra, IndexUnavailable, OSError):
            raise
        except Exception as error:  # in what comes between the files: the rest of them is not known
            self.faults.append(_fault(place, error))
            names += sorted(before - set(names))
        self.names.update(names)
        return names, len(self.faults) == faults

    def _put(self, address: str, name: str, made: bytes | Callable[[], bytes], names: list[str]) -> bool:
        """Make and write one file; False, and a fault, if that cannot be done."""
        try:
            data = made() if callable(made) else made
        except (MissingExtra, IndexUnavailable):
            raise
        except Exception as error:
            self.faults.append(_fault(address, error))
            return False
        try:
            changed = self._write(name, data, names)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            self.faults.append(f"{address}: another file or folder has this name; rename the id")
            return False
        if self._compress and len(data) > 500 and (name.endswith(_PACKED) or name.startswith("api/")):
            self._pack(name, data, names, changed)
        return True

    def _write(self, name: str, data: bytes, names: list[str]) -> bool:
        changed = write(self._root / name, data)
        names.append(name)
        self.written += changed
        return changed

    def _pack(self, name: str, data: bytes, names: list[str], changed: bool) -> None:
        for suffix, pack in _PACKERS.items():
            # Packing takes longer than all else and is not done twice for the same bytes.
            if changed or not (self._root / f"{name}{suffix}").is_file():
                self._write(name + suffix, pack(data), names)
            else:
                names.append(name + suffix)

    def has(self, names: Iterable[str]) -> bool:
        """Whether all these files are there."""
        return all((self._root / name).is_file() for name in names)

    def keep(self, names: Iterable[str]) -> None:
        """Leave files as they are."""
        self.names.update(names)

    def remove(self, names: Iterable[str]) -> int:
        """Remove files, and the folders that they leave empty."""
        gone = 0
        for name in sorted(names):
            if not fits(name):
                continue
            path = self._root / name
            path.unlink(missing_ok=True)
            gone += 1
            for folder in path.parents:
                if folder == self._root or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()
        return gone


def _fault(place: str, error: Exception) -> str:
    said = str(error) if isinstance(error, MeipiError) else f"{type(error).__name__} {error}"
    return f"{place}: it cannot be made: {said}"


_PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: brotli.compress(data, quality=11),
    ".gz": lambda data: gzip.compress(data, 9, mtime=0),
}


class _Site:
    """Makes addresses and bytes from pages."""

    def __init__(self, press: Press, *, cards: bool) -> None:
        self._press, self._pages, self._library = press, press.pages, press.library
        self._links = _Links(press.base_url, cards)
        self._cards = cards
        # The very functions that answer on the live site, by the path of their route.
        routes = api_routes(press.library, press.pages).routes
        self._api: dict[str, Any] = {r.path: r.endpoint for r in routes}  # type: ignore[attr-defined]

    def state(self, compress: bool) -> str:
        """A digest of everything that all articles' pages depend on."""
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
        """Everything under an article's address, and what led to it under its old ones."""
        document, ledger = self._library.document(id), self._library.ledger(id)
        now = {b.id: b.text for b in document.blocks}
        drawn = dict[BlockId, dict[str, bytes]]()
        if self._cards:
            for b in document.blocks:
                if pictures := self._draw(document, b.id):
                    drawn[b.id] = pictures
        title = self._pictures(self._pages.article_card(id)) if self._cards else {}
        for name, picture in title.items():
            yield f"{urls.article(id)}{name}", picture
        yield urls.article(id), partial(self._page, self._pages.reader, id, pictured=bool(title))
        yield urls.article_speakers(id), partial(self._page, self._pages.article_speakers, id)
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
                continue  # what was not saved yet has no lasting number
            for place in revision.places:
                then = urls.block(id, place.id, revision.n)
                if revision.n == document.revision and now.get(place.id) == place.text:
                    # Most articles have one revision only, and what it says stands one address further up.
                    yield then, self._same(urls.block(id, place.id))
                else:
                    make = partial(self._pages.paragraph, id, place.id, revision.n)
                    yield then, partial(self._page, make, pictured=place.id in drawn)
        for old in document.header.aliases:
            for rest in ("", "speakers/", "source/", *(f"{pid}/" for pid in sorted(ledger.ids))):
                yield urls.article(old) + rest, self._redirect(urls.article(id) + rest)

    def _paragraph(self, id: ArticleId, pid: BlockId, *, pictured: bool) -> bytes:
        answer = self._library.follow(id, pid)
        if isinstance(answer, Moved):
            return self._redirect(urls.block(id, answer.target), answer.text)
        return self._html(self._pages.paragraph(id, pid), pictured=pictured)

    def _draw(self, document: Document, block: BlockId) -> dict[str, bytes]:
        """A paragraph's share images; none where the words cannot stand alone."""
        return self._pictures(self._pages.card(document.header.id, block))

    def _pictures(self, text: CardText | Redirect) -> dict[str, bytes]:
        if isinstance(text, Redirect):
            return {}
        try:
            return {_PICTURES[size]: draw(text, size) for size in SIZES}
        except CardRefused:
            return {}

    # -- what there is once

    def library(self) -> Iterator[File]:
        """Lists, glossary, people, search, feed and what hosts and crawlers ask for."""
        pages, library = self._pages, self._library
        yield urls.HOME, self._html(pages.home())
        yield from self._lists()
        yield from self._api_lists()
        yield urls.TERMS, self._html(pages.terms())
        yield "/api/v1/terms/index.json", self._json("/terms", limit=_ALL)
        for term in self._press.knowledge.terms:
            yield urls.term(term.id), partial(self._page, pages.term, term.id)
            yield (
                f"/api/v1/terms/{quote(term.id, safe='')}",
                partial(self._json, "/terms/{id}", id=term.id, limit=_ALL),
            )
        yield urls.SPEAKERS, self._html(pages.speakers())
        yield "/api/v1/speakers/index.json", self._json("/speakers", limit=_ALL)
        people = dict.fromkeys(
            [s.id for s in library.speakers()] + [p.id for p in self._press.knowledge.people]
        )
        for id in people:
            if self._press.knowledge.is_private(id):
                continue
            yield urls.speaker(id), partial(self._page, pages.speaker, id)
            yield (
                f"/api/v1/speakers/{quote(id, safe='')}",
                partial(self._json, "/speakers/{id}", id=id, article="", term="", limit=_ALL),
            )
        yield from self._search()
        yield from self._sitemaps()
        yield "/docs/", self._html(self._own("docs.html", "接口", "/docs/", files=_API_FILES))
        lost = pages.not_found(NotFound("page", ""))
        yield "/404.html", self._html(replace(lost, template="export/lost.html"))
        yield urls.OFFLINE, self._html(pages.offline())
        yield urls.LEARN, self._html(pages.learn())
        yield "/feed.atom", self._text(pages.feed())
        yield "/robots.txt", self._text(pages.robots())
        icon = self._press.renderer.files.address("icon.svg")
        yield "/manifest.webmanifest", self._links.manifest(self._text(pages.manifest(icon)))
        yield from self._static()
        yield from self._for_hosts()

    def _lists(self) -> Iterator[File]:
        """The list of all articles, and those of a year or a publication; terms and people have own pages."""
        first = self._pages.articles()
        rows: tuple[tuple[str, tuple[Choice, ...]], ...] = first.context["filters"]

        def further(_: int, asked: Mapping[str, list[str]]) -> Page:
            return self._pages.articles(*map(int, asked.get("page", ())), after=asked.get("after", [""])[0])

        yield from self._listed(urls.ARTICLES, first, rows, further)
        for choice in (choice for _, row in rows for choice in row):
            path, _, query = choice.href.partition("?")
            address = _without_query(path, query)
            if not address.startswith(urls.ARTICLES):
                continue
            shelf = Shelf(**{key: values[0] for key, values in parse_qs(query).items()})
            chosen = replace(choice, href=urls.ARTICLES, chosen=True)
            here = tuple((label, tuple(chosen if c == choice else c for c in row)) for label, row in rows)
            yield from self._listed(address, self._pages.shelf(shelf), here, _further(self._pages, shelf))

    def _listed(
        self,
        address: str,
        page: Page,
        rows: tuple[tuple[str, tuple[Choice, ...]], ...],
        further: Callable[[int, Mapping[str, list[str]]], Page],
    ) -> Iterator[File]:
        """The pages of one list; on the live site the next is asked for by number or by where it begins."""
        n = 1
        while True:
            older = page.context["older"]
            links = {
                "newer": Link("较新", _page_address(address, n - 1)) if n > 1 else None,
                "older": Link("较早", _page_address(address, n + 1)) if older else None,
                "filters": rows,
            }
            yield _page_address(address, n), self._html(replace(page, context={**page.context, **links}))
            if not older:
                return
            n += 1
            page = further(n, parse_qs(urlsplit(older.href).query))

    def _api_lists(self) -> Iterator[File]:
        n, after = 1, ""
        while True:
            answer = json.loads(self._json("/articles", limit=_LIST, after=after))
            following = answer["next"]
            if following:
                answer["next"] = self._links.prefix + _api_list(n + 1)
                after = parse_qs(urlsplit(following).query)["after"][0]
            yield _api_list(n), json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
            if not following:
                break
            n += 1

    def _search(self) -> Iterator[File]:
        """The page of search, and its texts, newest first."""
        total, covered, size, names = 0, 0, 0, list[str]()
        texts = _Texts()
        for entry in self._press.entries():
            total += 1
            if size >= _SEARCH_BYTES:
                continue
            covered += 1
            size += texts.add(self._library.document(entry.header.id))
            if texts.size >= _SEARCH_FILE:
                names.append(f"{len(names) + 1}.json")
                yield f"{urls.SEARCH}{names[-1]}", texts.take()
        if texts.size:
            names.append(f"{len(names) + 1}.json")
            yield f"{urls.SEARCH}{names[-1]}", texts.take()
        contents = {"articles": total, "covered": covered, "files": names}
        yield f"{urls.SEARCH}index.json", json.dumps(contents).encode()
        page = self._own("search.html", "检索", urls.SEARCH, total=total, covered=covered)
        yield urls.SEARCH, self._html(replace(page, nav="search", meta=replace(page.meta, robots="noindex")))

    def _sitemaps(self) -> Iterator[File]:
        first = self._pages.sitemap()
        yield "/sitemap.xml", self._text(first)
        for n, _ in enumerate(first.context["maps"], 1):
            yield f"/sitemap-{n}.xml", self._text(self._pages.sitemap(n))

    def _static(self) -> Iterator[File]:
        static = self._press.renderer.files
        if not self._links.prefix:
            # The worker keeps pages by their addresses from the root of the host: elsewhere there is none.
            names = (n for n in sorted(static.files) if n in ("meipi.css", "icon.svg") or n.startswith("js/"))
            files = [static.address(name) for name in names]
            yield "/sw.js", self._text(self._pages.worker(static.digest, files))
        for name, data in sorted(static.files.items()):
            yield static.address(name), self._links.script(data) if name.endswith(".js") else data

    def _for_hosts(self) -> Iterator[File]:
        """What some hosts read: headers, redirects, and that the files are to be served as they are."""
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
            page = replace(page, meta=replace(page.meta, og_image=""))
        text = self._links.page(self._press.renderer.text(page), pictured=pictured)
        return text.encode("utf-8", "replace")

    def _page(self, make: Callable[..., Page | Redirect], *ids: str, pictured: bool = True) -> bytes:
        return self._html(make(*ids), pictured=pictured)

    def _text(self, page: Page) -> bytes:
        return self._press.renderer.text(page).encode("utf-8", "replace")

    def _json(self, path: str, **values: Any) -> bytes:
        return bytes(self._api["/api/v1" + path](**values).body)

    def _redirect(self, to: str, text: str = "") -> bytes:
        refresh = self._links.prefix + to
        page = self._own("moved.html", "换了地址", to, to=to, refresh=refresh, text=text)
        return self._html(replace(page, meta=replace(page.meta, robots="noindex")))

    def _same(self, to: str) -> bytes:
        """A page that leads on to the same words; light, for there is one for every paragraph."""
        values = {"policy": _POLICY, "to": self._links.prefix + to, "canonical": self._pages.absolute(to)}
        return _SAME.format(**values).encode()

    def _own(self, template: str, title: str, path: str, **context: Any) -> Page:
        """A page that only a site of files has."""
        meta = Meta(f"{title} · {self._press.site_name}", "", canonical=self._pages.absolute(path))
        return Page(f"export/{template}", meta, context)


# As Netlify, Cloudflare Pages and others read it; elsewhere each page states its policy itself.
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
<title>这一版就是现在的文字</title>
<meta name="robots" content="noindex">
<link rel="canonical" href="{canonical}">
<meta http-equiv="refresh" content="0; url={to}"></head>
<body><p>这一版的文字就是现在的文字：<a href="{to}">{canonical}</a></p></body></html>
"""
_PICTURES = {"og": "card.png", "portrait": "portrait.png"}
_API_FILES = (
    ("/api/v1/articles/index.json", f"文章目录，每份 {_LIST} 篇，next 是下一份的地址"),
    ("/api/v1/articles/{id}", "一篇文章：段落、词语、引语、说话人"),
    ("/api/v1/terms/index.json", "词语表"),
    ("/api/v1/terms/{id}", "一个词条和它在各篇的位置"),
    ("/api/v1/speakers/index.json", "说话人"),
    ("/api/v1/speakers/{id}", "一个说话人和其全部引语"),
    ("/api/v1/cite/{article}/{pid}", "一段的原文、说话人和各式出处"),
    ("/api/v1/resolve/{article}/{pid}", "段落链接的下落：仍在、已并入别段、已删去"),
)


def _further(pages: Pages, shelf: Shelf) -> Callable[[int, object], Page]:
    return lambda n, _: pages.shelf(shelf, n)


def _page_address(address: str, n: int) -> str:
    """Where the n-th page of a list is; 1-based."""
    return address if n == 1 else f"{address}page/{n}/"


def _api_list(n: int) -> str:
    return f"/api/v1/articles/{'index' if n == 1 else f'page-{n}'}.json"


class _Links:
    """Leads links to files: addresses with a query, and a site that does not stand at the root of its host.

    Args:
        base_url: where the site will be.
        cards: whether there are share images.
    """

    def __init__(self, base_url: str, cards: bool) -> None:
        self.prefix = urlsplit(base_url).path.rstrip("/")
        self._cards = cards
        # Without a prefix only addresses with a query, and the few that are no files, need a look.
        self._address = re.compile(
            r'="(/(?!/)[^"]*)"' if self.prefix else r'="(/(?!/)[^"?]*\?[^"]*|/docs|/words/[^"]*)"'
        )

    def page(self, text: str, *, pictured: bool) -> str:
        """A page as it is put into a file."""
        text = text.replace(
            '<meta charset="utf-8">',
            f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            1,
        )
        if "json+oembed" in text:
            text = _OEMBED.sub("", text)
        if "card.png" in text:
            if self._cards and pictured:
                text = _CARD.sub(lambda m: f'{m[1]}="{m[2]}{_PICTURES[m[3]]}"', text)
            else:
                text = _FIGURE.sub("", text)
        return self._address.sub(self._led, text)

    def _led(self, found: re.Match[str]) -> str:
        if not found.string.endswith(_LEADING, 0, found.start()):
            return found[0]
        address = html.unescape(found[1])
        path, _, query = address.partition("?")
        if path == "/docs":
            address = "/docs/"
        elif path.startswith("/words/"):
            # The dictionary needs a server; what the library says with a word, the search finds.
            address = urls.search(unquote(path.removeprefix("/words/").rstrip("/")))
        elif query:
            address = _without_query(path, query) or address
        return f'="{html.escape(self.prefix + address)}"'

    def script(self, data: bytes) -> bytes:
        """A script whose own addresses begin where the site does."""
        return _IN_SCRIPT.sub(rb"\1" + self.prefix.encode() + rb"\2", data) if self.prefix else data

    def manifest(self, data: bytes) -> bytes:
        """The web manifest, likewise."""
        value = json.loads(data)
        for key in ("start_url", "scope"):
            value[key] = self.prefix + value[key]
        for icon in value["icons"]:
            icon["src"] = self.prefix + icon["src"]
        return json.dumps(value, ensure_ascii=False).encode()


# The attributes that lead somewhere.
_LEADING = ("href", "src", "action")
_OEMBED = re.compile(r'<link rel="alternate" type="application/json\+oembed"[^>]*>\s*')
_CARD = re.compile(r'\b(href|src|content)="([^"]*/)card\.png\?size=(og|portrait)"')
_FIGURE = re.compile(r'<figure class="shot">.*?</figure>\n?', re.DOTALL)
_IN_SCRIPT = re.compile(rb"""(["'`])(/(?:(?:a|articles|terms|speakers|search)/|sw\.js))""")


def _without_query(path: str, query: str) -> str:
    """The file's address for an address with a query; "" when the host may ignore the query."""
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
    speaker = path.removeprefix(urls.SPEAKERS).rstrip("/")
    if path.startswith(urls.SPEAKERS) and speaker:
        if "article" in asked:
            return f"{urls.article_speakers(asked['article'])}#s-{speaker}"
        if "term" in asked:
            return urls.term(asked["term"])
    return ""


class _Texts:
    """Articles' texts for the script that searches, packed as lists of equal length."""

    def __init__(self) -> None:
        self._take()

    def _take(self) -> None:
        self.size = 0
        self._articles: list[tuple[str, str, str, int]] = []
        self._ids: list[str] = []
        self._numbers: list[int] = []
        self._texts: list[str] = []

    def add(self, document: Document) -> int:
        """Take an article in; gives its size in bytes."""
        h, numbers = document.header, numbered(document.blocks)
        self._articles.append((h.id, h.title, chinese_date(h.date, circa=h.circa), len(document.blocks)))
        size = 0
        for b in document.blocks:
            self._ids.append(b.id)
            self._numbers.append(numbers[b.id])
            self._texts.append(b.text)
            size += len(b.text.encode("utf-8", "replace"))
        self.size += size
        return size

    def take(self) -> bytes:
        """The file of what was taken in; what comes next goes into another."""
        value = {"articles": self._articles, "ids": self._ids, "numbers": self._numbers, "texts": self._texts}
        self._take()
        packed = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return packed.encode("utf-8", "backslashreplace")
