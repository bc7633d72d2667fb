"""What needs all articles at once: documents ready to serve, occurrences, quotations, full text.

The index can be deleted and is rebuilt from content/ and from the JSON lines that were given to
`meipi index --jsonl`; it holds nothing else. Every method sees the last complete `put`, never half of one.
No answer grows with the library: lists come in pages, each begun by the place where the last one ended, and
totals are kept, not counted. `open_index` chooses by address.

    packed     a document as rows, made where it was annotated
    rows       a connection, and the statements that all need
    totals     counts over the whole library
    sql        the tables and all questions that are asked alike everywhere
    sqlite     one file (FTS5), the default;   postgres    many processes on one database (GIN)
    ranking    the order of what a search found
"""

from app.index.opening import open_index
from app.index.protocol import (
    NO_FILTERS,
    Entry,
    Filters,
    FormTotal,
    Found,
    Held,
    Index,
    Line,
    RoleTotal,
    SpeakerCount,
    TermTotals,
    UserTotal,
)
from app.index.sql import entry_of

__all__ = [
    "NO_FILTERS",
    "Entry",
    "Filters",
    "FormTotal",
    "Found",
    "Held",
    "Index",
    "Line",
    "RoleTotal",
    "SpeakerCount",
    "TermTotals",
    "UserTotal",
    "entry_of",
    "open_index",
    "packed",
    "repair",
    "totals",
]
