"""The application that serves pages."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from app.web.errors import install_errors
from app.web.routes import page_routes
from app.web.state import Web


def page_app(
    web: Web, further: Iterable[BaseRoute] = (), *, development: bool = False, read: bool = True
) -> Starlette:
    """Pages and their errors.

    Args:
        further: more routes, such as those for operators.
        development: with the style guide.
        read: with the form for a text of the reader's own.
    """
    app = Starlette(routes=[*page_routes(development=development, read=read), *further])
    app.router.redirect_slashes = False
    app.state.web = web
    install_errors(app)
    return app
