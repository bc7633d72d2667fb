"""The JSON API: every answer is what its model and the contract promise."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from app.web import api

BASE = "https://meipi.example"

# The article document as clients rely on it; further keys may stand beside these, never fewer.
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

# Every address with an example, the model it answers to, and what it is about.
ANSWERS: dict[str, tuple[str, type[BaseModel]]] = {
    "/api/v1/articles": ("/api/v1/articles", api.ArticlesOut),
    "/api/v1/articles/{id}": ("/api/v1/articles/beiwan-daqiao", api.DocumentOut),
    "/api/v1/terms": ("/api/v1/terms", api.TermsOut),
    "/api/v1/terms/{id}": ("/api/v1/terms/san-du-yi-qiao", api.TermOut),
    "/api/v1/speakers": ("/api/v1/speakers", api.SpeakersOut),
    "/api/v1/speakers/{id}": ("/api/v1/speakers/lin-qinghe", api.SpeakerOut),
    "/api/v1/search": ("/api/v1/search?q=船", api.SearchOut),
    "/api/v1/resolve/{article}/{pid}": ("/api/v1/resolve/beiwan-daqiao/r2gj", api.ResolveOut),
}


def get(site: TestClient, address: str) -> dict[str, Any]:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    value = answer.json()
    assert isinstance(value, dict)
    return value


class TestEveryAnswer:
    @pytest.mark.parametrize("route", ANSWERS)
    def test_is_what_its_model_says(self, site: TestClient, route: str):
        address, model = ANSWERS[route]
        value = get(site, address)
        assert model.model_validate(value, strict=True).model_dump(mode="json") == value

    @pytest.mark.parametrize("route", ANSWERS)
    def test_is_described_in_the_openapi_document(self, site: TestClient, route: str):
        described = site.get("/openapi.json").json()["paths"][route]["get"]
        schema = described["responses"]["200"]["content"]["application/json"]["schema"]
        assert schema["$ref"].rsplit("/", 1)[1] == ANSWERS[route][1].__name__
        assert described["summary"]
        assert set(described["responses"]) >= ({"404"} if "{" in route else {"200"})

    @pytest.mark.parametrize("address", ["/openapi.json", *(address for address, _ in ANSWERS.values())])
    def test_has_an_etag_for_each_encoding_and_is_confirmed_by_it(self, site: TestClient, address: str):
        tags = {}
        for encoding in ("identity", "br", "zstd", "gzip"):
            answer = site.get(address, headers={"accept-encoding": encoding})
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["vary"] == "accept-encoding"
            # What is shorter than half a thousand bytes is sent as it is.
            sent = encoding if len(answer.content) > 500 else "identity"
            assert answer.headers.get("content-encoding", "identity") == sent
            tag = tags.setdefault(sent, answer.headers["etag"])
            again = site.get(address, headers={"accept-encoding": encoding, "if-none-match": tag})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            head = site.head(address, headers={"accept-encoding": encoding})
            assert head.content == b"" and head.headers["etag"] == tag
            assert head.headers["content-length"] == answer.headers["content-length"]
        assert len(set(tags.values())) == len(tags)

    def test_and_every_route_of_the_document_stands_here_or_has_tests_of_its_own(self, site: TestClient):
        elsewhere = ("/oembed", "/api/v1/cite/", "/api/v1/words")
        paths = {p for p in site.get("/openapi.json").json()["paths"] if not p.startswith(elsewhere)}
        assert paths == set(ANSWERS)

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

    def test_the_models_promise_the_same_keys(self):
        models: dict[str, type[BaseModel]] = {
            "": api.DocumentOut,
            "blocks": api.BlockOut,
            "occurrences": api.OccurrenceOut,
            "speakers": api.SpeakerOut,
            "quotations": api.QuotationOut,
            "quote_marks": api.QuoteMarkOut,
        }
        assert {name: set(model.model_fields) for name, model in models.items()} == PROMISED

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
