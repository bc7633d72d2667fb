"""Time and memory of the language help: dictionary, pinyin, script, learners' lists. Printed, never asserted.

Times are of the processor, so that neighbours on the machine do not count.
"""

import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.dictionary.cedict import Dictionary
from app.dictionary.phrases import Phrases

ROOT = Path(__file__).parents[2]
ARTICLE = (ROOT / "content/articles/shanghai-kechuang/article.md").read_text("utf-8").split("---", 2)[2]
PARAGRAPHS = [p.strip() for p in ARTICLE.split("\n\n") if p.strip()]


def memory() -> float:
    """What the process holds now, in MiB."""
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def cost(work: Callable[[], object], times: int) -> float:
    """Milliseconds of the processor, on average."""
    start = time.process_time()
    for _ in range(times):
        work()
    return 1000 * (time.process_time() - start) / times


def dictionary_costs(path: Path) -> Dictionary:
    """Making, opening, asking."""
    before = memory()
    print(
        f"dictionary: made in {cost(lambda: Dictionary(path), 1):.0f} ms, {path.stat().st_size / 1e6:.1f} MB"
    )
    print(f"  opened in {cost(lambda: Dictionary(path), 20):.2f} ms")
    dictionary = Dictionary(path)
    chance = random.Random(1)
    times = []
    for _ in range(3000):
        text = chance.choice(PARAGRAPHS)
        at = chance.randrange(len(text))
        start = time.perf_counter()
        dictionary.look_up(text, at)
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    print(
        f"  look-up {times[1500]:.2f} ms median, {times[2850]:.2f} at the 95th hundredth;"
        f" memory {memory() - before:+.1f} MiB"
    )
    return dictionary


def pinyin_costs(dictionary: Dictionary, phrases: Phrases) -> None:
    """The article, word by word."""
    from app.text.readings.pinyin import readings
    from app.text.segment import Segmenter

    segmenter = Segmenter()
    cuts = [segmenter.cut(p) for p in PARAGRAPHS]
    characters = sum(len(p) for p in PARAGRAPHS)

    def read() -> None:
        for paragraph, words in zip(PARAGRAPHS, cuts, strict=True):
            readings(paragraph, words, dictionary=dictionary, phrases=phrases)

    before = memory()
    first = cost(read, 1)
    warm = cost(read, 10)
    print(
        f"pinyin: article of {characters} characters {first:.0f} ms first, {warm:.1f} ms then"
        f" ({characters / warm / 1000:.2f} Mchar/s); memory {memory() - before:+.1f} MiB"
    )
    for page in sorted((ROOT / "tests/golden/pinyin").glob("*.txt")):
        lines = page.read_text("utf-8").splitlines()
        right = count = 0
        for text, expected in zip(lines[::2], lines[1::2], strict=True):
            found = [
                s
                for r in readings(text, segmenter.cut(text), dictionary=dictionary, phrases=phrases)
                for s in r.syllables
            ]
            for got, wanted in zip(found, expected.split(), strict=True):
                count += 1
                right += got.lower().rstrip("-") in wanted.split("/")
        print(f"  {page.stem}: {right} of {count} syllables right, {right / count:.2%}")


def script_costs() -> None:
    """The article there and back."""
    from app.text.readings.script import convert

    text = "\n".join(PARAGRAPHS)
    first = cost(lambda: convert(text, "hant"), 1)
    there = convert(text, "hant")
    warm, back = cost(lambda: convert(text, "hant"), 50), cost(lambda: convert(there, "hans"), 50)
    lost = sum(a != b for a, b in zip(text, convert(there, "hans"), strict=True))
    print(
        f"script: first {first:.0f} ms; article to hant {warm:.2f} ms, to hans {back:.2f} ms;"
        f" {lost} of {len(re.sub(chr(92) + 's', '', text))} characters do not come back"
    )


def main() -> None:
    """Prints a few lines for each part."""
    with tempfile.TemporaryDirectory() as folder:
        dictionary = dictionary_costs(Path(folder) / "dictionary.sqlite3")
        pinyin_costs(dictionary, Phrases(Path(folder) / "phrases.sqlite3"))
        script_costs()


if __name__ == "__main__":
    main()
