"""Speed, memory and building time of finding terms, with the project's glossary and with large invented ones.

Times are of the processor, so that neighbours on the machine do not count. Printed, never asserted.
"""

import random
import resource
import time
from pathlib import Path

from app.content.store import Content
from app.model import ArticleId, Term, TermId
from app.text.terms.matcher import TermMatcher

ROOT = Path(__file__).parents[2]


def invented(count: int) -> list[Term]:
    """Entries of two to six characters of a common six thousand, each once."""
    chance = random.Random(1)
    common = [chr(0x4E00 + i) for i in range(6000)]
    forms = {"".join(chance.choices(common, k=chance.choice((2, 3, 4, 4, 5, 6)))) for _ in range(count)}
    return [
        Term(TermId(f"t{i}"), form, "", "concept", "useful", "。") for i, form in enumerate(sorted(forms))
    ]


def main() -> None:
    """One line a glossary."""
    content = Content(ROOT / "content")
    own = list(content.knowledge().terms)
    texts = [p.text for p in content.article(ArticleId("shanghai-kechuang")).pieces] * 300
    megabytes = sum(len(t.encode()) for t in texts) / 1e6
    for label, terms in (
        ("100 terms", own[:100]),
        ("12,000 terms", own + invented(12_000)),
        ("120,000 terms", own + invented(120_000)),
    ):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        matcher = TermMatcher(terms)
        matcher.every_place("甲")  # the second automaton, made when a form is first refused
        built = time.process_time() - start
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        start = time.process_time()
        found = sum(len(matcher.find(text)) for text in texts)
        taken = time.process_time() - start
        print(
            f"{label}: {megabytes / taken:.1f} MB/s, {found} found in {megabytes:.0f} MB;"
            f" built in {built:.2f} s, {memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
