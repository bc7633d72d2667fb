"""One paragraph in focus: the page that a shared link opens, in whatever state the paragraph is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from msgspec import Struct

from app import urls
from app.errors import IndexUnavailable, NotFound
from app.i18n import say
from app.index import SharedWords
from app.model import ArticleId, Block, BlockId, Document
from app.pages import blocks, quotations, translations
from app.pages.article import DocumentView, title_of
from app.pages.citations import Citation, cite
from app.pages.contexts import Page, PageContext, Redirect
from app.pages.excerpts import cut, first_clause
from app.pages.head import meta, quotations_data
from app.pages.options import PLAIN, DisplayOptions
from app.pages.reader import displayed, look, switches
from app.pages.resources import Resources
from app.pages.sharing import cited_in, share_links
from app.pages.views import ArticleView, BlockView, Link, Near, Said, Switch, TermCard
from app.text.inline import Node
from app.text.paragraphs import Gone, Here, Moved, Then, Unknown, difference
from app.text.terms.facts import date_words

# Places of the words in other articles that are listed.
_ELSEWHERE = 12


class State(Struct, frozen=True):
    """What happened to a paragraph since its link was shared.

    Attributes:
        kind: live (nothing), rewritten, split, merged, or revision for an older text of its own address.
        text: the state in a sentence; "" if nothing happened.
        links: where else to look.
    """

    kind: Literal["live", "rewritten", "split", "merged", "revision"]
    text: str = ""
    links: tuple[Link, ...] = ()


class ParagraphContext(PageContext, frozen=True):
    """A paragraph in focus. The page of an older revision has only the text, its difference and its citation.

    Attributes:
        article: the facts of its article.
        block: the paragraph.
        total: how many paragraphs the article has.
        state: what happened to it.
        link: its own address.
        share: links that pass it on.
        citation: ready to copy.
        in_article: its address in the article, which marks its first words.
        source: where it is in the text as received.
        refused: why no share image is made, or "".
        lacking: the characters that the share image cannot show, or "".
        said: the quotations in it.
        cards: of the terms in it.
        elsewhere: other articles with the same words, the earliest first; each with the words.
        articles: how many other articles there are.
        before, after: the paragraphs around it.
        difference: an older text compared with the present one.
        switches: links to other displays of the text.
        look: version of the text whose words can be looked up, "" without a dictionary.
        translated_quote: the translation to copy; "" where the page shows none.
    """

    template: ClassVar[str] = "paragraph.html"
    article: ArticleView
    block: BlockView
    total: int
    state: State
    link: str
    share: tuple[Link, ...]
    citation: Citation
    in_article: str = ""
    source: Link | None = None
    refused: str = ""
    lacking: str = ""
    said: tuple[Said, ...] = ()
    cards: tuple[TermCard, ...] = ()
    elsewhere: tuple[tuple[Link, str], ...] = ()
    articles: int = 0
    before: Near | None = None
    after: Near | None = None
    difference: Sequence[tuple[str, str]] = ()
    switches: tuple[Switch, ...] = ()
    look: str = ""
    translated_quote: str = ""


class GoneContext(PageContext, frozen=True):
    """A paragraph that was removed.

    Attributes:
        article: the facts of its article.
        id, text: of the paragraph; its last words.
        date, revision: when it was removed.
        last: link to the last revision that has it.
        also: paragraphs that hold text split off from it.
        before, after: the paragraphs that were around it.
    """

    template: ClassVar[str] = "gone.html"
    article: ArticleView
    id: str
    text: str
    date: str
    revision: int
    last: Link
    also: tuple[Link, ...]
    before: Near | None
    after: Near | None


def paragraph(
    res: Resources,
    id: ArticleId,
    block: str,
    rev: int | None = None,
    *,
    came_from: str = "",
    options: DisplayOptions = PLAIN,
) -> Page | Redirect:
    """A paragraph, or the page that tells where it went.

    Args:
        rev: a revision; None for the present text.
        came_from: a paragraph that was merged into this one and whose link led here.

    Raises:
        NotFound: the article never had such a paragraph.
        IndexUnavailable: the paragraph is newer than the article in the index.
    """
    if moved := res.renamed(id, urls.block(id, block, rev).removeprefix(urls.article(id))):
        return moved
    document = res.library.document(id)
    if (lowered := block.lower()) != block:
        return Redirect(urls.block(id, lowered, rev))
    match res.library.follow(id, block, rev):
        case Moved() as answer:
            return Redirect(urls.block(id, answer.target) + f"?from={block}")
        case Gone() as answer:
            return _gone(res, document, answer)
        case Unknown() as answer:
            near = tuple(urls.block(id, n) for n in answer.near)
            raise NotFound("paragraph", f"{id}/{answer.id}", near)
        case Then() as answer:
            return _revision(res, document, answer)
        case Here() as answer:
            if not any(b.id == answer.block.id for b in document.blocks):
                # The index changed between the two questions.
                raise IndexUnavailable("a paragraph is newer than the article that was read")
            merged = _merged(res, id, came_from, answer.block.id)
            return _present(res, document, answer, _state(res, document, answer, merged), options)


def _merged(res: Resources, id: ArticleId, came_from: str, into: BlockId) -> Moved | None:
    """The paragraph of the link that led here; None if it was not merged into this one."""
    answer = res.library.follow(id, came_from) if came_from else None
    return answer if isinstance(answer, Moved) and answer.target == into else None


def _state(res: Resources, document: Document, here: Here, merged: Moved | None) -> State:
    """What happened to a paragraph that is in the text."""
    article = document.header.id
    kind: Literal["live", "rewritten", "split", "merged"] = "live"
    text, links = list[str](), list[Link]()
    if here.rewrites:
        kind, rewrite = "rewritten", here.rewrites[-1]
        changed = round(100 * (1 - rewrite.score))
        text.append(say("这一段后来改写过：第 %(rev)s 次修订改了 %(n)s%%。", rev=rewrite.revision, n=changed))
        before = urls.block(article, here.block.id, rewrite.last)
        links.append(Link(say("看改写以前的文字，逐字对照"), before))
    if here.also:
        kind = "split"
        text.append(say("原段已拆成 %(n)s 段，其余部分另见：", n=len(here.also) + 1))
        links += [named(document, other) for other in here.also]
    if merged:
        kind = "merged"
        words = cut(merged.text, 80)
        text.append(say("您要找的 %(id)s 段已并入本段，原来的文字是：%(words)s", id=merged.id, words=words))
        last = merged.revision - 1
        if isinstance(res.library.follow(article, merged.id, last), Then):
            links.append(Link(say("看并入以前的原段"), urls.block(article, merged.id, last)))
    return State(kind, "".join(text), tuple(links))


def named(document: Document, id: str) -> Link:
    """A link to a paragraph: its id and first words."""
    words = next((first_clause(b.text) for b in document.blocks if b.id == id), "")
    return Link(f"{id}：{words}" if words else id, urls.block(document.header.id, id))


def _present(res: Resources, document: Document, here: Here, state: State, options: DisplayOptions) -> Page:
    """The page of a paragraph that is in the text."""
    id, header = here.block.id, document.header
    view = res.view(document)
    shown = displayed(res, view, options, id)
    cited = cited_in(res, view, id)
    shared = sorted(
        res.library.index.shared(header.id, id), key=lambda s: (s.date or "9", s.article, s.start)
    )
    context = ParagraphContext(
        article=shown.article(),
        block=blocks.focus(shown, id),
        total=view.entry.paragraphs,
        state=state,
        link=cited.link,
        share=share_links(header.title, cited.text, cited.link),
        citation=cited.citation,
        in_article=cited.fragment,
        source=cited.lines,
        refused=cited.refused,
        lacking=cited.lacking,
        said=quotations.said_in(shown, id),
        cards=blocks.cards(shown, res.glossary(shown.knowledge), id),
        elsewhere=tuple(_elsewhere(s) for s in shared[:_ELSEWHERE]),
        articles=len({s.article for s in shared}),
        translated_quote=_translated_quote(shown, id, cited.link, options),
        before=shown.neighbour(id, -1),
        after=shown.neighbour(id, +1),
        switches=switches(res, document, options) if res.paged else (),  # a file has one display
        look=look(res, document),
    )
    lead = view.lead(id)
    head = meta(
        res,
        f"{lead} · {title_of(header)}",
        cut(cited.text, 100),
        urls.block(header.id, id),
        canonical=urls.article(header.id),
        og_type="article",
        og_title=cut(lead, 28),
        published="" if header.circa else header.date,
        jsonld=quotations_data(res, view, id),
        og_image=res.absolute(urls.card(header.id, id)),
        og_image_alt=cut(cited.text, 60),
    )
    return Page(context, head, nav="articles", options=options, lang=shown.document.header.lang)


def _elsewhere(shared: SharedWords) -> tuple[Link, str]:
    """Another article that has words of this paragraph, and these words."""
    return Link(
        f"{date_words(shared.date)} {shared.title}".strip(), urls.block(shared.article, shared.other)
    ), shared.text


def _translated_quote(shown: DocumentView, id: BlockId, link: str, options: DisplayOptions) -> str:
    """The translation to copy; the link shows it to readers of any language."""
    if shown.translation is None:
        return ""
    address = link + DisplayOptions(lang=options.lang, translation=True).query()
    return translations.quote(shown.translation, id, title_of(shown.document.header), address)


def _revision(res: Resources, document: Document, then: Then) -> Page:
    """A paragraph in an older revision: its text without annotations. Search engines do not index it."""
    header, block = document.header, then.block
    view = res.view(document)
    path = urls.block(header.id, block.id, then.revision)
    link = res.absolute(path)
    # Who speaks is known of the present text only.
    present = view.blocks.get(block.id)
    said = view.said(block.id) if present and present.text == block.text else ()
    now = then.now.block.text if isinstance(then.now, Here) else ""
    name = _revision_name(then)
    context = ParagraphContext(
        article=view.article(),
        block=_plain(document, block),
        total=view.entry.paragraphs,
        state=_state_of_revision(document, then, name),
        link=link,
        share=share_links(header.title, block.text, link),
        citation=cite(header, block.n, link, block.text, said),
        difference=difference(block.text, now) if then.differs and now else (),
    )
    head = meta(
        res,
        say("%(title)s：%(name)s", title=title_of(header), name=name),
        cut(block.text, 100),
        path,
        robots="noindex",
    )
    return Page(context, head, nav="articles", lang=header.lang)


def _plain(document: Document, block: Block) -> BlockView:
    """A block without annotations."""
    href = urls.block(document.header.id, block.id)
    return BlockView(block.id, block.kind, block.level, block.n, href, (Node("text", block.text),))


def _revision_name(then: Then) -> str:
    day = then.saved_at[:10]
    if day:
        return say("第 %(n)s 次修订（%(day)s）", n=then.revision, day=day)
    return say("第 %(n)s 次修订", n=then.revision)


def _state_of_revision(document: Document, then: Then, name: str) -> State:
    """What became of a paragraph after the revision that is shown."""
    today = urls.block(document.header.id, then.block.id)
    match then.now:
        case Gone():
            text = say("这是%(when)s的文字，这一段后来删去了。", when=name)
            link = Link(say("看删去的经过"), today)
        case Moved(target=target):
            text = say("这是%(when)s的文字，这一段后来并入别段。", when=name)
            link = named(document, target)
        case _:
            if then.differs:
                text = say("这是%(when)s的文字，与现在的不同，差别标在下面。", when=name)
            else:
                text = say("这是%(when)s的文字，与现在的相同。", when=name)
            link = Link(say("看这一段现在的样子"), today)
    return State("revision", text, (link,))


def _gone(res: Resources, document: Document, gone: Gone) -> Page:
    """The page of a paragraph that was removed: its last text, and ways on."""
    header, view = document.header, res.view(document)
    last = say("第 %(n)s 版里的文字", n=gone.last)
    context = GoneContext(
        article=view.article(),
        id=gone.id,
        text=gone.text,
        date=gone.saved_at[:10],
        revision=gone.revision,
        last=Link(last, urls.block(header.id, gone.id, gone.last)),
        also=tuple(named(document, other) for other in gone.also),
        before=view.near(gone.before) if gone.before else None,
        after=view.near(gone.after) if gone.after else None,
    )
    title = say("这一段已删去 · %(title)s", title=title_of(header))
    head = meta(res, title, cut(gone.text, 100), "", robots="noindex")
    return Page(context, head, status=410, nav="articles", lang=header.lang)
