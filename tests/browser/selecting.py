"""Selections that browser tests make without a pointer."""

from __future__ import annotations

from playwright.sync_api import Page


def select(page: Page, id: str, words: str) -> None:
    """Select words of a paragraph, as a pointer would, whatever elements they are in."""
    page.evaluate(
        """async ([id, words]) => {
            const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
            const passage = await import(folder + 'features/passage.js');
            const block = document.getElementById(id), at = passage.textOf(block).indexOf(words);
            if (at < 0) throw Error('no such words');
            const range = passage.rangeOf(block, at, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [id, words],
    )
