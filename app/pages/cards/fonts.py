"""The fonts of share images, and the characters that they lack."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from app.extras import load

# Characters that the fonts certainly have, so that most texts need no look at single characters.
COMMON = re.compile(
    "[\u0020-\u007e\u00a1-\u00ff\u3001\u3002\u3041-\u3096\u3400-\u4db5\u4e00-\u9fa5\uff01-\uff5e]+"
)

_EXTRA = ("drawing a share image", "cards")


def compile_template(source: bytes, form: Literal["png", "svg"], inputs: dict[str, str]) -> bytes:
    """Set a Typst template in the fonts of share images.

    Raises:
        MissingExtra: the extra `cards` is not installed.
    """
    made = load("typst", *_EXTRA).compile(  # 6 MB in memory
        source, format=form, ppi=72, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def fonts() -> Any:
    """The fonts of share images as Typst's `Fonts`, loaded once."""
    typst = load("typst", *_EXTRA)
    folder = load("pylopdf_fonts_zh_cn", *_EXTRA).__path__[0]
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


# Draws one character in the fonts of the cards.
_ONE = b"""
#set page(width: 9pt, height: 9pt, margin: 0pt)
#set text(font: ("Noto Serif SC", "Libertinus Serif"))
#sys.inputs.c
"""


@lru_cache(maxsize=4096)
def is_lacking(c: str) -> bool:
    """Whether no font has a character: then it looks like U+FFFF, which no font has. Takes 0.4 ms."""
    return not c.isspace() and compile_template(_ONE, "svg", {"c": c}) == _drawn_if_lacking()


@lru_cache(maxsize=1)
def _drawn_if_lacking() -> bytes:
    return compile_template(_ONE, "svg", {"c": "\uffff"})
