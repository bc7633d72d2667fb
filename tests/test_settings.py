"""Settings are read once from the environment, and what does not fit is told by its name."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from limits import parse

from app.errors import SettingsError
from app.settings import PREFIX, Settings


def refused(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({f"{PREFIX}{k.upper()}": v for k, v in environ.items()})
    return str(caught.value)


def read(**environ: str) -> Settings:
    return Settings.from_env({f"{PREFIX}{k.upper()}": v for k, v in environ.items()})


def test_without_any_set_all_have_a_working_default():
    assert Settings.from_env({}) == Settings()
    assert Settings().content == Path("content") and Settings().base_url == "http://127.0.0.1:8000"


def test_names_of_other_programs_are_passed_over():
    assert Settings.from_env({"PATH": "/bin", "meipi_content": "x", "MEIPI": "x"}) == Settings()


def test_each_is_set_by_its_name():
    settings = read(
        content="/a/b", var=" /c ", site_name="夜读", watch="no", allowed_hosts="A.example, b.example"
    )
    assert (settings.content, settings.var, settings.site_name) == (Path("/a/b"), Path("/c"), "夜读")
    assert settings.watch is False
    assert settings.hosts == ("a.example", "b.example")


def test_a_name_that_does_not_exist_is_told_with_those_that_do():
    message = refused(contnet="x")
    assert "MEIPI_CONTNET" in message
    for field in fields(Settings):
        assert f"MEIPI_{field.name.upper()}" in message


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("true", True), ("YES", True), ("0", False), ("off", False)]
)
def test_yes_and_no_have_many_words(text: str, value: bool):
    assert read(watch=text).watch is value


@pytest.mark.parametrize("text", ["120/minute", "5 per second", "10/30 Seconds", "9/2 hours"])
def test_a_rate_is_what_counts_them_takes_for_one(text: str):
    assert parse(read(rate_limit=text).rate_limit).amount == int(text.split("/")[0].split()[0])


def test_no_rate_is_no_limit():
    assert read(rate_limit="").rate_limit == ""


@pytest.mark.parametrize("text", ["120", "0/minute", "10/0 seconds", "-1/minute", "120/fortnight", "viel"])
def test_what_is_no_rate_is_told(text: str):
    assert "MEIPI_RATE_LIMIT" in refused(rate_limit=text)


@pytest.mark.parametrize("text", ["", "2", "vielleicht", "ja"])
def test_neither_yes_nor_no_is_told(text: str):
    assert "MEIPI_WATCH" in refused(watch=text)


@pytest.mark.parametrize("name", ["content", "var"])
def test_an_empty_folder_is_told(name: str):
    assert f"MEIPI_{name.upper()}" in refused(**{name: " "})


@pytest.mark.parametrize(
    "text", ["", "meipi.example", "ftp://meipi.example", "//meipi.example", "http://", "https:///a"]
)
def test_an_address_without_scheme_or_host_is_told(text: str):
    assert "MEIPI_BASE_URL" in refused(base_url=text)


def test_every_setting_takes_a_value_of_its_kind():
    values = {
        "content": "/a", "var": "/b", "database_url": "postgresql://meipi:p%40ss@database/meipi",
        "base_url": "https://meipi.example", "site_name": "夜读", "allowed_hosts": "meipi.example",
        "watch": "0", "rate_limit": "5/second", "log": "json", "timing": "1", "development": "1",
        "read": "0", "editors": "/e", "editor_header": "X-User", "editor_proxies": "10.0.0.2", "edit": "1",
        "edit_commit": "1", "report": "lin@example.org", "trusted_proxies": "10.0.0.2, fd00::/8",
    }  # fmt: skip
    assert set(values) == {f.name for f in fields(Settings)}
    settings = read(**values)
    assert settings.database_url == "postgresql://meipi:p%40ss@database/meipi"
    for field in fields(Settings):
        assert getattr(settings, field.name) != field.default, field.name


@pytest.mark.parametrize("name", ["trusted_proxies", "editor_proxies"])
@pytest.mark.parametrize(
    "text", ["*", "proxy", "10.0.0.0/0", "::/0", "10.0.0.1/8", "10.0.0.2,", "1.2.3.4:80"]
)
def test_proxies_are_addresses_or_networks_that_do_not_hold_all_addresses(name: str, text: str):
    assert f"MEIPI_{name.upper()}" in refused(**{name: text})


@pytest.mark.parametrize(
    "text",
    [
        "mysql://meipi:geheim@host/x",
        "database/geheim",
        "geheim",
        "postgresql://meipi:geheim@[bad",
        "postgresql://meipi:geheim@[::1/x",
        "postgresql://meipi:geheim]@host/x",
        "postgresql://meipi:%zzgeheim@host/x",
        "postgresql://meipi:geheim#1@host/x",
        "postgresql://meipi:geheim/1@host/x",
        "postgresql://meipi:geheim?1@host/x",
        "postgresql://host:geheim/x",
    ],
)
def test_an_address_of_no_database_is_told_without_its_password(text: str):
    message = refused(database_url=text)
    assert "MEIPI_DATABASE_URL" in message and "geheim" not in message


@pytest.mark.parametrize(
    "text",
    [
        "postgresql:///meipi",
        "postgres://host/meipi",
        "postgresql://a:b%40c@[::1]:5432/meipi?sslmode=require",
        "postgresql://a@first:5432,second:5433/meipi",
        "postgresql://a@%2Fvar%2Frun%2Fpostgresql/meipi",
    ],
)
def test_an_address_of_a_database_in_any_form_is_taken(text: str):
    assert read(database_url=text).database_url == text


def test_an_address_loses_its_slash_and_gives_the_host_that_is_answered():
    settings = read(base_url="https://Meipi.example:8443/")
    assert settings.base_url == "https://Meipi.example:8443"
    assert "meipi.example" in settings.hosts and "127.0.0.1" in settings.hosts
    assert "[2001:db8::1]" in read(base_url="http://[2001:db8::1]:80").hosts


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().watch = False  # type: ignore[misc]


def test_nothing_else_reads_the_environment():
    """Settings are passed down; only the entry points read the environment."""
    app = Path(__file__).parent.parent / "app"
    readers = {
        str(path.relative_to(app))
        for path in app.rglob("*.py")
        for words in ("os.environ", "os.getenv", "environ[", "getenv(")
        if words in path.read_text("utf-8")
    }
    assert readers <= {"cli/app.py", "cli/language.py", "cli/serve.py", "serving/main.py"}
