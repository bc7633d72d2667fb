"""What pages cost as the library grows: the same article alone, among a thousand, among a hundred thousand.

    PYTHONPATH=. python tests/bench/bench_growth.py [1 1000 100000]

Every other article has a term, a speaker and the date of the article that is asked for, so that whatever
looks round in the library has all of it to look at. Milliseconds of processor time, the best of many; each
page is made anew every time, with nothing ready in front of it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

# For `corpus`, a module of the tests.
sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus import Writer
from cost import asked, scope

from app.http.response import ASGIApp
from app.index.packed import pack
from app.library.library import open_library
from app.model import ArticleId, Block, BlockId, Document, Occurrence, Quotation, Span
from app.serving.main import create_app
from app.settings import Settings

ROOT = Path(__file__).parents[2]
ARTICLE = ArticleId("shanghai-kechuang")
BATCH = 500


def others(seed: Document, numbers: range) -> list[Document]:
    """Short articles with the terms and speakers of the first one, taken in turn."""
    writer, made = Writer(numbers.start), list[Document]()
    terms = sorted({o.term for o in seed.occurrences if o.term})
    for n in numbers:
        blocks = tuple(Block(BlockId(f"b{i:03}"), i, "paragraph", writer.paragraph()) for i in (1, 2))
        first, span = blocks[0], Span(0, 4)
        who = seed.speakers[n % len(seed.speakers)]
        header = replace(seed.header, id=ArticleId(f"other-{n}"), title=writer.clause()[:24])
        made.append(
            Document(
                header,
                1,
                blocks,
                occurrences=(
                    Occurrence(
                        first.id, span.start, span.end, first.text[:4], terms[n % len(terms)], True, True
                    ),
                ),
                speakers=(who,),
                quotations=(Quotation(first.id, span.start, span.end, "direct", who.id, None, None),),
            )
        )
    return made


def costs(site: ASGIApp, paths: dict[str, str], rounds: int = 25) -> dict[str, float]:
    async def measured() -> dict[str, float]:
        best = dict.fromkeys(paths, float("inf"))
        for _ in range(rounds):
            for name, path in paths.items():
                site.clear()  # type: ignore[attr-defined]
                began = time.process_time()
                start, *_ = await asked(site, scope(path))
                best[name] = min(best[name], (time.process_time() - began) * 1000)
                assert start["status"] == 200, (path, start)
        return best

    return asyncio.run(measured())


def main() -> None:
    sizes = [int(n) for n in sys.argv[1:]] or [1, 1000, 100_000]
    print(
        "| articles | "
        + " | ".join(
            ("index MB", "reading page", "paragraph", "term", "uses", "speaker", "list", "new", "home")
        )
        + " |"
    )
    print("| ---: " * 10 + "|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as var:
            settings = Settings(content=ROOT / "content", var=Path(var), watch=False, rate_limit="")
            library = open_library(settings)
            library.refresh()
            seed = library.document(ARTICLE)
            for at in range(0, size - 1, BATCH):
                batch = others(seed, range(at, min(at + BATCH, size - 1)))
                library.index.put_all([pack(d, "1") for d in batch])
            library.index.tidy()
            assert library.index.count() == size
            paragraph = next(b.id for b in seed.blocks if b.kind == "paragraph")
            term, speaker = seed.occurrences[0].term, seed.speakers[0].id
            paths = {
                "reading page": f"/a/{ARTICLE}/",
                "paragraph": f"/a/{ARTICLE}/{paragraph}/",
                "term": f"/terms/{term}/",
                "uses": f"/terms/{term}/uses/",
                "speaker": f"/speakers/{speaker}/",
                "list": "/articles/",
                "new": "/new/",
                "home": "/",
            }
            best = costs(create_app(settings), paths)
            held = (Path(var) / "index.sqlite3").stat().st_size / 1e6
            print(
                f"| {size:,} | {held:.0f} | " + " | ".join(f"{ms:.2f}" for ms in best.values()) + " |",
                flush=True,
            )
            library.index.close()


if __name__ == "__main__":
    main()
