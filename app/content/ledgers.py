"""Reads an article's ledger file; a damaged one is an error that says how to restore it."""

from __future__ import annotations

from pathlib import Path

from app.content.files import utf8
from app.errors import ContentError, translatable
from app.i18n import Message, worded
from app.model import ArticleId
from app.text.paragraphs import Ledger, parse_ledger


class LedgerReader:
    """Parses ledgers and remembers the last one.

    One article is saved, annotated and linked to in turn, and a long ledger takes a while to parse.
    """

    def __init__(self) -> None:
        self._last: tuple[Path, bytes, Ledger] | None = None

    def read(self, id: ArticleId, data: bytes | None, path: Path) -> Ledger:
        """The ledger in these bytes; an empty one if there are none.

        Raises:
            ContentError: it cannot be used.
        """
        if data is None:
            return Ledger(id)
        known = self._last
        if known is not None and known[:2] == (path, data):
            return known[2]
        # A save only appends lines: those before are not parsed again.
        after, start = None, 0
        if known and known[0] == path and known[1][-1:] == b"\n" and data.startswith(known[1]):
            after, start = known[2], len(known[1])
        try:
            text = utf8(data[start:], path, 1 + data.count(b"\n", 0, start))
            lines = text.removesuffix("\n").split("\n")
            ledger = parse_ledger(lines, path=str(path), after=after)
        except ContentError as error:
            raise _damaged(error, data) from None
        if not ledger.revisions:  # `save` never writes such a ledger
            raise ContentError(str(path), 1, "L09", "the ledger has no revision", _how_to_restore(path))
        self._last = path, data, ledger
        return ledger


def shortened(path: Path, last: int, saved: int) -> ContentError:
    """The error for a ledger that ends before a revision the index knows (L09)."""
    last_line = worded("the ledger ends at revision %(last)s", last=last)
    ends = last_line if last else worded("the ledger is missing")
    trust = worded("if it is as you want it: meipi save %(name)s --trust-ledger", name=path.parent.name)
    problem = worded("%(ends)s, the index knows revision %(saved)s", ends=ends, saved=saved)
    remedy = worded("%(restore)s; %(trust)s", restore=_how_to_restore(path), trust=trust)
    return ContentError(str(path), 0, "L09", problem, remedy)


def _how_to_restore(path: Path) -> Message:
    name = path.parent.name
    return worded(
        "restore it: git checkout -- %(path)s, or meipi save %(name)s --from-index", path=path, name=name
    )


def _damaged(error: ContentError, data: bytes) -> ContentError:
    """A ledger's error with its remedy; a last line without a line feed was cut short."""
    code, problem, remedy = error.code, error.problem, _how_to_restore(Path(error.path))
    if not data.strip():
        code, problem = "L09", worded("the ledger is empty")
    elif data[-1:] != b"\n" and error.line == data.count(b"\n") + 1:
        code, problem = "L09", worded("the last line of the ledger is cut short")
    elif code in ("L01", "L02"):
        remedy = translatable(error.remedy)
    return ContentError(error.path, error.line, code, problem, remedy)
