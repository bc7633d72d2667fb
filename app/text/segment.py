"""Splits texts into words with jieba.

jieba 0.42.1 is the reference. If `rjieba` (extra `fast`) is installed, it is used instead: it gives the same
words 18 times as fast, and `tests/text/test_segment.py` compares the two. Both are imported when a
`Segmenter` is made, so a site whose index is up to date never loads a dictionary.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from app.text.folding import visible, well_formed


class Segmenter:
    """A segmenter with a dictionary of its own.

    Args:
        words: additional words, such as glossary forms.
        cache: a private folder for jieba's dictionary cache; None for no cache. jieba reads that file with
            `marshal`; its default, the shared temporary folder, would let other users replace it.
        engine: rjieba or jieba; by default the faster of the installed ones.
    """

    def __init__(
        self,
        words: Iterable[str] = (),
        *,
        cache: Path | None = None,
        engine: Literal["rjieba", "jieba", ""] = "",
    ) -> None:
        self._cut: Callable[[str], Iterable[str]]
        self.engine = engine or ("rjieba" if find_spec("rjieba") else "jieba")
        module = import_module(self.engine)
        # Neither engine finds words with punctuation or spaces.
        own = sorted({w for w in words if w and re.fullmatch(r"\w+", w)}, key=lambda w: (len(w), w))
        if self.engine == "rjieba":
            fast = module.Jieba()  # with its dictionary 32 MB and .6 s
            for word in own:
                fast.add_word(word, None, None)
            self._cut = fast.cut
        else:
            module.setLogLevel(logging.WARNING)
            slow = module.Tokenizer()  # 12 MB and .4 s, without its dictionary
            if cache is not None:
                cache.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Without a folder, jieba writes its cache into a temporary private one.
            with nullcontext(cache) if cache else TemporaryDirectory() as folder:
                slow.tmp_dir = str(folder)
                slow.initialize()
            for word in own:
                slow.add_word(word)
            self._cut = slow.cut

    def cut(self, text: str) -> tuple[str, ...]:
        """The words of a text in order. Joined they are the text, except for lone surrogates."""
        seen = visible(well_formed(text))
        if seen.places is None:
            return tuple(self._cut(seen.text))
        return tuple(text[start:end] for start, end in pairwise((0, *self.ends(text))))

    def ends(self, text: str) -> tuple[int, ...]:
        """The ends of the words, in code points."""
        seen = visible(text)
        try:
            words = self._cut(seen.text)
        except UnicodeEncodeError:  # half of a pair of surrogates
            words = self._cut(well_formed(seen.text))
        ends = tuple(accumulate(map(len, words)))
        # Invisible characters belong to the word before them, those at the start to the first one.
        return ends if seen.places is None else tuple(map(seen.at, ends)) or (len(text),)
