"""Add an article: a pasted text or a file becomes a draft, which is corrected in place and then published.

A draft is a content folder of its own in `var/edit/drafts/`: it has the same files as an article, and every
correction works on it. Publishing moves these files into the library in one step.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import msgspec
from msgspec import Struct

from app import urls
from app.content.store import Content
from app.edit.articles import article_page, block_page, changed
from app.edit.asked import EditRequest
from app.edit.bench import Bench, Done, Refused, framed, page
from app.edit.frames import EditContext
from app.edit.kinds import KIND_NAMES
from app.edit.places import ArticlePlace, Opened
from app.edit.rows import Fact
from app.errors import ChangedMeanwhile, MeipiError, NotFound
from app.i18n import mark, say, shown
from app.library.adding import Given
from app.library.library import Added
from app.model import CELL, Header, Piece
from app.pages.contexts import Page
from app.pages.views import Link
from app.text.source_facts import FACTS

# A line end with a lower confidence is listed as doubtful, as `meipi add` does.
_DOUBTFUL = 0.7
# Fields of the form for a new article; an empty one is looked for in the text.
_GIVEN = {
    "title": mark("题目"),
    "subtitle": mark("副题"),
    "date": mark("日期（2024、2024-03 或 2024-03-05）"),
    "publication": mark("出处"),
    "author": mark("作者"),
    "url": mark("原文网址"),
    "id": mark("编号（a–z、0–9、连字符；公开以后不改）"),
}
# Names and line numbers of a list.
_SHOWN = 12
# The name of a pasted text; the same text as a file of this name makes the same article.
PASTED = "来稿.txt"


class AddContext(EditContext, frozen=True, kw_only=True):
    """The form for a new article.

    Attributes:
        drafts: not published yet.
        text: of the article, if a page of /read/ handed it over.
        facts: title, date and the like, as far as they are known.
    """

    template: ClassVar[str] = "edit/add.html"
    drafts: tuple[Link, ...]
    text: str
    facts: tuple[Fact, ...]


class HandedText(Struct, frozen=True):
    """A text as a page of /read/ sends it, see `app.serving.given.SentText`."""

    header: Header
    pieces: tuple[Piece, ...]
    translation: tuple[Piece, ...] = ()


def form(bench: Bench, asked: EditRequest) -> Page:
    """The form for a new article."""
    return _form(bench, asked, "", {})


def hand(bench: Bench, asked: EditRequest) -> Page:
    """The form for a new article with a text of /read/ in it. It has no token: nothing may be kept of it."""
    try:
        handed = msgspec.json.decode(asked.fields.get("article", ""), type=HandedText)
    except msgspec.MsgspecError:
        raise Refused(say("文本没有传完整"), say("请回到那一页再送一次。")) from None
    known = {name: str(getattr(handed.header, name)) for name in _GIVEN if name != "id"}
    if handed.header.supplied:
        known["title"] = ""
    return _form(bench, asked, _plain((*handed.pieces, *handed.translation)), known)


def _form(bench: Bench, asked: EditRequest, text: str, known: Mapping[str, str]) -> Page:
    facts = tuple(Fact(name, say(label), known.get(name, "")) for name, label in _GIVEN.items())
    context = AddContext(drafts=tuple(drafts(bench)), text=text, facts=facts, **framed(asked))
    return page(bench, say("加一篇文章"), context)


def _plain(pieces: Sequence[Piece]) -> str:
    """Blocks as plain text that is read as these blocks again, apart from a few kinds."""
    parts, before = [], ""
    for piece in pieces:
        together = piece.kind == before and piece.kind in ("list", "table", "verse")
        words = piece.text.replace(CELL, "\t") if piece.kind == "table" else piece.text
        parts.append(("\n" if together else "\n\n") + words)
        before = piece.kind
    return "".join(parts).lstrip("\n")


def drafts(bench: Bench) -> Iterator[Link]:
    """The drafts, with their titles."""
    folder = _folder(bench)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with suppress(MeipiError, StopIteration):
            place = _place(bench, path.name)
            yield Link(place.content.article(place.id).header.title, place.home)


def add(bench: Bench, asked: EditRequest) -> Done:
    """Make a draft of a pasted text or a file."""
    name, data = asked.file
    if not data:
        text = asked.fields.get("text", "")
        if not text.strip():
            raise Refused(say("请贴一段文字，或选一个文件"))
        name, data = PASTED, text.encode("utf-8", "replace")
    key = hashlib.sha256(data).hexdigest()[:12]
    folder = _folder(bench) / key
    given = Given(**{name: asked.fields.get(name, "").strip() for name in _GIVEN})
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "decisions.json").exists():
        try:
            added = bench.library.draft(
                Path(name).name, data, saved_at=asked.now, given=given, into=Content(folder / "content")
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if added.known:
            shutil.rmtree(folder, ignore_errors=True)
            return Done(urls.edit_article(added.document.header.id), "known")
        decisions = json.dumps(list(_decisions(added)), ensure_ascii=False)
        (folder / "decisions.json").write_text(decisions, "utf-8")
    return Done(f"{urls.EDIT}drafts/{key}/", "", {"action": "draft", "draft": key})


def draft(bench: Bench, asked: EditRequest, key: str) -> Page:
    """A draft with everything that was decided about it."""
    place = _place(bench, key)
    decisions = json.loads((_folder(bench) / key / "decisions.json").read_text("utf-8"))
    return article_page(bench, asked, place, tuple(decisions))


def draft_block(bench: Bench, asked: EditRequest, key: str, block: str) -> Page:
    """A paragraph of a draft."""
    return block_page(bench, asked, _place(bench, key), block)


def change_draft_block(bench: Bench, asked: EditRequest, key: str, block: str) -> Page | Done:
    """A form of a paragraph of a draft."""
    return changed(bench, asked, _place(bench, key), block)


def change_draft(bench: Bench, asked: EditRequest, key: str) -> Page | Done:
    """A form of a draft: a correction, publish, or discard."""
    place = _place(bench, key)
    if asked.fields.get("do") != "publish":
        return changed(bench, asked, place, "")
    if asked.fields.get("drop") == "1":
        shutil.rmtree(_folder(bench) / key, ignore_errors=True)
        return Done(urls.EDIT, "dropped", {"action": "discard", "draft": key})
    if Opened(bench, place).seen != asked.fields.get("seen", ""):
        raise Refused(say("文件已经不是您看到的那一份"), say("请重新载入草稿，看过再发布。"), 409)
    try:
        revision = bench.library.publish(place.content, place.id)
    except ChangedMeanwhile:
        raise Refused(
            say("文库里已有编号为 %(id)s 的文章。", id=place.id), say("请丢弃草稿，另给一个编号再加。"), 409
        ) from None
    shutil.rmtree(_folder(bench) / key, ignore_errors=True)
    told = bench.committed(asked, [f"articles/{place.id}"], f"add {place.id}")
    audit = {"action": "publish", "article": place.id, "revision": revision}
    return Done(urls.edit_article(place.id), "published" if told == "saved" else told, audit)


def _folder(bench: Bench) -> Path:
    return bench.settings.var / "edit" / "drafts"


def _place(bench: Bench, key: str) -> ArticlePlace:
    content = Content(_folder(bench) / key / "content")
    for id in content.articles():
        return ArticlePlace(content, id, f"{urls.EDIT}drafts/{key}/", key)
    raise NotFound("page", f"{urls.EDIT}drafts/{key}/")


def _decisions(added: Added) -> Iterator[str]:
    """What the import decided, doubts first."""
    document, header = added.document, added.document.header
    if header.supplied:
        yield say("拿不准：文件没有题目，题目是编者拟的。")
    if not header.date:
        yield say("拿不准：没有找到日期。")
    if added.reflowed and (unsure := [str(e.line) for e in added.reflowed.line_ends if e.sure < _DOUBTFUL]):
        yield say("拿不准的行尾 %(n)s 处：第 %(lines)s 行", n=len(unsure), lines=_first(unsure))
    for fact, words in added.head.taken if added.head else ():
        named = "、".join(say(FACTS[name]) for name in fact.split("、"))
        yield say("“%(words)s”记为%(facts)s", words=words, facts=named)
    kinds: dict[str, int] = {}
    for b in document.blocks:
        kinds[b.kind] = kinds.get(b.kind, 0) + 1
    yield "，".join(f"{say(KIND_NAMES[k])} {n}" for k, n in kinds.items())
    if document.speakers:
        yield say("说话人：%(names)s", names="、".join(s.name for s in document.speakers))
    if document.occurrences:
        yield say("词语：%(names)s", names=_first([*dict.fromkeys(o.text for o in document.occurrences)]))
    if document.definitions:
        text = {b.id: b.text for b in document.blocks}
        for d in document.definitions:
            members = "、".join(text[m.block][m.start : m.end] for m in d.members)
            yield say("文中列出：%(name)s＝%(members)s", name=text[d.block][d.start : d.end], members=members)
    if added.candidates:
        names = _first([c.phrase for c in added.candidates])
        yield say("词语表里没有的 %(n)s 个：%(phrases)s", n=len(added.candidates), phrases=names)
    for note in added.imported.notes:
        yield shown(note)


def _first(names: list[str]) -> str:
    return "、".join(names[:_SHOWN]) + ("……" if len(names) > _SHOWN else "")
