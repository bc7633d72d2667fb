"""Hostile requests over raw sockets to a real server: no 5xx, no traceback, no answer that takes long.

    python tests/bench/hostile.py [--requests 100000] [--seed 1] [--longest 1.0]

Paths, ids, queries, headers, methods, encodings and bytes that are not HTTP, grown from the addresses
that exist. Exit 1 when an answer was a server's fault or came too late, or when the log tells of an error.
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
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ADDRESSES = (
    b"/", b"/articles/", b"/a/dushu-jie/", b"/a/dushu-jie/nhjm/", b"/a/dushu-jie/nhjm@1/",
    b"/a/beiwan-daqiao/source/", b"/a/beiwan-daqiao/speakers/", b"/a/dushu-jie/nhjm/card.png",
    b"/terms/", b"/terms/dukou/", b"/speakers/", b"/speakers/lin-qinghe/", b"/search/", b"/words/x/",
    b"/learn/", b"/learn/list.csv", b"/learn/list.apkg", b"/docs", b"/openapi.json", b"/feed.atom",
    b"/sitemap.xml", b"/robots.txt", b"/manifest.webmanifest", b"/oembed", b"/healthz", b"/readyz",
    b"/metrics", b"/favicon.ico", b"/sw.js", b"/offline/", b"/static/x/meipi.css", b"/static/x/js/main.js",
    b"/api/v1/articles", b"/api/v1/articles/dushu-jie", b"/api/v1/terms", b"/api/v1/terms/dukou",
    b"/api/v1/speakers", b"/api/v1/speakers/lin-qinghe", b"/api/v1/search", b"/api/v1/words",
    b"/api/v1/words/dushu-jie/nhjm", b"/api/v1/resolve/dushu-jie/nhjm", b"/api/v1/cite/dushu-jie/nhjm",
)  # fmt: skip
KEYS = (
    b"q", b"page", b"after", b"before", b"marks", b"pinyin", b"script", b"lang", b"from", b"size", b"speaker",
    b"term", b"article", b"since", b"until", b"kind", b"by", b"year", b"publication", b"limit", b"offset",
    b"rev", b"at", b"v", b"url", b"maxwidth", b"format", b"items", b"x",
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
    path = chance.choice(ADDRESSES)
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


def hostile(chance: random.Random) -> bytes:
    """One request, or what a stranger sends in place of one."""
    if chance.random() < 0.03:
        return chance.choice(NO_HTTP)
    target = _path(chance) + _query(chance)
    if chance.random() < 0.9:  # else the parser of HTTP is all that they ever meet
        target = re.sub(rb"[^!-~]", lambda c: b"%%%02X" % c.group()[0], target)
    lines = [chance.choice(METHODS) + b" " + target + b" HTTP/1.1"]
    if chance.random() < 0.97:
        lines.append(b"Host: 127.0.0.1")
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        separator = chance.choice((b": ",) * 60 + (b":", b" : ", b""))
        lines.append(chance.choice(HEADERS) + separator + chance.choice(VALUES))
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
        if re.search(rb"^set-cookie:", self.head, re.M | re.I):
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
def served(home: Path, *, warm: bool = True) -> Iterator[tuple[int, Path]]:
    """A real server on a copy of the tests' library: its port and log; `warm`: with its dictionary."""
    shutil.copytree(ROOT / "tests/data", home / "content")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")} | {"MEIPI_RATE_LIMIT": ""}
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
                for path in ("a/dushu-jie/", *(["words/x/"] if warm else [])):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60).close()
                break
            time.sleep(0.1)
        yield port, log
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


async def attack(port: int, requests: int, seed: int, *, longest: float, at_once: int = 8) -> Told:
    """This number of hostile requests, some at once."""
    chance, told = random.Random(seed), Told()
    numbers = iter(range(requests))

    async def one_after_the_other() -> None:
        for n in numbers:
            answer = await ask(port, hostile(chance), n)
            slow = answer.seconds
            for _ in range(3):  # on a busy machine anything may wait once; a slow answer is slow again
                if answer.seconds <= longest:
                    break
                answer = await ask(port, answer.request, n)
            told.statuses[answer.status] += 1
            told.times.append(slow)
            if fault := answer.fault(longest):
                told.faults.append((fault, answer.request))

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
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
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as (port, log):
        began = time.perf_counter()
        told = asyncio.run(attack(port, given.requests, given.seed, longest=given.longest))
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
    print(f"longest {times[-1]:.2f} s; {len(told.faults)} faults, {len(bad)} errors in the log")
    for fault, request in told.faults[:20]:
        print(f"  {fault}: {request[:300]!r}")
    print(*(f"  {line[:300]}" for line in bad[:10]), sep="\n")
    return 1 if told.faults or bad else 0


if __name__ == "__main__":
    sys.exit(main())
