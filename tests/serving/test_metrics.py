import logging
import re

import pytest
from starlette.testclient import TestClient

from app.serving.logs import configure_logging
from app.serving.main import create_app
from app.settings import Settings


@pytest.fixture
def site(home):
    def open_site(**settings):
        values = {
            "content": home / "content",
            "var": home / "var",
            "watch": False,
            "base_url": "http://testserver",
        }
        return TestClient(create_app(Settings(**(values | settings))), base_url="http://testserver")

    return open_site


def test_metrics_count_answers_by_route_and_those_from_memory(site):
    with site() as client:
        for _ in range(3):
            client.get("/terms/")
        text = client.get("/metrics").text
    assert re.search(r'_count\{route="/terms/",status="200",worker="\d+"\} 1\.0', text)
    assert "meipi_ready_answers_total" in text
    assert [
        line.rsplit(" ", 1)[1] for line in text.split("\n") if line.startswith("meipi_ready_answers_total")
    ] == ["2.0"]


def test_health_and_readiness_mean_it(site, home):
    with site() as client:
        assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
        assert client.get("/readyz").headers["cache-control"] == "no-store"


def test_a_request_id_is_taken_only_if_it_looks_like_one(site):
    with site() as client:
        assert (
            client.get("/keine/a/", headers={"x-request-id": "abc-12345"}).headers["x-request-id"]
            == "abc-12345"
        )
        for odd in ("evil id\t1", "abc-12345 and more", "abc-12345\tx", "short", "x" * 65):
            made = client.get("/keine/b/", headers={"x-request-id": odd}).headers["x-request-id"]
            assert re.fullmatch(r"[0-9a-f]{16}", made), odd


def test_too_many_searches_are_told_when_to_come_again(site):
    with site(rate_limit="3/minute") as client:
        answers = [client.get("/search/", params={"q": f"桥{i}"}) for i in range(5)]
        page = client.get("/terms/")
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert page.status_code == 200


def test_refusals_are_counted_by_route_and_by_no_article(site):
    with site(rate_limit="1/minute") as client:
        for address in (
            "/search/?q=1",
            "/search/?q=2",
            "/a/dushu-jie/nhjm/card.png",
            "/learn/list.csv?items=x",
        ):
            client.get(address)
        told = client.get("/metrics").text
    refused = set(re.findall(r'count{route="([^"]*)",status="429",worker="\d+"}', told))
    assert refused == {"/search/", "/a/{article}/{block}/card.png", "/learn/list.{form}"}


def test_server_timing_is_for_development(site):
    with site(timing=True) as client:
        assert client.get("/terms/").headers["server-timing"].startswith("app;dur=")
    with site() as client:
        assert "server-timing" not in client.get("/terms/").headers


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("text", "timestamp=")])
def test_log_lines_are_one_event_each_and_keep_chinese_as_it_is(form, begins, capsys):
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        configure_logging(form, logging.INFO)
        logging.getLogger("x").info("已索引 articles=%d", 3)
        line = capsys.readouterr().err
    finally:
        logging.getLogger().handlers[:], level = kept
        logging.getLogger().setLevel(level)
    assert line.startswith(begins) and line.count("\n") == 1
    assert "已索引 articles=3" in line


def test_a_log_line_with_spaces_quotes_and_a_traceback_is_still_one_line(capsys):
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        configure_logging("text", logging.INFO)
        try:
            raise ValueError('says "no"')
        except ValueError:
            logging.getLogger("x").exception("path=/a/\nb")
        line = capsys.readouterr().err
    finally:
        logging.getLogger().handlers[:], level = kept
        logging.getLogger().setLevel(level)
    assert line.count("\n") == 1
    assert ' level=error event="path=/a/\\nb" exception="Traceback' in line
    assert line.endswith('ValueError: says \\"no\\""\n')
