"""Every page as a value: template, context, status. `web.py` renders it, `export/` writes it to files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlencode

from app import urls
from app.dictionary.cedict import Word
from app.dictionary.language import LONGEST_QUESTION, SCRIPTS, Language, version
from app.dictionary.learner import Card as Learnt
from app.dictionary.learner import Picked, nearest, term_card, word_card
from app.errors import ContentError, IndexUnavailable, MissingExtra, NotFound
from app.i18n import TONGUES, Tongue, say, tongue
from app.index import Entry, Filters, Found, Line, TermTotals
from app.index import entry_of as summary
from app.library.reading import Reading, Searched, Suggestion
from app.model import (
    PRIORITIES,
    ArticleId,
    Block,
    BlockId,
    Document,
    Knowledge,
    Occurrence,
    Office,
    Quotation,
    Source,
    Span,
    Speaker,
    SpeakerId,
    Term,
    TermDate,
    TermId,
)
from app.pages.cards import CardText, lacking, refusal
from app.pages.citations import cite, names, sole_speaker, source_words
from app.pages.contexts import (
    ArticleView,
    Bar,
    BlockView,
    Card,
    Cited,
    DateView,
    Form,
    Hint,
    Hit,
    HitGroup,
    Kwic,
    KwicGroup,
    Link,
    MarginNote,
    MemberView,
    Meta,
    Near,
    Page,
    Related,
    Row,
    Said,
    SaidRef,
    Section,
    SourceLine,
    SourceView,
    SpeakerRow,
    SpeakerView,
    Switch,
    TermRef,
    TermRow,
    TermView,
    User,
    Voice,
    Words,
)
from app.pages.shelves import Choice, Shelf, Shelves
from app.pages.sitemaps import Sitemaps
from app.text.folding import fold
from app.text.inline import Node, NodeKind, Ruby, inline, with_readings
from app.text.paragraphs import Gone, Here, Moved, Then, Unknown, difference
from app.text.query import excerpt
from app.text.readings.pinyin import spell
from app.text.readings.script import Script
from app.text.terms.facts import (
    DOMAIN,
    ENGLISH,
    KIND,
    Labels,
    date_words,
    dated,
    in_order,
    linked,
    main_date,
    verified_words,
)

Marks = Literal["none", "core", "all"]
MARKS: tuple[Marks, ...] = ("none", "core", "all")


_LINE: Mapping[str, Literal["name", "saying", "word"]] = {
    "institution": "name",
    "place": "name",
    "programme": "name",
    "event": "name",
    "meeting": "name",
    "title": "name",
    "document": "name",
    "policy": "saying",
    "slogan": "saying",
}
TYPE = Labels({"direct": "原话", "indirect": "转述", "mixed": "转述，含原话", "ascribed": "引述"})
SPEAKER_KIND = Labels({"person": "人物", "collective": "群体", "organisation": "机构"})
TIER = Labels({"A": "官方或机构", "B": "媒体、期刊", "C": "转载、存档"})
DECISION = Labels({"end": "段尾", "wrap": "折行", "heading": "标题"})

# An attribution below this is shown as doubtful.
DOUBTFUL = 0.6
# Margin notes: a note of one sentence takes about this many lines of the column beside the text, and a
# line of the text holds this many characters; together they say how many notes fit beside a paragraph.
_NOTE_LINES = 3.5
_LINE_CHARACTERS = 36
_READ_A_MINUTE = 400
# A quotation of so many characters can stand alone on a share image.
_ALONE = 24
_PAGE = 50
_ICONS = (
    ("192", "192x192", "any"),
    ("512", "512x512", "any"),
    ("maskable", "512x512", "maskable"),
)
# Articles on a speaker's page, and people on a page of them.
_MANY = 20
_PEOPLE = 300
# Uses of a term on one page.
_USES = 500
# So many cards and voices are kept as they were made, and so many blocks, which are larger; blocks of so many
# characters are not.
_KEPT = 4096
_KEPT_BLOCKS = 384
_LONG = 20_000
# Articles by their page's number; further on, each page is begun by the article that ended the last one.
_NUMBERED = 100


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is shown, as its address says.

    Attributes:
        pinyin: None where the address does not say.
        script: hans, hant, or "" for the text's own.
        lang: of the interface, "" where the address does not say.
    """

    marks: Marks | Literal[""] = ""
    pinyin: bool | None = None
    script: Script | Literal[""] = ""
    lang: Tongue | Literal[""] = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Manner:
        """What a query says; values that do not exist say nothing."""

        def one(key: str, choices: Iterable[str]) -> Any:
            return value if (value := query.get(key, "")) in choices else ""

        pinyin = one("pinyin", ("0", "1"))
        return cls(
            one("marks", MARKS),
            pinyin == "1" if pinyin else None,
            one("script", ("hans", "hant")),
            one("lang", TONGUES),
        )

    def query(self, **changes: Any) -> str:
        """The query for the same manner but for the changes; what is not said is left out."""
        m = replace(self, **changes)
        said = {
            "marks": m.marks,
            "pinyin": "" if m.pinyin is None else str(int(m.pinyin)),
            "script": m.script,
            "lang": m.lang,
        }
        return "?" + urlencode({k: v for k, v in said.items() if v})


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another address has what was asked for."""

    to: str
    permanent: bool = True


class Pages:
    """Makes pages from a library.

    Args:
        library: where everything comes from.
        base_url: of the site, no trailing slash, for addresses that leave the page.
        site_name: for titles.
        paged: long lists come in pages; an export, where nobody asks for the next one, takes them whole.
        language: the help with the language of texts that pages offer; None: none.
    """

    def __init__(
        self,
        library: Reading,
        *,
        base_url: str,
        site_name: str,
        paged: bool = True,
        language: Language | None = None,
    ) -> None:
        self._library = library
        self.language = language
        self._base = base_url
        self._site = site_name
        self._shelves = Shelves(library)
        self._sitemaps = Sitemaps(library)
        self._many = _MANY if paged else 1_000_000
        self._known: _Entries | None = None
        self._viewed: _Views | None = None

    # -- the library

    def require_finished(self) -> None:
        """See `Reading.require_finished`."""
        self._library.require_finished()

    def require_unknown(self, missing: NotFound) -> None:
        """See `Reading.require_unknown`."""
        self._library.require_unknown(missing)

    def home(self) -> Page:
        """The front page."""
        entries = self._library.entries(limit=12)
        knowledge, counts = self._library.knowledge(), self._library.term_counts()
        rows = sorted(
            (_term_row(t, counts.get(t.id, 0)) for t in knowledge.terms if t.priority == "core"),
            key=lambda r: -r.occurrences,
        )
        meta = self._meta(
            self._site,
            say("带注的中文阅读：词语随文有注，谁说的话一目了然，每一段都有不变的链接。"),
            urls.HOME,
            jsonld={
                "@context": "https://schema.org",
                "@type": "WebSite",
                "name": self._site,
                "url": self._base + "/",
            },
        )
        latest = [_article_view(e) for e in entries]
        if latest:
            opening = self._library.document(ArticleId(latest[0].id))
            first = next((b.text for b in opening.blocks if b.kind == "paragraph"), "")
            latest[0] = replace(latest[0], opening=cut(first, 120))
        context = {
            "latest": tuple(latest),
            "articles": self._library.count(),
            "terms_total": len(knowledge.terms),
            "speakers_total": self._library.public_speaker_count(),
            "terms": tuple(rows[:12]),
        }
        return Page(
            "home.html",
            replace(meta, title=say("%(site)s：带注的中文阅读", site=self._site)),
            context,
            nav="articles",
        )

    def articles(self, page: int = 1, *, after: str = "", before: str = "") -> Page:
        """All articles, newest first, fifty a page.

        Args:
            page: 1-based, for the first pages.
            after: the `place` of an entry; the page behind it, however far that is.
            before: the same, for the page before it.
        """
        total = self._library.count()
        last = max(1, -(-total // _PAGE))
        if after or before:
            entries = self._library.entries(limit=_PAGE + 1, after=after, before=before)
            further = len(entries) > _PAGE
            entries = entries[-_PAGE:] if before and not after else entries[:_PAGE]
            newer, older = bool(after or further), bool(before or further)
        elif 1 <= page <= min(last, _NUMBERED):
            entries = self._library.entries(limit=_PAGE, offset=(page - 1) * _PAGE)
            newer, older = page > 1, page < last
        else:
            raise NotFound("page", str(page))
        far = bool(after or before)
        context = {
            "articles": tuple(_article_view(e) for e in entries),
            "total": total,
            "newer": Link(
                say("较新"),
                f"{urls.ARTICLES}?before={entries[0].place}" if far and entries else _paged(page - 1),
            )
            if newer
            else None,
            "older": Link(
                say("较早"),
                f"{urls.ARTICLES}?after={entries[-1].place}"
                if entries and (far or page == _NUMBERED)
                else _paged(page + 1),
            )
            if older
            else None,
            "filters": self._offered(Shelf()),
            "shelf": "",
        }
        meta = self._meta(
            say("全部文章"),
            say("文库共有 %(n)s 篇文章。", n=total),
            urls.ARTICLES if far else _paged(page),
            robots="noindex" if far else "",
        )
        return Page("articles.html", meta, context, nav="articles")

    def shelf(self, shelf: Shelf, page: int = 1) -> Page:
        """The articles of one year, publication, term or speaker, or what several of these have in common."""
        entries = self._shelves.entries(shelf)
        last = max(1, -(-len(entries) // _PAGE))
        if not 1 <= page <= last:
            raise NotFound("page", str(page))
        filters = self._offered(shelf)
        chosen = "、".join(c.text for _, row in filters for c in row if c.chosen)
        context = {
            "articles": tuple(_article_view(e) for e in entries[(page - 1) * _PAGE : page * _PAGE]),
            "total": len(entries),
            "newer": Link(say("较新"), shelf.page(page - 1)) if page > 1 else None,
            "older": Link(say("较早"), shelf.page(page + 1)) if page < last else None,
            "filters": filters,
            "shelf": chosen or say("这一架"),
        }
        meta = self._meta(
            say("文章：%(what)s", what=chosen),
            say("共 %(n)s 篇。", n=len(entries)),
            shelf.page(page),
            robots="noindex",
        )
        return Page("articles.html", meta, context, nav="articles")

    def _offered(self, shelf: Shelf) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
        names: dict[str, str] = {s.id: s.name for s in self._library.speakers(limit=200)}
        knowledge = self._library.knowledge()
        names |= {p.id: p.name for p in knowledge.people}
        names |= {t.id: t.term for t in knowledge.terms if t.priority == "core" or t.id == shelf.term}
        return self._shelves.choices(shelf, names)

    # -- one article

    def _entries(self, knowledge: Knowledge) -> _Entries:
        """The glossary by form; made once for each glossary."""
        entries = self._known
        if entries is None or entries.knowledge is not knowledge:
            self._known = entries = _Entries(knowledge)
        return entries

    def _views(self, document: Document) -> _Views:
        """A document as templates see it; kept till another is asked for, as its pages are made in a row."""
        knowledge, views = self._library.knowledge(), self._viewed
        if views is None or views.document is not document or views.knowledge is not knowledge:
            self._viewed = views = _Views(document, knowledge)
        return views

    def _beside(self, place: str) -> dict[str, Link | None]:
        """The articles before and after a place in time."""
        earlier = self._library.entries(limit=1, after=place)
        later = self._library.entries(limit=1, before=place)
        return {
            name: Link(found[0].header.title, urls.article(found[0].header.id)) if found else None
            for name, found in (("previous", earlier), ("next", later))
        }

    def reader(self, id: ArticleId, manner: Manner = PLAIN) -> Page | Redirect:
        """The article to be read."""
        document = self._library.document(id) if not self._library.renamed(id) else None
        if document is None:
            return self._renamed(id, "")
        marks: Marks = manner.marks or "core"
        views = self._views(document)
        seen = self._seen(views, manner)
        context = {
            "article": seen.article(),
            "sections": seen.sections(marks),
            "cards": seen.cards(self._entries(seen.knowledge)),
            "marks": marks,
            "manner": manner,
            "switches": self._switches(document, manner),
            "look": self._look(document),
            **self._beside(seen.entry.place),
        }
        first = next((b.text for b in document.blocks if b.kind == "paragraph"), "")
        pictured = not refusal(self._title_card(document))
        meta = self._meta(
            document.header.title,
            cut(first, 100),
            urls.article(id),
            og_type="article",
            image=self.absolute(urls.article_card(id)) if pictured else "",
            image_alt=document.header.title,
            published="" if document.header.circa else document.header.date,
            modified=document.saved_at,
            jsonld=self._news_article(document),
        )
        return Page("reader.html", meta, context, nav="articles", lang=seen.document.header.lang)

    def _seen(self, views: _Views, manner: Manner, only: BlockId | None = None) -> _Views:
        """An article in the manner that is asked for, as far as the parts for it are installed."""
        document, knowledge, language = views.document, views.knowledge, self.language
        rubies: Mapping[BlockId, Sequence[Ruby]] = {}
        shown = document
        if language is not None:
            if manner.pinyin and language.has_pinyin:
                rubies = language.readings(document, knowledge, only)
            if manner.script:
                shown = language.shown(document, manner.script, knowledge.people)
                if shown is not document:
                    knowledge = language.entries(document, knowledge, manner.script)
        return _Views(shown, knowledge, rubies) if rubies or shown is not document else views

    def _switches(self, document: Document, manner: Manner) -> tuple[Switch, ...]:
        """What a reader may switch: readings over words, and the other script."""
        language = self.language
        if language is None:
            return ()
        own = SCRIPTS[document.header.lang]
        now = manner.script or own
        other: Script = "hans" if now == "hant" else "hant"
        on = bool(manner.pinyin)
        script = Switch(
            "script",
            "繁體" if other == "hant" else "简体",
            manner.query(script="" if other == own else other),
            "" if other == own else other,
            now,
            False,
        )
        pinyin = Switch(
            "pinyin",
            say("拼音"),
            manner.query(pinyin=None if on else True),
            "" if on else "1",
            str(int(on)),
            on,
        )
        return (pinyin, script) if language.has_pinyin else (script,)

    def _look(self, document: Document) -> str:
        """The version of a text whose words may be looked up, "" where there is no dictionary."""
        return version(document) if self.language is not None and self.language.has_dictionary else ""

    def paragraph(
        self,
        id: ArticleId,
        block: str,
        rev: int | None = None,
        *,
        came_from: str = "",
        manner: Manner = PLAIN,
    ) -> Page | Redirect:
        """One paragraph in focus, the page that a shared link opens.

        `came_from` is the id of a paragraph that was merged into this one and whose link led here.
        """
        if self._library.renamed(id):
            return self._renamed(id, urls.block(id, block, rev).removeprefix(urls.article(id)))
        document = self._library.document(id)
        lowered = block.lower()
        if lowered != block:
            return Redirect(urls.block(id, lowered, rev))
        match self._library.follow(id, block, rev):
            case Moved() as moved:
                return Redirect(urls.block(id, moved.target) + f"?from={block}")
            case Gone() as gone:
                return self._gone(document, gone)
            case Unknown() as unknown:
                raise NotFound(
                    "paragraph", f"{id}/{unknown.id}", tuple(urls.block(id, n) for n in unknown.near)
                )
            case Then() as then:
                return self._then(document, then)
            case Here() as here:
                if not any(b.id == here.block.id for b in document.blocks):
                    # The index changed between the two questions.
                    raise IndexUnavailable("a paragraph is newer than the article that was read")
                return self._here(document, here, self._merged(id, came_from, here.block.id), manner)

    def _merged(self, id: ArticleId, came_from: str, into: BlockId) -> Moved | None:
        """The paragraph a link was meant for, where it truly was merged into this one."""
        if not came_from:
            return None
        answer = self._library.follow(id, came_from)
        return answer if isinstance(answer, Moved) and answer.target == into else None

    def _here(self, document: Document, here: Here, merged: Moved | None, manner: Manner) -> Page:
        article_id = document.header.id
        state, told, links = "live", list[str](), list[Link]()
        if here.rewrites:
            rewrite = here.rewrites[-1]
            state = "rewritten"
            told.append(
                say(
                    "这一段后来改写过：第 %(rev)s 次修订改了 %(n)s%%。",
                    rev=rewrite.revision,
                    n=round(100 * (1 - rewrite.score)),
                )
            )
            links.append(
                Link(say("看改写以前的文字，逐字对照"), urls.block(article_id, here.block.id, rewrite.last))
            )
        if here.also:
            state = "split"
            told.append(say("原段已拆成 %(n)s 段，其余部分另见：", n=len(here.also) + 1))
            links += [self._named(document, other) for other in here.also]
        if merged:
            state = "merged"
            told.append(
                say(
                    "您要找的 %(id)s 段已并入本段，原来的文字是：%(words)s",
                    id=merged.id,
                    words=cut(merged.text, 80),
                )
            )
            before = merged.revision - 1
            if isinstance(self._library.follow(article_id, merged.id, before), Then):
                links.append(Link(say("看并入以前的原段"), urls.block(article_id, merged.id, before)))
        return self._focus(document, here.block.id, state, "".join(told), tuple(links), manner)

    def _named(self, document: Document, id: str) -> Link:
        """A paragraph by its id and first words."""
        words = next((first_clause(b.text) for b in document.blocks if b.id == id), "")
        return Link(f"{id}：{words}" if words else id, urls.block(document.header.id, id))

    def _then(self, document: Document, then: Then) -> Page:
        """A paragraph as it stood in an older revision: text without notes, its own address, not indexed."""
        article_id, block = document.header.id, then.block
        n, day = then.revision, then.saved_at[:10]
        when = say("第 %(n)s 次修订（%(day)s）", n=n, day=day) if day else say("第 %(n)s 次修订", n=n)
        today = urls.block(article_id, block.id)
        match then.now:
            case Gone():
                text, links = (
                    say("这是%(when)s的文字，这一段后来删去了。", when=when),
                    (Link(say("看删去的经过"), today),),
                )
            case Moved(target=target):
                text, links = (
                    say("这是%(when)s的文字，这一段后来并入别段。", when=when),
                    (self._named(document, target),),
                )
            case _:
                same = (
                    "这是%(when)s的文字，与现在的不同，差别标在下面。"
                    if then.differs
                    else "这是%(when)s的文字，与现在的相同。"
                )
                text, links = say(same, when=when), (Link(say("看这一段现在的样子"), today),)
        view = BlockView(
            block.id,
            block.kind,
            block.level,
            block.n,
            urls.block(article_id, block.id),
            (Node("text", block.text),),
        )
        here = urls.block(article_id, block.id, then.revision)
        meta = self._meta(f"{document.header.title}：{when}", cut(block.text, 100), here, robots="noindex")
        link = self.absolute(here)
        current = any(b.id == block.id and b.text == block.text for b in document.blocks)
        views = self._views(document)
        said = views.spoken(block.id) if current else ()
        context = self._paragraph_context(views, block.text, link)
        now = then.now.block.text if isinstance(then.now, Here) else ""
        context |= {
            "block": view,
            "fragment": self._fragment(document, block.id, block.text),
            "citation": cite(document.header, block.n, link, block.text, said),
            "state": "revision",
            "state_text": text,
            "state_links": links,
            "difference": difference(block.text, now) if then.differs and now else (),
        }
        return Page("paragraph.html", meta, context, nav="articles", lang=document.header.lang)

    def _focus(
        self,
        document: Document,
        id: BlockId,
        state: str,
        state_text: str,
        state_links: tuple[Link, ...],
        manner: Manner,
    ) -> Page:
        article_id = document.header.id
        views = self._views(document)
        seen = self._seen(views, manner, id)
        href = urls.block(article_id, id)
        text = views.text(id)
        lead = views.lead(id)
        meta = self._meta(
            f"{lead} · {document.header.title}",
            cut(text, 100),
            href,
            canonical=urls.article(article_id),
            og_type="article",
            og_title=cut(lead, 28),
            published="" if document.header.circa else document.header.date,
            jsonld=self._quotations(document, id, views) or None,
            image=self.absolute(urls.card(article_id, id)),
            image_alt=cut(text, 60),
        )
        cited = self._cited(views, id)
        context = self._paragraph_context(views, text, cited.link)
        context |= {
            "article": seen.article(),
            "block": seen.block(id, "all"),
            "fragment": cited.fragment,
            "citation": cited.citation,
            "said": seen.said_in(id),
            "refused": cited.refused,
            "lacking": cited.lacking,
            "source": cited.lines,
            "cards": seen.cards(self._entries(seen.knowledge), id),
            "state": state,
            "state_text": state_text,
            "state_links": state_links,
            "before": seen.near(id, -1),
            "after": seen.near(id, +1),
            "switches": self._switches(document, manner),
            "look": self._look(document),
        }
        return Page("paragraph.html", meta, context, nav="articles", lang=seen.document.header.lang)

    def _source_link(self, document: Document, text: str) -> Link | None:
        """Where a block stands in the article as received."""
        try:
            read = self._library.source(document.header.id)
        except ContentError:  # the paragraph does without
            return None
        for piece in read[1].pieces if read else ():
            if piece.text == text and piece.lines:
                first, last = piece.lines
                href = f"{urls.article_source(document.header.id)}#L{first}"
                return Link(
                    say("第 %(first)s—%(last)s 行", first=first, last=last)
                    if first != last
                    else say("第 %(n)s 行", n=first),
                    href,
                )
        return None

    def _paragraph_context(self, views: _Views, text: str, link: str) -> dict[str, Any]:
        """What the page of a paragraph shows, whichever of its revisions it is of."""
        title = views.document.header.title
        subject, body = urlencode({"subject": title}), urlencode({"body": f"{cut(text, 120)}\n{link}"})
        weibo = urlencode({"url": link, "title": f"{cut(text, 100)}——{title}"})
        return {
            "article": views.article(),
            "link": link,
            "share": (
                Link(say("电子邮件"), "mailto:?" + f"{subject}&{body}".replace("+", "%20")),
                Link(say("微博"), f"https://service.weibo.com/share/share.php?{weibo}"),
            ),
            "refused": "",
            "lacking": "",
            "said": (),
            "cards": (),
            "difference": (),
            "switches": (),
            "look": "",
            "source": None,
            "before": None,
            "after": None,
            "total": views.entry.paragraphs,
        }

    def _fragment(self, document: Document, id: BlockId, text: str) -> str:
        """The address in the article that marks a paragraph's first words, and leads to it without them."""
        before = document.header.title
        for b in document.blocks:
            if b.id == id:
                break
            before += "\n" + b.text
        in_place = self.absolute(urls.block_in_article(document.header.id, id))
        return f"{in_place}:~:{text_fragment(text, before)}"

    def cited(self, id: ArticleId, block: str) -> Cited | Redirect:
        """A paragraph with everything that sharing it needs, as the share menu asks for it.

        Raises:
            NotFound: the paragraph is not in the text.
            IndexUnavailable: it is in the file, and not yet in the index.
        """
        if renamed := self._library.renamed(id):
            id = renamed.to
        document = self._library.document(id)
        answer = self._library.follow(id, block)
        if isinstance(answer, Moved):
            return Redirect(urls.block(id, answer.target))
        if not isinstance(answer, Here):
            raise NotFound("paragraph", f"{id}/{block}")
        if not any(b.id == answer.block.id for b in document.blocks):
            raise IndexUnavailable("a paragraph is in the files and not yet in the index")
        return self._cited(self._views(document), answer.block.id)

    def _cited(self, views: _Views, id: BlockId) -> Cited:
        """A paragraph as it is cited, kept with the article: its page and the share menu tell the same."""
        if (known := views.cited.get((id, tongue()))) is not None:
            return known
        document, found, number, said = views.document, views.whole(id), views.number(id), views.spoken(id)
        article_id = document.header.id
        link = self.absolute(urls.block(article_id, id))
        refused = refusal(self._card_text(document, found, views))
        cards = ((say("横幅"), "og"), (say("竖幅"), "portrait")) if not refused else ()
        cited = Cited(
            id=id,
            number=number,
            text=found.text,
            link=link,
            fragment=self._fragment(document, id, found.text),
            source=source_words(document.header),
            citation=cite(document.header, number, link, found.text, said),
            said=said,
            cards=tuple(Link(label, urls.card(article_id, id, size)) for label, size in cards),
            refused=refused,
            lacking="" if refused else _lacking(self._card_text(document, found, views)),
            lines=self._source_link(document, found.text),
        )
        views.cited[id, tongue()] = cited
        return cited

    def card(self, id: ArticleId, block: str) -> CardText | Redirect:
        """What a paragraph's share image says.

        The longest quotation in marks stands alone under its speaker's name, if it is long enough; otherwise
        the paragraph, under a name only where all its words are that person's. A speaker who is not certain
        is not named, and words given as somebody's own without a certain speaker are refused.
        """
        document = self._library.document(id)
        answer = self._library.follow(id, block)
        if isinstance(answer, Moved):
            return Redirect(urls.card(id, answer.target))
        if not isinstance(answer, Here):
            raise NotFound("paragraph", f"{id}/{block}")
        return self._card_text(document, answer.block, self._views(document))

    def article_card(self, id: ArticleId) -> CardText | Redirect:
        """What an article's share image says: its title, under nobody's name."""
        if renamed := self._library.renamed(id):
            return Redirect(urls.article_card(renamed.to))
        return self._title_card(self._library.document(id))

    def _title_card(self, document: Document) -> CardText:
        h = document.header
        return CardText(
            words=h.title,
            speaker="",
            role="",
            title=h.publication,
            supplied=h.supplied,
            date=date_words(h.date, circa=h.circa),
            revision=document.revision,
            address=self.absolute(urls.article(h.id)),
            site=self._site,
            quoted=False,
            heading=True,
        )

    def _card_text(self, document: Document, b: Block, views: _Views) -> CardText:
        outer = [q for q in document.quotations if q.block == b.id and not views.nested(q) and not q.ascribed]
        direct = max(
            (q for q in outer if q.type == "direct"), key=lambda q: q.span.end - q.span.start, default=None
        )
        words, quoted, speaker = b.text, False, None
        if direct and direct.span.end - direct.span.start >= max(_ALONE, len(b.text) // 3):
            words, quoted = views.words(direct), True
            speaker = None if _doubtful(direct) else direct.speaker
        elif own := sole_speaker(b.text, views.spoken(b.id)):
            same = (q.speaker for q in outer if (q.span.start, q.certain_end) == (own.start, own.end))
            speaker = next(same, None)
            quoted = own.type == "direct"
        by = views.speaker(speaker)
        h = document.header
        return CardText(
            words=words,
            speaker=by.name if by else "",
            role=(by.role or "") if by else "",
            title=h.title,
            supplied=h.supplied,
            date=date_words(h.date, circa=h.circa),
            revision=document.revision,
            address=self.absolute(urls.block(h.id, b.id)),
            site=self._site,
            quoted=quoted,
        )

    def _gone(self, document: Document, gone: Gone) -> Page:
        views = self._views(document)
        context = {
            "article": views.article(),
            "id": gone.id,
            "text": gone.text,
            "date": gone.saved_at[:10],
            "revision": gone.revision,
            "last": Link(
                say("第 %(n)s 版里的原样", n=gone.last), urls.block(document.header.id, gone.id, gone.last)
            ),
            "also": tuple(self._named(document, other) for other in gone.also),
            "before": views.near_view(gone.before) if gone.before else None,
            "after": views.near_view(gone.after) if gone.after else None,
        }
        meta = self._meta(
            say("这一段已删去 · %(title)s", title=document.header.title),
            cut(gone.text, 100),
            "",
            robots="noindex",
        )
        return Page("gone.html", meta, context, status=410, nav="articles", lang=document.header.lang)

    def article_speakers(self, id: ArticleId) -> Page | Redirect:
        """Who says what in one article."""
        if self._library.renamed(id):
            return self._renamed(id, "speakers/")
        document = self._library.document(id)
        views = self._views(document)
        context = {
            "article": views.article(),
            "rows": views.rows(),
            "unknown": views.unattributed(),
        }
        title = say("谁说了什么 · %(title)s", title=document.header.title)
        meta = self._meta(
            title,
            say("《%(title)s》中每一处引语和它的说话人。", title=document.header.title),
            urls.article_speakers(id),
        )
        return Page("article_speakers.html", meta, context, nav="articles", lang=document.header.lang)

    def source(self, id: ArticleId) -> Page | Redirect:
        """The article as received: its lines, and what each line end was taken for."""
        if self._library.renamed(id):
            return self._renamed(id, "source/")
        document = self._library.document(id)
        read = self._library.source(id)
        lines: tuple[SourceLine, ...] = ()
        if read is not None:
            lines = _source_lines(document, *read)
        context = {"article": self._views(document).article(), "lines": lines}
        meta = self._meta(
            say("原稿 · %(title)s", title=document.header.title),
            say("收到时的原文，逐行编号。"),
            urls.article_source(id),
        )
        return Page("source.html", meta, context, nav="articles", lang=document.header.lang)

    def _renamed(self, id: ArticleId, rest: str) -> Redirect:
        renamed = self._library.renamed(id)
        if renamed is None:
            raise NotFound("article", id)
        return Redirect(urls.article(renamed.to) + rest)

    # -- glossary

    def terms(self) -> Page:
        """The glossary, by kind."""
        knowledge, counts = self._library.knowledge(), self._library.term_counts()
        groups = []
        for kind, label in KIND.items():
            rows = tuple(_term_row(t, counts.get(t.id, 0)) for t in knowledge.terms if t.kind == kind)
            if rows:
                groups.append((label, rows))
        meta = self._meta(
            say("词语"),
            say("词语表共 %(n)s 条，每条有释义、来历和出处。", n=len(knowledge.terms)),
            urls.TERMS,
            jsonld={
                "@context": "https://schema.org",
                "@type": "DefinedTermSet",
                "@id": self._base + urls.TERMS,
                "name": f"{self._site}词语表",
                "hasDefinedTerm": [self._base + urls.term(t.id) for t in knowledge.terms],
            },
        )
        context = {"groups": tuple(groups), "total": len(knowledge.terms)}
        return Page("terms.html", meta, context, nav="terms")

    def term(self, id: str, *, after: str = "") -> Page:
        """One entry with its uses, newest first.

        Args:
            id: of the entry.
            after: the cursor at which this page of uses begins.
        """
        term = self._library.term(id)
        knowledge = self._library.knowledge()
        totals = self._library.term_totals(term.id)
        lines, following = self._uses(term.id, after)
        entries = self._entries(knowledge)
        members = entries.members(term)
        view = TermView(
            id=term.id,
            href=urls.term(term.id),
            term=term.term,
            pinyin=term.pinyin,
            kind=KIND[term.kind],
            priority=term.priority,
            aliases=term.aliases,
            zh=term.zh,
            en=term.en,
            traditional=term.traditional,
            domain=DOMAIN[term.domain] if term.domain else "",
            english=tuple((e.text, ENGLISH[e.status]) for e in term.english),
            literal=term.literal,
            members=members,
            members_changed=term.members_changed,
            dates=entries.dates(term),
            not_to_confuse=term.not_to_confuse,
            related=entries.related(term),
            sources=tuple(map(_source_view, term.sources)),
            verified=term.verified,
            checked=verified_words(term.verified),
            note=term.note,
            reviewed=date_words(term.reviewed),
            occurrences=totals.uses,
            articles=totals.articles,
            forms=_forms(totals),
            users=tuple(
                User(u.name, address and f"{address}?term={term.id}", u.uses)
                for u in totals.users
                for address in [_speaker_address(u.id, knowledge)]
            ),
            speakers=totals.speakers,
            narrated=totals.narrated,
            unattributed=totals.unattributed,
            kwic=_kwic(lines, knowledge),
            listed=len(lines),
            next=following,
            cards=tuple(entries.card(t, 0) for m in members if (t := knowledge.term(m.term))),
        )
        meta = self._meta(
            f"{term.term}（{KIND[term.kind]}）",
            cut(term.zh, 100),
            urls.term(term.id),
            og_type="article",
            jsonld={
                "@context": "https://schema.org",
                "@type": "DefinedTerm",
                "@id": self._base + urls.term(term.id),
                "name": term.term,
                "alternateName": [*term.forms[1:], *(e.text for e in term.english)],
                "description": term.zh,
                "termCode": term.id,
                "inLanguage": "zh-Hans",
                "inDefinedTermSet": self._base + urls.TERMS,
                **({"disambiguatingDescription": term.not_to_confuse} if term.not_to_confuse else {}),
                **({"dateModified": term.reviewed} if term.reviewed else {}),
                "hasPart": [
                    {"@type": "DefinedTerm", "name": m.text}
                    | ({"alternateName": m.en} if m.en else {})
                    | self._at_entry(m)
                    for m in members
                ],
                "additionalProperty": [
                    {
                        "@type": "PropertyValue",
                        "propertyID": d.type,
                        "name": dated(d),
                        "value": d.date,
                        **({"description": d.event} if d.event else {}),
                    }
                    for d in in_order(term)
                ],
                "citation": [url for s in term.sources if (url := linked(s))],
                **({"subjectOf": _measured(totals)} if totals.uses else {}),
            },
        )
        return Page("term.html", meta, {"term": view}, nav="terms")

    def _uses(self, term: TermId, after: str) -> tuple[Sequence[Line], Link | None]:
        """A page of a term's uses, cut between two articles if possible, and the link to the next page."""
        most = _USES if self._many == _MANY else self._many
        found = self._library.occurrences(term, limit=most + 1, after=after)
        if len(found) <= most:
            return found, None
        lines = [x for x in found if x.article != found[-1].article] or found[:most]
        query = urlencode({"after": lines[-1].place})
        return lines, Link(say("更早的用例"), f"{urls.term(term)}?{query}")

    def word(self, text: str) -> Page:
        """A word of the dictionary, with every shorter one inside it.

        Raises:
            NotFound: the dictionary knows neither the word nor one inside it.
            MissingExtra: there is no dictionary.
        """
        if self.language is None:
            raise MissingExtra("词典", "dict")
        words = self.language.words(text)
        if not words or len(text) > LONGEST_QUESTION:
            raise NotFound("word", text[:LONGEST_QUESTION])
        whole = next((w for w in words if w.text == text), None)
        by_form = self._entries(self._library.knowledge())
        context = {
            "word": text,
            "whole": whole,
            "inner": tuple(w for w in _once(words) if w is not whole),
            "term": by_form.of(text),
            "attribution": self.language.attribution,
        }
        readings = "、".join(dict.fromkeys(e.pinyin for e in whole.entries)) if whole else ""
        title = f"{text} {readings}".strip()
        meanings = "；".join(whole.entries[0].meanings[:4]) if whole else ""
        meta = self._meta(title, cut(meanings or text, 120), urls.word(text), robots="noindex")
        return Page("word.html", meta, context, nav="terms")

    def learn(self) -> Page:
        """The reader's own list of words; what is on it only the browser knows."""
        meta = self._meta(say("生词表"), say("读文章时收的词。"), urls.LEARN, robots="noindex")
        return Page("learn.html", meta, {}, nav="terms")

    def learned(self, items: Iterable[Picked]) -> tuple[Learnt, ...]:
        """Cards for words that a reader picked, in their order; what is no longer there is left out.

        Raises:
            MissingExtra: a word is asked for and there is no dictionary.
        """
        knowledge, cards = self._library.knowledge(), dict[str, Learnt]()
        documents: dict[ArticleId, Document | None] = {}
        for item in items:
            if item.article not in documents:
                try:
                    documents[item.article] = self._library.document(item.article)
                except NotFound:
                    documents[item.article] = None
            document = documents[item.article]
            card = self._learnt(document, item, knowledge) if document else None
            if card:
                cards.setdefault(card.guid, card)
        return tuple(cards.values())

    def _learnt(self, document: Document, item: Picked, knowledge: Knowledge) -> Learnt | None:
        block = next((b for b in document.blocks if b.id == item.block), None)
        span = nearest(block.text, item.word, item.at) if block else None
        if block is None or span is None:
            return None

        def link(id: BlockId) -> str:
            return self.absolute(urls.block(document.header.id, id))

        for o in document.occurrences:
            around = o.block == block.id and o.span.start <= span.start and span.end <= o.span.end
            if around and (term := knowledge.term(o.term)) and item.word in (o.text, *term.forms):
                return term_card(document, o, term, link)
        if self.language is None:
            raise MissingExtra("词典", "dict")
        found = self.language.look_up(document, block.id, span.start, knowledge.people)
        exact = next((w for w in found.words if w.span == span), None)
        entries = exact.entries if exact else self.language.dictionary.entries(item.word)
        if not entries:
            return None
        return word_card(document, block.id, span, entries, link, self.language.attribution)

    def _at_entry(self, member: MemberView) -> dict[str, str]:
        return {"@id": self._base + member.href} if member.href else {}

    # -- speakers

    def speaker_url(self, id: str) -> str | None:
        """The whole address of a speaker's page; None for a private person."""
        address = _speaker_address(id, self._library.knowledge())
        return self.absolute(address) if address else None

    def speakers(self, *, after: str = "") -> Page:
        """Those who are quoted in the library, most quoted first; behind the one with the id `after`."""
        groups: dict[str, list[SpeakerRow]] = {label: [] for label in SPEAKER_KIND.values()}
        most = _PEOPLE if self._many == _MANY else self._many
        counts = self._library.speakers(limit=most + 1, after=after)
        knowledge = self._library.knowledge()
        for c in counts[:most]:
            if knowledge.is_private(c.id):
                continue
            voice = Voice(c.id, c.name, c.role or _unnamed(c.kind), urls.speaker(c.id))
            label = SPEAKER_KIND[c.kind]
            groups[label].append(SpeakerRow(voice, label, c.quotations, c.articles, c.ascribed))
        following = (
            f"{urls.SPEAKERS}?{urlencode({'after': counts[most - 1].id})}" if len(counts) > most else ""
        )
        context = {
            "groups": tuple((label, tuple(rows)) for label, rows in groups.items() if rows),
            "next": Link(say("下一页"), following) if following else None,
        }
        total = self._library.public_speaker_count()
        meta = self._meta(
            say("人物"), say("文库里有引语的人物、群体和机构，共 %(n)s 个。", n=total), urls.SPEAKERS
        )
        return Page("speakers.html", meta, context, nav="speakers")

    def speaker(self, id: str, *, article: str = "", term: str = "", after: str = "") -> Page:
        """One speaker across the library; in one article alone, or only where a term is spoken of.

        The newest articles first; `after` is the one that ended the page before. A private person has none.
        """
        if self._library.knowledge().is_private(id):
            raise NotFound("speaker", id)
        newest = self._library.heard_in(SpeakerId(id), limit=self._many + 1, after=after)
        shown = newest
        if article:
            shown = [ArticleId(article)]
        elif term:
            shown = self._library.heard_in(SpeakerId(id), term=term, limit=self._many + 1, after=after)
        following = "" if len(shown) <= self._many else shown[self._many - 1]
        shown = shown[: self._many]
        documents = self._library.documents(tuple(dict.fromkeys((*newest[: self._many], *shown))))
        person, knowledge = self._library.person(id), self._library.knowledge()
        views = [_Views(d, knowledge) for d in documents]
        found = [(v, s) for v in views if (s := v.speaker(SpeakerId(id)))]
        if not found and person is None:
            raise NotFound("speaker", id)
        # Without a record nothing but the name joins people of different articles: offices that do not go
        # together are kept apart, and the page says so.
        apart = False
        if person is None:
            offices = _offices_apart([s for _, s in found])
            apart = len(set(offices)) > 1
            found = [pair for _, pair in sorted(zip(offices, found, strict=True), key=lambda x: x[0])]
        kind = person.kind if person else found[0][1].kind
        name = person.name if person else found[0][1].name
        headers = [v.document.header for v, _ in found]
        roles = tuple(
            (s.role, Link(h.title, urls.article(h.id)))
            for h, (_, s) in zip(headers, found, strict=True)
            if s.role
        )
        groups = []
        for v, speaker in found:
            said = v.said_by(speaker.id, TermId(term) if term else None)
            if said and v.document.header.id in shown:
                groups.append((v.article(), said))
        aliases: dict[str, None] = dict.fromkeys(person.aliases if person else ())
        aliases.update((a, None) for _, s in found for a in s.aliases)
        counted = self._library.speaker_total(SpeakerId(id))
        role = found[0][1].role if found else (person.offices[0].whole if person and person.offices else "")
        view = SpeakerView(
            voice=Voice(
                SpeakerId(id),
                name,
                "" if apart else role or _unnamed(kind),
                urls.speaker(id),
                say("各篇所印职务不同，未核是否同一人") if apart else "",
            ),
            kind=SPEAKER_KIND[kind],
            recorded=person is not None,
            pinyin=person.pinyin if person else "",
            name_hant=person.name_hant if person else "",
            aliases=tuple(a for a in aliases if a != name),
            office_en=person.office_en if person else "",
            roles=roles,
            offices=tuple(_office(o) for o in person.offices) if person else (),
            facts=person.facts if person else (),
            sources=tuple(_source_view(s) for s in person.sources) if person else (),
            homonyms=person.homonyms if person else (),
            verified=person.verified if person else False,
            note=person.note if person else "",
            groups=tuple(groups),
            quotations=counted.quotations if counted else 0,
            articles=counted.articles if counted else 0,
            ascribed=counted.ascribed if counted else 0,
            apart=apart,
        )
        spoken = knowledge.term(term)
        here = urls.speaker(id)
        terms = (knowledge.term(t) for t, _ in self._library.speaker_terms(SpeakerId(id)))
        filters = (
            *(Link(h.title, f"{here}?article={h.id}") for h in headers if len(found) > 1),
            *(Link(t.term, f"{here}?term={t.id}") for t in terms if t),
        )
        context = {
            "speaker": view,
            "filters": filters,
            "about": spoken.term if spoken else "",
            "whole": here if article or term else "",
            "next": Link(say("更早的话"), f"{here}?{urlencode({'term': term, 'after': following})}")
            if following
            else None,
        }
        meta = self._meta(
            say("%(name)s说了什么", name=name),
            say(
                "%(who)s：文库中的 %(n)s 处引语。",
                who=f"{name}{'，' + role if role else ''}",
                n=counted.quotations if counted else 0,
            ),
            urls.speaker(id),
            og_type="profile",
            jsonld={
                "@context": "https://schema.org",
                "@type": "Person" if kind == "person" else "Organization",
                "@id": self._base + urls.speaker(id),
                "name": name,
                **({"jobTitle": role} if role and kind == "person" else {}),
            },
        )
        return Page("speaker.html", meta, context, nav="speakers")

    # -- search

    def search(
        self, query: str, filters: Filters, *, after: str = "", by: Literal["article", "speaker"] = "article"
    ) -> Page:
        """Paragraphs that a query finds, the best first.

        Args:
            query: as typed; the language is that of `app.text.query`.
            filters: what it is narrowed to.
            after: where the page before ended.
            by: how the hits are put together.
        """
        query = " ".join(query.split())[:200]
        searched = self._library.search(query, filters, after=after) if query else Searched(Found())
        found, knowledge = searched.found, self._library.knowledge()
        kept = {
            name: getattr(filters, name) for name in ("speaker", "term", "article", "since", "until", "kind")
        }
        here = {**kept, "by": by if by != "article" else ""}
        other: Literal["article", "speaker"] = "speaker" if by == "article" else "article"
        context = {
            "q": query,
            "groups": _hits(found.lines, by, knowledge),
            "total": found.total,
            "more": found.more,
            "read_as": searched.read_as,
            "hints": tuple(_hint(s, kept) for s in searched.suggestions),
            "titles": tuple(_article_view(e) for e in found.titles),
            "narrowed": tuple(
                Link(label, urls.search(query, **(here | {name: ""})))
                for name, label in self._narrowed(filters).items()
            ),
            "hidden": {n: kept[n] for n in ("speaker", "term", "article")} | {"by": here["by"]},
            "since": filters.since,
            "until": filters.until,
            "quoted": filters.kind == "quotation",
            "other": Link(
                say("按说话人看") if by == "article" else say("按文章看"),
                urls.search(query, **(here | {"by": other if other != "article" else ""})),
            ),
            "next": Link(say("下一页"), urls.search(query, after=found.next, **here)) if found.next else None,
            "first": Link(say("回到第一页"), urls.search(query, **here)) if after else None,
        }
        meta = self._meta(
            say("检索：%(q)s", q=query) if query else say("检索"),
            say("按原文字句检索全部文章。"),
            urls.SEARCH,
            robots="noindex",
        )
        return Page("search.html", meta, context, nav="search")

    def _narrowed(self, filters: Filters) -> dict[str, str]:
        """What a search is narrowed to, in words, by the name of the filter."""
        made = {}
        if filters.speaker:
            person = self._library.person(filters.speaker)
            made["speaker"] = say("说话人 %(x)s", x=person.name if person else filters.speaker)
        if filters.term:
            term = self._library.knowledge().term(filters.term)
            made["term"] = say("词语 %(x)s", x=term.term if term else filters.term)
        if filters.article:
            (title,) = self._library.titles([ArticleId(filters.article)]) or ("",)
            made["article"] = say("文章 %(x)s", x=title or filters.article)
        if filters.since:
            made["since"] = say("%(d)s起", d=date_words(filters.since))
        if filters.until:
            made["until"] = say("%(d)s止", d=date_words(filters.until))
        if filters.kind:
            made["kind"] = say("只在引语里")
        return made

    def docs(self, schema: Mapping[str, Any]) -> Page:
        """The API, readable: every address of the OpenAPI document."""
        routes = []
        for path, methods in schema["paths"].items():
            get = methods.get("get", {})
            parameters = tuple(
                (p["name"], p["in"], p.get("required", False))
                for p in get.get("parameters", ())
                if "name" in p
            )
            routes.append((path, get.get("summary", ""), parameters))
        meta = self._meta(say("接口"), say("JSON 接口的地址和参数。"), "/docs")
        return Page("docs.html", meta, {"routes": tuple(routes)})

    def feed(self) -> Page:
        """Atom: the latest articles with their whole text."""
        entries = self._library.entries(limit=20)
        documents = [self._library.document(e.header.id) for e in entries]
        stamps = [d.saved_at for d in documents if d.saved_at]
        context = {
            "documents": tuple(
                (
                    _article_view(summary(d)),
                    # Atom wants a time; an article that was never saved has only its date, or none.
                    d.saved_at or _instant(d.header.date),
                    tuple(b for b in d.blocks if b.kind != "furniture"),
                )
                for d in documents
            ),
            "updated": max(stamps, default=_instant("")),
        }
        return Page(
            "feed.xml", self._meta(self._site, "", "/feed.atom"), context, media_type="application/atom+xml"
        )

    def sitemap(self, n: int = 0) -> Page:
        """Addresses for crawlers: the n-th file; 0: the only one, or the index where there are several.

        Raises:
            NotFound: there is no such file.
        """
        files = self._sitemaps.count()
        if n == 0 and files > 1:
            maps = tuple(self.absolute(f"/sitemap-{n}.xml") for n in range(1, files + 1))
            context: dict[str, Any] = {"maps": maps, "addresses": ()}
        else:
            addresses = self._sitemaps.file(n or 1) if n == 0 or files > 1 else None
            if addresses is None:
                raise NotFound("page", f"sitemap-{n}.xml")
            context = {"maps": (), "addresses": tuple((self.absolute(p), day) for p, day in addresses)}
        return Page("sitemap.xml", self._meta(self._site, "", ""), context, media_type="application/xml")

    def robots(self) -> Page:
        """What crawlers may ask for."""
        return Page("robots.txt", self._meta(self._site, "", ""), media_type="text/plain; charset=utf-8")

    def offline(self) -> Page:
        """What a reader without a network sees in place of a page that was never opened."""
        meta = self._meta(say("没有网络"), say("这一页没有留存。"), "", robots="noindex")
        return Page("offline.html", meta)

    def worker(self, digest: str, files: Sequence[str]) -> Page:
        """The service worker; it is another one whenever a file of the site is.

        Args:
            digest: of the static files.
            files: their addresses, to be kept with the first page.
        """
        context = {"digest": digest, "files": tuple(files), "offline": urls.OFFLINE}
        meta = self._meta(self._site, "", "")
        return Page("sw.js", meta, context, media_type="text/javascript; charset=utf-8")

    def manifest(self, icon: str) -> Page:
        """The web manifest, so that the site can be installed."""
        beside = icon.removesuffix("icon.svg") + "icons/"
        value = {
            "name": self._site,
            "short_name": self._site,
            "lang": "zh-Hans",
            "start_url": urls.HOME,
            "scope": urls.HOME,
            "display": "standalone",
            "background_color": "#faf7f0",
            "theme_color": "#faf7f0",
            "icons": [
                {"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                *(
                    {"src": f"{beside}{name}.png", "sizes": size, "type": "image/png", "purpose": purpose}
                    for name, size, purpose in _ICONS
                ),
            ],
        }
        context = {"manifest": value}
        return Page(
            "manifest.json", self._meta(self._site, "", ""), context, media_type="application/manifest+json"
        )

    def absolute(self, path: str) -> str:
        """An address to send to somebody."""
        return urls.absolute(self._base, path)

    # -- when something is not there

    def not_found(self, error: NotFound) -> Page:
        """404: what was asked for, and ways on."""
        near = tuple(Link(href.rstrip("/").rsplit("/", 1)[-1], href) for href in error.near)
        if error.kind == "paragraph" and near:
            document = self._library.document(ArticleId(error.id.split("/", 1)[0]))
            near = tuple(self._named(document, link.text) for link in near)
        context = {
            "kind": error.kind,
            "id": error.id.rsplit("/", 1)[-1],
            "near": near,
            "suggestions": tuple(
                Link(e.header.title, urls.article(e.header.id)) for e in self._library.entries(limit=5)
            ),
        }
        meta = self._meta(say("没有这一页"), say("这个地址没有内容。"), "", robots="noindex")
        return Page("not_found.html", meta, context, status=404)

    def error(self, code: int, title: str, message: str, remedy: str = "") -> Page:
        """Any other answer that is not a page."""
        context = {"code": code, "title": title, "message": message, "remedy": remedy}
        return Page("error.html", self._meta(title, message, "", robots="noindex"), context, status=code)

    # -- heads

    def _meta(
        self,
        title: str,
        description: str,
        path: str,
        *,
        canonical: str = "",
        robots: str = "",
        og_type: str = "website",
        og_title: str = "",
        published: str = "",
        modified: str = "",
        jsonld: Mapping[str, Any] | None = None,
        image: str = "",
        image_alt: str = "",
    ) -> Meta:
        return Meta(
            title=title if title == self._site else f"{title} · {self._site}",
            description=description,
            canonical=urls.absolute(self._base, canonical or path) if path else "",
            robots=robots,
            og_type=og_type,
            og_title=og_title or title,
            og_description=description,
            og_url=urls.absolute(self._base, path) if path else "",
            published=published,
            modified=modified,
            jsonld=jsonld,
            og_image=image,
            og_image_alt=image_alt,
        )

    def _news_article(self, document: Document) -> dict[str, Any]:
        h = document.header
        out: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": self._base + urls.article(h.id),
            "headline": h.title,
            "inLanguage": h.lang,
            "url": self._base + urls.article(h.id),
        }
        # A date that is only approximate is not stated to machines, which cannot see the 约.
        if h.date and not h.circa:
            out["datePublished"] = h.date
        if document.saved_at:
            out["dateModified"] = document.saved_at
        if h.publication:
            out["publisher"] = {"@type": "Organization", "name": h.publication}
        if authors := names(h.author):
            out["author"] = [{"@type": "Person", "name": name} for name in authors]
        quoted = dict.fromkeys(q.block for q in document.quotations if _signed(q))
        if quoted:
            parts = [self._base + urls.block(h.id, id) for id in list(quoted)[:_PAGE]]
            out["hasPart"] = [
                {"@type": "Quotation", "@id": f"{part}#quotation", "url": part} for part in parts
            ]
        return out

    def _quotations(self, document: Document, id: BlockId, views: _Views) -> dict[str, Any]:
        h = document.header
        graph: list[dict[str, Any]] = []
        for q in document.quotations:
            speaker = views.speaker(q.speaker)
            if q.block != id or speaker is None or not _signed(q):
                continue
            person: dict[str, Any] = {
                "@type": "Person" if speaker.kind == "person" else "Organization",
                "name": speaker.name,
            }
            if address := views.address(speaker.id):
                person["@id"] = self._base + address
            if speaker.role and speaker.kind == "person":
                person["jobTitle"] = speaker.role
            graph.append(
                {
                    "@type": "Quotation",
                    "@id": f"{self._base}{urls.block(h.id, id)}#quotation"
                    + (f"-{len(graph) + 1}" if graph else ""),
                    "text": views.certain(q),
                    "spokenByCharacter": person,
                    "isPartOf": self._base + urls.article(h.id),
                    "url": self._base + urls.block(h.id, id),
                    "inLanguage": h.lang,
                }
            )
        return {"@context": "https://schema.org", "@graph": graph} if graph else {}


class _Views:
    """One document seen by a template."""

    def __init__(
        self,
        document: Document,
        knowledge: Knowledge,
        rubies: Mapping[BlockId, Sequence[Ruby]] = MappingProxyType({}),
    ) -> None:
        self.document = document
        self._rubies = rubies
        self.knowledge = knowledge
        self._blocks = {b.id: b for b in document.blocks}
        self._speakers = {s.id: s for s in document.speakers}
        self._occurrences = _grouped(document.occurrences)
        self._quotations = _grouped(document.quotations)
        # By what they are, not by what they hold: quotations are asked about by the document's own values.
        self._inner = frozenset(id(q) for group in self._quotations.values() for q in _inner(group))
        self._articles: dict[Tongue, ArticleView] = {}
        self.cited: dict[tuple[BlockId, Tongue], Cited] = {}
        self._numbers: dict[BlockId, int] = {}
        number = 0
        for b in document.blocks:
            number += b.kind == "paragraph"
            self._numbers[b.id] = number if b.kind == "paragraph" else 0

    @cached_property
    def entry(self) -> Entry:
        """What a list of articles shows of it."""
        return summary(self.document)

    def article(self) -> ArticleView:
        """The facts under its title, in the language of this moment."""
        if (known := self._articles.get(tongue())) is None:
            self._articles[tongue()] = known = _article_view(self.entry, draft=self.document.draft)
        return known

    def speaker(self, id: SpeakerId | None) -> Speaker | None:
        return self._speakers.get(id) if id else None

    def whole(self, id: BlockId) -> Block:
        return self._blocks[id]

    def text(self, id: BlockId) -> str:
        return self._blocks[id].text

    def number(self, id: BlockId) -> int:
        return self._numbers[id]

    def words(self, quotation: Quotation) -> str:
        return self._blocks[quotation.block].text[quotation.span.start : quotation.span.end]

    def certain(self, q: Quotation) -> str:
        """The words that the text itself gives to the speaker; inferred sentences are left out."""
        return self._blocks[q.block].text[q.span.start : q.certain_end].rstrip()

    # -- blocks and sections

    def block(self, id: BlockId, marks: Marks) -> BlockView:
        return self._view(
            self._blocks[id], marks, self.heard_in(id), self._notes(self._blocks[id], marks, set())
        )

    def sections(self, marks: Marks) -> tuple[Section, ...]:
        groups: list[tuple[Block | None, list[Block]]] = [(None, [])]
        for b in self.document.blocks:
            if b.kind == "heading":
                groups.append((b, []))
            else:
                groups[-1][1].append(b)
        sections, last, noted = [], list[SpeakerId](), set[TermId]()
        for heading, blocks in groups:
            if heading is None and not blocks:
                continue
            views, heard = [], dict[SpeakerId, None]()
            for b in blocks:
                speakers = self._heard(b.id)
                # A name stands in the margin where somebody begins to speak, not again while they go on.
                fresh = [s for s in speakers if s not in last]
                heard.update(dict.fromkeys(speakers))
                last = speakers or last
                notes = self._notes(b, marks, noted, len(fresh))
                views.append(self._view(b, marks, tuple(map(self._voice, fresh)), notes))
            head = self._view(heading, marks, (), ()) if heading else None
            first = heading.id if heading else blocks[0].id
            people = tuple(self._speakers[s].name for s in heard)
            sections.append(
                Section(
                    first, heading.text if heading else say("导语"), f"#{first}", people, head, tuple(views)
                )
            )
        return tuple(sections)

    def _view(
        self, b: Block, marks: Marks, voices: tuple[Voice, ...], notes: tuple[MarginNote, ...]
    ) -> BlockView:
        spans: dict[tuple[int, int, NodeKind], Any] = {}
        for o in self._occurrences.get(b.id, ()):
            if (term := self.knowledge.term(o.term)) is not None:
                marked = marks == "all" or (marks == "core" and o.first)
                head = _head(o, term)
                spans[head.start, head.end, "term"] = _ref(term.id, term.kind, o.first, marked)
        for q in self._quotations.get(b.id, ()):
            speaker = self.speaker(q.speaker)
            name = speaker.name if speaker else say("未详")
            said = SaidRef(q.manner, TYPE[q.manner], name, _doubtful(q))
            spans[q.span.start, q.certain_end, "said"] = said
            if q.inferred_from is not None:
                spans[q.inferred_from, q.span.end, "said"] = replace(said, inferred=True)
            if q.source and q.source.block == b.id and speaker:
                spans[q.source.span.start, q.source.span.end, "name"] = self._voice(speaker.id)
        make = _block_view if len(b.text) < _LONG else _block_view.__wrapped__
        return make(
            self.document.header.id,
            b,
            self._numbers[b.id],
            tuple(spans.items()),
            tuple(self._rubies.get(b.id, ())),
            voices,
            notes,
            bool(voices) and self.partly(b.id),
        )

    def _notes(self, b: Block, marks: Marks, noted: set[TermId], voices: int = 0) -> tuple[MarginNote, ...]:
        """The margin notes that fit beside a paragraph: set phrases and policies first, each term once."""
        if marks == "none":
            return ()
        room = int((len(b.text) / _LINE_CHARACTERS + 1 - 2.5 * voices) / _NOTE_LINES)
        if room <= 0:
            return ()
        found: list[tuple[int, int, Term]] = []
        for o in self._occurrences.get(b.id, ()):
            term = self.knowledge.term(o.term) if o.first and o.term not in noted else None
            if term:
                found.append((_note_rank(term), o.span.start, term))
        # A long paragraph is noted along its whole length: the best term of each stretch, then the best left.
        best = sorted(found, key=lambda f: f[:2])
        stretches: dict[int, tuple[int, int, Term]] = {}
        for f in best:
            stretches.setdefault(f[1] * room // max(1, len(b.text)), f)
        ranked = [*stretches.values(), *(f for f in best if f not in stretches.values())]
        chosen = {f[2].id: f for f in reversed(ranked)}
        kept = sorted(list(reversed(chosen.values()))[: max(0, room)], key=lambda f: f[1])
        noted.update(term.id for _, _, term in kept)
        return tuple(MarginNote(t.id, t.term, _gloss(t), urls.term(t.id), _gloss_lang(t)) for _, _, t in kept)

    # -- speakers

    def _voice(self, id: SpeakerId) -> Voice:
        return _voice(self._speakers[id], self.address(id), tongue())

    def address(self, id: SpeakerId) -> str:
        """A speaker's page, "" for a private person."""
        return _speaker_address(id, self.knowledge)

    def _heard(self, id: BlockId) -> list[SpeakerId]:
        """Who speaks in a block in their own right, not inside somebody else's words."""
        outer = [q for q in self._quotations.get(id, ()) if not self.nested(q) and not q.ascribed]
        return list(dict.fromkeys(q.speaker for q in outer if q.speaker in self._speakers and q.speaker))

    def nested(self, q: Quotation) -> bool:
        return id(q) in self._inner

    def heard_in(self, id: BlockId) -> tuple[Voice, ...]:
        return tuple(map(self._voice, self._heard(id)))

    def _said(self, q: Quotation) -> Said:
        number = self._numbers[q.block]
        href = urls.block(self.document.header.id, q.block)
        terms: list[tuple[Span, NodeKind, Any]] = []
        for o in self.inside(q):
            if term := self.knowledge.term(o.term):
                ref = _ref(term.id, term.kind, o.first, False)
                moved = Span(o.span.start - q.span.start, o.span.end - q.span.start)
                terms.append((moved, "term", ref))
        words = self.words(q)
        if q.inferred_from is not None:
            inferred = SaidRef(q.manner, TYPE[q.manner], "", False, inferred=True)
            terms.append((Span(q.inferred_from - q.span.start, len(words)), "said", inferred))
        nodes = inline(words, terms)
        by = self.speaker(q.speaker)
        return Said(
            type=q.manner,
            label=TYPE[q.manner],
            text=words,
            nodes=nodes,
            cue=q.cue or "",
            number=number,
            href=href,
            why=q.why,
            confidence=q.confidence,
            doubtful=_doubtful(q),
            speaker=Link(by.name, self.address(by.id)) if by else None,
            inferred=q.inferred_from is not None,
        )

    def spoken(self, id: BlockId) -> tuple[Words, ...]:
        """Who says which of a block's words, those within others' words too.

        Nobody is named who is not certain: not for ascribed words, nor for sentences that are taken to go on.
        """
        found = []
        for q in self._quotations.get(id, ()):
            s = self.speaker(q.speaker) if _signed(q) else None
            by = f"{(s.role or '') if s.kind == 'person' else ''}{s.name}" if s else ""
            found.append(Words(q.span.start, q.certain_end, q.type, by))
            if q.inferred_from is not None:
                found.append(Words(q.inferred_from, q.span.end, q.type, ""))
        return tuple(found)

    def partly(self, id: BlockId) -> bool:
        """Whether a block holds words that are not one certain speaker's."""
        return sole_speaker(self.text(id), self.spoken(id)) is None

    def lead(self, id: BlockId) -> str:
        """What a paragraph is called in one line: who speaks first, and the first clause."""
        for q in self._quotations.get(id, ()):
            if not self.nested(q) and _signed(q) and (speaker := self.speaker(q.speaker)):
                return f"{speaker.name}：{first_clause(self.certain(q))}"
        return first_clause(self.text(id))

    def said_in(self, id: BlockId) -> tuple[Said, ...]:
        return tuple(self._said(q) for q in self._quotations.get(id, ()) if q.speaker)

    def said_by(self, id: SpeakerId, term: TermId | None = None) -> tuple[Said, ...]:
        """A speaker's quotations; with a term, those that hold it."""
        return tuple(
            self._said(q)
            for q in self.document.quotations
            if q.speaker == id and (term is None or any(o.term == term for o in self.inside(q)))
        )

    def inside(self, q: Quotation) -> list[Occurrence]:
        """The terms that stand in a quotation."""
        occurrences = self._occurrences.get(q.block, ())
        return [o for o in occurrences if q.span.start <= o.span.start and o.span.end <= q.span.end]

    def unattributed(self) -> tuple[Said, ...]:
        return tuple(self._said(q) for q in self.document.quotations if q.speaker is None)

    def rows(self) -> tuple[Row, ...]:
        """Speakers in order of their first words, with a strip of where they speak."""
        start, offsets = 0, dict[BlockId, int]()
        for b in self.document.blocks:
            offsets[b.id] = start
            start += len(b.text)
        whole = max(1, start)
        rows: dict[SpeakerId, list[Quotation]] = {}
        for q in self.document.quotations:
            if q.speaker in self._speakers and q.speaker:
                rows.setdefault(q.speaker, []).append(q)
        made = []
        for id, quotations in rows.items():
            bars, numbers = [], dict[int, Link]()
            for q in quotations:
                x = round(1000 * (offsets[q.block] + q.span.start) / whole)
                width = max(2, round(1000 * (q.span.end - q.span.start) / whole))
                href = urls.block(self.document.header.id, q.block)
                number = self._numbers[q.block]
                title = say("第 %(n)s 段 %(type)s", n=number, type=TYPE[q.manner])
                bars.append(Bar(x, width, q.manner, href, title))
                numbers.setdefault(number, Link(str(number), href))
            s = self._speakers[id]
            made.append(
                Row(
                    voice=self._voice(id),
                    kind=SPEAKER_KIND[s.kind],
                    aliases=s.aliases,
                    said=tuple(self._said(q) for q in quotations if not q.ascribed),
                    ascribed=tuple(self._said(q) for q in quotations if q.ascribed),
                    bars=tuple(bars),
                    characters=sum(q.span.end - q.span.start for q in quotations if not q.ascribed),
                    numbers=tuple(numbers.values()),
                )
            )
        return tuple(made)

    # -- cards and neighbours

    def cards(self, entries: _Entries, id: BlockId | None = None) -> tuple[Card, ...]:
        """One card a term, in order of first occurrence; of one block or of the whole article."""
        counts: dict[TermId, int] = {}
        for o in self.document.occurrences:
            if id is None or o.block == id:
                counts[o.term] = counts.get(o.term, 0) + 1
        found = {t.id: t for term in counts if (t := self.knowledge.term(term))}
        # A member's card opens from its phrase's card, whether or not the text has the member too.
        for t in list(found.values()):
            for m in entries.members(t)[:_MEMBERS]:
                if m.term and m.term not in found and (member := self.knowledge.term(m.term)):
                    found[member.id] = member
        return tuple(
            entries.card(t, counts.get(t.id, 0), self._here(entries, t, id) if id else ())
            for t in found.values()
        )

    def _here(self, entries: _Entries, term: Term, id: BlockId) -> tuple[str, ...]:
        """The members of a phrase that a block speaks of, unless it speaks of all.

        Those in the marked words themselves come first: only where there are none the whole block counts.
        """
        members, text = entries.members(term), fold(self._blocks[id].text)
        marked = [o for o in self._occurrences.get(id, ()) if o.term == term.id]
        words = [fold(o.text) for o in marked]
        named = {o.term for o in self._occurrences.get(id, ())}
        found = [m.text for m in members if any(fold(m.text) in w for w in words)]
        if not found:
            found = [m.text for m in members if m.term in named or fold(m.text) in text]
        return tuple(found) if len(found) < len(members) else ()

    def near(self, id: BlockId, step: int) -> Near | None:
        order = [b.id for b in self.document.blocks if b.kind not in ("heading", "furniture") or b.id == id]
        at = order.index(id) + step
        return self.near_view(order[at]) if 0 <= at < len(order) else None

    def near_view(self, id: BlockId) -> Near | None:
        b = self._blocks.get(id)
        if b is None:
            return None
        heard = [] if self.partly(id) else self._heard(id)
        speaker = self._speakers[heard[0]].name if heard else ""
        return Near(id, self._numbers[id], urls.block(self.document.header.id, id), speaker, b.text)


# -- what many pages have in common, kept by value


@lru_cache(_KEPT)
def _ref(id: TermId, kind: str, first: bool, marked: bool) -> TermRef:
    return TermRef(id, urls.term(id), _LINE.get(kind, "word"), first, marked)


def _note_rank(term: Term) -> int:
    """The rank of a term where there is not room for all margin notes: its priority, then its kind."""
    kind = 0 if term.kind in ("policy", "slogan") else 1 if term.kind in ("concept", "idiom") else 2
    return 3 * PRIORITIES.index(term.priority) + kind


@lru_cache(_KEPT)
def _voice(s: Speaker, address: str, _: Tongue) -> Voice:
    return Voice(s.id, s.name, s.role or _unnamed(s.kind), address, s.doubt)


@lru_cache(_KEPT_BLOCKS)
def _block_view(
    article: ArticleId,
    b: Block,
    number: int,
    spans: tuple[tuple[tuple[int, int, NodeKind], Any], ...],
    rubies: tuple[Ruby, ...],
    voices: tuple[Voice, ...],
    notes: tuple[MarginNote, ...],
    partly: bool,
) -> BlockView:
    """A block from all that it shows: after an edit only the blocks that changed are made again."""
    nodes = inline(b.text, ((Span(start, end), kind, data) for (start, end, kind), data in spans))
    return BlockView(
        id=b.id,
        kind=b.kind,
        level=b.level,
        number=number,
        href=urls.block(article, b.id),
        nodes=with_readings(nodes, rubies, spell) if rubies else nodes,
        voices=voices,
        notes=notes,
        partly=partly,
    )


# -- words


def _instant(date: str) -> str:
    """An RFC 3339 time for a date as exact as it is known."""
    full = (date + "-01-01"[len(date) - 4 :]) if re.fullmatch(r"\d{4}(-\d\d){0,2}", date) else "1970-01-01"
    return f"{full}T00:00:00Z"


def cut(text: str, most: int) -> str:
    """At most so many characters, cut at a punctuation mark where one is near, with …… for the rest."""
    if len(text) <= most:
        return text
    head = text[: most - 2]
    found = [m.start() for m in re.finditer(r"[，。；：？！、,;]", head)]
    at = found[-1] if found and found[-1] >= most * 0.6 else len(head)
    return head[:at] + "……"


def first_clause(text: str) -> str:
    """The first words that make sense alone."""
    parts = re.split(r"(?<=[，。；：？！])", text.lstrip("“「『‘"))
    clause = parts[0] if parts else text
    for part in parts[1:]:
        if len(clause) >= 8:
            break
        clause += part
    return cut(clause.rstrip("，。；：、"), 40)


def first_sentence(text: str) -> str:
    """Up to the first 。"""
    at = text.find("。")
    return text if at < 0 else text[: at + 1]


def text_fragment(text: str, earlier: str = "") -> str:
    """The `text=` directive for the first clause of a paragraph that does not stand `earlier` in the article.

    A whole clause, since browsers find only what begins and ends where a word does.
    """
    clauses = [c.strip() for c in re.split(r"[“”‘’「」『』，。；：？！、…—（）《》]+", text) if c.strip()]
    fresh = (c for c in clauses if c not in earlier and (len(c) > 3 or c == clauses[0]))
    clause = next(fresh, clauses[0] if clauses else "")
    words = clause if len(clause) <= 30 else clause[:12]
    return urlencode({"text": words}).replace("-", "%2D").replace("+", "%20")


# -- rows


def _article_view(entry: Entry, *, draft: bool = False) -> ArticleView:
    h = entry.header
    cuts = [0, *entry.title_cuts] if entry.title_cuts else [0, len(h.title)]
    return ArticleView(
        id=h.id,
        href=urls.article(h.id),
        title=h.title,
        title_words=tuple(h.title[a:b] for a, b in pairwise(cuts)),
        supplied=h.supplied,
        date=date_words(h.date, circa=h.circa),
        # A machine cannot see the 约, so it gets no date that is only approximate.
        date_iso="" if h.circa else h.date,
        publication=h.publication or say("原载报刊未查明"),
        author=h.author,
        url=h.url,
        note=h.note,
        lang=h.lang,
        characters=entry.characters,
        minutes=max(1, round(entry.characters / _READ_A_MINUTE)),
        paragraphs=entry.paragraphs,
        revision=entry.revision,
        speakers_href=urls.article_speakers(h.id),
        source_href=urls.article_source(h.id),
        people=entry.people,
        groups=entry.groups,
        terms=entry.terms,
        draft=draft,
    )


# A card shows this many members; more are on the entry's page.
_MEMBERS = 7


class _Entries:
    """The glossary by form, for members, relations and cards."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._members: dict[TermId, tuple[MemberView, ...]] = {}
        self._cards = lru_cache(_KEPT)(self._card)
        self._by_form = {fold(f): t for t in reversed(knowledge.terms) for f in t.forms}

    def of(self, form: str) -> Link | None:
        """The entry with a form."""
        term = self._by_form.get(fold(form))
        return Link(term.term, urls.term(term.id)) if term else None

    def members(self, term: Term) -> tuple[MemberView, ...]:
        """What a phrase sums up, each with its entry where it has one."""
        if (known_already := self._members.get(term.id)) is not None:
            return known_already
        made = []
        for member in term.members:
            entry = self._by_form.get(fold(member.zh))
            known = entry if entry and entry.id != term.id else None
            href, id = (urls.term(known.id), known.id) if known else ("", "")
            made.append(MemberView(member.zh, href, id, member.en))
        self._members[term.id] = tuple(made)
        return self._members[term.id]

    def card(self, term: Term, occurrences: int, here: tuple[str, ...] = ()) -> Card:
        """An entry's card, in the language of this moment; `here` are the members to highlight."""
        return self._cards(term.id, occurrences, here, tongue())

    def _card(self, id: TermId, occurrences: int, here: tuple[str, ...], tongue: Tongue) -> Card:
        term = self.knowledge.term(id)
        assert term is not None  # it came from there
        date, english = main_date(term), next(iter(term.english), None)
        members = tuple(
            replace(m, here=m.text in here, en=m.en if tongue == "en" else "") for m in self.members(term)
        )
        return Card(
            id=term.id,
            headword=term.term,
            pinyin=term.pinyin,
            kind=KIND[term.kind],
            text=_definition(term),
            lang=_gloss_lang(term),
            english=english.text if english else "",
            english_status=ENGLISH[english.status] if english else "",
            members=members[:_MEMBERS],
            total=len(members) if len(members) > _MEMBERS else 0,
            when=dated(date) if date else "",
            verified=bool(term.verified),
            occurrences=occurrences,
            href=urls.term(term.id),
        )

    def dates(self, term: Term) -> tuple[DateView, ...]:
        """The dates of a term, the earliest first, each with its kind."""
        return tuple(DateView(d.date, d.type, dated(d), *_event(d), d.source) for d in in_order(term))

    def related(self, term: Term) -> tuple[Related, ...]:
        """Entries worth a look: what the term is part of, its members, then others with their kind."""
        forms = {fold(f) for f in term.forms}
        whole = [
            t for t in self.knowledge.terms if t.id != term.id and any(fold(m.zh) in forms for m in t.members)
        ]
        parts = {m.term for m in self.members(term) if m.term}
        found = [Related(t.term, urls.term(t.id), say("所属")) for t in whole]
        for id in term.related:
            t = self.knowledge.term(id)
            if t and t not in whole:
                found.append(
                    Related(t.term, urls.term(t.id), say("其中一项") if t.id in parts else KIND[t.kind])
                )
        return tuple(found)


def _once(words: Iterable[Word]) -> Iterator[Word]:
    """Each word once, however often it stands inside a longer one."""
    seen = set()
    for word in words:
        if word.text not in seen:
            seen.add(word.text)
            yield word


def _forms(totals: TermTotals) -> tuple[Form, ...]:
    """Each form with its count and its earliest use, the most frequent first."""
    return tuple(
        Form(f.text, f.uses, date_words(f.date), urls.block(f.article, f.block)) for f in totals.forms
    )


def _measured(totals: TermTotals) -> dict[str, Any]:
    """A term's totals as JSON-LD."""
    values = {"uses": totals.uses, "articles": totals.articles}
    return {
        "@type": "Dataset",
        "name": say("文库中的用例"),
        "description": say("这个词语在文库里的全部用例。"),
        **({"temporalCoverage": f"{totals.first.date}/.."} if totals.first else {}),
        "variableMeasured": [{"@type": "PropertyValue", "name": k, "value": v} for k, v in values.items()],
    }


def _term_row(term: Term, occurrences: int) -> TermRow:
    return TermRow(
        term.id,
        urls.term(term.id),
        term.term,
        term.pinyin,
        KIND[term.kind],
        term.kind,
        _gloss(term),
        _gloss_lang(term),
        bool(term.verified),
        occurrences,
    )


def _gloss(term: Term) -> str:
    """What a term means, in a sentence: in English for readers of English where the entry has it."""
    return term.en if _gloss_lang(term) else first_sentence(term.zh)


def _definition(term: Term) -> str:
    """The whole definition, in English for readers of English where the entry has it."""
    return term.en if _gloss_lang(term) else term.zh


def _event(date: TermDate) -> tuple[str, str]:
    """What happened on a date, and the language of the words where it is not the page's Chinese."""
    if tongue() == "en" and date.event_en:
        return date.event_en, "en"
    return date.event, ""


def _gloss_lang(term: Term) -> str:
    return "en" if tongue() == "en" and term.en else ""


def _latin(words: str) -> str:
    """The language of a name that has no Chinese in it: `en`, or ""."""
    return "en" if re.search(r"[A-Za-z]{2}", words) and not re.search("[\u4e00-\u9fff]", words) else ""


def _source_view(source: Source) -> SourceView:
    url = linked(source)
    lang, of = _latin(source.title), _latin(source.publisher)
    tier = TIER[source.tier]
    return SourceView(source.title, source.publisher, source.date, url, source.tier, tier, lang, of)


def _offices_apart(speakers: Sequence[Speaker]) -> list[int]:
    """A number for each speaker of one name: the same where their offices go together.

    Offices go together when one is part of the other (主任, 上海市科委主任) or one is not given. Groups and
    organisations have none and are one.
    """
    kept: list[str] = []
    numbers = []
    for s in speakers:
        role = (s.role or "") if s.kind == "person" else ""
        at = next((i for i, other in enumerate(kept) if role in other or (other and other in role)), None)
        if at is None:
            kept.append(role)
            at = len(kept) - 1
        elif len(role) > len(kept[at]):
            kept[at] = role
        numbers.append(at)
    return numbers


def _office(office: Office) -> str:
    """A post with its time, in the language of the page where that is known."""
    words = office.title_en if tongue() == "en" and office.title_en else office.whole
    when = "—".join(date_words(d) for d in (office.start, office.end)) if office.start or office.end else ""
    return say("%(office)s（%(when)s）", office=words, when=when) if when else words


def _unnamed(kind: str) -> str:
    return (
        say(words) if (words := {"collective": "群体，未具名", "organisation": "机构"}.get(kind, "")) else ""
    )


def _doubtful(q: Quotation) -> bool:
    return q.speaker is None or q.confidence < DOUBTFUL


def _lacking(card: CardText) -> str:
    """The characters that a share image cannot show, each with its code point; "" if there are none."""
    try:
        return "、".join(f"{c}（U+{ord(c):04X}）" for c in lacking(card))
    except MissingExtra:  # then there are no images either
        return ""


def _signed(q: Quotation) -> bool:
    """Whether a name may stand under the words: a certain speaker's own, not ascribed by others."""
    return not _doubtful(q) and not q.ascribed


def _inner(quotations: Iterable[Quotation]) -> Iterator[Quotation]:
    """The quotations of one block that stand inside another of them."""
    outside_in = sorted(quotations, key=lambda q: (q.span.start, -q.span.end))
    reach = 0
    for span, same in groupby(outside_in, key=lambda q: q.span):
        if span.end <= reach:
            yield from same
        reach = max(reach, span.end)


def _grouped(items: Iterable[Any]) -> dict[BlockId, list[Any]]:
    groups: dict[BlockId, list[Any]] = {}
    for item in items:
        groups.setdefault(item.block, []).append(item)
    return groups


def _head(occurrence: Occurrence, term: Term) -> Span:
    """The part of an occurrence that is underlined: the headword where a longer form contains it.

    加快实现高水平科技自立自强 is found as a whole, and 高水平科技自立自强 is underlined.
    """
    at = fold(occurrence.text).find(fold(term.term))
    if at < 0:
        return occurrence.span
    start = occurrence.span.start + at
    return Span(start, start + len(term.term))


_AROUND = 24
# So many lines of one article are listed.
_LINES = 20


def _speaker_address(id: str, knowledge: Knowledge) -> str:
    """A speaker's page, "" for a private person, who has none."""
    return "" if knowledge.is_private(id) else urls.speaker(id)


def _line_speaker(line: Line, knowledge: Knowledge) -> Link | None:
    """Who says a line."""
    return Link(line.speaker_name, _speaker_address(line.speaker, knowledge)) if line.speaker else None


def _kwic(lines: Sequence[Line], knowledge: Knowledge) -> tuple[KwicGroup, ...]:
    groups: dict[ArticleId, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.article, []).append(line)
    made = []
    for article, found in groups.items():
        rows = []
        for line in found[:_LINES]:
            start, end = line.span.start, line.span.end
            left, right = line.text[max(0, start - _AROUND) : start], line.text[end : end + _AROUND]
            href = urls.block(article, line.block)
            speaker = _line_speaker(line, knowledge)
            rows.append(Kwic(left, line.text[start:end], right, href, line.number, speaker))
        made.append(
            KwicGroup(
                Link(found[0].title, urls.article(article)),
                date_words(found[0].date),
                tuple(rows),
                max(0, len(found) - _LINES),
            )
        )
    return tuple(made)


def _hits(
    lines: Sequence[Line], by: Literal["article", "speaker"], knowledge: Knowledge
) -> tuple[HitGroup, ...]:
    """Found lines put together, the groups in the order of their best hit."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.article if by == "article" else line.speaker or "", []).append(line)
    return tuple(_hit_group(found, by, knowledge) for found in groups.values())


def _hit_group(lines: Sequence[Line], by: Literal["article", "speaker"], knowledge: Knowledge) -> HitGroup:
    first = lines[0]
    hits = []
    for line in lines:
        article = Link(line.title, urls.article(line.article))
        speaker = _line_speaker(line, knowledge)
        pieces, href = excerpt(line.text, line.hits), urls.block(line.article, line.block)
        if by == "article":
            hits.append(Hit(pieces, href, line.number, speaker))
        else:
            hits.append(Hit(pieces, href, line.number, None, article, date_words(line.date)))
    if by == "article":
        return HitGroup(Link(first.title, urls.article(first.article)), date_words(first.date), tuple(hits))
    return HitGroup(_line_speaker(first, knowledge) or Link(say("叙述"), ""), "", tuple(hits))


_HINTS = Labels({"term": "词语", "speaker": "人物", "query": "检索"})


def _hint(suggestion: Suggestion, kept: Mapping[str, str]) -> Hint:
    match suggestion.kind:
        case "term":
            href, note = urls.term(suggestion.id), ""
        case "speaker":
            href, note = urls.speaker(suggestion.id), ""
        case "query":
            href, note = urls.search(suggestion.text, **kept), say("%(n)s 段", n=suggestion.total)
    return Hint(_HINTS[suggestion.kind], Link(suggestion.text, href), note)


def _paged(page: int) -> str:
    return urls.ARTICLES if page <= 1 else f"{urls.ARTICLES}?page={page}"


def _source_lines(document: Document, text: str, reflowed: Any) -> tuple[SourceLine, ...]:
    """Source lines with the block that each became part of; blocks edited since are found by their words."""
    by_text = {b.text: b for b in document.blocks}
    owner: dict[int, tuple[Any, Block | None]] = {}
    for piece in reflowed.pieces:
        for n in range(piece.lines[0], piece.lines[1] + 1):
            owner[n] = piece, by_text.get(piece.text)
    ends = {e.line: e for e in reflowed.line_ends}
    lines = []
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        piece, block = owner.get(n, (None, None))
        end = ends.get(n)
        decision = end.decision if end else ""
        lines.append(
            SourceLine(
                number=n,
                text=line,
                block=Link(block.id, urls.block_in_article(document.header.id, block.id)) if block else None,
                starts=piece is not None and piece.lines[0] == n,
                decision=decision,
                label=DECISION.get(decision, decision),
                why=end.why if end else "",
                sure=round(100 * end.sure) if end else 0,
            )
        )
    return tuple(lines)
