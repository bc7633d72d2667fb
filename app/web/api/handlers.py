"""What each address of the API answers: one function a route, from parameters to a model in JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Annotated, Any, Literal, TypeAlias, cast

from fastapi import Depends, Path, Query
from msgspec import structs
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app import urls
from app.dictionary.entries import Word
from app.dictionary.language import Language, version
from app.document import ArticleDocument, to_json
from app.errors import MissingExtra, NotFound
from app.i18n import worded
from app.index import Filters
from app.library.comparing import ComparedTexts, compared
from app.library.marking import SpeakerMarks, marks_of
from app.library.reuse import ReuseRecord
from app.library.reuse import reuse as found_elsewhere
from app.library.series import TermSeriesList, series_of
from app.library.uses import UsesRecord, record, record_of
from app.model import ArticleId, BlockId, Document, Speaker, SpeakerId
from app.pages.contexts import Redirect
from app.pages.excerpts import cut
from app.pages.sharing import Cited
from app.text.paragraphs import Gone, Here, Moved, Then, Unknown
from app.web.api.models import (
    ArticleList,
    Embed,
    FoundWord,
    LiveParagraph,
    MergedParagraph,
    ParagraphRewrite,
    PinnedParagraph,
    Relation,
    RemovedParagraph,
    SearchAnswer,
    SearchSuggestion,
    SpeakerItem,
    SpeakerList,
    SpeakerRecord,
    SpeakerTotals,
    SpokenQuotation,
    TermItem,
    TermLink,
    TermList,
    TermRecord,
    TermUser,
    WordList,
    WordsAt,
)
from app.web.api.values import (
    article_item,
    credit,
    first_use,
    following,
    form_uses,
    found_word,
    person_address,
    person_record,
    place,
    public_sources,
    search_hit,
    spoken_quotation,
    term_fields,
)
from app.web.responses import Json
from app.web.state import Web, web_of

# The dictionary changes only with a release, and every change gives a text another version.
_A_DAY = "public, max-age=86400"
# The most words of one answer: the longest, and those inside it.
_MAX_WORDS = 16


async def _web(request: Request) -> Web:
    return web_of(request)


Site: TypeAlias = Annotated[Web, Depends(_web)]
Cursor: TypeAlias = Annotated[str, Query(max_length=100, description="from `next`")]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=1000, description="at most this number")]
Name: TypeAlias = Annotated[str, Query(max_length=100, description="only with this id")]
ArticlePart: TypeAlias = Annotated[str, Path(description="id of an article")]
BlockPart: TypeAlias = Annotated[str, Path(description="id of a paragraph")]
Day: TypeAlias = Annotated[str, Query(max_length=10, description="ISO 8601, as exact as you like")]


def articles(
    web: Site,
    limit: Annotated[int, Query(ge=1, le=200, description="at most this number")] = 50,
    after: Cursor = "",
    offset: Annotated[int, Query(ge=0, le=10**9, description="for the first pages; `after` goes on")] = 0,
) -> Json[ArticleList]:
    """A page of all articles."""
    entries = web.library.index.entries(limit=limit + 1, offset=offset, after=after)
    page = entries[:limit]
    more = len(entries) > limit
    next = following("/articles", {"limit": limit, "after": page[-1].place}) if more else None
    return Json(ArticleList(web.library.index.count(), [article_item(e, web.pages) for e in page], next))


def article(
    web: Site, id: Annotated[str, Path(description="id of an article", examples=["kechuang"])]
) -> Json[ArticleDocument]:
    """One article document."""
    if (now := web.library.current(id)) != id:
        return _moved(f"/api/v1/articles/{now}")
    # In plain values: `to_json` leaves out what the document leaves out.
    return Json(cast(ArticleDocument, to_json(web.library.exact(ArticleId(id)))))


def terms(web: Site, limit: Limit = 1000, after: Cursor = "") -> Json[TermList]:
    """A page of the glossary."""
    counts, every = web.library.index.term_counts(), web.library.knowledge().terms
    begin = next((n for n, t in enumerate(every, 1) if t.id == after), 0)
    page = every[begin : begin + limit]
    more = begin + limit < len(every)
    address = following("/terms", {"limit": limit, "after": page[-1].id}) if more else None
    items = [TermItem(**term_fields(t), occurrences=counts.get(t.id, 0)) for t in page]
    return Json(TermList(len(every), items, address))


def term(
    web: Site,
    id: Annotated[str, Path(description="id of an entry", examples=["wu-ge-zhongxin"])],
    limit: Limit = 500,
    after: Cursor = "",
) -> Json[TermRecord]:
    """One glossary entry with its uses."""
    pages, entry = web.pages, web.library.term(id)
    lines = web.library.index.occurrences(entry.id, limit=limit + 1, after=after)
    next = None
    if len(lines) > limit:
        next = following(urls.term(entry.id)[:-1], {"limit": limit, "after": lines[limit - 1].place})
        lines = lines[:limit]
    totals = web.library.index.term_totals(entry.id)
    glossary = pages.glossary()
    made = TermRecord(
        **term_fields(entry),
        occurrences=totals.uses,
        articles=totals.articles,
        first=first_use(totals.first, pages) if totals.first else None,
        forms=[form_uses(form, pages) for form in totals.forms],
        speakers=totals.speakers,
        users=[TermUser(u.id, u.name, u.uses, pages.speaker_url(u.id)) for u in totals.users],
        narrated=totals.narrated,
        unattributed=totals.unattributed,
        member_entries={m.text: m.term for m in glossary.members(entry) if m.term},
        relations=[Relation(r.text, r.label, r.href) for r in glossary.related(entry)],
        places=[place(line, pages) for line in lines],
        next=next,
    )
    return Json(made)


def term_uses(
    web: Site, id: Annotated[str, Path(description="id of an entry", examples=["wu-ge-zhongxin"])]
) -> Json[UsesRecord]:
    """One entry’s uses by year, publication and speaker."""
    entry = web.library.term(id)
    totals = web.library.index.uses(entry.id)
    return Json(record_of(web.library, totals, web.pages.absolute, entry.id, entry.term))


def term_series(
    web: Site, id: Annotated[str, Path(description="id of an entry", examples=["wu-ge-zhongxin"])]
) -> Json[TermSeriesList]:
    """One entry’s uses by year in texts that the library does not hold."""
    made = series_of(web.library, web.library.term(id))
    return Json(replace(made, series=[replace(s, sources=public_sources(s.sources)) for s in made.series]))


def uses(
    web: Site,
    q: Annotated[str, Query(min_length=1, max_length=200, description="words", examples=["国际科创中心"])],
) -> Json[UsesRecord]:
    """The uses of any words, whether they have an entry or not."""
    return Json(record(web.library, q, web.pages.absolute, any=True))


def speakers(
    web: Site,
    limit: Limit = 500,
    after: Annotated[str, Query(max_length=200, description="from `next`")] = "",
) -> Json[SpeakerList]:
    """A page of all people who are quoted."""
    counts = web.library.index.speakers(limit=limit + 1, after=after)
    page = counts[:limit]
    more = len(counts) > limit
    next = following("/speakers", {"limit": limit, "after": page[-1].id}) if more else None
    knowledge = web.library.knowledge()
    items = [
        SpeakerItem(
            *(
                s.id,
                s.name,
                s.role or None,
                s.kind,
                s.recorded,
                s.quotations,
                s.articles,
                s.ascribed,
                s.certain,
            ),
            url=web.pages.absolute(urls.speaker(s.id)),
        )
        for s in page
        if not knowledge.is_private(s.id)
    ]
    return Json(SpeakerList(web.library.public_speaker_count(), items, next))


def speaker(
    web: Site,
    id: Annotated[str, Path(description="id of a speaker", examples=["luo-dajin"])],
    article: Annotated[str, Query(max_length=100, description="only in this article")] = "",
    term: Annotated[str, Query(max_length=100, description="only where this term is spoken of")] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="articles")] = 200,
    after: Cursor = "",
) -> Json[SpeakerRecord]:
    """One speaker with their quotations, article by article."""
    library = web.library
    if library.knowledge().is_private(id):
        raise NotFound("speaker", id)
    ids, next = library.index.articles_of(SpeakerId(id), limit=limit + 1, after=after), None
    if article:
        ids = [ArticleId(article)]
    elif len(ids) > limit:
        query = {"term": term, "limit": limit, "after": ids[limit - 1]}
        next = following(urls.speaker(id)[:-1], query)
    found = [(d, s) for d in library.documents(ids[:limit]) for s in d.speakers if s.id == id]
    quotations = [q for d, _ in found for q in _quotations(web, d, id, term)]
    return Json(_speaker_record(web, id, [s for _, s in found], quotations, next))


def speaker_marks(
    web: Site, id: Annotated[str, Path(description="id of a speaker", examples=["luo-dajin"])]
) -> Json[SpeakerMarks]:
    """The terms that one speaker uses far more often than the rest of the library."""
    library = web.library
    if (
        library.knowledge().is_private(id)
        or (library.person(id) or library.index.speaker_total(SpeakerId(id))) is None
    ):
        raise NotFound("speaker", id)
    made = marks_of(library, SpeakerId(id))
    return Json(replace(made, terms=[replace(m, url=web.pages.absolute(m.url)) for m in made.terms]))


def _quotations(web: Web, document: Document, speaker: str, term: str) -> list[SpokenQuotation]:
    """A speaker's quotations in a document; with a term, only those that hold it."""
    text = {b.id: b.text for b in document.blocks}
    uses = [o for o in document.occurrences if o.term == term]
    return [
        spoken_quotation(document, q, text[q.block][q.start : q.end], web.pages)
        for q in document.quotations
        if q.speaker == speaker
        and (not term or any(o.block == q.block and q.start <= o.start and o.end <= q.end for o in uses))
    ]


def _speaker_record(
    web: Web, id: str, seen: list[Speaker], quotations: list[SpokenQuotation], next: str | None
) -> SpeakerRecord:
    """A speaker from the record in content/ and from how articles present them."""
    person = web.library.person(id)
    if not seen and person is None:
        raise NotFound("speaker", id)
    first = seen[0] if seen else None
    office = person.offices[0].title if person and person.offices else None
    aliases = [*(person.aliases if person else ()), *(a for s in seen for a in s.aliases)]
    total = web.library.index.speaker_total(SpeakerId(id))
    return SpeakerRecord(
        id=SpeakerId(id),
        name=person.name if person else first.name if first else id,
        aliases=list(dict.fromkeys(aliases)),
        role=(first.role if first else None) or office,
        kind=person.kind if person else first.kind if first else "person",
        recorded=person is not None,
        record=person_record(person) if person else None,
        totals=SpeakerTotals(total.quotations, total.articles, total.ascribed, total.certain)
        if total
        else SpeakerTotals(0, 0, 0, 0),
        quotations=quotations,
        next=next,
    )


def search(
    web: Site,
    q: Annotated[str, Query(max_length=200, description="words to find", examples=["五个中心"])],
    speaker: Name = "",
    term: Name = "",
    article: Name = "",
    since: Day = "",
    until: Day = "",
    kind: Annotated[Literal["", "quotation"], Query(description="only in quotations")] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="at most this number")] = 50,
    after: Annotated[str, Query(max_length=60, description="from `next`")] = "",
) -> Json[SearchAnswer]:
    """Full-text search."""
    filters = Filters(speaker, term, article, since, until, kind)
    searched = web.library.search(q, filters, limit=limit, after=after)
    found = searched.found
    query = {"q": q, **structs.asdict(filters), "limit": limit, "after": found.next}
    suggestions = [
        SearchSuggestion(s.kind, s.text, s.id or None, s.total or None) for s in searched.suggestions
    ]
    made = SearchAnswer(
        q=q,
        total=found.total,
        more=found.more,
        items=[search_hit(line, web.pages) for line in found.lines],
        next=following("/search", query) if found.next else None,
        read_as=list(searched.read_as),
        titles=[article_item(e, web.pages) for e in found.titles],
        suggestions=suggestions,
    )
    return Json(made)


def words(
    web: Site,
    q: Annotated[
        str, Query(min_length=1, max_length=20, description="a word or short phrase", examples=["科技创新"])
    ],
) -> Json[WordList]:
    """A word of the dictionary, and every word inside it."""
    language = _language(web)
    return Json(WordList(q, _found(language.words(q)), credit(language)), cache=_A_DAY)


def words_at(
    web: Site,
    article: ArticlePart,
    block: BlockPart,
    at: Annotated[int, Query(ge=0, le=10**6, description="code points from the block's start")] = 0,
    v: Annotated[
        str, Query(max_length=16, description="the text's version; with it the answer may be kept")
    ] = "",
) -> Json[WordsAt]:
    """The word at a place of an article; names of its people come before words."""
    language, document = _language(web), web.library.document(ArticleId(article))
    knowledge = web.library.knowledge()
    try:
        found = language.look_up(document, BlockId(block), at, knowledge.people)
    except KeyError:
        raise NotFound("paragraph", f"{article}/{block}") from None
    start, end = (found.word.span.start, found.word.span.end) if found.word else (at, at + 1)
    before, after = language.neighbours(document, BlockId(block), start, end)
    here = (o for o in document.occurrences if o.block == block and o.start <= at < o.end)
    term = next((t for o in here if (t := knowledge.term(o.term))), None)

    def address(id: SpeakerId) -> str:
        return person_address(id, document.header.id, knowledge)

    made = WordsAt(
        article=article,
        block=block,
        at=at,
        before=before,
        after=after,
        term=TermLink(term.id, term.term, urls.term(term.id)) if term else None,
        words=_found(found.words, address),
        attribution=credit(language),
    )
    return Json(made, cache=_A_DAY if v == version(document) else "no-cache")


def _found(words: Sequence[Word], address: Callable[[SpeakerId], str] = urls.speaker) -> list[FoundWord]:
    return [found_word(w, address) for w in words[:_MAX_WORDS]]


def _language(web: Web) -> Language:
    if web.pages.language is None:
        raise MissingExtra("the dictionary", "dict")
    return web.pages.language


Resolved: TypeAlias = LiveParagraph | PinnedParagraph | MergedParagraph


def resolve(
    web: Site,
    article: ArticlePart,
    pid: BlockPart,
    rev: Annotated[int | None, Query(ge=0, le=10**9, description="a saved revision")] = None,
) -> Json[Resolved | RemovedParagraph]:
    """Where a link to a paragraph leads."""
    id = web.library.current(article)
    web.library.document(id)
    asked = pid.lower()

    def address(block: BlockId, revision: int | None = None) -> str:
        return web.pages.absolute(urls.block(id, block, revision))

    match web.library.follow(id, pid, rev):
        case Here(block, rewrites, also):
            changes = [ParagraphRewrite(r.revision, r.saved_at, r.score, r.before) for r in rewrites]
            state: Literal["live", "rewritten", "split"] = (
                "split" if also else "rewritten" if changes else "live"
            )
            return Json(
                LiveParagraph(id, asked, state, address(block.id), block.text, block.n, changes, list(also))
            )
        case Then(block, revision, saved_at, _, differs):
            url = address(block.id, revision)
            return Json(PinnedParagraph(id, asked, "revision", url, block.text, revision, saved_at, differs))
        case Moved(_, target, text, revision, saved_at):
            url = address(target)
            return Json(MergedParagraph(id, asked, "merged", url, target, text, revision, saved_at))
        case Gone() as gone:
            removed = RemovedParagraph(
                id, asked, "removed", None, gone.text, gone.revision, gone.saved_at, gone.before, gone.after
            )
            return Json(removed, 410)
        case Unknown() as unknown:
            raise NotFound("paragraph", f"{id}/{pid}", tuple(address(near) for near in unknown.near))


def compare(
    web: Site,
    first: Annotated[str, Path(description="id of an article", examples=["kechuang"])],
    second: Annotated[str, Path(description="id of an article", examples=["kechuang"])],
) -> Json[ComparedTexts]:
    """Two articles, sentence by sentence."""
    now = [web.library.current(id) for id in (first, second)]
    if now != [first, second]:
        return _moved(f"/api/v1{urls.compare(*now)[:-1]}")
    return Json(compared(*map(web.library.document, now)))


def reuse(
    web: Site,
    id: Annotated[str, Path(description="id of an article", examples=["kechuang"])],
    block: Annotated[str, Query(max_length=20, description="only of this paragraph")] = "",
) -> Json[ReuseRecord]:
    """Where else the words of an article are."""
    article = web.library.current(id)
    return Json(found_elsewhere(web.library, article, web.pages.absolute, BlockId(block) if block else None))


def cite(web: Site, article: ArticlePart, pid: BlockPart) -> Json[Cited]:
    """A paragraph with its citation in every form."""
    cited = web.pages.cited(ArticleId(article), pid)
    if isinstance(cited, Redirect):
        return _moved(f"/api/v1/cite{cited.to.removeprefix('/a').rstrip('/')}")
    return Json(cited)


def oembed(
    web: Site,
    url: Annotated[str, Query(max_length=500, description="address of an article or a paragraph")],
    maxwidth: Annotated[int, Query(ge=200, le=2000, description="pixels")] = 600,
    format: Annotated[Literal["json", "xml"], Query(description="json alone is answered")] = "json",
) -> Json[Embed]:
    """A paragraph as a quotation for other sites. Addresses of other sites are refused."""
    if format != "json":
        raise HTTPException(501, worded("只回答 JSON。"))
    pages = web.pages
    path = url.removeprefix(pages.absolute(""))
    found = re.fullmatch(r"/a/([a-z0-9-]+)/(?:([a-z0-9]{4})/)?(?:[?#].*)?", path)
    if path == url or found is None:
        raise NotFound("page", url)
    document = web.library.document(ArticleId(found[1]))
    block = next((b for b in document.blocks if found[2] in (None, b.id)), None)
    if block is None:
        raise NotFound("paragraph", found[2])
    title, words, address = document.header.title, cut(block.text, 280), escape(pages.absolute(path))
    made = Embed(
        version="1.0",
        type="rich",
        title=title,
        provider_name=web.renderer.site_name,
        provider_url=pages.absolute("/"),
        html=f'<blockquote cite="{address}"><p>{escape(words)}</p>'
        f'<footer><a href="{address}">{escape(title)}</a></footer></blockquote>',
        width=maxwidth,
        height=None,
        cache_age=3600,
    )
    return Json(made)


def _moved(to: str) -> Json[Any]:
    return Json(None, 301, headers={"location": to})
