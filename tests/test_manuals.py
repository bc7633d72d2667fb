"""The pages in docs/ keep up with the program: settings, messages, metrics, and every example of the API."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import MISSING, fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import yaml
from starlette.testclient import TestClient

from app.serving.metrics import Metrics
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")}
# The code, and its messages in other languages.
PROGRAM = "\n".join(
    p.read_text("utf-8") for p in sorted((ROOT / "app").rglob("*")) if p.suffix in (".py", ".po")
)


def rows(page: str) -> list[list[str]]:
    """The cells of every table of a page."""
    lines = [line for line in DOCS[page].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_settings_of_the_manual_are_those_of_the_program():
    """As the docstring of `Settings` has them, word for word."""
    assert Settings.__doc__
    said = dict(re.findall(r"^ {8}(\w+): (.+)$", Settings.__doc__, re.M))
    wanted = []
    for f in fields(Settings):
        assert f.default is not MISSING
        default = str(int(f.default)) if isinstance(f.default, bool) else str(f.default)
        wanted.append([f"`{PREFIX}{f.name.upper()}`", f"`{default}`" if default else "", said[f.name]])
    assert [row for row in rows("operations.md") if row[0].startswith(f"`{PREFIX}")] == wanted


def test_every_message_of_the_manual_is_said_by_the_program():
    table = DOCS["operations.md"].partition("## When something is wrong")[2]
    said = [re.findall(r"`([^`]+)`", line)[0] for line in table.splitlines() if line.startswith("| `")]
    messages = [m for m in said if not re.fullmatch(r"[AGSL]\d\d", m)]
    assert len(messages) > 8
    assert [m for m in messages if m not in PROGRAM] == []


def test_every_metric_is_in_the_manual_and_no_other():
    text = Metrics(lambda: 0, lambda: None).text().decode()
    kinds = dict(re.findall(r"# TYPE (meipi_\w+) (\w+)", text))
    real = {name for name in kinds if not name.endswith("_created")}
    assert set(re.findall(r"`(meipi_\w+)`", DOCS["operations.md"])) == real


@pytest.mark.parametrize("page", sorted(DOCS))
def test_links_lead_somewhere_and_the_readme_names_the_page(page: str):
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", DOCS[page]):
        assert (ROOT / "docs" / target).exists(), target
    assert f"docs/{page}" in (ROOT / "README.md").read_text("utf-8")


def examples() -> list[tuple[str, Any]]:
    """Each curl command with the answer below it."""
    found = re.findall(r"^ {4}(curl [^\n]+)\n\n```json\n(.*?)```", DOCS["api.md"], re.M | re.S)
    return [(command, json.loads(answer)) for command, answer in found]


def asked(command: str) -> str:
    """The path and query of a curl command."""
    words = shlex.split(command)[1:]
    values = {n + 1 for n, word in enumerate(words) if word in ("-d", "--data-urlencode")}
    (address,) = (w for n, w in enumerate(words) if not w.startswith("-") and n not in values)
    pairs = [tuple(words[n].split("=", 1)) for n in sorted(values)]
    parts = urlsplit(address)
    query = parts.query or urlencode(pairs)
    return parts.path + (f"?{query}" if query else "")


def unlike(shown: Any, real: Any, place: str = "") -> list[str]:
    """Where an answer differs in shape from the example; a value with … may be anything of its type."""
    if isinstance(shown, dict):
        if not isinstance(real, dict):
            return [f"{place}: not an object"]
        missing = [f"{place}.{key}: missing" for key in shown if key not in real]
        return missing + [x for k in shown if k in real for x in unlike(shown[k], real[k], f"{place}.{k}")]
    if isinstance(shown, list):
        if not isinstance(real, list) or (shown and not real):
            return [f"{place}: not a list, or empty"]
        return unlike(shown[0], real[0], f"{place}[0]") if shown else []
    if type(shown) is not type(real):
        return [f"{place}: {real!r} where {shown!r} is shown"]
    exact = place.rpartition(".")[2] in ("id", "block", "state", "term", "speaker", "status", "kind", "type")
    return [f"{place}: {real!r} where {shown!r} is shown"] if exact and shown != real else []


@pytest.mark.parametrize(("command", "shown"), examples(), ids=[asked(c)[:60] for c, _ in examples()])
def test_an_example_of_the_api_answers_as_shown(client_site: TestClient, command: str, shown: Any):
    address = asked(command).replace("http%3A%2F%2F127.0.0.1%3A8000", "https://meipi.example")
    address = address.replace("url=http://127.0.0.1:8000", "url=https://meipi.example")
    answer = client_site.get(address)
    assert answer.status_code == shown.get("status", 200)
    assert unlike(shown, answer.json()) == []


def test_every_route_of_the_api_has_an_example(client_site: TestClient):
    addresses = [asked(command).partition("?")[0] for command, _ in examples()]
    for route in client_site.get("/openapi.json").json()["paths"]:
        pattern = re.sub(r"\{\w+\}", "[^/]+", route)
        assert [a for a in addresses if re.fullmatch(pattern, a)], route


class TestDeployment:
    UNIT = (ROOT / "deploy/meipi.service").read_text("utf-8")
    COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
    DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
    NGINX = (ROOT / "deploy/nginx.conf").read_text("utf-8")

    def test_names_only_settings_that_exist(self):
        real = {f"{PREFIX}{f.name.upper()}" for f in fields(Settings)}
        named = set(re.findall(rf"{PREFIX}[A-Z_]+", self.UNIT + self.COMPOSE + self.DOCKERFILE))
        assert named and named <= real

    def test_the_program_starts_with_the_settings_of_the_composition(self):
        given = {"MEIPI_BASE_URL": "https://read.example.org", "POSTGRES_PASSWORD": "p@s/s"}
        services = yaml.safe_load(self.COMPOSE)["services"]
        environment = {
            name: re.sub(r"\$\{(\w+)[^}]*\}", lambda m: given[m[1]], value)
            for name, value in services["meipi"]["environment"].items()
        }
        settings = Settings.from_env(environment)
        assert settings.database_url and "p@s/s" not in settings.database_url
        assert environment["PGPASSWORD"] == "p@s/s"  # any characters, since it is not part of an address
        assert "read.example.org" in settings.hosts
        sample = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M)
        assert set(sample) == set(re.findall(r"\$\{(\w+)", self.COMPOSE))

    def test_the_site_keeps_the_address_that_the_proxy_asked_for_once(self):
        composition = yaml.safe_load(self.COMPOSE)
        (network,) = composition["networks"]["default"]["ipam"]["config"]
        kept = ip_address(composition["services"]["meipi"]["networks"]["default"]["ipv4_address"])
        assert kept in ip_network(network["subnet"]) and kept not in ip_network(network["ip_range"])

    def test_installs_only_extras_that_exist(self):
        extras = set(re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text("utf-8"), re.M))
        (wanted,) = re.findall(r"'\.\[([\w,]+)\]'", self.DOCKERFILE)
        assert set(wanted.split(",")) <= extras

    def test_a_bad_file_in_content_stops_no_start(self):
        assert "ExecStartPre=-" in self.UNIT
        assert "app index; exec" in self.DOCKERFILE

    def test_reloads_with_more_than_one_worker_only(self):
        assert "--workers 2" in self.UNIT and "ExecReload=/bin/kill -HUP $MAINPID" in self.UNIT

    def test_the_container_cannot_write_where_the_program_is(self):
        assert re.search(r"^USER meipi$", self.DOCKERFILE, re.M)
        assert "read_only: true" in self.COMPOSE and "/srv/meipi/content:ro" in self.COMPOSE

    def test_the_proxy_takes_no_clients_word_for_its_address(self):
        assert "X-Forwarded-For $remote_addr;" in self.NGINX
        (trusted,) = re.findall(r"MEIPI_TRUSTED_PROXIES: (\S+)", self.COMPOSE)
        assert f"subnet: {trusted}" in self.COMPOSE
        assert "Environment=MEIPI_TRUSTED_PROXIES=127.0.0.1\n" in self.UNIT
        assert "error_log /var/log/nginx/error.log crit;" in self.NGINX and "access_log off;" in self.NGINX
        assert "client_header_timeout" in self.NGINX and self.NGINX.count("{") == self.NGINX.count("}")
