"""Articles and paragraphs as Markdown, and `/llms.txt`, for programs and assistants that read the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app import urls
from app.errors import NotFound
from app.i18n import mark, say
from app.model import ArticleId, Document
from app.pages import blocks, quotations
from app.pages.article import title_of
from app.pages.citations import cite
from app.pages.contexts import Redirect
from app.pages.resources import Resources
from app.pages.views import ArticleView, Said, TermCard
from app.text.paragraphs import Gone, Here, Moved

# Articles that /llms.txt lists.
_LATEST = 50
# Where programs find what the site has.
_ADDRESSES = (
    (mark("一篇文章"), "/a/ARTICLE/index.md"),
    (mark("一个段落"), "/a/ARTICLE/PARAGRAPH/index.md"),
    (mark("检索"), "/api/v1/search?q=WORDS"),
    (mark("词语"), "/api/v1/terms"),
    (mark("说话人"), "/api/v1/speakers"),
    (mark("对照两篇文章"), "/api/v1/compare/FIRST/SECOND"),
    (mark("旧链接现在在哪里"), "/api/v1/resolve/ARTICLE/PARAGRAPH"),
    ("OpenAPI", "/openapi.json"),
)
# Characters that could start inline markup, and those that could start a block at the beginning of a line.
_INLINE = re.compile(r"([\\`*_\[\]<>~|&^$#])")
_START = re.compile(r"^(\s*(?:\d{1,9}(?=[.)]))?)([+\-=:.)])")
# Line ends of every kind: a block stays one line.
_BREAKS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def escape(text: str, *, start: bool = True) -> str:
    """Escape text for Markdown; `start`: the text may begin a line."""
    escaped = _INLINE.sub(r"\\\1", _BREAKS.sub(" ", text))
    return _START.sub(r"\1\\\2", escaped) if start else escaped


def article(res: Resources, id: ArticleId) -> str | Redirect:
    """An article: every paragraph with its lasting link, then its speakers and terms.

    Raises:
        NotFound: the article does not exist.
    """
    if moved := res.renamed(id, "index.md"):
        return moved
    document = res.library.document(id)
    view = res.view(document)
    parts = [*_head(res, document, view.article()), *_text(res, document)]
    if speakers := quotations.speakers(view):
        parts.append("## " + say("说话人"))
        for one in speakers:
            parts.append(f"- {escape(one.voice.name, start=False)}")
            parts += (f"  - {_said(res, it)}" for it in one.said)
    if cards := blocks.cards(view, res.glossary(view.knowledge), short=True):
        parts += ["## " + say("词语"), *(_term(res, card) for card in cards)]
    return _joined(parts)


def paragraph(res: Resources, id: ArticleId, block: str) -> str | Redirect:
    """A paragraph: its words, citation, speakers, terms and neighbours.

    Raises:
        NotFound: the article never had it.
    """
    if moved := res.renamed(id, f"{block}/index.md"):
        return moved
    document = res.library.document(id)
    match res.library.follow(id, block):
        case Moved() as answer:
            return Redirect(urls.markdown(id, answer.target))
        case Gone():  # its page tells the last words
            return Redirect(urls.block(id, block), permanent=False)
        case Here() as answer if any(b.id == answer.block.id for b in document.blocks):
            here = answer.block.id
        case _:
            raise NotFound("paragraph", f"{id}/{block}")
    view = res.view(document)
    text, link = view.blocks[here].text, res.absolute(urls.block(id, here))
    citation = cite(document.header, view.numbers[here], link, text, view.said(here))
    parts = [f"# {escape(view.lead(here))}", f"> {escape(text)}", f"{escape(citation.plain)} <{link}>"]
    parts += (f"- {_said(res, it)}" for it in quotations.said_in(view, here))
    parts += (_term(res, card) for card in blocks.cards(view, res.glossary(view.knowledge), here))
    whole = res.absolute(urls.markdown(id))
    parts.append(f"[{escape(title_of(document.header))}]({whole})")
    for near, label in ((view.neighbour(here, -1), say("上一段")), (view.neighbour(here, 1), say("下一段"))):
        if near:
            parts.append(f"[{label}]({res.absolute(urls.markdown(id, near.id))})")
    return _joined(parts)


def llms(res: Resources) -> str:
    """What the site is, and where programs find its texts."""
    base = res.absolute("")
    about = say(
        "带批注的中文文章：每个段落有不变的链接，每处引语有说话人，词语有解释。引用时请写段落的链接；"
        "拿不准的说话人有标记。"
    )
    parts = [f"# {escape(res.site_name)}", f"> {about}"]
    parts += [f"- [{say(words)}]({base}{address})" for words, address in _ADDRESSES]
    parts.append(say("在自己的电脑上，`meipi mcp` 用 Model Context Protocol 回答同样的问题。"))
    parts.append("## " + say("文章"))
    for entry in res.library.index.entries(limit=_LATEST):
        header = entry.header
        facts = "，".join(filter(None, (header.date, header.publication)))
        link = res.absolute(urls.markdown(header.id))
        parts.append(f"- [{escape(title_of(header))}]({link})" + (f": {escape(facts)}" if facts else ""))
    if (total := res.library.index.count()) > _LATEST:
        rest = base + "/api/v1/articles"
        parts.append(say("共 %(n)s 篇，其余见 %(link)s", n=total, link=rest))
    return _joined(parts)


def _head(res: Resources, document: Document, view: ArticleView) -> Iterator[str]:
    yield f"# {escape(title_of(document.header))}"
    if facts := "，".join(filter(None, (view.date, view.publication, view.author))):
        yield escape(facts)
    yield f"<{res.absolute(urls.article(document.header.id))}>"


def _text(res: Resources, document: Document) -> Iterator[str]:
    for block in document.blocks:
        link = f"[¶]({res.absolute(urls.block(document.header.id, block.id))})"
        sign = {"heading": "#" * max(2, block.level) + " ", "list": "- ", "verse": "> "}.get(block.kind, "")
        if block.kind != "furniture":
            yield f"{sign}{escape(block.text)} {link}"


def _said(res: Resources, it: Said) -> str:
    """A quotation in one line: who, how, the words, where."""
    name = escape(it.speaker.text, start=False) + "：" if it.speaker else ""
    doubt = say("（拿不准）") if it.doubtful else ""
    place = f" [¶]({res.absolute(it.href)})" if it.href else ""
    return f"{name}{it.label}{doubt} {escape(it.text, start=False)}{place}"


def _term(res: Resources, card: TermCard) -> str:
    words = "；".join(filter(None, (card.text, card.english)))
    doubt = "" if card.verified else say("（未核）")
    return f"- [{escape(card.headword)}]({res.absolute(card.href)})：{escape(words, start=False)}{doubt}"


def _joined(parts: Iterable[str]) -> str:
    """Paragraphs with a blank line between them, items of a list without."""
    text = ""
    for part in parts:
        tight = part.lstrip().startswith("- ") and text.rpartition("\n")[2].lstrip().startswith("- ")
        text += ("\n" if tight else "\n\n") * bool(text) + part
    return text + "\n"
