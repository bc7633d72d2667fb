"""The pages of an article and of one of its paragraphs in the workbench, and what their forms do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar

from app import urls
from app.edit import changes
from app.edit.asked import EditRequest
from app.edit.bench import Bench, Done, Refused, back_to, framed, page
from app.edit.frames import EditContext
from app.edit.kinds import KIND_NAMES, TYPE_NAMES
from app.edit.places import ArticlePlace, Opened, in_library, save
from app.edit.plans import Difference, compared, plan_page
from app.edit.rows import (
    BlockRow,
    CorrectionRow,
    Fact,
    MarkRow,
    QuotationRow,
    RevisionRow,
    SelectOption,
    SpeakerRow,
    block_row,
    correction_words,
    mark_rows,
    quotation_row,
    speaker_row,
)
from app.errors import ChangedMeanwhile, NotFound
from app.i18n import mark, say, shown
from app.library.correcting import Wanted
from app.pages.contexts import Page

# Revisions that the page lists.
_REVISIONS = 20

Action = Callable[[Opened, str, Mapping[str, str]], Wanted]
# What forms do. Those that change the text show the plan of paragraph ids first.
_TEXT: Mapping[str, Action] = {
    "words": changes.words,
    "join": changes.join,
    "split": changes.split,
    "restore": changes.restore,
}
_FRONT: Mapping[str, Action] = {
    "facts": changes.facts,
    "author": changes.author,
    "quotation": changes.quotation,
    "missed": changes.missed,
    "paragraph": changes.paragraph,
    "speaker": changes.speaker,
    "drop": changes.drop,
}
_FACTS = (
    ("title", mark("题目")),
    ("subtitle", mark("副题")),
    ("date", mark("日期（2024、2024-03 或 2024-03-05）")),
    ("publication", mark("出处")),
    ("author", mark("全文作者，或署名")),
    ("url", mark("原文网址")),
    ("note", mark("编者按")),
    ("title_en", mark("英文题目")),
    ("summary_en", mark("英文提要")),
)


class ArticleEditContext(EditContext, frozen=True, kw_only=True):
    """An article in the workbench.

    Attributes:
        home: its address in the workbench.
        shown_at: its reading page, or "" for a draft.
        draft: the key of the draft, or "".
        title: of the article.
        seen: the digest for forms.
        facts: fields of the header.
        supplied, circa: of the header.
        langs: the scripts.
        blocks: the text.
        corrections: of the front matter.
        revisions: of the text, the latest first.
        unsaved: the file has edits that no revision has.
        decisions: what the import decided, doubts first; only for drafts.
    """

    template: ClassVar[str] = "edit/article.html"
    home: str
    shown_at: str
    draft: str
    title: str
    seen: str
    facts: tuple[Fact, ...]
    supplied: bool
    circa: bool
    langs: tuple[SelectOption, ...]
    blocks: tuple[BlockRow, ...]
    corrections: tuple[CorrectionRow, ...]
    revisions: tuple[RevisionRow, ...]
    unsaved: bool
    decisions: tuple[str, ...]


class BlockEditContext(EditContext, frozen=True, kw_only=True):
    """A paragraph in the workbench.

    Attributes:
        home: the article's address in the workbench.
        here: the paragraph's address.
        shown_at: its place on the reading page, or "" for a draft.
        title: of the article.
        id: of the block.
        seen: the digest for forms.
        text: of the block.
        kinds: of blocks.
        levels: of headings.
        ends: where the block can be split.
        before, after: the neighbours' addresses, or "".
        quotations: in it.
        names: of speakers, to choose from.
        types: of quotations.
        speakers: in it.
        marks: in it.
    """

    template: ClassVar[str] = "edit/block.html"
    home: str
    here: str
    shown_at: str
    title: str
    id: str
    seen: str
    text: str
    kinds: tuple[SelectOption, ...]
    levels: tuple[SelectOption, ...]
    ends: tuple[SelectOption, ...]
    before: str
    after: str
    quotations: tuple[QuotationRow, ...]
    names: tuple[str, ...]
    types: tuple[SelectOption, ...]
    speakers: tuple[SpeakerRow, ...]
    marks: tuple[MarkRow, ...]


# -- pages


def article(bench: Bench, asked: EditRequest, id: str) -> Page:
    """An article."""
    return article_page(bench, asked, in_library(bench, id))


def block(bench: Bench, asked: EditRequest, id: str, block: str) -> Page:
    """One paragraph."""
    return block_page(bench, asked, in_library(bench, id), block)


def change(bench: Bench, asked: EditRequest, id: str, block: str = "") -> Page | Done:
    """A form of an article, or of one of its paragraphs."""
    return changed(bench, asked, in_library(bench, id), block)


def article_page(
    bench: Bench, asked: EditRequest, place: ArticlePlace, decisions: tuple[str, ...] = ()
) -> Page:
    """An article or a draft."""
    opened = Opened(bench, place)
    document, header = opened.document, opened.manuscript.header
    rows = tuple(block_row(place, document, b) for b in document.blocks)
    revisions = opened.manuscript.ledger.revisions
    context = ArticleEditContext(
        home=place.home,
        shown_at="" if place.draft else urls.article(place.id),
        draft=place.draft,
        title=header.title,
        seen=opened.seen,
        facts=tuple(Fact(n, say(label), str(getattr(header, n))) for n, label in _FACTS),
        supplied=header.supplied,
        circa=header.circa,
        langs=tuple(
            SelectOption(v, say(t), header.lang == v)
            for v, t in (("zh-Hans", mark("简体")), ("zh-Hant", mark("繁体")))
        ),
        blocks=rows,
        corrections=tuple(
            CorrectionRow(n, correction_words(c)) for n, c in enumerate(opened.manuscript.corrections)
        ),
        revisions=tuple(
            RevisionRow(r.n, "　".join(x for x in (r.saved_at[:16].replace("T", " "), r.note) if x), not n)
            for n, r in enumerate(revisions[::-1][:_REVISIONS])
        ),
        unsaved=document.draft,
        decisions=decisions,
        **framed(asked),
    )
    return page(bench, header.title, context)


def block_page(bench: Bench, asked: EditRequest, place: ArticlePlace, id: str) -> Page:
    """One paragraph of an article or a draft."""
    opened = Opened(bench, place)
    n = opened.number(id)
    if n < 0:
        raise NotFound("paragraph", f"{place.id}/{id}")
    document, here = opened.document, opened.blocks[n]
    said = [q for q in document.quotations if q.block == id]
    heard = {q.speaker for q in said}
    people = {p.name for p in bench.knowledge().people}
    neighbours = [
        f"{place.home}{opened.blocks[i].id}/" if 0 <= i < len(opened.blocks) else "" for i in (n - 1, n + 1)
    ]
    context = BlockEditContext(
        home=place.home,
        here=f"{place.home}{id}/",
        shown_at="" if place.draft else urls.block_in_article(place.id, id),
        title=document.header.title,
        id=id,
        seen=opened.seen,
        text=here.text,
        kinds=tuple(SelectOption(k, say(t), k == here.kind) for k, t in KIND_NAMES.items()),
        levels=tuple(SelectOption(str(i), str(i - 1), here.level == i) for i in (2, 3, 4)),
        ends=tuple(
            SelectOption(str(at), f"…{here.text[max(0, at - 12) : at]}")
            for at in changes.sentence_ends(here.text)
        ),
        before=neighbours[0],
        after=neighbours[1],
        quotations=tuple(quotation_row(document, here, q) for q in said),
        names=tuple(dict.fromkeys((*(s.name for s in document.speakers), *sorted(people)))),
        types=tuple(SelectOption(k, say(t)) for k, t in TYPE_NAMES.items()),
        speakers=tuple(speaker_row(bench, document, s.id) for s in document.speakers if s.id in heard),
        marks=mark_rows(bench, place, document, here),
        **framed(asked),
    )
    return page(bench, f"{document.header.title} {id}", context)


# -- forms


def changed(bench: Bench, asked: EditRequest, place: ArticlePlace, block: str) -> Page | Done:
    """Do what a form says; show the plan first if it changes the text."""
    name = asked.fields.get("do", "")
    action = _TEXT.get(name) or _FRONT.get(name)
    if action is None:
        raise Refused(say("不认识这张表单。"))
    opened = Opened(bench, place)
    try:
        if asked.fields.get("seen") != opened.seen:
            raise ChangedMeanwhile("the form is older than the file")
        to = action(opened, block, asked.fields)
        sure = asked.fields.get("sure") == "1" or name in _FRONT
        done = save(bench, asked, place, to, dry_run=not sure)
    except ChangedMeanwhile:
        return _conflict(bench, asked, place, block, action)
    after = back_to(asked.fields.get("back", "")) or _after(bench, place, block)
    if not done.changed:
        return Done(after, "same")
    if not sure:
        home = f"{place.home}{block}/" if block else place.home
        difference, plan = compared(done.before, done.after), tuple(shown(line) for line in done.plan)
        return plan_page(bench, asked, home, difference, seen=opened.seen, plan=plan)
    audit = {"action": name, "article": place.id, "paragraph": block, "revision": done.revision}
    told = (
        bench.committed(asked, [f"articles/{place.id}"], f"{name} {place.id}") if not place.draft else "saved"
    )
    return Done(after, told, {k: v for k, v in audit.items() if v != ""})


def _after(bench: Bench, place: ArticlePlace, block: str) -> str:
    """Where an editor goes after a change: to the paragraph, or to the article if it is gone."""
    return f"{place.home}{block}/" if block and Opened(bench, place).number(block) >= 0 else place.home


def _conflict(bench: Bench, asked: EditRequest, place: ArticlePlace, block: str, action: Action) -> Page:
    """Both versions and their difference: the file as it is now, and with the editor's change."""
    opened, seen, difference = Opened(bench, place), "", Difference()
    # Refused: the paragraph is gone, or the quotation is another one.
    with suppress(Refused):
        to = action(opened, block, asked.fields)
        difference, seen = compared(opened.text(), opened.text_as(to)), opened.seen
    home = _after(bench, place, block)
    return plan_page(bench, asked, home, difference, seen=seen, conflict=True)
