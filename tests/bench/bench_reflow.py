"""Speed of reflow over wrapped and plain texts of growing length. Printed, never asserted.

usage: bench_reflow.py [MEGABYTES …]    (default 1 10; 100 shows that time grows with length and no faster)

Times are of the processor, so that neighbours on the machine do not count. The texts are words drawn as
often as words are in real texts (Zipf), set into a column with lost indents, cross-heads and page numbers.
"""

import random
import sys
import time
from collections.abc import Iterator

from app.text.reflow import reflow

RANDOM = random.Random(1911)
SIGNS = [chr(RANDOM.randrange(0x4E00, 0x9FA5)) for _ in range(2500)]
WORDS = ["".join(RANDOM.choices(SIGNS, k=RANDOM.choice((1, 2, 2, 2, 3)))) for _ in range(8000)]
WEIGHTS = [1 / (rank + 3) for rank in range(len(WORDS))]


def clause() -> str:
    words = RANDOM.choices(WORDS, WEIGHTS, k=RANDOM.randint(3, 8))
    if RANDOM.random() < 0.1:
        words.append(str(RANDOM.randint(1, 2030)))
    return "".join(words)


def paragraph() -> str:
    sentences = (
        "，".join(clause() for _ in range(RANDOM.randint(1, 4))) for _ in range(RANDOM.randint(2, 7))
    )
    return "。".join(sentences) + "。"


def column(text: str, width: int) -> Iterator[str]:
    start, room = 0, width - 2
    while start < len(text):
        end = start + room
        if text[end : end + 1] in ("，", "。"):
            end -= 1
        yield text[start:end]
        start, room = end, width


def article(*, wrapped: bool, blank: bool) -> str:
    """A page or two: a title, paragraphs under cross-heads, a page number."""
    width = RANDOM.choice((15, 18, 22, 30))
    lines = [clause()[:14]]
    for n in range(RANDOM.randint(5, 14)):
        if n % 4 == 3:
            lines.append(clause()[:10])
        lines += column(paragraph(), width) if wrapped else [paragraph()]
    lines.append(f"— {RANDOM.randint(1, 400)} —")
    return ("\n\n" if blank else "\n").join(lines) + "\n"


def text(size: int, *, wrapped: bool, blank: bool) -> str:
    """About this number of bytes of UTF-8: forty articles, over and over."""
    articles = [article(wrapped=wrapped, blank=blank) for _ in range(40)]
    once = sum(len(each.encode()) for each in articles)
    return "".join(articles * max(1, size // once))


def main() -> None:
    sizes = [float(size) for size in sys.argv[1:]] or [1, 10]
    for name, wrapped, blank in (
        ("wrapped", True, False),
        ("wrapped, blank lines between", True, True),
        ("not wrapped", False, False),
    ):
        for size in sizes:
            source = text(int(size * 1e6), wrapped=wrapped, blank=blank)
            megabytes = len(source.encode()) / 1e6
            started = time.process_time()
            result = reflow(source)
            seconds = time.process_time() - started
            print(
                f"{name:30} {megabytes:7.1f} MB {seconds:7.2f} s {megabytes / seconds:6.2f} MB/s"
                f" {len(result.line_ends):9,} lines {len(result.pieces):8,} blocks"
            )


if __name__ == "__main__":
    main()
