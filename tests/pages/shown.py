"""Pages as trees."""

from __future__ import annotations

from typing import Any

from lxml import html
from starlette.testclient import TestClient


def tree(site: TestClient, address: str) -> Any:
    """The page at an address, which exists."""
    answer = site.get(address)
    assert answer.status_code == 200, address
    return html.fromstring(answer.text)
