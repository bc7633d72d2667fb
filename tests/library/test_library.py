"""The one object of all front ends: adding, saving, following links, an index true to the files."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.content import ArticleFiles
from app.content import articles as articles_module
from app.content.knowledge import KnowledgeFiles
from app.content.snapshot import look
from app.content.store import Content, Manuscript
from app.errors import ContentError, NotFound
from app.index import open_index
from app.library.adding import Given
from app.library.library import Added, Library
from app.library.refreshing import GONE_AFTER, SETTLED_AFTER, UNSETTLED, Refreshed
from app.model import ArticleId, BlockId, Document, TermId
from app.text.paragraphs import Away, Gone, Here, Into, Moved, Then, Unknown

NEWS = ArticleId("beiwan-daqiao")
FEATURE = ArticleId("shanlu-chaguan")
FESTIVAL = ArticleId("dushu-jie")
NOW = "2024-07-01T08:00:00+00:00"
Edit = Callable[..., None]

TEXT = """　　新码头上周开工。施工员赵一民说：“桩要打到岩石上。”附近的居民都来
看热闹，孩子们数着桩。

　　码头明年春天启用，届时渡船每天开八班，末班船在晚上九点。
"""


def add(library: Library, text: str | bytes, name: str = "matou.txt", **options: object) -> Added:
    given = {k: options.pop(k) for k in list(options) if k in Given.__dataclass_fields__}
    data = text if isinstance(text, bytes) else text.encode()
    return library.add(name, data, saved_at=NOW, given=Given(**given), **options)  # type: ignore[arg-type]


def save(library: Library, id: ArticleId, **options: object) -> tuple[str, ...]:
    return library.save(id, saved_at=NOW, **options).plan  # type: ignore[arg-type]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file's bytes, the lock aside."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != ".lock"
    }


def texts(document: Document) -> list[str]:
    return [b.text for b in document.blocks]


def ids(document: Document) -> list[str]:
    return [b.id for b in document.blocks]


class TestTitles:
    BODY = TEXT.replace("　　新码头", "　　江边的新码头")

    def test_the_texts_own_headline_is_its_title_and_is_not_shown_twice(self, library: Library):
        done = add(library, f"新码头上周开工\n\n{self.BODY}")
        assert (done.document.header.title, done.document.header.supplied) == ("新码头上周开工", False)
        assert texts(done.document)[0].startswith("江边的新码头上周开工。")
        source = library.content.source(done.document.header.id)
        assert source is not None and source.decode().startswith("新码头上周开工\n")

    def test_a_byline_may_stand_between(self, library: Library):
        done = add(library, f"新码头上周开工\n本报记者 赵一民\n{self.BODY}")
        assert (done.document.header.title, done.document.header.supplied) == ("新码头上周开工", False)
        assert done.document.blocks[0].kind == "byline"

    def test_a_headline_that_says_something_else_than_the_title_given_stays(self, library: Library):
        done = add(library, f"新码头上周开工\n\n{self.BODY}", title="江边消息")
        assert done.document.header.title == "江边消息"
        assert texts(done.document)[0] == "新码头上周开工"

    def test_a_headline_that_says_the_same_as_the_title_given_goes(self, library: Library):
        done = add(library, f"新码头 上周开工\n\n{self.BODY}", title="新码头上周开工")
        assert not texts(done.document)[0].startswith("新码头 上周")

    def test_the_first_section_of_several_is_no_title(self, library: Library):
        done = add(library, f"一、开工\n\n{self.BODY}\n二、前景\n\n　　码头后年还要加长。\n")
        assert done.document.header.supplied and "一、开工" in texts(done.document)

    def test_a_text_without_a_headline_has_a_title_of_ours(self, library: Library):
        done = add(library, TEXT)
        assert done.document.header.supplied
        assert texts(done.document)[0].startswith("新码头上周开工。")

    def test_the_same_text_changed_goes_on_without_its_headline(self, library: Library):
        first = add(library, f"新码头上周开工\n\n{self.BODY}", id="matou")
        second = add(library, f"新码头上周开工\n\n{self.BODY}\n　　码头后年还要加长。\n", id="matou")
        assert ids(second.document)[: len(ids(first.document))] == ids(first.document)
        assert "新码头上周开工" not in texts(second.document)


class TestAdd:
    def test_a_text_becomes_an_article(self, library: Library):
        done = add(library, TEXT, title="新码头开工", date="2024-06")
        document = library.document(ArticleId("matou"))
        assert document == done.document or document.blocks == done.document.blocks
        assert texts(document)[1] == "码头明年春天启用，届时渡船每天开八班，末班船在晚上九点。"
        assert (document.header.title, document.header.date, document.revision) == (
            "新码头开工",
            "2024-06",
            1,
        )
        assert library.content.source(ArticleId("matou")) == TEXT.encode()
        assert library.search("打到岩石上").found.total == 1

    @pytest.mark.parametrize(
        "edge", ["\u2028", "\u2029", "\xa0", "\u3000", "\u202f", "\u2003", "\x0b", "\u200b", "\ufeff"]
    )
    @pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
    def test_odd_white_space_at_an_edge_leaves_no_draft(self, library: Library, name: str, edge: str):
        paragraphs = f"渡口今天开了，桥上站满了人。{edge}", f"{edge}船也来了，停在渡口，一直到晚上。"
        if name == "a.html":
            text = "<!doctype html><article><h1>渡口</h1>" + "".join(f"<p>{p}</p>" for p in paragraphs)
        else:
            text = "\n\n".join((*paragraphs, f"渡口{edge}\n{edge}旧船", f"- 甲{edge}")) + "\n"
        done = library.add(name, text.encode(), saved_at=NOW, given=Given(id="bian"))
        document = library.document(ArticleId("bian"))
        assert not document.draft and texts(document) == texts(done.document)
        assert not library.save(ArticleId("bian"), saved_at=NOW).changed
        if name == "a.txt":  # the source of others is read as a text the next time
            again = library.add(name, (text + "\n又一段。\n").encode(), saved_at=NOW, given=Given(id="bian"))
            assert texts(again.document)[-1] == "又一段。", "it was not taken for a text corrected by hand"

    @pytest.mark.parametrize(
        "url", ["localhost/a", "javascript:alert(1)", "见附件", "ftp://example.org/a", "[a"]
    )
    def test_an_address_that_is_none_is_left_out_and_told(self, library: Library, url: str):
        text = f"---\ntitle: 渡口\nurl: '{url}'\n---\n\n渡口今天开了。\n"
        done = library.add("dukou.md", text.encode(), saved_at=NOW)
        assert done.document.header.url == "" and done.document.header.title == "渡口"
        assert any("网址" in note and url in note for note in done.imported.notes)

    @pytest.mark.parametrize(
        "value",
        ["!!int", "{[[x]]}", '"\\UFFFFFFFF"', "0x" + "f" * 5000, "&m {<<: *m}", "!!binary 5Li=", "!甲 乙"],
    )
    def test_odd_yaml_in_a_markdown_file_is_refused_or_read(self, library: Library, value: str):
        text = f"---\nauthor: {value}\nurl: {value}\n---\n\n渡口今天开了。\n"
        try:
            assert library.add("odd.md", text.encode(), saved_at=NOW).document.blocks
        except ContentError as error:
            assert error.code == "F19"

    def test_the_same_file_twice_changes_nothing(self, library: Library):
        add(library, TEXT)
        before = snapshot(library.content.root)
        again = add(library, TEXT, name="another-name.txt")
        assert again.known and again.document.header.id == "matou"
        assert snapshot(library.content.root) == before

    def test_an_editors_header_stays_when_the_text_is_imported_again(self, library: Library):
        add(library, TEXT, title="新码头", date="2024-06", publication="北湾报", url="https://old.example/")
        again = add(library, TEXT.replace("八班", "九班"), id="matou")
        header = again.document.header
        assert (header.title, header.date, header.publication, header.url) == (
            "新码头",
            "2024-06",
            "北湾报",
            "https://old.example/",
        )
        given = add(library, TEXT.replace("八班", "十班"), id="matou", date="2024-07-01", title="码头")
        assert (given.document.header.date, given.document.header.title) == ("2024-07-01", "码头")

    def test_a_file_that_tells_other_facts_does_not_override_the_editor(self, library: Library):
        file = "---\ntitle: 码头\ndate: {}\npublication: {}\nurl: {}\n---\n\n{}\n"
        told = "2024-06-01", "北湾报", "https://first.example/"
        first = add(library, file.format(*told, "新码头上周开工，明年春天启用。"), name="matou.md")
        id, header = first.document.header.id, first.document.header
        assert (header.date, header.publication, header.url) == told
        article = library.content.root / "articles" / id / "article.md"
        mended = "2024-05-31", "北湾晚报", "https://mended.example/"
        text = article.read_text("utf-8")
        for old, new in zip(told, mended, strict=True):
            text = text.replace(old, new)
        article.write_text(text, "utf-8")
        library.save(id, saved_at="2024-07-01")
        other = "2024-06-09", "南湾报", "https://other.example/"
        text = file.format(*other, "新码头上周开工，后年春天启用。")
        header = add(library, text, name="matou.md", id=id).document.header
        assert (header.date, header.publication, header.url) == mended

    def test_under_another_id_the_same_text_is_another_article(self, library: Library):
        add(library, TEXT)
        assert add(library, TEXT, id="matou-2").document.header.id == "matou-2"
        assert library.index.count() == 5

    def test_a_new_text_of_the_same_article_keeps_its_paragraph_ids(self, library: Library):
        first = add(library, TEXT)
        done = add(library, TEXT.replace("八班", "十班"), id="matou")
        assert ids(done.document) == ids(first.document)
        assert done.document.revision == 2 and done.plan
        assert isinstance(library.follow(ArticleId("matou"), ids(first.document)[1]), Here)

    def test_a_new_text_does_not_undo_what_was_corrected_by_hand(self, library: Library, edit: Edit):
        add(library, TEXT)
        edit("matou", "赵一民", "赵一鸣")
        before = snapshot(library.content.root)
        with pytest.raises(ContentError) as caught:
            add(library, TEXT.replace("八班", "十班"), id="matou")
        assert caught.value.code == "A07" and "meipi save" in caught.value.remedy
        assert snapshot(library.content.root) == before

    def test_nor_after_the_correction_was_saved(self, library: Library, edit: Edit):
        add(library, TEXT)
        edit("matou", "赵一民", "赵一鸣")
        save(library, ArticleId("matou"))
        with pytest.raises(ContentError, match="A07"):
            add(library, TEXT.replace("八班", "十班"), id="matou")

    def test_a_new_text_leaves_title_date_and_corrections_as_the_editor_wrote_them(
        self, library: Library, edit: Edit
    ):
        add(library, TEXT, title="新码头开工")
        edit(
            "matou",
            "title: 新码头开工",
            "title: 码头\nnote: 已核\ncorrections:\n- words: 桩要打到岩石上\n  speaker: null",
        )
        document = add(library, TEXT.replace("八班", "十班"), id="matou", publication="晚报").document
        assert (document.header.title, document.header.note, document.header.publication) == (
            "码头",
            "已核",
            "晚报",
        )
        assert [q.speaker for q in document.quotations if q.type == "direct"] == [None]
        library.refresh()
        assert library.document(ArticleId("matou")).quotations == document.quotations

    def test_a_dry_run_writes_nothing(self, library: Library, home: Path):
        before = snapshot(library.content.root)
        done = add(library, TEXT, dry_run=True)
        assert len(done.document.blocks) == 2
        assert snapshot(library.content.root) == before
        assert library.index.count() == 3

    def test_without_a_title_one_is_supplied_and_marked(self, library: Library):
        header = add(library, TEXT).document.header
        assert (header.title, header.supplied) == ("新码头上周开工", True)

    def test_an_id_comes_from_the_name_or_from_the_date_and_the_text(self, library: Library):
        assert add(library, "船一。", name="New Pier (2).txt").document.header.id == "new-pier-2"
        made = add(library, "船二。", name="码头.txt", date="2024").document.header.id
        assert made.startswith("2024-") and len(made) == 11
        assert add(library, "船三。", name="new-pier-2.txt").document.header.id.startswith("new-pier-2-")

    @pytest.mark.parametrize(
        "name", ["a" * 300 + ".txt", "-.txt", "..txt", "con.txt", "ÄÖÜ.txt", "A.B.C.txt"]
    )
    def test_any_name_gives_an_id_that_reads_back(self, library: Library, name: str):
        id = add(library, TEXT, name=name).document.header.id
        assert library.content.article(id).header.id == id

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"id": "Groß"}, "A01"),
            ({"id": "../x"}, "A01"),
            ({"id": "a" * 65}, "A01"),
            ({"date": "5月"}, "A04"),
            ({"date": "2024-02-30"}, "A04"),
            ({"url": "ftp://x"}, "A04"),
            ({"url": "https://x/'y"}, ""),
            ({"title": "甲: 乙 # '丙' \"丁\""}, ""),
            ({"publication": "- null"}, ""),
        ],
    )
    def test_what_is_given_is_checked_and_reads_back(
        self, library: Library, given: dict[str, str], code: str
    ):
        before = snapshot(library.content.root)
        if code:
            with pytest.raises(ContentError) as caught:
                add(library, TEXT, **given)
            assert caught.value.code == code and caught.value.path == "matou.txt"
            assert snapshot(library.content.root) == before
        else:
            header = add(library, TEXT, **given).document.header
            assert library.document(header.id).header == header
            for name, value in given.items():
                assert getattr(header, name) == value

    HANS = "新码头上周开工，居民都来看热闹，孩子们数着桩，船还没有来。" * 4
    HANT = "新碼頭上週開工，居民都來看熱鬧，孩子們數著樁，船還沒有來。" * 4
    PAGE = "<!doctype html><html lang={}><title>X</title><body><article><h1>X</h1><p>{}</p></article>"

    @pytest.mark.parametrize(
        ("name", "text", "lang"),
        [
            ("a.txt", HANT, "zh-Hant"),
            ("a.txt", HANS, "zh-Hans"),
            ("a.md", f"---\ntitle: X\n---\n\n{HANT}", "zh-Hant"),
            ("a.html", PAGE.format("zh-TW", HANT), "zh-Hant"),
            ("a.html", PAGE.format("zh-CN", HANT), "zh-Hant"),
            ("a.html", PAGE.format("en", HANS), "zh-Hans"),
            ("a.txt", "一二三。", "zh-Hans"),
        ],
    )
    def test_the_script_is_that_of_the_text(self, library: Library, name: str, text: str, lang: str):
        header = add(library, text, name=name).document.header
        assert header.lang == lang
        assert library.document(header.id).header.lang == lang

    @pytest.mark.parametrize("data", [b"", b" \n\xe3\x80\x80\n", bytes(range(256)) * 20])
    def test_a_file_without_a_text_is_refused_and_nothing_is_left(self, library: Library, data: bytes):
        before = snapshot(library.content.root)
        with pytest.raises(ContentError) as caught:
            add(library, data)
        assert caught.value.problem and caught.value.remedy
        assert snapshot(library.content.root) == before

    @pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8-sig"])
    def test_a_file_in_any_chinese_encoding_is_read_and_kept_byte_for_byte(
        self, library: Library, encoding: str
    ):
        text = "　　這間茶館開了四十年。從前挑夫在這裡歇腳，如今來的多是登山的年輕人。\r\n" * 3
        data = text.encode(encoding)
        done = add(library, data, name="chaguan.txt")
        assert "這間茶館開了四十年" in done.document.blocks[0].text
        assert library.content.source(done.document.header.id) == data
        assert add(library, data, name="chaguan.txt").known
        read = library.source(done.document.header.id)
        assert read is not None and read[0].startswith("　　這間茶館")

    def test_a_control_character_in_a_file_reaches_no_article(self, library: Library):
        document = add(
            library, "船\0停了，\x1b[31m桥通了，等船的日子成了往事，码头上的人都散了。\n" + TEXT * 2
        ).document
        assert "\0" not in document.blocks[0].text and "\x1b" not in document.blocks[0].text
        assert library.document(document.header.id).blocks == document.blocks


def test_links_into_several_articles_read_each_ledger_once(library: Library, monkeypatch: pytest.MonkeyPatch):
    read: list[ArticleId] = []
    ledger = library.index.ledger
    monkeypatch.setattr(library.index, "ledger", lambda id: read.append(id) or ledger(id))
    for _ in range(3):
        for id in (FESTIVAL, NEWS, FEATURE):
            assert isinstance(library.follow(id, "bbbb"), Unknown)
            library.require_unknown(NotFound("paragraph", f"{id}/bbbb"))
    assert read == [FESTIVAL, NEWS, FEATURE]


def test_the_cached_document_follows_every_change(library: Library, edit: Edit):
    first = library.document(NEWS)
    assert library.document(NEWS) is first
    assert library.document(FEATURE).header.id == FEATURE
    assert library.document(NEWS) == first
    add(library, TEXT)  # another article
    assert library.document(NEWS) == first
    edit(NEWS, first.blocks[0].text, "大桥通车了。")
    library.refresh()
    assert texts(library.document(NEWS)) == [b.text for b in library.exact(NEWS).blocks] != texts(first)


class TestSave:
    def test_says_nothing_new_when_nothing_changed(self, library: Library):
        before = snapshot(library.content.root)
        done = library.save(NEWS, saved_at=NOW)
        assert not done.changed and done.plan == () and done.revision == 1
        assert snapshot(library.content.root) == before

    def test_carries_the_ids_over_an_edit(self, library: Library, edit: Edit):
        before = ids(library.document(NEWS))
        edit(NEWS, "三十八年", "三十九年")
        done = library.save(NEWS, saved_at=NOW, note="改岁数")
        assert done.changed and done.revision == 2
        assert ids(library.document(NEWS)) == before
        assert library.document(NEWS).saved_at == NOW
        assert library.content.ledger(NEWS).revisions[-1].note == "改岁数"

    def test_only_the_saved_article_is_annotated(
        self, library: Library, edit: Edit, monkeypatch: pytest.MonkeyPatch
    ):
        read = list[ArticleId]()
        article = Content.article

        def recorded(self: Content, id: ArticleId, *, saved: int = 0) -> Manuscript:
            read.append(id)
            return article(self, id, saved=saved)

        library.refresh()
        edit(NEWS, "三十八年", "三十九年")
        other = library.content.folder(FEATURE) / "article.md"
        other.write_text(other.read_text("utf-8") + "\n茶馆第二天开门。\n", "utf-8")
        monkeypatch.setattr(Content, "article", recorded)
        assert save(library, NEWS)
        assert set(read) == {NEWS}
        assert not library.document(NEWS).draft
        assert library.refresh().annotated == (FEATURE,)

    def test_a_dry_run_shows_and_writes_nothing(self, library: Library, edit: Edit):
        edit(NEWS, "三十八年", "三十九年")
        before = snapshot(library.content.root)
        shown = library.save(NEWS, saved_at=NOW, dry_run=True)
        assert shown.changed and shown.plan
        assert snapshot(library.content.root) == before
        assert library.save(NEWS, saved_at=NOW).plan == shown.plan

    def test_does_not_touch_the_article_file_or_the_source(self, library: Library, edit: Edit):
        edit(NEWS, "三十八年", "三十九年")
        folder = library.content.folder(NEWS)
        before = snapshot(folder)
        library.save(NEWS, saved_at=NOW)
        after = snapshot(folder)
        assert {name for name in after if after[name] != before[name]} == {"ledger.jsonl"}

    def test_an_editor_may_overrule_where_ids_go(self, library: Library, edit: Edit):
        first, _, third = ids(library.document(NEWS))[:3]
        save(library, NEWS, decisions={BlockId(first): Away(), BlockId(third): Into(BlockId("kkn3"))})
        assert isinstance(library.follow(NEWS, first), Gone)
        moved = library.follow(NEWS, third)
        assert isinstance(moved, Moved) and moved.target == "kkn3"

    def test_an_article_that_is_not_there_is_not_found(self, library: Library):
        with pytest.raises(NotFound):
            library.save(ArticleId("keine"), saved_at=NOW)


class TestLinks:
    def test_a_removed_paragraph_leaves_its_last_words(self, library: Library, edit: Edit):
        edit(FESTIVAL, "{.caption}\n孩子们在渡口搬书。\n\n", "")
        save(library, FESTIVAL)
        gone = library.follow(FESTIVAL, "rs6z")
        assert isinstance(gone, Gone) and gone.text == "孩子们在渡口搬书。"
        assert (gone.before, gone.after) == ("nhjm", "mf7j")

    def test_a_paragraph_merged_into_another_leads_there(self, library: Library, edit: Edit):
        edit(NEWS, "擦了一遍船舷。\n\n镇交通站", "擦了一遍船舷。镇交通站")
        save(library, NEWS)
        answers = {id: library.follow(NEWS, id) for id in ("r2gj", "qng4")}
        (moved,) = (a for a in answers.values() if isinstance(a, Moved))
        (here,) = (a for a in answers.values() if isinstance(a, Here))
        assert moved.target == here.block.id

    def test_a_split_paragraph_tells_where_its_rest_stands(self, library: Library, edit: Edit):
        edit(NEWS, "走完了最后一步。”他表示", "走完了最后一步。”\n\n他表示")
        save(library, NEWS)
        here = library.follow(NEWS, "p29s")
        assert isinstance(here, Here) and len(here.also) == 1

    def test_a_pinned_link_shows_the_words_of_its_revision(self, library: Library, edit: Edit):
        edit(NEWS, "三十八年", "三十九年")
        save(library, NEWS)
        then = library.follow(NEWS, "r2gj", 1)
        assert isinstance(then, Then) and "三十八年" in then.block.text and then.differs
        assert isinstance(library.follow(NEWS, "r2gj", 7), Unknown)

    def test_a_slip_of_the_pen_is_told_what_was_meant(self, library: Library):
        slipped = library.follow(NEWS, "p29w")
        assert isinstance(slipped, Unknown)
        assert all(near in ids(library.document(NEWS)) for near in slipped.near)

    def test_links_live_while_the_article_file_is_broken(self, library: Library, edit: Edit):
        edit(NEWS, "title: 北湾", "title: [北湾")
        assert isinstance(library.follow(NEWS, "r2gj"), Here)


class TestDraft:
    def test_an_unsaved_edit_is_shown_as_a_draft(self, library: Library, edit: Edit):
        edit(NEWS, "三十八年", "三十九年")
        assert library.refresh().annotated == (NEWS,)
        document = library.document(NEWS)
        assert document.draft and document.revision == 1
        assert any("三十九年" in text for text in texts(document))

    def test_its_new_paragraph_has_an_id_that_saving_keeps(self, library: Library, edit: Edit):
        edit(NEWS, "## 留下什么", "缆绳捐给了博物馆，门票分文不取。\n\n## 留下什么")
        library.refresh()
        draft = library.document(NEWS)
        (new,) = set(ids(draft)) - {p.id for p in library.content.ledger(NEWS).current}
        assert isinstance(library.follow(NEWS, new), Here)
        save(library, NEWS)
        saved = library.document(NEWS)
        assert not saved.draft and ids(saved) == ids(draft)


class TestRefresh:
    def test_does_nothing_when_nothing_changed(self, library: Library):
        done = library.refresh()
        assert (done.annotated, done.removed, done.findings, done.changed) == ((), (), (), False)

    def test_annotates_what_changed_and_nothing_else(self, library: Library, edit: Edit):
        edit(NEWS, "三十八年", "三十九年")
        seen: list[tuple[int, int, str]] = []
        assert library.refresh(progress=lambda *step: seen.append(step)).annotated == (NEWS,)
        assert [step[1:] for step in seen] == [(1, NEWS)]
        assert library.refresh().annotated == ()

    def test_a_new_word_in_the_glossary_is_found_in_all_articles_that_have_it(self, library: Library):
        path = library.content.root / "glossary/beiwan.yaml"
        path.write_text(
            path.read_text("utf-8") + "\n- {id: shu, term: 书, kind: concept, zh: 书。, note: 无。}\n",
            "utf-8",
        )
        with_it = {id for id in (NEWS, FEATURE, FESTIVAL) if "书" in "".join(texts(library.document(id)))}
        assert set(library.refresh().annotated) == with_it != set()
        assert library.term("shu").term == "书"
        assert library.index.term_counts()["shu"] > 0  # type: ignore[index]

    def test_a_folder_that_is_gone_is_forgotten(self, library: Library):
        shutil.rmtree(library.content.folder(FEATURE))
        assert library.refresh().removed == (FEATURE,)
        with pytest.raises(NotFound):
            library.document(FEATURE)
        assert {line.article for line in library.search("茶館").found.lines} == {FESTIVAL}

    def test_a_renamed_folder_leads_on_from_its_old_name(self, library: Library, edit: Edit):
        folder = library.content.folder(NEWS)
        folder.rename(folder.with_name("daqiao"))
        edit("daqiao", "date: '2024", "aliases: [beiwan-daqiao]\ndate: '2024")
        library.refresh()
        assert library.current(NEWS) == library.current("daqiao") == "daqiao"
        assert isinstance(library.follow(ArticleId("daqiao"), "r2gj"), Here)

    def test_a_renamed_article_is_found_at_every_moment(
        self, library: Library, edit: Edit, monkeypatch: pytest.MonkeyPatch
    ):
        folder = library.content.folder(NEWS)
        folder.rename(folder.with_name("daqiao"))
        edit("daqiao", "date: '2024", "aliases: [beiwan-daqiao]\ndate: '2024")
        remove, there = library.index.remove, list[bool]()

        def watched(id: ArticleId) -> None:
            there.append(library.index.document(ArticleId("daqiao")) is not None)
            remove(id)

        monkeypatch.setattr(library.index, "remove", watched)
        library.refresh()
        assert there == [True]

    def test_a_broken_article_stays_as_it_was_last_good_and_stops_nobody(self, library: Library, edit: Edit):
        before = library.document(NEWS)
        edit(NEWS, "title: 北湾", "title: [北湾")
        edit(FEATURE, "四十年", "五十年")
        done = library.refresh()
        assert [f.code for f in done.findings] == ["A03"] and done.annotated == (FEATURE,)
        assert library.document(NEWS) == before

    def test_a_broken_file_is_logged_once_and_not_at_every_look(
        self, library: Library, edit: Edit, caplog: pytest.LogCaptureFixture
    ):
        edit(NEWS, "title: 北湾", "title: [北湾")
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                assert library.refresh().findings
        assert len([r for r in caplog.records if "A03" in r.message]) == 1

    def test_a_broken_glossary_entry_is_left_out_and_told(self, library: Library, edit: Edit):
        path = library.content.root / "glossary/neu.yaml"
        path.write_text("- id: neu\n  term: 新\n", "utf-8")
        done = library.refresh()
        assert [f.code for f in done.findings] == ["G02"] and done.annotated == ()
        assert library.term("dukou").term == "渡口"

    def test_a_file_that_vanishes_during_the_look_is_no_fault(
        self, library: Library, monkeypatch: pytest.MonkeyPatch
    ):
        real = Content.articles
        monkeypatch.setattr(Content, "articles", lambda self: [*real(self), ArticleId("gerade-noch")])
        assert library.refresh().changed is False
        monkeypatch.undo()
        listed = KnowledgeFiles._paths
        ghost = library.content.root / "glossary/ghost.yaml"
        monkeypatch.setattr(KnowledgeFiles, "_paths", lambda self, folder: [*listed(self, folder), ghost])
        assert library.refresh().findings == ()

    def test_an_empty_folder_is_an_empty_library(self, tmp_path: Path, library: Library):
        (tmp_path / "nothing/articles").mkdir(parents=True)
        empty = Library(Content(tmp_path / "nothing"), library.index)
        empty.refresh()
        assert empty.index.count() == 0 and empty.index.entries() == []

    @pytest.mark.parametrize("missing", ["content", "content/articles"])
    def test_a_folder_that_is_missing_is_no_empty_library(self, home: Path, library: Library, missing: str):
        (home / missing).rename(home / "elsewhere")
        for _ in range(2):
            with pytest.raises(ContentError, match="C04 the folder is missing"):
                library.refresh()
        assert library.index.count() == 3 and library.knowledge().term(TermId("dukou"))
        (home / "elsewhere").rename(home / missing)
        assert library.refresh() == Refreshed(again=SETTLED_AFTER)

    def test_what_is_gone_is_forgotten_after_a_while_by_a_patient_one(
        self, home: Path, library: Library, monkeypatch: pytest.MonkeyPatch
    ):
        now = 100.0
        monkeypatch.setattr("app.library.refreshing.monotonic", lambda: now)
        shutil.move(home / "content/articles/dushu-jie", home / "elsewhere")
        assert library.refresh(patient=True).removed == () and library.index.count() == 3
        now += GONE_AFTER / 2
        shutil.rmtree(home / "content/articles/beiwan-daqiao")  # another one: the second begins again
        assert library.refresh(patient=True).removed == ()
        now += GONE_AFTER - 0.01
        assert library.refresh(patient=True).again == GONE_AFTER and library.index.count() == 3
        shutil.move(home / "elsewhere", home / "content/articles/dushu-jie")
        assert library.refresh(patient=True).removed == ()
        now += GONE_AFTER
        assert library.refresh(patient=True).removed == ("beiwan-daqiao",)
        assert library.index.count() == 2

    def test_marks_the_index_as_finished_with_how_the_files_looked(self, home: Path, library: Library):
        library.refresh()
        assert library.index.finished() == UNSETTLED  # the copy is younger than the coarsest clock's tick
        for path in (home / "content").rglob("*"):
            os.utime(path, (0, 0))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.content.snapshot._TICK_NS", -(10**12))
            library.refresh()
        assert library.index.finished() == look(home / "content").stamp
        (home / "content/articles/dushu-jie/article.md").write_text("---\ntitle: [\n---\n")
        library.refresh()
        assert library.index.finished() == UNSETTLED

    @pytest.mark.parametrize("fault", [KeyError("x"), RecursionError(), PermissionError(13, "denied")])
    @pytest.mark.parametrize("where", ["digest", "article", "usable_knowledge"])
    def test_an_odd_file_stops_no_other(
        self,
        home: Path,
        library: Library,
        edit: Edit,
        monkeypatch: pytest.MonkeyPatch,
        fault: Exception,
        where: str,
    ):
        """Whatever reading it may raise."""
        good = getattr(Content, where)

        def odd(self: Content, *values: object, **more: object) -> object:
            if where == "usable_knowledge" or values == ("dushu-jie",):
                raise fault
            return good(self, *values, **more)

        for id, old, new in (("dushu-jie", "渡口搬书", "渡口分书"), (NEWS, "三十八年", "三十九年")):
            edit(id, old, new)
        with next((home / "content/glossary").iterdir()).open("a") as file:
            file.write("\n# 另一天\n")
        monkeypatch.setattr(Content, where, odd)
        done = library.refresh()
        assert ArticleId(NEWS) in done.annotated
        (finding,) = done.findings
        assert finding.code == "C03" and type(fault).__name__ in finding.problem
        assert library.index.count() == 3
        assert library.refresh().findings == done.findings, "told as long as it is so"
        monkeypatch.undo()
        assert library.refresh().findings == () and "分书" in str(library.document(ArticleId("dushu-jie")))

    def test_its_state_tells_whether_anything_changed_even_by_another_process(
        self, library: Library, home: Path, edit: Edit
    ):
        before = library.index.generation()
        assert library.index.generation() == before
        other = Library(library.content, library.index)
        edit(NEWS, "三十八年", "三十九年")
        other.refresh()
        assert library.refresh().changed is False
        assert library.index.generation() != before


class TestCheck:
    def test_a_sound_library_has_no_findings(self, library: Library):
        assert list(library.check()) == []

    def test_a_correction_whose_words_are_gone_is_told(self, library: Library, edit: Edit):
        edit(NEWS, "date: '2024", "corrections:\n- words: 没有这句话\n  speaker: null\ndate: '2024")
        (finding,) = library.check()
        assert (finding.code, finding.line) == ("A12", 4) and "没有这句话" in finding.problem


class TestKnowledge:
    def test_terms_and_people_by_id(self, library: Library):
        assert library.term("dukou").term == "渡口"
        person = library.person("lin-qinghe")
        assert person is not None and person.offices[0].title == "镇长"
        assert library.person("niemand") is None
        with pytest.raises(NotFound):
            library.term("keine")

    def test_a_veto_holds_in_an_article(self, library: Library, edit: Edit):
        edit(FESTIVAL, "孩子们在渡口搬书", "孩子们在古渡口搬书")
        library.refresh()
        (block,) = (b.id for b in library.document(FESTIVAL).blocks if "古渡口" in b.text)
        assert [o for o in library.document(FESTIVAL).occurrences if o.block == block] == []


class TestManyFiles:
    def test_adding_one_reads_no_other(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        """Reads of files for each of 24 texts added in a row: a constant, whatever is there already."""
        library = Library(Content(tmp_path / "content"), open_index("", tmp_path / "var"))
        reads, real = list[str](), articles_module.read_bytes

        def read(path: Path) -> bytes | None:
            reads.append(path.parent.name)
            return real(path)

        monkeypatch.setattr(articles_module, "read_bytes", read)
        counts = []
        for n in range(24):
            text = f"第{n}天，渡口的人数了数船。\n\n船一共有{n}只。\n"
            added = library.add(f"boats-{n}.txt", text.encode(), saved_at=f"2024-03-05T08:{n:02}:00+08:00")
            assert added.document.header.id == f"boats-{n}"
            assert library.document(ArticleId(f"boats-{n}")).blocks == added.document.blocks
            counts.append(len(reads))
            reads.clear()
        assert max(counts[2:]) == min(counts[2:]) <= 8
        assert library.index.count() == 24 and library.refresh().annotated == ()

    def test_a_text_that_another_process_added_is_known(self, tmp_path: Path):
        first, second = (
            Library(Content(tmp_path / "content"), open_index("", tmp_path / "var")) for _ in range(2)
        )
        text = "渡口的人数了数船。\n".encode()
        first.add("boats.txt", "船停了。\n".encode(), saved_at=NOW)
        second.add("count.txt", text, saved_at=NOW)
        again = first.add("again.txt", text, saved_at=NOW)
        assert again.known and again.document.header.id == "count"

    def test_a_source_that_changed_is_not_taken_for_the_old_text(self, library: Library):
        one, two = "第一篇写渡口。\n".encode(), "第二篇写桥。\n".encode()
        library.add("one.txt", one, saved_at=NOW)
        path = library.content.folder("one") / "source.txt"
        path.write_bytes(two)
        assert not library.add("three.txt", one, saved_at=NOW, dry_run=True).known

    def test_every_source_is_read_once_for_any_number_of_files(self, library: Library, monkeypatch):
        read: list[str] = []
        source = ArticleFiles.source

        def counted(files: ArticleFiles, id: ArticleId) -> bytes | None:
            read.append(id)
            return source(files, id)

        monkeypatch.setattr(ArticleFiles, "source", counted)
        for n in range(12):
            library.add(f"text-{n}.txt", f"渡口第{n}天数了船。\n".encode(), saved_at=NOW)
        assert len(read) == len(set(read)) >= 12, "no source is read a second time"

    def test_one_that_is_added_to_an_unfinished_index_brings_the_others(self, tmp_path: Path):
        Library(Content(tmp_path / "content"), open_index("", tmp_path / "one")).add(
            "first.txt", "船停了。\n".encode(), saved_at=NOW
        )
        library = Library(Content(tmp_path / "content"), open_index("", tmp_path / "two"))
        library.add("next.txt", "渡口的人数了数船。\n".encode(), saved_at=NOW)
        assert {e.header.id for e in library.index.entries()} == {"first", "next"}
