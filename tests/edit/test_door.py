"""/edit/: exists only where it is wanted, and opens to editors only."""

from __future__ import annotations

import json
import logging
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import html
from signing import PASSWORD, field, log_in
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.cli import cli
from app.edit.accounts import editors, is_password, put_editor
from app.edit.sessions import LINK_SECONDS, SESSION_SECONDS, START, Sessions

OpenSite = Callable[..., TestClient]


@pytest.fixture
def local(home: Path, open_site: OpenSite) -> TestClient:
    """The site as `meipi edit` serves it."""
    site = open_site(edit=True, base_url="http://127.0.0.1:8000")
    site.base_url = "http://127.0.0.1:8000"  # type: ignore[assignment]
    return site


PATHS = ("/edit/", "/edit", "/edit/login/", "/edit/start/x/", "/edit/a/dushu-jie/", "/edit/terms/dukou/")


class TestWithoutTheSetting:
    @pytest.mark.parametrize("path", PATHS)
    def test_no_address_exists(self, site: TestClient, path: str):
        assert site.get(path).status_code == 404
        assert site.post(path, data={"csrf": "x"}).status_code == 404

    def test_pages_are_read_only_as_before(self, site: TestClient):
        for path in ("/", "/a/dushu-jie/", "/terms/dukou/"):
            assert site.post(path).status_code == 405
        assert "/edit/" not in site.get("/a/dushu-jie/").text


class TestTheLink:
    def test_opens_the_desk_once(self, home: Path, local: TestClient):
        token = Sessions(home / "var").make_link()
        with local as site:
            assert site.get("/edit/").status_code == 403
            first = site.get(f"{START}{token}/")
            assert (first.status_code, first.headers["location"]) == (303, "/edit/")
            cookie = next(c for c in first.headers.get_list("set-cookie") if c.startswith("meipi_edit="))
            assert {"HttpOnly", "SameSite=Strict", "Path=/edit/"} <= set(cookie.split("; "))
            assert "工作台" in site.get("/edit/").text
            site.cookies.clear()
            assert site.get(f"{START}{token}/").status_code == 403
            assert site.get("/edit/").status_code == 403

    def test_is_not_used_up_by_a_preview(self, home: Path, local: TestClient):
        token = Sessions(home / "var").make_link()
        with local as site:
            assert site.head(f"{START}{token}/").status_code == 404
            assert site.get(f"{START}{token}/", headers={"sec-purpose": "prefetch"}).status_code == 404
            assert site.get(f"{START}{token}/").status_code == 303

    def test_of_an_earlier_start_and_an_old_one_are_refused(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ):
        sessions = Sessions(home / "var")
        earlier, latest = sessions.make_link(), sessions.make_link()
        assert not sessions.use_link(earlier)
        now = (home / "var/edit/links").stat().st_mtime + LINK_SECONDS + 5
        monkeypatch.setattr("app.edit.sessions.time.time", lambda: now)
        assert not sessions.use_link(latest)

    def test_opens_under_the_names_of_this_machine_only(self, home: Path, open_site: OpenSite):
        token = Sessions(home / "var").make_link()
        with open_site(edit=True, allowed_hosts="*") as site:
            for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000"):
                assert site.get(f"{START}{token}/", headers={"host": host}).status_code == 403
            for host in ("localhost", "127.0.0.1:8000", "[::1]:9"):
                assert "meipi edit" in site.get("/edit/", headers={"host": host}).text
            assert site.get(f"{START}{token}/", headers={"host": "localhost"}).status_code == 303

    def test_session_opens_no_site_with_editors(self, home: Path, editors_file: Path, open_site: OpenSite):
        token, _ = Sessions(home / "var").open("lin", "link")
        with open_site(editors=str(editors_file)) as site:
            site.cookies.set("meipi_edit", token, path="/edit/")
            assert site.get("/edit/").headers["location"].startswith("/edit/login/")

    def test_tokens_are_nowhere_on_the_disk(self, home: Path):
        sessions = Sessions(home / "var")
        token, session = sessions.open("lin", "link")
        link = sessions.make_link()
        stored = b"".join(p.read_bytes() for p in home.rglob("var/edit/**/*") if p.is_file())
        names = " ".join(p.name for p in (home / "var/edit").rglob("*"))
        assert token.encode() not in stored and token not in names and link not in names
        assert sessions.get(token) == session and sessions.get("x") is None
        for path in (home / "var/edit/sessions").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for folder in ("sessions", "links"):
            assert stat.S_IMODE((home / "var/edit" / folder).stat().st_mode) == 0o700


class TestTheLogin:
    def test_opens_with_the_password_only(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            answer = site.get("/edit/terms/?x=1")
            assert (answer.status_code, answer.headers["location"]) == (
                303,
                "/edit/login/?next=%2Fedit%2Fterms%2F%3Fx%3D1",
            )
            assert log_in(site, password="falsch und lang") == 403
            assert log_in(site, name="zhou") == 403
            assert site.get("/edit/").status_code == 303
            assert log_in(site) == 303
            assert "lin" in site.get("/edit/").text

    def test_goes_on_to_pages_of_the_workbench_only(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            for wanted, right in (
                ("/edit/terms/", "/edit/terms/"),
                ("https://evil.example/edit/", "/edit/"),
                ("//evil.example/edit/", "/edit/"),
                ("/\\evil.example/edit/", "/edit/"),
                ("/terms/", "/edit/"),
                ("/edit/../\r\nset-cookie: x=1", None),
            ):
                page = site.get("/edit/login/").text
                data = {"name": "lin", "password": PASSWORD, "csrf": field(page, "csrf"), "next": wanted}
                answer = site.post("/edit/login/", data=data)
                assert answer.status_code == 303
                assert right is None or answer.headers["location"] == right
                assert "x" not in answer.cookies

    def test_makes_a_new_session_whatever_cookie_there_was(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            site.cookies.set("meipi_edit", "chosen-by-the-attacker", path="/edit/")
            log_in(site)
            first = site.cookies.get("meipi_edit", path="/edit/", domain="meipi.example")
            assert first and first != "chosen-by-the-attacker"
            log_in(site)
            assert site.cookies.get("meipi_edit", path="/edit/", domain="meipi.example") != first
            site.cookies.clear()
            site.cookies.set("meipi_edit", "chosen-by-the-attacker", path="/edit/")
            assert site.get("/edit/").status_code == 303

    def test_needs_the_token_of_its_page(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            assert log_in(site, csrf="x") == 403
            site.cookies.clear()
            data = {"name": "lin", "password": PASSWORD, "csrf": "", "next": ""}
            assert site.post("/edit/login/", data=data).status_code == 403

    @pytest.mark.parametrize(
        "later", ["/edit/login/", "/edit/", "/edit/login/?next=/edit/add/", "hand", "wrong"]
    )
    def test_page_works_after_another_one_was_opened(
        self, editors_file: Path, open_site: OpenSite, later: str
    ):
        with open_site(editors=str(editors_file)) as site:
            csrf = field(site.get("/edit/login/").text, "csrf")
            if later == "hand":
                assert site.post("/edit/hand/", data={"article": "# 题目"}).status_code == 200
            elif later == "wrong":
                assert log_in(site, password="falsch und lang") == 403
            else:
                site.get(later, follow_redirects=True)
            data = {"name": "lin", "password": PASSWORD, "csrf": csrf, "next": "/edit/"}
            assert site.post("/edit/login/", data=data).status_code == 303

    def test_takes_no_token_that_it_does_not_make(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            for known in ("x", "<b>" * 20, "a" * 44):
                site.cookies.clear()
                site.cookies.set("meipi_login", known, path="/edit/")
                assert field(site.get("/edit/login/").text, "csrf") != known

    def test_counts_attempts_by_name(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            found = [log_in(site, password=f"falsch und lang {n}") for n in range(12)]
            assert found == [403] * 10 + [429] * 2
            assert log_in(site) == 429, "the right password, too"
            assert log_in(site, name="zhou") == 403

    def test_counts_attempts_by_address(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            found = [log_in(site, name=f"n{n}", password="falsch und lang") for n in range(31)]
            assert found[:30] == [403] * 30 and found[30] == 429

    def test_counts_a_network_as_one_address(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:

            def status(n: int, address: str) -> int:
                client = TestClient(site.app, base_url="https://meipi.example", client=(address, 1))
                return log_in(client, name=f"n{n}", password="falsch und lang")

            found = [status(n, f"2001:db8:1:2::{n + 1:x}") for n in range(31)]
            assert found[:30] == [403] * 30 and found[30] == 429
            assert status(31, "2001:db8:1:3::1") == 403

    def test_ends_with_the_logout_and_with_the_entry(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            log_in(site)
            page = site.get("/edit/").text
            cookie = site.cookies.get("meipi_edit", path="/edit/", domain="meipi.example")
            assert site.get("/edit/logout/").status_code == 405
            assert site.post("/edit/logout/", data={"csrf": field(page, "csrf")}).status_code == 303
            site.cookies.set("meipi_edit", str(cookie), path="/edit/", domain="meipi.example")
            assert site.get("/edit/").status_code == 303, "the session is gone, not only the cookie"
            log_in(site)
            assert site.get("/edit/").status_code == 200
            editors_file.write_text("", "utf-8")
            assert site.get("/edit/").status_code == 303

    def test_ends_after_a_while(self, home: Path, monkeypatch: pytest.MonkeyPatch):
        sessions = Sessions(home / "var")
        token, session = sessions.open("lin", "password")
        monkeypatch.setattr("app.edit.sessions.time.time", lambda: session.began + SESSION_SECONDS + 1)
        assert sessions.get(token) is None
        sessions.open("wen", "password")
        assert len(list((home / "var/edit/sessions").iterdir())) == 1  # the file of the ended one is removed

    def test_is_logged_without_the_password(
        self, editors_file: Path, open_site: OpenSite, caplog: pytest.LogCaptureFixture
    ):
        caplog.set_level(logging.INFO)
        with open_site(editors=str(editors_file)) as site:
            log_in(site, password="falsch und lang")
            log_in(site)
        assert "edit login failed" in caplog.text and "edit login editor=lin by=password" in caplog.text
        assert "falsch" not in caplog.text and "渡口边" not in caplog.text


class TestForms:
    """What is refused of forms; the log-out is one that changes nothing else."""

    @pytest.mark.parametrize(
        ("data", "headers"),
        [
            ({}, {}),
            ({"csrf": ""}, {}),
            ({"csrf": "x"}, {}),
            ({"csrf": "TOKEN"}, {"origin": "https://evil.example"}),
            ({"csrf": "TOKEN"}, {"origin": "null"}),
            ({"csrf": "TOKEN"}, {"sec-fetch-site": "cross-site"}),
            ({"csrf": "TOKEN"}, {"sec-fetch-site": "same-site"}),
        ],
    )
    def test_of_other_sites_are_refused(
        self, editors_file: Path, open_site: OpenSite, data: dict[str, str], headers: dict[str, str]
    ):
        with open_site(editors=str(editors_file)) as site:
            log_in(site)
            token = field(site.get("/edit/").text, "csrf")
            sent = {k: v.replace("TOKEN", token) for k, v in data.items()}
            assert site.post("/edit/logout/", data=sent, headers=headers).status_code == 403
            assert site.get("/edit/").status_code == 200

    def test_carry_the_token_of_one_session_only(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            log_in(site)
            token = field(site.get("/edit/").text, "csrf")
            log_in(site)
            assert site.post("/edit/logout/", data={"csrf": token}).status_code == 403

    def test_are_refused_when_they_are_too_large(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            log_in(site)
            answer = site.post("/edit/logout/", data={"csrf": "x" * 12_000_001})
            assert answer.status_code == 413


class TestAnswers:
    def test_are_private_and_in_no_frame(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            log_in(site)
            assert '<meta name="robots" content="noindex' in site.get("/edit/login/").text
            for path in ("/edit/", "/edit/login/", "/edit/nothing/"):
                headers = site.get(path).headers
                assert "frame-ancestors 'none'" in headers["content-security-policy"]
                assert "script-src 'self'" in headers["content-security-policy"]
                if path != "/edit/nothing/":
                    assert headers["cache-control"] == "no-store"
                    assert headers["x-frame-options"] == "DENY"
                    assert headers["referrer-policy"] == "same-origin"

    def test_are_secure_cookies_on_a_secure_site(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            page = site.get("/edit/login/")
            assert "; Secure" in page.headers["set-cookie"]

    def test_are_in_the_language_of_the_editor(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            log_in(site)
            english = site.get("/edit/", headers={"accept-language": "en"}).text
            assert (
                "Workbench" in english and "Log out (lin)" in html.document_fromstring(english).text_content()
            )

    def test_have_an_address_with_a_slash(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            assert site.get("/edit").headers["location"] == "/edit/"
            assert site.get("/edit/terms").headers["location"] == "/edit/terms/"


class TestATrustedProxy:
    @staticmethod
    def came_to(site: TestClient, peer: str, name: str) -> str:
        """Where a request for the desk ends that comes from an address with a name."""
        app: Any = site.app

        async def from_peer(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope | {"meipi.peer": (peer, 1)}, receive, send)

        client = TestClient(from_peer, base_url="https://meipi.example", follow_redirects=True)
        return client.get("/edit/", headers={"x-editor": name}).url.path

    def test_names_the_editor(self, editors_file: Path, open_site: OpenSite):
        put_editor(editors_file, "zhou", None)
        settings = {"editor_header": "X-Editor", "editor_proxies": "10.0.0.2, 192.168.0.0/24"}
        with open_site(editors=str(editors_file), **settings) as site:
            for peer, name in (("10.0.0.2", "zhou"), ("192.168.0.77", "lin")):
                assert self.came_to(site, peer, name) == "/edit/"
            for peer, name in (("10.0.0.3", "zhou"), ("10.0.0.2", ""), ("10.0.0.2", "wang"), ("odd", "lin")):
                assert self.came_to(site, peer, name) == "/edit/login/", (peer, name)

    def test_session_is_of_the_editor_whom_it_names(
        self, home: Path, editors_file: Path, open_site: OpenSite
    ):
        put_editor(editors_file, "zhou", None)
        settings = {"editor_header": "X-Editor", "editor_proxies": "10.0.0.2"}
        token, _ = Sessions(home / "var").open("zhou", "proxy")
        with open_site(editors=str(editors_file), **settings) as site:
            site.cookies.set("meipi_edit", token, path="/edit/")
            for name in ("lin", "wang", ""):
                assert site.get("/edit/", headers={"x-editor": name}).status_code == 303, name

    def test_has_no_effect_without_the_setting(self, editors_file: Path, open_site: OpenSite):
        with open_site(editors=str(editors_file)) as site:
            answer = site.get("/edit/", headers={"x-editor": "lin", "": ""} | {"x-forwarded-user": "lin"})
            assert answer.headers["location"].startswith("/edit/login/")


class TestTheFileOfEditors:
    def test_is_written_by_the_command(self, tmp_path: Path):
        path = tmp_path / "private/editors"
        run = CliRunner()
        done = run.invoke(
            cli, ["editor", "add", "lin", "--file", str(path), "--stdin"], input=f"{PASSWORD}\n"
        )
        assert done.exit_code == 0, done.output
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert PASSWORD not in path.read_text("utf-8") and path.read_text("utf-8").startswith(
            "lin:$argon2id$"
        )
        assert is_password(editors(path)["lin"], PASSWORD) and not is_password(editors(path)["lin"], "x" * 12)
        assert run.invoke(cli, ["editor", "add", "zhou", "--file", str(path), "--proxy"]).exit_code == 0
        assert not is_password(editors(path)["zhou"], "*" * 12)
        assert run.invoke(cli, ["editor", "remove", "lin", "--file", str(path)]).exit_code == 0
        assert list(editors(path)) == ["zhou"]
        assert run.invoke(cli, ["editor", "remove", "lin", "--file", str(path)]).exit_code == 1

    @pytest.mark.parametrize("name", ["a:b", "a b", "a\nb", "", "x" * 65, "#x"])
    def test_takes_no_odd_names(self, tmp_path: Path, name: str):
        done = CliRunner().invoke(
            cli,
            ["editor", "add", "--file", str(tmp_path / "e"), "--stdin", "--", name],
            input=f"{PASSWORD}\n",
        )
        assert done.exit_code == 1 and "E03" in done.output
        assert not (tmp_path / "e").exists()

    def test_takes_no_short_password(self, tmp_path: Path):
        args = ["editor", "add", "lin", "--file", str(tmp_path / "e"), "--stdin"]
        assert CliRunner().invoke(cli, args, input="kurz\n").exit_code == 1

    def test_that_is_damaged_lets_nobody_in(self, tmp_path: Path, open_site: OpenSite):
        path = tmp_path / "editors"
        path.write_text("lin:geheim\n", "utf-8")
        with open_site(editors=str(path)) as site:
            assert log_in(site, password="geheim") == 503


def test_the_audit_names_editor_and_action(home: Path):
    """See test_articles for what is written; here only that values cannot forge a line."""
    from app.edit.asked import EditRequest
    from app.edit.bench import Bench, Done
    from app.settings import Settings

    bench = Bench(Settings(content=home / "content", var=home / "var"))
    asked = EditRequest("POST", "", "lin", "t", "2026-01-01T00:00:00+00:00", fields={"why": "a\nb"})
    line = bench.audit(asked, Done("/edit/", audit={"action": "x", "article": "a\nedit editor=zhou"}))
    bench.library.index.close()
    assert "\n" not in line and re.fullmatch(r"action=x article=a_edit_editor_zhou", line)
    (entry,) = (home / "var/edit/audit.jsonl").read_text("utf-8").splitlines()
    assert json.loads(entry) == {
        "at": "2026-01-01T00:00:00+00:00",
        "editor": "lin",
        "action": "x",
        "article": "a\nedit editor=zhou",
        "note": "a b",
    }
