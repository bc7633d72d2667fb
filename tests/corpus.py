"""Invented Chinese articles of any number, for measuring: the same seed gives the same articles.

Words are drawn from jieba's dictionary by their frequencies there, which follow Zipf's law as those of a
newspaper do, and set into clauses by their parts of speech. Nothing is copied from a published text, and
nothing means anything; but characters, pairs, names, numbers, Latin words and quotations are about as
often as in print, so that an index and an annotator have the work they would have.

    python tests/corpus.py 100000 > articles.jsonl     as many paragraphs, 25 an article
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

PARAGRAPHS = 25

# Clauses as parts of speech and words: n noun, v verb, a adjective, d adverb, ns place, nr person, m number.
_CLAUSES = tuple(
    pattern.split()
    for pattern in (
        "n v 了 n",
        "n d v n",
        "ns 的 n v 了 a 的 n",
        "n 和 n d v",
        "在 ns ， n 正在 v n",
        "m 年 来 ， n v 了 m 个 n",
        "n 不 v n ， 也 不 v n",
        "v n 、 v n 、 v n",
        "对 n 来说 ， n 是 a 的",
        "n 的 n 已经 d v",
        "把 n v 到 n 里",
        "n 比 n 更 a",
        "这 是 ns n 的 m 次 v",
        "x 的 n d v 了 n",
        "随着 n 的 v ， n 越来越 a",
        "nr v 了 n",
        "l",
    )
)
_ENDS = ("，", "，", "，", "。", "。", "；", "。")
_OFFICES = ("主任", "教授", "负责人", "厂长", "研究员", "村民", "老师", "局长")
_SAYS = ("说", "表示", "指出", "认为", "强调", "介绍")
_LATIN = ("AI", "5G", "GDP", "APP", "IPO", "DNA", "WTO", "LED", "SUV", "ESG")
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"


@cache
def _words() -> dict[str, tuple[list[str], list[float]]]:
    """Words by part of speech with cumulative frequencies."""
    found: dict[str, tuple[list[str], list[int]]] = {}
    for line in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, frequency, kind = line.split(" ")
        if len(word) > 4 and kind != "l":
            continue
        kind = {"vn": "v", "an": "a", "ad": "d", "nz": "n", "nt": "n", "i": "l", "j": "n", "f": "n"}.get(
            kind, kind
        )
        if kind in ("n", "v", "a", "d", "ns", "l"):
            words, weights = found.setdefault(kind, ([], []))
            words.append(word)
            weights.append(int(frequency) + 1)
    return {kind: (words, list(accumulate(map(float, weights)))) for kind, (words, weights) in found.items()}


class Writer:
    """Writes clauses, paragraphs and articles."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._drawn: dict[str, list[str]] = {}

    def _word(self, kind: str) -> str:
        drawn = self._drawn.get(kind)
        if not drawn:
            words, weights = _words()[kind]
            drawn = self._drawn[kind] = self._random.choices(words, cum_weights=weights, k=4096)
        return drawn.pop()

    def name(self) -> str:
        """A person's name."""
        given = self._word("n")[:2] if self._random.random() < 0.5 else self._word("a")[:1]
        return self._random.choice(_SURNAMES) + given

    def clause(self) -> str:
        """A clause without its mark."""
        made = []
        for part in self._random.choice(_CLAUSES):
            if part in ("n", "v", "a", "d", "ns", "l"):
                made.append(self._word(part))
            elif part == "m":
                made.append(str(self._random.randint(2, 2000)))
            elif part == "x":
                made.append(self._random.choice(_LATIN))
            elif part == "nr":
                made.append(self.name())
            else:
                made.append(part)
        return "".join(made)

    def sentences(self, size: int) -> str:
        """A text of about this number of characters."""
        made, length = [], 0
        while length < size:
            made += (self.clause(), self._random.choice(_ENDS))
            length += len(made[-2]) + 1
        made[-1] = "。"
        return "".join(made)

    def paragraph(self) -> str:
        """A paragraph; every third one says who says what."""
        size = max(20, int(self._random.gauss(120, 50)))
        if self._random.random() < 0.67:
            return self.sentences(size)
        who = f"{self._word('ns')}{self._word('n')}{self._random.choice(_OFFICES)}{self.name()}"
        said = self.sentences(size * 2 // 3)
        return f"{who}{self._random.choice(_SAYS)}：“{said}”{self.sentences(size // 3)}"

    def article(self, n: int) -> dict[str, Any]:
        """The n-th article as a line for `meipi index --jsonl`."""
        year, month, day = 1990 + n % 35, 1 + n % 12, 1 + n % 28
        return {
            "id": f"article-{n}",
            "title": self.clause()[:24],
            "date": f"{year}-{month:02}-{day:02}",
            "paragraphs": [self.paragraph() for _ in range(PARAGRAPHS)],
        }


def articles(paragraphs: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Articles with this number of paragraphs in all."""
    writer = Writer(seed)
    for n in range(-(-paragraphs // PARAGRAPHS)):
        yield writer.article(n)


if __name__ == "__main__":
    for record in articles(int(sys.argv[1])):
        print(json.dumps(record, ensure_ascii=False))
