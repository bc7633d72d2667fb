"""The pages of one article: its text, who says what in it, its lines as received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from app import urls
from app.dictionary.language import SCRIPTS, version
from app.i18n import TRADITIONAL, is_chinese, locale, say
from app.model import ArticleId, BlockId, Document
from app.pages import blocks, quotations, translations
from app.pages.article import DocumentView, first_paragraph, title_of
from app.pages.cards import refusal
from app.pages.contexts import Page, PageContext, Redirect
from app.pages.earlier import earlier
from app.pages.elsewhere import Elsewhere, elsewhere
from app.pages.excerpts import cut
from app.pages.head import meta, news_article_data
from app.pages.labels import DECISION
from app.pages.options import PLAIN, DisplayOptions, Marks
from app.pages.quotations import SpeakerCard, SpeakerInArticle
from app.pages.resources import Resources
from app.pages.sharing import title_card
from app.pages.views import ArticleView, Link, Said, Section, Switch, TermCard, TranslationView
from app.text.inline import Readings
from app.text.readings.script import Script
from app.text.source_facts import FACTS, source_facts
from app.text.terms.facts import date_words

if TYPE_CHECKING:
    from app.text.reflow import Reflowed


class ReaderContext(PageContext, frozen=True, kw_only=True):
    """An article to be read.

    Attributes:
        article: the facts under the title.
        sections: the text.
        cards: of the terms in it, in short.
        speakers: their cards, and where they speak.
        terms_href: address of the article's terms, whose cards are whole.
        marks: which terms are marked.
        switches: links to other displays of the text.
        look: version of the text whose words can be looked up, "" without a dictionary.
        elsewhere: the words that it shares with other articles; None without any.
        earlier: the comparison with the article before it in its series.
        previous, next: the articles before and after it in time.
        translation: the facts of the translation, where the page shows it.
        alternates: tags and absolute addresses of the page in each language, if it is translated.
    """

    template: ClassVar[str] = "reader.html"
    article: ArticleView
    sections: tuple[Section, ...]
    cards: tuple[TermCard, ...]
    speakers: tuple[SpeakerCard, ...]
    terms_href: str = ""
    marks: Marks
    switches: tuple[Switch, ...]
    look: str
    elsewhere: Elsewhere | None = None
    earlier: Link | None = None
    previous: Link | None = None
    next: Link | None = None
    translation: TranslationView | None
    alternates: tuple[tuple[str, str], ...] = ()


class ArticleTermsContext(PageContext, frozen=True):
    """The terms of an article, with whole definitions.

    Attributes:
        article: the facts under the title.
        cards: of the terms, in order of first occurrence; then of the members of phrases.
    """

    template: ClassVar[str] = "article_terms.html"
    article: ArticleView
    cards: tuple[TermCard, ...]


class ArticleSpeakersContext(PageContext, frozen=True):
    """Who says what in an article.

    Attributes:
        article: the facts under the title.
        speakers: in order of their first words.
        unknown: quotations whose speaker is not known.
    """

    template: ClassVar[str] = "article_speakers.html"
    article: ArticleView
    speakers: tuple[SpeakerInArticle, ...]
    unknown: tuple[Said, ...]


class SourceLine(Struct, frozen=True):
    """A line of the text as received.

    Attributes:
        number: 1-based.
        text: of the line.
        block: the block that it is part of now; None if its words have changed.
        starts: the line is the first of its block.
        label: what its end was taken for, in words; "" at the end of the text.
        why: the rule that decided.
        sure: 0 to 100.
    """

    number: int
    text: str
    block: Link | None
    starts: bool
    label: str
    why: str
    sure: int


class SourceHeadFact(Struct, frozen=True):
    """A fact of the article's head and where the text as received gives it.

    Attributes:
        label: 题目, 日期 and the like.
        key: its key in the front matter of article.md.
        value: "" if the article has none.
        line: the number of the line that gives it; 0 if none does.
        doubtful: an editor should look at it.
    """

    label: str
    key: str
    value: str
    line: int
    doubtful: bool


class SourceContext(PageContext, frozen=True):
    """An article as received.

    Attributes:
        article: the facts under the title.
        file: the file to correct, from the folder of the articles.
        facts: of the head, the doubtful ones first; () if the article came without a source text.
        lines: all but empty ones; () if the article came without a source text.
    """

    template: ClassVar[str] = "source.html"
    article: ArticleView
    file: str
    facts: tuple[SourceHeadFact, ...]
    lines: tuple[SourceLine, ...]


def reader(res: Resources, id: ArticleId, options: DisplayOptions = PLAIN) -> Page | Redirect:
    """An article to be read.

    Raises:
        NotFound: the article does not exist.
    """
    if moved := res.renamed(id):
        return moved
    document = res.library.document(id)
    marks: Marks = options.marks or "core"
    shown = displayed(res, res.view(document), options)
    place, shared = shown.entry.place, elsewhere(res, document)
    context = ReaderContext(
        article=shown.article(),
        sections=blocks.sections(shown, marks, shared.notes if shared else {}),
        cards=blocks.cards(shown, res.glossary(shown.knowledge), short=True),
        speakers=quotations.speaker_cards(shown),
        terms_href=urls.article_terms(id),
        marks=marks,
        switches=switches(res, document, options),
        look=look(res, document),
        elsewhere=shared,
        earlier=earlier(res, document.header),
        previous=_neighbour(res, after=place),
        next=_neighbour(res, before=place),
        translation=translations.facts(shown.translation) if shown.translation else None,
        # Only at the address that search engines index.
        alternates=()
        if options.lang or not res.paged
        else translations.alternates(document, res.absolute(urls.article(id))),
    )
    header = document.header
    head = meta(
        res,
        title_of(header),
        cut((not is_chinese() and header.summary_en) or first_paragraph(document), 100),
        urls.article(id),
        og_type="article",
        og_image="" if refusal(title_card(res, document)) else res.absolute(urls.article_card(id)),
        og_image_alt=title_of(header),
        published="" if header.circa else header.date,
        modified=document.saved_at,
        jsonld=news_article_data(res, document),
    )
    return Page(context, head, nav="articles", options=options, lang=shown.document.header.lang)


def _neighbour(res: Resources, *, after: str = "", before: str = "") -> Link | None:
    found = res.library.index.entries(limit=1, after=after, before=before)
    return Link(title_of(found[0].header), urls.article(found[0].header.id)) if found else None


def article_terms(res: Resources, id: ArticleId, options: DisplayOptions = PLAIN) -> Page | Redirect:
    """The terms of an article. The reading page takes its whole cards from here.

    Raises:
        NotFound: the article does not exist.
    """
    if moved := res.renamed(id, "terms/"):
        return moved
    document = res.library.document(id)
    shown = displayed(res, res.view(document), options)
    context = ArticleTermsContext(shown.article(), blocks.cards(shown, res.glossary(shown.knowledge)))
    title = title_of(document.header)
    head = meta(
        res,
        say("本文词语 · %(title)s", title=title),
        say("《%(title)s》中的词语和解释。", title=title),
        urls.article_terms(id),
    )
    return Page(context, head, nav="articles", options=options, lang=shown.document.header.lang)


def article_speakers(res: Resources, id: ArticleId) -> Page | Redirect:
    """Who says what in an article.

    Raises:
        NotFound: the article does not exist.
    """
    if moved := res.renamed(id, "speakers/"):
        return moved
    document = res.library.document(id)
    view = res.view(document)
    context = ArticleSpeakersContext(
        view.article(), quotations.speakers(view), quotations.said_by_unknown(view)
    )
    title = title_of(document.header)
    head = meta(
        res,
        say("各人发言 · %(title)s", title=title),
        say("《%(title)s》中每一处引语和它的说话人。", title=title),
        urls.article_speakers(id),
    )
    return Page(context, head, nav="articles", lang=document.header.lang)


def source(res: Resources, id: ArticleId) -> Page | Redirect:
    """An article as received: its lines, and what the end of each was taken for.

    Raises:
        NotFound: the article does not exist.
    """
    if moved := res.renamed(id, "source/"):
        return moved
    document = res.library.document(id)
    received = res.library.source(id)
    context = SourceContext(
        res.view(document).article(),
        f"content/articles/{id}/article.md",
        _head_facts(document, received[0]) if received else (),
        _source_lines(document, *received) if received else (),
    )
    head = meta(
        res,
        say("原始文本 · %(title)s", title=title_of(document.header)),
        say("收到时的原文，逐行编号。"),
        urls.article_source(id),
    )
    return Page(context, head, nav="articles", lang=document.header.lang)


def _head_facts(document: Document, text: str) -> tuple[SourceHeadFact, ...]:
    h = document.header
    shown = {"date": date_words(h.date, circa=h.circa)}
    return tuple(
        SourceHeadFact(
            say(FACTS[fact.name]), fact.name, shown.get(fact.name, fact.value), fact.line, fact.doubtful
        )
        for fact in source_facts(document.header, text)
    )


def _source_lines(document: Document, text: str, reflowed: Reflowed) -> tuple[SourceLine, ...]:
    """The lines with their blocks. A block that was edited since is not found: its text is another one."""
    by_text = {b.text: b for b in document.blocks}
    placed = [(p, *p.lines) for p in reflowed.pieces if p.lines]
    pieces = {n: (p, first) for p, first, last in placed for n in range(first, last + 1)}
    ends = {e.line: e for e in reflowed.line_ends}
    lines = []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        piece, first = pieces.get(n, (None, 0))
        end = ends.get(n)
        block = by_text.get(piece.text) if piece else None
        lines.append(
            SourceLine(
                number=n,
                text=line,
                block=Link(block.id, urls.block_in_article(document.header.id, block.id)) if block else None,
                starts=first == n,
                label=DECISION.get(end.decision, end.decision) if end else "",
                why=say(end.why) if end else "",
                sure=round(100 * end.sure) if end else 0,
            )
        )
    return tuple(lines)


# -- other displays of a text


def displayed(
    res: Resources, view: DocumentView, options: DisplayOptions, only: BlockId | None = None
) -> DocumentView:
    """An article with pinyin or in the other script, as far as the parts for it are installed.

    Args:
        view: the article as it is.
        only: the block that the page shows, None for all: others get no pinyin.
    """
    document, knowledge, language = view.document, view.knowledge, res.language
    translation = translations.chosen(document, options)
    if language is None:
        return type(view)(document, knowledge, {}, view.names, translation) if translation else view
    rubies: Mapping[BlockId, Readings] = {}
    if options.pinyin and language.has_pinyin:
        rubies = language.readings(document, knowledge, only)
    if options.script and locale() != TRADITIONAL:  # a page in traditional characters is converted as a whole
        document = language.shown(document, options.script, knowledge.people)
        if document is not view.document:
            knowledge = language.entries(view.document, knowledge, options.script)
    changed = rubies or translation or document is not view.document
    return type(view)(document, knowledge, rubies, view.names, translation) if changed else view


def switches(res: Resources, document: Document, options: DisplayOptions) -> tuple[Switch, ...]:
    """Links that show the translation, pinyin or the other script, or end it."""
    language = res.language
    more = translations.switch(document, options)
    if language is None:
        return more
    own = SCRIPTS[document.header.lang]
    whole = locale() == TRADITIONAL  # the page, not the text alone
    now = "hant" if whole else options.script or own
    other: Script = "hans" if now == "hant" else "hant"
    wanted = "" if other == own and not whole else other
    text = say("繁體") if other == "hant" else say("简体")
    script = Switch("script", text, options.query(script=wanted), wanted, now, False)
    if not language.has_pinyin:
        return (*more, script)
    on = bool(options.pinyin)
    pinyin = Switch(
        "pinyin", say("拼音"), options.query(pinyin=None if on else True), "" if on else "1", str(int(on)), on
    )
    return (*more, pinyin, script)


def look(res: Resources, document: Document) -> str:
    """The version of a text whose words can be looked up, "" without a dictionary."""
    return version(document) if res.language is not None and res.language.has_dictionary else ""
