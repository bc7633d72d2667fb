"""The people of content/speakers in the workbench: their list, and the form of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import urls
from app.content.people_file import plain_person, read_person
from app.edit.asked import EditRequest
from app.edit.bench import Bench, Done, framed, page
from app.edit.entry_files import NEW, entry_digest
from app.edit.entry_forms import Column, FormReader, Input, fault_words, form_fields, sent_values
from app.edit.entry_pages import EntryEditContext, EntryListContext, earlier_rows, removed_values
from app.edit.entry_saving import restore_entry, save_entry
from app.edit.terms import SOURCES
from app.errors import ContentError, NotFound
from app.i18n import mark, say
from app.model import Person
from app.pages.contexts import Page
from app.pages.labels import SPEAKER_KIND
from app.pages.views import Link

INPUTS = (
    Input("id", mark("编号（a–z、0–9、连字符；公开以后不改）")),
    Input("name", mark("姓名")),
    Input("kind", mark("是人、群体还是机构"), "choice", SPEAKER_KIND.choices()),
    Input("pinyin", mark("拼音，按词分写")),
    Input("name_hant", mark("繁体姓名")),
    Input("aliases", mark("别的称呼，一行一个"), "lines"),
    Input("offices", mark("职务"), "rows", columns=(
        Column("title", mark("职务")), Column("organisation", mark("单位")), Column("from", mark("从何时")),
        Column("to", mark("到何时")), Column("title_en", mark("英文")),
    )),
    Input("office_en", mark("英文职务")),
    Input("facts", mark("公开的、职业上的事实，一行一条"), "lines"),
    Input("homonyms", mark("同名的别人，一行一位"), "lines"),
    Input("sources", mark("来源"), "rows", columns=SOURCES),
    Input("private", mark("不是公众人物：没有页面"), "tick"),
    Input("verified", mark("已核实"), "tick"),
    Input("note", mark("编者附注"), "area"),
)  # fmt: skip


def people(bench: Bench, asked: EditRequest) -> Page:
    """The list of people."""
    known = bench.knowledge().people
    context = EntryListContext(
        title=say("人物"),
        new_at=f"{urls.EDIT}people/new/",
        entries=tuple(
            Link(f"{p.name}　{p.offices[0].whole if p.offices else ''}".strip(), urls.edit_person(p.id))
            for p in known
        ),
        doubts_at=f"{urls.EDIT}doubts/",
        **framed(asked),
    )
    return page(bench, say("人物"), context)


def new_person(bench: Bench, asked: EditRequest) -> Page:
    """The form for a new person."""
    return _form(bench, asked, None, {"name": asked.query.get("name", "")[:60]})


def person(bench: Bench, asked: EditRequest, id: str) -> Page:
    """The form of a person."""
    if known := bench.knowledge().person(id):
        return _form(bench, asked, known, plain_person(known))
    if values := removed_values(bench, "person", id):
        return _form(bench, asked, None, values)
    raise NotFound("speaker", id)


def change_person(bench: Bench, asked: EditRequest, id: str) -> Page | Done:
    """The form of a person."""
    known = bench.knowledge().person(id)
    if known is None:
        raise NotFound("speaker", id)
    if asked.fields.get("do") == "restore":
        return restore_entry(bench, asked, known)
    return change(bench, asked, known)


def change(bench: Bench, asked: EditRequest, known: Person | None = None) -> Page | Done:
    """Save the form of a person, a new one by default."""
    values = sent_values(INPUTS, asked) | ({"id": known.id} if known else {})
    read = FormReader.of(values, "S")
    try:
        made = read_person(read)
    except ContentError as error:
        return _form(bench, asked, known, values, (read.key, fault_words(error)))
    if known is None and bench.knowledge().person(made.id) is not None:
        return _form(bench, asked, known, values, ("id", say("已有这个编号的人物。")))
    return save_entry(bench, asked, known, made)


def _form(
    bench: Bench,
    asked: EditRequest,
    known: Person | None,
    values: Mapping[str, Any],
    fault: tuple[str, str] = ("", ""),
) -> Page:
    inputs = INPUTS[1:] if known else INPUTS
    fields = form_fields(inputs, values, {fault[0]: [fault[1]]} if fault[1] else {})
    named = {f.name for f in fields}
    context = EntryEditContext(
        here=urls.edit_person(known.id) if known else f"{urls.EDIT}people/new/",
        section=f"{urls.EDIT}people/",
        shown_at=urls.speaker(known.id) if known and not known.private else "",
        title=known.name if known else say("新人物"),
        seen=asked.fields.get("seen", "") or entry_digest(known),
        fields=fields,
        fault=fault if fault[0] in named else None,
        findings=(fault[1],) if fault[1] and fault[0] not in named else (),
        file="" if known else asked.fields.get("file", NEW),
        earlier=earlier_rows(bench, known),
        **framed(asked),
    )
    return page(bench, context.title, context, status=422 if fault[1] else 200)
