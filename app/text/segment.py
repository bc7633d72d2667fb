"""Paragraphs to words; the only place that knows jieba.

jieba 0.42.1 is the reference. `rjieba` (extra `fast`) cuts alike and 18 times as fast, and is taken when it
is installed; `tests/text/test_segment.py` holds the two against each other. Both are imported when a
`Segmenter` is made and not before: a site whose index is up to date never loads a dictionary.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from app.text.folding import visible

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced, code point for code point, for libraries that speak UTF-8."""
    return _SURROGATE.sub(_REPLACEMENT, text)


class Segmenter:
    """A dictionary of its own, with user words.

    Args:
        words: to be kept whole where the text allows, such as glossary forms.
        cache: a private folder for jieba's dictionary cache. jieba reads that file with `marshal` and by
            default keeps it in the common temporary folder, where anybody could plant one. None: no cache.
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
        # Only words that are all word characters can be words to either engine.
        own = sorted({w for w in words if w and re.fullmatch(r"\w+", w)}, key=lambda w: (len(w), w))
        if self.engine == "rjieba":
            import rjieba

            fast = rjieba.Jieba()
            for word in own:
                fast.add_word(word, None, None)
            self._cut = fast.cut
        else:
            import jieba

            jieba.setLogLevel(logging.WARNING)
            slow = jieba.Tokenizer()
            if cache is not None:
                cache.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Without a folder the cache is made in one of a moment, which is private too.
            with nullcontext(cache) if cache else TemporaryDirectory() as folder:
                slow.tmp_dir = str(folder)
                slow.initialize()
            for word in own:
                slow.add_word(word)
            self._cut = slow.cut

    def cut(self, text: str) -> tuple[str, ...]:
        """The text's words in order; joined they are the text (lone surrogates aside)."""
        seen = visible(well_formed(text))
        if seen.places is None:
            return tuple(self._cut(seen.text))
        return tuple(text[start:end] for start, end in pairwise((0, *self.ends(text))))

    def ends(self, text: str) -> tuple[int, ...]:
        """Where the words end, in code points."""
        seen = visible(well_formed(text))
        ends = tuple(accumulate(map(len, self._cut(seen.text))))
        # Invisible characters belong to the word before them, those at the start to the first one.
        return ends if seen.places is None else tuple(map(seen.at, ends)) or (len(text),)
