"""Hostile requests over raw sockets to a real server: no 5xx, no traceback, no answer that takes long.

    PYTHONPATH=. python tests/bench/hostile.py [--requests 100000] [--seed 1] [--longest 1.0]

Paths, ids, queries, headers, methods, encodings, forms and bytes that are not HTTP, grown from every address
of the site and its workbench. An answer that comes late is asked for again at the end, alone. Exit 1 when an
answer was a server's fault or was late again, or when the log tells of an error.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.edit.accounts import put_editor
from app.edit.sessions import Sessions
from app.http.addresses import _TABLE as ROUTES

ROOT = Path(__file__).parent.parent.parent
EDITOR = "editor"
# What the tests' library has; an address with anything else is nearly always a 404.
THERE = {
    "article": "dushu-jie", "first": "dushu-jie", "second": "beiwan-daqiao", "block": "nhjm",
    "pid": "nhjm", "rev": "1", "term": "dukou", "speaker": "lin-qinghe", "word": "%E6%B8%A1%E5%8F%A3",
    "form": "csv", "n": "1",
}  # fmt: skip
IDS = {"terms": "dukou", "speakers": "lin-qinghe"}
_BENCH = (
    "", "a/dushu-jie/", "a/dushu-jie/nhjm/", "add/", "terms/", "terms/new/", "terms/dukou/", "doubts/",
    "people/", "people/new/", "people/lin-qinghe/", "drafts/0123456789abcdef/", "login/", "logout/",
    "start/x/",
)  # fmt: skip


def there(route: str) -> dict[str, str]:
    """The values of the parameters of a route's path that the tests' library has."""
    return THERE | {"id": IDS.get(next(iter(route.split("/")[3:]), ""), "dushu-jie")}


def known(route: str) -> str:
    """An address of the tests' library on a route: /a/{article}/ is /a/dushu-jie/."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: there(route)[part[1]], route)


ADDRESSES = tuple(
    address.encode()
    for address in (
        *(known(route) for route in ROUTES if "{any" not in route),
        "/learn/list.apkg",
        "/static/x/meipi.css",
        "/static/x/js/main.js",
    )
)
WORKBENCH = tuple(f"/edit/{place}".encode() for place in _BENCH)
KEYS = tuple(
    sorted({name.encode() for _, names in ROUTES.values() for name in names} - {b"*"} | {b"x", b"next"})
)
FIELDS = (
    b"text", b"other", b"other_article", b"compare", b"article", b"sample", b"title", b"translation", b"csrf",
    b"name", b"password", b"words", b"speaker", b"id", b"action",
)  # fmt: skip
DIRT = (
    b"%00", b"%ff%fe", b"%c0%ae%c0%ae%2f", b"..%2f..%2f", b"../../", b"..\\..\\", b"%2e%2e/", b"%252e%252e/",
    b"%0d%0aSet-Cookie:%20x=1", b"%0d%0a%0d%0a<script>", b"<script>alert(1)</script>",
    b"%3Csvg/onload=alert(1)%3E",
    b"'\"><img src=x>", b"' or 1=1--", b"'; drop table block; --", b"%27%29%3B", b"{{7*7}}",
    b"${jndi:ldap://x/}",
    b"%u6e21", b"%ED%A0%80", b"%F4%90%80%80", b"%E6%B8%A1%E5%8F%A3", "渡口".encode(), "船".encode() * 300,
    b"A" * 5000, b"/" * 300, b"%", b"%2", b"%zz", b";", b"?", b"#", b"&&&", b"=", b"*", b"\"", b"-",
    b"OR", b"NEAR(",
    b"\"\"\"", b"(((((", b"-1", b"0", b"99999999999999999999", b"1e309", b"NaN", b"%EF%BC%91", b"null", b"[]",
    b"true", b"@", b"@1", b"@99999999999", b"@@", b"~", b"%7f", b"%20", b"+", b"%E2%80%AE",
    b"%F0%9F%91%A8%E2%80%8D",
    b"%CC%81" * 200, b"2023-99-99", b"0000", b"https://evil.example/", b"javascript:alert(1)",
    b"file:///etc/passwd",
    b"//evil.example", b"http://[", b"%2Fetc%2Fpasswd", b"dushu-jie", b"nhjm", b"NHJM", b".", b"..", b"...",
)  # fmt: skip
HEADERS = (
    b"Accept", b"Accept-Encoding", b"Accept-Language", b"If-None-Match", b"If-Modified-Since",
    b"Range", b"Cookie",
    b"X-Request-Id", b"X-Forwarded-For", b"X-Forwarded-Host", b"X-Forwarded-Proto", b"X-HTTP-Method-Override",
    b"Referer", b"User-Agent", b"Origin", b"Content-Type", b"Content-Length", b"Transfer-Encoding", b"Expect",
    b"Upgrade", b"Connection", b"TE", b"Host", b"Authorization", b"Forwarded", b"Content-Encoding",
    b"Cache-Control",
)  # fmt: skip
VALUES = (
    b"", b"*", b"*/*", b"text/html", b"application/json", b"application/json;q=0, text/html;q=x",
    b"br", b"gzip;q=",
    b"gzip;q=-1, br;q=1e999", b"identity;q=0, *;q=0", b"zstd, " * 400, b"en", b"zh-Hant, en;q=2",
    b"en-" * 300,
    b"\"x\"", b"W/\"", b"\"" * 500, b"*, *", b"bytes=0-", b"bytes=-1,5-,x", b"a=b; " * 200,
    b"127.0.0.1, " * 100,
    b"evil.example", b"localhost", b"[::1", b"[", b":", b"127.0.0.1:99999999", b"0", b"-5", b"10",
    b"1000000000000",
    b"5, 6", b"chunked", b"chunked, gzip", b"100-continue", b"websocket", b"h2c", b"upgrade",
    b"close, keep-alive",
    b"\xff\xfe\x80", "船".encode(), b"multipart/form-data; boundary=", b"application/x-www-form-urlencoded",
    b"x" * 9000, b"\t", b"%00", b"() { :; }; /bin/true",
)  # fmt: skip
METHODS = (b"GET",) * 30 + (
    b"HEAD", b"HEAD", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT",
    b"PROPFIND",
    b"get", b"GETT", b"", b"\x00", b"G" * 300,
)  # fmt: skip
NO_HTTP = (
    b"", b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /\r\n",
    b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
    b"GET / HTTP/1.1\r\n Host: x\r\n\r\n", b"\x00" * 100, b"SSH-2.0-x\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
)  # fmt: skip
TRACES = re.compile(rb"Traceback \(most recent|File \"/|sqlite3?\.|psycopg|site-packages|jinja2\.")


def _path(chance: random.Random) -> bytes:
    path = chance.choice(ADDRESSES if chance.random() < 0.95 else WORKBENCH)
    kind = chance.randrange(12)
    if kind == 0:  # another part
        parts = path.split(b"/")
        parts[chance.randrange(len(parts))] = chance.choice(DIRT)
        return b"/".join(parts)
    if kind == 1:  # bytes changed
        changed = bytearray(path)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    if kind == 2:  # dirt in between
        at = chance.randrange(len(path) + 1)
        return path[:at] + chance.choice(DIRT) + path[at:]
    if kind == 3:  # noise, percent-encoded
        return path + b"".join(b"%%%02X" % chance.randrange(256) for _ in range(chance.randint(1, 40)))
    if kind == 4:
        return path.swapcase() if chance.random() < 0.5 else path.rstrip(b"/") + b"/" * chance.randrange(4)
    if kind == 5:
        return chance.choice(
            (b"", b"*", b"http://evil.example/", b"//evil.example/%2f..", b"/\\evil.example")
        )
    return path


def _query(chance: random.Random) -> bytes:
    pairs = []
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 8))):
        value = chance.choice(DIRT)
        if chance.random() < 0.3:
            value += chance.choice(DIRT)
        if chance.random() < 0.2:
            value = b"".join(b"%%%02X" % chance.randrange(256) for _ in range(chance.randint(1, 60)))
        pairs.append(chance.choice(KEYS) + chance.choice((b"=", b"=", b"=", b"", b"[]=", b"==")) + value)
    return b"?" + b"&".join(pairs) if pairs else b""


def _form(chance: random.Random, cookie: bytes) -> bytes:
    """A form that is sent to /read/ or to the workbench."""
    path = b"/read/" if chance.random() < 0.5 else chance.choice(WORKBENCH)
    fields = [(chance.choice(FIELDS), chance.choice(DIRT)) for _ in range(chance.randrange(6))]
    if chance.random() < 0.3:
        body = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
            % (name, chance.choice((b"a.txt", b"a.html", b"a.pdf", b"a.docx", b"../a.rtf")), value)
            for name, value in fields
        )
        kind = b"multipart/form-data; boundary=b"
    else:
        body = b"&".join(name + b"=" + value for name, value in fields)
        kind = b"application/x-www-form-urlencoded"
    lines = (
        b"POST " + path + b" HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Content-Type: " + kind,
        b"Content-Length: %d" % len(body),
        b"Cookie: " + (cookie if chance.random() < 0.5 else b"meipi_edit=x"),
        b"Connection: close",
    )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def hostile(chance: random.Random, cookie: bytes = b"") -> bytes:
    """One request, or what a stranger sends in place of one.

    Args:
        chance: random source.
        cookie: of an editor who is signed in.
    """
    if chance.random() < 0.03:
        return chance.choice(NO_HTTP)
    if chance.random() < 0.02:
        return _form(chance, cookie)
    target = _path(chance) + _query(chance)
    if chance.random() < 0.9:  # else the parser of HTTP is all that they ever meet
        target = re.sub(rb"[^!-~]", lambda c: b"%%%02X" % c.group()[0], target)
    lines = [chance.choice(METHODS) + b" " + target + b" HTTP/1.1"]
    if chance.random() < 0.97:
        lines.append(b"Host: 127.0.0.1")
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        separator = chance.choice((b": ",) * 60 + (b":", b" : ", b""))
        lines.append(chance.choice(HEADERS) + separator + chance.choice(VALUES))
    if target.startswith(b"/edit/") and chance.random() < 0.5:
        lines.append(b"Cookie: " + cookie)
    lines.append(b"Connection: close")
    body = chance.choice((b"",) * 30 + (b"x" * 50, b"5\r\nhello\r\n0\r\n\r\n", b"ffffffffffff\r\n", b"{}"))
    end = b"\n" if chance.random() < 0.02 else b"\r\n"
    return end.join(lines) + end * 2 + body


@dataclass
class Answer:
    """What came back.

    Attributes:
        status: 0 when the server closed without a word, as it may where there was no whole request.
    """

    request: bytes
    status: int
    head: bytes
    body: bytes
    seconds: float

    def fault(self, longest: float) -> str:
        """The fault of an answer, or ""."""
        if self.status >= 500:
            return f"status {self.status}"
        if found := TRACES.search(self.body):
            return f"tells {found.group()!r}"
        if re.search(rb"^set-cookie: (?!meipi_)", self.head, re.M | re.I):
            return "a header of the stranger's"
        if self.status:
            for header in (b"content-security-policy:", b"x-content-type-options: nosniff"):
                if header not in self.head.lower():
                    return f"lacks {header!r}"
        if self.seconds > longest:
            return f"took {self.seconds:.2f} s"
        return ""


async def ask(port: int, request: bytes, n: int = 0, patience: float = 20) -> Answer:
    """Send a request and read until the server closes.

    A server waits for the rest of what looks like half a request: then there is nothing to wait for here.
    """
    began = time.perf_counter()
    # Addresses of one's own by the dozen, or the system runs out of ports.
    local = (f"127.0.0.{2 + n % 200}", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=local)
    data = b""
    try:
        with suppress(ConnectionError):
            writer.write(request)
            async with asyncio.timeout(0.3 if request in NO_HTTP else patience):
                while chunk := await reader.read(1 << 16):
                    data += chunk
                    whole = re.search(rb"^content-length: (\d+)\r.*?\r\n\r\n", data, re.M | re.I | re.S)
                    if whole and len(data) - whole.end() >= int(whole.group(1)):
                        break
    except TimeoutError:
        if request in NO_HTTP or b"content-length" in request.lower() or b"chunked" in request.lower():
            began = time.perf_counter()
    finally:
        writer.close()
    spent = time.perf_counter() - began
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1\.[01] (\d{3})", head)
    return Answer(request, int(found.group(1)) if found else 0, head, body, spent)


@contextmanager
def served(home: Path, *, warm: bool = True) -> Iterator[tuple[int, Path, bytes]]:
    """A real server with a workbench on a copy of the tests' library.

    Args:
        home: an empty folder.
        warm: wait for all that starts with the first request for it.

    Yields:
        Its port, its log, and the cookie of an editor.
    """
    shutil.copytree(ROOT / "tests/data", home / "content")
    put_editor(home / "editors", EDITOR, None)
    token, _ = Sessions(home / "var").open(EDITOR, "password")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {
        "MEIPI_RATE_LIMIT": "",
        "MEIPI_VAR": str(home / "var"),
        "MEIPI_EDITORS": str(home / "editors"),
    }
    log = home / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", str(port), "--content", str(home / "content")],
            cwd=ROOT,
            env=environ,
            stderr=out,
        )
    try:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/a/dushu-jie/", timeout=60).close()
                break
            time.sleep(0.1)
        # What starts with the first request for it: dictionary, API, workbench, reader of pasted texts.
        for path, form in (("words/x/", None), ("openapi.json", None), ("edit/", None), ("read/", b"text=x")):
            if warm:
                cookie = {"Cookie": f"meipi_edit={token}"}
                first = urllib.request.Request(f"http://127.0.0.1:{port}/{path}", form, cookie)
                with suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(first, timeout=60).close()
        yield port, log, f"meipi_edit={token}".encode()
        assert server.poll() is None, "the server is gone"
    finally:
        server.terminate()
        server.wait(15)


@dataclass
class Told:
    """What many answers came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[tuple[str, bytes]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    late: list[Answer] = field(default_factory=list)


async def attack(
    port: int, requests: int, seed: int, *, longest: float, cookie: bytes = b"", at_once: int = 8
) -> Told:
    """This number of hostile requests, some at once."""
    chance, told = random.Random(seed), Told()
    numbers = iter(range(requests))

    async def one_after_the_other() -> None:
        for n in numbers:
            answer = await ask(port, hostile(chance, cookie), n)
            told.statuses[answer.status] += 1
            told.times.append(answer.seconds)
            if answer.seconds > longest:
                told.late.append(answer)
            elif fault := answer.fault(longest):
                told.faults.append((fault, answer.request))

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    for (
        answer
    ) in told.late:  # on a busy machine anything may wait once; a slow answer is slow again, and alone
        for n in range(3):
            if answer.seconds > longest:
                answer = await ask(port, answer.request, n)
        if fault := answer.fault(longest):
            told.faults.append((fault, answer.request))
    return told


def errors(log: Path) -> list[str]:
    """Lines of the log that tell of a fault of the server."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return [
        line for line in lines if "level=error" in line or "Traceback" in line or "level=critical" in line
    ]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--requests", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options.add_argument("--longest", type=float, default=1.0, help="seconds that an answer may take")
    options.add_argument("--verbose", action="store_true", help="print the answers that were late at first")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as (port, log, cookie):
        began = time.perf_counter()
        told = asyncio.run(attack(port, given.requests, given.seed, longest=given.longest, cookie=cookie))
        spent = time.perf_counter() - began
        bad = errors(log)
    times = sorted(told.times)
    print(
        f"seed {given.seed}: {given.requests} requests in {spent:.0f} s;",
        f"statuses {dict(sorted(told.statuses.items()))}",
    )
    print(
        f"p50 {1000 * times[len(times) // 2]:.1f} ms, p99 {1000 * times[len(times) * 99 // 100]:.1f} ms,",
        end=" ",
    )
    print(f"longest {times[-1]:.2f} s, {len(told.late)} late;", end=" ")
    print(f"{len(told.faults)} faults, {len(bad)} errors in the log")
    for answer in told.late[: 20 if given.verbose else 0]:
        print(f"  {answer.seconds:.2f} s: {answer.request[:200]!r}")
    for fault, request in told.faults[:20]:
        print(f"  {fault}: {request[:300]!r}")
    print(*(f"  {line[:300]}" for line in bad[:10]), sep="\n")
    return 1 if told.faults or bad else 0


if __name__ == "__main__":
    sys.exit(main())
