"""The door of /edit/: who is signed in, what a request may do, and the way to the workbench's process.

Every form carries the token of its session, and comes from a page of this site. Only a text that a page of
/read/ hands over needs no token: it fills in a form and changes nothing. The cookie of a session is for
/edit/ alone; a second cookie without any rights makes reading pages show links into the workbench.
"""

from __future__ import annotations

import getpass
import hmac
import ipaddress
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app import urls
from app.edit.accounts import editors, is_password
from app.edit.asked import Answered, EditRequest
from app.edit.frames import PRIVATE, LoginContext
from app.edit.sessions import SESSION_SECONDS, START, Session, Sessions
from app.http.rates import client_of, limiter_of
from app.http.response import READER_COOKIE, Ready
from app.i18n import say, use_locale, worded
from app.pages.contexts import Meta, Page
from app.process import Worker, call
from app.settings import Settings
from app.web.responses import Sent, SentMessages
from app.web.routes import locale_of
from app.web.state import Web

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

log = logging.getLogger(__name__)

COOKIE = "meipi_edit"
LOGIN_COOKIE = "meipi_login"
LOGIN, LOGOUT = f"{urls.EDIT}login/", f"{urls.EDIT}logout/"
# Bytes and fields of a form. A book of 2 MB as text is 6 MB in a form.
MAX_BYTES, _MAX_FIELDS = 12_000_000, 5000
# What anyone may send: a name and a password, and with them a text of 1 MB that is handed over.
_MAX_LOGIN = 2_000_000
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)  # what token_urlsafe(32) makes
# Attempts to sign in, for each name and for each address.
LOGIN_RATE, _ADDRESS_RATE = "10/15 minutes", "30/15 minutes"
# The text engine takes a second to load: it stays for a while.
_IDLE_SECONDS = 1800
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_WORK = "app.edit.answering:answer"


class Door:
    """Answers everything below /edit/."""

    def __init__(self, settings: Settings, web: Web) -> None:
        self._settings, self._web = settings, web
        self._sessions = Sessions(settings.var)
        self._worker = Worker(idle_seconds=_IDLE_SECONDS)
        self._secure = settings.base_url.startswith("https://")

    def routes(self) -> list[BaseRoute]:
        """The addresses for the table of routes; none of them exists on a site without the workbench."""
        if not self._settings.editable:
            return []
        return [Route(urls.EDIT + "{rest:path}", self._answer, methods=["GET", "POST"])]

    def close(self) -> None:
        """End the workbench's process."""
        self._worker.stop()

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        with use_locale(locale_of(request)):
            request.scope["meipi.route"] = urls.EDIT
            if not path.endswith("/") and request.method == "GET":
                return self._redirect(path + "/", 308)
            self._check_host(request)
            if request.method == "POST":
                _check_origin(request)
            if path.startswith(START):
                return await self._start(request, path.removeprefix(START).rstrip("/"))
            if path == LOGIN:
                return await self._login(request)
            token = request.cookies.get(COOKIE, "")
            session = await run_in_threadpool(self._session, request, token)
            if path == urls.HAND and request.method == "POST":
                return await self._handed(request, session)
            if session is None:
                return await self._unknown(request)
            form = await _form(request)
            if request.method == "POST" and not _same(_one(form, "csrf"), session.csrf):
                raise HTTPException(403, worded("这张表单不是这次登录的。请回到上一页，重新载入，再送一次。"))
            if path == LOGOUT:
                return await self._logout(request, token)
            answered = await run_in_threadpool(self._ask, request, session, form)
            await form.close()
            if answered.audit:
                log.info("edit editor=%s %s", session.name, answered.audit)
            return SentMessages(answered.messages)

    async def _handed(self, request: Request, session: Session | None) -> Response:
        """Fill in the form for a new article with a text of /read/; the form of the login carries it."""
        if session is None and not self._settings.editors:
            return await self._unknown(request)
        if session is None and not _is_shorter(request, _MAX_LOGIN):
            raise HTTPException(413, worded("这份文本太长，登录页带不动。请先登录，再回到那一页送一次。"))
        article = _one(await _form(request), "article")
        if session is None:
            return await run_in_threadpool(self._login_page, request, urls.HAND, "", 200, article)
        return SentMessages((await self._filled_in(request, session, article)).messages)

    async def _filled_in(self, request: Request, session: Session, article: str) -> Answered:
        form = FormData([("article", article)])
        return await run_in_threadpool(self._ask, request, session, form, urls.HAND)

    # -- who asks

    def _check_host(self, request: Request) -> None:
        """On one's own machine answer under its own names only: another name may be a rebound one."""
        host = request.headers.get("host", "").lower()
        name = host[: host.rfind(":")] if ":" in host and not host.endswith("]") else host
        if not self._settings.editors and name not in _LOOPBACK:
            raise HTTPException(403, worded("工作台只在本机的地址上打开。"))

    def _session(self, request: Request, token: str) -> Session | None:
        session = self._sessions.get(token) if token else None
        if session is None or session.by == "link":
            return session if self._settings.edit else None
        if session.by == "proxy" and self._named_by_proxy(request) != session.name:
            return None
        return session if session.name in self._editors() else None

    def _editors(self) -> Mapping[str, str]:
        return editors(Path(self._settings.editors)) if self._settings.editors else {}

    def _named_by_proxy(self, request: Request) -> str:
        """The editor that a trusted proxy names, or ""."""
        header, peer = self._settings.editor_header, request.scope.get("meipi.peer")
        if not header or not peer or not _is_trusted(peer[0], self._settings.editor_proxies):
            return ""
        return request.headers.get(header, "")

    async def _unknown(self, request: Request) -> Response:
        """The answer to someone who is not signed in."""
        name = self._named_by_proxy(request)
        if request.method == "GET" and name and name in await run_in_threadpool(self._editors):
            return self._signed_in(name, "proxy", _address(request))
        if request.method == "POST":
            raise HTTPException(403, worded("您没有登录，或登录已过期。请另开一页登录，再回来送一次。"))
        if self._settings.editors:
            return self._redirect(f"{LOGIN}?{urlencode({'next': _address(request)})}", 303)
        raise HTTPException(403, worded("请打开 meipi edit 在终端里显示的链接。链接用过一次就作废。"))

    async def _start(self, request: Request, token: str) -> Response:
        """Exchange the one-time link for a session."""
        prefetch = "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", ""))
        if not self._settings.edit or request.method != "GET" or request.scope.get("meipi.head") or prefetch:
            raise HTTPException(404)
        if not await run_in_threadpool(self._sessions.use_link, token):
            raise HTTPException(403, worded("这个链接已经用过，或不是最近一次的。请重新运行 meipi edit。"))
        return self._signed_in(_own_name(), "link", urls.EDIT)

    async def _login(self, request: Request) -> Response:
        if not self._settings.editors:
            return await self._unknown(request)
        form = await _form(request, _MAX_LOGIN)
        article = _one(form, "article")
        next_page = _local(_one(form, "next") or request.query_params.get("next", ""))
        if request.method == "GET":
            return self._login_page(request, next_page, "", 200)
        cookie, name = request.cookies.get(LOGIN_COOKIE, ""), _one(form, "name")
        address = client_of(request.scope)
        if not cookie or not _same(_one(form, "csrf"), cookie):
            return self._login_page(request, next_page, say("这一页放得太久了，请再登录一次。"), 403, article)
        limiter, (for_name, for_address) = self._limits
        # Both are counted, also when one has been reached.
        allowed = [limiter.hit(for_name, "name", name[:64]), limiter.hit(for_address, "address", address)]
        if not all(allowed):
            log.warning("edit login refused: too many attempts address=%s", address)
            return self._login_page(request, next_page, say("试的次数太多，请过一刻钟再试。"), 429, article)
        if not await run_in_threadpool(self._is_right, name, _one(form, "password")):
            log.warning("edit login failed address=%s", address)
            return self._login_page(request, next_page, say("名字或密码不对。"), 403, article)
        limiter.clear(for_name, "name", name[:64])
        if not article:
            return self._signed_in(name, "password", next_page)
        session, cookies = self._opened(name, "password")
        start, body = (await self._filled_in(request, session, article)).messages
        return SentMessages(({**start, "headers": [*start["headers"], *cookies]}, body))

    def _is_right(self, name: str, password: str) -> bool:
        return is_password(self._editors().get(name), password)

    @cached_property
    def _limits(self) -> tuple[RateLimiter, Sequence[RateLimitItem]]:
        return limiter_of(LOGIN_RATE, _ADDRESS_RATE)

    def _login_page(
        self, request: Request, next_page: str, fault: str, status: int, article: str = ""
    ) -> Response:
        """The form of the login. All login pages of a browser carry one token, so that each of them works."""
        known = request.cookies.get(LOGIN_COOKIE, "")
        csrf = known if _TOKEN.fullmatch(known) else secrets.token_urlsafe(32)
        meta = Meta(f"{say('登录')} · {self._web.renderer.site_name}", "", robots="noindex")
        page = Page(
            LoginContext(csrf=csrf, next_page=next_page, fault=fault, article=article), meta, status=status
        )
        cookie = self._cookie(LOGIN_COOKIE, csrf, urls.EDIT, SESSION_SECONDS)
        extra = [*PRIVATE, cookie, *([(b"retry-after", b"900")] if status == 429 else [])]
        return Sent(self._web.renderer.render(page, extra=extra, cache=b"no-store"))

    def _signed_in(self, name: str, by: str, to: str) -> Response:
        return self._redirect(to, 303, self._opened(name, by)[1])

    def _opened(self, name: str, by: str) -> tuple[Session, list[tuple[bytes, bytes]]]:
        """A new session, and its cookies."""
        token, session = self._sessions.open(name, by)
        log.info("edit login editor=%s by=%s", name, by)
        return session, [
            self._cookie(COOKIE, token, urls.EDIT, SESSION_SECONDS),
            self._cookie(READER_COOKIE, "1", "/", SESSION_SECONDS),
        ]

    async def _logout(self, request: Request, token: str) -> Response:
        if request.method != "POST":
            raise HTTPException(405)
        await run_in_threadpool(self._sessions.end, token)
        cookies = [self._cookie(COOKIE, "", urls.EDIT, 0), self._cookie(READER_COOKIE, "", "/", 0)]
        return self._redirect(LOGIN if self._settings.editors else urls.HOME, 303, cookies)

    def _cookie(self, name: str, value: str, path: str, seconds: int) -> tuple[bytes, bytes]:
        secure = "; Secure" if self._secure else ""
        text = f"{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        return b"set-cookie", text.encode()

    def _redirect(self, to: str, status: int, more: list[tuple[bytes, bytes]] | None = None) -> Response:
        location = (b"location", quote(to, safe="/?&=%#@:+,;~!$'()*").encode())
        extra = [*PRIVATE, location, *(more or [])]
        return Sent(Ready(b"", "text/plain; charset=utf-8", status=status, cache=b"no-store", extra=extra))

    # -- requests

    def _ask(self, request: Request, session: Session, form: FormData, path: str = "") -> Answered:
        """Have the workbench's process answer, as for another path if one is given."""
        fields, file = dict[str, str](), ("", b"")
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file = (value.filename or "", value.file.read()) if value.filename else file
            else:
                fields[name] = value.replace("\r\n", "\n")
        asked = EditRequest(
            method=request.method,
            path=(path or request.url.path).removeprefix(urls.EDIT).strip("/"),
            editor=session.name,
            csrf=session.csrf,
            now=datetime.now(UTC).isoformat(timespec="seconds"),
            locale=locale_of(request),
            accept=request.headers.get("accept-encoding", ""),
            query=dict(request.query_params),
            fields=fields,
            file=file,
        )
        answered: Answered = self._worker(call, _WORK, self._settings, asked)
        return answered


async def _form(request: Request, most: int = MAX_BYTES) -> FormData:
    """The form of a POST.

    Args:
        request: of an editor, or of anyone.
        most: bytes of it; of a form that is not multipart a twelfth, since it takes far longer to read.

    Raises:
        HTTPException: it is too large, or is none.
    """
    if request.method != "POST":
        return FormData()
    multipart = request.headers.get("content-type", "").startswith("multipart/")
    if not _is_shorter(request, most if multipart else most // 12):
        raise HTTPException(413, worded("一次最多 %(size)s MB。", size=most // 1_000_000))
    return await request.form(max_files=1, max_fields=_MAX_FIELDS, max_part_size=most)


def _is_shorter(request: Request, most: int) -> bool:
    length = request.headers.get("content-length", "")
    return length.isdigit() and int(length) <= most


def _one(form: FormData, name: str) -> str:
    """A field's text, or ""."""
    value: Any = form.get(name, "")
    return value if isinstance(value, str) else ""


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())


def _check_origin(request: Request) -> None:
    """Refuse a form of another site's page.

    Pages of /read/ have no referrer: browsers send `Origin: null` from them. They may only hand over a text.
    """
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin")
    if request.url.path == urls.HAND and origin == "null" and site == "same-origin":
        return
    if (site or "same-origin") != "same-origin" or (
        origin and urlsplit(origin).netloc != request.headers.get("host")
    ):
        raise HTTPException(403, worded("这张表单是别的网站送来的。"))


def _is_trusted(address: str, proxies: str) -> bool:
    """Whether an address is in a list of addresses and networks."""
    try:
        peer = ipaddress.ip_address(address)
        return any(peer in ipaddress.ip_network(p.strip()) for p in proxies.split(",") if p.strip())
    except ValueError:
        return False


def _local(address: str) -> str:
    """An address of the workbench to go to after the login; no other."""
    parts = urlsplit(address)
    usable = not parts.scheme and not parts.netloc and parts.path.startswith(urls.EDIT)
    return address if usable else urls.EDIT


def _address(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _own_name() -> str:
    """The name of the person at this machine, for the log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "editor"
