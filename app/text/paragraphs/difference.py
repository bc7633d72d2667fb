"""The difference of two wordings, for the reader of a rewritten paragraph."""

from __future__ import annotations

import difflib
import re
from typing import Literal

Op = Literal["same", "cut", "put"]
_UNIT = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)


def difference(old: str, new: str) -> tuple[tuple[Op, str], ...]:
    """Return unchanged, cut and added parts, by Chinese characters and Latin words.

    The parts `same` and `cut` are the old text, `same` and `put` the new one. A single character that stayed
    between two changes is counted as changed: it stayed by chance and only breaks up the view.
    """
    a, b = _UNIT.findall(old), _UNIT.findall(new)
    steps = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    parts: list[tuple[Op, str]] = []
    cut, put = "", ""
    for n, (tag, i, k, j, m) in enumerate(steps):
        if tag == "equal" and (k - i > 1 or n in (0, len(steps) - 1)):
            parts += _changed(cut, put)
            parts.append(("same", "".join(a[i:k])))
            cut = put = ""
        else:
            cut, put = cut + "".join(a[i:k]), put + "".join(b[j:m])
    return (*parts, *_changed(cut, put))


def _changed(cut: str, put: str) -> list[tuple[Op, str]]:
    parts: list[tuple[Op, str]] = [("cut", cut), ("put", put)]
    return [part for part in parts if part[1]]
