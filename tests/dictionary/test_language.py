"""Help with the language of a text: words at a place, readings, the other script, a list to learn."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.dictionary.kept import KeptTexts, key_of
from app.dictionary.language import Language, version
from app.dictionary.learner import nearest, picked
from app.errors import MissingExtra
from app.library.drafting import Drafts
from app.model import ArticleId, Block, BlockId, Document, Header, Knowledge, Person, Span, SpeakerId
from app.pages.options import DisplayOptions
from app.text.folding import fold
from app.text.readings.pinyin import spell
from app.text.readings.script import convert
from app.text.segment import Segmenter

ARTICLE = "shanghai-kechuang"


@pytest.fixture(scope="module")
def blocks(client_site: TestClient) -> list[dict]:
    return [
        b for b in client_site.get(f"/api/v1/articles/{ARTICLE}").json()["blocks"] if b["kind"] == "paragraph"
    ]


def looked_up(site: TestClient, blocks: list[dict], word: str, within: int = 0) -> dict:
    block = next(b for b in blocks if word in b["text"])
    at = block["text"].index(word) + within
    return site.get(f"/api/v1/words/{ARTICLE}/{block['id']}", params={"at": at}).json()


class TestTheWordAtAPlace:
    @pytest.mark.parametrize("within", [0, 1])
    def test_is_the_whole_word_with_every_shorter_one_inside(self, client_site, blocks, within):
        answer = looked_up(client_site, blocks, "重视", within)
        assert [w["text"] for w in answer["words"]] == ["重视", "重", "视"]
        first = answer["words"][0]["entries"][0]
        assert (first["pinyin"], first["traditional"], first["level"]) == ("zhòngshì", "重視", 2)
        assert answer["attribution"]["licence"] == "CC BY-SA 4.0"

    @pytest.mark.parametrize("name", ["丁奎岭", "徐枫", "骆大进", "杜德斌"])
    def test_is_a_person_where_it_is_a_name(self, client_site, blocks, name):
        first = looked_up(client_site, blocks, name, 1)["words"][0]
        assert first["text"] == name and first["entries"][0]["person"]
        assert first["url"].startswith("/speakers/")

    def test_tells_the_glossary_entry_around_it(self, client_site, blocks):
        answer = looked_up(client_site, blocks, "五个中心", 2)
        assert answer["words"][0]["text"] == "中心"
        assert answer["term"] == {"id": "wu-ge-zhongxin", "term": "五个中心", "url": "/terms/wu-ge-zhongxin/"}

    def test_leads_on_to_the_words_beside_it_until_the_ends(self, client_site, blocks):
        block, seen, at = blocks[0], [], 0
        while at is not None:
            answer = client_site.get(f"/api/v1/words/{ARTICLE}/{block['id']}", params={"at": at}).json()
            if answer["words"]:
                seen.append(answer["words"][0]["text"])
            assert answer["after"] is None or answer["after"] > at
            assert block["text"][at].isalnum(), "marks are passed over"
            at = answer["after"]
        joined = "".join(seen)
        assert len(seen) > 40 and all(w in joined for w in ("总书记", "浦东", "科技", "创新", "人才"))
        assert max(map(len, seen)) <= 8  # long forms of the glossary are walked through word by word

    def test_is_none_at_a_mark(self, client_site, blocks):
        block = blocks[0]
        answer = client_site.get(
            f"/api/v1/words/{ARTICLE}/{block['id']}", params={"at": block["text"].index("，")}
        ).json()
        assert answer["words"] == [] and answer["before"] is not None and answer["after"] is not None

    def test_beyond_the_text_there_is_none(self, client_site, blocks):
        answer = client_site.get(f"/api/v1/words/{ARTICLE}/{blocks[0]['id']}", params={"at": 99_999})
        assert answer.status_code == 200 and answer.json()["words"] == []

    def test_may_be_kept_under_the_version_of_its_text(self, client_site, blocks):
        page = client_site.get(f"/a/{ARTICLE}/").text
        found = re.search(r'data-look="([^/]+)/(\w+)"', page)
        assert found and found[1] == ARTICLE
        address = f"/api/v1/words/{ARTICLE}/{blocks[0]['id']}?at=3"
        assert "max-age" in client_site.get(f"{address}&v={found[2]}").headers["cache-control"]
        assert client_site.get(f"{address}&v=00000000").headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"/api/v1/words/{ARTICLE}/zzzz?at=0", 404),
            ("/api/v1/words/keine/k7f3?at=0", 404),
            (f"/api/v1/words/{ARTICLE}/zzzz?at=-1", 422),
            ("/api/v1/words?q=", 422),
            ("/api/v1/words?q=" + quote("字" * 21), 422),
        ],
    )
    def test_what_is_not_there_is_a_problem(self, client_site, path, status):
        answer = client_site.get(path)
        assert answer.status_code == status and "problem+json" in answer.headers["content-type"]

    def test_comes_with_at_most_fifteen_others_the_longest_first(self, client_site):
        question = "科技创新中心建设规划中国人民大学"
        words = client_site.get("/api/v1/words", params={"q": question}).json()["words"]
        lengths = [word["end"] - word["start"] for word in words]
        assert len(words) == 16 and lengths == sorted(lengths, reverse=True)
        assert words[0]["text"] == "中国人民大学"

    def test_is_found_by_itself_in_either_script(self, client_site):
        for word in ("发展", "發展"):
            answer = client_site.get("/api/v1/words", params={"q": word}).json()
            assert answer["words"][0]["entries"][0]["pinyin"] == "fāzhǎn"


class TestTheWordsPage:
    def test_says_it_without_scripts(self, client_site):
        page = client_site.get(f"/words/{quote('重视')}/").text
        for part in (
            "zhòngshì",
            "to attach importance",
            "重視",
            "HSK",
            "CC BY-SA 4.0",
            f"/words/{quote('视')}/",
        ):
            assert part in page, part

    def test_of_a_phrase_lists_the_words_in_it(self, client_site):
        page = client_site.get(f"/words/{quote('科技创新')}/").text
        assert "kējì" in page and "chuàngxīn" in page

    def test_of_a_term_leads_to_the_glossary(self, client_site):
        assert "/terms/rengong-zhineng/" in client_site.get(f"/words/{quote('人工智能')}/").text

    @pytest.mark.parametrize("word", ["ぬぬ", "，", "字" * 21])
    def test_of_no_word_is_not_found(self, client_site, word):
        assert client_site.get(f"/words/{quote(word)}/").status_code == 404


class TestReadingOtherwise:
    def test_a_query_is_read_and_written_back(self):
        options = DisplayOptions.of({"marks": "all", "pinyin": "1", "script": "hant", "lang": "en"})
        assert options.query() == "?marks=all&pinyin=1&script=hant&lang=en"
        assert options.query(pinyin=None) == "?marks=all&script=hant&lang=en"
        assert (
            DisplayOptions.of({"marks": "x", "pinyin": "2", "script": "y", "lang": "fr"}) == DisplayOptions()
        )

    def test_pinyin_stands_over_every_word_and_changes_no_letter_of_the_text(self, client_site, blocks):
        page = client_site.get(f"/a/{ARTICLE}/?pinyin=1").text
        for block in blocks:
            shown = re.search(rf'id="{block["id"]}"[^>]*>(.*?)</p>', page, re.S)
            assert shown
            assert re.sub(r"<rt>[^<]*|<[^>]+>", "", shown[1]).replace("&#34;", '"') == block["text"]
        assert "<ruby>重视<rt>zhòngshì</ruby>" in page

    def test_readings_are_the_glossarys_and_the_peoples_own_first(self, tmp_path):
        document = Document(
            Header(ArticleId("a"), "题"),
            0,
            (Block(BlockId("k7f3"), 1, "paragraph", "任重说，重了。"),),
            cuts=((2, 3, 4, 5, 6, 7),),
        )
        people = (Person(SpeakerId("x"), "任重", pinyin="Rén Zhòng"),)
        language = Language(tmp_path)
        language.has_dictionary = False
        (rubies,) = language.readings(document, Knowledge(people=people)).values()
        assert spell(next(iter(rubies)).syllables) == "Rén Zhòng"

    def test_readings_are_made_once_and_again_when_an_entry_gives_other_ones(self, tmp_path, monkeypatch):
        blocks = tuple(
            Block(BlockId(f"k7f{n}"), n + 1, "paragraph", text)
            for n, text in enumerate(("任重说，重了。", "渡口，走了。"))
        )
        document = Document(Header(ArticleId("a"), "题"), 0, blocks, cuts=((2, 3, 4, 5, 6), (2, 3, 4, 5)))
        language, made = Language(tmp_path), list[str]()
        language.has_dictionary = False
        read = language._read
        monkeypatch.setattr(language, "_read", lambda *given: made.append(given[0].text) or read(*given))
        for pinyin, expected in (("Rén Zhòng", 2), ("Rén Zhòng", 2), ("Rén Chóng", 3)):
            people = (Person(SpeakerId("x"), "任重", pinyin=pinyin),)
            found = language.readings(document, Knowledge(people=people))
            assert spell(next(iter(found[blocks[0].id])).syllables) == pinyin
            assert len(made) == expected

    def test_converted_texts_are_made_once_and_again_when_a_name_has_another_form(self, monkeypatch):
        language, made = Language(), list[str]()
        ask = language._worker
        monkeypatch.setattr(language, "_worker", lambda *given: made.extend(given[1]) or ask(*given))
        for hant, expected in (("范長", "范長"), ("范長", "范長"), ("範長", "範長"), ("范長", "范長")):
            known = Knowledge(people=(Person(SpeakerId("x"), "范长", name_hant=hant),))
            assert language.traditional(["范长说"], known) == {"范长说": f"{expected}說"}
        assert made == ["范长说"] * 2

    def test_kept_texts_stay_below_their_limit_and_the_last_used_stay(self):
        kept = KeptTexts(2000)
        keys = [key_of("text", n) for n in range(9)]
        for key in keys:
            kept.put(key, "读" * 50)
            kept.get(keys[0])
        assert [n for n, key in enumerate(keys) if kept.get(key)] == [0, 5, 6, 7, 8]

    def test_pages_in_another_way_are_kept_apart(self, client_site):
        ways = ("", "?pinyin=1", "?script=hant", "?pinyin=1&script=hant", "?marks=all&script=hant")
        bodies = [client_site.get(f"/a/{ARTICLE}/{way}").text for way in ways]
        assert len(set(bodies)) == len(ways)
        assert [client_site.get(f"/a/{ARTICLE}/{way}").text for way in ways] == bodies

    def test_a_paragraph_alone_may_be_shown_otherwise_and_is_cited_as_printed(self, client_site, blocks):
        address = f"/a/{ARTICLE}/{blocks[2]['id']}/"
        page = client_site.get(f"{address}?script=hant&pinyin=1").text
        assert "<ruby>" in page and 'lang="zh-Hant"' in page
        assert re.search(r'id="plain"[^>]*>[^<]*加快建设', page)

    def test_a_traditional_article_is_offered_in_simplified_characters(self, site: TestClient):
        page = site.get("/a/shanlu-chaguan/").text
        assert "?script=hans" in page
        simplified = site.get("/a/shanlu-chaguan/?script=hans").text
        assert "茶馆" in simplified and 'lang="zh-Hans"' in simplified
        assert site.get("/a/shanlu-chaguan/?script=hant").text.count("茶館") == page.count("茶館")

    def test_the_interface_beside_traditional_characters_is_in_them_too(self, client_site: TestClient):
        plain = client_site.get(f"/a/{ARTICLE}/").text
        page = client_site.get(f"/a/{ARTICLE}/?script=hant").text
        words = re.findall(r">([^<>{}]*[\u4e00-\u9fff][^<>{}]*)<", page)
        simplified = {w.strip() for w in words if fold(w) == w and convert(w, "hant") != w}
        assert 'data-now-lang="zh"' in page and 'lang="zh-Hant"' in page
        assert len(simplified) * 10 < len({w.strip() for w in words}), simplified
        for hans, hant in (("设置", "設置"), ("术语", "術語"), ("说话人", "說話人")):
            assert (hans in plain) == (hant in page), hans
        assert client_site.get(f"/a/{ARTICLE}/?script=hant&lang=en").text.count(">Search<")

    def test_what_is_not_installed_is_not_offered(self, monkeypatch: pytest.MonkeyPatch, home, open_site):
        monkeypatch.setattr("app.dictionary.language.find_spec", lambda name: None)
        with open_site() as site:
            page = site.get("/a/beiwan-daqiao/").text
            assert "pinyin=1" not in page and 'id="look"' not in page and "script=hant" in page
            assert "<ruby>" not in site.get("/a/beiwan-daqiao/?pinyin=1").text

    def test_without_a_folder_there_are_neither_dictionary_nor_readings(self):
        language = Language()
        assert not language.has_dictionary and not language.has_pinyin
        for part in ("dictionary", "phrases"):
            with pytest.raises(MissingExtra):
                getattr(language, part)

    def test_without_readings_drafts_of_entries_are_numbered(self, segmenter: Segmenter):
        drafts = Drafts(Knowledge(), Language(), segmenter)
        assert [drafts.named("摆渡人"), drafts.named("三渡一桥"), drafts.named("G7峰会")] == [
            ("entry", ""),
            ("entry-2", ""),
            ("g7", ""),
        ]

    def test_one_that_is_closed_while_it_makes_files_reports_no_fault(self, tmp_path, caplog):
        language = Language(tmp_path)
        language.close()
        language.prepare()
        assert not list(tmp_path.glob("*.sqlite3")) and not caplog.records

    def test_the_files_are_made_before_anybody_asks_and_opened_when_somebody_does(self, tmp_path):
        Language(tmp_path).prepare()
        made = {p.name: p.stat().st_mtime_ns for p in tmp_path.glob("*.sqlite3")}
        assert made.keys() == {"dictionary.sqlite3", "phrases.sqlite3"}
        again = Language(tmp_path)
        again.prepare()
        assert again._dictionary is None and again._phrases is None
        for file in tmp_path.glob("*.sqlite3"):
            os.utime(file, (0, 0))  # older than its source, as after an upgrade
        again.prepare()
        assert again._dictionary is not None and again._phrases is not None
        assert {p.name: p.stat().st_mtime_ns for p in tmp_path.glob("*.sqlite3")} == dict.fromkeys(made, 0)

    def test_a_version_is_another_after_any_change(self):
        one = Document(Header(ArticleId("a"), "题"), 0, (Block(BlockId("k7f3"), 1, "paragraph", "甲"),))
        two = Document(Header(ArticleId("a"), "题"), 0, (Block(BlockId("k7f3"), 1, "paragraph", "乙"),))
        assert version(one) == version(one) != version(two)


class TestTheListToLearn:
    def test_comes_as_a_table_with_sentence_pinyin_and_link(self, client_site, blocks):
        block = next(b for b in blocks if "重视" in b["text"])
        at = block["text"].index("重视")
        items = f"{ARTICLE}.{block['id']}.{at}.重视,{ARTICLE}.{block['id']}.0.科技系统"
        answer = client_site.get("/learn/list.csv", params={"items": items})
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"].endswith(".csv")
        head, word, term = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        row = dict(zip(head, word, strict=True))
        assert row["pinyin"] == "zhòngshì" and "重视" in row["sentence"] and row["hsk"] == "2"
        assert row["link"].endswith(f"/a/{ARTICLE}/{block['id']}/") and "CC-CEDICT" in row["source"]
        assert dict(zip(head, term, strict=True))["word"] == "科技系统"

    def test_comes_as_an_anki_package(self, client_site, blocks):
        block = next(b for b in blocks if "重视" in b["text"])
        answer = client_site.get("/learn/list.apkg", params={"items": f"{ARTICLE}.{block['id']}.0.重视"})
        assert "collection.anki2" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()

    @pytest.mark.parametrize(
        "items", ["", "x", "a.k7f3.x.字", f"{ARTICLE}.zzzz.0.字", ",".join(["a.k7f3.0.字"] * 201)]
    )
    def test_of_nothing_is_a_problem(self, client_site, items):
        answer = client_site.get(
            "/learn/list.csv", params={"items": items}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 422

    def test_a_form_that_is_none_is_not_found(self, client_site):
        assert client_site.get("/learn/list.exe?items=x").status_code == 404

    def test_a_word_is_found_again_after_an_edit(self):
        assert nearest("添了字的重视和重视", "重视", 0) == Span(4, 6)
        assert nearest("添了字的重视和重视", "重视", 9) == Span(7, 9)
        assert nearest("没有", "重视", 0) is None

    def test_an_item_is_article_paragraph_place_and_word(self):
        (item,) = picked("dushu-jie.k7f3.12.五.个")
        assert (item.article, item.block, item.at, item.word) == ("dushu-jie", "k7f3", 12, "五.个")
