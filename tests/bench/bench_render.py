"""The reading page of the longest own article: rendered first, again after one edit; and annotated.

Medians of processor time, one core, everything loaded. What the measured step would have kept from the run
before is thrown away each time: fragments, cards and blocks for the first rendering, compiled patterns for
annotating. The yardstick is what the usual way takes for the same text, jieba and pypinyin; it is measured in
turn with the others, and a goal is a part of it, so that figures of different machines and hours can be
compared. Printed, never asserted.

Needs pypinyin: pip install -e .[zh]
"""

from __future__ import annotations

import gc
import logging
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import jieba
from pypinyin import pinyin

from app.index import entry_of
from app.library.library import Library, open_library
from app.model import ArticleId, Document
from app.pages import blocks as cached
from app.pages.contexts import Page
from app.pages.pages import Pages
from app.settings import Settings
from app.text.quotes.attribution import attribute
from app.web.rendering import Renderer

ROOT = Path(__file__).parents[2]
ARTICLE = ArticleId("shanghai-kechuang")
RUNS, TURNS = 100, 10
# What the yardstick took where the goals were set, in milliseconds.
YARDSTICK = 12.5


def nothing() -> None:
    """Prepares for a step that keeps nothing."""


Step = tuple[Callable[[], object], Callable[[], object]]


def medians(steps: Mapping[str, Step]) -> dict[str, float]:
    """Milliseconds that each step takes, all of them in turn; what prepares a step is not counted."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(TURNS):
        for name, (step, before) in steps.items():
            for _ in range(RUNS // TURNS):
                before()
                began = time.process_time()
                step()
                times[name].append(time.process_time() - began)
    return {name: statistics.median(taken) * 1000 for name, taken in times.items()}


def usual_way(text: str, cache: Path) -> Callable[[], object]:
    """What most readers of Chinese do with a text: words by jieba, readings by pypinyin."""
    jieba.setLogLevel(logging.WARNING)
    words = jieba.Tokenizer()
    words.tmp_dir = str(cache)
    words.initialize()
    return lambda: (words.lcut(text), pinyin(text))


class Edited:
    """A library whose one article is, at each turn, the text as it was or with another paragraph changed."""

    def __init__(self, library: Library, versions: list[Document]) -> None:
        self._library = library
        self._versions = versions
        self.now = versions[0]

    def __getattr__(self, name: str) -> object:
        return getattr(self._library, name)

    def document(self, _: ArticleId) -> Document:
        """The article as it is at the moment."""
        return self.now

    def turn(self, n: int) -> None:
        """Show one of the versions."""
        self.now = self._versions[n]


def main() -> None:
    """One line a figure."""
    with tempfile.TemporaryDirectory() as var:
        library = open_library(Settings(content=ROOT / "content", var=Path(var)))
        library.refresh()
        document, annotator = library.document(ARTICLE), library.annotator()
        pages, renderer = Pages(library, base_url="http://x", site_name="眉批"), Renderer("http://x", "眉批")

        def render(source: Pages) -> None:
            page = source.reader(ARTICLE)
            assert isinstance(page, Page)
            renderer.render(page)

        def forget() -> None:
            for kept in (cached._term_ref, cached._voice, cached._block_view):
                kept.cache_clear()
            pages.glossary()._cards.cache_clear()
            renderer.fragments.cache_clear()

        # Each version differs from the first in one paragraph, and from every other.
        versions = [document]
        paragraphs = [n for n, b in enumerate(document.blocks) if b.kind == "paragraph"]
        for n in range(RUNS):
            blocks, at = list(document.blocks), paragraphs[n % len(paragraphs)]
            blocks[at] = replace(blocks[at], text=f"{blocks[at].text}第{n}稿。")
            versions.append(annotator.annotate(document.header, 1, blocks))
        edited = Edited(library, versions)
        after = Pages(edited, base_url="http://x", site_name="眉批")  # type: ignore[arg-type]
        turns = iter(range(1, RUNS + 1))

        def edit() -> None:
            edited.turn(0)
            render(after)
            edited.turn(next(turns))

        render(pages)
        gc.freeze()  # the versions are the benchmark's own: the collector need not walk them
        known = library.knowledge().people
        text = "\n".join(b.text for b in document.blocks)
        steps: dict[str, Step] = {
            "yardstick: jieba and pypinyin": (usual_way(text, Path(var)), nothing),
            "rendered first, from the index": (lambda: render(pages), forget),
            "rendered again, one paragraph edited": (lambda: render(after), edit),
            "  the document out of the index": (lambda: library.document(ARTICLE), nothing),
            "  what lists show of a document": (lambda: entry_of(document), nothing),
            "annotated": (lambda: annotator.annotate(document.header, 1, document.blocks), re.purge),
            "  of that, quotations": (lambda: attribute(document.blocks, people=known), re.purge),
        }
        goals = {
            "rendered first, from the index": 5.0,
            "rendered again, one paragraph edited": 1.0,
            "annotated": 3.0,
        }
        took = medians(steps)
        yardstick = next(iter(took.values()))
        for label, figure in took.items():
            line = f"{label:38} {figure:6.2f} ms  {figure / yardstick:5.3f} of the yardstick"
            if goal := goals.get(label):
                line += f", goal ≤ {goal / YARDSTICK:.2f} ({goal:g} ms where that takes {YARDSTICK} ms)"
            print(line)


if __name__ == "__main__":
    main()
