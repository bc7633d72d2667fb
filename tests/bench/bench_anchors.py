"""Time of aligning, saving, reading and following, for an article and for a book. Printed, never asserted.

Times are of the processor, so that neighbours on the machine do not count. The texts are words drawn as
often as words are in real texts (Zipf), so that paragraphs share bigrams as real ones do.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.model import ArticleId, Piece
from app.text.paragraphs import Ledger, align, follow, ledger_lines, parse_ledger, save

RANDOM = random.Random(1998)
SIGNS = [chr(RANDOM.randrange(0x4E00, 0x9FA5)) for _ in range(2500)]
WORDS = ["".join(RANDOM.choices(SIGNS, k=RANDOM.choice((1, 2, 2, 2, 3)))) for _ in range(8000)]
WEIGHTS = [1 / (rank + 3) for rank in range(len(WORDS))]

Result = TypeVar("Result")


def words(n: int) -> list[str]:
    return RANDOM.choices(WORDS, WEIGHTS, k=n)


def text() -> list[str]:
    return words(RANDOM.randint(20, 90))


def edited(paragraph: Sequence[str], share: float) -> list[str]:
    """With this share of its words replaced."""
    new = words(len(paragraph))
    return [b if RANDOM.random() < share else a for a, b in zip(paragraph, new, strict=True)]


def pieces(paragraphs: Sequence[Sequence[str]]) -> list[Piece]:
    return [Piece("paragraph", "".join(paragraph) + "。") for paragraph in paragraphs]


def timed(name: str, work: Callable[[], Result], bound: str = "") -> Result:
    """The best of three, printed."""
    times = []
    for _ in range(3):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    print(f"{name:<58}{1000 * min(times):>8.0f} ms  {bound}")
    return result


def main() -> None:
    """Prints one line for each measure."""
    for n, changed, share, bound in (
        (13, 1.0, 0.3, "< 30 ms"),
        (500, 1.0, 0.1, "< 1500 ms"),
        (500, 1.0, 0.5, "< 1500 ms"),
        (500, 1.0, 1.0, "nothing alike"),
        (5000, 0.0, 0.0, "nothing changed"),
        (5000, 0.05, 0.3, "< 2000 ms"),
        (5000, 1.0, 0.3, "a book, every paragraph"),
    ):
        old = [text() for _ in range(n)]
        new = [edited(p, share) if RANDOM.random() < changed else p for p in old]
        first = Ledger(ArticleId("bench"))
        first = save(first, align(first, pieces(old)), saved_at="2026-01-01")
        name = f"align {n} paragraphs, {changed:.0%} changed in {share:.0%} of their words"
        found = timed(name, lambda first=first, new=new: align(first, pieces(new)), bound)
        kept = len({move.id for move in found.moves} & first.ids)
        print(f"    {kept} of {n} ids kept")

    book = [text() for _ in range(5000)]
    ledger = Ledger(ArticleId("bench"))
    ledger = timed(
        "first save of 5,000", lambda: save(ledger, align(ledger, pieces(book)), saved_at="2026-01-01")
    )
    for day in range(2, 22):
        book = [edited(p, 0.2) if RANDOM.random() < 0.05 else p for p in book]
        ledger = save(ledger, align(ledger, pieces(book)), saved_at=f"2026-01-{day:02}")
    lines = list(ledger_lines(ledger))
    print(
        f"a ledger of 5,000 paragraphs and 21 revisions: {sum(map(len, lines)) / 1e6:.1f} million characters"
    )
    timed("    read it", lambda: parse_ledger(lines))
    id = ledger.current[2500].id
    timed("    follow an id a hundred times", lambda: [follow(ledger, id) for _ in range(100)])


if __name__ == "__main__":
    main()
