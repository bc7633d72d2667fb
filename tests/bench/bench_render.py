"""The reading page of the longest own article: rendered first, again after one edit; and annotated.

Medians of processor time, one core, everything loaded, beside what they should be. What the measured step
would have kept from the run before is thrown away each time: fragments, cards and blocks for the first
rendering, compiled patterns for annotating. Printed, never asserted.
"""

from __future__ import annotations

import gc
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app import pages as made
from app.index.sql import entry_of
from app.library import Library, open_library
from app.model import ArticleId, Document
from app.pages import Pages
from app.settings import Settings
from app.text.quotes import attribute
from app.views import Fragments, Page
from app.web import Renderer

ROOT = Path(__file__).parents[2]
ARTICLE = ArticleId("shanghai-kechuang")
RUNS = 100


def nothing() -> None:
    """Prepares for a step that keeps nothing."""


def median(step: Callable[[], object], before: Callable[[], object] = nothing) -> float:
    """Milliseconds that a step takes; `before` prepares each run and is not counted."""
    times = []
    for _ in range(RUNS):
        before()
        began = time.process_time()
        step()
        times.append(time.process_time() - began)
    return statistics.median(times) * 1000


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

        fragments = renderer.environment.globals["fragment"]
        assert isinstance(fragments, Fragments)

        def render(source: Pages) -> None:
            page = source.reader(ARTICLE)
            assert isinstance(page, Page)
            renderer.render(page)

        def forget() -> None:
            for kept in (made._ref, made._voice, made._block_view):
                kept.cache_clear()
            pages._entries(library.knowledge())._cards.cache_clear()
            fragments._made.clear()
            fragments._size = 0

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
        for label, goal, figure in (
            ("rendered first, from the index", 5.0, lambda: median(lambda: render(pages), forget)),
            ("rendered again, one paragraph edited", 1.0, lambda: median(lambda: render(after), edit)),
            ("  the document out of the index", None, lambda: median(lambda: library.document(ARTICLE))),
            ("  what lists show of a document", None, lambda: median(lambda: entry_of(document))),
            (
                "annotated",
                3.0,
                lambda: median(lambda: annotator.annotate(document.header, 1, document.blocks), re.purge),
            ),
            (
                "  of that, quotations",
                None,
                lambda: median(lambda: attribute(document.blocks, people=known), re.purge),
            ),
        ):
            told = f"goal ≤ {goal:g} ms" if goal else ""
            print(f"{label:40} {figure():6.2f} ms   {told}")  # type: ignore[no-untyped-call]
        # A yardstick, for figures of different machines and hours.
        print(f"{'a million additions in a loop':40} {median(lambda: sum(range(1_000_000))):6.2f} ms")


if __name__ == "__main__":
    main()
