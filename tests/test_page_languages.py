"""Chinese on English pages is marked as Chinese; pages for readers of traditional characters are whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from app.i18n import preferred
from app.web.scripts import in_traditional, tagged

CHINESE = re.compile("[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
EMPTY = {"meta", "link", "input", "br", "img", "wbr", "hr", "rect", "path", "circle"}
TAIWAN = {"accept-language": "zh-TW,zh;q=0.9,en;q=0.4"}
ENGLISH = {"accept-language": "en-GB,en;q=0.9"}


class Untagged(HTMLParser):
    """Chinese texts and attributes that are not inside an element with a Chinese language."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.found: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        lang = given.get("lang") or (self.stack[-1][1] if self.stack else "")
        if tag not in ("meta", "link") and not lang.startswith("zh"):
            shown = (given.get(k, "") for k in ("title", "aria-label", "placeholder", "alt"))
            self.found += [words for words in shown if CHINESE.search(words)]
        if tag == "a":
            self.links.add(given.get("href", ""))
        if tag not in EMPTY:
            self.stack.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self.stack) and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, lang = self.stack[-1] if self.stack else ("", "")
        if tag not in ("script", "style", "title") and not lang.startswith("zh") and CHINESE.search(data):
            self.found.append(data.strip())


def untagged(html: str) -> Untagged:
    parser = Untagged()
    parser.feed(html)
    return parser


def crawl(site: TestClient, most: int) -> dict[str, Untagged]:
    """The pages that links from the front page lead to, and some that no link does."""
    waiting = [
        "/",
        "/search/?q=渡口",
        "/search/?q=dukou",
        "/search/?q=没有的话",
        "/offline/",
        "/docs",
        "/learn/",
        "/nope/",
    ]
    asked, seen = set[str](), dict[str, Untagged]()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in asked or ".png" in path:
            continue
        asked.add(path)
        answer = site.get(path, headers=ENGLISH)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        seen[path] = untagged(answer.text)
        links = {re.sub("#.*", "", href) for href in seen[path].links if href.startswith("/")}
        waiting += sorted(link for link in links if "lang=" not in link)
    return seen


def test_every_page_in_english_marks_its_chinese(site: TestClient):
    pages = crawl(site, 90)
    assert len(pages) > 60 and any(p.startswith("/terms/") for p in pages)
    assert {path: page.found for path, page in pages.items() if page.found} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/articles/",
        "/terms/wu-ge-zhongxin/",
        "/speakers/",
        "/speakers/xu-feng/",
        "/a/shanghai-kechuang/",
        "/a/shanghai-kechuang/znvf/",
        "/a/shanghai-kechuang/speakers/",
        "/a/shanghai-kechuang/source/",
        "/search/?q=科技创新",
        "/search/?q=五个中心&by=speaker",
    ],
)
def test_so_do_those_of_the_shipped_library(client_site: TestClient, path: str):
    assert untagged(client_site.get(path, headers=ENGLISH).text).found == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Back to “北湾大桥”.</p>", ['<span lang="zh">北湾大桥</span>']),
        ("<p>，2024</p>", ['<span lang="zh">，</span>']),
        (
            '<p lang="zh">北湾<b>大桥</b></p><i>渡口2号，AI时代。</i>',
            ['<span lang="zh">渡口2号，AI时代。</span>'],
        ),
        ('<p lang="zh">甲<b lang="en">the 渡口</b></p>', ['<span lang="zh">渡口</span>']),
        ('<title>渡口</title><a title="渡口">x</a><script>"渡口"</script>', []),
        ("<ruby>渡<rt>dù</ruby><p>渡</p>", ['<span lang="zh">渡</span>', '<span lang="zh">渡</span>']),
    ],
)
def test_only_what_has_no_language_is_marked(html: str, found: list[str]):
    assert re.findall(r'<span lang="zh">.*?</span>', tagged(html)) == found
    assert re.sub(r'<span lang="zh">(.*?)</span>', r"\1", tagged(html)) == html


def test_words_divided_by_marks_are_converted_together():
    asked: list[str] = []

    def convert(texts: list[str]) -> dict[str, str]:
        asked.extend(texts)
        return {
            t: t.replace("发", "發").replace("国", "國").replace("“", "「").replace("”", "」") for t in texts
        }

    html = (
        '<html lang="zh-Hans"><p>“国<a href="/发/" title="发">家</a>”发&amp;展</p><code>国</code>'
        '<p lang="zh-Hant">国</p><p lang="en">国</p>'
    )
    assert in_traditional(html, convert) == (
        '<html lang="zh-Hant"><p>「國<a href="/发/" title="發">家</a>」發&amp;展</p><code>国</code>'
        '<p lang="zh-Hant">国</p><p lang="en">国</p>'
    )
    assert "“国家”发&amp;展" in asked


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-TW,zh;q=0.9", "hant"),
        ("zh-Hant", "hant"),
        ("zh-hk;q=0.8,en;q=0.7", "hant"),
        ("zh-Hans-HK", "zh"),
        ("zh-CN,zh-TW;q=0.5", "zh"),
        ("en,zh-TW;q=0.5", "en"),
        ("zh-Hant-TW;q=0.9,zh;q=0.8", "hant"),
        ("zh-two", "zh"),
    ],
)
def test_the_script_that_a_browser_asks_for(header: str, locale: str):
    assert preferred(header) == locale


PAGES = [
    ("/", "文庫"),
    ("/terms/", "詞語"),
    ("/terms/dukou/", "渡口"),
    ("/speakers/", "說話"),
    ("/search/?q=渡口", "檢索"),
    ("/a/beiwan-daqiao/", "北灣"),
    ("/a/beiwan-daqiao/speakers/", "職務"),
    ("/nope/", "沒有這一頁"),
]


@pytest.mark.parametrize(("path", "words"), PAGES)
def test_traditional_readers_get_whole_pages(site: TestClient, path: str, words: str):
    page = site.get(path, headers=TAIWAN).text
    shown = re.sub(r"<(script|code|pre)\b.*?</\1>|<[^>]+>", "", page, flags=re.DOTALL)
    assert words in shown and '<html lang="zh-Hant"' in page
    assert not re.search("[“”‘’国发说这]", shown)


def test_a_traditional_article_is_not_converted_again(site: TestClient):
    page, plain = (
        site.get("/a/shanlu-chaguan/", headers=h).text for h in (TAIWAN, {"accept-language": "zh-CN"})
    )
    words = [re.findall(r'<p class="x[^"]*" id="\w+">(.*?)</p>', text) for text in (page, plain)]
    assert words[0] == words[1] and len(words[0]) > 2


def test_the_reader_can_choose_the_script(site: TestClient):
    path = "/a/beiwan-daqiao/"
    assert '<html lang="zh-Hant"' in site.get(f"{path}?lang=hant").text
    back = site.get(f"{path}?script=hans", headers=TAIWAN).text
    assert '<html lang="zh-Hans"' in back and "北湾" in back


SPACED = re.compile("[。！？；]\\s+[\u4e00-\u9fff（“]")


@pytest.mark.parametrize(
    "path",
    ["/uses/?q=渡口", "/compare/beiwan-daqiao/dushu-jie/", "/new/", "/terms/dukou/uses/", "/search/?q=渡口"],
)
def test_chinese_sentences_of_the_interface_follow_each_other_without_a_space(site: TestClient, path: str):
    answer = site.get(path, headers={"accept-language": "zh-CN"})
    sentences = re.findall(r'<p class="dim"[^>]*>([^<]*)', answer.text)
    assert answer.status_code == 200 and (sentences or "/search/" in path)
    assert [words for words in sentences if SPACED.search(words)] == []
    english = site.get(path, headers=ENGLISH).text
    assert not re.search(r"[a-z]\.[A-Z][a-z]", " ".join(re.findall(r"<p[^>]*>([^<]*)", english)))


def test_what_happens_with_a_pasted_text_is_told_without_spaces(open_site: Callable[..., TestClient]):
    with open_site(edit=True) as site:
        page = site.post(
            "/read/", data={"text": "镇长说：“船停了。”"}, headers={"accept-language": "zh-CN"}
        ).text
    (told,) = re.findall(r"<b>不保存</b> ([^<]*)", page)
    assert told.count("。") > 3 and not SPACED.search(told)
