"""Two articles side by side: page, limit, redirects, and the offer at the end of an article of a series."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from starlette.testclient import TestClient

from app.pages.earlier import series

SiteOf = Callable[[Mapping[str, str]], TestClient]


def article(title: str, date: str, *paragraphs: str, more: str = "") -> str:
    return f"---\ntitle: {title}\ndate: {date}\n{more}---\n\n" + "\n\n".join(paragraphs) + "\n"


FILES = {
    "articles/baogao-2021/article.md": article(
        "2021年河湾镇工作报告",
        "2021-01-08",
        "去年修好了三座石桥。桥头立了碑，刻着捐款人的姓名。",
        "茶山的收成比往年好。要办好“三件事”，人人都出力。",
        "客运站仍在河西，早班车六点出发。",
        "水费按人头收取。",
    ),
    "articles/baogao-2022/article.md": article(
        "2022年河湾镇工作报告",
        "2022-01-09",
        "去年修好了五座石桥。桥头立了碑，刻着捐款人的姓名。",
        "水费按人头收取。",
        "茶山的收成比往年好。要办好“两件事”，人人都出力，先抓渡口。",
        "学校添了一间图书室。",
        more="aliases: [lao-baogao]\n",
    ),
    "articles/baogao-2024/article.md": article("2024年河湾镇工作报告", "2024-01-09", "只有一句话。"),
    "articles/tonggao/article.md": article("河湾镇工作报告的通告", "2021-06-01", "见上。"),
    "glossary/di.yaml": "- id: dukou\n  term: 渡口\n  zh: 坐船过河的地方。\n  kind: concept\n"
    "  domain: society\n",
}


@pytest.fixture(scope="module")
def reports(site_of: SiteOf) -> Iterator[TestClient]:
    with site_of(FILES) as site:
        yield site


def plain(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", html))


def sides(page: str) -> list[str]:
    """The words of both texts as the page shows them, without numbers and words for screen readers."""
    page = re.sub(r'<span class="sr">[^<]*</span>', "", page)
    found = re.findall(r'id="([ab])-\w+">.*?<p class="x[^>]*>(.*?)</p>', page, re.S)
    links = re.compile(r"<a [^>]*>[^<]*</a>")
    return ["".join(plain(links.sub("", words)) for side, words in found if side == s) for s in "ab"]


def test_both_texts_are_whole_on_the_page(reports: TestClient):
    page = reports.get("/compare/baogao-2021/baogao-2022/").text
    for side, name in zip(sides(page), ("baogao-2021", "baogao-2022"), strict=True):
        assert side == FILES[f"articles/{name}/article.md"].split("---\n", 2)[2].replace("\n", "")


def test_changes_are_marked_and_named_for_screen_readers(reports: TestClient):
    page = reports.get("/compare/baogao-2021/baogao-2022/").text
    assert '修好了<del><span class="sr">〔删：</span>三<span class="sr">〕</span></del>座石桥' in page
    assert '修好了<ins><span class="sr">〔添：</span>五<span class="sr">〕</span></ins>座石桥' in page
    assert '<ins><span class="sr">〔添：</span>学校添了一间图书室。' in page
    assert "移到第 2 段</a>" in page and "移自第 4 段</a>" in page
    assert "<script" not in page.split("<main", 1)[1]


def test_the_summary_counts_changes_and_phrases(reports: TestClient):
    page = reports.get("/compare/baogao-2021/baogao-2022/").text
    assert "未改 2 句" in page and "改写 2 句" in page and "移动 1 句" in page
    assert "新增 1 句" in page and "删去 1 句" in page
    words = plain(page)
    assert "新出现的词语" in words and "渡口0→1" in words and "两件事0→1" in words
    assert "不再出现的词语" in words and "三件事1→0" in words
    assert 'href="/terms/dukou/"' in page


def test_paragraphs_lead_to_their_lasting_addresses(reports: TestClient):
    page = reports.get("/compare/baogao-2021/baogao-2022/").text
    links = set(re.findall(r'href="(/a/baogao-202[12]/\w{4}/)"', page))
    assert len(links) == 8
    assert all(reports.get(link).status_code == 200 for link in links)


def test_the_page_is_in_the_language_of_the_reader(reports: TestClient):
    page = reports.get("/compare/baogao-2021/baogao-2022/?lang=en").text
    assert "Phrases that are new" in page
    assert "moved to paragraph 2" in page
    assert 'lang="zh-Hans"' in page


def test_a_copy_in_the_other_script_is_the_same_text(site_of: SiteOf):
    files = {
        "articles/jian/article.md": article(
            "石桥", "2021-01-08", "镇里修好了石桥，还没有通车。", "茶叶采完了。"
        ),
        "articles/fan/article.md": article(
            "石橋", "2021-01-09", "鎮裡修好了石橋，已經通車。", "茶葉採完了。"
        ),
    }
    with site_of(files) as site:
        page = site.get("/compare/jian/fan/").text
        assert "同一个字的繁体、简体和异体算作相同" in page
        assert sides(page) == [
            "镇里修好了石桥，还没有通车。茶叶采完了。",
            "鎮裡修好了石橋，已經通車。茶葉採完了。",
        ]
        assert site.get("/api/v1/compare/jian/fan").json()["respelled"] is True
        assert "算作相同" not in site.get("/compare/jian/jian/").text


def test_old_ids_and_missing_articles(reports: TestClient):
    answer = reports.get("/compare/baogao-2021/lao-baogao/")
    assert answer.status_code == 301
    assert answer.headers["location"] == "/compare/baogao-2021/baogao-2022/"
    assert reports.get("/compare/baogao-2021/none/").status_code == 404
    assert reports.get("/compare/baogao-2021/baogao-2022").status_code == 308
    answer = reports.get("/api/v1/compare/lao-baogao/baogao-2021")
    assert answer.headers["location"] == "/api/v1/compare/baogao-2022/baogao-2021"


def test_an_article_and_itself(reports: TestClient):
    page = reports.get("/compare/baogao-2021/baogao-2021/").text
    assert "未改 6 句" in page and "100%" in page
    assert "<del>" not in page.split("legend")[-1].split("</p>", 1)[1]


def test_texts_that_are_too_long_are_refused(reports: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.library.comparing.MAX_CHARACTERS", 100)
    answer = reports.get("/compare/baogao-2022/baogao-2021/", headers={"accept": "text/html"})
    assert answer.status_code == 413 and "两篇太长，无法对照" in answer.text
    problem = reports.get("/api/v1/compare/baogao-2022/baogao-2021").json()
    assert (problem["status"], problem["code"]) == (413, "too_large")


def test_an_article_of_a_series_offers_the_comparison(reports: TestClient):
    link = 'href="/compare/baogao-2021/baogao-2022/"'
    assert link in reports.get("/a/baogao-2022/").text
    assert 'href="/compare/baogao-2022/baogao-2024/"' in reports.get("/a/baogao-2024/").text
    for other in ("baogao-2021", "tonggao"):
        assert "/compare/" not in reports.get(f"/a/{other}/").text


@pytest.mark.parametrize(
    ("title", "pattern"),
    [
        ("2024年政府工作报告", "#年政府工作报告"),
        ("在第十四届人大第二次会议上的报告", "在第#届人大第#次会议上的报告"),
        ("渡口日记（三十二）", "渡口日记（三十二）"),
        ("二〇二三年度决算说明", "#年度决算说明"),
        ("第12期简报", "第#期简报"),
        ("三座桥", "三座桥"),
    ],
)
def test_the_pattern_of_a_title(title: str, pattern: str):
    assert series(title)[0] == pattern


def test_a_title_of_numbers_and_few_words_is_no_series():
    assert series("2024年汇报")[1] == ""
