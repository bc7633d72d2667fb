"""The values that every handler of the site works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from starlette.requests import Request

from app.library.reading import Reading
from app.pages.pages import Pages
from app.web.rendering import Renderer


class Web(Struct, frozen=True):
    """One site: its library, its pages as values, and what makes bytes of them.

    Attributes:
        openapi: returns the OpenAPI document of the API.
    """

    library: Reading
    pages: Pages
    renderer: Renderer
    openapi: Callable[[], dict[str, Any]]


def web_of(request: Request) -> Web:
    """The site that a request was sent to."""
    web: Web = request.app.state.web
    return web
