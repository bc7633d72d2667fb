"""The table of addresses knows every address of the site."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from app.http.addresses import asked
from app.web.routes import PAGES


def test_every_page_and_every_answer_of_the_api_has_a_cost_class(site: TestClient) -> None:
    paths = [route.path for route in PAGES] + list(site.get("/openapi.json").json()["paths"])
    assert len(paths) > 50
    for path in paths:
        found = asked(path.replace("{n:int}", "1"), b"")
        assert found and found.route != "other", path


@pytest.mark.parametrize(
    ("path", "query", "cost"),
    [
        ("/a/x/", "", "page"),
        ("/a/x/", "nope=1", "page"),
        ("/a/x/", "pinyin=1", "dear"),
        ("/a/x/", "script=hant", "dear"),
        ("/search/", "q=渡口", "dear"),
        ("/terms/", "lang=en", "page"),
    ],
)
def test_the_cost_class_depends_on_the_page_and_its_options(path: str, query: str, cost: str) -> None:
    found = asked(path, query.encode())
    assert found and found.cost == cost
