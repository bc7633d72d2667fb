"""Ready answers and JSON as Starlette responses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from app.http.response import REVALIDATE, Message, Ready, answer

_T = TypeVar("_T")

# The kinds of fault in `application/problem+json`. Clients rely on them: a code is never renamed.
FaultCode: TypeAlias = Literal[
    "not_found", "method_not_allowed", "card_refused", "too_large", "invalid_parameters", "refused",
    "internal_error", "unsupported_format", "not_installed", "content_damaged", "library_unfinished",
    "index_unavailable", "storage_unavailable",
]  # fmt: skip


class Sent(Response):
    """A ready answer as a Starlette response."""

    def __init__(self, page: Ready) -> None:
        self.page = page
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in the encoding that was asked for, or a 304."""
        headers = dict(scope["headers"])
        accept, known = headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b"")
        if not self.page.is_made(accept):
            await run_in_threadpool(self.page.answer, accept)  # other requests must not wait for it
        await answer(self.page, scope["method"], accept, known, send)


class SentMessages(Response):
    """The two ASGI messages of an answer that another process made."""

    def __init__(self, messages: tuple[Message, Message]) -> None:
        self.messages = messages
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        for message in self.messages:
            await send(message)


class Json(JSONResponse, Generic[_T]):
    """A value as JSON, compressed and with an ETag as pages are.

    An answer to an address without a query is kept like a page. With queries, any client could fill the
    memory. Half a surrogate pair is sent as its escape.

    Args:
        content: a dataclass, or plain values.
        status_code: of the answer; FastAPI reads the default.
        cache: the Cache-Control value.
        headers: further ones.
    """

    def __init__(
        self,
        content: _T,
        status_code: int = 200,
        *,
        cache: str = REVALIDATE.decode(),
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/json",
    ) -> None:
        super().__init__(content, status_code, {"cache-control": cache, **(headers or {})}, media_type)

    def render(self, content: Any) -> bytes:
        """The value as bytes."""
        try:
            return msgspec.json.encode(content)
        except UnicodeEncodeError:
            plain = msgspec.to_builtins(content)
            text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            return text.encode("utf-8", "backslashreplace")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in the encoding that was asked for."""
        given = {k: v for k, v in self.raw_headers if k not in (b"content-length", b"content-type")}
        page = Ready(
            bytes(self.body),
            self.media_type or "application/json",
            status=self.status_code,
            cache=given.pop(b"cache-control", REVALIDATE),
            extra=tuple(given.items()),
        )
        # Compressing a long answer takes time; other requests must not wait for it.
        await run_in_threadpool(page.answer, dict(scope["headers"]).get(b"accept-encoding", b""))
        if page.status == 200 and not scope["query_string"]:
            keep(scope, page)
        await Sent(page)(scope, receive, send)


def keep(scope: Scope, page: Ready) -> None:
    """Give an answer to the cache in front of the site, if there is one."""
    if "meipi.keep" in scope:
        scope["meipi.keep"](page)


def redirect(to: str, status: int) -> Ready:
    """A redirect, with the address as text for clients that do not follow it."""
    location = (b"location", to.encode("latin-1", "replace"))
    return Ready(f"见 {to}\n".encode(), "text/plain; charset=utf-8", status=status, extra=(location,))
