"""The index of all articles: annotated documents, occurrences, quotations, full text, totals.

It contains nothing but data from content/ and from the JSON lines given to `meipi index --jsonl`, so it can
be deleted and rebuilt. Every method sees complete writes only. No answer grows with the library: lists come
in pages with cursors, and totals are stored. `open_index` chooses the database by its address.

    values     the values that an index takes and returns
    packed     a document as rows, made by the process that annotated it
    schema     the tables
    rows       the interface of a connection, and common statements
    totals     counts over the whole library
    reuse      where else the words of an article are
    uses       a term or any words by year, publication and speaker
    writing reading narrowing search ranking    what both databases share; `sql` puts it together
    sqlite     one file (FTS5), the default
    postgres   for several servers (GIN)
    repair     articles that can be saved from a damaged index
"""

from app.index.entries import entry_of
from app.index.opening import open_index
from app.index.sql import Index
from app.index.values import (
    NO_FILTERS,
    ArticleEntry,
    ContextLine,
    Filters,
    FormTotal,
    RoleTotal,
    SearchResult,
    SharedWords,
    SpeakerCount,
    TermTotals,
    UseCount,
    UsePlace,
    UseTotals,
)

__all__ = [
    "NO_FILTERS", "ArticleEntry", "ContextLine", "Filters", "FormTotal", "Index", "RoleTotal", "SearchResult",
    "SharedWords", "SpeakerCount", "TermTotals", "UseCount", "UsePlace", "UseTotals", "entry_of",
    "open_index", "packed",
]  # fmt: skip
