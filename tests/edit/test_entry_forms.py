"""Entries of the glossary and of people: forms write what `glossary import` and an editor would write."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forms import form, send
from lxml import html
from starlette.testclient import TestClient

from app.content.store import Content
from app.edit import answering
from app.library import effects
from app.model import AliasScope, Member, Scope, Source, Term, TermDate, TermId

ARTICLES = ("beiwan-daqiao", "dushu-jie", "shanlu-chaguan")

NEW = {
    "id": "ba-dao-chuan",
    "term": "摆渡人",
    "pinyin": "bǎidùrén",
    "kind": "concept",
    "zh": "撑渡船送人过河的人。",
    "members.0.zh": "船工",
    "members.0.en": "boatman",
    "members.1.zh": "渡工",
    "dates.0.date": "2014-03",
    "dates.0.type": "issued",
    "dates.0.event": "镇志",
    "dates.0.source": "1",
    "sources.0.title": "镇志: 交通",
    "sources.0.url": "https://example.org/zhi",
    "sources.0.tier": "A",
}


def written(home: Path, folder: str = "glossary") -> dict[str, str]:
    return {p.name: p.read_text("utf-8") for p in (home / "content" / folder).glob("*.yaml")}


def test_a_new_entry_is_what_the_import_would_write(home: Path, bench: TestClient, tmp_path_factory: Any):
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(home / "content", other / "content")
    answer = bench.post(
        "/edit/terms/new/", data=form(bench.get("/edit/terms/new/").text, "save") | NEW | {"do": "save"}
    )
    assert answer.status_code == 303, html.document_fromstring(answer.text).xpath("string(//main)")
    term = Term(
        id=TermId("ba-dao-chuan"), term="摆渡人", pinyin="bǎidùrén", kind="concept", priority="core",
        zh="撑渡船送人过河的人。", members=(Member("船工", "boatman"), Member("渡工")),
        sources=(Source("镇志: 交通", url="https://example.org/zhi", tier="A"),),
        dates=(TermDate("2014-03", "issued", "镇志", source=1),),
    )  # fmt: skip
    content = Content(other / "content")
    with content.lock():
        content.entries.write([replace(term, priority="useful")], [])
    assert written(home) == written(other)
    page = bench.get("/a/beiwan-daqiao/").text
    assert 'interestfor="t-ba-dao-chuan"' in page and bench.get("/terms/ba-dao-chuan/").status_code == 200


def test_a_look_shows_card_findings_and_effect_and_writes_nothing(home: Path, bench: TestClient):
    before = written(home)
    values = {k: v for k, v in NEW.items() if not k.startswith("sources") and k != "dates.0.source"}
    data = form(bench.get("/edit/terms/new/").text, "save") | values | {"do": "look"}
    page = html.document_fromstring(bench.post("/edit/terms/new/", data=data).text)
    assert written(home) == before
    assert "撑渡船送人过河的人。" in page.xpath("string(//div[@id='t-ba-dao-chuan'])")
    assert "没有来源" in page.xpath("string(//ul[@id='n-sources'])") or page.xpath("//ul[@id='n-sources']/li")
    effect = page.xpath("string(//section[.//h2[contains(., '变化')]])")
    assert "北湾大桥通车" in effect and "0 → 1" in effect and "摆渡人上了岸" not in effect
    assert page.xpath("//input[@name='term']/@value") == ["摆渡人"], "nothing typed is lost"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"zh": ""}, "zh"),
        ({"kind": "song"}, "kind"),
        ({"id": "../x"}, "id"),
        ({"id": "dukou"}, "id"),
        ({"dates.0.date": "gestern"}, "dates"),
        ({"dates.0.source": "7"}, "dates"),
        ({"sources.0.url": "javascript:alert(1)"}, "sources"),
        ({"veto": "~"}, "veto"),
    ],
)  # fmt: skip
def test_a_fault_is_shown_at_its_field(home: Path, bench: TestClient, values: dict[str, str], key: str):
    before = written(home)
    data = form(bench.get("/edit/terms/new/").text, "save") | NEW | {"do": "save"} | values
    answer = bench.post("/edit/terms/new/", data=data)
    assert answer.status_code == 422 and written(home) == before
    page = html.document_fromstring(answer.text)
    (said,) = page.xpath("//*[@role='alert']//a")
    assert said.get("href") == f"#n-{key}", "the top of the page says it, and leads to the field"
    told = page.xpath(f"string(//ul[@id='n-{key}']/li)").strip()
    assert key != "kind" or told.startswith("kind：'song' 不在可选的值之中；请写 policy, ")
    assert page.xpath("//input[@name='term']/@value") == ["摆渡人"]


def test_a_changed_entry_keeps_comments_and_the_other_fields(home: Path, bench: TestClient):
    before = written(home)["beiwan.yaml"]
    assert send(bench, "/edit/terms/dukou/", "save", do="save", en="A ferry landing.").status_code == 303
    after = written(home)["beiwan.yaml"]
    gone, come = (
        set(before.split("\n")) - set(after.split("\n")),
        set(after.split("\n")) - set(before.split("\n")),
    )
    assert (
        after.startswith("# 词条：测试用。")
        and len(come - gone) <= 2
        and any("A ferry landing." in x for x in come)
    )


def test_a_field_that_is_emptied_is_gone(home: Path, bench: TestClient):
    assert send(bench, "/edit/terms/dukou/", "save", do="save", en="A ferry landing.").status_code == 303
    assert send(bench, "/edit/terms/dukou/", "save", do="save", en="").status_code == 303
    term = Content(home / "content").knowledge().term(TermId("dukou"))
    assert term and term.en == ""


def test_saving_without_a_change_writes_nothing(home: Path, bench: TestClient):
    before = written(home)
    for id in ("san-du-yi-qiao", "dukou", "kuaixian", "ai"):
        answer = send(bench, f"/edit/terms/{id}/", "save", do="save")
        assert answer.headers["location"].endswith("told=same"), id
    assert written(home) == before


def test_a_mark_is_vetoed_from_its_paragraph(home: Path, bench: TestClient):
    path = "/edit/a/beiwan-daqiao/p29s/"
    page = bench.get(path).text
    tree = html.document_fromstring(page)
    (target,) = tree.xpath("//form[.//input[@value='veto'] and .//a[text()='渡口']]/@action")
    n = [f.get("action") for f in tree.xpath("//form[.//input[@value='veto']]")].index(target)
    data = form(page, "veto", n)
    assert data["context"].count("~") == 1
    assert bench.post(target, data=data | {"context": "~不会"}).headers["location"].startswith(path)
    assert "~不会" in str(Content(home / "content").knowledge().term("dukou").veto)  # type: ignore[union-attr]
    marked = html.document_fromstring(bench.get(path).text).xpath(
        "//form[.//input[@value='veto']]//h3//text()"
    )
    assert "渡口" not in marked and "北湾大桥" in marked


def test_a_scope_is_set_for_an_entry_or_one_form(home: Path, bench: TestClient):
    path = "/edit/terms/beiwan-daqiao/"
    assert send(bench, path, "scope", form="大桥", requires="北湾").status_code == 303
    term = Content(home / "content").knowledge().term("beiwan-daqiao")
    assert term and [(a.form, a.scope.requires) for a in term.alias_scopes] == [("大桥", ("北湾",))]
    assert send(bench, path, "scope", 1, articles="dushu-jie").status_code == 303
    term = Content(home / "content").knowledge().term("beiwan-daqiao")
    assert term and term.scope and term.scope.articles == ("dushu-jie",) and term.alias_scopes
    assert send(bench, path, "scope", articles="../x").status_code == 422
    assert send(bench, path, "save", do="save", en="A bridge.").status_code == 303
    again = Content(home / "content").knowledge().term("beiwan-daqiao")
    assert again and again.scope == term.scope and again.alias_scopes == term.alias_scopes


def test_a_new_entry_begins_with_words_of_a_paragraph(bench: TestClient):
    page = html.document_fromstring(
        bench.get("/edit/terms/new/?term=候船室&from=/edit/a/beiwan-daqiao/p29s/").text
    )
    assert page.xpath("//input[@name='term']/@value") == ["候船室"]
    assert page.xpath("//input[@name='back']/@value") == ["/edit/a/beiwan-daqiao/p29s/"]
    for odd in ("https://evil.example/edit/", "//evil.example/", "/edit/../x", "javascript:alert(1)"):
        page = html.document_fromstring(bench.get(f"/edit/terms/new/?term=x&from={odd}").text)
        assert page.xpath("//input[@name='back']/@value") == [""]


def test_candidates_lead_to_the_form(bench: TestClient):
    assert bench.get("/edit/terms/?candidates=1").status_code == 200


def test_a_person_gets_offices_and_homonyms(home: Path, bench: TestClient):
    before = written(home, "speakers")
    values = {
        "do": "save",
        "offices.0.title": "校长",
        "offices.0.organisation": "河湾夜校",
        "homonyms": "同名的木匠\n",
    }
    assert send(bench, "/edit/people/lin-qinghe/", "save", **values).status_code == 303
    person = Content(home / "content").knowledge().person("lin-qinghe")
    assert person and person.offices[0].whole == "河湾夜校校长" and person.homonyms == ("同名的木匠",)
    gone = set(before["beiwan.yaml"].split("\n")) - set(written(home, "speakers")["beiwan.yaml"].split("\n"))
    assert len(gone) < 4
    new = {"do": "save", "id": "shen-yiming", "name": "沈一鸣", "offices.0.title": "组织者"}
    data = form(bench.get("/edit/people/new/").text, "save") | new
    assert bench.post("/edit/people/new/", data=data).status_code == 303
    assert written(home, "speakers")["imported.yaml"].startswith("- id: shen-yiming\n  name: 沈一鸣\n")
    assert bench.post("/edit/people/new/", data=data | {"id": "X Y"}).status_code == 422
    taken = bench.post("/edit/people/new/", data=data)
    assert taken.status_code == 422 and "已有这个编号的人物" in taken.text


def test_two_editors_of_an_entry_see_both(home: Path, bench: TestClient):
    path = "/edit/terms/dukou/"
    mine = form(bench.get(path).text, "save") | {"do": "save", "en": "Mine."}
    send(bench, path, "save", do="save", en="Theirs.")
    theirs = written(home)
    answer = bench.post(path, data=mine)
    assert answer.status_code == 409 and written(home) == theirs
    text = html.document_fromstring(answer.text).text_content()
    assert "Mine." in text and "Theirs." in text
    assert bench.post(path, data=form(answer.text, "save")).status_code == 303
    assert "Mine." in written(home)["beiwan.yaml"]


@pytest.mark.parametrize(
    "odd", ["- a: b", "!!python/object/apply:os.system [x]", "x\n- id: forged", "&a", "*a", "'", "{", "# x"]
)
def test_words_of_a_form_stay_words(home: Path, bench: TestClient, odd: str):
    data = form(bench.get("/edit/terms/new/").text, "save") | NEW | {"do": "save", "zh": odd, "term": odd}
    assert bench.post("/edit/terms/new/", data=data).status_code == 303
    terms = Content(home / "content").knowledge().terms
    made = next(t for t in terms if t.id == "ba-dao-chuan")
    assert (
        made.zh == odd.strip()
        and made.term == " ".join(odd.split())
        and not [t for t in terms if t.id == "forged"]
    )


def test_the_file_of_a_new_entry_is_a_name(home: Path, bench: TestClient):
    data = form(bench.get("/edit/terms/new/").text, "save") | NEW | {"do": "save"}
    for odd in ("../articles/x", "/etc/x", "a/b", ".x"):
        assert bench.post("/edit/terms/new/", data=data | {"file": odd}).status_code == 422
    assert not list(home.rglob("x.yaml"))


def test_the_effect_reads_only_articles_with_the_words_and_goes_on_from_there(
    bench: TestClient, monkeypatch: pytest.MonkeyPatch
):
    bench.get("/edit/terms/")
    index, read = type(answering._bench.library.index), list[str]()  # type: ignore[union-attr]
    real = index.document
    monkeypatch.setattr(index, "document", lambda self, id: read.append(id) or real(self, id))

    def look(term: str, skip: str = "") -> str:
        data = form(bench.get("/edit/terms/new/").text, "save") | NEW | {"do": "look", "term": term}
        return bench.post("/edit/terms/new/", data=data | {"skip": skip}).text

    look("“摆渡人”")
    assert set(read) == {"beiwan-daqiao"}
    read.clear()
    assert "没有文章受影响" in look("没有这个词") and read == []
    monkeypatch.setattr(effects, "_LOOKED", 1)
    first, texts = look("渡船"), {a: real(answering._bench.library.index, a) for a in ARTICLES}  # type: ignore[union-attr]
    holding = [a for a, d in texts.items() if any("渡船" in b.text for b in d.blocks)]  # type: ignore[union-attr]
    assert len(holding) > 1 and f"看过 1 篇，含这些字的文章共 {len(holding)} 篇" in first
    (skip,) = html.document_fromstring(first).xpath("//button[@name='skip']/@value")
    read.clear()
    second = look("渡船", skip)
    assert len(read) == 1 and f"看过 2 篇，含这些字的文章共 {len(holding)} 篇" in second


def test_an_entry_of_words_in_the_title_alone_has_its_effect(home: Path, bench: TestClient, edit: Any):
    data = form(bench.get("/edit/terms/new/").text, "save") | NEW | {"do": "save", "term": "北湾站"}
    assert bench.post("/edit/terms/new/", data=data).status_code == 303
    edit("beiwan-daqiao", "title: 北湾大桥通车", "title: 独此一题北湾大桥通车")
    bench.get("/a/beiwan-daqiao/")
    send(bench, "/edit/terms/ba-dao-chuan/", "scope", requires="独此一题")
    page = bench.post(
        "/edit/terms/ba-dao-chuan/",
        data=form(bench.get("/edit/terms/ba-dao-chuan/").text, "save")
        | {"do": "look", "aliases": "湾区快线的北湾站"},
    )
    assert "北湾大桥通车" in html.document_fromstring(page.text).xpath("string(//div[@id='found'])")


def test_the_form_of_a_scope_shows_it_and_keeps_the_rest(home: Path, bench: TestClient):
    path, content = "/edit/terms/beiwan-daqiao/", Content(home / "content")
    term = content.knowledge().term("beiwan-daqiao")
    assert term
    scope = Scope(requires=("北湾",), veto=("小~",))
    with content.lock():
        content.entries.write([], [replace(term, alias_scopes=(AliasScope("大桥", scope),))])
    data = form(bench.get(path).text, "scope")
    assert (data["form"], data["requires"]) == ("大桥", "北湾")
    assert bench.post(path, data=data | {"place": "北湾"}).status_code == 303
    term = content.knowledge().term("beiwan-daqiao")
    assert term and term.alias_scopes == (AliasScope("大桥", replace(scope, place=("北湾",))),)


@pytest.mark.parametrize("path", ["/edit/terms/new/", "/edit/terms/dukou/", "/edit/people/lin-qinghe/"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_choices_are_in_the_language_of_the_editor(bench: TestClient, path: str, lang: str):
    page = html.document_fromstring(bench.get(path, headers={"accept-language": lang}).text)
    options = page.xpath("//form[@id='entry']//option")
    assert options
    for option in options:
        words = option.text or ""
        chinese = any("\u4e00" <= c <= "\u9fff" for c in words)
        assert words == "–" or chinese == (lang == "zh-CN"), words


@pytest.mark.parametrize(("section", "entry"), [("terms", "dukou"), ("people", "lin-qinghe")])
def test_the_way_back_names_its_section(bench: TestClient, section: str, entry: str):
    page = html.document_fromstring(bench.get(f"/edit/{section}/{entry}/").text)
    (back,) = page.xpath(f"//p[@class='crumb']/a[@href='/edit/{section}/']")
    heading = html.document_fromstring(bench.get(f"/edit/{section}/").text).xpath("string(//main//h1)")
    assert back.text == heading


def test_the_desk_writes_dates_as_the_pages_do(bench: TestClient):
    for lang, date in (("zh-CN", "2024年6月2日"), ("en", "2 June 2024")):
        page = html.document_fromstring(bench.get("/edit/", headers={"accept-language": lang}).text)
        (row,) = page.xpath("//li[a[@href='/edit/a/beiwan-daqiao/']]")
        shown = row.xpath("span[text()=$date]", date=date)
        assert shown and "lang" not in shown[0].attrib
