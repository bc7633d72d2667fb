"""The ledger as JSON lines: one line per revision, printable, mergeable by git."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from app.errors import ContentError
from app.i18n import message_of, worded
from app.model import KINDS, ArticleId, BlockId
from app.text.paragraphs.alignment import Alignment
from app.text.paragraphs.ledger import STEPS, Ledger, Move, Revision, SavedBlock
from app.text.paragraphs.mint import ID

VERSION = 1  # of the lines and of `likeness.normal`; old ledgers must stay readable

# Characters that end a line for str.splitlines, and surrogates, which UTF-8 cannot hold. json escapes the
# other control characters.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PAIR = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")

_REMEDY = "restore the line from version control; ledgers are written by `meipi save` only"


def _dump(value: Mapping[str, Any]) -> str:
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _spell(text: str) -> str | list[str]:
    """A text for JSON, split between two surrogates that JSON would read as one character."""
    parts = _PAIR.split(text)
    return parts if len(parts) > 1 else text


def _digest(record: Mapping[str, Any]) -> str:
    """The digest of a revision's line: 64 bits, enough for one article."""
    plain = {key: value for key, value in record.items() if key != "digest"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _header(article: ArticleId) -> str:
    return _dump({"ledger": VERSION, "article": article})


def ledger_lines(ledger: Ledger) -> Iterator[str]:
    r"""Write a ledger as lines without \n.

    The first line has the article's id, each other one a revision. In a revision, an id without a text has
    the text of the first parent. All lines are printable.
    """
    yield from ledger.lines or (_header(ledger.article),)


class _Fault(Exception):
    """A fault in a line: code, problem, remedy."""

    def __init__(self, code: str, problem: str, remedy: str = _REMEDY) -> None:
        self.code, self.problem, self.remedy = code, problem, remedy


def parse_ledger(lines: Iterable[str], path: str = "ledger.jsonl", *, after: Ledger | None = None) -> Ledger:
    """Read a ledger back.

    Args:
        lines: with or without their line ends.
        path: the file's name, for messages.
        after: the ledger of the lines before these, if they were read earlier.

    Raises:
        ContentError: L01 blank line, L02 git conflict marker, L03 not JSON, L04 not a line of a ledger or of
            a later version, L05 no first line or two articles, L06 a parent revision is missing, L07 the line
            was changed by hand, L08 an id that is malformed, duplicate, or missing in its parent.
    """
    if after is not None:
        lines = list(lines)
        if (continued := _continued(after, lines)) is not None:
            return continued
        lines = [*after.lines, *lines]
    kept: list[str] = []
    articles: list[str] = []
    records: dict[str, tuple[int, dict[str, Any]]] = {}
    number = 0
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        try:
            record = _record(line)
            if "ledger" in record:
                articles.append(record["article"])
                if articles[0] != articles[-1]:
                    raise _two_articles(articles)
            elif not articles:
                raise _Fault("L05", "the first line does not say whose ledger this is")
            elif _digest(record) != record["digest"]:
                raise _Fault("L07", "the line was changed after it was written")
            else:
                records.setdefault(record["digest"], (number, record))
        except _Fault as fault:
            raise ContentError(path, number, fault.code, fault.problem, fault.remedy) from None
        kept.append(line)
    if not articles:
        raise ContentError(
            path, number, "L05", "an empty ledger", "restore the file, or delete it to begin anew"
        )
    return Ledger(ArticleId(articles[0]), _read_revisions(records, path), tuple(kept))


def _two_articles(articles: Sequence[str]) -> _Fault:
    first, last = articles[0], articles[-1]
    problem = worded(
        "the lines of two articles, %(articles)s and %(articles2)s", articles=first, articles2=last
    )
    return _Fault("L05", problem)


def _continued(ledger: Ledger, lines: Sequence[str]) -> Ledger | None:
    """The ledger with later revisions appended; None if the lines are anything else."""
    revisions = {revision.digest: revision for revision in ledger.revisions}
    last = max((revision.n for revision in ledger.revisions), default=0)
    kept = [line.rstrip("\r\n") for line in lines]
    try:
        for line in kept:
            record = _record(line)
            if "ledger" in record or record["rev"] <= last or _digest(record) != record["digest"]:
                return None
            last = record["rev"]
            revisions[record["digest"]] = _read_revision(last, record, revisions)
    except _Fault:
        return None
    return Ledger(ledger.article, tuple(revisions.values()), (*ledger.lines, *kept))


_Shape = Mapping[str, type | tuple[type, ...]]
_HEADER: _Shape = {"ledger": int, "article": str}
_REVISION: _Shape = {
    "rev": int,
    "saved_at": str,
    "note": (str, list),
    "parents": list,
    "places": list,
    "moves": list,
    "digest": str,
}
_PLACE: _Shape = {"id": str, "kind": str, "level": int, "text": (str, list)}
_MOVE: _Shape = {"id": str, "step": str, "score": (int, float)}


def _record(line: str) -> dict[str, Any]:
    if not line.strip():
        raise _Fault("L01", "a blank line", "delete it")
    if _CONFLICT.match(line):
        raise _Fault("L02", "a conflict marker of git", "keep the lines of both sides, delete the markers")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Fault("L03", worded("not JSON: %(error)s", error=message_of(error))) from None
    if not isinstance(record, dict):
        raise _Fault("L04", "neither the first line of a ledger nor a revision")
    version = record.get("ledger", VERSION)
    if isinstance(version, int) and version > VERSION:
        problem = worded("written by a later version (%(version)s)", version=version)
        raise _Fault("L04", problem, "install a newer Meipi")
    _shaped(record, _HEADER if "ledger" in record else _REVISION)
    return cast(dict[str, Any], record)


def _shaped(value: object, shape: _Shape, optional: Sequence[str] = ()) -> None:
    if not isinstance(value, dict) or set(shape) - set(value) or set(value) - set(shape) - set(optional):
        raise _Fault("L04", worded("keys other than %(shape)s", shape=", ".join(shape)))
    for key, kind in shape.items():
        if not isinstance(value[key], kind) or isinstance(value[key], bool):
            raise _Fault("L04", worded("%(key)s is not of the right type", key=key))


def _read_revisions(records: Mapping[str, tuple[int, dict[str, Any]]], path: str) -> tuple[Revision, ...]:
    """The revisions, parents first, since a save takes a number above all that it knows."""
    ordered = sorted(records.items(), key=lambda item: (item[1][1]["rev"], item[1][1]["saved_at"], item[0]))
    wanted = {record["rev"] for _, record in records.values()}
    used: set[int] = set()
    revisions: dict[str, Revision] = {}
    for digest, (line, record) in ordered:
        n = record["rev"]
        while n in used or (n in wanted and n != record["rev"]):
            n += 1
        used.add(n)
        try:
            revisions[digest] = _read_revision(n, record, revisions)
        except _Fault as fault:
            raise ContentError(path, line, fault.code, fault.problem, fault.remedy) from None
    return tuple(revisions.values())


def _read_revision(n: int, record: Mapping[str, Any], before: Mapping[str, Revision]) -> Revision:
    if missing := [digest for digest in record["parents"] if digest not in before]:
        problem = worded("the revision it follows is missing: %(missing)s", missing=missing[0])
        raise _Fault("L06", problem, "merge the lines of both branches")
    parent = {p.id: p for p in before[record["parents"][0]].places} if record["parents"] else {}
    places = tuple(_read_place(place, parent) for place in record["places"])
    stand = {place.id for place in places}
    if len(stand) < len(places):
        raise _Fault("L08", "an id stands twice in one revision")
    moves = [_read_move(move) for move in record["moves"]]
    return Revision(
        n=n,
        saved_at=record["saved_at"],
        note="".join(record["note"]),
        digest=record["digest"],
        parents=tuple(record["parents"]),
        places=places,
        moves=tuple(move for move in moves if move.id in stand),
        gone=tuple(move for move in moves if move.id not in stand),
    )


def _read_place(place: object, parent: Mapping[BlockId, SavedBlock]) -> SavedBlock:
    if isinstance(place, str):
        if place not in parent:
            raise _Fault("L08", worded("%(place)r has no words in the revision before", place=place))
        return parent[BlockId(place)]
    _shaped(place, _PLACE)
    value = cast(dict[str, Any], place)
    if value["kind"] not in KINDS:
        raise _Fault("L04", worded("unknown kind %(value)r", value=value["kind"]))
    return SavedBlock(_read_id(value["id"]), value["kind"], "".join(value["text"]), value["level"])


def _read_move(move: object) -> Move:
    _shaped(move, _MOVE, optional=("target", "source"))
    value = cast(dict[str, Any], move)
    if value["step"] not in STEPS:
        raise _Fault("L04", worded("unknown step %(value)r", value=value["step"]))
    target, source = (value.get(key) and _read_id(value[key]) for key in ("target", "source"))
    return Move(_read_id(value["id"]), value["step"], value["score"], target, source)


def _read_id(id: object) -> BlockId:
    if not isinstance(id, str) or not ID.fullmatch(id):
        raise _Fault("L08", worded("%(id)r is not a paragraph id", id=id))
    return BlockId(id)


def save(ledger: Ledger, alignment: Alignment, *, saved_at: str, note: str = "") -> Ledger:
    """Add the aligned text as the next revision; return the same ledger if nothing changed.

    Args:
        ledger: the ledger that was aligned.
        alignment: the result of `align`.
        saved_at: the time of the save, ISO 8601.
        note: the editor's remark.

    Raises:
        ValueError: the ledger has changed since; align again.
    """
    if alignment.base != ledger.heads:
        raise ValueError(worded("the ledger has changed since the alignment was made; align again"))
    if not alignment.changed:
        return ledger
    parent = {place.id: place for place in ledger.latest[0].places} if ledger.revisions else {}
    places = tuple(parent[p.id] if parent.get(p.id) == p else p for p in alignment.places)
    moves = tuple(move for move in alignment.moves if move.step != "same")
    n = ledger.last + 1
    record: dict[str, Any] = {
        "rev": n,
        "saved_at": saved_at,
        "note": _spell(note),
        "parents": list(alignment.base),
        "places": [p.id if parent.get(p.id) is p else _write_place(p) for p in places],
        "moves": [_write_move(move) for move in (*moves, *alignment.gone)],
    }
    record["digest"] = _digest(record)
    revision = Revision(n, saved_at, note, record["digest"], alignment.base, places, moves, alignment.gone)
    return replace(
        ledger, revisions=(*ledger.revisions, revision), lines=(*ledger_lines(ledger), _dump(record))
    )


def _write_place(place: SavedBlock) -> dict[str, Any]:
    return {"id": place.id, "kind": place.kind, "level": place.level, "text": _spell(place.text)}


def _write_move(move: Move) -> dict[str, Any]:
    record: dict[str, Any] = {"id": move.id, "step": move.step, "score": move.score}
    if move.target:
        record["target"] = move.target
    if move.source:
        record["source"] = move.source
    return record
