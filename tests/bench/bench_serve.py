"""What a ready page costs in CPU against a bare ASGI callable; rendering; process start to first page.

Ratios of interleaved batches, the best of many; requests a second on a busy machine say little.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "/a/shanghai-kechuang/"


def scope(path: str, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept-encoding", b"gzip, deflate, br"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


class Sink:
    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def __call__(self, message: Any) -> None:
        self.messages.append(message)


async def nothing(message: Any) -> None:
    pass


def in_process() -> None:
    with tempfile.TemporaryDirectory() as var:
        site = create_app(Settings(content=ROOT / "content", var=Path(var), watch=False))
        from app.library import open_library

        open_library(Settings(content=ROOT / "content", var=Path(var))).refresh()

        async def once(app: Any, s: dict[str, Any]) -> list[Any]:
            sink = Sink()
            await app(s, receive, sink)
            return sink.messages

        async def measure() -> None:
            for _ in range(3):
                start, body = await once(site, scope(ARTICLE))
            tag = dict(start["headers"])[b"etag"]
            await asyncio.sleep(1.5)  # the best compression is made behind

            async def bare(s: Any, r: Any, send: Any) -> None:
                await send(start)
                await send(body)

            known = scope(ARTICLE, (b"if-none-match", tag))
            cases = {
                "bare ASGI, same bytes": (bare, scope(ARTICLE)),
                "ready page": (site, scope(ARTICLE)),
                "304": (site, known),
            }
            best = dict.fromkeys(cases, 1e9)
            for _ in range(60):
                for name, (app, s) in cases.items():
                    began = time.process_time()
                    for _ in range(1000):
                        await app(s, receive, nothing)
                    best[name] = min(best[name], (time.process_time() - began) * 1000)
            for name, us in best.items():
                print(f"{name:24} {us:7.2f} µs  {us / best['bare ASGI, same bytes']:.2f} × bare")

        asyncio.run(measure())


def render() -> None:
    from app.library import open_library
    from app.pages import Pages
    from app.web import Renderer

    with tempfile.TemporaryDirectory() as var:
        library = open_library(Settings(content=ROOT / "content", var=Path(var)))
        library.refresh()
        pages, renderer = Pages(library, base_url="http://x", site_name="眉批"), Renderer("http://x", "眉批")

        def page() -> None:
            renderer.render(pages.reader("shanghai-kechuang"))  # type: ignore[arg-type]

        began = time.process_time()
        page()
        first = time.process_time() - began
        times = []
        for _ in range(30):
            began = time.process_time()
            page()
            times.append(time.process_time() - began)
        again = min(times) * 1000
        print(f"reading page rendered     first {first * 1000:.1f} ms with templates, again {again:.2f} ms")
        document = library.document("shanghai-kechuang")  # type: ignore[arg-type]
        annotator = library.annotator()
        times = []
        for _ in range(20):
            began = time.process_time()
            annotator.annotate(document.header, 1, document.blocks)
            times.append(time.process_time() - began)
        characters = sum(len(b.text) for b in document.blocks)
        print(f"annotated                 {min(times) * 1000:.2f} ms for {characters} characters")


BARE = """
async def app(scope, receive, send):
    if scope['type'] == 'lifespan':
        while True:
            m = await receive()
            await send({'type': m['type'] + '.complete'})
            if m['type'] == 'lifespan.shutdown': return
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'2')]})
    await send({'type': 'http.response.body', 'body': b'ok'})
"""


def first_page(
    command: list[str], port: int, path: str, cwd: Path, environ: dict[str, str], more: str
) -> tuple[float, float, float]:
    """Seconds from process start to the first answer; the process's memory in MB then, and after `more`."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environ, stderr=subprocess.DEVNULL)

    def ask(address: str) -> None:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=10).read()

    def memory() -> float:
        time.sleep(1.5)
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    try:
        while True:
            try:
                ask(path)
                break
            except OSError:
                time.sleep(0.002)
        seconds = time.perf_counter() - began
        at_first = memory()
        ask(more)
        return seconds, at_first, memory()
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start() -> None:
    """Starts with nothing kept (pages hold their address, so a new port has none), and then again."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        shutil.copytree(ROOT / "content", home / "content")
        (home / "bare.py").write_text(BARE)
        environ = {k: v for k, v in os.environ.items() if not k.startswith("MEIPI_")}
        content = ["--content", str(home / "content")]
        subprocess.run([sys.executable, "-m", "app", "index", *content], cwd=ROOT, check=True)
        time.sleep(2.5)  # files that changed a moment ago are not trusted to be as they look
        same = free_port()
        results: dict[str, list[tuple[float, float, float]]] = {}

        def bare() -> None:
            port = free_port()
            command = [
                sys.executable,
                "-m",
                "uvicorn",
                "bare:app",
                "--port",
                str(port),
                "--log-level",
                "warning",
            ]
            results.setdefault("bare uvicorn", []).append(first_page(command, port, "/", home, environ, "/"))

        def ours(name: str, port: int) -> None:
            command = [sys.executable, "-m", "app", "serve", "--port", str(port), *content]
            made = first_page(command, port, ARTICLE, ROOT, environ, "/search/?q=%E7%A7%91%E6%8A%80")
            results.setdefault(name, []).append(made)

        ours("the first of all", same)
        del results["the first of all"]
        for _ in range(5):
            bare()
            ours("meipi serve, again", same)
            ours("meipi serve, nothing kept", free_port())
        for name, runs in results.items():
            seconds, first, full = (sorted(column)[len(runs) // 2] for column in zip(*runs, strict=True))
            print(
                f"{name:26} first page after {seconds * 1000:.0f} ms, {first:.0f} MB; "
                f"{full:.0f} MB after a search (median of {len(runs)})"
            )


if __name__ == "__main__":
    in_process()
    render()
    start()
