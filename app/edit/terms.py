"""The glossary in the workbench: its list, the form of an entry, vetoes and scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app import urls
from app.content.glossary_file import plain_term, read_term
from app.edit.asked import EditRequest
from app.edit.bench import Bench, Done, Refused, back_to, framed, page
from app.edit.entry_files import NEW, entry_digest
from app.edit.entry_forms import Column, FormReader, Input, fault_words, form_fields, sent_values
from app.edit.entry_pages import (
    CandidateRow,
    EffectRow,
    EntryEditContext,
    EntryListContext,
    ScopeForm,
    earlier_rows,
    removed_values,
)
from app.edit.entry_saving import restore_entry, save_entry
from app.errors import ContentError, NotFound
from app.i18n import mark, say
from app.library.drafting import Drafts
from app.library.effects import Effect, effect
from app.model import AliasScope, ArticleId, Knowledge, Scope, Term
from app.pages.contexts import Page
from app.pages.labels import TIER
from app.pages.views import Link
from app.text.terms.evidence import entry_doubts
from app.text.terms.facts import DOMAIN, ENGLISH, KIND

# Phrases that the page suggests.
_CANDIDATES = 40
# Fields that a finding of `meipi check` is about.
_FIELD = {
    "G04": "related", "G05": "sources", "G06": "aliases", "G07": "reviewed", "G11": "members", "G12": "dates",
    "G13": "members", "G14": "verified", "G15": "pinyin", "G16": "zh",
}  # fmt: skip

_DOMAINS = (("", "–"), *DOMAIN.choices())
SOURCES = (
    Column("title", mark("题目")), Column("publisher", mark("发布者")), Column("date", mark("日期")),
    Column("url", mark("网址")), Column("tier", mark("等级"), TIER.choices()),
)  # fmt: skip
INPUTS = (
    Input("id", mark("编号（a–z、0–9、连字符；公开以后不改）")),
    Input("term", mark("词头")),
    Input("pinyin", mark("拼音，按词分写")),
    Input("kind", mark("种类"), "choice", KIND.choices()),
    Input("zh", mark("释义"), "area"),
    Input("aliases", mark("别的写法，一行一个"), "lines"),
    Input("traditional", mark("繁体词头")),
    Input("domain", mark("领域"), "choice", _DOMAINS),
    Input("priority", mark("轻重"), "choice", (
        ("core", mark("重要")), ("useful", mark("一般")), ("minor", mark("次要")),
    )),
    Input("en", mark("英文释义"), "area"),
    Input("english", mark("英文名称"), "rows", columns=(
        Column("text", mark("名称")),
        Column("status", mark("来历"), tuple(reversed(ENGLISH.choices()))),
    )),
    Input("members", mark("包括的各项，用官方的次序和措辞"), "rows", columns=(
        Column("zh", mark("中文")), Column("en", mark("英文")),
    )),
    Input("members_changed", mark("各项有变化时，说明列的是哪一份")),
    Input("dates", mark("日期"), "rows", columns=(
        Column("date", mark("日期")),
        Column("type", mark("种类"), (
            ("proposed", mark("提出")), ("adopted", mark("通过")), ("issued", mark("印发")),
            ("founded", mark("成立")), ("in_use_by", mark("已有用例")), ("ended", mark("结束")),
        )),
        Column("event", mark("事情")), Column("event_en", mark("事情，英文")),
        Column("source", mark("第几条来源")),
    )),
    Input("sources", mark("来源"), "rows", columns=SOURCES),
    Input("not_to_confuse", mark("不要混淆的"), "area"),
    Input("related", mark("相关词条的编号，一行一个"), "lines"),
    Input("literal", mark("字面义"), "area"),
    Input("veto", mark("不标的地方：前后的字，~ 代表写法；一行一处"), "lines"),
    Input("only", mark("只标的地方，一行一处"), "lines"),
    Input("verified", mark("核实"), "choice", (
        ("", mark("未核实")), ("main", mark("主要事实已核实")), ("true", mark("全部已核实")),
    )),
    Input("reviewed", mark("上次复核的日期")),
    Input("note", mark("编者附注"), "area"),
)  # fmt: skip


def terms(bench: Bench, asked: EditRequest) -> Page:
    """The list of entries; with `?candidates=1`, phrases of the library that could have one."""
    known = bench.knowledge().terms
    found = bench.library.candidates()[:_CANDIDATES] if asked.query.get("candidates") else ()
    context = EntryListContext(
        title=say("词条"),
        new_at=f"{urls.EDIT}terms/new/",
        entries=tuple(Link(t.term, urls.edit_term(t.id)) for t in known),
        candidates=tuple(
            CandidateRow(
                f"{urls.EDIT}terms/new/?{urlencode({'term': p.phrase, 'members': '、'.join(p.members)})}",
                p.phrase,
                say("%(n)s 处", n=p.count) + "　" + say("%(n)s 篇", n=p.articles),
            )
            for p in found
        ),
        candidates_at=f"{urls.EDIT}terms/?candidates=1",
        **framed(asked),
    )
    return page(bench, say("词条"), context)


def new_term(bench: Bench, asked: EditRequest) -> Page:
    """The form for a new entry, begun from a phrase."""
    phrase = " ".join(asked.query.get("term", "").split())[:60]
    values: dict[str, Any] = {"term": phrase, "kind": "policy", "priority": "useful"}
    if phrase:
        library = bench.library
        drafts = Drafts(bench.knowledge(), bench.language, library.annotator().segmenter)
        values["id"], values["pinyin"] = drafts.named(phrase)
    if members := asked.query.get("members", ""):
        values["members"] = members.split("、")
    return _form(bench, asked, _View(None, values, back=back_to(asked.query.get("from", ""))))


def term(bench: Bench, asked: EditRequest, id: str) -> Page:
    """The form of an entry."""
    if known := bench.knowledge().term(id):
        return _form(bench, asked, _View(known, plain_term(known)))
    if values := removed_values(bench, "term", id):
        return _form(bench, asked, _View(None, values))
    raise NotFound("term", id)


def change_term(bench: Bench, asked: EditRequest, id: str) -> Page | Done:
    """A form of an entry: look, save, a veto, a scope."""
    known = bench.knowledge().term(id)
    if known is None:
        raise NotFound("term", id)
    do = asked.fields.get("do", "")
    if do == "veto":
        return save_entry(bench, asked, known, _vetoed(known, asked))
    if do == "scope":
        return save_entry(bench, asked, known, _scoped(known, asked))
    if do == "restore":
        return restore_entry(bench, asked, known)
    return change(bench, asked, known)


@dataclass(frozen=True, slots=True)
class _View:
    """What a form shows: the entry that it began with, and the values as they are now."""

    known: Term | None
    values: Mapping[str, Any]
    back: str = ""
    made: Term | None = None
    fault: tuple[str, str] = ("", "")


def change(bench: Bench, asked: EditRequest, known: Term | None = None) -> Page | Done:
    """Look at the form of an entry, a new one by default, or save it."""
    old = plain_term(known) if known else {}
    hidden = {k: v for k, v in old.items() if k not in {i.key for i in INPUTS}}
    values = hidden | sent_values(INPUTS, asked)
    if known is not None:
        values["id"] = known.id
        scoped = {a["form"]: a for a in old.get("aliases", []) if isinstance(a, dict)}
        values["aliases"] = [scoped.get(form, form) for form in values.get("aliases", [])]
    back = back_to(asked.fields.get("back", ""))
    read = FormReader.of(values, "G")
    try:
        made = read_term(read)
    except ContentError as error:
        return _form(bench, asked, _View(known, values, back, fault=(read.key, fault_words(error))))
    if known is None and bench.knowledge().term(made.id) is not None:
        fault = ("id", say("已有这个编号的词条。"))
        return _form(bench, asked, _View(None, values, back, fault=fault))
    if asked.fields.get("do") != "save":
        return _form(bench, asked, _View(known, values, back, made))
    return save_entry(bench, asked, known, made)


def _vetoed(known: Term, asked: EditRequest) -> Term:
    context = asked.fields.get("context", "").strip()
    made = replace(known, veto=tuple(dict.fromkeys((*known.veto, context))))
    return read_term(FormReader.of(plain_term(made), "G"))


def _scoped(known: Term, asked: EditRequest) -> Term:
    """An entry, or one of its aliases, with another scope."""
    lines = {
        k: tuple(x.strip() for x in asked.fields.get(k, "").split("\n") if x.strip())
        for k in ("articles", "requires", "place")
    }
    form = asked.fields.get("form", "")
    before = _scope_of(known, form) or Scope()  # the form does not have its contexts
    scope = replace(
        before,
        articles=tuple(map(ArticleId, lines["articles"])),
        requires=lines["requires"],
        place=lines["place"],
    )
    if not form or form == known.term:
        made = replace(known, scope=scope if scope != Scope() else None)
    elif form in known.aliases:
        others = tuple(a for a in known.alias_scopes if a.form != form)
        made = replace(known, alias_scopes=(*others, AliasScope(form, scope)) if scope != Scope() else others)
    else:
        raise Refused(say("词条没有这个写法：%(form)s", form=form[:40]))
    return read_term(FormReader.of(plain_term(made), "G"))


def _scope_of(known: Term, form: str) -> Scope | None:
    """The scope of an entry (form "" or the headword), or of one of its aliases."""
    if form in ("", known.term):
        return known.scope
    return next((a.scope for a in known.alias_scopes if a.form == form), None)


def _scope_forms(known: Term | None) -> tuple[ScopeForm, ...]:
    """A form for every scope that the entry has, and one for the forms that have none."""
    if known is None:
        return ()
    made: list[ScopeForm] = []
    free: list[str] = []
    for form in (known.term, *known.aliases):
        if scope := _scope_of(known, form):
            lines = ("\n".join(part) for part in (scope.articles, scope.requires, scope.place))
            made.append(ScopeForm((form,), *lines))
        else:
            free.append(form)
    return (*made, ScopeForm(tuple(free), "", "", "")) if free else tuple(made)


def _form(bench: Bench, asked: EditRequest, view: _View) -> Page:
    findings: dict[str, list[str]] = {}
    if view.fault[1]:
        findings.setdefault(view.fault[0], []).append(view.fault[1])
    found, card = Effect(), None
    if view.made is not None:
        others = bench.knowledge()
        now = (*(t for t in others.terms if t.id != view.made.id), view.made)
        for doubt in entry_doubts(now):
            if doubt.term == view.made.id:
                findings.setdefault(_FIELD.get(doubt.code, ""), []).append(fault_words(doubt))
        found = effect(bench.library, view.made, skip=_number(asked.fields.get("skip", "")))
        card = bench.resources.glossary(Knowledge(now, others.people)).card(view.made)
    id = view.known.id if view.known else ""
    fields = form_fields(INPUTS if not id else INPUTS[1:], view.values, findings)
    named = {f.name for f in fields}
    context = EntryEditContext(
        here=urls.edit_term(id) if id else f"{urls.EDIT}terms/new/",
        section=f"{urls.EDIT}terms/",
        shown_at=urls.term(id) if id else "",
        title=view.known.term if view.known else say("新词条"),
        seen=asked.fields.get("seen", "") or entry_digest(view.known),
        back=view.back,
        fields=fields,
        fault=view.fault if view.fault[0] in named else None,
        findings=tuple(said for key, listed in findings.items() if key not in named for said in listed),
        card=card,
        looked=view.made is not None,
        effect=_effect_rows(bench, found),
        seen_articles=found.looked,
        articles=found.holding,
        more=found.more,
        scopes=_scope_forms(view.known),
        file="" if id else asked.fields.get("file", NEW),
        earlier=earlier_rows(bench, view.known),
        **framed(asked),
    )
    status = 422 if view.fault[1] else 200
    return page(bench, context.title, context, status=status)


def _effect_rows(bench: Bench, found: Effect) -> tuple[EffectRow, ...]:
    """What an entry does to articles, as rows."""
    titles = bench.library.index.titles([change.article for change in found.changes])
    return tuple(
        EffectRow(
            urls.block(change.article, change.places[0][0])
            if change.places
            else urls.article(change.article),
            f"{titles.get(change.article, change.article)}　{change.headword}",
            f"{change.before} → {change.now}",
            tuple(f"…{words}…" for _, words in change.places),
        )
        for change in found.changes
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
