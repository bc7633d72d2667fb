"""Names, offices, titles and summaries on pages for readers of English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from readymade import give_language
from starlette.testclient import TestClient

from app.dictionary.language import Language
from app.i18n import use_locale
from app.library.library import Library
from app.model import English, Knowledge, Office, Person, SpeakerId, Term, TermId
from app.pages.names import Names

ENGLISH = {"accept-language": "en-GB,en;q=0.9"}
PERSON = Person(
    SpeakerId("he-an"),
    "何安",
    pinyin="Hé Ān",
    offices=(
        Office("院长", "北湾学院", title_en="Dean, Beiwan College"),
        Office("副镇长", "北湾镇"),
        Office("会长", "桥梁学会", title_en="President, Society of Bridges"),
    ),
    office_en="Dean",
)
BODY = Term(
    TermId("xueyuan"),
    "北湾学院",
    pinyin="Běiwān Xuéyuàn",
    priority="normal",
    kind="institution",
    zh="一所学院。",
    english=(English("Beiwan College", "official"),),
)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    folder: Path = tmp_path_factory.mktemp("words")
    give_language(folder)
    return Names(Knowledge((BODY,), (PERSON,)), Language(folder))


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("丁奎岭", "Ding Kuiling"),
        ("欧阳明远", "Ouyang Mingyuan"),
        ("司马光明", "Sima Guangming"),
        ("单霁翔", "Shan Jixiang"),
        ("仇保兴", "Qiu Baoxing"),
        ("吕思清", "Lü Siqing"),
        ("李安", "Li An"),
        ("林秀兰", "Lin Xiulan"),
        # Known by other names than their pinyin.
        ("马克龙", "Emmanuel Macron"),
        ("安倍晋三", "Abe Shinzo"),
        ("金正恩", "Kim Jong-un"),
        # Transliterated, unnamed, or called by an office.
        ("马斯顿", ""),
        ("罗斯曼", ""),
        ("布伦特", ""),
        ("约翰·史密斯", ""),
        ("罗斯福", ""),
        ("王校长", ""),
        ("杨某", ""),
        ("小峰", ""),
        ("馆长", ""),
    ],
)
def test_pinyin_spells_chinese_names_only(names: Names, name: str, latin: str):
    with use_locale("en"):
        assert names.latin(name, name) == latin
        assert names.words(name, name) == f"{name} {latin}".strip()
        assert names.short(name, name) == latin or name
    assert names.latin(name, name) == ""


def test_records_and_entries_spell_their_own_names(names: Names):
    with use_locale("en"):
        assert names.latin("he-an", "何安") == "He An"
        assert names.latin("北湾学院", "北湾学院", "organisation") == "Beiwan College"
        assert names.latin("渡口管理处", "渡口管理处", "organisation") == ""


@pytest.mark.parametrize(
    ("printed", "english"),
    [
        ("北湾学院院长", "Dean, Beiwan College"),
        ("院长", "Dean, Beiwan College"),
        ("桥梁学会会长、北湾学院院长", "President, Society of Bridges; Dean, Beiwan College"),
        ("北湾镇副镇长", ""),
        ("北湾学院院长、作家", ""),
        ("长", ""),
        ("", ""),
    ],
)
def test_only_printed_offices_are_put_into_english(names: Names, printed: str, english: str):
    with use_locale("en"):
        assert names.office("he-an", printed) == english
        assert names.office("someone-else", printed) == ""


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "path",
    [
        "/a/beiwan-daqiao/",
        "/a/beiwan-daqiao/speakers/",
        "/speakers/",
        "/speakers/lin-qinghe/",
        "/terms/dukou/",
        "/search/?q=渡口",
        "/search/?q=渡口&by=speaker",
    ],
)
def test_speakers_have_their_names_in_latin_letters(site: TestClient, path: str):
    names = ("Lin Qinghe", "Zhou Danian")
    assert any(name in text(site.get(path, headers=ENGLISH).text) for name in names)
    chinese = site.get(path, headers={"accept-language": "zh-CN"}).text
    assert not any(name in text(chinese) for name in names)


def test_a_recorded_office_is_in_english(site: TestClient):
    assert "Mayor of Beiwan" in text(site.get("/a/beiwan-daqiao/speakers/", headers=ENGLISH).text)


TITLE, SUMMARY = "A bridge for Beiwan", "A town builds a bridge, and its ferryman looks back."


def test_the_editors_title_and_summary_are_shown_in_english(home: Path, library: Library, open_site):
    path = home / "content/articles/beiwan-daqiao/article.md"
    front = f"---\ntitle_en: {TITLE}\nsummary_en: {SUMMARY}\n"
    path.write_text(path.read_text("utf-8").replace("---\n", front, 1), "utf-8")
    library.refresh()
    shown = {
        "/": True,
        "/articles/": True,
        "/a/beiwan-daqiao/": True,
        "/feed.atom": True,
        "/a/beiwan-daqiao/speakers/": False,
        "/terms/dukou/": False,
        "/search/?q=渡口": False,
        "/speakers/lin-qinghe/": False,
    }
    with open_site() as site:
        for address, summary in shown.items():
            page = site.get(address, headers=ENGLISH).text
            assert TITLE in text(page) and (SUMMARY in text(page)) == summary, address
            chinese = site.get(address, headers={"accept-language": "zh-CN"}).text
            assert TITLE not in chinese and SUMMARY not in chinese, address
        head = site.get("/a/beiwan-daqiao/", headers=ENGLISH).text.split("</head>")[0]
        assert f"<title>{TITLE} · " in head and f'name="description" content="{SUMMARY}"' in head
        paragraph = re.search(r'href="(/a/beiwan-daqiao/\w{4}/)"', site.get("/a/beiwan-daqiao/").text)
        assert paragraph and TITLE in site.get(paragraph[1], headers=ENGLISH).text
        document = site.get("/api/v1/articles/beiwan-daqiao").json()
        assert (document["title_en"], document["summary_en"]) == (TITLE, SUMMARY)
        assert any(a["title_en"] == TITLE for a in site.get("/api/v1/articles").json()["items"])
