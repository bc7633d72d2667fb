"""Time and size of share images, warm, and what the fonts cost in memory."""

import resource
import time
from statistics import median

from msgspec.structs import replace

from app.pages.cards import SIZES, CardText, draw

SENTENCE = "雨下了三天三夜，河水涨到桥面，村里的人都搬到了山上的小学校里，带着锅、米、被子和家里的鸡。"
CARD = CardText(
    words="",
    speaker="张秀英",
    role="青石村小学教师",
    title="大水那一年",
    supplied=True,
    date="约1998年7月",
    revision=3,
    address="https://meipi.example/a/1998-07-dashui/k7f3/",
    site="眉批",
    quoted=True,
)
WORDS = {
    "short": SENTENCE[:20] + "。",
    "long": SENTENCE * 4,
    "latin": "We rebuilt the service in Python 3.11，每秒从 1,200 次升到 18,500 次；don’t repeat yourself。"
    * 2,
}


def main() -> None:
    """Prints one line for each kind of card."""
    start = time.perf_counter()
    draw(replace(CARD, words=WORDS["short"]), "og")
    print(f"first card of the process: {1000 * (time.perf_counter() - start):.0f} ms")
    for name, words in WORDS.items():
        for size in SIZES:
            card = replace(CARD, words=words)
            times, cpu = [], time.process_time()
            for _ in range(8):
                start = time.perf_counter()
                png = draw(card, size)
                times.append(1000 * (time.perf_counter() - start))
            cpu = 1000 * (time.process_time() - cpu) / len(times)
            warm = times[1:]
            print(
                f"{name:6} {size:9} {median(warm):6.1f} ms median, {max(warm):6.1f} worst,"
                f" {cpu:6.1f} of the processor, {len(png) / 1000:5.1f} kB"
            )
    print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
