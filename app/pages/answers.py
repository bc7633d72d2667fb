"""Short answers for assistants that read the library: every one carries the lasting link to cite.

The same functions as those of the pages and the JSON API, with less on each answer: an assistant has to
read all of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote, urlsplit

from app import urls
from app.errors import NotFound
from app.i18n import is_chinese, say
from app.index import ContextLine, Filters
from app.library.comparing import ComparedPassage, ComparedSentences, compared
from app.library.reuse import ReuseRecord, reuse
from app.library.uses import record
from app.model import ArticleId, BlockId, SpeakerId
from app.pages import blocks, quotations
from app.pages.answer_values import (
    ArticleParagraph,
    ArticlePart,
    ChangedWords,
    FoundParagraph,
    FoundParagraphs,
    LinkState,
    ParagraphAnswer,
    PhraseUses,
    QuotedWords,
    SpeakerAnswer,
    TermAnswer,
    TermGloss,
    TermSource,
    TextChanges,
)
from app.pages.article import DocumentView, title_of
from app.pages.citations import cite
from app.pages.excerpts import cut
from app.pages.resources import Resources
from app.pages.views import Said
from app.text.paragraphs import Gone, Here, Moved, Then, Unknown
from app.text.terms.facts import date_words, linked

# Characters of a paragraph in a list, of one paragraph, and of the paragraphs of one answer.
EXCERPT, PARAGRAPH, TEXT = 300, 4000, 6000
# Items of a list: search results, quotations, uses by year and speaker, changes of a comparison.
FOUND, QUOTED, YEARS, CHANGED = 10, 10, 60, 20
# The page of an article or a paragraph, perhaps in a revision.
_LINK = re.compile(r"(?:.*/)?a/([^/]+)/?(?:#?([^/@#]+)(?:@(\d{1,9}))?)?/?(?:index\.md)?")


def search(res: Resources, words: str, filters: Filters, after: str) -> FoundParagraphs:
    """The paragraphs that a query finds, best first.

    Args:
        words: the query; "" finds nothing.
        after: of the answer before.
    """
    searched = res.library.search(words, filters, limit=FOUND, after=after)
    return FoundParagraphs(
        total=searched.found.total,
        paragraphs=[_found(res, line) for line in searched.found.lines],
        instead=[s.text for s in searched.suggestions],
        after=searched.found.next,
        link=res.absolute(urls.search(words)),
    )


def _found(res: Resources, line: ContextLine) -> FoundParagraph:
    start = max(0, line.span.start - EXCERPT // 3) if len(line.text) > EXCERPT else 0
    return FoundParagraph(
        title=line.title,
        date=date_words(line.date),
        text="…" * (start > 0) + cut(line.text[start:], EXCERPT),
        link=res.absolute(urls.block(line.article, line.block)),
    )


def uses(res: Resources, phrase: str) -> PhraseUses:
    """The uses of an entry or of any words: by year and speaker, with the first and the last one."""
    made = record(res.library, phrase, res.absolute)
    return PhraseUses(
        phrase=made.text,
        uses=made.uses,
        articles=made.articles,
        texts=made.held,
        since=made.since,
        until=made.until,
        bounded=made.bounded,
        first=made.first,
        last=made.last,
        years=[y for y in made.years if y.uses][-YEARS:],
        speakers=made.speakers,
        link=res.absolute(urls.uses(made.term) if made.term else urls.uses_of(made.text)),
    )


def article(res: Resources, id: str, start: int) -> ArticlePart:
    """Paragraphs of an article, from a place on, as many as fit into one answer.

    Args:
        id: of the article, or a link to it.
        start: 1-based place among its blocks.

    Raises:
        NotFound: the article does not exist.
    """
    found = _LINK.fullmatch(_path(id)) if "/" in id else None
    document = res.library.document(res.library.current(found[1] if found else id))
    header, view = document.header, res.view(document)
    part, size, next = list[ArticleParagraph](), 0, 0
    for block in document.blocks[max(start, 1) - 1 :]:
        if part and size + len(block.text) > TEXT:
            next = block.n
            break
        size += len(block.text)
        link = res.absolute(urls.block(header.id, block.id))
        heard = list(dict.fromkeys(said.by for said in view.said(block.id) if said.by))
        part.append(ArticleParagraph(block.n, block.kind, cut(block.text, PARAGRAPH), heard, link))
    facts = view.article()
    return ArticlePart(
        id=header.id,
        title=title_of(header),
        date=facts.date,
        publication=facts.publication,
        author=header.author,
        paragraphs=part,
        next=next,
        link=res.absolute(urls.article(header.id)),
    )


def paragraph(res: Resources, link: str) -> ParagraphAnswer:
    """A paragraph by its link, old or new, in whatever state it is.

    Args:
        link: the address of its page, absolute or not, or `article/paragraph`.

    Raises:
        NotFound: the article never had such a paragraph; with links that may have been meant.
    """
    found = _parsed(link)
    if found is None or not found[2]:
        raise NotFound("paragraph", link)
    id, asked, rev = res.library.current(found[1]), found[2], int(found[3]) if found[3] else None
    match res.library.follow(id, asked, rev):
        case Here() as here:
            return _here(res, id, here)
        case Then(block, revision, saved_at, _, differs):
            note = say("这是第 %(rev)s 次修订（%(day)s）的文字。", rev=revision, day=saved_at[:10])
            return _paragraph(res, id, block.id, "revision", note, block.text if differs else "", revision)
        case Moved() as moved:
            note = say("这一段已并入 %(id)s 段，链接已指向那里；text 是它原来的文字。", id=moved.target)
            return _paragraph(res, id, moved.target, "merged", note, moved.text)
        case Gone() as gone:
            return _gone(res, id, gone)
        case Unknown() as unknown:
            near = tuple(res.absolute(urls.block(id, n)) for n in unknown.near)
            raise NotFound("paragraph", f"{id}/{asked}", near)


def _path(link: str) -> str:
    """The path of an address, with a paragraph's id that is written as its fragment."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    fragment = parts.fragment.partition(":~:")[0]
    return unquote(parts.path) + (f"#{fragment}" if fragment else "")


def _parsed(link: str) -> re.Match[str] | None:
    """Article, paragraph and revision of a link, or of `article/paragraph`."""
    path = _path(link)
    return _LINK.fullmatch(path if path.startswith("/") else f"a/{path.removeprefix('a/')}")


def _here(res: Resources, id: ArticleId, here: Here) -> ParagraphAnswer:
    state: LinkState = "split" if here.also else "rewritten" if here.rewrites else "live"
    note = ""
    if here.also:
        parts = "、".join(res.absolute(urls.block(id, other)) for other in here.also)
        note = say("原段已拆开，其余部分见 %(links)s。", links=parts)
    elif here.rewrites:
        last = here.rewrites[-1]
        before = res.absolute(urls.block(id, here.block.id, last.last))
        note = say("这一段改写过，改写以前的文字见 %(link)s。", link=before)
    return _paragraph(res, id, here.block.id, state, note)


def _gone(res: Resources, id: ArticleId, gone: Gone) -> ParagraphAnswer:
    header = res.library.document(id).header
    near = [res.absolute(urls.block(id, n)) for n in (gone.before, gone.after) if n]
    last = res.absolute(urls.block(id, gone.id, gone.last))
    note = say("这一段已于 %(day)s 删去；text 是它最后的文字。", day=gone.saved_at[:10])
    date = date_words(header.date, circa=header.circa)
    return ParagraphAnswer("removed", note, title_of(header), date, gone.text, "", [], [], near, last)


def _paragraph(
    res: Resources,
    id: ArticleId,
    block: BlockId,
    state: LinkState,
    note: str,
    text: str = "",
    revision: int | None = None,
) -> ParagraphAnswer:
    """A paragraph of the present text; `text` instead of its own words, for another state."""
    document = res.library.document(id)
    header, view = document.header, res.view(document)
    link = res.absolute(urls.block(id, block, revision))
    present = view.blocks.get(block)
    words = text or (present.text if present else "")
    said = view.said(block) if present and words == present.text else ()
    near = filter(None, (view.neighbour(block, step) for step in (-1, 1))) if present else ()
    return ParagraphAnswer(
        state=state,
        note=note,
        article=title_of(header),
        date=date_words(header.date, circa=header.circa),
        text=cut(words, PARAGRAPH),
        citation=cite(header, view.numbers.get(block, 0), link, words, said).plain,
        speakers=[
            _quoted(it, it.speaker.text if it.speaker else "", link)
            for it in quotations.said_in(view, block)[:QUOTED]
        ],
        terms=_terms_in(res, view, block),
        near=[res.absolute(n.href) for n in near],
        link=link,
    )


def _quoted(it: Said, speaker: str, link: str) -> QuotedWords:
    return QuotedWords(speaker, it.label, cut(it.text, EXCERPT), it.doubtful, link)


def _terms_in(res: Resources, view: DocumentView, block: BlockId) -> list[TermGloss]:
    """The terms of a paragraph; their members have cards of their own, which would fill the answer."""
    occurring = {o.term for o in view.occurrences.get(block, ())}
    return [
        TermGloss(card.headword, card.text, card.english, card.verified, res.absolute(card.href))
        for card in blocks.cards(view, res.glossary(view.knowledge), block, short=True)
        if card.id in occurring
    ]


def term(res: Resources, words: str) -> TermAnswer:
    """A glossary entry by its id or one of its forms.

    Raises:
        NotFound: there is none.
    """
    entry = res.library.entry_of_words(words)
    if entry is None:
        raise NotFound("term", words)
    totals = res.library.index.term_totals(entry.id)
    link = res.absolute(urls.term(entry.id))
    english = entry.english[0].text if entry.english else ""
    meaning = entry.zh if is_chinese() else entry.en or entry.zh
    return TermAnswer(
        gloss=TermGloss(entry.term, meaning, english, bool(entry.verified), link),
        pinyin=entry.pinyin,
        forms=[*entry.forms],
        members=[m.zh for m in entry.members],
        dates=[f"{d.date} {d.event}".strip() for d in entry.dates],
        sources=[TermSource(s.title, s.publisher, s.date, linked(s)) for s in entry.sources],
        uses=totals.uses,
        articles=totals.articles,
        link=link,
    )


def speaker(res: Resources, name: str) -> SpeakerAnswer:
    """A speaker by id or name.

    Raises:
        NotFound: the library quotes no such speaker; private persons have no page either.
    """
    named = (n.id for n in res.library.names().exactly(name) if n.kind == "speaker")
    id = SpeakerId(next((i for i in (name, *named) if res.library.index.speaker_total(SpeakerId(i))), ""))
    total = res.library.index.speaker_total(id) if id else None
    if total is None or res.library.knowledge().is_private(id):
        raise NotFound("speaker", name)
    views = (res.view(d) for d in res.library.documents(res.library.index.articles_of(id, limit=QUOTED)))
    said = (it for view in views for it in quotations.said_by(view, id))
    return SpeakerAnswer(
        name=total.name,
        role=total.role,
        quotations=total.quotations,
        articles=total.articles,
        certain=total.certain,
        said=[_quoted(it, total.name, res.absolute(it.href)) for it in islice(said, QUOTED)],
        link=res.absolute(urls.speaker(id)),
    )


def where_else(res: Resources, link: str) -> ReuseRecord:
    """The words of a paragraph, or of an article, that other articles have; of many the first.

    Raises:
        NotFound: the article does not exist.
    """
    found = _parsed(link)
    if found is None:
        raise NotFound("article", link)
    made = reuse(
        res.library, res.library.current(found[1]), res.absolute, BlockId(found[2]) if found[2] else None
    )
    return replace(made, words=made.words[:CHANGED], articles=made.articles[:FOUND])


def compare(res: Resources, a: str, b: str, start: int) -> TextChanges:
    """What changed between two articles; sentences that are the same are only counted.

    Raises:
        NotFound: one of them does not exist.
        TextsTooLong: they have too many characters.
    """
    old, new = (res.library.document(res.library.current(id)) for id in (a, b))
    done = compared(old, new)
    changes = [c for c in done.changes if c.kind != "kept"]
    first = max(start, 1) - 1
    more = len(changes) > first + CHANGED

    def address(id: ArticleId, passage: ComparedPassage | None) -> str:
        return res.absolute(urls.block(id, passage.block)) if passage else ""

    return TextChanges(
        a=title_of(old.header),
        b=title_of(new.header),
        kept=done.counts.kept,
        reworded=done.counts.reworded,
        moved=done.counts.moved,
        new=done.counts.new,
        gone=done.counts.gone,
        respelled=done.respelled,
        new_phrases=[p.text for p in done.phrases if p.kind == "new"][:CHANGED],
        gone_phrases=[p.text for p in done.phrases if p.kind == "gone"][:CHANGED],
        changes=[
            ChangedWords(c.kind, _marked(c), address(old.header.id, c.a), address(new.header.id, c.b))
            for c in changes[first : first + CHANGED]
        ],
        next=first + CHANGED + 1 if more else 0,
        link=res.absolute(urls.compare(old.header.id, new.header.id)),
    )


_MARKS = {"same": "%s", "cut": "[-%s-]", "put": "{+%s+}"}


def _marked(change: ComparedSentences) -> str:
    if change.parts:
        words = "".join(_MARKS[op].replace("%s", text) for op, text in change.parts)
    else:
        passage = change.a or change.b
        words = passage.text if passage else ""
    return cut(words, 2 * EXCERPT)
