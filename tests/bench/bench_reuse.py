"""Words that articles share: agreement with a search of every pair of places, and the cost of adding.

python tests/bench/bench_reuse.py [TEXTS] [LINES]    LINES: articles as JSON lines with `paragraphs`
"""

import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgres import fresh_database
from test_reuse import corpus, document, runs

from app.index import Index, open_index
from app.index.packed import pack
from app.model import Document
from app.text.reuse import LEAST, letters


def agreement(index: Index, documents: list[Document]) -> tuple[int, int]:
    """How many exact stretches the index has, and how many there are by comparing each place with each."""
    found = right = 0
    texts = {(d.header.id, b.id): letters(b.text) for d in documents for b in d.blocks}
    for d in documents:
        shared = defaultdict(list)
        for s in index.shared(d.header.id):
            shared[s.block, s.article, s.other].append((s.start, s.end))
        for mine in d.blocks:
            own = texts[d.header.id, mine.id]
            for (other, block), theirs in texts.items():
                for first, last in runs(own.text, theirs.text) if other != d.header.id else ():
                    start, end = own.place(first, last)
                    found += 1
                    right += any(a <= start and end <= b for a, b in shared[mine.id, other, block])
    return right, found


def same_blocks(index: Index, documents: list[Document]) -> tuple[int, int]:
    """The same for pairs of paragraphs that have any run of `LEAST` letters in common: for long texts."""
    holders = defaultdict(set)
    for d in documents:
        for b in d.blocks:
            text = letters(b.text).text
            for at in range(len(text) - LEAST + 1):
                holders[text[at : at + LEAST]].add((d.header.id, b.id))
    wanted = {(a, b) for some in holders.values() for a in some for b in some if a[0] != b[0]}
    known = {
        ((d.header.id, s.block), (s.article, s.other)) for d in documents for s in index.shared(d.header.id)
    }
    return len(wanted & known), len(wanted)


def put(index: Index, documents: list[Document]) -> list[float]:
    """Milliseconds of processor time for each article."""
    times = []
    for d in documents:
        packed, start = pack(d, "1"), time.process_time()
        index.put_all([packed])
        times.append(1000 * (time.process_time() - start))
    return times


def main() -> None:
    """Prints one line for each measurement."""
    made = corpus(Random(9), int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    for url in ("", fresh_database()):
        with tempfile.TemporaryDirectory() as folder:
            index = open_index(url, Path(folder))
            put(index, made)
            right, found = agreement(index, made)
            print(
                f"{'PostgreSQL' if url else 'SQLite'}, {len(made)} texts: {right} of {found} exact stretches"
            )
            index.close()
    if len(sys.argv) > 2:
        lines = [json.loads(line) for line in Path(sys.argv[2]).read_text("utf-8").splitlines()]
        long = [document(f"text-{n}", *x["paragraphs"], date=x["date"]) for n, x in enumerate(lines)]
        with tempfile.TemporaryDirectory() as folder:
            index = open_index("", Path(folder))
            times = put(index, long)
            size = sum(len(b.text) for d in long for b in d.blocks)
            print(f"{size} characters: {sum(times) / 1000:.1f} s, the last article {times[-1]:.0f} ms")
            right, found = same_blocks(index, long)
            print(f"pairs of paragraphs with {LEAST} letters in common: {right} of {found}")
            some, size = [], 0
            for block in long[len(long) // 2].blocks:
                if size < 1500:
                    some.append(block.text)
                    size += len(block.text)
            times = put(index, [document(f"new-{n}", *some) for n in range(3)])
            print(f"one more article of {size} characters: {min(times):.0f} to {max(times):.0f} ms")


if __name__ == "__main__":
    main()
