"""Search on SQLite and PostgreSQL: time to index, size, time to answer, recall and precision.

    python tests/bench/bench_search.py                       10,000 and 100,000 paragraphs on SQLite
    python tests/bench/bench_search.py --sizes 1000000 --on sqlite postgres

Answers are ranked, twenty of them, with excerpts. Queries are drawn from the text itself, so common ones are
as common as there; each is asked three times in turn with the others. Besides times by the clock stand those
of this process's processor, which other work on the machine disturbs less. Recall and precision are those of
all hits of some queries against a scan of every paragraph.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles

# For `corpus` and the server, modules of the tests.
sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus import articles

from app.index import Filters
from app.index.packed import pack
from app.index.postgres import PostgresIndex
from app.index.sql import Index
from app.index.sqlite import SqliteIndex
from app.model import (
    ArticleId,
    Block,
    BlockId,
    Document,
    Header,
    Occurrence,
    Quotation,
    Span,
    Speaker,
    SpeakerId,
    TermId,
)
from app.text.query import Query, excerpt, key, parse

BATCH = 400


@dataclass(frozen=True)
class Subject:
    """A database to measure: how to open it, and how large it is, everything and the full text alone."""

    open: Callable[[], Index]
    sizes: Callable[[Index], tuple[int, int]]
    close: Callable[[], None]


def sqlite() -> Subject:
    folder = tempfile.TemporaryDirectory(prefix="meipi-bench-")
    path = Path(folder.name) / "index.sqlite3"

    def sizes(index: Index) -> tuple[int, int]:
        with index._read() as db:
            db.all("pragma wal_checkpoint(truncate)")
            fts = db.all("select sum(length(block)) from fts_data")[0][0]
            fts += db.all("select sum(length(term) + 12) from fts_idx")[0][0] or 0
        return path.stat().st_size, fts

    return Subject(lambda: SqliteIndex(path), sizes, folder.cleanup)


def postgres() -> Subject:
    from postgres import Server, fresh_schema

    server = Server("shared_buffers=2GB", "maintenance_work_mem=512MB", "max_wal_size=8GB", "work_mem=64MB")
    schema = fresh_schema()

    def sizes(index: Index) -> tuple[int, int]:
        with index._read() as db:
            whole = db.all(
                """select sum(pg_total_relation_size(oid)) from pg_class
                where relnamespace = ?::regnamespace and relkind = 'r'""",
                (schema,),
            )
            gin = db.all("select pg_relation_size('block_grams')")
        return int(whole[0][0]), int(gin[0][0])

    return Subject(lambda: PostgresIndex(server.url, schema=schema), sizes, server.stop)


def documents(paragraphs: int) -> Iterator[Document]:
    """Articles as an annotator would leave them, each with one of fifty terms and one of 200 speakers."""
    for n, record in enumerate(articles(paragraphs)):
        blocks = tuple(
            Block(BlockId(f"b{i:03}"), i, "paragraph", text) for i, text in enumerate(record["paragraphs"], 1)
        )
        first, span = blocks[0], Span(0, 4)
        who = SpeakerId(f"speaker-{n % 200}")
        yield Document(
            Header(ArticleId(record["id"]), record["title"], date=record["date"]),
            1,
            blocks,
            occurrences=(
                Occurrence(
                    first.id, span.start, span.end, first.text[:4], TermId(f"term-{n % 50}"), True, True
                ),
            ),
            speakers=(Speaker(who, f"人{n % 200}", (), None, "person"),),
            quotations=(Quotation(first.id, span.start, span.end, "direct", who, None, None),),
        )


def queries(texts: Sequence[str], seed: int = 7, each: int = 40) -> dict[str, list[str]]:
    """Pieces of the texts that are letters all through, by length; and three words of one paragraph."""
    random = Random(seed)

    def piece(size: int) -> str:
        while True:
            text = random.choice(texts)
            at = random.randrange(max(1, len(text) - size))
            found = text[at : at + size]
            if len(found) == size and all("\u4e00" <= c <= "\u9fff" for c in found):
                return found

    def three() -> str:
        while True:
            text, words = random.choice(texts), list[str]()
            for _ in range(20):
                at = random.randrange(max(1, len(text) - 2))
                if all("\u4e00" <= c <= "\u9fff" for c in text[at : at + 2]):
                    words.append(text[at : at + 2])
                if len(words) == 3:
                    return " ".join(words)

    made = {f"{n} char": [piece(n) for _ in range(each)] for n in (1, 2, 4)}
    return made | {"3 words": [three() for _ in range(each)]}


def answer(index: Index, query: Query) -> int:
    found = index.search(query, Filters(), limit=20)
    for line in found.lines:
        excerpt(line.text, line.hits)
    return found.total


def measure(index: Index, asked: dict[str, list[str]]) -> dict[str, tuple[float, float, float, float]]:
    """p50 and p95, by the clock and of the processor, in milliseconds, by class; the classes take turns."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    cpu: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(4):
        for n in range(len(next(iter(asked.values())))):
            for name, words in asked.items():
                query = parse(words[n])
                began, spent = time.perf_counter(), time.process_time()
                answer(index, query)
                if turn:  # the first turn warms caches
                    cpu[name].append(1000 * (time.process_time() - spent))
                    times[name].append(1000 * (time.perf_counter() - began))
    return {
        name: (median(t), quantiles(t, n=20)[18], median(cpu[name]), quantiles(cpu[name], n=20)[18])
        for name, t in times.items()
    }


def pages(index: Index) -> str:
    """The other queries of a page, and their milliseconds."""
    term, speaker = TermId("term-7"), SpeakerId("speaker-7")
    asked: dict[str, Callable[[], object]] = {
        "an article": lambda: index.document(ArticleId("article-7")),
        "50 articles": lambda: index.entries(limit=50),
        "100 uses of a term": lambda: index.occurrences(term, limit=100),
        "300 speakers": lambda: index.speakers(limit=300),
        "20 articles of a speaker": lambda: index.articles_of(speaker, limit=20),
        "a speaker's terms": lambda: index.speaker_terms(speaker),
        "terms counted": index.term_counts,
        "articles counted": index.count,
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(21):
        for name, ask in asked.items():
            began = time.perf_counter()
            ask()
            times[name].append(1000 * (time.perf_counter() - began))
    return ", ".join(f"{name} {median(t):.2f}" for name, t in times.items())


def check(index: Index, keys: Sequence[tuple[str, str, str]], asked: dict[str, list[str]]) -> str:
    """Recall and precision of all hits of some queries of each class against a scan of every paragraph."""
    wrong = missed = right = checked = 0
    for words in asked.values():
        for text in words[:4]:
            query = parse(text)
            naive = {(a, b) for a, b, k in keys if query.fits(k)}
            found, after = set[tuple[str, str]](), ""
            while True:
                page = index.search(query, Filters(), limit=500, after=after)
                found |= {(line.article, line.block) for line in page.lines}
                after = page.next
                if not after or len(found) > 20_000:
                    break
            checked += 1
            right += len(found & naive)
            wrong += len(found - naive)
            missed += len(naive - found) if not after else 0
    return (
        f"{checked} queries, {right} hits: recall {right / max(1, right + missed):.4f}, "
        f"precision {right / max(1, right + wrong):.4f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--on", nargs="+", choices=["sqlite", "postgres"], default=["sqlite"])
    given = parser.parse_args()
    print(f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores\n")
    print("| paragraphs | text MB | index | time s | full text / text | whole / text ", end="")
    print("| 1 char p50 / p95 ms | 2 char | 4 char | 3 words | load |")
    print("| ---: | ---: | --- " + "| ---: " * 8 + "|")
    notes = []
    for size in given.sizes:
        keys = [(d.header.id, b.id, key(b.text)) for d in documents(size) for b in d.blocks]
        text_size = sum(len(k.encode()) for *_, k in keys)
        asked = queries([k for *_, k in keys])
        for name in given.on:
            subject = {"sqlite": sqlite, "postgres": postgres}[name]()
            index = subject.open()
            spent = fill(index, size)
            whole, full = subject.sizes(index)
            found = measure(index, asked)
            cells = " | ".join(f"{p50:.2f} / {p95:.2f}" for p50, p95, *_ in found.values())
            print(
                f"| {size:,} | {text_size / 1e6:.1f} | {name} | {spent:.0f} | {full / text_size:.2f} "
                f"| {whole / text_size:.2f} | {cells} | {os.getloadavg()[0]:.1f} |",
                flush=True,
            )
            cpu = ", ".join(f"{c} {p50:.2f} / {p95:.2f}" for c, (*_, p50, p95) in found.items())
            notes.append(f"{size:,} on {name}: processor ms p50 / p95 {cpu}; {check(index, keys, asked)}")
            notes.append(f"{size:,} on {name}: ms p50 of what pages ask: {pages(index)}")
            index.close()
            subject.close()
    print("\n" + "\n".join(notes))


def fill(index: Index, size: int) -> float:
    """Seconds to pack and put this number of paragraphs, without making them up."""
    spent, batch = 0.0, list[Document]()
    for document in documents(size):
        batch.append(document)
        if len(batch) == BATCH:
            spent += put(index, batch)
            batch = []
    spent += put(index, batch)
    began = time.perf_counter()
    index.tidy()
    return spent + time.perf_counter() - began


def put(index: Index, batch: Sequence[Document]) -> float:
    began = time.perf_counter()
    index.put_all([pack(d, "1") for d in batch])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
