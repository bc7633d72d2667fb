"""How the tests fill in and send the forms of the workbench, as a browser without scripts does."""

from __future__ import annotations

from pathlib import Path

from httpx import Response
from lxml import html
from starlette.testclient import TestClient


def form(page: str, do: str, n: int = 0) -> dict[str, str]:
    """The fields of the n-th form that does this, as a browser would send them."""
    tree = html.document_fromstring(page)
    found = tree.xpath(f"//form[.//input[@name='do' and @value='{do}'] or .//button[@value='{do}']]")[n]
    fields = {}
    for element in found.xpath(".//*[@name][not(self::button)]"):
        if element.tag == "select":
            options = element.xpath("./option[@selected]") or element.xpath("./option")
            fields[element.get("name")] = options[0].get("value") if options else ""
        elif element.tag == "textarea":
            fields[element.get("name")] = (element.text or "").removeprefix("\n")
        elif element.get("type") not in ("checkbox", "radio") or element.get("checked") is not None:
            fields[element.get("name")] = element.get("value") or ""
    return fields


def send(site: TestClient, path: str, do: str, n: int = 0, /, **values: str) -> Response:
    """Fill in a form of a page and send it; where a plan comes first, save it."""
    data = form(site.get(path).text, do, n) | values
    answer = site.post(path, data=data)
    if answer.status_code == 200 and 'name="sure"' in answer.text:
        answer = site.post(path, data=form(answer.text, do) | {"why": values.get("why", "")})
    return answer


def files(home: Path, id: str) -> dict[str, bytes]:
    folder = home / "content/articles" / id
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.startswith(".")}
