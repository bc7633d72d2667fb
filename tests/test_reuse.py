"""Where else the words of an article are: index, API, command and page."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from msgspec import structs
from postgres import NoPostgres, fresh_database, server
from starlette.testclient import TestClient

from app.cli.app import cli
from app.index import Index, open_index
from app.index.packed import pack
from app.model import ArticleId, Block, BlockId, Document, Header
from app.text.reuse import LEAST, letters

HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]


@pytest.fixture(params=["sqlite", "postgres"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    if request.param == "postgres":
        try:
            server()
        except NoPostgres as missing:
            pytest.skip(str(missing))
    return open_index("" if request.param == "sqlite" else fresh_database(), tmp_path)


def document(id: str, *texts: str, date: str = "2024-01-01") -> Document:
    blocks = tuple(Block(BlockId(f"b{n:03d}"), n, "paragraph", text) for n, text in enumerate(texts, 1))
    return Document(header=Header(ArticleId(id), id, date=date), revision=1, blocks=blocks)


def runs(a: str, b: str) -> list[tuple[int, int]]:
    """Every longest run of letters that two texts share, by comparing each place with each."""
    found = []
    for shift in range(-len(b), len(a)):
        at = max(0, shift)
        while at < len(a) and at - shift < len(b):
            end = at
            while end < len(a) and end - shift < len(b) and a[end] == b[end - shift]:
                end += 1
            if end - at >= LEAST:
                found.append((at, end))
            at = end + 1
    return found


def corpus(random: Random, size: int) -> list[Document]:
    """Texts that take stretches of 10 to 40 characters from a few earlier ones."""
    made = list[str]()
    for _ in range(size):
        words = "".join(HAN[int(400 * random.random() ** 2)] for _ in range(120))
        for other in random.sample(made, min(2, len(made))):
            start, length, at = random.randrange(80), random.randint(10, 40), random.randrange(100)
            words = words[:at] + other[start : start + length] + "，" + words[at:]
        made.append(words)
    return [document(f"text-{n}", words[:90], words[90:]) for n, words in enumerate(made)]


def test_every_exact_stretch_is_found(index: Index):
    documents = corpus(Random(5), 16)
    for d in documents:
        index.put(d, "1")
    total = 0
    for d in documents:
        found = index.shared(d.header.id)
        for other in documents:
            for mine in d.blocks if other is not d else ():
                for theirs in other.blocks:
                    text = letters(mine.text)
                    for start, end in runs(text.text, letters(theirs.text).text):
                        total += 1
                        first, last = text.place(start, end)
                        assert any(
                            s.block == mine.id and s.article == other.header.id and s.other == theirs.id
                            and s.start <= first and last <= s.end
                            for s in found
                        ), (d.header.id, mine.text[first:last])  # fmt: skip
    assert total > 20


def test_the_index_follows_changes(index: Index, monkeypatch: pytest.MonkeyPatch):
    words = "渡口拆了一座旧码头又修了一座新码头"
    index.put(document("one", f"去年，{words}。", date="2023-05-01"), "1")
    index.put(document("two", "天晴了。", f"他说：{words}！"), "1")
    (found,) = index.shared(ArticleId("two"))
    assert (found.article, found.block, found.other, found.text, found.date) == (
        "one", "b002", "b001", words, "2023-05-01",
    )  # fmt: skip
    assert index.shared(ArticleId("two"), BlockId("b001")) == []
    index.put(document("one", "去年没有这些字。"), "2")
    assert index.shared(ArticleId("two")) == []
    index.put(document("one", f"今年{words}。"), "3")
    assert len(index.shared(ArticleId("two"))) == 1
    index.remove(ArticleId("one"))
    assert index.shared(ArticleId("two")) == [] and index.shared(ArticleId("none")) == []
    with index._read() as db:
        monkeypatch.setattr("app.index.reuse.MOST", 3)
        assert index.knows_reuse()
    index.put(document("three", words), "1")
    assert not index.knows_reuse() and not index.shared(ArticleId("three"))
    with index._read() as db:
        assert db.all("select count(*) from fingerprint") == [(0,)]


def test_the_order_of_writing_does_not_matter(index: Index, tmp_path: Path):
    documents = corpus(Random(6), 12)
    other = open_index("", tmp_path / "other")
    for d in documents:
        index.put(d, "1")
    other.put_all([pack(d, "1") for d in documents[::-1]])
    for d in documents[:6]:
        other.put(documents[0] if d is documents[-1] else d, "2")
    found = [index.shared(d.header.id) for d in documents]
    assert found == [other.shared(d.header.id) for d in documents] and sum(map(len, found)) > 20


def test_stretches_stay_when_the_text_is_the_same(index: Index):
    words = "渡口拆了一座旧码头又修了一座新码头"
    index.put(document("one", "开头。", f"去年，{words}。", date="2023-05-01"), "1")
    index.put(document("two", f"他说：{words}！"), "1")
    (before,) = index.shared(ArticleId("two"))
    index.put(document("one", "开头。", f"去年，{words}。", date="2022-01-01"), "2")
    assert index.shared(ArticleId("two")) == [structs.replace(before, date="2022-01-01")]
    index.put(document("one", f"去年，{words}。", "结尾。"), "3")
    (after,) = index.shared(ArticleId("two"))
    assert (after.other, after.other_n, after.text) == ("b001", 1, words)
    assert [s.article for s in index.shared(ArticleId("one"))] == ["two"]


def article(title: str, date: str, *paragraphs: str) -> str:
    return f"---\ntitle: {title}\ndate: {date}\n---\n\n" + "\n\n".join(paragraphs) + "\n"


SPEECH = "渡口的事就是大家的事，船要修，路要通，钱要省着花。"
FILES = {
    "articles/jianghua/article.md": article("镇长的讲话", "2021-03-05", "各位乡亲：", SPEECH, "谢谢大家。"),
    "articles/xiaoxi/article.md": article(
        "镇里开会", "2021-03-06", f"镇长林清和指出：“{SPEECH}”会场上响起掌声，会后大家去看了新船。", "天晴。"
    ),
    "articles/zhuanzai/article.md": article(
        "講話", "2021-04-01", "各位鄉親：", "渡口的事就是大家的事，船要修，路要通，錢要省着花。"
    ),
    "articles/bieren/article.md": article("别的", "2021-05-01", "茶山上的头一批嫩芽采完了。"),
}


@pytest.fixture(scope="module")
def town(site_of: Callable[[Mapping[str, str]], TestClient]):
    with site_of(FILES) as site:
        yield site


def test_a_quoted_sentence_leads_to_the_article_that_has_it(town: TestClient):
    made = town.get("/api/v1/reuse/xiaoxi").json()
    assert made["known"] and [(w["article"], w["quoted"]) for w in made["words"]] == [
        ("jianghua", True),
        ("zhuanzai", True),
    ]
    (there,) = (w for w in made["words"] if w["article"] == "jianghua")
    assert there["text"] == there["other_text"] == SPEECH.removesuffix("。")
    assert there["letters"] == there["same"] == 21
    assert town.get(there["url"].removeprefix("https://meipi.example")).status_code == 200
    page = town.get(f"/a/xiaoxi/{there['block']}/").text
    assert "这些字句还见于 2 篇" in page and page.index("镇长的讲话</a>") < page.index("講話</a>")
    assert f"/a/jianghua/{there['other']}/" in page
    assert "also in 2 " in town.get(f"/a/xiaoxi/{there['block']}/?lang=en").text


def test_an_approximate_date_is_told_as_one(site_of: Callable[[Mapping[str, str]], TestClient]):
    place = "articles/jianghua/article.md"
    about = FILES[place].replace("2021-03-05", "2021-03\ncirca: true")
    with site_of({**FILES, place: about}) as site:
        assert "最早 约2021年3月<" in site.get("/a/zhuanzai/").text
        assert "earliest about March 2021<" in site.get("/a/zhuanzai/?lang=en").text
        made = site.get("/api/v1/reuse/zhuanzai").json()
        for found in (made["words"], made["articles"]):
            dates = {f["article"]: (f["date"], f["circa"]) for f in found}
            assert dates == {"jianghua": ("2021-03", True), "xiaoxi": (dates["xiaoxi"][0], False)}


def test_the_margin_says_how_many_other_texts_have_the_words(town: TestClient):
    """The note leads to the place where the paragraph's page lists them."""
    page = town.get("/a/zhuanzai/").text
    href, words = re.search(r'<li class="too"><a href="([^"]+)">([^<]+)<', page).groups()  # type: ignore[union-attr]
    assert words == "亦见于另外 2 篇，最早 2021年3月5日" and page.count('class="too"') == 1
    path, _, place = href.partition("#")
    assert f'id="{place}"' in town.get(path).text
    assert "Also in 2 other texts, earliest 5 March 2021<" in town.get("/a/zhuanzai/?lang=en").text
    assert "亦見於另外 2 篇，最早 2021年3月5日<" in town.get("/a/zhuanzai/?lang=hant").text
    # A name of a speaker fills the margin of so short a paragraph.
    assert 'class="too"' not in town.get("/a/xiaoxi/").text
    assert 'class="too"' not in town.get("/a/zhuanzai/?marks=none").text


def test_the_end_of_an_article_says_how_much_of_it_others_have(town: TestClient):
    page = town.get("/a/zhuanzai/").text
    assert "本文 84% 的字也见于文库里另外 2 篇" in page
    assert '按同样的次序见于：<a href="/a/jianghua/">2021年3月5日 镇长的讲话</a>' in page
    page = town.get("/a/xiaoxi/").text
    assert "本文 46% 的字也见于文库里另外 2 篇" in page and "同样的次序" not in page
    assert "of the characters of this text are also in 2 other texts" in town.get("/a/xiaoxi/?lang=en").text
    assert "的字也见于" not in town.get("/a/bieren/").text


FERRY = (
    "渡口拆了一座旧码头又修了一座新码头",
    "上游的茶农这才能把货送到镇里的集市",
    "孩子们坐船上学再也不用绕二十里山路",
)


@pytest.mark.parametrize(
    ("other", "reprint"),
    [
        (FERRY, True),
        # In another order, with most of it left out, with a long addition, in one paragraph.
        (FERRY[::-1], False),
        (FERRY[:2], False),
        ((FERRY[0], "今年雨水多，河面比往年宽了一倍，船家都说没有见过。", *FERRY[1:]), True),
        (("。".join(FERRY),), True),
    ],
)
def test_a_reprint_has_most_of_the_words_in_the_same_order(home: Path, other: Sequence[str], reprint: bool):
    for name, texts in (("ben", FERRY), ("bie", other)):
        (home / "content/articles" / name).mkdir()
        made = article(name, "2021-03-05", *(f"{text}。" for text in texts))
        (home / "content/articles" / name / "article.md").write_text(made, "utf-8")
    done = CliRunner().invoke(cli, ["reuse", "--content", str(home / "content"), "ben", "--json"])
    assert [a["reprint"] for a in json.loads(done.stdout)["articles"]] == [reprint]


def test_reprints_are_recognised_in_either_script(town: TestClient):
    made = town.get("/api/v1/reuse/zhuanzai").json()
    assert [(a["article"], a["reprint"]) for a in made["articles"]] == [("jianghua", True), ("xiaoxi", True)]
    assert town.get("/api/v1/reuse/bieren").json()["words"] == []
    assert 0.2 < town.get("/api/v1/reuse/xiaoxi").json()["share"] < 0.6
    assert town.get("/api/v1/reuse/xiaoxi?block=none").json()["words"] == []
    assert "elsewhere" not in town.get("/a/bieren/").text


def test_the_command_prints_the_same(home: Path):
    folder = home / "content/articles"
    for name in ("jianghua", "xiaoxi"):
        (folder / name).mkdir()
        (folder / name / "article.md").write_text(FILES[f"articles/{name}/article.md"], "utf-8")

    def run(*options: str) -> str:
        done = CliRunner().invoke(cli, ["reuse", "--content", str(home / "content"), "xiaoxi", *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    made = json.loads(run("--json"))
    assert [w["article"] for w in made["words"]] == ["jianghua"]
    rows = list(csv.DictReader(run("--csv").removeprefix("\ufeff").splitlines()))
    assert [(r["words"], r["url"]) for r in rows] == [(w["text"], w["url"]) for w in made["words"]]
    assert SPEECH[:-1] in run() and "镇长的讲话" in run()
