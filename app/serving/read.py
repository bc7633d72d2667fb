"""POST /read/: takes a text from a reader and answers with its reading page, which a worker process makes.

This side checks the request, waits for a turn, and words refusals. It keeps no text
and imports no text engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from app import urls
from app.errors import ContentError, translatable
from app.http.response import NOT_KEPT, Message
from app.i18n import say, shown, use_locale
from app.process import LimitReached, Limits, Worker, call
from app.serving.queue import FairQueue, QueueFull, TooManyOfOne
from app.settings import Settings
from app.web.handlers import MOST_MEGABYTES
from app.web.responses import Sent, SentMessages
from app.web.routes import locale_of
from app.web.state import Web

MAX_BYTES = MOST_MEGABYTES * 1_000_000
# A body above the limit is read to its end up to this size, so that the browser shows the answer.
_MOST_READ = 3 * MAX_BYTES
_UPLOAD_SECONDS = 60
# Requests at once: 32 bodies take at most 320 MB. A text of 10 KB takes about .1 s of the worker.
_PLACES, _EACH, _WAIT_SECONDS = 32, 20, 30
# The worker takes 350 MB of address space when it starts; a file is read by the importers' own worker under
# their limits. A text of the largest size takes about 6 s.
_LIMITS = Limits(memory=1536 * 1024 * 1024, seconds=30, answer=64 * 1024 * 1024)
# Loading the text engine takes about a second: it stays for a while.
_IDLE_SECONDS = 600
_WORK = "app.serving.pasted"


class _Refused(Exception):
    """The request gets a page that says why and what to do."""

    def __init__(self, status: int, title: str, message: str, remedy: str, *, wait: int = 0) -> None:
        self.status, self.title, self.message, self.remedy, self.wait = status, title, message, remedy, wait
        super().__init__(status)


class ReadText:
    """Answers POST /read/."""

    def __init__(self, settings: Settings, web: Web) -> None:
        self._settings, self._web = settings, web
        self._worker = Worker(idle_seconds=_IDLE_SECONDS, limits=_LIMITS)
        self._queue = FairQueue(places=_PLACES, each=_EACH, seconds=_WAIT_SECONDS)

    def route(self) -> Route:
        """The address for the table of routes."""
        return Route(urls.READ, self._answer, methods=["POST"])

    def close(self) -> None:
        """End the worker process."""
        self._worker.stop()

    async def _answer(self, request: Request) -> Response:
        request.scope["meipi.route"] = urls.READ
        with use_locale(locale_of(request)):
            try:
                return SentMessages(await self._read(request))
            except _Refused as refused:
                return self._refusal(refused)

    async def _read(self, request: Request) -> tuple[Message, Message]:
        if wait := request.scope.get("meipi.wait", 0):
            raise _Refused(
                429,
                say("送来的文本太多了"),
                say("一段时间里只能送这么多，这一份没有读，也没有保存。"),
                say("请在 %(n)s 秒后再送一次。", n=wait),
                wait=wait,
            )
        if _from_elsewhere(request):
            raise _Refused(
                403,
                say("这份文本是别的网站送来的"),
                say("只接受从本站的页面送出的文本。"),
                say("请打开 /read/ 自己贴。"),
            )
        client = request.client.host if request.client else ""
        try:
            async with self._queue.place(client):
                body = await _body(request)
                async with self._queue.turn(client):
                    return await run_in_threadpool(self._ask_worker, request, body)
        except TooManyOfOne:
            raise _Refused(
                429,
                say("送来的文本太多了"),
                say("您先前送来的还没有读完。"),
                say("请等它们读完再送。"),
                wait=10,
            ) from None
        except QueueFull:
            raise _Refused(
                503,
                say("现在排队的人太多"),
                say("这份文本没有读，也没有保存。"),
                say("请过半分钟再送一次"),
                wait=30,
            ) from None

    def _ask_worker(self, request: Request, body: bytes) -> tuple[Message, Message]:
        """Send a text to the worker, with the glossary if it does not have the present one."""
        library, settings = self._web.library, self._settings
        library.require_finished()
        state = library.index.generation()
        posted = {
            "body": body,
            "content_type": request.headers.get("content-type", ""),
            "query": dict(request.query_params),
            "accept": request.headers.get("accept-encoding", ""),
            "locale": locale_of(request),
            "state": state,
        }
        work: Callable[..., tuple[Message, Message] | None] = self._worker
        try:
            made = work(call, f"{_WORK}:answer", posted)
            if made is None:
                work(call, f"{_WORK}:prepare", settings, state, library.knowledge())
                made = work(call, f"{_WORK}:answer", posted)
        except LimitReached:
            raise _Refused(
                422,
                say("这份文本没有读完"),
                say("读它要的内存或时间超过了限度。"),
                say("请分几次贴，或把文字另存为 .txt 再选。"),
            ) from None
        except ContentError as error:
            problem, remedy = shown(translatable(error.problem)), shown(translatable(error.remedy))
            status = 413 if error.code == "F12" else 422
            raise _Refused(status, say("这份文本没有读成"), problem, remedy) from None
        assert made is not None, "the worker was prepared"
        return made

    def _refusal(self, refused: _Refused) -> Sent:
        page = self._web.pages.error(refused.status, refused.title, refused.message, refused.remedy)
        wait = ((b"retry-after", str(refused.wait).encode()),) if refused.wait else ()
        return Sent(self._web.renderer.render(page, extra=(*NOT_KEPT, *wait), cache=b"no-store"))


def _from_elsewhere(request: Request) -> bool:
    """Whether the form was on another site, which could pass its own words off as a page of this one.

    Browsers send `Origin: null` from a page without a referrer, such as a text that was read here.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host")


async def _body(request: Request) -> bytes:
    """The whole body.

    Raises:
        _Refused: it is too large, or does not come.
    """
    too_large = _Refused(
        413,
        say("文件太大"),
        say("一次最多 %(size)s MB。", size=MOST_MEGABYTES),
        say("请分成几份，或只留正文，另存为 .txt。"),
    )
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _MOST_READ:
        raise too_large
    parts, size = [], 0
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > _MOST_READ:
                    raise too_large
                if size <= MAX_BYTES:
                    parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise _Refused(408, say("没有收全"), say("这份文本在一分钟里没有传完。"), say("请再送一次")) from None
    if size > MAX_BYTES:
        raise too_large
    return b"".join(parts)
