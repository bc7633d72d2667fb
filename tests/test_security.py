"""What SECURITY.md promises.

Markup in content is met in `browser/test_hostile_content.py`, hostile requests in `test_fuzz.py`, hostile
files given to `add` in `test_importers.py`.
"""

from __future__ import annotations

import hashlib
import logging
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from app.cli import cli
from app.content.check import check
from app.content.store import Content
from app.errors import ContentError, NotFound
from app.http.addresses import asked
from app.http.rates import client_of
from app.http.response import CSP, SECURITY_HEADERS
from app.library.adding import Given
from app.library.library import Library
from app.model import ArticleId

BASE = "https://meipi.example"
AT = "2024-08-01T00:00:00+00:00"
OpenSite = Callable[..., TestClient]

EVERY_PAGE = (
    "/", "/articles/", "/a/dushu-jie/", "/a/beiwan-daqiao/source/", "/a/beiwan-daqiao/speakers/",
    "/a/dushu-jie/nhjm/", "/a/dushu-jie/nhjm@1/", "/a/dushu-jie/nhjm/card.png", "/terms/", "/terms/dukou/",
    "/speakers/", "/speakers/lin-qinghe/", "/search/?q=船", "/learn/", "/docs", "/openapi.json", "/feed.atom",
    "/sitemap.xml", "/robots.txt", "/manifest.webmanifest", "/sw.js", "/offline/", "/healthz", "/readyz",
    "/metrics", "/api/v1/articles", "/api/v1/articles/dushu-jie", "/api/v1/terms", "/api/v1/search?q=船",
    "/api/v1/resolve/dushu-jie/nhjm", "/api/v1/cite/dushu-jie/nhjm",
    f"/oembed?url={BASE}/a/dushu-jie/nhjm/",
)  # fmt: skip


class TestHeaders:
    def test_the_policy_allows_nothing_inline_and_nothing_from_outside(self):
        policy = dict(part.strip().partition(" ")[::2] for part in CSP.split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["base-uri"] == "'none'" and policy["frame-ancestors"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        for name, sources in policy.items():
            if name.endswith("-src"):
                allowed = {"'none'", "'self'"} | ({"data:"} if name == "img-src" else set())
                assert set(sources.split()) <= allowed, name

    def test_stand_on_every_kind_of_answer(self, open_site: OpenSite):
        asked = [
            (200, "/terms/", {}),
            (200, "/terms/", {}),  # out of memory
            (301, "/a/DUSHU-JIE/NHJM/", {}),
            (304, "/terms/", {"if-none-match": "*"}),
            (308, "/terms", {}),
            (400, "/terms/", {"host": "evil.example"}),
            (404, "/keine/", {}),
            (404, "/api/v1/keine", {}),
            (422, "/api/v1/articles?limit=x", {}),
            (200, "/api/v1/articles", {}),
            (304, "/api/v1/articles", {"if-none-match": "*"}),
            (200, "/openapi.json", {}),
            (200, "/a/dushu-jie/nhjm/card.png", {}),
            (200, "/metrics", {}),
            (200, "/search/?q=船", {}),
            (429, "/search/?q=桥", {}),
        ]
        with open_site(rate_limit="2/minute") as site:
            for status, address, headers in asked:
                answer = site.get(address, headers=headers)
                assert answer.status_code == status, address
                for name, value in SECURITY_HEADERS:
                    assert answer.headers.get_list(name.decode()) == [value.decode()], (address, name)
                assert answer.headers["cache-control"], address
            for address in ("/terms/", "/api/v1/terms", "/keine/", "/static/x/y.css"):
                answer = site.post(address)
                assert answer.status_code in (404, 405)
                assert answer.headers["content-security-policy"] == CSP
                assert answer.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize("address", EVERY_PAGE)
    def test_tell_nobody_who_reads(self, site: TestClient, address: str):
        answer = site.get(address, headers={"origin": "https://evil.example", "cookie": "a=b"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "server" not in answer.headers and "x-powered-by" not in answer.headers


class TestReading:
    def test_writes_nothing_into_content(self, home: Path, open_site: OpenSite):
        def digests() -> dict[str, str]:
            files = (p for p in (home / "content").rglob("*") if p.is_file())
            return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}

        before = digests()
        with open_site() as site:
            for address in EVERY_PAGE:
                assert site.get(address).status_code == 200
        assert digests() == before

    def test_fetches_nothing_from_anywhere(self, open_site: OpenSite, monkeypatch: pytest.MonkeyPatch):
        asked: list[object] = []
        monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: asked.append(a) or [])
        with open_site() as site:
            for address in EVERY_PAGE:
                site.get(address)
            for url in ("http://169.254.169.254/latest/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x"):
                assert site.get("/oembed", params={"url": url}).status_code == 404
        assert asked == []

    def test_leaves_no_trace_of_the_reader_in_the_log_or_the_metrics(
        self, open_site: OpenSite, caplog: pytest.LogCaptureFixture
    ):
        reader = {
            "user-agent": "Browser-of-Zhou",
            "x-forwarded-for": "203.0.113.9",
            "referer": "https://diary.example/",
        }
        with open_site() as site, caplog.at_level(logging.INFO, "app"):
            site.get("/search/?q=秘密的词", headers=reader)
            site.get("/a/dushu-jie/nhjm/?from=secret", headers=reader)
            site.get("/keine/secret/", headers=reader)
            told = caplog.text + site.get("/metrics").text
        assert "answered route=/search/" in told
        for word in ("秘密", "Zhou", "203.0.113", "diary", "secret", "testclient"):
            assert word not in told, word


class TestPaths:
    OUTSIDE = (
        "..", ".", "../x", "../../etc/passwd", "/etc/passwd", "x/../../y", "..%2fx", "x\0y", "", "X", "x y",
        "-x", "x-", ".pending", ".lock", "x.md", "ａ", "x" * 65, "x\n", "con/aux", "\\\\host\\x",
    )  # fmt: skip

    @pytest.mark.parametrize("id", OUTSIDE)
    def test_that_are_no_ids_lead_nowhere(self, content: Content, library: Library, id: str):
        for ask in (content.folder, content.article, content.ledger, content.source, content.digest):
            with pytest.raises(NotFound):
                ask(ArticleId(id))
        if id:
            with pytest.raises(ContentError):
                library.add("x.txt", "甲。\n".encode(), saved_at=AT, given=Given(id=id))

    @pytest.mark.parametrize("name", ["../x.txt", "/etc/x.txt", "..", "…/../.txt", "x/../../../../y.md"])
    def test_of_files_become_ids_inside_content(self, library: Library, home: Path, name: str):
        before = set(home.parent.iterdir())
        added = library.add(name, f"这是{name}里的字。\n".encode(), saved_at=AT)
        folder = library.content.folder(added.document.header.id).resolve()
        assert folder.parent == (home / "content/articles").resolve()
        assert set(home.parent.iterdir()) == before

    def test_of_a_glossary_file_may_not_lead_out(self, home: Path):
        (home / "x.csv").write_text("id,term,kind,zh\nx,词,concept,释\n", "utf-8")
        words = [
            "glossary",
            "import",
            "--content",
            str(home / "content"),
            str(home / "x.csv"),
            "--to",
            "../../x",
        ]
        assert CliRunner().invoke(cli, words).exit_code == 2

    NO_FILES = (
        "../pyproject.toml", "..%2fpyproject.toml", "%2e%2e/app/main.py", "//etc/passwd",
        "js/../../README.md", ".hidden", "css", "",
    )  # fmt: skip

    @pytest.mark.parametrize("path", NO_FILES)
    def test_of_static_files_stay_in_their_folder(self, site: TestClient, path: str):
        assert site.get(f"/static/x/{path}").status_code in (404, 308)


class TestBombs:
    def test_of_yaml_are_refused_in_time(self, tmp_path: Path):
        """Nine lists of nine, each of the one before: a billion when written out."""
        (tmp_path / "glossary").mkdir()
        lines = ["- &a0 [x, x, x, x, x, x, x, x, x]"]
        lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
        (tmp_path / "glossary/x.yaml").write_text("\n".join(lines), "utf-8")
        keys = (
            "- id: x\n  term: 词\n  kind: concept\n  zh: 释\n  aliases: &a [x, x]\n  members: [*a, *a, *a]\n"
        )
        (tmp_path / "glossary/y.yaml").write_text(keys, "utf-8")
        began = time.monotonic()
        knowledge, findings = Content(tmp_path).usable_knowledge()
        assert time.monotonic() - began < 60
        assert knowledge.terms == () and findings
        assert all(len(str(f)) < 500 for f in findings)

    def test_of_depth_are_refused(self, tmp_path: Path):
        (tmp_path / "glossary").mkdir()
        (tmp_path / "glossary/x.yaml").write_text("- " * 5000 + "x", "utf-8")
        (tmp_path / "articles/x").mkdir(parents=True)
        (tmp_path / "articles/x/article.md").write_text(
            "> " * 5000 + "甲\n\n" + "- " * 3000 + "乙\n", "utf-8"
        )
        began = time.monotonic()
        list(check(Content(tmp_path)))
        assert time.monotonic() - began < 60

    @pytest.mark.parametrize(
        "tag", ["!!python/object/apply:os.system ['touch x']", "!!python/name:os.system", "!x y"]
    )
    def test_of_types_construct_nothing(self, tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "glossary").mkdir()
        (tmp_path / "glossary/x.yaml").write_text(
            f"- id: x\n  term: 词\n  kind: concept\n  zh: {tag}\n", "utf-8"
        )
        _, findings = Content(tmp_path).usable_knowledge()
        assert not (tmp_path / "x").exists()
        assert findings or tag == "!x y"


class TestDefaults:
    def test_the_site_listens_on_loopback_alone(self):
        serve = cli.get_command(click.Context(cli), "serve")
        assert serve
        host = next(p for p in serve.params if isinstance(p, click.Option) and p.name == "host")
        assert host.default == "127.0.0.1"

    DEAR = (
        "/search/?q={}", "/api/v1/search?q={}", "/api/v1/words?q={}", "/words/桥{}/",
        "/learn/list.csv?items={}",
    )  # fmt: skip

    @pytest.mark.parametrize("address", DEAR)
    def test_what_is_dear_to_answer_is_rationed(self, open_site: OpenSite, address: str):
        with open_site(rate_limit="2/minute") as site:
            answers = [site.get(address.format(n)) for n in range(4)]
        statuses = [answer.status_code for answer in answers]
        assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in answers[2:])
        assert statuses[2:] == [429, 429] and 429 not in statuses[:2]

    def test_no_template_lets_markup_through(self):
        templates = Path(__file__).parent.parent / "templates"
        for path in templates.rglob("*"):
            if path.is_file():
                text = path.read_text("utf-8")
                assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text), path


class TestAttacks:
    """One client must not make others wait, nor fill the memory."""

    def made(self, site: TestClient) -> list[bytes]:
        return list(site.app.cache.pages())  # type: ignore[attr-defined]

    SPELLINGS = (
        "/a/dushu-jie/?zz=1", "/a/dushu-jie/?utm_source=x&fbclid=y", "/a/dushu-jie/?pinyin=7",
        "/a/dushu-jie/?lang=xx&marks=", "/a/%64ushu-jie/", "/%61/dushu-jie/?&&", "/a/dushu-jie/?q=x#y",
    )  # fmt: skip

    @pytest.mark.parametrize("address", SPELLINGS)
    def test_other_spellings_get_the_page_that_is_ready(self, open_site: OpenSite, address: str):
        with open_site() as site:
            page = site.get("/a/dushu-jie/").content
            before, kept = site.app.answered, self.made(site)  # type: ignore[attr-defined]
            assert site.get(address).content == page
            assert site.app.answered == before + 1  # type: ignore[attr-defined]
            assert self.made(site) == kept

    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("/a/dushu-jie/?script=hant&pinyin=1&zz=1", b"/a/dushu-jie/?pinyin=1&script=hant"),
            ("/a/dushu-jie/source/?zz=2", b"/a/dushu-jie/source/"),
            ("/%73w.js?pinyin=1", b"/sw.js"),
            ("/feed.atom?zz=3", b"/feed.atom"),
            ("/terms/?pinyin=1&lang=en", b"/terms/?lang=en"),
            ("/api/v1/terms?zz=4", b"/api/v1/terms"),
        ],
    )
    def test_an_answer_is_kept_under_the_address_that_the_site_writes(
        self, open_site: OpenSite, address: str, key: bytes
    ):
        with open_site() as site:
            assert site.get(address).status_code == 200
            assert self.made(site) == [key]

    def test_a_query_of_too_many_parameters_is_refused(self, site: TestClient):
        assert site.get("/terms/?" + "x=1&" * 60).status_code == 400

    @pytest.mark.parametrize("header", ["accept-encoding", "if-none-match", "accept-language", "user-agent"])
    def test_no_long_header_stays_in_memory(self, open_site: OpenSite, header: str):
        with open_site() as site:
            tag = site.get("/terms/").headers["etag"]
            for n in range(20):
                value = {"if-none-match": f"{tag}, ", "accept-encoding": "gzip, "}.get(header, "")
                site.get("/terms/", headers={header: value + f"{n}" * 5000})
            cache = site.app.cache  # type: ignore[attr-defined]
            page = cache.pages()[b"/terms/"]
            held = [*page.answers, *page.confirmed, *(v for key in cache.fast for v in key if v)]
            assert max(map(len, held)) < 300
            assert len(page.confirmed) <= 2

    FOREIGN = ("evil{}evil", '"evil{}"', "{}x", "*, {}x", "'{}'")

    @pytest.mark.parametrize("sent", FOREIGN)
    def test_an_etag_that_is_not_ours_is_not_repeated(self, site: TestClient, sent: str):
        tag = site.get("/terms/").headers["etag"]
        answer = site.get("/terms/", headers={"if-none-match": sent.format(tag)})
        assert answer.status_code == 200
        assert "evil" not in answer.headers["etag"]

    def test_an_etag_of_a_304_is_always_ours(self, site: TestClient):
        tag = site.get("/terms/", headers={"accept-encoding": "identity"}).headers["etag"]
        for sent in ("*", f'"a", {tag}', f"W/{tag}, evil", f"evil, {tag}"):
            answer = site.get("/terms/", headers={"if-none-match": sent})
            assert (answer.status_code, answer.headers["etag"]) == (304, tag)

    @pytest.mark.parametrize("address", ["/feed.atom", "/terms/", "/manifest.webmanifest"])
    def test_answers_in_several_languages_say_so(self, site: TestClient, address: str):
        assert "accept-language" in site.get(address).headers["vary"]

    @pytest.mark.parametrize(
        "hosts",
        [
            ["evil.example", "meipi.example"],
            ["meipi.example", "meipi.example"],
            ["127.0.0.1:80@evil"],
            ["user@meipi.example"],
            ["meipi.example:80:80"],
            ["meipi.example/x"],
            ["[::1]x"],
        ],
    )
    def test_a_host_that_is_not_exactly_one_name_is_refused(self, site: TestClient, hosts: list[str]):
        site.get("/terms/")
        assert site.get("/terms/", headers=[("host", host) for host in hosts]).status_code == 400

    def test_every_address_has_an_entry_in_the_table(self, site: TestClient):
        from app.http.addresses import _TABLE
        from app.web.api.routes import ROUTES
        from app.web.routes import DEVELOPMENT, PAGES

        assert {r.path for r in (*PAGES, *DEVELOPMENT, *ROUTES)} <= set(_TABLE)
        for path, methods in site.get("/openapi.json").json()["paths"].items():
            taken = {p["name"] for p in methods["get"].get("parameters", ()) if p["in"] == "query"}
            assert taken == set(_TABLE[path][1]), path

    @pytest.mark.parametrize(
        ("path", "query", "cost"),
        [
            ("/a/x/", "", "page"),
            ("/a/x/", "pinyin=1", "dear"),
            ("/a/x/bbbb/", "script=hant", "dear"),
            ("/a/x/bbbb@1/", "", "dear"),
            ("/a/x/source/", "", "dear"),
            ("/a/x/card.png", "", "dear"),
            ("/words/甲/", "", "dear"),
            ("/keine/", "", "page"),
            ("/readyz", "", "free"),
        ],
    )
    def test_what_an_answer_costs(self, path: str, query: str, cost: str):
        found = asked(path, query.encode())
        assert found and found.cost == cost

    @pytest.mark.parametrize(
        ("address", "client"),
        [
            ("203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("x" * 60_000, ""),
        ],
    )
    def test_clients_are_counted_by_address_or_network(self, address: str, client: str):
        assert client_of({"client": (address, 1)}) == client

    def test_pages_made_anew_have_a_limit_too(self, open_site: OpenSite):
        with open_site(rate_limit="2/minute") as site:
            statuses = [site.get(f"/keine/{n}/").status_code for n in range(22)]
            assert statuses == [404] * 20 + [429] * 2
            assert site.get("/healthz").status_code == 200

    def test_the_service_worker_keeps_no_searches(self, site: TestClient):
        kept = re.search(r"!/(\^.*?)/\.test\(url\.pathname\)", site.get("/sw.js").text)
        assert kept
        # The page that was open when the worker came is asked for again only if it may be kept.
        assert re.search(r"if \(worthKeeping\(.*\) await keep\(", site.get("/sw.js").text)
        left_out = re.compile(kept[1].replace("\\/", "/"))
        for path in ("/search/", "/api/v1/search", "/read/", "/edit/x/"):
            assert left_out.match(path), path
        for path in ("/a/x/", "/api/v1/words", "/terms/"):
            assert not left_out.match(path), path
