"""What a reader needs to share a paragraph: link, citation, text fragment, and the words of its image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from msgspec import structs

from app import urls
from app.errors import ContentError, IndexUnavailable, MissingExtra, NotFound
from app.i18n import say, shown
from app.model import ArticleId, Block, BlockId, Document
from app.pages import translations
from app.pages.article import DocumentView
from app.pages.cards import CardText, lacking, refusal
from app.pages.citations import Citation, Utterance, cite, sole_speaker, source_words
from app.pages.contexts import Redirect
from app.pages.excerpts import cut, first_sentence, text_fragment
from app.pages.glossary import NAMES
from app.pages.resources import Resources
from app.pages.views import Link
from app.text.paragraphs import Here, Moved
from app.text.source_lines import line_range
from app.text.terms.facts import date_words

# A quotation of at least this many characters is used alone on a share image.
_ALONE = 24
# Characters of a text that its share images show, unless a sentence ends before.
_SHOWN = 48


@dataclass(frozen=True, slots=True)
class Cited:
    """A paragraph with everything that sharing it needs.

    Attributes:
        id, number, text: of the paragraph.
        link: its own address.
        fragment: the address in the article that marks its first words.
        source: title and date, as a citation in running text names them.
        citation: ready to copy.
        said: who says which of its words, so that a part of them can be quoted correctly.
        cards: addresses of its images; () if none is made.
        refused: why no image is made, or "".
        lacking: the characters that the fonts lack, ready to print.
        lines: where it is in the text as received.
    """

    id: str
    number: int
    text: str
    link: str
    fragment: str
    source: str
    citation: Citation
    said: tuple[Utterance, ...]
    cards: tuple[Link, ...]
    refused: str
    lacking: str
    lines: Link | None


def cited(res: Resources, id: ArticleId, block: str) -> Cited | Redirect:
    """A paragraph as the share menu asks for it.

    Raises:
        NotFound: the paragraph is not in the text.
        IndexUnavailable: it is in the file, and not yet in the index.
    """
    id = res.library.current(id)
    document = res.library.document(id)
    answer = _followed(res, id, block, urls.block)
    if isinstance(answer, Redirect):
        return answer
    if not any(b.id == answer.block.id for b in document.blocks):
        raise IndexUnavailable("a paragraph is in the files and not yet in the index")
    return cited_in(res, res.view(document), answer.block.id)


def _followed(
    res: Resources, id: ArticleId, block: str, address: Callable[[ArticleId, BlockId], str]
) -> Here | Redirect:
    """The paragraph of a link, or the address of the one that its text is in now."""
    answer = res.library.follow(id, block)
    if isinstance(answer, Moved):
        return Redirect(address(id, answer.target))
    if not isinstance(answer, Here):
        raise NotFound("paragraph", f"{id}/{block}")
    return answer


def cited_in(res: Resources, view: DocumentView, id: BlockId) -> Cited:
    """A paragraph of an article, for its own page and the share menu alike."""
    document, block, said = view.document, view.blocks[id], view.said(id)
    article = document.header.id
    link = res.absolute(urls.block(article, id))
    card = card_text(res, view, block)
    refused = refusal(card)
    cards = ((say("横版"), "og"), (say("竖版"), "portrait")) if not refused else ()
    return Cited(
        id=id,
        number=view.numbers[id],
        text=block.text,
        link=link,
        fragment=fragment(res, document, id, block.text),
        source=source_words(document.header),
        citation=cite(document.header, view.numbers[id], link, block.text, said),
        said=said,
        cards=tuple(Link(label, urls.card(article, id, size)) for label, size in cards),
        refused=shown(refused),
        lacking="" if refused else _lacking(card),
        lines=_source_link(res, document, block.text),
    )


def fragment(res: Resources, document: Document, id: BlockId, text: str) -> str:
    """The address in the article that marks a paragraph's first words.

    Without support for text fragments it leads to the paragraph all the same.
    """
    before = document.header.title
    for b in document.blocks:
        if b.id == id:
            break
        before += "\n" + b.text
    in_place = res.absolute(urls.block_in_article(document.header.id, id))
    return f"{in_place}:~:{text_fragment(text, before)}"


def share_links(title: str, text: str, link: str) -> tuple[Link, ...]:
    """Links that pass a paragraph on: by e-mail, and to Weibo."""
    subject, body = urlencode({"subject": title}), urlencode({"body": f"{cut(text, 120)}\n{link}"})
    weibo = urlencode({"url": link, "title": f"{cut(text, 100)}——{title}"})
    return (
        Link(say("电子邮件"), "mailto:?" + f"{subject}&{body}".replace("+", "%20")),
        Link(say("微博"), f"https://service.weibo.com/share/share.php?{weibo}"),
    )


def _source_link(res: Resources, document: Document, text: str) -> Link | None:
    """The lines of a block in the article as received; None if they are not known."""
    try:
        source = res.library.received(document.header.id)
    except ContentError:  # the page works without this link
        return None
    found = line_range(source, text) if source else None
    if found is None:
        return None
    first, last = found
    lines = say("第 %(first)s—%(last)s 行", first=first, last=last)
    label = lines if first != last else say("第 %(n)s 行", n=first)
    return Link(label, f"{urls.article_source(document.header.id)}#L{first}")


# -- share images


def card(res: Resources, id: ArticleId, block: str, translated: bool = False) -> CardText | Redirect:
    """The words of a paragraph's share image; `translated`: of its translation, if it has one.

    Raises:
        NotFound: the paragraph is not in the text.
    """
    document = res.library.document(id)
    answer = _followed(res, id, block, urls.card)
    if isinstance(answer, Redirect):
        return answer
    shown = card_text(res, res.view(document), answer.block)
    words = translations.words_of(document, answer.block.id) if translated else None
    if words is None:
        return shown
    text, kind = words
    # Whose words are quoted is told of the Chinese only.
    return structs.replace(
        shown,
        words=text,
        speaker="",
        role="",
        title=document.header.title_en or shown.title,
        supplied=shown.supplied and not document.header.title_en,
        address=shown.address + "?translation=1",
        quoted=False,
        gloss=kind,
    )


def article_card(res: Resources, id: ArticleId) -> CardText | Redirect:
    """The words of an article's share image.

    Raises:
        NotFound: the article does not exist.
    """
    if (now := res.library.current(id)) != id:
        return Redirect(urls.article_card(now))
    return title_card(res, res.library.document(id))


def title_card(res: Resources, document: Document) -> CardText:
    """An article's title, without a speaker."""
    h = document.header
    return CardText(
        words=h.title,
        speaker="",
        role="",
        title=h.publication,
        supplied=h.supplied,
        date=date_words(h.date, circa=h.circa),
        revision=document.revision,
        address=res.absolute(urls.article(h.id)),
        site=res.site_name,
        quoted=False,
        heading=True,
    )


def card_text(res: Resources, view: DocumentView, block: Block) -> CardText:
    """A paragraph for its share image.

    The longest direct quotation is shown alone under its speaker's name if it is long enough. Otherwise the
    whole paragraph is shown, under a name only if all its words are that person's. A speaker who is not
    certain is not named; direct quotations without a certain speaker are refused later.
    """
    outer = [q for q in view.quotations.get(block.id, ()) if not view.nested(q) and not q.ascribed]
    direct = max(
        (q for q in outer if q.type == "direct"), key=lambda q: q.span.end - q.span.start, default=None
    )
    words, quoted, speaker = block.text, False, None
    if direct and direct.span.end - direct.span.start >= max(_ALONE, len(block.text) // 3):
        words, quoted = view.words(direct), True
        speaker = None if direct.doubtful else direct.speaker
    elif own := sole_speaker(block.text, view.said(block.id)):
        same = (q.speaker for q in outer if (q.span.start, q.certain_end) == (own.start, own.end))
        speaker = next(same, None)
        quoted = own.type == "direct"
    by = view.speaker(speaker)
    start = direct.start if words != block.text and direct else 0
    h = view.document.header
    return CardText(
        words=words,
        speaker=by.name if by else "",
        role=(by.role or "") if by else "",
        title=h.title,
        supplied=h.supplied,
        date=date_words(h.date, circa=h.circa),
        revision=view.document.revision,
        address=res.absolute(urls.block(h.id, block.id)),
        site=res.site_name,
        quoted=quoted,
        gloss=_gloss(view, block, start, start + min(len(words), _SHOWN)),
    )


def _gloss(view: DocumentView, block: Block, start: int, end: int) -> str:
    """A note on a term between two places of a block, "" if there is none that was checked.

    The first policy or set phrase is noted; else the first other term, rare ones and names last.
    """
    found = [
        term
        for o in view.occurrences.get(block.id, ())
        if start <= o.start and o.end <= end and (term := view.knowledge.term(o.term)) and term.verified
    ]
    if not found:
        return ""
    term = min(
        found, key=lambda t: (t.kind not in ("policy", "slogan"), t.priority == "minor", t.kind in NAMES)
    )
    return f"{term.term}：{first_sentence(term.zh)}"


def _lacking(card: CardText) -> str:
    """The characters that a share image cannot show, each with its code point; "" if there are none."""
    try:
        return "、".join(f"{c}（U+{ord(c):04X}）" for c in lacking(card))
    except MissingExtra:  # no images can be made either
        return ""
