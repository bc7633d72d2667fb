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
from collections.abc import Sequence
from pathlib import Path

# What the tests gate on is measured here too.
sys.path.insert(0, str(Path(__file__).parents[1]))

from cost import asked, costs, nothing, receive, scope, variants

from app.library.library import open_library
from app.serving.main import create_app
from app.settings import Settings

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "/a/shanghai-kechuang/"
# Requests after the first page, in order; each loads another part of the program.
MORE = {
    "a search": "/search/?q=%E7%A7%91%E6%8A%80",
    "the API": "/api/v1/articles?limit=20",
    "readings": f"{ARTICLE}?pinyin=1",
    "the other script": f"{ARTICLE}?script=hant",
}


def in_process() -> None:
    with tempfile.TemporaryDirectory() as var:
        settings = Settings(content=ROOT / "content", var=Path(var), watch=False)
        open_library(settings).refresh()

        async def measured() -> dict[str, float]:
            return await costs(await variants(create_app(settings), ARTICLE))

        best = asyncio.run(measured())
        for name, us in best.items():
            print(f"{name:24} {us:7.2f} µs  {us / best['bare']:.2f} × bare")


def api() -> None:
    """Answers for programs: made after every page was dropped, and sent again."""
    paths = ["/api/v1/articles", f"/api/v1/articles/{ARTICLE.split('/')[2]}", "/api/v1/terms"]
    with tempfile.TemporaryDirectory() as var:
        settings = Settings(content=ROOT / "content", var=Path(var), watch=False)
        open_library(settings).refresh()
        site = create_app(settings)

        async def made(path: str) -> float:
            times = []
            for _ in range(20):
                site.clear()
                began = time.process_time()
                await site(scope(path), receive, nothing)
                times.append(time.process_time() - began)
            return min(times) * 1e6

        async def measured() -> None:
            for path in paths:
                anew = await made(path)
                await asked(site, scope(path))
                kept = await costs({path: (site, scope(path))})
                print(f"{path:40} made in {anew:.0f} µs, from then on {kept[path]:.1f} µs")

        asyncio.run(measured())


def render() -> None:
    from app.pages.pages import Pages
    from app.web.rendering import Renderer

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
    command: list[str], port: int, path: str, cwd: Path, environ: dict[str, str], more: Sequence[str]
) -> tuple[float, ...]:
    """Seconds from process start to the first answer; its memory in MB then, and after each of `more`."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environ, stderr=subprocess.DEVNULL)

    def ask(address: str) -> None:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=60).read()

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
        held = [memory()]
        for address in more:
            ask(address)
            held.append(memory())
        return seconds, *held
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start() -> None:
    """Starts of a site whose index is up to date, against a bare ASGI callable."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        shutil.copytree(ROOT / "content", home / "content")
        (home / "bare.py").write_text(BARE)
        environ = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith("MEIPI_") and k != "PYTHONDONTWRITEBYTECODE"
        }
        content = ["--content", str(home / "content")]
        time.sleep(2.5)  # files that changed a moment ago are not trusted to be as they look
        subprocess.run([sys.executable, "-m", "app", "index", *content], cwd=ROOT, check=True)
        results: dict[str, list[tuple[float, ...]]] = {}

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
            results.setdefault("bare uvicorn", []).append(
                first_page(command, port, "/", home, environ, ["/"] * len(MORE))
            )

        def ours() -> None:
            port = free_port()
            command = [sys.executable, "-m", "app", "serve", "--port", str(port), *content]
            made = first_page(command, port, ARTICLE, ROOT, environ, list(MORE.values()))
            results.setdefault("meipi serve", []).append(made)

        ours()
        results.clear()
        for _ in range(9):
            bare()
            ours()
        bare_seconds = sorted(run[0] for run in results["bare uvicorn"])[4]
        for name, runs in results.items():
            seconds, first, *held = (sorted(column)[len(runs) // 2] for column in zip(*runs, strict=True))
            then = ", ".join(f"{mb:.0f} after {what}" for what, mb in zip(MORE, held, strict=True))
            print(
                f"{name:26} first page after {seconds * 1000:.0f} ms, {seconds / bare_seconds:.2f} × bare, "
                f"{first:.0f} MB; {then} (median of {len(runs)})"
            )


if __name__ == "__main__":
    in_process()
    api()
    render()
    start()
