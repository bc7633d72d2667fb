"""Files that are built to overwhelm their reader, by format and kind; the same seed gives the same files."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import bomb_kinds as plain
import bombs_drawn as drawn
import bombs_text as text
import bombs_zipped as zipped
from bomb_kinds import Make, cut_short, damaged, encoded, mixed

FORMATS: dict[str, dict[str, Make]] = {
    "txt": plain.TXT
    | text.TXT
    | {"cut short": cut_short(mixed), "damaged": damaged(plain.TXT["wrapped lines"])},
    "md": plain.MD
    | text.MD
    | {"cut short": cut_short(plain.MD["footnotes"]), "damaged": damaged(plain.MD["nested lists"])},
    "html": plain.HTML
    | text.HTML
    | {"cut short": cut_short(plain.HTML["json-ld graph"]), "damaged": damaged(plain.HTML["paragraphs"])},
    "docx": plain.DOCX
    | zipped.DOCX
    | {"cut short": cut_short(plain.DOCX["paragraphs"]), "damaged": damaged(plain.DOCX["rows"])},
    "epub": plain.EPUB
    | zipped.EPUB
    | {"cut short": cut_short(plain.EPUB["chapters"]), "damaged": damaged(plain.EPUB["chapters"])},
    "pdf": plain.PDF
    | drawn.PDF
    | {"cut short": cut_short(plain.PDF["columns"]), "damaged": damaged(plain.PDF["a grid"])},
    "rtf": plain.RTF
    | drawn.RTF
    | {"cut short": cut_short(plain.RTF["fields"]), "damaged": damaged(plain.RTF["bytes"])},
    "mht": plain.MHT
    | drawn.MHT
    | {"cut short": cut_short(plain.MHT["parts"]), "damaged": damaged(plain.MHT["quoted bytes"])},
}


def bombs(
    format: str, count: int, *, smallest: int, largest: int, seed: int = 1
) -> Iterator[tuple[str, bytes]]:
    """This number of files of a format with their names; every kind in turn, in growing sizes.

    Args:
        format: a key of `FORMATS`.
        count: of the files.
        smallest, largest: about their characters, or what takes as many.
        seed: of the random parts.
    """
    kinds = list(FORMATS[format].items())
    rounds = -(-count // len(kinds))
    for i in range(count):
        kind, make = kinds[i % len(kinds)]
        size = int(smallest * (largest / smallest) ** ((1 + i // len(kinds)) / rounds))
        data = encoded(make(size, Random(f"{seed} {format} {i}")))
        yield f"{kind} {size:,}", data
