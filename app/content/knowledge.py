"""Reads and writes the folders glossary/ and speakers/: all entries, the faults of the rest, their digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ruamel.yaml import __version__ as yaml_version
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.content.entries import EntryReader, short
from app.content.files import digest_of, files_in, put_back, read_bytes, utf8, write_bytes
from app.content.findings import Finding
from app.content.glossary_file import plain_term, read_term, update
from app.content.people_file import plain_person, read_person, update_person
from app.content.yaml_file import dump_yaml, load_item, load_yaml
from app.errors import ChangedMeanwhile, ContentError
from app.i18n import worded
from app.model import Knowledge, Person, Term

_Entry = TypeVar("_Entry", Term, Person)
# Entries with their lines.
_Entries = Sequence[tuple[Any, int]]

_SUFFIXES = (".yaml", ".yml")
_ITEM = re.compile(r"^- ", re.M)
# An anchor or an alias, by which items may refer to one another.
_ANCHOR = re.compile(r"(?:^|[\s\[{,])[&*]\w", re.M)
# Comments of the first column and empty lines at the end of an item belong to the next one.
_TAIL = re.compile(r"(?:^(?:#.*|[ \t]*)\n)*\Z", re.M)


class _Change(NamedTuple):
    """A file that is to be written: its bytes as they were read, and its new text, "" to delete it."""

    path: Path
    data: bytes | None
    after: str


class _EntryKind(NamedTuple):
    """A kind of entries.

    Attributes:
        folder: of its files in content/.
        letter: of the codes of its faults.
        read: makes an entry of a map.
        update: writes into the map of an entry what differs from its new values; tells whether anything did.
        plain: a new entry as a map.
    """

    folder: str
    letter: str
    read: Callable[[EntryReader], Any]
    update: Callable[[CommentedMap, Any, EntryReader], bool]
    plain: Callable[[Any], dict[str, Any]]


_TERMS = _EntryKind("glossary", "G", read_term, update, plain_term)
_PEOPLE = _EntryKind("speakers", "S", read_person, update_person, plain_person)


def _kind_of(entry: Term | Person) -> _EntryKind:
    return _TERMS if isinstance(entry, Term) else _PEOPLE


class KnowledgeFiles:
    """The files of glossary and people.

    Args:
        root: the folder content/.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        # Per file: its bytes, its entries with their lines, and its faults.
        self._parsed: dict[Path, tuple[bytes | None, _Entries, Sequence[Finding]]] = {}

    def knowledge(self) -> Knowledge:
        """Glossary and people.

        Raises:
            ContentError: the first fault; `app.content.check` lists them all.
        """
        terms, people, findings = self._read()
        for f in findings:
            raise ContentError(f.path, f.line, f.code, f.problem, f.remedy)
        return Knowledge(terms, people)

    def usable(self, last: Knowledge | None = None) -> tuple[Knowledge, tuple[Finding, ...]]:
        """The entries without faults, and the faults of the others.

        Args:
            last: the last good state. A faulty file keeps the entries that it had then and lacks now, and
                its findings say so.
        """
        terms, people, findings = self._read()
        if last is not None and findings:
            faulty = {f.path for f in findings}
            old_terms = self._missing(last.terms, terms, faulty)
            old_people = self._missing(last.people, people, faulty)
            kept = {place for e in old_terms for place in self._places(e)}
            kept |= {place for e in old_people for place in self._places(e)}
            findings = [f.kept() if f.path in kept else f for f in findings]
            terms, people = (*terms, *old_terms), (*people, *old_people)
        return Knowledge(terms, people), tuple(findings)

    def _missing(self, old: Sequence[_Entry], new: Sequence[_Entry], faulty: set[str]) -> list[_Entry]:
        """The entries that faulty files no longer give."""
        known = {e.id for e in new}
        return [e for e in old if e.id not in known and faulty & self._places(e)]

    def _places(self, entry: Term | Person) -> set[str]:
        """Paths that a finding about an entry's file can have: the file, or its folder."""
        path = self.root / entry.file
        return {str(path), str(path.parent)} if entry.file else set()

    def digest(self) -> str:
        """A digest of the names and bytes of all files; an unreadable file counts with its error."""
        return digest_of(3, (self.root / kind.folder for kind in (_TERMS, _PEOPLE)), _SUFFIXES)

    def fingerprints(self) -> dict[str, str]:
        """A digest of every parsed file that has no faults, by its path in content/."""
        return {
            path.relative_to(self.root).as_posix(): _fingerprint(data)
            for path, (data, _, faults) in self._parsed.items()
            if data is not None and not faults
        }

    def remember(self, knowledge: Knowledge, fingerprints: Mapping[str, str]) -> None:
        """Take entries from an earlier reading: parsing the YAML of a thousand entries takes seconds.

        Args:
            knowledge: all entries of that reading.
            fingerprints: of the files then. Files that have changed since are parsed as usual.
        """
        if self._parsed or not fingerprints:
            return
        entries: dict[str, list[Term | Person]] = {}
        for entry in chain[Term | Person](knowledge.terms, knowledge.people):
            entries.setdefault(entry.file, []).append(entry)
        for name, fingerprint in fingerprints.items():
            path = self.root / name
            with suppress(ContentError):
                data = read_bytes(path)
                if data is None or _fingerprint(data) != fingerprint:
                    continue
                text, known = data.decode("utf-8", "replace"), entries.get(name, [])
                lines = [text.count("\n", 0, m.start()) + 1 for m in _ITEM.finditer(text)]
                if len(lines) == len(known):  # else the file is not a plain list
                    self._parsed[path] = data, list(zip(known, lines, strict=True)), ()

    def where(self, id: str) -> tuple[str, int]:
        """File and line of an entry, for a finding about its meaning."""
        mark = re.compile(rf"^\s*-?\s*id:\s*['\"]?{re.escape(id)}['\"]?\s*$", re.M)
        for kind in (_TERMS, _PEOPLE):
            with suppress(ContentError):  # reported by `usable`
                for path in self._paths(kind):
                    text = (read_bytes(path) or b"").decode(errors="replace")
                    if found := mark.search(text):
                        return str(path), text.count("\n", 0, found.start()) + 1
        return str(self.root), 0

    def write(
        self, new: Sequence[Term | Person], changed: Sequence[Term | Person], *, name: str = "imported"
    ) -> list[Path]:
        """Write entries of one kind, all or none; call it inside `Content.lock`.

        Keeps comments and order. Of a changed entry only the fields that differ are written.

        Args:
            new: entries to append to the file `name`.
            changed: known entries with their new values.
            name: of a file in the folder of this kind, without .yaml.

        Returns:
            The files that were written.

        Raises:
            ChangedMeanwhile: a file was written by someone else at the same moment.
        """
        kind = _kind_of([*new, *changed][0])
        folder = self.root / kind.folder
        folder.mkdir(parents=True, exist_ok=True)
        files = {path: read_bytes(path) for path in self._paths(kind)}
        own = folder / f"{name}.yaml"
        if new:
            files.setdefault(own, None)
        changes = list[_Change]()
        for path, data in files.items():
            after = before = utf8(data or b"", path)
            for value in changed:
                if value.id in after:
                    after = _changed(after, str(path), kind, value)
            if new and path == own:
                start = after.rstrip() + "\n\n" if after else ""
                after = start + dump_yaml([kind.plain(e) for e in new], start)
            if after != before:
                changes.append(_Change(path, data, after))
        self._replace(changes)
        return [change.path for change in changes]

    def remove(self, entry: Term | Person) -> Path:
        """Take an entry out of its file; a file without any other goes, too. Call it inside `Content.lock`.

        Raises:
            ContentError: other entries of the file are written in terms of this one (G03, S03).
            ChangedMeanwhile: the file was written by someone else at the same moment.
        """
        path = self.root / entry.file
        data = read_bytes(path)
        before = utf8(data or b"", path)
        after = _without(before, entry.id)
        others = [id for id in _ids(before) if id != entry.id]
        if after == before or others != _ids(after):
            problem = worded("entry %(id)s cannot be taken out alone", id=entry.id)
            code = f"{_kind_of(entry).letter}03"
            raise ContentError(str(path), 0, code, problem, "take it out of the file by hand")
        self._replace([_Change(path, data, after)])
        return path

    def _replace(self, changes: Sequence[_Change]) -> None:
        """Write files, all or none.

        Raises:
            ChangedMeanwhile: someone else has written one of them since it was read.
            OSError: one cannot be written.
        """
        parts = [c.path.with_name(f".{c.path.name}.part") for c in changes]
        done = list[_Change]()
        try:
            for part, change in zip(parts, changes, strict=True):
                write_bytes(part, change.after.encode())
            for part, change in zip(parts, changes, strict=True):
                if read_bytes(change.path) != change.data:
                    raise ChangedMeanwhile(worded("%(path)s has changed meanwhile", path=change.path))
                part.replace(change.path)
                done.append(change)
        except BaseException:
            for change in done:
                if read_bytes(change.path) == change.after.encode():
                    put_back(change.path, change.data)
            raise
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
        for change in changes:
            if not change.after:
                change.path.unlink()

    def _paths(self, kind: _EntryKind) -> list[Path]:
        """The YAML files of a kind.

        Raises:
            ContentError: the folder cannot be listed.
        """
        return files_in(self.root / kind.folder, _SUFFIXES)

    def _read(self) -> tuple[tuple[Term, ...], tuple[Person, ...], list[Finding]]:
        findings: list[Finding] = []
        return self._read_kind(_TERMS, findings), self._read_kind(_PEOPLE, findings), findings

    def _read_kind(self, kind: _EntryKind, findings: list[Finding]) -> tuple[Any, ...]:
        """The usable entries of a kind, each with its file; faults are added to `findings`."""
        found: dict[str, Any] = {}
        try:
            paths = self._paths(kind)
        except ContentError as error:
            findings.append(Finding.of(error))
            return ()
        for path in paths:
            entries, faults = self._read_file(path, kind)
            findings += faults
            for entry, line in entries:
                if entry.id in found:
                    problem = worded("duplicate id %(id)r", id=entry.id)
                    remedy = worded("give one entry another id, or delete one")
                    findings.append(Finding(str(path), line, f"{kind.letter}03", problem, remedy))
                else:
                    found[entry.id] = replace(entry, file=f"{kind.folder}/{path.name}")
        return tuple(found.values())

    def _read_file(self, path: Path, kind: _EntryKind) -> tuple[_Entries, Sequence[Finding]]:
        """The usable entries of a file with their lines, and its faults; parsed only when it changed."""
        try:
            data = read_bytes(path)
        except ContentError as error:
            return (), (Finding.of(error),)
        known = self._parsed.get(path)
        if known is None or known[0] != data:
            faults = list[Finding]()
            entries = known and _parse_again(path, data or b"", kind, known[0] or b"", known[1])
            if not entries or (known and known[2]):
                entries = list(_parse(path, data or b"", kind, faults))
            self._parsed[path] = known = data, entries, faults
        return known[1], known[2]


@lru_cache(maxsize=1)
def _parser() -> bytes:
    """The source of the modules that make entries, and the version of the YAML parser."""
    here = Path(__file__).parent
    readers = (here / f"{name}.py" for name in ("entries", "glossary_file", "people_file", "yaml_file"))
    source = (path.read_bytes() for path in (*readers, *sorted((here.parent / "model").glob("*.py"))))
    return b"".join((*source, str(yaml_version).encode()))


def _fingerprint(data: bytes) -> str:
    """A digest of a file and of the code that parses it."""
    return hashlib.sha256(_parser() + data).hexdigest()


def _parse(path: Path, data: bytes, kind: _EntryKind, findings: list[Finding]) -> Iterator[tuple[Any, int]]:
    """The usable entries of one file with their lines; faults are added to `findings`."""
    try:
        loaded = load_yaml(utf8(data, path), str(path), f"{kind.letter}01")
    except ContentError as error:
        findings.append(Finding.of(error))
        return
    if loaded is None:
        return
    remedy = worded("begin every entry with `- id: …`")
    if not isinstance(loaded, CommentedSeq):
        findings.append(Finding(str(path), 1, f"{kind.letter}01", "expected a list of entries", remedy))
        return
    for i, entry in enumerate(loaded):
        line = loaded.lc.item(i)[0] + 1
        if not isinstance(entry, CommentedMap):
            problem = worded("%(entry)s is not an entry", entry=short(entry))
            findings.append(Finding(str(path), line, f"{kind.letter}02", problem, remedy))
            continue
        try:
            yield kind.read(EntryReader(entry, str(path), kind.letter)), line
        except ContentError as error:
            findings.append(Finding.of(error))


def _parse_again(
    path: Path, data: bytes, kind: _EntryKind, before: bytes, entries: _Entries
) -> list[tuple[Any, int]] | None:
    """The entries of a file of which some items changed: only these are parsed, a large file takes a second.

    None if the file must be parsed as a whole: a fault, an anchor of another item, or anything unusual.
    """
    found = list[tuple[Any, int]]()
    try:
        old, text = utf8(before, path), utf8(data, path)
    except ContentError:
        return None
    items = list(_numbered_items(old))
    if _ANCHOR.search(old) or _ANCHOR.search(text) or _head(old) != _head(text):
        return None
    if [line for _, line in entries] != [line for _, line in items]:
        return None
    known = {item: entry for (item, _), (entry, _) in zip(items, entries, strict=True)}
    for item, line in _numbered_items(text):
        entry = known.get(item)
        if entry is None:
            faults = list[Finding]()
            parsed = list(_parse(path, item.encode(), kind, faults))
            if faults or len(parsed) != 1:
                return None
            entry = parsed[0][0]
        found.append((entry, line))
    return found


def _head(text: str) -> str:
    """The text before the first item of a file."""
    first = _ITEM.search(text)
    return text[: first.start()] if first else text


def _numbered_items(text: str) -> Iterator[tuple[str, int]]:
    """The items of a file, each with its line."""
    line = 1 + _head(text).count("\n")
    for item in _items(text):
        yield item, line
        line += item.count("\n")


def _changed(text: str, path: str, kind: _EntryKind, value: Term | Person) -> str:
    """A file with an entry changed: only its item is written anew, unless it uses an anchor of another."""
    at = text.find(item) if (item := _item_of(text, value.id)) else 0
    for start, end in ((at, at + len(item)), (0, len(text))) if item else ((0, len(text)),):
        try:
            loaded = load_item(text[start:end], text, path, f"{kind.letter}01")
        except ContentError:
            if not start and end == len(text):
                raise
            continue
        touched = False
        for entry in loaded if isinstance(loaded, CommentedSeq) else ():
            if isinstance(entry, CommentedMap) and entry.get("id") == value.id:
                touched = kind.update(entry, value, EntryReader(entry, path, kind.letter)) or touched
        return text[:start] + dump_yaml(loaded, text) + text[end:] if touched else text
    return text


def _items(text: str) -> list[str]:
    """The items of the list that a file is, each with what follows it up to the next one."""
    starts = [m.start() for m in _ITEM.finditer(text)]
    ends = [*starts[1:], len(text)] if starts else []
    return [text[a:b] for a, b in zip(starts, ends, strict=True)]


def _ids(text: str) -> list[object]:
    """The ids of the entries of a file; none if it cannot be read."""
    try:
        loaded = load_yaml(text, "", "")
    except ContentError:
        return []
    return [e.get("id") for e in loaded or () if isinstance(e, CommentedMap)]


def _without(text: str, id: str) -> str:
    """A file without the item of an entry; "" if nothing else is in it."""
    item = _item_of(text, id)
    if not item:
        return text
    head, _, tail = text.partition(item)
    if not tail.strip():
        return head.rstrip() + "\n" if head.strip() else ""
    return head + tail.lstrip("\n")


def _item_of(text: str, id: str) -> str:
    """The item with an id, without the comments and empty lines before the next one; "" if there is none."""
    mark = re.compile(rf"^(?:- |  )id:\s*['\"]?{re.escape(id)}['\"]?\s*(?:#.*)?$", re.M)
    for item in _items(text):
        if mark.search(item):
            return item[: len(item) - len(_TAIL.search(item)[0])]  # type: ignore[index]
    return ""
