"""How requests and faults are named in logs and metrics: never by the words of a reader."""

from __future__ import annotations

import traceback
from contextvars import ContextVar

from app.http.response import Scope

# The id of the request that is being answered. It is here and not in `logs`, which loads structlog.
request_id: ContextVar[str] = ContextVar("request", default="")


def route_of(scope: Scope) -> str:
    """The pattern of the route that answers; never the path, which may hold a reader's words."""
    return scope.get("meipi.route") or getattr(scope.get("route"), "path", "") or "other"


def traceback_of(error: BaseException) -> str:
    """Where an error was raised, and its type; without its message, which may hold a reader's words."""
    told = ""
    if before := error.__cause__ or (None if error.__suppress_context__ else error.__context__):
        told = traceback_of(before) + "then:\n"
    return told + "".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__qualname__}\n"
