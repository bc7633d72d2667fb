"""JSON routes and the promise they make: Pydantic models, for OpenAPI and for tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from html import escape
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from app import __version__, urls
from app.dictionary.entries import Word
from app.dictionary.language import Language, version
from app.document import knowledge_to_json, to_json
from app.errors import MissingExtra, NotFound
from app.index import Entry, Filters, FormTotal, Line
from app.library.reading import Reading
from app.model import ArticleId, BlockId, Knowledge, Person, Source, SpeakerId, Term
from app.pages.contexts import Redirect
from app.pages.excerpts import cut
from app.pages.pages import Pages
from app.text.paragraphs import Gone, Here, Moved, Then, Unknown
from app.text.terms.facts import linked
from app.web.errors import install_errors
from app.web.responses import Json
from app.web.state import Web


class _Open(BaseModel):
    """Promised keys; further ones may be there."""

    model_config = ConfigDict(extra="allow")


class BlockOut(_Open):
    """A block of an article's text."""

    id: str = Field(examples=["k7f3"])
    n: int
    kind: Literal["paragraph", "heading", "byline", "caption", "furniture", "list", "verse"]
    text: str


class OccurrenceOut(_Open):
    """A glossary term in the text; offsets count code points of the block's text, half-open."""

    block: str
    start: int
    end: int
    text: str
    term: str
    core: bool
    first: bool


class SpeakerOut(_Open):
    """A source of quotations as the article presents it."""

    id: str
    name: str
    aliases: list[str]
    role: str | None
    kind: Literal["person", "collective", "organisation"]


class PlaceOut(_Open):
    """A stretch of one block."""

    block: str
    start: int
    end: int


class QuotationOut(PlaceOut):
    """Words given as somebody's own; `speaker` null when it is not known who.

    `inferred_from`: from this offset on, sentences without a verb of saying are taken to go on.
    `ascribed`: somebody else ascribes the words to the speaker; counted apart.
    """

    type: Literal["direct", "indirect", "mixed"]
    speaker: str | None
    cue: str | None
    source: PlaceOut | None
    inferred_from: int | None
    ascribed: bool


class QuoteMarkOut(PlaceOut):
    """The inside of a pair of quotation marks."""

    speech: bool


class DocumentOut(_Open):
    """One article with everything known about it."""

    id: str
    title: str
    date: str | None
    publication: str | None
    url: str | None
    revision: int
    lang: str
    blocks: list[BlockOut]
    occurrences: list[OccurrenceOut]
    speakers: list[SpeakerOut]
    quotations: list[QuotationOut]
    quote_marks: list[QuoteMarkOut]


class ArticleOut(_Open):
    """An article in a list."""

    id: str
    title: str
    date: str | None
    url: str
    paragraphs: int
    characters: int


class ArticlesOut(_Open):
    """A page of articles, newest first; `next` is the address of the following page, or null."""

    total: int
    items: list[ArticleOut]
    next: str | None


class EnglishOut(_Open):
    """An English name; `status` is official, common or descriptive (our own words)."""

    text: str
    status: str


class MemberOut(_Open):
    """A member of a counted phrase."""

    zh: str
    en: str


class TermDateOut(_Open):
    """A date and what happened then; `in_use_by` is the earliest use found, the term may be older."""

    date: str
    type: str
    event: str
    event_en: str
    source: int


class TermOut(_Open):
    """A glossary entry; `verified` is true (all facts), "main" (the main facts) or false."""

    id: str
    term: str
    pinyin: str
    kind: str
    domain: str
    priority: str
    zh: str
    en: str
    traditional: str
    aliases: list[str]
    english: list[EnglishOut]
    members: list[MemberOut]
    members_changed: str
    dates: list[TermDateOut]
    verified: bool | str
    occurrences: int


class TermsOut(_Open):
    """The glossary, in its own order; `next` is the address of the following page, or null."""

    total: int
    items: list[TermOut]
    next: str | None


class SpeakerCountOut(_Open):
    """A speaker across the library."""

    id: str
    name: str
    role: str | None
    kind: str
    quotations: int
    articles: int
    ascribed: int


class SpeakersOut(_Open):
    """Everybody who is quoted, most quoted first."""

    total: int
    items: list[SpeakerCountOut]
    next: str | None


class HitOut(PlaceOut):
    """A paragraph that a search found; `start` and `end` are its first hit, `hits` all of them."""

    article: str
    title: str
    text: str
    url: str
    hits: list[list[int]]
    speaker: str | None


class SuggestionOut(_Open):
    """What may have been meant: a term, a speaker, or a query that finds something."""

    kind: Literal["term", "speaker", "query"]
    text: str
    id: str | None
    total: int | None


class SearchOut(_Open):
    """Paragraphs that a query finds, the best first.

    `total` is exact unless `more` is set: then there are older ones, which follow on further pages. `next` is
    the address of the following page, or null. `read_as` names what was looked for when the query is pinyin.
    """

    q: str
    total: int
    more: bool
    items: list[HitOut]
    next: str | None
    read_as: list[str]
    suggestions: list[SuggestionOut]


class CitationOut(_Open):
    """Forms to copy; in `gbt` the words 引用日期 in brackets stand for the day of access."""

    quote: str
    plain: str
    gbt: str
    bibtex: str
    csl: str


class WordsOut(_Open):
    """A stretch of the paragraph and who says it, "" when that is not certain."""

    start: int
    end: int
    type: Literal["direct", "indirect", "mixed"]
    by: str


class CitedOut(_Open):
    """What sharing a paragraph needs."""

    id: str
    number: int
    text: str
    link: str
    fragment: str
    source: str
    citation: CitationOut
    said: list[WordsOut]
    refused: str
    lacking: str


class ResolveOut(_Open):
    """What a link to a paragraph leads to."""

    state: Literal["live", "rewritten", "split", "merged", "removed", "revision"]
    article: str
    id: str
    url: str | None = None
    text: str | None = None


class WordEntryOut(_Open):
    """A word with one reading; `level` is of GF0025-2021, 7 for its band 7–9; `person` a speaker's id."""

    simplified: str
    traditional: str
    pinyin: str
    meanings: list[str]
    level: int | None
    person: str | None


class WordOut(_Open):
    """A word; offsets count code points of the text that was asked about."""

    text: str
    start: int
    end: int
    url: str
    entries: list[WordEntryOut]


class LookedUpOut(_Open):
    """The longest word at a place, then every shorter one inside it; empty where no word is known.

    `before` and `after` are where the neighbouring words begin. The attribution is to be shown.
    """

    words: list[WordOut]
    attribution: dict[str, str]


class ProblemOut(BaseModel):
    """What went wrong, RFC 9457; `near` are addresses that may have been meant."""

    type: str
    status: int
    instance: str
    title: str
    detail: str = ""
    near: list[str] = []


def _fault(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    problem = {"application/problem+json": {"schema": ProblemOut.model_json_schema()}}
    return {status: {"description": description, "content": problem}}


_NOT_FOUND = _fault(404, "Not found")
_RENAMED: dict[int | str, dict[str, Any]] = {
    301: {"description": "Elsewhere now, see Location", "content": {"application/json": {}}}
}
# Of every route.
_FAULTS: dict[int | str, dict[str, Any]] = {
    **_fault(422, "A parameter is missing or does not fit"),
    429: {"description": "Too many; come again after Retry-After seconds", "content": {"text/plain": {}}},
    **_fault(503, "Not now: the index is out of reach"),
}


def api(web: Web) -> FastAPI:
    """The application that answers for programs."""
    app = FastAPI(
        title="Meipi",
        summary="Annotated Chinese articles: paragraphs with lasting ids, terms, speakers, quotations.",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.web = web
    app.include_router(api_routes(web.library, web.pages))
    app.include_router(oembed_route(web.library, web.pages, site_name=web.renderer.site_name))
    install_errors(app, invalid=RequestValidationError)

    @app.get("/openapi.json", include_in_schema=False, response_model=None)
    def described() -> Json[Any]:
        return _json(app.openapi())

    return app


def api_routes(library: Reading, pages: Pages) -> APIRouter:
    """The routes under /api/v1."""
    router = APIRouter(
        prefix="/api/v1",
        tags=["v1"],
        default_response_class=Json,
        responses=_FAULTS,
        dependencies=[Depends(pages.require_finished)],
    )

    @router.get("/articles", response_model=ArticlesOut, summary="Articles, newest first")
    def articles(
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[str, Query(max_length=100, description="from `next`")] = "",
        offset: Annotated[int, Query(ge=0, le=10**9, description="for the first pages; `after` goes on")] = 0,
    ) -> Json[Any]:
        entries = library.entries(limit=limit + 1, offset=offset, after=after)
        page = entries[:limit]
        following = None
        if len(entries) > limit:
            following = "/api/v1/articles?" + urlencode({"limit": limit, "after": page[-1].place})
        items = [_article(e, pages) for e in page]
        return _json({"total": library.count(), "items": items, "next": following})

    @router.get(
        "/articles/{id}",
        response_model=DocumentOut,
        responses=_NOT_FOUND | _RENAMED,
        summary="One article document",
    )
    def article(id: Annotated[str, Path(examples=["kechuang"])]) -> Json[Any]:
        renamed = library.renamed(ArticleId(id))
        if renamed:
            return Json(None, 301, headers={"location": f"/api/v1/articles/{renamed.to}"})
        return _json(to_json(library.exact(ArticleId(id))))

    @router.get("/terms", response_model=TermsOut, summary="The glossary")
    def terms(
        limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
        after: Annotated[str, Query(max_length=100, description="from `next`")] = "",
    ) -> Json[Any]:
        counts, every = library.term_counts(), library.knowledge().terms
        begin = next((n for n, t in enumerate(every, 1) if t.id == after), 0)
        page = every[begin : begin + limit]
        following = None
        if begin + limit < len(every):
            following = "/api/v1/terms?" + urlencode({"limit": limit, "after": page[-1].id})
        items = [_term(t) | {"occurrences": counts.get(t.id, 0)} for t in page]
        return _json({"total": len(every), "items": items, "next": following})

    @router.get(
        "/terms/{id}",
        response_model=TermOut,
        responses=_NOT_FOUND,
        summary="One entry, with every occurrence",
    )
    def term(
        id: Annotated[str, Path(examples=["wu-ge-zhongxin"])],
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
        after: Annotated[str, Query(max_length=100, description="from `next`")] = "",
    ) -> Json[Any]:
        entry = library.term(id)
        lines = library.occurrences(entry.id, limit=limit + 1, after=after)
        following = None
        if len(lines) > limit:
            query = urlencode({"limit": limit, "after": lines[limit - 1].place})
            following, lines = f"/api/v1{urls.term(entry.id)[:-1]}?{query}", lines[:limit]
        places = [_line(x, pages) | {"speaker": x.speaker} for x in lines]
        glossary = pages.resources.glossary()
        totals = library.term_totals(entry.id)
        body = {
            "occurrences": totals.uses,
            "articles": totals.articles,
            "first": totals.first and _first_use(totals.first, pages),
            "forms": [_first_use(f, pages) | {"text": f.text, "count": f.uses} for f in totals.forms],
            "speakers": totals.speakers,
            "users": [
                {"id": u.id, "name": u.name, "count": u.uses, "url": pages.speaker_url(u.id)}
                for u in totals.users
            ],
            "narrated": totals.narrated,
            "unattributed": totals.unattributed,
            "member_entries": {m.text: m.term for m in glossary.members(entry) if m.term},
            "relations": [
                {"term": r.text, "relation": r.label, "url": r.href} for r in glossary.related(entry)
            ],
            "places": places,
            "next": following,
        }
        return _json(_term(entry) | body)

    @router.get("/speakers", response_model=SpeakersOut, summary="Those who are quoted, most quoted first")
    def speakers(
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
        after: Annotated[str, Query(max_length=200, description="from `next`")] = "",
    ) -> Json[Any]:
        counts = library.speakers(limit=limit + 1, after=after)
        page = counts[:limit]
        following = None
        if len(counts) > limit:
            following = "/api/v1/speakers?" + urlencode({"limit": limit, "after": page[-1].id})
        items = [
            {
                "id": s.id,
                "name": s.name,
                "role": s.role or None,
                "kind": s.kind,
                "recorded": s.recorded,
                "quotations": s.quotations,
                "articles": s.articles,
                "ascribed": s.ascribed,
                "url": pages.absolute(urls.speaker(s.id)),
            }
            for s in page
            if not library.knowledge().is_private(s.id)
        ]
        return _json({"total": library.public_speaker_count(), "items": items, "next": following})

    @router.get(
        "/speakers/{id}",
        response_model=SpeakerOut,
        responses=_NOT_FOUND,
        summary="One speaker, with every quotation",
    )
    def speaker(
        id: Annotated[str, Path(examples=["luo-dajin"])],
        article: Annotated[str, Query(max_length=100, description="only in this article")] = "",
        term: Annotated[str, Query(max_length=100, description="only where this term is spoken of")] = "",
        limit: Annotated[int, Query(ge=1, le=1000, description="articles")] = 200,
        after: Annotated[str, Query(max_length=100, description="from `next`")] = "",
    ) -> Json[Any]:
        if library.knowledge().is_private(id):
            raise NotFound("speaker", id)
        ids = library.heard_in(SpeakerId(id), limit=limit + 1, after=after)
        following = None
        if len(ids) > limit:
            again = {"article": article, "term": term, "limit": limit, "after": ids[limit - 1]}
            query = urlencode({k: v for k, v in again.items() if v})
            following = f"/api/v1{urls.speaker(id)[:-1]}?{query}"
        if article:
            ids, following = [ArticleId(article)], None
        documents = library.documents(ids[:limit])
        person = library.person(id)
        found = [(d, s) for d in documents for s in d.speakers if s.id == id]
        if not found and person is None:
            raise NotFound("speaker", id)
        first = found[0][1] if found else None
        aliases = dict.fromkeys(
            [*(person.aliases if person else ()), *(a for _, s in found for a in s.aliases)]
        )
        quotations = []
        for document, _ in found:
            if article not in ("", document.header.id):
                continue
            text = {b.id: b.text for b in document.blocks}
            spoken = {(o.block, o.span.start, o.span.end) for o in document.occurrences if o.term == term}
            for q in to_json(document)["quotations"]:
                about = any(b == q["block"] and q["start"] <= a and z <= q["end"] for b, a, z in spoken)
                if q["speaker"] == id and (not term or about):
                    words = text[q["block"]][q["start"] : q["end"]]
                    address = pages.absolute(urls.block(document.header.id, q["block"]))
                    quotations.append(
                        {
                            "article": document.header.id,
                            "date": document.header.date or None,
                            "circa": document.header.circa,
                            **q,
                            "text": words,
                            "url": address,
                        }
                    )
        body = {
            "id": id,
            "name": person.name if person else first.name if first else id,
            "aliases": list(aliases),
            "role": (first.role if first else None)
            or (person.offices[0].title if person and person.offices else None),
            "kind": person.kind if person else first.kind if first else "person",
            "recorded": person is not None,
            "record": _person(person) if person else None,
            "totals": {
                "quotations": total.quotations,
                "articles": total.articles,
                "ascribed": total.ascribed,
            }
            if (total := library.speaker_total(SpeakerId(id)))
            else {"quotations": 0, "articles": 0, "ascribed": 0},
            "quotations": quotations,
            "next": following,
        }
        return _json(body)

    @router.get("/search", response_model=SearchOut, summary="Full text: exact substrings, ranked")
    def search(
        q: Annotated[str, Query(max_length=200, examples=["五个中心"])],
        speaker: Annotated[str, Query(max_length=100)] = "",
        term: Annotated[str, Query(max_length=100)] = "",
        article: Annotated[str, Query(max_length=100)] = "",
        since: Annotated[str, Query(max_length=10, description="ISO 8601, as exact as you like")] = "",
        until: Annotated[str, Query(max_length=10, description="ISO 8601, as exact as you like")] = "",
        kind: Annotated[Literal["", "quotation"], Query(description="only in quotations")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[str, Query(max_length=60, description="from `next`")] = "",
    ) -> Json[Any]:
        filters = Filters(speaker, term, article, since, until, kind)
        searched = library.search(q, filters, limit=limit, after=after)
        found = searched.found
        again = {**asdict(filters), "limit": limit, "after": found.next}
        following = urlencode({"q": q, **{k: v for k, v in again.items() if v}})
        items = [
            _line(x, pages)
            | {"speaker": x.speaker, "kind": x.kind, "hits": [[h.start, h.end] for h in x.hits]}
            for x in found.lines
        ]
        suggestions = [
            {"kind": s.kind, "text": s.text, "id": s.id or None, "total": s.total or None}
            for s in searched.suggestions
        ]
        return _json(
            {
                "q": q,
                "total": found.total,
                "more": found.more,
                "items": items,
                "next": f"/api/v1/search?{following}" if found.next else None,
                "read_as": list(searched.read_as),
                "titles": [_article(e, pages) for e in found.titles],
                "suggestions": suggestions,
            }
        )

    @router.get("/words", response_model=LookedUpOut, summary="A word, and every word inside it")
    def words(q: Annotated[str, Query(min_length=1, max_length=20, examples=["科技创新"])]) -> Json[Any]:
        language = _language(pages)
        body = {"q": q, "words": [_word(w) for w in language.words(q)[:_INNER]]}
        return _json(body | _attributed(language), cache=_A_DAY)

    @router.get(
        "/words/{article}/{block}",
        response_model=LookedUpOut,
        responses=_NOT_FOUND,
        summary="The word at a place of an article; its people before any word",
    )
    def words_at(
        article: str,
        block: str,
        at: Annotated[int, Query(ge=0, le=10**6, description="code points from the block's start")] = 0,
        v: Annotated[
            str, Query(max_length=16, description="the text's version; with it the answer may be kept")
        ] = "",
    ) -> Json[Any]:
        language, document = _language(pages), library.document(ArticleId(article))
        knowledge = library.knowledge()
        try:
            found = language.look_up(document, BlockId(block), at, knowledge.people)
        except KeyError:
            raise NotFound("paragraph", f"{article}/{block}") from None
        start, end = (found.word.span.start, found.word.span.end) if found.word else (at, at + 1)
        before, after = language.neighbours(document, BlockId(block), start, end)
        term = next(
            (
                t
                for o in document.occurrences
                if o.block == block and o.span.start <= at < o.span.end and (t := knowledge.term(o.term))
            ),
            None,
        )
        body = {
            "article": article,
            "block": block,
            "at": at,
            "before": before,
            "after": after,
            "term": {"id": term.id, "term": term.term, "url": urls.term(term.id)} if term else None,
            "words": [
                _word(w, lambda id: _person_address(id, document.header.id, knowledge))
                for w in found.words[:_INNER]
            ],
        }
        return _json(body | _attributed(language), cache=_A_DAY if v == version(document) else "no-cache")

    @router.get(
        "/resolve/{article}/{pid}",
        response_model=ResolveOut,
        responses=_NOT_FOUND | {410: {"model": ResolveOut, "description": "Removed; with its last words"}},
        summary="What a link to a paragraph leads to",
    )
    def resolve(
        article: str, pid: str, rev: Annotated[int | None, Query(ge=0, le=10**9)] = None
    ) -> Json[Any]:
        renamed = library.renamed(ArticleId(article))
        id = renamed.to if renamed else ArticleId(article)
        library.document(id)
        base: dict[str, Any] = {"article": id, "id": pid.lower()}
        match library.follow(id, pid, rev):
            case Here() as here:
                state = "split" if here.also else "rewritten" if here.rewrites else "live"
                rewrites = [
                    {"revision": r.revision, "saved_at": r.saved_at, "score": r.score, "before": r.before}
                    for r in here.rewrites
                ]
                more = {
                    "text": here.block.text,
                    "n": here.block.n,
                    "rewrites": rewrites,
                    "also": list(here.also),
                }
                return _json(
                    base | {"state": state, "url": pages.absolute(urls.block(id, here.block.id)), **more}
                )
            case Then() as then:
                address = pages.absolute(urls.block(id, then.block.id, then.revision))
                more = {
                    "text": then.block.text,
                    "revision": then.revision,
                    "saved_at": then.saved_at,
                    "differs": then.differs,
                }
                return _json(base | {"state": "revision", "url": address, **more})
            case Moved() as moved:
                address = pages.absolute(urls.block(id, moved.target))
                more = {
                    "target": moved.target,
                    "text": moved.text,
                    "revision": moved.revision,
                    "saved_at": moved.saved_at,
                }
                return _json(base | {"state": "merged", "url": address, **more})
            case Gone() as gone:
                more = {
                    "text": gone.text,
                    "revision": gone.revision,
                    "saved_at": gone.saved_at,
                    "before": gone.before,
                    "after": gone.after,
                }
                return _json(base | {"state": "removed", "url": None, **more}, 410)
            case Unknown() as unknown:
                near = tuple(pages.absolute(urls.block(id, n)) for n in unknown.near)
                raise NotFound("paragraph", f"{id}/{pid}", near)

    @router.get(
        "/cite/{article}/{pid}",
        response_model=CitedOut,
        responses=_NOT_FOUND | _RENAMED,
        summary="A paragraph with its citation in every form",
    )
    def cite(article: str, pid: str) -> Json[Any]:
        cited = pages.cited(ArticleId(article), pid)
        if isinstance(cited, Redirect):
            return Json(
                None, 301, headers={"location": f"/api/v1/cite{cited.to.removeprefix('/a').rstrip('/')}"}
            )
        return _json(asdict(cited))

    return router


def oembed_route(library: Reading, pages: Pages, *, site_name: str) -> APIRouter:
    """`/oembed`: a paragraph as a quotation for other sites to show; their own addresses are refused."""
    router = APIRouter(responses=_FAULTS | _NOT_FOUND)
    other_form: dict[int | str, dict[str, Any]] = {
        501: {"description": "Only JSON is answered", "content": {"application/json": {}}}
    }

    @router.get(
        "/oembed", summary="A paragraph to embed", tags=["v1"], responses=other_form, response_model=None
    )
    def oembed(
        url: Annotated[str, Query(max_length=500)],
        maxwidth: Annotated[int, Query(ge=200, le=2000)] = 600,
        format: Annotated[Literal["json", "xml"], Query()] = "json",
    ) -> Json[Any]:
        if format != "json":
            return _json({"error": "only json is answered"}, 501)
        path = url.removeprefix(pages.absolute(""))
        found = re.fullmatch(r"/a/([a-z0-9-]+)/(?:([a-z0-9]{4})/)?(?:[?#].*)?", path)
        if path == url or found is None:
            raise NotFound("page", url)
        document = library.document(ArticleId(found.group(1)))
        blocks = (
            [b for b in document.blocks if b.id == found.group(2)] if found.group(2) else document.blocks[:1]
        )
        if not blocks:
            raise NotFound("paragraph", found.group(2))
        title, words, address = document.header.title, cut(blocks[0].text, 280), pages.absolute(path)
        quote = (
            f'<blockquote cite="{escape(address)}"><p>{escape(words)}</p>'
            f'<footer><a href="{escape(address)}">{escape(title)}</a></footer></blockquote>'
        )
        answer = {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": site_name,
            "provider_url": pages.absolute("/"),
            "html": quote,
            "width": maxwidth,
            "height": None,
            "cache_age": 3600,
        }
        return _json(answer)

    return router


def _json(body: Any, status: int = 200, *, cache: str = "no-cache") -> Json[Any]:
    return Json(body, status, cache=cache)


# The dictionary changes with a release, and a text has another version after every change.
_A_DAY = "public, max-age=86400"
# So many words at most: the longest, and those inside it.
_INNER = 16


def _language(pages: Pages) -> Language:
    if pages.language is None:
        raise MissingExtra("词典", "dict")
    return pages.language


def _attributed(language: Language) -> dict[str, Any]:
    a = language.attribution
    return {
        "attribution": {
            "name": a.name,
            "url": a.url,
            "licence": a.licence,
            "licence_url": a.licence_url,
            "released": a.released,
        }
    }


def _person_address(id: SpeakerId, article: ArticleId, knowledge: Knowledge) -> str:
    """A person's page; for a private person, who has none, their place in the article's index."""
    if knowledge.is_private(id):
        return f"{urls.article_speakers(article)}#s-{id}"
    return urls.speaker(id)


def _word(word: Word, address: Callable[[SpeakerId], str] = urls.speaker) -> dict[str, Any]:
    entries = [
        {
            "simplified": e.simplified,
            "traditional": e.traditional,
            "pinyin": e.pinyin,
            "meanings": list(e.meanings),
            "level": e.level,
            "person": e.person,
        }
        for e in word.entries
    ]
    person = next((e.person for e in word.entries if e.person), None)
    url = address(person) if person else urls.word(word.text)
    return {"text": word.text, "start": word.span.start, "end": word.span.end, "url": url, "entries": entries}


def _article(entry: Entry, pages: Pages) -> dict[str, Any]:
    h = entry.header
    return {
        "id": h.id,
        "title": h.title,
        "supplied": h.supplied,
        "date": h.date or None,
        "circa": h.circa,
        "publication": h.publication or None,
        "url": pages.absolute(urls.article(h.id)),
        "revision": entry.revision,
        "lang": h.lang,
        "characters": entry.characters,
        "paragraphs": entry.paragraphs,
        "terms": entry.terms,
        "speakers": entry.people + entry.groups,
    }


def _term(term: Term) -> dict[str, Any]:
    entry: dict[str, Any] = knowledge_to_json(Knowledge(terms=(term,)))["terms"][0]
    del entry["file"]
    return entry | {"sources": _sources(term.sources)}


def _sources(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Sources; the addresses of reprints and mirrors (tier C) are left out."""
    return [asdict(s) | {"url": linked(s)} for s in sources]


def _person(person: Person) -> dict[str, Any]:
    entry: dict[str, Any] = knowledge_to_json(Knowledge(people=(person,)))["people"][0]
    del entry["file"]
    return entry | {"sources": _sources(person.sources)}


def _first_use(form: FormTotal, pages: Pages) -> dict[str, Any]:
    """Where a form occurs first: the oldest dated article, or one without a date."""
    return _dated(form.date) | {"url": pages.absolute(urls.block(form.article, form.block))}


def _dated(date: str) -> dict[str, Any]:
    """A date of the index: as ISO 8601, and whether it is approximate."""
    return {"date": date.removesuffix("~") or None, "circa": date.endswith("~")}


def _line(line: Line, pages: Pages) -> dict[str, Any]:
    return {
        "article": line.article,
        "title": line.title,
        **_dated(line.date),
        "block": line.block,
        "start": line.span.start,
        "end": line.span.end,
        "text": line.text,
        "url": pages.absolute(urls.block(line.article, line.block)),
    }
