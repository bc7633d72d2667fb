"""Tables as CSV that spreadsheets open safely: UTF-8 with a byte order mark, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

# Spreadsheets run a cell that begins with one of these. An apostrophe before it marks the cell as text.
# Source: OWASP, CSV Injection.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A CSV file line by line: the byte order mark with the header, then the rows.

    A lone surrogate, which UTF-8 cannot hold, becomes a question mark.
    """
    line = io.StringIO()
    table = csv.writer(line, lineterminator="\r\n")
    table.writerow(columns)
    yield line.getvalue().encode("utf-8-sig")
    for row in rows:
        line.seek(0)
        line.truncate()
        table.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
        yield line.getvalue().encode("utf-8", "replace")


def unescaped(cell: str) -> str:
    """The text of a cell that `csv_lines` wrote."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell
