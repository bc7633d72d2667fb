"""How the tests of the workbench sign in."""

from __future__ import annotations

from lxml import html
from starlette.testclient import TestClient

PASSWORD = "渡口边的三盏灯 2024"


def field(page: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    (value, *_) = html.document_fromstring(page).xpath(f"//input[@name='{name}']/@value")
    return str(value)


def log_in(site: TestClient, name: str = "lin", password: str = PASSWORD, **more: str) -> int:
    page = site.get("/edit/login/").text
    data = {"name": name, "password": password, "csrf": field(page, "csrf"), "next": "/edit/", **more}
    return site.post("/edit/login/", data=data).status_code
