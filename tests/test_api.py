"""The JSON API: every answer is what its model and the contract promise."""

from __future__ import annotations

import importlib
import inspect
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import jsonschema_rs
import pytest
from readymade import give_language
from starlette.testclient import TestClient

from app.content.store import Content
from app.errors import ContentError, IndexUnavailable, IndexUnfinished, MissingExtra
from app.index import open_index
from app.library.library import Library
from app.library.reading import Reading
from app.model import ArticleId
from app.serving.main import create_app
from app.settings import Settings
from app.web.api.routes import ROUTES

BASE = "https://meipi.example"

# The article document as clients rely on it; there may be further keys, never fewer.
PROMISED: dict[str, set[str]] = {
    "": {
        "id", "title", "date", "publication", "url", "revision", "lang",
        "blocks", "occurrences", "speakers", "quotations", "quote_marks",
    },
    "blocks": {"id", "n", "kind", "text"},
    "occurrences": {"block", "start", "end", "text", "term", "core", "first"},
    "speakers": {"id", "name", "aliases", "role", "kind"},
    "quotations": {"block", "start", "end", "type", "speaker", "cue", "source", "inferred_from", "ascribed"},
    "quote_marks": {"block", "start", "end", "speech"},
}  # fmt: skip

# Every route with an example that holds as much as possible.
ANSWERS: dict[str, str] = {
    "/api/v1/articles": "/api/v1/articles",
    "/api/v1/articles/{id}": "/api/v1/articles/beiwan-daqiao",
    "/api/v1/terms": "/api/v1/terms",
    "/api/v1/terms/{id}": "/api/v1/terms/san-du-yi-qiao",
    "/api/v1/speakers": "/api/v1/speakers",
    "/api/v1/speakers/{id}": "/api/v1/speakers/lin-qinghe",
    "/api/v1/speakers/{id}/terms": "/api/v1/speakers/lin-qinghe/terms",
    "/api/v1/search": "/api/v1/search?q=船",
    "/api/v1/words": "/api/v1/words?q=渡口",
    "/api/v1/words/{article}/{block}": "/api/v1/words/beiwan-daqiao/qng4?at=3",
    "/api/v1/resolve/{article}/{pid}": "/api/v1/resolve/beiwan-daqiao/r2gj",
    "/api/v1/terms/{id}/uses": "/api/v1/terms/san-du-yi-qiao/uses",
    "/api/v1/terms/{id}/series": "/api/v1/terms/san-du-yi-qiao/series",
    "/api/v1/uses": "/api/v1/uses?q=渡口",
    "/api/v1/cite/{article}/{pid}": "/api/v1/cite/beiwan-daqiao/p29s",
    "/api/v1/compare/{first}/{second}": "/api/v1/compare/beiwan-daqiao/dushu-jie",
    "/api/v1/reuse/{id}": "/api/v1/reuse/beiwan-daqiao",
    "/oembed": f"/oembed?url={BASE}/a/beiwan-daqiao/p29s/",
}
# Those that need no dictionary.
KEPT = [address for address in ANSWERS.values() if "/words" not in address]
# Further answers of these routes, with their status.
FURTHER: tuple[tuple[str, str, int], ...] = (
    ("/api/v1/articles", "/api/v1/articles?limit=1", 200),
    ("/api/v1/articles/{id}", "/api/v1/articles/dushu-jie", 200),
    ("/api/v1/articles/{id}", "/api/v1/articles/none", 404),
    ("/api/v1/terms", "/api/v1/terms?limit=1", 200),
    ("/api/v1/terms", "/api/v1/terms?limit=0", 422),
    ("/api/v1/terms/{id}", "/api/v1/terms/dukou?limit=1", 200),
    ("/api/v1/terms/{id}/uses", "/api/v1/terms/none/uses", 404),
    ("/api/v1/terms/{id}/series", "/api/v1/terms/none/series", 404),
    ("/api/v1/uses", "/api/v1/uses", 422),
    ("/api/v1/speakers/{id}", "/api/v1/speakers/zhou-danian", 200),
    ("/api/v1/search", "/api/v1/search?q=dukou", 200),
    ("/api/v1/search", "/api/v1/search?q=大桥渡口不见&kind=quotation", 200),
    ("/api/v1/search", "/api/v1/search", 422),
    ("/api/v1/words/{article}/{block}", "/api/v1/words/beiwan-daqiao/p29s?at=60", 200),
    ("/api/v1/words/{article}/{block}", "/api/v1/words/beiwan-daqiao/none", 404),
    ("/api/v1/resolve/{article}/{pid}", "/api/v1/resolve/beiwan-daqiao/r2gj?rev=1", 200),
    ("/api/v1/resolve/{article}/{pid}", "/api/v1/resolve/beiwan-daqiao/r2jg", 404),
    ("/api/v1/compare/{first}/{second}", "/api/v1/compare/dushu-jie/dushu-jie", 200),
    ("/api/v1/compare/{first}/{second}", "/api/v1/compare/dushu-jie/none", 404),
    ("/api/v1/reuse/{id}", "/api/v1/reuse/none", 404),
    ("/oembed", f"/oembed?url={BASE}/a/dushu-jie/&maxwidth=300", 200),
    ("/oembed", "/oembed?url=https://example.org/", 404),
    ("/oembed", f"/oembed?url={BASE}/a/dushu-jie/&format=xml", 501),
)


@pytest.fixture(scope="module")
def worded(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The site with its dictionary, after edits: paragraphs were merged, split, removed and rewritten."""
    home = tmp_path_factory.mktemp("worded")
    shutil.copytree(indexed, home, dirs_exist_ok=True)
    give_language(home / "var")
    library = Library(Content(home / "content"), open_index("", home / "var"))
    for article, old, new in EDITS:
        path = home / "content/articles" / article / "article.md"
        text = path.read_text("utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), "utf-8")
    for article in dict.fromkeys(article for article, _, _ in EDITS):
        library.save(ArticleId(article), saved_at="2024-07-01T00:00:00Z")
    library.refresh()
    library.index.close()
    folders = {"content": home / "content", "var": home / "var"}
    settings = Settings(**folders, base_url=BASE, watch=False, rate_limit="", allowed_hosts="*")
    with TestClient(create_app(settings), base_url=BASE, follow_redirects=False) as site:
        yield site


EDITS = (
    ("dushu-jie", "{.caption}\n孩子们在渡口搬书。\n\n", ""),
    ("beiwan-daqiao", "擦了一遍船舷。\n\n镇交通站", "擦了一遍船舷。镇交通站"),
    ("beiwan-daqiao", "走完了最后一步。”他表示", "走完了最后一步。”\n\n他表示"),
)
# Where the paragraphs are now: each state that a link can have, and its status.
STATES = {
    "/api/v1/resolve/dushu-jie/rs6z": ("removed", 410),
    "/api/v1/resolve/beiwan-daqiao/p29s": ("split", 200),
    "/api/v1/resolve/beiwan-daqiao/r2gj": ("merged", 200),
    "/api/v1/resolve/beiwan-daqiao/qng4": ("live", 200),
    "/api/v1/resolve/dushu-jie/rs6z?rev=1": ("revision", 200),
}


def get(site: TestClient, address: str) -> dict[str, Any]:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    value = answer.json()
    assert isinstance(value, dict)
    return value


def validator(site: TestClient, route: str, status: int) -> Any:
    """Checks an answer against its schema in the OpenAPI document."""
    document = site.get("/openapi.json").json()
    (content,) = document["paths"][route]["get"]["responses"][str(status)]["content"].values()
    return jsonschema_rs.validator_for({**content["schema"], "components": document["components"]})


def conforms(site: TestClient, route: str, address: str, status: int) -> dict[str, Any]:
    answer = site.get(address)
    assert answer.status_code == status, answer.text
    check = validator(site, route, status)
    assert [f"{e.instance_path}: {e.message}" for e in check.iter_errors(answer.json())] == []
    value: dict[str, Any] = answer.json()
    return value


class TestEveryAnswer:
    @pytest.mark.parametrize(
        ("route", "address", "status"),
        [*((route, address, 200) for route, address in ANSWERS.items()), *FURTHER],
    )
    def test_has_exactly_the_keys_that_the_openapi_document_describes(
        self, worded: TestClient, route: str, address: str, status: int
    ):
        conforms(worded, route, address, status)

    @pytest.mark.parametrize("address", STATES)
    def test_to_a_link_has_the_keys_of_its_state(self, worded: TestClient, address: str):
        state, status = STATES[address]
        answer = conforms(worded, "/api/v1/resolve/{article}/{pid}", address, status)
        assert answer["state"] == state

    def test_with_an_undescribed_key_or_without_a_described_one_would_be_found(self, worded: TestClient):
        route, address = "/api/v1/terms/{id}", ANSWERS["/api/v1/terms/{id}"]
        value, check = get(worded, address), validator(worded, route, 200)
        assert check.is_valid(value)
        for part in (value, value["places"][0], value["forms"][0], value["dates"][0], value["first"]):
            part["further"] = 1
            assert not check.is_valid(value)
            del part["further"]
            key, kept = part.popitem()
            assert not check.is_valid(value)
            part[key] = kept

    @pytest.mark.parametrize("route", ANSWERS)
    def test_is_described_in_words(self, site: TestClient, route: str):
        described = site.get("/openapi.json").json()["paths"][route]["get"]
        assert described["summary"] and described["operationId"]
        assert [p["name"] for p in described.get("parameters", []) if not p.get("description")] == []
        assert set(described["responses"]) >= ({"200", "404"} if "{" in route else {"200"})

    def test_and_no_object_of_the_document_is_open(self, site: TestClient):
        schemas = site.get("/openapi.json").json()["components"]["schemas"]
        for name, schema in schemas.items():
            assert schema["additionalProperties"] is False, name
            left_out = set(schema["properties"]) - set(schema["required"])
            optional = {"Block": {"level"}, "Speaker": {"doubt"}, "Problem": {"detail", "near"}}
            assert left_out == optional.get(name, set()), name

    @pytest.mark.parametrize("address", ["/openapi.json", *KEPT])
    def test_has_an_etag_for_each_encoding_and_is_confirmed_by_it(self, site: TestClient, address: str):
        tags = {}
        for encoding in ("identity", "br", "zstd", "gzip"):
            answer = site.get(address, headers={"accept-encoding": encoding})
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["vary"] == "accept-encoding"
            # Answers of less than 500 bytes are not compressed.
            sent = encoding if len(answer.content) > 500 else "identity"
            assert answer.headers.get("content-encoding", "identity") == sent
            tag = tags.setdefault(sent, answer.headers["etag"])
            again = site.get(address, headers={"accept-encoding": encoding, "if-none-match": tag})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            head = site.head(address, headers={"accept-encoding": encoding})
            # An answer is compressed again, better, when there is time: -br becomes -best.
            assert head.content == b""
            assert head.headers["etag"].replace("-best", "-br") == tag.replace("-best", "-br")
            if head.headers["etag"] == answer.headers["etag"]:
                assert head.headers["content-length"] == answer.headers["content-length"]
        assert len(set(tags.values())) == len(tags)

    def test_is_asked_for_here(self, site: TestClient):
        assert set(site.get("/openapi.json").json()["paths"]) == set(ANSWERS) == {r.path for r in ROUTES}

    def test_the_openapi_document_is_readable_without_outside_requests(self, site: TestClient):
        html = site.get("/docs").text
        assert all(route in html for route in ANSWERS)
        assert "//cdn" not in html and "unpkg" not in html


class TestTheArticleDocument:
    @pytest.fixture
    def document(self, site: TestClient) -> dict[str, Any]:
        return get(site, "/api/v1/articles/beiwan-daqiao")

    def test_has_the_promised_keys(self, document: dict[str, Any]):
        for name, keys in PROMISED.items():
            for value in document[name] if name else [document]:
                assert keys <= set(value), name
            assert document[name] if name else True, f"no {name} to look at"

    def test_offsets_point_at_the_words(self, document: dict[str, Any]):
        text = {b["id"]: b["text"] for b in document["blocks"]}
        for o in document["occurrences"]:
            assert text[o["block"]][o["start"] : o["end"]] == o["text"]
        for stretch in (*document["quotations"], *document["quote_marks"]):
            assert 0 <= stretch["start"] < stretch["end"] <= len(text[stretch["block"]])
            if source := stretch.get("source"):
                assert text[source["block"]][source["start"] : source["end"]]

    def test_names_only_speakers_and_terms_that_there_are(self, site: TestClient, document: dict[str, Any]):
        speakers = {s["id"] for s in document["speakers"]}
        assert {q["speaker"] for q in document["quotations"]} - {None} <= speakers
        terms = {t["id"] for t in get(site, "/api/v1/terms")["items"]}
        assert {o["term"] for o in document["occurrences"]} <= terms
        assert len({b["id"] for b in document["blocks"]}) == len(document["blocks"])
        assert [b["n"] for b in document["blocks"]] == list(range(1, len(document["blocks"]) + 1))

    def test_is_the_same_for_the_clients_article(self, client_site: TestClient):
        document = get(client_site, "/api/v1/articles/shanghai-kechuang")
        assert [b["kind"] for b in document["blocks"]].count("heading") == 3
        assert [b["kind"] for b in document["blocks"]].count("paragraph") == 9
        assert document["date"] == "2023-12" and document["publication"] is None
        assert len(document["speakers"]) == 8


class TestLists:
    def test_articles_are_paged(self, site: TestClient):
        first = get(site, "/api/v1/articles?limit=2")
        assert (first["total"], len(first["items"])) == (3, 2)
        second = get(site, first["next"])
        assert len(second["items"]) == 1 and second["next"] is None
        assert get(site, "/api/v1/articles?offset=9")["items"] == []

    @pytest.mark.parametrize(
        ("address", "items", "key"),
        [
            ("/api/v1/articles", "items", ("id",)),
            ("/api/v1/terms", "items", ("id",)),
            ("/api/v1/speakers", "items", ("id",)),
            ("/api/v1/terms/dukou", "places", ("article", "block", "start")),
            ("/api/v1/speakers/lin-qinghe", "quotations", ("article", "block", "start")),
            ("/api/v1/search?q=船", "items", ("article", "block")),
        ],
    )
    def test_every_list_leads_on_until_each_was_told_once(
        self, site: TestClient, address: str, items: str, key: tuple[str, ...]
    ):
        def told(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
            return [tuple(item[k] for k in key) for item in answer[items]]

        whole = get(site, address)
        assert whole["next"] is None and len(set(told(whole))) == len(told(whole)) > 0
        walked, asked = list[tuple[Any, ...]](), 0
        following = f"{address}{'&' if '?' in address else '?'}limit=1"
        while following:
            page = get(site, following)
            assert page.get("total") == whole.get("total")
            walked += told(page)
            following, asked = page["next"], asked + 1
        assert walked == told(whole)
        # A speaker's pages are counted in articles.
        assert asked == len({t[0] for t in walked}) if items == "quotations" else asked == len(walked)

    def test_addresses_in_answers_are_whole(self, site: TestClient):
        for address, key in (
            ("/api/v1/articles", "items"),
            ("/api/v1/search?q=船", "items"),
            ("/api/v1/speakers", "items"),
        ):
            for item in get(site, address)[key]:
                assert item["url"].startswith(BASE + "/")
                assert site.get(item["url"]).status_code == 200

    def test_a_term_has_its_entry_and_its_places(self, site: TestClient):
        term = get(site, "/api/v1/terms/dukou")
        assert (term["term"], term["occurrences"], len(term["places"])) == ("渡口", 3, 3)
        dates = sorted(p["date"] for p in term["places"] if p["date"])
        assert term["articles"] == len({p["article"] for p in term["places"]})
        assert term["first"]["date"] == dates[0] and site.get(term["first"]["url"]).status_code == 200
        assert [(f["text"], f["count"], f["date"]) for f in term["forms"]] == [("渡口", 3, dates[0])]
        said = Counter(p["speaker"] for p in term["places"] if p["speaker"])
        assert {u["id"]: u["count"] for u in term["users"]} == said and term["speakers"] == len(said)
        for place in term["places"]:
            assert place["text"][place["start"] : place["end"]] == "渡口"

    def test_a_speaker_has_every_quotation_with_its_words(self, site: TestClient):
        speaker = get(site, "/api/v1/speakers/lin-qinghe")
        assert speaker["recorded"] and speaker["record"]["name_hant"] == "林清和"
        count = next(s for s in get(site, "/api/v1/speakers")["items"] if s["id"] == "lin-qinghe")
        assert count["quotations"] == len(speaker["quotations"]) == speaker["totals"]["quotations"] > 0
        certain = [q for q in speaker["quotations"] if q["confidence"] >= 0.6 and not q["ascribed"]]
        assert count["certain"] == speaker["totals"]["certain"] == len(certain) > 0
        assert "三渡一桥的规划提了十年，今天总算走完了最后一步。" in [
            q["text"] for q in speaker["quotations"]
        ]

    def test_a_search_counts_and_narrows(self, site: TestClient):
        assert get(site, "/api/v1/search?q=船")["total"] > 1
        narrowed = get(site, "/api/v1/search?q=船&article=dushu-jie")
        assert {hit["article"] for hit in narrowed["items"]} == {"dushu-jie"}
        hit = narrowed["items"][0]
        assert hit["text"][hit["start"] : hit["end"]] == "船"
        assert len(get(site, "/api/v1/search?q=船&limit=1")["items"]) == 1


# An address for every kind of fault, with its status, its code, and a part of its words in each language.
FAULTS = (
    ("/api/v1/articles/none", 404, "not_found", "没有文章 'none'", "no article 'none'"),
    ("/api/v1/nowhere", 404, "not_found", "没有这一页", "No such page"),
    ("/api/v1/resolve/beiwan-daqiao/r2jg", 404, "not_found", "没有段落", "no paragraph"),
    ("/api/v1/speakers/none", 404, "not_found", "没有人物", "no speaker"),
    ("/api/v1/search", 422, "invalid_parameters", "q: 缺少这一项", "q: it is missing"),
    ("/api/v1/articles?limit=x", 422, "invalid_parameters", "limit: 应为整数", "must be a whole number"),
    ("/api/v1/articles?limit=0", 422, "invalid_parameters", "不能小于 1", "must be at least 1"),
    ("/api/v1/articles?limit=201", 422, "invalid_parameters", "不能大于 200", "must be at most 200"),
    ("/api/v1/search?q=" + "x" * 201, 422, "invalid_parameters", "最多 200 个字符", "at most 200 characters"),
    ("/api/v1/words?q=", 422, "invalid_parameters", "q: 太短", "q: too short"),
    ("/api/v1/search?q=a&kind=b", 422, "invalid_parameters", "应为：", "must be ''"),
    (f"/oembed?url={BASE}/a/dushu-jie/&format=xml", 501, "unsupported_format", "只回答 JSON", "Only JSON"),
    ("/learn/list.csv?items=x", 422, "invalid_parameters", "请写 article", "write article.block.place.word"),
    ("/a/dushu-jie/card.png?size=huge", 422, "invalid_parameters", "应为 og、portrait 之一", "one of og"),
)


class TestFaults:
    """Their words are in the reader's language, as on pages; their code is the same in all."""

    def fault(self, site: TestClient, address: str, **headers: str) -> dict[str, Any]:
        answer = site.get(address, headers={"accept": "application/json", **headers})
        assert answer.headers["content-type"] == "application/problem+json"
        assert "accept-language" in answer.headers["vary"]
        problem = answer.json()
        assert (problem["status"], problem["type"]) == (answer.status_code, "about:blank")
        return {name: problem.get(name, "") for name in ("status", "code", "title", "detail")}

    @pytest.mark.parametrize(("address", "status", "code", "chinese", "english"), FAULTS)
    def test_are_in_the_language_of_the_request(
        self, site: TestClient, address: str, status: int, code: str, chinese: str, english: str
    ):
        plain = self.fault(site, address)
        asked = address + ("&" if "?" in address else "?") + "lang="
        assert (plain["status"], plain["code"]) == (status, code)
        assert chinese in plain["title"] + plain["detail"]
        assert not re.search("[a-z]{2,} [a-z]{2,}", plain["title"] + plain["detail"])
        assert self.fault(site, address, **{"accept-language": "zh-CN,en;q=.5"}) == plain
        assert self.fault(site, address, **{"accept-language": "fr"}) == plain
        other = self.fault(site, address, **{"accept-language": "en-GB,zh;q=.5"})
        assert (other["status"], other["code"]) == (status, code)
        assert english in other["title"] + other["detail"]
        assert not re.search("[\u4e00-\u9fff]", other["title"] + other["detail"])
        assert self.fault(site, asked + "en", **{"accept-language": "zh"}) == other
        assert self.fault(site, asked + "zh", **{"accept-language": "en"}) == plain

    @pytest.mark.parametrize(
        ("error", "status", "code", "chinese", "english"),
        [
            (
                ContentError("/secret/a.md", 3, "C01", "the file is not UTF-8", "save it as UTF-8"),
                *(503, "content_damaged", "C01: 文件不是 UTF-8", "C01: the file is not UTF-8"),
            ),
            (MissingExtra("the dictionary", "dict"), 501, "not_installed", "查词", "look words up"),
            (IndexUnfinished("x"), 503, "library_unfinished", "文库正在读入", "library is being loaded"),
            (IndexUnavailable("/secret"), 503, "index_unavailable", "索引不可用", "index"),
            (PermissionError("/secret"), 503, "storage_unavailable", "读写文件", "files"),
        ],
    )
    def test_of_the_server_name_no_place_in_it(
        self,
        site: TestClient,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        status: int,
        code: str,
        chinese: str,
        english: str,
    ):
        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(Reading, "term", fail)
        for locale, words in (("zh", chinese), ("en", english)):
            fault = self.fault(site, f"/api/v1/terms/dukou?lang={locale}")
            assert (fault["status"], fault["code"]) == (status, code)
            assert words in fault["title"] + fault["detail"] and "secret" not in str(fault)

    def test_are_in_traditional_characters_for_those_who_read_them(self, worded: TestClient):
        plain = self.fault(worded, "/api/v1/articles/none", **{"accept-language": "zh-TW"})
        assert (plain["title"], plain["detail"]) == ("沒有這一頁", "沒有文章 'none'")

    def test_of_every_parameter_have_no_words_of_the_framework(self, site: TestClient):
        for path, described in site.get("/openapi.json").json()["paths"].items():
            address = ANSWERS[path].partition("?")[0]
            asked = [p for p in described["get"]["parameters"] if p["in"] == "query"]
            for name in (p["name"] for p in asked):
                for value in ("", "x", "x" * 600, "-1", "1.5", "9" * 30, "9" * 5000):
                    answer = site.get(address, params={name: value, "lang": "zh"})
                    if answer.status_code == 422:
                        assert not re.search("[a-z]{2,} [a-z]{2,}", answer.json()["detail"]), answer.text


class TestResolve:
    def test_a_live_paragraph(self, site: TestClient):
        value = get(site, "/api/v1/resolve/beiwan-daqiao/R2GJ")
        assert (value["state"], value["id"], value["url"]) == (
            "live",
            "r2gj",
            f"{BASE}/a/beiwan-daqiao/r2gj/",
        )

    def test_a_pinned_one(self, site: TestClient):
        value = get(site, "/api/v1/resolve/beiwan-daqiao/r2gj?rev=1")
        assert (value["state"], value["revision"], value["differs"]) == ("revision", 1, False)

    def test_one_never_given_with_those_one_slip_away(self, site: TestClient):
        answer = site.get("/api/v1/resolve/beiwan-daqiao/r2jg")
        assert answer.status_code == 404
        assert f"{BASE}/a/beiwan-daqiao/r2gj/" in answer.json()["near"]

    def test_of_a_renamed_article(self, site: TestClient):
        assert get(site, "/api/v1/resolve/dushujie-2024/nhjm")["article"] == "dushu-jie"
        answer = site.get("/api/v1/articles/dushujie-2024")
        assert (answer.status_code, answer.headers["location"]) == (301, "/api/v1/articles/dushu-jie")


@pytest.fixture(scope="module")
def made(worded: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("generated")
    schema = folder / "openapi.json"
    schema.write_text(worded.get("/openapi.json").text, "utf-8")
    config = folder / "config.yml"
    config.write_text("post_hooks: []\nliteral_enums: true\n", "utf-8")
    options = ["--path", schema, "--config", config, "--output-path", folder / "meipi_client"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and "WARNING" not in done.stdout, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield "meipi_client"
    sys.path.remove(str(folder))


class TestAGeneratedClient:
    """openapi-python-client makes it from the schema alone, and it reads what the site answers."""

    def test_reads_every_route(self, worded: TestClient, made: str):
        asked = list(ANSWERS.items())
        asked += [("/api/v1/resolve/{article}/{pid}", address) for address in STATES]
        # The client's own signatures refuse what these ask for.
        refused = ("/api/v1/search", "/api/v1/uses", f"/oembed?url={BASE}/a/dushu-jie/&format=xml")
        asked += [(route, address) for route, address, _ in FURTHER if address not in refused]
        for route, address in asked:
            read, plain = self._read(worded, made, route, address), worded.get(address)
            assert read.status_code == plain.status_code
            assert read.parsed is not None and read.parsed.to_dict() == plain.json(), address

    def _read(self, site: TestClient, made: str, route: str, address: str) -> Any:
        operation = site.get("/openapi.json").json()["paths"][route]["get"]["operationId"]
        module = importlib.import_module(f"{made}.api.v1.{operation}")
        path, _, query = address.partition("?")
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route), path)
        assert found
        values: dict[str, Any] = found.groupdict()
        # A parameter with the name of a local variable of the client has another name there.
        known = inspect.signature(module.sync_detailed).parameters
        for name, value in parse_qsl(query):
            values[name if name in known else f"{name}_query"] = int(value) if value.isdigit() else value
        transport = httpx.MockTransport(lambda request: sent(site, request))
        client = importlib.import_module(f"{made}.client").Client(BASE, httpx_args={"transport": transport})
        return module.sync_detailed(client=client, **values)


def sent(site: TestClient, request: httpx.Request) -> httpx.Response:
    """A request of the generated client, answered by the site under test."""
    answer = site.get(str(request.url))
    return httpx.Response(answer.status_code, content=answer.content)
